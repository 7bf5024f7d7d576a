"""How each Latin word of a query is read."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from onneshon.index.analysis.analyzer import analyze
from onneshon.index.analysis.canonical import canonical
from onneshon.search.query.reading import WordReading
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.understanding import latin_reading
from onneshon.search.understanding.latin_candidates import LatinCandidates
from onneshon.search.understanding.latin_reading import _is_the_word, alternatives
from onneshon.search.understanding.latin_sounds import LatinCandidate
from onneshon.search.understanding.latin_spans import LatinSpan, SpanCutter, with_ending
from onneshon.search.understanding.readings import Readings
from tests.search.understanding.word_lists import PairList, WordList

WORDS: Mapping[str, int] = {
    "বিসিবি": 94, "এসি": 60, "দুদক": 139, "এসিসি": 4, "ফেসবুক": 429, "হাসপাতাল": 800,
    "বিশ্ববিদ্যালয়": 1007, "বন্যা": 270, "সড়ক": 1293, "দুর্ঘটনা": 659,
    "সোনার": 121, "শোনার": 64, "বাংলা": 500, "ঈদ": 905, "ঈদের": 700, "ছুটি": 300,
    "যশোর": 363, "দাম": 700, "বাঁধ": 300, "চাল": 900, "চালের": 500, "মান": 900,
    "মালয়েশিয়া": 98, "মালয়শিয়া": 3, "র্যাব": 400, "ঢাকা": 3213, "ধন্যবাদ": 300,
    "থ্যাংকস": 200, "ভাই": 2000, "এইচএসসি": 150, "man": 5, "facebook": 3,
    "iphone": 900, "ব্রাহ্মণবাড়িয়া": 118,
}  # fmt: skip

SIDE_BY_SIDE = {canonical("সড়ক দুর্ঘটনা"): 292, "সোনার বাংলা": 40, "চাল দাম": 60, "চালের দাম": 60}


def _two(text: str) -> tuple[str, str]:
    first, second = text.split()
    return first, second


class LatinReader:
    """A reader of queries over the words of an index.

    Args:
        index: the words.
        beside: the number of articles in which given words are adjacent.
        budget: the time budget; after it words are searched for as typed.
    """

    def __init__(self, index: WordList, beside: Mapping[str, int], budget: TimeBudget | None = None) -> None:
        counts = {tuple(token.stem for token in analyze(text)): count for text, count in beside.items()}
        index.pairs = PairList({_two(text): count for text, count in beside.items()}, index.occurrences)
        self._readings = Readings(index, lambda stems: counts.get(tuple(stems), 0))
        self._budget = budget

    def __call__(self, query: str) -> list[WordReading]:
        """The readings of the words of a query, without those that are dropped."""
        found = self._readings.read(query, analyze(query), self._budget or TimeBudget())
        return [reading for reading in found if reading.text]


@pytest.fixture
def reader(tmp_path: Path) -> LatinReader:
    """A reader over the words above."""
    return LatinReader(WordList(tmp_path, WORDS), SIDE_BY_SIDE)


def texts(reader: LatinReader, query: str) -> dict[str, str]:
    """The reading of each span of a query."""
    tokens = analyze(query)
    return {
        query[tokens[reading.first].start : tokens[reading.last - 1].end]: canonical(reading.text)
        for reading in reader(query)
    }


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("BCB", "বিসিবি"),
        ("bcb", "বিসিবি"),
        ("hsc", "এইচএসসি"),
        ("H S C", "এইচএসসি"),
        ("ACC", "দুদক"),
        ("facebook", "ফেসবুক"),
        ("face book", "ফেসবুক"),
        ("hospital", "হাসপাতাল"),
        ("hospitals", "হাসপাতাল"),
        ("University", "বিশ্ববিদ্যালয়"),
        ("flood", "বন্যা"),
        ("jessore", "যশোর"),
        ("b.baria", "ব্রাহ্মণবাড়িয়া"),
        ("road accident", "সড়ক দুর্ঘটনা"),
        ("road the accident", "সড়ক দুর্ঘটনা"),
        ("itihash dhaka", "ঢাকা"),
    ],
)
def test_a_latin_word_is_read_by_the_strongest_evidence(reader: LatinReader, typed: str, meant: str) -> None:
    """Evidence is by letters, abbreviations, names, loans, meanings and sound."""
    assert canonical(meant) in texts(reader, typed).values()


def test_the_longest_entry_of_a_table_is_cut_first(reader: LatinReader) -> None:
    """Two typed words are one span, whose reading has two words."""
    assert texts(reader, "Road  accident dhaka") == {
        "Road  accident": canonical("সড়ক দুর্ঘটনা"),
        "dhaka": "ঢাকা",
    }


def test_the_word_at_home_beside_its_neighbour_is_taken(reader: LatinReader) -> None:
    """শোনার is as near by sound, but articles contain সোনার বাংলা."""
    assert texts(reader, "shonar bangla")["shonar"] == "সোনার"
    assert texts(reader, "shonar বাংলা")["shonar"] == "সোনার"


@pytest.mark.parametrize(
    ("typed", "words", "meant"),
    [
        ("pori er", {"পরই": 90, "পরী": 40, "পরীর": 12}, "পরীর"),
        ("khuda er", {"খুদা": 60, "ক্ষুধা": 60, "ক্ষুধার": 20}, "ক্ষুধার"),
        ("bari te", {"বারী": 900, "বাড়ি": 700, "বাড়িতে": 400}, "বাড়িতে"),
        ("bari te", {"বারী": 900}, "বারী"),
    ],
)
def test_a_word_by_sound_is_one_that_articles_have_with_the_ending(
    tmp_path: Path, typed: str, words: dict[str, int], meant: str
) -> None:
    """The word without the ending is read where no article has it with the ending."""
    assert texts(LatinReader(WordList(tmp_path, words), {}), typed) == {typed: canonical(meant)}


@pytest.mark.parametrize(
    ("typed", "words", "meant"),
    [
        ("feludar", {"ফেলুদা": 12, "ফিল্ডার": 7}, "ফেলুদা"),
        ("porimonike", {"পরীমনি": 5}, "পরীমনি"),
        ("mashrafider", {"মাশরাফি": 22}, "মাশরাফি"),
        ("chittagonger", {"চট্টগ্রাম": 300, "চট্টগ্রামের": 200}, "চট্টগ্রামের"),
        ("jamater", {"জামায়াত": 50, "জামায়াতের": 30, "জামাতের": 60}, "জামায়াতের"),
        ("micheler", {"মিশেল": 20, "মিশেলের": 9, "মিছিলের": 90}, "মিশেলের"),
        ("cox bazarer", {"কক্সবাজার": 300, "কক্সবাজারের": 200, "বাজারের": 300}, "কক্সবাজারের"),
        ("papuler", {"পাপুল": 30, "পাপুলের": 22}, "পাপুলের"),
        ("streamer", {"স্রোত": 300, "স্রোতের": 90}, None),
        ("gardener", {"বাগান": 300, "বাগানের": 90}, None),
        ("roger", {"রোগ": 300, "রোগী": 300}, None),
    ],
)
def test_a_case_ending_is_taken_off_where_no_article_has_the_word_with_it(
    tmp_path: Path, typed: str, words: dict[str, int], meant: str | None
) -> None:
    """Case endings are taken off names of tables and phrases, but not English endings or in short words."""
    found = texts(LatinReader(WordList(tmp_path, words), {}), typed)
    assert found == ({typed: canonical(meant)} if meant else {})


def test_a_case_ending_typed_apart_goes_to_its_word(reader: LatinReader) -> None:
    """A case ending typed apart also shows that the other words are Bengali: dam is দাম and not a dike."""
    assert texts(reader, "eid er chuti") == {"eid er": "ঈদের", "chuti": "ছুটি"}
    assert texts(reader, "rice er dam") == {"rice er": "চালের", "dam": "দাম"}


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("boltese", "বলছে"), ("boltasi", "বলছি"), ("bolteche", "বলছে"), ("boltesilo", "বলছিল"),
        ("khaitese", "খাচ্ছে"), ("khatesen", "খাচ্ছেন"), ("boste", "বসতে"), ("cholte", "চলতে"),
        ("ditese", "দিতেছে"),
    ],
)  # fmt: skip
def test_a_verb_is_read_as_it_is_spoken(tmp_path: Path, typed: str, written: str) -> None:
    """Newspapers write the standard form, which is read unless articles have the typed one."""
    forms = ("বলছে", "বলছি", "বলছিল", "খাচ্ছে", "খাচ্ছেন", "বসতে", "চলতে", "দিতেছে")
    assert texts(LatinReader(WordList(tmp_path, dict.fromkeys(forms, 90)), {}), typed) == {typed: written}


@pytest.mark.parametrize(
    ("typed", "read"),
    [("n95", "এন-৯৫"), ("gpa5", "জিপিএ-৫"), ("f16", None), ("n95s", None), ("abcde95", None)],
)
def test_letters_with_a_number_are_read_by_their_names(tmp_path: Path, typed: str, read: str | None) -> None:
    """Articles must have the letters and the number adjacent."""
    words = {"এন": 20, "৯৫": 20, "জিপিএ": 20, "৫": 90, "এফ": 9, "১৬": 90}
    reader = LatinReader(WordList(tmp_path, words), {"এন ৯৫": 4, "জিপিএ ৫": 4})
    assert texts(reader, typed) == ({typed: canonical(read)} if read else {})


@pytest.mark.parametrize(
    ("typed", "words", "read"),
    [
        ("bidyut er", {"বিদ্যুৎ": 900, "বিদ্যুতের": 90, "বিদআত": 5, "বিদআতের": 5}, "বিদ্যুতের"),
        ("bonna te", {"বন্যা": 900, "বোনা": 5}, "বন্যা"),
        ("bonna te", {"বন্যা": 900, "বোনা": 50, "বোনাতে": 9}, "বোনাতে"),
    ],
)
def test_a_common_word_may_have_an_ending_that_articles_do_not_show(
    tmp_path: Path, typed: str, words: dict[str, int], read: str
) -> None:
    """ৎ becomes ত before it; a rare word does not get an ending that articles do not show."""
    assert texts(LatinReader(WordList(tmp_path, words), {}), typed) == {typed: read}


def test_no_vowel_sign_of_an_ending_follows_another(tmp_path: Path) -> None:
    """লীগে already has a vowel sign."""
    assert with_ending("লীগে", "er", WordList(tmp_path, {"লীগের": 300})) == "লীগের"


def test_people_have_an_ending_that_is_typed_apart(tmp_path: Path) -> None:
    """Articles must have the word with the ending; then no letter is joined to another word."""
    words = {"শ্রমিক": 900, "শ্রমিকরা": 90, "পাখি": 900, "পাখিরা": 90, "নদী": 300, "রা": 9}
    reader = LatinReader(WordList(tmp_path, words), {})
    assert texts(reader, "sromik ra") == {"sromik ra": "শ্রমিকরা"}
    assert texts(reader, "pakhi ra") == {"pakhi ra": "পাখিরা"}
    assert texts(reader, "nodi ra") == {"nodi": "নদী", "ra": "রা"}


def test_some_words_of_time_have_an_ending_of_their_own(tmp_path: Path) -> None:
    """*ker* is the ending of a word of time where articles have the form; otherwise it is a word."""
    words = {"আজ": 900, "আজকের": 90, "নূর": 90, "কের": 9}
    reader = LatinReader(WordList(tmp_path, words), {})
    assert texts(reader, "aj ker") == {"aj ker": "আজকের"}
    assert texts(reader, "nur ker") == {"nur": "নূর", "ker": "কের"}


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("paise", "পেয়েছে"),
        ("nise", "নিয়েছে"),
        ("hoichilo", "হয়েছিল"),
        ("khaisen", "খেয়েছেন"),
        ("praise", None),
    ],
)
def test_what_is_done_is_read_as_it_is_spoken(tmp_path: Path, typed: str, written: str | None) -> None:
    """Spoken perfect forms of roots in a vowel are read as such, though a few articles have a nearer word."""
    words = {"পেয়েছে": 900, "পাশে": 900, "নিয়েছে": 900, "নিসে": 2, "হয়েছিল": 900, "খেয়েছেন": 90}
    found = texts(LatinReader(WordList(tmp_path, words), {}), typed)
    assert found.get(typed) == (written and canonical(written))


def test_who_behind_a_word_that_is_no_object_is_a_word(tmp_path: Path) -> None:
    """A rare misspelling of it does not show that; after a person *ke* is the ending."""
    words = {"নির্বাচনে": 900, "নির্বচনে": 1, "কে": 900, "ছেলে": 900, "ছেলেকে": 90}
    reader = LatinReader(WordList(tmp_path, words), {})
    assert texts(reader, "nirbachone ke") == {"nirbachone": canonical("নির্বাচনে"), "ke": "কে"}
    assert texts(reader, "chele ke") == {"chele ke": "ছেলেকে"}


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("price of the rice", {"price of the": "দাম", "rice": "চাল"}),
        ("flood at dhaka", {"flood at": "বন্যা", "dhaka": "ঢাকা"}),
        ("in the dhaka", {"in the dhaka": "ঢাকা"}),
        ("dhaka vs jessore", {"dhaka vs": "ঢাকা", "jessore": "যশোর"}),
        ("বন্যা in dhaka", {"in dhaka": "ঢাকা"}),
    ],
)
def test_english_function_words_are_ignored(reader: LatinReader, typed: str, read: Mapping[str, str]) -> None:
    """Among English words and names they join the word before them, or else after them."""
    assert texts(reader, typed) == {key: canonical(text) for key, text in read.items()}


@pytest.mark.parametrize("typed", ["in", "dhaka in", "vai in dhaka", "chuti in dhaka", "tumi in"])
def test_what_may_be_bengali_is_no_english_function_word(tmp_path: Path, typed: str) -> None:
    """An English function word alone, at the end, or among Bengali words may be Bengali."""
    reader = LatinReader(WordList(tmp_path, {**WORDS, "আইন": 900, "তুমি": 900}), SIDE_BY_SIDE)
    assert texts(reader, typed)["in"] == "আইন"


def test_a_slip_of_the_pen_comes_behind_the_usual_spelling(reader: LatinReader) -> None:
    """The usual spelling is read although the slip is nearer to what was typed."""
    assert texts(reader, "malayshia") == {"malayshia": canonical("মালয়েশিয়া")}


def test_a_rare_word_that_is_typed_is_no_slip_for_one_far_from_that(tmp_path: Path) -> None:
    """হাতি, elephant, is not হাত, hand, which has a letter less and many times the articles."""
    assert texts(LatinReader(WordList(tmp_path, {"হাতি": 25, "হাত": 840}), {}), "hati") == {"hati": "হাতি"}


def test_a_long_word_is_read_in_the_spelling_that_most_articles_have(tmp_path: Path) -> None:
    """The spellings must sound alike; short ones are often different words (অন্ন, অন্য)."""
    words = {"লক্ষীপুর": 34, "লক্ষ্মীপুর": 99, "অন্ন": 34, "অন্য": 99}
    read = LatinReader(WordList(tmp_path, words), {})("lokkhipur onno")
    assert [(word.text, word.others) for word in read] == [("লক্ষ্মীপুর", ()), ("অন্ন", ("অন্য",))]


def test_a_longer_form_is_no_slip_for_the_word_without_its_ending(tmp_path: Path) -> None:
    """আমিও sounds like the typed word, however many articles have আমি."""
    reader = LatinReader(WordList(tmp_path, {"আমিও": 10, "আমি": 3000}), SIDE_BY_SIDE)
    assert texts(reader, "amio") == {"amio": "আমিও"}


def test_a_word_that_is_unlike_the_usual_one_is_no_slip_for_it(tmp_path: Path) -> None:
    """আমীন shares two letters of three with এমন."""
    reader = LatinReader(WordList(tmp_path, {"আমীন": 1, "এমন": 29}), SIDE_BY_SIDE)
    assert texts(reader, "ameen") == {"ameen": "আমীন"}


def test_the_usual_spelling_may_be_meant_wherever_a_slip_for_it_may_be(tmp_path: Path) -> None:
    """হুম is farther from *hm* than the limit for a reading by itself."""
    many = {"ক" + "".join(row): 9 for row in product("টডপলরন", repeat=4)}
    reader = LatinReader(WordList(tmp_path, {**many, "হম": 5, "হুম": 108}), SIDE_BY_SIDE)
    assert texts(reader, "hm") == {"hm": "হুম"}


@pytest.mark.parametrize(
    ("typed", "spellings"),
    [
        ("vangon", {"ভাঙন": 147, "ভাঙ্গন": 68}),
        ("installer", {"ইনস্টলার": 9, "ইন্সটলার": 4}),
        ("dalia", {"ডালিয়া": 30, "ডালিআ": 3}),
    ],
)
def test_all_spellings_of_a_word_are_one_reading(
    tmp_path: Path, typed: str, spellings: Mapping[str, int]
) -> None:
    """The commonest spelling is shown; the others are searched for, and not offered."""
    usual, *others = spellings
    reader = LatinReader(WordList(tmp_path, spellings), SIDE_BY_SIDE)
    (reading,) = reader(typed)
    assert (canonical(reading.text), reading.others) == (canonical(usual), ())
    assert [(canonical(alternative.text), alternative.finds) for alternative in reading.alternatives] == [
        (canonical(other), True) for other in others
    ]


def test_another_spelling_finds_though_many_articles_have_it(tmp_path: Path) -> None:
    """Nearly as many articles have it, and they are about the same concept."""
    words = WordList(tmp_path, {"ভাঙন": 147, "ভাঙ্গন": 146})
    (reading,) = LatinReader(words, SIDE_BY_SIDE)("vangon")
    assert [alternative.text for alternative in reading.alternatives if alternative.finds] == ["ভাঙ্গন"]


def test_readings_that_find_as_well_are_together_fewer_than_the_first(tmp_path: Path) -> None:
    """The total of a page should mostly be that of the reading."""
    words = WordList(tmp_path, {"ভ্যাট": 41, "ভাট": 33, "বাত": 16})
    (reading,) = LatinReader(words, SIDE_BY_SIDE)("vat")
    assert [alternative.text for alternative in reading.alternatives if alternative.finds] == ["ভাট"]


def test_spellings_of_one_stem_count_alike_where_they_are_usual(tmp_path: Path) -> None:
    """Latin letters do not distinguish নুর from নূর; a slip in a few articles changes no order."""
    words = WordList(tmp_path, {"নূর": 60, "নুর": 40, "ণুর": 2})
    (reading,) = LatinReader(words, SIDE_BY_SIDE)("nur")
    assert (reading.text, [alternative.text for alternative in reading.alternatives]) == ("নূর", ["নুর"])


def test_a_consonant_by_itself_is_its_name(tmp_path: Path) -> None:
    """*k bole* asks who says, and the d of *vitamin d* is not ড."""
    words = {"কে": 3900, "ক": 290, "বলে": 9000, "ভিটামিন": 60, "ডি": 250, "ড": 1100, "আর": 8000, "র": 3000}
    reader = LatinReader(WordList(tmp_path, words), SIDE_BY_SIDE)
    assert texts(reader, "k bole") == {"k": "কে", "bole": "বলে"}
    assert texts(reader, "vitamin d") == {"vitamin": "ভিটামিন", "d": "ডি"}
    assert texts(reader, "r")["r"] == "আর"


def test_an_apostrophe_is_not_heard(tmp_path: Path) -> None:
    """The English ending after it is dropped too."""
    reader = LatinReader(WordList(tmp_path, {"ইনশাল্লাহ": 12, "রহিম": 60}), SIDE_BY_SIDE)
    assert texts(reader, "insha'allah") == {"insha'allah": "ইনশাল্লাহ"}
    assert texts(reader, "rahim's") == {"rahim's": "রহিম"}


def test_beside_bengali_an_english_word_is_meant_as_it_sounds(tmp_path: Path) -> None:
    """Where a table has both, the meaning is read first among other words."""
    words = {"ব্যবহার": 1400, "ইউজ": 600, "আসে": 1400, "মোবাইল": 900, "করছি": 300, "আগেই": 200}
    reader = LatinReader(WordList(tmp_path, words), SIDE_BY_SIDE)
    assert texts(reader, "use")["use"] == "ব্যবহার"
    assert texts(reader, "agei use korchi")["use"] == "ইউজ"


@pytest.mark.parametrize(
    "typed", ["zzzzqqq", "kkkkkk", "poiuyt", "qwerty", "rtyu", "বাংলা", "১৯৭১", "covid19x", ""]
)
def test_what_is_read_badly_is_not_read(reader: LatinReader, typed: str) -> None:
    """Random keys, other scripts and mixtures have no reading."""
    assert texts(reader, typed) == {}


def test_keys_in_a_row_are_no_word_though_they_sound_like_one(tmp_path: Path) -> None:
    """Nobody types আরটি like that."""
    reader = LatinReader(WordList(tmp_path, {"আরটি": 9}), SIDE_BY_SIDE)
    assert texts(reader, "arti") == {"arti": "আরটি"}
    assert texts(reader, "erty") == {}


def test_a_latin_word_of_a_few_articles_does_not_veto_its_reading(reader: LatinReader) -> None:
    """Both the Latin word and its reading are searched for."""
    (reading,) = reader("facebook")
    assert (reading.text, reading.typed_too) == ("ফেসবুক", True)


@pytest.mark.parametrize("typed", ["hospital", "facebook er"])
def test_what_no_article_has_as_typed_is_not_looked_for_so(reader: LatinReader, typed: str) -> None:
    """A word whose ending was typed apart is Bengali, so it is not searched for as typed either."""
    assert [reading.typed_too for reading in reader(typed)] == [False]


def test_a_latin_word_of_far_more_articles_stays_itself(tmp_path: Path) -> None:
    """In a corpus with English articles a brand is written in Latin letters."""
    words = {"ফেসবুক": 40, "facebook": 800}
    assert texts(LatinReader(WordList(tmp_path, words), SIDE_BY_SIDE), "facebook") == {}


def test_other_readings_are_offered(reader: LatinReader) -> None:
    """The likeliest is first; a much less likely one is not offered."""
    (reading,) = reader("sonar")
    assert (reading.text, reading.others) == ("সোনার", ("শোনার",))


def test_alone_a_word_is_offered_in_less_likely_readings_too(tmp_path: Path) -> None:
    """Next to another word, which narrows the choice, only likely ones are offered."""
    reader = LatinReader(WordList(tmp_path, {"কাদের": 300, "কাদির": 10, "বাংলা": 3000}), {"কাদের বাংলা": 9})
    assert [reading.others for reading in reader("kader")] == [("কাদির",)]
    assert [reading.others for reading in reader("kader bangla")] == [(), ()]


def test_of_several_words_other_readings_add_to_scores(reader: LatinReader) -> None:
    """The other readings of several words have less weight than the reading."""
    beside = reader("sonar bangla")[0]
    assert isinstance(beside, WordReading)
    assert all(0 < alternative.weight < 1 for alternative in beside.alternatives)


def test_what_is_nearly_as_likely_and_rarer_finds_as_well(reader: LatinReader) -> None:
    """A reading that many more articles have does not match by itself."""
    (reading,) = reader("sonar")
    assert [(alternative.text, alternative.finds) for alternative in reading.alternatives] == [("শোনার", True)]
    assert not any(
        alternative.finds
        for reading in reader("thanks vai")
        for alternative in reading.alternatives
        if alternative.text == "ভাই"
    )


def test_beside_a_function_word_no_alternative_finds(tmp_path: Path) -> None:
    """কাদের matches nothing by itself."""
    reader = LatinReader(WordList(tmp_path, {"কাদের": 240, "কাদির": 60}), SIDE_BY_SIDE)
    (reading,) = reader("kader")
    assert reading.text == "কাদের"
    assert not any(alternative.finds for alternative in reading.alternatives)


def test_a_word_that_a_table_has_is_also_found_as_it_sounds(reader: LatinReader) -> None:
    """Some articles have the English word in Bengali letters, where most have its meaning."""
    (reading,) = reader("thanks")
    assert (
        reading.text,
        [alternative.text for alternative in reading.alternatives if alternative.finds],
    ) == ("ধন্যবাদ", ["থ্যাংকস"])


@pytest.mark.parametrize(
    ("typed", "words", "finding"),
    [
        ("dhaka", {"ঢাকা": 3000, "ধাক্কা": 500, "ডাকা": 600}, []),
        ("police", {"পুলিশ": 3000, "পলিসি": 200}, []),
        ("google", {"গুগল": 300, "গুগোল": 40}, ["গুগোল"]),
    ],
)
def test_beside_a_name_only_other_spellings_of_it_find(
    tmp_path: Path, typed: str, words: Mapping[str, int], finding: list[str]
) -> None:
    """Next to a name or loan only its other spellings match: a word that only sounds so is another word."""
    reader = LatinReader(WordList(tmp_path, words), SIDE_BY_SIDE)
    (reading,) = reader(typed)
    assert reading.text == next(iter(words))
    assert [alternative.text for alternative in reading.alternatives if alternative.finds] == finding


def test_in_a_sentence_every_reading_finds(reader: LatinReader) -> None:
    """The other words of the sentence show which is meant."""
    text = "sonar bangla chal dam eid"
    readings = reader(text)
    assert len(readings) >= 4
    assert all(alternative.finds for reading in readings for alternative in reading.alternatives)


@pytest.mark.parametrize(
    ("typed", "meant"), [("sheikhhasina", "শেখ হাসিনা"), ("bramhonbaria", "ব্রাহ্মণবাড়িয়া"), ("worldcup", "বিশ্বকাপ")]
)
def test_names_written_together_or_nearly_right_are_known(tmp_path: Path, typed: str, meant: str) -> None:
    """Names are matched with the rows of the tables without spaces and by consonants."""
    words = WordList(tmp_path, {"ব্রাহ্মণবাড়িয়া": 70, "বিশ্বকাপ": 170, "শেখ": 900, "হাসিনা": 800})
    found = LatinReader(words, {"শেখ হাসিনা": 60})(typed)
    assert [canonical(reading.text) for reading in found] == [canonical(meant)]


def test_words_of_no_language_are_not_read(tmp_path: Path) -> None:
    """One of several such words sounds like a Bengali word by chance."""
    reader = LatinReader(WordList(tmp_path, {"কাজ": 3000}), SIDE_BY_SIDE)
    assert [reading.text for reading in reader("qaz")] == ["কাজ"]
    assert list(reader("qaz wsx edc")) == []


@pytest.mark.parametrize(("known", "read"), [(["wsx", "edc"], ["কাজ"]), (["wsx"], [])])
def test_latin_words_of_articles_are_a_language(tmp_path: Path, known: list[str], read: list[str]) -> None:
    """If half of them are in articles, a reading by sound is not taken for chance."""
    reader = LatinReader(WordList(tmp_path, {"কাজ": 3000, **dict.fromkeys(known, 5)}), SIDE_BY_SIDE)
    assert [reading.text for reading in reader("qaz wsx edc rfv")] == read


def test_letters_that_make_a_form_of_another_word_stay_apart(tmp_path: Path) -> None:
    """একে is a form of এক, and not an abbreviation."""
    words = WordList(tmp_path, {"এক": 5000, "একে": 400, "এ": 900, "কে": 800, "বিসিবি": 94})
    reader = LatinReader(words, {"এ কে": 40})
    assert [reading.text for reading in reader("a k")] == ["এ কে"]
    assert [reading.text for reading in reader("b c b")] == ["বিসিবি"]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("maj gen", ["মেজর জেনারেল"]),
        ("asst maj rahim", ["সহকারী", "মেজর", "রহিম"]),
        ("mr rahim", ["রহিম"]),
        ("mrs rahim", ["রহিম"]),
    ],
)
def test_titles_are_read_as_they_are_abbreviated(tmp_path: Path, typed: str, read: list[str]) -> None:
    """They sound like other words: *asst* like আসত, *mr* like আমার."""
    words = ["মেজর", "জেনারেল", "সহকারী", "রহিম", "আসত", "আমার", "মাঝ", "গান"]
    reader = LatinReader(WordList(tmp_path, dict.fromkeys(words, 300)), {"মেজর জেনারেল": 90})
    assert [reading.text for reading in reader(typed)] == read


@pytest.mark.parametrize(("typed", "read"), [("md", "এমডি"), ("md rahim", "মো"), ("wasa md", "এমডি")])
def test_md_is_mohammad_before_a_name_and_else_a_director(tmp_path: Path, typed: str, read: str) -> None:
    """The words beside *md* decide: it abbreviates মোহাম্মদ as মো does."""
    words = {"এমডি": 102, "মো": 3697, "মোহাম্মদ": 1606, "রহিম": 253, "ওয়াসা": 57, "ওয়াসার": 300}
    reader = LatinReader(WordList(tmp_path, words), {"মো রহিম": 2, "ওয়াসার এমডি": 20})
    assert canonical(read) in [canonical(reading.text) for reading in reader(typed)]


def test_without_time_nothing_is_read(tmp_path: Path) -> None:
    """Remaining words are searched for as typed."""
    ticks = iter(range(1000))
    budget = TimeBudget(0.5, lambda: float(next(ticks)))
    assert LatinReader(WordList(tmp_path, WORDS), SIDE_BY_SIDE, budget)("facebook") == []


ENGLISH = {
    "দল": 900, "বিশ্বকাপ": 170, "সেতু": 500, "খোলা": 400, "আইএস": 60, "হাঁস": 30, "হাঁচি": 12, "দুর্ঘটনা": 659,
    "প্রধানমন্ত্রী": 900, "ভারত": 800, "খালেদা": 200, "গ্রেফতার": 700, "পুলিশ": 900, "তারা": 900, "তো": 400, "ভালো": 500,
    "সিংয়ের": 90, "কী": 900, "কবে": 300, "হবে": 900, "পরীক্ষা": 500, "সাঈদ": 200, "ওয়ান্ট": 30, "সে": 900,
    "তালে": 300, "হাত": 200, "কোনো": 800,
}  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("which team has won the world cup", {"which team has": "দল", "the world cup": "বিশ্বকাপ"}),
        ("is the bridge open", {"is the bridge": "সেতু", "open": "খোলা"}),
        ("where was the accident", {"where was the accident": "দুর্ঘটনা"}),
        ("who is the prime minister of india", {"who is the prime minister of": "প্রধানমন্ত্রী", "india": "ভারত"}),
        (
            "khaleda was arrested by police",
            {"khaleda was": "খালেদা", "arrested by": "গ্রেফতার", "police": "পুলিশ"},
        ),
        ("she is a good zygote", {"she is a good": "ভালো"}),
        ("police said khaleda was arrested", {"police": "পুলিশ", "khaleda was": "খালেদা", "arrested": "গ্রেফতার"}),
        ("i know the want of india", {"of india": "ভারত"}),
        ("tara to valo", {"tara": "তারা", "to": "তো", "valo": "ভালো"}),
        ("tale hat valo", {"tale": "তালে", "hat": "হাত", "valo": "ভালো"}),
        ("porikkha kobe hobe", {"porikkha": "পরীক্ষা", "kobe": "কবে", "hobe": "হবে"}),
    ],
    ids=[
        "a question",
        "one that begins with a verb",
        "what says nothing goes to the next word that says something",
        "an abbreviation in small letters is none among English words",
        "what no table has is a name that sounds so",
        "or is not understood",
        "a common word is no name that sounds so",
        "common words that sound like no Bengali one make it English",
        "Bengali has words that are spelt alike",
        "as are common English words",
        "and function words of its own",
    ],
)
def test_an_english_sentence_is_read_as_english(tmp_path: Path, typed: str, read: Mapping[str, str]) -> None:
    """None of its function words is read as a Bengali word of that sound."""
    reader = LatinReader(WordList(tmp_path, ENGLISH), {})
    assert texts(reader, typed) == {key: canonical(text) for key, text in read.items()}


def test_english_function_words_without_a_word_that_is_read_are_ignored(tmp_path: Path) -> None:
    """A word that has no reading is dropped too, which the page reports."""
    index = WordList(tmp_path, ENGLISH)
    query = "where is the zygote of india"
    found = Readings(index, lambda _stems: 0).read(query, analyze(query), TimeBudget())
    passed_over = [(reading.first, reading.kind) for reading in found if not reading.text]
    assert passed_over == [(0, "meaning"), (1, "meaning"), (2, "meaning"), (3, "sound")]


@pytest.mark.parametrize(
    ("query", "articles", "beside", "kept"),
    [
        ("what did the police say about india", 200, "", ""),
        ("what did the police say about india", 201, "", "say"),
        ("what did the police zygote about india", 1, "", "zygote"),
        ("the say of india", 1, "", "say"),
        ("what did the police say about india", 1, "police say", "say"),
        ("what did india say to the police", 1, "say police", "say"),
        ("what did the police say about india", 1, "say india", "say"),
        ("what did he say in the police of india", 1, "he say", ""),
    ],
    ids=[
        "hardly any article",
        "articles in English",
        "not common",
        "what is asked for",
        "behind its neighbour",
        "before it",
        "before it, a function word between",
        "beside a function word",
    ],
)
def test_a_common_word_of_a_sentence_is_ignored(
    tmp_path: Path, query: str, articles: int, beside: str, kept: str
) -> None:
    """A common word is dropped if at most one article in a hundred has it: these do not answer the query."""
    index = WordList(tmp_path, ENGLISH | dict.fromkeys(("say", "zygote"), articles))
    assert _kept(index, query, beside) == kept


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("what is say", "say"),
        ("where is the zygote", "zygote"),
        ("what is the xylem", "what is the xylem"),  # no article has it
        ("zygote xylem", "zygote xylem"),
        ("zygote", "zygote"),
    ],
)
def test_of_a_question_that_nobody_reads_what_articles_have_is_asked(
    tmp_path: Path, query: str, kept: str
) -> None:
    """Words in articles are searched for as typed, without question words and the words they sound like."""
    index = WordList(tmp_path, ENGLISH | {"say": 2, "zygote": 2, "হাত": 300, "হয়": 900})
    assert _kept(index, query) == kept


def _kept(index: WordList, query: str, beside: str = "") -> str:
    """The words of a query that are searched for as typed.

    Args:
        index: the index of the words.
        query: the query as typed.
        beside: words that are adjacent in an article.
    """
    tokens, stems = analyze(query), [token.stem for token in analyze(beside)]
    found = Readings(index, lambda words: int([*words] == stems)).read(query, tokens, TimeBudget())
    read = {at for reading in found for at in range(reading.first, reading.last)}
    return " ".join(token.text for at, token in enumerate(tokens) if at not in read)


@pytest.mark.parametrize(
    ("others", "finding"),
    [([90], [True]), ([91], [False]), ([0], [False]), ([60, 30], [True, True]), ([60, 31], [True, False])],
)
def test_what_is_rarer_finds_articles_and_nothing_else_does(others: list[int], finding: list[bool]) -> None:
    """Together they are in nine articles for ten of the reading; the rest only changes the order."""
    counts = {"নদী": 100} | {f"নদ{at}": articles for at, articles in enumerate(others)}
    ordered = [(LatinCandidate(text, "sound", 1.0, 9), 1.0) for text in counts]
    found = alternatives(ordered, counts.__getitem__, sentence=False, alone=False)
    assert [way.finds for way in found] == finding


def test_a_function_word_is_no_reason_to_find_others() -> None:
    """A function word matches nothing by itself, and alone it has no alternatives."""
    ordered = [(LatinCandidate(text, "sound", 1.0, 9), 1.0) for text in ("এবং", "নদী")]
    found = [alternatives(ordered, lambda _: 9, sentence=False, alone=alone) for alone in (False, True)]
    assert [[way.finds for way in ways] for ways in found] == [[False], []]


@pytest.mark.parametrize(("read", "finds"), [("হত্যা", False), ("হলে", True)])
def test_in_a_sentence_a_function_word_finds_where_one_is_read(read: str, finds: bool) -> None:
    """Otherwise nearly all articles would match: *hotya* is হত্যা, and may be হতে."""
    ordered = [(LatinCandidate(text, "sound", 1.0, 9), 1.0) for text in (read, "হতে", "হোতা")]
    found = alternatives(ordered, lambda _: 9, sentence=True, alone=False)
    assert [(way.text, way.finds) for way in found] == [("হতে", finds), ("হোতা", True)]


@pytest.mark.parametrize(
    ("heard", "kind", "read", "same"),
    [
        ("গুগোল", "sound", LatinCandidate("গুগল", "loan", 1.0, 9), True),
        ("নদীরে", "sound", LatinCandidate("নদীরা", "name", 1.0, 9), False),
        ("নদীদেরে", "loan", LatinCandidate("নদীদের", "name", 1.0, 9), True),
        ("গুগোল", "letters", LatinCandidate("গুগল", "loan", 1.0, 9), False),
        ("ইউজ", "loan", LatinCandidate("ব্যবহার", "meaning", 1.0, 9), True),
    ],
    ids=["another spelling", "four letters of five", "six of seven", "letters", "a meaning"],
)
def test_a_word_by_its_sound_is_the_name_where_more_than_four_letters_of_five_are(
    heard: str, kind: str, read: LatinCandidate, same: bool
) -> None:
    """A meaning shares no letters, and names of letters are no word."""
    assert _is_the_word(LatinCandidate(heard, kind, 1.0, 9), read) is same  # type: ignore[arg-type]


def test_only_single_letters_are_read_as_one_abbreviation(reader: LatinReader) -> None:
    """*b c b* is বিসিবি, and *b cb* is not."""
    assert texts(reader, "b c b") == {"b c b": "বিসিবি"}
    assert "b cb" not in texts(reader, "b cb")


@pytest.mark.parametrize(
    ("words", "plausible", "read"), [(2, 1, 1), (2, 2, 2), (3, 1, 1), (3, 2, 3), (4, 2, 2), (4, 3, 4)]
)
def test_in_prose_far_readings_are_kept(tmp_path: Path, words: int, plausible: int, read: int) -> None:
    """Prose has at least three Latin words, most of which are plausible by themselves."""
    ways = [LatinCandidate("নদী", "loan", 1.0, 9, plausible=at < plausible) for at in range(words)]
    spans = [LatinSpan(at, at + 1, "nodi", (way,)) for at, way in enumerate(ways)]
    reader = latin_reading.LatinReader(WordList(tmp_path, {}), lambda _text: 0, TimeBudget())
    weighed = [(span, [(way, 1.0)]) for span, way in zip(spans, ways, strict=True)]
    assert len(reader.readings(spans, weighed, lambda *_: False)) == read
    assert len(reader.readings(spans, weighed, lambda *_: True)) == words


@pytest.mark.parametrize(
    ("typed", "capitals"),
    [
        ("BCB", [True]),
        ("bcb", [False]),
        ("Bcb", [False]),
        ("K", [False]),
        ("BCB bole", [True, False]),
        ("BCB BOLE", [False, False]),
        ("বাংলা BCB", [False, True]),
    ],
)
def test_capitals_mean_something_where_others_are_small(
    tmp_path: Path, typed: str, capitals: list[bool]
) -> None:
    """Capitals count for words of two letters or more; a query all in capitals comes from a locked key."""
    index = WordList(tmp_path, {"বিসিবি": 94})
    cutter = SpanCutter(index, LatinCandidates(index, lambda _text: 0), TimeBudget())
    assert [span.capitals for span in cutter.cut(typed, analyze(typed))] == capitals


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("new series of Bobby Deol", [3, 4]),
        ("Why did Bobby go", [2]),
        ("new series of bobby deol", []),
        ("Bobby Deol Web Series", []),
        ("Bobby Deol", []),
        ("কোথায় আছেন Bobby deol", []),
    ],
)
def test_a_capital_among_small_letters_begins_a_name(tmp_path: Path, typed: str, names: list[int]) -> None:
    """The first word of a sentence and headlines in capitals do not count."""
    index = WordList(tmp_path, {})
    cutter = SpanCutter(index, LatinCandidates(index, lambda _text: 0), TimeBudget())
    assert [span.first for span in cutter.cut(typed, analyze(typed)) if span.named] == names


@pytest.mark.parametrize(
    ("typed", "words", "read"),
    [
        ("facebook", {"ফেসবুক": 40, "facebook": 400}, True),
        ("facebook", {"ফেসবুক": 40, "facebook": 401}, False),
        ("man", {"মান": 90, "man": 90}, True),
        ("man", {"মান": 90, "man": 91}, False),
    ],
)
def test_a_latin_word_stays_itself_where_more_articles_have_it(
    tmp_path: Path, typed: str, words: Mapping[str, int], read: bool
) -> None:
    """A Latin word is kept with ten times the articles of a table's reading, or more than one by sound."""
    assert bool(texts(LatinReader(WordList(tmp_path, words), {}), typed)) == read


WAYS = [LatinCandidate(f"নদ{letter}", "sound", 1.0, 9) for letter in "কখগঘচছজ"]


@pytest.mark.parametrize(
    ("weights", "alone", "others"),
    [
        ([1.0] * 6, False, 5),
        ([0.25, 0.24], False, 1),
        ([0.25, 0.24], True, 2),
        ([0.08, 0.07], True, 1),
    ],
)
def test_five_other_readings_are_offered_at_the_most(
    tmp_path: Path, weights: list[float], alone: bool, others: int
) -> None:
    """A reading needs a quarter of the best one's weight; for a word without neighbours a twelfth."""
    reader = latin_reading.LatinReader(WordList(tmp_path, {}), lambda _text: 0, TimeBudget())
    ordered = [*zip(WAYS, [1.0, *weights], strict=False)]
    reading = reader._reading(LatinSpan(0, 1, "nodi"), ordered, sentence=False, alone=alone)
    assert reading.others == tuple(way.text for way in WAYS[1 : 1 + others])


def test_what_a_table_has_is_offered_however_unlikely(tmp_path: Path) -> None:
    """An editor put it into the table, whereas letters and sounds are everywhere."""
    kinds = ("name", "loan", "letters", "sound")
    found = [LatinCandidate(f"নদ{kind}", kind, 1.0, 9) for kind in kinds]  # type: ignore[arg-type]
    reader = latin_reading.LatinReader(WordList(tmp_path, {}), lambda _text: 0, TimeBudget())
    ordered = [(WAYS[0], 1.0), *((way, 0.01) for way in found)]
    reading = reader._reading(LatinSpan(0, 1, "nodi"), ordered, sentence=False, alone=True)
    assert reading.others == ("নদname", "নদloan")


@pytest.mark.parametrize(
    ("weight", "sentence", "alone", "found"),
    [
        (0.02, True, False, [(0.02, True)]),
        (0.019, True, False, []),
        (0.2, False, False, [(0.2, True)]),
        (0.19, False, False, [(0.19, False)]),
        (0.04, False, False, [(0.04, False)]),
        (0.039, False, False, []),
        (0.2, False, True, [(0.2, True)]),
        (0.19, False, True, []),
    ],
)
def test_a_likelier_reading_does_more(
    weight: float, sentence: bool, alone: bool, found: list[tuple[float, bool]]
) -> None:
    """A reading matches, only adds to scores, or is dropped; in a sentence all kept readings match."""
    ordered = [(WAYS[0], 1.0), (WAYS[1], weight)]
    ways = alternatives(ordered, {"নদক": 100, "নদখ": 9}.__getitem__, sentence=sentence, alone=alone)
    assert [(way.weight, way.finds) for way in ways] == found


@pytest.mark.parametrize(("weight", "finding"), [(0.1, 0.5), (0.6, 0.6)])
def test_the_likeliest_word_by_its_sound_weighs_half_beside_a_meaning(weight: float, finding: float) -> None:
    """At least half: *use* is mostly ব্যবহার, but some write ইউজ; a second word by sound keeps its weight."""
    meant = LatinCandidate("ব্যবহার", "meaning", 3.0, 900)
    ordered = [(meant, 1.0), (replace(WAYS[0], score=2.0), weight), (WAYS[1], 0.3)]
    ways = alternatives(ordered, {"ব্যবহার": 900}.get, sentence=True, alone=False)  # type: ignore[arg-type]
    assert [way.weight for way in ways] == [finding, 0.3]


def test_another_spelling_of_the_reading_finds_nearly_as_well() -> None:
    """Another spelling has the weight of a variant in the table of synonyms, whatever else is read."""
    ordered = [(replace(WAYS[0], spellings=("নদৗ",)), 1.0)]
    for sentence in (True, False):
        (way,) = alternatives(ordered, lambda _text: 9, sentence=sentence, alone=True)
        assert (way.text, way.weight, way.finds) == ("নদৗ", 0.95, True)

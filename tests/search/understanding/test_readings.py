"""The readings of a query's words, weighed together: corrections to search for, and to suggest."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.index.analysis.canonical import canonical
from onneshon.search.query.reading import WordReading
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.understanding.lattice import Hypothesis, Lattice
from onneshon.search.understanding.neighbours import Meant
from onneshon.search.understanding.readings import Readings
from onneshon.search.understanding.usual_spellings import Correction
from tests.search.understanding.word_lists import PairList, WordList

WORDS = {
    "মুক্তিযুদ্ধের": 800, "মুক্তিযোদ্ধার": 300, "ইতিহাস": 900, "তাড়াতাড়ি": 400, "তারাতারি": 3, "দেখতে": 954, "গরু": 300,
    "বাংলাদেশ": 900, "bangladesh": 40, "mane": 2, "মানে": 30, "man": 5,
    "চট্টগ্রাম": 980, "চট্রগ্রাম": 30, "স্থানীয়": 2234, "স্হানীয়": 24, "দুর্নীতি": 420, "দূর্নীতি": 14, "রহমান": 900,
    "গুরু": 200, "চাঁদ": 600, "চাদ": 2, "বড়": 500, "বর": 60, "মানুষ": 2000,
    "হাসপাতাল": 873, "হাসপাতালে": 2328, "হাসপাতল": 2, "খেলোয়াড়": 90,
}  # fmt: skip


def read(index: WordList, text: str) -> list[WordReading]:
    """The readings of a text."""
    return Readings(index, lambda _stems: 0).read(text, analyze(text), TimeBudget())


def suggest(words: list[str], index: WordList, doubted: set[str] | None = None) -> list[str]:
    """The queries suggested for one."""
    text = " ".join(words)
    tokens = analyze(text)
    positions = [at for at, token in enumerate(tokens) if doubted is None or token.text in doubted]
    return Readings(index, lambda _stems: 0).others(text, tokens, positions, TimeBudget())


@pytest.fixture
def index(tmp_path: Path) -> WordList:
    """An index of a few words."""
    return WordList(tmp_path, WORDS)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["মুক্তিজুদ্দের", "ইতিহাস"], "মুক্তিযুদ্ধের ইতিহাস"),
        (["দেকতে"], "দেখতে"),
        (["খেলয়ার"], "খেলোয়াড়"),
    ],
)
def test_a_word_nobody_wrote_is_corrected(index: WordList, typed: list[str], meant: str) -> None:
    """The whole query is suggested, with its other words as typed."""
    assert suggest(typed, index)[0] == meant


def test_a_rare_word_is_corrected_to_a_near_and_far_commoner_one(index: WordList) -> None:
    """Frequent misspellings occur in articles themselves."""
    assert suggest(["তারাতারি"], index) == ["তাড়াতাড়ি"]


@pytest.mark.parametrize("word", ["গরু", "বর", "ইতিহাস"])
def test_a_good_word_is_left_alone(index: WordList, word: str) -> None:
    """A near word that is only somewhat commoner is another word, not a correction."""
    assert suggest([word], index) == []


def test_a_letter_that_no_spelling_leaves_open_is_misspelt(tmp_path: Path) -> None:
    """ৎ is no variant of ত, though before another consonant their stems are equal."""
    index = WordList(tmp_path, WORDS | {"চিকিৎসক": 794, "চিকিতসক": 1, "করপোরেশন": 794, "কর্পোরেশন": 1})
    assert [reading.text for reading in read(index, "চিকিতসক")] == ["চিকিৎসক"]
    assert read(index, "কর্পোরেশন") == []


def test_a_spelling_the_search_finds_anyway_is_not_offered(index: WordList) -> None:
    """চাদ and চাঁদ have one stem, so the suggestion would find the same articles."""
    assert suggest(["চাদ"], index) == []
    assert suggest(["মানুস"], index) == []


def test_all_words_are_corrected_at_once_first(index: WordList) -> None:
    """The likeliest query comes first, then those with one other reading; at most three, without repeats."""
    found = suggest(["দেকতে", "মুক্তিজুদ্দার"], index)
    assert found[0].startswith("দেখতে মুক্তি")
    assert len(found) == len(set(found)) <= 3


@pytest.mark.parametrize("word", ["mane", "man", "facebook", "bangladesh"])
def test_latin_words_are_not_corrected(index: WordList, word: str) -> None:
    """Latin words are read by sound, and their other readings are offered with the reading."""
    assert suggest([word], index) == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("চট্রগ্রাম", "চট্টগ্রাম"), ("স্হানীয়", "স্থানীয়"), ("মুক্তিজুদ্দের", "মুক্তিযুদ্ধের"), ("দূর্নীতি", "দুর্নীতি")],
)
def test_a_near_certain_correction_is_searched_too(index: WordList, typed: str, meant: str) -> None:
    """A misspelling of a word that many articles have is corrected for the search."""
    (reading,) = read(index, typed)
    assert (reading.text, reading.kind) == (canonical(meant), "spelling")


@pytest.mark.parametrize("typed", ["চট্টগ্রাম", "রহমান", "বর", "গরু", "ইতিহাস", "ক্ষ্ণ্ক্ষ্ণ্ক্ষ্ণ", "1971"])
def test_a_good_or_a_hopeless_word_is_searched_as_typed(index: WordList, typed: str) -> None:
    """Short and rare words have frequent neighbours by chance."""
    assert read(index, typed) == []


def test_forms_of_the_right_word_leave_no_doubt_about_it(index: WordList) -> None:
    """হাসপাতালে is near হাসপাতল as well, but is a form of the same word."""
    (reading,) = read(index, "হাসপাতল")
    assert (reading.text, reading.typed_too) == ("হাসপাতাল", True)


def test_a_slip_in_a_long_query_is_mended_in_its_place(index: WordList) -> None:
    """In a pasted headline the other words stay as typed."""
    (reading,) = read(index, "বাংলাদেশ ইতিহাস বড় মানুষ গরু চট্রগ্রাম রহমান হাসপাতাল বাংলাদেশ")
    assert (reading.first, canonical(reading.text)) == (5, canonical("চট্টগ্রাম"))


def test_of_two_spellings_of_one_stem_the_far_more_usual_is_known(index: WordList) -> None:
    """Both find the same articles; as typed, the misspelt ones would come first."""
    (reading,) = read(index, "দূর্নীতি")
    assert (reading.text, reading.typed_too) == ("দুর্নীতি", False)
    assert read(index, "দুর্নীতি") == []


@pytest.mark.parametrize(
    ("typed", "form", "usual"),
    [("আশার", "আশা", "আসার"), ("জাবি", "জাবির", "যাবি"), ("জেটি", "জেটির", "যেটি"), ("বেচে", "বেচা", "বেঁচে")],
)
def test_a_word_with_forms_of_its_own_is_no_slip(tmp_path: Path, typed: str, form: str, usual: str) -> None:
    """A word with several forms is right, however frequent its homophone: আশার আলো is not আসার আলো."""
    words = WordList(tmp_path, {typed: 12, form: 40, usual: 3000, "ঢাকা": 9000})
    assert read(words, typed) == []


@pytest.mark.parametrize(("typed", "usual"), [("খুজে", "খুঁজে"), ("হেটে", "হেঁটে"), ("হিশেবে", "হিসেবে")])
def test_a_slip_of_another_stem_is_read_beside_the_word_as_typed(
    tmp_path: Path, typed: str, usual: str
) -> None:
    """No other word has its stem; that it is a slip is likely but not certain."""
    words = WordList(tmp_path, {typed: 12, usual: 3000, "ঢাকা": 9000})
    (reading,) = read(words, typed)
    assert (canonical(reading.text), reading.typed_too) == (canonical(usual), True)


def test_another_conjunct_is_meant_in_its_usual_spelling(tmp_path: Path) -> None:
    """ব্রাহ্মনবাড়িয়া, which has the missing conjunct, is misspelt itself."""
    words = WordList(tmp_path, {"ব্রাহ্মণবাড়িয়া": 74, "ব্রাহ্মনবাড়িয়া": 1, "বাহ্মনবাড়িয়া": 1, "ঢাকা": 3000})
    (reading,) = read(words, "বাহ্মনবাড়িয়া")
    assert canonical(reading.text) == canonical("ব্রাহ্মণবাড়িয়া")


def test_only_words_in_doubt_are_corrected(index: WordList) -> None:
    """The other words of a query that finds something are right."""
    found = suggest(["দেকতে", "মুক্তিজুদ্দার"], index, doubted={"দেকতে"})
    assert found
    assert all(query.endswith(" মুক্তিজুদ্দার") for query in found)


@pytest.mark.parametrize("words", [[], ["football"], ["১৯৭১"], ["ক"], ["বাংলা-football"], ["ক্ষ্ণ্ক্ষ্ণ্ক্ষ্ণ"]])
def test_what_cannot_be_corrected_has_no_suggestion(index: WordList, words: list[str]) -> None:
    """Empty queries, Latin words, numbers, single letters, and words near nothing have no suggestion."""
    assert suggest(words, index) == []


def test_without_time_no_other_words_are_offered(index: WordList) -> None:
    """The remaining words are taken to be right."""
    ticks = iter(range(1000))
    budget = TimeBudget(0.5, lambda: float(next(ticks)))
    assert Readings(index, lambda _stems: 0).others("দেকতে", analyze("দেকতে"), [0], budget) == []


DEATHS = {
    "সড়ক": 900, "দুর্ঘটনা": 800, "দুর্ঘটনার": 300, "টানা": 560, "টন": 270, "আকরাম": 96, "আক্রমণ": 218, "খান": 500,
    "নরেন্দ্র": 200, "মোদি": 400, "মুদি": 54, "দোকান": 300, "রাষ্ট্র": 400, "পতি": 14, "রাষ্ট্রপতি": 700, "প্রতি": 2000,
}  # fmt: skip
BESIDE = {
    ("সড়ক", "দুর্ঘটনা"): 400, ("সড়ক", "দুর্ঘটনার"): 40, ("আকরাম", "খান"): 60, ("নরেন্দ্র", "মোদি"): 1800,
    ("মুদি", "দোকান"): 20,
}  # fmt: skip


@pytest.fixture
def context(tmp_path: Path) -> WordList:
    """An index of a few words, with the frequencies of some adjacent pairs."""
    return WordList(tmp_path, DEATHS, pairs=PairList(BESIDE, DEATHS))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("সড়ক দুর্ঘ টনা", [(1, 3, "দুর্ঘটনা")]),
        ("আকরম খান", [(0, 1, "আকরাম")]),
        ("নরেন্দ্র মুদি", [(1, 2, "মোদি")]),
        ("মুদি দোকান", []),
        ("মুদি", []),
    ],
    ids=[
        "a slip of a space is undone before its parts are corrected",
        "the nearest word is not at home there",
        "a word that is there has another context",
        "a word is at home beside its neighbour",
        "without a neighbour nothing speaks against it",
    ],
)
def test_all_that_words_may_be_is_weighed_together(
    context: WordList, typed: str, meant: list[tuple[int, int, str]]
) -> None:
    """The adjacent words decide."""
    found = [(reading.first, reading.last, canonical(reading.text)) for reading in read(context, typed)]
    assert found == [(first, last, canonical(text)) for first, last, text in meant]


def test_a_president_is_one_of_a_state_where_nothing_shows_another(tmp_path: Path) -> None:
    """Of a party or a board, whose names stand beside সভাপতি in articles, a president is that."""
    words = {"মিশর": 40, "বিসিবি": 90, "সভাপতি": 900, "প্রেসিডেন্ট": 400, "রাষ্ট্রপতি": 300}
    index = WordList(tmp_path, words, pairs=PairList({("বিসিবি", "সভাপতি"): 40}, words))
    found = [read(index, text)[-1].text for text in ("egypt president", "bcb president")]
    assert found == ["প্রেসিডেন্ট", "সভাপতি"]


def test_what_its_context_leaves_no_doubt_of_is_searched_alone(context: WordList) -> None:
    """The word as typed would find other articles in addition."""
    (reading,) = read(context, "নরেন্দ্র মুদি")
    assert not reading.typed_too


def test_two_spellings_that_share_a_context_are_one_word(tmp_path: Path) -> None:
    """A few more articles for the usual one are enough: ধরণের is ধরনের, but কাটা is not কাঁটা."""
    words = {"ধরণের": 430, "ধরনের": 1700, "কাটা": 260, "কাঁটা": 700, "কাজ": 900, "খবর": 800, "ধান": 300, "তার": 900}
    beside = {
        ("ধরণের", "কাজ"): 40, ("ধরণের", "খবর"): 30, ("ধরনের", "কাজ"): 160, ("ধরনের", "খবর"): 90,
        ("কাটা", "ধান"): 30, ("কাঁটা", "তার"): 60,
    }  # fmt: skip
    index = WordList(tmp_path, words, pairs=PairList(beside, words))
    assert [canonical(reading.text) for reading in read(index, "ধরণের")] == [canonical("ধরনের")]
    assert read(index, "কাটা") == []


@pytest.mark.parametrize(("words", "shown"), [({"পল্লী": 158, "পল্লি": 7}, False), ({"পল্লী": 158}, True)])
def test_a_spelling_that_articles_have_is_not_put_right_before_readers(
    tmp_path: Path, words: dict[str, int], shown: bool
) -> None:
    """Both find the same articles, the usual spelling first; a spelling in no article is shown as a slip."""
    (reading,) = read(WordList(tmp_path, words), "পল্লি")
    assert (canonical(reading.text), reading.shown) == ("পল্লী", shown)


MINISTRY = {"শিক্ষা": 800, "মন্ত্রণালয়": 600, "মন্ত্রণালয়ের": 300, "মন্ত্রী": 500, "মন্ত্র": 9, "জপ": 30}
BEHIND = {("শিক্ষা", "মন্ত্রণালয়"): 400, ("শিক্ষা", "মন্ত্রী"): 60, ("মন্ত্র", "জপ"): 4, ("জপ", "মন্ত্র"): 5}


@pytest.fixture
def ministry(tmp_path: Path) -> WordList:
    """An index of a few words, with the frequencies of some adjacent pairs."""
    return WordList(tmp_path, MINISTRY, pairs=PairList(BEHIND, MINISTRY))


@pytest.mark.parametrize(("typed", "typed_too"), [("শিক্ষা মন্ত্রণা", False), ("শিক্ষা মন্ত্র", True)])
def test_a_last_word_may_be_unfinished(ministry: WordList, typed: str, *, typed_too: bool) -> None:
    """The last word is completed by what follows the previous one; if articles have it, both are searched."""
    (reading,) = read(ministry, typed)
    assert (canonical(reading.text), reading.kind) == (canonical("মন্ত্রণালয়"), "unfinished")
    assert reading.typed_too is typed_too


@pytest.mark.parametrize("typed", ["জপ মন্ত্র", "মন্ত্র", "মন্ত্র শিক্ষা", "শিক্ষা ম"])
def test_a_word_that_is_at_home_alone_or_not_the_last_is_finished(ministry: WordList, typed: str) -> None:
    """A single letter is not completed either."""
    assert not [reading for reading in read(ministry, typed) if reading.kind == "unfinished"]


def test_latin_letters_may_be_the_beginning_of_a_word(tmp_path: Path) -> None:
    """Latin letters are completed by what follows the previous word, by sound."""
    words = {"মির্জা": 200, "ফখরুল": 180, "ফখরুলের": 60, "ফোক": 40}
    pairs = PairList({("মির্জা", "ফখরুল"): 150, ("মির্জা", "ফখরুলের"): 50}, words)
    _, last = read(WordList(tmp_path, words, pairs=pairs), "mirza fokh")
    assert (last.text, last.kind) == ("ফখরুল", "unfinished")


@pytest.mark.parametrize(("articles", "others"), [(4500, ("যুক্তি",)), (3, ())])
def test_what_is_nearly_as_likely_is_offered_beside_a_correction(
    tmp_path: Path, articles: int, others: tuple[str, ...]
) -> None:
    """A far less likely reading is not offered."""
    (reading,) = read(WordList(tmp_path, {"মুক্তি": 9000, "যুক্তি": articles}), "তুক্তি")
    assert (reading.text, reading.others) == ("মুক্তি", others)


def test_another_form_of_a_correction_is_not_offered_beside_it(tmp_path: Path) -> None:
    """A search for one form finds the articles with the other."""
    (reading,) = read(WordList(tmp_path, {"নারায়ণগঞ্জে": 145, "নারায়ণগঞ্জ": 277}), "নারায়ণগঞ্চে")
    assert (canonical(reading.text), reading.others) == (canonical("নারায়ণগঞ্জে"), ())


@pytest.mark.parametrize(("articles", "offered"), [(0, ["মুক্তি"]), (1, [])])
def test_what_articles_have_is_doubted_less(tmp_path: Path, articles: int, offered: list[str]) -> None:
    """For a word in no article a weaker correction is better than none."""
    words = {"মুক্তি": 150, **({"তুক্তি": articles} if articles else {})}
    assert suggest(["তুক্তি"], WordList(tmp_path, words)) == offered


def test_one_word_stands_beside_nothing(index: WordList) -> None:
    """A text of one word has no neighbours, so its articles are not counted."""

    def together(stems: Sequence[str]) -> int:
        assert len(stems) > 1
        return 7

    readings = Readings(index, together)
    assert [readings.together(text) for text in ("", "নদী", "নদী নালা")] == [0, 0, 7]


def test_other_counts_change_no_hypothesis(index: WordList) -> None:
    """Readings with another counter share the cache of words."""
    readings = Readings(index, lambda _stems: 0)
    others = readings.counting(lambda _stems: 7)
    assert others._hypotheses is readings._hypotheses
    assert [each.together("নদী নালা") for each in (readings, others)] == [0, 7]


@pytest.mark.parametrize(("typed", "doubted"), [(-2.4, True), (-2.5, False), (-4.0, False), (1.0, True)])
def test_what_was_typed_is_searched_too_where_it_is_nearly_as_likely(
    index: WordList, typed: float, doubted: bool
) -> None:
    """Both are searched for if the typed word's score is within 3 of the correction's, here 0.5."""
    tokens, correction = analyze("হাসপাতল"), Correction("হাসপাতাল", 873, 0.5)
    ways: list[Hypothesis[Correction]] = [
        Hypothesis(0, 1, ("হাসপাতাল",), 0.5, correction),
        Hypothesis(0, 1, ("হাসপাতল",), typed),
    ]
    readings = Readings(index, lambda _stems: 0)
    read = readings._reading(ways[0], correction, Lattice(ways, lambda *_: 0.0), tokens)  # type: ignore[arg-type]
    assert read.typed_too is doubted


@pytest.mark.parametrize(
    ("scores", "others"),
    [
        ([0.4, -2.4, -2.5, -2.6], ["মুক্তি", "যুক্তি"]),
        ([0.4, 0.3, 0.2, 0.1], ["মুক্তি", "যুক্তি", "চুক্তি"]),
    ],
)
def test_what_is_offered_beside_a_correction_is_within_three_of_it(
    index: WordList, scores: list[float], others: list[str]
) -> None:
    """The limit is 3 in log-odds, and at most three are offered, for nobody chooses among more."""
    meant = [Correction(word, 9, 0.5) for word in ("ভক্তি", "মুক্তি", "যুক্তি", "চুক্তি", "শক্তি")]
    ways = [
        Hypothesis(0, 1, (correction.word,), score, correction)
        for correction, score in zip(meant, [0.5, *scores], strict=True)
    ]
    readings = Readings(index, lambda _stems: 0)
    lattice = Lattice(ways, lambda *_: 0.0)
    read = readings._reading(ways[0], meant[0], lattice, analyze("তুক্তি"))  # type: ignore[arg-type]
    assert list(read.others) == others


@pytest.mark.parametrize(
    ("found", "doubtful", "offered"),
    [
        ([("নালা", -1.2)], {}, ["নালা"]),
        ([("নালা", -1.3)], {}, []),
        ([("নালা", 2.5), ("খাল", 1.4), ("বিল", 1.2)], {}, ["নালা", "খাল"]),
        ([("নালা", -0.1), ("খাল", -0.2)], {"নালা": [("ডালা", -1.0)]}, ["খাল"]),
        ([("নালা", -0.1)], {"নালা": [("ডালা", -1.1), ("মালা", 2.0)]}, ["নালা"]),
        ([(word, 0.2) for word in ("নালা", "খাল", "বিল", "হাওর")], {}, ["নালা", "খাল", "বিল"]),
    ],
    ids=[
        "up to 1.2 less likely than what was typed",
        "less is not offered",
        "up to 1.2 less likely than the best",
        "a word in doubt itself is not offered",
        "its likeliest correction tells whether it is",
        "three queries at the most",
    ],
)
def test_words_in_doubt_are_offered_by_their_log_odds(
    index: WordList,
    found: list[tuple[str, float]],
    doubtful: dict[str, list[tuple[str, float]]],
    offered: list[str],
) -> None:
    """The log-odds are those of the lattice, which the test gives."""
    readings = _offering(
        {"নদী": _spelt(found)}, {word: _spelt(ways) for word, ways in doubtful.items()}, index
    )
    assert readings.others("নদী", analyze("নদী"), [0], TimeBudget()) == offered


def _spelt(ways: Sequence[tuple[str, float]]) -> list[Correction]:
    return [Correction(canonical(word), 9, score) for word, score in ways]


def _offering(
    found: Mapping[str, list[Correction]], doubtful: Mapping[str, list[Correction]], index: WordList
) -> Readings:
    """Readings with given hypotheses for words, and given corrections."""

    def lattice(tokens: Sequence[Token], *_: object, **__: object) -> Lattice[Meant]:
        ways: list[Hypothesis[Meant]] = [
            Hypothesis(at, at + 1, (token.exact,)) for at, token in enumerate(tokens)
        ]
        ways += (
            Hypothesis(at, at + 1, (meant.word,), meant.certainty, meant)
            for at, token in enumerate(tokens)
            for meant in found.get(token.text, ())
        )
        return Lattice(ways, lambda *_: 0.0)

    readings = Readings(index, lambda _stems: 0)
    readings._hypotheses = SimpleNamespace(  # type: ignore[assignment]
        lattice=lattice, corrections=lambda token: doubtful.get(token.text, [])
    )
    return readings


def test_each_other_reading_leaves_the_rest_of_the_query_as_it_is_likeliest(index: WordList) -> None:
    """The other words take their likeliest reading; punctuation and spaces stay as typed."""
    found = {
        "দেকতে": _spelt([("দেখতে", 2.0), ("দেখাতে", 1.9)]),
        "গুরু": _spelt([("গরু", 1.8), ("শুরু", 1.7)]),
    }
    text = "বড়, দেকতে – গুরু ইতিহাস"
    readings = _offering(found, {}, index)
    assert readings.others(text, analyze(text), range(4), TimeBudget()) == [
        "বড়, দেখতে – গরু ইতিহাস",
        "বড়, দেখাতে – গরু ইতিহাস",
        "বড়, দেখতে – শুরু ইতিহাস",
    ]


@pytest.mark.parametrize("kept", [Correction("নালা", 9, 2.0, "meaning"), Correction("নালা", 9, 2.0, same=True)])
def test_what_is_searched_anyway_is_no_other_spelling(index: WordList, kept: Correction) -> None:
    """A meaning is not offered as a correction, nor another spelling of the same word."""
    readings = _offering({"ক্যানেল": [kept]}, {}, index)
    assert readings.others("ক্যানেল", analyze("ক্যানেল"), [0], TimeBudget()) == []


@pytest.mark.parametrize(
    ("typed", "meant", "beside"),
    [("নগত", "নগদ", "লভ্যাংশ"), ("গড়নের", "গঠনের", "দাবি"), ("মশার", "মশাল", "মিছিল")],
)
def test_what_stands_beside_its_neighbours_is_offered_for_what_never_does(
    tmp_path: Path, typed: str, meant: str, beside: str
) -> None:
    """Articles have all three words, so that none is corrected for the search."""
    words = {typed: 14, meant: 100, beside: 300, "ঢাকা": 9000}
    index = WordList(tmp_path, words, pairs=PairList({(meant, beside): 9}, words))
    assert read(index, f"{typed} {beside}") == []
    assert suggest([typed, beside], index) == [f"{meant} {beside}"]
    assert suggest([typed], index) == []

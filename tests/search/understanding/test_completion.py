"""Suggestions while a user types, over a small index that is built for these tests."""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index import Article
from onneshon.index.analysis.canonical import canonical
from onneshon.index.completion.completion import Candidate, Completion
from onneshon.index.completion.table import Row
from onneshon.index.indexer.builder import build
from onneshon.search import Engine
from onneshon.search.understanding.completion import MOST, USUAL, _either_script, _Typed, complete
from onneshon.search.understanding.suggestion import AsRead, Findings, Suggestion, different, searched
from tests.fakes import article, reader_of
from tests.strategies import mixed_text

DECOMPOSED = "\u09af\u09bc"
"""য় as two code points, which most of these titles have."""

TITLES = (
    *["ঢাকায় নতুন সেতু"] * 2,
    "ঢাকা বিশ্ববিদ্যালয়ে ভর্তি পরীক্ষা",
    "ঢাকা বিশ্ববিদ্যালয়ের ছাত্র",
    "ঢাকা মহানগর কমিটি",
    "ঢাকা মহানগর পুলিশ",
    "ঢাকা মহানগর নাট্যমঞ্চ",
    "ঢাল তলোয়ার",
    "কথা ও কাজ",
    "কথা রাখা",
    "ক্ষমতা কার",
    "ক্ষমতা কী",
    "বাংলাদেশ জিতল",
    "বাংলাদেশের জয়",
    "বাংলাদেশ ও বাংলা ভাষা",
    "বাংলা একাডেমি",
    "র\u200d্যাব ও পুলিশ",
    "র\u200d্যাব এল",
    "মুক্তিযুদ্ধ জাদুঘর",
    "মুক্তিযুদ্ধ ও আমরা",
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine over articles with these titles."""
    directory = tmp_path_factory.mktemp("typed") / "index"
    written = [title.replace("\u09df", DECOMPOSED) for title in TITLES]
    build([Article(str(i), title, f"{title}।") for i, title in enumerate(written)], directory)
    with Engine.open(directory) as opened:
        yield opened


def texts(engine: Engine, typed: str, limit: int = 8) -> list[str]:
    """The texts of the suggestions."""
    return [suggestion.text for suggestion in engine.suggest(typed, limit=limit)]


def test_what_articles_say_most_comes_first(engine: Engine) -> None:
    """ঢাকা comes before ঢাল, and its other forms are not suggested."""
    found = texts(engine, "ঢা")
    assert found[:1] == ["ঢাকা"]
    assert "ঢাকা\u09af\u09bc" not in found


def test_a_word_has_its_count_and_kind(engine: Engine) -> None:
    """The count is 7: a search finds all titles with ঢাকা or a form of it."""
    first = engine.suggest("ঢা")[0]
    assert (first.kind, first.count) == ("word", 7)
    assert engine.search(first.text).total == 7


def test_a_consonant_begins_other_letters_before_its_conjuncts(engine: Engine) -> None:
    """ক্ষ is a separate letter to a reader, so ক is completed to কথা first."""
    found = texts(engine, "ক")
    assert found.index("কথা") < found.index("ক্ষমতা")


@pytest.mark.parametrize("typed", ["ক্", "ক্ষ", "ক্\u200d", "ক্ষম"])
def test_half_a_cluster_is_on_the_way_to_the_whole(engine: Engine, typed: str) -> None:
    """A final hasanta, with a joiner or without, begins a conjunct."""
    assert texts(engine, typed)[0] == "ক্ষমতা"
    assert "কথা" not in texts(engine, typed)


def test_latin_letters_are_on_the_way_to_bengali_words(engine: Engine) -> None:
    """Three letters of the sound are enough; a whole word may begin a longer one."""
    assert "বাংলাদেশ" in texts(engine, "bangla")[:3]
    assert "ঢাকা" in texts(engine, "dha")


def test_a_misspelt_beginning_still_leads_to_the_word(engine: Engine) -> None:
    """From four clusters on a wrong last cluster is tolerated."""
    assert "মুক্তিযুদ্ধ" in texts(engine, "মুক্তিযুদ্দ")
    assert "মুক্তিযুদ্ধ" in texts(engine, "মুক্তীযুদ")


@pytest.mark.parametrize(
    ("typed", "word"), [("ঢাকাকে", "ঢাকা"), ("কথাটা", "কথা"), ("পুলিশেরই", "পুলিশ"), ("ঢাকাকেও", "ঢাকা")]
)
def test_a_form_that_no_article_has_leads_to_its_word(engine: Engine, typed: str, word: str) -> None:
    """An inflected form in no article suggests its word; a text that only shares the beginning does not."""
    assert word in texts(engine, typed)
    assert "কথা" not in texts(engine, "কথাম")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("মুক্তিরযুদ্ধ", True),
        ("মুক্তিপুদ্ধ", True),
        ("মুক্তোযুদ্ধ", True),
        ("মুক্তিদ্ধযু", True),
        ("মুক্তিরপযুদ্ধ", False),
        ("মক্তিযুদ্ধপর", False),
        ("যুমুক্তিদ্ধ", False),
        ("মুক্তিদ্ধ", False),
    ],
)
def test_a_slip_of_the_hand_still_leads_to_the_word(engine: Engine, typed: str, found: bool) -> None:
    """One slip is tolerated after the first cluster: an added or other letter, a wrong vowel, a swap."""
    assert ("মুক্তিযুদ্ধ" in texts(engine, typed)) == found


def test_words_are_written_as_titles_write_them(engine: Engine) -> None:
    """Suggestions have the joiner of র‍্যাব, which no key contains, and the two code points of য় here."""
    assert "র\u200d্যাব" in texts(engine, "র্যা")
    assert texts(engine, "ঢাকা\u09df")[0] == f"ঢাকা{DECOMPOSED}"


def test_frequent_phrases_are_suggested(engine: Engine) -> None:
    """Three titles contain ঢাকা মহানগর."""
    found = engine.suggest("ঢাকা ম")
    assert (found[0].text, found[0].kind, found[0].count) == ("ঢাকা মহানগর", "phrase", 3)


def test_whole_titles_are_suggested_once_each(engine: Engine) -> None:
    """Two articles have the same title, which is suggested once with a count of 2."""
    found = [
        (suggestion.text, suggestion.count)
        for suggestion in engine.suggest("ঢাকা\u09df নতুন")
        if suggestion.kind == "title"
    ]
    assert found == [(f"ঢাকা{DECOMPOSED} নতুন সেতু", 2)]


def test_what_no_article_says_is_not_suggested(engine: Engine) -> None:
    """A word with that prefix is not suggested if it never follows the previous word."""
    assert texts(engine, "ক্ষম") == ["ক্ষমতা", "ক্ষমতা কার", "ক্ষমতা কী"]
    assert texts(engine, "পুলিশ ক্ষম") == []


@given(mixed_text, st.integers(0, 60))
def test_any_text_is_answered(engine: Engine, typed: str, limit: int) -> None:
    """There are at most ``limit`` suggestions, and no duplicates."""
    found = texts(engine, typed, limit)
    assert len(found) <= min(limit, MOST)
    assert len(found) == len(set(found))


def test_nothing_typed_suggests_nothing(engine: Engine) -> None:
    """Spaces suggest nothing either."""
    assert texts(engine, "") == texts(engine, "  ") == []


def test_an_index_that_was_built_without_suggests_nothing(tmp_path: Path) -> None:
    """Indexes of earlier versions have no such file, and open without it."""
    assert Completion.open(tmp_path) is None
    assert complete("ঢা", reader_of([article("1", "ঢাকা ঢাকা")]), 8) == []


@pytest.mark.parametrize(("articles", "offered"), [(2, True), (USUAL, False)])
def test_what_a_usual_word_begins_with_is_no_slip(articles: int, offered: bool) -> None:
    """Another spelling of the beginning is suggested only next to rare words."""
    titles = [*["বিচারের রায়"] * articles, *["বিচরের পথ"] * 3]
    with Engine.of(Article(str(number), title) for number, title in enumerate(titles)) as engine:
        words = [suggestion.text for suggestion in engine.suggest("বিচারের") if suggestion.kind == "word"]
        assert words[0] == "বিচারের"
        assert ("বিচরের" in words) == offered


def test_forms_of_a_word_weigh_together() -> None:
    """The commonest form is shown for all, before a word that more articles have than that form alone."""
    titles = [*["নদীর কথা"] * 10, *["নদীতে মাছ"] * 9, *["নদে জল"] * 12]
    with Engine.of(Article(str(number), title) for number, title in enumerate(titles)) as engine:
        words = [
            (suggestion.text, suggestion.count)
            for suggestion in engine.suggest("ন")
            if suggestion.kind == "word"
        ]
        assert words[:2] == [("নদীর", 19), ("নদে", 12)]


def _over(*titles: str) -> Engine:
    return Engine.of(Article(str(number), title) for number, title in enumerate(titles))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("chittagong", "চট্টগ্রাম"), ("police", "পুলিশ"), ("chittagong police", "চট্টগ্রাম পুলিশ"), ("bcb", "বিসিবি")],
)
def test_a_whole_word_is_suggested_as_a_search_reads_it(typed: str, meant: str) -> None:
    """By sound chittagong does not lead to চট্টগ্রাম, but a table does, as in a search."""
    with _over(*["চট্টগ্রাম পুলিশ", "বিসিবি", "চিটাগাং", "পলিসি", "পলিসি"] * 3) as engine:
        assert texts(engine, typed)[0] == meant
        assert engine.suggest(typed)[0].count == engine.search(meant).total_all


def test_a_beginning_is_no_whole_word() -> None:
    """A rare word spelt exactly so comes second, or is not suggested."""
    with _over(*["খালেদা জিয়া"] * 40, *["খালে জল"] * 5, *["খালি"] * 3) as engine:
        assert texts(engine, "khale")[:2] == ["খালেদা", "খালে"]
    with _over(*["খালেদা জিয়া"] * 60, *["খালেক এলেন"] * 20, *["খালে জল"] * 5) as engine:
        assert texts(engine, "khale")[:2] == ["খালেদা", "খালেক"]


def test_words_typed_before_are_read_as_a_search_reads_them() -> None:
    """Earlier words are read with their neighbours; what titles have beats a word that is likelier alone."""
    with _over(*["শেখ হাসিনা"] * 3, *["শেইখ"] * 2, *["হাসপাতালে ভিড়"] * 9) as engine:
        assert texts(engine, "sheikh has") == ["শেখ হাসিনা"]


def test_what_a_search_adds_to_words_before_the_last_is_none_of_them() -> None:
    """*shakib al* begins the player's name, and what is typed behind it begins হাসান, not what follows হাসান."""
    said = ["সাকিব আল হাসান"] * 30 + ["সাকিব আল হোসেন"] * 9 + ["হাসান হত্যা"] * 200
    with _over(*said, "হাসান হত্যা: সাকিব আল হাসান") as engine:
        assert texts(engine, "shakib al h") == ["সাকিব আল হাসান", "সাকিব আল হোসেন"]


def test_rare_latin_words_come_after_bengali_ones() -> None:
    """At least one Latin word is shown; frequent ones come before the Bengali words."""
    with _over(*["পদ্মা সেতু"] * 5, *["section one"] * 3, *["সরকার"] * 4) as engine:
        assert texts(engine, "s", 2) == ["সেতু", "section"]
    with _over(*["সেতু"] * 3, *["section one"] * 9) as engine:
        assert texts(engine, "s", 2) == ["section", "সেতু"]


def test_a_short_reading_leaves_room_for_a_longer_one() -> None:
    """The letters tu may belong to a sibilant, and many frequent words begin with one."""
    consonants = "কখগঘচছজঝটঠডঢণথদধনপফবভমযরলশষহ"
    usual = [f"স{first}{two}" for first in consonants for two in "কগজ"]
    with _over(*usual * 3, *["সেতু"] * 2) as engine, engine._reading() as state:
        completion = state.index.completion
        assert completion
        assert [candidate.row.text for candidate in completion.sounding("setu", 8)] == ["সেতু"]


def test_where_nothing_goes_on_a_misspelt_word_is_read() -> None:
    """A misspelt text with no completion is read as a search corrects it."""
    with _over(*["রবীন্দ্র সরণি"] * 60) as engine:
        assert texts(engine, "রবিন্দ্র") == ["রবীন্দ্র"]


@pytest.mark.parametrize(
    ("typed", "first"), [("onion", "পেঁয়াজ"), ("ssc", "এসএসসি"), ("un", "জাতিসংঘ"), ("facebook", "ফেসবুক")]
)
def test_a_whole_word_of_a_table_comes_before_what_sounds_so(typed: str, first: str) -> None:
    """A table's reading of a whole word comes first, however frequent other words of that sound are."""
    sounding = ["অনন্য কাজ", "স্কুল খোলে", "আনা হয়", "ফেসবুকওয়ালে যায়"]
    with _over(*sounding * 9, *["পেঁয়াজ এল", "এসএসসি পরীক্ষা", "জাতিসংঘ ভাঙে", "ফেসবুক চলে"] * 3) as engine:
        assert canonical(texts(engine, typed)[0]) == canonical(first)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("educat", ["শিক্ষা", "শিক্ষা বোর্ড"]),
        ("Education B", ["শিক্ষা বোর্ড"]),
        ("road  acc", ["সড়ক দুর্ঘটনা"]),
        ("mani", ["মানিকগঞ্জ", "মনীষী", "ইশতেহার"]),
        ("road bl", []),
        ("roa", []),
    ],
)
def test_the_beginning_of_english_words_is_enough(typed: str, found: list[str]) -> None:
    """English words come before rarer words by sound, phrases after words, if any article has them."""
    titles = ["শিক্ষা বোর্ড বলে", "সড়ক দুর্ঘটনা হয়", "অবরোধ সড়ক", "ইশতেহার এল"] * 3
    with _over(*titles, *["মানিকগঞ্জ জেলা"] * 9, *["মনীষী"] * 4) as engine:
        suggested = texts(engine, typed)[: len(found) or None]
        assert [*map(canonical, suggested)] == [*map(canonical, found)]


def test_several_words_begin_a_name_of_one() -> None:
    """No word behind শ্রী sounds like *la*, by which names of several words are found."""
    with _over(*["শ্রীলঙ্কা সফর"] * 9, *["শ্রীলঙ্কান দল"] * 2) as engine:
        assert texts(engine, "sri la")[:2] == ["শ্রীলঙ্কা", "শ্রীলঙ্কান"]


def test_one_letter_begins_a_word_rather_than_that_it_is_an_ending() -> None:
    """A search reads it as an ending, and so does the last row; two letters are the ending."""
    with _over(*["মেট্রো রেল"] * 3, *["মেট্রোর পথ"] * 9) as engine:
        assert texts(engine, "metro r")[:2] == ["মেট্রো রেল", "মেট্রোর"]
        assert texts(engine, "metro er")[0] == "মেট্রোর"


def test_phrases_of_tables_stand_in_the_order_of_their_articles() -> None:
    """The phrase in more articles comes first."""
    with _over(*["সড়ক নিরাপত্তা চাই"] * 3, *["সড়ক দুর্ঘটনা হয়"] * 2) as engine:
        suggested = [*map(canonical, texts(engine, "road"))]
    assert suggested == [*map(canonical, ("সড়ক", "সড়ক নিরাপত্তা", "সড়ক দুর্ঘটনা"))]


def test_words_are_suggested_without_endings() -> None:
    """Words are suggested without endings, alone and after others, if articles have the bare form often."""
    titles = [*["শেখ হাসিনার সভা"] * 30, *["শেখ হাসিনা এলেন"] * 10]
    with _over(*titles) as engine:
        assert texts(engine, "হাসি", 1) == ["হাসিনা"]
        assert texts(engine, "শেখ হা")[0] == "শেখ হাসিনা"
    with _over(*["শেখ হাসিনার সভা"] * 90, *["শেখ হাসিনা এলেন"] * 9) as engine:
        assert texts(engine, "হাসি", 1) == ["হাসিনার"]
        assert texts(engine, "শেখ হা")[0] == "শেখ হাসিনার"


def test_what_a_search_takes_for_the_same_is_suggested_once() -> None:
    """The commonest spelling is shown; a compound written as two words is another row."""
    with _over(*["ভ্যাকসিন এল"] * 60, *["ভ্যাক্সিন আসে"] * 3, *["ভ্যান চলে"] * 2) as engine:
        shown = [row.text for row in engine.suggest("ভ্যা") if row.kind == "word"]
    assert shown == ["ভ্যাকসিন", "ভ্যান"]
    with _over(*["পদ্মাসেতু খোলা"] * 6, *["পদ্মা সেতু খোলা"] * 6) as engine:
        assert {"পদ্মাসেতু", "পদ্মা সেতু"} <= {*texts(engine, "পদ্মা")}


@pytest.mark.parametrize("typed", ["{} -{}", "-{} {}", "NOT {} {}", "{} NOT {}"])
def test_nothing_goes_on_from_what_is_excluded(engine: Engine, typed: str) -> None:
    """A suggestion would drop the minus, and search for the excluded word."""
    assert texts(engine, "বাংলা ভা")
    assert texts(engine, typed.format("বাংলা", "ভা")) == []


@pytest.mark.parametrize("typed", ["dhaka~", "(dhaka", "dhaka* po", "title:dhaka"])
def test_what_has_operators_is_not_read(engine: Engine, typed: str) -> None:
    """Reading such a search may be costly, and suggestions must be quick."""

    def read(text: str) -> AsRead:
        raise AssertionError(text)

    with engine._reading() as state:
        complete(typed, state.index, 8, read)
        with pytest.raises(AssertionError, match="dhaka"):
            complete("dhaka", state.index, 8, read)


def test_a_title_is_no_form_of_a_word_that_is_suggested() -> None:
    """One form of each word or phrase is suggested; each title comes once."""
    rows = [
        Suggestion("নদী", "word", 9),
        Suggestion("নদীর", "word", 5),
        Suggestion("নদীতে", "title", 1),
        Suggestion("নদীতে", "title", 1),
    ]
    assert [*different(rows)] == [rows[0], rows[2]]


@pytest.fixture(scope="module")
def capital() -> Iterator[Engine]:
    """An engine over titles of which four begin with each of four phrases."""
    phrases = ("ঢাকা কলেজ", "ঢাকা নগর", "ঢাকা বন্দর", "ঢাকা মেলা")
    with _over(*[f"{phrase} {last}" for phrase in phrases for last in ("খোলা", "চালু", "বন্ধ", "শুরু")]) as engine:
        yield engine


def test_a_title_has_a_place_behind_words() -> None:
    """A title is shown although more words begin so."""
    words = ("হাসপাতাল", "হাসপাহাড়", "হাসপাখি", "হাসপালক")
    with _over(*[f"{word} {last}" for word in words for last in ("চাই", "নেই")]) as engine:
        found = engine.suggest("হাসপা", limit=3)
    assert [row.kind for row in found] == ["word", "word", "title"]


def test_where_one_word_is_spelt_so_far_ones_are_none() -> None:
    """Consonants alone do not lead from sonar to সংরক্ষণ, unless no word is nearer."""
    with _over(*["সোনার তরী"] * 3, *["সংরক্ষণ"] * 9) as engine:
        assert "সংরক্ষণ" not in texts(engine, "sonar")
    with _over(*["সংরক্ষণ"] * 9) as engine:
        assert texts(engine, "sonar") == ["সংরক্ষণ"]


def test_no_more_than_fifty_are_suggested() -> None:
    """At most fifty suggestions are given, whatever number is asked for."""
    letters = "কখগঘচছজঝটঠডঢতথদধনপফবভমযরলশসহ"
    titles = [f"মা{first}{other}ল" for first in letters for other in "কগচজটডতদপবমরলসহ"[:4]]
    with Engine.of(Article(str(at), f"{title} {title}") for at, title in enumerate(titles * 2)) as engine:
        assert len(engine.suggest("মা", limit=60)) == MOST == 50


def test_a_title_comes_before_further_phrases_and_all_follow() -> None:
    """After a whole word come two phrases, one title, then whatever fits."""
    ends = ("বাগান", "তেল", "পাতা", "গাছ")
    titles = [f"জলপাই {ends[at % 4]} {letter}ল" for at, letter in enumerate("কখগঘচছজঝটঠডঢ")]
    with Engine.of(Article(str(at), title) for at, title in enumerate(titles)) as engine:
        kinds = [found.kind for found in engine.suggest("জলপাই", limit=9)]
    assert kinds == ["word", *["phrase"] * 2, "title", *["phrase"] * 2, *["title"] * 3]


@pytest.mark.parametrize(
    ("limit", "kinds"),
    [
        (1, ["phrase"]),
        (3, ["phrase", "phrase", "title"]),
        (5, ["phrase", "phrase", "title", "title", "phrase"]),
        (6, ["phrase", "phrase", "title", "title", "phrase", "phrase"]),
        (8, [*["phrase"] * 4, *["title"] * 4]),
    ],
)
def test_what_goes_on_leaves_room_for_two_phrases_and_two_titles(
    capital: Engine, limit: int, kinds: list[str]
) -> None:
    """The likeliest completion is first in any case; if all fit, titles come last."""
    found = capital.suggest("ঢাকা ", limit=limit)
    assert [row.kind for row in found] == kinds
    assert found[0].text == "ঢাকা কলেজ"


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_the_likeliest_word_is_the_first_however_few_are_shown(limit: int) -> None:
    """The likeliest word comes first although phrases and a title would fill the rows."""
    titles = [f"জলপাই {last} {letter}ল" for last in ("বাগান", "তেল", "পাতা") for letter in "কখগ"]
    with _over(*titles, *titles) as engine:
        assert texts(engine, "জলপা", limit)[0] == "জলপাই"


@pytest.mark.parametrize(("words", "slip"), [(2, True), (3, False)])
def test_where_three_words_begin_so_it_is_no_slip(words: int, slip: bool) -> None:
    """With fewer completions another spelling of the beginning is suggested."""
    begun = ("মহানগরবাসী", "মহানগরপাল", "মহানগরমঞ্চ")[:words]
    with _over(
        *[f"{word} {last}" for word in begun for last in ("চাই", "নেই")], *["মহনগর এলেন"] * 3
    ) as engine:
        assert ("মহনগর" in texts(engine, "মহানগর")) == slip


@pytest.mark.parametrize(
    ("text", "whole", "counts", "place"),
    [
        ("dhaka", AsRead("ঢাকা", 10), [], 0),
        ("dhaka", AsRead("ঢাকা", 1, sure=True), [100], 0),
        ("dhaka", AsRead("dhaka", 10), [], None),
        ("dhaka", AsRead("ঢাকা", 0), [], None),
        ("dhaka", AsRead("ঢাকা city", 10), [], None),
        ("dhaka", AsRead("ঢাকা", 10), [100], 1),
        ("dhaka", AsRead("ঢাকা", 9), [100], None),
        ("dhaka", AsRead("ঢাকা", 99), [100], 1),
        ("dhaka", AsRead("ঢাকা", 100), [100], 0),
        ("dha", AsRead("ঢাকা", 100), [100], 0),
        ("dh", AsRead("ঢাকা", 100), [100], None),
        ("notun dhaka", AsRead("নতুন ঢাকা", 10), [-3, 100, 40], 2),
        ("notun dhaka", AsRead("নতুন ঢাকা", 100), [-3, 100, 40], 1),
        ("notun dhaka", AsRead("নতুন ঢাকা", 1), [-3, -2], 2),
        ("notun dhaka", AsRead("নতুন ঢাকা", 1, sure=True), [-3, 100], 0),
        ("notun dh", AsRead("নতুন ঢাকা", 100), [-3, 100], None),
        ("notun ", AsRead("নতুন", 100), [-3, 100], 1),
    ],
)
def test_what_a_search_takes_the_text_for_has_its_place(
    text: str, whole: AsRead, counts: list[int], place: int | None
) -> None:
    """A text's reading comes before rarer words or after the first, unless that is ten times as frequent.

    Positive counts are of words that complete the text, negative counts of phrases.
    """
    found = [Suggestion(str(count), "word" if count > 0 else "phrase", abs(count)) for count in counts]
    last, said = text.rpartition(" ")[2], SimpleNamespace(are_said=bool)
    typed = SimpleNamespace(_text=text, _last=last, _before=text.removesuffix(last), _continuations=said)
    assert _Typed._insertion_index(typed, whole, found) == place  # type: ignore[arg-type]


def test_rows_have_the_counts_of_a_search_and_none_that_finds_nothing() -> None:
    """Titles have counts already; further rows are counted only as they are needed."""
    rows: list[Suggestion] = [
        Suggestion("নদী", "word", 9),
        Suggestion("নদীর কথা", "title", 1),
        Suggestion("নদী তীর", "phrase", 3),
        Suggestion("নালা", "word", 2),
        Suggestion("নদ", "word", 2),
    ]
    asked: list[list[str]] = []

    def search(texts: Sequence[str]) -> list[Findings]:
        asked.append([*texts])
        return [Findings({"নদী": 5, "নদী তীর": 0, "নালা": 7}[text]) for text in texts]

    found = searched(iter(rows), 2, search)
    assert [(row.text, row.count) for row in islice(found, 3)] == [("নদী", 5), ("নদীর কথা", 1), ("নালা", 7)]
    assert asked == [["নদী"], ["নদী তীর", "নালা"]]


@pytest.mark.parametrize(
    ("latin", "bengali", "limit", "order"),
    [
        ([9, 5, 1], [5, 3, 2], 5, [9, 5, 5, 3, 1]),
        ([9, 5, 1], [5, 3, 2], 3, [9, 5, 1]),
        ([9, 8, 7, 1], [5, 3, 2], 1, [9, 8, 7, 1]),
        ([9, 5], [5, 3, 2], 4, [9, 5, 5, 3]),
        ([9, 1], [], 4, [9, 1]),
        ([1], [5, 3], 1, [1]),
        ([], [5, 3], 1, [5]),
    ],
)
def test_latin_words_stand_before_bengali_ones_that_fewer_articles_have(
    latin: list[int], bengali: list[int], limit: int, order: list[int]
) -> None:
    """A rarer Latin word still has a place after them."""
    first, second = (
        [Candidate(Row(0, str(articles), 0.0, articles), 0.0) for articles in counts]
        for counts in (latin, bengali)
    )
    assert [found.row.articles for found in _either_script(first, second, limit)] == order


@pytest.mark.parametrize(
    ("typed", "limit", "kinds"),
    [
        ("জল", 3, ["word"] * 3),
        ("জল", 4, ["word", "phrase", "phrase", "title"]),
        ("জলপা", 4, ["word", "phrase", "phrase", "title"]),
    ],
)
def test_two_letters_begin_too_many_words_for_phrases(typed: str, limit: int, kinds: list[str]) -> None:
    """With few such words there are phrases; from three letters on phrases have two rows and a title one."""
    titles = [
        f"{word} {last} {letter}ল"
        for word in ("জলপাই", "জলদস্যু", "জলপ্রপাত")
        for last in ("বাগান", "তেল")
        for letter in "কখগ"
    ]
    with _over(*titles, *titles) as engine:
        assert [row.kind for row in engine.suggest(typed, limit=limit)] == kinds


def engine_of(titles: Sequence[str]) -> Engine:
    """An engine over articles with these titles."""
    return Engine.of([Article(str(number), title, f"{title}।") for number, title in enumerate(titles)])


SPELT = (
    *["পেঁয়াজের দাম বাড়ল"] * 30,
    *["পেয়াজের দাম কমল"] * 3,
    "পেয়াজের দামে আগুন",
)


def test_words_are_suggested_in_their_usual_spelling() -> None:
    """Words are suggested in their usual spelling, after other words too; a title stays as it is."""
    with engine_of(SPELT) as engine:
        assert texts(engine, "পেয়া")[0] == canonical("পেঁয়াজের")
        assert texts(engine, "পেয়াজের দা")[0] == canonical("পেঁয়াজের দাম")
        titles = [row.text for row in engine.suggest("পেয়াজের দামে") if row.kind == "title"]
        assert titles == ["পেয়াজের দামে আগুন"]


@pytest.mark.parametrize(
    ("typed", "joined", "apart", "first"),
    [
        ("প্রধান ম", 40, 2, ["প্রধানমন্ত্রী", "প্রধান মাঝি"]),
        ("প্রধান ম", 20, 10, ["প্রধান মাঝি", "প্রধানমন্ত্রী"]),
        ("প্রধান ম", 4, 10, ["প্রধান মাঝি"]),
        ("প্রধান ", 40, 2, ["প্রধান মাঝি"]),
        ("আজ প্রধান ম", 40, 2, ["আজ প্রধান মাঝি"]),
    ],
)
def test_two_words_that_are_one_are_suggested_as_one(
    typed: str, joined: int, apart: int, first: list[str]
) -> None:
    """The one word comes before the two if it is far more frequent, and after them if only twice as much."""
    titles = ["প্রধানমন্ত্রী বলেন"] * joined + ["প্রধান মাঝি এলেন"] * apart
    with engine_of(titles) as engine:
        found = [row.text for row in engine.suggest(typed) if row.kind != "title"]
        assert found[: len(first)] == [canonical(text) for text in first]
        assert (canonical("প্রধানমন্ত্রী") in found) == any("মন্ত্রী" in text for text in first)


def test_a_form_of_the_first_word_is_none_that_two_are() -> None:
    """রোহিঙ্গাকে begins with রোহিঙ্গা and ক, but is only a form of the first word."""
    with engine_of(["রোহিঙ্গাকে ফেরত"] * 40 + ["রোহিঙ্গা ক্যাম্প"] * 20) as engine:
        assert canonical("রোহিঙ্গাকে") not in texts(engine, "রোহিঙ্গা ক")

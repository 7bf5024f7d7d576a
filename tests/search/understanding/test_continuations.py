"""Suggestions after whole words: what follows in articles, by prefix, sound and misspelling."""

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from onneshon.index import Article, build
from onneshon.index.analysis.analyzer import analyze
from onneshon.index.analysis.canonical import canonical
from onneshon.index.upkeep.update import delete_articles
from onneshon.index.vocabulary.vocabulary import Candidate
from onneshon.search import Engine
from onneshon.search.understanding.completion import complete
from onneshon.search.understanding.continuations import Continuations
from onneshon.search.understanding.suggestion import AsRead, Suggestion

SENTENCES = (
    *["পদ্মা সেতু চালু হলো"] * 6,
    *["পদ্মা সেতুর কাজ"] * 3,
    *["পদ্মা সেতুতে ভিড়"] * 2,
    *["পদ্মা ও মেঘনা"] * 9,
    *["পদ্মা নদীতে ভাঙন"] * 5,
    *["সেনা মোতায়েন হলো"] * 30,
    *["মির্জা ফখরুল বললেন"] * 8,
    *["মির্জা আব্বাস বললেন"] * 9,
    *["সড়ক দুর্ঘটনায় নিহত"] * 40,
    *["সড়ক দুঘটনায় আহত"] * 2,
    *["সড়ক দুটি বন্ধ"] * 2,
    "পদ্মা। সেমাই রান্না",
)


@pytest.fixture(scope="module")
def engine() -> Engine:
    """An engine over articles with these bodies, under titles that add nothing."""
    return Engine.of(Article(str(number), "খবর", text) for number, text in enumerate(SENTENCES))


def rows(engine: Engine, typed: str) -> Sequence[Suggestion]:
    """The suggestions that are not titles."""
    return [row for row in engine.suggest(typed) if row.kind != "title"]


def texts(engine: Engine, typed: str) -> list[str]:
    """The texts of these suggestions."""
    return [row.text for row in rows(engine, typed)]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("পদ্মা ", ["পদ্মা সেতু", "পদ্মা নদীতে"]),
        ("পদ্মা স", ["পদ্মা সেতু"]),
        ("পদ্মা সে", ["পদ্মা সেতু"]),
        ("padma s", ["পদ্মা সেতু"]),
        ("padma se", ["পদ্মা সেতু"]),
        ("padma no", ["পদ্মা নদীতে"]),
        ("mirza f", ["মির্জা ফখরুল"]),
        ("মির্জা ফক", ["মির্জা ফখরুল"]),
        ("মির্জা ফখরু", ["মির্জা ফখরুল"]),
        ("মিরজা ফখ", ["মির্জা ফখরুল"]),
    ],
)
def test_what_stands_after_a_word_is_suggested(engine: Engine, typed: str, found: list[str]) -> None:
    """A word has one row for all its forms; function words and words that only begin so have none."""
    assert texts(engine, typed) == found


@pytest.mark.parametrize(("read", "offered"), [("পদ্মা সেতু", True), ("পদ্মা মেঘনা", False)])
def test_a_reading_is_offered_whose_words_are_adjacent(engine: Engine, read: str, offered: bool) -> None:
    """A reading of several words must be adjacent somewhere; a search would find the words apart."""
    with engine._reading() as state:
        found = complete("padda shetu", state.words, 8, lambda _typed: AsRead(read, 5))
    assert (read in [row.text for row in found]) == offered


def test_a_latin_word_before_the_last_may_be_what_it_sounds_like(engine: Engine) -> None:
    """A Latin word is also read by sound if nothing follows the reading of a search."""
    with engine._reading() as state:
        found = complete("mirja ab", state.words, 8, lambda _typed: AsRead("সেমাই", 1))
    assert "মির্জা আব্বাস" in [row.text for row in found]


@pytest.mark.parametrize(
    ("typed", "meaning", "heard", "offered"),
    [("price f", "দাম", "পড়েছে ফল", False), ("service f", "সেবা", "সার্ভিস ফি", True)],
)
def test_an_english_word_is_also_what_it_sounds_like_if_that_is_not_far_off(
    typed: str, meaning: str, heard: str, offered: bool
) -> None:
    """*price* does not mean পড়েছে."""
    articles = [Article(str(number), "খবর", heard) for number in range(20)]
    with Engine.of(articles) as small, small._reading() as state:
        found = complete(typed, state.words, 8, lambda _typed: AsRead(meaning, 5))
    assert (canonical(heard) in [canonical(row.text) for row in found]) == offered


@pytest.mark.parametrize(
    ("typed", "heard", "offered"),
    [
        ("zia ma", "যা মানুষ", False),
        ("podda se", "পদ সেরা", False),
        ("podda se", "পদে সেরা", True),
        ("podda ra", "পদ রাখা", True),
        ("metro ra", "মাত্র রাত", False),
    ],
    ids=["a name", "far behind the nearest", "nearly as near", "nothing goes on from the nearest", "a loan"],
)
def test_a_latin_word_before_the_last_is_nothing_that_sounds_much_less_like_it(
    typed: str, heard: str, offered: bool
) -> None:
    """Rows are what somebody means and articles say: *khaleda zia ma* is no খালেদা যা মানুষ."""
    said = [heard] * 20 + ["খালেদা জিয়া", "পদ্মা সেতু", "মেট্রো রেল"] * 20
    with Engine.of(Article(str(number), "খবর", text) for number, text in enumerate(said)) as small:
        found = [row.text.split()[-2:] for row in small.suggest(typed) if row.kind == "phrase"]
    assert (heard.split()[-2:] in found) == offered


@pytest.mark.parametrize(
    ("typed", "said", "offered"),
    [
        ("price b", "মূল্য বৃদ্ধি", True),
        ("price b", "মূল্য ও বৃদ্ধি", False),
        ("chini price b", "মূল্য বৃদ্ধি", False),
        ("chini price b", "চিনি মূল্য বৃদ্ধি", True),
    ],
)
def test_a_latin_word_before_the_last_may_be_another_that_a_table_has(
    typed: str, said: str, offered: bool
) -> None:
    """However a word is read alone, what stands behind it may go on from its other meanings."""
    articles = [Article(str(number), "চিনির দাম", said) for number in range(9)]
    with Engine.of(articles) as small, small._reading() as state:
        read = {"price": "দাম", "chini": "চিনি", "chini price": "চিনির দাম"}
        found = complete(typed, state.words, 8, lambda typed: AsRead(read.get(typed, typed), 9))
    phrases = [row.text.split()[-2:] for row in found if row.kind == "phrase"]
    assert (["মূল্য", "বৃদ্ধি"] in phrases) == offered


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("s m", {"এস এম"}),
        ("hsc po", {"হাঁস পোষা", "এইচএসসি পরীক্ষা"}),
        ("s ma", set()),
        ("m po", set()),
    ],
    ids=["each a letter", "several are a word", "the last is a word", "no article has it there"],
)
def test_latin_letters_may_be_their_names(typed: str, offered: set[str]) -> None:
    """Initials, and abbreviations that a search reads as another word, or that sound like one."""
    articles = [Article(str(number), "ক্রিকেটার এস এম", "এইচএসসি পরীক্ষা, হাঁস পোষা") for number in range(9)]
    with Engine.of(articles) as small, small._reading() as state:
        found = complete(typed, state.words, 8, lambda typed: AsRead(typed.replace("hsc", "মাধ্যমিক"), 9))
    assert {row.text for row in found if row.kind == "phrase"} == offered


@pytest.mark.parametrize(("said", "offered"), [("খালেদা জয়া মাস", True), ("খালেদা ও জয়া মাস", False)])
def test_what_a_latin_word_sounds_like_stands_behind_the_word_before(said: str, offered: bool) -> None:
    """That articles have both words somewhere is not enough."""
    with Engine.of([Article("১", "খবর", said)]) as small, small._reading() as state:
        found = complete(
            "khaleda joya ma",
            state.words,
            8,
            lambda typed: AsRead("খালেদা" if typed == "khaleda" else "রান্না", 1),
        )
    assert ([row.text for row in found if row.kind == "phrase"] == ["খালেদা জয়া মাস"]) == offered


def test_no_row_goes_from_one_sentence_to_the_next(engine: Engine) -> None:
    """No article contains পদ্মা সেমাই."""
    assert "পদ্মা সেমাই" not in texts(engine, "পদ্মা সেম")
    assert texts(engine, "মির্জা সে") == []


def test_a_row_has_as_many_articles_as_a_search_for_it(engine: Engine) -> None:
    """The count includes all forms of its words."""
    (row,) = rows(engine, "পদ্মা সে")
    assert row.kind == "phrase"
    assert row.count == engine.search(row.text).total_all == 11


def test_right_spellings_come_before_slips(engine: Engine) -> None:
    """The right spelling comes first although another word is as frequent as the slip."""
    last = [analyze(text)[-1].exact for text in texts(engine, "সড়ক দু")]
    assert last == [canonical(word) for word in ("দুর্ঘটনায়", "দুটি", "দুঘটনায়")]


def test_a_latin_word_may_be_another_than_a_search_reads(engine: Engine) -> None:
    """The other reading is taken where something follows it, and nothing follows the search's reading."""
    assert "মির্জা আব্বাস" in texts(engine, "mirja ab")


def test_what_was_withdrawn_goes_on_no_more(tmp_path: Path) -> None:
    """A deleted article is neither found nor suggested from."""
    build([Article("১", "", "নতুন সেতু"), Article("২", "", "নতুন পথ")], tmp_path)
    delete_articles(["১"], tmp_path)
    with Engine.open(tmp_path) as engine:
        assert texts(engine, "নতুন ") == ["নতুন পথ"]


@pytest.mark.parametrize(
    ("before", "after"),
    [("mirja ", ["মির্জা আব্বাস", "মির্জা ফখরুল"]), ("sheikh মির্জা ", [])],
    ids=["by its sound", "it is no Latin word"],
)
def test_what_a_latin_word_sounds_like_goes_on(engine: Engine, before: str, after: list[str]) -> None:
    """Only the last earlier word is read by sound; here nothing follows the search's reading."""
    with engine._reading() as state:
        words = state.words
        assert words.completion
        found = Continuations(words.completion, words.pairs, words.vocabulary, lambda _text: "রান্না").after(
            before, ""
        )
    assert [continuation.text for continuation in found] == after


def test_four_words_may_be_what_a_latin_one_sounds_like(engine: Engine) -> None:
    """Up to four words by sound are added to the reading of a search, and each farther one costs more."""
    heard = [
        Candidate(word, 9, distance / 4, 0.0)
        for distance, word in enumerate(("মির্জা", "পদ্মা", "সড়ক", "সেনা", "সেতু"))
    ]
    with engine._reading() as state:
        words = state.words
        assert words.completion
        assert words.pairs
        vocabulary: Any = SimpleNamespace(romanised=lambda _last, count: heard[:count])
        found = Continuations(words.completion, words.pairs, vocabulary, lambda _text: "রান্না")._starts("m ")
    assert [(start.word, start.cost) for start in found] == [
        ("রান্না", 0.0),
        *((word, 2 + at / 4) for at, word in enumerate(("মির্জা", "পদ্মা", "সড়ক", "সেনা"))),
    ]


def test_adjacent_words_have_an_article_at_least(engine: Engine) -> None:
    """The real number is unknown until a search counts it."""
    with engine._reading() as state:
        assert [row.count for row in complete("মির্জা ", state.words, 8)] == [1, 1]


@pytest.mark.parametrize("query", ["bhasha andolon", "ভাষা আন্দোলন"])
def test_a_whole_word_is_no_beginning_of_its_own_forms(query: str) -> None:
    """The forms match the same articles, and the page would name a word that nobody typed."""
    sentences = ["ভাষা আন্দোলনের দিন"] * 6 + ["ছাত্র আন্দোলন"] * 4 + ["খবর"] * 300
    engine = Engine.of(Article(str(number), "খবর", text) for number, text in enumerate(sentences))
    page = engine.search(query)
    assert [word.kind for word in engine.understand(query) if word.kind == "unfinished"] == []
    assert page.understanding is None or page.understanding.understood == "ভাষা আন্দোলন"
    assert page.total_all == 6


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("রহিঙা ক্যাম", ["রোহিঙ্গা ক্যাম্প"]),
        ("রহিঙা কেম", ["রোহিঙ্গা ক্যাম্প"]),
        ("রহিঙা ", ["রোহিঙ্গা ক্যাম্প", "রোহিঙ্গা শিবির"]),
        ("দূর রহিঙা শি", ["দূর রোহিঙ্গা শিবির"]),
        ("রহিঙা গ", []),
        ("রঙা ক্যাম", []),  # too far to be that word
        ("ঢাকা-রহিঙা ক্যাম", []),  # of two words at once it is unclear which
    ],
)
def test_what_stands_behind_tells_what_a_word_was_misspelt_for(typed: str, found: list[str]) -> None:
    """A search alone is not certain enough of the correction."""
    said = ["রোহিঙ্গা ক্যাম্প বড়"] * 9 + ["রোহিঙ্গা শিবির দূর"] * 5 + ["গ্রাম বড়"] * 3
    with Engine.of(Article(str(number), "খবর", text) for number, text in enumerate(said)) as engine:
        assert [word.writings[0].text for word in engine.understand("রহিঙা")] == ["রহিঙা"]
        assert texts(engine, typed) == found

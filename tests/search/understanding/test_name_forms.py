"""Names of people with or without a form of address, and with initials apart or joined."""

from collections.abc import Iterator

import pytest

from onneshon.index.analysis.analyzer import analyze
from onneshon.search.engine.local_engine import Engine
from onneshon.search.understanding.interpretation import initials, is_needless
from tests.fakes import article, reader_of


@pytest.mark.parametrize(
    ("word", "others", "needless"),
    [
        ("জনাব", 1, True),
        ("মরহুম", 1, True),
        ("মাননীয়", 0, False),
        ("মিঃ", 1, True),
        ("মি.", 1, True),
        ("মোঃ", 2, True),
        ("মো.", 2, True),
        ("মোঃ", 1, False),
        ("সাহেব", 2, True),
        ("সাহেব", 1, False),
        ("অধ্যাপক", 3, False),
        ("ডাক্তার", 3, False),
        ("মোহাম্মদ", 3, False),
    ],
)
def test_a_form_of_address_says_nothing_beside_a_name(word: str, others: int, needless: bool) -> None:
    """An ambiguous word is one only next to a name of two words; professions are none."""
    assert is_needless(analyze(word)[0], others) is needless


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """An engine over a name with and without forms of address."""
    articles = [
        article("plain", "আবদুল হামিদ বঙ্গভবনে"),
        article("addressed", "মোঃ আবদুল হামিদ বঙ্গভবনে"),
        article("spelt", "মরহুম আব্দুল হামিদ"),
        *[article(f"others{at}", "মোঃ করিম, জনাব রহিম, মরহুম সাহেব") for at in range(4)],
        *[article(f"rest{at}", "নদীর জল") for at in range(20)],
    ]
    with Engine(reader_of(articles)) as opened:
        yield opened


@pytest.mark.parametrize(
    "query", ["মোঃ আবদুল হামিদ", "জনাব আবদুল হামিদ", "মরহুম মোঃ আব্দুল হামিদ", "জনাব মোঃ আবদুল হামিদ সাহেব"]
)
def test_a_name_is_found_with_whatever_address(engine: Engine, query: str) -> None:
    """Nobody else with that form of address is found, and it does not make a query long."""
    assert {hit.id for hit in engine.search(query).hits} == {"plain", "addressed", "spelt"}


def test_of_articles_alike_that_with_the_address_comes_first(engine: Engine) -> None:
    """A form of address has a small weight."""
    assert engine.search("মোঃ আবদুল হামিদ").hits[0].id == "addressed"


def found(text: str, at: int, articles: dict[str, int]) -> tuple[int, str] | None:
    """The end of a text's initials and their joined word, given the counts of adjacent words."""
    counts = {tuple(word.stem for word in analyze(words)): count for words, count in articles.items()}
    seen = initials(analyze(text), at, lambda words: counts.get(tuple(word.stem for word in words), 0))
    return (seen.end, seen.whole.exact) if seen else None


@pytest.mark.parametrize(
    ("text", "at", "articles", "expected"),
    [
        ("এ কে আজাদ", 0, {"এ কে আজাদ": 2}, (2, "একে")),
        ("একে আজাদ", 0, {"এ কে আজাদ": 2, "একে আজাদ": 8}, (1, "একে")),
        ("বিচারপতি এস কে সিনহা", 1, {"এস কে সিনহা": 5}, (3, "এসকে")),
        ("এ কে আজাদ", 0, {"এ কে আজাদ": 1, "একে আজাদ": 9}, None),
        ("একে আজাদ", 0, {"এ কে আজাদ": 2, "একে আজাদ": 9}, None),
        ("আরও মৃত্যু", 0, {"আর ও মৃত্যু": 2, "আরও মৃত্যু": 300}, None),
        ("এ কে এম", 0, {"এ কে এম": 9}, None),
        ("এ কে তার", 0, {"এ কে তার": 9}, None),
        ("এ কে Azad", 0, {"এ কে Azad": 9}, None),
        ("এ কে", 0, {}, None),
        ("এ আজাদ", 0, {"এ আজাদ": 9}, None),
        ("নদী কে আজাদ", 0, {"নদী কে আজাদ": 9}, None),
    ],
)
def test_articles_tell_initials(
    text: str, at: int, articles: dict[str, int], expected: tuple[int, str] | None
) -> None:
    """Articles must have the letters apart before the same name, nearly as often as the typed word."""
    assert found(text, at, articles) == expected


def test_a_name_is_found_by_its_initials_apart_and_together() -> None:
    """Either way of typing gives the same page, on which articles with the initials come first."""
    articles = [
        *[article(f"apart{at}", "এ কে আজাদ এলেন") for at in range(3)],
        article("joined", "একে আজাদ এলেন"),
        *[article(f"other{at}", "আজাদ এলেন, এক কথা কে বলে এ নিয়ে") for at in range(12)],
        *[article(f"rest{at}", "নদীর জল") for at in range(20)],
    ]
    with Engine(reader_of(articles)) as engine:
        assert {hit.id for hit in engine.search("এ কে আজাদ").hits[:4]} == {
            "apart0",
            "apart1",
            "apart2",
            "joined",
        }
        assert engine.rank("এ কে আজাদ") == engine.rank("একে আজাদ")
        assert engine.search("এ কে আজাদ").total == engine.search("আজাদ").total

"""Forms of address beside a name, with which articles have it or without."""

from collections.abc import Iterator

import pytest

from onneshon.index.analysis.analyzer import analyze
from onneshon.search.engine.local_engine import Engine
from onneshon.search.understanding.honorifics import is_needless
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
    """What is another word as well is one only beside a name of two words; no profession is one."""
    assert is_needless(analyze(word)[0], others) is needless


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """A name with and without its forms of address."""
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
    """And nobody else of that address; nor does it make a query long, in which one spelling is enough."""
    assert {hit.id for hit in engine.search(query).hits} == {"plain", "addressed", "spelt"}


def test_of_articles_alike_that_with_the_address_comes_first(engine: Engine) -> None:
    """It counts a little."""
    assert engine.search("মোঃ আবদুল হামিদ").hits[0].id == "addressed"

from collections.abc import Iterator
from typing import Any

import pytest

from onneshon.index import Article
from onneshon.index.configuration import Configuration
from onneshon.search import Engine, ResultPage, SearchRequest
from onneshon.search.curation.pins import Pin
from onneshon.search.query.parser import quotation_of, unquoted
from onneshon.search.retrieval.budget import TimeBudget

ARTICLES = (
    Article("জেলে", "পদ্মার জেলে", "আমার সোনার বাংলা আমি তোমায় ভালোবাসি", category="গান"),
    Article("মাঝি", "নদীর মাঝি", "সোনার তরী ভেসে যায় নদীর জলে, বাংলা গান গায়", category="গান"),
    Article("মেলা", "বটতলার মেলা", "আমার ভাই মেলায় যায়, metro rail চলে", category="খেলা"),
)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """A few articles, one with the line that is quoted."""
    with Engine.of(ARTICLES, configuration=Configuration()) as opened:
        yield opened


def _told(page: ResultPage) -> tuple[str, str, list[str]]:
    return page.quotation, page.query, [hit.id for hit in page]


@pytest.mark.parametrize(
    ("query", "words", "first"),
    [
        ('"আমার সোনার বাংলা তোমায় ভালোবাসি"', "আমার সোনার বাংলা তোমায় ভালোবাসি", "জেলে"),
        ("“সোনার নৌকা ভেসে যায়”", "সোনার নৌকা ভেসে যায়", "মাঝি"),
        (' "জলে: +নদীর (গান) -বাংলা*" ', "জলে নদীর গান বাংলা", "মাঝি"),
        ('"মেলায় AND যায় metro চলে"', "মেলায় যায় metro চলে", "মেলা"),
        ('"metro নদীর"', "metro নদীর", "মাঝি"),
    ],
)
def test_a_quotation_that_nothing_has_is_answered_by_its_words(
    engine: Engine, query: str, words: str, first: str
) -> None:
    """The nearest first, and the page is that of the words: its totals, marks and counts are theirs."""
    page, of_words = engine.search(query), engine.search(words)
    assert (page.quotation, page.query, page.hits[0].id) == (query, words, first)
    same = {"took_ms": 0.0, "quotation": ""}
    assert page.to_dict() | same == of_words.to_dict() | same
    assert page.total > 0


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ('"সোনার বাংলা আমি"', {}),  # which is found
        ('"সোনার বাংলা তোমায়"', {"literal": True}),
        ('"সোনার বাংলা তোমায়"', {"strict": True}),
        ('"সোনার বাংলা তোমায়"', {"sort": "newest"}),
        ('"সোনার বাংলা ভালোবাসি"~1', {}),
        ('"সোনার বাংলা তোমায়" জেলে', {}),
        ('-"সোনার বাংলা তোমায়"', {}),
        ('শিরোনাম:"সোনার বাংলা তোমায়"', {}),
        ('"ধানসিঁড়ি"', {}),
        ('"ধানসিঁড়ি শালিক"', {}),  # neither word of which is there
        ('"সোনার"', {}),
        ('""', {}),
        ("সোনার বাংলা তোমায়", {}),
    ],
)
def test_any_other_query_stays_what_it_is(engine: Engine, query: str, options: dict[str, Any]) -> None:
    """One that asks for exactness, or for more than words side by side, and one that finds something."""
    page = engine.search(query, **options)
    assert (page.quotation, page.query) == ("", query)
    assert "quotation" not in page.to_dict()


def test_what_has_no_page_to_say_so_takes_a_quotation_as_it_is(engine: Engine) -> None:
    """A scan of all articles, the ids of the best, marks of one."""
    quotation = '"সোনার বাংলা তোমায়"'
    assert ([*engine.scan(quotation)], engine.rank(quotation)) == ([], [])
    assert engine.marked("জেলে", quotation).body.matches == ()


def test_all_articles_decide_whatever_filters_leave(engine: Engine) -> None:
    """A page narrowed further is read as the one before: what is elsewhere is still somewhere."""
    assert _told(engine.search('"সোনার বাংলা তোমায়"', category="খেলা")) == (
        '"সোনার বাংলা তোমায়"',
        "সোনার বাংলা তোমায়",
        [],
    )
    assert _told(engine.search('"সোনার বাংলা আমি"', category="খেলা")) == ("", '"সোনার বাংলা আমি"', [])


def test_editors_see_such_a_page_before_they_decide(engine: Engine) -> None:
    """With pins that hold for the words, as the page will have them."""
    quotation = '"সোনার বাংলা তোমায়"'
    pin = Pin(("সোনার বাংলা তোমায়",), first=("মেলা",))
    assert engine.as_if(quotation).hits == engine.search(quotation).hits
    page = engine.as_if(quotation, pins=(pin,))
    assert (page.quotation, page.hits[0].id) == (quotation, "মেলা")


def test_what_begins_in_an_unfinished_text_is_not_gone_on_from_again(engine: Engine) -> None:
    """The words of a quotation are whole ones."""
    page = engine.search(SearchRequest('"সোনার বাংলা মেলা"', unfinished=True))
    assert (page.quotation, page.query) == ('"সোনার বাংলা মেলা"', "সোনার বাংলা মেলা")


def test_over_what_is_not_whole_nobody_says_that_no_article_has_it(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A part that does not answer may."""
    monkeypatch.setattr(TimeBudget, "whole", False)
    assert engine.search('"সোনার বাংলা তোমায়"').quotation == ""


@pytest.mark.parametrize(
    ("query", "alone", "words"),
    [
        ('"সোনার তরী"', "সোনার তরী", "সোনার তরী"),
        ('"সোনার তরী"~2', "", "সোনার তরী"),
        ("“সোনার -তরী”", "সোনার তরী", "সোনার তরী"),
        ('"তারিখ:২০২০ আলো-ছায়া"', "তারিখ ২০২০ আলো-ছায়া", "তারিখ ২০২০ আলো-ছায়া"),
        ('নদী "সোনার NOT তরী"~2 -মেলা', "", "নদী সোনার তরী -মেলা"),
        ('"সোনার তরী', "", '"সোনার তরী'),
    ],
)
def test_signs_between_quotation_marks_are_none_without_them(query: str, alone: str, words: str) -> None:
    """They meant nothing there, and those outside still mean what they did."""
    assert (quotation_of(query), unquoted(query)) == (alone, words)

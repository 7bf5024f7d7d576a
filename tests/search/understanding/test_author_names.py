"""A query that is an author's name also finds the articles written by that author."""

from unittest.mock import Mock

import pytest

from onneshon.index import Article
from onneshon.search import Engine
from onneshon.search.query.conditions import Filter
from onneshon.search.query.tree import All, Any, Fuzzy, Hint, Not, Query, Term
from onneshon.search.understanding.alternatives import is_words, or_having
from onneshon.search.understanding.author_names import AuthorNames

NAMES = [
    "শামসুর রাহমান", "সৈয়দ শামসুল হক", "কাজী নজরুল ইসলাম", "জসীম উদ্\u200cদীন", "মোহাম্মদ রফিক", "নির্মলেন্দু গুণ",
    "কায়কোবাদ", "আলী হোসেন খান", "আকবর হোসেন খান", "জাকির হোসেন খান", "মমতাজ হোসেন খান", "Daily Star", "",
]  # fmt: skip


@pytest.fixture(scope="module")
def names() -> AuthorNames:
    """The authors of this module."""
    return AuthorNames(lambda: dict.fromkeys(NAMES, 1))


@pytest.mark.parametrize(
    ("typed", "authors"),
    [
        ("শামসুর রাহমান", ["শামসুর রাহমান"]),
        ("শামসুর রহমান", ["শামসুর রাহমান"]),
        ("শামসুর রাহমানের", ["শামসুর রাহমান"]),
        ("shamsur rahman", ["শামসুর রাহমান"]),
        ("nirmalendu গুণ", ["নির্মলেন্দু গুণ"]),
        ("নজরুল ইসলাম", ["কাজী নজরুল ইসলাম"]),
        ("nazrul islam", ["কাজী নজরুল ইসলাম"]),
        ("জসীমউদ্দীন", ["জসীম উদ্\u200cদীন"]),
        ("ড. মোঃ রফিক", ["মোহাম্মদ রফিক"]),
        ("কায়কোবাদ", ["কায়কোবাদ"]),
        ("daily star", ["Daily Star"]),
        ("হোসেন খান", []),
        ("শামসুর", []),
        ("ইসলাম", []),
        ("shamim rahim", []),
        ("সামসাল রিহমিন", []),
        ("", []),
        ("!?", []),
        ("রাহমান শামসুর", []),
        ("কাজী নজরুল ইসলাম " * 9, []),
    ],
)
def test_an_author_is_known_by_name(names: AuthorNames, typed: str, authors: list[str]) -> None:
    """Names match in either script, without titles, by sound and by two of their words, if unambiguous."""
    assert list(names.of(typed)) == authors


def test_names_are_asked_for_when_a_query_first_may_be_one() -> None:
    """Names are not read when an index is opened."""
    asked = Mock(return_value={"জয় গোস্বামী": 1})
    names = AuthorNames(asked)
    asked.assert_not_called()
    assert [names.of("joy goswami"), names.of("নদী")] == [("জয় গোস্বামী",), ()]
    asked.assert_called_once_with()


RIVER, ISLE, AND = (Term(word, word, word, function=word == "ও") for word in ("নদী", "চর", "ও"))
BY = Filter("author", "ক", whole=True)


@pytest.mark.parametrize(
    ("query", "searched"),
    [
        (RIVER, Any((RIVER, BY))),
        (Any((RIVER, ISLE), words=True), Any((All((RIVER, ISLE)), BY))),
        (Any((RIVER, AND, ISLE, Hint(RIVER)), words=True), Any((All((RIVER, ISLE), (AND, Hint(RIVER))), BY))),
        (Any((RIVER, ISLE)), Any((Any((RIVER, ISLE)), BY))),
    ],
)
def test_articles_have_all_of_the_name_or_are_by_it(query: Query, searched: Query) -> None:
    """A part of the query that matches nothing by itself need not be there."""
    assert or_having(query, "author", ["ক"]) == searched


@pytest.mark.parametrize("query", [BY, Not(RIVER), All((RIVER, ISLE)), Any((RIVER, BY)), Fuzzy("নদী", "নদী")])
def test_what_asks_for_more_than_words_is_no_name(query: Query) -> None:
    """A query with conditions says by itself what is wanted."""
    assert not is_words(query)


ARTICLES = [
    Article("about", "শামসুর রাহমান স্মরণে", "কবি শামসুর রাহমান আর নেই।", author="নিজস্ব প্রতিবেদক"),
    Article("by", "সাবান", "একটি কবিতা।", author="শামসুর রাহমান"),
    Article("also by", "ঘর", "আর একটি কবিতা, নদীর।", author="শামসুর রাহমান"),
    Article("other", "শামসুর সাহেব", "নদীর ধারে শামসুর থাকেন।", author="রহিম"),
]


@pytest.mark.parametrize("typed", ["শামসুর রাহমান", "shamsur rahman", '"শামসুর রাহমান"'])
def test_a_search_finds_what_an_author_wrote_after_what_names_the_author(typed: str) -> None:
    """No hit lacks a word of the query, and articles with a part of the name only are not found."""
    with Engine.of(ARTICLES) as engine:
        page = engine.search(typed, facets=["author"])
        assert next(iter(page)).id == "about"
        assert {hit.id for hit in page} == {"about", "by", "also by"}
        assert (page.authors, page.total_all, page.lacking_from) == (("শামসুর রাহমান",), 3, None)
        assert [hit.missing for hit in page] == [()] * 3
        assert page.to_dict()["authors"] == ["শামসুর রাহমান"]
        assert engine.search(typed, author="রহিম").total == 0


@pytest.mark.parametrize(
    "typed",
    [
        "নদী শামসুর মেলা",
        "শামসুর AND রাহমান",
        "শামসুর -রাহমান",
        "শামসুর~ রাহমান",
        "author:রহিম শামসুর রাহমান",
        'title:"শামসুর রাহমান"',
        "title:shamsur",
        "body:শামসুর",
    ],
)
def test_a_name_within_a_query_is_words(typed: str) -> None:
    """A query with more than the plain name, such as operators or fields, names no author."""
    with Engine.of(ARTICLES) as engine:
        assert engine.search(typed).authors == ()


def test_a_query_that_is_taken_literally_names_nobody() -> None:
    """In a literal query every word is searched for as typed."""
    with Engine.of(ARTICLES) as engine:
        assert [hit.id for hit in engine.search("শামসুর রাহমান", literal=True)] == ["about", "other"]

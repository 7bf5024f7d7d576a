"""The words of a query by which its best articles are rescored."""

from dataclasses import replace

import pytest

from onneshon.search.query.conditions import Filter
from onneshon.search.query.parser import parse
from onneshon.search.query.reading import WordReading
from onneshon.search.query.tree import Any, Boost, OneOf, Phrase, Query, Term, Variant, leaves
from onneshon.search.reranking.query_words import QueryWord, query_words
from onneshon.search.reranking.rescoring import compared_words
from onneshon.search.retrieval.bm25f import DEFAULT_WEIGHTS
from onneshon.search.retrieval.term_scorer import TermScorer
from tests.fakes import article, collection_of, reader_of
from tests.search.queries import query_of


def read(text: str, *readings: WordReading) -> Query:
    """The query tree of a text with the given readings of its Latin words."""
    query = parse(text, lambda _text, _tokens: list(readings)).query
    assert query is not None
    return query


def keys(word: QueryWord) -> list[str]:
    """The exact keys that a word is searched by."""
    return [" ".join(part.exact for part in _words(term)) for term, _ in word.terms]


def _words(term: Term | Phrase) -> tuple[Term, ...]:
    return term.words if isinstance(term, Phrase) else (term,)


def test_variants_of_a_latin_word_are_one_word() -> None:
    """Both the reading and the typed word count as near the words next to them."""
    query = read(
        "nodi shohor", WordReading(0, 1, "নদী", "sound", typed_too=True), WordReading(1, 2, "শহর", "sound")
    )
    assert [keys(word) for word in query_words(query)] == [["নদী", "nodi"], ["শহর"]]


def test_words_come_once_in_the_order_typed() -> None:
    """Forms of one word are one word; exclusions are left out, and so are prefixes, without positions."""
    words = query_words(query_of("শহর নদীর ও নদী শহরে -মেলা ভাষা*"))
    assert [(keys(word), word.function) for word in words] == [
        (["শহর"], False),
        (["নদীর"], False),
        (["ও"], True),
    ]


def test_a_word_of_a_title_is_another_than_the_same_word_anywhere() -> None:
    """In the same way a phrase differs from each of its words."""
    assert [keys(word) for word in query_words(query_of("শিরোনাম:নদী নদী"))] == [["নদী"], ["নদী"]]
    apart = OneOf("হাই কোর্ট", (Variant(Phrase((_term("হাই"), _term("কোর্ট")))), Variant(_term("হাইকোর্ট"))))
    other = OneOf("হাই কোর্ট", (Variant(Phrase((_term("হাই"), _term("স্কুল")))), Variant(_term("হাইকোর্ট"))))
    (first,), (second,), (again,) = map(query_words, (apart, other, apart))
    assert first.key == again.key != second.key


def _term(text: str) -> Term:
    return Term(text, text, text)


@pytest.mark.parametrize(("latin", "reading", "function"), [("ebong", "এবং", True), ("nodi", "নদী", False)])
def test_what_is_read_as_a_word_of_grammar_is_one(latin: str, reading: str, *, function: bool) -> None:
    """A Latin word read as a function word is one, also where articles have the typed word."""
    query = read(f"চর {latin} শহর", WordReading(1, 2, reading, "sound", typed_too=True))
    assert [word.function for word in query_words(query)] == [False, function, False]


@pytest.mark.parametrize("text", ['"নদী শহর" মেলা', "+নদী +শহর মেলা", "(নদী OR শহর) মেলা"])
def test_words_are_found_wherever_they_stand_in_a_query(text: str) -> None:
    """Words of phrases, required words and words in parentheses are found."""
    assert [keys(word) for word in query_words(query_of(text))] == [["নদী"], ["শহর"], ["মেলা"]]


def holdings(query: Query) -> list[tuple[list[str], int | None]]:
    """The words by which articles are compared, each with its document frequency among three articles."""
    corpus = [article("ক", "নদী শহর"), article("খ", "নদী শহর", author="মেলা"), article("গ", "নদী শহর মেলা")]
    statistics = TermScorer(collection_of(reader_of(corpus)), DEFAULT_WEIGHTS)
    return [(keys(word), word.document_frequency) for word in compared_words(query, statistics)]


def test_a_word_is_held_by_as_many_articles_as_hold_any_of_its_readings() -> None:
    """A word's document frequency counts articles with any of its readings, some of which are in none."""
    (river,) = leaves(query_of("নদী"))
    assert isinstance(river, Term)
    sounds = [replace(river, text="nodi", sound=True)]
    sounds += [Term("nodi", spelt, spelt, sound=True) for spelt in ("নাদি", "নোদি")]
    query = Any((Any(tuple(sounds)), query_of("শহর")), words=True)
    assert holdings(query) == [(["নদী", "নাদি", "নোদি"], 3), (["শহর"], 3)]


def test_the_name_of_an_author_is_compared_only_where_it_is_alone() -> None:
    """An article seldom contains its author's name."""
    named = Any((query_of("মেলা"), Boost(Filter("author", "মেলা"), 1.0)))
    assert holdings(named) == [(["মেলা"], 1)]
    assert holdings(Any((query_of("নদী"), named, query_of("শহর")), words=True)) == [
        (["নদী"], 3),
        (["শহর"], 3),
    ]

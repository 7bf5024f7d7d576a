"""Which articles pass conditions and authors' names, and how often words are counted by requests."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from onneshon.index import Article
from onneshon.index.analysis.analyzer import analyze
from onneshon.opensearch.searching import filters
from onneshon.opensearch.searching.dsl import any_of, term
from onneshon.opensearch.searching.facets import counted_together, spelt_out
from onneshon.opensearch.searching.filters import condition_filter, leaf_filter
from onneshon.opensearch.searching.searcher import ClusterSearcher
from onneshon.search.query.conditions import Condition, Filter, NumberRange, Period, Selection
from onneshon.search.query.tree import OneOf, Phrase, Term, Variant
from onneshon.search.retrieval.authors import Authors
from onneshon.search.retrieval.facets import FacetValue
from tests.opensearch.searching.documents import matches
from tests.opensearch.searching.few_words import Counting, statistics_of

BOOKS: list[dict[str, Any]] = [
    {"id": "১", "date": "2026-02-20", "keywords.author": ["রহিম"], "numbers.price": 100.0},
    {"id": "২", "date": "2026-02-21", "keywords.author": ["রহীম"], "numbers.price": 250.0},
    {"id": "৩", "date": "2026-02-22", "keywords.author": ["করিম", "সালমা"], "numbers.price": 400.0},
    {"id": "৪", "keywords.author": [], "words.publisher": ["বাংলা একাডেমি ঢাকা"]},
]
FEBRUARY_21 = dt.date(2026, 2, 21)


def let_through(condition: Condition) -> str:
    """The ids of the books that meet a condition."""
    asked = condition_filter(condition)
    return "".join(book["id"] for book in BOOKS if matches(book, asked))


@pytest.mark.parametrize(
    ("condition", "ids"),
    [
        (Period(FEBRUARY_21, None), "২৩"),
        (Period(None, FEBRUARY_21), "১২"),
        (Period(FEBRUARY_21, FEBRUARY_21), "২"),
        (Period(), "১২৩"),
        (Filter("id", "৩"), "৩"),
        (Filter("author", "সালমা", whole=True), "৩"),
        (Filter("publisher", "একাডেমি ঢাকা"), "৪"),
        (Filter("publisher", "ঢাকা একাডেমি"), ""),
        (Filter("publisher", "।"), ""),
        (NumberRange("price", 100, 250), "১২"),
        (NumberRange("price", 100, 250, above=True), "২"),
        (NumberRange("price", 100, 250, below=True), "১"),
        (NumberRange("price", 250), "২৩"),
        (NumberRange("price", None, 250), "১২"),
        (Selection((Filter("author", "রহিম", whole=True), Filter("author", "করিম", whole=True))), "১৩"),
        (Selection((Filter("author", "রহিম", whole=True),), negated=True), "২৩৪"),
    ],
    ids=str,
)
def test_articles_that_meet_a_condition_are_let_through(condition: Condition, ids: str) -> None:
    """Articles without a day or number are in no range of them."""
    assert let_through(condition) == ids


def test_values_are_compared_in_one_form_of_unicode() -> None:
    """Values are compared in the stored normal form; a letter with its dot may come as two code points."""
    book = {"keywords.author": ["\u09a1\u09bc"]}
    assert matches(book, condition_filter(Filter("author", "\u09dc", whole=True)))


RAHIM = Authors({"রহিম": ("রহীম", "আঃ রহিম")})


@pytest.mark.parametrize(
    ("condition", "ids"),
    [
        (Filter("author", "রহীম", whole=True), "১২"),
        (Filter("author", "রহিম"), "১২"),
        (Selection((Filter("author", "রহীম", whole=True),), negated=True), "৩৪"),
        (Filter("author", "করিম", whole=True), "৩"),
        (Filter("id", "১"), "১"),
    ],
    ids=str,
)
def test_an_author_is_found_under_every_name(condition: Condition, ids: str) -> None:
    """An author is found by any of several names; other authors only by their own."""
    assert let_through(spelt_out(condition, RAHIM)) == ids


def test_articles_of_all_names_of_an_author_are_counted_together() -> None:
    """Counts are under the displayed name, and authors are counted as people, not names."""
    best = [FacetValue("করিম", 5), FacetValue("রহিম", 4), FacetValue("সালমা", 3)]
    exact = [FacetValue("রহিম", 4), FacetValue("রহীম", 2), FacetValue("আঃ রহিম", 0), FacetValue("জেমস", 1)]
    every, chosen, different = counted_together(best, exact, ["রহীম"], 5, RAHIM)
    assert every == [
        FacetValue("রহিম", 6), FacetValue("করিম", 5), FacetValue("সালমা", 3), FacetValue("জেমস", 1),
    ]  # fmt: skip
    assert (chosen, different) == ([FacetValue("রহিম", 6)], 4)


RIVERS = [Article(str(number), "নদী মেলা" if number % 2 else "নদী") for number in range(4)]
RIVER, FAIR = (Term(token.exact, token.exact, token.stem) for token in analyze("নদী মেলা"))


def test_what_was_counted_is_not_asked_for_again_until_there_is_too_much(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A query given twice is counted once; evicted counts are requested again."""
    monkeypatch.setattr(filters, "REMEMBERED", 2)
    count = Counting()
    statistics = statistics_of(RIVERS, count)
    queries = [term("keywords.author", name) for name in ("রহিম", "করিম", "সালমা", "জেমস")]
    assert statistics.count_each([queries[0], queries[0]]) == [3, 3]
    statistics.learn([queries[1]], [7])
    assert statistics.known(queries[:3]) == [3, 7, None]
    assert statistics.count_each([*queries[:2], queries[2]]) == [3, 7, 3]
    assert [len(asked) for asked in count.asked] == [1, 1]
    assert statistics.count_each([queries[1], queries[3]]) == [7, 3]  # also of one that is evicted meanwhile
    assert statistics.known(queries) == [None, None, None, 3]


def test_a_count_is_known_by_the_key_of_its_query() -> None:
    """Counts that words give need no query."""
    count = Counting()
    statistics = statistics_of(RIVERS, count)
    phrase = Phrase((RIVER, FAIR))
    variants = OneOf("নদী", (Variant(RIVER, 1.0), Variant(FAIR, 0.5)))
    statistics.expect([RIVER, phrase, variants])
    [asked] = count.asked
    assert [statistics.known_by(repr(query)) for query in asked] == [3] * len(asked)
    assert (
        statistics.document_frequency(phrase),
        statistics.document_frequency(variants),
        statistics.size_of([RIVER]),
    ) == (
        3,
        3,
        4,
    )
    assert len(count.asked) == 1
    assert statistics.size_of([RIVER, FAIR]) == 3  # the same articles as of the variants
    assert len(count.asked) == 1
    count.matching = 2
    assert statistics.size_of([phrase, FAIR]) == 2
    assert count.asked[1:] == [[any_of([leaf_filter(phrase), term("stem", FAIR.stem)])]]


@pytest.mark.parametrize(("words", "found"), [("নদী মেলা", 3), ("নদী খাল", 0), ("খাল নদী", 0)])
def test_adjacent_words_are_counted_only_where_each_is_in_some_article(words: str, found: int) -> None:
    """A phrase with a word that no article has is known to be in none."""
    count = Counting()
    stems = [token.stem for token in analyze(words)]
    assert statistics_of(RIVERS, count).count(stems) == found
    assert len(count.asked) == (found > 0)


@pytest.mark.parametrize(("matching", "has"), [(0, False), (1, True), (3, True)])
def test_whether_an_article_meets_a_condition_is_counted(matching: int, *, has: bool) -> None:
    """One matching article suffices."""
    count = Counting()
    count.matching = matching
    state: Any = SimpleNamespace(statistics=statistics_of(RIVERS, count), filter_of=condition_filter)
    assert ClusterSearcher.has_any(state, Filter("author", "রহিম", whole=True)) is has

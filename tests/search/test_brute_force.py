"""Thousands of random requests, checked in plain Python over the same articles."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Literal

import pytest

from benchmarks.exactness.plain import PlainArticles
from onneshon.index import Article
from onneshon.index.analysis.analyzer import analyze
from onneshon.index.configuration import FACETS, Configuration, KeywordField
from onneshon.search import Engine, FieldFilter, SearchRequest
from onneshon.search.query.dates import period
from onneshon.search.retrieval.facets import field_of
from onneshon.search.retrieval.query_lists import FEWEST

WORDS = ["ঢাকা", "নদী", "ইতিহাস", "ভাষা", "মুক্তিযুদ্ধ", "বাংলাদেশ", "মানুষ", "মেলা", "খপুষ্প"]
DATES = ["2020", "২০২১", "2019..2021", "২০২২..", "..2020-06", "জানুয়ারি ২০২৩", "2023-02", "1950"]
REQUESTS = 3_000
SITE = Configuration(
    fields=(
        KeywordField("section"),
        KeywordField("tags", several=True),
        KeywordField("views", type="number", ranges=(0, 10, 100)),
    )
)
COUNTED = (*FACETS, "section", "tags", "views")
VIEWS: dict[str, Callable[[float], bool]] = {
    ">10": lambda views: views > 10,
    ">=১০": lambda views: views >= 10,
    "<2.5": lambda views: views < 2.5,
    "<=2.5": lambda views: views <= 2.5,
    "10": lambda views: views == 10,
    "-3..10": lambda views: -3 <= views <= 10,
    "100..10": lambda views: 10 <= views <= 100,
    "0..<10": lambda views: 0 <= views < 10,
    "1000..": lambda views: views >= 1000,
}
"""Filters by a number, each with its predicate."""
RANGES = {"<0": (-10e9, 0), "0..<10": (0, 10), "10..<100": (10, 100), ">=100": (100, 10e9)}
"""The ranges of the facet of that number."""
TAGS = ["নদী", "চর", "বাড়ি", "মেলা", "বই"]


@pytest.fixture(scope="module")
def articles(sample_articles: Path) -> list[Article]:
    """The sample articles, parsed independently of the project, with random fields of a site."""
    draw = Random(20_200)  # noqa: S311 (chance, not secrecy)
    rows = [json.loads(line) for line in sample_articles.read_text("utf-8").splitlines()]
    return [
        Article(
            row["id"],
            row.get("title", ""),
            row.get("body", ""),
            dt.date.fromisoformat(row["date"]) if row.get("date") else None,
            row.get("category", ""),
            row.get("url", ""),
            row.get("author", ""),
            row.get("lang", "bn"),
            _drawn(draw),
        )
        for row in rows
    ]


def _drawn(draw: Random) -> dict[str, tuple[str, ...]]:
    """Draw a section for most articles, and up to three tags, possibly one of them twice."""
    keywords: dict[str, tuple[str, ...]] = {}
    if draw.random() < 0.8:
        keywords["section"] = (f"পাতা {draw.randrange(4)}",)
    if tags := tuple(draw.choices(TAGS, k=draw.randrange(4))):
        keywords["tags"] = tags
    if draw.random() < 0.8:
        keywords["views"] = (draw.choice(["-3", "0", "2.5", "10", "১০", "10.0", "100", "1,000", "25000"]),)
    return keywords


def _views(article: Article) -> float | None:
    given = article.keywords.get("views")
    return float(given[0].replace("১০", "10").replace(",", "")) if given else None


@pytest.fixture(scope="module")
def engine(articles: list[Article]) -> Iterator[Engine]:
    """An engine over these articles."""
    with Engine.of(articles, configuration=SITE, time_limit=None) as engine:
        yield engine


@pytest.fixture(scope="module")
def stems(articles: list[Article]) -> dict[str, set[str]]:
    """The stems of each article, by id."""
    return {
        article.id: {token.stem for token in analyze(f"{article.title}\n{article.body}")}
        for article in articles
    }


def _values(article: Article, field: str) -> set[str]:
    if field in {"section", "tags"}:
        return set(article.keywords.get(field, ()))
    value = (
        article.date.isoformat() if field == "date" and article.date else str(getattr(article, field) or "")
    )
    return {value} - {""}


_period = cache(period)


@cache
def _keys(word: str) -> frozenset[str]:
    return frozenset(token.stem for token in analyze(word))


def _meets(article: Article, condition: FieldFilter) -> bool:
    if condition.field == "date":
        periods = [_period(value) for value in condition.values]
        day = article.date
        found = day is not None and any(
            (p.since or dt.date.min) <= day <= (p.until or dt.date.max) for p in periods
        )
    elif condition.field == "views":
        views = _views(article)
        found = views is not None and any(VIEWS[value](views) for value in condition.values)
    else:
        found = bool(_values(article, condition.field) & set(condition.values))
    return found != condition.negated


def _facet(found: Sequence[Article], name: str) -> Counter[str]:
    width = {"year": 4, "month": 7, "day": 10}.get(name)
    if width:
        return Counter(value[:width] for article in found for value in _values(article, "date"))
    if name == "views":
        numbers = [views for article in found if (views := _views(article)) is not None]
        return Counter(
            text for text, (least, most) in RANGES.items() for views in numbers if least <= views < most
        )
    return Counter(value for article in found for value in _values(article, name))


def _matching(articles: Sequence[Article], stems: dict[str, set[str]], words: list[str]) -> list[Article]:
    """The articles with any of the words, or all articles if there are no words."""
    keys = frozenset[str]().union(*map(_keys, words))
    return [article for article in articles if not words or keys & stems[article.id]]


def _random_request(draw: Random, articles: Sequence[Article]) -> tuple[SearchRequest, list[str]]:
    words = draw.sample(WORDS, draw.choice([0, 1, 1, 2, 3]))
    filters = [_random_filter(draw, articles) for _ in range(draw.choice([0, 1, 1, 2, 3]) or not words)]
    request = SearchRequest(
        " OR ".join(words),
        limit=draw.choice([1, 3, 10, 100]),
        filters=tuple(filters),
        sort=draw.choice(["relevance", "newest", "oldest", "views:desc", "views:asc"]),
        facets=tuple(draw.sample(COUNTED, draw.randrange(3))),
        facet_limit=draw.choice([1, 3, 1000]),
    )
    return request, words


def _random_filter(draw: Random, articles: Sequence[Article]) -> FieldFilter:
    field = draw.choice(["category", "author", "lang", "date", "id", "section", "tags", "views"])
    if field == "date":
        values = draw.sample(DATES, draw.choice([1, 2]))
    elif field == "views":
        values = draw.sample([*VIEWS], draw.choice([1, 2]))
    else:
        known = [*sorted({value for article in articles for value in _values(article, field)}), "নেই"]
        values = draw.sample(known, min(len(known), draw.choice([1, 2, 4])))
    return FieldFilter(field, tuple(values), negated=draw.random() < 0.3)


def _expected_order(found: list[Article], sort: str) -> list[str]:
    if sort.startswith("views"):
        sign = -1 if sort == "views:desc" else 1
        views = {article.id: _views(article) for article in found}
        known = sorted((sign * number, name) for name, number in views.items() if number is not None)
        return [name for _, name in known] + sorted(name for name, number in views.items() if number is None)
    if sort == "newest":
        return [
            article.id
            for article in sorted(found, key=lambda a: (-(a.date.toordinal() if a.date else 0), a.id))
        ]
    return [
        article.id for article in sorted(found, key=lambda a: (a.date.toordinal() if a.date else 10**9, a.id))
    ]


@pytest.mark.slow
@pytest.mark.no_cover
def test_random_requests_equal_a_plain_count(
    engine: Engine, articles: list[Article], stems: dict[str, set[str]]
) -> None:
    """The articles, total, order, facets and pages are those that plain Python computes."""
    draw = Random(20_201)  # noqa: S311 (chance, not secrecy)
    found_some = 0
    for _ in range(REQUESTS):
        request, words = _random_request(draw, articles)
        matching = _matching(articles, stems, words)
        expected = [article for article in matching if all(_meets(article, each) for each in request.filters)]
        page = engine.search(request)
        found_some += bool(page)
        assert page.total == len(expected), request
        assert len(page) == min(request.limit, len(expected)), request
        for name, facet in page.facets.items():
            others = [each for each in request.filters if each.negated or each.field != field_of(name)]
            counted = _facet(
                [article for article in matching if all(_meets(article, each) for each in others)], name
            )
            assert {value.value: value.count for value in facet.values}.items() <= counted.items(), request
            assert len(facet.values) + facet.more == len(counted), request
            assert len(facet.values) >= min(request.facet_limit, len(counted)), request
        if request.sort != "relevance":
            assert [hit.id for hit in page] == _expected_order(expected, request.sort)[: request.limit], (
                request
            )
        else:
            assert {hit.id for hit in page} <= {article.id for article in expected}, request
            ranks = [(-hit.score, hit.id) for hit in page]
            assert ranks == sorted(ranks), request
    assert found_some > REQUESTS // 3


@pytest.mark.no_cover  # many tries of lines that other tests cover
def test_random_requests_are_paged_through_whole(engine: Engine, articles: list[Article]) -> None:
    """Pages by number and by cursor agree, show each article once, and a scan gives the same articles."""
    draw = Random(20_202)  # noqa: S311 (as above)
    for _ in range(REQUESTS // 30):
        request, _ = _random_request(draw, articles)
        whole = [hit.id for hit in engine.search(replace(request, limit=1000, facets=()))]
        size, cursor = draw.choice([1, 4, 7]), ""
        paged: list[str] = []
        while cursor is not None:
            page = engine.search(replace(request, limit=size, cursor=cursor, facets=()))
            numbered = engine.search(replace(request, limit=size, offset=len(paged), facets=()))
            assert [hit.id for hit in page] == [hit.id for hit in numbered], request
            assert [hit.score for hit in page] == [hit.score for hit in numbered], request
            paged += [hit.id for hit in page]
            cursor = page.cursor  # type: ignore[assignment]
        assert paged == whole, request
        assert [article.id for article in engine.scan(request)] == whole, request


@pytest.mark.no_cover  # many tries of lines that other tests cover
@pytest.mark.parametrize("sort", ["relevance", "newest"])
def test_several_words_find_what_has_enough_of_them(
    engine: Engine, articles: list[Article], sort: Literal["relevance", "newest"]
) -> None:
    """Enough is by the words' weights in plain Python; if few match, others fill up to twenty."""
    draw, plain = Random(20_203), PlainArticles(articles)  # noqa: S311 (as above)
    narrowed = 0
    for _ in range(REQUESTS // 10):
        words = " ".join(draw.sample(WORDS, draw.choice([2, 3, 4])))
        given = [_random_filter(draw, articles) for _ in range(draw.choice([0, 0, 1]))]
        met = {
            doc_index
            for doc_index, article in enumerate(articles)
            if all(_meets(article, each) for each in given)
        }
        some = frozenset[int]().union(*(plain.word(word) for word in words.split()))
        whole = plain.side_by_side(words)
        any_of, enough = some & met, whole & met
        request = SearchRequest(words, filters=tuple(given), sort=sort, group=False)
        ids = [article.id for article in engine.scan(request)]
        found = {doc_index for doc_index in met if articles[doc_index].id in set(ids)}
        assert len(found) == len(ids) == engine.search(request).total
        assert enough <= found <= any_of
        if len(whole) >= FEWEST or whole == some:
            assert found == enough
        elif not given:
            assert len(found) >= min(FEWEST, len(any_of))
        narrowed += found != any_of
    assert narrowed > REQUESTS // 100


def test_words_in_parentheses_are_together_one_alternative(engine: Engine, articles: list[Article]) -> None:
    """``OR`` finds what each side finds by itself: of several words, what has enough of them."""
    draw, plain = Random(20_204), PlainArticles(articles)  # noqa: S311 (as above)
    narrowed = 0
    for _ in range(REQUESTS // 60):
        word, *others = draw.sample(WORDS, draw.choice([3, 4]))
        group, text = f"({' '.join(others)})", draw.choice(["{0} OR {1}", "{1} OR {0}", "+({0} OR {1})"])
        alone = {article.id for article in engine.scan(group)}
        enough = {articles[doc_index].id for doc_index in plain.side_by_side(" ".join(others))}
        assert alone == enough or len(enough) < FEWEST
        having = {articles[doc_index].id for doc_index in plain.word(word)}
        found = {article.id for article in engine.scan(text.format(word, group))}
        assert found == having | alone
        some = frozenset[int]().union(*map(plain.word, others))
        narrowed += len(found) < len({articles[doc_index].id for doc_index in some} | having)
    assert narrowed > REQUESTS // 600

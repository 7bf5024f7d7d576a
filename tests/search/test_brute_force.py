"""Thousands of random requests, against a count in plain Python over the same articles."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from index import Article
from index.analysis.analyzer import analyze
from search import Engine, FieldFilter, SearchRequest
from search.query.dates import period
from search.retrieval.facets import FACETS, field_of

WORDS = ["ঢাকা", "নদী", "বই", "ভাষা", "মুক্তিযুদ্ধ", "বাংলাদেশ", "শহর", "গান", "খপুষ্প"]
DATES = ["2020", "২০২১", "2019..2021", "২০২২..", "..2020-06", "জানুয়ারি ২০২৩", "2023-02", "1950"]
REQUESTS = 3_000


@pytest.fixture(scope="module")
def articles(sample_articles: Path) -> list[Article]:
    """The sample articles, read without the project's help."""
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
        )
        for row in rows
    ]


@pytest.fixture(scope="module")
def stems(articles: list[Article]) -> dict[str, set[str]]:
    """The words of each article as they are compared."""
    return {one.id: {token.stem for token in analyze(f"{one.title}\n{one.body}")} for one in articles}


def _value(one: Article, field: str) -> str:
    return one.date.isoformat() if field == "date" and one.date else str(getattr(one, field) or "")


def _meets(one: Article, condition: FieldFilter) -> bool:
    if condition.field == "date":
        periods = [period(value) for value in condition.values]
        day = one.date
        found = day is not None and any(
            (p.since or dt.date.min) <= day <= (p.until or dt.date.max) for p in periods
        )
    else:
        found = _value(one, condition.field) in condition.values
    return found != condition.negated


def _facet(found: Sequence[Article], name: str) -> Counter[str]:
    width = {"year": 4, "month": 7, "day": 10}.get(name)
    values = [_value(one, "date")[:width] if width else _value(one, name) for one in found]
    return Counter(value for value in values if value)


def _matching(articles: Sequence[Article], stems: dict[str, set[str]], words: list[str]) -> list[Article]:
    """The articles with any of the words; all of them where there is none."""
    keys = {token.stem for word in words for token in analyze(word)}
    return [one for one in articles if not words or keys & stems[one.id]]


def _random_request(draw: Random, articles: Sequence[Article]) -> tuple[SearchRequest, list[str]]:
    words = draw.sample(WORDS, draw.choice([0, 1, 1, 2, 3]))
    filters = [_random_filter(draw, articles) for _ in range(draw.choice([0, 1, 1, 2, 3]) or not words)]
    request = SearchRequest(
        " ".join(words),
        limit=draw.choice([1, 3, 10, 100]),
        filters=tuple(filters),
        sort=draw.choice(["relevance", "newest", "oldest"]),
        facets=tuple(draw.sample(FACETS, draw.randrange(3))),
        facet_limit=draw.choice([1, 3, 1000]),
    )
    return request, words


def _random_filter(draw: Random, articles: Sequence[Article]) -> FieldFilter:
    field = draw.choice(["category", "author", "lang", "date", "id"])
    if field == "date":
        values = draw.sample(DATES, draw.choice([1, 2]))
    else:
        known = [*sorted({_value(one, field) for one in articles} - {""}), "নেই"]
        values = draw.sample(known, min(len(known), draw.choice([1, 2, 4])))
    return FieldFilter(field, tuple(values), negated=draw.random() < 0.3)


def _expected_order(found: list[Article], sort: str) -> list[str]:
    if sort == "newest":
        return [one.id for one in sorted(found, key=lambda a: (-(a.date.toordinal() if a.date else 0), a.id))]
    return [one.id for one in sorted(found, key=lambda a: (a.date.toordinal() if a.date else 10**9, a.id))]


def test_random_requests_equal_a_plain_count(
    sample_engine: Engine, articles: list[Article], stems: dict[str, set[str]]
) -> None:
    """Which articles, how many, in which order, with which facets, page by page: as plain Python says."""
    draw = Random(20_201)  # noqa: S311 (chance, not secrecy)
    found_some = 0
    for _ in range(REQUESTS):
        request, words = _random_request(draw, articles)
        matching = _matching(articles, stems, words)
        expected = [one for one in matching if all(_meets(one, each) for each in request.filters)]
        page = sample_engine.search(request)
        found_some += bool(page)
        assert page.total == len(expected), request
        assert len(page) == min(request.limit, len(expected)), request
        for name, facet in page.facets.items():
            others = [each for each in request.filters if each.field != field_of(name)]
            counted = _facet([one for one in matching if all(_meets(one, each) for each in others)], name)
            assert {one.value: one.count for one in facet.values}.items() <= counted.items(), request
            assert len(facet.values) + facet.more == len(counted), request
            assert len(facet.values) >= min(request.facet_limit, len(counted)), request
        if request.sort != "relevance":
            assert [hit.id for hit in page] == _expected_order(expected, request.sort)[: request.limit], (
                request
            )
        else:
            assert {hit.id for hit in page} <= {one.id for one in expected}, request
            ranks = [(-hit.score, hit.id) for hit in page]
            assert ranks == sorted(ranks), request
    assert found_some > REQUESTS // 3


def test_random_requests_are_paged_through_whole(sample_engine: Engine, articles: list[Article]) -> None:
    """By number and by cursor the pages are the same, each article once, and a scan reads just these."""
    draw = Random(20_202)  # noqa: S311 (as above)
    for _ in range(REQUESTS // 30):
        request, _ = _random_request(draw, articles)
        whole = [hit.id for hit in sample_engine.search(replace(request, limit=1000, facets=()))]
        size, cursor = draw.choice([1, 4, 7]), ""
        paged: list[str] = []
        while cursor is not None:
            page = sample_engine.search(replace(request, limit=size, cursor=cursor, facets=()))
            numbered = sample_engine.search(replace(request, limit=size, offset=len(paged), facets=()))
            assert [hit.id for hit in page] == [hit.id for hit in numbered], request
            assert [hit.score for hit in page] == [hit.score for hit in numbered], request
            paged += [hit.id for hit in page]
            cursor = page.cursor  # type: ignore[assignment]
        assert paged == whole, request
        assert [one.id for one in sample_engine.scan(request)] == whole, request

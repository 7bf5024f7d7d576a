"""Which values, numbers and days articles have, from a cluster's counts, and the cache of these."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from onneshon.index import Article
from onneshon.index.configuration import Configuration
from onneshon.opensearch.searching.asking import Reply
from onneshon.opensearch.searching.dsl import Dsl
from onneshon.opensearch.searching.searcher import ClusterSearcher
from onneshon.opensearch.storage.mapping import Contract
from onneshon.search.query.conditions import Period
from onneshon.search.retrieval.authors import NOBODY, Authors
from onneshon.search.retrieval.bm25f import DEFAULT_WEIGHTS
from tests.opensearch.searching.few_words import BASIS, words_of

DAY = 86_400_000
"""A day in milliseconds."""


class Counting:
    """Stands in for an ``Asker``: returns a test's counts, and records requests."""

    identity = "news-000001 x 1"
    generation = "news-000001"

    def __init__(self, counts: Mapping[str, Any], *, partial: bool) -> None:
        self._counts, self._partial = counts, partial
        self.asked: list[Dsl] = []

    def search_each(self, bodies: Sequence[Dsl], _budget: object) -> list[Reply]:
        """Like ``Asker.search_each``."""
        self.asked += [body["aggs"] for body in bodies]
        found = [
            {name: self._counts[name] for name in body["aggs"] if name in self._counts} for body in bodies
        ]
        return [Reply([], 0, counts, self._partial) for counts in found]


def searcher_of(
    counts: Mapping[str, Any], *, partial: bool = False, authors: Authors = NOBODY
) -> tuple[ClusterSearcher, Counting]:
    """A generation with these counts, and its asker."""
    asker: Any = Counting(counts, partial=partial)
    words, site = words_of([Article("১", "নদী")]), Configuration()
    contract = Contract("x", BASIS)
    searcher = ClusterSearcher(asker, contract, words, DEFAULT_WEIGHTS, configuration=site, authors=authors)
    return searcher, asker


def values(*counted: tuple[str, int]) -> dict[str, Any]:
    """Counted values in the form of a cluster's answer."""
    return {"values": {"buckets": [{"key": name, "doc_count": count} for name, count in counted]}}


@pytest.mark.parametrize("partial", [False, True])
def test_values_are_counted_once_unless_a_part_was_missing(*, partial: bool) -> None:
    """Partial counts are not cached, so that values of a missing shard are not lost for good."""
    searcher, asker = searcher_of(values(("মাছ", 5), ("খেলা", 2)), partial=partial)
    assert [searcher.counted("category") for _ in range(2)] == [{"মাছ": 5, "খেলা": 2}] * 2
    assert len(asker.asked) == 1 + partial
    assert searcher_of({})[0].counted("category") == {}


def test_authors_are_counted_by_the_name_that_readers_see() -> None:
    """Other fields have a value for each spelling."""
    counted = values(("করিম", 4), ("রহিম", 3), ("রহীম", 2))
    searcher, _ = searcher_of(counted, authors=Authors({"রহিম": ("রহীম",)}))
    assert searcher.counted("author") == {"রহিম": 5, "করিম": 4}
    assert searcher.counted("category") == {"করিম": 4, "রহিম": 3, "রহীম": 2}


@pytest.mark.parametrize("partial", [False, True])
def test_the_least_and_the_greatest_number_are_asked_for_once(*, partial: bool) -> None:
    """Without numbers there is no extent."""
    searcher, asker = searcher_of({"min": {"value": 10.0}, "max": {"value": 250.0}}, partial=partial)
    assert [searcher.extent("price") for _ in range(2)] == [(10.0, 250.0)] * 2
    assert len(asker.asked) == 1 + partial
    assert searcher_of({"min": {"value": None}, "max": {"value": None}})[0].extent("price") is None
    assert searcher_of({})[0].extent("price") is None


@pytest.mark.parametrize("partial", [False, True])
def test_days_are_counted_from_1970_and_asked_for_once(*, partial: bool) -> None:
    """A moment counts as its day; where no article has a day, both ends are day 0."""
    searcher, asker = searcher_of({"min": {"value": 2.0 * DAY}, "max": {"value": 9.5 * DAY}}, partial=partial)
    assert [searcher.days for _ in range(2)] == [(2, 9)] * 2
    assert len(asker.asked) == 1 + partial
    assert searcher_of({"min": {"value": None}, "max": {"value": None}})[0].days == (0, 0)


FEBRUARY = Period(dt.date(2026, 2, 1), dt.date(2026, 2, 28))


def test_days_beside_a_period_are_the_last_before_and_the_first_after() -> None:
    """An open end has nothing beyond it, and is not requested."""
    before, after = (
        (day - dt.date(1970, 1, 1)).days * DAY for day in (dt.date(2026, 1, 21), dt.date(2026, 3, 7))
    )
    counts = {"before": {"day": {"value": before}}, "after": {"day": {"value": after}}}
    searcher, asker = searcher_of(counts)
    assert searcher.days_beside(FEBRUARY) == (dt.date(2026, 1, 21), dt.date(2026, 3, 7))
    sides = {
        side: (said["filter"]["range"]["date"], [*said["aggs"]["day"]])
        for side, said in asker.asked[0].items()
    }
    assert sides == {"before": ({"lt": "2026-02-01"}, ["max"]), "after": ({"gt": "2026-02-28"}, ["min"])}
    assert searcher.days_beside(Period(FEBRUARY.since, None)) == (dt.date(2026, 1, 21), None)
    assert [*asker.asked[1]] == ["before"]
    assert searcher_of({name: {"day": {"value": None}} for name in counts})[0].days_beside(FEBRUARY) == (
        None,
        None,
    )


@pytest.mark.parametrize("partial", [False, True])
def test_more_values_than_were_counted_are_allowed_for(*, partial: bool) -> None:
    """New articles may bring further values; with a missing shard the number is unknown."""
    searcher, asker = searcher_of({"category": {"value": 7}, "author": {"value": 0}}, partial=partial)
    different = [searcher.different for _ in range(2)]
    assert len(asker.asked) == 1 + partial
    assert all(bool(found) is not partial for found in different)
    if not partial:
        assert different[0]["category"] > 7
        assert different[0]["author"] > 0

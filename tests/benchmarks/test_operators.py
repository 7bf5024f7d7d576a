"""Random queries of operators, which a benchmark times and this test asks."""

import contextlib
from random import Random

import pytest

from benchmarks.reliability.operators import draw
from onneshon.search import Engine, QueryError

QUERIES = 300


@pytest.mark.no_cover  # many tries of lines that other tests cover
def test_random_operators_are_answered_or_refused(sample_engine: Engine) -> None:
    """With a page or with the one error that a query can make, and the same the second time."""
    chance = Random(1952)  # noqa: S311 - no secret
    answered = 0
    for _ in range(QUERIES):
        query = draw(chance)
        with contextlib.suppress(QueryError):
            first, second = (sample_engine.search(query, limit=3) for _ in range(2))
            assert (first.total, first.hits) == (second.total, second.hits)
            answered += 1
    assert answered > QUERIES / 2

"""The ranks of the sample's wanted articles, kept in a file: a change of ranking is a readable diff.

``pytest tests/search/test_rankings.py --update-golden`` rewrites the file; read the difference before you
commit.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from onneshon.search import Engine
from onneshon.search.evaluation.measures import read_queries

DATA = Path(__file__).parents[1] / "data"
GOLDEN = DATA / "rankings.txt"
SHOWN = 3
DEEP = 50


class Judged(NamedTuple):
    """A query, the article that a reader wants, and the reason why the query is there."""

    query: str
    wanted: str
    why: str


def _judged() -> list[Judged]:
    lines = (DATA / "judgments.tsv").read_text("utf-8").splitlines()
    return [Judged(*line.split("\t")) for line in lines]


def _rank(judged: Judged, ids: list[str]) -> int | None:
    return ids.index(judged.wanted) + 1 if judged.wanted in ids else None


def _report(engine: Engine) -> Iterator[str]:
    ranks: list[int | None] = []
    for judged in _judged():
        ids = [name for name, _ in engine.rank(judged.query, limit=DEEP)]
        ranks.append(_rank(judged, ids))
        yield f"{judged.query}  ({judged.why})"
        yield f"  {ranks[-1] or 'not found'}: {judged.wanted}"
        others = [name for name in ids if name != judged.wanted][: SHOWN - 1]
        yield f"  also: {', '.join(others) or 'nothing'}"
    yield ""
    found = [rank for rank in ranks if rank]
    for depth in (1, 5):
        within = sum(rank <= depth for rank in found)
        yield f"recall@{depth} {within}/{len(ranks)} ({within / len(ranks):.0%})"
    yield f"MRR {sum(1 / rank for rank in found) / len(ranks):.3f}"


def test_rankings_of_the_sample_are_as_recorded(sample_engine: Engine, *, update_golden: bool) -> None:
    """Every wanted article has the rank in the file, and the first other hits are the same."""
    report = "\n".join(_report(sample_engine)) + "\n"
    if update_golden:
        GOLDEN.write_text(report, "utf-8")
    assert report == GOLDEN.read_text("utf-8")


@pytest.mark.parametrize("judged", _judged(), ids=lambda judged: judged.query)
def test_wanted_articles_exist(sample_engine: Engine, judged: Judged) -> None:
    """A judgment names an article of the sample and a reason."""
    assert sample_engine.article(judged.wanted).id == judged.wanted
    assert judged.why


def test_judgments_are_read_like_any_queries() -> None:
    """No query occurs twice."""
    queries = [judged.query for judged in _judged()]
    assert len(set(queries)) == len(queries)
    assert len(read_queries(DATA / "judgments.tsv")) == len(queries)

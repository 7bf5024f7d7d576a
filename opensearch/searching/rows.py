"""What a ranking on a cluster is made of: its articles in their order, what narrows it, what was counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

import numpy as np

from onneshon.opensearch.searching.asking import Reply
from onneshon.opensearch.searching.dsl import Dsl
from onneshon.opensearch.searching.samples import Sample
from onneshon.search.reranking.ranker import Outcome

ALL: Final = "all words"
"""Under this it is counted how many articles hold everything that is asked for."""

DIGITS: Final = 6
"""Digits by which scores are compared: Lucene adds up numbers of 32 bits, which have seven."""


def rounded(score: float) -> float:
    """A score as it is compared."""
    return float(f"{score:.{DIGITS}g}")


class Row(NamedTuple):
    """An article of a ranking.

    Attributes:
        id: of the article.
        score: as it is shown.
        key: that by which it is placed, the highest first; after it comes the order of ids.
        fingerprint: see ``index.indexer.digests``; 0 where none is known.
        after: what the cluster sorted it by, to go on from there.
    """

    id: str
    score: float
    key: float
    fingerprint: int = 0
    after: tuple[Any, ...] = ()

    @property
    def sort_key(self) -> tuple[float, str]:
        """What rows are sorted by."""
        return -rounded(self.key), self.id


@dataclass(frozen=True, slots=True)
class Ranked:
    """The first articles of an order.

    Attributes:
        rows: in their order.
        reply: how many there are, and what was counted among them.
        total_all: how many of these have everything that is asked for.
        sample: in which was counted; None for all of them.
    """

    rows: Sequence[Row]
    reply: Reply
    total_all: int = 0
    sample: Sample | None = None


@dataclass(frozen=True, slots=True)
class Filters:
    """What articles must meet besides a query.

    Attributes:
        common: filters that narrow hits and counts.
        after: filters that narrow hits, while counts leave out some of them.
        counted: what to count, by names.
        complete: what an article matches that has everything that is asked for; None where it is not counted.
    """

    common: tuple[Dsl, ...] = ()
    after: tuple[Dsl, ...] = ()
    counted: Mapping[str, Dsl] | None = None
    complete: Dsl | None = None


def outcome_of(rows: Sequence[Row], total: int | None = None, total_all: int | None = None) -> Outcome:
    """Articles of a ranking; documents are their ranks in it."""
    return Outcome(
        np.arange(len(rows), dtype=np.uint32),
        np.array([row.score for row in rows], np.float64),
        [row.id for row in rows],
        total,
        total_all,
    )


def ranked(rows: Sequence[Row], reply: Reply) -> Ranked:
    """What one search has found and counted."""
    counts = dict(reply.counts)
    total_all = int(counts.pop(ALL)["doc_count"]) if ALL in counts else 0
    return Ranked(rows, replace(reply, counts=counts), total_all)

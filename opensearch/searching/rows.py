"""What a ranking on a cluster is made of: its articles in their order, what narrows it, what was counted.

Counting does not grow with the articles: each is in samples of a half, a quarter, an eighth of all, see
``opensearch.storage.mapping``. Counts in one are multiplied; of what a thousandth of ten thousand articles
has, that is right to a third or so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, log2
from typing import Any, Final, NamedTuple

import numpy as np

from onneshon.opensearch.searching.asking import Reply
from onneshon.opensearch.searching.dsl import Dsl, term
from onneshon.opensearch.storage.mapping import SAMPLES
from onneshon.search.reranking.ranker import Outcome

COUNTED_TO: Final = 10_000
"""Articles that are counted at the most, where the best are looked for alone."""

LOOKED_AT: Final = 1_000_000
"""Articles that may match a query, up to which all are scored and counted.

To look for the best alone costs more than to score a few: each variant is a clause, and counting is a search
of its own. Scoring all grows with their number, and the other hardly does.
"""

FEWEST: Final = 2_000
"""Articles that are counted at the least, where so many match; of fewer, counts would be too rough."""

ALL: Final = "all words"
"""Under this it is counted how many articles hold everything that is asked for."""

DIGITS: Final = 6
"""Digits by which scores are compared: Lucene adds up numbers of 32 bits, which have seven."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A part of all articles.

    Attributes:
        level: of the sample; 0 for all articles, each further one has half of the one before.
    """

    level: int = 0

    @property
    def times(self) -> int:
        """How many articles one of it stands for."""
        return 1 << self.level

    @property
    def filters(self) -> list[Dsl]:
        """What its articles match."""
        return [term("sample", str(self.level))] if self.level else []

    def larger(self, counted: int) -> "Sample":
        """A sample that is large enough, where in this one so few articles matched; else the same."""
        lacking = FEWEST / max(counted, 1)
        return Sample(max(self.level - ceil(log2(lacking)), 0)) if lacking > 2 else self  # noqa: PLR2004 (half is enough)


def is_large(most: int) -> bool:
    """Whether the best alone are looked for, of so many articles that may match."""
    return most > LOOKED_AT


def sample_of(most: int) -> Sample:
    """The sample for a query that so many articles may match."""
    return Sample(min(max(ceil(log2(max(most, 1) / LOOKED_AT)), 0), SAMPLES))


def counted_to(query: Dsl) -> Dsl:
    """A search that counts articles up to the bound."""
    return {"query": query, "size": 0, "track_total_hits": COUNTED_TO}


def rounded(score: float) -> float:
    """A score as it is compared."""
    return float(f"{score:.{DIGITS}g}")


NO_FIELDS: Final[Mapping[str, Any]] = {}


class Row(NamedTuple):
    """An article of a ranking.

    Attributes:
        id: of the article.
        score: as it is shown.
        key: that by which it is placed, the highest first; after it comes the order of ids.
        fingerprint: see ``index.indexer.digests``; 0 where none is known.
        after: what the cluster sorted it by, to go on from there.
        hit: as the cluster gave it, see ``HitWords``.
    """

    id: str
    score: float
    key: float
    fingerprint: int = 0
    after: tuple[Any, ...] = ()
    hit: Mapping[str, Any] = NO_FIELDS

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
        known: how many have that, where nothing need be counted.
    """

    common: tuple[Dsl, ...] = ()
    after: tuple[Dsl, ...] = ()
    counted: Mapping[str, Dsl] | None = None
    complete: Dsl | None = None
    known: int | None = None

    def with_known_total(self, found: Ranked) -> Ranked:
        """What was found, with what was known before."""
        return found if self.known is None else replace(found, total_all=self.known)


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

"""Which articles hold enough of a query: what is asked of a cluster for it, and what the answers decide.

It is decided as in ``search.retrieval.query_lists``: a share of the weight that the best one holds; where
few do, the best others follow. It does not depend on filters, so that it is asked for before them, by weights
that are nearly the true ones: that is mostly enough to know.

Where few articles may match, all of them are looked at, and the best are an aggregation. Hits would be
fetched from each part of the index by a further request, which costs as much as to find them; and a score
tells by itself which concepts it is of, where names of these would be found out for each hit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from onneshon.opensearch.searching.asking import ONLY_COLUMNS, Asker, Reply, id_of
from onneshon.opensearch.searching.compiler import Demand
from onneshon.opensearch.searching.dsl import Dsl, any_of, constant, held_of, numbered, of_ids, summed
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.query_lists import FEWEST, LEAST_SHARE

_ID_FIRST: Final = [{"_score": "desc"}, {"id": "asc"}]

DEPTH: Final = 2 * FEWEST
"""Articles of which it is asked what they hold: some more than must hold enough, as weights may change."""

BEST: Final = "best"
"""Under this are the articles that hold most, where they are an aggregation."""

SCORE_BITS: Final = 24
"""Bits of the mantissa of a score in Lucene: whole numbers of so many bits are exact."""

MARKED: Final = 12
"""Concepts, each with a bit of a score, that leave weights as many bits: a four thousandth of them all."""


def holding_most(demand: Demand, *, few: bool = False) -> Dsl:
    """A search for the articles that hold most, and which concepts they hold.

    Args:
        demand: what they should hold.
        few: whether so few may match that all are looked at.
    """
    if not few or len(demand.weights) > MARKED:
        weighed = any_of(numbered(demand.filters, demand.weights))
        return {"query": weighed, "size": DEPTH, **ONLY_COLUMNS, "track_total_hits": False}
    marked = [constant(*each) for each in zip(demand.filters, _marks(demand.weights), strict=True)]
    best = {"top_hits": {"size": DEPTH, "_source": False, **ONLY_COLUMNS}}
    return {"query": any_of(marked), "size": 0, "track_total_hits": False, "aggs": {BEST: best}}


def _marks(weights: Sequence[int]) -> list[int]:
    """Scores of concepts: nearly the weights, and a bit of its own for each, by which a sum tells them."""
    count, every = len(weights), sum(weights)
    room = (1 << SCORE_BITS - count) - 1
    if every > room:
        weights = [max(weight * (room - count) // every, 1) for weight in weights]
    return [weight << count | 1 << number for number, weight in enumerate(weights)]


def _told(hits: Sequence[Mapping[str, Any]], count: int) -> NDArray[np.bool_]:
    """Which of so many concepts hits hold that are scored by ``_marks``, shape (concepts, hits)."""
    scores = np.array([hit["_score"] for hit in hits], np.float64).astype(np.int64)
    held: NDArray[np.bool_] = scores >> np.arange(count)[:, None] & 1 == 1
    return held


@dataclass(frozen=True, slots=True)
class Holdings:
    """What articles hold that hold most, by weights of concepts.

    Attributes:
        held: which concepts each of them holds, shape (concepts, articles).
        weights: of the concepts.
        beyond: what any other article weighs at the most by these weights.
    """

    held: NDArray[np.bool_]
    weights: NDArray[np.int64]
    beyond: int

    @classmethod
    def of(cls, demand: Demand, reply: Reply) -> Self:
        """By the answer to ``holding_most``."""
        count = len(demand.weights)
        if BEST in reply.counts:
            held = _told(reply.counts[BEST]["hits"]["hits"], count)
            weights = np.array(_marks(demand.weights), np.int64) >> count
        else:
            held = held_of(reply.hits, count)
            weights = np.array(demand.weights, np.int64)
        return cls(held, weights, int((weights @ held).min()) if held.shape[1] == DEPTH else 0)

    def cut(self, demand: Demand) -> tuple[int, int] | None:
        """What is enough, and how many articles have it up to ``FEWEST``; None where that cannot be told.

        Args:
            demand: of the same concepts; its weights may be others.
        """
        weights = np.array(demand.weights, np.int64)
        found = weights @ self.held
        best = int(found.max(initial=0))
        others = int((self.beyond * weights // self.weights).max())
        if best < min(others, demand.most):
            return None
        cut = ceil(LEAST_SHARE * min(best, demand.most))
        enough = min(int(np.count_nonzero(found >= cut)), FEWEST)
        return (cut, enough) if enough == FEWEST or others < max(cut, 1) else None

    def holding_all(self, demand: Demand, concepts: Sequence[Dsl]) -> int | None:
        """How many articles that are found hold each of some concepts; None where that cannot be told.

        Args:
            demand: which articles are found by; of the same concepts as these holdings.
            concepts: filters.
        """
        if not all(concept in demand.filters for concept in concepts):
            return None
        wanted = [demand.filters.index(concept) for concept in concepts]
        decided = self.cut(demand)
        found = decided is not None and sum(demand.weights[at] for at in wanted) >= decided[0]
        if not found or self.weights[wanted].sum() <= self.beyond:
            return None
        return int(self.held[wanted].all(axis=0).sum())


def enough(demand: Demand, asker: Asker, budget: TimeBudget, known: Holdings | None = None) -> Dsl:
    """A filter for the articles that hold enough.

    Args:
        demand: what they should hold.
        asker: of the generation.
        budget: of the search.
        known: what articles hold of the same concepts, if that was asked before.
    """
    decided = known.cut(demand) if known else None
    if decided is None:
        [reply] = asker.search_each([holding_most(demand)], budget)
        asked = Holdings.of(demand, reply)
        decided = asked.cut(demand)
    cut, count = decided or (0, 0)
    found = holding(demand, cut)
    if count == FEWEST:
        return found
    others = asker.search(
        {
            "query": demand.scoring,
            "size": FEWEST,
            "sort": _ID_FIRST,
            **ONLY_COLUMNS,
            "track_total_hits": False,
        },
        budget,
    )
    return any_of([found, of_ids([*map(id_of, others.hits)])])


def holding(demand: Demand, cut: int) -> Dsl:
    """The articles whose weight is enough.

    Whoever holds enough holds one of the concepts without which the others do not suffice: articles that hold
    none of these, the rarest, are never looked at. Rare concepts weigh more, so that few articles are. Each
    concept is looked for once: what is needed is weighed too.
    """
    concepts = sorted(zip(demand.weights, demand.filters, strict=True), key=lambda concept: concept[0])
    weighed = [constant(query, weight) for weight, query in concepts]
    lacking = sum(total < cut for total in accumulate(weight for weight, _ in concepts))
    found = summed([any_of(weighed[lacking:])], weighed[:lacking])
    return {"function_score": {"query": found, "min_score": cut}}

"""Which articles of the cluster hold enough of a query, worked out once for a query and a generation.

As ``search.retrieval.query_lists``: a share of the weight that the best article holds; where few do, the best
others follow. What that is does not depend on filters, so that it is asked for before them. What the articles
hold that hold most is asked for while their words are counted, by weights that are nearly the true ones: that
is mostly enough to know.
"""

from dataclasses import dataclass
from itertools import accumulate
from math import ceil
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from onneshon.opensearch.searching.asking import ONLY_COLUMNS, Asker, Reply, held_of, id_of
from onneshon.opensearch.searching.compiler import Demand
from onneshon.opensearch.searching.dsl import Dsl, any_of, numbered
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.query_lists import FEWEST, LEAST_SHARE

_ID_FIRST: Final = [{"_score": "desc"}, {"id": "asc"}]

DEPTH: Final = 2 * FEWEST
"""Articles of which it is asked what they hold: some more than must hold enough, as weights may change."""


def holding_most(demand: Demand) -> Dsl:
    """A search for the articles that hold most, and which concepts they hold."""
    weighed = any_of(numbered(demand.holders, demand.weights))
    return {"query": weighed, "size": DEPTH, **ONLY_COLUMNS, "track_total_hits": False}


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
        held = held_of(reply.hits, len(demand.weights))
        weights = np.array(demand.weights, np.int64)
        return cls(held, weights, int((weights @ held).min()) if len(reply.hits) == DEPTH else 0)

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
    found = _holding(demand, cut)
    if count == FEWEST:
        return found
    others = asker.search(
        {
            "query": demand.scoring,
            "size": FEWEST,
            "sort": _ID_FIRST,
            **ONLY_COLUMNS,
            "docvalue_fields": ["id"],
            "track_total_hits": False,
        },
        budget,
    )
    return any_of([found, {"ids": {"values": [id_of(hit) for hit in others.hits]}}])


def _holding(demand: Demand, cut: int) -> Dsl:
    """Those whose weight is enough.

    Whoever holds enough holds one of the concepts without which the others do not suffice: articles that hold
    none of these, the rarest, are never looked at. Rare concepts weigh more, so that few articles are.
    """
    concepts = sorted(zip(demand.weights, demand.holders, strict=True), key=lambda concept: concept[0])
    sums = accumulate(weight for weight, _ in concepts)
    needed = [holder for (_, holder), weight in zip(concepts, sums, strict=True) if weight >= cut]
    weighed = {"bool": {**demand.weighed["bool"], "filter": [any_of(needed)]}}
    return {"function_score": {"query": weighed, "min_score": cut}}

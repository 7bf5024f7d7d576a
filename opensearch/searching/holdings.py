"""Determines which articles contain enough of a query: the searches for it, and the cut that follows.

The rule is that of ``search.retrieval.query_lists``: a share of the weight that the best article has; where
few have it, the best others follow. The cut does not depend on filters, so that it is asked for before they
are known, by weights that are nearly the true ones: that is mostly enough.

Where few articles may match, all of them are scored, and the best are an aggregation. Hits would be fetched
from each shard by a further request, which costs as much as to find them; and a score encodes which concepts
an article has, where their names would have to be determined for each hit.
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
"""The number of articles whose concepts are asked for: more than must have enough, as weights may change."""

BEST: Final = "best"
"""The name of the aggregation with the articles of most weight."""

SCORE_BITS: Final = 24
"""Bits of the mantissa of a score in Lucene: whole numbers up to that length are exact."""

MARKED: Final = 12
"""The most concepts with a bit of a score each; as many bits remain for weights, to a four thousandth."""


def holding_most(demand: Demand, *, few: bool = False) -> Dsl:
    """A search for the articles with the most weight, and the concepts that each contains.

    Args:
        demand: the concepts and their weights.
        few: whether so few articles may match that all are scored.
    """
    if not few or len(demand.weights) > MARKED:
        weighed = any_of(numbered(demand.filters, demand.weights))
        return {"query": weighed, "size": DEPTH, **ONLY_COLUMNS, "track_total_hits": False}
    marked = [constant(*each) for each in zip(demand.filters, _marks(demand.weights), strict=True)]
    best = {"top_hits": {"size": DEPTH, "_source": False, **ONLY_COLUMNS}}
    return {"query": any_of(marked), "size": 0, "track_total_hits": False, "aggs": {BEST: best}}


def _marks(weights: Sequence[int]) -> list[int]:
    """Scores of concepts: about the weight in the high bits, and one low bit for each, to read from a sum."""
    count, every = len(weights), sum(weights)
    room = (1 << SCORE_BITS - count) - 1
    if every > room:
        weights = [max(weight * (room - count) // every, 1) for weight in weights]
    return [weight << count | 1 << number for number, weight in enumerate(weights)]


def _concepts_of(hits: Sequence[Mapping[str, Any]], count: int) -> NDArray[np.bool_]:
    """Read from scores by ``_marks`` which of ``count`` concepts hits contain, shape (concepts, hits)."""
    scores = np.array([hit["_score"] for hit in hits], np.float64).astype(np.int64)
    held: NDArray[np.bool_] = scores >> np.arange(count)[:, None] & 1 == 1
    return held


@dataclass(frozen=True, slots=True)
class Holdings:
    """The concepts in each of the articles with the most weight.

    Attributes:
        held: which concepts each article contains, shape (concepts, articles).
        weights: the weights of the concepts.
        beyond: an upper bound for the weight of any other article.
    """

    held: NDArray[np.bool_]
    weights: NDArray[np.int64]
    beyond: int

    @classmethod
    def of(cls, demand: Demand, reply: Reply) -> Self:
        """Read the reply to ``holding_most``."""
        count = len(demand.weights)
        if BEST in reply.counts:
            held = _concepts_of(reply.counts[BEST]["hits"]["hits"], count)
            weights = np.array(_marks(demand.weights), np.int64) >> count
        else:
            held = held_of(reply.hits, count)
            weights = np.array(demand.weights, np.int64)
        return cls(held, weights, int((weights @ held).min()) if held.shape[1] == DEPTH else 0)

    def cut(self, demand: Demand) -> tuple[int, int] | None:
        """The weight that is enough, and how many articles have it, at most ``FEWEST``; None if unknown.

        Args:
            demand: a demand of the same concepts; its weights may differ.
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
        """The number of articles found that contain all of some concepts; None if unknown.

        Args:
            demand: the demand by which articles are found; of the same concepts as these holdings.
            concepts: the filters of the concepts.
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
    """A filter for the articles that contain enough.

    Args:
        demand: the concepts and their weights.
        asker: the asker of the generation.
        budget: the time budget of the search.
        known: the holdings for the same concepts, if they were asked for before.
    """
    decided = known.cut(demand) if known else None
    if decided is None:
        [reply] = asker.search_each([holding_most(demand)], budget)
        asked = Holdings.of(demand, reply)
        decided = asked.cut(demand)
    cut, count = decided or (0, 0)
    found = weighing(demand, cut)
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


def weighing(demand: Demand, cut: int) -> Dsl:
    """A filter for the articles whose weight is at least ``cut``.

    The lightest concepts together do not reach the cut: an article must contain one of the others, and only
    articles with one of these are scored. Rare concepts weigh more, so that those articles are few. Each
    concept is searched once: the required clauses are weighed too.
    """
    concepts = sorted(zip(demand.weights, demand.filters, strict=True), key=lambda concept: concept[0])
    weighed = [constant(query, weight) for weight, query in concepts]
    lacking = sum(total < cut for total in accumulate(weight for weight, _ in concepts))
    found = summed([any_of(weighed[lacking:])], weighed[:lacking])
    return {"function_score": {"query": found, "min_score": cut}}

"""Which articles of the cluster hold enough of a query, worked out once for a query and a generation.

As ``search.retrieval.query_lists``: a share of the weight that the best article holds; where few do, the best
others follow. What that is does not depend on filters, so that it is asked for before them.
"""

from itertools import accumulate
from math import ceil
from typing import Final

from onneshon.opensearch.searching.asking import ONLY_COLUMNS, Asker, id_of
from onneshon.opensearch.searching.compiler import Demand
from onneshon.opensearch.searching.dsl import Dsl, any_of
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.query_lists import FEWEST, LEAST_SHARE

__all__ = ["enough"]

_ID_FIRST: Final = [{"_score": "desc"}, {"id": "asc"}]


def enough(demand: Demand, asker: Asker, budget: TimeBudget) -> Dsl:
    """A filter for the articles that hold enough.

    Args:
        demand: what they should hold.
        asker: of the generation.
        budget: of the search.
    """
    [best] = asker.search_each([_best(demand)], budget)
    weights = [round(hit["_score"]) for hit in best.hits]
    cut = ceil(LEAST_SHARE * min(max(weights, default=0), demand.most))
    found = _holding(demand, cut)
    if sum(weight >= cut for weight in weights) == FEWEST:
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


def _best(demand: Demand) -> Dsl:
    """Those that hold most: they tell what the best one holds, and whether ``FEWEST`` hold enough."""
    return {"query": demand.weighed, "size": FEWEST, **ONLY_COLUMNS, "track_total_hits": False}


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

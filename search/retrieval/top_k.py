"""The k best of a disjunction, exactly, without scoring what cannot be among them.

The k-th best score of any one word bounds the k-th best of their sum from below. Lists are taken in the order
of their best scores; once what remains cannot lift a new article to the bound, only articles already met are
looked up in it (MaxScore: Turtle and Flood, "Query evaluation: strategies and optimizations", 1995).
"""

from collections.abc import Sequence
from itertools import accumulate
from threading import local

import numpy as np

from search.retrieval.budget import TimeBudget
from search.retrieval.collection import Collection
from search.retrieval.doc_lists import Docs, Scores, WeightedDocs
from search.retrieval.score_list import CHAMPIONS, ScoreList, kth_best

__all__ = ["Accumulator", "select"]

SLACK = 1 + 1e-5
"""Bounds are widened by this much, so that the rounding of sums in single precision loses no article."""

FEW = 16
"""Lists that hold together less than one in so many documents are summed without a look at all documents."""

MANY_TIES = 2_000
"""Beyond so many tied articles their order is taken from a table of all ids."""


class Accumulator:
    """Sums lists of scores. Each thread adds up in an array of its own, which is left all 0.

    Args:
        size: documents in the collection.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._threads = local()

    def _sums(self) -> Scores:
        sums: Scores | None = getattr(self._threads, "sums", None)
        self._threads.sums = None  # taken: after a failure midway the next query begins with a clean one
        return np.zeros(self.size, np.float32) if sums is None else sums

    def _sparse(self, lists: Sequence[ScoreList], least: float) -> WeightedDocs:
        sums = self._sums()
        for part in lists:
            sums[part.docs] += part.scores
        docs, scores = [], []
        for part in lists:
            totals = sums[part.docs]
            kept = totals >= least
            docs.append(part.docs[kept])
            scores.append(totals[kept])
            sums[part.docs] = 0  # a document of several lists is taken from the first and is 0 for the others
        self._threads.sums = sums
        return np.concatenate(docs), np.concatenate(scores)

    def _dense(self, lists: Sequence[ScoreList], least: float) -> WeightedDocs:
        sums = self._sums()
        for part in lists:
            if part.is_dense:
                sums += part.dense
            else:
                sums[part.docs] += part.scores
        docs = np.flatnonzero(sums >= least)
        scores = sums[docs]
        sums.fill(0)
        self._threads.sums = sums
        return docs, scores

    def gather(self, lists: Sequence[ScoreList], least: float) -> WeightedDocs:
        """Documents of any list whose scores sum to ``least`` or more, in any order, and the sums."""
        if len(lists) == 1:
            part = lists[0]
            kept = part.scores >= least
            return part.docs[kept], part.scores[kept]
        least = max(least, float(np.finfo(np.float32).tiny))
        method = self._dense if sum(map(len, lists)) * FEW > self.size else self._sparse
        return method(lists, least)

    def best(
        self, finding: Sequence[ScoreList], adding: Sequence[ScoreList], k: int, budget: TimeBudget
    ) -> WeightedDocs:
        """The ``k`` best of a disjunction, all that tie with the last, and maybe others; in any order.

        Args:
            finding: the lists of the disjunction.
            adding: lists that add to the scores of its documents.
            k: how many, at least 1.
            budget: where it runs out, lists that remain are left out.
        """
        if not finding:
            return np.empty(0, np.intp), np.empty(0, np.float32)
        lists = [*sorted(finding, key=lambda part: -part.best), *adding]
        bound = max(part.kth(k) for part in finding)
        rest = [*accumulate(part.best for part in reversed(lists))][::-1]
        needed = min(sum(1 for most in rest if most * SLACK >= bound), len(finding))
        remaining = rest[needed:] or [0.0]
        docs, scores = self.gather(lists[:needed], (bound - remaining[0]) / SLACK)
        return _complete(docs, scores, lists[needed:], remaining, k, bound, budget)


def _complete(  # noqa: PLR0917
    docs: Docs,
    scores: Scores,
    lists: Sequence[ScoreList],
    remaining: Sequence[float],
    k: int,
    bound: float,
    budget: TimeBudget,
) -> WeightedDocs:
    """Adds the lists that can bring no new document, dropping documents as they fall behind."""
    for part, most in zip(lists, remaining, strict=False):
        if budget.spent():
            break
        if len(docs) > 4 * k:
            bound = max(bound, kth_best(scores, k))
            kept = scores + np.float32(most) >= bound / SLACK
            docs, scores = docs[kept], scores[kept]
        scores = scores + part.at(docs)
    return docs, scores


def select(collection: Collection, docs: Docs, scores: Scores, k: int) -> tuple[Docs, Scores, list[str]]:
    """The ``k`` best, best first, ties in the order of their ids; and those ids."""
    if len(docs) > k:
        kept = scores >= kth_best(scores, k)
        docs, scores = docs[kept], scores[kept]
    if len(docs) > k + MANY_TIES:
        order = np.lexsort((collection.id_ranks[docs], -scores))[:k]
        return docs[order], scores[order], collection.ids(docs[order])
    names = collection.ids(docs)
    values = scores.tolist()
    ranking = sorted(range(len(names)), key=lambda i: (-values[i], names[i]))[:k]
    return docs[ranking], scores[ranking], [names[i] for i in ranking]


def best_of(part: ScoreList, k: int) -> WeightedDocs:
    """The ``k`` best of one list with all that tie with the last."""
    docs, scores = part.champions
    if len(docs) == len(part) or (k < CHAMPIONS and scores[k - 1] > scores[-1]):
        return docs, scores
    return part.docs, part.scores

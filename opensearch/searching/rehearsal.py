"""What a query will need, found out by reading it without asking: one request then asks for it all.

Whether articles have words side by side decides what a query is read as, and that decides which variants are
counted next. The vocabulary has the pairs of words that are common; it is taken that no article has others.
Who does so mostly comes to the same query, and knows all that will be asked. Where it is otherwise, what is
still unknown is asked for when it comes to that. Of the variants of a concept it is taken that no article has
two.

Which articles hold enough is decided as in ``search.retrieval.query_lists``: a share of the weight that the
best one holds; where few do, the best others follow. It does not depend on filters, so that it is asked for
before them, by weights that are nearly the true ones: that is mostly enough to know.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import accumulate
from math import ceil
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from onneshon.opensearch.searching.asking import ONLY_COLUMNS, Asker, Reply, id_of
from onneshon.opensearch.searching.compiler import Compiler, Demand
from onneshon.opensearch.searching.dsl import (
    NOTHING_MATCHES,
    Dsl,
    any_of,
    counting,
    counting_beside,
    held_of,
    numbered,
    of_ids,
)
from onneshon.opensearch.searching.filters import ClusterStatistics
from onneshon.opensearch.searching.guesses import GuessedReader, Rehearsal
from onneshon.search.query.parser import Parsed
from onneshon.search.query.tree import Query
from onneshon.search.retrieval.budget import BoundedCache, TimeBudget, budget_now, by_number
from onneshon.search.retrieval.query_lists import FEWEST, LEAST_SHARE
from onneshon.search.understanding.reading_queries import QueryReader
from onneshon.search.understanding.synonyms import Synonyms

_ID_FIRST: Final = [{"_score": "desc"}, {"id": "asc"}]

DEPTH: Final = 2 * FEWEST
"""Articles of which it is asked what they hold: some more than must hold enough, as weights may change."""

REMEMBERED: Final = 4_096
"""Queries of which it is remembered how they are read, some kilobytes each, and what is enough of them."""


def holding_most(demand: Demand) -> Dsl:
    """A search for the articles that hold most, and which concepts they hold."""
    weighed = any_of(numbered(demand.filters, demand.weights))
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
    return any_of([found, of_ids([*map(id_of, others.hits)])])


def _holding(demand: Demand, cut: int) -> Dsl:
    """Those whose weight is enough.

    Whoever holds enough holds one of the concepts without which the others do not suffice: articles that hold
    none of these, the rarest, are never looked at. Rare concepts weigh more, so that few articles are.
    """
    concepts = sorted(zip(demand.weights, demand.filters, strict=True), key=lambda concept: concept[0])
    sums = accumulate(weight for weight, _ in concepts)
    needed = [concept for (_, concept), weight in zip(concepts, sums, strict=True) if weight >= cut]
    weighed = {"bool": {**demand.weighed["bool"], "filter": [any_of(needed)]}}
    return {"function_score": {"query": weighed, "min_score": cut}}


class Foresight:
    """Asks at once what a query needs to be read and scored, and remembers what is enough of it.

    Args:
        asker: of the generation.
        statistics: of its words; told what was counted.
        reader: reads queries with them.
    """

    def __init__(self, asker: Asker, statistics: ClusterStatistics, reader: QueryReader) -> None:
        self._asker = asker
        self._statistics = statistics
        self._reader = reader
        self._guess = Rehearsal(statistics)
        self._rehearsed = lru_cache(REMEMBERED)(self._rehearse)
        self._enough = BoundedCache(REMEMBERED, by_number)
        self._holdings = BoundedCache(REMEMBERED, by_number)

    def rehearse(self, text: str, synonyms: Synonyms, *, literal: bool) -> Parsed | None:
        """Have all asked at once that a query needs, as far as that can be foreseen.

        Args:
            text: of a query.
            synonyms: of the site.
            literal: whether it is read as it is typed.

        Returns:
            The query as it is read now that all is known; None where it is yet to be read.
        """
        return self._rehearsed(text, synonyms, literal, self._reader.field_reading.today())

    def _rehearse(self, text: str, synonyms: Synonyms, literal: bool, _today: dt.date) -> Parsed | None:
        """As read on a day: গতকাল is another one tomorrow."""
        budget = budget_now()

        def read(reader: QueryReader) -> Parsed:
            return reader.read(text, synonyms, budget, literal=literal, strict=False)

        guessed = GuessedReader(self._guess, self._reader)
        parsed, answered = self._foreseen(lambda: read(guessed.reader))
        if answered and not guessed.was_right(self._statistics):
            parsed, answered = self._foreseen(lambda: read(self._reader), parsed.query)
        return parsed if answered and budget.whole else None

    def _foreseen(self, read: Callable[[], Parsed], before: Query | None = None) -> tuple[Parsed, bool]:
        """A query as it is read, and whether all was answered that it needs; ``before`` needs no more."""
        demands: list[Demand] = []
        with self._guess.noting() as noted:
            parsed = read()
            if parsed.query is not None and parsed.query != before:
                Compiler(self._guess, partial(_noted, demands)).compiled(parsed.query)
        counted = [*{repr(query): query for query in noted}.values()]
        new = [demand for demand in demands if demand.key not in self._holdings]
        if not (counted or new):
            return parsed, True
        few = parsed.query is not None and self._guess.are_few(parsed.query)
        return parsed, self._asked_for(counted, new, together=few)

    def _asked_for(self, counted: Sequence[Dsl], demands: Sequence[Demand], *, together: bool) -> bool:
        """Have queries counted, and ask what articles hold of demands, at once; whether all answered."""
        bodies = [*map(holding_most, demands)]
        if counted and bodies and together:
            bodies[0] = counting_beside(bodies[0], counted)
        elif counted:
            bodies.insert(0, counting(counted))
        replies = self._asker.search_each(bodies, budget_now())
        if any(reply.partial for reply in replies):  # what is needed of it is asked for again
            return False
        if counted:
            self._statistics.learn(counted, replies[0].counted(counted))
        for demand, reply in zip(demands, replies[-len(demands) :], strict=False):
            self._holdings.keep(demand.key, Holdings.of(demand, reply))
        return True

    def enough(self, demand: Demand, budget: TimeBudget) -> Dsl:
        """A filter for the articles that hold enough; asked for where it is not known, in the time left."""
        holdings = self._holdings.kept(demand.key)
        return self._enough.get(
            repr(demand), lambda: enough(demand, self._asker, budget, holdings), keep=lambda: budget.whole
        )


def _noted(demands: list[Demand], demand: Demand) -> Dsl:
    """Note a demand; of what is only rehearsed nothing need be found."""
    demands.append(demand)
    return NOTHING_MATCHES

"""What a query will need, found out by reading it without asking: one request then asks for it all.

Whether articles have words side by side decides what a query is read as, and that decides which variants are
counted next. The vocabulary has the pairs of words that are common; it is taken that no article has others.
Who does so mostly comes to the same query, and knows all that will be asked. Where it is otherwise, what is
still unknown is asked for when it comes to that. Of the variants of a concept it is taken that no article has
two.

What decides which articles hold enough, see ``holdings``, is asked for beside.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import Final

from onneshon.opensearch.searching.asking import Asker
from onneshon.opensearch.searching.compiler import Compiler, Demand
from onneshon.opensearch.searching.dsl import NOTHING_MATCHES, Dsl, counting, counting_beside
from onneshon.opensearch.searching.filters import ClusterStatistics
from onneshon.opensearch.searching.guesses import GuessedReader, Rehearsal
from onneshon.opensearch.searching.holdings import Holdings, enough, holding, holding_most
from onneshon.search.query.parser import Parsed
from onneshon.search.query.tree import Query
from onneshon.search.retrieval.budget import BoundedCache, TimeBudget, budget_now, by_number
from onneshon.search.retrieval.query_lists import FEWEST
from onneshon.search.understanding.reading_queries import QueryReader
from onneshon.search.understanding.synonyms import Synonyms

REMEMBERED: Final = 4_096
"""Queries of which it is remembered how they are read, some kilobytes each, and what is enough of them."""


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
        return parsed, self._asked_for(counted, new, few=few)

    def _asked_for(self, counted: Sequence[Dsl], demands: Sequence[Demand], *, few: bool) -> bool:
        """Have queries counted, and ask what articles hold of demands, at once; whether all answered."""
        bodies = [holding_most(demand, few=few) for demand in demands]
        if counted and bodies and few:
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
        decided = holdings.cut(demand) if holdings else None
        if decided is not None and decided[1] == FEWEST:  # to find it by its long key takes longer
            return holding(demand, decided[0])
        return self._enough.get(
            repr(demand), lambda: enough(demand, self._asker, budget, holdings), keep=lambda: budget.whole
        )


def _noted(demands: list[Demand], demand: Demand) -> Dsl:
    """Note a demand; of what is only rehearsed nothing need be found."""
    demands.append(demand)
    return NOTHING_MATCHES

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
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import accumulate, pairwise
from math import ceil
from threading import local
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from onneshon.opensearch.searching.asking import ONLY_COLUMNS, Asker, budget_now
from onneshon.opensearch.searching.compiler import Compiler, Demand
from onneshon.opensearch.searching.dsl import NOTHING_MATCHES, Dsl, any_of, numbered, of_ids
from onneshon.opensearch.searching.filters import ClusterStatistics
from onneshon.opensearch.searching.replies import Reply, counted_by, counting, counting_beside, held_of, id_of
from onneshon.search.query.parser import Parsed
from onneshon.search.query.tree import Leaf, OneOf, Phrase, Query
from onneshon.search.retrieval.budget import BoundedCache, TimeBudget, by_number
from onneshon.search.retrieval.collection import Layer
from onneshon.search.retrieval.query_lists import FEWEST, LEAST_SHARE
from onneshon.search.retrieval.term_scorer import END
from onneshon.search.understanding.compounds import Compounds
from onneshon.search.understanding.reading_queries import QueryReader
from onneshon.search.understanding.readings import Readings
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


def _asks_nobody(queries: Sequence[Dsl]) -> tuple[list[int], bool]:
    return [0] * len(queries), False


class Rehearsal(ClusterStatistics):
    """Statistics that ask nobody: they note what nobody counted yet, and take it for nothing.

    Args:
        statistics: that know what was counted.
    """

    def __init__(self, statistics: ClusterStatistics) -> None:
        super().__init__(statistics.words, statistics.basis, statistics.weights, _asks_nobody)
        self._statistics = statistics
        self._local = local()

    @contextmanager
    def noting(self) -> Iterator[list[Dsl]]:
        """What this thread would have counted in the block."""
        noted: list[Dsl] = []
        self._local.noted, self._local.pairs = noted, {}
        try:
            yield noted
        finally:
            self._local.noted, self._local.pairs = [], {}

    def count_each(self, queries: Sequence[Dsl]) -> list[int]:
        """How many articles match each of some queries, as far as that is known."""
        found = self._statistics.known(queries)
        self._local.noted += [query for query, count in zip(queries, found, strict=True) if count is None]
        return [count or 0 for count in found]

    def expect(self, leaves: Iterable[Leaf]) -> None:
        """Note leaves that nobody counted, and how often the vocabulary has words of them side by side."""
        expected = [*leaves]
        self._local.pairs |= {
            _stems(leaf): self._often(leaf) for leaf in expected if isinstance(leaf, Phrase)
        }
        super().expect(expected)

    def _often(self, phrase: Phrase) -> int:
        if (pairs := self.words.pairs) is None:
            return 0
        beside = (pairs.count(first.exact, second.exact) for first, second in pairwise(phrase.words))
        return min(beside, default=0)

    def count(self, stems: Sequence[str], most: int = END, wanted: int = 1) -> int:
        """How many articles have words side by side; of what nobody counted, as many as there are pairs."""
        return super().count(stems, most, wanted) or self._local.pairs.get((*stems,), 0)

    def holding_in(self, unit: OneOf, layer: Layer) -> int:
        """How many articles have any variant of one concept, as far as that is known."""
        return super().holding_in(unit, layer) or self._all_of(unit, layer)

    def size_of(self, leaves: Sequence[Leaf]) -> int:
        """How many articles have any of some leaves, as far as that is known."""
        words = sum(self._of_word(leaf) or 0 for leaf in leaves)
        concepts = sum(self.holding(leaf) for leaf in leaves if isinstance(leaf, OneOf))
        return super().size_of(leaves) or min(words + concepts, self.articles)

    def _all_of(self, unit: OneOf, layer: Layer) -> int:
        found = sum(self._of_word(variant.query, layer) or 0 for variant in unit.variants)
        return min(found, self.articles)


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
        self._guesser = replace(
            reader, readings=Readings(statistics.words, self._guess.count), compounds=Compounds(self._guess)
        )
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
        foreseen: Query | None = None
        for reader in (self._guesser, self._reader):  # what was counted may have a query read otherwise
            demands: list[Demand] = []
            with self._guess.noting() as noted:
                parsed = reader.read(text, synonyms, budget, literal=literal, strict=False)
                if parsed.query is not None and parsed.query != foreseen:  # for the same all was asked for
                    Compiler(self._guess, partial(_noted, demands)).compiled(parsed.query)
            foreseen = parsed.query
            counted = [*{repr(query): query for query in noted}.values()]
            new = [demand for demand in demands if not self._is_known(demand)]
            if not (counted or new):
                break
            few = parsed.query is not None and self._guess.are_few(parsed.query)
            if not self._asked_for(counted, new, together=few):
                return None
        # What the guesser remembers of words may be of a time when nobody had counted them.
        return parsed if reader is self._reader and budget.whole else None

    def _is_known(self, demand: Demand) -> bool:
        return demand.key in self._holdings or repr(demand) in self._enough

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
            self._statistics.learn(counted, counted_by(replies[0], counted))
        for demand, reply in zip(demands, replies[-len(demands) :], strict=False):
            self._holdings.keep(demand.key, Holdings.of(demand, reply))
        return True

    def enough(self, demand: Demand, budget: TimeBudget) -> Dsl:
        """A filter for the articles that hold enough; asked for where it is not known, in the time left."""
        holdings = self._holdings.kept(demand.key)
        return self._enough.get(
            repr(demand), lambda: enough(demand, self._asker, budget, holdings), keep=lambda: budget.whole
        )


def _stems(phrase: Phrase) -> tuple[str, ...]:
    return tuple(word.stem for word in phrase.words)


def _noted(demands: list[Demand], demand: Demand) -> Dsl:
    """Note a demand; of what is only rehearsed nothing need be found."""
    demands.append(demand)
    return NOTHING_MATCHES

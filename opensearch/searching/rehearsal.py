"""Determines the counts that a query will need, by reading it on guesses: one request then gets them all.

Whether articles have words as a phrase decides how a query is read, and that decides which variants are
counted next. The vocabulary has the common pairs of adjacent words; the guess is that no article has others,
and that none has two variants of a concept. Each decision by a guess is noted, and checked when all counts
are there: mostly it stands, and the query is not read again. Otherwise each count that is still unknown is
asked for when it is needed.

The same request asks for what determines which articles contain enough, see ``holdings``.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import pairwise
from threading import local
from typing import Final

from onneshon.index.analysis.analyzer import Token
from onneshon.opensearch.searching.asking import Asker
from onneshon.opensearch.searching.compiler import Compiler, Demand
from onneshon.opensearch.searching.dsl import NOTHING_MATCHES, Dsl, counting, counting_beside
from onneshon.opensearch.searching.filters import ClusterStatistics
from onneshon.opensearch.searching.holdings import Holdings, enough, holding_most, weighing
from onneshon.search.query.parser import Parsed
from onneshon.search.query.tree import Leaf, OneOf, Phrase, Query
from onneshon.search.retrieval.budget import BoundedCache, TimeBudget, budget_now, by_number, remembered
from onneshon.search.retrieval.collection import Layer
from onneshon.search.retrieval.evidence import END
from onneshon.search.retrieval.query_lists import FEWEST
from onneshon.search.understanding.compounds import Compound, Compounds
from onneshon.search.understanding.reading_queries import QueryReader
from onneshon.search.understanding.synonyms import Synonyms


def _asks_nobody(queries: Sequence[Dsl]) -> tuple[list[int], bool]:
    return [0] * len(queries), False


class Rehearsal(ClusterStatistics):
    """Statistics without requests: they note what was not counted yet, and take its count for 0.

    Args:
        statistics: the statistics with the counts that are known.
    """

    def __init__(self, statistics: ClusterStatistics) -> None:
        super().__init__(statistics.words, statistics.basis, statistics.weights, _asks_nobody)
        self._statistics = statistics
        self._local = local()

    @contextmanager
    def noting(self) -> Iterator[list[Dsl]]:
        """The queries that this thread would have counted in the block."""
        noted: list[Dsl] = []
        self._local.noted, self._local.pairs = noted, {}
        try:
            yield noted
        finally:
            self._local.noted, self._local.pairs = [], {}

    def count_each(self, queries: Sequence[Dsl]) -> list[int]:
        """The known number of articles that match each query, or 0."""
        found = self._statistics.known(queries)
        self._local.noted += [query for query, count in zip(queries, found, strict=True) if count is None]
        return [count or 0 for count in found]

    def known_by(self, key: str) -> int | None:
        """The count for a key, if it is known."""
        return self._statistics.known_by(key)

    def expect(self, leaves: Iterable[Leaf]) -> None:
        """Note leaves that were not counted, and how often the vocabulary has their words as pairs."""
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
        """The number of articles with the words as a phrase; if not counted, that of their rarest pair."""
        return super().count(stems, most, wanted) or self._local.pairs.get((*stems,), 0)

    def document_frequency_in(self, unit: OneOf, layer: Layer) -> int:
        """The number of articles with any variant of a concept; if not counted, the sum of its words."""
        return super().document_frequency_in(unit, layer) or self._all_of(unit, layer)

    def size_of(self, leaves: Sequence[Leaf]) -> int:
        """The number of articles that have any of the leaves; if not counted, the sum of what is known."""
        words = sum(self._of_word(leaf) or 0 for leaf in leaves)
        concepts = sum(self.document_frequency(leaf) for leaf in leaves if isinstance(leaf, OneOf))
        return super().size_of(leaves) or min(words + concepts, self.articles)

    def _all_of(self, unit: OneOf, layer: Layer) -> int:
        found = sum(self._of_word(variant.query, layer) or 0 for variant in unit.variants)
        return min(found, self.articles)


class GuessedReader:
    """Reads one query by guesses.

    Args:
        guess: the guessed statistics.
        reader: the reader with the real statistics.

    Attributes:
        reader: the reader with the guessed ones.
    """

    def __init__(self, guess: Rehearsal, reader: QueryReader) -> None:
        self._knows = reader
        self._guess = guess
        self._counts: dict[tuple[str, ...], int] = {}
        self._compounds = _GuessedCompounds(guess, reader.compounds)
        readings = reader.readings.counting(self._count)
        self.reader = replace(reader, readings=readings, compounds=self._compounds)

    def _count(self, stems: Sequence[str]) -> int:
        count = self._counts[(*stems,)] = self._guess.count(stems)
        return count

    def was_right(self, statistics: ClusterStatistics) -> bool:
        """Whether the query is read the same by the real counts; asks for those that are missing."""
        beside = all(statistics.count(stems) == count for stems, count in self._counts.items())
        return beside and self._compounds.were_right(self._knows.compounds)


class _GuessedCompounds(Compounds):
    """Compounds of one query by guesses; notes each decision.

    Args:
        guess: the guessed statistics.
        known: the compounds of the same words by the real statistics.
    """

    def __init__(self, guess: Rehearsal, known: Compounds) -> None:
        super().__init__(guess, known.parts)
        self._words: dict[tuple[Token, bool], Compound | None] = {}
        self._rows: dict[tuple[Token, ...], Compound | None] = {}
        self._occurring: dict[tuple[Token, ...], bool] = {}
        self._beside: dict[tuple[Token, ...], int] = {}

    def of_word(self, word: Token, *, alone: bool) -> Compound | None:
        """As for all compounds."""
        found = self._words[word, alone] = super().of_word(word, alone=alone)
        return found

    def of_parts(self, parts: Sequence[Token]) -> Compound | None:
        """As for all compounds."""
        found = self._rows[(*parts,)] = super().of_parts(parts)
        return found

    def occurs(self, words: Sequence[Token]) -> bool:
        """As for all compounds."""
        found = self._occurring[(*words,)] = super().occurs(words)
        return found

    def beside(self, words: Sequence[Token]) -> int:
        """As for all compounds."""
        found = self._beside[(*words,)] = super().beside(words)
        return found

    def were_right(self, known: Compounds) -> bool:
        """Whether the real compounds give the same result for every decision noted."""
        words, rows, occurring = self._words.items(), self._rows.items(), self._occurring.items()
        return (
            all(known.of_word(word, alone=alone) == found for (word, alone), found in words)
            and all(known.of_parts(parts) == found for parts, found in rows)
            and all(known.occurs(words) == found for words, found in occurring)
            and all(known.beside(words) == found for words, found in self._beside.items())
        )


def _stems(phrase: Phrase) -> tuple[str, ...]:
    return tuple(word.stem for word in phrase.words)


REMEMBERED: Final = 4_096
"""The number of queries whose reading is cached, some kilobytes each, and of demands with their results."""


class Foresight:
    """Gets in one request what a query needs to be read and scored, and caches what is enough of it.

    Args:
        asker: the asker of the generation.
        statistics: the statistics of its words, which cache new counts.
        reader: the reader of queries with these statistics.
    """

    def __init__(self, asker: Asker, statistics: ClusterStatistics, reader: QueryReader) -> None:
        self._asker = asker
        self._statistics = statistics
        self._reader = reader
        self._guess = Rehearsal(statistics)
        self._rehearsed = remembered(REMEMBERED, self._rehearse)
        self._enough = BoundedCache(REMEMBERED, by_number)
        self._holdings = BoundedCache(REMEMBERED, by_number)

    def rehearse(self, text: str, synonyms: Synonyms, *, literal: bool) -> Parsed | None:
        """Ask in one request for everything that a query needs, as far as it can be foreseen.

        Args:
            text: the text of the query.
            synonyms: the site's synonyms.
            literal: whether it is read as it is typed.

        Returns:
            The query as it is read with all counts known; None where it is yet to be read.
        """
        return self._rehearsed(text, synonyms, literal, self._reader.field_reading.today())

    def _rehearse(self, text: str, synonyms: Synonyms, literal: bool, _today: dt.date) -> Parsed | None:
        """Read and foresee a query on a day: গতকাল is another day tomorrow."""
        budget = budget_now()

        def read(reader: QueryReader) -> Parsed:
            return reader.read(text, synonyms, budget, literal=literal, strict=False)

        guessed = GuessedReader(self._guess, self._reader)
        parsed, answered = self._foreseen(lambda: read(guessed.reader))
        if answered and not guessed.was_right(self._statistics):
            parsed, answered = self._foreseen(lambda: read(self._reader), parsed.query)
        return parsed if answered and budget.whole else None

    def _foreseen(self, read: Callable[[], Parsed], before: Query | None = None) -> tuple[Parsed, bool]:
        """Read a query and ask for all it needs; and whether all was answered. ``before`` needs no more."""
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
        """Ask in one request for counts of queries and holdings of demands; whether all was answered."""
        bodies = [holding_most(demand, few=few) for demand in demands]
        if counted and bodies and few:
            bodies[0] = counting_beside(bodies[0], counted)
        elif counted:
            bodies.insert(0, counting(counted))
        replies = self._asker.search_each(bodies, budget_now())
        if any(reply.partial for reply in replies):  # what is needed is asked for again later
            return False
        if counted:
            self._statistics.learn(counted, replies[0].counted(counted))
        for demand, reply in zip(demands, replies[-len(demands) :], strict=False):
            self._holdings.keep(demand.key, Holdings.of(demand, reply))
        return True

    def enough(self, demand: Demand, budget: TimeBudget) -> Dsl:
        """A filter for the articles that contain enough; asked for within the budget if not cached."""
        holdings = self._holdings.kept(demand.key)
        decided = holdings.cut(demand) if holdings else None
        if decided is not None and decided[1] == FEWEST:  # cheaper than a cache lookup by its long key
            return weighing(demand, decided[0])
        return self._enough.get(
            repr(demand), lambda: enough(demand, self._asker, budget, holdings), keep=lambda: budget.whole
        )

    def holding_all(self, demand: Demand, concepts: Sequence[Dsl]) -> int | None:
        """The number of articles found by a demand that contain all of some concepts; None if unknown."""
        holdings = self._holdings.kept(demand.key)
        return holdings.holding_all(demand, concepts) if holdings else None


def _noted(demands: list[Demand], demand: Demand) -> Dsl:
    """Note a demand; a query that is only rehearsed need find nothing."""
    demands.append(demand)
    return NOTHING_MATCHES

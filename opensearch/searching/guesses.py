"""What a query is taken to mean before all is counted that decides it, and whether that was right.

Whether articles have words side by side decides what a query is read as. Where nobody counted them yet, it is
read by guesses, what each of them decided is noted, and once all is counted it is looked whether the same
would be decided: mostly it would, and nothing is read again.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from threading import local

from onneshon.index.analysis.analyzer import Token
from onneshon.opensearch.searching.dsl import Dsl
from onneshon.opensearch.searching.filters import ClusterStatistics
from onneshon.search.query.tree import Leaf, OneOf, Phrase
from onneshon.search.retrieval.collection import Layer
from onneshon.search.retrieval.evidence import END
from onneshon.search.understanding.compounds import Compound, Compounds
from onneshon.search.understanding.reading_queries import QueryReader


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

    def known_by(self, key: str) -> int | None:
        """As far as that is known."""
        return self._statistics.known_by(key)

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


class GuessedReader:
    """Reads one query by guesses.

    Args:
        guess: what is guessed.
        reader: that knows.

    Attributes:
        reader: that guesses.
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
        """Whether the query is read the same by what is counted by now; asks for what was not."""
        beside = all(statistics.count(stems) == count for stems, count in self._counts.items())
        return beside and self._compounds.were_right(self._knows.compounds)


class _GuessedCompounds(Compounds):
    """Compounds by guesses, of one query.

    Args:
        guess: what is guessed.
        known: compounds of the same words by what is known.
    """

    def __init__(self, guess: Rehearsal, known: Compounds) -> None:
        super().__init__(guess, known.parts)
        self._words: dict[tuple[Token, bool], Compound | None] = {}
        self._rows: dict[tuple[Token, ...], Compound | None] = {}
        self._occurring: dict[tuple[Token, ...], bool] = {}

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

    def were_right(self, known: Compounds) -> bool:
        """Whether the same is said of all that was asked."""
        words, rows, occurring = self._words.items(), self._rows.items(), self._occurring.items()
        return (
            all(known.of_word(word, alone=alone) == found for (word, alone), found in words)
            and all(known.of_parts(parts) == found for parts, found in rows)
            and all(known.occurs(words) == found for words, found in occurring)
        )


def _stems(phrase: Phrase) -> tuple[str, ...]:
    return tuple(word.stem for word in phrase.words)

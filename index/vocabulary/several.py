"""The words of an index of several segments, each of which has its own: found in all, counted together."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import chain

from index.vocabulary.vocabulary import Candidate, Vocabulary, worth

__all__ = ["SeveralVocabularies"]

_FURTHER = 2
"""How many times as many candidates each part is asked for, so that they can be counted together."""


class SeveralVocabularies(Vocabulary):
    """Several vocabularies as one. Threads may share it.

    A distance is that of two words, whoever holds them; so the best of each part, with the articles of all,
    are the best of all but for words that are rare in every part and frequent together.

    Args:
        parts: of each segment that has one.
        living: how many articles hold a word that are not deleted, for words of which few articles are left.
        suspect: as many articles are deleted; a word that more hold is in some that are not.
    """

    def __init__(self, parts: Sequence[Vocabulary], living: Callable[[str], int], suspect: int = 0) -> None:
        self._parts = tuple(parts)
        self._living = living
        self._suspect = suspect

    def verify(self) -> None:
        """Read all of the files; raises IndexCorruptError where one is not as it was built."""
        for part in self._parts:
            part.verify()

    def __len__(self) -> int:
        """Of the largest part, whose words the others mostly have as well."""
        return max(map(len, self._parts), default=0)

    def frequency(self, word: str) -> int:
        """How many articles hold a word in canonical spelling."""
        return self._counted(word, sum(part.frequency(word) for part in self._parts))

    def _counted(self, word: str, frequency: int) -> int:
        return self._living(word) if 0 < frequency <= self._suspect else frequency

    def romanised(self, latin: str, limit: int = 5) -> list[Candidate]:
        """The words that a Latin spelling may stand for, best first."""
        return self._best((part.romanised(latin, limit * _FURTHER) for part in self._parts), limit)

    def similar(self, word: str, limit: int = 5) -> list[Candidate]:
        """The words that a Bengali word may be misspelt for, best first."""
        return self._best((part.similar(word, limit * _FURTHER) for part in self._parts), limit)

    def _best(self, found: Iterable[Sequence[Candidate]], limit: int) -> list[Candidate]:
        nearest: dict[str, Candidate] = {}
        for candidate in chain.from_iterable(found):
            known = nearest.get(candidate.word)
            if known is None or candidate.distance < known.distance:
                nearest[candidate.word] = candidate
        counted = (self._with_all_articles(candidate) for candidate in nearest.values())
        alive = [candidate for candidate in counted if candidate.frequency]
        return sorted(alive, key=lambda candidate: (candidate.score, candidate.word))[:limit]

    def _with_all_articles(self, candidate: Candidate) -> Candidate:
        frequency = self.frequency(candidate.word)
        score = candidate.distance - float(worth(frequency)) if frequency else candidate.distance
        return replace(candidate, frequency=frequency, score=score)

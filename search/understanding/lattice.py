"""Reads all words of a query at once: the best path through all hypotheses about its words.

Each hypothesis has a score of its own, and two consecutive ones gain if their words are adjacent in articles
more often than by chance. That is the language model of a noisy channel (Kernighan, Church and Gale, "A
spelling correction program based on a noisy channel model", COLING 1990), with the index as the corpus. The
Viterbi algorithm finds the best path; the best path through any other hypothesis shows how much worse it is.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Generic, TypeVar

from onneshon.index.analysis.canonical import canonical
from onneshon.index.analysis.stemmer import fold, stem_key
from onneshon.index.vocabulary.pairs import WordPairs

CONTEXT_WEIGHT: Final = 0.5
"""Weight of a context gain, relative to the scores of hypotheses."""

SMOOTHING: Final = 0.5
"""Added to the counted and to the expected number of a pair of words."""

FOLLOWERS: Final = 100
"""Number of the commonest followers of a word that are compared with those of another word."""

REMEMBERED: Final = 16_384
"""Number of pairs whose gain is cached."""

LATELY: Final = 8
"""Number of words whose followers are cached: those of one word are needed several times in succession."""

_TURNED: Final = 0.5
"""Cost of reading two words in the reverse of the typed order."""

_BEFORE: Final = ("", "ের", "র", "য়ের", "তে", "ে")
"""Endings of a word that stands before another: none, genitive, locative."""

_STRANGE: Final = -0.5
"""Gain below which other forms are tried: the absence of a pair that is seldom expected says nothing."""

_BEGINNING: Final = 2
"""Number of initial letters that all forms of a word share."""

Meant = TypeVar("Meant")


@dataclass(frozen=True, slots=True)
class Hypothesis(Generic[Meant]):
    """One reading of a span of adjacent words of a query.

    Attributes:
        first: the position of the first word of the span.
        last: the position after the last word.
        words: the words that are meant, in canonical spelling; empty for a reading without context.
        score: the log-odds of the reading, where 0 is that of the words as typed.
        meant: the payload of the caller that made the hypothesis; None for the words as typed.
    """

    first: int
    last: int
    words: tuple[str, ...]
    score: float = 0.0
    meant: Meant | None = None


class Lattice(Generic[Meant]):
    """The hypotheses about the words of one query.

    Args:
        hypotheses: hypotheses through which at least one path leads from position 0 to the end.
        gain: returns the gain of two adjacent words.
    """

    def __init__(self, hypotheses: Iterable[Hypothesis[Meant]], gain: Callable[[str, str], float]) -> None:
        self._all = sorted(hypotheses, key=lambda hypothesis: (hypothesis.first, hypothesis.last))
        self._end = max((hypothesis.last for hypothesis in self._all), default=0)
        beginning: list[list[int]] = [[] for _ in range(self._end + 1)]
        for number, hypothesis in enumerate(self._all):
            beginning[hypothesis.first].append(number)
        self._edges = [
            [(after, self._gain(hypothesis, self._all[after], gain)) for after in beginning[hypothesis.last]]
            for hypothesis in self._all
        ]
        self._ahead = self._best_ahead()
        self._until = self._best_until()

    def _gain(
        self, hypothesis: Hypothesis[Meant], after: Hypothesis[Meant], gain: Callable[[str, str], float]
    ) -> float:
        return (
            CONTEXT_WEIGHT * gain(hypothesis.words[-1], after.words[0])
            if hypothesis.words and after.words
            else 0.0
        )

    def _best_ahead(self) -> list[float]:
        """For each hypothesis, the score of the best path after it, to the end of the query."""
        ahead = [0.0] * len(self._all)
        for number in reversed(range(len(self._all))):
            ways = [gained + self._all[after].score + ahead[after] for after, gained in self._edges[number]]
            closed = self._all[number].last == self._end
            ahead[number] = 0.0 if closed else max(ways, default=float("-inf"))
        return ahead

    def _best_until(self) -> list[float]:
        """For each hypothesis, the score of the best path up to it, itself included."""
        until = [hypothesis.score if hypothesis.first == 0 else float("-inf") for hypothesis in self._all]
        for number, after in enumerate(self._edges):
            for following, gained in after:
                score = until[number] + gained + self._all[following].score
                until[following] = max(until[following], score)
        return until

    def best(self) -> list[Hypothesis[Meant]]:
        """The best path, from the first word to the last."""
        return self._from([(at, 0.0) for at, hypothesis in enumerate(self._all) if hypothesis.first == 0])

    def _from(self, choices: Sequence[tuple[int, float]]) -> list[Hypothesis[Meant]]:
        """The best path to the last word that begins with one of the given hypotheses."""
        found: list[Hypothesis[Meant]] = []
        while choices:
            number, _ = max(
                choices, key=lambda pair: pair[1] + self._all[pair[0]].score + self._ahead[pair[0]]
            )
            found.append(self._all[number])
            choices = self._edges[number]
        return found

    def path(self, through: Hypothesis[Meant]) -> list[Hypothesis[Meant]]:
        """The best path through a hypothesis, from the first word to the last."""
        at = number = self._all.index(through)
        before: list[Hypothesis[Meant]] = []
        while self._all[number].first:
            ways = (
                (self._until[earlier] + gained, earlier)
                for earlier, edges in enumerate(self._edges)
                for after, gained in edges
                if after == number
            )
            _, number = max(ways)
            before.append(self._all[number])
        return [*reversed(before), *self._from([(at, 0.0)])]

    def through(self, first: int, last: int) -> list[tuple[Hypothesis[Meant], float]]:
        """The hypotheses about a span, the best first, each with the score of the best path through it."""
        found = [
            (hypothesis, self._until[number] + self._ahead[number])
            for number, hypothesis in enumerate(self._all)
            if (hypothesis.first, hypothesis.last) == (first, last)
        ]
        return sorted(found, key=lambda pair: -pair[1])


class Context:
    """Compares words by their neighbours in articles. Thread-safe.

    Args:
        pairs: the common pairs of adjacent words in the index.
    """

    def __init__(self, pairs: WordPairs) -> None:
        self._pairs = pairs
        self._total = max(pairs.total, 1)
        self.gain = lru_cache(REMEMBERED)(self._gain)
        self.before = lru_cache(REMEMBERED)(self._before)
        self.followers = lru_cache(LATELY)(self._followers)

    def stand(self, left: str, right: str, together: Callable[[str], int]) -> bool:
        """Whether two words are adjacent anywhere, in any forms; ``together`` counts the rare pairs."""
        if not (left and right):
            return False
        return self.seen(left, right) or together(f"{left} {right}") > 0

    def seen(self, left: str, right: str) -> bool:
        """Whether two words are adjacent often enough for the pair to be kept."""
        return self._pairs.count(left, right) > 0

    def beside(self, before: str, word: str, after: str) -> bool:
        """Whether a word is kept as a pair behind ``before`` or before ``after``; either may be empty."""
        return bool(before and self.seen(before, word)) or bool(after and self.seen(word, after))

    def counts_beside(self, before: str, words: Sequence[str], after: str) -> Sequence[tuple[int, int]]:
        """How often each word stands behind ``before`` and before ``after``; 0 for an empty neighbour."""
        return self._pairs.counts_beside(before, words, after)

    def _gain(self, left: str, right: str) -> float:
        """The logarithm of how much more often two words are adjacent than by chance.

        Where other forms of the right word stand behind the left one, the absence of this form is no loss:
        articles have বন্ধ করে, and people type বন্ধ করছে. Of words in 600 sentences .2 % more are read right.
        """
        chance = self._chance(left, right)
        if not chance:
            return 0.0
        gained = math.log((self._pairs.count(left, right) + SMOOTHING) / (chance + SMOOTHING))
        return 0.0 if gained < _STRANGE and self._stands_in_another_form(left, right) else gained

    def _stands_in_another_form(self, left: str, right: str) -> bool:
        """Whether another form of ``right`` stands behind ``left`` more often than by chance."""
        behind = self.forms_behind(left, right)
        return any(times > self._chance(left, form) for form, times in behind)

    def forms_behind(self, left: str, right: str) -> Sequence[tuple[str, int]]:
        """The forms of ``right`` that stand behind ``left``, with the count of each, commonest first."""
        stem = folded_stem(right)
        return [pair for pair in self.followers(left, right[:_BEGINNING]) if folded_stem(pair[0]) == stem]

    def likelier(self, left: str, word: str, other: str) -> float:
        """The logarithm of how much more often ``word`` than ``other`` stands behind ``left``.

        Where the count of ``other`` is 0, the count expected by chance is used.
        """
        times = self._pairs.count(left, other) or self._chance(left, other)
        return math.log((self._pairs.count(left, word) + SMOOTHING) / (times + SMOOTHING))

    def _chance(self, left: str, right: str) -> float:
        """How often two words would be adjacent if they were independent."""
        return self._pairs.occurrences(left) * self._pairs.occurrences(right) / self._total

    def _before(self, word: str) -> Sequence[str]:
        """The forms in which a word stands before others in articles (ট্রেনের ধাক্কা, বস্তিতে আগুন)."""
        forms = (canonical(word + ending) for ending in _BEFORE)
        return [form for form in forms if self._pairs.occurrences(form)]

    def either(self, left: str, right: str) -> float:
        """The gain in either order, as key words are typed in any order: *agun bosti* is বস্তিতে আগুন."""
        gained = self.gain(left, right)
        if gained > 0:
            return gained
        turned = [self.gain(form, left) - _TURNED for form in self.before(right) if self.seen(form, left)]
        return max((gained, *turned))

    def _followers(self, word: str, beginning: str = "", least: int = 1) -> Sequence[tuple[str, int]]:
        """The words behind a word that begin with ``beginning``, with the count of each, commonest first."""
        return self._pairs.followers(word, beginning, least)

    def beginning(self, beginning: str) -> Sequence[tuple[str, int]]:
        """The words that begin with a prefix, with the number of occurrences of each."""
        return self._pairs.beginning(beginning)

    def likeness(self, word: str, other: str) -> float:
        """How similar the followers of two words are: the Bhattacharyya coefficient, from 0 to 1."""
        count = self._pairs.count
        beside = self.followers(word)[:FOLLOWERS]
        shared = sum(math.sqrt(times * count(other, follower)) for follower, times in beside)
        if not shared:
            return 0.0
        return shared / math.sqrt(sum(times for _, times in beside) * self._pairs.occurrences(other))


@lru_cache(REMEMBERED)
def folded_stem(word: str) -> str:
    """The folded stem that the forms of a word share."""
    return fold(stem_key(word))

"""What the words of a query may be, all of it at once: the best way through all hypotheses about its words.

Each hypothesis has a score of its own, and each two that follow one another gain by the context that their
words keep in articles. That is the language model of a noisy channel (Kernighan, Church and Gale, "A spelling
correction program based on a noisy channel model", COLING 1990), with the index for a corpus. The best way is
found as Viterbi found it; that of each other hypothesis tells how much worse a query is that has it.
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
"""What a gain is worth beside the scores of hypotheses."""

SMOOTHING: Final = 0.5
"""Added to pairs that were counted and to those that are expected."""

FOLLOWERS: Final = 100
"""Words behind a word that are looked for behind another, the commonest."""

REMEMBERED: Final = 16_384
"""Pairs whose gain is remembered."""

LATELY: Final = 8
"""Words whose followers are kept: those of one word are asked for several times in a row."""

_TURNED: Final = 0.5
"""What it costs that words stand in the other order than was typed."""

_BEFORE: Final = ("", "ের", "র", "য়ের", "তে", "ে")
"""Endings of a word that stands before another: none, of genitive and of locative."""

_STRANGE: Final = -0.5
"""A gain below which other forms are looked for: what is so seldom expected says nothing by being missing."""

_BEGINNING: Final = 2
"""Letters that all forms of a word share."""

Meant = TypeVar("Meant")


@dataclass(frozen=True, slots=True)
class Hypothesis(Generic[Meant]):
    """What words of a query that stand side by side may be.

    Attributes:
        first: position of the first of them.
        last: position after the last.
        words: what they may be, in canonical spelling; none for what stands beside no word.
        score: log-odds that they are, where 0 is that they are what was typed.
        meant: what whoever made it knows of it; None for what was typed.
    """

    first: int
    last: int
    words: tuple[str, ...]
    score: float = 0.0
    meant: Meant | None = None


class Lattice(Generic[Meant]):
    """The hypotheses about the words of one query.

    Args:
        hypotheses: at least one way through them leads from position 0 to the end.
        gain: of two words side by side.
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
        """The best that is behind each, to the end of the query."""
        ahead = [0.0] * len(self._all)
        for number in reversed(range(len(self._all))):
            ways = [gained + self._all[after].score + ahead[after] for after, gained in self._edges[number]]
            closed = self._all[number].last == self._end
            ahead[number] = 0.0 if closed else max(ways, default=float("-inf"))
        return ahead

    def _best_until(self) -> list[float]:
        """The best that leads to each, itself included."""
        until = [hypothesis.score if hypothesis.first == 0 else float("-inf") for hypothesis in self._all]
        for number, after in enumerate(self._edges):
            for following, gained in after:
                score = until[number] + gained + self._all[following].score
                until[following] = max(until[following], score)
        return until

    def best(self) -> list[Hypothesis[Meant]]:
        """The best way, from the first word to the last."""
        return self._from([(at, 0.0) for at, hypothesis in enumerate(self._all) if hypothesis.first == 0])

    def _from(self, choices: Sequence[tuple[int, float]]) -> list[Hypothesis[Meant]]:
        """The best way that begins with one of some hypotheses, to the last word."""
        found: list[Hypothesis[Meant]] = []
        while choices:
            number, _ = max(
                choices, key=lambda pair: pair[1] + self._all[pair[0]].score + self._ahead[pair[0]]
            )
            found.append(self._all[number])
            choices = self._edges[number]
        return found

    def path(self, through: Hypothesis[Meant]) -> list[Hypothesis[Meant]]:
        """The best way that has a hypothesis, from the first word to the last."""
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
        """The hypotheses about a span, the best first, each with the score of the best way with it."""
        found = [
            (hypothesis, self._until[number] + self._ahead[number])
            for number, hypothesis in enumerate(self._all)
            if (hypothesis.first, hypothesis.last) == (first, last)
        ]
        return sorted(found, key=lambda pair: -pair[1])


class Context:
    """Compares words by what stands beside them. Threads may share it.

    Args:
        pairs: of the index, the common ones.
    """

    def __init__(self, pairs: WordPairs) -> None:
        self._pairs = pairs
        self._total = max(pairs.total, 1)
        self.gain = lru_cache(REMEMBERED)(self._gain)
        self.before = lru_cache(REMEMBERED)(self._before)
        self.followers = lru_cache(LATELY)(self._followers)

    def stand(self, left: str, right: str, together: Callable[[str], int]) -> bool:
        """Whether two words stand side by side anywhere, in any forms; of rare pairs ``together`` knows."""
        if not (left and right):
            return False
        return self.seen(left, right) or together(f"{left} {right}") > 0

    def times(self, left: str, right: str) -> int:
        """How often two words stand side by side; 0 where that is too seldom to be kept."""
        return self._pairs.count(left, right)

    def seen(self, left: str, right: str) -> bool:
        """Whether two words stand side by side often enough to be kept."""
        return self.times(left, right) > 0

    def beside(self, before: str, word: str, after: str) -> bool:
        """Whether a word stands behind one word or before another so often; none is empty."""
        return bool(before and self.seen(before, word)) or bool(after and self.seen(word, after))

    def counts_beside(self, before: str, words: Sequence[str], after: str) -> Sequence[tuple[int, int]]:
        """How often each of some words stands behind one word and before another; 0 of one that is empty."""
        return self._pairs.counts_beside(before, words, after)

    def _gain(self, left: str, right: str) -> float:
        """The logarithm of how much more often two words stand side by side than by chance.

        Where others of its forms stand there, it is no loss that one does not: articles have বন্ধ করে, and
        people type বন্ধ করছে. Of words in 600 sentences .2 % more are read rightly.
        """
        chance = self._chance(left, right)
        if not chance:
            return 0.0
        gained = math.log((self._pairs.count(left, right) + SMOOTHING) / (chance + SMOOTHING))
        return 0.0 if gained < _STRANGE and self._stands_in_another_form(left, right) else gained

    def _stands_in_another_form(self, left: str, right: str) -> bool:
        """Whether another form of a word stands behind one more often than by chance."""
        behind = self.forms_behind(left, right)
        return any(times > self._chance(left, form) for form, times in behind)

    def forms_behind(self, left: str, right: str) -> Sequence[tuple[str, int]]:
        """The forms of a word that stand behind another, and how often each does, commonest first."""
        stem = folded_stem(right)
        return [pair for pair in self.followers(left, right[:_BEGINNING]) if folded_stem(pair[0]) == stem]

    def likelier(self, left: str, word: str, other: str) -> float:
        """The logarithm of how much more often one word than another stands behind one.

        The other stands there as often as by chance, at least.
        """
        times = self._pairs.count(left, other) or self._chance(left, other)
        return math.log((self._pairs.count(left, word) + SMOOTHING) / (times + SMOOTHING))

    def _chance(self, left: str, right: str) -> float:
        """How often two words would stand side by side if neither cared for the other."""
        return self._pairs.occurrences(left) * self._pairs.occurrences(right) / self._total

    def _before(self, word: str) -> Sequence[str]:
        """The forms in which a word stands before others in articles (ট্রেনের ধাক্কা, বস্তিতে আগুন)."""
        forms = (canonical(word + ending) for ending in _BEFORE)
        return [form for form in forms if self._pairs.occurrences(form)]

    def either(self, left: str, right: str) -> float:
        """The same in the order of key words, which says little: *agun bosti* is বস্তিতে আগুন."""
        gained = self.gain(left, right)
        if gained > 0:
            return gained
        turned = [self.gain(form, left) - _TURNED for form in self.before(right) if self.seen(form, left)]
        return max((gained, *turned))

    def _followers(self, word: str, beginning: str = "", least: int = 1) -> Sequence[tuple[str, int]]:
        """The words behind one that begin so, and how often each stands there, commonest first."""
        return self._pairs.followers(word, beginning, least)

    def beginning(self, beginning: str) -> Sequence[tuple[str, int]]:
        """The words that begin so, and how often each occurs."""
        return self._pairs.beginning(beginning)

    def likeness(self, word: str, other: str) -> float:
        """How much two words stand before the same words: from 0 to 1, after Bhattacharyya."""
        count = self._pairs.count
        beside = self.followers(word)[:FOLLOWERS]
        shared = sum(math.sqrt(times * count(other, follower)) for follower, times in beside)
        if not shared:
            return 0.0
        return shared / math.sqrt(sum(times for _, times in beside) * self._pairs.occurrences(other))


@lru_cache(REMEMBERED)
def folded_stem(word: str) -> str:
    """What the forms of a word have in common."""
    return fold(stem_key(word))

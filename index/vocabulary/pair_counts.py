"""Counting which words stand side by side: of tokens, of several counts together, and cut to a budget."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from onneshon.index.analysis.batch_analyzer import BatchAnalyzer
from onneshon.index.columnar.sections import I8, U1, U4, ranges_within
from onneshon.index.columnar.term_dictionary import term_bytes
from onneshon.index.kernel.encoding import count_tokens

BUDGET_FACTOR: Final = 8
"""Pairs kept of n tokens: BUDGET_FACTOR * n ** 0.75."""
BUDGET_AT_LEAST: Final = 1 << 16
"""All pairs of a few hundred articles: most of them occur once."""
BYTES_PER_TOKEN: Final = 32
"""Memory that a token takes while its pairs are sorted."""
DEFAULT_MEMORY: Final = 64 << 20
LEAST_TOKENS: Final = 1 << 16
"""Tokens whose pairs are sorted at once, however small the memory."""
_LOOKED_AT: Final = 1 << 20
"""Tokens that are looked at in one go."""

U8 = NDArray[np.uint64]


class TokenRun(NamedTuple):
    """Texts one after another, as tokens.

    Attributes:
        ids: of the tokens.
        ranks: the word of each id.
        ends: 1 for each token that is the last of its sentence; the last of all is.
    """

    ids: U4
    ranks: U4
    ends: U1


class Tokens(NamedTuple):
    """The tokens of an article.

    Attributes:
        ids: indexes in ``terms``.
        ends: 1 for each that is the last of its sentence.
        terms: of an analyser.
    """

    ids: U4
    ends: U1
    terms: Sequence[str]


@dataclass(frozen=True, slots=True)
class PairCounts:
    """How often words occur, and how often they stand side by side.

    Attributes:
        words: UTF-8, ascending.
        occurrences: of each word, shape (words,).
        pairs: two indexes in ``words``, the first in the upper 32 bits, ascending, shape (pairs,).
        counts: of each pair, shape (pairs,).
        total: tokens of the texts.
    """

    words: Sequence[bytes]
    occurrences: I8
    pairs: U8
    counts: I8
    total: int

    def within(self, most: int, least: int = 1) -> "PairCounts":
        """The commonest of the pairs, ``most`` of them or fewer, and the words that are as common.

        All that occur as often stay or go together.

        Args:
            most: pairs.
            least: how often a pair occurs at least.
        """
        least = max(least, _least(self.counts, most))
        kept = self.counts >= least
        firsts, seconds = _parted(self.pairs[kept])
        common = self.occurrences >= least
        common[firsts] = common[seconds] = True  # also where rare ones were left out of what was added up
        number = np.cumsum(common) - 1
        return PairCounts(
            [self.words[index] for index in np.flatnonzero(common).tolist()],
            self.occurrences[common],
            _paired(number[firsts], number[seconds]),
            self.counts[kept],
            self.total,
        )


def budget(total: int) -> int:
    """How many pairs are kept of a text of ``total`` tokens: fewer a token, the longer it is."""
    return max(BUDGET_AT_LEAST, int(BUDGET_FACTOR * total**0.75))


def count_pairs(
    runs: Sequence[TokenRun],
    words: Sequence[bytes],
    memory: int = DEFAULT_MEMORY,
    most: int | None = None,
) -> PairCounts:
    """Count words and pairs of neighbours of one sentence.

    Args:
        runs: all texts.
        words: ascending; the ranks of runs are indexes in it.
        memory: bytes.
        most: pairs that are kept; as many as the budget allows unless told.
    """
    occurrences = np.zeros(len(words), np.uint32)
    for run in runs:
        count_tokens(run.ids, run.ranks, occurrences)
    total = int(occurrences.sum(dtype=np.int64))
    most = budget(total) if most is None else most
    found = _Commonest(most)
    for low, high in ranges_within(occurrences, max(LEAST_TOKENS, memory // BYTES_PER_TOKEN)):
        pairs = np.concatenate([np.empty(0, np.uint64), *_pairs_of(runs, low, high)])
        pairs.sort()
        found.add(*_each_once(pairs))
    pairs, counts = found.all()
    return PairCounts(words, occurrences.astype(np.int64), pairs, counts, total).within(most, found.least)


def counts_of_texts(texts: Iterable[str]) -> Iterator[PairCounts]:
    """All words and pairs of some texts, of a stretch of them at a time.

    Args:
        texts: each by itself: no pair goes from one to the next.
    """
    analyzer, tokens = BatchAnalyzer(), 0
    for text in texts:
        tokens += analyzer.add(text)
        if tokens >= _LOOKED_AT:
            yield _counts_of(analyzer)
            analyzer, tokens = BatchAnalyzer(), 0
    if tokens:
        yield _counts_of(analyzer)


def _counts_of(analyzer: BatchAnalyzer) -> PairCounts:
    """What was added to an analyser since it was asked last."""
    batch = analyzer.take()
    return counts_of_tokens(batch.ids, batch.ends, analyzer.exact_terms)


def counts_of_tokens(ids: U4, ends: U1, terms: Sequence[str]) -> PairCounts:
    """All words and pairs of some tokens.

    Args:
        ids: of the tokens.
        ends: 1 for each that is the last of its sentence.
        terms: of the ids, in any order; there may be others.
    """
    used, numbers = np.unique(ids, return_inverse=True)
    words = [term_bytes(terms[number]) for number in used.tolist()]
    order = sorted(range(len(words)), key=words.__getitem__)
    ranks = np.empty(len(words), np.uint32)
    ranks[order] = np.arange(len(words))
    run = TokenRun(numbers.astype(np.uint32), ranks, ends)
    return count_pairs([run], [words[number] for number in order], most=len(ids))


def joined(
    parts: Sequence[PairCounts], signs: Sequence[int] | None = None, most: int | None = None
) -> PairCounts:
    """The counts of several texts together, cut to the commonest.

    Args:
        parts: of each.
        signs: 1 for each that is added, -1 for each that is taken away; None adds all.
        most: pairs that are kept; as many as the budget of all text allows unless told.
    """
    signs = signs or [1] * len(parts)
    words = list(dict.fromkeys(sorted(word for part in parts for word in part.words)))
    index = {word: number for number, word in enumerate(words)}
    occurrences = np.zeros(len(words), np.int64)
    pairs, counts = [np.empty(0, np.uint64)], [np.empty(0, np.int64)]
    for part, sign in zip(parts, signs, strict=True):
        numbers = np.array([index[word] for word in part.words], np.int64)
        occurrences[numbers] += sign * part.occurrences
        firsts, seconds = _parted(part.pairs)
        pairs.append(_paired(numbers[firsts], numbers[seconds]))
        counts.append(sign * part.counts)
    np.maximum(occurrences, 0, out=occurrences)
    found, of_each = _summed(np.concatenate(pairs), np.concatenate(counts))
    left = of_each > 0
    total = max(0, sum(sign * part.total for part, sign in zip(parts, signs, strict=True)))
    return PairCounts(words, occurrences, found[left], of_each[left], total).within(
        budget(total) if most is None else most
    )


class _Commonest:
    """The commonest of the pairs that are added, ``most`` of them or fewer.

    Attributes:
        least: how often each of them occurs at least.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self.least = 1
        self._pairs = [np.empty(0, np.uint64)]
        self._counts = [np.empty(0, np.int64)]

    def add(self, pairs: U8, counts: I8) -> None:
        """Further pairs, all greater than those before, ascending."""
        kept = counts >= self.least
        self._pairs.append(pairs[kept])
        self._counts.append(counts[kept])
        if sum(map(len, self._counts)) > self._most:
            self.least = _least(np.concatenate(self._counts), self._most)
            kept_of = [counts >= self.least for counts in self._counts]
            self._pairs = [each[kept] for each, kept in zip(self._pairs, kept_of, strict=True)]
            self._counts = [each[kept] for each, kept in zip(self._counts, kept_of, strict=True)]

    def all(self) -> tuple[U8, I8]:
        """The pairs and their counts."""
        return np.concatenate(self._pairs), np.concatenate(self._counts)


def _least(counts: I8, most: int) -> int:
    """The least count, from 1 on, that no more than ``most`` of some counts reach."""
    if len(counts) <= most:
        return 1
    return int(np.partition(counts, len(counts) - most - 1)[len(counts) - most - 1]) + 1


def _pairs_of(runs: Sequence[TokenRun], low: int, high: int) -> Iterator[U8]:
    """The pairs of some texts whose first word is of a range, as they come."""
    for run in runs:
        for start in range(0, len(run.ids), _LOOKED_AT):
            words = run.ranks[run.ids[start : start + _LOOKED_AT + 1]]
            firsts, seconds = words[:-1], words[1:]
            beside = run.ends[start : start + len(firsts)] == 0
            if low or high < len(run.ranks):
                beside &= (firsts >= low) & (firsts < high)
            yield _paired(firsts[beside], seconds[beside])


def _each_once(pairs: U8) -> tuple[U8, I8]:
    """Each of some pairs, which ascend, once, and how many times it is there."""
    firsts = _first_indexes(pairs)
    return pairs[firsts], np.diff(firsts, append=len(pairs))


def _summed(pairs: U8, counts: I8) -> tuple[U8, I8]:
    """Each of some pairs once, ascending, and the sum of its counts."""
    order = np.argsort(pairs, kind="stable")
    pairs, counts = pairs[order], counts[order]
    firsts = _first_indexes(pairs)
    return pairs[firsts], np.add.reduceat(counts, firsts) if len(firsts) else counts


def _first_indexes(pairs: U8) -> I8:
    return np.flatnonzero(np.diff(pairs, prepend=~pairs[:1]))


def _paired(firsts: NDArray[np.integer], seconds: NDArray[np.integer]) -> U8:
    pairs: U8 = firsts.astype(np.uint64)
    pairs <<= np.uint64(32)
    pairs |= seconds.astype(np.uint64)
    return pairs


def _parted(pairs: U8) -> tuple[I8, I8]:
    return (pairs >> np.uint64(32)).astype(np.int64), (pairs & np.uint64(0xFFFFFFFF)).astype(np.int64)

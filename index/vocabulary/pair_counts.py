"""Counts of adjacent words: counting tokens, adding up counts, and cutting them to a budget."""

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
"""The number of pairs kept for n tokens is BUDGET_FACTOR * n ** 0.75."""
BUDGET_AT_LEAST: Final = 1 << 16
"""The least budget: all pairs of a few hundred articles, most of which occur once."""
BYTES_PER_TOKEN: Final = 32
"""Bytes of memory that a token takes while its pairs are sorted."""
DEFAULT_MEMORY: Final = 64 << 20
LEAST_TOKENS: Final = 1 << 16
"""The least number of tokens whose pairs are sorted together, however small the memory."""
_LOOKED_AT: Final = 1 << 20
"""The number of tokens that are processed together."""

U8 = NDArray[np.uint64]


class TokenRun(NamedTuple):
    """Texts one after another, as tokens.

    Attributes:
        ids: the ids of the tokens.
        ranks: the index in the list of words for each id.
        ends: 1 for each token that is the last of its sentence, as the last of all is.
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
    """The counts of words and of adjacent pairs.

    Attributes:
        words: the words as UTF-8, ascending.
        occurrences: the number of occurrences of each word, shape (words,).
        pairs: two indexes in ``words``, the first in the upper 32 bits, ascending, shape (pairs,).
        counts: the number of occurrences of each pair, shape (pairs,).
        total: the number of tokens of the texts.
    """

    words: Sequence[bytes]
    occurrences: I8
    pairs: U8
    counts: I8
    total: int

    def within(self, most: int, least: int = 1) -> "PairCounts":
        """The commonest pairs, at most ``most`` of them, and the words that are as common.

        Pairs with equal counts stay or go together.

        Args:
            most: the largest number of pairs.
            least: the least count of a pair.
        """
        least = max(least, _least(self.counts, most))
        kept = self.counts >= least
        firsts, seconds = _parted(self.pairs[kept])
        common = self.occurrences >= least
        common[firsts] = common[seconds] = True  # also words that were left out as rare in some part
        number = np.cumsum(common) - 1
        return PairCounts(
            [self.words[index] for index in np.flatnonzero(common).tolist()],
            self.occurrences[common],
            _paired(number[firsts], number[seconds]),
            self.counts[kept],
            self.total,
        )


def budget(total: int) -> int:
    """The number of pairs kept for ``total`` tokens: fewer per token, the longer the text is."""
    return max(BUDGET_AT_LEAST, int(BUDGET_FACTOR * total**0.75))


def count_pairs(
    runs: Sequence[TokenRun],
    words: Sequence[bytes],
    memory: int = DEFAULT_MEMORY,
    most: int | None = None,
) -> PairCounts:
    """Count words and pairs of adjacent words within a sentence.

    Args:
        runs: all texts.
        words: the words, ascending; the ranks of runs are indexes in this list.
        memory: the memory to use, in bytes.
        most: the number of pairs to keep; None for the budget.
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
    """Yield the counts of all words and pairs of some texts, a batch of texts at a time.

    Args:
        texts: the texts; no pair spans two of them.
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
    """The counts of the texts added to an analyser since the last call."""
    batch = analyzer.take()
    return counts_of_tokens(batch.ids, batch.ends, analyzer.exact_terms)


def counts_of_tokens(ids: U4, ends: U1, terms: Sequence[str]) -> PairCounts:
    """The counts of all words and pairs of some tokens.

    Args:
        ids: the ids of the tokens.
        ends: 1 for each that is the last of its sentence.
        terms: the term of each id, in any order; there may be further terms.
    """
    used, numbers = np.unique(ids, return_inverse=True)  # noqa: TID251  # inverse
    words = [term_bytes(terms[number]) for number in used.tolist()]
    order = sorted(range(len(words)), key=words.__getitem__)
    ranks = np.empty(len(words), np.uint32)
    ranks[order] = np.arange(len(words))
    run = TokenRun(numbers.astype(np.uint32), ranks, ends)
    return count_pairs([run], [words[number] for number in order], most=len(ids))


def joined(
    parts: Sequence[PairCounts], gone: Sequence[PairCounts] = (), most: int | None = None
) -> PairCounts:
    """The counts of several texts together, cut to the commonest.

    Args:
        parts: the counts of each text.
        gone: the counts of texts that are in the parts, and are subtracted.
        most: the number of pairs to keep; None for the budget of all text.
    """
    signed = [*((part, 1) for part in parts), *((part, -1) for part in gone)]
    words = list(dict.fromkeys(sorted(word for part, _ in signed for word in part.words)))
    index = {word: number for number, word in enumerate(words)}
    occurrences = np.zeros(len(words), np.int64)
    pairs, counts = [np.empty(0, np.uint64)], [np.empty(0, np.int64)]
    for part, sign in signed:
        numbers = np.array([index[word] for word in part.words], np.int64)
        occurrences[numbers] += sign * part.occurrences
        firsts, seconds = _parted(part.pairs)
        pairs.append(_paired(numbers[firsts], numbers[seconds]))
        counts.append(sign * part.counts)
    np.maximum(occurrences, 0, out=occurrences)
    found, of_each = _summed(np.concatenate(pairs), np.concatenate(counts))
    left = of_each > 0
    total = max(0, sum(sign * part.total for part, sign in signed))
    return PairCounts(words, occurrences, found[left], of_each[left], total).within(
        budget(total) if most is None else most
    )


class _Commonest:
    """The commonest of the pairs that are added, at most ``most`` of them.

    Attributes:
        least: the least count among the kept pairs.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self.least = 1
        self._pairs = [np.empty(0, np.uint64)]
        self._counts = [np.empty(0, np.int64)]

    def add(self, pairs: U8, counts: I8) -> None:
        """Add further pairs, ascending and all greater than those before."""
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
    """The least threshold, from 1 on, that at most ``most`` of the counts reach."""
    if len(counts) <= most:
        return 1
    return int(np.partition(counts, len(counts) - most - 1)[len(counts) - most - 1]) + 1


def _pairs_of(runs: Sequence[TokenRun], low: int, high: int) -> Iterator[U8]:
    """The pairs of some texts whose first word is in a range, in text order."""
    for run in runs:
        for start in range(0, len(run.ids), _LOOKED_AT):
            words = run.ranks[run.ids[start : start + _LOOKED_AT + 1]]
            firsts, seconds = words[:-1], words[1:]
            beside = run.ends[start : start + len(firsts)] == 0
            if low or high < len(run.ranks):
                beside &= (firsts >= low) & (firsts < high)
            yield _paired(firsts[beside], seconds[beside])


def _each_once(pairs: U8) -> tuple[U8, I8]:
    """The distinct pairs of an ascending list, and the number of each."""
    firsts = _first_indexes(pairs)
    return pairs[firsts], np.diff(firsts, append=len(pairs))


def _summed(pairs: U8, counts: I8) -> tuple[U8, I8]:
    """The distinct pairs, ascending, and the sum of the counts of each."""
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

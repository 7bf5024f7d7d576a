"""What an index learns of its own articles: spellings that are one word, and abbreviations that they explain.

It is a table as that of synonyms: from, ``=``, to, class and reason, with a tab between them. It is made when
an index is built, and stays with its segment; a merge puts tables together.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from onneshon.index.analysis.stemmer import is_function_word, stem_key
from onneshon.index.columnar.sections import I8, gather_ranges
from onneshon.index.kernel.spelling import distances
from onneshon.index.vocabulary.channels import letter_codes, misspelt
from onneshon.index.vocabulary.explained import Explanations
from onneshon.index.vocabulary.pair_counts import PairCounts
from onneshon.index.vocabulary.skeleton import pack_skeletons
from onneshon.index.vocabulary.spellings import letter_signatures

LEAST: Final = 6
"""Occurrences of a word whose context can be judged, in ``LEAST_TEXT`` tokens; in four times as many, twice
as many."""
LEAST_TEXT: Final = 1 << 22
KEPT: Final = 0.75
"""Of the context of the rarer word, weighed by logarithms of counts, the share that is the other's too."""
SHARED: Final = 3
"""Words beside both, at least."""
NEAR: Final = 8.0
"""How much farther the rarer word is from the commoner one than that is from itself."""
MOST: Final = 1_000
"""Variants of an index, those that share most words first."""

_BITS: Final = 3
"""Of signatures: letters that only one of two words has."""
_LETTERS_APART: Final = 2
_NEIGHBOURS: Final = 48
"""Words of one skeleton that each is compared with, the next rarer ones."""
_WORD: Final = re.compile("[\u0985-\u09b9\u09ce\u09dc-\u09df][\u0981-\u09df]{2,39}")


class LearnedVariant(NamedTuple):
    """Two spellings of a word.

    Attributes:
        word: the commoner one.
        variant: the rarer one.
        shared: how many words stand beside both.
    """

    word: str
    variant: str
    shared: int


def learned_variants(counts: PairCounts) -> list[LearnedVariant]:
    """The spellings that are one word, those first that share most context; the same of the same counts.

    Of two words with the same consonants, whose letters hardly differ, and that are not one stem anyway, it
    is looked up how much of the rarer one's context is the commoner one's as well. In 17,757 articles of
    news these are 212 pairs, nine in ten of which are spellings or slips of one word.
    """
    words, indexes = _known_by_context(counts)
    usual, rarer = _homophones(words)
    shared = _shared(counts, indexes[usual], indexes[rarer])
    found = [
        LearnedVariant(words[first], words[second], count)
        for first, second, count in zip(usual.tolist(), rarer.tolist(), shared.tolist(), strict=True)
        if count >= SHARED and _hardly_differ(words[first], words[second])
    ]
    return sorted(found, key=lambda variant: (-variant.shared, variant))[:MOST]


def _known_by_context(counts: PairCounts) -> tuple[list[str], I8]:
    """Words whose context can be judged, and their indexes: by skeleton, of each the commoner first."""
    least = LEAST * max(1.0, (counts.total / LEAST_TEXT) ** 0.5)
    common = np.flatnonzero(counts.occurrences >= least).tolist()
    words = [(index, counts.words[index].decode("utf-8", "surrogatepass")) for index in common]
    words = [(index, word) for index, word in words if _WORD.fullmatch(word) and not is_function_word(word)]
    packed = pack_skeletons([word for _, word in words])
    indexes = np.array([index for index, _ in words], np.int64)
    order = np.lexsort((-counts.occurrences[indexes], packed))
    order = order[packed[order] > 0]  # without a consonant nothing is alike
    return [words[index][1] for index in order.tolist()], indexes[order]


def _homophones(words: Sequence[str]) -> tuple[I8, I8]:
    """Indexes of words that have the same consonants and nearly the same letters, the commoner one first."""
    packed = pack_skeletons(words)
    signatures = letter_signatures(letter_codes(words))
    lengths = np.fromiter(map(len, words), np.int64, len(words))
    usual, rarer = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for apart in range(1, min(_NEIGHBOURS, len(words))):
        same = np.flatnonzero(packed[apart:] == packed[:-apart])
        bits = np.bitwise_count(signatures[same] ^ signatures[same + apart])
        near = same[(bits <= _BITS) & (np.abs(lengths[same] - lengths[same + apart]) <= _LETTERS_APART)]
        usual.append(near)
        rarer.append(near + apart)
    return np.concatenate(usual), np.concatenate(rarer)


def _shared(counts: PairCounts, usual: I8, rarer: I8) -> I8:
    """How many words stand beside both of some words; 0 where the rarer has too much context of its own."""
    firsts, seconds = counts.pairs >> np.uint64(32), counts.pairs & np.uint64(0xFFFFFFFF)
    before = seconds << np.uint64(32) | firsts
    order = np.argsort(before)
    weights = np.log1p(counts.counts)
    shared, kept, whole = (np.zeros(len(usual)) for _ in range(3))
    for pairs, weighed in ((counts.pairs, weights), (before[order], weights[order])):
        starts = np.searchsorted(pairs, rarer.astype(np.uint64) << np.uint64(32))
        ends = np.searchsorted(pairs, (rarer + 1).astype(np.uint64) << np.uint64(32))
        beside = gather_ranges(starts, ends - starts)
        of = np.repeat(np.arange(len(usual)), ends - starts)
        wanted = usual[of].astype(np.uint64) << np.uint64(32) | pairs[beside] & np.uint64(0xFFFFFFFF)
        found = np.searchsorted(pairs, wanted)
        shared_pair = (
            pairs[np.minimum(found, len(pairs) - 1)] == wanted if len(pairs) else np.zeros(0, np.bool_)
        )
        shared += np.bincount(of, shared_pair, len(usual))
        kept += np.bincount(of, weighed[beside] * shared_pair, len(usual))
        whole += np.bincount(of, weighed[beside], len(usual))
    return np.where(kept >= KEPT * whole, shared, 0).astype(np.int64)


def _hardly_differ(word: str, rarer: str) -> bool:
    """Whether one may be typed for the other, and analysis does not hold them to be one stem."""
    codes = letter_codes([rarer, word])
    starts = np.array([0, len(rarer), len(codes)], np.uint32)
    itself, other = distances(misspelt().costs(rarer), codes, starts, np.arange(2)).tolist()
    return other - itself <= NEAR and stem_key(word) != stem_key(rarer)


LEARNED_EXT: Final = ".learned"
"""Of the file of a segment."""
FILE_NAME: Final = "learned.tsv"
"""Of the file of an index on a cluster."""
_KEY: Final = 3
"""Columns by which two rows are one."""


def learned_table(counts: PairCounts, explanations: Explanations) -> str:
    """The table of some articles.

    Args:
        counts: how often their words stand side by side.
        explanations: that they give.
    """
    rows = [
        f"{entry.short}\t=\t{entry.words}\tabbreviation\texplained so {entry.times:,} times"
        for entry in explanations.learned()
    ]
    rows += [
        f"{entry.variant}\t=\t{entry.word}\tvariant\tsounds alike; {entry.shared:,} words stand beside both"
        for entry in learned_variants(counts)
    ]
    return "".join(f"{row}\n" for row in rows)


def read_learned(paths: Iterable[Path]) -> str:
    """The tables of some segments as one; those of updates and of earlier versions have none."""
    rows = [row for path in paths if path.exists() for row in path.read_text("utf-8").splitlines()]
    each = {tuple(row.split("\t")[:_KEY]): row for row in reversed(rows)}
    return "".join(f"{row}\n" for row in reversed(each.values()))


def join_learned(paths: Iterable[Path], target: Path) -> None:
    """Write the tables of some segments as that of another."""
    if table := read_learned(paths):
        target.write_text(table, "utf-8")

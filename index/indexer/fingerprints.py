"""A number of 64 bits for each text, such that texts that say nearly the same differ in few bits.

SimHash (Charikar, "Similarity estimation techniques from rounding algorithms", STOC 2002; for web pages:
Manku, Jain and Das Sarma, "Detecting near-duplicates for web crawling", WWW 2007) over all runs of three
words: each bit of a text's fingerprint is that of the majority of its runs.
"""

import zlib
from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from onneshon.index.arrays import U4, ends_of, starts_of

__all__ = ["fingerprints", "term_hashes"]

SHINGLE: Final = 3
"""Words in a run."""

SHORT: Final = 24
"""Runs; fewer have no majority to speak of, and only texts with the same runs are alike."""

BYTE: Final = 255
"""The most that eight bits can count."""

PIECE: Final = 1 << 17
"""Runs whose bits are counted at a time, 64 bytes each."""

U8: TypeAlias = NDArray[np.uint64]


def term_hashes(terms: Sequence[str]) -> U8:
    """A number of 64 bits for each term."""
    return _mixed(
        np.fromiter((zlib.crc32(term.encode("utf-8", "surrogatepass")) for term in terms), np.uint64)
    )


def fingerprints(hashes: U8, numbers: U4, lengths: NDArray[np.integer]) -> U8:
    """The fingerprint of each text; 0 for a text of fewer words than a run has.

    Args:
        hashes: of the terms, by number, as ``term_hashes`` gives them.
        numbers: the term of each word, text after text.
        lengths: words of each text.
    """
    words = hashes[numbers]
    runs = _runs(words)
    inside = np.ones(len(words), np.bool_)
    ends = ends_of(lengths)
    for back in range(1, SHINGLE):
        inside[(ends - back)[lengths >= back]] = False
    counts = np.maximum(lengths.astype(np.int64) - (SHINGLE - 1), 0)
    runs = runs[inside[: len(runs)]] if len(runs) else runs
    return _of_runs(runs, counts)


def _mixed(numbers: U8) -> U8:
    """Numbers whose bits depend on all bits of those given: the finalizer of SplitMix64 (Steele, 2014)."""
    mixed = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def _runs(words: U8) -> U8:
    """A number for each word and those after it."""
    count = max(0, len(words) - (SHINGLE - 1))
    runs = np.zeros(count, np.uint64)
    for place in range(SHINGLE):
        runs = runs * np.uint64(0x9E3779B97F4A7C15) + words[place : place + count]
    return _mixed(runs)


def _of_runs(runs: U8, counts: NDArray[np.int64]) -> U8:
    found = np.zeros(len(counts), np.uint64)
    starts = starts_of(counts)
    first = 0
    while first < len(counts):
        last = max(first + 1, int(np.searchsorted(starts, starts[first] + PIECE, "right")) - 1)
        last = len(counts) if starts[-1] < starts[first] + PIECE else last
        some = np.flatnonzero(counts[first:last]) + first
        if len(some):
            piece = runs[starts[first] : starts[some[-1]] + counts[some[-1]]]
            found[some] = _majorities(piece, starts[some] - starts[first], counts[some])
        first = last
    return found


def _majorities(runs: U8, starts: NDArray[np.int64], counts: NDArray[np.int64]) -> U8:
    ones = _ones(runs, starts, counts)
    majority = np.packbits(2 * ones > counts[:, None], axis=1).view(np.uint64)[:, 0]
    return np.where(counts < SHORT, _mixed(np.add.reduceat(runs, starts)), majority)


def _ones(runs: U8, starts: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many runs of each text have each bit, shape (texts, 64).

    Bits become bytes, eight of which are added as one number: as many times as a byte can count.
    """
    bits = np.unpackbits(runs.view(np.uint8)).view(np.uint64).reshape(-1, 8)
    parts = -(-counts // BYTE)
    first = starts_of(parts)
    begins = np.repeat(starts, parts) + BYTE * (np.arange(int(parts.sum())) - np.repeat(first, parts))
    sums = np.add.reduceat(bits, begins, axis=0).view(np.uint8).reshape(-1, 64)
    ones: NDArray[np.int64] = np.add.reduceat(sums, first, axis=0, dtype=np.int64)
    return ones

"""How far what was typed is from the beginnings of words, in Latin letters and misspelt."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onneshon.index.arrays import gather_ranges
from onneshon.index.vocabulary.channels import END, LOAN_CODES, LOAN_COST, letter_codes, misspelt, romanised
from onneshon.index.vocabulary.sound_units import is_loan, unit_codes

__all__ = ["MISTAKES", "farthest_from_latin", "latin_beginnings", "misspelt_beginnings"]

MISTAKES: Final = 4.5
"""How much farther from what was typed a word may be than that would be itself, as a natural logarithm."""
_LATIN_AT_LEAST: Final = 3.0
_LATIN_A_LETTER: Final = 0.9
"""How far a word may be from Latin letters: so much, and so much more for each of them."""
_BESIDE: Final = 3.0
"""How much farther from Latin letters than the nearest word: where one is spelt so, others hardly are."""


def latin_beginnings(typed: str, words: Sequence[str]) -> NDArray[np.float32]:
    """How far Latin letters are from the beginning of each of some Bengali words."""
    native = _padded(unit_codes(words), 0)
    loan = np.where(native, native + LOAN_CODES, 0).astype(np.uint8)
    both = romanised().beginning_distances(typed, np.concatenate((native, loan), axis=1)).reshape(2, -1)
    looks = np.fromiter(map(is_loan, words), np.intp, len(words))
    distances: NDArray[np.float32] = (both + LOAN_COST[:, looks]).min(axis=0)
    return distances


def farthest_from_latin(typed: str, distances: NDArray[np.float32]) -> float:
    """How far a word may be from Latin letters, given how far those are that may be meant."""
    return min(_LATIN_AT_LEAST + _LATIN_A_LETTER * len(typed), float(distances.min()) + _BESIDE)


def misspelt_beginnings(typed: str, words: Sequence[str]) -> NDArray[np.float32]:
    """How much farther Bengali letters are from the beginning of each of some words than from themselves."""
    every = [typed, *words]
    lengths = np.fromiter(map(len, every), np.int64, len(every))
    letters = _by_lengths(letter_codes(every) % END, lengths)
    itself, *others = misspelt().beginning_distances(typed, letters)
    return np.array(others, np.float32) - np.float32(itself)


def _padded(codes: NDArray[np.uint8], between: int) -> NDArray[np.uint8]:
    """Codes of words with a 0 after each, as columns of one length, filled up with 0."""
    ends = np.flatnonzero(codes == between)
    lengths = np.diff(ends, prepend=-1) - 1
    return _by_lengths(codes[codes != between], lengths)


def _by_lengths(codes: NDArray[np.uint8], lengths: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Codes of words, one after another, as columns of one length, filled up with 0."""
    columns = np.zeros((int(lengths.max(initial=0)), len(lengths)), np.uint8)
    places = gather_ranges(np.zeros_like(lengths), lengths)
    columns[places, np.repeat(np.arange(len(lengths)), lengths)] = codes
    return columns

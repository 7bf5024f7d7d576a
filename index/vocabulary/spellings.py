"""Finds words of nearly the same letters as a typed word: letters as bits, compared in one pass.

Words are ordered by classes of frequency, the frequent first; in each class, by which of a few common letters
they have, in about every second or third word, and then by length.
"""

from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from onneshon.index.kernel import DamageError
from onneshon.index.kernel.spelling import near_signatures
from onneshon.index.vocabulary.channels import END

BOUNDS: Final = (31_623, 10_000, 3_162, 1_000, 316, 100, 32, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1)
"""The least frequency of each class of words, the frequent first."""
LENGTHS: Final = 41
"""The number of length classes: words of LENGTHS - 1 letters and more are in one."""
EVERY: Final = range(len(BOUNDS))
"""All classes."""
PARTING: Final = (62, 48, 63, 7, 40, 13)
"""Bits of letters that about every second or third word has (া র ি ে ন ্), the first that part words."""
_RUN: Final = 16

Columns: TypeAlias = dict[str, NDArray[Any]]
"""The columns of a vocabulary, by their names in its file."""


def signature(word: str) -> int:
    """One bit for each different letter of a word."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 63)
    return bits


def letter_signatures(letters: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """The signature of each word, from all letters; a word ends where its last letter is marked."""
    if not len(letters):
        return np.empty(0, np.uint64)
    bits = np.uint64(1) << (letters & 63).astype(np.uint64)
    ends = np.flatnonzero(letters >= END)
    return np.bitwise_or.reduceat(bits, np.concatenate(([0], ends[:-1] + 1)))


class Spellings:
    """The words of a vocabulary, by their letters. Threads may share it.

    Args:
        order: the indexes of all words, in the order described above.
        runs: where the words of each class, parting letters and length begin in ``order``, and the last end.
        signatures: the signature of each word in that order, one bit for each letter that occurs in it.

    Raises:
        DamageError: the arrays do not fit each other.
    """

    def __init__(
        self, order: NDArray[np.uint32], runs: NDArray[np.uint32], signatures: NDArray[np.uint64]
    ) -> None:
        wide = runs.astype(np.int64)
        sizes = wide[1:] - wide[:-1]
        per_class, rest = divmod(len(sizes), len(BOUNDS))
        if rest or per_class not in {LENGTHS << parting for parting in range(len(PARTING) + 1)}:
            raise DamageError("words that are not in runs")
        if runs[0] or (sizes < 0).any() or not runs[-1] == len(order) == len(signatures):
            raise DamageError("words that are not in runs")
        if len(order) and order.max() >= len(order):
            raise DamageError("an order of no words")
        self._order, self._signatures = order, signatures
        self._runs, self._per_class = runs, per_class
        parting = PARTING[: (per_class // LENGTHS).bit_length() - 1]
        self._parting = sum(1 << bit for bit in parting)

    def near(
        self, signature: int, length: int, apart: int, *, bits: int, enough: int, classes: range = EVERY
    ) -> NDArray[np.int64]:
        """The indexes of words that have nearly the same letters: the frequent ones, or all there are.

        Args:
            signature: the signature of the typed word.
            length: the length of the typed word.
            apart: the largest difference of lengths.
            bits: the largest number of bits in which signatures may differ.
            enough: the number of words after which no rarer class is searched.
            classes: the classes of frequency, by their indexes in ``BOUNDS``.

        Returns:
            The indexes, class by class.
        """
        shortest, longest = (min(max(size, 0), LENGTHS - 1) for size in (length - apart, length + apart))
        return near_signatures(
            self._order,
            self._signatures,
            self._runs,
            (self._per_class, LENGTHS),
            signature,
            (shortest, longest),
            parting=self._parting,
            bits=bits,
            enough=enough,
            classes=(classes.start, classes.stop),
        )


def classes_from(least: int) -> range:
    """The classes that may have words of at least a frequency."""
    return range(sum(bound > least for bound in BOUNDS) + 1)


def run_count(words: int) -> int:
    """The length of the column ``runs``: the more words, the more letters divide them."""
    runs = len(BOUNDS) * LENGTHS
    return (runs << _parting(words)) + 1


def _parting(words: int) -> int:
    """The number of letters that divide the words into runs of some ten each."""
    runs = len(BOUNDS) * LENGTHS
    return min(len(PARTING), (words // (runs * _RUN)).bit_length())


def ordered_in_runs(columns: Columns) -> Columns:
    """Add the columns of words in runs, from signatures in the order of the words."""
    signatures, parting = columns["signatures"], _parting(len(columns["signatures"]))
    lengths = np.minimum(np.diff(columns["letter_starts"].astype(np.int64)), LENGTHS - 1)
    bounds = np.array(BOUNDS[::-1], np.int64)
    classes = len(BOUNDS) - np.maximum(np.searchsorted(bounds, columns["frequencies"], "right"), 1)
    keys = sum(
        ((signatures >> np.uint64(bit) & np.uint64(1)).astype(np.int64) << index)
        for index, bit in enumerate(PARTING[:parting])
    )
    runs = ((classes << parting) + keys) * LENGTHS + lengths
    order = np.argsort(runs, kind="stable")
    sizes = np.bincount(runs, minlength=run_count(len(runs)) - 1)
    return columns | {
        "signatures": signatures[order],
        "in_runs": order.astype(np.uint32),
        "runs": np.concatenate(([0], np.cumsum(sizes))).astype(np.uint32),
    }

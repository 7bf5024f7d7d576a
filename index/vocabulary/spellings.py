"""Which words are nearly spelt so? Their letters as bits, compared with those of a typed word in one pass.

Words stand in classes of frequency, the frequent first; in each by which letters they have of a few that
about every second or third word has, and then by length.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from onneshon.index.kernel import DamageError
from onneshon.index.kernel.spelling import near_signatures

BOUNDS: Final = (31_623, 10_000, 3_162, 1_000, 316, 100, 32, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1)
"""The least frequency of each class of words, the frequent first."""
LENGTHS: Final = 41
"""Lengths that are distinguished: words of LENGTHS - 1 letters and more stand together."""
EVERY: Final = range(len(BOUNDS))
"""All classes."""
PARTING: Final = (62, 48, 63, 7, 40, 13)
"""Bits of letters that about every second or third word has (া র ি ে ন ্), the first that part words."""


class Spellings:
    """The words of a vocabulary, by their letters. Threads may share it.

    Args:
        order: the indexes of all words, in the order described above.
        runs: where the words of each class, parting letters and length begin in ``order``, and the last end.
        signatures: of each word in that order, one bit for each letter that occurs in it.

    Raises:
        DamageError: they do not fit each other.
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
            signature: of what was typed.
            length: of it.
            apart: letters by which lengths may differ.
            bits: in which signatures may differ.
            enough: words found in some classes, from which on none of a rarer class is given.
            classes: of frequency, by their places in ``BOUNDS``.

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
    """The classes of words in which some are as frequent."""
    return range(sum(bound > least for bound in BOUNDS) + 1)

"""Lengths of stretches of a text in clusters, counted for a whole text at once.

ICU needs milliseconds for a long article; a snippet needs no more than a bound that no reader sees exceeded.
"""

from typing import Final

from onneshon.index.analysis.script import EXTENDING, HASANTA, JOINERS, JOINING
from onneshon.index.kernel.texts import Clusters

__all__ = ["ClusterLengths"]

SIGN, CONSONANT, JOINER = 1, 2, 4
"""What may belong to the cluster before it: a sign after anything Bengali, a consonant after a hasanta, that
with a joiner between them too."""

AFTER: Final = 4
"""Bits by which what a code point takes into its cluster is moved, beside what it is itself."""

LAST: Final = 0x200F
"""Code points from here on take nothing and belong to nothing."""


def _classes() -> bytes:
    table = bytearray(LAST + 1)
    table[0x980:0xA00] = bytes([SIGN << AFTER]) * 0x80
    for one in (*EXTENDING, *JOINERS):
        table[ord(one)] = SIGN | SIGN << AFTER
    for one in JOINERS:
        table[ord(one)] |= JOINER
    for one in JOINING:
        table[ord(one)] |= CONSONANT
    table[ord(HASANTA)] |= CONSONANT << AFTER
    return bytes(table)


_CLASSES: Final = _classes()


class ClusterLengths(Clusters):
    """How many clusters lie between two places of a text, counted as Bengali is: never fewer than there are.

    Args:
        text: any; places are code points.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text, _CLASSES)

"""Where stems stand in some articles, read from their column ``stream``: all of them, or those of a query.

A column has four bytes for each word of an article. Of a hundred articles the cluster picks out the words
that are asked for, and a few others that have the same lowest bits.
"""

from binascii import a2b_base64, b2a_base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from onneshon.opensearch.searching.dsl import PICKED, Dsl

__all__ = ["Streams", "picking"]

LOW_BITS: Final = 18
"""Of a number, what is compared in the cluster: of other words, a few in a thousand are picked out too."""

LOW_BYTES: Final = 3
"""In which they are sent."""

BASE64_END: Final = b"=="
"""What OpenSearch leaves off at the end of base64; more than is needed does no harm."""

SIGNS: Final = bytes.maketrans(b"-_", b"+/")
"""From base64 for addresses to the usual one."""


def picking(numbers: NDArray[np.uint32]) -> Dsl:
    """A column for a search, made of ``stream``: where stems with some numbers stand, for ``Streams.picked``.

    Args:
        numbers: of the stems.
    """
    low = np.unique(numbers & np.uint32((1 << LOW_BITS) - 1)).astype("<u4")
    sent = b2a_base64(low.view(np.uint8).reshape(-1, 4)[:, :LOW_BYTES].tobytes(), newline=False)
    return {"script": {"source": PICKED, "params": {"numbers": sent.decode("ascii")}}}


@dataclass(frozen=True, slots=True)
class Streams:
    """Some words of some articles, in the order of articles and of words.

    Attributes:
        titles: tokens of the title of each article.
        lengths: tokens of title and body of each.
        rows: the article of each word.
        at: the tokens of the article before it.
        numbers: see ``opensearch.storage.documents.stem_number``.
    """

    titles: NDArray[np.int64]
    lengths: NDArray[np.int64]
    rows: NDArray[np.int64]
    at: NDArray[np.int64]
    numbers: NDArray[np.uint32]

    @classmethod
    def whole(cls, columns: Sequence[str]) -> Self:
        """All words.

        Args:
            columns: ``stream`` of each article, as OpenSearch gives it in ``fields``.
        """
        every, sizes = _joined(
            [a2b_base64(column.encode("ascii").translate(SIGNS) + BASE64_END) for column in columns]
        )
        starts = sizes.cumsum() - sizes
        words = np.ones(len(every), np.bool_)
        words[starts] = False
        rows = np.repeat(np.arange(len(sizes)), sizes - 1)
        at = np.arange(len(rows)) - (starts - np.arange(len(sizes)))[rows]
        return cls(every[starts].astype(np.int64), sizes - 1, rows, at, every[words])

    @classmethod
    def picked(cls, columns: Sequence[str]) -> Self:
        """Those that were picked out.

        Args:
            columns: what ``picking`` made, of each article.
        """
        every, sizes = _joined([a2b_base64(column) for column in columns])
        starts = sizes.cumsum() - sizes
        words = np.ones(len(every), np.bool_)
        words[starts] = words[starts + 1] = False
        at, numbers = every[words].reshape(-1, 2).T
        titles, lengths = (every[starts + index].astype(np.int64) for index in range(2))
        rows = np.repeat(np.arange(len(sizes)), (sizes - 2) // 2)
        return cls(titles, lengths, rows, at.astype(np.int64), np.ascontiguousarray(numbers))


def _joined(parts: Sequence[bytes]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """The numbers of all columns one after another, and how many each has."""
    sizes = np.array([len(part) // 4 for part in parts], np.int64)
    return np.frombuffer(b"".join(parts), "<u4"), sizes

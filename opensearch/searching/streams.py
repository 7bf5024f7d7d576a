"""Where stems stand in some articles, read from their column ``stream``: all of them, or those of a query.

A column has four bytes for each word of an article. Of a hundred articles the cluster picks out the words
that are asked for.
"""

from binascii import a2b_base64, b2a_base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from onneshon.opensearch.searching.dsl import PICKED, Dsl

PAIR: Final = 6
"""Bytes of two numbers of a picked column; in base64 each is four characters, the same wherever it stands,
which compresses well."""

BASE64_END: Final = b"=="
"""What OpenSearch leaves off at the end of base64; more than is needed does no harm."""

SIGNS: Final = bytes.maketrans(b"-_", b"+/")
"""From base64 for addresses to the usual one."""


def picking(numbers: NDArray[np.uint32]) -> Dsl:
    """A column for a search, made of ``stream``: where stems with some numbers stand, for ``Streams.picked``.

    Args:
        numbers: of the stems.
    """
    sent = b2a_base64(_sent(numbers).tobytes(), newline=False).decode("ascii")
    return {"script": {"source": PICKED, "params": {"numbers": sent}}}


def _sent(numbers: NDArray[np.uint32]) -> NDArray[np.int32]:
    """Each number once, in the order in which the cluster looks them up."""
    return np.unique(numbers.astype("<u4").view("<i4"))


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
    def picked(cls, columns: Sequence[str], numbers: NDArray[np.uint32]) -> Self:
        """Those that were picked out.

        Args:
            columns: what ``picking`` made, of each article.
            numbers: of the stems, as ``picking`` was given them.
        """
        parts = [a2b_base64(column) for column in columns]
        sizes = np.array([len(part) // PAIR for part in parts], np.int64)
        digits = np.frombuffer(b"".join(parts), np.uint8).reshape(-1, 2, PAIR // 2).astype(np.int64)
        every = digits @ (1 << 8 * np.arange(PAIR // 2))
        starts = sizes.cumsum() - sizes
        words = np.ones(len(every), np.bool_)
        words[starts] = False
        at, which = every[words].T
        titles, lengths = every[starts].T
        rows = np.repeat(np.arange(len(sizes)), sizes - 1)
        return cls(titles, lengths, rows, at, _sent(numbers)[which].view(np.uint32))


def _joined(parts: Sequence[bytes]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """The numbers of all columns one after another, and how many each has."""
    sizes = np.array([len(part) // 4 for part in parts], np.int64)
    return np.frombuffer(b"".join(parts), "<u4"), sizes

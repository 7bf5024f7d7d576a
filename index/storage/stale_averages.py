"""How far the articles of an index have moved away from the average that their ranking was made with."""

from typing import Final

import numpy as np

from onneshon.index.ranking import Basis
from onneshon.index.storage.reader import IndexReader

__all__ = ["STALE_FROM", "average_deviation", "present_basis"]

STALE_FROM: Final = 0.1
"""Relative deviation of an average length, beyond which rankings differ noticeably from a new build's."""


def present_basis(reader: IndexReader) -> Basis:
    """The basis that a build of the articles of now would have if it saw all of them first."""
    titles, bodies = (_lengths(reader, text) for text in ("title", "body"))
    return Basis.of_lengths(titles, bodies)


def _lengths(reader: IndexReader, text: str) -> list[int]:
    found: list[int] = []
    for segment in reader.segments:
        lengths = segment.lengths(text)
        alive = lengths if segment.deleted is None else lengths[~segment.deleted]
        found += alive.astype(np.int64).tolist()
    return found


def average_deviation(reader: IndexReader) -> float:
    """The greatest of |average of now / average of the basis - 1|, over titles and bodies."""
    now, then = present_basis(reader), reader.basis
    pairs = (now.average_title, then.average_title), (now.average_body, then.average_body)
    return max(abs(present / past - 1) for present, past in pairs)

"""Whether what the words of an index suggest is still in an article, where articles were deleted since.

The tables of words and suggestions belong to segments, and stay as they were written. What they offer is
compared with the deletions of now, so that the title of an article that was withdrawn goes with it.
"""

from collections.abc import Sequence
from functools import reduce
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onneshon.index.analysis.analyzer import word_keys
from onneshon.index.columnar.segment_reader import SegmentReader
from onneshon.index.completion.completion import Kind

_FIELD: Final = "exact"
_TITLES_READ: Final = 64
"""Titles with all words of a suggested title that are compared with it; where more have them, it stays."""


class LiveFilter:
    """Asks the segments of an index what is left. Threads may share it.

    Args:
        segments: with their deletions.

    Attributes:
        deleted: how many documents are deleted.
    """

    def __init__(self, segments: Sequence[SegmentReader]) -> None:
        self._segments = segments
        masks = [segment.deleted for segment in segments if segment.deleted is not None]
        self.deleted = sum(int(mask.sum()) for mask in masks)

    def articles(self, word: str) -> int:
        """How many articles that are not deleted hold a word."""
        return sum(len(_live(segment, _docs(segment, _FIELD, word))) for segment in self._segments)

    def is_alive(self, kind: Kind, text: str) -> bool:
        """Whether a word, a phrase of titles or a title is in an article that is not deleted."""
        if not self.deleted:
            return True
        words = [exact for exact, _ in word_keys(text)]
        if kind == "word":
            return self.articles(" ".join(words)) > 0
        return any(self._in_title(segment, kind, words) for segment in self._segments)

    def _in_title(self, segment: SegmentReader, kind: Kind, words: Sequence[str]) -> bool:
        docs = [_docs(segment, "title_exact", word) for word in words]
        found = reduce(np.intersect1d, docs) if docs else np.empty(0, np.int64)
        live = _live(segment, found)
        if kind == "phrase" or not len(live) or len(live) == len(found) or len(live) > _TITLES_READ:
            return len(live) > 0
        titles = (segment.article(doc).title for doc in live.tolist())
        return any([exact for exact, _ in word_keys(title)] == words for title in titles)


def _docs(segment: SegmentReader, name: str, term: str) -> NDArray[np.integer]:
    field = segment.impacts(name)
    ordinal = field.ordinal(term)
    return np.empty(0, np.int64) if ordinal is None else field.docs(ordinal)


def _live(segment: SegmentReader, docs: NDArray[np.integer]) -> NDArray[np.integer]:
    return docs if segment.deleted is None or not len(docs) else docs[~segment.deleted[docs]]

"""The suggestions of several segments, merged, without those whose articles are all deleted.

The tables of words and suggestions belong to segments, and stay as they were written. Their suggestions are
compared with the current deletions, so that the title of a withdrawn article disappears with it.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial, reduce
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onneshon.index.analysis.analyzer import word_keys
from onneshon.index.columnar.segment_reader import SegmentReader
from onneshon.index.completion.completion import (
    Candidate,
    Completion,
    Kind,
    TypedWord,
    goes_on_in_conjunct,
    one_a_stem,
    score,
)
from onneshon.index.completion.table import Row

_FURTHER = 2
"""Factor on the rows asked of each part: their weights are added up before the best are chosen."""


class SeveralCompletions(Completion):
    """The tables of suggestions of all segments, merged. Threads may share it.

    Args:
        parts: of each segment that has one.
        is_alive: whether a word, a phrase or a title is in an article that is not deleted.
    """

    def __init__(self, parts: Sequence[Completion], is_alive: Callable[[Kind, str], bool]) -> None:
        self._parts = tuple(parts)
        self._is_alive = is_alive

    def verify(self) -> None:
        """Read all of the files; raises IndexCorruptError where one is not as it was built."""
        for part in self._parts:
            part.verify()

    def beginning(self, kind: Kind, start: str, count: int) -> list[Row]:
        """The weightiest rows of any part with a prefix, with the articles of all parts."""
        found = (part.beginning(kind, start, count * _FURTHER) for part in self._parts)
        rows = _joined(chain.from_iterable(found))
        rows.sort(key=lambda row: goes_on_in_conjunct(start, row.text))
        return self._live(kind, rows, count)

    def _live(self, kind: Kind, rows: Iterable[Row], count: int) -> list[Row]:
        alive: list[Row] = []
        for row in rows:
            if len(alive) == count:
                break
            if self._is_alive(kind, row.text):
                alive.append(row)
        return alive

    def has_title(self, text: str) -> bool:
        """Whether a title of any part, of an article that is there, is these words and no others."""
        return any(part.has_title(text) for part in self._parts) and self._is_alive("title", text)

    def written(self, word: str) -> str:
        """The written form of a word in canonical spelling, in the first part where that differs."""
        return next((text for part in self._parts if (text := part.written(word)) != word), word)

    def word_beginnings(self, typed: TypedWord, limit: int) -> list[Candidate]:
        """The weightiest words with a prefix, one of each stem."""
        return self._best([part.word_beginnings(typed, limit * _FURTHER) for part in self._parts], limit)

    def sounding(self, typed: str, limit: int) -> list[Candidate]:
        """The words with a prefix that sounds like some Latin letters, best first, one of each stem."""
        return self._best([part.sounding(typed, limit * _FURTHER) for part in self._parts], limit)

    def misspelt(self, typed: TypedWord, limit: int) -> list[Candidate]:
        """The words of whose prefix the typed text may be a misspelling, best first, one of each stem."""
        return self._best([part.misspelt(typed, limit * _FURTHER) for part in self._parts], limit)

    def _best(self, found: Sequence[Sequence[Candidate]], limit: int) -> list[Candidate]:
        candidates = list(chain.from_iterable(found))
        distances = {candidate.row.text: candidate.distance for candidate in candidates}
        rows = _joined(candidate.row for candidate in candidates)
        joined = [Candidate(row, distances[row.text]) for row in rows]
        joined.sort(key=score)
        live = (candidate for candidate in joined if self._is_alive("word", candidate.row.text))
        return one_a_stem(live, limit)


def _joined(rows: Iterable[Row]) -> list[Row]:
    """One row for each text, with summed weights and articles, the weightiest first."""
    joined: dict[str, Row] = {}
    for row in rows:
        known = joined.get(row.text)
        if known is not None:
            weight, articles = known.weight + row.weight, known.articles + row.articles
            joined[row.text] = Row(known.ordinal, row.text, weight, articles)
        else:
            joined[row.text] = row
    return sorted(joined.values(), key=lambda row: -row.weight)


_FIELD: Final = "exact"
_TITLES_READ: Final = 64
"""Titles with all words of a suggested title that are compared with it; where more have them, it stays."""


class LiveFilter:
    """Checks suggestions against the deletions of segments. Threads may share it.

    Args:
        segments: the segments with their deletions.
        remembered: the number of words and rows whose results are cached; each letter typed asks again.

    Attributes:
        deleted: the number of deleted documents.
        articles: returns the document frequency of a word without deleted articles.
        is_alive: whether a word, a phrase of titles or a title is in an article that is not deleted.
    """

    def __init__(self, segments: Sequence[SegmentReader], remembered: int) -> None:
        self._segments = segments
        masks = [segment.deleted for segment in segments if segment.deleted is not None]
        self.deleted = sum(int(mask.sum()) for mask in masks)
        self.articles = lru_cache(remembered)(self._living)
        self.is_alive = lru_cache(remembered)(self._is_alive)

    def _living(self, word: str) -> int:
        return sum([segment.living(_FIELD, word) for segment in self._segments])

    def _is_alive(self, kind: Kind, text: str) -> bool:
        if not self.deleted:
            return True
        words = [exact for exact, _ in word_keys(text)]
        if kind == "word":
            return self.articles(" ".join(words)) > 0
        return any(self._in_title(segment, kind, words) for segment in self._segments)

    def _in_title(self, segment: SegmentReader, kind: Kind, words: Sequence[str]) -> bool:
        docs = [_docs_with_title(segment, word) for word in words]
        found = reduce(partial(np.intersect1d, assume_unique=True), docs) if docs else np.empty(0, np.int64)
        live = _live(segment, found)
        if kind == "phrase" or not len(live) or len(live) == len(found) or len(live) > _TITLES_READ:
            return len(live) > 0
        titles = (segment.article(doc).title for doc in live.tolist())
        return any([exact for exact, _ in word_keys(title)] == words for title in titles)


def _docs_with_title(segment: SegmentReader, word: str) -> NDArray[np.integer]:
    field = segment.impacts("title_exact")
    ordinal = field.ordinal(word)
    return np.empty(0, np.int64) if ordinal is None else field.docs(ordinal)


def _live(segment: SegmentReader, docs: NDArray[np.integer]) -> NDArray[np.integer]:
    return docs if segment.deleted is None or not len(docs) else docs[~segment.deleted[docs]]

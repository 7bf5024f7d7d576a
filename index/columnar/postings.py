"""The postings of a field as columns: widths are chosen per term, so that rare and short things take a byte.

Per term: its bytes (``terms.py``), its documents and occurrences (``counts.py``), its first document, and one byte with
three classes. Each class names the stream in which the rest of the term stands:

    documents    the first in ``first``; the differences to the next ones in ``docs1``, ``docs2`` or ``docs4``
    frequencies  nowhere when all are 1, else ``freqs1`` or ``freqs4``
    positions    ``places1``, ``places2`` or ``places4``, absolute, document after document

The digit is the width in bytes. Terms stand in each stream in their order, so that a contiguous range of terms is a
contiguous range of each stream. Where a term begins in its streams follows from the counts since the group's mark.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from index.columnar.arrays import I8, ends_of, starts_of
from index.columnar.blocks import OpaqueValues, TermBlock
from index.columnar.counts import CountColumnWriter
from index.columnar.format import SectionWriter, Spool
from index.columnar.terms import GROUP, TermDictionaryWriter

__all__ = ["DOC_STREAMS", "FREQ_STREAMS", "MARKS", "PLACE_STREAMS", "PostingsWriter", "class_parts"]

DOC_STREAMS: Final = ("docs1", "docs2", "docs4")
FREQ_STREAMS: Final = ("freqs1", "freqs4")
PLACE_STREAMS: Final = ("places1", "places2", "places4")
MARKS: Final = (*DOC_STREAMS, *FREQ_STREAMS, *PLACE_STREAMS, "postings")
"""The columns of a group's mark: how many elements each stream held, and how many postings there were, before it."""


def class_parts(classes: NDArray[Any]) -> tuple[I8, I8, I8]:
    """The classes of documents (0 to 3), frequencies (0 to 2) and positions (0 to 3); 0 is: nothing stored."""
    wide = classes.astype(np.int64)
    return wide & 3, wide >> 2 & 3, wide >> 4 & 3


class PostingsWriter:
    """Writes one field, block after block in the order of its terms.

    Args:
        writer: of the file.
        name: of the field.
        frequencies: whether documents may hold a term several times.
        positions: whether the blocks come with positions.
    """

    def __init__(self, writer: SectionWriter, name: str, *, frequencies: bool, positions: bool) -> None:
        self._writer = writer
        self._name = name
        self._has_positions = positions
        self.terms = TermDictionaryWriter(writer, name)
        self._counts = CountColumnWriter(writer, f"{name}/df")
        self._occurrences = CountColumnWriter(writer, f"{name}/cf") if frequencies else None
        self._first = self._section("first", "<u4")
        self._classes = self._section("classes", "<u1")
        self._marks = self._section("marks", "<u4")
        self._streams = {part: self._section(part, f"<u{part[-1]}") for part in MARKS[:-1]}
        self._weights: Spool | None = None
        self._weights_say_more = False
        self._values: tuple[Spool, Spool] | None = None
        self._postings = 0

    def _section(self, part: str, dtype: str) -> Spool:
        return self._writer.section(f"{self._name}/{part}", dtype)

    def extend(self, block: TermBlock) -> None:
        """Append a block; its terms come after all those before."""
        if not len(block.terms):
            return
        counts = np.asarray(block.counts, np.int64)
        starts = starts_of(counts)
        freqs = np.ones(len(block.docs), np.int64) if block.freqs is None else block.freqs
        doc_classes = self._write_docs(np.asarray(block.docs, np.int64), counts, starts)
        occurrences = np.add.reduceat(freqs, starts, dtype=np.int64)
        freq_classes = self._freq_classes(freqs, starts)
        place_classes = self._place_classes(block.positions, occurrences)
        self._mark(counts, occurrences, doc_classes, freq_classes, place_classes)
        self._write_streams(FREQ_STREAMS, freqs, freq_classes, counts)
        if block.positions is not None:
            self._write_streams(PLACE_STREAMS, block.positions, place_classes, occurrences)
        self._write_differences(np.asarray(block.docs, np.int64), counts, starts, doc_classes)
        self._write_extras(block)
        self._counts.extend(counts)
        if self._occurrences is not None:
            self._occurrences.extend(occurrences)
        self._classes.extend(doc_classes | freq_classes << 2 | place_classes << 4)
        self.terms.extend(block.terms)
        self._postings += len(block.docs)

    def _write_docs(self, docs: I8, counts: I8, starts: I8) -> I8:
        """Write the first documents; the class of the differences of each term."""
        self._first.extend(docs[starts])
        steps = np.diff(docs, prepend=docs[:1])
        steps[starts] = 0
        widest = np.maximum.reduceat(steps, starts)
        return np.where(counts == 1, 0, _width_class(widest))

    def _write_differences(self, docs: I8, counts: I8, starts: I8, classes: I8) -> None:
        steps = np.diff(docs, prepend=docs[:1])
        of_posting = np.repeat(classes, counts)
        of_posting[starts] = 0
        for number, part in enumerate(DOC_STREAMS, 1):
            self._streams[part].extend(steps[of_posting == number])

    def _freq_classes(self, freqs: NDArray[Any], starts: I8) -> I8:
        most = np.maximum.reduceat(freqs, starts)
        return np.where(most == 1, 0, np.where(most < 1 << 8, 1, 2))

    def _place_classes(self, positions: NDArray[Any] | None, occurrences: I8) -> I8:
        if positions is None:
            return np.zeros(len(occurrences), np.int64)
        return _width_class(np.maximum.reduceat(positions, starts_of(occurrences)))

    def _write_streams(self, parts: tuple[str, ...], values: NDArray[Any], classes: I8, lengths: I8) -> None:
        of_value = np.repeat(classes.astype(np.uint8), lengths)
        for number, part in enumerate(parts, 1):
            self._streams[part].extend(values[of_value == number])

    def _mark(self, counts: I8, occurrences: I8, docs: I8, freqs: I8, places: I8) -> None:
        """Note for each group that begins in this block how far the streams have come."""
        begins = np.flatnonzero((np.arange(len(counts)) + len(self.terms)) % GROUP == 0)
        sizes = [np.where(docs == number, counts - 1, 0) for number in (1, 2, 3)]
        sizes += [np.where(freqs == number, counts, 0) for number in (1, 2)]
        sizes += [np.where(places == number, occurrences, 0) for number in (1, 2, 3)]
        before = [self._streams[part].count for part in MARKS[:-1]]
        columns = [starts_of(size)[begins] + done for size, done in zip(sizes, before, strict=True)]
        columns.append(starts_of(counts)[begins] + self._postings)
        self._marks.extend(np.stack(columns, axis=1).ravel())

    def _write_extras(self, block: TermBlock) -> None:
        if block.weights is not None:
            self._write_weights(block.weights, block.freqs)
        if block.values is not None:
            self._write_values(block.values)

    def _write_weights(self, weights: NDArray[Any], freqs: NDArray[Any] | None) -> None:
        if self._weights is None:
            self._weights = self._section("weights", "<f8")
        self._weights.extend(weights)
        usual = 1 if freqs is None else freqs
        self._weights_say_more |= bool(np.any(weights != usual))

    def _write_values(self, values: OpaqueValues) -> None:
        if self._values is None:
            self._values = self._section("values", "<u1"), self._section("value_ends", "<u4")
        data, ends = self._values
        ends.extend(ends_of(values.lengths) + data.count)
        data.write(values.data, len(values.data))

    def finish(self) -> None:
        """Note the field's facts in the file's table."""
        if self._weights is not None and not self._weights_say_more:
            self._writer.drop(f"{self._name}/weights")
        self._writer.facts.setdefault("fields", {})[self._name] = {
            "terms": len(self.terms),
            "postings": self._postings,
            "positions": self._has_positions,
        }


def _width_class(widest: NDArray[Any]) -> I8:
    classes: I8 = np.where(widest < 1 << 8, 1, np.where(widest < 1 << 16, 2, 3))
    return classes

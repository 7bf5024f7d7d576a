"""Whole numbers of many terms, term after term, each term in the narrowest form that suits its numbers.

    form 1  a byte each; 255 says that the number is the next one in a second stream, two bytes wide
    form 2  two bytes each
    form 3  four bytes each
    form 0  the term has no numbers

The numbers of a form stand in one stream in the order of the terms. Where a term begins in it follows from
the mark of its group and the lengths of the terms since.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from onneshon.index.arrays import I8, U4, starts_of
from onneshon.index.columnar.section_file import SectionFile, SectionWriter

__all__ = ["ESCAPE", "NumbersReader", "NumbersWriter"]

ESCAPE: Final = 255
STREAMS: Final = ("1", "2", "4", "1x")
"""Endings of the sections' names and columns of a mark; the last has what did not fit into the first."""

ESCAPED: Final = STREAMS.index("1x")


class NumbersWriter:
    """Writes the sections ``name1``, ``name2``, ``name4``, ``name1x`` and ``name/marks``."""

    def __init__(self, writer: SectionWriter, name: str) -> None:
        self._streams = [writer.section(f"{name}{ending}", f"<u{ending[0]}") for ending in STREAMS[:ESCAPED]]
        self._streams.append(writer.section(f"{name}1x", "<u2"))
        self._marks = writer.section(f"{name}/marks", "<u4")

    def extend(self, values: NDArray[Any], lengths: I8, begins: I8) -> I8:
        """Append the numbers of some terms.

        Args:
            values: below 2**32, term after term.
            lengths: how many each term has, shape (terms,).
            begins: which of the terms begin a group.

        Returns:
            The form of each term.
        """
        escapes = _sums(values >= ESCAPE, lengths)
        forms = _forms(_greatest(values, lengths), escapes, lengths)
        sizes = [np.where(forms == form, lengths, 0) for form in (1, 2, 3)]
        sizes.append(np.where(forms == 1, escapes, 0))
        columns = [
            starts_of(size)[begins] + stream.count for size, stream in zip(sizes, self._streams, strict=True)
        ]
        self._marks.extend(np.stack(columns, axis=1).ravel())
        of_value = np.repeat(forms.astype(np.uint8), lengths)
        short = values[of_value == 1]
        self._streams[0].extend(np.minimum(short, ESCAPE))
        self._streams[ESCAPED].extend(short[short >= ESCAPE])
        for form in (2, 3):
            self._streams[form - 1].extend(values[of_value == form])
        return forms


def _forms(greatest: I8, escapes: I8, lengths: I8) -> I8:
    cheap = (greatest < 1 << 16) & (2 * escapes < lengths)
    forms: I8 = np.where(cheap, 1, np.where(greatest < 1 << 16, 2, 3))
    return np.where(lengths == 0, 0, forms)


def _sums(flags: NDArray[np.bool_], lengths: I8) -> I8:
    totals = np.concatenate(([0], np.cumsum(flags, dtype=np.int64)))
    starts = starts_of(lengths)
    sums: I8 = totals[starts + lengths] - totals[starts]
    return sums


def _greatest(values: NDArray[Any], lengths: I8) -> I8:
    greatest = np.zeros(len(lengths), np.int64)
    filled = np.flatnonzero(lengths)
    if len(filled):
        greatest[filled] = np.maximum.reduceat(values, starts_of(lengths)[filled])
    return greatest


class NumbersReader:
    """Reads what ``NumbersWriter`` wrote.

    The callers say where a term stands by the lengths and forms of the terms before it in its group.
    """

    def __init__(self, file: SectionFile, name: str) -> None:
        self._streams = [file.section(f"{name}{ending}") for ending in STREAMS]
        self._marks = file.section(f"{name}/marks")

    def one(self, group: int, lengths: I8, forms: NDArray[Any], form: int, count: int) -> U4:
        """The ``count`` numbers, in that form, of the term after those described."""
        return self._read(group, int(lengths[forms == form].sum()), form, count)

    def many(self, group: int, before: tuple[I8, NDArray[Any]], lengths: I8, forms: NDArray[Any]) -> U4:
        """The numbers of consecutive terms, the first of which stands after those described in ``before``."""
        total = int(lengths.sum())
        values = np.empty(total, np.uint32)
        for form in (1, 2, 3):
            chosen = forms == form
            count = int(lengths[chosen].sum())
            if not count:
                continue
            read = self._read(group, int(before[0][before[1] == form].sum()), form, count)
            if count == total:
                return read
            values[np.repeat(chosen, lengths)] = read
        return values

    def _read(self, group: int, skip: int, form: int, count: int) -> U4:
        mark = self._mark(group, form - 1)
        start = mark + skip
        values = self._streams[form - 1].part(start, start + count).astype(np.uint32)
        if form == 1:
            escaped = np.flatnonzero(values == ESCAPE)
            if len(escaped):
                passed = int(np.count_nonzero(self._streams[0].part(mark, start) == ESCAPE))
                begin = self._mark(group, ESCAPED) + passed
                values[escaped] = self._streams[ESCAPED].part(begin, begin + len(escaped))
        return values

    def _mark(self, group: int, stream: int) -> int:
        """Where the numbers of a group begin in a stream."""
        return self._marks.at(group * len(STREAMS) + stream)

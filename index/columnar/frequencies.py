"""How often documents have a term: nearly always once, so that a bit for each says whether it is more.

form 0  every document has the term once; nothing is stored
form 1  a bit for each document, a term beginning at a whole byte; a byte for each that is set
form 2  four bytes for each document
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from onneshon.index.arrays import I8, U1, U4, gather_ranges, starts_of
from onneshon.index.columnar.section_file import SectionFile, SectionWriter

__all__ = ["FrequenciesReader", "FrequenciesWriter"]

BITS: Final = 8
STREAMS: Final = ("flags", "several", "freqs4")
"""Sections, and columns of a mark: the bits, the bytes of form 1, and form 2."""

FLAGS, SEVERAL, WIDE = range(3)


class FrequenciesWriter:
    """Writes the sections ``field/flags``, ``field/several``, ``field/freqs4`` and ``field/freqs/marks``."""

    def __init__(self, writer: SectionWriter, field: str) -> None:
        self._streams = [
            writer.section(f"{field}/{stream}", "<u4" if stream.endswith("4") else "<u1")
            for stream in STREAMS
        ]
        self._marks = writer.section(f"{field}/freqs/marks", "<u4")

    def extend(self, freqs: NDArray[Any], counts: I8, begins: I8) -> I8:
        """Append the frequencies of some terms; the form of each.

        Args:
            freqs: term after term.
            counts: documents of each term.
            begins: which of the terms begin a group.
        """
        starts = starts_of(counts)
        most = np.maximum.reduceat(freqs, starts)
        forms = np.where(most == 1, 0, np.where(most < 1 << BITS, 1, 2))
        of_posting = np.repeat(forms.astype(np.uint8), counts)
        several = (freqs > 1) & (of_posting == 1)
        sizes = [
            np.where(forms == 1, _flag_bytes(counts), 0),
            np.add.reduceat(several, starts, dtype=np.int64),
            np.where(forms == 2, counts, 0),  # noqa: PLR2004  # the form
        ]
        columns = [
            starts_of(size)[begins] + stream.count for size, stream in zip(sizes, self._streams, strict=True)
        ]
        self._marks.extend(np.stack(columns, axis=1).ravel())
        self._streams[FLAGS].extend(_packed(several[of_posting == 1], counts[forms == 1]))
        self._streams[SEVERAL].extend(freqs[several])
        self._streams[WIDE].extend(freqs[of_posting == 2])  # noqa: PLR2004
        return forms


def _flag_bytes(counts: I8) -> I8:
    return -(-counts // BITS)


def _bit_places(counts: I8) -> I8:
    """Where the bits of terms with these counts stand, each term beginning at a whole byte."""
    return gather_ranges(starts_of(_flag_bytes(counts)) * BITS, counts)


def _packed(flags: NDArray[np.bool_], counts: I8) -> U1:
    bits = np.zeros(int(_flag_bytes(counts).sum()) * BITS, np.bool_)
    bits[_bit_places(counts)] = flags
    return np.packbits(bits)


class FrequenciesReader:
    """Reads what ``FrequenciesWriter`` wrote; ``NumbersReader`` says how a term is found."""

    def __init__(self, file: SectionFile, field: str) -> None:
        self._streams = [file.section(f"{field}/{stream}") for stream in STREAMS]
        self._marks = file.section(f"{field}/freqs/marks")

    def one(self, group: int, counts: I8, forms: NDArray[Any], form: int, count: int) -> U4:
        """The frequencies, in that form, in the ``count`` documents of the term after those described."""
        if not form:
            return np.ones(count, np.uint32)
        before = counts[forms == form]
        if form == WIDE:
            start = self._mark(group, WIDE) + int(before.sum())
            return self._streams[WIDE].part(start, start + count)
        packed, begin = self._flags(group, int(_flag_bytes(before).sum()), -(-count // BITS))
        return self._set(np.unpackbits(packed, count=count), begin)

    def many(self, group: int, before: tuple[I8, NDArray[Any]], counts: I8, forms: NDArray[Any]) -> U4:
        """The frequencies of consecutive terms; the first of them stands after those in ``before``."""
        freqs = np.ones(int(counts.sum()), np.uint32)
        of_posting = np.repeat(forms.astype(np.uint8), counts)
        flagged = np.flatnonzero(of_posting == 1)
        if len(flagged):
            passed = int(_flag_bytes(before[0][before[1] == 1]).sum())
            freqs[flagged] = self._flagged(group, passed, counts[forms == 1])
        wide = np.flatnonzero(of_posting == 2)  # noqa: PLR2004  # the form
        if len(wide):
            start = self._mark(group, WIDE) + int(before[0][before[1] == 2].sum())  # noqa: PLR2004
            freqs[wide] = self._streams[WIDE].part(start, start + len(wide))
        return freqs

    def _flagged(self, group: int, passed: int, counts: I8) -> U4:
        packed, begin = self._flags(group, passed, int(_flag_bytes(counts).sum()))
        return self._set(np.unpackbits(packed)[_bit_places(counts)], begin)

    def _flags(self, group: int, passed: int, size: int) -> tuple[U1, int]:
        """Bytes of flags, of which ``passed`` come before in the group, and where their frequencies begin."""
        mark = self._mark(group, FLAGS)
        start = mark + passed
        flags = self._streams[FLAGS]
        begin = self._mark(group, SEVERAL) + _set_bits(flags.part(mark, start))
        return flags.part(start, start + size), begin

    def _mark(self, group: int, stream: int) -> int:
        """Where a group begins in a stream."""
        return self._marks.at(group * len(STREAMS) + stream)

    def _set(self, flags: U1, begin: int) -> U4:
        """The frequencies of documents with these flags."""
        several = flags.nonzero()[0]
        freqs = np.ones(len(flags), np.uint32)
        freqs[several] = self._streams[SEVERAL].part(begin, begin + len(several))
        return freqs


def _set_bits(packed: U1) -> int:
    return int(np.bitwise_count(packed).sum(dtype=np.int64)) if len(packed) else 0

"""The terms of a field in order, front-coded and found by bisection, and a range of them in memory.

Nothing is built when an index opens; the first look-up lays beginnings of terms side by side, which takes a
fraction of a millisecond. A group of 64 terms begins with a whole term; each further one gives how
many bytes it shares with the one before and its own ending. The order is that of UTF-8 bytes, which is that
of code points, so that the terms of one beginning stand together.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from onneshon.index.arrays import U4, starts_of
from onneshon.index.columnar.section_file import SectionFile, SectionWriter
from onneshon.index.errors import REPAIR, IndexCorruptError
from onneshon.index.kernel import DamageError
from onneshon.index.kernel.terms import Dictionary, front_coded

GONE: Final = 2**32 - 1
"""The number of a document that is left out."""


@dataclass(frozen=True, slots=True)
class TermBlock:
    """Consecutive terms of one field with their postings.

    Attributes:
        terms: UTF-8, ascending.
        counts: documents of each term, shape (terms,), each at least 1.
        docs: document numbers, term after term, ascending within a term; shape (postings,).
        freqs: occurrences, shape (postings,); None where all are 1 and nobody asks.
        positions: token positions, ascending within a posting, shape (occurrences,); None without positions.
        impacts: shape (postings,), see ``index.ranking``; None in fields that have none.
    """

    terms: Sequence[bytes]
    counts: NDArray[Any]
    docs: NDArray[Any]
    freqs: NDArray[Any] | None = None
    positions: NDArray[Any] | None = None
    impacts: NDArray[np.uint8] | None = None

    def renumbered(self, numbers: U4) -> "TermBlock":
        """The block with other numbers for its documents; terms of which no document is left go with them.

        Args:
            numbers: the new number of each document, ascending, ``GONE`` for those that are left out.
        """
        docs = numbers[self.docs]
        kept = docs != GONE
        if kept.all():
            return replace(self, docs=docs)
        counts = np.add.reduceat(kept, starts_of(self.counts), dtype=np.int64)
        positions = self.positions
        if positions is not None and self.freqs is not None:
            positions = positions[np.repeat(kept, self.freqs)]
        return TermBlock(
            [term for term, count in zip(self.terms, counts.tolist(), strict=True) if count],
            counts[counts > 0],
            docs[kept],
            None if self.freqs is None else self.freqs[kept],
            positions,
            impacts=None if self.impacts is None else self.impacts[kept],
        )


GROUP = 64
"""Terms in a group."""

PARTS = ("terms", "shared", "endings", "groups")


def term_bytes(term: str) -> bytes:
    """A term as it is stored; lone surrogates, which UTF-8 lacks, are kept."""
    return term.encode("utf-8", "surrogatepass")


def term_text(data: bytes) -> str:
    """The term that is stored so."""
    return data.decode("utf-8", "surrogatepass")


class TermDictionaryWriter:
    """Writes sections ``name/terms``, ``name/shared``, ``name/endings`` and, per group, ``name/groups``."""

    def __init__(self, writer: SectionWriter, name: str) -> None:
        self._bytes = writer.section(f"{name}/terms", "<u1")
        self._shared = writer.section(f"{name}/shared", "<u1")
        self._endings = writer.section(f"{name}/endings", "<u1")
        self._groups = writer.section(f"{name}/groups", "<u4")
        self._last = b""

    def __len__(self) -> int:
        return self._shared.count

    def extend(self, terms: Sequence[bytes]) -> None:
        """Append terms, all greater than those before, in ascending order."""
        data, shared, endings, begins = front_coded(terms, self._last, len(self))
        self._groups.extend(begins + np.uint32(self._bytes.count))
        self._bytes.extend(data)
        self._shared.extend(shared)
        self._endings.extend(endings)
        self._last = terms[-1] if len(terms) else self._last


class TermDictionary:
    """Reads what ``TermDictionaryWriter`` wrote; ordinals count the terms of the field in order from 0."""

    def __init__(self, file: SectionFile, name: str) -> None:
        # A look-up goes byte by byte, and the first one all over the file: these are compared whole by then.
        self._sections = {part: file.section(f"{name}/{part}") for part in PARTS}

    @cached_property
    def _bytes(self) -> memoryview:
        return self._sections["terms"].whole().data

    @cached_property
    def _shared(self) -> memoryview:
        return self._sections["shared"].whole().data

    @cached_property
    def _endings(self) -> memoryview:
        return self._sections["endings"].whole().data

    @cached_property
    def _groups(self) -> U4:
        return self._sections["groups"].whole().view(np.uint32)  # one that is not there is of bytes

    def __len__(self) -> int:
        return len(self._sections["shared"])

    def __getitem__(self, ordinal: int) -> bytes:
        try:
            return self.kernel.term(ordinal)
        except DamageError as error:
            raise _damaged(error) from error

    @cached_property
    def kernel(self) -> Dictionary:
        """The same for the kernel; what it raises is ``DamageError``."""
        return Dictionary(self._bytes, self._shared, self._endings, self._groups)

    def find(self, term: bytes) -> tuple[int, bool]:
        """The ordinal of the first term that is not less than this one, and whether it is this one."""
        try:
            return self.kernel.find(term)
        except DamageError as error:
            raise _damaged(error) from error

    def ordinal(self, term: str) -> int:
        """The ordinal of a term, -1 where it is none."""
        try:
            return self.kernel.ordinal(term)
        except DamageError as error:
            raise _damaged(error) from error

    def ordinals(self, terms: Iterable[str]) -> list[int]:
        """The ordinal of each of some terms, -1 where it is none."""
        try:
            return self.kernel.ordinals(terms)
        except DamageError as error:
            raise _damaged(error) from error

    def _size(self, group: int) -> int:
        return min(GROUP, len(self) - group * GROUP)

    def group(self, group: int) -> list[bytes]:
        """The terms of a group."""
        try:
            return self.kernel.group(group, self._size(group))
        except DamageError as error:
            raise _damaged(error) from error

    def between(self, start: int, stop: int) -> list[bytes]:
        """The terms of ordinals ``start`` to ``stop``."""
        groups = range(start // GROUP, -(-stop // GROUP))
        terms = [term for group in groups for term in self.group(group)]
        first = start // GROUP * GROUP
        return terms[start - first : stop - first]

    def from_ordinal(self, start: int = 0) -> Iterator[bytes]:
        """All terms from an ordinal on."""
        for group in range(start // GROUP, len(self._groups)):
            skip = max(0, start - group * GROUP)
            yield from self.group(group)[skip:]

    def begins(self, prefix: str) -> bool:
        """Whether some term begins so."""
        try:
            return self.kernel.begins(prefix)
        except DamageError as error:
            raise _damaged(error) from error


def _damaged(error: DamageError) -> IndexCorruptError:
    return IndexCorruptError(f"a dictionary is damaged ({error}): {REPAIR}")

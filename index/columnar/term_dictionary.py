"""Term dictionaries: the sorted terms of a field, front-coded, searched by bisection; and prefix frequencies.

Nothing is built when an index opens; the first look-up collects the first bytes of some terms in an array,
which takes a fraction of a millisecond. A group of 64 terms begins with a whole term; each further term is
the number of bytes that it shares with the one before, and its own suffix. The order is that of UTF-8
bytes, which is that of code points, so that terms of one prefix are adjacent.

A query finds other words of the same stem by a prefix; how rare the prefix is decides the weight of such a
match. Counting its articles at query time would mean reading the posting lists of all these words.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from onneshon.index.analysis.script import is_bengali
from onneshon.index.columnar.section_file import SectionFile, SectionWriter
from onneshon.index.columnar.sections import U4, explaining_damage, starts_of
from onneshon.index.errors import REPAIR, IndexCorruptError
from onneshon.index.kernel import DamageError
from onneshon.index.kernel.encoding import count_unions
from onneshon.index.kernel.terms import Dictionary, front_coded

GONE: Final = 2**32 - 1
"""The number of a document that is left out."""


@dataclass(frozen=True, slots=True)
class TermBlock:
    """Consecutive terms of one field with their postings.

    Attributes:
        terms: UTF-8, ascending.
        counts: document frequency of each term, shape (terms,), each at least 1.
        docs: document numbers, term after term, ascending within a term; shape (postings,).
        freqs: term frequencies, shape (postings,); None if all are 1 and not wanted.
        positions: token positions, ascending within a posting, shape (occurrences,); None without positions.
        impacts: impact of each posting, shape (postings,), see ``index.ranking``; None in fields without.
    """

    terms: Sequence[bytes]
    counts: NDArray[Any]
    docs: NDArray[Any]
    freqs: NDArray[Any] | None = None
    positions: NDArray[Any] | None = None
    impacts: NDArray[np.uint8] | None = None

    def renumbered(self, numbers: U4) -> "TermBlock":
        """The block with other numbers for its documents, without terms that have no document left.

        Args:
            numbers: the new number of each document, ascending, ``GONE`` for documents that are left out.
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
    """Decode a stored term."""
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
        # A look-up reads byte by byte, and the first one all over the file: sections are verified as a whole.
        self._sections = {part: file.section(f"{name}/{part}") for part in PARTS}

    @cached_property
    def _groups(self) -> U4:
        return self._sections["groups"].whole().view(np.uint32)  # a missing section is an array of bytes

    def __len__(self) -> int:
        return len(self._sections["shared"])

    @explaining_damage
    def __getitem__(self, ordinal: int) -> bytes:
        return self.kernel.term(ordinal)

    @cached_property
    def kernel(self) -> Dictionary:
        """The dictionary for the kernel, which raises ``DamageError``."""
        terms, shared, endings = (self._sections[part].whole().data for part in PARTS[:3])
        return Dictionary(terms, shared, endings, self._groups)

    @explaining_damage
    def find(self, term: bytes) -> tuple[int, bool]:
        """The ordinal of the first term that is not less than ``term``, and whether they are equal."""
        return self.kernel.find(term)

    @explaining_damage
    def ordinal(self, term: str) -> int:
        """The ordinal of a term, -1 if there is no such term."""
        return self.kernel.ordinal(term)

    @explaining_damage
    def ordinals(self, terms: Iterable[str]) -> list[int]:
        """The ordinal of each of several terms, -1 if there is no such term."""
        return self.kernel.ordinals(terms)

    def _size(self, group: int) -> int:
        return min(GROUP, len(self) - group * GROUP)

    @explaining_damage
    def group(self, group: int) -> list[bytes]:
        """The terms of a group."""
        return self.kernel.group(group, self._size(group))

    def between(self, start: int, stop: int) -> list[bytes]:
        """The terms with ordinals from ``start`` up to ``stop``, which is excluded."""
        groups = range(start // GROUP, -(-stop // GROUP))
        terms = [term for group in groups for term in self.group(group)]
        first = start // GROUP * GROUP
        return terms[start - first : stop - first]

    def from_ordinal(self, start: int = 0) -> Iterator[bytes]:
        """All terms from an ordinal on."""
        for group in range(start // GROUP, len(self._groups)):
            skip = max(0, start - group * GROUP)
            yield from self.group(group)[skip:]

    @explaining_damage
    def begins(self, prefix: str) -> bool:
        """Whether some term has the prefix."""
        return self.kernel.begins(prefix)

    @staticmethod
    def _damaged(error: DamageError) -> IndexCorruptError:
        return IndexCorruptError(f"a dictionary is damaged ({error}): {REPAIR}")


LENGTHS: Final = (3, 4)
"""Lengths of the counted prefixes, in code points."""

NONE: Final = 2**32 - 1
"""The number of a term that has no counted prefix of a length."""


class _Counter:
    """Counts the articles of each prefix of one length; words of one prefix come consecutively."""

    def __init__(self, length: int) -> None:
        self._length = length
        self.found: list[str] = []
        self._counts = np.zeros(0, np.uint32)
        self._seen = np.zeros(0, np.uint32)

    @property
    def counts(self) -> list[int]:
        """The number of articles of each prefix found."""
        counts: list[int] = self._counts[: len(self.found)].tolist()
        return counts

    def extend(self, words: Sequence[str], counts: U4, docs: U4) -> None:
        """Count the postings of words, which are sorted."""
        numbers = np.fromiter(map(self._number, words), np.uint32, len(words))
        self._counts = _at_least(self._counts, len(self.found))
        self._seen = _at_least(self._seen, int(docs.max(initial=0)) + 1)
        count_unions(numbers, counts, docs, self._seen, self._counts)

    def _number(self, word: str) -> int:
        beginning = word[: self._length]
        if len(beginning) < self._length or not is_bengali(beginning):
            return NONE
        if not self.found or self.found[-1] != beginning:
            self.found.append(beginning)
        return len(self.found) - 1


def _at_least(numbers: U4, size: int) -> U4:
    """The array, extended by zeros to ``size`` elements or twice its length if it is too short."""
    if len(numbers) >= size:
        return numbers
    return np.concatenate([numbers, np.zeros(max(size, 2 * len(numbers)) - len(numbers), np.uint32)])


class BeginningsWriter:
    """Counts prefixes while a field is written; writes ``name/begin/...``, ``name/begin/df`` at its end."""

    def __init__(self, writer: SectionWriter, name: str) -> None:
        self._writer = writer
        self._name = f"{name}/begin"
        self._counters = [_Counter(length) for length in LENGTHS]

    def extend(self, block: TermBlock) -> None:
        """Count the postings of a block."""
        words = [term_text(term) for term in block.terms]
        counts, docs = block.counts.astype(np.uint32), block.docs.astype(np.uint32)
        for counter in self._counters:
            counter.extend(words, counts, docs)

    def finish(self) -> None:
        """Write the sections."""
        counts = {
            term_bytes(beginning): count
            for counter in self._counters
            for beginning, count in zip(counter.found, counter.counts, strict=True)
        }
        beginnings = sorted(counts)
        TermDictionaryWriter(self._writer, self._name).extend(beginnings)
        column = np.fromiter(map(counts.__getitem__, beginnings), np.uint32, len(beginnings))
        self._writer.section(f"{self._name}/df", "<u4").extend(column)


class Beginnings:
    """The prefix frequencies of a field of one segment. Safe to share between threads.

    Args:
        file: the segment's inverted file.
        name: the field's name.
    """

    def __init__(self, file: SectionFile, name: str) -> None:
        self._dictionary = TermDictionary(file, f"{name}/begin")
        self._section = file.section(f"{name}/begin/df")

    @cached_property
    def _counts(self) -> memoryview:
        return self._section.whole().data  # indexing it yields a Python int, at half the cost

    def df(self, beginning: str) -> int:
        """The number of articles with a word of this prefix of 3 or 4 letters, deleted included; else 0."""
        ordinal, found = self._dictionary.find(term_bytes(beginning))
        return self._counts[ordinal] if found else 0

"""A field whose postings have impacts: a posting list for each term, written once and read in place.

name/terms ...     the terms in order, see ``term_dictionary.py``
name/starts  u4    where the posting list of each term begins in ``name/data``, and where the last one ends
name/data    u1    the posting lists, see ``index/kernel/encoding.pyx``, and some bytes of padding
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onneshon.index.columnar.section_file import SectionFile, SectionWriter
from onneshon.index.columnar.sections import U4, explaining_damage, starts_of
from onneshon.index.columnar.term_dictionary import (
    BeginningsWriter,
    TermBlock,
    TermDictionary,
    TermDictionaryWriter,
    term_text,
)
from onneshon.index.errors import REPAIR, BuildError, IndexCorruptError
from onneshon.index.kernel import DamageError
from onneshon.index.kernel.encoding import encode
from onneshon.index.kernel.postings import PostingList
from onneshon.index.kernel.terms import TermLists, TermRange

BASIS: Final = "basis"
"""Fact of a file with such fields: the basis of their impacts, see ``index.ranking.Basis``."""

PADDING: Final = 16
"""Bytes after the last posting list: the kernel loads eight at a time."""

LIMIT: Final = 2**32
"""Most bytes of all posting lists of a field, whose starts have 32 bits."""


class ImpactWriter:
    """Writes one field, block after block in the order of its terms.

    Args:
        writer: the writer of the file.
        name: the field's name.
        positions: whether the blocks come with frequencies and positions.
        beginnings: whether articles are counted by prefixes of their terms, for terms in Bengali.
    """

    def __init__(
        self, writer: SectionWriter, name: str, *, positions: bool, beginnings: bool = False
    ) -> None:
        self._writer = writer
        self._name = name
        self._positions = positions
        self._terms = TermDictionaryWriter(writer, name)
        self._starts = writer.section(f"{name}/starts", "<u4")
        self._data = writer.section(f"{name}/data", "<u1")
        self._beginnings = BeginningsWriter(writer, name) if beginnings else None

    def extend(self, block: TermBlock) -> None:
        """Append a block with impacts; its terms are greater than all before.

        Raises:
            BuildError: the posting lists of the field take more than ``LIMIT`` bytes.
        """
        if not len(block.terms) or block.impacts is None:
            return
        data, sizes = encode(
            block.counts.astype(np.uint32),
            block.docs.astype(np.uint32),
            block.impacts,
            block.freqs.astype(np.uint32) if self._positions and block.freqs is not None else None,
            block.positions.astype(np.uint32) if self._positions and block.positions is not None else None,
        )
        self._starts.extend(starts_of(sizes) + self._data.count)
        self._data.write(data, len(data))
        if self._data.count > LIMIT:
            raise BuildError(
                f"the lists of {self._name} do not fit into a file; build several smaller indexes"
            )
        self._terms.extend(block.terms)
        if self._beginnings is not None:
            self._beginnings.extend(block)

    def finish(self) -> None:
        """Complete the sections and note the field's facts in the file's table."""
        self._starts.extend(np.array([self._data.count], np.int64))
        self._data.write(bytes(PADDING), PADDING)
        if self._beginnings is not None:
            self._beginnings.finish()
        self._writer.facts.setdefault("fields", {})[self._name] = {
            "terms": len(self._terms),
            "positions": self._positions,
        }


STEM_OF: Final = "exact/stem_of"
"""Section, u4: for each term of ``exact``, the ordinal of its stem in ``stem``."""

NO_STEM: Final = 2**32 - 1
"""The ordinal where the stem is not in the segment."""

MORE: Final = 0x80
"""The bit of a byte of a varint that is set if another byte follows."""

LONGEST: Final = 5
"""Most bytes of a varint of 32 bits."""

ABSENT: Final = {"terms": 0, "positions": False}


class ImpactField:
    """One field of one segment. Immutable, and safe to share between threads.

    Args:
        file: the segment's inverted file; a field that it lacks has no terms.
        name: the field's name.
        documents: the number of documents of the segment.

    Attributes:
        name: the field's name.
        documents: the number of documents of the segment, deleted ones included.
        term_count: the number of distinct terms.
        has_positions: whether posting lists have frequencies and positions.
        dictionary: the terms as bytes.
    """

    def __init__(self, file: SectionFile, name: str, documents: int) -> None:
        facts = file.facts.get("fields", {}).get(name, ABSENT)
        self.name = name
        self.documents = documents
        self.term_count: int = facts["terms"]
        self.has_positions: bool = facts["positions"]
        self.dictionary = TermDictionary(file, name)
        self._starts_section = file.section(f"{name}/starts")
        self._data = file.section(f"{name}/data")
        self._where = f"{file.name} is damaged in {name}/data"

    @property
    def size(self) -> int:
        """The bytes of all posting lists."""
        return len(self._data)

    @cached_property
    def _starts(self) -> memoryview:
        """Where each list begins, and where the last ends; verified as a whole, as look-ups jump about."""
        return self._starts_section.whole().view(np.uint32).data  # a missing section is an array of bytes

    @cached_property
    def kernel(self) -> TermLists:
        """All posting lists by term, for the kernel, which verifies only the blocks that it reads."""
        return TermLists(
            self.dictionary.kernel,
            self._starts if self.term_count else np.zeros(1, np.uint32).data,
            self._data.unchecked.data,
            self._data.blocks,
            self.documents,
            positions=self.has_positions,
        )

    def ordinal(self, term: str) -> int | None:
        """The ordinal of a term, None if the field has no such term."""
        ordinal = self.dictionary.ordinal(term)
        return None if ordinal < 0 else ordinal

    def term(self, ordinal: int) -> str:
        """The term of an ordinal."""
        return term_text(self.dictionary[ordinal])

    def terms(self) -> Iterator[str]:
        """All terms in the order of their code points."""
        return map(term_text, self.dictionary.from_ordinal())

    @explaining_damage
    def df(self, ordinal: int) -> int:
        """The document frequency of the term of an ordinal, deleted documents included."""
        return self.kernel.df(ordinal)

    @explaining_damage
    def frequency(self, term: str) -> int:
        """The document frequency of a term, deleted documents included; 0 if the field has no such term."""
        return self.kernel.frequency(term)

    @explaining_damage
    def frequencies(self, terms: Sequence[str]) -> list[int]:
        """The ``frequency`` of each of several terms."""
        return self.kernel.frequencies(terms)

    def begins(self, prefix: str) -> bool:
        """Whether some term has the prefix."""
        return self.dictionary.begins(prefix)

    def ordinals(self, terms: Sequence[str]) -> list[int]:
        """The ordinal of each of several terms, -1 if the field has no such term."""
        return self.dictionary.ordinals(terms)

    def dfs(self) -> NDArray[np.int64]:
        """The ``df`` of all terms, in their order."""
        begins = self._starts_section.part(0, self.term_count).astype(np.int64)
        counts = np.zeros(len(begins), np.int64)
        if not len(begins):
            return counts
        data = self._data.part(0, int(begins[-1]) + LONGEST)
        open_ = np.arange(len(begins))
        for digit in range(LONGEST):
            bytes_ = data[begins[open_] + digit].astype(np.int64)
            counts[open_] |= (bytes_ & ~MORE) << 7 * digit
            open_ = open_[bytes_ >= MORE]
            if not len(open_):
                break
        return counts

    def reach(self, start: int, terms: int, size: int) -> int:
        """The ordinal to stop at after ``terms`` terms or ``size`` bytes of lists, and one term at least."""
        stop = min(start + terms, self.term_count)
        if stop == start:
            return stop
        starts = self._starts_section.part(start, stop + 1).astype(np.int64)
        return min(stop, start + max(1, int(np.searchsorted(starts, starts[0] + size, "right")) - 1))

    @explaining_damage
    def postings(self, ordinal: int, base: int = 0) -> PostingList:
        """The posting list of a term, for the kernel.

        Args:
            ordinal: the term's ordinal.
            base: the number of the segment's first document in the whole index.

        Raises:
            IndexCorruptError: the bytes of the list are not those that were written.
        """
        return self.kernel.list_at(ordinal, base)

    @explaining_damage
    def lists(self, ordinals: range, base: int = 0) -> list[PostingList]:
        """The posting lists of consecutive terms, for merging; arguments and errors as of ``postings``."""
        starts = self._starts[ordinals.start : ordinals.stop + 1].tolist()
        self._data.part(starts[0], starts[-1])
        data, documents, positions = self._data.unchecked.data, self.documents, self.has_positions
        return [
            PostingList(data, start, end, documents, positions=positions, base=base)
            for start, end in pairwise(starts)
        ]

    @explaining_damage
    def docs(self, ordinal: int) -> U4:
        """The documents that contain a term, ascending."""
        return self.postings(ordinal).docs()

    @explaining_damage
    def impacts(self, ordinal: int) -> NDArray[np.uint8]:
        """The impact of a term in each document that contains it."""
        return self.postings(ordinal).impacts()

    @explaining_damage
    def freqs(self, ordinal: int) -> U4:
        """The term frequency in each document that contains a term; 1 in fields without positions."""
        if not self.has_positions:
            return np.ones(self.df(ordinal), np.uint32)
        return self.postings(ordinal).frequencies()

    @explaining_damage
    def positions(self, ordinal: int) -> U4:
        """The positions of a term, document after document; none in fields without positions."""
        if not self.has_positions:
            return np.empty(0, np.uint32)
        return self.postings(ordinal).positions()

    @explaining_damage
    def list_of(self, term: str, base: int = 0) -> PostingList | None:
        """The posting list of a term, None if the field has no such term; otherwise as ``postings``."""
        return self.kernel.list_of(term, base)

    @explaining_damage
    def beginning(self, prefix: str, most: int, base: int = 0) -> TermRange | None:
        """The posting lists of all terms with a prefix, for the kernel; None if there are none.

        Args:
            prefix: the prefix of the terms.
            most: the most terms; further ones in dictionary order are left out.
            base: as of ``postings``, as are the errors.
        """
        return self.kernel.beginning(prefix, most, base)

    def _damaged(self, error: DamageError) -> IndexCorruptError:
        return IndexCorruptError(f"{self._where} ({error}): {REPAIR}")

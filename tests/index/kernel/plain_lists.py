"""Posting lists in plain Python, as a reference for the kernel, and strategies that make them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from onneshon.index.kernel.encoding import encode
from onneshon.index.kernel.postings import PostingList, Postings

BLOCK = 128
PADDING = bytes(16)


@dataclass(frozen=True)
class Plain:
    """A posting list: document -> impact and positions; the positions are None in a field without."""

    entries: dict[int, tuple[int, list[int] | None]]

    @cached_property
    def docs(self) -> list[int]:
        """Document numbers, ascending."""
        return sorted(self.entries)

    @property
    def impacts(self) -> list[int]:
        """The impact in each document."""
        return [self.entries[doc][0] for doc in self.docs]

    @property
    def positions(self) -> list[list[int]]:
        """The positions in each document, ascending."""
        return [self.entries[doc][1] or [] for doc in self.docs]

    @property
    def has_positions(self) -> bool:
        """Whether the field has positions."""
        return any(positions is not None for _, positions in self.entries.values())

    def cut(self, start: int, stop: int) -> "Plain":
        """The postings of the documents from ``start`` to ``stop``, renumbered from 0."""
        return Plain({doc - start: what for doc, what in self.entries.items() if start <= doc < stop})


def u4(values: Iterable[int]) -> NDArray[np.uint32]:
    """Numbers as the kernel takes them, an array of uint32."""
    return np.array(list(values), np.uint32)


def encoded(lists: Sequence[Plain]) -> tuple[bytes, list[int]]:
    """The bytes of some lists, and the offset of each; one more for the end of the last."""
    positions = bool(lists) and lists[0].has_positions
    data, sizes = encode(
        u4(len(part.entries) for part in lists),
        u4(doc for part in lists for doc in part.docs),
        np.array([impact for part in lists for impact in part.impacts], np.uint8),
        u4(len(positions) for part in lists for positions in part.positions) if positions else None,
        u4(position for part in lists for positions in part.positions for position in positions)
        if positions
        else None,
    )
    return data, [0, *np.cumsum(sizes, dtype=np.int64).tolist()]


def kernel_list(plain: Plain, documents: int, base: int = 0) -> PostingList:
    """The posting list of a single segment."""
    data, (start, end) = encoded([plain])
    return PostingList(data + PADDING, start, end, documents, positions=plain.has_positions, base=base)


def kernel_lists(plain: Plain, cuts: Sequence[int]) -> Postings:
    """The same list, divided into segments at the cuts."""
    parts = [(start, stop, plain.cut(start, stop)) for start, stop in pairwise(cuts)]
    return Postings([kernel_list(part, stop - start, start) for start, stop, part in parts if part.entries])


def postings(documents: int, *, positions: bool, least: int = 1, most: int = 400) -> st.SearchStrategy[Plain]:
    """Lists of ``least`` to ``most`` postings, rare and common, with blocks of all sizes."""
    return st.builds(
        random_list,
        st.integers(0, 2**32),
        st.just(documents),
        st.one_of(
            st.integers(least, min(most, documents)),
            st.sampled_from(
                [n for n in (1, 2, 127, 128, 129, 256, 257) if least <= n <= min(most, documents)]
            ),
        ),
        st.just(positions),
    )


def random_list(seed: int, documents: int, count: int, positions: bool) -> Plain:
    """A random list of ``count`` postings."""
    random = np.random.default_rng(seed)
    count = min(count, documents)
    span = int(random.integers(count, documents, endpoint=True))  # close together, or far apart
    start = int(random.integers(0, documents - span, endpoint=True))
    docs = start + np.sort(random.choice(span, count, replace=False))
    top = int(random.integers(1, 255, endpoint=True))
    entries: dict[int, tuple[int, list[int] | None]] = {}
    for doc in docs.tolist():
        found = None
        if positions:
            times = 1 + int(random.geometric(0.6)) * int(random.integers(0, 2))
            length = int(random.choice([times + 3, 40, 70_000]))
            found = sorted(random.choice(length, min(times, length), replace=False).tolist())
        entries[doc] = int(random.integers(1, top, endpoint=True)), found
    return Plain(entries)


def bytes_of(plain: Plain) -> bytes:
    """The bytes of a list by the letter of the format, made without the encoder."""
    docs, impacts = plain.docs, plain.impacts
    times = [len(positions) for positions in plain.positions] if plain.has_positions else None
    if len(docs) == 1:
        head = _varint(1) + _varint(docs[0]) + bytes(impacts) + (_varint(times[0]) if times else b"")
        return head + _positions(plain.positions)
    gaps = [doc - before - 1 for before, doc in zip([-1, *docs], docs, strict=False)]
    blocks, table, ends, ends_of_places = b"", [], [], []
    for first in range(0, len(docs), BLOCK):
        rows = slice(first, first + BLOCK)
        widths = [max(gaps[rows]).bit_length()]
        blocks += _packed(gaps[rows], widths[0]) + bytes(impacts[rows])
        if times:
            less = [n - 1 for n in times[rows]]
            widths.append(max(less).bit_length())
            blocks += _packed(less, widths[1])
        ends.append(len(blocks))
        ends_of_places.append(len(_positions(plain.positions[: first + BLOCK])))
        table.append((docs[rows][-1], max(impacts[rows]), widths))
    data = _varint(len(docs)) + bytes([max(impacts)])
    if len(table) == 1:
        return data + bytes(table[0][2]) + blocks + (_positions(plain.positions) if times else b"")
    for (last, most, widths), end, end_of_places in zip(table, ends, ends_of_places, strict=True):
        offsets = [last, end, *([end_of_places] if times else [])]
        data += b"".join(n.to_bytes(4, "little") for n in offsets) + bytes([most, *widths])
    return data + blocks + (_positions(plain.positions) if times else b"")


def _varint(number: int) -> bytes:
    out = bytearray()
    while number >= 128:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def _packed(numbers: Sequence[int], width: int) -> bytes:
    bits = sum(number << position * width for position, number in enumerate(numbers))
    return bits.to_bytes((len(numbers) * width + 7) // 8, "little")


def _positions(positions: Sequence[Sequence[int]]) -> bytes:
    return b"".join(
        _varint(position - before)
        for positions in positions
        for before, position in zip([0, *positions], positions, strict=False)
    )

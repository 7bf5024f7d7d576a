"""Blocks are compared with their checksums before they are read, and no others are."""

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.kernel.postings import CheckedBlocks, PostingList, checksum
from onneshon.index.kernel.terms import Dictionary, TermLists
from tests.index.kernel.plain_lists import PADDING, Plain, bytes_of, u4


class ChangedError(Exception):
    """A block differs from what was written."""


def sums_of(data: np.ndarray, block: int) -> np.ndarray:
    """The checksum of each block."""
    return u4(checksum(data[at : at + block].data) for at in range(0, len(data), block))


@given(st.binary(max_size=70), st.sampled_from([1, 3, 8, 16]), st.data())
def test_a_changed_block_is_noticed_where_it_is_read(data: bytes, block: int, choices: st.DataObject) -> None:
    """A read of the block fails whatever was read before; a check of all blocks always fails."""
    array = np.frombuffer(data, np.uint8).copy()
    blocks = CheckedBlocks(array, sums_of(array, block), block, ChangedError)
    assert blocks.sound is not bool(len(data))
    if not len(data):
        return
    changed = choices.draw(st.integers(0, len(data) - 1))
    array[changed] ^= 255
    for _ in range(5):
        start = choices.draw(st.integers(0, len(data)))
        stop = choices.draw(st.integers(start, len(data) + 9))
        if start < stop and start // block <= changed // block <= (stop - 1) // block:
            with pytest.raises(ChangedError):
                blocks.check(start, stop)
        else:
            blocks.check(start, stop)
        assert not blocks.sound
    with pytest.raises(ChangedError):
        blocks.check_all()
    array[changed] ^= 255
    blocks.check(0, len(data))
    assert blocks.sound


def test_other_sums_are_kept_by_their_makers() -> None:
    """Checksums of an older format are compared by the function that made them."""
    data = np.arange(100, dtype=np.uint8)
    sums = u4(zlib.crc32(data[at : at + 10].data) for at in range(0, 100, 10))
    CheckedBlocks(data, sums, 10, ChangedError, zlib.crc32).check(35, 70)
    with pytest.raises(ChangedError):
        CheckedBlocks(data, sums, 10, ChangedError).check(35, 70)
    with pytest.raises(ValueError, match="a sum for each block"):
        CheckedBlocks(data, sums, 12, ChangedError)


def field_of(plain: Plain, block: int) -> tuple[np.ndarray, TermLists]:
    """The bytes of a field with one term, and its lists."""
    data = np.frombuffer(bytes_of(plain) + PADDING, np.uint8).copy()
    return data, lists_of(data, sums_of(data, block), block, plain)


def lists_of(data: np.ndarray, sums: np.ndarray, block: int, plain: Plain) -> TermLists:
    """The lists in these bytes, none of whose blocks was compared yet."""
    dictionary = Dictionary(
        np.frombuffer(b"a", np.uint8), np.zeros(1, np.uint8), np.ones(1, np.uint8), u4([0])
    )
    blocks = CheckedBlocks(data, sums, block, ChangedError)
    size = 1 + max(plain.entries)
    starts = u4([0, len(data) - len(PADDING)])
    return TermLists(dictionary, starts, data.data, blocks, size, positions=plain.has_positions)


@pytest.mark.parametrize("block", [256, 250], ids=["read piece by piece", "compared whole"])
def test_of_a_list_only_that_is_compared_which_is_read(block: int) -> None:
    """A list whose last positions are damaged still has documents."""
    plain = Plain({3 * doc: (9, [doc, doc + 300]) for doc in range(1_000)})
    data, lists = field_of(plain, block)
    data[-len(PADDING) - 1] ^= 1
    if block == 250:
        with pytest.raises(ChangedError):
            lists.list_of("a")
        return
    found = lists.list_of("a")
    assert found is not None
    assert lists.list_of("b") is None
    assert found.docs().tolist() == sorted(plain.entries)
    assert found.frequencies().tolist() == [2] * 1_000
    with pytest.raises(ChangedError):
        found.positions()
    data[-len(PADDING) - 1] ^= 1
    assert found.positions().tolist() == [position for doc in range(1_000) for position in (doc, doc + 300)]


@pytest.mark.parametrize("documents", [1, 100, 1_000])
def test_every_byte_of_a_list_is_compared(documents: int) -> None:
    """A list with any altered byte is refused."""
    plain = Plain({3 * doc: (9, [doc, doc + 300]) for doc in range(documents)})
    data, _ = field_of(plain, 64)
    sums = sums_of(data, 64)
    size = len(data) - len(PADDING)
    for changed in range(0, size, max(1, size // 300)):
        data[changed] ^= 1
        with pytest.raises(ChangedError):
            read_all(lists_of(data, sums, 64, plain).list_of("a"))
        data[changed] ^= 1
    read_all(lists_of(data, sums, 64, plain).list_of("a"))


def read_all(found: PostingList | None) -> None:
    """Read a whole list."""
    assert found is not None
    found.decode()
    found.frequencies()
    found.positions()


def test_what_is_read_must_be_what_is_checked() -> None:
    """Other bytes of the same length are refused."""
    data, _ = field_of(Plain({0: (9, None)}), 16)
    blocks = CheckedBlocks(data.copy(), sums_of(data, 16), 16, ChangedError)
    none = np.zeros(0, np.uint8)
    dictionary = Dictionary(none, none, none, u4([]))
    with pytest.raises(ValueError, match="must be checked"):
        TermLists(dictionary, u4([0]), data.data, blocks, 1, positions=False)

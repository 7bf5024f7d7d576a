"""Reading of sections: each block is compared with its checksum before it is first used, and only once."""

import io
from unittest.mock import Mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.columnar.section_file import SectionFile, SectionWriter
from onneshon.index.columnar.sections import BLOCK, BlockSums, distinct, ranges_within
from onneshon.index.errors import REPAIR, IndexCorruptError
from onneshon.index.kernel.postings import checksum

NUMBERS = np.arange(100_000, dtype=np.uint32)
"""Twenty-four blocks of numbers and a part of another."""

PER_BLOCK = BLOCK // 4


def packed() -> bytearray:
    """A file of a large section between two small ones."""
    writer = SectionWriter()
    for name, values in (("before", NUMBERS[:3]), ("large", NUMBERS), ("after", NUMBERS[:3])):
        writer.section(name, "<u4").extend(values)
    stream = io.BytesIO()
    writer.write_to(stream, "test.inv")
    return bytearray(stream.getvalue())


def damaged(*places: int) -> SectionFile:
    """The file with these elements of its large section changed."""
    data = packed()
    start = data.index(NUMBERS.tobytes())
    for place in places:
        data[start + 4 * place] ^= 1
    return SectionFile(data, "test.inv")


def test_damage_is_found_where_it_is_read_and_nowhere_else() -> None:
    """Other blocks and sections can be read; the message names the place and the remedy."""
    file = damaged(3 * PER_BLOCK)
    large = file.section("large")
    for start, stop in (
        (0, 3 * PER_BLOCK),
        (4 * PER_BLOCK, len(NUMBERS)),
        (5, 5),
        (len(NUMBERS), len(NUMBERS) + 9),
    ):
        assert np.array_equal(large.part(start, stop), NUMBERS[start:stop])
    assert large.at(3 * PER_BLOCK - 1) == 3 * PER_BLOCK - 1
    assert file.array("after").tolist() == [0, 1, 2]
    for read in (
        large.whole,
        lambda: large.at(4 * PER_BLOCK - 1),
        lambda: large.part(3 * PER_BLOCK - 1, 3 * PER_BLOCK + 1),
        file.verify,
    ):
        with pytest.raises(IndexCorruptError) as error:
            read()
        assert str(error.value) == f"test.inv is damaged in large: {REPAIR}"


@pytest.mark.parametrize(
    ("other", "same"), [("নদীর চর", True), ("নদীর ধার", False), ("নদীর ঘর", False), ("নদী", False)]
)
def test_two_sections_are_the_same_by_what_was_written(other: str, same: bool) -> None:
    """Sections of equal length and checksums are the same, even if one was damaged later."""
    sections = []
    for text in ("নদীর চর", other):
        writer, stream = SectionWriter(), io.BytesIO()
        writer.section("text", "<u1").write(text.encode(), len(text.encode()))
        writer.write_to(stream, "test.doc")
        sections.append(SectionFile(bytearray(stream.getvalue()), "test.doc").section("text"))
    sections[0].unchecked.flags.writeable = True
    sections[0].unchecked[0] ^= 1
    assert sections[0].is_same(sections[1]) == sections[1].is_same(sections[0]) == same


def test_a_block_is_compared_once_and_verifying_reads_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A block that was compared costs nothing afterwards."""
    summing = Mock(wraps=checksum)
    monkeypatch.setattr("onneshon.index.columnar.section_file.SUMMING", {2: (summing, BLOCK)})
    large = damaged().section("large")
    summing.reset_mock()
    counts = []
    for read in (
        lambda: large.at(0),
        lambda: large.part(0, PER_BLOCK + 1),
        large.whole,
        large.whole,
        large.verify,
    ):
        read()
        counts.append(summing.call_count)
    assert counts == [1, 2, 25, 25, 50]


def test_sums_take_four_bytes_a_block_and_are_compared_themselves() -> None:
    """A damaged checksum would blame a sound block, so opening refuses it; its section is not listed."""
    data = packed()
    assert len(data) - 4 * len(NUMBERS) < 25 * 4 + 400
    assert SectionFile(data, "test.inv").names == ["before", "large", "after"]
    data[-8] ^= 1
    with pytest.raises(IndexCorruptError, match="damaged in sums"):
        SectionFile(data, "test.inv")


@given(pieces=st.lists(st.integers(0, 3 * BLOCK), max_size=6))
def test_sums_do_not_depend_on_how_a_section_was_written(pieces: list[int]) -> None:
    """In one piece or in many, equal blocks have equal checksums."""
    data = np.random.default_rng(1).bytes(sum(pieces))
    sums, place = BlockSums(), 0
    for size in pieces:
        sums.add(memoryview(data)[place : place + size])
        place += size
    assert sums.blocks == [checksum(data[begin : begin + BLOCK]) for begin in range(0, len(data), BLOCK)]


@pytest.mark.parametrize(
    ("counts", "most", "ranges"),
    [
        ([], 9, []),
        ([4, 4, 4, 4], 8, [(0, 2), (2, 4)]),
        ([4, 4, 4, 4], 7, [(0, 1), (1, 2), (2, 3), (3, 4)]),
        ([9, 1, 1, 9], 2, [(0, 1), (1, 3), (3, 4)]),
        ([1, 1, 6, 1, 1, 1], 8, [(0, 3), (3, 6)]),
        ([2, 2, 2], 99, [(0, 3)]),
    ],
    ids=["none", "as many as fit", "one each", "too much by itself", "from where it stopped", "all"],
)
def test_pieces_are_taken_together_that_have_so_much_and_no_more(
    counts: list[int], most: int, ranges: list[tuple[int, int]]
) -> None:
    """Each piece once and in order, like terms by their tokens; a piece over the limit is alone."""
    assert [*ranges_within(np.array(counts, np.uint32), most)] == ranges


@given(st.lists(st.integers(-9, 9)), st.sampled_from(["<i4", "<i8"]))
def test_distinct_numbers_are_those_of_a_set(numbers: list[int], kind: str) -> None:
    """They ascend, and keep their type."""
    found = distinct(np.array(numbers, kind))
    assert found.tolist() == sorted({*numbers})
    assert found.dtype == kind

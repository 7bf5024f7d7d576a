"""Posting lists: what was encoded is read back, and damage is detected."""

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.kernel import DamageError
from onneshon.index.kernel.encoding import encode
from onneshon.index.kernel.postings import PostingList, Postings
from tests.index.kernel.plain_lists import (
    PADDING,
    Plain,
    bytes_of,
    encoded,
    kernel_list,
    kernel_lists,
    postings,
    u4,
)

DOCUMENTS = 3_000


@st.composite
def several(draw: st.DrawFn) -> list[Plain]:
    """Several lists of one field."""
    positions = draw(st.booleans())
    return draw(st.lists(postings(DOCUMENTS, positions=positions), min_size=1, max_size=4))


@given(several())
def test_encoder_writes_the_format_to_the_letter(lists: list[Plain]) -> None:
    """The bytes are those of a second writer of the format in plain Python."""
    data, _ = encoded(lists)
    assert data == b"".join(map(bytes_of, lists))


@given(several(), st.integers(0, 5_000))
def test_what_was_encoded_is_read_again(lists: list[Plain], base: int) -> None:
    """Documents, impacts, frequencies and positions of each of several lists."""
    data, positions = encoded(lists)
    for number, plain in enumerate(lists):
        found = PostingList(
            data + PADDING, positions[number], positions[number + 1], DOCUMENTS,
            positions=plain.has_positions, base=base,
        )  # fmt: skip
        assert found.df == len(plain.entries)
        assert found.most == max(plain.impacts)
        assert found.docs().tolist() == [doc + base for doc in plain.docs]
        assert found.impacts().tolist() == plain.impacts
        assert [part.tolist() for part in found.decode()] == [found.docs().tolist(), plain.impacts]
        if plain.has_positions:
            assert found.frequencies().tolist() == [len(part) for part in plain.positions]
            assert found.positions().tolist() == [position for part in plain.positions for position in part]


@given(postings(DOCUMENTS, positions=True), st.lists(st.integers(1, DOCUMENTS - 1), max_size=4))
def test_segments_make_one_list(plain: Plain, cuts: list[int]) -> None:
    """Documents have the same numbers wherever a collection is cut into segments."""
    found = kernel_lists(plain, [0, *sorted(set(cuts)), DOCUMENTS])
    assert found.df == len(plain.entries)
    assert found.most == max(plain.impacts)
    assert found.docs().tolist() == plain.docs
    assert found.impacts().tolist() == plain.impacts
    assert found.positions().tolist() == [position for part in plain.positions for position in part]


def test_extremes_are_kept() -> None:
    """The greatest document, impact and position."""
    highest = 2**32 - 2
    plain = Plain({0: (1, [0]), highest: (255, [0, 2**32 - 1])})
    found = kernel_list(plain, 2**32 - 1)
    assert found.docs().tolist() == [0, highest]
    assert found.positions().tolist() == [0, 0, 2**32 - 1]


def test_no_lists_make_an_empty_one() -> None:
    """A term in no segment has an empty list."""
    empty = Postings([])
    assert (empty.df, empty.most, empty.docs().tolist(), empty.positions().tolist()) == (0, 0, [], [])


def test_segments_that_share_documents_are_refused() -> None:
    """Documents must ascend from segment to segment."""
    part = kernel_list(Plain({3: (1, None)}), 10)
    with pytest.raises(ValueError):
        Postings([part, part])


@pytest.mark.parametrize(
    ("counts", "docs", "impacts", "frequencies", "positions"),
    [
        ([2], [5, 5], [1, 1], None, None),
        ([2], [6, 5], [1, 1], None, None),
        ([1], [5, 6], [1, 1], None, None),
        ([0], [], [], None, None),
        ([2], [5, 6], [1], None, None),
        ([1], [2**32 - 1], [1], None, None),
        ([1], [5], [1], [0], []),
        ([1], [5], [1], [2], [3]),
        ([1], [5], [1], [2], [3, 1]),
        ([1], [5], [1], [1], None),
    ],
    ids=[
        "a document twice", "descending", "too few counted", "a term of nothing", "an impact missing",
        "a document beyond all numbers", "a posting without positions", "a position missing",
        "positions that descend", "frequencies without positions",
    ],
)  # fmt: skip
def test_postings_that_do_not_fit_are_refused(
    counts: list[int],
    docs: list[int],
    impacts: list[int],
    frequencies: list[int] | None,
    positions: list[int] | None,
) -> None:
    """The encoder refuses what could not be read back."""
    with pytest.raises(ValueError):
        encode(
            u4(counts), u4(docs), np.array(impacts, np.uint8),
            None if frequencies is None else u4(frequencies),
            None if positions is None else u4(positions),
        )  # fmt: skip


def read_all(data: bytes, start: int, end: int, documents: int, *, positions: bool) -> None:
    """Read a list in every way, and check that its documents are in the segment."""
    postings = PostingList(data, start, end, documents, positions=positions)
    docs = postings.docs()
    assert postings.df == len(docs) <= documents
    assert not len(docs) or int(docs.max()) < documents
    postings.impacts()
    postings.frequencies()
    postings.positions()


@given(postings(DOCUMENTS, positions=True, most=300), st.data())
def test_damage_gives_an_error_or_wrong_numbers_and_no_crash(plain: Plain, data: st.DataObject) -> None:
    """Any bytes may change, those of the header above all."""
    whole = bytearray(bytes_of(plain))
    for _ in range(data.draw(st.integers(1, 3))):
        whole[data.draw(st.integers(0, min(len(whole) - 1, 60)))] = data.draw(st.integers(0, 255))
    end = data.draw(st.sampled_from([len(whole), data.draw(st.integers(0, len(whole)))]))
    with suppress(DamageError):
        read_all(bytes(whole) + PADDING, 0, end, DOCUMENTS, positions=True)


@pytest.mark.parametrize(("start", "end"), [(0, 4), (3, 2), (0, 1 << 40), (5, 5)])
def test_bytes_outside_of_the_section_are_not_read(start: int, end: int) -> None:
    """A list that its own end cuts off is refused too."""
    data = bytes_of(Plain({7: (9, None)}))
    assert len(data) == 3
    with pytest.raises(DamageError):
        PostingList(data + PADDING, start, end, 10, positions=False)


def test_documents_beyond_the_segment_are_damage() -> None:
    """Every document read must be in the segment."""
    data = bytes_of(Plain({7: (9, None), 12: (9, None)})) + PADDING
    with pytest.raises(DamageError):
        PostingList(data, 0, len(data) - 16, 12, positions=False).docs()

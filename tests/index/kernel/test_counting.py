"""The number of lists that contain each document, and the counts of codes."""

from collections import Counter
from typing import Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.kernel import DamageError
from onneshon.index.kernel.counting import among, bits, codes, distinct, documents, union
from onneshon.index.kernel.terms import TermRange
from tests.index.kernel.plain_lists import PADDING, Plain, encoded, kernel_list, kernel_lists, postings, u4
from tests.index.kernel.plain_matching import bitmap

sizes = st.sampled_from([1, 7, 8, 63, 64, 65, 128, 3000])


@st.composite
def lists_of_one_size(draw: st.DrawFn) -> tuple[int, list[Plain]]:
    """Several lists over one collection."""
    size = draw(sizes)
    return size, draw(st.lists(postings(size, positions=draw(st.booleans())), max_size=6))


@given(lists_of_one_size(), st.booleans(), st.integers(0, 9))
def test_lists_that_hold_a_document_are_counted(
    sized: tuple[int, list[Plain]], masked: bool, seed: int
) -> None:
    """Each list counts once; with a mask only the documents in it are counted."""
    size, plains = sized
    kept = set(np.flatnonzero(np.random.default_rng(seed).random(size) < 0.5).tolist())
    lists = [kernel_lists(plain, [0, size // 2, size]) for plain in plains]
    docs, counts = distinct(lists, size, bitmap(kept, size) if masked else None)
    expected = Counter(doc for plain in plains for doc in plain.entries if not masked or doc in kept)
    assert list(zip(docs.tolist(), counts.tolist(), strict=True)) == sorted(expected.items())
    assert (docs.dtype.name, counts.dtype.name) == ("uint32", "uint16")
    if not masked:
        assert union(lists, size).tolist() == bitmap(set(expected), size).tolist()
        docs = u4(range(0, size, 3))
        by_document = [expected[doc] for doc in docs.tolist()]
        assert among([lists, [], lists], docs, size).tolist() == [by_document, [0] * len(docs), by_document]
        few = docs[:1]  # in a list with more blocks each document is looked up
        assert among([lists], few, size).tolist() == [by_document[:1]]


@given(lists_of_one_size())
def test_a_range_of_terms_counts_as_its_lists(sized: tuple[int, list[Plain]]) -> None:
    """No object is needed for each of thousands of terms."""
    size, plains = sized
    data, starts = encoded(plains)
    terms = TermRange(
        data + PADDING, u4(starts), size, positions=bool(plains) and plains[0].has_positions, base=5
    )
    assert len(terms) == len(plains)
    assert len(terms) == len(plains)
    lists = [kernel_list(plain, size, 5) for plain in plains]
    docs, counts = distinct([terms], size + 5)
    assert [docs.tolist(), counts.tolist()] == [part.tolist() for part in distinct(lists, size + 5)]
    assert union([terms], size + 5).tolist() == union(lists, size + 5).tolist()
    docs = u4(range(size + 5))
    assert among([[terms]], docs, size + 5).tolist() == among([lists], docs, size + 5).tolist()


@pytest.mark.parametrize("starts", [[0, 4], [3, 2], [], [0, 2**32 - 1]])
def test_terms_outside_of_their_section_are_damage(starts: list[int]) -> None:
    """A term that begins after its end is refused too."""
    data, _ = encoded([Plain({7: (9, None)})])
    assert len(data) == 3
    with pytest.raises(DamageError):
        distinct([TermRange(data + PADDING, u4(starts), 10, positions=False)], 10)


KINDS: Final = ("u1", "u2", "u4")


@given(sizes, st.integers(0, 1000), st.sampled_from([0.0, 0.03, 0.5, 1.0]), st.integers(0, 5))
def test_documents_of_a_bitmap(size: int, seed: int, share: float, values: int) -> None:
    """The number of documents, their numbers, and how many have each code."""
    random = np.random.default_rng(seed)
    docs = np.flatnonzero(random.random(size) < share).tolist()
    of_documents = random.integers(0, values + 2, size).astype(KINDS[seed % 3])
    entries = bitmap(set(docs), size)
    assert bits(entries) == len(docs)
    assert documents(entries).tolist() == docs
    counted = Counter(of_documents[docs].tolist())
    assert codes(entries, of_documents, values).tolist() == [counted[value] for value in range(values)]


@given(sizes, st.integers(0, 1000), st.integers(0, 5))
def test_codes_of_documents_that_have_several(size: int, seed: int, values: int) -> None:
    """Each code counts for its document; a code of an unknown document does not count."""
    random = np.random.default_rng(seed)
    matched = set(np.flatnonzero(random.random(size) < 0.5).tolist())
    docs = np.sort(random.integers(0, size + 9, 2 * size)).astype(np.uint32)
    each = random.integers(0, values + 2, 2 * size).astype(KINDS[seed % 3])
    counted = Counter(code for doc, code in zip(docs.tolist(), each.tolist(), strict=True) if doc in matched)
    found = codes(bitmap(matched, size), each, values, docs)
    assert found.tolist() == [counted[value] for value in range(values)]


def test_bits_beyond_the_documents_count_for_nothing() -> None:
    """A bitmap may have more bits than there are codes."""
    assert codes(np.full(9, 255, np.uint8), u4([1, 1, 2]), 3).tolist() == [0, 2, 1]


def test_a_list_of_more_documents_is_refused() -> None:
    """Counts have room for documents of the collection only."""
    plain = kernel_list(Plain({3: (1, None)}), 10)
    for ask in (distinct, union):
        with pytest.raises(ValueError):
            ask([plain], 9)
    with pytest.raises(ValueError):
        distinct([plain], 10, np.zeros(1, np.uint8))

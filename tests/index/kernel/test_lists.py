"""Lists by their terms: what is found of them, and what is compared with a sum before it is read."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.kernel.checksum import checksum
from index.kernel.dictionary import Dictionary
from index.kernel.errors import DamageError
from index.kernel.lists import Lists
from tests.index.kernel.plain_lists import PADDING, Plain, encoded, u4
from tests.index.kernel.test_dictionary import parts_of

DOCUMENTS = 300
BLOCK = 64

words = st.text(st.sampled_from("কখগািু্aé"), max_size=4)
plain_lists = st.sets(st.integers(0, DOCUMENTS - 1), min_size=1, max_size=200).map(
    lambda docs: Plain({doc: (1 + doc % 255, [doc, 2 * doc + 1]) for doc in docs})
)


class CheckedError(Exception):
    """What is raised where a block is not as it was written."""


def checked(start: int, stop: int) -> None:
    """Blocks that the kernel does not know to be sound are somebody else's to judge."""
    raise CheckedError(start, stop)


def lists_of(held: dict[str, Plain], **changed: Any) -> Lists:
    """The lists of some terms."""
    terms = sorted(held)
    data, starts = encoded([held[term] for term in terms])
    array = np.frombuffer(data + PADDING, np.uint8)
    blocks = [checksum(array[at : at + BLOCK].data) for at in range(0, len(array), BLOCK)]
    given_: dict[str, Any] = {
        "dictionary": Dictionary(*parts_of([term.encode() for term in terms])),
        "starts": u4(starts),
        "data": array,
        "documents": DOCUMENTS,
        "positions": True,
        "unread": bytearray(b"\1" * len(blocks)),
        "sums": u4(blocks),
        "block": BLOCK,
        "check": checked,
    }
    return Lists(**(given_ | changed))


@given(st.dictionaries(words, plain_lists, max_size=90), st.lists(words, max_size=9), st.integers(0, 2**20))
def test_terms_lead_to_their_lists(held: dict[str, Plain], asked: list[str], base: int) -> None:
    """How many documents a term has, and which; nothing of what is no term."""
    lists = lists_of(held)
    for ordinal, term in enumerate(sorted(held)):
        docs = held[term].docs
        assert (lists.frequency(term), lists.df(ordinal)) == (len(docs), len(docs))
        assert lists.postings(ordinal).docs().tolist() == docs
        found = lists.list_of(term, base)
        assert found is not None
        assert found.docs().tolist() == [base + doc for doc in docs]
    for term in set(asked) - held.keys():
        assert (lists.frequency(term), lists.list_of(term)) == (0, None)
    for ordinal in (-1, len(held)):
        for read in (lists.df, lists.postings):
            with pytest.raises(IndexError):
                read(ordinal)


HELD = {term: Plain({doc: (9, [doc]) for doc in range(at, 300, 1 + at)}) for at, term in enumerate("কখগ")}


def test_a_block_is_compared_once() -> None:
    """Only those that are read; what was changed later is not looked at again."""
    sums = [checksum(block) for block in blocks_of(HELD)]
    unread = bytearray(b"\1" * len(sums))
    lists = lists_of(HELD, unread=unread)
    assert lists.frequency("ক") == 300
    assert unread.count(1) == len(sums) - 1
    lists.postings(2)
    assert 0 < unread.count(1) < len(sums) - 1


def blocks_of(held: dict[str, Plain]) -> list[bytes]:
    """The blocks of the data of some lists."""
    data = encoded([held[term] for term in sorted(held)])[0] + PADDING
    return [data[at : at + BLOCK] for at in range(0, len(data), BLOCK)]


@pytest.mark.parametrize("sums", [None, u4([7] * len(blocks_of(HELD)))])
def test_a_block_that_the_kernel_does_not_know_to_be_sound_is_judged_by_others(sums: Any) -> None:
    """Its sum is another one, or of another kind; where it is read for certain, it is not asked again."""
    lists = lists_of(HELD, sums=sums)
    for read in (lambda: lists.frequency("খ"), lambda: lists.postings(1), lambda: lists.list_of("খ")):
        with pytest.raises(CheckedError):
            read()
    asked: list[tuple[int, int]] = []
    lists = lists_of(HELD, sums=sums, check=lambda *range_: asked.append(range_))
    assert lists.frequency("খ") == 150
    assert len(asked) == 1


def test_nothing_to_compare_is_compared_with_nothing() -> None:
    """As of lists that were made in memory."""
    assert lists_of(HELD, unread=bytearray(), sums=None).frequency("গ") == 100


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"starts": u4([0, 5])}, DamageError),
        ({"block": 0}, ValueError),
        ({"sums": u4([1])}, ValueError),
        ({"starts": u4([0, 2**31, 5, 2**32 - 1])}, DamageError),
        ({"starts": u4([2**32 - 1, 2**32 - 1, 2**32 - 1, 0])}, DamageError),
    ],
)
def test_parts_that_do_not_fit_are_refused(changed: dict[str, Any], error: type[Exception]) -> None:
    """At once, or when a list is looked for where none can be."""
    changed.setdefault("check", lambda *_: None)
    with pytest.raises(error):
        read_all(lists_of(HELD, **changed))


def read_all(lists: Lists) -> None:
    """Every way to read."""
    for ordinal in range(3):
        lists.df(ordinal)
        lists.postings(ordinal)


def test_a_field_that_is_not_there_has_no_lists() -> None:
    """Its sections are empty."""
    nothing = u4([])
    lists = lists_of({}, starts=nothing, data=np.empty(0, np.uint8), unread=bytearray(), sums=nothing)
    assert (lists.frequency("ক"), lists.list_of("ক")) == (0, None)

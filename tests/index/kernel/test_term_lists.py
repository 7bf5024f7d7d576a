"""Posting lists by term: look-up, and comparison with checksums before reading."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.kernel import DamageError
from onneshon.index.kernel.postings import CheckedBlocks, checksum
from onneshon.index.kernel.terms import Dictionary, TermLists
from tests.index.kernel.plain_lists import PADDING, Plain, encoded, u4
from tests.index.kernel.test_dictionary import parts_of

DOCUMENTS = 300
BLOCK = 64

words = st.text(st.sampled_from("কখগািু্aé"), max_size=4)
plain_lists = st.sets(st.integers(0, DOCUMENTS - 1), min_size=1, max_size=200).map(
    lambda docs: Plain({doc: (1 + doc % 255, [doc, 2 * doc + 1]) for doc in docs})
)


def blocks_of(data: np.ndarray[Any, Any], sums: Any = None, summing: Any = None) -> CheckedBlocks:
    """Data in blocks, with the checksum of each."""
    made = [checksum(data[at : at + BLOCK].data) for at in range(0, len(data), BLOCK)]
    return CheckedBlocks(data, u4(made) if sums is None else sums, BLOCK, DamageError, summing)


def lists_of(held: dict[str, Plain], **changed: Any) -> TermLists:
    """The lists of some terms."""
    terms = sorted(held)
    data, starts = encoded([held[term] for term in terms])
    array = np.frombuffer(data + PADDING, np.uint8)
    given_: dict[str, Any] = {
        "dictionary": Dictionary(*parts_of([term.encode() for term in terms])),
        "starts": u4(starts),
        "data": array,
        "documents": DOCUMENTS,
        "positions": True,
    }
    given_ |= changed
    given_.setdefault("checked", blocks_of(given_["data"]))
    return TermLists(**given_)


@given(st.dictionaries(words, plain_lists, max_size=90), st.lists(words, max_size=9), st.integers(0, 2**20))
def test_terms_lead_to_their_lists(held: dict[str, Plain], asked: list[str], base: int) -> None:
    """Each term has its document frequency and documents; other words have none."""
    lists = lists_of(held)
    for ordinal, term in enumerate(sorted(held)):
        docs = held[term].docs
        assert (lists.frequency(term), lists.df(ordinal)) == (len(docs), len(docs))
        assert lists.list_at(ordinal).docs().tolist() == docs
        found = lists.list_of(term, base)
        assert found is not None
        assert found.docs().tolist() == [base + doc for doc in docs]
    for term in set(asked) - held.keys():
        assert (lists.frequency(term), lists.list_of(term)) == (0, None)
    for ordinal in (-1, len(held)):
        for read in (lists.df, lists.list_at):
            with pytest.raises(IndexError):
                read(ordinal)


HELD = {term: Plain({doc: (9, [doc]) for doc in range(at, 300, 1 + at)}) for at, term in enumerate("কখগ")}
DATA = np.frombuffer(encoded([HELD[term] for term in sorted(HELD)])[0] + PADDING, np.uint8)


def test_a_block_is_compared_once() -> None:
    """Only blocks that are read are compared, unless all are asked for."""
    compared: list[bytes] = []

    def sum_of(block: memoryview) -> int:
        compared.append(bytes(block))
        return checksum(block)

    checked = blocks_of(DATA, summing=sum_of)
    lists = lists_of(HELD, checked=checked, data=DATA)
    for _ in range(2):
        assert lists.frequency("ক") == 300
        assert compared == [bytes(DATA[:BLOCK])]
    assert not checked.sound
    checked.check_all()
    assert checked.sound
    lists.list_at(2)
    assert compared[1:] == [bytes(DATA[at : at + BLOCK]) for at in range(0, len(DATA), BLOCK)]


@pytest.mark.parametrize(
    "read", [lambda lists: lists.frequency("খ"), lambda lists: lists.list_of("খ").docs()], ids=["df", "docs"]
)
def test_what_is_not_as_it_was_written_is_not_read(read: Callable[[TermLists], Any]) -> None:
    """A wrong checksum is an error, and so is one by another function."""
    for checked in (
        blocks_of(DATA, u4([7] * (-(-len(DATA) // BLOCK)))),
        blocks_of(DATA, summing=lambda _: 7),
    ):
        with pytest.raises(DamageError):
            read(lists_of(HELD, checked=checked, data=DATA))
        with pytest.raises(DamageError):
            checked.check_all()


def test_sums_of_another_kind_are_compared() -> None:
    """Files written by an earlier version, for instance, have such checksums."""
    sums = u4([sum(DATA[at : at + BLOCK].tolist()) for at in range(0, len(DATA), BLOCK)])
    checked = blocks_of(DATA, sums, lambda block: sum(bytes(block)))
    assert lists_of(HELD, checked=checked, data=DATA).frequency("খ") == 150


MANY = 150


@given(st.integers(0, MANY * BLOCK - 1), st.integers(0, MANY * BLOCK), st.integers(0, MANY * BLOCK))
def test_damage_is_found_where_it_is_read(place: int, start: int, stop: int) -> None:
    """In one of many blocks, of which the others count as compared."""
    data = np.arange(MANY * BLOCK, dtype=np.uint32).astype(np.uint8)
    checked = blocks_of(data)
    data[place] ^= 1
    read = start < stop and start // BLOCK <= place // BLOCK <= (stop - 1) // BLOCK
    for _ in range(2):
        with pytest.raises(DamageError) if read else nullcontext():
            checked.check(start, stop)
    with pytest.raises(DamageError):
        checked.check_all()
    data[place] ^= 1
    checked.check_all()
    assert checked.sound


@pytest.mark.parametrize(("sums", "block"), [(u4([1]), BLOCK), (u4([]), 0)])
def test_a_sum_for_each_block_is_wanted(sums: Any, block: int) -> None:
    """Else a missing checksum would be looked up."""
    with pytest.raises(ValueError, match="sum for each block"):
        CheckedBlocks(DATA, sums, block, DamageError)


@pytest.mark.parametrize(
    "changed",
    [
        {"starts": u4([0, 5])},
        {"starts": u4([0, 2**31, 5, 2**32 - 1])},
        {"starts": u4([2**32 - 1, 2**32 - 1, 2**32 - 1, 0])},
    ],
)
def test_parts_that_do_not_fit_are_refused(changed: dict[str, Any]) -> None:
    """The error is raised at once, or when a list is looked up."""
    with pytest.raises(DamageError):
        read_all(lists_of(HELD, **changed))


def test_what_is_read_must_be_what_is_compared() -> None:
    """Else damage would be read unnoticed."""
    with pytest.raises(ValueError, match="must be checked"):
        lists_of(HELD, checked=blocks_of(DATA[1:]))


def read_all(lists: TermLists) -> None:
    """Read the lists in every way."""
    for ordinal in range(3):
        lists.df(ordinal)
        lists.list_at(ordinal)


def test_a_field_that_is_not_there_has_no_lists() -> None:
    """Its sections are empty."""
    lists = lists_of({}, starts=u4([0]), data=np.empty(0, np.uint8))
    assert (lists.frequency("ক"), lists.list_of("ক"), lists.beginning("", 9)) == (0, None, None)

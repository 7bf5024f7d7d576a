"""Disjunctions and conjunctions: the kernel finds what their definitions say."""

import numpy as np
import pytest
from hypothesis import given

from onneshon.index.kernel import DamageError
from onneshon.index.kernel.clauses import Clause, Impacts, Scored
from onneshon.index.kernel.matching import conjunction, disjunction
from onneshon.index.kernel.postings import PostingList
from tests.index.kernel.plain_lists import PADDING, Plain, bytes_of, kernel_list, u4
from tests.index.kernel.plain_matching import (
    Search,
    all_of,
    any_of,
    bitmap,
    documents_of,
    scores_of,
    searches,
)

pytestmark = pytest.mark.no_cover  # many tries of lines that other tests cover


def check_any(search: Search) -> None:
    """Check that the kernel's disjunction equals that of the plain reference."""
    best, docs, every = any_of(search)
    found = disjunction(
        [clause.for_kernel(search.cuts) for clause in search.finding],
        [clause.for_kernel(search.cuts) for clause in search.adding],
        search.k, search.size, kept=search.bits, concepts=search.concepts, share=search.share,
        fewest=search.fewest, matched=True,
    )  # fmt: skip
    assert scores_of(found) == best
    assert (found.total, found.total_all, found.complete) == (len(docs), every, True)
    assert documents_of(found.matched) == docs


@given(searches())
def test_any_of_some_lists(search: Search) -> None:
    """Sums, totals, ties, masks and segments agree."""
    check_any(search)


@given(searches(concepts=True))
def test_enough_of_the_things_that_are_asked_for(search: Search) -> None:
    """Found documents have a share of the best one's concept weight, or make up the fewest wanted."""
    check_any(search)
    best, docs, _ = any_of(search)
    found = disjunction(
        [clause.for_kernel(search.cuts) for clause in search.finding],
        [clause.for_kernel(search.cuts) for clause in search.adding],
        search.k, search.size, kept=search.bits, concepts=search.concepts, share=search.share,
        fewest=search.fewest, matched=True, count=False,
    )  # fmt: skip
    assert scores_of(found) == best
    assert (found.total, documents_of(found.matched)) == (len(docs), docs)


@given(searches())
def test_the_best_are_the_same_whatever_is_counted(search: Search) -> None:
    """Without bitmap, mask or totals the kernel takes other paths to the same documents."""
    finding = [clause.for_kernel(search.cuts) for clause in search.finding]
    adding = [clause.for_kernel(search.cuts) for clause in search.adding]
    search = Search(search.size, search.cuts, search.finding, search.adding, [], search.k, None)
    best, docs, _ = any_of(search)
    for count in (True, False):
        found = disjunction(finding, adding, search.k, search.size, count=count)
        assert scores_of(found) == best
        assert found.total == len(docs) or not count


@given(searches())
def test_all_of_some_lists(search: Search) -> None:
    """Documents of every list, without those of excluded lists."""
    best, docs = all_of(search)
    found = conjunction(
        [clause.for_kernel(search.cuts) for clause in search.finding],
        [clause.for_kernel(search.cuts) for clause in search.adding],
        search.k, search.size, kept=search.bits, matched=True,
        excluded=[clause.for_kernel(search.cuts) for clause in search.excluded],
    )  # fmt: skip
    assert scores_of(found) == best
    assert (found.total, found.total_all, found.complete) == (len(docs), len(docs), True)
    assert documents_of(found.matched) == docs


def common(documents: int) -> Clause:
    """A list of all documents, whose impacts rise with the document."""
    return Clause(
        kernel_list(Plain({doc: (1 + doc % 255, None) for doc in range(documents)}), documents), 10, 1
    )


def test_nothing_is_found_where_there_is_no_time() -> None:
    """The result is what was found in time, and is marked as incomplete."""
    part = common(20_000)
    for found in (
        disjunction([part], [], 10, 20_000, seconds=0),
        disjunction([part, part], [], 10, 20_000, seconds=0),
        conjunction([part, part], [], 10, 20_000, seconds=0),
    ):
        assert (len(found.docs), found.complete) == (0, False)


def test_the_fewest_are_chosen_by_score_and_then_by_document() -> None:
    """Of equal scores the first documents are taken, and no more than are wanted."""
    rare = Clause(kernel_list(Plain({90: (1, None)}), 100), 1, 1)
    found = disjunction(
        [rare, Scored(u4(range(50)), u4([7] * 50))], [], 0, 100,
        concepts=[([0], 100), ([1], 10)], share=0.5, fewest=4,
    )  # fmt: skip
    assert found.docs.tolist() == [0, 1, 2, 3, 90]


@pytest.mark.parametrize("k", [1, 5, 40, 0])
def test_what_only_adds_may_bring_the_last_to_the_top(k: int) -> None:
    """Early bounds exclude no document that may still be among the best."""
    docs = range(0, 40_000, 100)
    rising = Scored(u4(docs), u4(range(1, 401)))
    twenty = Scored(u4(docs[:200:10]), u4([400] * 20))
    few = Scored(u4(docs[5:50:5]), u4([200] * 9))
    sums = {doc: 2 * row + 2 for row, doc in enumerate(docs)}
    for worth, doc in [(400, doc) for doc in docs[:200:10]] + [(200, doc) for doc in docs[5:50:5]]:
        sums[doc] += worth
    found = disjunction([rising, rising], [few, twenty], k, 40_000)
    least = sorted(sums.values())[-k]
    assert scores_of(found) == {doc: worth for doc, worth in sums.items() if worth >= least}
    assert found.total == len(docs)


@pytest.mark.parametrize("size", [99, 0], ids=["one too few", "none"])
def test_documents_beyond_the_collection_are_refused(size: int) -> None:
    """Sums have room for documents of the collection only."""
    for docs_list in (common(100), Scored(u4([99]), u4([1]))):
        for ask in (disjunction, conjunction):
            with pytest.raises(ValueError):
                ask([docs_list], [], 10, size)


def test_scores_that_do_not_fit_are_refused() -> None:
    """Sums have 32 bits."""
    plain = kernel_list(Plain({1: (255, None)}), 100)
    with pytest.raises(ValueError):
        Clause(plain, 2**32 // 255, 300)
    half = Clause(plain, 2**31 // 255, 300)
    with pytest.raises(ValueError):
        disjunction([half, half], [], 10, 100)


def test_a_mask_that_is_too_short_is_refused() -> None:
    """The mask needs a bit for each document."""
    with pytest.raises(ValueError):
        disjunction([common(100)], [], 10, 100, kept=np.zeros(12, np.uint8))


@pytest.mark.parametrize(
    "concepts", [[([0], 1), ([0], 1)], [([2], 1)], [([-1], 1)], [([0], 0)], [([0], 65537)]],
    ids=["twice", "beyond", "before", "weightless", "too heavy"],
)  # fmt: skip
def test_concepts_that_do_not_fit_are_refused(concepts: list[tuple[list[int], int]]) -> None:
    """A list belongs to one concept, whose weight is in bounds."""
    with pytest.raises(ValueError):
        disjunction([common(10), common(10)], [], 10, 10, concepts=concepts)


def test_scored_documents_must_ascend() -> None:
    """Loops rely on the order."""
    for docs, scores in (([2, 1], [1, 1]), ([1, 1], [1, 1]), ([1], [1, 1]), ([2**32 - 1], [1])):
        with pytest.raises(ValueError):
            Scored(u4(docs), u4(scores))
        with pytest.raises(ValueError):
            Impacts(u4(docs), np.array(scores, np.uint8), 1, 1)


def test_impacts_whose_scores_would_be_too_great_are_refused() -> None:
    """Scores are added in 32 bits."""
    docs, impacts = u4([3, 7]), np.array([200, 100], np.uint8)
    assert Impacts(docs, impacts, 20_000_000, 5).most == 4_000_000_005
    with pytest.raises(ValueError, match="too great"):
        Impacts(docs, impacts, 22_000_000, 5)
    same = Impacts(docs, impacts, 0, 1)
    assert (same.worth(20_000_000, 5).most, same.most, same.df) == (4_000_000_005, 1, len(docs))
    assert scores_of(disjunction([same.worth(3, 2)], [], 0, 9)) == scores_of(
        disjunction([Impacts(docs, impacts, 3, 2)], [], 0, 9)
    )
    with pytest.raises(ValueError, match="great"):
        same.worth(22_000_000, 5)


def test_damage_in_a_list_is_reported() -> None:
    """A skip table that does not fit its blocks is noticed however the list is read."""
    data = bytearray(bytes_of(Plain({3 * doc: (9, None) for doc in range(1000)})) + PADDING)
    data[3 + 10 * 4] ^= 1  # the last document of the fifth block
    damaged = Clause(PostingList(bytes(data), 0, len(data) - 16, 3000, positions=False), 1, 1)
    other = Scored(u4([2990]), u4([1]))
    with pytest.raises(DamageError):
        disjunction([damaged, other], [], 10, 3000)
    with pytest.raises(DamageError):
        disjunction([damaged], [], 0, 3000)


def list_of(impacts: dict[int, int], documents: int, slope: int = 10) -> Clause:
    """A list of the given documents with their impacts."""
    return Clause(
        kernel_list(Plain({doc: (impact, None) for doc, impact in impacts.items()}), documents), slope, 1
    )


@pytest.mark.parametrize("share", [0.4, 0.6])
def test_a_thing_is_held_once_whichever_of_its_lists_hold_it(share: float) -> None:
    """With few documents and with many, two variants of one concept have the weight of one."""
    for size, more in ((100_000, 0), (2_000, 1_000)):
        others = dict.fromkeys(range(500, 500 + more), 1)
        first, other = list_of({1: 9, 2: 9} | others, size), list_of({1: 9, 3: 9} | others, size)
        further = list_of({2: 1, 4: 1}, size)
        concepts = [([0, 1], 50), ([2], 50)]
        found = disjunction([first, other, further], [], 0, size, concepts=concepts, share=share)
        assert found.total_all == 1
        assert found.total == (1 if share > 0.5 else 4 + more)
        assert (1 in found.docs.tolist()) is (share <= 0.5)


@pytest.mark.parametrize("count", [True, False])
@pytest.mark.parametrize("together", [True, False])
def test_a_thing_that_does_not_suffice_only_adds(*, together: bool, count: bool) -> None:
    """This holds where a document contains all concepts; where none does, less weight is enough."""
    size = 3_000
    rare = dict.fromkeys(range(0, size, 60), 9)
    frequent = {doc: 1 + doc % 9 for doc in range(1, size, 3)} | (rare if together else {})
    found = disjunction(
        [list_of(frequent, size), list_of(rare, size)], [], 0, size,
        concepts=[([0], 30), ([1], 70)], share=0.4, fewest=20, count=count,
    )  # fmt: skip
    assert set(found.docs.tolist()) == (set(rare) if together else set(rare) | set(frequent))
    if count:
        assert (found.total, found.total_all) == (len(found.docs), len(rare) if together else 0)


def test_what_does_not_suffice_is_counted_where_it_may_be_found() -> None:
    """The number with every concept is that of documents that the filter keeps."""
    size = 3_000
    rare = range(20, size, 40)
    frequent = [*range(1, size // 2, 4), *range(size // 2, size)]
    kept = {*range(0, size, 3)}
    lists = [list_of(dict.fromkeys(frequent, 5), size), list_of(dict.fromkeys(rare, 9), size)]
    found = disjunction(
        lists, [], 5, size, kept=bitmap(kept, size), concepts=[([0], 30), ([1], 70)], share=0.4,
        fewest=20, matched=True,
    )  # fmt: skip
    enough = [doc for doc in rare if doc in kept]
    assert (found.total, found.total_all) == (len(enough), len({*enough} & {*frequent}))
    assert documents_of(found.matched) == {*enough}


def test_what_adds_to_one_list_brings_up_documents_that_are_low_in_it() -> None:
    """No block or posting is skipped that adding lists can lift among the best."""
    size = 3_000
    low = list_of({doc: 200 if doc % 100 else 1 for doc in range(size)}, size)
    lifting = list_of(dict.fromkeys(range(0, size, 100), 255), size, slope=20)
    best = [(doc, 11 + 5101) for doc in range(0, size, 100)]
    scored = Scored(low.postings.docs(), (low.postings.impacts() * np.uint32(10) + 1).astype(np.uint32))
    for part in (low, scored):
        found = disjunction([part], [lifting], len(best), size)
        assert [*zip(found.docs.tolist(), found.scores.tolist(), strict=True)] == best
        assert found.total == size

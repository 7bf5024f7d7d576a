"""Thousands of damaged lists and dictionaries give an error or wrong numbers, and never a crash.

``pytest tests/index/kernel/test_damage.py --damages 100000`` tries more, ``./dev sanitize`` watches each byte
that is read or written in the process.
"""

from collections.abc import Callable, Iterator
from functools import cache, partial

import numpy as np
import pytest
from numpy.typing import NDArray

from onneshon.index.kernel import DamageError
from onneshon.index.kernel.clauses import Clause, Scored
from onneshon.index.kernel.counting import among, as_one_word, distinct, union
from onneshon.index.kernel.encoding import gather
from onneshon.index.kernel.matching import conjunction, disjunction
from onneshon.index.kernel.positions import compare, occurrences, positions_at, positions_in_order, scores_at
from onneshon.index.kernel.postings import PostingList, Postings
from onneshon.index.kernel.terms import Dictionary, TermRange
from tests.index.kernel.plain_lists import PADDING, bytes_of, random_list, u4
from tests.index.kernel.test_dictionary import WORDS, parts_of

DOCUMENTS = 3_000
COUNTS = (1, 2, 5, 100, 127, 128, 129, 300, 900)
"""Numbers of postings in the damaged lists: every form, with one block, two and more."""

Bytes = NDArray[np.uint8]


@pytest.fixture
def damages(pytestconfig: pytest.Config) -> int:
    """The number of damaged files to try."""
    return int(pytestconfig.getoption("--damages"))


@cache
def sound(count: int, positions: bool, variant: int) -> bytes:
    """The bytes of a list."""
    return bytes_of(random_list(count + 1000 * variant, DOCUMENTS, count, positions))


def flipped(data: Bytes, random: np.random.Generator) -> Bytes:
    """Flip a few bits anywhere."""
    for place in random.integers(0, len(data), random.integers(1, 5)):
        data[place] ^= 1 << random.integers(0, 8)
    return data


def crafted(data: Bytes, random: np.random.Generator) -> Bytes:
    """Set bytes of header and table to values that an attacker would choose."""
    for place in random.integers(0, min(len(data), 80), random.integers(1, 5)):
        data[place] = random.choice([0, 1, 7, 32, 33, 64, 127, 128, 255])
    return data


def replaced(data: Bytes, random: np.random.Generator) -> Bytes:
    """Replace a stretch by random bytes, or by one byte repeated."""
    start = int(random.integers(0, len(data)))
    stop = min(len(data), start + int(random.integers(1, 40)))
    filling = random.integers(0, 256, stop - start) if random.random() < 0.5 else random.choice([0, 128, 255])
    data[start:stop] = filling
    return data


def cut(data: Bytes, random: np.random.Generator) -> Bytes:
    """Cut off the end."""
    return data[: random.integers(0, len(data))]


def damaged(data: Bytes, random: np.random.Generator) -> Bytes:
    """Damage of one or two kinds."""
    kinds = flipped, crafted, replaced, cut
    for kind in random.permutation(len(kinds))[: random.integers(1, 3)]:
        data = kinds[kind](data, random) if len(data) else data
    return data


def section(data: Bytes) -> Bytes:
    """A section without any slack, so that every byte read beyond its padding is an error."""
    return np.frombuffer(data.tobytes() + PADDING, np.uint8).copy()


def ways_to_read(postings: Postings, other: Postings, *, positions: bool) -> Iterator[Callable[[], object]]:
    """Every operation on lists; documents found must be in the collection and in order."""
    clause, good, rare = (
        Clause(postings, 3, 1),
        Clause(other, 2, 1),
        Scored(u4([5, 700, 2_999]), u4([1, 2, 3])),
    )
    docs, bits = u4(range(0, DOCUMENTS, 211)), np.full(DOCUMENTS // 8, 0b01110111, np.uint8)
    yield lambda: ordered(postings.docs())
    yield postings.impacts
    yield postings.positions
    yield lambda: ordered(disjunction([clause], [], 10, DOCUMENTS).docs)
    yield lambda: ordered(disjunction([clause, good], [], 0, DOCUMENTS, kept=bits, matched=True).docs)
    yield lambda: ordered(disjunction([good], [clause], 10, DOCUMENTS).docs)
    yield lambda: disjunction(
        [clause, good], [], 9, DOCUMENTS, concepts=[([0], 9), ([1], 4)], share=0.9, fewest=20
    )
    yield lambda: disjunction([good, clause, clause, clause], [], 5, DOCUMENTS, count=False)
    yield lambda: ordered(conjunction([good, clause], [], 10, DOCUMENTS, matched=True).docs)
    yield lambda: ordered(conjunction([rare, clause], [good], 10, DOCUMENTS, excluded=[postings]).docs)
    yield lambda: scores_at(postings, docs)
    yield lambda: ordered(distinct([postings, other], DOCUMENTS)[0])
    yield lambda: union([postings], DOCUMENTS)
    yield lambda: among([[postings, other]], docs, DOCUMENTS)
    yield lambda: gather([postings, other])
    yield lambda: ordered(as_one_word([(postings, 1.0), (other, 0.5)], np.ones(256), 2.0)[0])
    if positions:
        yield lambda: positions_at(postings, docs)
        yield lambda: positions_in_order([postings, other], ["ক", "খ"], docs, u4([3] * len(docs)), 16)
        yield lambda: compare(
            [([([postings], 0, 0, other)], 1.0, True), ([([other, postings], 0, 0, None)], 2.0, True)],
            docs,
            u4([3] * DOCUMENTS),
            np.zeros((5, len(docs))),
            u4([0] * len(docs)),
            pairs=[0, 1],
            half=4.0,
            lead=60.0,
            gap=16,
        )
        yield lambda: ordered(occurrences([postings, other], 0, u4([3] * DOCUMENTS))[0])
        yield lambda: ordered(occurrences([other, postings, postings], 2, u4([3] * DOCUMENTS), kept=bits)[0])


def ordered(docs: NDArray[np.uint32]) -> None:
    """Check that documents are in the collection and ascend, as all callers rely on."""
    assert (np.diff(docs.astype(np.int64)) > 0).all()
    assert not len(docs) or int(docs[-1]) < DOCUMENTS


def errors_of(read: Callable[[], object]) -> int:
    """The number of noticed damages, 0 or 1; any other error fails the test."""
    try:
        read()
    except DamageError:
        return 1
    return 0


def test_damaged_lists_crash_nothing(damages: int) -> None:
    """Every operation is run on lists of each form; more than a quarter of the damage is noticed."""
    noticed = 0
    for case in range(damages):
        random = np.random.default_rng(case)
        positions = bool(case & 1)
        whole = sound(COUNTS[case % len(COUNTS)], positions, case % 5)
        data = damaged(np.frombuffer(whole, np.uint8).copy(), random)
        other = section(np.frombuffer(sound(300, positions, 7), np.uint8))
        make = partial(PostingList, section(data).data, 0, len(data), DOCUMENTS, positions=positions)
        good = PostingList(other.data, 0, len(other) - len(PADDING), DOCUMENTS, positions=positions)
        if errors_of(make):
            noticed += 1
            continue
        noticed += sum(map(errors_of, ways_to_read(make(), good, positions=positions))) > 0
    assert noticed > damages // 4


def test_damaged_ranges_crash_nothing(damages: int) -> None:
    """The damage is in the lists of consecutive terms or in their offsets."""
    docs = u4(range(0, DOCUMENTS, 97))
    for case in range(damages // 4):
        random = np.random.default_rng(case)
        lists = [sound(count, bool(case & 1), case % 5) for count in COUNTS]
        starts = np.cumsum([0, *map(len, lists)]).astype(np.uint32)
        data = np.frombuffer(b"".join(lists), np.uint8).copy()
        if case % 3:
            data = damaged(data, random)
        else:
            starts[random.integers(0, len(starts))] = random.choice([0, 1, 500, 2**31, 2**32 - 1])
        make = partial(TermRange, section(data).data, starts, DOCUMENTS, positions=bool(case & 1))
        if not errors_of(make):
            for count in (distinct, union, lambda lists, size: among([lists], docs, size)):
                errors_of(partial(count, [make()], DOCUMENTS))


def test_damaged_dictionaries_crash_nothing(damages: int) -> None:
    """Terms, lengths and groups may have any bytes."""
    words = sorted({(word + str(number)).encode() for word in WORDS for number in range(40)})
    whole = parts_of(words)
    for case in range(damages):
        random = np.random.default_rng(case)
        parts = [part.copy() for part in whole]
        chosen = int(random.integers(0, 4))
        bytes_ = damaged(parts[chosen].view(np.uint8), random)
        parts[chosen] = (
            bytes_[: len(bytes_) // parts[chosen].itemsize * parts[chosen].itemsize]
            .copy()
            .view(parts[chosen].dtype)
        )
        if not errors_of(partial(Dictionary, *parts)):
            for word in [*random.choice(np.array(words, object), 5), b"", b"\xff" * 300]:
                errors_of(partial(found_inside, Dictionary(*parts), word))


def found_inside(dictionary: Dictionary, word: bytes) -> None:
    """Look a word up; ordinals must be inside the dictionary or just after it."""
    assert 0 <= dictionary.find(word)[0] <= len(dictionary)
    assert all(0 <= place <= len(dictionary) for place in dictionary.range(word))

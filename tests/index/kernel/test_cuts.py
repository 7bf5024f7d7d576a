"""Cutting a word into two indexed ones, compared with a version in plain Python."""

from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from onneshon.index.analysis.analyzer import is_plain
from onneshon.index.analysis.icu_text import cluster_boundaries
from onneshon.index.analysis.script import HASANTA, VOWELS
from onneshon.index.kernel import DamageError
from onneshon.index.kernel.postings import CheckedBlocks, checksum
from onneshon.index.kernel.terms import Dictionary, StemmedWords, TermLists, WordCutter
from onneshon.search.retrieval.evidence import _classes
from tests.index.kernel.plain_lists import PADDING, Plain, encoded, u4
from tests.index.kernel.test_dictionary import parts_of
from tests.strategies import bengali_letters, bengali_words

DOCUMENTS = 40
UNKNOWN = 2**32 - 1
NO_PART = frozenset({"আর", "তা"})


def stem_key(word: str) -> str:
    """The stem of a word in these tests, without its final inflection."""
    return word.removesuffix("র").removesuffix("ে") or word


class Held(NamedTuple):
    """A segment: the documents of each word, and the words whose stem is not stored."""

    docs: dict[str, set[int]]
    untold: set[str]


def stems_of(held: Held) -> dict[str, set[int]]:
    """The documents of each stem."""
    found: dict[str, set[int]] = {}
    for word, docs in held.docs.items():
        found.setdefault(stem_key(word), set()).update(docs)
    return found


def parts(held: Held) -> tuple[Dictionary, NDArray[np.uint32], TermLists]:
    """The columns of a segment that the kernel reads."""
    words, stems = sorted(held.docs), stems_of(held)
    keys = sorted(stems)
    data, starts = encoded([Plain({doc: (1, [doc]) for doc in stems[key]}) for key in keys])
    array = np.frombuffer(data + PADDING, np.uint8)
    checked = CheckedBlocks(array, u4([checksum(array)]), len(array), DamageError)
    terms = Dictionary(*parts_of([key.encode() for key in keys]))
    lists = TermLists(terms, u4(starts), array, checked, DOCUMENTS, positions=True)
    stem_of = u4(UNKNOWN if word in held.untold else keys.index(stem_key(word)) for word in words)
    return Dictionary(*parts_of([word.encode() for word in words])), stem_of, lists


def cutter_of(segments: Sequence[Held]) -> WordCutter:
    """The kernel's cutter over some segments."""
    return WordCutter([StemmedWords(*parts(held)) for held in segments], _classes(), NO_PART, 2, stem_key)


def plain_cuts(
    segments: Sequence[Held], word: str, fewest: int, share: float
) -> tuple[int, list[tuple[int, str, int, str, int]]] | None:
    """The same cuts in plain Python, computed at each boundary."""
    if not is_plain(word) or any(HASANTA + vowel in word for vowel in VOWELS):
        return None

    def df(stem: str) -> int:
        return sum(len(stems_of(held).get(stem, ())) for held in segments)

    least = max(fewest, share * df(stem_key(word)))
    found = []
    for at in cluster_boundaries(word):
        if not 2 <= at <= len(word) - 2 or not any(word[:at] in held.docs for held in segments):
            continue
        begin, rest = stem_key(word[:at]), stem_key(word[at:])
        says = word[:at] not in NO_PART and word[at:] not in NO_PART and begin != stem_key(word)
        if says and df(begin) >= least and df(rest) >= least:
            found.append((at, begin, df(begin), rest, df(rest)))
    return df(stem_key(word)), found


WORDS = ["আম", "আমি", "তা", "আর", "কর", "করে", "আমের", "তার", "তাকে", "করতা", "মাকে"]
words = st.sampled_from(WORDS) | st.text(st.sampled_from("আমতকর্েি"), min_size=1, max_size=3)
segments_ = st.builds(
    Held,
    st.dictionaries(words, st.sets(st.integers(0, DOCUMENTS - 1), min_size=1, max_size=9), max_size=12),
    st.sets(words, max_size=3),
)


@given(
    st.lists(segments_, max_size=3),
    st.lists(words, min_size=1, max_size=3).map("".join)
    | bengali_words
    | st.text(bengali_letters, max_size=6),
    st.integers(1, 4),
    st.sampled_from([0, 0.1, 0.5]),
)
@example([Held({"আম": {1, 2}, "তাকে": {1, 3}}, set())], "আমতাকে", 2, 0)
@example([Held({"আম": {1}}, set()), Held({"আম": {1}, "তাকের": {0, 9}}, {"আম"})], "আমতাকের", 2, 0.02)
def test_words_are_cut_as_part_by_part(segments: list[Held], word: str, fewest: int, share: float) -> None:
    """In one segment or several, for any letters; an unusual word is left to other code."""
    found = cutter_of(segments).cuts(word, stem_key(word), fewest, share)
    assert found == (plain_cuts(segments, word, fewest, share) if word else None)


@given(segments_, st.lists(words, min_size=2, max_size=3).map("".join), st.integers(0, 2**32 - 1), st.data())
def test_damage_gives_an_error_or_wrong_cuts_and_no_crash(
    held: Held, word: str, number: int, data: st.DataObject
) -> None:
    """The damage is a stem that does not exist, or terms and lists in a wrong place."""
    dictionary, stem_of, lists = parts(held)
    if len(stem_of):
        stem_of[data.draw(st.integers(0, len(stem_of) - 1))] = number
    stem_of = stem_of[: data.draw(st.integers(0, len(stem_of)))]
    cutter = WordCutter([StemmedWords(dictionary, stem_of, lists)], _classes(), NO_PART, 2, stem_key)
    with suppress(DamageError):
        found = cutter.cuts(word, stem_key(word), 1, 0)
        assert found is None or found[0] >= 0


def test_a_stem_that_is_none_is_damage() -> None:
    """No list is looked up for it."""
    dictionary, _, lists = parts(Held({"আম": {1}, "কর": {1}}, set()))
    cutter = WordCutter([StemmedWords(dictionary, u4([5, 5]), lists)], _classes(), NO_PART, 2, stem_key)
    with pytest.raises(DamageError):
        cutter.cuts("আমকর", "আমকর", 0, 0)


def test_what_does_not_fit_is_refused() -> None:
    """A class for each letter and words for each segment are required."""
    with pytest.raises(ValueError, match="letter of the block"):
        WordCutter([], b"\0" * 127, NO_PART, 2, stem_key)
    with pytest.raises(TypeError):
        WordCutter([None], _classes(), NO_PART, 2, stem_key)  # type: ignore[list-item]

"""Phrases: counts of consecutive words, compared with trying every position."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from onneshon.index.kernel import DamageError
from onneshon.index.kernel.positions import estimated, occurrences
from onneshon.index.kernel.postings import PostingList
from onneshon.index.ranking import GAP
from tests.index.kernel.plain_lists import PADDING, Plain, bytes_of, kernel_list, kernel_lists, u4
from tests.index.kernel.plain_matching import bitmap

Text = list[int]
"""Words as numbers."""


def position_lists(articles: Sequence[tuple[Text, Text]], words: int) -> list[Plain]:
    """The posting lists of a field of titles and bodies."""
    lists: list[Plain] = []
    for word in range(words):
        held: dict[int, tuple[int, list[int] | None]] = {}
        for doc, (title, body) in enumerate(articles):
            there = [place for place, found in enumerate(title) if found == word]
            there += [len(title) + GAP + place for place, found in enumerate(body) if found == word]
            if there:
                held[doc] = 1, there
        lists.append(Plain(held))
    return lists


def times_in(text: Text, phrase: Text, slop: int) -> int:
    """The number of positions at which a phrase begins, taking from each the nearest next words."""
    return sum(_begins(text, phrase, start, slop) for start in range(len(text)))


def _begins(text: Text, phrase: Text, start: int, slop: int) -> bool:
    at = start
    for number, word in enumerate(phrase):
        try:
            at = text.index(word, at + (number > 0)) if number else start
        except ValueError:
            return False
        if text[at] != word:
            return False
    return at - start <= slop + len(phrase) - 1


words = st.integers(0, 3)
texts = st.tuples(st.lists(words, max_size=5), st.lists(words, max_size=40))


@given(
    st.lists(texts, min_size=1, max_size=200), st.lists(words, min_size=1, max_size=4),
    st.integers(0, 3), st.integers(0, 2), st.booleans(), st.integers(0, 100),
)  # fmt: skip
@example([([0, 1], [1, 2, 0, 1, 2])] * 300, [0, 1, 2], 0, 0, False, 130)
@example([([0], [1])], [0, 1], 3, 0, False, 0)
@example([([0, 0, 0], [0, 0])], [0, 0], 0, 0, False, 0)
def test_phrases_are_counted_in_each_text(  # noqa: PLR0917 - Hypothesis passes them by position
    articles: list[tuple[Text, Text]], phrase: Text, slop: int, field: int, masked: bool, cut: int
) -> None:
    """Repeated words, overlaps, slop, masks, segments; no phrase reaches from title to body."""
    size = len(articles)
    kept = set(range(0, size, 2)) if masked else set(range(size))
    cuts = [0, cut, size] if 0 < cut < size else [0, size]
    lists = [kernel_lists(plain, cuts) for plain in position_lists(articles, 4)]
    docs, titles, bodies = occurrences(
        [lists[word] for word in phrase], slop, u4(len(title) for title, _ in articles),
        field=field, kept=bitmap(kept, size) if masked else None,
    )  # fmt: skip
    expected = {}
    for doc in sorted(kept):
        counts = [times_in(text, phrase, slop) for text in articles[doc]]
        counts = [0 if field == 2 else counts[0], 0 if field == 1 else counts[1]]
        if any(counts):
            expected[doc] = tuple(counts)
    found = zip(titles.tolist(), bodies.tolist(), strict=True)
    assert dict(zip(docs.tolist(), found, strict=True)) == expected
    assert docs.tolist() == sorted(expected)


def test_long_texts_are_skipped() -> None:
    """Thousands of positions of documents without the phrase are skipped, in one byte each and in several."""
    busy = [0, 2] * 3000
    articles: list[tuple[Text, Text]] = [
        ([], [*busy, 3] if doc % 40 else [*busy, 0, 1]) for doc in range(130)
    ]
    lists = [kernel_list(plain, 130) for plain in position_lists(articles, 4)]
    docs, _, bodies = occurrences([lists[0], lists[1]], 0, u4([0] * 130))
    assert (docs.tolist(), bodies.tolist()) == ([0, 40, 80, 120], [1] * 4)


def test_a_phrase_of_no_words_is_nowhere() -> None:
    """The same holds for a phrase with a word that no segment has."""
    plain = kernel_list(Plain({0: (1, [0])}), 1)
    assert [len(part) for part in occurrences([], 0, u4([1]))] == [0, 0, 0]
    assert [len(part) for part in occurrences([plain, kernel_lists(Plain({}), [0, 1])], 0, u4([1]))] == [
        0,
        0,
        0,
    ]


@pytest.mark.parametrize("most", [0, 1, 3, 4, 9])
def test_no_more_documents_are_looked_for_than_are_wanted(most: int) -> None:
    """The first documents are returned."""
    articles: list[tuple[Text, Text]] = [([], [0, 1] if doc % 2 else [1, 0]) for doc in range(8)]
    lists = [kernel_list(plain, 8) for plain in position_lists(articles, 2)]
    docs, _, _ = occurrences(lists, 0, u4([0] * 8), most=most)
    assert docs.tolist() == [1, 3, 5, 7][:most]


@pytest.mark.parametrize(
    ("looked", "about"), [(0, 0), (1, 0), (2, 100), (50, 100), (199, 100), (200, 100), (999, 100)]
)
def test_the_rest_is_taken_for_what_was_seen(looked: int, about: int) -> None:
    """Every second document has the phrase; a count that reached the end returns its documents too."""
    articles: list[tuple[Text, Text]] = [([], [0, 1] if doc % 2 else [1, 0]) for doc in range(200)]
    lists = [kernel_list(plain, 200) for plain in position_lists(articles, 2)]
    count, found = estimated(lists, 0, u4([0] * 200), looked=looked)
    assert abs(count - about) <= 1
    assert (found is None) == (looked < 200)
    if found:
        assert [part.tolist() for part in found] == [list(range(1, 200, 2)), [0] * 100, [1] * 100]


def test_an_estimate_ends_where_enough_is_found() -> None:
    """The number found so far is returned without extrapolation."""
    articles: list[tuple[Text, Text]] = [([], [0, 1]) for _ in range(200)]
    lists = [kernel_list(plain, 200) for plain in position_lists(articles, 2)]
    assert estimated(lists, 0, u4([0] * 200), most=7, looked=50) == (7, None)
    assert estimated([lists[0], kernel_lists(Plain({}), [0, 1])], 0, u4([0] * 200), looked=50)[0] == 0


def test_no_time_finds_nothing() -> None:
    """The result is empty when no time is left."""
    plain = kernel_list(Plain({0: (1, [0])}), 1)
    assert [len(part) for part in occurrences([plain], 0, u4([1]), seconds=0)] == [0, 0, 0]


def test_lists_that_do_not_fit_are_refused() -> None:
    """Lists without positions, with more documents than titles, and a mask that is too short."""
    plain = kernel_list(Plain({0: (1, [0])}), 9)
    for lists, titles, kept in (
        ([kernel_list(Plain({0: (1, None)}), 1)], [1], None),
        ([plain], [1] * 8, None),
        ([plain], [1] * 9, np.zeros(1, np.uint8)),
    ):
        with pytest.raises(ValueError):
            occurrences(lists, 0, u4(titles), kept=kept)


def test_positions_that_are_cut_off_are_damage() -> None:
    """Each position must end inside the list."""
    data = bytes_of(Plain({doc: (1, [300, 700, 900]) for doc in range(130)}))
    short = PostingList(data[:-1] + PADDING + bytes(1), 0, len(data) - 1, 130, positions=True)
    with pytest.raises(DamageError):
        occurrences([short, short], 0, u4([0] * 130))
    with pytest.raises(DamageError):
        short.positions()

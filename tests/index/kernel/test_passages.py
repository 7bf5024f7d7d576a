"""Places in texts and passages, with arguments that no caller should give."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.analysis.analyzer import analyze
from onneshon.index.analysis.icu_text import is_cluster_border
from onneshon.index.kernel.passages import Passages, best_ways, marks
from onneshon.search.results.chunks import CLUSTER_CLASSES
from onneshon.search.results.highlight import FINDER, Occurrence
from onneshon.search.results.values import Match
from tests.strategies import mixed_text

PASSAGES = Passages(CLUSTER_CLASSES, is_cluster_border, Match)

offsets = st.integers(-3, 2**33) | st.integers(0, 40)
places = st.builds(Occurrence, offsets, offsets, st.just("exact"), st.integers(-2, 3))


@given(mixed_text, st.lists(places, max_size=6), st.integers(9, 60))
def test_places_outside_of_a_text_are_refused_or_show_nothing_of_it(
    text: str, found: list[Any], width: int
) -> None:
    """Any places give an error or an answer, and no crash."""
    for ask in (
        lambda: PASSAGES.snippet(text * 9, sorted(found), [1.0, 0.5, 2.0], width),
        lambda: FINDER.disjoint(text, [*found]),
    ):
        with suppress(ValueError, IndexError, OverflowError):
            assert ask() is not None


@pytest.mark.parametrize("weights", [[], [1.0]])
def test_a_word_without_a_weight_is_refused(weights: list[float]) -> None:
    """It would be read beyond the weights."""
    with pytest.raises(IndexError):
        PASSAGES.snippet("নদী " * 100, [Occurrence(0, 3, "exact", 1)], weights, 60)


@given(st.lists(st.tuples(st.integers(-5, 2**40), st.sampled_from(["নদী", "ক"])), max_size=5))
def test_positions_that_no_text_has_lead_to_no_words(positions: list[tuple[int, str]]) -> None:
    """The result is the words at those positions, or None."""
    found = FINDER.words_at("নদী ও নদী", positions)
    assert found is None or [word[3] for word in found] == [stem for _, stem in positions]


@given(st.lists(places, max_size=6), st.integers(0, 4))
def test_words_that_a_query_has_not_are_refused(found: list[Any], count: int) -> None:
    """Nothing is written beyond the query's words."""
    with suppress(IndexError):
        ways, readings = best_ways(count, [found], {"exact": 0})
        assert len(ways) == count
        assert all(ways[number] for number, _ in readings)


@given(st.lists(places, max_size=6))
def test_marks_are_as_their_class_makes_them(found: list[Any]) -> None:
    """Marks are made without the constructor, and yet are equal, with the same hash, and frozen."""
    made, expected = marks(Match, found), tuple(Match(*place[:3]) for place in found)
    assert (made, [*map(hash, made)]) == (expected, [*map(hash, expected)])
    for mark in made:
        with pytest.raises(AttributeError):
            mark.start = 0  # type: ignore[misc]  # frozen


def test_words_of_a_phrase_are_marked_as_its_words() -> None:
    """A match that overlaps the phrase is dropped, and words in another order are no phrase."""
    river, town = (token.stem for token in analyze("নদী শহর"))
    text, positions = "শহর নদী শহর", [(0, town), (1, river), (2, town)]

    def words(row: Any) -> list[Occurrence]:
        return [Occurrence(start, end, "synonym", 7) for start, end, _, _ in row]

    found = FINDER.find(text, positions, {}, {town: ("exact", 0, "")}, [([river, town], words)])
    assert found is not None
    assert [(place.start, place.layer) for place in found] == [(0, "exact"), (4, "synonym"), (8, "synonym")]

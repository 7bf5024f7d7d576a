"""The merge policy: few segments stay, and no article is merged over and over."""

import math
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index import Article, build, open_index, open_writer
from onneshon.index.errors import IndexCorruptError
from onneshon.index.upkeep.commit import has_to_merge
from onneshon.index.upkeep.merging import MOST_SEGMENTS, OpenSegment, first_to_merge, merge_segments
from onneshon.index.vocabulary.pairs import WordPairs
from tests.building import folder_of, segments_left_apart


def after_merges(sizes: list[int], most: float) -> list[int]:
    """The sizes of segments after all merges that the policy asks for."""
    while (first := first_to_merge(sizes, most)) is not None:
        sizes = [*sizes[:first], sum(sizes[first:])]
    return sizes


@pytest.mark.parametrize(
    ("sizes", "first"),
    [([], None), ([5], None), ([11, 5], None), ([10, 5], 0), ([100, 5, 5], 1), ([301, 90, 30, 20], 1)],
)
def test_a_segment_stays_as_long_as_it_outweighs_all_that_came_after_twice(
    sizes: list[int], first: int | None
) -> None:
    """Otherwise it is merged with the later segments."""
    assert first_to_merge(sizes) == first


def test_segments_of_several_dictionaries_are_not_joined(tmp_path: Path) -> None:
    """No writer makes such segments; merging copies compressed texts, which would then be unreadable."""
    parts = [cast("OpenSegment", SimpleNamespace(dictionary=dictionary)) for dictionary in (b"a", b"b", b"a")]
    with pytest.raises(IndexCorruptError, match="several dictionaries: run `onneshon index migrate`"):
        merge_segments(parts, tmp_path, "000001")
    assert [*tmp_path.iterdir()] == []


def test_what_is_too_much_at_once_is_left_for_later() -> None:
    """Smaller segments after it are merged nevertheless."""
    assert first_to_merge([60, 60, 5, 5], most=100) == 2
    assert first_to_merge([60, 60, 5, 5], most=1_000) == 0


@pytest.mark.parametrize(("most", "first"), [(15, 0), (14, None)])
def test_as_much_as_may_be_merged_is_merged(most: int, first: int | None) -> None:
    """A merge may have exactly the limit's size, and not a byte more."""
    assert first_to_merge([10, 5], most) == first


def test_once_there_are_too_many_the_smaller_half_is_merged() -> None:
    """This holds for any size; exactly the maximum number of segments needs no merge."""
    assert first_to_merge([100] * MOST_SEGMENTS, most=0) is None
    first = first_to_merge([100] * (MOST_SEGMENTS + 2), most=0)
    assert first == (MOST_SEGMENTS + 2) / 2


@pytest.mark.parametrize(
    ("dead", "size", "is_written_anew"),
    [(1 / 3, 100, False), (0.4, 100, True), (0.4, 101, False), (0.0, 1, False)],
)
def test_a_segment_is_written_anew_once_more_than_a_third_of_it_is_dead(
    dead: float, size: int, *, is_written_anew: bool
) -> None:
    """A segment larger than the limit is left as it is."""
    segment = cast("OpenSegment", SimpleNamespace(dead_share=dead, size=size))
    assert has_to_merge([segment], most=100) is is_written_anew


def side_by_side(directory: Path) -> dict[tuple[str, str], int]:
    """Counts of adjacent words in an index of one segment."""
    with open_index(directory) as reader:
        (segment,) = reader.segments
        pairs = WordPairs.open(folder_of(directory) / f"{segment.name}.pairs")
    assert pairs
    return {(word, follower): count for word in ("পদ্মার", "নদীর") for follower, count in pairs.followers(word)}


def test_merged_segments_count_adjacent_words_as_a_build_does(tmp_path: Path) -> None:
    """Deleted articles no longer count, and added ones count once."""
    said = ["পদ্মার চর। পদ্মার চর।", "পদ্মার ইলিশ। পদ্মার চর।", "নদীর ঘাট। পদ্মার চর।", "পদ্মার ইলিশ।"]
    articles = [Article(str(number), body=body) for number, body in enumerate(said)]
    build(articles[:3], tmp_path / "index")
    with segments_left_apart(), open_writer(tmp_path / "index") as writer:
        writer.delete("1")
        writer.add(articles[3])
        writer.commit()
        writer.merge(everything=True)
    build([articles[0], *articles[2:]], tmp_path / "fresh")
    assert side_by_side(tmp_path / "index") == side_by_side(tmp_path / "fresh") != {}


@given(st.lists(st.integers(1, 10_000), max_size=40))
def test_without_a_limit_the_number_of_segments_is_a_logarithm(sizes: list[int]) -> None:
    """Each segment is more than twice as large as all later ones together."""
    left = after_merges(sizes, math.inf)
    assert sum(left) == sum(sizes)
    assert len(left) <= math.log(max(sum(sizes), 1), 3) + 1


def test_with_a_limit_a_thousand_small_updates_leave_few_segments() -> None:
    """Each article is merged only a few times."""
    sizes, merged = [1_000_000], 0
    for _update in range(1_000):
        sizes.append(100)
        while (first := first_to_merge(sizes, 20_000)) is not None:
            merged += sum(sizes[first:])
            sizes = [*sizes[:first], sum(sizes[first:])]
        assert len(sizes) <= 12
    assert merged / 100_000 < 10


@given(st.lists(st.integers(1, 10), min_size=MOST_SEGMENTS + 1, max_size=60))
def test_however_little_may_be_merged_the_number_of_segments_has_a_bound(sizes: list[int]) -> None:
    """The bound matters because every query reads each segment."""
    assert len(after_merges(sizes, 0)) <= MOST_SEGMENTS

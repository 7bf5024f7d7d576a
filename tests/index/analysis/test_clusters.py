from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.analysis.icu_text import cluster_boundaries, is_cluster_border, widen
from tests.strategies import mixed_text


@pytest.mark.parametrize(
    ("word", "clusters"),
    [
        ("ক্ষমা", ["ক্ষ", "মা"]),
        ("স্ত্রী", ["স্ত্রী"]),
        ("র\u200d্যাব", ["র\u200d্যা", "ব"]),
        ("শাহ্\u200cবাগ", ["শা", "হ্\u200cবা", "গ"]),
        ("চাঁদ", ["চাঁ", "দ"]),
        ("দুঃখ", ["দুঃ", "খ"]),
        ("👨\u200d👩\u200d👧ক", ["👨\u200d👩\u200d👧", "ক"]),
    ],
)
def test_conjuncts_signs_and_joined_emoji_are_whole(word: str, clusters: list[str]) -> None:
    """A cluster is never cut, also with ICU before 74."""
    borders = cluster_boundaries(word)
    assert [word[start:end] for start, end in pairwise(borders)] == clusters


@given(mixed_text)
def test_asking_for_one_border_agrees_with_the_list_of_all(text: str) -> None:
    """A border is determined from adjacent letters alone, so that a long article need not be cut whole."""
    borders = set(cluster_boundaries(text))
    assert [is_cluster_border(text, i) for i in range(len(text) + 1)] == [
        i in borders for i in range(len(text) + 1)
    ]


def test_two_characters_of_a_newspaper_decide_by_themselves_whether_a_border_is_between_them() -> None:
    """Bengali, ASCII, quotation marks and dashes: no other letter is read, and the answer is ICU's."""
    characters = [*map(chr, (*range(0x20, 0x7F), 0x964, 0x965, *range(0x980, 0xA00), *range(0x2010, 0x2028)))]
    for pair in map("".join, product(characters, characters)):
        text = f"ক{pair}ক"
        assert is_cluster_border(text, 2) == (2 in cluster_boundaries(text)), pair


@given(mixed_text, st.data())
def test_a_widened_range_holds_the_range_and_cuts_no_cluster(text: str, data: st.DataObject) -> None:
    """A mark that starts inside a conjunct is extended to its borders and no further."""
    start, end = sorted((data.draw(st.integers(0, len(text))), data.draw(st.integers(0, len(text)))))
    wide_start, wide_end = widen(text, start, end)
    assert wide_start <= start <= end <= wide_end
    assert {wide_start, wide_end} <= set(cluster_boundaries(text))
    assert len(set(cluster_boundaries(text)) & set(range(wide_start + 1, start))) == 0

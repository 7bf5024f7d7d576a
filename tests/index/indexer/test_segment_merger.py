"""The merge of segments: posting lists are joined in windows, with the result of a single build."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.columnar.impact_field import ImpactField, ImpactWriter
from onneshon.index.columnar.section_file import SectionWriter
from onneshon.index.indexer.segment_merger import Part, _shares, merge_impacts
from tests.index.columnar.test_impact_field import (
    DOCUMENTS,
    Lists,
    as_block,
    as_lists,
    file_of,
    lists,
    written,
)


@pytest.mark.no_cover  # many tries of lines that other tests cover
@given(st.lists(lists, min_size=1, max_size=4), st.integers(1, 60))
def test_joined_parts_equal_one_field_of_all(parts: list[Lists], size: int) -> None:
    """Impacts stay and documents are renumbered, in windows of any size; parts get their new ordinals."""
    sections = SectionWriter()
    writer = ImpactWriter(sections, "stem", positions=True)
    files = [written(as_block(part)) for part in parts]
    numbers = merge_impacts(
        [
            Part(ImpactField(file, "stem", DOCUMENTS), DOCUMENTS * place, file)
            for place, file in enumerate(files)
        ],
        writer,
        size,
    )
    writer.finish()
    expected: Lists = {}
    for place, part in enumerate(parts):
        for term, docs in part.items():
            moved = {doc + DOCUMENTS * place: row for doc, row in docs.items()}
            expected.setdefault(term, {}).update(moved)
    joined = ImpactField(file_of(sections), "stem", DOCUMENTS * len(parts))
    assert as_lists(joined) == expected
    for part, new in zip(parts, numbers, strict=True):
        assert [joined.term(ordinal) for ordinal in new.tolist()] == sorted(part)


@pytest.mark.parametrize(
    ("sizes", "size", "shares"),
    [([300, 100, 0], 40, [30, 10, 0]), ([7], 9, [9]), ([0, 0], 9, [0, 0]), ([1, 1, 1], 8, [2] * 3)],
)
def test_of_each_part_as_much_is_joined_at_once_as_it_has_of_all(
    sizes: list[int], size: int, shares: list[int]
) -> None:
    """All parts advance in proportion, and together they stay within the limit."""
    assert _shares(sizes, size) == shares

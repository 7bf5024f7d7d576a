"""Segments that become one: their lists are joined a window at a time, as if there had been one of all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.columnar.impact_field import ImpactField, ImpactWriter
from onneshon.index.columnar.section_file import SectionWriter
from onneshon.index.indexer.segment_merger import Part, merge_impacts
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
    """Impacts stay, documents move, in windows of any size; each part is told its new ordinals."""
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

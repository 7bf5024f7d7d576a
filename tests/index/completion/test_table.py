"""Rows by prefix, compared with a scan of all rows."""

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.columnar.section_file import SectionFile, SectionWriter
from onneshon.index.completion.table import BLOCK_ROWS, NewRow, Table, best_rows, pack, peaks_of, write_table


def table_of(rows: list[NewRow]) -> Table:
    """A table of rows, written and read."""
    writer, stream = SectionWriter(), BytesIO()
    write_table(writer, "words", sorted(rows))
    writer.write_to(stream, "completion.bin")
    return Table(SectionFile(stream.getvalue(), "completion.bin"), "words", pack)


texts = st.lists(st.text("কখা ", min_size=1, max_size=30), unique=True, max_size=40)


@given(texts, st.text("কখা ", max_size=30))
def test_rows_of_a_beginning_are_those_that_begin_so(given_texts: list[str], start: str) -> None:
    """For a prefix of any length, also where the first bytes of many keys are the same."""
    alike = [*given_texts, *("ককককককককককককক" + text for text in given_texts)]
    table = table_of([NewRow(pack(text), text, 1.0, 1) for text in dict.fromkeys(alike)])
    for beginning in (start, "ককককককককককককক" + start):
        found = {table.text(index) for index in table.beginning(pack(beginning))}
        assert found == {text for text in alike if text.startswith(beginning)}


@given(st.lists(st.integers(0, 9), max_size=900), st.data())
def test_the_best_of_a_range_are_those_of_all_scored(weights: list[int], data: st.DataObject) -> None:
    """Blocks whose greatest weight is outside of the range hide no row."""
    start = data.draw(st.integers(0, len(weights)))
    stop = data.draw(st.integers(start, len(weights)))
    count = data.draw(st.integers(1, 5))
    array = np.array(weights, np.float32)
    found = best_rows(array, peaks_of(array), range(start, stop), count)
    assert sorted(array[found], reverse=True) == sorted(weights[start:stop], reverse=True)[:count]
    assert all(start <= index < stop for index in found)


@pytest.mark.parametrize("count", [1, 2, 3, 8])
def test_the_best_are_the_best_where_none_weigh_the_same(count: int) -> None:
    """Blocks have their greatest weights in any order, and ranges begin and end inside a block."""
    weights = np.random.default_rng(count).permutation(BLOCK_ROWS * 30).astype(np.float32)
    for rows in (range(len(weights)), range(BLOCK_ROWS // 2, len(weights) - BLOCK_ROWS // 3)):
        best = sorted(weights[rows.start : rows.stop].tolist(), reverse=True)[:count]
        assert weights[best_rows(weights, peaks_of(weights), rows, count)].tolist() == best


@pytest.mark.parametrize("index", [0, BLOCK_ROWS - 1, BLOCK_ROWS * 20 - 1])
def test_one_heavy_row_is_found_wherever_it_stands(index: int) -> None:
    """It is found even as the first or the last row of a range."""
    weights = np.zeros(BLOCK_ROWS * 20, np.float32)
    weights[index] = 1
    assert best_rows(weights, peaks_of(weights), range(len(weights)), 1).tolist() == [index]


def test_a_row_reads_as_it_was_written() -> None:
    """Displayed text, weight, number of articles, and position."""
    table = table_of([NewRow(pack("বই"), "ব‍ই", 2.5, 7), NewRow(pack("আম"), "আম", 1.0, 1)])
    assert table.row(1) == (1, "ব‍ই", 2.5, 7)
    assert len(table) == 2


def test_a_table_of_nothing_has_no_beginnings() -> None:
    """Articles without words can be indexed too."""
    table = table_of([])
    assert table.beginning(pack("ক")) == range(0)
    assert table.best(range(0), 8).tolist() == []

"""Which row of a table names its columns: people write a heading above."""

from collections.abc import Sequence
from typing import Final

from onneshon.index.ingest.readers.record import recognised

ROWS_LOOKED_AT: Final = 10
"""Rows among which the names of columns are looked for."""


def row_of_names(rows: Sequence[Sequence[object]]) -> int:
    """Which of the first rows of a table names its columns, counted from 0.

    That is the one with most names of fields, if it has one of a title or a text; else the first, whose names
    somebody may have given. A heading fills fewer cells than the names below it: a row that is no fuller than
    those above has values, such as a category called খবর, unless it is as full and all of it are names.

    Args:
        rows: the cells of each.
    """
    best, most, fullest = 0, 0, 0
    for at, row in enumerate(rows):
        filled = [cell for cell in row if not isinstance(cell, str) or cell.strip()]
        count = _names(filled)
        if count > most and len(filled) >= fullest + (count < len(filled)):
            best, most = at, count
        fullest = max(fullest, len(filled))
    return best


def _names(cells: Sequence[object]) -> int:
    """How many fields of articles a row names; none where no title or text is among them."""
    fields = recognised(cell for cell in cells if isinstance(cell, str)).keys()
    return len(fields) if fields & {"title", "body"} else 0

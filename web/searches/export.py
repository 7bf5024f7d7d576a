"""Lists of questions as CSV, which a spreadsheet opens without running what a reader typed."""

import csv
import io
from collections.abc import Iterable
from typing import Final

from onneshon.search.results.export import harmless
from onneshon.web.searches.store import Ranked

__all__ = ["as_csv"]

_HEAD: Final = ("query", "people", "found", "found with all words", "opened", "last day")


def as_csv(rows: Iterable[Ranked]) -> str:
    """Rows of a list under a heading; with the mark by which Excel knows UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_HEAD)
    for row in rows:
        writer.writerow([harmless(row.text), row.people, row.total, row.total_all, row.opened, row.day])
    return "\ufeff" + text.getvalue()

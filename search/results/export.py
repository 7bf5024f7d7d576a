"""What was found as a list to work with: a table, lines of JSON, or references for what keeps them."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from onneshon.index.analysis.control_characters import json_text, visible
from onneshon.index.article import Article
from onneshon.search.results.references import citations

__all__ = ["EXPORTS", "Addressed", "Export", "exported", "harmless"]

COLUMNS: Final = ("id", "title", "author", "date", "category", "lang", "url")
"""What is said of an article, in this order; its text stays where it is."""

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""With these a cell begins that spreadsheets take for a formula (OWASP, CSV injection)."""

Addressed = tuple[Article, str]
"""An article, and where it can be read; empty where nowhere."""


@dataclass(frozen=True, slots=True)
class Export:
    """A form of such a list.

    Attributes:
        mimetype: of a file of it.
        ending: of the name of a file.
        head: what the file begins with.
        piece: an article in it.
    """

    mimetype: str
    ending: str
    head: str
    piece: Callable[[Addressed], str]


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula: after an apostrophe where it would be."""
    return f"'{text}" if text.lstrip(" \u00a0\u200b\ufeff").startswith(_FORMULA) else text


def _values(found: Addressed) -> dict[str, str]:
    article, address = found
    day = article.date.isoformat() if article.date else ""
    return {name: getattr(article, name) for name in COLUMNS} | {"date": day, "url": address}


def _row(cells: Iterable[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow([harmless(visible(cell)) for cell in cells])
    return text.getvalue()


def _line(found: Addressed) -> str:
    return json_text({name: text for name, text in _values(found).items() if text}) + "\n"


def _reference(form: str) -> Callable[[Addressed], str]:
    return lambda found: dict(citations(*found))[form] + "\n\n"


EXPORTS: Final = {
    # With the mark by which Excel knows UTF-8.
    "csv": Export("text/csv", "csv", f"\ufeff{_row(COLUMNS)}", lambda found: _row(_values(found).values())),
    "jsonl": Export("application/jsonl", "jsonl", "", _line),
    "bibtex": Export("application/x-bibtex", "bib", "", _reference("bibtex")),
    "ris": Export("application/x-research-info-systems", "ris", "", _reference("ris")),
}
"""All forms, by their names."""


def exported(form: Export, found: Iterable[Addressed]) -> Iterator[str]:
    """The list, a piece at a time."""
    yield form.head
    yield from map(form.piece, found)

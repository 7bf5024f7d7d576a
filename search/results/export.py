"""Exports search results as a table, as lines of JSON, or as references for reference managers."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from onneshon.index.analysis.control_characters import json_text, visible
from onneshon.index.article import Article

_TEX = str.maketrans({sign: f"\\{sign}" for sign in "&%$#_{}"} | {"\\": r"\textbackslash{}"})

_NO_KEY = re.compile("[^A-Za-z0-9]+")


def _field_line(text: str) -> str:
    """The text on one line, since a line break ends a field of RIS."""
    return " ".join(visible(text, isolated=True).split())


def _plain(fields: dict[str, str]) -> str:
    parts = (fields["author"], f"“{fields['title']}”", fields["date"], fields["url"])
    return ". ".join(part for part in parts if part) + "."


def _bibtex(fields: dict[str, str]) -> str:
    names = ("author", "title", "date", "url")
    lines = (f"  {name} = {{{fields[name].translate(_TEX)}}}," for name in names if fields[name])
    return "\n".join([f"@online{{onneshon-{_key(fields['id'])},", *lines, "}"])


def _key(article_id: str) -> str:
    """An id as a BibTeX key; where characters are replaced, part of a digest keeps it unique."""
    plain = _NO_KEY.sub("-", article_id).strip("-")
    if plain == article_id:
        return plain
    return f"{plain}-{sha256(article_id.encode()).hexdigest()[:8]}".lstrip("-")


def _ris(fields: dict[str, str]) -> str:
    tags = {"AU": "author", "TI": "title", "UR": "url"}
    lines = [f"{tag}  - {fields[name]}" for tag, name in tags.items() if fields[name]]
    if fields["date"]:
        lines.insert(-1, f"DA  - {fields['date'].replace('-', '/')}")
    return "\n".join(["TY  - NEWS", *lines, "ER  - "])


def citations(article: Article, address: str) -> list[tuple[str, str]]:
    """The names of the reference formats, each with the reference in it.

    Args:
        article: the article to refer to.
        address: its address, that of the original rather than ours.
    """
    fields = {
        "id": article.id,
        "title": _field_line(article.title),
        "author": _field_line(article.author),
        "date": article.date.isoformat() if article.date else "",
        "url": _field_line(address),
    }
    return [("plain", _plain(fields)), ("bibtex", _bibtex(fields)), ("ris", _ris(fields))]


COLUMNS: Final = ("id", "title", "author", "date", "category", "lang", "url")
"""The columns of an article, in this order; its text is not exported."""

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""The first characters of a cell that spreadsheets take for a formula (OWASP, CSV injection)."""

Addressed = tuple[Article, str]
"""An article, and the address where it can be read; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Export:
    """An export format.

    Attributes:
        mimetype: the media type of a file.
        ending: the extension of a file's name.
        head: the text with which a file begins.
        piece: returns the text for one article.
    """

    mimetype: str
    ending: str
    head: str
    piece: Callable[[Addressed], str]


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula: with an apostrophe before it where needed."""
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
    # With the byte order mark by which Excel recognises UTF-8.
    "csv": Export("text/csv", "csv", f"\ufeff{_row(COLUMNS)}", lambda found: _row(_values(found).values())),
    "jsonl": Export("application/jsonl", "jsonl", "", _line),
    "bibtex": Export("application/x-bibtex", "bib", "", _reference("bibtex")),
    "ris": Export("application/x-research-info-systems", "ris", "", _reference("ris")),
}
"""The export formats by name."""


def exported(form: Export, found: Iterable[Addressed]) -> Iterator[str]:
    """The text of an exported list, in pieces."""
    yield form.head
    yield from map(form.piece, found)

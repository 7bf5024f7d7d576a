"""What `--dry-run` prints: figures of what would be read, and the first articles as a table."""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Final

from onneshon.index.article import Article
from onneshon.index.commands.shared import passed_over
from onneshon.index.commands.terminal import Styled, say, say_json
from onneshon.index.ingest.preview import Preview
from onneshon.index.ingest.problems import KINDS

__all__ = ["say_preview"]

_WIDTHS: Final = {"id": 20, "date": 10, "title": 30, "category": 14, "author": 18, "url": 24, "text": 44}
"""Columns of the table, with the most places of each."""


def say_preview(found: Preview, *, as_json: bool) -> None:
    """Print what would be read."""
    if as_json:
        say_json(found.to_dict())
        return
    for line in _figures(found):
        say(line)
    rows = [_cells(article) for article in found.first]
    shown = [name for name in _WIDTHS if any(row[name] for row in rows)]
    widths = {name: max(_width(name), *(_width(row[name]) for row in rows)) for name in shown}
    if rows:
        say(Styled(_row({name: name for name in shown}, widths), bold=True))
    for row in rows:
        say(_row(row, widths))


def _figures(found: Preview) -> Iterator[str]:
    """How many articles there are, what they have, and what is left out."""
    left_out = sum(found.skipped.values())
    formats = _counts(found.formats, name_last=True) or "none"
    yield f"would read {found.good:,} articles and leave out {left_out:,}; sources: {formats}"
    taken = "; ".join(f"{field} of {_counts(names)}" for field, names in found.recognised.items())
    for label, counts in (
        ("fields", _counts(found.fields)),
        ("taken", taken),
        ("not used", _counts(found.unused)),
        ("passed over", _counts(found.passed)),
        ("converted", f"typed for Bijoy {found.converted:,}" if found.converted else ""),
    ):
        if counts:
            yield f"{label:<12}{counts}"
    yield from passed_over(found.passed)
    for kind, count in found.values.items():
        yield f"without     {count:,} {kind}: {KINDS[kind]}"
    for kind, count in found.skipped.items():
        yield f"left out    {count:,} {kind}: {KINDS[kind]}"
    for fault in found.faults:
        yield f"  first {fault}"


def _counts(counts: Mapping[str, int], *, name_last: bool = False) -> str:
    return ", ".join(
        f"{count:,} {name}" if name_last else f"{name} {count:,}" for name, count in counts.items()
    )


def _cells(article: Article) -> dict[str, str]:
    """An article as a row; what does not fit its column is cut."""
    date = article.date.isoformat() if article.date else ""
    texts = {name: getattr(article, name) for name in ("id", "title", "category", "author", "url")}
    cells = {**texts, "date": date, "text": article.body[:200]}
    return {name: _cut(" ".join(cells[name].split()), most) for name, most in _WIDTHS.items()}


def _width(text: str) -> int:
    """How many places a text takes, about: signs that stand above or below others take none."""
    return sum(unicodedata.category(character) not in {"Mn", "Me", "Cf"} for character in text)


def _cut(text: str, most: int) -> str:
    """As much of a text as there are places, marked where that is not all."""
    if _width(text) <= most:
        return text
    places = 0
    for end, character in enumerate(text):
        places += _width(character)
        if places >= most:
            return text[:end].rstrip() + "…"
    return text


def _row(cells: Mapping[str, str], widths: Mapping[str, int]) -> str:
    """The cells of a row, each as wide as its column."""
    padded = (cells[name] + " " * (width - _width(cells[name])) for name, width in widths.items())
    return "  ".join(padded).rstrip()

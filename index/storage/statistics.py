"""Statistics of an index, and the deviation of its average lengths from those used in ranking."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

import numpy as np

from onneshon.index.article import LAYERS, TEXT_FIELDS, TEXTS
from onneshon.index.ranking import Basis
from onneshon.index.storage.generations import Generations
from onneshon.index.storage.manifest import Manifest
from onneshon.index.storage.reader import IndexReader, open_index

STALE_FROM: Final = 0.1
"""Relative deviation of an average length beyond which rankings differ noticeably from a new build's."""


def present_basis(reader: IndexReader) -> Basis:
    """The basis that a build of the current articles would have if it saw all of them first."""
    titles, bodies = (_lengths(reader, text) for text in ("title", "body"))
    return Basis.of_lengths(titles, bodies)


def _lengths(reader: IndexReader, text: str) -> list[int]:
    found: list[int] = []
    for segment in reader.segments:
        found += segment.lengths(text)[segment.alive].astype(np.int64).tolist()
    return found


def average_deviation(reader: IndexReader) -> float:
    """The maximum of |current average / average of the basis - 1| over titles and bodies."""
    now, then = present_basis(reader), reader.basis
    pairs = (now.average_title, then.average_title), (now.average_body, then.average_body)
    return max(abs(present / past - 1) for present, past in pairs)


_MOST = 10

OTHERS: Final = "others"

PARTS: Final = {
    ".inv": "postings",
    ".doc": "texts",
    "vocabulary.bin": "words",
    ".pairs": "words",
    ".learned": "words",
    "completion.bin": "suggestions",
}
"""The part of the index that a file belongs to, by its name or suffix."""


@dataclass(frozen=True, slots=True)
class FieldStatistics:
    """Statistics of one text field.

    Attributes:
        terms: the number of distinct terms.
        tokens: the total number of tokens.
        average_length: tokens per article.
    """

    terms: int
    tokens: int
    average_length: float


@dataclass(frozen=True, slots=True)
class IndexStatistics:
    """Statistics of the live generation.

    Attributes:
        generation: the generation's name.
        articles: the number of articles.
        created: when the generation was built, ISO 8601, UTC.
        sources: the paths it was built from.
        skipped: the number of articles left out of the build, by kind of fault.
        versions: the versions of the software that built it.
        bytes: the size of its files.
        kept: the names of all generations kept, oldest first.
        fields: the statistics of each text field.
        categories: the number of articles in each of the most frequent categories, most frequent first.
        disk_bytes: the bytes of all generations together; files that they share count once.
        parts: bytes of each part: ``postings``, ``texts``, ``words``, ``suggestions``, ``others``.
        layers: distinct terms of each layer, ``exact`` and ``stem``, of titles and bodies together.
        segments: the number of segments.
        deleted: the number of articles that were deleted or replaced and still take space.
        dead_bytes: the approximate bytes of these, by their share of each segment.
        analyzer: fingerprint of the analysis.
        schema: fingerprint of the fields.
        first_date: the date of the earliest article, ISO 8601; empty if no article has a date.
        last_date: the date of the latest article.
        undated: the number of articles without a date.
        warning: what is damaged; see ``IndexReader.warning``.
    """

    generation: str
    articles: int
    created: str
    sources: tuple[str, ...]
    skipped: Mapping[str, int]
    versions: Mapping[str, str]
    bytes: int
    kept: tuple[str, ...]
    fields: Mapping[str, FieldStatistics]
    categories: Mapping[str, int]
    disk_bytes: int = 0
    parts: Mapping[str, int] = field(default_factory=dict)
    layers: Mapping[str, int] = field(default_factory=dict)
    segments: int = 1
    deleted: int = 0
    dead_bytes: int = 0
    analyzer: str = ""
    schema: str = ""
    first_date: str = ""
    last_date: str = ""
    undated: int = 0
    warning: str = ""


def index_statistics(directory: Path) -> IndexStatistics:
    """Open the live generation and count; `open_index` says what may be raised."""
    with open_index(directory) as reader:
        manifest = reader.manifest
        first, last, undated = _period(reader)
        generations = Generations(directory)
        fields = {name: _field(reader, name) for name in TEXT_FIELDS}
        return IndexStatistics(
            generation=reader.generation,
            articles=reader.count,
            created=manifest.created,
            sources=manifest.sources,
            skipped=manifest.skipped,
            versions=manifest.versions,
            bytes=manifest.size,
            kept=tuple(generation.name for generation in generations.all()),
            fields=fields,
            categories=_categories(reader),
            disk_bytes=_disk_bytes(generations.folder),
            parts=_parts(manifest),
            layers={layer: fields[layer].terms for layer in LAYERS},
            segments=len(reader.segments),
            deleted=sum(segment.doc_count for segment in reader.segments) - reader.count,
            dead_bytes=_dead_bytes(reader, generations.folder / reader.generation),
            analyzer=manifest.analyzer,
            schema=manifest.schema,
            first_date=first,
            last_date=last,
            undated=undated,
            warning=reader.warning,
        )


def _period(reader: IndexReader) -> tuple[str, str, int]:
    """The earliest and the latest date of an article, and the number of articles without a date."""
    days = [segment.dates()[segment.alive] for segment in reader.segments]
    dated = [part[part > 0] for part in days]
    ends = [end for part in dated if len(part) for end in (int(part.min()), int(part.max()))]
    undated = sum(len(part) for part in days) - sum(len(part) for part in dated)
    if not ends:
        return "", "", undated
    return dt.date.fromordinal(min(ends)).isoformat(), dt.date.fromordinal(max(ends)).isoformat(), undated


def _disk_bytes(folder: Path) -> int:
    """Bytes of all files below a folder, each counted once however many names it has."""
    sizes = {}
    for path in folder.rglob("*"):
        if path.is_file():
            status = path.stat()
            sizes[status.st_dev, status.st_ino] = status.st_size
    return sum(sizes.values())


def _parts(manifest: Manifest) -> dict[str, int]:
    parts = dict.fromkeys((*PARTS.values(), OTHERS), 0)
    for name, entry in manifest.files.items():
        path = PurePosixPath(name)
        parts[PARTS.get(path.name) or PARTS.get(path.suffix) or OTHERS] += entry.size
    return parts


def _dead_bytes(reader: IndexReader, folder: Path) -> int:
    """The bytes of deleted articles, assuming that all articles of a segment take the same space."""
    total = 0.0
    for segment in reader.segments:
        if segment.deleted is not None and segment.doc_count:
            size = sum(path.stat().st_size for path in folder.glob(f"{segment.name}.*") if path.is_file())
            total += size * float(segment.deleted.mean())
    return round(total)


def _field(reader: IndexReader, name: str) -> FieldStatistics:
    texts = ["title"] if name.startswith("title_") else TEXTS
    tokens = sum(
        int(segment.lengths(text)[segment.alive].sum(dtype=np.int64))
        for segment in reader.segments
        for text in texts
    )
    terms = {term for segment in reader.segments for term in segment.impacts(name).terms()}
    return FieldStatistics(len(terms), tokens, tokens / reader.count if reader.count else 0.0)


def _categories(reader: IndexReader) -> dict[str, int]:
    counts: dict[str, int] = {}
    for segment in reader.segments:
        column = segment.keyword("category")
        counted = np.bincount(column.codes[segment.alive], minlength=len(column.values)).tolist()
        for value, count in zip(column.values, counted, strict=False):
            if value and count:
                counts[value] = counts.get(value, 0) + count
    frequent = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return dict(frequent[:_MOST])

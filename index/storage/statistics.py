"""Figures of an index, for people and for programs."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.schema import TEXT_FIELDS, TEXTS
from index.storage.generations import Generations
from index.storage.reader import IndexReader, open_index

__all__ = ["FieldStatistics", "IndexStatistics", "index_statistics"]

_MOST = 10


@dataclass(frozen=True, slots=True)
class FieldStatistics:
    """Figures of one text field.

    Attributes:
        terms: how many different terms it has.
        tokens: how many tokens in all.
        average_length: tokens an article.
    """

    terms: int
    tokens: int
    average_length: float


@dataclass(frozen=True, slots=True)
class IndexStatistics:
    """Figures of the live generation.

    Attributes:
        generation: its name.
        articles: how many it holds.
        created: when it was built, ISO 8601, UTC.
        sources: the paths it was built from.
        skipped: articles left out then, by kind of fault.
        versions: what built it.
        bytes: size of its files.
        kept: names of all generations kept, oldest first.
        fields: figures of each text field.
        categories: articles in each of the most frequent categories, most frequent first.
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


def index_statistics(directory: Path) -> IndexStatistics:
    """Open the live generation and count; `open_index` says what may be raised."""
    with open_index(directory) as reader:
        manifest = reader.manifest
        return IndexStatistics(
            generation=reader.generation,
            articles=reader.count,
            created=manifest.created,
            sources=manifest.sources,
            skipped=manifest.skipped,
            versions=manifest.versions,
            bytes=sum(entry.size for entry in manifest.files.values()),
            kept=tuple(generation.name for generation in Generations(directory).all()),
            fields={name: _field(reader, name) for name in TEXT_FIELDS},
            categories=_categories(reader),
        )


def _field(reader: IndexReader, name: str) -> FieldStatistics:
    texts = ["title"] if name.startswith("title_") else TEXTS
    tokens = sum(
        int(segment.lengths(text).sum(dtype=np.int64)) for segment in reader.segments for text in texts
    )
    terms = sum(segment.impacts(name).term_count for segment in reader.segments)
    return FieldStatistics(terms, tokens, tokens / reader.count if reader.count else 0.0)


def _categories(reader: IndexReader) -> dict[str, int]:
    counts: dict[str, int] = {}
    for segment in reader.segments:
        codes, values = segment.keyword("category")
        for value, count in zip(values, np.bincount(codes, minlength=len(values)).tolist(), strict=False):
            if value:
                counts[value] = counts.get(value, 0) + count
    frequent = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return dict(frequent[:_MOST])

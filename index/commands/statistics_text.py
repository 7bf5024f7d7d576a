"""Figures of an index for people, a line each."""

from collections.abc import Iterator

from onneshon.index.commands.shared import size_text
from onneshon.index.storage.statistics import IndexStatistics

__all__ = ["statistics_lines"]


def statistics_lines(statistics: IndexStatistics) -> Iterator[str]:
    """What `index stats` prints."""
    left_out = ", ".join(f"{count:,} {kind}" for kind, count in statistics.skipped.items())
    yield from (
        f"generation  {statistics.generation} (kept: {', '.join(statistics.kept)})",
        f"articles    {statistics.articles:,}",
        f"dates       {_period(statistics)}",
        f"size        {size_text(statistics.bytes)}; all generations take {size_text(statistics.disk_bytes)}",
        f"segments    {_segments(statistics)}",
        f"built       {statistics.created} from {', '.join(statistics.sources) or 'articles in hand'}",
        f"versions    {', '.join(f'{name} {version}' for name, version in statistics.versions.items())}",
        f"analysis    {statistics.analyzer[:16]}, fields {statistics.schema[:16]}",
        f"left out    {left_out or 'none'}",
    )
    yield "parts       " + ", ".join(f"{name} {size_text(size)}" for name, size in statistics.parts.items())
    yield "layers      " + ", ".join(f"{name} {terms:,} terms" for name, terms in statistics.layers.items())
    for name, field in statistics.fields.items():
        figures = f"{field.terms:,} terms, {field.tokens:,} tokens, {field.average_length:,.1f} an article"
        yield f"{name:<11} {figures}"
    if statistics.categories:
        yield "categories  " + ", ".join(f"{name} {n:,}" for name, n in statistics.categories.items())


def _period(statistics: IndexStatistics) -> str:
    if not statistics.first_date:
        return "none"
    undated = f", {statistics.undated:,} without a date" if statistics.undated else ""
    return f"{statistics.first_date} to {statistics.last_date}{undated}"


def _segments(statistics: IndexStatistics) -> str:
    if not statistics.deleted:
        return f"{statistics.segments}, nothing deleted in them"
    dead = f"{statistics.deleted:,} deleted articles take about {size_text(statistics.dead_bytes)}"
    return f"{statistics.segments}; {dead}"

"""Figures for people: of what `--dry-run` would read, and of an index, with its history as a picture."""

import datetime as dt
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from onneshon.index.article import Article
from onneshon.index.commands.shared import passed_over, size_text
from onneshon.index.commands.terminal import Styled, say, say_json
from onneshon.index.errors import KINDS, OnneshonError
from onneshon.index.ingest.preview import Preview
from onneshon.index.storage.beside import BuildRecord
from onneshon.index.storage.statistics import IndexStatistics

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
        yield f"  first {fault.kind}: {fault.where}: {fault.reason}"


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
    padded = (cells[name] + " " * (width - _width(cells[name])) for name, width in widths.items())
    return "  ".join(padded).rstrip()


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


def plot_builds(builds: Sequence[BuildRecord], path: Path) -> None:
    """Draw articles and bytes, and seconds of each phase and articles a second, over the builds.

    Args:
        builds: oldest first; at least one.
        path: of the picture; its suffix says of which kind: ``.png``, ``.svg``, ``.pdf``; without one, PNG.

    Raises:
        OnneshonError: matplotlib is not installed, the kind is not known, or the file cannot be written.
    """
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415  # an extra, and slow to load
    except ImportError:
        raise OnneshonError("a plot needs matplotlib: pip install 'onneshon[plot]'") from None
    if not builds:
        raise OnneshonError("no build is recorded: there is something to plot after the next one")
    figure = Figure(figsize=(10, 7), layout="constrained")
    upper, lower = figure.subplots(2, 1, sharex=True)
    times = [dt.datetime.fromisoformat(build.created) for build in builds]
    _draw_size(upper, times, builds)
    _draw_speed(lower, times, builds)
    figure.autofmt_xdate()
    try:
        figure.savefig(path, format=path.suffix[1:] or "png")
    except ValueError as error:
        raise OnneshonError(f"{path}: {error}") from None
    except OSError as error:
        raise OnneshonError(f"{path} cannot be written: {error.strerror}") from error


def _draw_size(axes: Any, times: Sequence[dt.datetime], builds: Sequence[BuildRecord]) -> None:
    axes.plot(times, [build.articles for build in builds], "o-", color="tab:blue", label="articles")
    axes.set_ylabel("articles")
    axes.set_ylim(0, 1.3 * max(build.articles for build in builds) + 1)  # else the two lines are one
    right = axes.twinx()
    right.plot(times, [build.bytes / 1e6 for build in builds], "s--", color="tab:orange", label="MB")
    right.set_ylabel("MB")
    right.set_ylim(0, 1.1 * max(build.bytes for build in builds) / 1e6 + 1e-3)
    _legend(axes, right)


def _draw_speed(axes: Any, times: Sequence[dt.datetime], builds: Sequence[BuildRecord]) -> None:
    names = list(dict.fromkeys(name for build in builds for name in build.phases))
    rows = [[build.phases.get(name, 0.0) for build in builds] for name in names]
    if rows:
        axes.stackplot(times, rows, labels=names, alpha=0.7)
    axes.set_ylabel("seconds")
    right = axes.twinx()
    speeds = [build.articles_per_second for build in builds]
    right.plot(times, speeds, "ko-", label="articles a second")
    right.set_ylabel("articles a second")
    right.set_ylim(bottom=0)
    _legend(axes, right)


def _legend(axes: Any, right: Any) -> None:
    lines, names = axes.get_legend_handles_labels()
    more_lines, more_names = right.get_legend_handles_labels()
    corner = {"loc": "lower left", "bbox_to_anchor": (0.0, 1.0), "ncols": 6, "frameon": False}
    axes.legend(lines + more_lines, names + more_names, fontsize="small", **corner)

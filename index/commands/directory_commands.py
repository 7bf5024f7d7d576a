"""The operations of ``onneshon index`` on an index in a directory, and the texts of their outcomes."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, Final

from onneshon.index.commands.shared import size_text
from onneshon.index.commands.terminal import counted
from onneshon.index.errors import GIVE, IndexCorruptError, OnneshonError
from onneshon.index.indexer.builder import migrate, run_build
from onneshon.index.indexer.write_job import BuildReport, UpdateReport
from onneshon.index.indexer.write_options import BuildOptions, UpdateOptions
from onneshon.index.remote import IndexCommands, Location, Outcome
from onneshon.index.storage.beside import BuildRecord
from onneshon.index.storage.checking import CheckReport, check_index
from onneshon.index.storage.durable import writer_lock
from onneshon.index.storage.generations import Generations
from onneshon.index.storage.reader import GO_BACK, MIGRATE, check_fingerprints
from onneshon.index.storage.snapshot import restore, snapshot
from onneshon.index.storage.statistics import IndexStatistics, index_statistics
from onneshon.index.upkeep.deep_check import DeepReport, check_deeply
from onneshon.index.upkeep.index_writer import Commit, open_writer
from onneshon.index.upkeep.repair import repair
from onneshon.index.upkeep.update import ArticleWriter, delete_articles, run_update

_SITE_FILES: Final = {
    "written": "from the snapshot come {names}",
    "kept": "kept as they are: {names}; the others in {file} are what a restore into an empty folder writes",
}
"""Messages about the files of the site after a snapshot is restored, by what became of them."""


def commands_of(location: Location) -> IndexCommands:
    """The operations on an index, in a directory or at an address."""
    return DirectoryCommands(location) if isinstance(location, Path) else location.commands()


class DirectoryCommands(IndexCommands):
    """The operations on an index in a directory.

    Args:
        directory: the directory of the index.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._generations = Generations(directory)

    def build(
        self, paths: Sequence[Path], options: BuildOptions, _own: Mapping[str, int | None]
    ) -> BuildReport:
        """See ``run_build``."""
        return run_build(paths, self._directory, options)

    def migrate(self, options: BuildOptions) -> BuildReport:
        """See ``builder.migrate``."""
        return migrate(self._directory, options)

    def update(self, paths: Sequence[Path], options: UpdateOptions) -> UpdateReport:
        """See ``run_update``."""
        return run_update(paths, self._directory, options)

    @contextmanager
    def writer(self, *, wait: float = 0) -> Iterator[ArticleWriter]:
        """See ``open_writer``; raises IndexMissingError if there is no index, instead of creating one."""
        self._generations.agreed()
        with open_writer(self._directory, wait=wait) as writer:
            yield writer

    def delete(self, ids: Sequence[str], *, wait: float) -> Outcome:
        """See ``delete_articles``; raises IndexMissingError if there is no index, instead of creating one."""
        self._generations.agreed()
        commit = delete_articles(ids, self._directory, wait=wait)
        left = f"deleted {commit.deleted:,}; {extent_text(commit)} left"
        return Outcome(asdict(commit), [left, f"generation {commit.generation} is live"])

    def check(self, *, deep: bool) -> Outcome:
        """See ``check_index`` and ``check_deeply``."""
        return _checked_deeply(self._directory) if deep else _checked(self._directory)

    def rollback(self, to: str | None) -> str:
        """Make an earlier generation live, after reading the whole of it."""
        if not self._generations.all():
            self._generations.current()  # says that there is no index
        accept = partial(check_fingerprints, remedy=self._remedy())
        with writer_lock(self._directory):
            return self._generations.rollback(to, accept=accept).name

    def _remedy(self) -> str:
        """The advice if the generation to roll back to was built by another version."""
        try:
            self._generations.current()
        except IndexCorruptError:
            return MIGRATE
        return GO_BACK

    def gc(
        self, *, keep: int, only_live: bool, dry_run: bool, keep_days: float | None = None
    ) -> Sequence[str]:
        """Remove generations that no reader needs; see ``Generations.dead``.

        Generations built within ``keep_days`` are kept too.
        """
        since = None if keep_days is None else dt.datetime.now(dt.UTC) - dt.timedelta(days=keep_days)
        if not self._generations.folder.is_dir():
            self._generations.current()  # says that there is no index
        with writer_lock(self._directory):
            found = self._generations
            dead = found.superseded() if only_live else found.dead(keep=keep, since=since)
            left = [] if dry_run else found.remove(dead)
        if left:
            gone = len(dead) - len(left)
            raise OnneshonError(f"{gone} of {len(dead)} were removed; {left[0]} cannot be: {GIVE}")
        return [str(folder) for folder in dead]

    def repair(self, options: BuildOptions) -> Outcome:
        """See ``upkeep.repair``."""
        report = repair(self._directory, options)
        saved = f"{counted(report.build.articles, 'article')} of generation {report.source} saved"
        lost = "nobody knows how many" if report.lost_articles is None else f"{report.lost_articles:,}"
        lines = [
            *(f"warning: {warning}" for warning in report.warnings),
            *(f"lost: {name}" for name in report.lost),
            *([f"mended: {', '.join(report.mended)}"] if report.mended else []),
            f"{saved}, {lost} lost",
            f"generation {report.build.generation} is live",
        ]
        return Outcome(asdict(report), lines, complete=not (report.lost or report.warnings))

    def snapshot(self, name: str) -> Outcome:
        """Write the live generation and the files of the site to a file; see ``storage.snapshot``."""
        report = snapshot(self._directory, Path(name))
        articles, size = counted(report.articles, "article"), size_text(report.snapshot_bytes)
        lines = [f"generation {report.generation}, {articles}, is in {name}: {size}"]
        if report.site:
            lines.append(f"so is what lies beside it: {', '.join(report.site)}")
        return Outcome(asdict(report), lines)

    def restore(self, name: str, *, wait: float) -> Outcome:
        """Make the generation in a file live; see ``storage.restore``."""
        report = restore(Path(name), self._directory, wait=wait)
        line = f"{counted(report.articles, 'article')} restored; generation {report.generation} is live"
        notes = [
            message.format(names=names, file=name)
            for state, message in _SITE_FILES.items()
            if (names := ", ".join(file for file, became in report.site.items() if became == state))
        ]
        return Outcome(asdict(report), [line], notes)

    def stats(self) -> Outcome:
        """See ``index_statistics``."""
        statistics = index_statistics(self._directory)
        return Outcome(asdict(statistics), [*statistics_lines(statistics)], _warnings(statistics))


def extent_text(state: UpdateReport | Commit) -> str:
    """The size of an index, in articles and segments."""
    return f"{counted(state.articles, 'article')} in {counted(state.segments or 0, 'segment')}"


def _warnings(report: CheckReport | DeepReport | IndexStatistics) -> list[str]:
    return [f"warning: {report.warning}"] if report.warning else []


def _checked(directory: Path) -> Outcome:
    report = check_index(directory)
    counts = f"{counted(report.articles, 'article')}, {report.terms:,} terms, {report.files} files"
    line = f"generation {report.generation} is sound: {counts}, {size_text(report.bytes)}"
    return Outcome(asdict(report), [line], _warnings(report))


def _checked_deeply(directory: Path) -> Outcome:
    report = check_deeply(directory)
    what = f"{counted(report.articles, 'article')} and {counted(report.postings, 'posting')}"
    where = counted(report.segments, "segment")
    line = f"generation {report.generation} is sound: {what} in {where} agree with the stored texts"
    return Outcome(asdict(report), [line], _warnings(report))


def statistics_lines(statistics: IndexStatistics) -> Iterator[str]:
    """The lines that `index stats` prints."""
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
    """Plot articles and bytes, and seconds of each phase and articles per second, over the builds.

    Args:
        builds: the builds, oldest first.
        path: the file of the plot; its suffix sets the format: ``.png``, ``.svg``, ``.pdf``; without, PNG.

    Raises:
        OnneshonError: matplotlib is not installed, there is no build, the format is unknown, or the file
            cannot be written.
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
    axes.set_ylim(0, 1.3 * max(build.articles for build in builds) + 1)  # or the two lines would coincide
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

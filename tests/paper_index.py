"""A remote index without storage that records all calls."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path
from typing import Any

import pytest

from onneshon.index import remote
from onneshon.index.article import Article
from onneshon.index.indexer.write_job import BuildReport, UpdateReport
from onneshon.index.indexer.write_options import BuildOptions, UpdateOptions, WriteOptions
from onneshon.index.remote import BuildOption, Due, Outcome, RemoteCommands, RemoteIndex
from onneshon.index.upkeep.update import ArticleWriter
from tests.fake_engine import FakeEngine

__all__ = ["ASKED", "PaperIndex", "provide"]

ASKED: list[tuple[str, Any]] = []
"""The recorded calls, each with its arguments."""


def _site(options: WriteOptions) -> Path | None:
    assert options.configuration
    return options.configuration.path


class _Writer:
    def add(self, article: Article) -> None:
        ASKED.append(("add", article.title))

    def delete(self, article_id: str) -> None:
        ASKED.append(("take out", article_id))

    def commit(self) -> UpdateReport:
        return _REPORT


_REPORT = UpdateReport(
    generation="পাতা-১",
    seen=9,
    added=7,
    changed=0,
    unchanged=0,
    deleted=0,
    unknown=0,
    stale=1,
    articles=12,
    skipped={"empty": 1},
    seconds=1.0,
    visible_seconds=1.0,
    index_bytes=5,
)


class _Commands(RemoteCommands):
    @contextmanager
    def writer(self, *, wait: float = 0) -> Iterator[ArticleWriter]:
        ASKED.append(("writer", wait))
        yield _Writer()
        ASKED.append(("visible", None))

    def live(self) -> str:
        return "পাতা-১.১"

    def build(
        self, paths: Sequence[Path], options: BuildOptions, own: Mapping[str, int | None]
    ) -> BuildReport:
        ASKED.append(("build", ([path.name for path in paths], _site(options), own, options.workers)))
        return BuildReport(
            generation="পাতা-১", seen=2, articles=1, skipped={"empty": 1}, seconds=1.0, index_bytes=5
        )

    def migrate(self, options: BuildOptions) -> BuildReport:
        return self.build([], options, {})

    def update(self, paths: Sequence[Path], options: UpdateOptions) -> UpdateReport:
        ASKED.append(("update", ([path.name for path in paths], _site(options), options.delete_missing)))
        return _REPORT

    def delete(self, ids: Sequence[str], *, wait: float) -> Outcome:
        ASKED.append(("delete", (ids, wait)))
        return Outcome({"deleted": len(ids)}, ["deleted"])

    def check(self, *, deep: bool) -> Outcome:
        ASKED.append(("check", deep))
        return Outcome({"articles": 3}, ["sound"])

    def rollback(self, to: str | None) -> str:
        ASKED.append(("rollback", to))
        return "পাতা-১"

    def gc(self, *, keep: int, only_live: bool, dry_run: bool) -> Sequence[str]:
        ASKED.append(("gc", (keep, only_live, dry_run)))
        return ["পাতা-০"]

    def rollover(self, due: Due, *, shards: int | None, wait: float) -> Outcome:
        ASKED.append(("rollover", (due, shards, wait)))
        return Outcome({"index": None}, ["not yet"])

    def drop(self, *, wait: float) -> Outcome:
        ASKED.append(("drop", wait))
        return Outcome({"removed": ["পাতা-১"]}, ["removed"])

    def repair(self, _options: BuildOptions) -> Outcome:
        ASKED.append(("repair", None))
        return Outcome({"articles": 3}, ["mended"])

    def snapshot(self, name: str) -> Outcome:
        ASKED.append(("snapshot", name))
        return Outcome({"snapshot": name}, ["kept"])

    def restore(self, name: str, *, wait: float) -> Outcome:
        ASKED.append(("restore", (name, wait)))
        return Outcome({"snapshot": name}, ["live"])

    def stats(self) -> Outcome:
        ASKED.append(("stats", None))
        return Outcome({"articles": 3}, ["articles    3"])


class PaperIndex(RemoteIndex):
    """A remote index whose commands only record their calls."""

    kind = "a shelf"
    build_options = (
        BuildOption("sheets", 1, "On a shelf: sheets of paper"),
        BuildOption("copies", 0, "Of each"),
    )

    def __init__(self, address: str) -> None:
        self._address = address

    def __str__(self) -> str:
        return self._address

    def commands(self) -> RemoteCommands:
        """The commands of the index."""
        return _Commands()

    def open_engine(self, *, directory: Path, **options: Any) -> Any:
        """The fake engine, after recording the call."""
        ASKED.append(("open", (directory, options)))
        return FakeEngine()


def provide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Install a provider of ``paper://`` as the only one, and clear the recorded calls."""
    ASKED.clear()
    entries = EntryPoints([EntryPoint("paper", f"{__name__}:PaperIndex", remote.GROUP)])
    monkeypatch.setattr(remote, "entry_points", entries.select)

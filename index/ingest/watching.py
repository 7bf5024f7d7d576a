"""Being told when a file of articles changes."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Final

from onneshon.index.file_stamp import FileStamp
from onneshon.index.ingest.readers.record import ReadingOptions, needed
from onneshon.index.ingest.readers.registry import FORMATS, SUFFIXES
from onneshon.index.ingest.source import WAL_ENDING, is_hidden
from onneshon.index.ingest.sources import Sources, plain_name

_LOOK: Final = 500
"""Milliseconds after which it is looked whether to stop."""

_LONGEST: Final = 30
"""Times ``settle`` after which changes are reported, though they go on."""


def watched(
    paths: Sequence[Path],
    stop: Event,
    reading: ReadingOptions | None = None,
    *,
    settle: float = 1.0,
    polling: bool = False,
    has_news: Callable[[], bool] = bool,
) -> Iterator[int]:
    """How many files of articles have changed, each time that some have; 0 at once, when watching has begun.

    What changes while the number that was given is worked on is reported afterwards.

    Args:
        paths: folders and files.
        stop: set to end.
        reading: how they are read: files of one format count where one is asked for. Where links are
            followed, so is what happens behind those to folders, and to the files that others lead to now.
        settle: seconds without a change after which changes are reported.
        polling: look at the files from time to time instead of being told by the system, which does not know
            what happens on other machines.
        has_news: asked each half second whether something else has changed, which counts as no file.

    Raises:
        CorpusError: watchfiles is not installed.
    """
    reading = reading or ReadingOptions()
    watches = _watches(paths, stop, reading, settle=settle, polling=polling) if paths else [_moments(stop)]
    begun = False
    # Each in its turn: what happens meanwhile to what the others watch is kept for them.
    for found in zip(*watches, strict=False):
        changed = {name for changes in found for _change, name in changes}
        if has_news() or not begun or changed:
            begun = True
            yield len(changed)


def _moments(stop: Event) -> Iterator[set[tuple[object, str]]]:
    """Nothing that has changed, from time to time."""
    yield set()
    while not stop.wait(_LOOK / 1000):
        yield set()


def _watches(
    paths: Sequence[Path], stop: Event, reading: ReadingOptions, *, settle: float, polling: bool
) -> list[Iterator[set[tuple[object, str]]]]:
    """What has changed of the files behind some paths, from time to time; see ``watched``."""
    watchfiles = needed("watchfiles", "watch", ", ".join(map(str, paths)))
    rules = _rules([*paths, *_linked(paths, reading)], reading)
    return [
        watchfiles.watch(
            *sorted(rule.folders),
            watch_filter=rule.counts,
            recursive=rule.recursive,
            step=max(50, int(settle * 1000)),
            debounce=max(50, int(settle * 1000 * _LONGEST)),
            stop_event=stop,
            rust_timeout=_LOOK,
            yield_on_timeout=True,
            raise_interrupt=True,
            force_polling=polling or None,
            ignore_permission_denied=True,
        )
        for rule in rules
    ]


class _Logs:
    """Logs of databases, in which alone a change may stand for as long as a program has one open.

    The system tells of one that SQLite opened to read as of one that was written to.

    Args:
        names: of files that are logs, where they are there.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._stamps = {name: FileStamp.of(Path(name)) for name in names}

    def has_changed(self, name: str) -> bool:
        """Whether it is a log, and another than when this was asked last."""
        if name not in self._stamps:
            return False
        before, self._stamps[name] = self._stamps[name], FileStamp.of(Path(name))
        return before != self._stamps[name]


@dataclass(frozen=True, slots=True)
class _Rule:
    """Folders that are watched in one way, and what counts in them.

    Attributes:
        folders: that are watched.
        recursive: with all that is below them.
        names: of files that count whatever they are called.
        logs: of these files, where they are databases.
        suffixes: of others that count.
        follow_links: whether they count behind a link to a folder, which the system tells of all the same.
    """

    folders: frozenset[Path]
    recursive: bool
    names: frozenset[str]
    logs: _Logs
    suffixes: tuple[str, ...] = ()
    follow_links: bool = False

    def counts(self, _change: object, name: str) -> bool:
        """Whether what happened to a file is to be reported."""
        if name in self.names or self.logs.has_changed(name):
            return True
        plain = plain_name(Path(name).name)
        if is_hidden(plain) or not plain.lower().endswith(self.suffixes):
            return False
        folder = os.path.dirname(name)  # noqa: PTH120  # compared as a text
        return self.follow_links or os.path.realpath(folder) == folder


def _linked(paths: Sequence[Path], reading: ReadingOptions) -> list[Path]:
    """Files that links in folders lead to: the system tells of changes by the folder that a file is in."""
    if not reading.follow_links:
        return []
    sources = Sources(paths, reading.format, follow_links=True)
    return [source.path for source in sources if source.path.is_symlink()]


def _rules(paths: Sequence[Path], reading: ReadingOptions) -> list[_Rule]:
    """How paths are watched: folders as they are, files by their folders.

    The system watches a file and not its name: it would tell nothing of another file that takes its place.
    """
    folders = frozenset(path.resolve() for path in paths if path.is_dir())
    files = [path for path in paths if not path.is_dir()]
    # A link may be made to lead elsewhere, and what it leads to may change.
    named = frozenset(name for path in files for name in (path.resolve(), path.parent.resolve() / path.name))
    names = frozenset(map(str, named))
    logs = _Logs(f"{name}{WAL_ENDING}" for name in named)
    parents = frozenset(name.parent for name in named)
    suffixes = FORMATS[reading.format].suffixes if reading.format else tuple(SUFFIXES)
    rules = (
        _Rule(folders, True, names, logs, suffixes, reading.follow_links),
        _Rule(parents, False, names, logs),
    )
    return [rule for rule in rules if rule.folders]

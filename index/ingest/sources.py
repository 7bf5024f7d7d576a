"""The files of articles under given paths, in a stable order, and a watch for changes to them."""

import os
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path, PurePath
from threading import Event
from typing import Final

from onneshon.index.file_stamp import FileStamp
from onneshon.index.ingest.readers.record import ReadingOptions, needed
from onneshon.index.ingest.readers.registry import FORMATS, SUFFIXES
from onneshon.index.ingest.source import (
    STDIN,
    WAL_ENDING,
    Folder,
    Source,
    address_of,
    is_hidden,
    readable,
    sort_of,
    why,
)

_ASKED: Final = ("sql", "database")
"""Formats whose files are read only if they are named, as a database needs a selection of what to read."""
_COMPRESSED: Final = (".gz", ".bz2", ".xz", ".zst")


def _stem(name: str) -> str:
    """A file name without the suffixes of its format and its compression."""
    name = plain_name(name)
    suffix = PurePath(name).suffix
    return name.removesuffix(suffix) if suffix.lower() in SUFFIXES else name


def plain_name(name: str) -> str:
    """A file name without the suffixes of compression formats."""
    for suffix in _COMPRESSED:
        if name.lower().endswith(suffix):
            name = name[: -len(suffix)]
    return name


class Sources:
    """The files under given paths, listed once, at the first use.

    Args:
        paths: files, folders, FIFOs, or `STDIN`; a FIFO is read as standard input is, until its writer closes
            it. A link that is given is followed. In a folder, files with a suffix of the format, compressed
            or not, are taken at any depth, in the order of their names; hidden ones are left out.
        format_name: the format of all files; None for any format; then folders are searched neither for
            queries nor for databases.
        follow_links: whether links in folders may lead anywhere, to folders too; else a link to a file is
            followed if the file is in the same folder, at any depth, and is a fault if it is not.
    """

    def __init__(
        self, paths: Sequence[Path], format_name: str | None = None, *, follow_links: bool = False
    ) -> None:
        self._paths = paths
        known = (
            FORMATS[format_name].suffixes
            if format_name
            else [suffix for suffix, reader in SUFFIXES.items() if reader.name not in _ASKED]
        )
        self._suffixes = tuple(name + end for name in known for end in ("", *_COMPRESSED))
        self._follow_links = follow_links

    def __iter__(self) -> Iterator[Source]:
        listed, _passed = self._listing
        good = [source.identity for source in listed if not source.fault]
        stems = _repeated(map(_stem, good))
        names = _repeated(good) if stems else set()
        for source in listed:
            yield source if source.fault else replace(source, identity=_identity(source, stems, names))

    @property
    def passed(self) -> Counter[str]:
        """The number of skipped entries of folders: files by their endings, links to folders elsewhere."""
        return self._listing[1]

    @property
    def total_bytes(self) -> int | None:
        """Bytes of all the files, compressed as they are; None if standard input or a FIFO is among them."""
        sizes = [source.size for source in self._listing[0]]
        return None if None in sizes else sum(size for size in sizes if size)

    @cached_property
    def _listing(self) -> tuple[list[Source], Counter[str]]:
        """The files with their whole names as identities, and the counts of skipped entries."""
        passed: Counter[str] = Counter()
        return [source for path in self._paths for source in self._behind(path, passed)], passed

    def _behind(self, path: Path, passed: Counter[str]) -> Iterator[Source]:
        if path == STDIN:
            yield Source(str(STDIN), "stdin", size=None)
            return
        if address := address_of(path):
            name = PurePath(address.partition("?")[0]).name or "database"  # for the ids of rows without one
            yield Source(str(path), name, size=None)
            return
        try:
            found = path.stat()
        except (OSError, ValueError) as error:
            yield Source(str(path), path.name, why(error))
            return
        if stat.S_ISDIR(found.st_mode):
            yield from self._inside(path, passed)
        elif stat.S_ISREG(found.st_mode):
            yield Source(str(path), self._name(path), size=found.st_size)
        elif stat.S_ISFIFO(found.st_mode):
            yield Source(str(path), self._name(path), size=None)
        else:
            reason = f"{sort_of(found.st_mode)}, which articles are not read from"
            yield Source(str(path), path.name, reason)

    def _name(self, path: Path) -> str:
        """The name of a file that was given, with its folders if several given files have the same name."""
        is_alone = [named.name for named in self._paths].count(path.name) == 1
        return readable(path.name if is_alone else path.as_posix())

    def _inside(self, root: Path, passed: Counter[str]) -> Iterator[Source]:
        folder = Folder(root, self._suffixes, passed, follow_links=self._follow_links)
        found = 0
        for source in folder.sources():
            found += 1
            yield source
        if not found:
            names = ", ".join(self._suffixes[:: 1 + len(_COMPRESSED)])
            reason = f"no file of articles in this folder; they are called {names}"
            yield Source(str(root), root.name, reason)


def _identity(source: Source, stems: set[str], names: set[str]) -> str:
    """The shortest name of a source that is unique, as a shared name would give two articles the same id.

    Args:
        source: a source whose identity is still its whole name.
        stems: the stems that several sources have.
        names: the whole names that several sources have, such as files of two folders.
    """
    stem = _stem(source.identity)
    if stem not in stems:
        return stem
    return readable(source.path.as_posix()) if source.identity in names else source.identity


def _repeated(names: Iterable[str]) -> set[str]:
    met: set[int] = set()
    repeated = set()
    for name in names:
        if hash(name) in met:
            repeated.add(name)
        met.add(hash(name))
    return repeated


_LOOK: Final = 500
"""Milliseconds between two checks of whether to stop."""

_LONGEST: Final = 30
"""Multiple of ``settle`` after which changes are reported even if more are still coming."""


def watched(
    paths: Sequence[Path],
    stop: Event,
    reading: ReadingOptions | None = None,
    *,
    settle: float = 1.0,
    polling: bool = False,
    has_news: Callable[[], bool] = bool,
) -> Iterator[int]:
    """Yield the number of changed files each time that some have changed; first 0, when watching has begun.

    Changes that happen while the caller works on a number are reported afterwards.

    Args:
        paths: folders and files.
        stop: the event that ends watching.
        reading: how the files are read: if a format is given, only its files count. If links are followed,
            changes in folders behind links count too, and changes to files that links lead to at the start.
        settle: seconds without a change after which changes are reported.
        polling: whether to poll the files instead of relying on events of the system, which has none for
            changes made on other machines.
        has_news: called each half second; whether something else has changed, which counts as no file.

    Raises:
        CorpusError: watchfiles is not installed.
    """
    reading = reading or ReadingOptions()
    watches = _watches(paths, stop, reading, settle=settle, polling=polling) if paths else [_moments(stop)]
    begun = False
    # In turns: events of a watch are queued while the others are read.
    for found in zip(*watches, strict=False):
        changed = {name for changes in found for _change, name in changes}
        if has_news() or not begun or changed:
            begun = True
            yield len(changed)


def _moments(stop: Event) -> Iterator[set[tuple[object, str]]]:
    """Yield an empty set of changes every ``_LOOK`` milliseconds."""
    yield set()
    while not stop.wait(_LOOK / 1000):
        yield set()


def _watches(
    paths: Sequence[Path], stop: Event, reading: ReadingOptions, *, settle: float, polling: bool
) -> list[Iterator[set[tuple[object, str]]]]:
    """Iterators over the changes to files under given paths, one for each rule; see ``watched``."""
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
    """Write-ahead logs of databases: while a program has a database open, changes may be in its log alone.

    The system reports a log that SQLite opened for reading like one that was written to.

    Args:
        names: the paths of the logs, which need not exist.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._stamps = {name: FileStamp.of(Path(name)) for name in names}

    def has_changed(self, name: str) -> bool:
        """Whether a file is a log that has changed since the last call."""
        if name not in self._stamps:
            return False
        before, self._stamps[name] = self._stamps[name], FileStamp.of(Path(name))
        return before != self._stamps[name]


@dataclass(frozen=True, slots=True)
class _Rule:
    """Folders that are watched in the same way, and the files in them that count.

    Attributes:
        folders: the folders to watch.
        recursive: whether to watch everything below them too.
        names: the paths of files that count whatever they are called.
        logs: the write-ahead logs of these files, if they are databases.
        suffixes: the suffixes of other files that count.
        follow_links: whether files behind a link to a folder count; the system reports them in any case.
    """

    folders: frozenset[Path]
    recursive: bool
    names: frozenset[str]
    logs: _Logs
    suffixes: tuple[str, ...] = ()
    follow_links: bool = False

    def counts(self, _change: object, name: str) -> bool:
        """Whether a change to a file is to be reported."""
        if name in self.names or self.logs.has_changed(name):
            return True
        plain = plain_name(Path(name).name)
        if is_hidden(plain) or not plain.lower().endswith(self.suffixes):
            return False
        folder = os.path.dirname(name)  # noqa: PTH120  # compared as a text
        return self.follow_links or os.path.realpath(folder) == folder


def _linked(paths: Sequence[Path], reading: ReadingOptions) -> list[Path]:
    """Links to files in folders, to watch the targets: changes are reported for the folder of the target."""
    if not reading.follow_links:
        return []
    sources = Sources(paths, reading.format, follow_links=True)
    return [source.path for source in sources if source.path.is_symlink()]


def _rules(paths: Sequence[Path], reading: ReadingOptions) -> list[_Rule]:
    """How paths are watched: folders as they are, files by their folders.

    The system watches a file and not its name: it would not report another file that takes its place.
    """
    folders = frozenset(path.resolve() for path in paths if path.is_dir())
    files = [path for path in paths if not path.is_dir()]
    # Both the link and its target are watched, as either may change.
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

"""From a directory to a store: what is missing there, the pointer last; what nobody needs there is removed.

Nothing that is half there is ever seen: an object is whole or not there, no manifest names one that is not,
and a generation is live once the pointer names its manifest, which one conditional write does.

A generation shares files with the one before it, or sends them again. So the files needed in the last days
are those named by the newest manifest from before them, those of the live one, and those written since.
"""

import contextlib
import datetime as dt
import hashlib
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import IO, Final, NamedTuple

from onneshon.index.configuration_file import read_configuration
from onneshon.index.errors import BuildError, ConfigurationError, IndexStateError
from onneshon.index.file_stamp import FileStamp
from onneshon.index.replication.lease import Lease
from onneshon.index.replication.objects import (
    EVER,
    FILES,
    MANIFESTS,
    Known,
    ObjectDamagedError,
    Pointer,
    file_key,
    live_key,
    manifest_key,
    read_known,
    read_manifest,
)
from onneshon.index.replication.store import Listed, ObjectStore
from onneshon.index.storage.arriving import SummedFile, live_name, open_held, without_toc
from onneshon.index.storage.beside import said_names
from onneshon.index.storage.durable import explain
from onneshon.index.storage.generations import Generations
from onneshon.index.storage.manifest import FileEntry, Generation, Manifest, digest

log = logging.getLogger(__name__)

_CHUNK: Final = 1 << 20
_AT_ONCE: Final = 6
"""The number of files sent at a time."""
_MANY: Final = 64 << 20
"""Bytes to send from which it pays to ask which files an interrupted push has sent already."""
SITE_SECONDS: Final = 1.0
"""Seconds between checks whether editors have changed one of the site's files."""
YOUNG: Final = dt.timedelta(hours=12)
"""The time for which a file without a manifest is kept: a push under way may have sent it."""
_SENT_AGAIN: Final = "All files are sent to %s again, as %s there is not what was put there."
_BATCH: Final = 500
"""The number of objects removed before the lease is checked again."""


@dataclass(frozen=True, slots=True)
class PushReport:
    """The report of a push.

    Attributes:
        store: the address of the store.
        generation: the generation that is live there now.
        articles: the number of its articles.
        files: the number of files sent.
        bytes: the size of these files and the manifest.
        moved: whether anything had changed.
    """

    store: str
    generation: str
    articles: int
    files: int = 0
    bytes: int = 0
    moved: bool = False


class Pusher:
    """Pushes the live generation of a directory, again and again.

    Args:
        directory: the directory of the index.
        lease: the lease of the store.
        clock: a monotonic clock, in seconds.
    """

    def __init__(self, directory: Path, lease: Lease, clock: Callable[[], float] = time.monotonic) -> None:
        self._directory = directory
        self._lease = lease
        self._store = lease.store
        self._there: tuple[str, frozenset[str]] = "", frozenset()
        self._clock = clock
        self._site_state: dict[str, FileStamp | None] | None = None
        self._site_due = clock()

    def is_due(self) -> bool:
        """Whether the live generations here and in the store differ, as far as this directory knows."""
        live = live_name(Generations(self._directory))
        known = read_known(self._directory, str(self._store))
        return bool(live) and (not known.is_at(self._lease.pointer, live) or self._has_site_changed())

    def _has_site_changed(self) -> bool:
        """Whether the site's files have changed, checked once in ``SITE_SECONDS``."""
        if self._clock() < self._site_due:
            return False
        if self._state_of_site() != self._site_state:
            return True
        self._site_due = self._clock() + SITE_SECONDS
        return False

    def _state_of_site(self) -> dict[str, FileStamp | None]:
        """The stamps of the site's files, by which changes are seen."""
        return {name: FileStamp.of(self._directory / name) for name in said_names(self._directory)}

    def push(self, *, again: bool = False) -> PushReport:
        """Make what is live here live in the store.

        Args:
            again: whether to send all files, also those that are there.

        Raises:
            IndexLockedError: another process has taken the lease.
            IndexStateError: what is live in the store was never here; nothing was changed there.
            IndexCorruptError: a file is not as it was built; nothing was changed.
            StoreError: the store cannot be asked, or refuses.
            BuildError: this machine refused something.
        """
        try:
            return self._pushed(again=again)
        except OSError as error:
            raise BuildError(f"nothing was pushed: {explain(error, self._directory)}") from error

    def _pushed(self, *, again: bool) -> PushReport:
        pointer = self._lease.pointer
        generation = Generations(self._directory).agreed()
        manifest = without_toc(generation.manifest())
        known = read_known(self._directory, str(self._store))
        if not known.has_seen(pointer):
            raise IndexStateError(
                f"{self._store} has generation {pointer.generation}, which is not the last that went there "
                f"from {self._directory} or came from there: take it with `onneshon index pull`, or push to "
                "another address"
            )
        report = PushReport(str(self._store), generation.name, manifest.articles)
        state, site = self._state_of_site(), _site(self._directory, pointer)
        if known.is_at(pointer, generation.name) and pointer.site == site and not again:
            self._site_state = state
            return report
        content = manifest.encode()
        files, size = self._send_missing(generation, manifest, site, again=again)
        self._make_live(generation, content, site, known)
        self._site_state = state
        return replace(report, files=files, bytes=size + len(content), moved=True)

    def _send_missing(
        self, generation: Generation, manifest: Manifest, site: Mapping[str, FileEntry], *, again: bool
    ) -> tuple[int, int]:
        """Send the missing files; returns their number and bytes."""
        paths = {name: generation.folder / name for name in manifest.files}
        paths |= {name: self._directory / name for name in site}
        there = frozenset() if again else self._files_there()
        wanted = {entry.sha256: (name, entry) for name, entry in {**manifest.files, **site}.items()}
        missing = {name: entry for sha256, (name, entry) in wanted.items() if sha256 not in there}
        if not again and sum(entry.size for entry in missing.values()) >= _MANY:
            young = self._sent_lately()
            missing = {name: entry for name, entry in missing.items() if entry.sha256 not in young}
        with contextlib.ExitStack() as stack:
            files = {name: open_held(stack, paths[name], "nothing was pushed") for name in missing}
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                list(pool.map(lambda name: self._send(files[name], name, missing[name]), missing))
        return len(missing), sum(entry.size for entry in missing.values())

    def _files_there(self) -> frozenset[str]:
        """The digests of the files that the live manifest names, which no pruning removes."""
        pointer = self._lease.pointer
        if not pointer.generation:
            return frozenset()
        if self._there[0] != pointer.manifest:
            try:
                files = read_manifest(self._store, live_key(pointer)).files.values()
            except ObjectDamagedError:
                log.warning(_SENT_AGAIN, self._store, live_key(pointer))
                return frozenset()
            self._there = pointer.manifest, frozenset(entry.sha256 for entry in files)
        return self._there[1] | {entry.sha256 for entry in pointer.site.values()}

    def _sent_lately(self) -> set[str]:
        since = dt.datetime.now(dt.UTC) - YOUNG
        listed = self._store.listed(FILES)
        return {found.key.rpartition("/")[2] for found in listed if found.modified >= since}

    def _send(self, stream: IO[bytes], name: str, entry: FileEntry) -> None:
        summed = SummedFile(stream, name, entry)
        pieces = iter(partial(summed.read, _CHUNK), b"")
        self._store.put(file_key(entry.sha256), b"".join(pieces) if entry.size <= _CHUNK else pieces)

    def _make_live(
        self, generation: Generation, content: bytes, site: Mapping[str, FileEntry], known: Known
    ) -> None:
        sha256 = hashlib.sha256(content).hexdigest()
        self._store.put(manifest_key(generation.name, sha256), content)
        replace(known, pushing=sha256).write(self._directory)
        pointer = self._lease.write(
            publication=self._lease.pointer.publication + 1,
            generation=generation.name,
            manifest=sha256,
            published=dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"),
            site=dict(site),
        )
        known.moved_to(pointer, generation.name, Generations(self._directory)).write(self._directory)


def _site(directory: Path, pointer: Pointer) -> Mapping[str, FileEntry]:
    """The site's files that exist; those of the store while ``onneshon.toml`` is malformed.

    So articles taken out disappear from all machines, whatever somebody writes into that file.
    """
    try:
        read_configuration(directory)
    except ConfigurationError:
        return pointer.site
    return {
        name: FileEntry((directory / name).stat().st_size, digest(directory / name))
        for name in said_names(directory)
        if (directory / name).is_file()
    }


@dataclass(frozen=True, slots=True)
class PruneReport:
    """The report of a pruning.

    Attributes:
        manifests: the number of manifests of superseded generations.
        files: the number of files that no generation has, with those of unfinished uploads.
        bytes: the size of all of them.
    """

    manifests: int
    files: int
    bytes: int


def prune(
    lease: Lease, days: float, now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
) -> PruneReport:
    """Remove the objects that no generation needs which was live within some days.

    Args:
        lease: the lease of the store.
        days: the number of past days.
        now: the time, for tests; the clock of the store must not differ by hours.

    Raises:
        IndexLockedError: another process has taken the lease.
        StoreError: the store cannot be asked, or the live manifest is not what was put there.
    """
    store, since = lease.store, now() - dt.timedelta(days=days)
    lease.write()  # from here only this process can change what is live
    manifests = sorted(store.listed(MANIFESTS), key=lambda found: found.modified)
    before = [found for found in manifests if found.modified < since]
    needed = _needed(store, lease.pointer, before, since)
    superseded = [found for found in before if found.key not in needed.manifests]
    least = needed.since - YOUNG
    files = [
        found for found in store.listed(FILES) if found.key not in needed.files and found.modified < least
    ]
    _remove(lease, superseded)
    _remove(lease, files)
    unfinished = store.remove_unfinished(now() - YOUNG)
    size = sum(found.size for found in (*superseded, *files)) + sum(unfinished)
    return PruneReport(len(superseded), len(files) + len(unfinished), size)


class _Needed(NamedTuple):
    """The objects that stay.

    Attributes:
        manifests: the names of manifests.
        files: the names of the files that these have.
        since: the time since which files may be named by other manifests.
    """

    manifests: set[str]
    files: set[str]
    since: dt.datetime


def _needed(store: ObjectStore, pointer: Pointer, before: Sequence[Listed], since: dt.datetime) -> _Needed:
    """The objects that stay, of the live manifest and the newest of those from before a time.

    Later generations share files with the newest. If it is damaged, these are among the files of the newest
    sound one before it, and those written since that; it stays itself, so that they do next time too.
    """
    files = {file_key(entry.sha256) for entry in pointer.site.values()}
    live = live_key(pointer) if pointer.generation else ""  # it may not be listed yet
    files |= _named(store, live) if live else set()
    damaged: list[str] = []
    for found in reversed(before):
        try:
            files |= _named(store, found.key)
        except ObjectDamagedError:
            log.warning("%s in %s is damaged: files that it may name stay.", found.key, store)
            damaged.append(found.key)
        else:
            return _Needed({live, found.key, *damaged}, files, found.modified if damaged else since)
    return _Needed({live, *damaged}, files, EVER if damaged else since)


def _named(store: ObjectStore, key: str) -> set[str]:
    """The names of the files of a manifest; errors as for ``read_manifest``."""
    return {file_key(entry.sha256) for entry in read_manifest(store, key).files.values()}


def _remove(lease: Lease, doomed: list[Listed]) -> None:
    for first in range(0, len(doomed), _BATCH):
        lease.write()  # a paused process must not remove what another has sent again
        lease.store.delete([found.key for found in doomed[first : first + _BATCH]])

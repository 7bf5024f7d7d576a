"""Pulls a generation from a store into a directory: missing files only, all verified, then made live.

A file that is here already, in whichever generation, gets a second name. What comes is kept aside until its
generation is whole, so that one who was killed goes on where he was.
"""

import contextlib
import datetime as dt
import logging
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from onneshon.index.errors import BuildError, IndexMissingError, IndexStateError, OnneshonError
from onneshon.index.replication.objects import (
    Pointer,
    damaged,
    file_key,
    live_key,
    read_known,
    read_manifest,
    read_pointer,
)
from onneshon.index.replication.store import ObjectMissingError, ObjectStore
from onneshon.index.storage.arriving import live_name, tried, without_toc, write_summed
from onneshon.index.storage.durable import explain, link_file, make_folder, replace_file, writer_lock
from onneshon.index.storage.generations import KEPT, Generations
from onneshon.index.storage.manifest import MANIFEST_FILE, FileEntry, Manifest, digest, looks_sound
from onneshon.index.storage.reader import check_fingerprints

log = logging.getLogger(__name__)

_WAY_BACK: Final = (
    "%s was moved back to generation %s, from before %s was made, which was live here: what was published "
    "since is found no more. `onneshon index rollback --to %s` and a push bring it back"
)

_FETCHED: Final = "fetched"
_AT_ONCE: Final = 6
"""The number of files fetched at a time."""
_SPARE: Final = 16 << 20
"""Bytes of disk that must stay free after the pull."""


@dataclass(frozen=True, slots=True)
class PullReport:
    """The report of a pull.

    Attributes:
        store: the address of the store.
        generation: the generation that is live there.
        local: the name of that generation here.
        articles: the number of its articles.
        files: the number of files fetched.
        bytes: the size of these files.
        moved: whether anything had changed.
    """

    store: str
    generation: str
    local: str
    articles: int
    files: int = 0
    bytes: int = 0
    moved: bool = False


def pull(directory: Path, store: ObjectStore, *, wait: float = 0, keep: int = KEPT) -> PullReport:
    """Make what is live in a store live here; what was live here is kept for a rollback.

    Args:
        directory: the directory of the index; made if need be, for its owner only.
        store: the store to pull from.
        wait: seconds to wait for another writer of the directory.
        keep: the number of generations that stay, the new one included; fewer where the disk is full.

    Raises:
        IndexMissingError: nothing was pushed there yet.
        IndexLockedError: another process writes the directory.
        IndexOutdatedError: it was built by another version; what is live here stays so.
        StoreError: the store cannot be asked, or has altered objects; what is live here stays so.
        BuildError: the disk refused something; what is live here stays so.
    """
    found = read_pointer(store)
    if found is None or not found[0].generation:
        raise IndexMissingError(f"nothing is in {store} yet: push an index there with `onneshon index push`")
    return pull_what(found[0], directory, store, wait=wait, keep=keep)


def pull_what(
    pointer: Pointer, directory: Path, store: ObjectStore, *, wait: float, keep: int = KEPT
) -> PullReport:
    """As ``pull``, once the pointer of the store was read."""
    try:
        make_folder(directory)
        with writer_lock(directory, wait=wait):
            return _Pull(directory, store, pointer).run(keep)
    except OSError as error:
        raise BuildError(
            f"nothing was pulled, and the live index is as it was: {explain(error, directory)}"
        ) from error


class _Pull:
    def __init__(self, directory: Path, store: ObjectStore, pointer: Pointer) -> None:
        self._directory = directory
        self._store = store
        self._pointer = pointer
        self._generations = Generations(directory)
        self._known = read_known(directory, str(store))
        self._aside = directory / _FETCHED

    def run(self, keep: int) -> PullReport:
        previous = live_name(self._generations)
        if previous and self._known.is_at(self._pointer, previous):
            return self._report(previous, self._generations.current().manifest())
        manifest = read_manifest(self._store, live_key(self._pointer))
        check_fingerprints(manifest)
        self._tell_way_back(previous)
        local = self._only_site(previous) or self._held() or self._brought(without_toc(manifest), keep)
        known = self._known.moved_to(self._pointer, local, self._generations)
        if known != self._known:
            known.write(self._directory)
        self._generations.collect(previous, keep=keep)
        return self._report(local, manifest, moved=True)

    def _tell_way_back(self, live: str | None) -> None:
        """Warn if the generation live here is known to the store, and newer than the one live there.

        A rollback that was pushed was made live there later than that.
        """
        if not live or live != self._known.local or not self._pointer.published:
            return
        with contextlib.suppress(OnneshonError):  # a damaged manifest, which is replaced anyway
            created = dt.datetime.fromisoformat(self._generations.current().manifest().created)
            if created > dt.datetime.fromisoformat(self._pointer.published):
                log.warning(_WAY_BACK, self._store, self._pointer.generation, live, live)

    def _report(self, local: str, manifest: Manifest, *, moved: bool = False) -> PullReport:
        count, size = self._came if moved else (0, 0)
        return PullReport(
            str(self._store), self._pointer.generation, local, manifest.articles, count, size, moved
        )

    _came: tuple[int, int] = 0, 0

    def _only_site(self, live: str | None) -> str:
        """If only the site's files have changed, take them; the live generation then, else an empty text."""
        if not live or (self._known.manifest, self._known.local) != (self._pointer.manifest, live):
            return ""
        self._put_site(self._fetched_site())
        return live

    def _held(self) -> str:
        """Make the generation live if it is here already and sound; its name, or an empty text."""
        for local, manifest in self._known.held.items():
            if manifest == self._pointer.manifest:
                with contextlib.suppress(IndexStateError):
                    self._put_site(self._fetched_site())
                    return self._generations.rollback(local).name
        return ""

    def _brought(self, manifest: Manifest, keep: int) -> str:
        """Assemble a generation from files that are here and fetched ones; its name."""
        self._generations.clear()
        here = self._here({entry.sha256 for entry in manifest.files.values()})
        missing = {name: entry for name, entry in manifest.files.items() if entry.sha256 not in here}
        self._make_room(self._to_come(missing.values()), keep)
        working = self._generations.begin(self._pointer.generation)
        try:
            paths = here | self._fetch(missing)
            for name, entry in manifest.files.items():
                (working / name).parent.mkdir(mode=0o700, exist_ok=True)
                link_file(paths[entry.sha256], working / name)
            (working / MANIFEST_FILE).write_bytes(manifest.encode())
            tried(working, manifest, str(self._store))
            self._put_site(self._fetched_site())
            local = self._generations.publish(working).name
        finally:
            self._generations.clear()
        shutil.rmtree(self._aside, ignore_errors=True)
        return local

    def _here(self, wanted: Collection[str]) -> dict[str, Path]:
        """Wanted files of generations here, by digest; altered ones are left out, to be fetched again."""
        found = {}
        for generation in self._generations.all():
            with contextlib.suppress(OnneshonError):
                for name, entry in generation.manifest().files.items():
                    if entry.sha256 in wanted and looks_sound(generation.folder / name, entry):
                        found[entry.sha256] = generation.folder / name
        return found

    def _to_come(self, missing: Iterable[FileEntry]) -> int:
        """The bytes to fetch; removes files fetched for another generation that was never completed."""
        sizes = {entry.sha256: entry.size for entry in missing}
        for path in self._aside.iterdir() if self._aside.exists() else ():
            if path.name in sizes and path.stat().st_size == sizes[path.name]:
                del sizes[path.name]
            else:
                path.unlink()
        return sum(sizes.values())

    def _make_room(self, size: int, keep: int) -> None:
        """Remove older generations if the disk has too little room for the fetched files."""
        if shutil.disk_usage(self._directory).free >= size + _SPARE:
            return
        if keep > 1 and live_name(self._generations):
            self._generations.remove(self._generations.superseded())
        free = shutil.disk_usage(self._directory).free
        if free < size + _SPARE:
            raise BuildError(
                f"generation {self._pointer.generation} of {self._store} needs {size:,} bytes, and "
                f"{free:,} are free in {self._directory}: make room; what is live here stays so"
            )

    def _fetch(self, missing: Mapping[str, FileEntry]) -> dict[str, Path]:
        self._aside.mkdir(mode=0o700, exist_ok=True)
        self._came = len(missing), sum(entry.size for entry in missing.values())
        by_sum = {entry.sha256: entry for entry in missing.values()}
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return dict(zip(by_sum, pool.map(self._fetched, by_sum.values()), strict=True))

    def _fetched(self, entry: FileEntry) -> Path:
        """Fetch a file of the store, whole and verified; its path."""
        path = self._aside / entry.sha256
        if path.is_file() and digest(path) == entry.sha256:
            return path
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        key = file_key(entry.sha256)
        try:
            write_summed(self._store.pieces(key), part, entry)
        except (ValueError, ObjectMissingError):
            part.unlink(missing_ok=True)
            raise damaged(self._store, key) from None
        part.replace(path)
        return path

    def _fetched_site(self) -> Iterator[tuple[str, bytes]]:
        """The site's files in the store that have changed there since the last pull.

        A local file that did not come from the store stays as it is, as it does when a snapshot is restored.
        """
        for name, entry in self._pointer.site.items():
            before = self._known.site.get(name)
            is_own = before is None and (self._directory / name).exists()
            if before != entry.sha256 and not is_own and Path(name).name == name:
                self._aside.mkdir(mode=0o700, exist_ok=True)
                yield name, self._fetched(entry).read_bytes()

    def _put_site(self, said: Iterator[tuple[str, bytes]]) -> None:
        """Write the site's files; before the generation is live, as its readers use them."""
        for name, content in said:
            replace_file(self._directory / name, content)

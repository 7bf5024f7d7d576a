"""Generations: whole indexes in one directory, of which one is live.

    DIR/CURRENT                 the name of the live generation, and the digest of its manifest
    DIR/manifest.json           a copy of that manifest, from which a damaged CURRENT is recovered
    DIR/generations/000007/     a whole index: Whoosh's files, the vocabulary, manifest.json
    DIR/generations/000006/     the previously live generation, for a rollback
    DIR/generations/000008.building/   being written, or left by a build that was killed
    DIR/generations/000005.removed/    being removed, or left by a removal that was killed
    DIR/writer.lock             locked by the writing process; writer.json names that process

A folder gets its final name when everything in it is on the disk, and becomes live when ``CURRENT`` is
replaced, which is atomic. A reader that has the files of an older generation open can read them, even after
their removal, until it closes them.
"""

import contextlib
import datetime as dt
import hashlib
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from onneshon.index.errors import REPAIR, IndexCorruptError, IndexMissingError, IndexStateError, OnneshonError
from onneshon.index.storage.durable import make_folder, publish_folder, replace_file, unreadable
from onneshon.index.storage.manifest import (
    BELIEVED,
    MANIFEST_FILE,
    POINTER_FILE,
    Generation,
    Manifest,
    content_of,
    may_have_been,
    pointed_at,
    pointer_to,
)

_NAME = re.compile(r"[0-9]{6,}")
_BUILDING = ".building"
_REMOVED = ".removed"
_SHRINK = 2

KEPT: Final = 2
"""The number of generations that stay by default: the live one and the one before it."""


class Generations:
    """The generations of an index directory.

    All methods that write expect that the caller has the writer's lock.

    Args:
        directory: the index directory; need not exist yet.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.pointer = directory / POINTER_FILE
        self.folder = directory / "generations"

    def current(self) -> Generation:
        """The live generation; its files are not read.

        Raises:
            IndexMissingError: nothing was ever published in the directory.
            IndexCorruptError: ``CURRENT`` is lost or garbled, or names a generation that does not exist.
        """
        try:
            content = self.pointer.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            raise self._missing() from None
        except IsADirectoryError:
            raise IndexCorruptError(f"{self.pointer} is a folder: remove it, and {REPAIR}") from None
        except OSError as error:
            raise IndexStateError(unreadable(error, self.pointer)) from error
        found = pointed_at(content)
        if found is None:
            raise IndexCorruptError(f"{self.pointer} is garbled: {REPAIR}")
        generation = self._named(*found)
        try:
            found_folder = generation.folder.is_dir()
        except OSError as error:
            raise IndexStateError(unreadable(error, generation.folder)) from error
        if not found_folder:
            raise IndexCorruptError(f"{generation.folder} is missing, though CURRENT names it: {REPAIR}")
        return generation

    def _missing(self) -> IndexStateError:
        if self.all():
            return IndexCorruptError(
                f"{self.pointer} is missing: point it at the newest generation with `onneshon index rollback`"
            )
        return IndexMissingError(
            f"there is no index in {self.directory} yet: build one with `onneshon index build PATH...`"
        )

    def agreed(self) -> Generation:
        """The live generation, also where ``CURRENT`` is damaged, if the copy of the manifest identifies it.

        Then its ``warning`` says that ``CURRENT`` is damaged, and so does its ``agreed_manifest``.

        Raises:
            IndexStateError: as for ``current``, where the copy identifies no generation, or one that the
                remains of ``CURRENT`` contradict.
        """
        try:
            named = self.current()
        except IndexCorruptError:
            if (found := self._live_by_copy()) is None:
                raise
            return found
        return (named.is_another() and self._live_by_copy()) or named

    def _live_by_copy(self) -> Generation | None:
        """The newest generation whose manifest equals the copy, unless the remains of ``CURRENT`` deny it."""
        copy, left = content_of(self.directory / MANIFEST_FILE), content_of(self.pointer)
        sha256 = hashlib.sha256(copy).hexdigest()
        for generation in reversed(self.all()):
            is_same = copy and content_of(generation.folder / MANIFEST_FILE) == copy
            if is_same and may_have_been(left, generation.name, sha256):
                # Where ``CURRENT`` names just this one, a writer has replaced it since it was found damaged.
                is_whole = pointed_at(left) == (generation.name, sha256)
                return replace(self._named(generation.name, sha256), warning="" if is_whole else BELIEVED)
        return None

    def current_or_newest(self) -> Generation:
        """The live generation or, where it cannot be identified, the newest; raises as `current` does."""
        try:
            return self.agreed()
        except IndexCorruptError:
            if every := self.all():
                return every[-1]
            raise

    def _named(self, name: str, manifest_sha256: str = "") -> Generation:
        return Generation(name, self.folder / name, manifest_sha256)

    def all(self) -> list[Generation]:
        """Finished generations, oldest first, live or not, sound or not."""
        names = [name for name in self._names() if _NAME.fullmatch(name)]
        return [self._named(name) for name in sorted(names, key=int)]

    def _names(self) -> list[str]:
        try:
            return [path.name for path in self.folder.iterdir() if path.is_dir()]
        except (FileNotFoundError, NotADirectoryError):
            return []

    def abandoned(self) -> list[Path]:
        """Folders that are half written, by a killed build or the one that has the lock, or half removed."""
        return [self.folder / name for name in self._names() if name.endswith((_BUILDING, _REMOVED))]

    def begin(self, name: str = "") -> Path:
        """Make the folder in which the next generation is written; only its owner can read it.

        Args:
            name: the name of the generation, if it is free; otherwise the generation gets the next number.
        """
        make_folder(self.folder)
        names = [generation.name for generation in self.all()]
        if not _NAME.fullmatch(name) or name in names:
            name = f"{max(map(int, names), default=0) + 1:06}"
        working = self.folder / f"{name}{_BUILDING}"
        working.mkdir(mode=0o700)
        return working

    def publish(self, working: Path) -> Generation:
        """Make a finished generation durable, then live.

        Args:
            working: the folder that `begin` made, its manifest written.

        Raises:
            OSError: the disk refused something. The same generation is live as before and ``working`` is
                removed, except in one case: the fsync of ``CURRENT``'s name failed after the last step.
        """
        final = working.with_name(working.name.removesuffix(_BUILDING))
        try:
            publish_folder(working, final)
            return self._point_at(self._named(final.name))
        except BaseException:
            if not self._may_be_live(final.name):
                self.remove([final])
            raise

    def _may_be_live(self, name: str) -> bool:
        """Whether ``CURRENT`` names this generation, or cannot be read."""
        try:
            return self.pointer.read_bytes().startswith(f"{name} ".encode())
        except FileNotFoundError:
            return False
        except OSError:
            return True

    def _point_at(self, generation: Generation) -> Generation:
        content = (generation.folder / MANIFEST_FILE).read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        replace_file(self.directory / MANIFEST_FILE, content)
        replace_file(self.pointer, pointer_to(generation.name, sha256))
        return self._named(generation.name, sha256)

    def rollback(self, to: str | None = None, *, accept: Callable[[Manifest], object] = bool) -> Generation:
        """Make an earlier generation live, after reading every byte of it.

        Args:
            to: the generation's name; None for the newest sound one before the live one (or of all, when
                ``CURRENT`` is broken).
            accept: called with the generation's manifest; may raise to refuse the generation.

        Raises:
            IndexStateError: there is no such generation, or no sound one; nothing has changed.
        """
        faults = []
        for generation in self.earlier() if to is None else [self._existing(to)]:
            try:
                accept(generation.check(digests=True))
            except OnneshonError as error:
                faults.append(f"{generation.name}: {error}")
            else:
                return self._point_at(generation)
        if to is not None:
            raise IndexStateError("; ".join(faults))
        if faults:
            raise IndexStateError(f"there is no earlier generation to go back to ({'; '.join(faults)})")
        raise IndexStateError(
            f"there is no earlier generation in {self.folder}: builds and updates keep what `--keep` says"
        )

    def _existing(self, name: str) -> Generation:
        for generation in self.all():
            if generation.name == name:
                return generation
        kept = ", ".join(generation.name for generation in self.all()) or "none"
        raise IndexStateError(f"there is no generation {name} in {self.folder}; kept are: {kept}")

    def earlier(self) -> list[Generation]:
        """The generations before the live one, newest first; all of them, where ``CURRENT`` is broken."""
        newest_first = self.all()[::-1]
        try:
            live = int(self.current().name)
        except (IndexMissingError, IndexCorruptError):
            return newest_first
        return [generation for generation in newest_first if int(generation.name) < live]

    def dead(
        self, previous: str | None = None, *, keep: int = KEPT, since: dt.datetime | None = None
    ) -> list[Path]:
        """The folders to remove: half-built ones, and the generations before the live one that are not kept.

        Generations newer than the live one were left by a rollback; they stay as the way forward, and so that
        their numbers are not used again: a reader sees by the number whether it is up to date. While
        ``CURRENT`` is unreadable, every finished generation stays, as any may be the one to go back to. The
        last good one always stays: worse ones that came after it do not displace it.

        Args:
            previous: the generation to keep first after the live one; None for the newest before it.
            keep: the number of generations that stay, the live one included.
            since: generations built later than this stay as well; so do those whose age cannot be read.
        """
        try:
            self.current()
        except IndexStateError:
            return self.abandoned()
        earlier = self.earlier()
        earlier.sort(key=lambda generation: generation.name != previous)  # the others stay newest first
        good = self.last_good()
        doomed = [item for item in earlier[max(keep - 1, 0) :] if item.name != good]
        if since is not None:
            doomed = [item for item in doomed if _is_older(item, since)]
        return [item.folder for item in doomed] + self.abandoned()

    def last_good(self) -> str | None:
        """The name of the newest good generation that is not newer than the live one; None if there is none.

        A good generation left no article out, and has at least half as many as the good one before it. Only
        manifests are read; a generation whose manifest is not sound does not count.
        """
        good, articles = None, 0
        for generation in reversed([self.current(), *self.earlier()]):
            try:
                manifest = generation.manifest()
            except OnneshonError:
                continue
            if not manifest.skipped and manifest.articles * _SHRINK >= articles:
                good, articles = generation.name, manifest.articles
        return good

    def superseded(self) -> list[Path]:
        """The folders of all generations before the live one, also the last good one, and half-built ones."""
        self.current()
        return [generation.folder for generation in self.earlier()] + self.abandoned()

    def collect(self, previous: str | None = None, *, keep: int = KEPT) -> int:
        """Remove the folders that `dead` lists; a reader that still has their files open can read them.

        Returns:
            The number of folders that were removed.
        """
        dead = self.dead(previous, keep=keep)
        return len(dead) - len(self.remove(dead))

    def remove(self, folders: list[Path]) -> list[Path]:
        """Remove folders of generations; return those that could not be removed whole, as another user's.

        A half-removed folder no longer has a generation's name.
        """
        left = []
        for folder in folders:
            doomed = folder
            if _NAME.fullmatch(folder.name):
                doomed = folder.with_name(f"{folder.name}{_REMOVED}")
                try:
                    folder.rename(doomed)
                except OSError:
                    left.append(folder)
                    continue
            shutil.rmtree(doomed, ignore_errors=True)
            if doomed.exists():
                left.append(doomed)
        return left

    def clear(self) -> None:
        """Remove half-built generations: as the caller has the lock, no other process is building them."""
        with contextlib.suppress(OSError):
            self.remove(self.abandoned())


def _is_older(generation: Generation, since: dt.datetime) -> bool:
    try:
        return dt.datetime.fromisoformat(generation.manifest().created) < since
    except (OnneshonError, ValueError, TypeError):
        return False

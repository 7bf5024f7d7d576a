"""Generations: whole indexes side by side, of which one is live.

    DIR/CURRENT                 which generation is live, and the digest of its manifest
    DIR/manifest.json           a copy of that manifest, by which a damaged CURRENT is known again
    DIR/generations/000007/     a whole index: Whoosh's files, the vocabulary, manifest.json
    DIR/generations/000006/     the one that was live before, for going back
    DIR/generations/000008.building/   being written, or left by a build that was killed
    DIR/generations/000005.removed/    being removed, or left by a removal that was killed
    DIR/writer.lock             held by whoever writes; writer.json says who

A folder gets its final name when everything in it is on the disk, and becomes live when ``CURRENT`` is
replaced, which is atomic. A reader that holds the files of an older generation keeps them, even deleted,
until it lets go.
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
"""Generations that stay unless told otherwise: the live one and the one before it."""


class Generations:
    """The generations of an index directory.

    All methods that write expect the writer's lock to be held.

    Args:
        directory: the index directory; need not exist yet.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.pointer = directory / POINTER_FILE
        self.folder = directory / "generations"

    def current(self) -> Generation:
        """The live generation; its files are not looked at.

        Raises:
            IndexMissingError: nothing was ever published here.
            IndexCorruptError: ``CURRENT`` is lost or garbled, or names a generation that is not there.
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
        """The live generation, also where ``CURRENT`` is damaged, if the copy of the manifest tells it.

        Then its ``warning`` says that ``CURRENT`` is damaged, and so does its ``agreed_manifest``.

        Raises:
            IndexStateError: as for ``current``, where the copy tells nothing, or what something else denies.
        """
        try:
            named = self.current()
        except IndexCorruptError:
            if (found := self._told_by_copy()) is None:
                raise
            return found
        return (named.is_another() and self._told_by_copy()) or named

    def _told_by_copy(self) -> Generation | None:
        """The newest that has the manifest beside the pointer, unless what is left of that denies it."""
        copy, left = content_of(self.directory / MANIFEST_FILE), content_of(self.pointer)
        sha256 = hashlib.sha256(copy).hexdigest()
        for generation in reversed(self.all()):
            is_same = copy and content_of(generation.folder / MANIFEST_FILE) == copy
            if is_same and may_have_been(left, generation.name, sha256):
                # Where it names just this one, a writer has replaced it since it was found damaged.
                is_whole = pointed_at(left) == (generation.name, sha256)
                return replace(self._named(generation.name, sha256), warning="" if is_whole else BELIEVED)
        return None

    def current_or_newest(self) -> Generation:
        """The live generation or, where nothing tells which it is, the newest; raises as `current` does."""
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
        """Folders that a build left half written (or is writing, when the lock is held), or half removed."""
        return [self.folder / name for name in self._names() if name.endswith((_BUILDING, _REMOVED))]

    def begin(self, name: str = "") -> Path:
        """Make the folder in which the next generation is written; only its owner can read it.

        Args:
            name: that it shall have, if no other has it; else the next number.
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
            OSError: the disk refused something. What was live is live still and ``working`` is gone, but for
                one case: that after the last step the name of ``CURRENT`` could not be made durable.
        """
        final = working.with_name(working.name.removesuffix(_BUILDING))
        try:
            publish_folder(working, final)
            return self._point_at(self._named(final.name))
        except BaseException:
            if not self._may_be_live(final.name):
                _remove([final])
            raise

    def _may_be_live(self, name: str) -> bool:
        """Whether ``CURRENT`` names it, or cannot be read."""
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
            to: its name; None for the newest sound one before the live one (or of all, when ``CURRENT`` is
                broken).
            accept: called with its manifest; may raise to refuse it.

        Raises:
            IndexStateError: there is none, or none that is sound; nothing has changed.
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
        """Those before the live one, newest first; all, where ``CURRENT`` is broken."""
        newest_first = self.all()[::-1]
        try:
            live = int(self.current().name)
        except (IndexMissingError, IndexCorruptError):
            return newest_first
        return [generation for generation in newest_first if int(generation.name) < live]

    def dead(
        self, previous: str | None = None, *, keep: int = KEPT, since: dt.datetime | None = None
    ) -> list[Path]:
        """Folders that nothing needs: half-built ones, and all older than the live one but some.

        What is newer than the live one was left by a rollback; it stays as the way forward, and so that its
        number is not given again: a reader tells by the number whether it is up to date. Nothing that was
        finished is dead while ``CURRENT`` is unreadable, as any may then be the one to go back to. Nor is the
        last good one ever: worse ones that came after it do not push it out.

        Args:
            previous: the first to keep beside the live one; None for the newest before it.
            keep: how many generations stay, the live one among them.
            since: those built later stay as well; so do those whose age cannot be read.
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
        """The newest generation, not newer than the live one, that took the place of a good one rightly.

        It left no article out, and has at least half as many as the good one before it. Only manifests are
        read; one that is not sound does not count.
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
        """All that is older than the live generation, the last good one too, and what is half built."""
        self.current()
        return [generation.folder for generation in self.earlier()] + self.abandoned()

    def collect(self, previous: str | None = None, *, keep: int = KEPT) -> int:
        """Remove what `dead` lists; a reader that still has such files open keeps them.

        Returns:
            How many folders went.
        """
        dead = self.dead(previous, keep=keep)
        return len(dead) - len(self.remove(dead))

    def remove(self, folders: list[Path]) -> list[Path]:
        """Remove some folders of generations; those of which something is left, as of another user's."""
        return _remove(folders)

    def clear(self) -> None:
        """Remove what is half built: whoever holds the lock knows that nobody else is building it."""
        with contextlib.suppress(OSError):
            _remove(self.abandoned())


def _is_older(generation: Generation, since: dt.datetime) -> bool:
    try:
        return dt.datetime.fromisoformat(generation.manifest().created) < since
    except (OnneshonError, ValueError, TypeError):
        return False


def _remove(folders: list[Path]) -> list[Path]:
    """Remove folders, as far as the disk allows; what is half removed has no name of a whole generation."""
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

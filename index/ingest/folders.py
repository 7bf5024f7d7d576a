"""What is in a folder at any depth: files of articles, what else there is, and where links lead."""

import os
import re
import stat
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Final

from onneshon.index.ingest.source import Source, leads_out, readable, sort_of, why

__all__ = ["Folder"]

_ENDING: Final = re.compile(r"\.[a-z0-9]{1,8}")
_MOST_ENDINGS: Final = 50
"""Endings that are counted apart: whoever names the files of a folder may think of any number."""


class Folder:
    """A folder that is walked through, every folder in it once.

    Args:
        root: the folder; what is outside of it is read through links only where they are followed.
        suffixes: of the files that are taken.
        passed: where files with other endings are counted, and links to folders that are not followed.
        follow_links: whether links may lead anywhere, and to folders.
    """

    def __init__(
        self, root: Path, suffixes: tuple[str, ...], passed: Counter[str], *, follow_links: bool
    ) -> None:
        self._root = root
        self._suffixes = suffixes
        self._passed = passed
        self._follow_links = follow_links
        self._real = os.path.realpath(root)
        self._entered: set[str] = set()

    def sources(self) -> Iterator[Source]:
        """The files, in the order of their names."""
        # A list of what waits, as folders may be nested deeper than calls may.
        waiting = self._entries(str(self._root))
        while waiting:
            entry = waiting.pop()
            if isinstance(entry, Source):
                yield entry
            elif not entry.name.startswith("."):
                try:
                    if self._is_entered(entry):
                        waiting += self._entries(entry.path)
                        continue
                except OSError as error:
                    yield Source(entry.path, entry.name, why(error))
                    continue
                yield from self._file(entry)

    def _entries(self, folder: str) -> list["os.DirEntry[str] | Source"]:
        """What is in a folder, last name first; where it cannot be listed, that fault; met again, nothing."""
        if self._follow_links:
            real = os.path.realpath(folder)
            if real in self._entered:
                return []
            self._entered.add(real)
        try:
            with os.scandir(folder) as entries:
                return [*sorted(entries, key=lambda entry: entry.name, reverse=True)]
        except OSError as error:
            return [Source(folder, folder, f"cannot be listed: {error.strerror}")]

    def _is_entered(self, entry: "os.DirEntry[str]") -> bool:
        """Whether it is a folder to go on in."""
        if self._follow_links and entry.is_symlink():
            return os.path.isdir(entry.path)  # noqa: PTH112  # a link in a circle is none, and no error here
        return entry.is_dir(follow_symlinks=False)

    def _file(self, entry: "os.DirEntry[str]") -> Iterator[Source]:
        if entry.name.lower().endswith(self._suffixes):
            yield self._regular(entry)
        elif not os.path.isdir(entry.path):  # noqa: PTH112  # as above
            self._pass(_ending(entry.name))
        elif leads_out(entry.path, self._real):
            self._pass("links to folders elsewhere")

    def _pass(self, what: str) -> None:
        self._passed[what if what in self._passed or len(self._passed) < _MOST_ENDINGS else "others"] += 1

    def _regular(self, entry: "os.DirEntry[str]") -> Source:
        """A file; whatever else has the name of one could be waited for in vain, or never end."""
        try:
            found = entry.stat()
        except OSError as error:
            return Source(entry.path, entry.name, why(error))
        if not stat.S_ISREG(found.st_mode):
            reason = f"{sort_of(found.st_mode)}, not a file: name it as a PATH of its own, or move it away"
            return Source(entry.path, entry.name, reason)
        # As a path has it, without the "./" of the folder that is called ".".
        identity = PurePath(entry.path).relative_to(self._root).as_posix()
        root = "" if self._follow_links else self._real
        source = Source(entry.path, readable(identity), size=found.st_size, root=root)
        return source.as_it_is_now() if entry.is_symlink() else source


def _ending(name: str) -> str:
    """By which a file is counted that is passed over."""
    ending = PurePath(name).suffix.lower()
    return ending if _ENDING.fullmatch(ending) else "without an ending"

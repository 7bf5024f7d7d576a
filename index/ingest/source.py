"""Where articles lie: a file, a folder at any depth, a part of a database; what cannot be read there."""

import os
import re
import stat
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path, PurePath
from typing import Any, Final
from urllib.parse import quote, unquote

from onneshon.index.analysis.control_characters import escaped

_ADDRESS: Final = re.compile(
    r"(?:postgres(?:ql)?|mysql|mariadb|oracle|mssql|sqlite)(?:\+[a-z0-9_]+)?://.*", re.DOTALL
)
_PATH: Final = re.compile(r"database:(.+)")
_PASSWORD: Final = re.compile(r"(//[^:/@]*):.*@")


def database_path(address: str) -> Path | None:
    """The address of a database as a path, as sources are; None where it is no such address.

    Of a path, two slashes are one: so these and the other signs of it are written otherwise.
    """
    return Path(f"database:{quote(address, safe='')}") if _ADDRESS.fullmatch(address) else None


def path_of(given: str | Path) -> Path:
    """A path as sources are, of what a program gives: a path, its text, or the address of a database."""
    return (database_path(given) if isinstance(given, str) else None) or Path(given)


def address_of(path: PurePath) -> str | None:
    """The address of a database that a path stands for; None where it is of a file."""
    found = _PATH.fullmatch(str(path))
    return unquote(found[1]) if found and _ADDRESS.fullmatch(unquote(found[1])) else None


def shown_address(address: str) -> str:
    """An address without its password."""
    return _PASSWORD.sub(r"\1:***@", address)


def is_hidden(name: str) -> bool:
    """Whether a file is nobody's article by its name: Word leaves a lock ``~$`` beside what is open in it."""
    return name.startswith((".", "~$"))


@dataclass(slots=True, eq=False)
class Since:
    """A column by which rows are told that were not there, or were otherwise, the last time.

    Attributes:
        column: whose values grow with time, such as that of the last change.
        after: for sources the highest value that was read; rows that have it are read once more.
        reached: the same, of sources that were read to their end.
    """

    column: str
    after: Mapping[str, Any] = field(default_factory=dict)
    reached: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Selection:
    """What is read of databases.

    Attributes:
        table: a table, perhaps with its schema before a dot.
        query: or a query.
        since: or of either what is new.
    """

    table: str | None = None
    query: str | None = None
    since: Since | None = None

    @property
    def names(self) -> list[str]:
        """What of it was chosen, by name."""
        return [field.name for field in fields(self) if getattr(self, field.name) is not None]


EVERYTHING: Final = Selection()


WAL_ENDING: Final = "-wal"
"""What SQLite adds to the name of a database, for the log in which changes stand first in WAL mode."""

STDIN: Final = Path("-")
"""The path that stands for standard input."""

_LEADS_OUT: Final = (
    "a link that leads out of its folder: give --follow-links to read what it leads to, name that as a PATH "
    "of its own, or remove the link"
)
_SORTS: Final = {
    stat.S_IFIFO: "a FIFO",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFDIR: "a folder",
}


@dataclass(frozen=True, slots=True)
class Source:
    """One file of articles.

    Attributes:
        location: the path of the file, as text; there may be millions of sources.
        identity: what ids of articles without one are made of: the same wherever the files lie.
        fault: why it cannot be read; empty where it can.
        kind: of the fault, as ``problems.KINDS`` has it.
        size: its bytes, compressed as they are; None where they are known at its end only.
        root: the folder, as ``os.path.realpath`` has it, that it must be in when it is read; empty where it
            may be anywhere.
    """

    location: str
    identity: str
    fault: str = ""
    kind: str = "file"
    size: int | None = 0
    root: str = ""

    def as_it_is_now(self) -> "Source":
        """The same, or a fault where a link has taken its place that leads out of its folder."""
        if self.fault or not self.root or not leads_out(self.location, self.root):
            return self
        return replace(self, fault=_LEADS_OUT, kind="link")

    @property
    def path(self) -> Path:
        """The file; `STDIN` for standard input."""
        return Path(self.location)

    @property
    def name(self) -> str:
        """For messages; what is no character of a line is shown in hexadecimal."""
        return shown_name(self.path)


def shown_name(path: Path) -> str:
    """The name of a source on one line: of a database its address, without the password."""
    if path == STDIN:
        return "<stdin>"
    address = address_of(path)
    name = shown_address(address) if address else readable(str(path))
    return name if name.isprintable() else escaped(name)  # joiners of Bengali stay


def leads_out(location: str, root: str) -> bool:
    """Whether a path leads out of a folder by links.

    Args:
        location: the path.
        root: the folder, as ``os.path.realpath`` has it.
    """
    return os.path.commonpath([root, os.path.realpath(location)]) != root


def readable(name: str) -> str:
    """A file name in Unicode: its bytes that are not UTF-8, lone surrogates to Python, in hexadecimal."""
    try:
        content = os.fsencode(name)
    except UnicodeEncodeError:
        content = name.encode("utf-8", "backslashreplace")
    return content.decode("utf-8", "backslashreplace")


def why(error: OSError | ValueError) -> str:
    """Why the system does not let a file be read."""
    if isinstance(error, FileNotFoundError):
        return "no such file or folder"
    return f"cannot be read: {getattr(error, 'strerror', None) or error}"


def sort_of(mode: int) -> str:
    """What a file is that is no regular one, by its mode."""
    return _SORTS.get(stat.S_IFMT(mode), "of an unknown sort")


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
            elif not is_hidden(entry.name):
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

"""Where articles are read from: files, folders at any depth, databases; and why some cannot be read."""

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
    """The address of a database as a path, as sources are paths; None for what is no such address.

    The address is percent-encoded in the path, as a path would make one slash of two.
    """
    return Path(f"database:{quote(address, safe='')}") if _ADDRESS.fullmatch(address) else None


def path_of(given: str | Path) -> Path:
    """The path of a source that a program names by a path, its text, or the address of a database."""
    return (database_path(given) if isinstance(given, str) else None) or Path(given)


def address_of(path: PurePath) -> str | None:
    """The address of the database that a path stands for; None for the path of a file."""
    found = _PATH.fullmatch(str(path))
    return unquote(found[1]) if found and _ADDRESS.fullmatch(unquote(found[1])) else None


def shown_address(address: str) -> str:
    """An address without its password."""
    return _PASSWORD.sub(r"\1:***@", address)


def is_hidden(name: str) -> bool:
    """Whether a file is hidden, by its name, or a lock ``~$``, as Word leaves next to an open file."""
    return name.startswith((".", "~$"))


@dataclass(slots=True, eq=False)
class Since:
    """A column that shows which rows are new or changed since the last read.

    Attributes:
        column: a column whose values grow with time, such as that of the last change.
        after: by source, the highest value of the last read; rows that have this value are read again.
        reached: by source that was read to its end, the highest value of this read.
    """

    column: str
    after: Mapping[str, Any] = field(default_factory=dict)
    reached: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Selection:
    """What to read from databases.

    Attributes:
        table: a table, perhaps with its schema before a dot.
        query: a query, instead of a table.
        since: the column that limits either to new rows.
    """

    table: str | None = None
    query: str | None = None
    since: Since | None = None

    @property
    def names(self) -> list[str]:
        """The names of the attributes that are set."""
        return [field.name for field in fields(self) if getattr(self, field.name) is not None]


EVERYTHING: Final = Selection()


WAL_ENDING: Final = "-wal"
"""What SQLite adds to the name of a database for its write-ahead log, where changes are first in WAL mode."""

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
        location: the path of the file, as text, which is small: there may be millions of sources.
        identity: the name that ids of articles without one are derived from; the same wherever the files are.
        fault: why the file cannot be read; empty if it can be.
        kind: the kind of the fault, one of ``problems.KINDS``.
        size: the size of the file in bytes, compressed as it is; None if it is known only at its end.
        root: the folder, resolved by ``os.path.realpath``, that the file must be in when it is read; empty if
            it may be anywhere.
    """

    location: str
    identity: str
    fault: str = ""
    kind: str = "file"
    size: int | None = 0
    root: str = ""

    def as_it_is_now(self) -> "Source":
        """This source, or a fault if its path has become a link that leads out of its folder."""
        if self.fault or not self.root or not leads_out(self.location, self.root):
            return self
        return replace(self, fault=_LEADS_OUT, kind="link")

    @property
    def path(self) -> Path:
        """The file; `STDIN` for standard input."""
        return Path(self.location)

    @property
    def name(self) -> str:
        """The name for messages; characters that cannot be printed on a line are shown in hexadecimal."""
        return shown_name(self.path)


def shown_name(path: Path) -> str:
    """The name of a source on one line; for a database, its address without the password."""
    if path == STDIN:
        return "<stdin>"
    address = address_of(path)
    name = shown_address(address) if address else readable(str(path))
    return name if name.isprintable() else escaped(name)  # joiners of Bengali stay


def leads_out(location: str, root: str) -> bool:
    """Whether a path leads out of a folder by links.

    Args:
        location: the path.
        root: the folder, resolved by ``os.path.realpath``.
    """
    return os.path.commonpath([root, os.path.realpath(location)]) != root


def readable(name: str) -> str:
    """A file name in Unicode; bytes that are not UTF-8 (in Python lone surrogates) are in hexadecimal."""
    try:
        content = os.fsencode(name)
    except UnicodeEncodeError:
        content = name.encode("utf-8", "backslashreplace")
    return content.decode("utf-8", "backslashreplace")


def why(error: OSError | ValueError) -> str:
    """The reason that the system gives for not reading a file."""
    if isinstance(error, FileNotFoundError):
        return "no such file or folder"
    return f"cannot be read: {getattr(error, 'strerror', None) or error}"


def sort_of(mode: int) -> str:
    """The sort of a file that is not a regular one, by its mode."""
    return _SORTS.get(stat.S_IFMT(mode), "of an unknown sort")


_ENDING: Final = re.compile(r"\.[a-z0-9]{1,8}")
_MOST_ENDINGS: Final = 50
"""Most endings that are counted separately, as the files of a folder may have any number of them."""


class Folder:
    """A walk through a folder that enters every folder in it once.

    Args:
        root: the folder; files outside of it are read through links only if ``follow_links`` is set.
        suffixes: the suffixes of the files to read.
        passed: the counter of files with other endings, and of links to folders that are not followed.
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
        # An explicit stack, as folders may be nested deeper than the recursion limit.
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
        """The entries of a folder, last name first; a fault if it cannot be listed; none if met before."""
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
        """Whether an entry is a folder that is to be entered."""
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
        """The source of a regular file; anything else is a fault, as reading it may block or never end."""
        try:
            found = entry.stat()
        except OSError as error:
            return Source(entry.path, entry.name, why(error))
        if not stat.S_ISREG(found.st_mode):
            reason = f"{sort_of(found.st_mode)}, not a file: name it as a PATH of its own, or move it away"
            return Source(entry.path, entry.name, reason)
        # Made by PurePath, which drops the "./" where the root is ".".
        identity = PurePath(entry.path).relative_to(self._root).as_posix()
        root = "" if self._follow_links else self._real
        source = Source(entry.path, readable(identity), size=found.st_size, root=root)
        return source.as_it_is_now() if entry.is_symlink() else source


def _ending(name: str) -> str:
    """The ending under which a skipped file is counted."""
    ending = PurePath(name).suffix.lower()
    return ending if _ENDING.fullmatch(ending) else "without an ending"

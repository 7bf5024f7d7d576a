"""One file of articles, and what a person is told about one that cannot be read."""

import os
import stat
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

__all__ = ["STDIN", "Source", "leads_out", "readable", "sort_of", "why"]

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
        place: the path of the file, as text; there may be millions of sources.
        identity: what ids of articles without one are made of: the same wherever the files lie.
        fault: why it cannot be read; empty where it can.
        kind: of the fault, as ``problems.KINDS`` has it.
        size: its bytes, compressed as they are; None where they are known at its end only.
        root: the folder, as ``os.path.realpath`` has it, that it must be in when it is read; empty where it
            may be anywhere.
    """

    place: str
    identity: str
    fault: str = ""
    kind: str = "file"
    size: int | None = 0
    root: str = ""

    def as_it_is_now(self) -> "Source":
        """The same, or a fault where a link has taken its place that leads out of its folder."""
        if self.fault or not self.root or not leads_out(self.place, self.root):
            return self
        return replace(self, fault=_LEADS_OUT, kind="link")

    @property
    def path(self) -> Path:
        """The file; `STDIN` for standard input."""
        return Path(self.place)

    @property
    def name(self) -> str:
        """For messages; bytes of a file name that are not UTF-8 are shown in hexadecimal."""
        return "<stdin>" if self.path == STDIN else readable(str(self.path))


def leads_out(place: str, root: str) -> bool:
    """Whether a path leads out of a folder by links.

    Args:
        place: the path.
        root: the folder, as ``os.path.realpath`` has it.
    """
    return os.path.commonpath([root, os.path.realpath(place)]) != root


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

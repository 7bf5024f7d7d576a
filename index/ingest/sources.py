"""Which files to read: the paths a person gave, folders opened up, in an order that does not change."""

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Final

from index.ingest.readers.registry import FORMATS, SUFFIXES

__all__ = ["STDIN", "Source", "find_sources", "plain_name", "total_bytes"]

STDIN: Final = Path("-")
"""The path that stands for standard input."""

_COMPRESSED: Final = (".gz", ".bz2", ".xz", ".zst")
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
        path: the file; `STDIN` for standard input.
        identity: what ids of articles without one are made of: the same wherever the files lie.
        fault: why it cannot be read; empty where it can.
    """

    path: Path
    identity: str
    fault: str = ""

    @property
    def name(self) -> str:
        """For messages; bytes of a file name that are not UTF-8 are shown in hexadecimal."""
        return "<stdin>" if self.path == STDIN else _readable(str(self.path))


def _readable(name: str) -> str:
    """A file name in Unicode: its bytes that are not UTF-8, lone surrogates to Python, in hexadecimal."""
    try:
        content = os.fsencode(name)
    except UnicodeEncodeError:
        content = name.encode("utf-8", "backslashreplace")
    return content.decode("utf-8", "backslashreplace")


def _stem(name: str) -> str:
    """A file name without the suffixes that say how to read it."""
    name = plain_name(name)
    suffix = PurePath(name).suffix
    return name.removesuffix(suffix) if suffix.lower() in SUFFIXES else name


def plain_name(name: str) -> str:
    """A file name without the suffixes of compressions."""
    for suffix in _COMPRESSED:
        if name.lower().endswith(suffix):
            name = name[: -len(suffix)]
    return name


def _file(path: Path, identity: str) -> Source:
    return Source(path, _readable(identity))


def _fault(path: Path, reason: str) -> Source:
    return Source(path, path.name, reason)


def find_sources(paths: Sequence[Path], format_name: str | None = None) -> Iterator[Source]:
    """The files behind some paths.

    Args:
        paths: files, folders, FIFOs, or `STDIN`; a FIFO is read as standard input is, until whoever writes to
            it is done. Of a folder, files with a suffix of the format, compressed or not, are taken at any
            depth, in the order of their names; hidden ones are left out, and links to folders not followed.
        format_name: the format of all; None for any, but queries, which are never looked for in folders.
    """
    stems = _repeated(_stem(one.identity) for one in _found(paths, format_name) if not one.fault)
    names = _repeated(one.identity for one in _found(paths, format_name) if not one.fault) if stems else set()
    for source in _found(paths, format_name):
        yield source if source.fault else replace(source, identity=_identity(source, stems, names))


def _identity(source: Source, stems: set[str], names: set[str]) -> str:
    """The shortest name of a source that no other one has: two of one would give their articles the same ids.

    Args:
        source: whose identity is its whole name still.
        stems: that several sources have.
        names: whole ones that several sources have, such as files of two folders.
    """
    stem = _stem(source.identity)
    if stem not in stems:
        return stem
    return _readable(source.path.as_posix()) if source.identity in names else source.identity


def _repeated(names: Iterable[str]) -> set[str]:
    """Those that come more than once; of the others, which may be millions, only a number is kept."""
    met: set[int] = set()
    repeated = set()
    for name in names:
        if hash(name) in met:
            repeated.add(name)
        met.add(hash(name))
    return repeated


def _found(paths: Sequence[Path], format_name: str | None) -> Iterator[Source]:
    """The files behind some paths under their whole names."""
    known = FORMATS[format_name].suffixes if format_name else [one for one in SUFFIXES if one != ".sql"]
    suffixes = tuple(name + end for name in known for end in ("", *_COMPRESSED))
    names = [path.name for path in paths]
    for path in paths:
        if path == STDIN:
            yield Source(STDIN, "stdin")
        else:
            # Files of one name have the folders that they are in before it.
            yield from _given(path, path.name if names.count(path.name) == 1 else path.as_posix(), suffixes)


def _given(path: Path, identity: str, suffixes: tuple[str, ...]) -> Iterator[Source]:
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        yield _fault(path, _why(error))
        return
    if stat.S_ISDIR(mode):
        yield from _folder(path, suffixes)
    elif stat.S_ISREG(mode) or stat.S_ISFIFO(mode):
        yield _file(path, identity)
    else:
        yield _fault(path, f"{_sort(mode)}, which articles are not read from")


def _why(error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file or folder"
    return f"cannot be read: {getattr(error, 'strerror', None) or error}"


def _sort(mode: int) -> str:
    return _SORTS.get(stat.S_IFMT(mode), "of an unknown sort")


def _folder(root: Path, suffixes: tuple[str, ...]) -> Iterator[Source]:
    found = 0
    for source in _inside(root, suffixes):
        found += 1
        yield source
    if not found:
        names = ", ".join(suffixes[:: 1 + len(_COMPRESSED)])
        yield _fault(root, f"no file of articles in this folder; they are called {names}")


def _inside(root: Path, suffixes: tuple[str, ...]) -> Iterator[Source]:
    """All that is in a folder: what waits is a list, as folders may be nested deeper than calls may."""
    waiting = _entries(root)
    while waiting:
        path = waiting.pop()
        if isinstance(path, Source):
            yield path
        elif not path.name.startswith("."):
            try:
                is_folder = stat.S_ISDIR(path.lstat().st_mode)  # a link to one may lead in a circle
            except OSError as error:
                yield _fault(path, _why(error))
                continue
            if is_folder:
                waiting += _entries(path)
            elif path.name.lower().endswith(suffixes):
                yield _regular(path, root)


def _entries(folder: Path) -> list[Path | Source]:
    """What is in a folder, last name first; where it cannot be listed, that fault."""
    try:
        return [*sorted(folder.iterdir(), reverse=True)]
    except OSError as error:
        return [_fault(folder, f"cannot be listed: {error.strerror}")]


def _regular(path: Path, root: Path) -> Source:
    """A file of a folder; whatever else has its name there could be waited for in vain, or never end."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return _fault(path, _why(error))
    if not stat.S_ISREG(mode):
        return _fault(path, f"{_sort(mode)}, not a file: name it as a PATH of its own, or move it away")
    return _file(path, path.relative_to(root).as_posix())


def total_bytes(paths: Sequence[Path], format_name: str | None = None) -> int | None:
    """Size of all the files, compressed as they are; None when standard input or a FIFO is among them."""
    if STDIN in paths or any(path.is_fifo() for path in paths):
        return None
    return sum(_size(source) for source in _found(paths, format_name))


def _size(source: Source) -> int:
    try:
        return 0 if source.fault else source.path.stat().st_size
    except OSError:
        return 0

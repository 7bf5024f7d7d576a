"""Which files to read, in an order that does not change."""

import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path, PurePath
from typing import Final

from onneshon.index.ingest.readers.registry import FORMATS, SUFFIXES
from onneshon.index.ingest.source import (
    STDIN,
    Folder,
    Source,
    address_of,
    readable,
    sort_of,
    why,
)

_ASKED: Final = ("sql", "database")
"""Formats whose files are read where they are named only: what is asked of a database has to be said."""
_COMPRESSED: Final = (".gz", ".bz2", ".xz", ".zst")


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


class Sources:
    """The files behind some paths: listed when they are first asked for, and never again.

    Args:
        paths: files, folders, FIFOs, or `STDIN`; a FIFO is read as standard input is, until whoever writes to
            it is done. A link that is given is followed. Of a folder, files with a suffix of the format,
            compressed or not, are taken at any depth, in the order of their names; hidden ones are left out.
        format_name: the format of all; None for any, but queries, which are never looked for in folders.
        follow_links: whether links in folders may lead anywhere, to folders too; else one to a file is
            followed where that is in the same folder, at any depth, and is a fault where it is not.
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
        """What is in the folders and is not read: files by their endings, links to folders elsewhere."""
        return self._listing[1]

    @property
    def total_bytes(self) -> int | None:
        """Size of all the files, compressed as they are; None when standard input or a FIFO is among them."""
        sizes = [source.size for source in self._listing[0]]
        return None if None in sizes else sum(size for size in sizes if size)

    @cached_property
    def _listing(self) -> tuple[list[Source], Counter[str]]:
        """The files under their whole names, and what is passed over."""
        passed: Counter[str] = Counter()
        return [source for path in self._paths for source in self._behind(path, passed)], passed

    def _behind(self, path: Path, passed: Counter[str]) -> Iterator[Source]:
        if path == STDIN:
            yield Source(str(STDIN), "stdin", size=None)
            return
        if address := address_of(path):
            name = PurePath(address.partition("?")[0]).name or "database"  # of ids of rows without one
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
        """Of a file that was given: those of one name have the folders that they are in before it."""
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
    """The shortest name of a source that no other one has: two of one would give their articles the same ids.

    Args:
        source: whose identity is its whole name still.
        stems: that several sources have.
        names: whole ones that several sources have, such as files of two folders.
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

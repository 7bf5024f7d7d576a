"""Which files to read: the paths a person gave, folders opened up, in an order that does not change."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

__all__ = ["STDIN", "Source", "find_sources", "total_bytes"]

STDIN: Final = Path("-")
"""The path that stands for standard input."""

_COMPRESSED: Final = (".gz", ".bz2", ".xz", ".zst")
_LINES: Final = (".jsonl", ".ndjson")
_TEXT: Final = ".txt"
_ARTICLES: Final = tuple(name + end for name in (_TEXT, *_LINES) for end in ("", *_COMPRESSED))


@dataclass(frozen=True, slots=True)
class Source:
    """One file of articles.

    Attributes:
        path: the file; `STDIN` for standard input.
        identity: what ids of articles without one are made of: the same wherever the files lie.
        kind: ``lines`` for JSON Lines, ``text`` for one article as plain text, ``fault`` for what cannot be
            read.
        fault: why it cannot be read.
    """

    path: Path
    identity: str
    kind: Literal["lines", "text", "fault"]
    fault: str = ""

    @property
    def name(self) -> str:
        """For messages; bytes of a file name that are not UTF-8 are shown as such."""
        name = "<stdin>" if self.path == STDIN else str(self.path)
        return name.encode("utf-8", "backslashreplace").decode()


def _stem(name: str) -> str:
    """A file name without the suffixes that say how to read it."""
    for suffix in (*_COMPRESSED, *_LINES, _TEXT):
        name = name.removesuffix(suffix)
    return name


def _is_text(path: Path) -> bool:
    name = path.name
    for suffix in _COMPRESSED:
        name = name.removesuffix(suffix)
    return name.endswith(_TEXT)


def _is_articles(path: Path) -> bool:
    return path.name.endswith(_ARTICLES)


def _file(path: Path, identity: str) -> Source:
    return Source(path, _stem(identity), "text" if _is_text(path) else "lines")


def find_sources(paths: Sequence[Path]) -> Iterator[Source]:
    """The files behind some paths.

    Args:
        paths: files, folders, or `STDIN`. A file counts as plain text if it is called ``.txt``, and as JSON
            Lines otherwise. Of a folder, files called ``.txt``, ``.jsonl`` or ``.ndjson``, compressed or not,
            are taken at any depth, in the order of their names; hidden ones are left out.
    """
    names = [path.name for path in paths]
    for path in paths:
        if path == STDIN:
            yield Source(STDIN, "stdin", "lines")
        elif path.is_dir():
            yield from _folder(path, path)
        elif not path.exists():
            yield Source(path, path.name, "fault", "no such file or folder")
        else:
            # Two files of one name would give their articles without ids the same ones.
            yield _file(path, path.name if names.count(path.name) == 1 else path.as_posix())


def _folder(root: Path, folder: Path) -> Iterator[Source]:
    found = 0
    for source in _inside(root, folder):
        found += 1
        yield source
    if not found:
        yield Source(root, root.name, "fault", "no .txt, .jsonl or .ndjson file in this folder")


def _inside(root: Path, folder: Path) -> Iterator[Source]:
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        yield Source(folder, folder.name, "fault", f"cannot be listed: {error.strerror}")
        return
    for path in entries:
        if path.name.startswith("."):
            continue
        if path.is_dir() and not path.is_symlink():  # a link to a folder may lead in a circle
            yield from _inside(root, path)
        elif _is_articles(path):
            yield _file(path, path.relative_to(root).as_posix())


def total_bytes(paths: Sequence[Path]) -> int | None:
    """Size of all the files, compressed as they are; None when standard input is among them."""
    if STDIN in paths:
        return None
    return sum(_size(source) for source in find_sources(paths))


def _size(source: Source) -> int:
    try:
        return source.path.stat().st_size if source.kind != "fault" else 0
    except OSError:
        return 0

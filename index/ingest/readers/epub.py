"""EPUB: the chapters of a book."""

import lzma
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from onneshon.index.errors import CorpusError
from onneshon.index.ingest.readers.markup import read_markup
from onneshon.index.ingest.readers.opened import Opened
from onneshon.index.ingest.readers.record import Found, Record, Skipped, needed
from onneshon.index.ingest.streams import MAX_BYTES

__all__ = ["Epub"]

_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    KeyError,
    RuntimeError,
    ValueError,
)
"""What reading a member raises: of bytes that were altered, of a name that is not there, of one that is
encrypted or packed in a way that Python does not know, of what is no UTF-8."""
_DIRECTORY_END: Final = 22 + 0xFFFF
"""Bytes within which the list of members says how long it is: APPNOTE 4.3.16, with the longest comment."""
_CONTAINER: Final = "META-INF/container.xml"
_MAX_CHAPTERS: Final = 10_000
_OPF: Final = "{http://www.idpf.org/2007/opf}"
_DC: Final = "{http://purl.org/dc/elements/1.1/}"


class Epub:
    """One record a document of the book, in reading order; its names are never names of files on the disk."""

    name = "epub"
    suffixes = (".epub",)
    extra = "epub"

    def begins(self, head: bytes, /) -> bool:
        """As an archive whose first member says what it is."""
        return head.startswith(b"PK") and b"mimetypeapplication/epub+zip" in head[:100]

    def read(self, opened: Opened) -> Iterator[Found]:
        """Document by document."""
        trees = needed("defusedxml.ElementTree", "epub", opened.name)
        try:
            path = opened.file()
            _check_directory(path)
            with zipfile.ZipFile(path) as archive:
                yield from _chapters(_Book(archive, trees, opened))
        except (*_BROKEN, SyntaxError) as error:
            raise opened.fault("file", f"not a whole EPUB: {str(error)[:200]}") from error


def _check_directory(path: Path) -> None:
    """Refuse an archive whose list of members, which is read as a whole, is longer than a document may be.

    Raises:
        BadZipFile: it is.
    """
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _DIRECTORY_END))
        end = file.read()
    at = end.rfind(b"PK\x05\x06")
    if at >= 0 and int.from_bytes(end[at + 12 : at + 16], "little") > MAX_BYTES:
        raise zipfile.BadZipFile(f"its list of members is longer than {MAX_BYTES >> 20} MiB")


class _Book:
    """The archive of a book, read one bounded member at a time."""

    def __init__(self, archive: zipfile.ZipFile, trees: Any, opened: Opened) -> None:
        self.opened = opened
        self._archive = archive
        self._trees = trees
        container = self.tree(_CONTAINER)
        root = container.find(".//{*}rootfile")
        if root is None:
            raise ValueError(f"{_CONTAINER} names no book")
        self._package = root.get("full-path", "")
        self.package = self.tree(self._package)

    def member(self, name: str) -> bytes:
        """The content of a member, however much its header says that there is.

        Raises:
            CorpusError: it is too long.
        """
        with self._archive.open(name) as stream:
            content = stream.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise CorpusError(f"{self.opened.name}: {name}", "long", f"longer than {MAX_BYTES >> 20} MiB")
        return content

    def tree(self, name: str) -> Any:
        """A member as XML; entities are refused."""
        return self._trees.fromstring(self.member(name))

    def about(self, name: str) -> str:
        """What the book says of itself under a name of Dublin Core."""
        return (self.package.findtext(f".//{_DC}{name}") or "").strip()

    def documents(self) -> list[str]:
        """The names of its documents, in reading order; one that is there again is no other."""
        items = {item.get("id"): item.get("href", "") for item in self.package.iter(f"{_OPF}item")}
        spine = [items.get(itemref.get("idref"), "") for itemref in self.package.iter(f"{_OPF}itemref")]
        base = posixpath.dirname(self._package)
        names = (posixpath.normpath(posixpath.join(base, unquote(href))) for href in spine if href)
        return list(dict.fromkeys(names))


def _chapters(book: _Book) -> Iterator[Found]:
    documents = book.documents()
    if len(documents) > _MAX_CHAPTERS:
        raise ValueError(f"{len(documents):,} documents; there may be {_MAX_CHAPTERS:,}")
    shared = {
        "author": book.about("creator"),
        "category": book.about("title"),
        "lang": book.about("language"),
    }
    for name in documents:
        where = f"{book.opened.name}: {name}"
        try:
            markup = read_markup(book.member(name).decode("utf-8-sig"))
        except CorpusError as problem:
            yield problem
        except _BROKEN as error:
            yield CorpusError(where, "file", f"cannot be read: {error}")
        else:
            text = markup.text()
            fields = {**shared, "title": markup.heading, "body": text}
            yield Record(fields, where, f"{book.opened.identity}#{name}") if text else Skipped("no text")

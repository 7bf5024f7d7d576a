"""EPUB: the chapters of a book."""

import posixpath
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from onneshon.index.errors import CorpusError
from onneshon.index.ingest.readers.archive import BROKEN, Archive, archive_of
from onneshon.index.ingest.readers.markup import read_markup
from onneshon.index.ingest.readers.opened import Opened
from onneshon.index.ingest.readers.record import Found, Record, Skipped

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
        with archive_of(opened, "epub", "EPUB") as archive:
            yield from _chapters(_Book(archive))


class _Book:
    """The archive of a book, read one bounded member at a time."""

    def __init__(self, archive: Archive) -> None:
        self.opened = archive.opened
        self.member = archive.member
        container = archive.tree(_CONTAINER)
        root = container.find(".//{*}rootfile")
        if root is None:
            raise ValueError(f"{_CONTAINER} names no book")
        self._package = root.get("full-path", "")
        self.package = archive.tree(self._package)

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
        except BROKEN as error:
            yield CorpusError(where, "file", f"cannot be read: {error}")
        else:
            text = markup.text()
            fields = {**shared, "title": markup.heading, "body": text}
            yield Record(fields, where, f"{book.opened.identity}#{name}") if text else Skipped("no text")

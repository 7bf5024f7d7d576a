"""Readers of documents that are archives: DOCX and OpenDocument text, read as streams, and EPUB books."""

import posixpath
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import unquote

from onneshon.index.errors import CorpusError
from onneshon.index.ingest.readers.archive import BROKEN, Archive, archive_of, locked
from onneshon.index.ingest.readers.markdown import first_sentence
from onneshon.index.ingest.readers.markup import read_markup
from onneshon.index.ingest.readers.office_text import (
    DocxFonts,
    DocxText,
    OdtFonts,
    OdtText,
    Properties,
    TooLongError,
    described,
)
from onneshon.index.ingest.readers.opened import Opened
from onneshon.index.ingest.readers.record import Found, Record, Skipped
from onneshon.index.ingest.streams import MAX_BYTES

_OFFICE: Final = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"customXml/", b"xl/", b"word/", b"ppt/")
_NAME_AT: Final = 30
"""The byte offset of the name of an archive's first member: APPNOTE 4.3.7."""


def begins_as_office(head: bytes, folder: bytes) -> bool:
    """Whether the first bytes of a file are those of an Office document with its content in ``folder``."""
    return head.startswith(b"PK\x03\x04") and head.startswith(_OFFICE, _NAME_AT) and folder in head


class Docx:
    """One record per document: its text in order, with one line per cell of tables."""

    name = "docx"
    suffixes = (".docx", ".docm")
    extra = "office"

    def begins(self, head: bytes, /) -> bool:
        """Whether a file is an archive with a DOCX document."""
        return begins_as_office(head, b"word/")

    def read(self, opened: Opened) -> Iterator[Found]:
        """The document, unless it is locked."""
        if problem := locked(opened):
            yield problem
            return
        with archive_of(opened, self.extra, "DOCX") as archive:
            fonts = DocxFonts()
            _read_part(archive, "word/styles.xml", fonts)
            yield from _document(archive, "word/document.xml", DocxText(fonts), "docProps/core.xml")


class Odt:
    """One record per document, as for DOCX."""

    name = "odt"
    suffixes = (".odt",)
    extra = "office"

    def begins(self, head: bytes, /) -> bool:
        """Whether a file is an archive whose first member has the media type of OpenDocument text."""
        return head.startswith(b"mimetypeapplication/vnd.oasis.opendocument.text", _NAME_AT)

    def read(self, opened: Opened) -> Iterator[Found]:
        """The document, unless it is locked."""
        with archive_of(opened, self.extra, "document of OpenDocument") as archive:
            if archive.has("META-INF/manifest.xml") and b"encryption-data" in archive.member(
                "META-INF/manifest.xml"
            ):
                yield opened.fault("locked", "locked with a password: open it, and save it without")
                return
            fonts = OdtFonts()
            for member in ("styles.xml", "content.xml"):
                _read_part(archive, member, fonts)
            yield from _document(archive, "content.xml", OdtText(fonts), "meta.xml")


def _read_part(archive: Archive, name: str, target: Any) -> None:
    if archive.has(name):
        archive.tell(name, target)


def _document(archive: Archive, name: str, text: DocxText | OdtText, properties: str) -> Iterator[Found]:
    opened = archive.opened
    about = Properties()
    _read_part(archive, properties, about)
    try:
        archive.tell(name, text)
    except TooLongError:
        yield opened.fault("long", f"longer than {MAX_BYTES >> 20} MiB of text: split it")
        return
    body = text.text()
    title = about.first("title") or text.heading or first_sentence(body)
    first, _, rest = body.partition("\n")
    # A title that is also the first line of the text would be in the article twice.
    body = rest if first == title and rest else body
    yield Record({"title": title, "body": body, **described(about)}, opened.name, opened.identity)


_CONTAINER: Final = "META-INF/container.xml"
_MAX_CHAPTERS: Final = 10_000
_OPF: Final = "{http://www.idpf.org/2007/opf}"
_DC: Final = "{http://purl.org/dc/elements/1.1/}"


class Epub:
    """One record per document of the book, in reading order; names in it are never paths on the disk."""

    name = "epub"
    suffixes = (".epub",)
    extra = "epub"

    def begins(self, head: bytes, /) -> bool:
        """Whether a file is an archive whose first member has the media type of EPUB."""
        return head.startswith(b"PK") and b"mimetypeapplication/epub+zip" in head[:100]

    def read(self, opened: Opened) -> Iterator[Found]:
        """Yield the documents one by one."""
        with archive_of(opened, "epub", "EPUB") as archive:
            yield from _chapters(_Book(archive))


class _Book:
    """The archive of a book, read one bounded member at a time."""

    def __init__(self, archive: Archive) -> None:
        self.opened = archive.opened
        self.member = archive.member
        self._has = archive.has
        container = archive.tree(_CONTAINER)
        root = container.find(".//{*}rootfile")
        if root is None:
            raise ValueError(f"{_CONTAINER} names no book")
        self._package = root.get("full-path", "")
        self.package = archive.tree(self._package)

    def about(self, name: str) -> str:
        """The metadata of the book under a name of Dublin Core."""
        return (self.package.findtext(f".//{_DC}{name}") or "").strip()

    def documents(self) -> dict[str, bool]:
        """The names of the documents, in reading order, each with whether it is the table of contents."""
        items = {item.get("id"): item for item in self.package.iter(f"{_OPF}item")}
        named = (items.get(itemref.get("idref")) for itemref in self.package.iter(f"{_OPF}itemref"))
        spine = [item for item in named if item is not None and item.get("href")]
        return {self._name(item.get("href")): "nav" in item.get("properties", "").split() for item in spine}

    def _name(self, href: str) -> str:
        """The member that a link leads to, whether its path is percent-encoded, as it should be, or not."""
        path, _, _place = href.partition("#")
        written = (unquote(path), href, path)
        folder = posixpath.dirname(self._package)
        names = [posixpath.normpath(posixpath.join(folder, name)) for name in written]
        return next(filter(self._has, names), names[0])


def _chapters(book: _Book) -> Iterator[Found]:
    documents = book.documents()
    if len(documents) > _MAX_CHAPTERS:
        raise ValueError(f"{len(documents):,} documents; there may be {_MAX_CHAPTERS:,}")
    shared = {
        "author": book.about("creator"),
        "category": book.about("title"),
        "lang": book.about("language"),
    }
    for name, is_contents in documents.items():
        if is_contents:
            yield Skipped("tables of contents")
            continue
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

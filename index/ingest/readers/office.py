"""Documents of word processors: DOCX and OpenDocument text, of which no tree is made."""

from collections.abc import Iterator
from typing import Any, Final

from onneshon.index.ingest.readers.archive import Archive, archive_of, locked
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
from onneshon.index.ingest.readers.plain_text import first_sentence
from onneshon.index.ingest.readers.record import Found, Record
from onneshon.index.ingest.streams import MAX_BYTES

_OFFICE: Final = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"customXml/", b"xl/", b"word/", b"ppt/")
_NAME_AT: Final = 30
"""Where the name of an archive's first member stands: APPNOTE 4.3.7."""


def begins_as_office(head: bytes, folder: bytes) -> bool:
    """Whether the first bytes of a file are those of a document of Office whose content is in a folder."""
    return head.startswith(b"PK\x03\x04") and head.startswith(_OFFICE, _NAME_AT) and folder in head


class Docx:
    """One record a document: text in its order, tables a cell a line."""

    name = "docx"
    suffixes = (".docx", ".docm")
    extra = "office"

    def begins(self, head: bytes, /) -> bool:
        """As an archive with such a document."""
        return begins_as_office(head, b"word/")

    def read(self, opened: Opened) -> Iterator[Found]:
        """The document, unless it is locked."""
        if problem := locked(opened):
            yield problem
            return
        with archive_of(opened, self.extra, "DOCX") as archive:
            fonts = DocxFonts()
            _told(archive, "word/styles.xml", fonts)
            yield from _document(archive, "word/document.xml", DocxText(fonts), "docProps/core.xml")


class Odt:
    """One record a document, as of DOCX."""

    name = "odt"
    suffixes = (".odt",)
    extra = "office"

    def begins(self, head: bytes, /) -> bool:
        """As an archive whose first member says what it is."""
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
                _told(archive, member, fonts)
            yield from _document(archive, "content.xml", OdtText(fonts), "meta.xml")


def _told(archive: Archive, name: str, target: Any) -> None:
    if archive.has(name):
        archive.tell(name, target)


def _document(archive: Archive, name: str, text: DocxText | OdtText, properties: str) -> Iterator[Found]:
    opened = archive.opened
    about = Properties()
    _told(archive, properties, about)
    try:
        archive.tell(name, text)
    except TooLongError:
        yield opened.fault("long", f"longer than {MAX_BYTES >> 20} MiB of text: split it")
        return
    body = text.text()
    title = about.first("title") or text.heading or first_sentence(body)
    first, _, rest = body.partition("\n")
    # A title that stands above its text would be there twice.
    body = rest if first == title and rest else body
    yield Record({"title": title, "body": body, **described(about)}, opened.name, opened.identity)

"""PDF: a document whose pages are one article, by PDFium in a process of bounded memory and time."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from onneshon.index.ingest.budget import size_of
from onneshon.index.ingest.readers.limited_process import in_a_limited_process
from onneshon.index.ingest.readers.opened import Opened
from onneshon.index.ingest.readers.plain_text import first_sentence
from onneshon.index.ingest.readers.record import Found, Record, Skipped, needed
from onneshon.index.ingest.streams import MAX_BYTES

_TITLES_OF_PROGRAMS: Final = re.compile(
    r"(?:microsoft (?:word|powerpoint) - .*|untitled.*|.*\.(?:docx?|odt|pdf|indd|qxd|pmd|html?))?",
    re.IGNORECASE | re.DOTALL,
)
"""What programs write where nobody gave a title."""
_DAY: Final = re.compile(r"D:(\d{4})(\d\d)(\d\d)")
"""How dates begin: ISO 32000-2, 7.9.4."""
_LEGIBLE: Final = 0.8
"""Share of its signs that are characters, at least, where the fonts of a document say what they show."""
_OCR: Final = "ocrmypdf -l ben"
_LOCKED: Final = (
    "locked with a password: make a copy without one by `qpdf --decrypt --password=… IN.pdf OUT.pdf`"
)


class Pdf:
    """One record a document: its pages without those that are pictures alone."""

    name = "pdf"
    suffixes = (".pdf",)
    extra = "pdf"

    def begins(self, head: bytes, /) -> bool:
        """With the mark of the format."""
        return head.startswith(b"%PDF-")

    def read(self, opened: Opened) -> Iterator[Found]:
        """The document, and how many of its pages are scanned."""
        needed("pypdfium2", "pdf", opened.name)
        path = opened.file()
        texts: list[str] = []
        about: dict[str, str] = {}
        scanned = size = 0
        try:
            pages = in_a_limited_process(_pages, path, seconds=opened.budget.seconds)
            about = next(pages)
            for text, is_picture in pages:
                scanned += is_picture
                size += size_of({"body": text})
                if size > MAX_BYTES:
                    yield opened.fault("long", f"longer than {MAX_BYTES >> 20} MiB of text: split it")
                    return
                texts.append(text)
        except ValueError as error:
            if str(error) != _LOCKED:
                raise opened.fault("file", f"cannot be read: {error}") from error
            yield opened.fault("locked", _LOCKED)
            return
        yield from _document(opened, about, "\n".join(filter(None, texts)), scanned, len(texts))


def _document(opened: Opened, about: dict[str, str], text: str, scanned: int, pages: int) -> Iterator[Found]:
    """The record of a document, or why there is none."""
    if not text and scanned:
        reason = f"its {pages:,} pages are pictures (scanned): make text of them with `{_OCR} IN.pdf OUT.pdf`"
        yield opened.fault("scan", reason)
    elif not text:
        yield opened.fault("empty", f"there is no text on its {pages:,} pages")
    elif _legible(text) < _LEGIBLE:
        reason = (
            "its fonts do not say which characters they show: make text of what is seen with "
            "`ocrmypdf -l ben --force-ocr IN.pdf OUT.pdf`"
        )
        yield opened.fault("font", reason)
    else:
        yield from (Skipped("scanned pages") for _ in range(scanned))
        yield Record({**_fields(about, text), "body": text}, opened.name, opened.identity)


def _legible(text: str) -> float:
    """Which share of a text is no private, replaced or control character."""
    illegible = sum("\ue000" <= sign <= "\uf8ff" or sign == "\ufffd" or "\0" < sign < "\t" for sign in text)
    return 1 - illegible / len(text)


def _fields(about: dict[str, str], text: str) -> dict[str, Any]:
    """What the document says of itself, where that is no program's."""
    title = about.get("Title", "").strip()
    day = _DAY.match(about.get("CreationDate", ""))
    return {
        "title": first_sentence(text) if _TITLES_OF_PROGRAMS.fullmatch(title) else title,
        "author": about.get("Author", "").strip(),
        "date": "-".join(day.groups()) if day else "",
    }


def _pages(path: Path) -> Iterator[Any]:
    """What a document says of itself, then the text of each page, and whether it is a picture alone."""
    import pypdfium2  # noqa: PLC0415  # an extra
    from pypdfium2 import raw  # noqa: PLC0415

    from onneshon.index.ingest.readers.pdf_page import has_pictures, page_text  # noqa: PLC0415

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        is_locked = getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD or "assword" in str(error)
        raise ValueError(_LOCKED if is_locked else "no whole PDF") from error
    yield document.get_metadata_dict(skip_empty=True)
    for number in range(len(document)):
        try:
            page = document[number]
        except pypdfium2.PdfiumError:
            yield "", False
            continue
        text = page_text(raw, page.raw)
        yield text, not text and has_pictures(raw, page.raw)
        page.close()

"""PDF: a document is one article, read by PDFium in a process with limited memory and time.

A page has positions of glyphs. Where a glyph is not a single letter, programs add the text that it stands
for (``ActualText``). PDFium returns this text, but twice if another glyph is in between, and it takes gaps
between signs for spaces. Therefore text is put in the order of the page's content, in which a vowel sign
comes with its consonant, and spaces are inferred from the distances of glyphs.
"""

import ctypes
import math
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from typing import Any, Final

from onneshon.index.encodings.legacy import is_bijoy_font, text_of_runs
from onneshon.index.ingest.budget import in_a_limited_process, size_of
from onneshon.index.ingest.readers.feed_entry import written_day
from onneshon.index.ingest.readers.markdown import first_sentence
from onneshon.index.ingest.readers.opened import Opened
from onneshon.index.ingest.readers.record import Found, Record, Skipped, needed
from onneshon.index.ingest.streams import MAX_BYTES

_SPACE: Final = 0.1
"""Least distance of glyphs that is a space, as a share of the font size: of 4,000 words in five fonts by two
programs, 99.7 % are right, at .08 99.1 % and at .14 98.8 %."""
_LINE: Final = 0.5
"""Most difference in height of glyphs of the same line, as a share of the font size."""
_LONGEST: Final = 500
"""Most pieces of a line, as each may have to be inserted before all others."""
_BACK: Final = 1.0
"""Most distance of a sign to the left of the letter that it belongs to, as a share of the font size."""
_TEXT, _PICTURE = 1, 3
"""Types of page objects, by the numbers of PDFium."""
_HYPHENS: Final = ("\u00ad", "\x02")
"""Characters that PDFium returns for a hyphen that a program has put at the end of a line."""


@dataclass(slots=True)
class _Piece:
    """Glyphs that together stand for a text.

    Attributes:
        left: their left edge, in points.
        right: their right edge, in points.
        base: the height of their base line, in points.
        size: the font size, in points.
        text: the text that they stand for.
        is_bijoy: whether the text is in codes of Bijoy.
    """

    left: float
    right: float
    base: float
    size: float
    text: str
    is_bijoy: bool


@dataclass(slots=True)
class _Line:
    """Pieces at the same height, from left to right."""

    pieces: list[_Piece] = field(default_factory=list)
    _last: int = -1

    def takes(self, piece: _Piece) -> bool:
        """Whether a piece belongs to the line."""
        last = self.pieces[self._last]
        return len(self.pieces) < _LONGEST and abs(piece.base - last.base) <= _LINE * max(
            piece.size, last.size
        )

    def add(self, piece: _Piece) -> None:
        """Insert a piece after the one added last; if it is far from there, at its place from the left."""
        follows = self._last + 1
        is_back = bool(self.pieces) and piece.left < self.pieces[self._last].left - _BACK * piece.size
        is_beyond = follows < len(self.pieces) and self.pieces[follows].left < piece.left
        if is_back or is_beyond:
            follows = bisect_right(self.pieces, piece.left, key=attrgetter("left"))
        self.pieces.insert(follows, piece)
        self._last = follows

    def text(self) -> str:
        """The text of the line."""
        runs: list[tuple[bool, str]] = []
        right = None
        for piece in self.pieces:
            if right is not None and piece.left - right > _SPACE * piece.size:
                runs.append((runs[-1][0], " "))
            runs.append((piece.is_bijoy, piece.text))
            right = piece.right if right is None else max(right, piece.right)
        return text_of_runs(runs)


def page_text(raw: Any, page: Any) -> str:
    """The text of a page, line by line.

    Args:
        raw: ``pypdfium2.raw``.
        page: the raw page of a document of ``pypdfium2``.
    """
    lines: list[_Line] = []
    for piece in _pieces(raw, page):
        if not lines or not lines[-1].takes(piece):
            lines.append(_Line())
        lines[-1].add(piece)
    text = ""
    for line in (line.text().strip() for line in lines):
        text = text[:-1] + line if text.endswith(_HYPHENS) else f"{text}\n{line}"
    return text.strip()


def has_pictures(raw: Any, page: Any) -> bool:
    """Whether a page has a picture."""
    objects = (raw.FPDFPage_GetObject(page, n) for n in range(raw.FPDFPage_CountObjects(page)))
    return any(raw.FPDFPageObj_GetType(each) == _PICTURE for each in objects)


def _address(handle: Any) -> int:
    """The address of an object of PDFium, which identifies it."""
    return ctypes.cast(handle, ctypes.c_void_p).value or 0


class _Objects:
    """The text objects of a page: their order, and the spans of those that stand for a text together."""

    def __init__(self, raw: Any, page: Any) -> None:
        self._raw = raw
        self.order: dict[int, int] = {}
        self.span: dict[int, int] = {}
        self.extent: dict[int, tuple[float, float]] = {}
        self._fonts: dict[int, bool] = {}
        for number in range(raw.FPDFPage_CountObjects(page)):
            found = raw.FPDFPage_GetObject(page, number)
            if raw.FPDFPageObj_GetType(found) == _TEXT:
                self._note(found, number)

    def _note(self, found: Any, number: int) -> None:
        address = _address(found)
        self.order[address] = number
        span = self._span_of(found)
        if not span:
            return
        self.span[address] = span
        left, right = self._extent_of(found)
        if left < right:
            before = self.extent.get(span, (left, right))
            self.extent[span] = min(before[0], left), max(before[1], right)

    def _span_of(self, found: Any) -> int:
        """The address of the mark with the ``ActualText`` of an object; 0 if there is none."""
        length = ctypes.c_ulong()
        for number in range(max(0, self._raw.FPDFPageObj_CountMarks(found))):
            mark = self._raw.FPDFPageObj_GetMark(found, number)
            if self._raw.FPDFPageObjMark_GetParamStringValue(mark, b"ActualText", None, 0, length):
                return _address(mark)
        return 0

    def _extent_of(self, found: Any) -> tuple[float, float]:
        left, bottom, right, top = (ctypes.c_float() for _ in range(4))
        self._raw.FPDFPageObj_GetBounds(found, left, bottom, right, top)
        return left.value, right.value

    def is_bijoy(self, found: Any) -> bool:
        """Whether the font of an object is one of Bijoy."""
        font = self._raw.FPDFTextObj_GetFont(found)
        address = _address(font)
        if address not in self._fonts:
            name = ctypes.create_string_buffer(256)
            if font:
                self._raw.FPDFFont_GetBaseFontName(font, name, len(name))
            self._fonts[address] = is_bijoy_font(name.value.decode("latin-1"))
        return self._fonts[address]


def _pieces(raw: Any, page: Any) -> Iterator[_Piece]:
    """The pieces of a page, in the order of its content, without spaces."""
    objects = _Objects(raw, page)
    text_page = raw.FPDFText_LoadPage(page)
    try:
        reported: set[int] = set()
        for address, signs in _by_object(raw, text_page, objects):
            span = objects.span.get(address, 0)
            if span in reported:
                continue
            if span:
                reported.add(span)
                signs = [signs]  # noqa: PLW2901  # they mean something together
            for group in signs if span else ([sign] for sign in signs):
                yield from _piece(raw, text_page, group, objects, span)
    finally:
        raw.FPDFText_ClosePage(text_page)


def _by_object(raw: Any, text_page: Any, objects: _Objects) -> list[tuple[int, Any]]:
    """The numbers of signs, grouped by the address of their object, in the order of the content."""
    groups: dict[int, Any] = {}
    for number in range(raw.FPDFText_CountChars(text_page)):
        if raw.FPDFText_IsGenerated(text_page, number) != 1:
            address = _address(raw.FPDFText_GetTextObject(text_page, number))
            groups.setdefault(address, []).append(number)
    last = len(objects.order)
    return sorted(groups.items(), key=lambda group: objects.order.get(group[0], last))


def _piece(raw: Any, text_page: Any, signs: list[int], objects: _Objects, span: int) -> Iterator[_Piece]:
    """The piece of some signs; nothing if their text is blank."""
    first = signs[0]
    text = "".join(map(_character, (raw.FPDFText_GetUnicode(text_page, sign) for sign in signs)))
    if not text.strip():
        return
    box, matrix = raw.FS_RECTF(), raw.FS_MATRIX()
    raw.FPDFText_GetLooseCharBox(text_page, first, box)
    raw.FPDFText_GetMatrix(text_page, first, matrix)
    across, up = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(text_page, first, across, up)
    left, right = objects.extent.get(span, (box.left, box.right))
    size = raw.FPDFText_GetFontSize(text_page, first) * math.hypot(matrix.a, matrix.b)
    is_bijoy = not span and objects.is_bijoy(raw.FPDFText_GetTextObject(text_page, first))
    yield _Piece(left, right, up.value, size or 1.0, text, is_bijoy)


def _character(code: int) -> str:
    """The character of a code; empty for a surrogate and for a code that is no character."""
    return "" if code in _SURROGATES or code in {0, 0xFFFE, 0xFFFF} else chr(code)


_SURROGATES: Final = range(0xD800, 0xE000)


_TITLES_OF_PROGRAMS: Final = re.compile(
    r"(?:microsoft (?:word|powerpoint) - .*|untitled.*|.*\.(?:docx?|odt|pdf|indd|qxd|pmd|html?))?",
    re.IGNORECASE | re.DOTALL,
)
"""Titles that programs write if the author gave none."""
_DAY: Final = re.compile(r"D:(\d{4})(\d\d)(\d\d)")
"""The beginning of dates: ISO 32000-2, 7.9.4."""
_LEGIBLE: Final = 0.8
"""Least share of legible characters; with fewer, the fonts of a document do not map glyphs to characters."""
_OCR: Final = "ocrmypdf -l ben"
_LOCKED: Final = (
    "locked with a password: make a copy without one by `qpdf --decrypt --password=… IN.pdf OUT.pdf`"
)


class Pdf:
    """One record per document: the text of its pages, without pages that are only pictures."""

    name = "pdf"
    suffixes = (".pdf",)
    extra = "pdf"

    def begins(self, head: bytes, /) -> bool:
        """Whether a file begins with the mark of PDF."""
        return head.startswith(b"%PDF-")

    def read(self, opened: Opened) -> Iterator[Found]:
        """Yield the document, and a skipped item for each scanned page."""
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
    """The record of a document, or its fault."""
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
    """The share of a text that is no private-use, replacement or control character."""
    illegible = sum("\ue000" <= sign <= "\uf8ff" or sign == "\ufffd" or "\0" < sign < "\t" for sign in text)
    return 1 - illegible / len(text)


def _fields(about: dict[str, str], text: str) -> dict[str, Any]:
    """The fields from the metadata of a document; a title made by a program is replaced."""
    title = about.get("Title", "").strip()
    day = _DAY.match(about.get("CreationDate", ""))
    return {
        "title": first_sentence(text) if _TITLES_OF_PROGRAMS.fullmatch(title) else title,
        "author": about.get("Author", "").strip(),
        "date": written_day("-".join(day.groups())) if day else None,
    }


def _pages(path: Path) -> Iterator[Any]:
    """The metadata of a document, then for each page its text, and whether it has only pictures."""
    import pypdfium2  # noqa: PLC0415  # an extra
    from pypdfium2 import raw  # noqa: PLC0415

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

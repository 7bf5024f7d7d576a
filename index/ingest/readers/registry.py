"""All formats, the detection of the format of a source, and advice for files of other programs."""

import codecs
import re
from pathlib import PurePath
from typing import Final, NamedTuple

from onneshon.index.ingest.readers.csv_rows import CsvRows
from onneshon.index.ingest.readers.database import Database, Sql
from onneshon.index.ingest.readers.feed import Feed
from onneshon.index.ingest.readers.json_records import JsonArray, JsonLines
from onneshon.index.ingest.readers.markdown import Markdown, PlainText
from onneshon.index.ingest.readers.mediawiki import MediaWiki
from onneshon.index.ingest.readers.office import Docx, Epub, Odt
from onneshon.index.ingest.readers.pdf import Pdf
from onneshon.index.ingest.readers.record import Reader
from onneshon.index.ingest.readers.site import Site
from onneshon.index.ingest.readers.tables import Parquet, Xlsx
from onneshon.index.ingest.readers.web_pages import HtmlPages, Warc


class _Sort(NamedTuple):
    """A sort of files that are not read.

    Attributes:
        what: the sort, for messages.
        remedy: the advice for such a file.
        suffixes: the suffixes of their names.
        magic: the pattern of their first bytes; None if other sorts begin in the same way.
        within: sorts that begin in the same way, distinguished by the bytes that follow, or by the suffix.
    """

    what: str
    remedy: str
    suffixes: tuple[str, ...]
    magic: re.Pattern[bytes] | None = None
    within: "tuple[_Sort, ...]" = ()


def _magic(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(pattern, re.DOTALL)


_AS_CSV: Final = "save the table as CSV in UTF-8"
_NO_TEXT: Final = "articles are texts: name the files that have them"
_UNPACK: Final = "unpack it, and name the folder"


def _converted(ending: str) -> str:
    """The advice to convert a file to a format that has a reader."""
    return f"make one that is read with `libreoffice --headless --convert-to {ending} FILE`"


def _restored(command: str, database: str) -> str:
    """The advice to restore a dump as a database, and to read that."""
    return f"make a database of it with `{command}`, then `onneshon index build {database} --table NAME`"


_OFFICE: Final = rb"PK.{28}(?:\[Content_Types\]\.xml|_rels/|docProps/|customXml/|ppt/).*?"
_OPEN_DOCUMENT: Final = rb"PK.{28}mimetypeapplication/vnd\.oasis\.opendocument\."

_SAVED_APART: Final = "save each as a text (.txt) or a page (.html)"
_LETTERS: Final = _Sort(
    "letters of a mail program",
    _SAVED_APART,
    (".eml", ".emlx", ".mbox", ".mbx", ".msg"),
    _magic(rb"From [^\s]+ +(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [^\n]{10,40}\r?\n[A-Za-z-]+:"),
)
_PAGES: Final = _Sort("a page with its pictures in one file", "save it as HTML", (".mht", ".mhtml"))

_IN_ZIP: Final = (
    _Sort("slides", _converted("pdf"), (".pptx", ".pptm", ".ppsx"), _magic(_OFFICE + b"ppt/")),
    _Sort("a sheet of OpenDocument", _converted("xlsx"), (".ods",), _magic(_OPEN_DOCUMENT + b"spreadsheet")),
    _Sort("slides or a drawing of OpenDocument", _converted("pdf"), (".odp", ".odg"), _magic(_OPEN_DOCUMENT)),
    _Sort("a workbook of Excel in binary form", _converted("xlsx"), (".xlsb",)),
    _Sort("a document of Pages, Numbers or Keynote", "export it as PDF", (".pages", ".numbers", ".key")),
)
_IN_OLE: Final = (
    _Sort("a workbook of Excel before 2007", _converted("xlsx"), (".xls", ".xlt")),
    _Sort("a document of Word before 2007", _converted("docx"), (".doc", ".dot")),
    _Sort("slides of PowerPoint before 2007", _converted("pdf"), (".ppt", ".pps")),
    _LETTERS,
)

_TEXTUAL: Final = (
    _Sort("a document in RTF", _converted("docx"), (".rtf",), _magic(rb"\{\\rtf")),
    _Sort(
        "a dump of PostgreSQL",
        _restored("createdb news && psql -d news -f FILE", "postgresql:///news"),
        (),
        _magic(rb"(?:--[^\n]*\n)*-- PostgreSQL database (?:cluster )?dump"),
    ),
    _Sort(
        "a dump of MySQL or MariaDB",
        _restored("mysqladmin create news && mysql news < FILE", "mysql://localhost/news"),
        (),
        _magic(rb"(?:/\*[^\n]*\n|\s)*-- (?:MySQL|MariaDB) dump "),
    ),
    _Sort(
        "a dump of SQLite",
        _restored("sqlite3 news.db < FILE", "news.db"),
        (),
        _magic(rb"PRAGMA foreign_keys=OFF;\s*BEGIN TRANSACTION;"),
    ),
    _LETTERS,
)
"""Sorts whose files may be plain text; no article begins like them."""

_BINARY: Final = (
    _Sort(
        "an archive of pg_dump",
        _restored("createdb news && pg_restore -d news FILE", "postgresql:///news"),
        (".dump",),
        _magic(b"PGDMP"),
    ),
    _Sort(
        "a database of Access",
        _AS_CSV,
        (".mdb", ".accdb"),
        _magic(rb"\x00\x01\x00\x00Standard (?:Jet|ACE) DB"),
    ),
    _Sort("a ZIP archive", _UNPACK, (".zip",), _magic(rb"PK\x03\x04|PK\x05\x06"), _IN_ZIP),
    _Sort(
        "a document of Office before 2007",
        _converted("docx (of slides, pdf; of a table, xlsx)"),
        (),
        _magic(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        _IN_OLE,
    ),
    _Sort("a RAR archive", _UNPACK, (".rar",), _magic(rb"Rar!\x1a\x07")),
    _Sort("a 7z archive", _UNPACK, (".7z",), _magic(rb"7z\xbc\xaf\x27\x1c")),
    _Sort("a tar archive", _UNPACK, (".tar", ".tgz"), _magic(rb".{257}ustar")),
    _Sort("a picture (PNG)", _NO_TEXT, (".png",), _magic(rb"\x89PNG\r\n")),
    _Sort("a picture (JPEG)", _NO_TEXT, (".jpg", ".jpeg"), _magic(rb"\xff\xd8\xff")),
    _Sort("a picture (GIF)", _NO_TEXT, (".gif",), _magic(rb"GIF8[79]a")),
    _Sort("a picture (WebP)", _NO_TEXT, (".webp",), _magic(rb"RIFF....WEBP")),
    _Sort("a picture (TIFF)", _NO_TEXT, (".tif", ".tiff"), _magic(rb"II\*\x00|MM\x00\*")),
    _Sort("a picture", _NO_TEXT, (".bmp", ".heic", ".ico", ".psd"), _magic(rb"....ftyp(?:heic|mif1|avif)")),
    _Sort(
        "a recording",
        _NO_TEXT,
        (".mp3", ".mp4", ".m4a", ".mov", ".avi", ".wav", ".ogg", ".webm"),
        _magic(rb"ID3|OggS|RIFF....(?:AVI |WAVE)|....ftyp|\x1a\x45\xdf\xa3"),
    ),
    _Sort("a font", _NO_TEXT, (".ttf", ".otf", ".woff", ".woff2"), _magic(rb"wOF[F2]|OTTO")),
    _Sort("a text in UTF-32", "save it as UTF-8", (), _magic(rb"\xff\xfe\x00\x00|\x00\x00\xfe\xff")),
)
_ALL: Final = (*_IN_ZIP, *_IN_OLE, *_TEXTUAL, *_BINARY, _PAGES)
_UTF16: Final = _Sort("a text in UTF-16 without a byte order mark", "save it as UTF-8", ())

_LOOK: Final = 1024
_HIGH: Final = frozenset(b"\x00\x09\x20")
"""High bytes of UTF-16 code units in a text of Latin and Bengali letters and of signs such as dashes."""


def foreign(name: str, head: bytes) -> str | None:
    """What a file without a reader is, with advice; None if its format may be one that has a reader.

    Args:
        name: the name of the file, without the suffix of a compression.
        head: the first bytes of the file, decompressed.
    """
    if _is_text(head):
        found = _beginning_so(head, _TEXTUAL) or _called_so(name, (_LETTERS, _PAGES))
    else:
        found = _beginning_so(head, _TEXTUAL + _BINARY) or (_UTF16 if _is_utf16(head) else None)
        if found is None and (named := _called_so(name, _ALL)):
            return f"by its name {named.what}: {named.remedy}"
    if found is None:
        return None
    found = _beginning_so(head, found.within) or _called_so(name, found.within) or found
    return f"{found.what}: {found.remedy}"


def what_is_wanted_of(ending: str) -> str | None:
    """What files with an ending that is not read are, with the advice how to convert them.

    Args:
        ending: an ending such as ``.doc``.

    Returns:
        The text; None if such files have no articles, or the ending is unknown.
    """
    sort = _called_so(f"a{ending}", _ALL)
    return f"{sort.what}: {sort.remedy}" if sort and sort.remedy != _NO_TEXT else None


def _beginning_so(head: bytes, sorts: tuple[_Sort, ...]) -> _Sort | None:
    return next((sort for sort in sorts if sort.magic and sort.magic.match(head)), None)


def _called_so(name: str, sorts: tuple[_Sort, ...]) -> _Sort | None:
    suffix = PurePath(name).suffix.lower()
    return next((sort for sort in sorts if suffix in sort.suffixes), None)


def _is_text(head: bytes) -> bool:
    """Whether the first bytes may be UTF-8, perhaps cut within a character, without a NUL."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return b"\0" not in head


def _is_utf16(head: bytes) -> bool:
    """Whether bytes that are not UTF-8 are UTF-16: every second byte is the high byte of a code unit."""
    halves = (head[:_LOOK:2], head[1:_LOOK:2])
    return any(len(half) > 1 and {0, 9} & {*half} and _HIGH.issuperset(half) for half in halves)


READERS: Final[tuple[Reader, ...]] = (
    JsonLines(),
    JsonArray(),
    CsvRows(),
    PlainText(),
    HtmlPages(),
    MediaWiki(),
    Warc(),
    Parquet(),
    Feed(),
    Epub(),
    Markdown(),
    Docx(),
    Odt(),
    Xlsx(),
    Pdf(),
    Database(),
    Sql(),
    Site(),
)
"""One reader per format; of those that recognise the first bytes of a file, the last one here wins."""

FORMATS: Final = {reader.name: reader for reader in READERS}
"""Readers by name."""

SUFFIXES: Final = {suffix: reader for reader in READERS for suffix in reader.suffixes}
"""Readers by the suffix of files."""

FILES_ONLY: Final = ("parquet", "epub", "docx", "odt", "xlsx", "pdf", "database", "site")
"""Binary formats, whose readers have the best messages for what is wrong with a file."""

_OBJECTS: Final = re.compile(rb'(?:\xef\xbb\xbf)?\s*(?:\[\s*)?\{\s*"')
"""The beginning of JSON with articles, which no row with names of columns has."""

_SURE: Final = ("warc", "mediawiki", "feed")
"""Formats whose first bytes are more reliable than the name of the file."""


def reader_of(name: str, head: bytes) -> Reader:
    """The reader of a source: by its first bytes if they are unambiguous, else by its name.

    Args:
        name: the name of the file, without the suffix of a compression.
        head: the first bytes of the file, decompressed.
    """
    named = SUFFIXES.get(PurePath(name).suffix.lower())
    if files := [reader for reader in READERS if reader.name in FILES_ONLY and reader.begins(head)]:
        return files[-1]
    if named and named.name == "csv" and _OBJECTS.match(head):
        named = FORMATS["jsonl"]
    if named and named.name in {"text", "csv", "sql"}:
        return named  # a text that begins like a page is still a text
    found = [reader for reader in READERS if reader.begins(head)]
    sure = [reader for reader in found if reader.name in _SURE]
    if sure:
        return sure[-1]
    if named and named.name == "jsonl":
        return FORMATS["json"] if FORMATS["json"] in found else named
    return named or (found[-1] if found else FORMATS["jsonl"])

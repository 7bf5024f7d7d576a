"""All formats, and which of them a source has."""

from pathlib import PurePath
from typing import Final

from onneshon.index.ingest.readers.csv_rows import CsvRows
from onneshon.index.ingest.readers.epub import Epub
from onneshon.index.ingest.readers.feed import Feed
from onneshon.index.ingest.readers.html_pages import HtmlPages
from onneshon.index.ingest.readers.json_records import JsonArray, JsonLines
from onneshon.index.ingest.readers.mediawiki import MediaWiki
from onneshon.index.ingest.readers.parquet import Parquet
from onneshon.index.ingest.readers.plain_text import PlainText
from onneshon.index.ingest.readers.record import Reader
from onneshon.index.ingest.readers.sql import Sql
from onneshon.index.ingest.readers.warc import Warc

__all__ = ["FILES_ONLY", "FORMATS", "READERS", "SUFFIXES", "reader_of"]

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
    Sql(),
)
"""One a format; of those that know the first bytes of a file, the last one here wins."""

FORMATS: Final = {reader.name: reader for reader in READERS}
"""By name."""

SUFFIXES: Final = {suffix: reader for reader in READERS for suffix in reader.suffixes}
"""By the ending of files."""

FILES_ONLY: Final = ("parquet", "epub")
"""Formats that are no text, whose readers say best what is wrong with a file."""

_SURE: Final = ("parquet", "warc", "epub", "mediawiki", "feed")
"""Formats whose first bytes tell more than the name of the file does."""


def reader_of(name: str, head: bytes) -> Reader:
    """The format of a source: as its first bytes say where they leave no doubt, else by its name.

    Args:
        name: of the file, without the ending of a compression.
        head: its first bytes, decompressed.
    """
    named = SUFFIXES.get(PurePath(name).suffix.lower())
    if named and named.name in {"text", "csv", "sql"}:
        return named  # a text that begins like a page is still a text
    found = [reader for reader in READERS if reader.begins(head)]
    sure = [reader for reader in found if reader.name in _SURE]
    if sure:
        return sure[-1]
    if named and named.name == "jsonl":
        return FORMATS["json"] if FORMATS["json"] in found else named
    return named or (found[-1] if found else FORMATS["jsonl"])

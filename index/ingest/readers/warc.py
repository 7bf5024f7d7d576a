"""WARC: what a crawler brought home; the articles of its web pages, by warcio and trafilatura."""

from collections.abc import Iterator
from typing import Any, Final

from onneshon.index.errors import CorpusError
from onneshon.index.ingest.readers.extras import needed
from onneshon.index.ingest.readers.html_pages import article_of_page
from onneshon.index.ingest.readers.opened import Opened
from onneshon.index.ingest.readers.record import Found, PassedOver, Record
from onneshon.index.ingest.streams import MAX_BYTES, CutShortError

__all__ = ["Warc"]

_PIECE: Final = 1 << 16
_HEAD: Final = 1 << 20
"""Bytes that the heads of a record and of the answer in it may have."""


class Warc:
    """Responses with a page of HTML are articles, everything else of a crawl is not."""

    name = "warc"
    suffixes = (".warc",)
    extra = "warc"

    def begins(self, head: bytes, /) -> bool:
        """With the version of the format."""
        return head.startswith(b"WARC/")

    def read(self, opened: Opened) -> Iterator[Found]:
        """One record a page, whose address is its id too."""
        iterator = needed("warcio.archiveiterator", "warc", opened.name)
        broken = needed("warcio.exceptions", "warc", opened.name).ArchiveLoadFailed
        # Told to look into responses, warcio takes one that is cut in its own head for the end of the file.
        stream = opened.stream()
        records = iterator.ArchiveIterator(stream, no_record_parse=True)
        number = 0
        while True:
            number += 1
            try:
                with stream.at_most(_HEAD):
                    record = next(records, None)
                    if record is None:
                        return
                    answer = _answer(records.loader, record)
                found = _found(opened, record, answer, number)
                if not _is_whole(record):
                    raise CutShortError(f"record {number} ends early: the file is cut short")
                yield found
            except (broken, EOFError, ValueError, OSError) as error:
                raise opened.fault(
                    "file", f"record {number} is broken: {str(error) or 'it ends early'}"
                ) from error


def _is_whole(record: Any) -> bool:
    """Whether there are as many bytes as the record says: one that does not is cut in its head."""
    length = record.rec_headers.get_header("Content-Length") or record.rec_headers.get_header("length") or ""
    rest = record.raw_stream
    while rest.read(_PIECE):
        pass
    return length.strip().isdigit() and rest.limit == 0


def _answer(loader: Any, record: Any) -> Any:
    """The head of a server's answer; None of what is no answer."""
    if record.rec_type != "response":
        return None
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    return loader.load_http_headers("response", url, record.raw_stream, record.length)


def _found(opened: Opened, record: Any, answer: Any, number: int) -> Found:
    if record.rec_type != "response":
        return PassedOver(record.rec_type or "other")
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    record.http_headers = answer
    if other := _other(record.http_headers):
        return PassedOver(other)
    where = f"{opened.name}: record {number} ({url[:200]})"
    content = record.content_stream().read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        return CorpusError(where, "long", f"a page longer than {MAX_BYTES >> 20} MiB")
    try:
        fields = article_of_page(content, url or None, where)
    except CorpusError as problem:
        return problem
    return Record({"id": url, **fields, "url": url}, where, f"{opened.identity}:{number}")


def _other(answer: Any) -> str:
    """What an answer of a server is, where it is no page; empty where it is one."""
    if answer is None:
        return "other"
    if (status := answer.get_statuscode()) != "200":
        return f"status {status[:3]}"
    return "" if "html" in (answer.get_header("Content-Type") or "").lower() else "not HTML"

"""WARC: what a crawler brought home; the articles of its web pages, by warcio and trafilatura."""

from collections.abc import Iterator
from typing import Any

from index.errors import CorpusError
from index.ingest.readers.extras import needed
from index.ingest.readers.html_pages import article_of_page
from index.ingest.readers.opened import Opened
from index.ingest.readers.record import Found, PassedOver, Record
from index.ingest.streams import MAX_BYTES, CutShortError

__all__ = ["Warc"]


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
        records = iterator.ArchiveIterator(opened.stream())
        number = 0
        while True:
            number += 1
            try:
                record = next(records, None)
                if record is None:
                    return
                yield _found(opened, record, number)
            except (broken, EOFError, ValueError, OSError) as error:
                raise opened.fault("file", f"record {number} is broken: {error}") from error


def _found(opened: Opened, record: Any, number: int) -> Found:
    if record.rec_type != "response" or record.http_headers is None:
        return PassedOver(record.rec_type if record.rec_type != "response" else "other")
    status = record.http_headers.get_statuscode()
    if status != "200":
        return PassedOver(f"status {status[:3]}")
    sort = record.http_headers.get_header("Content-Type") or ""
    if "html" not in sort.lower():
        return PassedOver("not HTML")
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    where = f"{opened.name}: record {number} ({url[:200]})"
    content = record.content_stream().read(MAX_BYTES + 1)
    rest = record.raw_stream
    if not rest.read(1) and rest.limit > 0:
        raise CutShortError(f"record {number} ends early: the file is cut short")
    if len(content) > MAX_BYTES:
        return CorpusError(where, "long", f"a page longer than {MAX_BYTES >> 20} MiB")
    try:
        fields = article_of_page(content, url or None, where)
    except CorpusError as problem:
        return problem
    return Record({"id": url, **fields, "url": url}, where, f"{opened.identity}:{number}")

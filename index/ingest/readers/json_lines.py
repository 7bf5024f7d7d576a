"""JSON Lines: an object a line."""

from collections.abc import Iterator

from onneshon.index.ingest.readers.opened import Opened
from onneshon.index.ingest.readers.record import Found, RawRecord
from onneshon.index.ingest.records import json_object
from onneshon.index.ingest.streams import MAX_BYTES

__all__ = ["JsonLines"]


class JsonLines:
    """JSON Lines, and whatever nothing else is told by."""

    name = "jsonl"
    suffixes = (".jsonl", ".ndjson")
    extra = ""

    def begins(self, head: bytes, /) -> bool:
        """With an object."""
        return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")

    def read(self, opened: Opened) -> Iterator[Found]:
        """One record a line; blank lines are none."""
        for number, line in enumerate(opened.lines(), start=1):
            if line is None:
                yield opened.fault("long", f"longer than {MAX_BYTES >> 20} MiB", number)
            elif line.strip():
                yield RawRecord(line, f"{opened.name}:{number}", f"{opened.identity}:{number}", json_object)

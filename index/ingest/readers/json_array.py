"""JSON: an array of objects, or objects one after another, however they are broken into lines."""

import re
from collections.abc import Iterator
from typing import Final

from index.ingest.readers.opened import Opened
from index.ingest.readers.record import Found, RawRecord
from index.ingest.records import json_object
from index.ingest.streams import MAX_BYTES, CutShortError

__all__ = ["JsonArray"]

_ARRAY: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*\[\s*[{\]]")
_SIGNS: Final = re.compile(rb'["\\{}\n]')
_BETWEEN: Final = re.compile(rb"[\s,\[\]\xef\xbb\xbf]*")
"""What may stand between objects; whatever else does is no JSON."""


class JsonArray:
    """Objects cut out of their array, so that one is held in memory at a time."""

    name = "json"
    suffixes = (".json",)
    extra = ""

    def begins(self, head: bytes, /) -> bool:
        """With an array of objects, or of nothing."""
        return _ARRAY.match(head) is not None

    def read(self, opened: Opened) -> Iterator[Found]:
        """One record an object, told of by the line on which it begins."""
        for number, (line, text) in enumerate(_objects(opened), start=1):
            if text is None:
                yield opened.fault("long", f"an object longer than {MAX_BYTES >> 20} MiB", line)
            else:
                yield RawRecord(text, f"{opened.name}:{line}", f"{opened.identity}:{number}", json_object)


class _Scanner:
    """Finds where objects begin and end, without reading what is in them."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._depth = 0
        self._quoted = False
        self._line = self._began = 1
        self._text = bytearray()
        self._too_long = False
        self._arrays = [0, 0]

    def feed(self, chunk: bytes) -> Iterator[tuple[int, bytes | None]]:
        """The objects that end in a piece."""
        at = start = 0
        while found := _SIGNS.search(chunk, at):
            at = found.end()
            sign = found[0]
            if sign == b"\n":
                self._line += 1
                self._opened.line = self._line
            elif self._quoted:
                if sign == b"\\":
                    at += 1
                self._quoted = sign != b'"'
            elif sign == b'"' and self._depth:
                self._quoted = True
            elif sign == b"{":
                if not self._depth:
                    self._between(chunk[start : found.start()])
                    start, self._began = found.start(), self._line
                self._depth += 1
            elif sign == b"}" and self._depth:
                self._depth -= 1
                if not self._depth:
                    self._keep(chunk[start:at])
                    yield self._began, None if self._too_long else bytes(self._text)
                    self._text, self._too_long, start = bytearray(), False, at
        self._rest(chunk[start:])

    def _rest(self, rest: bytes) -> None:
        if self._depth:
            self._keep(rest)
        else:
            self._between(rest)

    def _keep(self, piece: bytes) -> None:
        if len(self._text) + len(piece) > MAX_BYTES:
            self._text, self._too_long = bytearray(), True
        elif not self._too_long:
            self._text += piece

    def _between(self, text: bytes) -> None:
        if not _BETWEEN.fullmatch(text):
            strange = text.strip(b" ,\t\r\n[]")[:20].decode("utf-8", "backslashreplace")
            reason = f"not an array of objects: {strange!r} stands where an object should begin"
            raise self._opened.fault("json", reason, self._line)
        self._arrays[0] += text.count(b"[")
        self._arrays[1] += text.count(b"]")
        if not self._arrays[1] <= self._arrays[0] <= 1:
            raise self._opened.fault("json", "not an array of objects: more than one bracket", self._line)

    def end(self) -> None:
        """Refuses half an object at the end, and half an array.

        Raises:
            CutShortError: it is one.
        """
        if self._depth or self._arrays[0] != self._arrays[1]:
            raise CutShortError("ends in the middle of an article: the file is cut short")


def _objects(opened: Opened) -> Iterator[tuple[int, bytes | None]]:
    """The line on which each object begins, and its text; None for one that is too long."""
    scanner = _Scanner(opened)
    carried = b""
    for chunk in opened.chunks():
        # An escape sign may be the last byte of a piece, and what it escapes the first of the next.
        text = carried + chunk
        whole = len(text) - (len(text) - len(text.rstrip(b"\\"))) % 2
        carried = text[whole:]
        yield from scanner.feed(text[:whole])
    yield from scanner.feed(carried)
    scanner.end()

"""JSON: one object per line, an array of objects, or consecutive objects with or without line breaks."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from onneshon.index.ingest.readers.opened import Opened
from onneshon.index.ingest.readers.record import Found, RawRecord
from onneshon.index.ingest.records import json_object
from onneshon.index.ingest.streams import MAX_BYTES, CutShortError

_ARRAY: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*\[\s*[{\]]")
_HITS: Final = re.compile(
    rb'(?:\xef\xbb\xbf)?\s*\{(?=[^\[]*"_shards"|[^\[]*"took")[^\[]*?"hits"\s*:\s*\{[^\[]*?"hits"\s*:\s*\['
)
"""The beginning of an answer of ``_search`` (Elasticsearch), up to the array of its hits."""
_LONGEST_HEAD: Final = 1 << 14
_BETWEEN: Final = re.compile(rb'["\\{\[\],\n]')
"""Signs that matter between elements; within an element only its own sort of brackets matters."""
_WITHIN: Final = {b"{": re.compile(rb'["\\{}\n]'), b"[": re.compile(rb'["\\\[\]\n]')}
_MARK: Final = b"\xef\xbb\xbf"


class JsonArray:
    """Objects of an array, cut out so that only one is in memory at a time."""

    name = "json"
    suffixes = (".json",)
    extra = ""

    def begins(self, head: bytes, /) -> bool:
        """Whether a file begins with an array of objects, an empty array, or an answer of Elasticsearch."""
        return _ARRAY.match(head) is not None or _HITS.match(head[:_LONGEST_HEAD]) is not None

    def read(self, opened: Opened) -> Iterator[Found]:
        """Yield one record per element, with its first line as its place; other values are faults."""
        for number, (line, text) in enumerate(_elements(opened), start=1):
            if text is None:
                yield opened.fault("long", f"an object longer than {MAX_BYTES >> 20} MiB", line)
            else:
                yield RawRecord(text, f"{opened.name}:{line}", f"{opened.identity}:{number}", _fields)


def _fields(record: bytes, where: str) -> Mapping[str, Any]:
    """The fields of a record; for a hit of Elasticsearch the fields of its source, with its id."""
    found = json_object(record, where)
    source = found.get("_source")
    if isinstance(source, dict) and "_id" in found:
        return {"id": found["_id"], **source}
    return found


def _from_hits(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The array of hits of an answer of ``_search``, with the line ends of the text before it.

    These keep the line numbers of faults the same as in the file.
    """
    head = next(chunks)
    found = _HITS.match(head[:_LONGEST_HEAD])
    start = found.end() - 1 if found else 0
    yield b"\n" * head.count(b"\n", 0, start) + head[start:]
    yield from chunks


class _Scanner:
    """Finds where elements begin and end, without parsing their content.

    Args:
        opened: the source.
        is_answer: whether other content follows the array, to be ignored.
    """

    def __init__(self, opened: Opened, *, is_answer: bool) -> None:
        self._opened = opened
        self._is_answer = is_answer
        self._signs = _BETWEEN
        self._opening = b""
        self._depth = 0
        self._quoted = False
        self._line = self._began = 1
        self._text = bytearray()
        self._too_long = False
        self._in_array = self._had_array = False

    def feed(self, chunk: bytes) -> Iterator[tuple[int, bytes | None]]:
        """The elements that end in a piece, each with the number of its first line."""
        at = start = 0
        while found := self._signs.search(chunk, at):
            if self._is_answer and self.had_array:
                return
            at = found.end()
            sign = found[0]
            if sign == b"\n":
                self._line += 1
                self._opened.line = self._line
            elif self._quoted or sign in b'"\\':
                if sign == b"\\" and self._quoted:
                    at += 1
                self._quoted ^= sign == b'"'
            elif self._depth:
                self._depth += 1 if sign == self._opening else -1
                if not self._depth:
                    self._keep(chunk[start:at])
                    start, self._signs = at, _BETWEEN
                    yield self._began, self._taken()
            else:
                self._keep(chunk[start : found.start()])
                yield from self._other()
                start = found.start() if self._begins(sign) else at
        self._keep(chunk[start:])

    @property
    def had_array(self) -> bool:
        """Whether an array has ended."""
        return self._had_array and not self._in_array

    def _begins(self, sign: bytes) -> bool:
        """Whether a bracket begins an element; the bracket of the array itself does not."""
        if sign == b"{" or (sign == b"[" and self._in_array):
            self._opening, self._signs, self._depth = sign, _WITHIN[sign], 1
            self._began = self._line
            return True
        if sign == b"[" and not self._had_array:
            self._in_array = self._had_array = True
        elif sign == b"]" and self._in_array:
            self._in_array = False
        elif sign != b",":
            raise self._opened.fault("json", "not an array of objects: more than one bracket", self._line)
        return False

    def _keep(self, piece: bytes) -> None:
        if not self._text:
            piece = piece.lstrip()
        if len(self._text) + len(piece) > MAX_BYTES:
            self._text, self._too_long = bytearray(), True
        elif not self._too_long:
            self._text += piece

    def _taken(self) -> bytes | None:
        """The collected text, which is then cleared; None if it is too long."""
        text, too_long = bytes(self._text), self._too_long
        self._text, self._too_long = bytearray(), False
        return None if too_long else text

    def _other(self) -> Iterator[tuple[int, bytes | None]]:
        """Handle text between signs: an element that is no object, or an error outside of the array."""
        text = self._taken()
        if text is not None and not (text := text.strip().removeprefix(_MARK)):
            return
        strange = text or b""
        if not self._in_array:
            shown = strange[:20].decode("utf-8", "backslashreplace")
            reason = f"not an array of objects: {shown!r} stands where an object should begin"
            raise self._opened.fault("json", reason, self._line)
        yield self._line - strange.count(b"\n"), text

    def end(self) -> None:
        """Check that the content does not end within an object or the array.

        Raises:
            CutShortError: it does.
            CorpusError: it ends with something else.
        """
        if self._depth or self._quoted or self._in_array:
            raise CutShortError("ends in the middle of an article: the file is cut short")
        next(self._other(), None)


def _elements(opened: Opened) -> Iterator[tuple[int, bytes | None]]:
    """The elements, each with its first line and its text, or None for one that is too long."""
    is_answer = _HITS.match(opened.head[:_LONGEST_HEAD]) is not None
    scanner = _Scanner(opened, is_answer=is_answer)
    carried = b""
    for chunk in _from_hits(opened.chunks()) if is_answer else opened.chunks():
        # A backslash may be the last byte of a piece, and the character that it escapes the next byte.
        text = carried + chunk
        whole = len(text) - (len(text) - len(text.rstrip(b"\\"))) % 2
        carried = text[whole:]
        yield from scanner.feed(text[:whole])
        if is_answer and scanner.had_array:
            return  # the rest is statistics of the search
    yield from scanner.feed(carried)
    scanner.end()


class JsonLines:
    """JSON Lines, which is also the default where no other format is detected."""

    name = "jsonl"
    suffixes = (".jsonl", ".ndjson")
    extra = ""

    def begins(self, head: bytes, /) -> bool:
        """Whether a file begins with an object."""
        return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")

    def read(self, opened: Opened) -> Iterator[Found]:
        """Yield one record per line, except blank lines."""
        for number, line in enumerate(opened.lines(), start=1):
            if line is None:
                yield opened.fault("long", f"longer than {MAX_BYTES >> 20} MiB", number)
            elif line.strip():
                yield RawRecord(line, f"{opened.name}:{number}", f"{opened.identity}:{number}", _fields)

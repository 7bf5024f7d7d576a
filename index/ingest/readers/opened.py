"""An open source, read in pieces, by lines, or as a whole, decompressed and in UTF-8."""

import codecs
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Final, TypeAlias

from onneshon.index.configuration import ARTICLE_FIELDS
from onneshon.index.errors import CorpusError
from onneshon.index.ingest.budget import MAX_COLUMNS, Budget
from onneshon.index.ingest.source import EVERYTHING, Selection
from onneshon.index.ingest.streams import (
    MAX_BYTES,
    BrokenStreamError,
    CutShortError,
    read_chunks,
    read_lines,
    read_whole,
)

_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DECLARED: Final = re.compile(
    r"""(<\?xml[^>]*?\sencoding\s*=\s*["'])utf-?16(?:le|be)?(?=["'])""", re.IGNORECASE
)
"""The declaration of XML in UTF-16."""


def in_utf8(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Convert the content of a file to UTF-8 if it begins with the byte order mark of UTF-16.

    A lone surrogate becomes bytes that are not UTF-8, so that only the record that has it is invalid.

    Args:
        pieces: the content, in pieces of bounded size.

    Raises:
        CutShortError: the content ends within a character.
    """
    first = next(pieces, b"")
    while len(first) < len(codecs.BOM_UTF32_LE) and (more := next(pieces, b"")):
        first += more
    # The mark of UTF-32 begins with that of UTF-16.
    if not first.startswith(_MARKS) or first.startswith(codecs.BOM_UTF32_LE):
        yield from chain([first] if first else [], pieces)
        return
    decoder = codecs.getincrementaldecoder("utf-16")("surrogatepass")
    text = _DECLARED.sub(r"\1utf-8", decoder.decode(first), count=1)
    yield text.encode("utf-8", "surrogatepass")
    for piece in pieces:
        yield decoder.decode(piece).encode("utf-8", "surrogatepass")
    if decoder.getstate()[0]:
        raise CutShortError("ends in the middle of a character of UTF-16: the file is cut short")


HEAD_BYTES: Final = 1 << 16
"""Bytes at the beginning of a file by which its format and the encoding of its texts are detected."""


def _raising(fault: Exception) -> Iterator[bytes]:
    """An iterator that only raises a fault."""
    raise fault
    yield b""


Meter: TypeAlias = Callable[[int], object]
"""Called with the number of bytes that were read."""


def no_meter(_count: int) -> None:
    """A meter that counts nothing."""


class Opened:
    """One open source.

    Args:
        name: the name of the source, for messages.
        identity: the name that ids of articles without one are derived from.
        path: the file; None for standard input.
        meter: called with the number of bytes of each piece read.
        database: the address of the database that queries are sent to.
        selection: what to read from a database.
        fields: fields of articles by the mapped names of sources.

    Attributes:
        rows: the number of rows read from a database.
        line: the number of the line that is being read, if the source is read by lines.
        budget: the budget for reading the source.
    """

    def __init__(
        self,
        name: str,
        identity: str,
        path: Path | None,
        meter: Meter = no_meter,
        database: str | None = None,
        *,
        selection: Selection = EVERYTHING,
        fields: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self.fields = fields or {}
        self.database = database
        self.selection = selection
        self.rows = 0
        self.identity = identity
        self.budget = Budget(name)
        self._path = path
        self._tell = meter
        self._pieces: Iterator[bytes] = iter(())
        self._first: list[bytes] = []
        self.line: int | None = None

    @property
    def location(self) -> str:
        """The path of the file as it was given; empty for standard input."""
        return "" if self._path is None else self._path.as_posix()

    def _meter(self, count: int) -> None:
        self.budget.read(count)
        self._tell(count)

    @cached_property
    def head(self) -> bytes:
        """The first ``HEAD_BYTES`` bytes or more, or all if there are fewer; reading yields them again.

        Pieces are collected, as the first piece of a file that was compressed in parts may be a single line.
        """
        pieces = in_utf8(read_chunks(self._path, self._meter))
        self._pieces = pieces
        size = 0
        try:
            while size < HEAD_BYTES and (piece := next(pieces, b"")):
                self._first.append(piece)
                size += len(piece)
        except (BrokenStreamError, CutShortError, OSError) as fault:  # raised again when reading reaches it
            self._pieces = _raising(fault)
            if not self._first:
                raise
        return b"".join(self._first)

    def chunks(self) -> Iterator[bytes]:
        """The whole content, in pieces of bounded size.

        Raises:
            OSError: the source cannot be read.
            BrokenStreamError: it is compressed and broken.
            CorpusError: reading it exceeds the budget.
        """
        _ = self.head
        first, self._first = self._first, []
        for piece in chain(first, self._pieces):
            self.budget.unpacked(len(piece))
            yield piece

    def lines(self, chunks: Iterator[bytes] | None = None) -> Iterator[bytes | None]:
        """The lines of the source; see ``streams.read_lines``.

        Args:
            chunks: the content with line ends converted; the content as it is unless given.
        """
        self.line = 1
        for line in read_lines(self.chunks() if chunks is None else chunks):
            yield line
            self.line += 1

    def whole(self) -> bytes:
        """The whole content at once.

        Raises:
            CorpusError: it is longer than ``streams.MAX_BYTES``.
        """
        content = read_whole(self.chunks())
        if content is None:
            raise self.fault("long", f"longer than {MAX_BYTES >> 20} MiB")
        return content

    def stream(self) -> "Stream":
        """The content as a file that can be read once, for libraries that need a file object."""
        return Stream(_Pieces(self.chunks()))

    def file(self) -> Path:
        """The path of the file, for formats that are read from their end.

        Raises:
            CorpusError: the source is no file, or the file is compressed.
        """
        if self._path is None or not self._path.is_file():
            raise self.fault("file", "this format is read from a file only, not from a stream: save it first")
        with self._path.open("rb") as file:
            if file.read(len(self.head[:4])) != self.head[:4]:
                raise self.fault("file", "this format is read as it is, not compressed: unpack it first")
        self._meter(self._path.stat().st_size)
        return self._path

    def named_apart(self, columns: Iterable[str], kind: str, position: int | str | None = None) -> list[str]:
        """Make the names of columns unique: a repeated name gets a number.

        Args:
            columns: the names.
            kind: the kind of fault to raise.
            position: the place of the row of names.

        Raises:
            CorpusError: two columns have the name of the same field of articles, so that one text would be
                lost; or there are more than ``MAX_COLUMNS``.
        """
        found: list[str] = []
        met: Counter[str] = Counter()
        for name in columns:
            met[name] += 1
            if len(found) == MAX_COLUMNS:
                raise self.fault(kind, f"more than {MAX_COLUMNS:,} columns", position)
            if met[name] > 1 and name in ARTICLE_FIELDS:
                reason = f"two columns are called {name!r}: give each a name of its own"
                raise self.fault(kind, reason, position)
            found.append(f"{name} {met[name]}" if met[name] > 1 and name else name)
        return found

    def fault(self, kind: str, reason: str, position: int | str | None = None) -> CorpusError:
        """A fault of the source, at a line or another place in it."""
        return CorpusError(self.name if position is None else f"{self.name}:{position}", kind, reason)


class Stream(io.BufferedReader):
    """A source as a file, with an optional limit on the bytes of the next reads.

    Args:
        pieces: the content.
    """

    def __init__(self, pieces: "_Pieces") -> None:
        super().__init__(pieces)
        self._pieces = pieces

    @contextmanager
    def at_most(self, count: int) -> Iterator[None]:
        """Limit reads within the context to ``count`` bytes and one more piece; more raise ValueError."""
        self._pieces.room = count
        yield
        self._pieces.room = None


class _Pieces(io.RawIOBase):
    """Pieces of bytes as a raw file of unknown length.

    Attributes:
        room: bytes that may still be read; None for any number.
    """

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = memoryview(b"")
        self.room: int | None = None

    def readable(self) -> bool:
        """Always true."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # a buffer of bytes
        """Fill a buffer with at most the rest of the next piece.

        Raises:
            ValueError: more bytes were read than the limit allows.
        """
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        count = min(len(buffer), len(self._rest))
        if self.room is not None:
            self.room -= count
            if self.room < 0:
                raise ValueError("longer than it may be")
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count

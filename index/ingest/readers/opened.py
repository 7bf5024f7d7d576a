"""A source that is open to be read: piece by piece, line by line, or all of it, decompressed, in UTF-8."""

import codecs
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Final

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
"""How XML says of itself that it is UTF-16."""


def in_utf8(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The content of a file, in UTF-8 where it begins with the byte order mark of UTF-16, else as it is.

    Half of a surrogate pair becomes what is no UTF-8, so that it costs the record that it stands in.

    Args:
        pieces: the content, in pieces of bounded size.

    Raises:
        CutShortError: it ends within a character.
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
"""Bytes by which a format is told, and how its texts are encoded."""


def _raising(fault: Exception) -> Iterator[bytes]:
    """Nothing but what is wrong."""
    raise fault
    yield b""


class Opened:
    """One source.

    Args:
        name: for messages.
        identity: what ids of articles without one are made of.
        path: the file; None for standard input.
        meter: called with the number of bytes of each piece read.
        database: the address of the one that queries are put to.
        selection: what is read of a database.
        fields: of articles, by names that somebody said sources have for them.

    Attributes:
        rows: of a database that were read.
        line: that is being read, where it is read by lines.
        budget: what reading it may cost.
    """

    def __init__(
        self,
        name: str,
        identity: str,
        path: Path | None,
        meter: Callable[[int], object],
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
        """The path of the file as it was given; empty of standard input."""
        return "" if self._path is None else self._path.as_posix()

    def _meter(self, count: int) -> None:
        self.budget.read(count)
        self._tell(count)

    @cached_property
    def head(self) -> bytes:
        """The beginning of it, ``HEAD_BYTES`` or more where there are so many, which reading gives once more.

        Of a file that was compressed part by part the first piece may be a line alone.
        """
        pieces = in_utf8(read_chunks(self._path, self._meter))
        self._pieces = pieces
        size = 0
        try:
            while size < HEAD_BYTES and (piece := next(pieces, b"")):
                self._first.append(piece)
                size += len(piece)
        except (BrokenStreamError, CutShortError, OSError) as fault:  # told of where it stands
            self._pieces = _raising(fault)
            if not self._first:
                raise
        return b"".join(self._first)

    def chunks(self) -> Iterator[bytes]:
        """All of it, in pieces of bounded size.

        Raises:
            OSError: it cannot be read.
            BrokenStreamError: it is compressed and broken.
            CorpusError: it costs more than it may.
        """
        _ = self.head
        first, self._first = self._first, []
        for piece in chain(first, self._pieces):
            self.budget.unpacked(len(piece))
            yield piece

    def lines(self, chunks: Iterator[bytes] | None = None) -> Iterator[bytes | None]:
        """Its lines; see ``streams.read_lines``.

        Args:
            chunks: all of it, with the line ends that count; as it is unless given.
        """
        self.line = 1
        for line in read_lines(self.chunks() if chunks is None else chunks):
            yield line
            self.line += 1

    def whole(self) -> bytes:
        """All of it at once.

        Raises:
            CorpusError: it is longer than ``streams.MAX_BYTES``.
        """
        content = read_whole(self.chunks())
        if content is None:
            raise self.fault("long", f"longer than {MAX_BYTES >> 20} MiB")
        return content

    def stream(self) -> "Stream":
        """All of it as a file that can be read once, for libraries that ask for one."""
        return Stream(_Pieces(self.chunks()))

    def file(self) -> Path:
        """The file itself, for formats that are read from their end.

        Raises:
            CorpusError: it is none, or compressed once more.
        """
        if self._path is None or not self._path.is_file():
            raise self.fault("file", "this format is read from a file only, not from a stream: save it first")
        with self._path.open("rb") as file:
            if file.read(len(self.head[:4])) != self.head[:4]:
                raise self.fault("file", "this format is read as it is, not compressed: unpack it first")
        self._meter(self._path.stat().st_size)
        return self._path

    def named_apart(self, columns: Iterable[str], kind: str, position: int | str | None = None) -> list[str]:
        """The names of columns, of which a row has one each: a name that comes again gets a number.

        Args:
            columns: the names.
            kind: of a fault of theirs.
            position: of the row that has them.

        Raises:
            CorpusError: two are called as a field of articles, so that the text of one would be lost; or
                there are more than may be.
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
        """What is wrong with it, at a line or another place in it."""
        return CorpusError(self.name if position is None else f"{self.name}:{position}", kind, reason)


class Stream(io.BufferedReader):
    """A source as a file, of which a part may be limited to a number of bytes.

    Args:
        pieces: all of it.
    """

    def __init__(self, pieces: "_Pieces") -> None:
        super().__init__(pieces)
        self._pieces = pieces

    @contextmanager
    def at_most(self, count: int) -> Iterator[None]:
        """Have whatever reads meanwhile get N bytes, and one more piece, or a ValueError."""
        self._pieces.room = count
        yield
        self._pieces.room = None


class _Pieces(io.RawIOBase):
    """_Pieces of bytes as a file without an end that is known.

    Attributes:
        room: bytes that may be read from now on; None for any number.
    """

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = memoryview(b"")
        self.room: int | None = None

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # a buffer of bytes
        """Fill a buffer, as far as the next piece does.

        Raises:
            ValueError: it is more than may be read now.
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

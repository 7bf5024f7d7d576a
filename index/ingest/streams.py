"""Reading files piece by piece: plain, or compressed by gzip, bzip2, xz or Zstandard.

The first bytes decide the format. The name is used only to detect compressed files that are cut too short to
have those bytes.

The standard library's file classes take broken data after a whole compressed stream for the end of the file.
Here that is an error, as articles would be lost silently.
"""

import bz2
import lzma
import re
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, Protocol

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MAX_BYTES: Final = 8 << 20
"""The longest line, and the largest text file, that may be an article: 8 MiB.

Decoded JSON may take thirty times its bytes (``[],[],...``), so that a line never takes more than 250 MB.
"""

_CHUNK: Final = 1 << 16
_WINDOW_LOG: Final = 29
_MAX_DICTIONARY: Final = 1 << _WINDOW_LOG
"""Most memory that xz or Zstandard may use for a dictionary, so that a hostile file cannot use up all of it.

``xz -9`` needs 65 MiB, ``zstd --long=27`` 128 MiB.
"""
_MEMORY_WORDS: Final = ("Memory usage limit", "too much memory")
"""Texts of the errors of liblzma and libzstd for a file that needs more; these errors have no code."""


class BrokenStreamError(Exception):
    """Compressed data is broken, cut short, compressed twice, or needs too much memory; see the message."""


class CutShortError(Exception):
    """Text ends in the middle of an article."""


class _Decoder(Protocol):
    """The common interface of the standard library's decompressor objects."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, /, max_length: int) -> bytes: ...


class _GzipDecoder:
    """zlib's decompressor with the interface of the other decompressors."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def needs_input(self) -> bool:
        return not self._zlib.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    def decompress(self, data: bytes, /, max_length: int) -> bytes:
        return self._zlib.decompress(self._zlib.unconsumed_tail + data, max_length)


class _Format(NamedTuple):
    """A compression format: its name, the suffix and the first bytes of its files, and its decoder."""

    name: str
    suffix: str
    magic: re.Pattern[bytes]
    decoder: Callable[[], _Decoder]


_XZ: Final = partial(lzma.LZMADecompressor, lzma.FORMAT_XZ, _MAX_DICTIONARY)
_ZSTD: Final = partial(
    zstd.ZstdDecompressor, options={zstd.DecompressionParameter.window_log_max: _WINDOW_LOG}
)
_FORMATS: Final = (
    _Format("gzip", ".gz", re.compile(rb"\x1f\x8b"), _GzipDecoder),
    _Format("bzip2", ".bz2", re.compile(rb"BZh"), bz2.BZ2Decompressor),
    _Format("xz", ".xz", re.compile(rb"\xfd7zXZ\x00"), _XZ),
    # RFC 8878, 3.1.2: a file may begin with a frame to be skipped, as those of pzstd do.
    _Format("Zstandard", ".zst", re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18"), _ZSTD),
)
_LONGEST_MAGIC: Final = 6
_DECODER_ERRORS = (EOFError, OSError, zlib.error, lzma.LZMAError, zstd.ZstdError)


def standard_input() -> BinaryIO:
    """The bytes of standard input; none if it was closed when the program was started."""
    return sys.stdin.buffer if sys.stdin else BytesIO()


def _opened(path: Path | None) -> AbstractContextManager[BinaryIO]:
    return nullcontext(standard_input()) if path is None else path.open("rb")


def read_chunks(path: Path | None, meter: Callable[[int], object]) -> Iterator[bytes]:
    """The content of a file, decompressed, in pieces of bounded size.

    Args:
        path: the file; None for standard input.
        meter: called with the number of bytes of each piece as it is read from the file, before
            decompression.

    Raises:
        OSError: the file cannot be read.
        BrokenStreamError: it is compressed and broken; the content before the fault was yielded.
    """
    with _opened(path) as stream:
        pieces = _metered(stream, meter)
        first = next(pieces, b"")
        known = _format_of(first)
        if known:
            yield from _compressed_once(_decompress(first, pieces, known), known)
            return
        _check_length(path, first)
        yield first
        yield from pieces


def _format_of(content: bytes) -> _Format | None:
    return next((known for known in _FORMATS if known.magic.match(content)), None)


def _compressed_once(decoded: Iterator[bytes], outer: _Format) -> Iterator[bytes]:
    """Yield the pieces as given; refuse compressed data within, which would be read as lines of noise."""
    first = next(decoded, b"")
    if inner := _format_of(first):
        raise BrokenStreamError(f"{inner.name} data within {outer.name} data: decompress it once, by hand")
    yield first
    yield from decoded


def _metered(stream: BinaryIO, meter: Callable[[int], object]) -> Iterator[bytes]:
    while piece := stream.read(_CHUNK):
        meter(len(piece))
        yield piece


def _check_length(path: Path | None, content: bytes) -> None:
    """Refuse a file with the suffix of a compression that is too short to have its first bytes."""
    if path is None or len(content) >= _LONGEST_MAGIC:
        return
    for known in _FORMATS:
        if path.name.lower().endswith(known.suffix) and not content.strip().startswith(b"{"):
            raise BrokenStreamError(f"{known.name} data ends early: the file is cut short")


def _decompress(data: bytes, pieces: Iterator[bytes], known: _Format) -> Iterator[bytes]:
    """Decode one compressed stream after another until the input ends."""
    while data:
        decoder = known.decoder()
        yield from _decode_one(decoder, data, pieces, known.name)
        data = decoder.unused_data or next(pieces, b"")
        while data and not (data := data.lstrip(b"\x00")):  # gzip and xz files may be padded
            data = next(pieces, b"")


def _decode_one(decoder: _Decoder, data: bytes, pieces: Iterator[bytes], name: str) -> Iterator[bytes]:
    """Decode one stream to its end.

    A call that returns nothing is not the end of the input: a decoder may first process data that it has
    buffered. The stream is cut short once nothing is left to read and nothing comes out.
    """
    ended = False
    while not decoder.eof:
        decoded = _decoded(decoder, data, name)
        if decoded:
            yield decoded
        elif ended and decoder.needs_input and not decoder.eof:
            raise BrokenStreamError(f"{name} data ends early: the file is cut short")
        data = b""
        if decoder.needs_input and not decoder.eof:
            data = next(pieces, b"")
            ended = not data


def _decoded(decoder: _Decoder, data: bytes, name: str) -> bytes:
    try:
        return decoder.decompress(data, max_length=_CHUNK)
    except _DECODER_ERRORS as error:
        if any(words in str(error) for words in _MEMORY_WORDS):
            limit = f"{_MAX_DICTIONARY >> 20} MiB"
            raise BrokenStreamError(
                f"{name} data needs more than {limit} of memory to be read: compress it again with a smaller "
                f"dictionary, as `xz -9` and `zstd -19` do"
            ) from error
        raise BrokenStreamError(f"{name} data is broken ({error})") from error


def read_lines(chunks: Iterator[bytes]) -> Iterator[bytes | None]:
    """The lines without line ends; None in place of a line over `MAX_BYTES`, which is not kept in memory.

    Raises:
        CutShortError: the last line is only the beginning of an object.
    """
    pending, too_long = bytearray(), False
    for chunk in chunks:
        end, *others = chunk.split(b"\n")
        pending += end
        if others:
            yield None if too_long else _line(bytes(pending))
            yield from map(_line, others[:-1])
            pending, too_long = bytearray(others[-1]), False
        if len(pending) > MAX_BYTES:
            pending, too_long = bytearray(), True
    if pending.strip().startswith(b"{") and not pending.rstrip().endswith(b"}"):
        raise CutShortError("ends in the middle of an article: the file is cut short")
    if pending or too_long:
        yield None if too_long else bytes(pending).removesuffix(b"\r")


def _line(line: bytes) -> bytes | None:
    return None if len(line) > MAX_BYTES else line.removesuffix(b"\r")


def read_whole(chunks: Iterator[bytes]) -> bytes | None:
    """The whole content; None if it is longer than `MAX_BYTES`."""
    content = bytearray()
    for chunk in chunks:
        content += chunk
        if len(content) > MAX_BYTES:
            return None
    return bytes(content)

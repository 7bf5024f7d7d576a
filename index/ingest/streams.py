"""Reading files piece by piece: plain, or compressed by gzip, bzip2, xz or Zstandard.

The format is told by the first bytes, not by the name, which only tells that a file is too short to be one.

The standard library's file classes take broken data after a whole compressed stream for the end of the file.
Here that is an error, as articles would be lost in silence.
"""

import bz2
import lzma
import re
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, Protocol

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MAX_BYTES: Final = 8 << 20
"""The longest line, and the largest text file, that is taken for an article: 8 MiB.

Decoded JSON may take thirty times its bytes (``[],[],...``), so that one line never takes more than 250 MB.
"""

_CHUNK: Final = 1 << 16
_WINDOW_LOG: Final = 29
_MAX_DICTIONARY: Final = 1 << _WINDOW_LOG
"""Memory that xz or Zstandard may ask for, so that a hostile file cannot ask for all of it.

``xz -9`` needs 65 MiB, ``zstd --long=27`` 128 MiB.
"""
_MEMORY_WORDS: Final = ("Memory usage limit", "too much memory")
"""How liblzma and libzstd say that a file asks for more; their errors carry no code."""


class BrokenStreamError(Exception):
    """Compressed data is broken, cut short, compressed twice, or needs too much memory: see the message."""


class CutShortError(Exception):
    """Text ends in the middle of an article."""


class _Decoder(Protocol):
    """What the standard library's decompressor objects have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, /, max_length: int) -> bytes: ...


class _GzipDecoder:
    """zlib's decompressor with the interface of the others."""

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


def _xz_decoder() -> _Decoder:
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, _MAX_DICTIONARY)


def _zstd_decoder() -> _Decoder:
    return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _WINDOW_LOG})


class _Format(NamedTuple):
    """A way to compress: its name, the ending of its files, their first bytes, what decodes them."""

    name: str
    suffix: str
    magic: re.Pattern[bytes]
    decoder: Callable[[], _Decoder]


_FORMATS: Final = (
    _Format("gzip", ".gz", re.compile(rb"\x1f\x8b"), _GzipDecoder),
    _Format("bzip2", ".bz2", re.compile(rb"BZh"), bz2.BZ2Decompressor),
    _Format("xz", ".xz", re.compile(rb"\xfd7zXZ\x00"), _xz_decoder),
    # RFC 8878, 3.1.2: a file may begin with a frame to be skipped, as those of pzstd do.
    _Format("Zstandard", ".zst", re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18"), _zstd_decoder),
)
_LONGEST_MAGIC: Final = 6
_DECODER_ERRORS = (EOFError, OSError, zlib.error, lzma.LZMAError, zstd.ZstdError)


def standard_input() -> BinaryIO:
    """Its bytes; none where whoever started the program closed it."""
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
        BrokenStreamError: it is compressed and broken; what precedes the fault was given out.
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
    """The same pieces; compressed data within is refused, as reading it for lines would count noise."""
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
    """Refuse a file that is called compressed and is too short to begin as one: all of it is missing."""
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

    A call that gives nothing is not the end of the input: a decoder may first take in what it holds of its
    own. The stream is cut short once nothing is left to read and nothing comes out.
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
                f"{name} data needs more than {limit} of memory to be read: compress it anew with a smaller "
                f"dictionary, as `xz -9` and `zstd -19` do"
            ) from error
        raise BrokenStreamError(f"{name} data is broken ({error})") from error


def read_lines(chunks: Iterator[bytes]) -> Iterator[bytes | None]:
    """Lines without their ends; None in place of one longer than `MAX_BYTES`, which is not kept in memory.

    Raises:
        CutShortError: instead of the last line, when it is the beginning of an object alone.
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
    """All the content; None when it is longer than `MAX_BYTES`."""
    content = bytearray()
    for chunk in chunks:
        content += chunk
        if len(content) > MAX_BYTES:
            return None
    return bytes(content)

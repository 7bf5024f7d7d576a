"""Reading files piece by piece: plain, or compressed by gzip, bzip2, xz or Zstandard.

The format is told by the first bytes, not by the name.

The standard library's file classes take broken data after a whole compressed stream for the end of the file.
Here that is an error, as articles would be lost in silence.
"""

import bz2
import lzma
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from backports import zstd

__all__ = ["MAX_BYTES", "BrokenStreamError", "read_chunks", "read_lines", "read_whole"]

MAX_BYTES: Final = 32 << 20
"""The longest line, and the largest text file, that is taken for an article: 32 MiB."""

_CHUNK: Final = 1 << 16
_MAX_DICTIONARY: Final = 1 << 29
"""Memory an xz file may ask for, so that a hostile one cannot ask for all of it; ``xz -9`` needs 65 MiB."""


class BrokenStreamError(Exception):
    """Compressed data is broken or ends early; the message says which."""


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


_FORMATS: Final[dict[bytes, tuple[str, Callable[[], _Decoder]]]] = {
    b"\x1f\x8b": ("gzip", _GzipDecoder),
    b"BZh": ("bzip2", bz2.BZ2Decompressor),
    b"\xfd7zXZ\x00": ("xz", lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, _MAX_DICTIONARY)),
    b"\x28\xb5\x2f\xfd": ("Zstandard", zstd.ZstdDecompressor),
}
_DECODER_ERRORS = (EOFError, OSError, zlib.error, lzma.LZMAError, zstd.ZstdError)


def _opened(path: Path | None) -> AbstractContextManager[BinaryIO]:
    return nullcontext(sys.stdin.buffer) if path is None else path.open("rb")


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
        for magic, (name, decoder) in _FORMATS.items():
            if first.startswith(magic):
                yield from _decompress(first, pieces, name, decoder)
                return
        yield first
        yield from pieces


def _metered(stream: BinaryIO, meter: Callable[[int], object]) -> Iterator[bytes]:
    while piece := stream.read(_CHUNK):
        meter(len(piece))
        yield piece


def _decompress(
    data: bytes, pieces: Iterator[bytes], name: str, new_decoder: Callable[[], _Decoder]
) -> Iterator[bytes]:
    """Decode one compressed stream after another until the input ends."""
    while data:
        decoder = new_decoder()
        yield from _decode_one(decoder, data, pieces, name)
        data = decoder.unused_data or next(pieces, b"")
        while data and not data.strip(b"\x00"):  # gzip and xz files may be padded
            data = next(pieces, b"")


def _decode_one(decoder: _Decoder, data: bytes, pieces: Iterator[bytes], name: str) -> Iterator[bytes]:
    while not decoder.eof:
        try:
            decoded = decoder.decompress(data, max_length=_CHUNK)
        except _DECODER_ERRORS as error:
            raise BrokenStreamError(f"{name} data is broken ({error})") from error
        if decoded:
            yield decoded
        elif not data and _wants_more(decoder):
            raise BrokenStreamError(f"{name} data ends early: the file is cut short")
        data = next(pieces, b"") if _wants_more(decoder) else b""


def _wants_more(decoder: _Decoder) -> bool:
    return decoder.needs_input and not decoder.eof


def read_lines(chunks: Iterator[bytes]) -> Iterator[bytes | None]:
    """Lines without their ends; None in place of one longer than `MAX_BYTES`, which is not kept in memory."""
    pending, too_long = bytearray(), False
    for chunk in chunks:
        *whole, rest = chunk.split(b"\n")
        for end in whole:
            pending += end
            yield None if too_long or len(pending) > MAX_BYTES else bytes(pending).removesuffix(b"\r")
            pending, too_long = bytearray(), False
        pending += rest
        if len(pending) > MAX_BYTES:
            pending, too_long = bytearray(), True
    if pending or too_long:
        yield None if too_long else bytes(pending).removesuffix(b"\r")


def read_whole(chunks: Iterator[bytes]) -> bytes | None:
    """All the content; None when it is longer than `MAX_BYTES`."""
    content = bytearray()
    for chunk in chunks:
        content += chunk
        if len(content) > MAX_BYTES:
            return None
    return bytes(content)

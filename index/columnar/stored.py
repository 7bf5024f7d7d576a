"""The stored values of each document, compressed one by one so that a hit reads one document only.

Articles of one source say the same things in the same words, so that a dictionary trained on the first few
hundred saves about a fifth; small corpora do without. Values are JSON, packed to one byte a Bengali letter,
which saves a quarter and half of the time; types that JSON lacks (dates, bytes) are wrapped by name.
"""

import base64
import datetime as dt
import json
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

import msgspec
import numpy as np

from onneshon.index.columnar.section_file import COPY, SectionFile, SectionWriter
from onneshon.index.errors import REPAIR, BuildError, IndexCorruptError
from onneshon.index.kernel.texts import pack, texts_of, unpack

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

zstandard: Any = import_module("zstandard") if find_spec("zstandard") else None
"""The module of the extra ``fast``; None if it is not installed."""

LEVEL: Final = 3
DICTIONARY_SIZE: Final = 64 << 10
"""Bytes of a dictionary; twice as many save one hundredth more."""

DICTIONARY: Final = "stored/dictionary"
"""Section of the compression dictionary."""

SAMPLES_WANTED: Final = 256
"""Articles to train a dictionary on; with fewer, a dictionary does not pay."""

SUMMED: Final = "stored_sums"
"""Fact of a file whose documents have checksums; those of version 0.1.0 have none."""

PACKED: Final = "stored_packed"
"""Fact of a file whose documents are packed (``index.kernel.texts``); those of the first format are not."""

PENDING: Final = 64
"""Documents that are compressed consecutively, so that the compressor's tables stay in the cache."""

WRAPPED: Final = "__onneshon__"

LARGEST: Final = 64 << 20
"""Most bytes of a document that are allocated beforehand: its recorded size may be damaged."""


def encode_values(values: Mapping[str, Any]) -> bytes:
    """Stored values as JSON in UTF-8; lone surrogates, which UTF-8 lacks, are kept.

    Raises:
        BuildError: a value is of a type that cannot be stored.
    """
    try:
        if type(values) is dict and set(map(type, values.values())) <= {str}:
            return msgspec.json.encode(values)
    except UnicodeEncodeError:
        pass  # half of a surrogate pair
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"), default=_wrap)
    return text.encode("utf-8", "surrogatepass")


def decode_values(data: bytes) -> dict[str, Any]:
    """Decode what ``encode_values`` encoded; raises ValueError for anything else."""
    try:
        return _TEXTS.decode(data)
    except ValueError:  # other values than texts, or half of a surrogate pair
        values: dict[str, Any] = _DECODER.decode(data.decode("utf-8", "surrogatepass"))
        return values


def _wrap(value: object) -> dict[str, str]:
    if isinstance(value, dt.datetime):
        return {WRAPPED: "datetime", "value": value.isoformat()}
    if isinstance(value, dt.date):
        return {WRAPPED: "date", "value": value.isoformat()}
    if isinstance(value, bytes):
        return {WRAPPED: "bytes", "value": base64.b64encode(value).decode()}
    raise BuildError(f"a {type(value).__name__} cannot be stored; store text, numbers, dates or bytes")


_UNWRAP: Final[Mapping[str, Callable[[str], Any]]] = {
    "datetime": dt.datetime.fromisoformat,
    "date": dt.date.fromisoformat,
    "bytes": base64.b64decode,
}


def _unwrap(read: dict[str, Any]) -> Any:
    if WRAPPED not in read:
        return read
    return _UNWRAP[read[WRAPPED]](read["value"])


_DECODER: Final = json.JSONDecoder(object_hook=_unwrap)
_TEXTS: Final = msgspec.json.Decoder(dict[str, str])


def train_dictionary(samples: Sequence[bytes]) -> bytes:
    """Train a dictionary for documents like the samples; empty if a dictionary would not pay."""
    if len(samples) < SAMPLES_WANTED:
        return b""
    try:
        trained = zstd.train_dict([pack(sample) for sample in samples], DICTIONARY_SIZE)
    except zstd.ZstdError:  # the samples have nothing in common
        return b""
    return bytes(trained.dict_content)


class StoredWriter:
    """Writes sections ``stored``, ``stored/ends`` and ``stored/dictionary``, and the fact ``stored_sums``.

    Each document has a checksum of its text (zstd's content checksum, 4 bytes), so that reading a document
    also verifies it.

    Args:
        writer: the writer of the file.
        dictionary: the dictionary from ``train_dictionary``, or empty.
    """

    def __init__(self, writer: SectionWriter, dictionary: bytes = b"") -> None:
        self._data = writer.section("stored", "<u1")
        self._ends = writer.section("stored/ends", "<u4")
        writer.section(DICTIONARY, "<u1").write(dictionary, len(dictionary))
        self._pending: list[bytes] = []
        writer.facts[SUMMED] = writer.facts[PACKED] = True
        options: Mapping[int, int] = {
            zstd.CompressionParameter.compression_level: LEVEL,
            zstd.CompressionParameter.checksum_flag: 1,
        }
        self._compressor = zstd.ZstdCompressor(options=options, zstd_dict=_loaded(dictionary))

    def add(self, encoded: bytes) -> None:
        """Append a document's encoded values."""
        self._pending.append(encoded)
        if len(self._pending) >= PENDING:
            self.flush()

    def copy(self, reader: "StoredReader", first: int, stop: int) -> None:
        """Append documents ``first`` to ``stop`` of a reader with the same dictionary, still compressed."""
        self.flush()
        ends = reader.ends.part(first, stop).astype(np.int64)
        if not len(ends):
            return
        begin, end = reader.ends.at(first - 1) if first else 0, int(ends[-1])
        self._ends.extend(ends + (self._data.count - begin))
        for start in range(begin, end, COPY):
            self._data.extend(reader.data.part(start, min(start + COPY, end)))

    def flush(self) -> None:
        """Compress and write the buffered documents."""
        ends = []
        for encoded in self._pending:
            packed = self._compressor.compress(pack(encoded), zstd.ZstdCompressor.FLUSH_FRAME)
            self._data.write(packed, len(packed))
            ends.append(self._data.count)
        self._ends.extend(np.array(ends, np.int64))
        self._pending.clear()


class StoredReader:
    """Reads what ``StoredWriter`` wrote; safe to share between threads."""

    def __init__(self, file: SectionFile) -> None:
        self._name = file.name
        self.data = file.section("stored")
        self.ends = file.section("stored/ends")
        self._summed: bool = file.facts.get(SUMMED, False)
        self._packed: bool = file.facts.get(PACKED, False)
        self.dictionary = _dictionary_of(file)
        self._unpacked = _Unpacked(self.dictionary)

    def __len__(self) -> int:
        return len(self.ends)

    def __getitem__(self, doc: int) -> dict[str, Any]:
        start, end = self.ends.span(doc)
        packed = self.data.unchecked[start:end] if self._summed else self.data.part(start, end)
        try:
            data = self._unpacked.read(packed.data)
            if not self._packed:
                return decode_values(data)
            return texts_of(data) or decode_values(unpack(data))
        except (*_FAULTS, ValueError) as error:
            raise IndexCorruptError(
                f"{self._name} is damaged in document {doc} ({error}): {REPAIR}"
            ) from error


def _dictionary_of(file: SectionFile) -> bytes:
    """The dictionary of a file, without which no text can be read; if damaged, the same from another file.

    Segments of updates use the dictionary of the index, and builds with the same first articles train the
    same one.
    """
    own = file.section(DICTIONARY)
    try:
        return own.whole().tobytes()
    except IndexCorruptError:
        for other in file.relatives():
            with suppress(IndexCorruptError):
                if own.is_same(found := other.section(DICTIONARY)):
                    return found.whole().tobytes()
        raise


def _loaded(dictionary: bytes) -> Any:
    return zstd.ZstdDict(dictionary) if dictionary else None


class _Unpacked:
    """Decompresses texts: 12 µs each by the standard library, which makes tables each time, 2.5 if kept.

    Args:
        dictionary: the dictionary that the texts were compressed with, or empty.
    """

    def __init__(self, dictionary: bytes) -> None:
        self._dictionary = _loaded(dictionary)
        if zstandard is not None:
            self._shared = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
            self._own = threading.local()  # two threads cannot use the same tables

    def read(self, packed: memoryview) -> bytes:
        """Decompress a text."""
        if zstandard is None or not 0 <= zstandard.frame_content_size(packed) <= LARGEST:
            return zstd.decompress(packed, self._dictionary)
        try:
            kept = self._own.kept
        except AttributeError:
            kept = self._own.kept = zstandard.ZstdDecompressor(dict_data=self._shared)
        read: bytes = kept.decompress(packed, allow_extra_data=False)
        return read


_FAULTS: Final = (zstd.ZstdError, *((zstandard.ZstdError,) if zstandard is not None else ()))

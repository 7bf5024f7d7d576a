"""Compressed files of every kind, size and level are read whole, and incomplete ones are detected."""

import bz2
import gzip
import lzma
import random
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from onneshon.index.ingest.streams import BrokenStreamError, read_chunks
from tests.zstandard import zstd

COMPRESSORS: dict[str, Callable[[bytes, int], bytes]] = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lambda content, level: lzma.compress(content, preset=level),
    ".zst": zstd.compress,
}
LEVELS = [
    *((".gz", level) for level in (1, 6, 9)),
    *((".bz2", level) for level in (1, 9)),
    *((".xz", level) for level in (0, 6)),
    *((".zst", level) for level in (-5, 1, 3, 9, 19)),
]
WORDS = ["নদী", "ভাষা", "ক্ষমতা", "র\u200d্যাব", "নি\u09dfে", "২০২৪", "😀", "the"]


def random_text(size: int, seed: int) -> bytes:
    """About ``size`` bytes of words in a random order, some of them unique."""
    chance = random.Random(seed)  # noqa: S311  # texts need not be secret
    words: list[str] = []
    while size > 0:
        word = chance.choice(WORDS) if chance.random() < 0.7 else f"{chance.getrandbits(64):x}"
        words.append(word)
        size -= len(word.encode()) + 1
    return " ".join(words).encode()


@pytest.fixture(scope="module")
def text() -> bytes:
    """A text a little longer than the longest compressed one; generating it is slower than reading it."""
    return random_text(3_001_000, seed=1)


def read(path: Path) -> bytes:
    """The whole content of a file."""
    return b"".join(read_chunks(path, lambda _count: None))


def read_broken(path: Path) -> tuple[bytes, str]:
    """The bytes before a file's fault, and the fault's message."""
    pieces: list[bytes] = []
    with pytest.raises(BrokenStreamError) as caught:
        pieces.extend(read_chunks(path, lambda _count: None))
    return b"".join(pieces), str(caught.value)


def read_or_fault(path: Path) -> bytes | None:
    """The whole content of a file, or None if it is reported as broken."""
    try:
        return read(path)
    except BrokenStreamError:
        return None


@pytest.mark.no_cover  # many tries of lines that other tests cover
@pytest.mark.parametrize(("suffix", "level"), LEVELS)
@pytest.mark.parametrize("size", [100_000, 131_072, 400_000, 1_300_000, 3_000_000])
def test_random_texts_are_read_whole(tmp_path: Path, text: bytes, suffix: str, level: int, size: int) -> None:
    """Every byte is restored, and no fault is reported."""
    content = text[(level + 9) * 31 :][:size]
    path = tmp_path / f"text{suffix}"
    path.write_bytes(COMPRESSORS[suffix](content, level))
    assert read(path) == content


@pytest.mark.parametrize("suffix", COMPRESSORS)
@pytest.mark.parametrize("size", [200, 300_000])
def test_a_file_cut_anywhere_is_found_cut(tmp_path: Path, suffix: str, size: int) -> None:
    """From an empty file to all but one byte: a part from the beginning is returned, then the fault."""
    content = random_text(size, seed=7)
    path = tmp_path / f"text{suffix}"
    whole = COMPRESSORS[suffix](content, 1)
    ends = {*range(12), len(whole) - 1, len(whole) - 9, *range(0, len(whole), max(1, len(whole) // 20))}
    for end in sorted(ends):
        path.write_bytes(whole[:end])
        given, fault = read_broken(path)
        assert content.startswith(given)
        assert "the file is cut short" in fault


@pytest.mark.parametrize("suffix", COMPRESSORS)
def test_every_flipped_byte_of_the_middle_is_found_or_harmless(tmp_path: Path, suffix: str) -> None:
    """The result is a fault or the right content, since all are written with a checksum."""
    content = random_text(20_000, seed=1)
    options = {int(zstd.CompressionParameter.checksum_flag): 1}
    whole = zstd.compress(content, options=options) if suffix == ".zst" else COMPRESSORS[suffix](content, 6)
    path = tmp_path / f"text{suffix}"
    for place in range(20, len(whole), len(whole) // 60):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 16]) + whole[place + 1 :])
        assert read_or_fault(path) in {content, None}


@pytest.mark.parametrize("suffix", COMPRESSORS)
def test_several_streams_with_zeros_between_are_read_whole(tmp_path: Path, suffix: str) -> None:
    """`cat` joins files like this, and padding to whole blocks leaves the zeros."""
    parts = [random_text(200_000, seed) for seed in range(3)]
    path = tmp_path / f"text{suffix}"
    path.write_bytes(b"".join(COMPRESSORS[suffix](part, 1) + b"\0" * 512 for part in parts))
    assert read(path) == b"".join(parts)


@pytest.mark.parametrize("inner", COMPRESSORS)
@pytest.mark.parametrize("outer", COMPRESSORS)
def test_a_file_compressed_twice_is_refused_as_a_whole(tmp_path: Path, inner: str, outer: str) -> None:
    """None of it is returned as text, whatever bytes it has; the message says what to do."""
    path = tmp_path / f"text{outer}"
    path.write_bytes(COMPRESSORS[outer](COMPRESSORS[inner](random_text(300_000, seed=5), 1), 1))
    given, fault = read_broken(path)
    assert given == b""
    assert fault.endswith("decompress it once, by hand")


def test_frames_that_zstandard_skips_are_skipped(tmp_path: Path) -> None:
    """They are at the beginning, as pzstd writes them, and at the end, as in seekable files."""
    content = random_text(300_000, seed=3)
    skipped = b"\x50\x2a\x4d\x18" + (5).to_bytes(4, "little") + b"hello"
    path = tmp_path / "text.zst"
    path.write_bytes(skipped + zstd.compress(content) + skipped)
    assert read(path) == content


@pytest.mark.parametrize("suffix", [".xz", ".zst"])
def test_a_file_that_asks_for_too_much_memory_is_not_called_broken(tmp_path: Path, suffix: str) -> None:
    """The message names memory as the reason, and how to compress the file again."""
    path = tmp_path / f"text{suffix}"
    if suffix == ".xz":
        # The dictionary's size is one byte of the block header, which its CRC-32 covers.
        dictionary = {"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 1 << 16}
        whole = bytearray(lzma.compress(b"text", filters=[dictionary]))
        header = slice(12, 12 + (whole[12] + 1) * 4)
        block = whole[header]
        block[block.index(b"\x21\x01") + 2] = 38  # 2 GiB
        block[-4:] = zlib_crc(bytes(block[:-4]))
        whole[header] = block
        path.write_bytes(whole)
    else:
        window = {int(zstd.CompressionParameter.window_log): 31}
        compressor = zstd.ZstdCompressor(options=window)
        path.write_bytes(compressor.compress(b"text") + compressor.flush())
    _given, fault = read_broken(path)
    assert "needs more than 512 MiB of memory" in fault
    assert "broken" not in fault


def zlib_crc(content: bytes) -> bytes:
    """The CRC-32 in the form of xz."""
    return zlib.crc32(content).to_bytes(4, "little")

"""Files that leave or arrive: a file that differs in any way from its manifest's entry is refused."""

import hashlib
import io
from collections.abc import Sequence
from pathlib import Path

import pytest

from onneshon.index.errors import IndexCorruptError
from onneshon.index.storage.arriving import SummedFile, live_name, write_summed
from onneshon.index.storage.generations import Generations
from onneshon.index.storage.manifest import FileEntry

CONTENT = "পদ্মা সেতু".encode()
ENTRY = FileEntry(len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
ALTERED = CONTENT[:5] + bytes([CONTENT[5] ^ 1]) + CONTENT[6:]
WRONG = [
    [ALTERED],
    [ALTERED[:9], ALTERED[9:]],
    [CONTENT[:-1]],
    [CONTENT, b"\0"],
    [CONTENT * 2],
    [],
]


def test_a_file_that_comes_in_pieces_is_written_as_it_was(tmp_path: Path) -> None:
    """Its folder is made, for the owner only."""
    write_summed([CONTENT[:9], b"", CONTENT[9:]], tmp_path / "000001" / "MAIN_bulk.doc", ENTRY)
    write_summed([], tmp_path / "000001" / "empty", FileEntry(0, hashlib.sha256().hexdigest()))
    assert (tmp_path / "000001" / "MAIN_bulk.doc").read_bytes() == CONTENT
    assert (tmp_path / "000001" / "empty").read_bytes() == b""
    assert (tmp_path / "000001").stat().st_mode & 0o777 == 0o700


def test_an_index_that_cannot_be_read_is_distinguished_from_none(tmp_path: Path) -> None:
    """An unreadable pointer gives an empty name, a missing index None: the former needs care."""
    assert live_name(Generations(tmp_path)) is None
    (tmp_path / "CURRENT").write_bytes(b"garbled")
    assert live_name(Generations(tmp_path)) == ""
    (tmp_path / "generations" / "000003").mkdir(parents=True)
    (tmp_path / "CURRENT").write_bytes(b"000003 " + b"0" * 64 + b"\n")
    assert live_name(Generations(tmp_path)) == "000003"


@pytest.mark.parametrize("pieces", WRONG)
def test_a_file_that_comes_otherwise_than_its_manifest_says_is_refused(
    tmp_path: Path, pieces: Sequence[bytes]
) -> None:
    """A file altered at the same length, cut or too long is refused, and never written beyond its length."""
    with pytest.raises(ValueError, match=r"MAIN_bulk\.doc is not what its manifest says"):
        write_summed(pieces, tmp_path / "MAIN_bulk.doc", ENTRY)
    assert (tmp_path / "MAIN_bulk.doc").stat().st_size <= ENTRY.size


@pytest.mark.parametrize("entry", [ENTRY, FileEntry(len(CONTENT), hashlib.sha256(ALTERED).hexdigest())])
def test_a_length_or_a_sum_alone_does_not_make_a_file_that_of_the_manifest(
    tmp_path: Path, entry: FileEntry
) -> None:
    """Both must fit: the right length with another digest is refused, and the reverse."""
    short = FileEntry(entry.size + 1, entry.sha256)
    for number, other in enumerate((short, FileEntry(entry.size, "0" * 64))):
        with pytest.raises(ValueError, match="is not what its manifest says"):
            write_summed([CONTENT if entry is ENTRY else ALTERED], tmp_path / str(number), other)


def read_by(size: int, content: bytes, given: list[bytes]) -> None:
    """Read a leaving file in pieces of at most ``size`` bytes."""
    file = SummedFile(io.BytesIO(content), "MAIN_bulk.doc", ENTRY)
    while piece := file.read(size):
        given.append(piece)


@pytest.mark.parametrize("size", [1, 9, len(CONTENT), 1 << 20])
def test_a_file_that_leaves_is_read_as_it_was_built(size: int) -> None:
    """Pieces of any size add up to the content."""
    given: list[bytes] = []
    read_by(size, CONTENT, given)
    assert b"".join(given) == CONTENT


@pytest.mark.parametrize("content", [ALTERED, CONTENT[:-1], CONTENT + b"\0", b""])
@pytest.mark.parametrize("size", [1, 9, 1 << 20])
def test_a_file_that_leaves_otherwise_than_it_was_built_is_reported(content: bytes, size: int) -> None:
    """The error is raised before the last bytes are given."""
    given: list[bytes] = []
    with pytest.raises(IndexCorruptError, match=r"MAIN_bulk\.doc is not as it was built"):
        read_by(size, content, given)
    assert sum(map(len, given)) < ENTRY.size or b"".join(given) == CONTENT

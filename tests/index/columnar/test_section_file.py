"""The container of the codec's files: what is written is read back, and damage is detected."""

import io
from pathlib import Path

import numpy as np
import pytest

from onneshon.index.columnar.section_file import SectionFile, SectionWriter, write_file
from onneshon.index.errors import BuildError, IndexCorruptError


def packed(**sections: list[int]) -> bytes:
    """A file with these sections of 32-bit numbers."""
    writer = SectionWriter()
    for name, values in sections.items():
        writer.section(name, "<u4").extend(np.array(values, np.int64))
    writer.facts["kind"] = "test"
    stream = io.BytesIO()
    writer.write_to(stream, "test.inv")
    return stream.getvalue()


def test_sections_come_back_as_read_only_views_of_the_file() -> None:
    """A section is the array that was written, and is read-only."""
    file = SectionFile(packed(first=[1, 2**32 - 1], second=[], third=[7]), "test.inv")
    assert file.array("first").tolist() == [1, 2**32 - 1]
    assert file.array("second").tolist() == []
    assert file.array("third").tolist() == [7]
    assert file.facts == {"kind": "test"}
    with pytest.raises(ValueError, match="read-only"):
        file.array("first")[0] = 3


def test_a_section_that_is_not_there_is_empty() -> None:
    """Optional sections need no special case."""
    file = SectionFile(packed(first=[1]), "test.inv")
    assert "other" not in file
    assert len(file.array("other")) == 0


def test_large_sections_pass_through_the_disk_unchanged(tmp_path: Path) -> None:
    """Data larger than a spool keeps in memory is unchanged."""
    values = np.arange(300_000, dtype=np.uint32)
    writer = SectionWriter(tmp_path)
    spool = writer.section("many", "<u4")
    for piece in np.array_split(values, 7):
        spool.extend(piece)
    write_file(writer, tmp_path / "large.inv")
    file = SectionFile.open(tmp_path / "large.inv")
    file.verify()
    assert np.array_equal(file.array("many"), values)
    assert [path.name for path in tmp_path.iterdir()] == ["large.inv"]


def test_files_of_a_kind_in_folders_beside_are_known(tmp_path: Path) -> None:
    """Damage may be mended by them; unreadable files are skipped, and a file in memory has none."""
    for name in ("000001/a.inv", "000001/b.inv", "000001/b.doc", "000002/a.inv"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(packed(first=[1]))
    (tmp_path / "000002" / "broken.inv").write_bytes(b"x")
    found = [*SectionFile.open(tmp_path / "000001" / "a.inv").relatives()]
    assert [file.name for file in found] == ["a.inv", "b.inv", "a.inv"]
    assert [*SectionFile(packed(first=[1]), "a.inv").relatives()] == []


@pytest.mark.parametrize("kept", [0, 10, 31, 40, -1])
def test_a_file_cut_short_is_refused_at_once(kept: int) -> None:
    """Opening notices a missing end wherever it was cut."""
    with pytest.raises(IndexCorruptError, match="build the index again"):
        SectionFile(packed(first=[1, 2, 3])[:kept], "test.inv")


@pytest.mark.parametrize(
    ("place", "message"),
    [(0, "not a file of the index"), (8, "format"), (33, "table of contents"), (24, "bytes")],
)
def test_a_damaged_head_is_refused_at_once(place: int, message: str) -> None:
    """Opening checks magic, version, table and length."""
    data = bytearray(packed(first=[1, 2, 3]))
    data[place] ^= 0x55
    with pytest.raises(IndexCorruptError, match=message):
        SectionFile(data, "test.inv")


def test_damage_inside_a_section_is_found_by_verifying() -> None:
    """Checksums cover every byte of every section, and the message names the section."""
    data = bytearray(packed(first=[1, 2, 3], second=[4]))
    data[-8] ^= 1
    file = SectionFile(data, "test.inv")
    with pytest.raises(IndexCorruptError, match=r"test\.inv is damaged in second"):
        file.verify()


def test_a_file_beyond_the_limit_is_refused_with_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Offsets have 32 bits; too large a file fails the build instead of wrapping around."""
    monkeypatch.setattr("onneshon.index.columnar.section_file.FILE_LIMIT", 400)
    with pytest.raises(BuildError, match="build several smaller indexes"):
        packed(first=list(range(200)))

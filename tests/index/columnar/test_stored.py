"""Stored texts are read back, with the extra ``fast`` and without."""

import datetime as dt
import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import numpy as np
import pytest

from onneshon.index.columnar import stored
from onneshon.index.columnar.section_file import SectionFile, SectionWriter
from onneshon.index.columnar.stored import StoredReader, StoredWriter, encode_values, train_dictionary
from onneshon.index.errors import IndexCorruptError
from onneshon.index.kernel.texts import pack
from tests.zstandard import zstd

TEXTS: Final[list[dict[str, Any]]] = [
    {"title": f"নদী {number}", "body": "ধানের খেত পেরিয়ে নদী। " * (number % 40)} for number in range(600)
]


def _file(texts: list[dict[str, Any]], *, dictionary: bool) -> bytearray:
    encoded = [encode_values(text) for text in texts]
    file = SectionWriter()
    writer = StoredWriter(file, train_dictionary(encoded) if dictionary else b"")
    for text in encoded:
        writer.add(text)
    writer.flush()
    stream = io.BytesIO()
    file.write_to(stream, "test.doc")
    return bytearray(stream.getvalue())


def _reader(data: bytearray) -> StoredReader:
    return StoredReader(SectionFile(bytes(data), "test.doc"))


@pytest.fixture(params=["kept", "library"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether zstd's tables are kept by the extra, or made for each text by the standard library."""
    assert stored.zstandard is not None
    if request.param == "library":
        monkeypatch.setattr(stored, "zstandard", None)


@pytest.mark.parametrize("dictionary", [False, True])
@pytest.mark.usefixtures("way")
def test_texts_are_read_as_they_were_given(dictionary: bool) -> None:
    """Texts are the same with a shared dictionary or without, in any order and thread."""
    reader = _reader(_file(TEXTS, dictionary=dictionary))
    assert bool(reader.dictionary) is dictionary
    order = [*range(len(TEXTS)), *reversed(range(len(TEXTS)))]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(reader.__getitem__, order)) == [TEXTS[number] for number in order]


@pytest.mark.usefixtures("way")
def test_values_of_every_kind_are_read_as_they_were_given() -> None:
    """Dates, times, bytes, nested values, and half of a surrogate pair."""
    values = {
        "title": "নদী\ud800",
        "date": dt.date(1971, 12, 16),
        "at": dt.datetime(1971, 12, 16, 16, 31, tzinfo=dt.UTC),
        "raw": "নদী".encode(),
        "keywords": {"desk": ["শহর"], "views": 7, "none": None},
    }
    assert _reader(_file([values], dictionary=False))[0] == values


def _by_hand(packed: bytes, **facts: bool) -> bytearray:
    """A file of one document with these bytes."""
    file, stream = SectionWriter(), io.BytesIO()
    file.section("stored", "<u1").write(packed, len(packed))
    file.section("stored/ends", "<u4").extend(np.array([len(packed)]))
    file.facts.update(facts)
    file.write_to(stream, "test.doc")
    return bytearray(stream.getvalue())


@pytest.mark.usefixtures("way")
def test_texts_of_the_first_version_are_read() -> None:
    """They are JSON without checksums of their own, so that damage is found by the section's."""
    packed = zstd.compress(encode_values({"title": "নদীর চর"}))
    data = _by_hand(packed)
    assert _reader(data)[0] == {"title": "নদীর চর"}
    data[data.index(packed) + 2] ^= 1
    with pytest.raises(IndexCorruptError, match="is damaged in stored:"):
        _reader(data)[0]


@pytest.mark.usefixtures("way")
def test_what_has_something_behind_its_end_is_no_text() -> None:
    """Bytes after the compressed text mean a wrong length."""
    packed = zstd.compress(pack(encode_values({"title": "নদীর চর"})))
    facts = {stored.SUMMED: True, stored.PACKED: True}
    assert _reader(_by_hand(packed, **facts))[0] == {"title": "নদীর চর"}
    with pytest.raises(IndexCorruptError, match="damaged in document 0"):
        _reader(_by_hand(packed + "ধান".encode(), **facts))[0]


@pytest.mark.parametrize("same", [True, False])
def test_a_damaged_dictionary_is_taken_from_another_file(tmp_path: Path, same: bool) -> None:
    """The other file must have the same one: another of the same length would give other texts."""
    data = _file(TEXTS, dictionary=True)
    words = SectionFile(bytes(data), "x").array(stored.DICTIONARY).tobytes()
    beside = data if same else _other(words)
    for folder, content in (("1", data), ("2", beside)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.doc").write_bytes(content)
    data[data.index(words) + 3] ^= 1
    (tmp_path / "1" / "a.doc").write_bytes(data)
    file = SectionFile.open(tmp_path / "1" / "a.doc")
    if same:
        assert StoredReader(file)[7] == TEXTS[7]
    else:
        with pytest.raises(IndexCorruptError):
            StoredReader(file)[7]


def _other(words: bytes) -> bytes:
    """A file with another dictionary of the same length."""
    file, stream = SectionWriter(), io.BytesIO()
    file.section(stored.DICTIONARY, "<u1").write(words[::-1], len(words))
    file.write_to(stream, "test.doc")
    return stream.getvalue()


def test_no_room_is_made_for_what_a_text_says_of_its_length(monkeypatch: pytest.MonkeyPatch) -> None:
    """The length may be damaged: a text of great length is read in pieces by the standard library."""
    monkeypatch.setattr(stored, "LARGEST", 10)
    reader = _reader(_file(TEXTS[:9], dictionary=False))
    only = SimpleNamespace(frame_content_size=stored.zstandard.frame_content_size)
    monkeypatch.setattr(stored, "zstandard", only)
    assert reader[7] == TEXTS[7]


@pytest.mark.parametrize("place", [0, 2, 5, 6, 20, -1])
@pytest.mark.usefixtures("way")
def test_a_damaged_text_is_reported(place: int) -> None:
    """A changed bit is noticed wherever it is, including the header."""
    data = _file([{"body": "নদীর ধারে ধান। কাশবন, নৌকা, মাঝি।"}], dictionary=False)
    packed = SectionFile(bytes(data), "test.doc").array("stored").tobytes()
    data[data.index(packed) + place % len(packed)] ^= 64
    with pytest.raises(IndexCorruptError, match="damaged in document 0"):
        _reader(data)[0]

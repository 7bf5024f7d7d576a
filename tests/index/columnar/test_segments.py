"""Readers of segments, the list of segments, and the dates of changed and deleted articles."""

import datetime as dt
import pickle
import struct
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from onneshon.index import build
from onneshon.index.article import Article
from onneshon.index.columnar import change_dates
from onneshon.index.columnar.change_dates import (
    CHANGED,
    CONTENTS,
    DIGESTS_FILE,
    GONE_FILE,
    ChangeDates,
    changed_now,
    last_date,
    read_gone,
    write_gone,
)
from onneshon.index.columnar.section_file import SectionFile, SectionWriter, write_file
from onneshon.index.columnar.segment_list import (
    SEGMENT_LIST,
    Segment,
    files_of,
    open_segments,
    read_segments,
    segment_of,
    side_folder,
    write_segment_list,
)
from onneshon.index.columnar.segment_reader import SegmentReader
from onneshon.index.errors import IndexCorruptError, IndexMissingError

NEWS = [
    Article("খ", "নদীর চর", "নদী ও নদীতে চর", category="পরিবেশ", date=dt.date(1971, 12, 16)),
    Article("ক", "ইলিশ", "পদ্মার নদী ও ইলিশ", category="মাছ"),
    Article("গ", "বইমেলা", "ঢাকার বইমেলা", category="পরিবেশ", date=dt.date(1, 1, 1)),
]


@pytest.fixture
def segment(tmp_path: Path) -> SegmentReader:
    """A segment of three articles, the second deleted."""
    build(NEWS, tmp_path / "index")
    [folder] = (tmp_path / "index" / "generations").iterdir()
    [only] = read_segments(folder)
    [opened] = open_segments(folder)
    assert segment_of(folder, "bulk") == only
    assert (opened.doc_count, opened.deleted) == (3, None)
    assert only.with_deleted(np.array([False, True, False])) == Segment(only.name, 3, (1,))
    return SegmentReader(folder, only.name, 3, Segment(only.name, 3, (1,)).mask())


def test_articles_are_where_they_were_written(segment: SegmentReader) -> None:
    """Deleted articles too, but no id leads to them."""
    assert [segment.article(number) for number in range(3)] == NEWS
    assert segment.article_ids([2, 0]) == ["গ", "খ"]
    assert [segment.find(name) for name in ("খ", "ক", "গ", "নেই")] == [0, None, 2, None]
    assert segment.alive.tolist() == [True, False, True]
    data, ends = segment.id_bytes()
    assert data.tobytes().decode() == "খকগ"
    assert ends.data.tolist() == [3, 6, 9]


def test_a_segment_of_which_nothing_is_deleted_has_all(segment: SegmentReader) -> None:
    """Every document is alive."""
    segment.deleted = None
    assert (segment.find("ক"), segment.alive.tolist()) == (1, [True] * 3)
    assert [segment.living("exact", word) for word in ("নদী", "ইলিশ", "নেই")] == [2, 1, 0]


def test_words_are_counted_in_articles_that_are_there(segment: SegmentReader) -> None:
    """Each field has its own counts; the stem of a word is the one indexed with it."""
    assert [segment.living("exact", word) for word in ("নদী", "ইলিশ", "নেই")] == [1, 0, 0]
    assert [segment.impacts("exact").frequency(word) for word in ("নদী", "ইলিশ")] == [2, 1]
    assert segment.living("title_stem", "নদি") == 1
    assert segment.lengths("title").data.tolist() == [2, 1, 1]
    assert [segment.stem_of(word) for word in ("নদীতে", "বইমেলা", "নেই")] == ["নদি", "বইমেলা", None]


def test_values_and_days_are_those_of_each_article(segment: SegmentReader) -> None:
    """The earliest possible date is kept; an article without a date has 0."""
    column = segment.keyword("category")
    assert [column.values[code] for code in column.codes] == ["পরিবেশ", "মাছ", "পরিবেশ"]
    assert segment.keyword("desk").values == [""]
    assert segment.declared == []
    assert segment.dates().tolist() == [dt.date(1971, 12, 16).toordinal(), 0, 1]
    assert len({*segment.fingerprints().tolist()}) == 3


def test_a_list_of_segments_comes_back(tmp_path: Path) -> None:
    """A list with an impossible entry is refused, and a missing list means that there is no index."""
    sound = [Segment("MAIN_bulk", 3, (0, 2)), Segment("MAIN_a1", 1)]
    with pytest.raises(IndexMissingError, match="onneshon index build"):
        read_segments(tmp_path)
    write_segment_list(tmp_path, sound)
    assert read_segments(tmp_path) == (*sound,)
    for wrong in ((2, 0), (1, 1), (3,), (-1,)):
        write_segment_list(tmp_path, [*sound, Segment("MAIN_b2", 3, wrong)])
        with pytest.raises(IndexCorruptError, match="what is no segment"):
            read_segments(tmp_path)
    write_segment_list(tmp_path, [Segment("../MAIN_bulk", 3)])
    with pytest.raises(IndexCorruptError, match="what is no segment"):
        read_segments(tmp_path)
    (tmp_path / SEGMENT_LIST).write_text("[", "utf-8")
    with pytest.raises(IndexCorruptError, match="cannot be read"):
        read_segments(tmp_path)


def old_list(segments: Sequence[Any], *, schema: int = 300, version: int = -111) -> bytes:
    """A list as Whoosh wrote it: pickled segments after a schema of ``schema`` bytes."""
    head = b"\x04\x08\x04" + struct.pack(">ii", -12345, version) + bytes((2, 7, 4))
    length = bytes((schema & 0x7F | 0x80, schema >> 7)) if schema > 0x7F else bytes((schema,))
    return head + length + bytes(schema) + bytes(8) + pickle.dumps(segments)


@pytest.fixture
def old_segment(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """A constructor of segments of version 0.1, whose class is pickled by its name."""
    made = type("ColumnarSegment", (), {"__module__": "index.columnar.segment"})
    for name in ("index", "index.columnar", "index.columnar.segment"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setattr(sys.modules["index.columnar.segment"], "ColumnarSegment", made, raising=False)

    def segment(number: str, documents: int, deleted: set[int] | None) -> Any:
        segment = made()
        vars(segment).update(indexname="MAIN", segid=number, _doccount=documents, _deleted=deleted)
        return segment

    return segment


@pytest.mark.parametrize("schema", [0, 0x7F, 0x80, 300, 0x3FFF])
def test_an_old_list_of_segments_is_read(
    tmp_path: Path, old_segment: Callable[..., Any], schema: int
) -> None:
    """The newest list is read, whatever the length of the schema before its segments."""
    segments = [old_segment("bulk", 3, {2, 0}), old_segment("a1", 1, None)]
    (tmp_path / "_MAIN_10.toc").write_bytes(old_list(segments, schema=schema))
    (tmp_path / "_MAIN_9.toc").write_bytes(old_list([]))
    (tmp_path / "_MAIN_11.toc.tmp").write_bytes(b"")
    assert read_segments(tmp_path) == (Segment("MAIN_bulk", 3, (0, 2)), Segment("MAIN_a1", 1))


def test_an_old_list_of_something_else_is_refused(tmp_path: Path) -> None:
    """A list of another version of Whoosh, and one without segments, are refused."""
    for data, message in ((old_list([], version=-110), "this version"), (old_list([{1}]), "not a segment")):
        (tmp_path / "_MAIN_1.toc").write_bytes(data)
        with pytest.raises(IndexCorruptError, match=message):
            read_segments(tmp_path)


def test_the_files_of_a_segment_are_distinguished_from_those_of_others(tmp_path: Path) -> None:
    """Side tables of a build are next to its segment; those of a later segment in a folder of its name."""
    files = ["MAIN_bulk.inv", "MAIN_a1.inv", "MAIN_a1/words.bin", "vocabulary.bin", "MAIN.gone", SEGMENT_LIST]
    assert files_of("MAIN_a1", files) == ["MAIN_a1.inv", "MAIN_a1/words.bin"]
    assert files_of("MAIN_bulk", files) == ["MAIN_bulk.inv", "vocabulary.bin"]
    assert side_folder(tmp_path, "MAIN_a1") == tmp_path / "MAIN_a1"
    assert side_folder(tmp_path, "MAIN_bulk") == tmp_path


def test_of_articles_that_went_the_last_are_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of one second in the order of ids; an unreadable file gives none."""
    assert read_gone(tmp_path) == {}
    write_gone(tmp_path, {})
    assert not [*tmp_path.iterdir()]
    monkeypatch.setattr(change_dates, "KEPT_GONE", 3)
    write_gone(tmp_path, {"গ": 5, "ক": 9, "খ": 5, "ঘ": 1})
    assert read_gone(tmp_path) == {"ক": 9, "খ": 5, "গ": 5}
    (tmp_path / GONE_FILE).write_bytes(b"x")
    assert read_gone(tmp_path) == {}


def test_what_is_written_now_is_dated_when_it_can_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The date is a little later, so that a caller who asks for changes since now gets this one."""
    monkeypatch.setattr("time.time", lambda: 1_000.9)
    assert changed_now(0) == 1_060


def test_a_clock_that_was_set_back_does_not_set_changes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dates are never earlier than the last one, which may be that of a deleted article."""
    monkeypatch.setattr("time.time", lambda: 1_000.9)
    assert changed_now(5_000) == 5_000
    assert last_date([np.array([7, 9], np.uint32), np.array([], np.uint32)], {"ইলিশ": 8}) == 9
    assert last_date([np.array([7], np.uint32)], {"ইলিশ": 8}) == 8
    assert last_date([], {}) == 0


def test_when_articles_changed_is_known_of_all_or_of_none(tmp_path: Path) -> None:
    """A missing table, or one of another number of documents, gives zeros."""
    assert ChangeDates.open(tmp_path, 2).changed.tolist() == [0, 0]
    sections = SectionWriter()
    sections.section(CHANGED, "<u4").extend(np.array([7, 9], np.uint32))
    sections.section(CONTENTS, "<u8").extend(np.array([1, 2**63], np.uint64))
    write_file(sections, tmp_path / DIGESTS_FILE)
    dates = ChangeDates.open(tmp_path, 2)
    assert (dates.changed.tolist(), dates.contents.tolist()) == ([7, 9], [1, 2**63])
    other = ChangeDates(SectionFile.open(tmp_path / DIGESTS_FILE), 3)
    assert (other.changed.tolist(), other.contents.tolist()) == ([0] * 3, [0] * 3)

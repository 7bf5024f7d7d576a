"""Records that are known by their bytes are skipped; the outcome is the same as if they were read."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onneshon.index import UpdateReport, build, open_index, open_writer, update
from onneshon.index.configuration import Configuration, KeywordField
from onneshon.index.ingest.readers.record import RawRecord, ReadingOptions, Record
from onneshon.index.upkeep.uncommitted import BaseGeneration
from tests.building import numbered, segments_left_apart

Reads = Callable[[], int]


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Reads:
    """A counter of the records that were parsed since its last call."""
    count = 0
    read = RawRecord.read

    def counted(self: RawRecord) -> Record:
        nonlocal count
        count += 1
        return read(self)

    def since() -> int:
        nonlocal count
        found, count = count, 0
        return found

    monkeypatch.setattr(RawRecord, "read", counted)
    return since


def written(path: Path, records: Sequence[Mapping[str, Any]]) -> Path:
    """Write records as JSON Lines and return the path."""
    path.write_text(
        "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8"
    )
    return path


@pytest.fixture
def directory(tmp_path: Path, reads: Reads) -> Path:
    """An index of twenty articles."""
    build([written(tmp_path / "articles.jsonl", numbered(20))], tmp_path / "index")
    assert reads() == 20
    return tmp_path / "index"


def test_only_what_has_changed_is_read(tmp_path: Path, directory: Path, reads: Reads) -> None:
    """None of twenty is read, then the one that changed, which is known the next time."""
    records = numbered(20)
    path = written(tmp_path / "articles.jsonl", records)
    assert (update([path], directory).unchanged, reads()) == (20, 0)
    records[7]["title"] = "বদলে যাওয়া"
    written(path, records)
    report = update([path], directory, delete_missing=True)
    assert (report.seen, report.unchanged, report.changed, report.deleted, reads()) == (20, 19, 1, 0, 1)
    assert (update([path], directory).unchanged, reads()) == (20, 0)


@pytest.mark.parametrize(
    "reading",
    [
        ReadingOptions(mapping={"title": ("body",)}),
        ReadingOptions(mapping={"author": ("title",)}),
        ReadingOptions(date_format="%d/%m/%Y"),
        ReadingOptions(convert=False),
    ],
)
def test_what_is_read_in_another_way_is_read_again(
    tmp_path: Path, directory: Path, reads: Reads, reading: ReadingOptions
) -> None:
    """All records are read again, whether the result differs or not."""
    update([tmp_path / "articles.jsonl"], directory, reading=reading, max_bad="100%", force=True)
    assert reads() == 20


def test_fields_declared_since_are_read(tmp_path: Path, directory: Path, reads: Reads) -> None:
    """With a new field the same bytes make other articles."""
    records = [{**record, "tags": ["নদী"]} for record in numbered(20)]
    path = written(tmp_path / "articles.jsonl", records)
    assert update([path], directory).unchanged == 20
    assert reads() == 20
    declared = Configuration(fields=(KeywordField("tags", several=True),))
    assert update([path], directory, configuration=declared).changed == 20
    assert reads() == 20
    assert update([path], directory, configuration=declared).unchanged == 20
    assert reads() == 0


def test_what_is_no_number_is_left_out_once_its_field_is_one(tmp_path: Path) -> None:
    """A build, which reads all records, leaves such a value out too."""
    path = written(tmp_path / "articles.jsonl", [{"id": "পদ্মা", "title": "নদী", "views": "অনেক"}])
    build([path], tmp_path / "index", configuration=Configuration(fields=(KeywordField("views"),)))
    numbers = Configuration(fields=(KeywordField("views", type="number"),))
    report = update([path], tmp_path / "index", configuration=numbers)
    assert (report.changed, report.values) == (1, {"number": 1})


def test_records_written_in_another_way_are_known_from_the_next_commit_on(
    tmp_path: Path, directory: Path, reads: Reads
) -> None:
    """The articles are unchanged, and an export in a changed format is read only once."""
    records: list[dict[str, Any]] = [dict(sorted(record.items(), reverse=True)) for record in numbered(20)]
    path = written(tmp_path / "articles.jsonl", [*records, {"id": "নতুন", "title": "নতুন"}])
    report = update([path], directory)
    assert (report.unchanged, report.added, reads()) == (20, 1, 21)
    assert (update([path], directory).unchanged, reads()) == (21, 0)
    with open_index(directory, verify=True) as reader:
        assert reader.count == 21


def test_a_merge_keeps_what_is_known(tmp_path: Path, directory: Path, reads: Reads) -> None:
    """Digests of the remaining articles are moved to their new places."""
    records = numbered(20)
    path = tmp_path / "articles.jsonl"
    for count in (2, 9):
        for record in records[:count]:
            record["title"] += " আবার"
        with segments_left_apart():
            update([written(path, records)], directory)
        with open_writer(directory) as writer:
            assert writer.merge(everything=True)
        reads()
        assert (update([path], directory).unchanged, reads()) == (20, 0)


def test_articles_of_a_program_take_the_place_of_what_is_known(
    tmp_path: Path, directory: Path, reads: Reads
) -> None:
    """The file no longer has the article's current version, so its record is read."""
    with open_writer(directory) as writer, open_index(directory) as reader:
        assert writer.add(replace(reader.article("3"), title="হাতে লেখা")) == "changed"
    assert update([tmp_path / "articles.jsonl"], directory).changed == 1
    assert reads() == 1


def test_texts_are_known_by_name_and_content(tmp_path: Path, reads: Reads) -> None:
    """The name counts because the id is derived from it."""
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "পদ্মা.txt").write_text("নদী", encoding="utf-8")
    (folder / "মেঘনা.txt").write_text("নদী", encoding="utf-8")
    assert update([folder], tmp_path / "index").added == 2
    (folder / "মেঘনা.txt").rename(folder / "যমুনা.txt")
    reads()
    report = update([folder], tmp_path / "index", delete_missing=True)
    assert (report.unchanged, report.added, report.deleted, reads()) == (1, 1, 1, 1)


def test_records_without_ids_are_read_each_time(tmp_path: Path, reads: Reads) -> None:
    """Their ids are derived from their line numbers, which shift."""
    path = written(tmp_path / "lines.jsonl", [{"title": "এক"}, {"title": "দুই"}])
    update([path], tmp_path / "index")
    written(path, [{"title": "শূন্য"}, {"title": "এক"}, {"title": "দুই"}])
    reads()
    report = update([path], tmp_path / "index")
    assert (report.added, report.changed, reads()) == (1, 2, 3)


def test_articles_that_were_converted_are_counted_each_time(tmp_path: Path) -> None:
    """They are counted for as long as the source has them in the codes of Bijoy."""
    record = {
        "id": "বাংলা",
        "title": "Avgvi †mvbvi evsjv",
        "body": "Avwg †Zvgvq fv‡jvevwm, wPiw`b †Zvgvi AvKvk",
    }
    path = written(tmp_path / "bijoy.jsonl", [record])
    assert update([path], tmp_path / "index").converted == 1
    report = update([path], tmp_path / "index")
    assert (report.converted, report.unchanged) == (1, 1)


@pytest.fixture
def mixed(tmp_path: Path) -> tuple[Path, Path]:
    """A folder of JSON Lines and of CSV rows, which are not known by their bytes, and an index of both."""
    folder = tmp_path / "mixed"
    folder.mkdir()
    written(folder / "a.jsonl", [{"id": "নদী", "title": "পদ্মা"}, {"id": "পাহাড়", "title": "হিমালয়"}])
    (folder / "b.csv").write_text("id,title\nআকাশ,তারা\nমাটি,ধান\n", encoding="utf-8")
    build([folder], tmp_path / "index")
    return folder, tmp_path / "index"


def test_an_article_that_was_deleted_comes_back_beside_files_of_another_format(
    mixed: tuple[Path, Path],
) -> None:
    """Rows after a deleted article are not mistaken for it."""
    folder, directory = mixed
    with open_writer(directory) as writer:
        writer.delete("পাহাড়")
    report = update([folder], directory)
    assert (report.added, report.unchanged, report.articles) == (1, 3, 4)


def test_articles_whose_file_of_another_format_is_gone_are_deleted(mixed: tuple[Path, Path]) -> None:
    """The unchanged line before them does not keep them."""
    folder, directory = mixed
    (folder / "b.csv").unlink()
    report = update([folder], directory, delete_missing=True)
    assert (report.unchanged, report.deleted, report.articles) == (2, 2, 2)


IDS = st.sampled_from(["পদ্মা", "মেঘনা", "যমুনা", "7", ""])
RECORDS = st.fixed_dictionaries(
    {"id": IDS, "title": st.sampled_from(["নদী", "চর", ""])},
    optional={"deleted": st.sampled_from([True, False, 1, "0"]), "body": st.just("জল")},
)
Source = tuple[list[dict[str, Any]], bool]
SOURCES = st.lists(st.tuples(st.lists(RECORDS, max_size=6), st.booleans()), min_size=1, max_size=4)


def _history(folder: Path, sources: Sequence[Source]) -> list[object]:
    """The report of each update of an index, and the articles of the index in the end."""
    said: list[object] = []
    for records, delete_missing in sources:
        path = written(folder / "source.jsonl", records)
        report = update([path], folder / "index", delete_missing=delete_missing, force=True, max_bad="100%")
        said.append(_without_times(report))
    with open_index(folder / "index") as reader, open_writer(folder / "index") as writer:
        said += [reader.article(article_id) for article_id in sorted(writer.ids())]
    return said


def _without_times(report: UpdateReport) -> UpdateReport:
    return replace(report, seconds=0, visible_seconds=0, index_bytes=0)


@pytest.mark.slow
@given(SOURCES)
@settings(max_examples=30, deadline=None)
def test_whatever_is_skipped_the_outcome_is_that_of_reading_all(
    sources: list[Source],
) -> None:
    """With duplicates, deletions and articles that come back."""
    first: Source = (
        [{"id": "পদ্মা", "title": "নদী"}, {"id": "7", "title": "চর"}, {"id": 7, "title": "চর"}],
        False,
    )
    with (
        TemporaryDirectory() as first_folder,
        TemporaryDirectory() as other,
        pytest.MonkeyPatch.context() as patch,
    ):
        passing = _history(Path(first_folder), [first, *sources])
        patch.setattr(BaseGeneration, "knows", lambda _self, _record: False)
        assert passing == _history(Path(other), [first, *sources])

"""Updates from files and from ``Article`` objects: what they report, and what they refuse."""

import errno
import json
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any, NoReturn

import pytest
from click.testing import CliRunner, Result

from onneshon.index import Article, BuildError, CorpusError, IndexMissingError, build, open_index, update
from onneshon.index.commands.main import main
from onneshon.index.indexer.progress import Progress
from onneshon.index.ingest.preview import preview
from onneshon.index.storage.generations import Generations
from tests.building import numbered, segments_left_apart, write_corpus


def lines(path: Path, records: Sequence[Mapping[str, Any]]) -> Path:
    """Write any records as JSON Lines and return the path."""
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


class Told(Progress):
    """Progress that notes its stages."""

    def __init__(self) -> None:
        self.stages: list[str] = []

    def stage(self, name: str, left: float | None = None) -> None:  # noqa: ARG002  # nobody knows
        """Note a stage."""
        self.stages.append(name)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Twenty articles."""
    return write_corpus(tmp_path / "articles.jsonl", numbered(20))


@pytest.fixture
def directory(tmp_path: Path, corpus: Path) -> Path:
    """An index of those articles."""
    build([corpus], tmp_path / "index")
    return tmp_path / "index"


def ids(directory: Path) -> set[str]:
    """The ids of all articles that are not deleted."""
    with open_index(directory) as reader:
        found = (segment.article_ids(range(segment.doc_count)) for segment in reader.segments)
        deleted = (segment.deleted for segment in reader.segments)
        return {
            name
            for names, mask in zip(found, deleted, strict=True)
            for doc, name in enumerate(names)
            if mask is None or not mask[doc]
        }


def test_each_record_is_accounted_for(tmp_path: Path, directory: Path) -> None:
    """Records are counted as added, changed, unchanged, deleted, unknown or left out."""
    records = numbered(6)
    records[1]["title"] = "বদলে যাওয়া"
    records += [{"id": "100", "title": "নতুন"}]
    changes: list[Mapping[str, Any]] = [
        *records,
        {"id": "19", "deleted": True},
        {"id": "নেই", "deleted": True},
    ]
    path = lines(tmp_path / "changes.jsonl", changes)
    with path.open("a") as stream:
        stream.write('rubbish\n{"deleted": true}\n')
    with segments_left_apart():
        report = update([path], directory, max_bad=2)
    assert (report.seen, report.added, report.changed, report.unchanged) == (11, 1, 1, 5)
    assert (report.deleted, report.unknown, report.skipped) == (1, 1, {"id": 1, "json": 1})
    assert (report.articles, report.segments, report.is_complete) == (20, 2, False)
    assert ids(directory) == {*map(str, range(19)), "100"}


YES = [True, 1, 1.0, "true", "TRUE", " True", "1"]
NO = [False, 0, None, "", "false", "FALSE", "0"]


@pytest.mark.parametrize("value", YES)
def test_whatever_means_yes_deletes(tmp_path: Path, directory: Path, value: object) -> None:
    """Values as databases and spreadsheets write them; the rest of the record does not matter."""
    path = lines(tmp_path / "changes.jsonl", [{"id": "3", "title": "প্রত্যাহার", "deleted": value}])
    found = preview([path], withdraws=True)
    assert (dict(found.passed), found.good, found.skipped) == ({"to be deleted": 1}, 0, {})
    report = update([path], directory)
    assert (report.deleted, report.changed, "3" in ids(directory)) == (1, 0, False)


@pytest.mark.parametrize("value", NO)
def test_whatever_means_no_leaves_an_article(tmp_path: Path, directory: Path, value: object) -> None:
    """The article is replaced like any other."""
    path = lines(tmp_path / "changes.jsonl", [{"id": "3", "title": "ফিরে আসা", "deleted": value}])
    found = preview([path], withdraws=True)
    assert (dict(found.passed), found.good) == ({}, 1)
    report = update([path], directory)
    assert (report.deleted, report.changed, "3" in ids(directory)) == (0, 1, True)


@pytest.mark.parametrize("value", ["হ্যাঁ", "yes", 2, -1, [], {}, ["true"]])
def test_what_means_neither_is_reported(tmp_path: Path, directory: Path, value: object) -> None:
    """The record is refused as of a wrong type, and the article stays as it was."""
    path = lines(tmp_path / "changes.jsonl", [{"id": "3", "title": "বদল", "deleted": value}])
    assert preview([path], withdraws=True).skipped == {"type": 1}
    report = update([path], directory, max_bad=1)
    assert (report.skipped, report.changed, report.deleted) == ({"type": 1}, 0, 0)


def test_a_spreadsheet_says_which_articles_are_deleted(tmp_path: Path, directory: Path) -> None:
    """The value may be in capitals, in a column that is mostly empty."""
    path = tmp_path / "changes.csv"
    path.write_text("id,title,deleted\n3,,TRUE\n4,চার,\n5,পাঁচ,FALSE\n", encoding="utf-8")
    report = update([path], directory)
    assert (report.deleted, report.changed, "3" in ids(directory)) == (1, 2, False)


@pytest.mark.parametrize("value", YES)
def test_a_build_leaves_out_what_says_deleted(tmp_path: Path, value: object) -> None:
    """Such a record is counted, with an id or without; none of its fields is reported as unused."""
    records: list[Mapping[str, Any]] = [
        {"id": "ক", "title": "নদী", "deleted": False},
        {"id": "খ", "title": "চর", "deleted": value},
        {"deleted": value},
    ]
    path = lines(tmp_path / "all.jsonl", records)
    found = preview([path])
    assert (found.passed, found.good, found.skipped, found.unused) == ({"deleted": 2}, 1, {}, {})
    built = build([path], tmp_path / "index")
    assert (built.articles, built.seen, built.passed, built.is_complete) == (1, 1, {"deleted": 2}, True)
    assert ids(tmp_path / "index") == {"ক"}
    report = update([lines(tmp_path / "all.jsonl", records[:2])], tmp_path / "index")
    assert (report.unchanged, report.unknown, ids(tmp_path / "index")) == (1, 1, {"ক"})


def test_articles_that_take_the_place_of_others_by_their_lines_are_reported(tmp_path: Path) -> None:
    """Not where the whole source is given again, nor where articles have ids, even ids like file and line."""
    for month in ("jan", "feb"):
        (tmp_path / month).mkdir()
        records = [{"title": month}, {"title": month, "id": "ক"}, {"title": month, "id": "news:3"}]
        lines(tmp_path / month / "news.jsonl", records)
    run("index", "build", tmp_path / "jan" / "news.jsonl", "--index", tmp_path / "index")
    result = run("index", "update", tmp_path / "feb" / "news.jsonl", "--index", tmp_path / "index")
    assert "3 changed" in result.stdout
    assert "1 changed have no id of their own" in " ".join(result.stdout.split())
    report = update([tmp_path / "jan" / "news.jsonl"], tmp_path / "index", delete_missing=True)
    assert (report.changed, report.replaced_in_place) == (3, 0)


def test_the_last_record_of_an_id_counts(tmp_path: Path, directory: Path) -> None:
    """The file is like a log of an editor's changes."""
    path = lines(
        tmp_path / "log.jsonl",
        [
            {"id": "a", "title": "এক"},
            {"id": "a", "title": "দুই"},
            {"id": "b", "title": "এক"},
            {"id": "b", "deleted": True},
            {"id": "0", "deleted": True},
            {"id": "0", "title": "ফিরে আসা"},
        ],
    )
    report = update([path], directory)
    assert (report.added, report.changed, report.deleted) == (1, 1, 0)
    with open_index(directory) as reader:
        assert (reader.article("a").title, reader.article("0").title) == ("দুই", "ফিরে আসা")
    assert "b" not in ids(directory)


def test_what_is_the_same_changes_nothing(directory: Path, corpus: Path) -> None:
    """No generation is made."""
    report = update([corpus], directory)
    assert (report.unchanged, report.generation) == (20, "000001")
    assert len(Generations(directory).all()) == 1


def test_articles_in_hand_update_too(directory: Path) -> None:
    """Any iterable of articles is accepted."""
    report = update((Article(str(number), title="নতুন") for number in range(18, 22)), directory)
    assert (report.added, report.changed) == (2, 2)
    assert update([], directory).seen == 0


def test_what_an_update_leaves_to_merge_is_merged_once_it_is_visible(
    tmp_path: Path, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The merge makes a generation of its own, and keeps the target of `rollback`."""
    monkeypatch.setattr("onneshon.index.upkeep.index_writer.INLINE_BYTES", 0)
    before = Generations(directory).current()
    records = [{"id": str(number), "title": f"বদলে যাওয়া {number}"} for number in range(9, 25)]
    told = Told()
    report = update([lines(tmp_path / "changes.jsonl", records)], directory, progress=told)
    assert (report.added, report.changed, report.articles, report.segments) == (5, 11, 25, 1)
    assert report.visible_seconds < report.seconds
    assert told.stages == ["publishing", "all is live; merging segments"]
    assert ids(directory) == set(map(str, range(25)))
    assert Generations(directory).current().name == report.generation
    assert [generation.name for generation in Generations(directory).all()] == [
        before.name,
        "000002",
        "000003",
    ]
    with open_index(directory, verify=True) as reader:
        assert len(reader.segments) == 1


def test_an_update_after_which_merging_fails_is_live_all_the_same(
    tmp_path: Path, directory: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The failure is logged, and the next update works."""
    monkeypatch.setattr("onneshon.index.upkeep.index_writer.INLINE_BYTES", 0)

    def fail(*_: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = lines(tmp_path / "changes.jsonl", [{"id": str(number), "title": "বদল"} for number in range(15)])
    with monkeypatch.context() as patched:
        patched.setattr("onneshon.index.upkeep.commit.merge_segments", fail)
        report = update([path], directory)
    assert (report.changed, report.segments, report.generation) == (15, 2, "000002")
    assert "Segments stay as they are" in caplog.text
    assert Generations(directory).current().name == "000002"
    assert Generations(directory).abandoned() == []
    assert update([Article("নতুন", title="নতুন")], directory).segments == 1


def test_missing_articles_are_deleted_when_asked_for(tmp_path: Path, directory: Path) -> None:
    """Without the option they stay."""
    path = write_corpus(tmp_path / "fewer.jsonl", numbered(15))
    assert update([path], directory).deleted == 0
    assert update([path], directory, delete_missing=True).deleted == 5
    assert ids(directory) == set(map(str, range(15)))


@pytest.mark.parametrize(
    "record",
    [
        {"id": "7", "title": "নদী", "date": "৪০ ফাল্গুন"},
        {"id": 7, "title": ["নদী"]},
        {"id": "7", "title": "নদী", "deleted": "হয়তো"},
        {"id": "7", "title": "xgv©w ‡‡e†vi w©xv ‡w©vj ©wK†"},
    ],
    ids=["a day that is none", "no text", "withdrawn or not", "a font that nobody knows"],
)
def test_an_article_whose_record_is_faulty_now_is_not_missing(
    tmp_path: Path, directory: Path, record: dict[str, object]
) -> None:
    """A mistyped date removes no article: it stays as it was, and the fault is reported."""
    path = write_corpus(tmp_path / "now.jsonl", numbered(20))
    others = [kept for kept in map(json.loads, path.read_text("utf-8").splitlines()) if kept["id"] != "7"]
    lines(path, [*others, record])
    report = update([path], directory, delete_missing=True, max_bad="10%")
    assert (report.deleted, sum(report.skipped.values()), report.articles) == (0, 1, 20)


@pytest.mark.parametrize("line", ['{"title": ', '{"title": "মেঘনা", "date": "৪০ ফাল্গুন"}'])
def test_an_article_named_by_its_line_is_not_missing_where_that_is_faulty_now(
    tmp_path: Path, line: str
) -> None:
    """A line that cannot be read still counts with the id derived from its place."""
    path = lines(tmp_path / "news.jsonl", [{"title": "পদ্মা"}, {"title": "মেঘনা"}, {"title": "যমুনা"}])
    update([path], tmp_path / "index")
    first, _second, third = path.read_text("utf-8").splitlines()
    path.write_text(f"{first}\n{line}\n{third}\n", "utf-8")
    report = update([path], tmp_path / "index", delete_missing=True, max_bad="50%")
    assert (report.deleted, report.articles) == (0, 3)


def test_a_source_that_lost_most_articles_deletes_nothing_unless_asked(
    tmp_path: Path, directory: Path
) -> None:
    """A source that could not be read to its end deletes nothing either."""
    path = write_corpus(tmp_path / "few.jsonl", numbered(5))
    with pytest.raises(BuildError, match=r"15 of 20 articles are missing .* `onneshon index update --force`"):
        update([path], directory, delete_missing=True)
    with pytest.raises(BuildError, match="no such file or folder"):
        update([path, tmp_path / "missing.jsonl"], directory, delete_missing=True)
    assert len(ids(directory)) == 20
    assert update([path], directory, delete_missing=True, force=True).deleted == 15
    assert len(ids(directory)) == 5


def test_bad_records_refuse_an_update_as_they_do_a_build(tmp_path: Path, directory: Path) -> None:
    """The first bad record under strict, and too many of them otherwise."""
    path = lines(tmp_path / "bad.jsonl", [{"id": "x", "title": "ভালো"}, {"id": "y"}])
    with pytest.raises(CorpusError, match="neither title nor body"):
        update([path], directory, strict=True)
    with pytest.raises(BuildError, match="more than --max-bad 1% allows"):
        update([path], directory)
    assert len(ids(directory)) == 20
    assert Generations(directory).abandoned() == []


@pytest.mark.parametrize(("deletions", "is_refused"), [(99, False), (50, True)])
def test_what_is_to_be_deleted_counts_among_the_records_of_which_some_may_be_bad(
    tmp_path: Path, directory: Path, deletions: int, *, is_refused: bool
) -> None:
    """One bad record in a hundred is no sign of a wrong source."""
    records: list[Mapping[str, Any]] = [{"id": str(number), "deleted": True} for number in range(deletions)]
    path = lines(tmp_path / "changes.jsonl", [*records, {"id": "y"}])
    with pytest.raises(BuildError, match="--max-bad") if is_refused else nullcontext():
        update([path], directory)
    assert len(ids(directory)) == (20 if is_refused else 0)


def run(*arguments: object, given: str | None = None) -> Result:
    """Run a command line in this process, with ``given`` as standard input."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=given)


def test_the_commands_tell_what_they_did(tmp_path: Path, directory: Path) -> None:
    """The report is printed as text or as JSON."""
    path = lines(tmp_path / "changes.jsonl", [{"id": "0", "title": "নতুন"}, {"id": "নেই", "deleted": True}])
    result = run("index", "update", path, "--index", directory)
    assert result.exit_code == 0
    assert "2 records in: 0 added, 1 changed, 0 unchanged, 0 deleted, 0 left out" in result.stdout
    assert "1 to be deleted were not there" in result.stdout
    assert "20 articles in 2 segments" in result.stdout
    result = run("index", "delete", "--json", "0", "1", "--index", directory)
    assert json.loads(result.stdout)["deleted"] == 2
    result = run("index", "delete", "2", "নেই", "--index", directory)
    assert result.exit_code == 1
    assert "there is no article with the id 'নেই'; nothing was deleted" in result.stderr
    assert len(ids(directory)) == 18
    result = run("index", "merge", "--all", "--index", directory)
    assert "18 articles in 1 segment" in result.stdout
    assert "nothing to merge" in run("index", "merge", "--all", "--index", directory).stdout
    assert run("index", "check", "--deep", "--index", directory).exit_code == 0


def test_what_a_query_finds_is_deleted(directory: Path) -> None:
    """The input may be articles as a search prints them, or ids alone."""
    found = run("search", "--all", "id:3", "--index", directory).stdout
    assert run("index", "delete", "-", "--index", directory, given=f"{found}\n4\n").exit_code == 0
    assert {"3", "4"}.isdisjoint(ids(directory))
    assert len(ids(directory)) == 18


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "names no article"),
        ('3\n{"title": "নদী"}', "line 2 is no article with an id"),
        ("{3\n", "line 1 is no article with an id"),
        ('{"id": null}', "line 1 is no article with an id"),
        ('{"id": true}', "line 1 is no article with an id"),
        ('{"id": ""}', "line 1 is no article with an id"),
        ('{"id":' + "[" * 100_000, "line 1 is no article with an id"),
    ],
)
def test_what_names_no_article_deletes_nothing(directory: Path, given: str, said: str) -> None:
    """Nothing is deleted even if other lines name articles."""
    result = run("index", "delete", "-", "--index", directory, given=given)
    assert (result.exit_code, said in result.stderr, len(ids(directory))) == (2, True, 20)


def test_an_update_with_bad_records_ends_like_such_a_build(tmp_path: Path, directory: Path) -> None:
    """It is published, and the exit code is 6."""
    path = lines(tmp_path / "bad.jsonl", [{"id": "x", "title": "ভালো"}, {"id": "y"}])
    result = run("index", "update", "--max-bad", 1, path, "--index", directory)
    assert result.exit_code == 6
    assert "1 empty: neither title nor body" in result.stdout
    assert "x" in ids(directory)


@pytest.mark.parametrize("command", [("delete", "1"), ("merge",), ("snapshot", "x"), ("repair",)])
def test_where_there_is_no_index_the_others_say_so(tmp_path: Path, command: tuple[str, ...]) -> None:
    """They make no index either."""
    result = run("index", *command, "--index", tmp_path / "none")
    assert result.exit_code == IndexMissingError.exit_code
    assert not (tmp_path / "none").exists()

"""The writer applies the journal in order, and a faulty operation holds up no other."""

import contextlib
import json
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from onneshon.index.article import Article
from onneshon.index.configuration import FILE_NAME
from onneshon.index.errors import IndexCorruptError, IndexLockedError
from onneshon.index.publishing import applying
from onneshon.index.publishing.applying import (
    POLL_SECONDS,
    REFUSED_FILE,
    RETRY_SECONDS,
    Applier,
    merge_in_background,
    work,
)
from onneshon.index.publishing.journal import Journal
from onneshon.index.publishing.operation import Operation
from onneshon.index.publishing.progress import ProgressFile
from onneshon.index.storage.generations import Generations
from onneshon.index.storage.reader import open_index
from onneshon.index.upkeep.index_writer import open_writer
from tests.building import build_numbered, titles

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Recorded:
    """A writer that only records its calls.

    Attributes:
        commits: the changes of each commit.
        failures: errors that the next commits raise, in order.
    """

    commits: list[list[str]] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)

    @contextlib.contextmanager
    def open(self, _directory: Path) -> "Iterator[Recorded]":
        """Begin a commit, which ends with the block."""
        self.now: list[str] = []
        yield self
        if self.failures:
            raise self.failures.pop(0)
        self.commits.append(self.now)

    def add(self, article: Article) -> None:
        """Record an addition; an article with the title "bug" raises an error."""
        if article.title == "bug":
            raise ZeroDivisionError("a bug")
        self.now.append(f"+{article.id}")

    def delete(self, article_id: str) -> None:
        """Record a deletion."""
        self.now.append(f"-{article_id}")


class Bench:
    """An index, its journal, and an applier with a recorded writer."""

    def __init__(self, directory: Path) -> None:
        build_numbered(directory, 3)
        self.directory = directory
        self.writer = Recorded()
        self.journal = Journal(directory)
        self.applier = Applier(directory, self.writer.open)

    def put(self, *ids: str, title: str = "ভাষা আন্দোলন") -> int:
        """Append articles to the journal and return the position after them."""
        record = json.dumps({"title": title})
        return self.journal.append([Operation(article_id, record) for article_id in ids])

    @property
    def progress(self) -> ProgressFile:
        """The record of progress, as a waiting client reads it."""
        return ProgressFile(self.directory)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A bench whose index has three articles."""
    return Bench(tmp_path / "index")


def test_what_was_queued_is_applied_once(bench: Bench) -> None:
    """All operations are one commit, and the record of progress names its generation."""
    bench.put("ক", "খ")
    position = bench.journal.append([Operation("গ", None)])
    assert not bench.applier.is_idle
    assert bench.applier.step()
    assert bench.applier.step()
    assert bench.writer.commits == [["+ক", "+খ", "-গ"]]
    assert bench.applier.is_idle
    assert bench.progress.read().generation_of(position) == "000001"


def test_of_several_operations_for_an_article_the_last_is_applied(bench: Bench) -> None:
    """Earlier operations on the same article are dropped."""
    bench.put("ক", "খ")
    bench.journal.append([Operation("ক", None)])
    bench.put("খ")
    assert bench.applier.step()
    assert bench.writer.commits == [["-ক", "+খ"]]


def test_an_article_keeps_the_fields_of_its_site(bench: Bench) -> None:
    """The site's names and declared fields apply, as they do when files are indexed."""
    (bench.directory / FILE_NAME).write_text(
        '[fields.tags]\nseveral = true\n[mapping]\ntitle = "headline"\n', "utf-8"
    )
    record = json.dumps({"headline": "পদ্মার ভাঙন", "tags": ["নদী", "ভাঙন"]})
    bench.journal.append([Operation("ক", record)])
    assert Applier(bench.directory, open_writer).step()
    with open_index(bench.directory) as index:
        article = index.article("ক")
    assert (article.title, article.keywords) == ("পদ্মার ভাঙন", {"tags": ("নদী", "ভাঙন")})


def test_an_invalid_site_is_waited_for(bench: Bench) -> None:
    """The queue is published once the settings are valid again."""
    file = bench.directory / FILE_NAME
    file.write_text("[fieldss]\n", "utf-8")
    bench.put("ক")
    assert not bench.applier.step()
    assert "fieldss" in bench.progress.read().failure
    file.unlink()
    assert bench.applier.step()
    assert bench.writer.commits == [["+ক"]]


def found(directory: Path, *ids: str) -> list[str]:
    """Those of the given ids that are in the index."""
    there = zip(ids, titles(directory, *ids), strict=True)
    return [article_id for article_id, title in there if title is not None]


SENSELESS = ["[fieldss]\n", "[fields", '[facets]\nshown = ["catagory"]\n']


@pytest.mark.parametrize("said", SENSELESS)
def test_a_withdrawal_never_waits_for_the_settings_of_the_site(bench: Bench, said: str) -> None:
    """A withdrawal needs no settings; operations after it are published once the settings are valid."""
    (bench.directory / FILE_NAME).write_text(said, "utf-8")
    position = bench.journal.append([Operation("1", None)])
    applier = Applier(bench.directory, open_writer)
    assert applier.step()
    assert bench.progress.read().generation_of(position) == "000002"
    assert found(bench.directory, "0", "1", "2") == ["0", "2"]


@pytest.mark.parametrize("said", SENSELESS)
def test_a_withdrawal_does_not_wait_behind_articles_that_do(bench: Bench, said: str) -> None:
    """The last operation on each article counts, so an article put in again stays; it is done only once."""
    file = bench.directory / FILE_NAME
    file.write_text(said, "utf-8")
    bench.put("ক", "1")
    bench.journal.append([Operation("0", None), Operation("1", None), Operation("2", None)])
    bench.put("2")
    applier = Applier(bench.directory, open_writer)
    for _ in range(3):
        assert not applier.step()
        assert bench.progress.read().failure
        assert Generations(bench.directory).current().name == "000002"
    assert found(bench.directory, "0", "1", "2") == ["2"]
    file.unlink()
    assert applier.step()
    assert bench.progress.read().failure == ""
    assert found(bench.directory, "0", "1", "2", "ক") == ["2", "ক"]


def test_another_writer_is_waited_for(bench: Bench) -> None:
    """While a nightly build holds the lock nothing is lost, and the record of progress has the reason."""
    position = bench.put("ক")
    bench.writer.failures = [IndexLockedError("being written by process 7")]
    assert not bench.applier.step()
    assert bench.progress.read().failure == "being written by process 7"
    assert bench.progress.read().generation_of(position) is None
    assert bench.applier.step()
    assert bench.progress.read().failure == ""
    assert bench.writer.commits == [["+ক"]]


@pytest.mark.parametrize(
    ("error", "is_mended"),
    [
        (IndexCorruptError("MAIN_bulk.inv is damaged"), True),
        (IndexLockedError("being written by process 7"), False),
        (OSError(28, "No space left on device"), False),
    ],
)
def test_an_index_that_turns_out_to_be_damaged_is_mended_before_the_next_try(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, error: Exception, *, is_mended: bool
) -> None:
    """Other failures start no mending."""
    mended: list[Path] = []
    monkeypatch.setattr(applying, "mend_in_background", mended.append)
    bench.put("নদী")
    bench.writer.failures = [error]
    assert [bench.applier.step() for _ in range(2)] == [False, True]
    assert mended == [bench.directory] * is_mended


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), MemoryError()])
def test_a_machine_that_is_full_is_waited_for(bench: Bench, error: Exception) -> None:
    """The whole batch stays queued."""
    bench.put("ক", "খ")
    bench.writer.failures = [error, error]
    assert [bench.applier.step() for _ in range(3)] == [False, False, True]
    assert bench.writer.commits == [["+ক", "+খ"]]


def test_an_article_that_no_index_takes_is_set_aside(bench: Bench) -> None:
    """The others are published, and it is kept with its text, to be corrected by hand."""
    bench.put("ক")
    bench.put("ভাঙা", title="bug")
    bench.put("খ")
    assert bench.applier.step()
    assert bench.writer.commits == [["+ক"], ["+খ"]]
    assert bench.progress.read().refused == 1
    (refused,) = _refused(bench)
    assert (refused["id"], json.loads(refused["record"])["title"]) == ("ভাঙা", "bug")
    assert refused["reason"] == "ZeroDivisionError: a bug"


def _refused(bench: Bench) -> list[dict[str, Any]]:
    text = (bench.directory / "publishing" / REFUSED_FILE).read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_a_line_that_a_power_cut_tore_does_not_take_the_next_along(bench: Bench) -> None:
    """The same article is set aside again, on a line of its own."""
    path = bench.directory / "publishing" / REFUSED_FILE
    bench.put("ভাঙা", title="bug")
    path.write_bytes('{"id": "ভাঙ'.encode()[:-1])
    assert bench.applier.step()
    assert json.loads(path.read_bytes().splitlines()[1])["id"] == "ভাঙা"


def test_a_record_that_is_no_article_any_more_is_set_aside(bench: Bench) -> None:
    """The record was valid when it came; a newer version may refuse it."""
    bench.journal.append([Operation("ক", '{"title": 5}'), Operation("খ", None)])
    assert bench.applier.step()
    assert (bench.writer.commits, bench.progress.read().refused) == ([["-খ"]], 1)


def test_a_writer_killed_after_a_commit_applies_it_again(bench: Bench) -> None:
    """Progress was not written, and applying the same operations again makes the same index."""
    bench.put("ক")
    bench.applier.step()
    (bench.directory / "publishing" / "published.json").unlink()
    assert Applier(bench.directory, bench.writer.open).step()
    assert bench.writer.commits == [["+ক"], ["+ক"]]


def test_the_writer_ends_when_stopped_and_not_before(bench: Bench) -> None:
    """Operations queued by that time are applied."""
    bench.put("ক")
    ending = threading.Event()
    thread = threading.Thread(target=work, args=(bench.applier, ending))
    thread.start()
    position = bench.put("খ")
    for _ in range(200):
        if bench.progress.read().generation_of(position):
            break
        ending.wait(0.05)
    assert thread.is_alive()
    ending.set()
    thread.join(10)
    assert not thread.is_alive()
    assert [change for commit in bench.writer.commits for change in commit] == ["+ক", "+খ"]


def test_what_fails_is_tried_again_after_ever_longer_waits(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The longest wait is repeated; once something was published, waits begin at the shortest again."""
    bench.put("নদী")
    bench.writer.failures = [IndexLockedError("being written by process 7") for _ in range(6)]
    ending, waits = threading.Event(), list[float]()

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 7:
            bench.put("পাখি")
            bench.writer.failures = [IndexLockedError("being written by process 8")]
        if len(bench.writer.commits) == 2:
            ending.set()

    monkeypatch.setattr(ending, "wait", wait)
    work(bench.applier, ending)
    first, *_, last = RETRY_SECONDS
    assert waits == [*RETRY_SECONDS, last, last, POLL_SECONDS, first, POLL_SECONDS]


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_merging_waits_until_nothing_comes_and_is_done_once(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    """Once after each publication; never where nothing was published."""
    monkeypatch.setattr(applying, "IDLE_SECONDS", 0.0)
    monkeypatch.setattr(applying, "POLL_SECONDS", 0.001)
    ending, merged, polls = threading.Event(), [], iter(range(20))

    def merge() -> None:
        assert bench.applier.is_idle
        merged.append(len(bench.writer.commits))
        if len(merged) < steps:
            bench.put("আরও")

    if steps:
        bench.put("ক")

    def wait(_seconds: float) -> None:
        if next(polls, None) is None:
            ending.set()

    monkeypatch.setattr(ending, "wait", wait)
    work(bench.applier, ending, merge)
    assert merged == [1, 2][:steps]


def test_merging_does_not_wait_for_ever_where_something_always_comes(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Operations come seconds apart for minutes: the clock moves two seconds at each reading."""
    looks, merged = iter(range(1_000)), []
    monkeypatch.setattr("onneshon.index.publishing.applying.time.monotonic", lambda: 2.0 * next(looks))
    ending = threading.Event()

    def wait(_seconds: float) -> None:
        if len(bench.writer.commits) == 40:
            ending.set()
        bench.put(f"ক{len(bench.writer.commits)}")

    monkeypatch.setattr(ending, "wait", wait)
    work(bench.applier, ending, lambda: merged.append(len(bench.writer.commits)))
    assert 2 <= len(merged) <= 5


def test_what_many_commits_left_is_merged(tmp_path: Path) -> None:
    """A segment half of which is deleted is merged, but not while other work waits."""
    directory = tmp_path / "index"
    build_numbered(directory, 9)
    record = json.dumps({"title": "বদলে যাওয়া"})
    Journal(directory).append([Operation(str(number), record) for number in range(5)])
    assert Applier(directory, open_writer).step()
    before = Generations(directory).current().name
    merge_in_background(directory, lambda: True)
    with open_writer(directory):
        merge_in_background(directory)
    assert Generations(directory).current().name == before
    merge_in_background(directory)
    with open_index(directory, verify=True) as reader:
        assert reader.count == sum(segment.doc_count for segment in reader.segments) == 9


def test_a_merge_that_fails_is_reported_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The failure is logged, and the process continues."""
    (tmp_path / "index").write_text("no folder")
    merge_in_background(tmp_path / "index")
    assert "Segments stay as they are" in caplog.text


def test_the_real_index_has_what_was_published(tmp_path: Path) -> None:
    """Articles are added, replaced and deleted."""
    directory = tmp_path / "index"
    build_numbered(directory, 3)
    record = json.dumps({"title": "নতুন শিরোনাম"})
    Journal(directory).append([Operation("নতুন", record), Operation("1", record), Operation("2", None)])
    assert Applier(directory, open_writer).step()
    with open_index(directory) as reader:
        assert reader.count == 3
        assert [reader.article(article_id).title for article_id in ("নতুন", "1")] == ["নতুন শিরোনাম"] * 2
    assert ProgressFile(directory).read().commits[0].generation == "000002"

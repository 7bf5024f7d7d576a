"""Builds: what they report, what they publish, and that a failure changes nothing."""

import errno
import gzip
import os
import pkgutil
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, BinaryIO, NoReturn

import pytest

from onneshon.index import (
    BuildError,
    ConfigurationError,
    CorpusError,
    IndexLockedError,
    IndexStateError,
    build,
    open_index,
)
from onneshon.index.columnar import change_dates
from onneshon.index.columnar.segment_list import open_segments
from onneshon.index.completion.titles import TitleSpool
from onneshon.index.completion.writer import word_counts, write_completion
from onneshon.index.indexer.bulk_writer import BulkWriter
from onneshon.index.indexer.write_job import as_build_errors
from onneshon.index.storage import durable
from onneshon.index.storage.durable import writer_lock
from onneshon.index.storage.generations import Generations
from onneshon.index.storage.manifest import MANIFEST_FILE, describe_files
from tests.building import build_numbered, numbered, write_corpus


def title_of_first(directory: Path) -> str:
    """The title of article 0 of the live index, after a check of every byte."""
    with open_index(directory, verify=True) as reader:
        return reader.article("0").title


def assert_only_the_first_edition_is_there(directory: Path) -> None:
    """Check that the index answers as before the failure, and that nothing half-built is left."""
    assert title_of_first(directory) == "প্রথম সংস্করণ 0"
    generations = Generations(directory)
    assert [generation.name for generation in generations.all()] == ["000001"]
    assert generations.abandoned() == []


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """An index of twenty articles of the first edition."""
    directory = tmp_path / "index"
    build_numbered(directory)
    return directory


@pytest.fixture
def second(tmp_path: Path) -> Path:
    """A corpus of thirty articles of a second edition."""
    return write_corpus(tmp_path / "দ্বিতীয়.jsonl", numbered(30, "দ্বিতীয়"))


def test_a_build_accounts_for_every_article(tmp_path: Path) -> None:
    """Articles in = articles indexed + articles reported, by kind; the manifest has the same counts."""
    path = write_corpus(tmp_path / "articles.jsonl", numbered(10))
    path.write_text(path.read_text() + 'rubbish\n{"title": 1}\n{"id": "0", "title": "x"}\n')
    report = build([path], tmp_path / "index", max_bad=3)
    assert (report.seen, report.articles) == (13, 10)
    assert not report.is_complete
    assert report.skipped == {"duplicate": 1, "json": 1, "type": 1}
    with open_index(tmp_path / "index", verify=True) as reader:
        assert reader.count == reader.manifest.articles == 10
        assert reader.manifest.skipped == report.skipped
        assert reader.manifest.sources == (str(path),)


def test_a_report_says_how_many_articles_a_second_took(tmp_path: Path) -> None:
    """The rate is zero where the clock measured no time."""
    report = build([write_corpus(tmp_path / "articles.jsonl", numbered(3))], tmp_path / "index")
    assert replace(report, articles=7, seconds=2.0).articles_per_second == 3.5
    assert replace(report, seconds=0.0).articles_per_second == 0.0


def test_every_article_reads_back_as_it_was_given(tmp_path: Path) -> None:
    """Texts are stored as given: decomposed letters, joiners, emoji, line ends."""
    texts = ["নিয\u09bcে", "র\u200d্যাব", "😀 ভাষা\r\nনতুন", "  দুই  ঘর  ", "<b>&amp;", "\u200b\ufeff"]
    records = [{"id": f"{i} /?#", "title": text, "body": text * 3} for i, text in enumerate(texts)]
    build([write_corpus(tmp_path / "articles.jsonl", records)], tmp_path / "index")
    with open_index(tmp_path / "index") as reader:
        for record in records:
            article = reader.article(record["id"])
            assert (article.title, article.body) == (record["title"], record["body"])


def test_a_new_build_takes_the_place_of_the_old(directory: Path, second: Path) -> None:
    """It is live at once, and the old generation is kept for a rollback."""
    report = build([second], directory)
    assert report.generation == "000002"
    assert title_of_first(directory) == "দ্বিতীয় সংস্করণ 0"
    assert [generation.name for generation in Generations(directory).all()] == ["000001", "000002"]
    build([second], directory)
    assert [generation.name for generation in Generations(directory).all()] == ["000002", "000003"]


def test_a_build_after_a_rollback_keeps_what_was_live(directory: Path, second: Path) -> None:
    """The generation that the rollback left is not kept."""
    build([second], directory)
    Generations(directory).rollback()
    build([second], directory)
    assert [generation.name for generation in Generations(directory).all()] == ["000001", "000003"]
    Generations(directory).rollback()
    assert title_of_first(directory) == "প্রথম সংস্করণ 0"


def test_any_number_of_workers_builds_the_same_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Posting lists, stored texts, words, suggestions and digests are the same byte for byte at one time."""
    monkeypatch.setattr(change_dates, "time", SimpleNamespace(time=lambda: 1_795_910_400))
    monkeypatch.setattr(
        "onneshon.index.indexer.bulk_writer.SAMPLE", 5
    )  # with fewer articles there are no workers
    monkeypatch.setattr("onneshon.index.indexer.worker_pool.BATCH", 1 << 12)
    path = write_corpus(tmp_path / "articles.jsonl", numbered(300))
    files = []
    for workers in (1, 2, 3):
        build([path], tmp_path / str(workers), workers=workers)
        (generation,) = Generations(tmp_path / str(workers)).all()
        generation.check(digests=True)
        files.append(dict(describe_files(generation.folder)))
        files[-1].pop(MANIFEST_FILE, None)
    assert len(files[0]) > 5
    assert files[0] == files[1] == files[2]


def test_a_build_reads_no_suggestions_that_another_process_writes_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until the other process has finished, the file of suggestions may have any content."""

    @contextmanager
    def beside(working: Path, titles: TitleSpool, articles: int) -> Iterator[SimpleNamespace]:
        def wait() -> None:
            (working / "completion.bin").unlink()
            write_completion(working, word_counts(open_segments(working)), titles, articles)

        yield SimpleNamespace(send=lambda _news: (working / "completion.bin").touch(), wait=wait)

    monkeypatch.setattr("onneshon.index.indexer.bulk_writer.SAMPLE", 5)
    monkeypatch.setattr("onneshon.index.indexer.worker_pool.BATCH", 1 << 12)
    monkeypatch.setattr("onneshon.index.indexer.builder.completion_beside", beside)
    path = write_corpus(tmp_path / "articles.jsonl", numbered(300))
    build([path], tmp_path / "index", workers=2)
    with open_index(tmp_path / "index", verify=True) as reader:
        assert reader.count == 300
        assert reader.completion is not None


def test_a_build_dates_articles_when_all_else_is_written(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The date is taken late, so that a reader who asks for changes meanwhile gets it the next time."""
    clock = SimpleNamespace(now=2_000_000_000)
    monkeypatch.setattr(change_dates, "time", SimpleNamespace(time=lambda: clock.now))

    def slowly(*_given: object) -> None:
        clock.now += 3_600

    monkeypatch.setattr("onneshon.index.indexer.builder.write_completion", slowly)
    build_numbered(directory, 18, "দ্বিতীয়")
    with open_index(directory) as reader:
        (dates,) = reader.dates
        assert {*dates.changed.tolist()} == {*reader.gone.values()} == {change_dates.changed_now(0)}


def test_the_words_of_an_index_come_with_their_frequencies(directory: Path) -> None:
    """Words are in canonical form and in order, with their document frequencies."""
    with open_index(directory) as reader:
        words = [(found.word, found.articles) for found in word_counts(reader.segments)]
    assert words == sorted(words)
    frequencies = dict(words)
    assert frequencies["নদী"] == frequencies["সংস্করণ"] == frequencies["নি\u09dfে"] == 20
    assert "0" not in frequencies


def test_strict_changes_nothing(directory: Path, second: Path) -> None:
    """The first bad article ends the build, and the old index stays."""
    second.write_text(second.read_text() + "rubbish\n")
    with pytest.raises(CorpusError, match=":31: not JSON"):
        build([second], directory, strict=True)
    assert_only_the_first_edition_is_there(directory)


def test_a_build_without_any_good_article_changes_nothing(directory: Path, tmp_path: Path) -> None:
    """An empty or wholly bad corpus never replaces a good index."""
    path = tmp_path / "bad.jsonl"
    for content in ("", "rubbish\n"):
        path.write_text(content)
        with pytest.raises(BuildError, match="no article could be read"):
            build([path], directory)
    assert_only_the_first_edition_is_there(directory)


def test_where_nobody_can_tell_what_is_live_nothing_is_said_of_it(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error says neither that the index is unchanged nor that it was replaced."""

    def denied(path: Path) -> NoReturn:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    def refused() -> None:
        with as_build_errors(directory):
            raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_bytes", denied)
        with pytest.raises(BuildError, match=r"; what is live now cannot be read$"):
            refused()
    with pytest.raises(BuildError, match=r"; the live index is as it was$"):
        refused()


def test_a_second_writer_is_refused_and_changes_nothing(directory: Path, second: Path) -> None:
    """The error names the process of the first writer."""
    with writer_lock(directory), pytest.raises(IndexLockedError, match=f"process {os.getpid()}"):
        build([second], directory)
    assert_only_the_first_edition_is_there(directory)


def test_the_index_directory_is_for_its_owner(directory: Path) -> None:
    """Others can neither list nor read it."""
    assert directory.stat().st_mode & 0o077 == 0


class FaultyCall:
    """A stand-in for a function or method that fails from the n-th call on."""

    def __init__(self, real: Callable[..., Any], code: int, first: int) -> None:
        self._real = real
        self._code = code
        self._left = first

    def __get__(self, instance: object, owner: type | None = None) -> Callable[..., Any]:
        return self if instance is None else partial(self, instance)

    def __call__(self, *args: Any, **options: Any) -> Any:
        """Call the real function, or fail."""
        self._left -= 1
        if self._left <= 0:
            raise OSError(self._code, os.strerror(self._code))
        return self._real(*args, **options)


def stand_in(monkeypatch: pytest.MonkeyPatch, name: str, code: int, first: int) -> None:
    """Replace the function or method of a dotted name by one that fails."""
    owner, _, attribute = name.rpartition(".")
    real = getattr(pkgutil.resolve_name(owner), attribute)
    monkeypatch.setattr(name, FaultyCall(real, code, first))


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        *((("os.fsync", errno.ENOSPC, first), "the disk is full") for first in range(1, 6)),
        *((("os.fsync", errno.EIO, first), "Input/output error") for first in range(1, 6)),
        (("pathlib.Path.replace", errno.ENOSPC, 1), "the disk is full"),
        (("pathlib.Path.rename", errno.EACCES, 1), "no permission"),
        (("pathlib.Path.write_bytes", errno.EDQUOT, 1), "the disk is full"),
        (("pathlib.Path.write_bytes", errno.EDQUOT, 2), "the disk is full"),
        (("onneshon.index.indexer.bulk_writer.BulkWriter.add", errno.ENOSPC, 7), "the disk is full"),
        (("onneshon.index.indexer.bulk_writer.BulkWriter.commit", errno.EROFS, 1), "read-only"),
        (("onneshon.index.indexer.builder.describe_files", errno.EIO, 1), "Input/output error"),
    ],
)
def test_whatever_the_disk_refuses_the_live_index_stays(
    directory: Path, second: Path, fault: tuple[str, int, int], message: str
) -> None:
    """At any step the error is plain and the old index stays live; the next build works."""
    with pytest.MonkeyPatch.context() as patched:
        stand_in(patched, *fault)
        with pytest.raises(BuildError, match=f"{message}.*; the live index is as it was"):
            build([second], directory)
    assert title_of_first(directory) == "প্রথম সংস্করণ 0"
    build([second], directory)
    assert title_of_first(directory) == "দ্বিতীয় সংস্করণ 0"
    assert Generations(directory).abandoned() == []


def test_a_disk_that_fails_after_the_last_step_is_reported(directory: Path, second: Path) -> None:
    """The new index is live, and the message does not claim otherwise."""
    with pytest.MonkeyPatch.context() as patched:
        real, before = durable.sync_folder, (directory / "CURRENT").read_bytes()

        def sync(path: Path) -> None:
            real(path) if (directory / "CURRENT").read_bytes() == before else stop(path)

        patched.setattr(durable, "sync_folder", sync)
        with pytest.raises(BuildError, match="the new index is live, but may not survive"):
            build([second], directory)
    assert title_of_first(directory) == "দ্বিতীয় সংস্করণ 0"


def stop(path: Path) -> None:
    """Fail like a broken disk."""
    raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))


@pytest.mark.parametrize("limit", [100, 3_000, 20_000])
def test_a_disk_that_is_really_full_leaves_the_live_index(directory: Path, second: Path, limit: int) -> None:
    """A system limit on file size lets no file be finished; the live index loses nothing."""
    command = [
        sys.executable,
        "-B",  # compiled modules would be cut at the limit too, and break whatever runs next
        "-m",
        "onneshon.index.commands.main",
        "index",
        "build",
        "-q",
        str(second),
        "--index",
        str(directory),
    ]
    write_corpus(second, numbered(2_000, "দ্বিতীয়"))
    # A process that limits itself and then becomes the command: no code runs between fork and exec.
    limiter = "import os, resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2); "
    limited = [sys.executable, "-c", f"{limiter}os.execv(sys.argv[2], sys.argv[2:])", str(limit), *command]
    ended = subprocess.run(limited, capture_output=True, text=True, check=False, env=unmeasured())
    assert ended.returncode == 1
    assert "the disk is full" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert_only_the_first_edition_is_there(directory)


def unmeasured() -> dict[str, str]:
    """An environment without coverage, whose own data file could not be written either."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}


def test_running_out_of_memory_leaves_the_live_index(
    directory: Path, second: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message advises a smaller ``--memory``."""
    monkeypatch.setattr("onneshon.index.indexer.bulk_writer.BulkWriter.add", Raises(MemoryError()))
    with pytest.raises(BuildError, match="smaller --memory"):
        build([second], directory)
    assert_only_the_first_edition_is_there(directory)


def test_an_interrupted_build_leaves_nothing(
    directory: Path, second: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C during a build removes what was half built, and frees the lock."""
    monkeypatch.setattr("onneshon.index.indexer.bulk_writer.BulkWriter.commit", Raises(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        build([second], directory)
    assert_only_the_first_edition_is_there(directory)
    with writer_lock(directory):
        pass


class Raises:
    """A stand-in for a function that raises an error."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def __call__(self, *_args: object) -> None:
        """Raise the error."""
        raise self._error


def test_an_article_that_reads_back_differently_is_never_published(
    directory: Path, second: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The build reads its articles back before it publishes."""
    real = BulkWriter.add
    monkeypatch.setattr(BulkWriter, "add", lambda self, article: real(self, replace(article, body="অন্য")))
    with pytest.raises(BuildError, match="the article '0' reads back differently"):
        build([second], directory)
    assert_only_the_first_edition_is_there(directory)


def test_a_lost_article_is_noticed_before_publishing(
    directory: Path, second: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The build counts its articles before it publishes."""
    real = BulkWriter.add
    monkeypatch.setattr(
        BulkWriter, "add", lambda self, article: None if article.id == "7" else real(self, article)
    )
    with pytest.raises(BuildError, match="30 articles were added, but 29 are there"):
        build([second], directory)
    assert_only_the_first_edition_is_there(directory)


def cut_gzip(path: Path, count: int) -> Path:
    """A compressed corpus without its last bytes."""
    content = write_corpus(path, numbered(count, "দ্বিতীয়")).read_bytes()
    path.write_bytes(gzip.compress(content)[:-20])
    return path


def missing_file(path: Path, count: int) -> Path:
    """A folder in which one of the files is a broken link."""
    path.mkdir()
    write_corpus(path / "a.jsonl", numbered(count, "দ্বিতীয়"))
    (path / "b.jsonl").symlink_to("nowhere")
    return path


def cut_plain(path: Path, count: int) -> Path:
    """A plain corpus that ends in the middle of an article."""
    write_corpus(path, numbered(count, "দ্বিতীয়"))
    path.write_bytes(path.read_bytes()[:-20])
    return path


def broken_array(path: Path, count: int) -> Path:
    """An array of articles that is followed by other text."""
    articles = write_corpus(path, numbered(count, "দ্বিতীয়")).read_text("utf-8").split("\n")
    path = path.with_suffix(".json")
    path.write_text(f"[{','.join(filter(None, articles))}] and more", "utf-8")
    return path


@pytest.mark.parametrize("make", [cut_gzip, cut_plain, missing_file, broken_array])
def test_a_source_that_is_not_whole_replaces_nothing(
    directory: Path, tmp_path: Path, make: Callable[[Path, int], Path]
) -> None:
    """It is refused however much of it is readable; `force` publishes it, and the report counts the fault."""
    source = make(tmp_path / "source", 600)
    with pytest.raises(BuildError, match=r"build with --force .*; the live index is as it was") as refused:
        build([source], directory)
    assert str(tmp_path) in str(refused.value)
    assert_only_the_first_edition_is_there(directory)
    report = build([source], directory, force=True)
    assert (report.is_complete, report.seen) == (False, report.articles + 1)
    assert title_of_first(directory) == "দ্বিতীয় সংস্করণ 0"


def test_all_that_a_folder_needs_to_be_read_without_its_bad_files_is_said_at_once(tmp_path: Path) -> None:
    """The first message names every option needed, so that following it leads to no second refusal."""
    folder = tmp_path / "সংগ্রহ"
    folder.mkdir()
    (folder / "মেলা.txt").write_text("বৈশাখী মেলা\nগান আর নাচ।", encoding="utf-8")
    (folder / "খালি.txt").touch()
    (folder / "ভাঙা.docx").write_bytes(b"PK\x03\x04")
    with pytest.raises(BuildError, match=r"build with --force --max-bad 2 to do without"):
        build([folder], tmp_path / "index")
    assert build([folder], tmp_path / "index", force=True, max_bad=2).articles == 1


def test_a_source_that_the_disk_cannot_read_replaces_nothing(
    directory: Path, second: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bad sector in the middle of the source."""

    def read(stream: BinaryIO, _meter: object) -> Iterator[bytes]:
        yield stream.read(2_000)
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr("onneshon.index.ingest.streams._metered", read)
    with pytest.raises(BuildError, match=r"cannot be read: Input/output error: mend the source"):
        build([second], directory)
    assert_only_the_first_edition_is_there(directory)


@pytest.mark.parametrize(
    ("bad", "max_bad", "is_published"),
    [
        (1, "1%", True),
        (2, "1%", False),
        (2, "2%", True),
        (2, 2, True),
        (3, 2, False),
        (0, 0, True),
        (1, 0, False),
    ],
)
def test_so_many_bad_articles_and_no_more_are_left_out(
    tmp_path: Path, bad: int, max_bad: str | int, is_published: bool
) -> None:
    """The limit is for a hundred articles; exactly the limit is allowed."""
    path = write_corpus(tmp_path / "articles.jsonl", numbered(100 - bad))
    path.write_text(path.read_text() + "rubbish\n" * bad)
    if is_published:
        assert build([path], tmp_path / "index", max_bad=max_bad).skipped == ({"json": bad} if bad else {})
    else:
        with pytest.raises(BuildError, match=f"{bad} of 100 articles .* had to be left out"):
            build([path], tmp_path / "index", max_bad=max_bad)


@pytest.mark.parametrize("max_bad", ["", "x", "-1", "1 % 2", "100.5%", "nan%", "1.5", -1])
def test_an_invalid_bound_is_refused_before_anything_is_done(tmp_path: Path, max_bad: str) -> None:
    """Text that is neither a number of articles nor a share of them."""
    with pytest.raises(ConfigurationError, match=r"max_bad: .* is neither a number of articles"):
        build([tmp_path], tmp_path / "index", max_bad=max_bad)
    assert not (tmp_path / "index").exists()


def test_an_index_does_not_shrink_to_under_half_unless_forced(directory: Path, tmp_path: Path) -> None:
    """Half is allowed, one article less is not; the report has the previous number of articles."""
    nine = write_corpus(tmp_path / "nine.jsonl", numbered(9, "দ্বিতীয়"))
    with pytest.raises(BuildError, match=r"9 articles .* under half of the 20"):
        build([nine], directory)
    assert_only_the_first_edition_is_there(directory)
    assert build([nine], directory, force=True).previous == 20
    ten = write_corpus(tmp_path / "ten.jsonl", numbered(5, "দ্বিতীয়"))
    assert build([ten], directory).previous == 9


def test_bad_nights_do_not_discard_the_last_good_index(directory: Path, tmp_path: Path) -> None:
    """After three forced remnants and three faulty feeds, rollback to the good index is still possible."""
    few = write_corpus(tmp_path / "few.jsonl", numbered(3, "দ্বিতীয়"))
    bad = write_corpus(tmp_path / "bad.jsonl", numbered(30, "তৃতীয়"))
    bad.write_text(bad.read_text() + "rubbish\n")
    for _night in range(3):
        build([few], directory, force=True)
    for _night in range(3):
        report = build([bad], directory, max_bad="5%")
    assert report.kept == ("000001", "000006", "000007")
    Generations(directory).rollback("000001")
    assert title_of_first(directory) == "প্রথম সংস্করণ 0"


def test_as_many_generations_stay_as_are_asked_for(directory: Path, second: Path) -> None:
    """The report names the generations that stay."""
    for _build in range(3):
        report = build([second], directory, keep=3)
    assert report.kept == ("000002", "000003", "000004")
    with pytest.raises(ConfigurationError, match="keep: must be 1 or more, not 0"):
        build([second], directory, keep=0)


@pytest.mark.parametrize(
    "stage",
    ["onneshon.index.indexer.bulk_writer.BulkWriter.add", "onneshon.index.indexer.builder.describe_files"],
)
def test_an_index_that_is_removed_during_the_build_is_reported(
    directory: Path, second: Path, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    """Nothing is live then, and the message does not claim that anything is."""
    owner, _, name = stage.rpartition(".")
    real = getattr(pkgutil.resolve_name(owner), name)

    def remove_and_go_on(*arguments: Any) -> Any:
        shutil.rmtree(directory, ignore_errors=True)
        return real(*arguments)

    monkeypatch.setattr(stage, remove_and_go_on)
    with pytest.raises(BuildError, match="the directory of the index was removed meanwhile") as failed:
        build([second], directory)
    assert "is live" not in str(failed.value)


@pytest.mark.parametrize(
    ("failure_reason", "advice"),
    [
        ("OSError: [Errno 28] No space left on device", "the disk is full .*: free some space"),
        ("OSError: [Errno 28] No space left on device: '/x/run1.tokens'", "the disk is full"),
        ("MemoryError", "out of memory: build with a smaller --memory"),
        ("numpy._core._exceptions._ArrayMemoryError: Unable to allocate 9 GiB", "smaller --memory"),
        ("OSError: [Errno 12] Cannot allocate memory", "smaller --memory"),
    ],
)
def test_what_a_worker_was_refused_gets_the_same_advice(
    directory: Path, second: Path, monkeypatch: pytest.MonkeyPatch, failure_reason: str, advice: str
) -> None:
    """The advice on a full disk or memory is the same in whichever process of the build it occurs."""
    monkeypatch.setattr(
        "onneshon.index.indexer.bulk_writer.SAMPLE", 5
    )  # with fewer articles there are no workers
    dying = f"import sys; sys.stdin.buffer.readline(); sys.exit({failure_reason!r})"
    real = subprocess.Popen

    def start(command: list[str], **options: Any) -> "subprocess.Popen[bytes]":
        return real([command[0], "-c", dying], **options)

    monkeypatch.setattr("onneshon.index.indexer.side_process.subprocess.Popen", start)
    expected = rf"worker \d died after [\d,]+ articles: .*{advice}.*; the live index is as it was"
    with pytest.raises(BuildError, match=expected):
        build([second], directory, workers=2)
    assert_only_the_first_edition_is_there(directory)


def test_a_worker_that_cannot_be_fed_leaves_no_process(
    directory: Path, second: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If a limit of memory or threads keeps the second feeder from starting, both processes are ended."""
    monkeypatch.setattr(
        "onneshon.index.indexer.bulk_writer.SAMPLE", 5
    )  # with fewer articles there are no workers
    started: list[subprocess.Popen[bytes]] = []
    real_popen, real_start, left = subprocess.Popen, threading.Thread.start, [1]

    def popen(*arguments: Any, **options: Any) -> "subprocess.Popen[bytes]":
        started.append(real_popen(*arguments, **options))
        return started[-1]

    def start(thread: threading.Thread) -> None:
        if thread.name.startswith("feeder"):
            left[0] -= 1
            if left[0] < 0:
                raise RuntimeError("can't start new thread")
        real_start(thread)

    monkeypatch.setattr("onneshon.index.indexer.side_process.subprocess.Popen", popen)
    monkeypatch.setattr(threading.Thread, "start", start)
    with pytest.raises(BuildError, match="smaller --memory, or fewer --workers; the live index"):
        build([second], directory, workers=3)
    assert [process.poll() is None for process in started] == [False, False]
    assert_only_the_first_edition_is_there(directory)


@pytest.mark.parametrize("code", [errno.EACCES, errno.EIO])
def test_a_folder_that_cannot_be_listed_is_not_taken_for_an_empty_one(
    directory: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """Syncing, describing and checking its files all raise an error."""
    generation = Generations(directory).current()

    def scandir(path: Path) -> None:
        raise OSError(code, os.strerror(code), str(path))

    monkeypatch.setattr(os, "scandir", scandir)
    with pytest.raises(OSError, match=os.strerror(code)):
        durable.sync_tree(generation.folder)
    with pytest.raises(OSError, match=os.strerror(code)):
        describe_files(generation.folder)
    with pytest.raises(IndexStateError, match=f"cannot be listed: {os.strerror(code)}"):
        generation.check(digests=False)

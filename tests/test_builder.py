"""Building: what is reported, what is published, and that a failure leaves everything as it was."""

import errno
import os
import pkgutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from index import BuildError, CorpusError, IndexLockedError, build, durable, open_index
from index.builder import bengali_words
from index.columnar import BulkWriter
from index.generations import Generations
from index.lock import writer_lock
from tests.building import build_numbered, numbered, write_corpus


def title_of_first(directory: Path) -> str:
    """The title of the article 0 of the live index, every byte of which is checked."""
    with open_index(directory, verify=True) as reader:
        return reader.article("0").title


def assert_only_the_first_edition_is_there(directory: Path) -> None:
    """The index answers as before the failure, and nothing half built is left."""
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
    """Articles in = articles indexed + articles reported, by kind, also in the manifest."""
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


def test_every_article_reads_back_as_it_was_given(tmp_path: Path) -> None:
    """Texts are stored as they are: decomposed letters, joiners, emoji, line ends."""
    texts = ["নিয\u09bcে", "র\u200d্যাব", "😀 ভাষা\r\nনতুন", "  দুই  ঘর  ", "<b>&amp;", "\u200b\ufeff"]
    records = [{"id": f"{i} /?#", "title": text, "body": text * 3} for i, text in enumerate(texts)]
    build([write_corpus(tmp_path / "articles.jsonl", records)], tmp_path / "index")
    with open_index(tmp_path / "index") as reader:
        for record in records:
            article = reader.article(record["id"])
            assert (article.title, article.body) == (record["title"], record["body"])


def test_a_new_build_takes_the_place_of_the_old(directory: Path, second: Path) -> None:
    """It is live at once, and the old one is kept for going back."""
    report = build([second], directory)
    assert report.generation == "000002"
    assert title_of_first(directory) == "দ্বিতীয় সংস্করণ 0"
    assert [generation.name for generation in Generations(directory).all()] == ["000001", "000002"]
    build([second], directory)
    assert [generation.name for generation in Generations(directory).all()] == ["000002", "000003"]


def test_a_build_after_a_rollback_keeps_what_was_live(directory: Path, second: Path) -> None:
    """Not what was rolled back from."""
    build([second], directory)
    Generations(directory).rollback()
    build([second], directory)
    assert [generation.name for generation in Generations(directory).all()] == ["000001", "000003"]
    Generations(directory).rollback()
    assert title_of_first(directory) == "প্রথম সংস্করণ 0"


def test_several_workers_build_the_same_index(tmp_path: Path) -> None:
    """The number of processes shows in nothing that is read."""
    path = write_corpus(tmp_path / "articles.jsonl", numbered(300))
    answers = []
    for workers in (1, 2):
        build([path], tmp_path / str(workers), workers=workers)
        with open_index(tmp_path / str(workers), verify=True) as reader:
            articles = [reader.article(str(number)) for number in range(300)]
            answers.append((articles, list(bengali_words(reader))))
    assert answers[0] == answers[1]


def test_the_words_of_an_index_come_with_their_frequencies(directory: Path) -> None:
    """Bengali words in canonical spelling, in order, with the number of articles that hold them."""
    with open_index(directory) as reader:
        words = list(bengali_words(reader))
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
    """An empty or wholly bad corpus never takes the place of a good index."""
    path = tmp_path / "bad.jsonl"
    for content in ("", "rubbish\n"):
        path.write_text(content)
        with pytest.raises(BuildError, match="no article could be read"):
            build([path], directory)
    assert_only_the_first_edition_is_there(directory)


def test_a_second_writer_is_refused_and_changes_nothing(directory: Path, second: Path) -> None:
    """Its exception names the first."""
    with writer_lock(directory), pytest.raises(IndexLockedError, match=f"process {os.getpid()}"):
        build([second], directory)
    assert_only_the_first_edition_is_there(directory)


def test_the_index_directory_is_for_its_owner(directory: Path) -> None:
    """Others can neither list nor read it."""
    assert directory.stat().st_mode & 0o077 == 0


class FaultyCall:
    """Stands in for a function or a method, and fails at the n-th call and from then on."""

    def __init__(self, real: Callable[..., Any], code: int, first: int) -> None:
        self._real = real
        self._code = code
        self._left = first

    def __get__(self, instance: object, owner: type | None = None) -> Callable[..., Any]:
        return self if instance is None else partial(self, instance)

    def __call__(self, *args: Any, **options: Any) -> Any:
        """Do as the real one, or fail."""
        self._left -= 1
        if self._left <= 0:
            raise OSError(self._code, os.strerror(self._code))
        return self._real(*args, **options)


def stand_in(monkeypatch: pytest.MonkeyPatch, name: str, code: int, first: int) -> None:
    """Make the function or method of a dotted name fail."""
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
        (("index.columnar.BulkWriter.add", errno.ENOSPC, 7), "the disk is full"),
        (("index.columnar.BulkWriter.commit", errno.EROFS, 1), "read-only"),
        (("index.builder.describe_files", errno.EIO, 1), "Input/output error"),
    ],
)
def test_whatever_the_disk_refuses_the_live_index_stays(
    directory: Path, second: Path, fault: tuple[str, int, int], message: str
) -> None:
    """A full disk or a bad one, at any step: a plain message, the old index, and the next build works."""
    with pytest.MonkeyPatch.context() as patched:
        stand_in(patched, *fault)
        with pytest.raises(BuildError, match=f"{message}.*; the live index is as it was"):
            build([second], directory)
    assert title_of_first(directory) == "প্রথম সংস্করণ 0"
    build([second], directory)
    assert title_of_first(directory) == "দ্বিতীয় সংস্করণ 0"
    assert Generations(directory).abandoned() == []


def test_a_disk_that_fails_after_the_last_step_is_told_of(directory: Path, second: Path) -> None:
    """The new index is live, and the message does not say otherwise."""
    with pytest.MonkeyPatch.context() as patched:
        real = durable.sync_folder
        patched.setattr(durable, "sync_folder", lambda path: stop(path) if path == directory else real(path))
        with pytest.raises(BuildError, match="the new index is live, but may not survive"):
            build([second], directory)
    assert title_of_first(directory) == "দ্বিতীয় সংস্করণ 0"


def stop(path: Path) -> None:
    """Fail as a broken disk does."""
    raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))


@pytest.mark.parametrize("limit", [100, 3_000, 20_000])
def test_a_disk_that_is_really_full_leaves_the_live_index(directory: Path, second: Path, limit: int) -> None:
    """Files may not grow beyond a limit of the system: no file can be finished, and nothing is lost."""
    command = [
        sys.executable,
        "-m",
        "index.cli",
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
    ended = subprocess.run(limited, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "the disk is full" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert_only_the_first_edition_is_there(directory)


def test_running_out_of_memory_leaves_the_live_index(
    directory: Path, second: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message says what to change."""
    monkeypatch.setattr("index.columnar.BulkWriter.add", Raises(MemoryError()))
    with pytest.raises(BuildError, match="smaller --memory"):
        build([second], directory)
    assert_only_the_first_edition_is_there(directory)


def test_an_interrupted_build_leaves_nothing(
    directory: Path, second: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C in the middle removes what was half built, and frees the lock."""
    monkeypatch.setattr("index.columnar.BulkWriter.commit", Raises(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        build([second], directory)
    assert_only_the_first_edition_is_there(directory)
    with writer_lock(directory):
        pass


class Raises:
    """Stands in for a function and raises."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def __call__(self, *_args: object) -> None:
        """Raise."""
        raise self._error


def test_an_article_that_reads_back_differently_is_never_published(
    directory: Path, second: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The build reads what it wrote."""
    real = BulkWriter.add
    monkeypatch.setattr(BulkWriter, "add", lambda self, article: real(self, replace(article, body="অন্য")))
    with pytest.raises(BuildError, match="the article '0' reads back differently"):
        build([second], directory)
    assert_only_the_first_edition_is_there(directory)


def test_a_lost_article_is_noticed_before_publishing(
    directory: Path, second: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The build counts what it wrote."""
    real = BulkWriter.add
    monkeypatch.setattr(
        BulkWriter, "add", lambda self, article: None if article.id == "7" else real(self, article)
    )
    with pytest.raises(BuildError, match="30 articles were added, but 29 are there"):
        build([second], directory)
    assert_only_the_first_edition_is_there(directory)

"""Every change of a watched file is reported."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from queue import Empty, Queue

import pytest

from onneshon.index.ingest.corpus import read_articles
from onneshon.index.ingest.readers.record import ReadingOptions
from onneshon.index.ingest.source import Selection
from onneshon.index.ingest.sources import watched

PATIENCE = 20.0
"""Seconds until a test gives up: far more than it takes."""


@contextmanager
def watching(*paths: Path, polling: bool = False, follow_links: bool = False) -> Iterator["Queue[int]"]:
    """The reported changes while the block runs, which starts when watching has begun."""
    stop, told = threading.Event(), Queue[int]()

    def follow() -> None:
        reading = ReadingOptions(follow_links=follow_links)
        for changed in watched(paths, stop, reading, settle=0.05, polling=polling):
            told.put(changed)

    thread = threading.Thread(target=follow)
    thread.start()
    try:
        assert told.get(timeout=PATIENCE) == 0
        yield told
    finally:
        stop.set()
        thread.join(PATIENCE)
    assert not thread.is_alive()


@pytest.mark.parametrize("polling", [False, True], ids=["told by the system", "looked at"])
def test_a_file_that_comes_changes_or_goes_is_reported(tmp_path: Path, polling: bool) -> None:
    """The file may be in the folder or below it."""
    below = tmp_path / "ভেতর"
    below.mkdir()
    with watching(tmp_path, polling=polling) as told:
        (below / "নদী.txt").write_text("নদী।", encoding="utf-8")
        assert told.get(timeout=PATIENCE) == 1
        (below / "নদী.txt").write_text("নদী ও মেলা।", encoding="utf-8")
        os.utime(below / "নদী.txt", (2_000_000_000, 2_000_000_000))  # polling compares whole seconds
        assert told.get(timeout=PATIENCE) == 1
        (below / "নদী.txt").unlink()
        assert told.get(timeout=PATIENCE) == 1


def test_files_of_no_format_and_hidden_ones_are_not_reported(tmp_path: Path) -> None:
    """Editors and uploads make such files temporarily; a later article file is reported."""
    with watching(tmp_path) as told:
        for name in (".news.jsonl", "~$news.jsonl", "news.jsonl.part", "notes.doc"):
            (tmp_path / name).write_text("x")
        (tmp_path / "news.jsonl").write_text("{}")
        assert told.get(timeout=PATIENCE) == 1
        assert told.empty()


@pytest.mark.parametrize("polling", [False, True], ids=["told by the system", "looked at"])
def test_a_file_that_is_replaced_is_reported_each_time(tmp_path: Path, polling: bool) -> None:
    """An export is renamed into its place, or removed and made again; other files do not count."""
    export = tmp_path / "ভেতর" / "news.jsonl"
    export.parent.mkdir()
    export.write_text("{}")
    with watching(export, polling=polling) as told:
        for time in (2_000_000_000, 2_000_000_060):
            new = export.with_name("new.jsonl")
            new.write_text("{}")
            os.utime(new, (time, time))
            new.replace(export)
            assert told.get(timeout=PATIENCE) == 1
        export.unlink()
        assert told.get(timeout=PATIENCE) == 1
        export.write_text("{}")
        assert told.get(timeout=PATIENCE) == 1
        assert told.empty()


def test_files_and_folders_are_watched_together(tmp_path: Path) -> None:
    """Files next to a watched file do not count, files below a watched folder do."""
    folder, export = tmp_path / "খবর", tmp_path / "export"
    (folder / "ভেতর").mkdir(parents=True)
    export.write_text("{}")
    with watching(folder, export) as told:
        (tmp_path / "other.jsonl").write_text("{}")
        (folder / "ভেতর" / "a.jsonl").write_text("{}")
        assert told.get(timeout=PATIENCE) == 1
        (tmp_path / "new").write_text("{}")
        (tmp_path / "new").replace(export)
        assert told.get(timeout=PATIENCE) == 1
        assert told.empty()


def test_a_link_may_be_made_to_lead_elsewhere(tmp_path: Path) -> None:
    """A change of its target is reported too."""
    link = tmp_path / "newest.jsonl"
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "export").write_text("{}")
    link.symlink_to("a/export")
    with watching(link) as told:
        (tmp_path / "a" / "export").write_text('{"title": "নদী"}', encoding="utf-8")
        assert told.get(timeout=PATIENCE) == 1
        (tmp_path / "other").symlink_to("b/export")
        (tmp_path / "other").replace(link)
        assert told.get(timeout=PATIENCE) == 1


def test_a_file_that_is_named_is_watched_whatever_it_is_called(tmp_path: Path) -> None:
    """A named file is watched whatever its suffix is."""
    export = tmp_path / "export"
    export.write_text("{}")
    with watching(export) as told:
        export.write_text('{"title": "নদী"}', encoding="utf-8")
        assert told.get(timeout=PATIENCE) == 1


def test_what_stands_in_the_log_of_a_database_is_reported(tmp_path: Path) -> None:
    """In WAL mode the file is unchanged while a program has it open; reading does not change the log."""
    reading = ReadingOptions(selection=Selection(table="news"))
    with closing(sqlite3.connect(tmp_path / "cms.db")) as database:
        database.execute("PRAGMA journal_mode = wal")
        database.execute("CREATE TABLE news (id INTEGER PRIMARY KEY, title TEXT)")
        database.commit()
        with watching(tmp_path / "cms.db") as told:
            for number in (1, 2):
                database.execute("INSERT INTO news VALUES (?, 'নদী')", [number])
                database.commit()
                assert told.get(timeout=PATIENCE) == 1
                assert len(list(read_articles([tmp_path / "cms.db"], reading=reading))) == number
            with pytest.raises(Empty):
                told.get(timeout=1)


@pytest.mark.parametrize("follow_links", [False, True])
def test_what_links_lead_to_counts_where_they_are_followed(tmp_path: Path, follow_links: bool) -> None:
    """A folder and a file elsewhere; otherwise only files in the folder itself count."""
    folder, elsewhere, exports = (tmp_path / name for name in ("খবর", "অন্য", "exports"))
    for each in (folder, elsewhere, exports):
        each.mkdir()
    (exports / "today").write_text("{}")
    (folder / "link").symlink_to(elsewhere, target_is_directory=True)
    (folder / "today.jsonl").symlink_to(exports / "today")
    with watching(folder, follow_links=follow_links) as told:
        for path in (elsewhere / "a.jsonl", exports / "today"):
            path.write_text('{"title": "নদী"}', encoding="utf-8")
            if follow_links:
                assert told.get(timeout=PATIENCE) == 1
        (folder / "b.jsonl").write_text("{}")
        assert told.get(timeout=PATIENCE) == 1
        assert told.empty()

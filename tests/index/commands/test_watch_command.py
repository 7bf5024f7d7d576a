"""The index follows its files until it is stopped."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from onneshon.index import IndexLockedError, UpdateReport, open_index
from onneshon.index.commands import directory_commands, refresh_commands
from onneshon.index.commands.main import main
from onneshon.index.indexer.write_options import UpdateOptions
from onneshon.index.upkeep.update import run_update

PATIENCE = 60.0


def test_another_writer_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A build may take longer than an update waits; the change is not lost."""
    locked = [IndexLockedError("process 7 writes the index")] * 3

    def late(*given: Any) -> UpdateReport:
        if locked:
            raise locked.pop()
        return run_update(*given)

    monkeypatch.setattr(directory_commands, "run_update", late)
    source = tmp_path / "a.jsonl"
    source.write_text('{"title": "নদী"}\n', encoding="utf-8")
    refresh_commands._Following((source,), tmp_path / "index", UpdateOptions())()
    told = capsys.readouterr()
    assert told.err.count("process 7 writes the index") == 1
    assert "1 added" in told.out


def _watching(monkeypatch: pytest.MonkeyPatch, *changed: int) -> list[dict[str, Any]]:
    """Let files change the given times; the list of arguments with which they are watched."""
    asked = list[dict[str, Any]]()

    def watched(paths: object, _stop: object, _reading: object, **options: Any) -> Iterator[int]:
        asked.append({"paths": paths, **options})
        yield from changed

    monkeypatch.setattr(refresh_commands, "watched", watched)
    return asked


def _watch(directory: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["index", "watch", "--index", str(directory), *arguments])


def test_a_database_behind_an_address_is_not_watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the index would never change, and nobody would know."""
    asked = _watching(monkeypatch)
    result = _watch(tmp_path / "index", f"sqlite:///{tmp_path}/cms.db", "--table", "news")
    assert (result.exit_code, asked) == (2, [])
    assert "onneshon index update --delete-missing" in result.output


def test_each_change_is_reported_with_what_came_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Articles no longer in files are deleted; unreadable files are reported, and change nothing."""
    folder, index = tmp_path / "news", tmp_path / "index"
    folder.mkdir()
    (folder / "a.csv").write_text("id,title\n১,নদী\n২,মেলা\n", "utf-8")
    asked = _watching(monkeypatch, 0, 1, 3)
    texts = ["id,title\n২,মেলা\n", 'id,title\n২,মেলা\n"খোলা\n']

    def updated(*given: Any) -> UpdateReport:
        try:
            return run_update(*given)
        finally:
            (folder / "a.csv").write_text(texts.pop(0) if texts else "", "utf-8")

    monkeypatch.setattr(directory_commands, "run_update", updated)
    done = _watch(index, str(folder), "--settle", "0.1", "--poll")
    said = [re.sub(r"[0-9.]+ s$|(?<=generation )[0-9]+", "…", line) for line in done.stdout.splitlines()]
    assert said == [
        "generation … is live: 2 articles; 2 added, 0 changed, 0 deleted, 0 left out; …",
        "1 file changed",
        "generation … is live: 1 articles; 0 added, 0 changed, 1 deleted, 0 left out; …",
        "3 files changed",
    ]
    assert done.stderr.startswith("the index stays as it was: ")
    (options,) = asked
    assert (options["paths"], options["settle"], options["polling"]) == ((folder,), 0.1, True)


def test_a_signal_ends_it_between_two_updates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The exit code is that of shells, and a line names the signal."""
    (tmp_path / "a.csv").write_text("title\nনদী\n", "utf-8")
    _watching(monkeypatch, 0, 1)
    monkeypatch.setattr(directory_commands, "run_update", lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    done = _watch(tmp_path / "index", str(tmp_path / "a.csv"))
    assert (done.exit_code, done.stdout, done.stderr) == (143, "", "stopped by SIGTERM\n")


def _titles(directory: Path, expected: set[str]) -> set[str]:
    """The titles of the live index, once they are the expected ones or the time limit is reached."""
    titles: set[str] = set()
    deadline = time.monotonic() + PATIENCE
    while titles != expected and time.monotonic() < deadline:
        time.sleep(0.1)
        if (directory / "CURRENT").exists():
            with open_index(directory) as reader:
                titles = {
                    reader.article(article_id).title
                    for article_id in ("a:1", "b", "c:2")
                    if _has(reader, article_id)
                }
    return titles


def _has(reader: object, article_id: str) -> bool:
    return any(segment.find(article_id) is not None for segment in reader.segments)  # type: ignore[attr-defined]  # IndexReader


@pytest.mark.slow
def test_the_index_follows_its_files(tmp_path: Path) -> None:
    """New articles are found, unreadable files change nothing, and a signal ends it."""
    folder, index = tmp_path / "news", tmp_path / "index"
    folder.mkdir()
    (folder / "a.jsonl").write_text('{"title": "নদী"}\n', encoding="utf-8")
    command = [sys.executable, "-m", "onneshon.index.commands.main", "index", "watch", "--settle", "0.1"]
    with subprocess.Popen(
        [*command, "--index", str(index), str(folder)], stderr=subprocess.PIPE, text=True
    ) as process:
        assert _titles(index, {"নদী"}) == {"নদী"}
        (folder / "b.txt").write_text("মেলা।", encoding="utf-8")
        assert _titles(index, {"নদী", "মেলা"}) == {"নদী", "মেলা"}
        (folder / "c.csv").write_text('title\nবই\n"খোলা\n', encoding="utf-8")
        assert process.stderr is not None
        assert "the index stays as it was" in process.stderr.readline()
        (folder / "c.csv").write_text("title\nবই\n", encoding="utf-8")
        assert _titles(index, {"নদী", "মেলা", "বই"}) == {"নদী", "মেলা", "বই"}
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) in {-signal.SIGTERM, 128 + signal.SIGTERM}

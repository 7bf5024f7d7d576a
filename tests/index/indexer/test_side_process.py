"""Side processes of a build, whose failure fails the build, and rarer garbage collections."""

import gc
from pathlib import Path

import pytest

from onneshon.index import BuildError, build
from onneshon.index.indexer.side_process import SideProcess, rare_collections
from onneshon.index.indexer.worker_pool import _Worker
from tests.building import numbered, write_corpus


def test_collections_are_rare_as_long_as_it_lasts() -> None:
    """The thresholds are restored even after an exception."""
    before = gc.get_threshold()

    def failing() -> None:
        with rare_collections():
            assert (gc.get_threshold()[0] > before[0], gc.get_threshold()[1:]) == (True, before[1:])
            raise KeyError

    with pytest.raises(KeyError):
        failing()
    assert gc.get_threshold() == before


def test_who_wants_no_collections_gets_none() -> None:
    """A threshold that is off or higher already is not changed."""
    before = gc.get_threshold()
    try:
        for first in (0, 10**9):
            gc.set_threshold(first)
            with rare_collections():
                assert gc.get_threshold()[0] == first
    finally:
        gc.set_threshold(*before)


def test_a_process_that_fails_says_why(tmp_path: Path) -> None:
    """Input that breaks off is an error."""
    with SideProcess("onneshon.index.indexer.side_process", tmp_path / "log") as process:
        process.send(b"[")
        with pytest.raises(BuildError, match="side_process, a process of this build, died: json"):
            process.wait()


def test_a_layer_that_fails_fails_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error has its cause, and no file of the build is left."""
    monkeypatch.setattr(
        "onneshon.index.indexer.bulk_writer.SAMPLE", 5
    )  # with fewer articles there are no workers
    monkeypatch.setattr(_Worker, "go_on", lambda self, _task: self._process.kill())
    path = write_corpus(tmp_path / "articles.jsonl", numbered(12))
    with pytest.raises(BuildError, match="worker 1 died after 12 articles: it ended with code -9"):
        build([path], tmp_path / "index", workers=2)
    assert not any((tmp_path / "index").glob("generations/*"))
    assert not (tmp_path / "index" / "CURRENT").exists()

"""Shares of a build that other processes do: the result is the same, and their failure is not overlooked."""

from pathlib import Path

import pytest

from index import BuildError, build
from index.side_process import SideProcess
from index.vocabulary import write_vocabulary
from index.vocabulary_parts import write_vocabulary_in_parts
from tests.building import numbered, write_corpus

WORDS = [("কলম", 3), ("কাল", 2), ("কুল", 2), ("কোল", 2), ("নদী", 7)]


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_a_vocabulary_made_in_parts_is_the_same_file(tmp_path: Path, count: int) -> None:
    """Words of one skeleton and one frequency stand in the same order, whichever half they came from."""
    parts, whole = tmp_path / "parts", tmp_path / "whole"
    for directory, write in ((parts, write_vocabulary_in_parts), (whole, write_vocabulary)):
        directory.mkdir()
        write(directory, WORDS[:count])
    assert [path.name for path in parts.iterdir()] == ["vocabulary.bin"]
    assert (parts / "vocabulary.bin").read_bytes() == (whole / "vocabulary.bin").read_bytes()


def test_a_process_that_fails_says_why(tmp_path: Path) -> None:
    """Input that breaks off is no input."""
    with SideProcess("index.columnar.merge_worker", tmp_path / "log") as process:
        process.send(b"[")
        with pytest.raises(BuildError, match="merge_worker, a process of this build, died: json"):
            process.wait()


def test_a_merge_that_fails_fails_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its cause is told, and nothing of the build is left."""
    monkeypatch.setattr(SideProcess, "send", lambda self, _task: self._process.kill())
    long = [record | {"body": "নদী " * 10_000} for record in numbered(12)]  # enough for both workers
    path = write_corpus(tmp_path / "articles.jsonl", long)
    with pytest.raises(BuildError, match="died: it ended with code -9"):
        build([path], tmp_path / "index", workers=2)
    assert not any((tmp_path / "index").glob("generations/*"))
    assert not (tmp_path / "index" / "CURRENT").exists()


def test_a_build_with_many_words_makes_its_vocabulary_in_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the one that a single process makes."""
    monkeypatch.setattr("index.builder._MANY_WORDS", 1)
    path = write_corpus(tmp_path / "articles.jsonl", numbered(30))
    for workers in (1, 2):
        build([path], tmp_path / str(workers), workers=workers)
    first, second = (next((tmp_path / name).rglob("vocabulary.bin")).read_bytes() for name in "12")
    assert first == second

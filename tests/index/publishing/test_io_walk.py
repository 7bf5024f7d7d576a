"""Whichever file system call fails while the queue is written or applied, no queued operation is lost.

``ONNESHON_FAULTS=all pytest tests/index/publishing/test_io_walk.py`` fails each call in turn in each way, and
``once`` each in one way; by default the last calls and a few others are failed.
"""

import errno
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from onneshon.index.errors import JournalError
from onneshon.index.publishing.applying import Applier
from onneshon.index.publishing.journal import Journal
from onneshon.index.publishing.operation import Operation
from onneshon.index.publishing.progress import ProgressFile
from onneshon.index.storage.generations import Generations
from onneshon.index.storage.reader import open_index
from onneshon.index.upkeep.index_writer import open_writer
from tests.building import build_numbered
from tests.faulty_io import FaultyIo, faults_to_try

LAST = 12
OTHERS = 12
TAKEN = [Operation("নতুন", json.dumps({"title": "নতুন"})), Operation("0", None)]
OFFERED = [Operation("আরও", json.dumps({"title": "আরও"})), Operation("1", None)]


class Queue:
    """An index of three articles and a queue of two operations; each try begins with the same files."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template"
        self._template.mkdir()
        build_numbered(self._template / "index", 3)
        Journal(self._template / "index").append(TAKEN)
        with (self._template / "index/publishing/journal" / f"{0:020}.log").open("ab") as stream:
            stream.write(b"torn by a kill")
        self.place = folder / "place"
        self.directory = self.place / "index"

    def try_out(self, run: Callable[[Path], None], failing: int, code: int = errno.EIO) -> FaultyIo:
        """Run a function while one call fails; the recorded calls."""
        shutil.rmtree(self.place, ignore_errors=True)
        shutil.copytree(self._template, self.place)
        faults = FaultyIo(self.place, failing, code)
        with faults.installed():
            run(self.directory)
        return faults

    def queued(self) -> list[Operation]:
        """All operations in the journal, as a newly started process reads them."""
        batch = Journal(self.directory).read(0)
        assert batch.damaged == 0
        return list(batch.operations)

    def ids(self) -> set[str]:
        """The ids of the articles in the index, after a check of every byte."""
        with open_index(self.directory, verify=True) as reader:
            known = {
                article_id
                for article_id in ("নতুন", "আরও", "0", "1", "2")
                if _is_in(self.directory, article_id)
            }
            assert reader.count == len(known)
            return known


def _is_in(directory: Path, article_id: str) -> bool:
    with open_index(directory) as reader:
        return any(segment.find(article_id) is not None for segment in reader.segments)


@pytest.mark.slow
@pytest.mark.no_cover
def test_what_is_answered_for_is_queued_and_nothing_else(tmp_path: Path) -> None:
    """A request is queued wholly or not at all, as its answer says; the next request is accepted."""
    queue = Queue(tmp_path)
    answers: list[bool] = []

    def offer(directory: Path) -> None:
        try:
            Journal(directory).append(OFFERED)
        except JournalError:
            answers.append(False)
        else:
            answers.append(True)

    total = len(queue.try_out(offer, 0).calls)
    assert answers == [True]
    for number, code in faults_to_try(total, last=LAST, others=OTHERS):
        faults = queue.try_out(offer, number, code)
        assert queue.queued() == [*TAKEN, *(OFFERED if answers[-1] else [])], (number, faults.calls[-1])
        Journal(queue.directory).append(OFFERED)
        assert queue.queued()[-2:] == OFFERED
    assert not all(answers)


@pytest.mark.slow
@pytest.mark.no_cover
def test_what_is_queued_is_in_the_index_in_the_end(tmp_path: Path) -> None:
    """A failed step reports it and leaves the index whole, and the next step succeeds."""
    queue = Queue(tmp_path)
    went: list[bool] = []

    def apply(directory: Path) -> None:
        went.append(Applier(directory, open_writer).step())

    total = len(queue.try_out(apply, 0).calls)
    assert went == [True]
    before, after = {"0", "1", "2"}, {"নতুন", "1", "2"}
    withdrawn = before & after  # at once, while the article waits for a file that could not be read
    for number, code in faults_to_try(total, last=LAST, others=OTHERS):
        try:
            faults = queue.try_out(apply, number, code)
        except JournalError:  # a new process cannot open the queue either
            continue
        assert queue.ids() in ((after,) if went[-1] else (before, withdrawn, after)), (
            number,
            faults.calls[-1],
        )
        assert Applier(queue.directory, open_writer).step(), (number, faults.calls[-1])
        assert queue.ids() == after
        assert ProgressFile(queue.directory).read().refused == 0
        assert Applier(queue.directory, open_writer).is_idle
        assert Generations(queue.directory).abandoned() == []
    assert not all(went)

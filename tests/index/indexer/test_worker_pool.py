"""A worker run within this process: it does what its input lines say, and answers each at once."""

import io
import json
from dataclasses import astuple
from pathlib import Path

import pytest

from onneshon.index.columnar.section_file import SectionFile
from onneshon.index.columnar.stored import encode_values
from onneshon.index.indexer import worker_pool
from onneshon.index.indexer.bulk_writer import MEMORY_BUDGET
from onneshon.index.indexer.segment_writer import NUMBERS
from onneshon.index.indexer.spools import Spool, Spools
from onneshon.index.indexer.worker_pool import PARENT_IS_GONE, WorkerPool, work
from onneshon.index.ranking import Basis

RIVERS = [{"title": "পদ্মা", "body": "পদ্মা একটি নদী"}, {"body": "মেঘনার ঘাট"}]


class _Answer(io.StringIO):
    """A stream that records its content at each flush."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[str] = []

    def flush(self) -> None:
        """Record the content at this flush."""
        self.sent.append(self.getvalue())


def _lines(folder: Path) -> bytes:
    given = {"scratch": str(folder), "name": "spool0", "memory_budget": MEMORY_BUDGET}
    return b"".join(line + b"\n" for line in (json.dumps(given).encode(), *map(encode_values, RIVERS)))


def test_documents_become_a_spool_and_a_spool_a_layer(tmp_path: Path) -> None:
    """The worker reports the spool and the layer as soon as each is done; the parent waits for that."""
    spool = Spool(str(tmp_path / "spool0"), len(RIVERS))
    layer, pairs = tmp_path / "exact.inv", tmp_path / "all.pairs"
    task = [[astuple(spool)], [(0, len(RIVERS))], Basis(1.0, 2.5).to_dict(), str(layer), str(pairs), 1 << 20]
    answer = _Answer()
    assert work(io.BytesIO(_lines(tmp_path) + b"\n" + json.dumps(task).encode() + b"\n"), answer) == 0
    told = json.dumps([astuple(spool)]) + "\n"
    assert answer.sent == [told, told + "\n", told + "\n\n"]
    words = Spools([spool], [(0, len(RIVERS))]).layer("exact").terms
    assert len(SectionFile.open(layer).array(NUMBERS)) == len(words) == 5
    assert pairs.exists()


def test_workers_share_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each has an equal part of the budget."""
    given = list[tuple[int, int]]()
    monkeypatch.setattr(worker_pool, "_Worker", lambda _scratch, *asked: given.append(asked))
    WorkerPool(tmp_path, 3, 901)
    assert given == [(0, 300), (1, 300), (2, 300)]


def test_without_a_layer_to_write_a_worker_ends(tmp_path: Path) -> None:
    """All workers but the first write no layer."""
    answer = _Answer()
    assert work(io.BytesIO(_lines(tmp_path) + b"\n"), answer) == 0
    assert json.loads(answer.getvalue()) == [[str(tmp_path / "spool0"), len(RIVERS)]]


@pytest.mark.parametrize("cut", [1, 2])
def test_where_the_parent_is_gone_nothing_more_is_written(tmp_path: Path, cut: int) -> None:
    """A living parent ends its documents with an empty line."""
    answer = _Answer()
    lines = b"".join(_lines(tmp_path).splitlines(keepends=True)[:cut])
    assert work(io.BytesIO(lines), answer) == PARENT_IS_GONE
    assert answer.getvalue() == ""
    assert not (tmp_path / "spool0.terms").exists()

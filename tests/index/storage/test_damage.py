"""Damage to the files of an index: found at opening, found when read, or without consequence.

A long walk, with its figures:

    ONNESHON_FLIPS=20000 python -m pytest -s tests/index/storage/test_damage.py -k walk
"""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from onneshon.index.kernel.postings import CheckedBlocks, checksum
from onneshon.index.storage.reader import open_index
from tests.damaging import FLIPS, Walk, files_of, flips


def walk_of(source: Path, directory: Path) -> Walk:
    """A walk over a copy of an index."""
    shutil.copytree(source, directory)
    with open_index(directory) as reader:
        (segment,) = reader.segments
        articles = segment.article_ids(range(0, segment.doc_count, max(1, segment.doc_count // 10)))
        categories = segment.keyword("category").values[1:3]
    return Walk(directory, articles, categories)


@pytest.fixture
def walk(sample_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Walk:
    """A walk over the sample articles, whose files count as large: not read whole at opening."""
    monkeypatch.setattr("onneshon.index.storage.manifest._SMALL", 1 << 12)
    return walk_of(sample_index, tmp_path / "index")


def test_what_parity_mends_is_answered_as_if_nothing_was(walk: Walk) -> None:
    """With one byte changed in each file of the segment no query fails, and no answer differs."""
    chance = random.Random(1952)  # noqa: S311  # no secret
    for path in files_of(walk.directory):
        if path.suffix in {".inv", ".doc", ".bin", ".pairs"} and path.stat().st_size > 1 << 12:
            walk.flip(path, [chance.randrange(path.stat().st_size)], chance.randrange(1, 256))
    assert walk.wrong == []
    assert walk.total("found at query") == 0 < walk.total("harmless")


@pytest.mark.slow
@pytest.mark.no_cover
@pytest.mark.usefixtures("beyond_parity")
def test_a_walk_over_the_bytes_meets_no_wrong_answer(walk: Walk) -> None:
    """Each change is found at opening, found by the query that reads it, or read by no query."""
    chance = random.Random(1952)  # noqa: S311  # no secret
    try:
        for path, place in flips(walk.directory, FLIPS, seed=chance.randrange(1 << 30)):
            walk.flip(path, [place], chance.randrange(1, 256))
    finally:
        print(f"\n{walk.report()}")  # noqa: T201  # the figures of a long walk, Ctrl-C or not
    assert walk.wrong == []
    assert walk.noise == []
    assert all(walk.total(outcome) for outcome in ("found at open", "found at query", "harmless"))
    assert all(walk.seen[name, "found at query"] for name in (".inv", ".doc", ".bin"))
    for name in ("CURRENT", ".json", ".toc"):
        assert walk.seen[name, "found at open"] > 0
        assert walk.seen[name, "found at query"] + walk.seen[name, "harmless"] == 0


@pytest.mark.no_cover  # many tries of lines that other tests cover
@pytest.mark.usefixtures("beyond_parity")
def test_many_changed_bytes_are_no_worse_than_one(walk: Walk) -> None:
    """In large files with many changed bytes, damaged parts are left out or refused without a traceback.

    Every answer that does not report a missing part is exactly right.
    """
    chance = random.Random(1952)  # noqa: S311  # no secret
    large = [path for path in files_of(walk.directory) if path.stat().st_size > 1 << 15]
    assert {path.suffix for path in large} == {".doc", ".inv", ".bin", ".pairs"}
    for path in large:
        for count in (2, 40, 2_000):
            for _ in range(3):
                walk.flip(path, chance.choices(range(path.stat().st_size), k=count), chance.randrange(1, 256))
    assert walk.wrong == []
    assert walk.noise == []
    assert walk.total("found at query") > 9


@pytest.mark.usefixtures("beyond_parity")
def test_every_file_cut_short_is_found_at_open(walk: Walk) -> None:
    """Opening notices a cut at any length."""
    for path in files_of(walk.directory):
        size = path.stat().st_size
        for kept in {0, 1, 7, size // 3, size // 2, size - 9, size - 1}:
            walk.cut(path, max(0, kept))
    assert walk.total("found at open") == walk.seen.total() >= 40


class Believed(CheckedBlocks):
    """Blocks whose reads are not compared with the written checksums; only ``check_all`` compares them."""

    def __init__(
        self,
        data: memoryview,
        sums: NDArray[np.uint32],
        block: int,
        damaged: Callable[[], Exception],
        summing: Callable[[memoryview], int] | None,
    ) -> None:
        now = [checksum(data[at : at + block]) for at in range(0, len(data), block)]
        super().__init__(data, np.array(now, np.uint32), block, damaged)
        self._written = CheckedBlocks(data, sums, block, damaged, summing)

    def check_all(self) -> None:
        """Compare everything with the written checksums."""
        self._written.check_all()


@pytest.mark.no_cover  # many tries of lines that other tests cover
def test_damage_that_is_there_before_is_seen_by_the_walk(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The walk detects wrong answers: it finds some when checksums are computed from the damaged bytes."""
    monkeypatch.setattr("onneshon.index.columnar.sections.CheckedBlocks", Believed)
    chance = random.Random(1952)  # noqa: S311  # no secret
    places = [(path, place) for path, place in flips(walk.directory, "4000") if path.suffix == ".inv"]
    for path, place in chance.sample(places, 1_000):
        walk.flip(path, [place], chance.randrange(1, 256))
        if walk.wrong:
            break
    assert walk.wrong

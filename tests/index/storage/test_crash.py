"""Builds killed with SIGKILL: the old index answers, whole, and the next build works.

``ONNESHON_CRASHES=1000 pytest tests/index/storage/test_crash.py`` kills at 1000 moments.
"""

import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from onneshon.index import build, open_index
from onneshon.index.storage.durable import current_holder
from onneshon.index.storage.generations import Generations
from tests.building import numbered, write_corpus
from tests.crashing import Nursery

pytestmark = [pytest.mark.slow, pytest.mark.no_cover]

MOMENTS = int(os.environ.get("ONNESHON_CRASHES", "8"))
EDITIONS = {"প্রথম": 20, "দ্বিতীয়": 400}
"""The edition that is live before and the one being built, with their numbers of articles."""


@pytest.fixture
def corpora(tmp_path: Path) -> list[Path]:
    """The corpus files of the two editions."""
    return [write_corpus(tmp_path / name, numbered(count, name)) for name, count in EDITIONS.items()]


@pytest.fixture
def directory(tmp_path: Path, corpora: list[Path]) -> Path:
    """An index of the first edition."""
    build([corpora[0]], tmp_path / "index")
    return tmp_path / "index"


@pytest.fixture
def nursery(directory: Path, corpora: list[Path]) -> Iterator[Nursery]:
    """The process in which the second edition is built."""
    nursery = Nursery("tests.crashing", directory, corpora[1])
    yield nursery
    nursery.close()


def edition_of(directory: Path) -> str:
    """The edition that is live, after a check of every byte and the number of articles."""
    with open_index(directory, verify=True) as reader:
        edition = reader.article("0").title.split()[0]
        assert reader.count == EDITIONS[edition]
        return edition


def test_killed_at_any_moment_the_index_answers_and_the_next_build_works(
    directory: Path, corpora: list[Path], nursery: Nursery
) -> None:
    """Builds are killed at random moments, from their start to after their end."""
    started = time.monotonic()
    nursery.start()
    assert not nursery.was_killed()
    whole = time.monotonic() - started
    chance = random.Random(1971)  # noqa: S311  # moments need not be secret
    killed = 0
    for _moment in range(MOMENTS):
        build([corpora[0]], directory, force=True)
        started = time.monotonic()
        child = nursery.start()
        time.sleep(chance.uniform(0, 1.1 * whole))
        os.kill(child, signal.SIGKILL)  # not reaped yet, so the process id is still its own
        if nursery.was_killed():
            killed += 1
        else:  # the build ended sooner than the measured one, on a machine that is busy with other things
            whole = min(whole, time.monotonic() - started)
        assert edition_of(directory) in EDITIONS
        assert current_holder(directory) is None
    assert killed > 0
    build([corpora[0]], directory, force=True)
    assert edition_of(directory) == "প্রথম"
    assert Generations(directory).abandoned() == []


@pytest.mark.parametrize("end", ["kill", "power"])
def test_ended_before_each_durable_step_the_old_index_is_live_until_the_last(
    directory: Path, corpora: list[Path], nursery: Nursery, end: str
) -> None:
    """Killed at each fsync and rename, or with all unsynced data lost: one whole edition is live."""
    seen = []
    for step in range(1, 50):
        nursery.start(step, end)
        if not nursery.was_killed():
            break
        seen.append(edition_of(directory))
        build([corpora[0]], directory, force=True)
    assert len(seen) >= 8
    assert seen == sorted(seen, key=list(EDITIONS).index)
    assert seen[0] == "প্রথম"
    assert edition_of(directory) == "দ্বিতীয়"


def test_a_first_build_that_is_killed_leaves_no_index(tmp_path: Path, corpora: list[Path]) -> None:
    """Where no index was, there is none after the kill, and the next build makes one."""
    directory = tmp_path / "new"
    nursery = Nursery("tests.crashing", directory, corpora[1])
    nursery.start(1)
    assert nursery.was_killed()
    nursery.close()
    assert Generations(directory).all() == []
    build([corpora[1]], directory)
    assert edition_of(directory) == "দ্বিতীয়"

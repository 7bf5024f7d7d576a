"""Updates killed with SIGKILL: what was committed is there, whole, and the next update works.

``ONNESHON_CRASHES=1000 pytest tests/index/upkeep/test_crash.py`` kills at so many moments.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from onneshon.index import build
from onneshon.index.storage.durable import current_holder
from onneshon.index.storage.generations import Generations
from onneshon.index.upkeep.deep_check import check_deeply
from tests.updating import ARTICLES, commit, edition, edition_of

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("untraced")]

MOMENTS = int(os.environ.get("ONNESHON_CRASHES", "20"))
LONGEST = 0.5
"""Seconds before a kill, at most: several commits, a merge among them."""


class Nursery:
    """Updates an index in processes that can be killed."""

    def __init__(self, directory: Path) -> None:
        self._acknowledged = directory.with_name("acknowledged")
        self._acknowledged.write_text("0")
        command = [sys.executable, "-m", "tests.updating", str(directory), str(self._acknowledged)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def start(self, steps: int = 0, end: str = "kill") -> int:
        """Start updates that die before a durable step, 0 for none; their process id."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{steps} {end}\n")
        self.process.stdin.flush()
        return int(self._answer())

    def was_killed(self) -> bool:
        """Wait for the updates to end, and say how."""
        return self._answer() == "killed"

    def acknowledged(self) -> int:
        """The last edition that was committed as far as its writer was told."""
        text = self._acknowledged.read_text()
        return int(text) if text else 0  # killed between emptying the file and writing it

    def _answer(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def close(self) -> None:
        """End the process."""
        self.process.communicate()


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """An index of edition 0."""
    build(edition(0), tmp_path / "index")
    assert edition_of(tmp_path / "index") == 0
    return tmp_path / "index"


@pytest.fixture
def nursery(directory: Path) -> Iterator[Nursery]:
    """Where it is updated."""
    nursery = Nursery(directory)
    yield nursery
    nursery.close()


def test_killed_at_any_moment_nothing_that_was_committed_is_lost(directory: Path, nursery: Nursery) -> None:
    """Whole editions only, none older than the last that was acknowledged; updates go on from there."""
    chance = random.Random(1971)  # noqa: S311  # moments need not be secret
    killed = 0
    for _moment in range(MOMENTS):
        child = nursery.start()
        time.sleep(chance.uniform(0, LONGEST))
        os.kill(child, signal.SIGKILL)  # not reaped yet, so the number is its own
        killed += nursery.was_killed()
        assert edition_of(directory) >= nursery.acknowledged()
        assert current_holder(directory) is None
    assert killed > MOMENTS / 2
    reached = edition_of(directory)
    assert reached > 0
    commit(directory, reached + 1)
    assert edition_of(directory) == reached + 1
    assert check_deeply(directory).articles >= ARTICLES
    assert Generations(directory).abandoned() == []


@pytest.mark.parametrize("end", ["kill", "power", "torn"])
def test_ended_before_each_durable_step_the_old_edition_is_live_until_the_last(
    directory: Path, nursery: Nursery, end: str
) -> None:
    """Killed, or robbed of what was not synced, at each step of two commits: one whole edition is live."""
    for step in range(1, 1_000):
        before = edition_of(directory)
        nursery.start(step, end)
        assert nursery.was_killed()
        reached = edition_of(directory)
        assert reached >= max(before, nursery.acknowledged())
        if reached >= before + 2:
            assert step > 10
            break
    else:
        pytest.fail("never were two editions committed")

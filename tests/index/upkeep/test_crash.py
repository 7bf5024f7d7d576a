"""Updates killed with SIGKILL: what was committed is there, whole, and the next update works.

``ONNESHON_CRASHES=1000 pytest tests/index/upkeep/test_crash.py`` kills at 1000 moments.
"""

import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from onneshon.index import build
from onneshon.index.storage.durable import current_holder
from onneshon.index.storage.generations import Generations
from onneshon.index.upkeep.deep_check import check_deeply
from tests.crashing import Nursery
from tests.updating import ARTICLES, commit, edition, edition_of

pytestmark = [pytest.mark.slow, pytest.mark.no_cover]

MOMENTS = int(os.environ.get("ONNESHON_CRASHES", "8"))
LONGEST = 0.5
"""Maximum number of seconds before a kill: several commits, a merge among them."""
PAST_A_COMMIT = 40
"""Number of durable steps: those of a commit, and some of the next."""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """An index of edition 0."""
    build(edition(0), tmp_path / "index")
    assert edition_of(tmp_path / "index") == 0
    return tmp_path / "index"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """The file with the number of the last committed edition."""
    log = tmp_path / "acknowledged"
    log.write_text("0")
    return log


@pytest.fixture
def nursery(directory: Path, log: Path) -> Iterator[Nursery]:
    """The process in which the index is updated."""
    nursery = Nursery("tests.updating", directory, log)
    yield nursery
    nursery.close()


def acknowledged(log: Path) -> int:
    """The last edition whose commit returned in the writer's process."""
    text = log.read_text()
    return int(text) if text else 0  # killed between emptying the file and writing it


def test_killed_at_any_moment_nothing_that_was_committed_is_lost(
    directory: Path, log: Path, nursery: Nursery
) -> None:
    """One whole edition is live, no older than the last acknowledged, and later updates continue from it."""
    chance = random.Random(1971)  # noqa: S311  # moments need not be secret
    nursery.start(PAST_A_COMMIT)  # however slow the machine, something was committed
    assert nursery.was_killed()
    assert acknowledged(log) > 0
    killed = 0
    for _moment in range(MOMENTS):
        child = nursery.start()
        time.sleep(chance.uniform(0, LONGEST))
        os.kill(child, signal.SIGKILL)  # not reaped yet, so the process id is still its own
        killed += nursery.was_killed()
        assert edition_of(directory) >= acknowledged(log)
        assert current_holder(directory) is None
    assert killed > MOMENTS / 2
    reached = edition_of(directory)
    commit(directory, reached + 1)
    assert edition_of(directory) == reached + 1
    assert check_deeply(directory).articles >= ARTICLES
    assert Generations(directory).abandoned() == []


@pytest.mark.parametrize("end", ["kill", "power", "torn"])
def test_ended_before_each_durable_step_the_old_edition_is_live_until_the_last(
    directory: Path, log: Path, nursery: Nursery, end: str
) -> None:
    """Killed, or with unsynced data lost, at each step of two commits: one whole edition is live."""
    for step in range(1, 1_000):
        before = edition_of(directory)
        nursery.start(step, end)
        assert nursery.was_killed()
        reached = edition_of(directory)
        assert reached >= max(before, acknowledged(log))
        if reached >= before + 2:
            assert step > 10
            break
    else:
        pytest.fail("never were two editions committed")

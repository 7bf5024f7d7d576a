"""Power that is cut at any moment, and a disk that has whatever it may have: nothing promised is lost.

``python -m benchmarks.reliability.crashes`` tries all moments and many more disks.
"""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from onneshon.index.storage.durable import make_folder, replace_file
from tests.crashes.recording import Recorder, Synced, Written
from tests.crashes.states import CrashState, crash_states, sample_states, write_state
from tests.crashes.workloads import WORKLOADS, recorded

STATES = 6
"""Disks of each workload."""

SEED = int(os.environ.get("ONNESHON_SEED", "1952"))


@pytest.mark.no_cover  # many tries of lines that other tests cover
@pytest.mark.parametrize("name", WORKLOADS)
def test_what_was_acknowledged_outlives_the_power(tmp_path: Path, name: str) -> None:
    """Of some disks that there may be: each opens, has what somebody relied on, and can be written to."""
    workload = WORKLOADS[name]
    recorder = recorded(workload, tmp_path / "before")
    for number, state in enumerate(sample_states(recorder, STATES, random.Random(SEED))):  # noqa: S311  # no secret
        after = tmp_path / str(number)
        write_state(state, after)
        try:
            workload.check(after, state.acknowledged)
        except Exception as error:
            error.add_note(f"after event {state.begun} of {name}, with {state.how}")
            raise


@pytest.mark.parametrize("name", ["restore", "pull"])
def test_what_came_into_a_new_folder_stays_there(tmp_path: Path, name: str) -> None:
    """With the folder, and with the one above it that was made for it."""
    recorder = recorded(WORKLOADS[name], tmp_path / "before")
    done = [state for state in states_of(recorder, 20) if state.acknowledged]
    assert done
    assert all("new/index/CURRENT" in dict(state.files()) for state in done)


def states_of(recorder: Recorder, draws: int) -> Iterator[CrashState]:
    """What the disk may be meanwhile."""
    return crash_states(recorder, draws=draws, chance=random.Random(1))  # noqa: S311  # no secret


def disks_of(recorder: Recorder) -> list[dict[str, bytes | None]]:
    """What the disk may hold meanwhile."""
    return [dict(state.files()) for state in states_of(recorder, 200)]


def test_what_is_not_synced_may_be_there_in_part_or_not(tmp_path: Path) -> None:
    """Neither a name nor a content comes by itself; a whole one, a part, zeros, and none at all."""
    recorder = Recorder(tmp_path)
    with recorder.watching():
        (tmp_path / "a").write_bytes(b"abcd")
    found = {disk.get("a") for disk in disks_of(recorder)}
    assert found >= {None, b"", b"a", b"abcd", bytes(4)}


def test_a_synced_file_may_have_no_name_and_a_renamed_one_no_content(tmp_path: Path) -> None:
    """Each needs a sync of its own, and a rename is there or is not."""
    (tmp_path / "a").write_bytes(b"old")
    recorder = Recorder(tmp_path)
    with recorder.watching():
        (tmp_path / "b").write_bytes(b"new")
        (tmp_path / "b").replace(tmp_path / "a")
    found = {(disk.get("a"), disk.get("b")) for disk in disks_of(recorder)}
    assert found >= {(b"old", None), (b"new", None), (b"", None)}
    assert all(content is not None for content, _ in found), "the name that was there is gone"


def test_what_was_synced_stays(tmp_path: Path) -> None:
    """With its name, once its folder was."""
    recorder = Recorder(tmp_path)
    with recorder.watching():
        with (tmp_path / "a").open("wb") as stream:
            stream.write(b"abcd")
            stream.flush()
            os.fsync(stream.fileno())
        folder = os.open(tmp_path, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
    assert {type(event) for event in recorder.events} >= {Synced, Written}
    last = Recorder(tmp_path)
    with last.watching():
        (tmp_path / "b").touch()
    assert {disk["a"] for disk in disks_of(last)} == {b"abcd"}


def test_a_folder_is_made_to_last_with_those_above_it(tmp_path: Path) -> None:
    """Else what was synced in it would be gone with its name."""
    recorder = Recorder(tmp_path)
    with recorder.watching():
        make_folder(tmp_path / "a" / "b")
        recorder.acknowledge("made")
        replace_file(tmp_path / "a" / "b" / "c", b"content")
        recorder.acknowledge("written")
    states = [*states_of(recorder, 20)]
    assert all("a/b" in dict(state.files()) for state in states if state.acknowledged)
    assert all(dict(state.files())["a/b/c"] == b"content" for state in states if len(state.acknowledged) == 2)

"""Measures what survives a power cut at any moment: opens and checks every state that a disk may have then.

    python -m benchmarks.reliability.crashes [--workload NAME...] [--draws 3] [--seed 1] [--minutes M]

Records the file operations of building, updating, merging, snapshots, restoring, the journal and publishing,
and makes after each call every possible disk: with only what was fsynced, with all, with names and no
contents, without each one name, and some by lot, torn. Each distinct disk is opened, compared with what was
acknowledged, checked deeply, and written to. With ``--minutes`` disks are drawn at random for that time. With
``TMPDIR=/dev/shm``, in memory, no real disk is waited for.
"""

import argparse
import logging
import random
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.crashes.recording import Recorder
from tests.crashes.states import CrashState, crash_states, sample_states, write_state
from tests.crashes.workloads import WORKLOADS, Workload, recorded

__all__ = ["faults_of", "main"]

AT_ONCE = 25
"""The number of disks drawn with one seed."""


def drawn(recorder: Recorder, seed: int, seconds: float) -> Iterator[CrashState]:
    """Disks drawn at random for the given seconds."""
    end = time.monotonic() + seconds
    for number in count(seed):
        for state in sample_states(recorder, AT_ONCE, random.Random(number)):  # noqa: S311  # no secret
            if time.monotonic() > end:
                return
            yield state


def faults_of(workload: Workload, states: Iterator[CrashState], folder: Path) -> tuple[int, Counter[str]]:
    """The number of distinct disks tried, and the number of disks with each fault."""
    tried, faults = set[int](), Counter[str]()
    for state in states:
        if state.key in tried:
            continue
        tried.add(state.key)
        write_state(state, folder)
        try:
            workload.check(folder, state.acknowledged)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is a fault
            told = f"{type(error).__name__}: {str(error)[:100]}"
            if told not in faults:
                print(f"    after event {state.begun}, {state.how}: {told}")
            faults[told] += 1
        shutil.rmtree(folder)
    return len(tried), faults


def main() -> None:
    """Try the disks, and print the number of faulty ones."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workload", nargs="*", choices=[*WORKLOADS], default=[*WORKLOADS])
    parser.add_argument("--draws", type=int, default=3, help="disks by lot after each call")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, help="draw disks for so long instead")
    given = parser.parse_args()
    logging.disable(logging.CRITICAL)
    wrong = 0
    for name in given.workload:
        with TemporaryDirectory() as folder:
            recorder = recorded(WORKLOADS[name], Path(folder, "before"))
            if given.minutes:
                states = drawn(recorder, given.seed, given.minutes * 60 / len(given.workload))
            else:
                chance = random.Random(given.seed)  # noqa: S311  # no secret
                states = crash_states(recorder, draws=given.draws, chance=chance)
            tried, faults = faults_of(WORKLOADS[name], states, Path(folder, "after"))
        wrong += faults.total()
        print(
            f"{name:12}{len(recorder.events):7,} events{tried:9,} disks{faults.total():7,} wrong", flush=True
        )
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()

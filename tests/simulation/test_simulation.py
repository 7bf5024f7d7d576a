"""Servers, the writer, clients, clock and disk by a seed: what a client was told stays true.

``python -m benchmarks.reliability.simulation`` tries thousands of seeds a minute.
"""

import os
from pathlib import Path

import pytest

from tests.simulation.mends import BY_CLOCK, WITHOUT, without
from tests.simulation.world import BrokenPromiseError, live_through

FIRST = int(os.environ.get("ONNESHON_SEED", "0"))
SEEDS = range(FIRST, FIRST + 60)


@pytest.mark.no_cover  # many tries of lines that other tests cover
def test_what_clients_are_told_is_so(tmp_path: Path) -> None:
    """Visible articles are found by every server, lost ones are told of, requests are whole."""
    for seed in SEEDS:
        live_through(seed, tmp_path)


def broken(seed: int, folder: Path, *, by_clock: bool) -> BrokenPromiseError | None:
    """The promise that is broken in a world, if one is."""
    try:
        live_through(seed, folder, by_clock=by_clock)
    except BrokenPromiseError as error:
        return error
    return None


@pytest.mark.no_cover  # many tries of lines that other tests cover
@pytest.mark.parametrize("mend", WITHOUT, ids=[name.replace(" ", "-") for name in WITHOUT])
def test_without_a_mend_some_seed_finds_what_it_was_for(tmp_path: Path, mend: str) -> None:
    """Else the simulation would not see what it is for; the same seed finds the same again."""
    by_clock = mend == BY_CLOCK
    with without(mend):
        found = next(filter(None, (broken(seed, tmp_path, by_clock=by_clock) for seed in range(60))))
        assert found.__notes__[0].startswith("seed ")
        seed = int(found.__notes__[0].removeprefix("seed ").partition(":")[0])
        again = broken(seed, tmp_path, by_clock=by_clock)
    assert (str(again), again.__notes__ if again else []) == (str(found), found.__notes__)

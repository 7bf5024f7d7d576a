"""Simulates publishing by a seed: servers, the writer, clients, clock and disk, thousands of seeds a minute.

    python -m benchmarks.reliability.simulation [--seeds 10000] [--first 0] [--without MEND]

Prints each seed in which something reported to a client does not hold, with the events there, and the number
of such seeds. ``--without`` first takes a repair out of the product, to see that its absence is noticed.
"""

import argparse
import logging
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.simulation.mends import BY_CLOCK, WITHOUT, without
from tests.simulation.world import live_through

__all__ = ["main", "wrong_in"]


def wrong_in(seeds: range, folder: Path, mend: str) -> int:
    """The number of these seeds in which something is wrong; each is printed."""
    wrong = 0
    for seed in seeds:
        try:
            live_through(seed, folder, by_clock=mend == BY_CLOCK)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is wrong
            wrong += 1
            print(f"{type(error).__name__}: {error}", *error.__notes__, sep="\n    ")
    return wrong


def main() -> None:
    """Simulate all seeds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--without", choices=[*WITHOUT], default="")
    given = parser.parse_args()
    logging.disable(logging.CRITICAL)
    begun = time.monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        if given.without:
            stack.enter_context(without(given.without))
        wrong = wrong_in(range(given.first, given.first + given.seeds), folder, given.without)
    minutes = (time.monotonic() - begun) / 60
    print(f"{given.seeds:,} seeds, {wrong:,} wrong, {given.seeds / minutes:,.0f} a minute")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()

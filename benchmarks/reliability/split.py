"""Measures how kept-alive connections spread over several processes, and the requests a second.

    python -m benchmarks.reliability.split INDEX --query নদী

Starts ``onneshon serve --processes`` again for each run, opens some connections, each of which sends one
search after another for a while, and reads from /proc which process has which connection.
"""

import argparse
import re
import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from benchmarks.reliability.starvation import Asked, ask, served

__all__ = ["children", "connections"]

_ESTABLISHED = "01"


def children(pid: int) -> list[int]:
    """The child processes of a process."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]


def connections(pids: Iterable[int], port: int) -> list[int]:
    """The number of connections to a port of this machine that each process has."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]]
    ours = {row[9] for row in rows if row[1].endswith(f":{port:04X}") and row[3] == _ESTABLISHED}
    return [sum(inode in ours for inode in _sockets(pid)) for pid in pids]


def _sockets(pid: int) -> Iterable[str]:
    for link in Path(f"/proc/{pid}/fd").iterdir():
        if found := re.fullmatch(r"socket:\[(\d+)\]", str(link.readlink())):
            yield found[1]


def _listens(pid: int) -> bool:
    """Whether a process has its answering thread, which it starts last."""
    return len([*Path(f"/proc/{pid}/task").iterdir()]) > 1


def split(options: argparse.Namespace) -> tuple[list[int], float]:
    """The number of connections of each process in one run, and requests a second."""
    with served(options.directory, "--processes", str(options.processes)) as (port, keeper):
        while sum(map(_listens, children(keeper))) < options.processes:
            time.sleep(0.05)
        time.sleep(2)
        until = time.monotonic() + options.seconds
        asked = [Asked() for _ in range(options.connections)]
        threads = [
            threading.Thread(target=ask, args=(port, iter(lambda: options.query, None), until, client))
            for client in asked
        ]
        for thread in threads:
            thread.start()
        time.sleep(options.seconds / 2)
        fell = sorted(connections(children(keeper), port))
        for thread in threads:
            thread.join()
    return fell, sum(len(client.seconds) for client in asked) / options.seconds


def main() -> None:
    """Read the command line, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("directory", type=Path, metavar="INDEX")
    parser.add_argument("--query", default="নদী")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each run")
    options = parser.parse_args()
    runs = [split(options) for _ in range(options.runs)]
    for fell, count in sorted(Counter(":".join(map(str, fell)) for fell, _ in runs).items()):
        print(f"{fell:10} {count:3} of {options.runs} runs")
    rates = sorted(rate for _, rate in runs)
    print(f"requests/s: {rates[0]:.0f} to {rates[-1]:.0f}, median {statistics.median(rates):.0f}")


if __name__ == "__main__":
    main()

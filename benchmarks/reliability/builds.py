"""Measures what a build on a cluster reports and loses when a node is lost during it, and comes back.

    python -m benchmarks.reliability.builds FILE ... [--seconds 25] [--heap 512] [--told 5]

Starts three nodes and builds an index of three shards, without replicas as builds are, from files of some
thousand articles. Once a part of them is written, a node that is not the cluster manager is killed, and
restarted after some seconds. Prints the time until the build reported that it waits, its time in all, and the
number of articles. Fails where the report came later than ``--told`` seconds, or the build did not end well,
or articles are missing.
"""

import argparse
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import IO, Final

from onneshon.index import read_articles
from onneshon.opensearch.connection.address import Address
from onneshon.opensearch.connection.client import Cluster
from tests.cluster.java import missing
from tests.cluster.running import LocalCluster, running_cluster

NAME: Final = "built"
WRITTEN: Final = 2_000
"""The number of articles that are written before the node is lost."""

LONGEST: Final = 900.0
"""The greatest number of seconds until the articles are written, and then until the build ends."""


class Build:
    """A running build, with its messages and their times.

    Args:
        address: the address of the index.
        files: files of articles.
    """

    def __init__(self, address: str, files: list[Path]) -> None:
        program = [sys.executable, "-c", "from onneshon.index.commands.main import main; main()"]
        options = ["--index", address, "--shards", "3"]
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [*program, "index", "build", *map(str, files), *options],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        )
        self.said: list[tuple[float, str]] = []
        self._listens = Thread(target=self._listen, args=(self.process.stderr,))
        self._listens.start()

    def _listen(self, errors: IO[str]) -> None:
        for line in errors:
            self.said.append((time.monotonic(), line.strip()))

    def ended(self) -> int:
        """Wait for the end of the build; return its exit code."""
        code = self.process.wait(LONGEST)
        self._listens.join()
        return code


def written(cluster: Cluster) -> int:
    """The number of articles that the build has written so far."""
    stats = cluster.client.indices.stats(index=f"{NAME}-*", metric="indexing")
    return int(stats["_all"]["primaries"].get("indexing", {}).get("index_total", 0))


def lost(nodes: LocalCluster, seconds: float) -> float:
    """Kill a node and restart it; return the time of the kill."""
    node = nodes.manager() % 3 + 1
    nodes.kill(node)
    when = time.monotonic()
    time.sleep(seconds)
    nodes.start(node)
    return when


def measure(nodes: LocalCluster, given: argparse.Namespace) -> bool:
    """Print the outcome of the build; return whether it went well."""
    address = nodes.address(NAME)
    expected = sum(1 for _ in read_articles(given.files))
    with closing(Cluster(Address.parse(address))) as cluster:
        build = Build(address, given.files)
        while written(cluster) < WRITTEN and build.process.poll() is None:
            if time.monotonic() - build.began > LONGEST:
                sys.exit("the build writes nothing")
            time.sleep(0.1)
        when = lost(nodes, given.seconds)
        code = build.ended()
        took = time.monotonic() - build.began
        there = cluster.client.count(index=NAME)["count"] if code == 0 else 0
    told = min((at - when for at, line in build.said if at > when and "waiting" in line), default=None)
    for at, line in build.said:
        print(f"  {at - when:+.1f} s  {line}")
    said = "never" if told is None else f"after {told:.1f} s"
    print(f"told {said}; ended with {code} after {took:.0f} s; {there:,} of {expected:,} articles")
    return told is not None and told <= given.told and code == 0 and there == expected


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--seconds", type=float, default=25.0)
    parser.add_argument("--heap", type=int, default=512, help="megabytes of each node")
    parser.add_argument("--told", type=float, default=5.0, help="seconds until it must be told")
    given = parser.parse_args()
    if lacking := missing():
        sys.exit(f"no cluster: {lacking}")
    with TemporaryDirectory() as folder, running_cluster(Path(folder), 3, given.heap) as nodes:
        if not measure(nodes, given):
            sys.exit("the build did not go on as it should")


if __name__ == "__main__":
    main()

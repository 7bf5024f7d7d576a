"""Measures what readers of ``onneshon serve`` notice when a node hangs, which is worse than when it dies.

    python -m benchmarks.reliability.nodes [FILE ...] [--seconds 20 70] [--readers 8] [--heap 512]

Starts three nodes, builds an index of three shards with a replica each from files of articles (by default the
sample), and serves it. Readers search for headlines, one after another, while a node is stopped as by
``kill -STOP``: it accepts connections and answers nothing. For each number of seconds this is first a node
that is not the cluster manager, then the manager. Prints the outcomes of the searches. Fails where a search
had no answer, or took longer than ``--longest`` seconds.
"""

import argparse
import http.client
import json
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import IO, Final
from urllib.parse import quote

import numpy as np

from onneshon.index import read_articles
from onneshon.opensearch.connection.address import Address
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.writing.build import Layout, build_on_cluster
from tests.cluster.java import missing
from tests.cluster.running import LocalCluster, running_cluster

SAMPLE: Final = Path(__file__).parents[2] / "sample" / "articles.jsonl"

PATIENCE: Final = 60.0
"""The seconds after which a reader gives up."""

AROUND: Final = 5.0
"""The seconds of searching before and after a fault."""


@dataclass(slots=True)
class Seen:
    """The readers' view of the searches.

    Attributes:
        times: the seconds of each search.
        failed: errors of the searches that failed.
        partial: the number of answers marked as partial.
    """

    times: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    partial: int = 0


def ask(port: int, query: str, seen: Seen) -> None:
    """Request one page."""
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", f"/api/v1/search?q={quote(query)}")
        answer = connection.getresponse()
        page = json.loads(answer.read())
        if answer.status != http.client.OK:
            seen.failed.append(f"{answer.status} {page.get('error')}")
        seen.partial += bool(page.get("partial"))
    except (OSError, ValueError, http.client.HTTPException) as error:
        seen.failed.append(f"{type(error).__name__}: {error}")
    finally:
        connection.close()
    seen.times.append(time.monotonic() - began)


def queries(titles: Sequence[str], seed: int) -> Iterator[str]:
    """Headlines, whole and in part, so that most are new queries."""
    chance = Random(seed)  # noqa: S311  # no secret
    while True:
        words = chance.choice(titles).split()
        yield " ".join(chance.sample(words, min(len(words), chance.randint(2, 9))))


@contextmanager
def loaded(port: int, titles: Sequence[str], readers: int, pause: float) -> Iterator[Seen]:
    """What readers see that search as long as the block lasts."""
    seen, done = Seen(), threading.Event()

    def read(number: int) -> None:
        for query in queries(titles, number):
            if done.wait(pause):
                return
            ask(port, query, seen)

    threads = [threading.Thread(target=read, args=(number,)) for number in range(readers)]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        done.set()
        for thread in threads:
            thread.join()


def stopped(nodes: LocalCluster, node: int, seconds: float) -> None:
    """Stop a node for ``seconds``, with a pause before and after; node 0 stands for none."""
    time.sleep(AROUND)
    if node:
        nodes.signal(node, signal.SIGSTOP)
    try:
        time.sleep(seconds)
    finally:
        if node:
            nodes.signal(node, signal.SIGCONT)
    time.sleep(AROUND)


@contextmanager
def served(address: str, log: IO[str]) -> Iterator[int]:
    """Serve an index; yield the port."""
    program = [sys.executable, "-c", "from onneshon.index.commands.main import main; main()"]
    command = [*program, "serve", "--index", address, "--port", "0"]
    with subprocess.Popen(command, stderr=log, stdout=subprocess.DEVNULL) as process:
        try:
            while (found := re.search(r"http://[^ ]*:(\d+)/", Path(log.name).read_text("utf-8"))) is None:
                time.sleep(0.1)
            yield int(found[1])
        finally:
            process.terminate()


HEAD: Final = (
    "| stopped | seconds | searches | failed | partial | p50 ms | p95 ms | slowest s |\n"
    "|---|---|---|---|---|---|---|---|"
)


def row(what: str, seconds: float, seen: Seen) -> str:
    """A line of the table."""
    p50, p95, slowest = np.percentile(seen.times, [50, 95, 100])
    figures = f"{len(seen.times):,} | {len(seen.failed)} | {seen.partial}"
    return f"| {what} | {seconds:.0f} | {figures} | {p50 * 1e3:.0f} | {p95 * 1e3:.0f} | {slowest:.2f} |"


def measure(nodes: LocalCluster, address: Address, given: argparse.Namespace) -> bool:
    """Print a line for each fault; return whether readers had all answers in time."""
    with closing(Cluster(address)) as cluster:
        build_on_cluster(given.files, cluster, layout=Layout(3, 1))
    titles = [article.title for article in read_articles(given.files) if len(article.title.split()) > 1]
    good = True
    with Path(given.log).open("w+", encoding="utf-8") as log, served(str(address), log) as port:
        warm = Seen()
        for _, query in zip(range(50), queries(titles, 1_000), strict=False):
            ask(port, query, warm)
        print(HEAD)
        for seconds, what in given.faults:
            manager = nodes.manager()
            node = {"none": 0, "another node": manager % 3 + 1, "the cluster manager": manager}[what]
            with loaded(port, titles, given.readers, given.pause) as seen:
                stopped(nodes, node, seconds)
            nodes.wait()
            print(row(what, seconds, seen), flush=True)
            for said in dict.fromkeys(seen.failed):
                print(f"  {seen.failed.count(said)} x {said}", flush=True)
            good &= not seen.failed and max(seen.times) <= given.longest
    return good


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", type=Path, nargs="*", default=[SAMPLE])
    parser.add_argument("--seconds", type=float, nargs="+", default=[20.0, 70.0])
    parser.add_argument("--readers", type=int, default=8)
    parser.add_argument(
        "--pause", type=float, default=0.0, help="seconds of each reader between two searches"
    )
    parser.add_argument("--heap", type=int, default=512, help="megabytes of each node")
    parser.add_argument("--longest", type=float, default=3.0, help="seconds that a search may take")
    parser.add_argument("--log", default="", help="file for what the server says")
    given = parser.parse_args()
    given.faults = [(10.0, "none"), *product(given.seconds, ("another node", "the cluster manager"))]
    if lacking := missing():
        sys.exit(f"no cluster: {lacking}")
    with TemporaryDirectory() as folder, running_cluster(Path(folder), 3, given.heap) as nodes:
        given.log = given.log or f"{folder}/server.log"
        if not measure(nodes, Address.parse(nodes.address("frozen")), given):
            sys.exit("searches failed or took too long")


if __name__ == "__main__":
    main()

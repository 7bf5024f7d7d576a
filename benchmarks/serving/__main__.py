"""Measures requests a second of ``onneshon serve`` and of one node of OpenSearch, in turn on this machine.

    python -m benchmarks.serving --data FOLDER [--articles 100000] [--rounds 5] [--seconds 8]

FOLDER has ``corpora`` and ``queries``. Both have the same articles, with days, sections, authors and
addresses; OpenSearch analyses them with its ``bengali`` analyzer and answers with ten hits and highlights.
Each request has a pair of words that comes once only. Needs wrk, Java and Maven, and an otherwise idle
machine. Prints for 1, 8 and 64 clients the median of the rounds: requests a second, p50, p99 and errors of
the API, the page and OpenSearch, milliseconds of a core that ours took for a request, and the ratios.
"""

import argparse
import datetime as dt
import itertools
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np

from benchmarks.opensearch.articles import newspaper
from benchmarks.opensearch.building import PEER, build_peer
from benchmarks.opensearch.classes import read_lines
from benchmarks.opensearch.latency import peer_body
from benchmarks.reliability.split import children
from benchmarks.reliability.starvation import served
from benchmarks.serving.beside import api, page
from onneshon.index import Article, build
from onneshon.opensearch.connection.address import Address, Credentials
from onneshon.opensearch.connection.client import Cluster
from tests.cluster.java import missing
from tests.cluster.running import running_cluster

CLIENTS: Final = (1, 8, 64)
SEED: Final = 7
MOST: Final = 200_000
"""The greatest number of distinct requests, more than a run can send."""

SCRIPT: Final = """
local lines, at = {}, 0
for line in io.lines(os.getenv("REQUESTS")) do lines[#lines + 1] = line end
math.randomseed(os.time())
at = math.random(#lines)
function request()
  at = at % #lines + 1
  local method, path, body = lines[at]:match("^(%S+) (%S+) ?(.*)$")
  if body == "" then body = nil end
  return wrk.format(method, path, {["Content-Type"] = "application/json"}, body)
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format("\\nRESULT %d %d %d %d %d\\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), e.connect + e.read + e.write + e.status + e.timeout))
end
"""


@dataclass(frozen=True, slots=True)
class Run:
    """The figures of one run.

    Attributes:
        rate: requests a second.
        p50: the median in milliseconds.
        p99: the 99th percentile in milliseconds.
        errors: the number of failed requests.
        cpu: milliseconds of a core that our server took for a request.
    """

    rate: float
    p50: float
    p99: float
    errors: int
    cpu: float = 0.0


def with_fields(articles: Iterator[Article]) -> Iterator[Article]:
    """The articles with a day and an address each."""
    chance = random.Random(SEED)  # noqa: S311  # the same each time are the purpose
    for article in articles:
        day = dt.date(2005, 1, 1) + dt.timedelta(days=chance.randrange(7_300))
        yield replace(article, date=day, url=f"https://example.org/{article.id}")


def queries(data: Path) -> list[str]:
    """Queries of two words, from two headlines."""
    words = [line.split()[:2] for line in read_lines(data / "queries" / "headlines.txt")]
    pairs = list({f"{first[0]} {other[-1]}" for first, other in itertools.product(words[::7], words[::7])})
    random.Random(SEED).shuffle(pairs)  # noqa: S311  # as above
    return pairs[:MOST]


def _ticks(keeper: int) -> float:
    """The core-seconds of a server and its child processes."""
    stats = (Path(f"/proc/{pid}/stat").read_text("ascii") for pid in (keeper, *children(keeper)))
    return sum(sum(map(int, stat.rpartition(")")[2].split()[11:13])) for stat in stats) / os.sysconf(
        "SC_CLK_TCK"
    )


def run(port: int, requests: Path, clients: int, seconds: int, keeper: int = 0) -> Run:
    """Send requests for the given seconds."""
    before = _ticks(keeper) if keeper else 0.0
    script = requests.with_suffix(".lua")
    script.write_text(SCRIPT, "utf-8")
    command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "-s", str(script), f"http://127.0.0.1:{port}"]
    environment = os.environ | {"REQUESTS": str(requests)}
    out = subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout
    count, duration, p50, p99, errors = map(int, out.rpartition("RESULT ")[2].split())
    cpu = (_ticks(keeper) - before) / max(count, 1) * 1e3 if keeper else 0.0
    return Run(count / (duration / 1e6), p50 / 1e3, p99 / 1e3, errors, cpu)


def _median(runs: Sequence[Run]) -> Run:
    rows = [(part.rate, part.p50, part.p99, part.cpu) for part in runs]
    rate, p50, p99, cpu = np.median(rows, axis=0).tolist()
    return Run(rate, p50, p99, sum(part.errors for part in runs), cpu)


def table(runs: dict[str, list[Run]], clients: int) -> Iterator[str]:
    """The rows of the table for a number of clients."""
    peer = _median(runs["OpenSearch"])
    for name, several in runs.items():
        median = _median(several)
        yield (
            f"| {clients} | {name} | {median.rate:,.0f} | {median.rate / peer.rate:.2f} | {median.p50:.1f} | "
            f"{median.p99:.1f} | {median.errors} | {f'{median.cpu:.2f}' if median.cpu else ''} |"
        )


def measure(given: argparse.Namespace, folder: Path, peer_port: int) -> Iterator[str]:
    """Build our index, and measure all systems in turn."""
    build(with_fields(newspaper(given.data, given.articles)), folder / "index", max_bad="100%")
    texts = queries(given.data)
    body = [json.dumps(peer_body(text, texts=True)) for text in texts]
    lines = {
        "API": [f"GET {api(text)}" for text in texts],
        "page": [f"GET {page(text)}" for text in texts],
        "OpenSearch": [f"POST /{PEER}/_search {text}" for text in body],
    }
    for name, several in lines.items():
        (folder / name).write_text("\n".join(several), "utf-8")
    yield "| clients | | requests/s | ÷ OpenSearch | p50 ms | p99 ms | errors | core-ms a request |"
    yield "|---|---|---|---|---|---|---|---|"
    with served(folder / "index") as (port, keeper):
        for clients in CLIENTS:
            runs: dict[str, list[Run]] = {name: [] for name in lines}
            for turn in range(given.rounds + 1):
                for name in lines:
                    theirs = name == "OpenSearch"
                    part = run(
                        peer_port if theirs else port, folder / name, clients, given.seconds,
                        0 if theirs else keeper,
                    )  # fmt: skip
                    runs[name] += [part] * bool(turn)  # the first warms
            yield from table(runs, clients)


def main() -> None:
    """Start both, measure, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=8, help="of a run")
    parser.add_argument("--heap", type=int, default=2_000, help="megabytes of the node")
    given = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk is missing: apt-get install wrk")
    if lacking := missing():
        sys.exit(f"no cluster: {lacking}")
    with TemporaryDirectory() as name, running_cluster(Path(name), 1, given.heap) as node:
        address = Address.parse(node.address(PEER))
        with closing(Cluster(address, Credentials(), timeout=300)) as cluster:
            build_peer(cluster, with_fields(newspaper(given.data, given.articles)))
        for line in measure(given, Path(name), node.port):
            print(line, flush=True)


if __name__ == "__main__":
    main()

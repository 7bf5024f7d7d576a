"""Measures the waiting times of a reader of light queries while others send costly ones to the real server.

    python -m benchmarks.reliability.starvation INDEX QUERIES

Starts ``onneshon serve`` on a free port of the loopback interface. A reader searches for headlines from
QUERIES (a text file, one a line), first alone, then next to clients that send queries of one costly kind
without a pause. Words and prefixes of the costly queries are taken from QUERIES too. Each part ends after
``--seconds``.
"""

import argparse
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from urllib.parse import quote

MAX_CHARACTERS = 500
CONSONANTS, VOWELS = "bcdghjklmnprstkb", "aeiou"


def _joined(words: list[str]) -> str:
    """As many of the words as fit the longest query."""
    text = " ".join(words)
    return text if len(text) <= MAX_CHARACTERS else text[:MAX_CHARACTERS].rsplit(" ", 1)[0]


class Costly:
    """Makes queries of each costly kind.

    Args:
        words: the words to make queries of.
        seed: the seed of the choice.
    """

    def __init__(self, words: list[str], seed: int) -> None:
        self.words = words
        self.random = Random(seed)  # noqa: S311 - queries, no secret

    def many_words(self) -> str:
        """A query of 64 words."""
        return _joined(self.random.sample(self.words, 64))

    def prefixes(self) -> str:
        """A query of 128 prefixes of words, as far as they fit."""
        return _joined([f"{word[:3]}*" for word in self.random.sample(self.words, 128)])

    def latin(self) -> str:
        """A query of Latin letters that sound like words and are none."""
        return _joined(["".join(self._syllable() for _ in range(3)) for _ in range(72)])

    def _syllable(self) -> str:
        return self.random.choice(CONSONANTS) + self.random.choice(VOWELS)


@dataclass
class Asked:
    """The answers to a client: the seconds of each, the number by status, and the number of partial ones."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    partial: int = 0

    def percentile(self, part: float) -> float:
        """The milliseconds within which the given share of the answers came."""
        times = sorted(self.seconds)
        return 1000 * times[round(part * (len(times) - 1))] if times else float("nan")


def ask(port: int, queries: Iterator[str], until: float, asked: Asked) -> None:
    """Send one query after another on one connection until a moment of ``time.monotonic``."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    while time.monotonic() < until:
        path = "/api/v1/search?q=" + quote(next(queries))
        began = time.perf_counter()
        connection.request("GET", path)
        answer = connection.getresponse()
        content = json.loads(answer.read())
        asked.seconds.append(time.perf_counter() - began)
        asked.statuses[answer.status] += 1
        asked.partial += bool(content.get("partial"))
    connection.close()


@contextlib.contextmanager
def served(directory: Path, *options: str) -> Iterator[tuple[int, int]]:
    """Serve an index with the real server, ended as by Ctrl-C; yield its port and its process id."""
    command = [sys.executable, "-c", "from onneshon.index.commands.main import main; main()"]
    command += ["serve", "--index", str(directory), "--port", "0", *options]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as server:
        try:
            yield _port(server), server.pid
        finally:
            server.send_signal(signal.SIGINT)


def _port(server: subprocess.Popen[str]) -> int:
    """The port from the server's first output; the rest is read and dropped, so that it fills no pipe."""
    if server.stderr is None:
        raise TypeError(server)
    port = next(int(found[1]) for line in server.stderr if (found := re.search(r":(\d+)/", line)))
    threading.Thread(target=server.stderr.read, daemon=True).start()
    return port


def beside(
    port: int, light: Iterator[str], costly: list[Iterator[str]], seconds: float
) -> tuple[Asked, Asked]:
    """The answers to a reader, and those to the clients next to it together."""
    reader, others = Asked(), [Asked() for _ in costly]
    until = time.monotonic() + seconds
    threads = [
        threading.Thread(target=ask, args=(port, queries, until, asked))
        for queries, asked in zip(costly, others, strict=True)
    ]
    for thread in threads:
        thread.start()
    ask(port, light, until, reader)
    for thread in threads:
        thread.join()
    together = Asked([second for other in others for second in other.seconds])
    for other in others:
        together.statuses += other.statuses
        together.partial += other.partial
    return reader, together


def run(options: argparse.Namespace) -> None:
    """Measure and print."""
    queries = options.queries.read_text("utf-8").splitlines()
    words = list({word for text in queries for word in text.split() if len(word) > 3})
    light = iter(partial(Random(1).choice, queries), None)  # noqa: S311 - queries, no secret
    with served(options.directory) as (port, _):
        ask(port, light, time.monotonic() + options.seconds / 2, Asked())  # frequent queries are then cached
        alone, _ = beside(port, light, [], options.seconds)
        print(f"{'':14}{'reader p50':>11}{'p99':>7}{'x alone':>9}   others: p50, slowest, answers")
        print(f"{'alone':14}{alone.percentile(0.5):8.1f} ms{alone.percentile(0.99):7.0f}{1:9.1f}")
        for kind in ("many_words", "prefixes", "latin"):
            clients = [iter(getattr(Costly(words, seed), kind), None) for seed in range(options.clients)]
            reader, others = beside(port, light, clients, options.seconds)
            ratio = reader.percentile(0.5) / alone.percentile(0.5)
            statuses = ", ".join(f"{number} x {status}" for status, number in sorted(others.statuses.items()))
            print(
                f"{kind:14}{reader.percentile(0.5):8.1f} ms{reader.percentile(0.99):7.0f}{ratio:9.1f}"
                f"   {others.percentile(0.5):.0f} ms, {others.percentile(1):.0f} ms, {statuses},"
                f" {others.partial} partial; reader {dict(reader.statuses)}"
            )


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("directory", type=Path, metavar="INDEX")
    parser.add_argument("queries", type=Path, metavar="QUERIES")
    parser.add_argument("--clients", type=int, default=8, help="that ask costly queries")
    parser.add_argument("--seconds", type=float, default=12.0, help="of each part")
    run(parser.parse_args())


if __name__ == "__main__":
    main()

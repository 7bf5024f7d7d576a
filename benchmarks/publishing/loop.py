"""Measures how soon a published article is found under load, and whether a killed server loses any.

    python -m benchmarks.publishing.loop INDEX CORPUS... --queries QUERIES

Builds an index of ``--articles`` in INDEX, unless one of that size exists: of the CORPUS files first, then
of articles mixed from sentences of theirs. Starts ``onneshon serve --keys`` on it. ``--clients`` search for
headlines from QUERIES (a text file, one a line) without a pause. Meanwhile an article is published every
``--pause`` seconds; each has a word that no other has, and counts as visible when a search for that word
finds it. The server is killed (SIGKILL) ``--kills`` times at random moments between publications, and
restarted. At the end every acknowledged article is requested.
"""

import argparse
import contextlib
import datetime as dt
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

from onneshon.index import Article, build
from onneshon.index.ingest.corpus import Corpus
from onneshon.index.ingest.intake import Problems
from onneshon.index.storage.reader import open_index
from onneshon.search import OnneshonError
from onneshon.web.access.keys import add_key

CONSONANTS = "কখগঘচছজঝটঠডঢতথদধনপফবভমযরলশসহ"


def articles(paths: list[Path], count: int, random: Random) -> Iterator[Article]:
    """The first ``count`` articles of the files, then mixtures of their sentences."""
    kept: list[Article] = []
    given = 0
    for article in Corpus(paths, Problems()):
        if given == count:
            return
        given += 1
        if len(kept) < 20_000:
            kept.append(article)
        yield article
    for number in range(count - given):
        first, second = random.choice(kept), random.choice(kept)
        sentences = re.split(r"(?<=।)", first.body)[::2] + re.split(r"(?<=।)", second.body)[1::2]
        random.shuffle(sentences)
        yield replace(first, id=f"mixed-{number}", title=second.title, body="".join(sentences))


def prepare(index: Path, paths: list[Path], count: int) -> None:
    """Build an index of ``count`` articles unless there is one."""
    with contextlib.suppress(OnneshonError), open_index(index) as reader:
        if reader.count >= count:
            return
    began = time.perf_counter()
    random = Random(1)  # noqa: S311 - articles, no secret
    build(articles(paths, count, random), index, workers=os.cpu_count() or 1, max_bad="100%")
    print(f"built {count:,} articles in {time.perf_counter() - began:.0f} s", flush=True)


class Server:
    """``onneshon serve`` over an index, which may be killed and started again."""

    def __init__(self, index: Path, keys: Path) -> None:
        program = [sys.executable, "-c", "from onneshon.index.commands.main import main; main()"]
        self._command = [*program, "serve", "--index", str(index), "--port", "0", "--keys", str(keys)]
        self.port = 0
        self.start()

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        self.process = subprocess.Popen(self._command, stderr=subprocess.PIPE, text=True)
        log = self.process.stderr
        if log is None:
            raise RuntimeError("the server has no log")
        self.port = int(log.readline().split("127.0.0.1:")[1].split("/")[0])
        threading.Thread(target=log.read, daemon=True).start()
        while self.ask("GET", "/healthz")[0] != 200:
            time.sleep(0.1)

    def ask(self, method: str, path: str, body: bytes | None = None, key: str = "") -> tuple[int, Any]:
        """Send a request; return status and JSON of the answer."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, {"Authorization": f"Bearer {key}"} if key else {})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def kill(self) -> None:
        """Kill the server at once."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def rss(self) -> list[int]:
        """The memory of the server and of its writer in MB, without mapped files of the index."""
        pids = [self.process.pid, *(int(pid) for pid in self._children())]
        return [memory_of(pid, "RssAnon") for pid in pids]

    def _children(self) -> Iterator[str]:
        for thread in Path(f"/proc/{self.process.pid}/task").iterdir():
            yield from (thread / "children").read_text().split()


def memory_of(pid: int, kind: str) -> int:
    """The memory of a process in MB, of one kind of /proc's status."""
    found = re.search(rf"^{kind}:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    return int(found[1]) >> 10 if found else 0


@dataclass
class Readers:
    """Clients that search without a pause.

    Attributes:
        seconds: the time of each answer.
        failures: the errors of requests that failed while the server ran.
    """

    server: Server
    queries: list[str]
    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    expected: threading.Event = field(default_factory=threading.Event)
    ending: threading.Event = field(default_factory=threading.Event)

    def run(self, seed: int) -> None:
        """Search as one client until the end."""
        random = Random(seed)  # noqa: S311 - queries, no secret
        while not self.ending.is_set():
            began = time.perf_counter()
            path = "/api/v1/search?q=" + quote(random.choice(self.queries)[:500])
            try:
                status, _ = self.server.ask("GET", path)
            except (OSError, HTTPException, ValueError) as error:
                if not self.expected.is_set():
                    self.failures.append(repr(error))
                time.sleep(0.05)
                continue
            if status == 200:
                self.seconds.append(time.perf_counter() - began)
            elif not self.expected.is_set():
                self.failures.append(str(status))

    @contextlib.contextmanager
    def searching(self, clients: int) -> Iterator[None]:
        """Let ``clients`` clients search during the block."""
        threads = [threading.Thread(target=self.run, args=(seed,), daemon=True) for seed in range(clients)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.ending.set()
            for thread in threads:
                thread.join(60)


def percentile(values: list[float], share: float) -> float:
    """The value that the given percentage of the values does not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share / 100))]


def row(name: str, values: list[float], unit: float = 1.0, digits: int = 2) -> str:
    """A row of the table."""
    cells = [f"{percentile(values, share) * unit:.{digits}f}" for share in (50, 95, 99)]
    return f"| {name} | {len(values):,} | {' | '.join(cells)} | {max(values) * unit:.{digits}f} |"


def made_up_word(number: int) -> str:
    """A word that no text contains."""
    digits = []
    for _ in range(6):
        number, digit = divmod(number, len(CONSONANTS))
        digits.append(CONSONANTS[digit] + "ৃ")
    return "ঞৃ" + "".join(digits)


class Publisher:
    """Publishes one article after another and waits until each is found."""

    def __init__(self, server: Server, key: str, bodies: list[str]) -> None:
        self.server = server
        self.key = key
        self.bodies = bodies
        self.answered: list[float] = []
        self.visible: list[float] = []
        self.acknowledged: list[str] = []
        self.stamp = int(time.time()) % 100_000

    def publish(self, number: int) -> None:
        """Publish one article, and wait until a search finds it."""
        word = made_up_word(self.stamp * 10_000 + number)
        name = f"published-{self.stamp}-{number}"
        body = json.dumps({"title": f"{word} খবর", "body": self.bodies[number % len(self.bodies)]}).encode()
        began = time.perf_counter()
        self._put(name, body, wait=30)
        self.answered.append(time.perf_counter() - began)
        query = quote("=" + word)
        while not self.server.ask("GET", f"/api/v1/search?q={query}&literal=1")[1]["total"]:
            time.sleep(0.05)
        self.visible.append(time.perf_counter() - began)

    def publish_and_leave(self, number: int) -> None:
        """Publish one article, without waiting for it to be visible."""
        name = f"left-{self.stamp}-{number}"
        body = json.dumps({"title": f"ফেলে আসা খবর {number}"}).encode()
        self._put(name, body, wait=0)

    def _put(self, name: str, body: bytes, wait: int) -> None:
        path = f"/api/v1/articles/{name}?wait={wait}"
        status, answer = self.server.ask("PUT", path, body, self.key)
        if status not in {200, 202}:
            raise RuntimeError(f"{status}: {answer}")
        self.acknowledged.append(name)

    def lost(self) -> list[str]:
        """The acknowledged articles that are missing once the queue is empty."""
        while self.server.ask("GET", "/api/v1/publications", key=self.key)[1]["waiting_bytes"]:
            time.sleep(0.1)
        time.sleep(1.5)
        gone = (
            name for name in self.acknowledged if self.server.ask("GET", f"/api/v1/articles/{name}")[0] != 200
        )
        return list(gone)


def kill_in_between(server: Server, publisher: Publisher, readers: Readers, kills: int) -> None:
    """Kill the server at random moments, with articles just acknowledged, and restart it."""
    random = Random(7)  # noqa: S311 - moments, no secret
    readers.expected.set()
    for number in range(kills):
        for part in range(3):
            publisher.publish_and_leave(number * 3 + part)
        time.sleep(random.random() * 1.5)
        server.kill()
        server.start()
    readers.expected.clear()


def _and(numbers: list[int]) -> str:
    return " and ".join(str(number) for number in numbers)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("corpus", type=Path, nargs="+")
    parser.add_argument("--queries", type=Path, required=True)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--publications", type=int, default=100)
    parser.add_argument("--pause", type=float, default=1.0)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=20, help="for which clients search before the first")
    options = parser.parse_args()
    prepare(options.index, options.corpus, options.articles)
    queries = [line for line in options.queries.read_text("utf-8").splitlines() if line.strip()]
    bodies = [
        article.body for article, _ in zip(Corpus(options.corpus, Problems()), range(200), strict=False)
    ]
    with tempfile.TemporaryDirectory() as folder:
        keys = Path(folder) / "keys"
        key = add_key(keys, "benchmark", ["write"], dt.date.today())  # noqa: DTZ011 - of no matter here
        server = Server(options.index, keys)
        try:
            lines = measure(server, key, queries, bodies, options)
        finally:
            server.process.send_signal(signal.SIGTERM)
            server.process.wait(60)
    print("\n".join(lines))


def measure(
    server: Server, key: str, queries: list[str], bodies: list[str], options: argparse.Namespace
) -> list[str]:
    """Measure, and return the lines of the table."""
    readers = Readers(server, queries)
    publisher = Publisher(server, key, bodies)
    memory: list[list[int]] = []
    with readers.searching(options.clients):
        time.sleep(options.seconds)
        before, readers.seconds = readers.seconds, []
        for number in range(options.publications):
            publisher.publish(number)
            time.sleep(options.pause)
            memory.append(server.rss())
        during, readers.seconds = readers.seconds, []
        kill_in_between(server, publisher, readers, options.kills)
        lost = publisher.lost()
    articles_now = server.ask("GET", "/healthz")[1]["articles"]
    means = [f"{statistics.mean(kind) * 1000:.0f}" for kind in (before, during)]
    load = " ".join(f"{load_average:.1f}" for load_average in os.getloadavg())
    return [
        f"{articles_now:,} articles, {options.clients} clients searching without a pause, load {load}:",
        "",
        "| | count | p50 | p95 | p99 | most |",
        "|---|--:|--:|--:|--:|--:|",
        row("published until answered, s", publisher.answered),
        row("published until a search finds it, s", publisher.visible),
        row("a search before, ms", before, 1000, 0),
        row("a search meanwhile, ms", during, 1000, 0),
        "",
        f"Mean of both kinds of search: {' and '.join(means)} ms; failed: {len(readers.failures)}.",
        f"Memory but for what is mapped, server and writer: {_and(memory[0])} MB, then {_and(memory[-1])}.",
        f"Kills (SIGKILL) of the server: {options.kills}; answered for: {len(publisher.acknowledged):,}.",
        f"**Lost: {len(lost)}**.",
        "",
    ]


if __name__ == "__main__":
    main()

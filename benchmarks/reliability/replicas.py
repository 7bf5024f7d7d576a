"""Measures what readers of an object store serve while the writer, readers and the store fail.

    python -m benchmarks.reliability.replicas INDEX FOLDER [--readers 3] [--seconds 60]

A server that speaks S3 (moto) stores what a writer (``onneshon serve --keys --push``) publishes from a copy
of INDEX in FOLDER, an article a second; readers (``--from``) begin with nothing. Eight clients search them
without a pause, as behind a proxy: a failed connection is retried on the next reader. The parts, each of
``--seconds``: all well; the writer killed; a reader and the processes that pull killed; the store stopped;
the writer stopped (SIGSTOP) while a second one stands by, then continued. Afterwards each acknowledged
article is read from each reader, and every byte of their indexes is checked. At last an object is damaged,
and a further reader begins. Its second half needs permission to mount a small disk, and is left out without.
"""

import argparse
import contextlib
import datetime as dt
import itertools
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import quote

from onneshon.index.replication.objects import FILES, MANIFESTS, POINTER
from onneshon.index.replication.store import ObjectStore, open_store
from onneshon.index.storage.checking import check_index
from onneshon.web.access.keys import Scope, add_key
from onneshon.web.operations.replica import HEADER
from tests.s3 import BUCKET, s3_server

QUERIES = ["বাংলাদেশ", "ঢাকা বিশ্ববিদ্যালয়", "নদী ভাঙন", "ক্রিকেট দল", "নির্বাচন কমিশন", "পদ্মা সেতু"]
STORE = f"s3://{BUCKET}/bench"


class Server:
    """``onneshon serve`` in a process group of its own, restarted on the same port.

    Args:
        directory: the folder of its index.
        port: the port on 127.0.0.1.
        options: options of the command.
    """

    def __init__(self, directory: Path, port: int, *options: str) -> None:
        self.directory, self.port, self.options = directory, port, options
        self.start()

    def start(self) -> None:
        """Start or restart the server."""
        program = [sys.executable, "-c", "from onneshon.index.commands.main import main; main()", "serve"]
        where = ["--index", str(self.directory), "--port", str(self.port), *self.options]
        with self.directory.with_suffix(".log").open("ab") as log:
            self.process = subprocess.Popen([*program, *where], stderr=log, start_new_session=True)

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the server and its child processes."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def kill(self) -> None:
        """Kill the server and its children at once."""
        self.send(signal.SIGKILL)
        self.process.wait()

    def kept(self) -> list[int]:
        """The ids of the server's child processes."""
        told = subprocess.run(
            ["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True, check=False
        )
        return [int(pid) for pid in told.stdout.split()]

    def ask(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        """Send a request; return status and JSON of the answer."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=40)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers or {})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def await_ready(self, seconds: float = 120) -> float:
        """Wait until the server is ready; return the seconds that took."""
        begun = time.monotonic()
        while time.monotonic() - begun < seconds:
            with contextlib.suppress(OSError, HTTPException, ValueError):
                if self.ask("GET", "/readyz")[0] == 200:
                    return time.monotonic() - begun
            time.sleep(0.05)
        raise SystemExit(f"{self.directory} does not serve; its log is beside it")


@dataclass
class Searches:
    """Clients that search without a pause, each sent to the next reader where one does not answer.

    Attributes:
        readers: the readers that clients are sent to.
        answered: the number of searches answered so far.
        failed: descriptions of searches that no reader answered, or not with 200.
        retried: the number of times a client was sent to the next reader.
    """

    readers: Sequence[Server]
    answered: int = 0
    failed: list[str] = field(default_factory=list)
    retried: int = 0

    def run(self, clients: int, ending: threading.Event) -> list[threading.Thread]:
        """Start the clients."""
        threads = [threading.Thread(target=self._search, args=(n, ending)) for n in range(clients)]
        for thread in threads:
            thread.start()
        return threads

    def _search(self, number: int, ending: threading.Event) -> None:
        for turn in itertools.count(number):
            if ending.is_set():
                return
            query = quote(QUERIES[turn % len(QUERIES)])
            self._ask(f"/api/v1/search?q={query}", turn)

    def _ask(self, path: str, turn: int) -> None:
        said = "no reader answered"
        for attempt in range(len(self.readers)):
            reader = self.readers[(turn + attempt) % len(self.readers)]
            try:
                status, answer = reader.ask("GET", path)
            except (OSError, HTTPException, ValueError):
                self.retried += 1
                continue
            if status == 200:
                self.answered += 1
                return
            said = f"{status}: {answer.get('detail')}"
        self.failed.append(said)


@dataclass
class Publications:
    """Publishes an article a second, and measures when each reader has it.

    Attributes:
        writers: the writers to ask; the first that accepts an article takes it.
        readers: the readers that are to have it.
        key: the key of the requests.
        taken: the ids of all acknowledged articles.
        visible: the number of these that were reported as visible.
        lags: the seconds until each reader had each visible article.
    """

    writers: list[Server]
    readers: Sequence[Server]
    key: str
    taken: list[str] = field(default_factory=list)
    visible: int = 0
    lags: list[float] = field(default_factory=list)

    def run(self, seconds: float) -> None:
        """Publish for the given seconds."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            begun = time.monotonic()
            self.publish()
            time.sleep(max(0.0, 1 - (time.monotonic() - begun)))

    def publish(self) -> None:
        """Publish one article, and measure its lags in the background."""
        name = f"replica-{len(self.taken)}"
        record = {"title": f"প্রতিলিপি {name}", "body": "পদ্মা মেঘনা যমুনার তীরে মানুষের জীবন। " * 20}
        headers = {"Authorization": f"Bearer {self.key}"}
        for writer in self.writers:
            with contextlib.suppress(OSError, HTTPException, ValueError):
                status, told = writer.ask("PUT", f"/api/v1/articles/{name}?wait=5", record, headers)
                if status in {200, 202}:
                    self.taken.append(name)
                    if told["visible"]:
                        self.visible += 1
                        threading.Thread(target=self._measure, args=(name, told["generation"])).start()
                    return

    def _measure(self, name: str, generation: str) -> None:
        begun = time.monotonic()
        waiting = set(self.readers)
        while waiting and time.monotonic() - begun < 60:
            for reader in list(waiting):
                with contextlib.suppress(OSError, HTTPException, ValueError):
                    asked = reader.ask("GET", f"/api/v1/articles/{name}", headers={HEADER: generation})
                    if asked[0] == 200:
                        waiting.discard(reader)
                        self.lags.append(time.monotonic() - begun)
        self.lags.extend([60.0] * len(waiting))


def sizes(store: ObjectStore, folder: str) -> int:
    """The total bytes of the objects in a folder."""
    return sum(found.size for found in store.listed(folder))


def beat(store: ObjectStore) -> tuple[int, int]:
    """The number of times the pointer was written, and its bytes."""
    found = store.get(POINTER)
    return (json.loads(found.content)["beat"], len(found.content)) if found else (0, 0)


def line(what: str, value: object) -> None:
    """Print a line of the report."""
    print(f"{what:<66} {value}", flush=True)


@contextlib.contextmanager
def searched(readers: Sequence[Server], clients: int, what: str) -> Iterator[None]:
    """Search during the block; print the outcome."""
    searches, ending = Searches(readers), threading.Event()
    threads = searches.run(clients, ending)
    try:
        yield
    finally:
        ending.set()
        for thread in threads:
            thread.join()
    failed = f"{len(searches.failed)} failed {sorted(set(searches.failed))[:3] or ''}"
    line(f"{what}: searches", f"{searches.answered:,}, {failed}, {searches.retried} sent to another reader")


def lags(publications: Publications) -> str:
    """Format the quantiles of the measured lags, and clear them."""
    found, publications.lags = sorted(publications.lags), []
    if len(found) < 2:
        return "none"
    cuts = statistics.quantiles(found, n=20)
    return f"p50 {cuts[9]:.2f} s, p95 {cuts[18]:.2f} s, most {found[-1]:.2f} s ({len(found)})"


def await_all(publications: Publications, seconds: float = 180) -> int:
    """Wait until each reader has all acknowledged articles; return the number still missing."""
    wanted = {(name, reader) for name in publications.taken for reader in publications.readers}
    end = time.monotonic() + seconds
    while wanted and time.monotonic() < end:
        for name, reader in sorted(wanted, key=lambda pair: pair[0]):
            with contextlib.suppress(OSError, HTTPException, ValueError):
                if reader.ask("GET", f"/api/v1/articles/{name}")[0] == 200:
                    wanted.discard((name, reader))
    return len(wanted)


def main() -> None:
    """Start a store and run all parts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--readers", type=int, default=3)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--port", type=int, default=9200)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True)
    with s3_server() as (environment, s3):
        os.environ.update(environment)
        run(asked, s3)


def run(asked: argparse.Namespace, s3: "subprocess.Popen[str]") -> None:
    """Run the parts over a running store."""
    folder, seconds = asked.folder, asked.seconds
    shutil.copytree(asked.index, folder / "writer")
    keys = folder / "keys"
    scopes: tuple[Scope, ...] = ("write",)
    key = add_key(keys, "benchmark", scopes, dt.datetime.now(dt.UTC).date())
    store = open_store(STORE)
    writer = Server(folder / "writer", asked.port, "--keys", str(keys), "--push", STORE)
    servers = [writer]
    try:
        while (found := store.get(POINTER)) is None or not json.loads(found.content)["generation"]:
            time.sleep(0.2)
        time.sleep(5)
        readers = []
        for number in range(asked.readers):
            reader = Server(folder / f"reader{number}", asked.port + 1 + number, "--from", STORE)
            servers.append(reader)
            readers.append(reader)
            line("from nothing to serving, s", f"{reader.await_ready():.1f}, {sizes(store, FILES):,} bytes")
        publications = Publications([writer], readers, key)
        steady(asked, store, publications)
        deaths(asked, publications, writer)
        outage(asked, publications, s3)
        servers.append(two_writers(asked, publications, writer))
        servers[-1].send(signal.SIGTERM)  # the first writer then publishes what it had queued
        line("answered for and missing on a reader", await_all(publications))
        line("answered for, in all", len(publications.taken))
        for reader in readers:
            line("sound, every byte read", check_index(reader.directory).generation)
        damage(asked, store, servers)
    finally:
        for server in servers:
            server.send(signal.SIGCONT)
            server.kill()
    line("seconds of each part", seconds)


def steady(asked: argparse.Namespace, store: ObjectStore, publications: Publications) -> None:
    """Publish an article a second while all is well."""
    files, manifests, before = sizes(store, FILES), sizes(store, MANIFESTS), publications.visible
    beats, _ = beat(store)
    with searched(publications.readers, asked.clients, "all well"):
        publications.run(asked.seconds)
        time.sleep(5)
    written, size = beat(store)
    segments = sizes(store, FILES) - files
    sent = segments + sizes(store, MANIFESTS) - manifests + (written - beats) * size
    count = publications.visible - before
    line("all well: lag after it is visible at the writer", lags(publications))
    each = f"{count}, {sent // max(count, 1):,}, {sent / segments:.2f}"
    line("all well: publications, bytes of one, ÷ its segment", each)


def deaths(asked: argparse.Namespace, publications: Publications, writer: Server) -> None:
    """Kill the writer, then readers and their pulling processes, during publication."""
    with searched(publications.readers, asked.clients, "writer killed"):
        thread = threading.Thread(target=publications.run, args=(asked.seconds,))
        thread.start()
        for _ in range(3):
            time.sleep(asked.seconds / 4)
            writer.kill()
            writer.start()
        thread.join()
    line("writer killed 3 times: lag", lags(publications))
    with searched(publications.readers, asked.clients, "readers killed"):
        thread = threading.Thread(target=publications.run, args=(asked.seconds,))
        thread.start()
        for reader in itertools.islice(itertools.cycle(publications.readers), 6):
            time.sleep(asked.seconds / 8)
            for pid in reader.kept():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            if reader is publications.readers[0]:
                reader.kill()
                reader.start()
        thread.join()
    line("a reader killed twice, what pulls 6 times: lag", lags(publications))


def outage(asked: argparse.Namespace, publications: Publications, s3: "subprocess.Popen[str]") -> None:
    """Stop the store for a while."""
    with searched(publications.readers, asked.clients, "store away"):
        s3.send_signal(signal.SIGSTOP)
        publications.run(asked.seconds)
        s3.send_signal(signal.SIGCONT)
        publications.run(asked.seconds / 2)
    line("store away: lag of what was published after it", lags(publications))


def two_writers(asked: argparse.Namespace, publications: Publications, first: Server) -> Server:
    """Stop the writer so that another takes over, then let the first continue."""
    directory, keys = asked.folder / "second", str(asked.folder / "keys")
    second = Server(directory, asked.port + 50, "--keys", keys, "--push", STORE)
    second.await_ready()
    with searched(publications.readers, asked.clients, "two writers"):
        publications.run(5)
        first.send(signal.SIGSTOP)
        publications.writers = [second]
        publications.run(asked.seconds)
        first.send(signal.SIGCONT)
        publications.writers = [first, second]
        publications.run(asked.seconds / 4)
    line("two writers: lag", lags(publications))
    return second


def damage(asked: argparse.Namespace, store: ObjectStore, servers: list[Server]) -> None:
    """Start a reader while an object is damaged, and another on a disk that is too small."""
    largest = max(store.listed(FILES), key=lambda found: found.size)
    content = bytearray(b"".join(store.pieces(largest.key)))
    content[len(content) // 2] ^= 1
    store.put(largest.key, bytes(content))
    reader = Server(asked.folder / "late", asked.port + 60, "--from", STORE)
    servers.append(reader)
    time.sleep(20)
    status = reader.ask("GET", f"/api/v1/search?q={quote(QUERIES[0])}")[0]
    told = json.loads((reader.directory / "replica.json").read_text("utf-8"))["failure"]
    line("a reader that begins with a damaged object", f"{status}, {told}")
    small = Path(tempfile.mkdtemp(dir=asked.folder))
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=20m", "none", str(small)], check=False)
    if mounted.returncode:
        line("a reader on a small disk", "left out: no leave to mount one")
        return
    try:
        full = Server(small / "index", asked.port + 61, "--from", STORE)
        time.sleep(20)
        status = full.ask("GET", f"/api/v1/search?q={quote(QUERIES[0])}")[0]
        told = json.loads((full.directory / "replica.json").read_text("utf-8"))["failure"]
        line("a reader on a disk of 20 MB", f"{status}, {told}")
        full.kill()
    finally:
        subprocess.run(["umount", str(small)], check=False)


if __name__ == "__main__":
    main()

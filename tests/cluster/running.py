"""Starting, killing and ending the nodes of a cluster on this machine."""

import fcntl
import json
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from signal import Signals
from tempfile import gettempdir
from typing import IO, Any

from tests.cluster.java import PLAIN, RELEASES, Release, archives, java_for

__all__ = ["PORTS", "LocalCluster", "is_free", "running_cluster"]

PORTS = range(9201, 9291, 3)
"""The library that starts nodes takes ports from 9201 to 9299; nodes talk to one another 100 further up."""

SECONDS = 180
"""To be ready, on a busy machine."""


class LocalCluster:
    """Some nodes, each a process; numbered from 1.

    Args:
        folder: of their data, and of snapshots in ``snapshots``.
        nodes: how many.
        heap: megabytes of each.
        port: HTTP of the first, those of the others follow; None to find one that is free.
        release: of OpenSearch.
    """

    description = PLAIN
    """Of its archives."""
    options: tuple[str, ...] = ()
    """Of each node."""

    def __init__(
        self,
        folder: Path,
        nodes: int = 3,
        heap: int = 384,
        port: int | None = None,
        release: Release = RELEASES["3"],
    ) -> None:
        self._folder = folder
        self._nodes = nodes
        self._heap = heap
        self._release = release
        self._lock: IO[str] | None = None
        if port is None:
            port, self._lock = _taken(nodes)
        self.port = port
        self._processes: dict[int, subprocess.Popen[bytes]] = {}

    @property
    def repository(self) -> Path:
        """A folder in which nodes may keep snapshots."""
        return self._folder / "snapshots"

    @property
    def hosts(self) -> str:
        """Host and port of each node, as in an address."""
        return ",".join(f"127.0.0.1:{self.port + number}" for number in range(self._nodes))

    def address(self, index: str) -> str:
        """The address of an index on this cluster."""
        return f"opensearch://{self.hosts}/{index}"

    def start(self, number: int) -> None:
        """Start a node that is not running."""
        java = java_for(self._release)
        assert java is not None, "missing() says so"
        self._folder.mkdir(parents=True, exist_ok=True)
        self.repository.mkdir(exist_ok=True)
        memory = ["-Xms128m", f"-Xmx{self._heap}m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
        if self._heap > 1_000:
            memory.pop()  # who gives much memory measures something
        classes = f"{archives(self.description, self._release)}/*"
        program = [str(java), *memory, "--enable-native-access=ALL-UNNAMED", "-cp", classes]
        source = Path(__file__).parent / "Node.java"
        arguments = [str(number), str(self._folder), str(self.port), str(self._nodes), *self.options]
        with (self._folder / f"node-{number}.log").open("ab") as log:
            self._processes[number] = subprocess.Popen(
                [*program, str(source), *arguments], stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )

    def kill(self, number: int) -> None:
        """End a node as a failure of power does."""
        process = self._processes.pop(number)
        process.kill()
        process.wait()

    def signal(self, number: int, signal: Signals) -> None:
        """Send a node a signal: ``SIGSTOP`` makes it hang, ``SIGCONT`` go on."""
        self._processes[number].send_signal(signal)

    def get(self, path: str, number: int | None = None) -> Any:
        """What a node that runs answers to a request for a path, as JSON."""
        number = number or next(iter(self._processes))
        url = f"http://127.0.0.1:{self.port + number - 1}{path}"
        with urllib.request.urlopen(url, timeout=10) as answer:
            return json.loads(answer.read())

    def manager(self) -> int:
        """The number of the node that manages the cluster."""
        name = self.get("/_cat/cluster_manager?format=json")[0]["node"]
        return int(name.removeprefix("node-"))

    def wait(self, status: str = "green", nodes: int | None = None, seconds: float = SECONDS) -> None:
        """Wait until the cluster has all of its nodes, and all shards are where they should be."""
        expected = len(self._processes) if nodes is None else nodes
        until = time.monotonic() + seconds
        while True:
            try:
                health = self.get(f"/_cluster/health?wait_for_status={status}&timeout=5s")
            except (OSError, ValueError):
                health = {}
            if health.get("number_of_nodes") == expected and health.get("status") in {status, "green"}:
                return
            self.check()
            assert time.monotonic() < until, f"the cluster is not {status}: {health}"
            time.sleep(0.2)

    def check(self) -> None:
        """Fail where a node has ended that should run."""
        for number, process in self._processes.items():
            log = self._folder / f"node-{number}.log"
            assert process.poll() is None, f"node {number} ended: {log.read_text(errors='replace')[-2000:]}"

    def close(self) -> None:
        """End all nodes; nothing of them is needed any more."""
        for process in self._processes.values():
            process.kill()
        for process in self._processes.values():
            process.wait()
        self._processes.clear()
        if self._lock is not None:
            self._lock.close()


def _taken(nodes: int) -> tuple[int, IO[str]]:
    """The first of some ports in a row that nobody listens at, and what keeps other clusters from them.

    A node listens seconds after it was started only.
    """
    for first in PORTS:
        lock = (Path(gettempdir()) / f"onneshon-cluster-{first}.lock").open("a")
        ports = [first + shift + number for shift in (0, 100) for number in range(nodes)]
        with suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if all(map(is_free, ports)):
                return first, lock
        lock.close()
    raise RuntimeError(f"no ports are free between {PORTS.start} and {PORTS.stop}")


def is_free(port: int) -> bool:
    """Whether nobody listens at a port of this machine."""
    with socket.socket() as listener:
        return listener.connect_ex(("127.0.0.1", port)) != 0


@contextmanager
def running_cluster(
    folder: Path, nodes: int = 3, heap: int = 384, port: int | None = None, release: Release = RELEASES["3"]
) -> Iterator[LocalCluster]:
    """A cluster that is ready, ended with the block."""
    cluster = LocalCluster(folder, nodes, heap, port, release)
    try:
        for number in range(1, nodes + 1):
            cluster.start(number)
        cluster.wait()
        yield cluster
    finally:
        cluster.close()

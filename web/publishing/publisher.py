"""Puts together the parts of publishing over HTTP: queue, guard, routes, and a process run along with them.

That process writes the index, or keeps it at the live generation of a store. Where several servers share an
index (by ``--processes``, or under gunicorn), one of them keeps the process; another takes over when it ends.
"""

import contextlib
import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Final

from filelock import Timeout
from flask import Blueprint

from onneshon.index.configuration import check_shown
from onneshon.index.configuration_file import read_configuration
from onneshon.index.errors import ConfigurationError, JournalError
from onneshon.index.ingest.articles_in_hand import SiteRecords
from onneshon.index.publishing.operation import Operation
from onneshon.index.remote import Location, site_directory
from onneshon.index.storage.durable import file_lock, our_environment
from onneshon.web.access.guard import Guard, RateLimit
from onneshon.web.access.keys import KeyFile
from onneshon.web.current import declared
from onneshon.web.operations.monitoring import Check, Metrics
from onneshon.web.publishing.queue import PublishingQueue, QueueCollector
from onneshon.web.publishing.routes import publishing

log = logging.getLogger(__name__)

PROGRAM: Final = "onneshon.index.commands.kept_process"

END_SECONDS: Final = 20.0
"""Seconds in which the process may finish when the server ends; then it is killed, which is safe."""

TURN_SECONDS: Final = 1.0
"""Interval at which a server without the process checks whether it should start it."""

PAUSES: Final = (0.2, 1.0, 5.0, 30.0)
"""Seconds before a dead process is restarted: after the first, second, third and further deaths in a row."""


class KeptProcess:
    """Keeps a process running along with the servers, from a thread of its own.

    Args:
        arguments: the arguments of the program, which runs until its standard input ends.
        lock: the lock file, held by the server that keeps the process.
        does: what the process does, for messages.
    """

    def __init__(self, arguments: Sequence[str], lock: Path, does: str) -> None:
        self._arguments = arguments
        self._lock_file = lock
        self._does = does
        self._ending = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, name="keeper", daemon=True)

    def start(self) -> None:
        """Start the thread; return at once."""
        self._thread.start()

    def fault(self) -> str:
        """A sentence on what is wrong with the process; empty while some server keeps it running."""
        process = self._process
        if process is not None and process.poll() is None:
            return ""
        if process is not None:
            return f"The process that {self._does} died, and is started again."
        try:
            with file_lock(self._lock_file).acquire(timeout=0):
                return f"The process that {self._does} does not run."
        except Timeout:
            return ""

    def close(self) -> None:
        """End the process, once it has finished its current work."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join(END_SECONDS + 5)

    def _keep(self) -> None:
        while not self._ending.is_set():
            try:
                with file_lock(self._lock_file).acquire(timeout=0):
                    self._keep_it()
                    self._process = None
            except Timeout:
                self._ending.wait(TURN_SECONDS)

    def _keep_it(self) -> None:
        deaths = 0
        while not self._ending.is_set():
            self._process = process = self._started()
            if self._watch(process):
                deaths = 0
            if self._ending.is_set():
                break
            code = process.returncode
            log.error("The process that %s ended with code %d; it is started again.", self._does, code)
            self._ending.wait(PAUSES[min(deaths, len(PAUSES) - 1)])
            deaths += 1

    def _started(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603  # this very Python, no shell
            [sys.executable, "-m", PROGRAM, *self._arguments],
            stdin=subprocess.PIPE,
            env=our_environment(),
        )

    def _watch(self, process: subprocess.Popen[bytes]) -> bool:
        """Wait for the process's end, or end it when this server closes; return whether it ran a minute."""
        turns = 0
        with process:
            while process.poll() is None and not self._ending.wait(0.1):
                turns += 1
            if process.stdin:
                with contextlib.suppress(BrokenPipeError):
                    process.stdin.close()  # the process takes that as the sign to end
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
        return turns > 600  # noqa: PLR2004  # a minute


_METHODS: Final = frozenset({"PUT", "PATCH", "POST"})
_PATH: Final = "/api/v1/articles"


class Publisher:
    """Accepts articles for an index from clients that have a key.

    Args:
        location: the index; for one at an address, the queue is in the working directory.
        keys: the file of keys.
        limit: how often each client may write.
        metrics: counts the operations that come in.
        store: address of an object store to which each generation is pushed; empty for none.
        aside: as for ``PublishingQueue``.

    Raises:
        KeyFileError: the keys cannot be read.
        JournalError: the folder of the queue cannot be made.
    """

    def __init__(
        self,
        location: Location,
        keys: Path,
        limit: RateLimit,
        metrics: Metrics | None = None,
        store: str = "",
        *,
        aside: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        self._directory = directory = site_directory(location)
        self._metrics = metrics
        self.keys = KeyFile(keys)
        self.guard = Guard(self.keys, limit)
        self.queue = PublishingQueue(directory, aside=aside, on_queued=self._count)
        arguments = ["publish", str(location), *([store] if store else [])]
        lock = directory / "publishing" / "keeper.lock"
        self.keeper = KeptProcess(arguments, lock, "publishes")
        if metrics:
            metrics.add(QueueCollector(self.queue, self.keeper.fault))

    @property
    def routes(self) -> Blueprint:
        """The routes for publishing."""
        return publishing(self.queue, self.guard, self.records)

    def checks(self, *, private: bool) -> Mapping[str, Check]:
        """The checks for ``/readyz``, by the name of what they check.

        Args:
            private: whether readers need keys too.
        """
        keys = {"keys": self.keys.fault} if private else {}
        return {"writer": lambda: self.keeper.fault() or self.queue.fault(), **keys}

    def records(self) -> SiteRecords:
        """The reader of articles for the current ``onneshon.toml``, the same as the writer's.

        Raises:
            JournalError: the file is invalid now, or a facet that it says to show is no field.
        """
        try:
            configuration = read_configuration(self._directory)
            check_shown(configuration, declared())
            return SiteRecords(configuration)
        except ConfigurationError as error:
            raise JournalError(str(error)) from error

    def admits(self, method: str, path: str, authorization: str) -> bool:
        """Whether a request with that method, path and Authorization header may have a body of MAX_BODY."""
        return method in _METHODS and path.startswith(_PATH) and self.guard.may_write(authorization)

    def _count(self, operations: Sequence[Operation]) -> None:
        """Count queued operations, where there are metrics."""
        if self._metrics:
            for operation in operations:
                kind = "delete" if operation.record is None else "put"
                self._metrics.count_operation(operation.client, kind)

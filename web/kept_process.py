"""A process that works beside the servers: the writer of an index, or what keeps it at what a store has.

Where several servers have one index (of ``--processes``, or of gunicorn), one of them keeps it, and another
takes over when that one ends.
"""

import contextlib
import logging
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from onneshon.index.storage.durable import our_environment

log = logging.getLogger(__name__)

PROGRAM: Final = "onneshon.index.commands.kept_process"

END_SECONDS: Final = 20.0
"""So long it may take for what it is about when the server ends; then it is killed, which is safe."""

TURN_SECONDS: Final = 1.0
"""How often a server that keeps none looks whether it should."""

PAUSES: Final = (0.2, 1.0, 5.0, 30.0)
"""Seconds before one that died is started again: after the first death in a row, the second, and on."""


class KeptProcess:
    """Keeps a process that works beside servers, in a thread of its own.

    Args:
        arguments: of the program, which runs until its standard input ends.
        lock: a file, held by the server that keeps it.
        does: what the process does, for messages.
    """

    def __init__(self, arguments: Sequence[str], lock: Path, does: str) -> None:
        self._arguments = arguments
        self._lock_file = lock
        self._does = does
        self._lock = self._new_lock()
        self._ending = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, name="keeper", daemon=True)

    def _new_lock(self) -> FileLock:
        return FileLock(self._lock_file, thread_local=False, fallback_to_soft=False)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def fault(self) -> str:
        """What is wrong with the writer, in a sentence; empty while some server keeps one that runs."""
        process = self._process
        if process is not None and process.poll() is None:
            return ""
        if process is not None:
            return f"The process that {self._does} died, and is started again."
        try:
            with self._new_lock().acquire(timeout=0):
                return f"The process that {self._does} does not run."
        except Timeout:
            return ""

    def close(self) -> None:
        """End it, once it has finished what it is about."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join(END_SECONDS + 5)

    def _keep(self) -> None:
        while not self._ending.is_set():
            try:
                with self._lock.acquire(timeout=0):
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
        """Wait for its end, or end it when it is time; whether it lived long."""
        turns = 0
        with process:
            while process.poll() is None and not self._ending.wait(0.1):
                turns += 1
            if process.stdin:
                with contextlib.suppress(BrokenPipeError):
                    process.stdin.close()  # what it takes for the sign to end
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
        return turns > 600  # noqa: PLR2004  # a minute

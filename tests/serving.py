"""The real server, ``onneshon serve`` in a process of its own, and raw requests to it."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

__all__ = ["Program", "Site", "serving", "start", "start_command"]

SECONDS = 20
"""The seconds that a test waits for anything, which suffice on a busy machine."""


@dataclass(frozen=True)
class Site:
    """A running server.

    Attributes:
        port: its port on 127.0.0.1.
    """

    port: int

    @property
    def url(self) -> str:
        """The address of its home page."""
        return f"http://127.0.0.1:{self.port}/"

    def connect(self, seconds: float = SECONDS) -> socket.socket:
        """A connection with a timeout in seconds."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=seconds)

    def send(self, request: bytes) -> bytes:
        """Send bytes and half close; return all bytes received until the server closes."""
        with self.connect() as connection:
            answer = b""
            try:
                connection.sendall(request)
                connection.shutdown(socket.SHUT_WR)
                while piece := connection.recv(1 << 16):
                    answer += piece
            except (ConnectionResetError, BrokenPipeError):
                pass  # the server refused before it had read all
            return answer

    def get(self, target: bytes, *headers: bytes, method: bytes = b"GET") -> bytes:
        """Send a request with an unmodified target; return the answer."""
        lines = [method + b" " + target + b" HTTP/1.1", b"Host: localhost", b"Connection: close", *headers]
        return self.send(b"\r\n".join([*lines, b"", b""]))


class Program(subprocess.Popen[str]):
    """``onneshon`` in a process of its own, with its output in pipes; as a context, it waits for the end.

    If the process does not end within ``SECONDS``, the test fails with its output and its threads' stacks.
    """

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self.kill()
        try:
            self.wait(SECONDS)
        except subprocess.TimeoutExpired:
            self.send_signal(signal.SIGABRT)
            assert self.stderr
            raise AssertionError(f"it did not end: {self.stderr.read()}") from None
        finally:
            self.kill()
            super().__exit__(kind, error, trace)


def start(directory: Path, *options: str) -> Program:
    """Start the server over an index, with its output in pipes; with one process unless given otherwise."""
    one = () if "--processes" in options else ("--processes", "1")
    return start_command("serve", "--index", str(directory), *options, *one)


def start_command(*arguments: str, **environment: str) -> Program:
    """Start ``onneshon`` with further environment variables."""
    program = "from onneshon.index.commands.main import main; main()"
    return Program(
        [sys.executable, "-X", "faulthandler", "-c", program, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
    )


@contextmanager
def serving(directory: Path, *options: str, log: list[str] | None = None) -> Iterator[Site]:
    """Run a server over an index on a free port, ended by SIGTERM; its output is appended to ``log``."""
    with start(directory, "--port", "0", *options) as process:
        assert process.stderr
        first = process.stderr.readline()
        found = re.search(r"http://[^ ]*:(\d+)/", first)
        assert found, first
        try:
            yield Site(int(found[1]))
        finally:
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=SECONDS)
            if log is not None:
                log.append(errors)

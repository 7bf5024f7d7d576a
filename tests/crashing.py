"""A process that builds on request, in children of its own that can be killed.

The imports and tables of a first build are loaded once, by a rehearsal before any child.

Each line of its input is the number of a durable step (fsync, rename) before which the child kills itself, 0
for none, and ``kill`` or ``power``. A power cut loses what was not synced: before it dies, the child destroys
every file that it wrote and did not sync. The process answers with the child's process id, and with
``killed`` or ``ended`` when the child is over. Until the next line the child is not reaped, so that no other
process gets its id.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from onneshon.index.indexer.builder import build

__all__ = ["Countdown", "Nursery", "main", "serve"]

FSYNC = os.fsync


class Nursery:
    """Runs a module that serves requests in children that can be killed.

    Args:
        module: the name of a module of ``tests``.
        paths: its arguments.
    """

    def __init__(self, module: str, *paths: Path) -> None:
        command = [sys.executable, "-m", module, *map(str, paths)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def start(self, steps: int = 0, end: str = "kill") -> int:
        """Start a child that dies before a durable step, 0 for none; return its process id."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{steps} {end}\n")
        self._process.stdin.flush()
        return int(self._answer())

    def was_killed(self) -> bool:
        """Wait for the child to end; return whether it was killed."""
        return self._answer() == "killed"

    def _answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


class Countdown:
    """Ends its process before the n-th durable step, and tracks what is synced until then.

    Args:
        steps: the number of the step; 0 for none.
        directory: the directory whose unsynced files a power cut destroys; None for a mere kill.
        torn: whether the first half of what was not synced survives as it was written.
    """

    def __init__(self, steps: int, directory: Path | None, *, torn: bool = False) -> None:
        self._torn = torn
        self._left = steps
        self._directory = directory
        self._safe = {inode: size for _path, inode, size in self._files()}

    def _files(self) -> Iterator[tuple[Path, int, int]]:
        for path in self._directory.rglob("*") if self._directory else ():
            if path.is_file():
                yield path, path.stat().st_ino, path.stat().st_size

    def before(self, real: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap a function so that each call counts as a step."""

        def step(*args: Any, **options: Any) -> Any:
            self._left -= 1
            if self._left == 0:
                self._destroy_what_is_not_safe()
                os.kill(os.getpid(), signal.SIGKILL)
            if real is FSYNC:
                state = os.fstat(args[0])
                self._safe[state.st_ino] = state.st_size
            return real(*args, **options)

        return step

    def _destroy_what_is_not_safe(self) -> None:
        """Destroy unsynced content: a file is safe as far as it was synced; later writes are lost."""
        for path, inode, size in list(self._files()):
            if self._safe.get(inode) != size:
                lost = b"\0" * (size // 2)
                path.write_bytes(path.read_bytes()[: size // 2] if self._torn else lost)


def build_in_child(directory: Path, corpus: Path, steps: int, end: str) -> int:
    """Fork a build; return the child's process id."""
    child = os.fork()
    if child:
        return child
    countdown = Countdown(steps, directory if end == "power" else None)
    os.fsync = countdown.before(os.fsync)
    os.replace = countdown.before(os.replace)
    os.rename = countdown.before(os.rename)
    try:
        build([corpus], directory)
    finally:
        os._exit(0)


def answer(text: str) -> None:
    """Write a line and flush it."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def serve(fork: Callable[[int, str], int], rehearse: Callable[[Path], object]) -> None:
    """Serve requests until the input ends.

    Args:
        fork: starts a child, given the number of a step and how to end; returns its process id.
        rehearse: does the work of the children in a directory of its own.
    """
    with TemporaryDirectory() as folder:
        rehearse(Path(folder) / "index")
    previous = 0
    for line in sys.stdin:
        if previous:
            os.waitpid(previous, 0)
        steps, end = line.split()
        child = fork(int(steps), end)
        answer(str(child))
        over = os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        answer("killed" if over is not None and over.si_code == os.CLD_KILLED else "ended")
        previous = child


def main() -> None:
    """Build in children until the input ends."""
    directory, corpus = map(Path, sys.argv[1:])
    serve(partial(build_in_child, directory, corpus), partial(build, [corpus]))


if __name__ == "__main__":
    main()

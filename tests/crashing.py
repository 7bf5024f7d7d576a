"""A process that builds when told to, in children of its own that can be killed: imports are paid for once.

Each line of its input is the number of a durable step (fsync, rename) before which the child kills itself, 0
for none. It answers with the child's process id, and with ``killed`` or ``ended`` when it is over. Until the
next line the child is not reaped, so that its number cannot be another process's.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from index.builder import build

__all__ = ["main"]


class Countdown:
    """Kills its process before the n-th step."""

    def __init__(self, steps: int) -> None:
        self._left = steps

    def before(self, real: Callable[..., Any]) -> Callable[..., Any]:
        """The function, made a step."""

        def step(*args: Any, **options: Any) -> Any:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **options)

        return step


def build_in_child(directory: Path, corpus: Path, steps: int) -> int:
    """Fork a build; the child's process id."""
    child = os.fork()
    if child:
        return child
    countdown = Countdown(steps)
    os.fsync = countdown.before(os.fsync)
    os.replace = countdown.before(os.replace)
    os.rename = countdown.before(os.rename)
    try:
        build([corpus], directory)
    finally:
        os._exit(0)


def answer(text: str) -> None:
    """Write a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    """Serve requests until the input ends."""
    directory, corpus = map(Path, sys.argv[1:])
    previous = 0
    for line in sys.stdin:
        if previous:
            os.waitpid(previous, 0)
        child = build_in_child(directory, corpus, int(line))
        answer(str(child))
        over = os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        answer("killed" if over is not None and over.si_code == os.CLD_KILLED else "ended")
        previous = child


if __name__ == "__main__":
    main()

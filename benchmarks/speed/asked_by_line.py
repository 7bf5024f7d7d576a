"""Programs that answer each line that they are sent with another."""

import subprocess
from collections.abc import Sequence

__all__ = ["begin", "line", "tell"]


def begin(command: Sequence[str]) -> "subprocess.Popen[str]":
    """Start such a program."""
    return subprocess.Popen([*command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def tell(program: "subprocess.Popen[str]", request: str) -> None:
    """Send a program something."""
    assert program.stdin is not None  # noqa: S101 (it is a pipe)
    program.stdin.write(request)
    program.stdin.flush()


def line(program: "subprocess.Popen[str]", request: str = "") -> str:
    """The next line of a program, after it was sent something."""
    tell(program, request)
    assert program.stdout is not None  # noqa: S101 (it is a pipe)
    return program.stdout.readline()

"""Runs programs that answer each line of input with a line of output."""

import subprocess
from collections.abc import Sequence

__all__ = ["begin", "line", "tell"]


def begin(command: Sequence[str]) -> "subprocess.Popen[str]":
    """Start a program with pipes."""
    return subprocess.Popen([*command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def tell(program: "subprocess.Popen[str]", request: str) -> None:
    """Send text to a program."""
    assert program.stdin is not None  # noqa: S101 (it is a pipe)
    program.stdin.write(request)
    program.stdin.flush()


def line(program: "subprocess.Popen[str]", request: str = "") -> str:
    """Send text to a program, and return its next line."""
    tell(program, request)
    assert program.stdout is not None  # noqa: S101 (it is a pipe)
    return program.stdout.readline()

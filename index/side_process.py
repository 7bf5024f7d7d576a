"""A process beside this one that does a share of the work, and whose failure is not overlooked."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from index.errors import BuildError

__all__ = ["SideProcess"]

_PACKAGES: Final = str(Path(__file__).parents[1])


class SideProcess:
    """Runs ``python -m MODULE``; a context manager that the process does not outlive.

    Args:
        module: what it runs; reads its standard input to the end, then works.
        complaints: file for its standard error.
    """

    def __init__(self, module: str, complaints: Path) -> None:
        self._module = module
        self._complaints = complaints
        places = [_PACKAGES, *filter(None, [os.environ.get("PYTHONPATH")])]
        with complaints.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603  # this very Python, no shell
                [sys.executable, "-m", module],
                stdin=subprocess.PIPE,
                stderr=log,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(places)},
            )

    def send(self, task: bytes) -> None:
        """Give it all of its input; it has begun to read when this returns."""
        stream = self._process.stdin
        if stream is not None:
            with contextlib.suppress(BrokenPipeError):  # it is dead, as ``wait`` will tell
                stream.write(task)
                stream.close()

    def wait(self) -> None:
        """Wait until it is done.

        Raises:
            BuildError: it failed; the message is what it said last.
        """
        code = self._process.wait()
        if code:
            said = self._complaints.read_text("utf-8", "replace").strip().splitlines()
            cause = said[-1] if said else f"it ended with code {code}; was it out of memory?"
            raise BuildError(f"{self._module}, a process of this build, died: {cause}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        if self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()

"""A lock of all threads of a process and of the processes that are forked from it."""

import fcntl
import os
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

__all__ = ["SharedLock"]


class SharedLock:
    """Of all threads of this process and of those that are forked from it; one that dies lets go.

    Raises:
        OSError: there is no folder for temporary files.
    """

    def __init__(self) -> None:
        self._threads = Lock()
        with tempfile.TemporaryFile() as file:
            self._file = os.dup(file.fileno())
        weakref.finalize(self, os.close, self._file)

    @contextmanager
    def acquired(self) -> Iterator[None]:
        """For so long nobody else has it."""
        with self._threads:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)

"""Changes of a file beside an index that people or programs write: one at a time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from onneshon.index.errors import OnneshonError
from onneshon.index.storage.durable import explain

__all__ = ["change_lock"]

_WAIT_SECONDS: Final = 10.0
"""So long a change waits for another one, which takes milliseconds."""


@contextmanager
def change_lock(path: Path, error: Callable[[str], OnneshonError]) -> Iterator[None]:
    """Hold the right to change a file; threads and processes may ask for it.

    Args:
        path: of the file; it need not be there.
        error: makes what is raised of a reason why the file stays as it was.

    Raises:
        OnneshonError: made by ``error``: another process changes it still, or the disk refused the lock or
            what was written under it.
    """
    lock = FileLock(path.with_suffix(".lock"), thread_local=False, fallback_to_soft=False)
    try:
        with lock.acquire(timeout=_WAIT_SECONDS):
            yield
    except Timeout:
        raise error(f"another process is changing {path}: try again") from None
    except OSError as refused:
        raise error(explain(refused, path)) from refused

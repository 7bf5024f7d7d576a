"""How a build that failed is told of: what happened, what to do, and what is live now."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from onneshon.index.errors import BuildError, IndexLockedError, IndexStateError
from onneshon.index.storage.durable import OUT_OF_MEMORY, explain
from onneshon.index.storage.generations import Generations

__all__ = ["as_build_errors", "before_any_change"]

_UNTOUCHED = "the live index is as it was"
_UNCONFIRMED = "the new index is live, but may not survive a power cut"
_GONE = "the directory of the index was removed meanwhile, and everything in it"
_CHANGED = "the live index was removed or changed by somebody else meanwhile"
_UNKNOWN = "what is live now cannot be read"


@contextlib.contextmanager
def as_build_errors(directory: Path) -> Iterator[None]:
    """Turn whatever fails inside into a `BuildError` that ends with what is live, which is looked up.

    Args:
        directory: the index.

    Raises:
        BuildError: the disk, the memory or another process failed, what was written cannot be read back, or
            the build found something wrong itself.
        IndexLockedError: as it came.
    """
    before = _pointer(directory)
    try:
        yield
    except IndexLockedError:
        raise
    except (OSError, MemoryError, IndexStateError) as error:
        raise BuildError(f"{_what_happened(error, directory)}; {_what_is_live(directory, before)}") from error


@contextlib.contextmanager
def before_any_change(directory: Path) -> Iterator[None]:
    """The same for what comes before anything is written; what is wrong with the index comes as it is.

    Args:
        directory: the index.

    Raises:
        BuildError: the disk or the memory failed.
    """
    try:
        yield
    except (OSError, MemoryError) as error:
        raise BuildError(f"{_what_happened(error, directory)}; {_UNTOUCHED}") from error


def _what_happened(error: BaseException, directory: Path) -> str:
    if isinstance(error, OSError):
        return explain(error, directory)
    if isinstance(error, MemoryError):
        return OUT_OF_MEMORY
    if not isinstance(error, BuildError):
        return f"what was written cannot be read back ({error})"
    cause = error.__cause__  # what another process of the build met
    advice = f": {_what_happened(cause, directory)}" if isinstance(cause, OSError | MemoryError) else ""
    return f"{error}{advice}"


def _pointer(directory: Path) -> bytes | None:
    """The content of ``CURRENT``, empty if there is none; None when it cannot be read."""
    try:
        return Generations(directory).pointer.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return b""
    except OSError:
        return None


def _what_is_live(directory: Path, before: bytes | None) -> str:
    if not directory.exists():
        return _GONE if before else _UNTOUCHED
    after = _pointer(directory)
    if before is None or after is None:
        return _UNKNOWN
    if after == before:
        return _UNTOUCHED
    return _UNCONFIRMED if after else _CHANGED

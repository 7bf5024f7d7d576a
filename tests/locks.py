"""Records how long callers wait for file locks."""

import pytest
from filelock import FileLock

__all__ = ["waits"]


def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Record the timeouts of all attempts to acquire a file lock from now on."""
    waited: list[float] = []
    acquire = FileLock.acquire

    def noted(lock: FileLock, timeout: float) -> object:
        waited.append(timeout)
        return acquire(lock, timeout)

    monkeypatch.setattr(FileLock, "acquire", noted)
    return waited

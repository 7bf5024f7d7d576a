"""How long a lock of a file is waited for."""

import pytest
from filelock import FileLock

__all__ = ["waits"]


def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Takes the seconds that each look at a lock may wait from now on."""
    waited: list[float] = []
    acquire = FileLock.acquire

    def noted(lock: FileLock, timeout: float) -> object:
        waited.append(timeout)
        return acquire(lock, timeout)

    monkeypatch.setattr(FileLock, "acquire", noted)
    return waited

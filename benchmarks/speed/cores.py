"""Holds what is started to some cores, so that engines that are compared have equally much of the machine."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["held_to"]


@contextmanager
def held_to(count: int) -> Iterator[int | None]:
    """Processes that are started here run on so many cores, with all their threads.

    They inherit it from this thread, which is held as well for so long; a function that runs between fork and
    exec would not be safe.

    Args:
        count: of cores, at most.

    Yields:
        How many they are, fewer where there are not as many; None where the platform cannot hold processes.
    """
    if not hasattr(os, "sched_setaffinity"):
        yield None
        return
    before = os.sched_getaffinity(0)
    chosen = sorted(before)[-count:]
    os.sched_setaffinity(0, chosen)
    try:
        yield len(chosen)
    finally:
        os.sched_setaffinity(0, before)

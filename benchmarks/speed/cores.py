"""Pins started processes to some cores, so that compared engines have equally much of the machine."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["held_to"]


@contextmanager
def held_to(count: int) -> Iterator[int | None]:
    """Pin processes that are started in the block, with all their threads, to ``count`` cores.

    The processes inherit the affinity from this thread, which is pinned for that time too; a function that
    runs between fork and exec would not be safe.

    Args:
        count: the greatest number of cores.

    Yields:
        The number of cores, less than ``count`` if there are fewer; None where the platform cannot pin.
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

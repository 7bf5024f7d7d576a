"""How much memory an engine may keep lists of words in."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

__all__ = ["memory_of_machine", "suitable_cache"]

CACHE_BYTES: Final = 512 << 20
CACHE_BYTES_PER_ARTICLE: Final = 4 << 10
"""Memory is used only as far as queries differ: 3,000 words of 100,000 articles take some 400 MB."""

SHARE: Final = 4
"""Of the machine's memory, one part in so many at the most."""

LIMITS: Final = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
"""Where a container says how much of the machine it may use, in either version of the kernel's interface."""


def suitable_cache(articles: int) -> int:
    """Bytes for the lists of an index of so many articles, on this machine."""
    wanted = CACHE_BYTES + CACHE_BYTES_PER_ARTICLE * articles
    memory = memory_of_machine()
    return wanted if memory is None else min(wanted, memory // SHARE)


def memory_of_machine() -> int | None:
    """Bytes of memory that this process may use at all; None where the system does not say."""
    known = [limit for path in LIMITS if (limit := _limit(path)) is not None]
    with suppress(AttributeError, ValueError, OSError):  # a system without it
        known.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    return min((limit for limit in known if limit > 0), default=None)


def _limit(path: Path) -> int | None:
    try:
        return int(path.read_text("ascii"))
    except (OSError, ValueError):
        return None  # no such limit, or the word "max"

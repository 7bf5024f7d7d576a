"""The most memory that a process had at once."""

import re
import resource
from pathlib import Path

__all__ = ["peak_megabytes"]


def peak_megabytes() -> int:
    """The most memory, in MiB, that was resident in this process.

    By Linux' own count where there is one: that of ``getrusage`` begins with the peak of the process that
    started this one, however large that was.
    """
    status = Path("/proc/self/status")
    if status.exists() and (found := re.search(r"VmHWM:\s*(\d+)", status.read_text("ascii"))):
        return int(found[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

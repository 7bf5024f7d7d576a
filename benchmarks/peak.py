"""Measures the peak memory of a process."""

import re
import resource
from pathlib import Path

__all__ = ["peak_megabytes"]


def peak_megabytes() -> int:
    """The peak resident memory of this process, in MiB.

    Read from Linux' own count where there is one: that of ``getrusage`` begins with the peak of the parent
    process, however large that was.
    """
    status = Path("/proc/self/status")
    if status.exists() and (found := re.search(r"VmHWM:\s*(\d+)", status.read_text("ascii"))):
        return int(found[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

"""A process that merges some fields of the runs while the one that started it merges the others.

Its input is JSON: the runs, the path of the file to write without its ending, and the names of the fields.
"""

import json
import signal
import sys
from pathlib import Path

from index.indexer.assembly import merge_part
from index.indexer.runs import Run

__all__ = ["main"]


def main() -> int:
    """Do what the standard input says; the exit code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interruption means
    described, stem, fields = json.load(sys.stdin.buffer)
    merge_part([Run(run, documents) for run, documents in described], Path(stem), fields)
    return 0


if __name__ == "__main__":
    sys.exit(main())

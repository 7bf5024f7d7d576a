"""A process that writes one layer of a segment while the one that started it writes the other.

Its input is JSON: the spools, the order of their documents, the basis, the path of the file, bytes of memory.
"""

import json
import signal
import sys
from pathlib import Path

from onneshon.index.indexer.segment_writer import write_layer_file
from onneshon.index.indexer.spools import Spool
from onneshon.index.ranking import Basis

__all__ = ["main"]


def main() -> int:
    """Do what the standard input says; the exit code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interruption means
    spools, order, basis, path, memory = json.load(sys.stdin.buffer)
    write_layer_file([Spool(*spool) for spool in spools], order, Basis(**basis), Path(path), memory)
    return 0


if __name__ == "__main__":
    sys.exit(main())

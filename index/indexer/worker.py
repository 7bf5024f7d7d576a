"""A process of a build with several workers: documents come in as lines, a spool goes out as files.

The parent starts it as ``python -m index.indexer.worker``. Standard input: one line of JSON with the
arguments of ``Spooler``, then a line for each document (its stored values, encoded), then an empty line.
Standard output: one line of JSON, the spool. If the input ends without the empty line the parent is
gone, and nothing more is written.
"""

import json
import signal
import sys
from dataclasses import astuple
from pathlib import Path
from typing import IO

from onneshon.index.columnar.stored import decode_values
from onneshon.index.indexer.rare_collections import rare_collections
from onneshon.index.indexer.spooler import Spooler

__all__ = ["main", "work"]

PARENT_IS_GONE = 1


def main() -> int:
    """Run the worker on the standard streams; the exit code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interruption means
    with rare_collections():
        return work(sys.stdin.buffer, sys.stdout)


def work(lines: IO[bytes], answer: IO[str]) -> int:
    """Do what the lines say; the exit code."""
    given = json.loads(lines.readline())
    scratch = Path(given["scratch"])
    dictionary = (scratch / given["dictionary"]).read_bytes()
    spooler = Spooler(scratch / given["name"], dictionary, given["memory_budget"])
    for line in lines:
        encoded = line[:-1]
        if not encoded:
            json.dump([astuple(spool) for spool in spooler.finish()], answer)
            return 0
        spooler.add(encoded, decode_values(encoded))
    return PARENT_IS_GONE


if __name__ == "__main__":
    sys.exit(main())

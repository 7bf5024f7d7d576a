"""A process of a build with several workers: documents come in as lines, runs go out as files.

The parent starts it as ``python -m index.indexer.worker``. Standard input: one line of JSON with the
arguments of ``Inverter``, then a line for each document (its stored values, encoded), then an empty line.
Standard output: one line of JSON that lists the runs. If the input ends without the empty line the parent is
gone, and nothing more is written.
"""

import json
import signal
import sys
from pathlib import Path
from typing import IO

from index.columnar.stored import decode_values
from index.indexer.inverter import Inverter
from index.ranking import Basis

__all__ = ["main", "work"]

PARENT_IS_GONE = 1


def main() -> int:
    """Run the worker on the standard streams; the exit code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interruption means
    return work(sys.stdin.buffer, sys.stdout)


def work(lines: IO[bytes], answer: IO[str]) -> int:
    """Do what the lines say; the exit code."""
    given = json.loads(lines.readline())
    scratch = Path(given["scratch"])
    dictionary = (scratch / given["dictionary"]).read_bytes()
    inverter = Inverter(scratch, given["name"], dictionary, given["memory_budget"], Basis(**given["basis"]))
    for line in lines:
        encoded = line[:-1]
        if not encoded:
            runs = [[run.stem, run.documents] for run in inverter.finish()]
            json.dump(runs, answer)
            return 0
        inverter.add(encoded, decode_values(encoded))
    return PARENT_IS_GONE


if __name__ == "__main__":
    sys.exit(main())

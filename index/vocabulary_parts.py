"""The vocabulary of an index made by two processes, which takes little more than half as long.

Half of the words go to another process; each half becomes a vocabulary of its own, and the two are joined.
The result is, byte for byte, what one process writes.

The other process is this module. Its input is JSON, its directory and its words, each with the number of
articles; if the input ends early the parent is gone, and nothing is written.
"""

import json
import signal
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np

from index.side_process import SideProcess
from index.vocabulary import read_columns
from index.vocabulary_writer import COLUMNS, STARTS, Columns, in_order, write_columns, write_vocabulary

__all__ = ["write_vocabulary_in_parts"]

_MODULE: Final = "index.vocabulary_parts"


def write_vocabulary_in_parts(directory: Path, words: Iterable[tuple[str, int]]) -> None:
    """Writes what ``write_vocabulary`` would.

    Args:
        directory: exists already; the file ``vocabulary.bin`` in it is replaced.
        words: see ``write_vocabulary``.

    Raises:
        BuildError: the other process failed.
    """
    with TemporaryDirectory(prefix="vocabulary-", dir=directory) as scratch:
        first, second = Path(scratch, "first"), Path(scratch, "second")
        first.mkdir()
        second.mkdir()
        with SideProcess(_MODULE, second / "complaints") as other:  # it gets ready while the words are read
            given = list(words)
            half = len(given) // 2
            other.send(json.dumps([str(second), given[half:]]).encode())
            write_vocabulary(first, given[:half])
            other.wait()
        write_columns(directory, in_order(_joined(read_columns(first), read_columns(second))))


def _joined(first: Columns, second: Columns) -> Columns:
    """The columns of all words, those of the first before those of the second."""
    whole = {name: np.concatenate((first[name], second[name])) for name, _kind in COLUMNS}
    for name, starts in STARTS.items():
        whole[starts] = np.concatenate((first[starts], second[starts][1:] + len(first[name])))
    return whole


def main() -> int:
    """Be the other process; the exit code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interruption means
    directory, words = json.load(sys.stdin.buffer)
    write_vocabulary(Path(directory), [(word, frequency) for word, frequency in words])
    return 0


if __name__ == "__main__":
    sys.exit(main())

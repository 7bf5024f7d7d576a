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
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from index.columnar.arrays import gather_ranges
from index.romanisation import UNITS
from index.side_process import SideProcess
from index.vocabulary_writer import COLUMNS, FILE_NAME, FORMAT, HEADER, MAGIC, write_vocabulary

__all__ = ["write_vocabulary_in_parts"]

_MODULE: Final = "index.vocabulary_parts"
_STARTS: Final = {"units": "unit_starts", "letters": "letter_starts"}
"""Columns of several numbers a word, and the columns that say where each word's begin."""

_Columns = dict[str, NDArray[Any]]


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
        columns = _joined(_read(first / FILE_NAME), _read(second / FILE_NAME))
        _write(Path(scratch, FILE_NAME), columns)
        Path(scratch, FILE_NAME).replace(directory / FILE_NAME)


def _read(path: Path) -> _Columns:
    content = path.read_bytes()
    _magic, _form, _kinds, words, units, letters = HEADER.unpack_from(content)
    sizes = {"units": units, "letters": letters, "unit_starts": words + 1, "letter_starts": words + 1}
    columns, end = {}, HEADER.size
    for name, kind in COLUMNS:
        start = end + -end % 8
        columns[name] = np.frombuffer(content, kind, sizes.get(name, words), start)
        end = start + columns[name].nbytes
    return columns


def _joined(first: _Columns, second: _Columns) -> _Columns:
    """The columns of all words: the order is stable, and all of the first come before the second."""
    whole = {name: np.concatenate((first[name], second[name])) for name, _kind in COLUMNS}
    order = np.lexsort((-whole["frequencies"].astype(np.int64), whole["skeletons"]))
    columns = {name: whole[name][order] for name in ("skeletons", "signatures", "frequencies", "loans")}
    for name, starts in _STARTS.items():
        lengths = np.concatenate([np.diff(part[starts].astype(np.int64)) for part in (first, second)])
        before = np.cumsum(lengths) - lengths
        columns[name] = whole[name][gather_ranges(before[order], lengths[order])]
        columns[starts] = np.concatenate(([0], np.cumsum(lengths[order])))
    return columns


def _write(path: Path, columns: _Columns) -> None:
    sizes = len(columns["frequencies"]), len(columns["units"]), len(columns["letters"])
    with path.open("wb") as file:
        file.write(HEADER.pack(MAGIC, FORMAT, len(UNITS), *sizes))
        for name, kind in COLUMNS:
            file.write(bytes(-file.tell() % 8))
            file.write(columns[name].astype(kind, copy=False).tobytes())


def main() -> int:
    """Be the other process; the exit code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interruption means
    directory, words = json.load(sys.stdin.buffer)
    write_vocabulary(Path(directory), [(word, frequency) for word, frequency in words])
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The live generation as Whoosh opens it, to be read by Whoosh's own searchers, parsers and collectors."""

from pathlib import Path
from typing import Any

from onneshon.index.storage.generations import Generations
from onneshon.index.storage.reader import check_fingerprints
from onneshon.index.whoosh_codec.toc import open_folder

__all__ = ["open_with_whoosh"]


def open_with_whoosh(directory: Path) -> Any:
    """Open the live generation of an index; updates that come later need another opening.

    Names and sizes of files are compared first, and every byte of the list that Whoosh unpickles.

    Args:
        directory: the index.

    Returns:
        A ``whoosh.index.FileIndex`` that refuses to write.

    Raises:
        IndexMissingError: there is no index yet.
        IndexCorruptError: a file is not as it was built.
        IndexOutdatedError: it was built by another version of the analysis or the schema.
    """
    generation = Generations(directory).current()
    check_fingerprints(generation.check(digests=False))
    return open_folder(generation.folder)

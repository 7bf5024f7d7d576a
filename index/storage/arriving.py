"""Files of an index that are copied elsewhere or arrive from there, checked against their manifest.

Arriving files are trusted only as far as the manifest vouches for them: their names must be those of our own
files, sizes and checksums are compared before a file is opened, and Whoosh's list of segments, a pickle, is
written again here.
"""

import hashlib
import io
import re
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import IO, Final

from onneshon.index.columnar.segment_list import INDEX_NAME, WHOOSH_LIST_EXT, read_segments
from onneshon.index.errors import REPAIR, IndexCorruptError, IndexMissingError, IndexOutdatedError
from onneshon.index.storage.generations import Generations
from onneshon.index.storage.manifest import MANIFEST_FILE, FileEntry, Manifest, describe_files
from onneshon.index.storage.parity import PARITY_EXT, write_parity
from onneshon.index.storage.reader import check_fingerprints, open_folder

_PART: Final = r"[A-Za-z0-9_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9]+)*"
_NAME: Final = re.compile(rf"{_PART}(?:/{_PART})?")


def open_held(stack: ExitStack, path: Path, undone: str) -> IO[bytes]:
    """Open one of several files before any is read: removing the generation then removes only their names.

    Args:
        stack: the stack that closes the file.
        path: the file's path.
        undone: what was not done, for the message.

    Raises:
        IndexCorruptError: the file is missing.
    """
    try:
        return stack.enter_context(path.open("rb"))
    except FileNotFoundError:
        raise IndexCorruptError(f"{path} is missing, and {undone}: {REPAIR}") from None


class SummedFile(io.RawIOBase):
    """A file that is compared with its entry of the manifest while it is read.

    Args:
        stream: the open file.
        name: the file's path within its generation.
        entry: the size and checksum that the file must have.
    """

    def __init__(self, stream: IO[bytes], name: str, entry: FileEntry) -> None:
        super().__init__()
        self._stream = stream
        self._name = name
        self._left = entry.size
        self._entry = entry
        self._sum = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Read N bytes, or all; raises IndexCorruptError before the last bytes of an altered file."""
        piece = self._stream.read(size)
        self._sum.update(piece)
        self._left -= len(piece)
        wrong = not self._left and self._sum.hexdigest() != self._entry.sha256
        if wrong or self._left < 0 or (not piece and self._left):
            raise IndexCorruptError(
                f"{self._name} is not as it was built, and no copy of it was written: {REPAIR}"
            )
        return piece


def check_names(manifest: Manifest) -> None:
    """Check that every file has a name such as our own files have; raises ValueError where one has not."""
    for name in manifest.files:
        if not _NAME.fullmatch(name) or name == MANIFEST_FILE:
            raise ValueError(f"{name!r} is no name of a file of an index")


def write_summed(pieces: Iterable[bytes], path: Path, entry: FileEntry) -> None:
    """Write a file that comes in pieces.

    Args:
        pieces: the file's content, in pieces.
        path: the file's path; no file exists there yet.
        entry: the size and checksum that the file must have.

    Raises:
        ValueError: the content differs from the entry; the caller must then remove the file at the path.
    """
    path.parent.mkdir(mode=0o700, exist_ok=True)
    result, left = hashlib.sha256(), entry.size
    with path.open("xb") as target:
        for piece in pieces:
            result.update(piece)
            left -= len(piece)
            if left < 0:
                break
            target.write(piece)
    if left or result.hexdigest() != entry.sha256:
        raise ValueError(f"{path.name} is not what its manifest says")


def live_name(generations: Generations) -> str | None:
    """The name of the live generation; None where there is no index, empty where it cannot be read."""
    try:
        return generations.current().name
    except IndexMissingError:
        return None
    except IndexCorruptError:
        return ""  # there is a live generation to be careful with, whatever its name


def tried(working: Path, manifest: Manifest, where: str) -> Manifest:
    """Open a generation that has arrived, as a search would, and write Whoosh's list of segments again.

    Args:
        working: the folder of the generation, its manifest written.
        manifest: the generation's manifest.
        where: where the generation comes from, for messages.

    Returns:
        The manifest of the files that are in the folder afterwards.

    Raises:
        IndexCorruptError: the generation is not what the manifest says.
    """
    manifest.check_files(working, digests=False)
    try:
        check_fingerprints(manifest)
    except IndexOutdatedError:
        return manifest  # an older index, which ``migrate`` can still read and Whoosh cannot
    with open_folder(working, working.name, manifest) as reader:
        if reader.count != manifest.articles:
            raise IndexCorruptError(f"{where} says {manifest.articles:,} articles and has {reader.count:,}")
    return _with_own_toc(working, manifest)


_MADE_ANEW: Final = (WHOOSH_LIST_EXT, f"{INDEX_NAME}{PARITY_EXT}")


def without_toc(manifest: Manifest) -> Manifest:
    """A manifest without Whoosh's list of segments and its parity file, which are made on arrival."""
    others = {name: entry for name, entry in manifest.files.items() if not name.endswith(_MADE_ANEW)}
    return replace(manifest, files=others)


def _with_own_toc(working: Path, manifest: Manifest) -> Manifest:
    """Replace Whoosh's list by one that is made here: Whoosh would run the code of the pickle that came."""
    from onneshon.index.whoosh_codec.codec import write_toc  # noqa: PLC0415  # loads Whoosh, which nothing else here needs

    others = without_toc(manifest).files
    for name in manifest.files.keys() - others.keys():
        (working / name).unlink()
    write_toc(working, read_segments(working))
    write_parity(working, INDEX_NAME)
    manifest = replace(manifest, files=describe_files(working, others))
    (working / MANIFEST_FILE).write_bytes(manifest.encode())
    return manifest

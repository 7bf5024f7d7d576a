"""Parity, from which damaged files of a segment are mended: a checksum of each block, parity of block groups.

A block that the disk altered, or cannot read, is restored from the other blocks of its group and their
parity, as RAID 5 does with disks. Blocks of a group are far from each other in the file, so that damage to
one region of the disk affects one block of each group. One parity file covers all files of a segment, at 1 %
of their size; it goes with the segment into every generation that shares its files. Another covers the lists
of a generation; the manifest is covered by its copy next to ``CURRENT``.

Damaged files are not changed in place: ``mended_copy`` makes a sound copy, which a reader opens instead of
the damaged files and a writer publishes as the next generation.
"""

import mmap
import shutil
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing, suppress
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from onneshon.index.columnar.section_file import SectionFile, SectionWriter, write_file
from onneshon.index.columnar.segment_list import files_of
from onneshon.index.errors import REPAIR, IndexCorruptError, OnneshonError
from onneshon.index.kernel.postings import checksum
from onneshon.index.storage.manifest import FileEntry, Generation, digest, sizes_in

T = TypeVar("T")

PARITY_EXT: Final = ".parity"

_BLOCK: Final = 1 << 12
"""Bytes of a block; the unit that a disk reads or loses at a time is as large or a few times larger."""

_GROUP: Final = 128
"""Blocks that share a block of parity: parity / file = 1 / 128 (0.8 %), sums / file = 4 / 4096 (0.1 %)."""


class _Parity(NamedTuple):
    """The checksums and parity of a file.

    Attributes:
        size: the file's size in bytes.
        sums: the checksum of each block; the last block may be shorter.
        parity: the parity of each group, shape (groups, bytes of the largest block); block b is in group
            b % groups.
    """

    size: int
    sums: NDArray[np.uint32]
    parity: NDArray[np.uint8]

    @classmethod
    def of(cls, content: memoryview) -> "_Parity":
        """Compute the checksums and parity of the bytes of a file."""
        blocks = -(-len(content) // _BLOCK)
        groups = -(-blocks // _GROUP)
        parity = np.zeros(groups * _BLOCK, np.uint8)
        for start in range(0, len(content), len(parity)):
            piece = np.frombuffer(content[start : start + len(parity)], np.uint8)
            parity[: len(piece)] ^= piece
        sums = [checksum(content[at : at + _BLOCK]) for at in range(0, len(content), _BLOCK)]
        shaped = parity.reshape(groups, _BLOCK)[:, : len(content)]
        return cls(len(content), np.array(sums, np.uint32), shaped)

    def damaged(self, content: memoryview) -> list[int]:
        """The numbers of the blocks of a file whose checksums differ."""
        return [
            block
            for block, expected in enumerate(self.sums.tolist())
            if checksum(content[block * _BLOCK : (block + 1) * _BLOCK]) != expected
        ]

    def mend(self, content: memoryview) -> bool:
        """Restore the damaged blocks of a file in place; return whether all of them could be restored."""
        for block in self.damaged(content):
            start, stop = block * _BLOCK, min((block + 1) * _BLOCK, self.size)
            content[start:stop] = self._made_again(content, block)[: stop - start].data
        return not self.damaged(content)

    def _made_again(self, content: memoryview, block: int) -> NDArray[np.uint8]:
        groups = len(self.parity)
        made: NDArray[np.uint8] = self.parity[block % groups].copy()
        for other in range(block % groups, len(self.sums), groups):
            if other != block:
                there = np.frombuffer(content[other * _BLOCK : (other + 1) * _BLOCK], np.uint8)
                made[: len(there)] ^= there
        return made


def write_parity(folder: Path, segment: str, known: Mapping[str, _Parity] = MappingProxyType({})) -> None:
    """Write the parity file of a segment's other files, or of the lists of an index.

    Args:
        folder: the folder of the generation that is being written, with these files.
        segment: the name of the segment's files, without suffixes; the name of the index for its lists.
        known: the parity of some files as computed when they were written; these are not read again.
    """
    names = [name for name in files_of(segment, sorted(sizes_in(folder))) if name != f"{segment}{PARITY_EXT}"]
    files = [name for name in names if (folder / name).stat().st_size]
    with closing(SectionWriter(folder)) as writer:
        writer.facts["files"] = {}
        for number, name in enumerate(files):
            found = known.get(name) or _read(folder / name, _Parity.of)
            writer.facts["files"][name] = found.size
            writer.section(f"sums {number}", "<u4").extend(found.sums)
            writer.section(f"parity {number}", "<u1").extend(found.parity.ravel())
        write_file(writer, folder / f"{segment}{PARITY_EXT}")


def rewrite_parity(before: Path, folder: Path, segment: str, changed: str) -> None:
    """Write the parity file again for a segment that stays but one of whose files was rewritten.

    The parity of the other files is taken from the previous generation: they may have been damaged since.

    Args:
        before: the folder of the previous generation.
        folder: the folder of the generation that is being written.
        segment: the name of the segment's files, without suffixes.
        changed: the path of the rewritten file within either folder.
    """
    known = _known(before, [f"{segment}{PARITY_EXT}"])
    write_parity(folder, segment, {name: found for name, found in known.items() if name != changed})


def _read(path: Path, take: Callable[[memoryview], T]) -> T:
    with (
        path.open("rb") as stream,
        mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as mapped,
        memoryview(mapped) as content,
    ):
        return take(content)


def damaged_files(generation: Generation) -> list[str]:
    """The paths of the damaged files of a generation: manifest, parity files, and the files that have parity.

    Reads all of these files; raises IndexCorruptError where no manifest is sound.
    """
    manifest, altered = generation.agreed_manifest()
    files = manifest.files
    known = _known(generation.folder, files)
    damaged = [name for name in known if not _is_sound(generation.folder / name, known[name], files[name])]
    return [*altered, *damaged, *_altered(generation.folder, files)]


def mended_copy(
    generation: Generation,
    into: Path,
    link: Callable[[Path, Path], object],
    *,
    names: tuple[str, ...] = ("",),
    spared: tuple[str, ...] = (),
) -> list[str]:
    """Make a sound copy of a generation some of whose files are damaged.

    Args:
        generation: the damaged generation.
        into: an empty folder for the copy.
        link: links a sound file, its first argument, to the path that is its second argument.
        names: suffixes of the paths of the wanted files.
        spared: suffixes of the paths of files that are left out if they cannot be mended; some of these
            files have no parity.

    Returns:
        The paths of the files that were mended, the manifest and ``CURRENT`` included, though no copy is made
        of these two; all other files are linked as they are.

    Raises:
        IndexCorruptError: there is more damage than can be mended.
        OSError: the disk refused something.
    """
    manifest, mended = generation.agreed_manifest()
    known, altered = _known(generation.folder, manifest.files), _altered(generation.folder, manifest.files)
    for name in (each for each in manifest.files if each.endswith(names) and each not in altered):
        source, target = generation.folder / name, into / name
        entry, parity = manifest.files[name], known.get(name)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if _is_sound(source, parity, entry):
            link(source.absolute(), target)  # a relative symbolic link would be resolved from ``into``
        elif parity and _mend(source, target, parity, entry.sha256):
            mended.append(name)
        elif name.endswith(spared):
            target.unlink(missing_ok=True)
        else:
            raise IndexCorruptError(f"{source} has more damage than can be mended: {REPAIR}")
    for name in altered:  # a parity file follows from the files that it covers
        if name.endswith(names):
            write_parity(into, name.removesuffix(PARITY_EXT))
            mended.append(name)
    return mended


def _known(folder: Path, names: Iterable[str]) -> Mapping[str, _Parity]:
    """The parity of files, by path, from those of the named files that are parity files and can be read."""
    found: dict[str, _Parity] = {}
    for name in names:
        if name.endswith(PARITY_EXT):
            with suppress(OnneshonError):
                found |= _of_segment(SectionFile.open(folder / name))
    return found


def _altered(folder: Path, files: Mapping[str, FileEntry]) -> list[str]:
    """The paths of the parity files that are not as they were written."""
    parities = [name for name in files if name.endswith(PARITY_EXT)]
    return [name for name in parities if not _is(folder / name, files[name].sha256)]


def _of_segment(file: SectionFile) -> dict[str, _Parity]:
    return {
        name: _Parity(
            size, file.array(f"sums {number}"), file.array(f"parity {number}").reshape(-1, min(size, _BLOCK))
        )
        for number, (name, size) in enumerate(file.facts["files"].items())
    }


def _is_sound(path: Path, known: _Parity | None, entry: FileEntry) -> bool:
    try:
        as_written = known and path.stat().st_size == known.size and not _read(path, known.damaged)
    except (OSError, ValueError):
        return False
    # Earlier updates rewrote digests without their parity; then the file's digest in the manifest decides.
    return bool(as_written) or _is(path, entry.sha256)


def _is(path: Path, sha256: str) -> bool:
    try:
        return digest(path) == sha256
    except OSError:
        return False


def _mend(source: Path, target: Path, known: _Parity, sha256: str) -> bool:
    """Copy a file as far as it can be read and mend the copy; return whether the copy is sound."""
    try:
        shutil.copyfile(source, target)
    except FileNotFoundError:
        target.touch()
    with target.open("r+b") as stream:
        stream.truncate(known.size)
        with mmap.mmap(stream.fileno(), 0) as mapped, memoryview(mapped) as content:
            sound = known.mend(content)
    return sound and digest(target) == sha256

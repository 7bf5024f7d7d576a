"""What a damaged file of a segment is mended from: a sum of each block, and parity over groups of them.

A block that the disk altered, or cannot read, is made again from the other blocks of its group and their
parity, as RAID 5 does with disks. Blocks of a group stand far from each other in the file, so that damage to
one region of the disk takes one block of each. One file beside those of a segment, 1 % of their size, says it
of all of them; it goes with the segment into every generation that shares its files. Another says it of the
lists of a generation, and its manifest has a copy beside ``CURRENT``.

Nothing is written where the files are: ``mended_copy`` makes a sound copy, which a reader opens in place of
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
from onneshon.index.storage.manifest import FileEntry, Generation, digest, names_in

T = TypeVar("T")

PARITY_EXT: Final = ".parity"

_BLOCK: Final = 1 << 12
"""Bytes; what a disk reads or loses at a time is as much or a few times that."""

_GROUP: Final = 128
"""Blocks that share a block of parity: parity / file = 1 / 128 (0.8 %), sums / file = 4 / 4096 (0.1 %)."""


class _Parity(NamedTuple):
    """What is known of a file.

    Attributes:
        size: in bytes.
        sums: of each block, the last of which may be shorter.
        parity: of each group, shape (groups, bytes of its largest block); block b is in group b % groups.
    """

    size: int
    sums: NDArray[np.uint32]
    parity: NDArray[np.uint8]

    @classmethod
    def of(cls, content: memoryview) -> "_Parity":
        """Of the bytes of a file."""
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
        """The blocks of a file that are not as they were."""
        return [
            block
            for block, expected in enumerate(self.sums.tolist())
            if checksum(content[block * _BLOCK : (block + 1) * _BLOCK]) != expected
        ]

    def mend(self, content: memoryview) -> bool:
        """Make the damaged blocks of a file again, in place; whether all of them could be made."""
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
    """Write the file from which the others of a segment can be mended, or the lists of an index.

    Args:
        folder: of the generation that is being written, with these files.
        segment: name of its files, without their endings; that of the index for its lists.
        known: what was known of some of them when they were written, which need not be read again.
    """
    names = [name for name in files_of(segment, names_in(folder)) if name != f"{segment}{PARITY_EXT}"]
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
    """Write it again for a segment that stays, of whose files one was written anew.

    What is known of the others is taken from the generation before: they may be damaged by now.

    Args:
        before: folder of that generation.
        folder: of the generation that is being written.
        segment: name of its files, without their endings.
        changed: path of that file within either.
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
    """Paths of the files of a generation that are not as they were built, as far as parity says.

    Reads all of it; raises IndexCorruptError where no manifest is sound.
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
        generation: it.
        into: a folder, empty.
        link: gives a sound file, its first argument, a second name.
        names: how the paths of files end that are wanted.
        spared: how the paths of files end that are left out where they cannot be mended; some of them have
            no parity.

    Returns:
        Paths of the files that were mended, the manifest and ``CURRENT`` among them, though no copy is made
        of these; all others are linked as they are.

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
            link(source.absolute(), target)  # a symbolic link leads on from the folder that it is in
        elif parity and _mend(source, target, parity, entry.sha256):
            mended.append(name)
        elif name.endswith(spared):
            target.unlink(missing_ok=True)
        else:
            raise IndexCorruptError(f"{source} has more damage than can be mended: {REPAIR}")
    for name in altered:  # what it says follows from the files that it is of
        if name.endswith(names):
            write_parity(into, name.removesuffix(PARITY_EXT))
            mended.append(name)
    return mended


def _known(folder: Path, names: Iterable[str]) -> Mapping[str, _Parity]:
    """What is known of files by those of some others that say it, as far as these can be read."""
    found: dict[str, _Parity] = {}
    for name in names:
        if name.endswith(PARITY_EXT):
            with suppress(OnneshonError):
                found |= _of_segment(SectionFile.open(folder / name))
    return found


def _altered(folder: Path, files: Mapping[str, FileEntry]) -> list[str]:
    """Those files that say what is known of others, and are not as they were written."""
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
    # Updates once wrote digests anew without their parity; what the manifest says of a file decides.
    return bool(as_written) or _is(path, entry.sha256)


def _is(path: Path, sha256: str) -> bool:
    try:
        return digest(path) == sha256
    except OSError:
        return False


def _mend(source: Path, target: Path, known: _Parity, sha256: str) -> bool:
    """Copy a file as far as it can be read, and mend the copy, if that can be done."""
    try:
        shutil.copyfile(source, target)
    except FileNotFoundError:
        target.touch()
    with target.open("r+b") as stream:
        stream.truncate(known.size)
        with mmap.mmap(stream.fileno(), 0) as mapped, memoryview(mapped) as content:
            sound = known.mend(content)
    return sound and digest(target) == sha256

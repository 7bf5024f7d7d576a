"""Snapshots: a whole generation in one file, and restoring an index from such a file.

A snapshot is a tar archive compressed by zstd, with checksums: first ``manifest.json``, then the files that
it lists with their sizes and SHA-256; then the configuration files of the site and the data of its desk,
each preceded by its SHA-256. It is readable by its owner only, as some of these files are. Restoring trusts
nothing that the checksums do not cover: names must be those of our own files, no member may be a link or
longer than announced, and Whoosh's list of segments, a pickle, is not taken from the archive but written
again.
"""

import contextlib
import hashlib
import io
import os
import shutil
import sys
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, Any, Final

from onneshon.index.errors import BuildError, IndexCorruptError, IndexStateError
from onneshon.index.storage.arriving import SummedFile, check_names, live_name, open_held, tried, write_summed
from onneshon.index.storage.beside import (
    DATABASE,
    SiteState,
    copy_database,
    kept_names,
    may_be,
    put_back,
)
from onneshon.index.storage.durable import (
    check_replaceable,
    explain,
    make_folder,
    sync_file,
    sync_folder,
    writer_lock,
)
from onneshon.index.storage.generations import KEPT, Generations
from onneshon.index.storage.manifest import MANIFEST_FILE, FileEntry, Manifest
from onneshon.index.storage.reader import check_fingerprints

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_CHUNK: Final = 1 << 20
_LEVEL: Final = 3
_MANIFEST_LIMIT: Final = 16 << 20
"""Most bytes of a manifest, which has some 150 for each file."""
_OVERHEAD: Final = 8 << 10
"""Most bytes of the archive for each file in addition to its content."""
_SUM: Final = hashlib.sha256().digest_size
_BROKEN: Final = (tarfile.TarError, zstd.ZstdError, EOFError, ValueError, OverflowError)


@dataclass(frozen=True, slots=True)
class SnapshotReport:
    """The outcome of writing or restoring a snapshot.

    Attributes:
        generation: the generation that was written; of a restored index, the new one.
        articles: the number of its articles.
        files: the number of its files.
        bytes: the size of its files.
        snapshot_bytes: the size of the snapshot.
        site: what became of each configuration file of the site and each file of its desk, by name.
    """

    generation: str
    articles: int
    files: int
    bytes: int
    snapshot_bytes: int
    site: Mapping[str, SiteState] = field(default_factory=dict)


def snapshot(directory: Path, file: Path) -> SnapshotReport:
    """Write the live generation and the site's files to a snapshot; searches and builds continue meanwhile.

    Every byte is compared with the manifest on the way. The file appears under its name when it is complete
    and durable; an earlier file of that name is replaced.

    Args:
        directory: the index.
        file: the path of the snapshot.

    Raises:
        IndexMissingError: there is no index.
        IndexCorruptError: a file is not as it was built; nothing was written.
        BuildError: the path has no file name, or the disk refused something; nothing was written.
    """
    if not file.name:
        raise BuildError(f"no snapshot was written: {file} is no name of a file")
    unfinished = file.with_name(f".{file.name}.new")
    try:
        if not file.absolute().parent.is_dir():
            raise BuildError(f"no snapshot was written: there is no folder {file.parent}: make it first")
        check_replaceable(file)
        generation = Generations(directory).agreed()
        manifest = generation.manifest()
        kept = _write_all(generation.folder, manifest, directory, unfinished)
        sync_file(unfinished)
        unfinished.replace(file)
        sync_folder(file.absolute().parent)
        size = file.stat().st_size
    except OSError as error:
        raise BuildError(f"no snapshot was written: {explain(error, file)}") from error
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink()
    return _report(generation.name, manifest, size, dict.fromkeys(kept, "in it"))


def _write_all(folder: Path, manifest: Manifest, directory: Path, unfinished: Path) -> tuple[str, ...]:
    """Write a generation and the site's files next to it; return the names of the latter."""
    copies = unfinished.with_name(f"{unfinished.name}-site")
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, copies, ignore_errors=True)
        files = {name: open_held(stack, folder / name, "no snapshot was written") for name in manifest.files}
        site = _opened_site(stack, directory, copies)
        with _opened_anew(unfinished) as stream:
            _write(stream, manifest, files, site)
    return tuple(site)


def _opened_anew(path: Path) -> IO[bytes]:
    """Create a file for its owner only, replacing any earlier one, and open it for writing."""
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")


def _opened_site(stack: contextlib.ExitStack, directory: Path, copies: Path) -> dict[str, IO[bytes]]:
    """Open the current files of the site and its desk, by name; databases as copies in a folder."""
    shutil.rmtree(copies, ignore_errors=True)
    copies.mkdir(mode=0o700)
    opened: dict[str, IO[bytes]] = {}
    for name in kept_names(directory):
        path = directory / name
        if name.endswith(DATABASE):
            path = copies / name
            copy_database(directory / name, path)
        opened[name] = stack.enter_context(path.open("rb"))
    return opened


def _report(generation: str, manifest: Manifest, size: int, site: Mapping[str, SiteState]) -> SnapshotReport:
    return SnapshotReport(generation, manifest.articles, len(manifest.files), manifest.size, size, site)


def _write(
    stream: IO[bytes], manifest: Manifest, files: Mapping[str, IO[bytes]], site: Mapping[str, IO[bytes]]
) -> None:
    options: Mapping[int, int] = {
        zstd.CompressionParameter.compression_level: _LEVEL,
        zstd.CompressionParameter.checksum_flag: 1,
    }
    with (
        zstd.ZstdFile(stream, "wb", options=options) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.GNU_FORMAT) as archive,
    ):
        content = manifest.encode()
        archive.addfile(_member(MANIFEST_FILE, len(content)), io.BytesIO(content))
        for name, entry in manifest.files.items():
            archive.addfile(_member(name, entry.size), SummedFile(files[name], name, entry))
        for name, file in site.items():
            summed = _Summed(file)
            archive.addfile(_member(name, summed.size), summed)


class _Summed(io.RawIOBase):
    """A stream of a file's SHA-256 followed by the file."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self._sum = hashlib.file_digest(file, "sha256").digest()  # type: ignore[arg-type]  # it reads into a buffer
        self._file = file
        self.size = len(self._sum) + file.tell()
        file.seek(0)

    def read(self, size: int = -1) -> bytes:
        """Read exactly N bytes, which ``tarfile`` relies on, or all."""
        piece = self._sum if size < 0 else self._sum[:size]
        self._sum = self._sum[len(piece) :]
        return piece + self._file.read(size if size < 0 else size - len(piece))


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size = size
    member.mode = 0o400
    return member


def restore(file: Path, directory: Path, *, wait: float = 0, keep: int = KEPT) -> SnapshotReport:
    """Make the generation in a snapshot live; the previously live one is kept for a rollback.

    The site's and its desk's files are written where the index has no file of that name; existing files
    stay.

    Args:
        file: the file that ``snapshot`` wrote.
        directory: the index; made if it is missing, for its owner only.
        wait: seconds to wait for another writer.
        keep: the number of generations that stay, the new one included.

    Raises:
        IndexStateError: there is no such file.
        IndexCorruptError: the file is no snapshot, or was altered; nothing has changed.
        IndexOutdatedError: the snapshot is of another version, and there is a live index; into an empty
            directory it is restored, for ``migrate``.
        IndexLockedError: another process writes the index.
        BuildError: the disk refused something; the live index is as it was.
    """
    try:
        size = file.stat().st_size
        make_folder(directory)
        with file.open("rb") as stream, writer_lock(directory, wait=wait):
            generations = Generations(directory)
            manifest, name, site = _restored(stream, file, generations, keep)
    except FileNotFoundError as error:
        raise IndexStateError(
            f"{error.filename or file} is not there: name a file that `onneshon index snapshot` wrote"
        ) from None
    except OSError as error:
        raise BuildError(
            f"nothing was restored, and the live index is as it was: {explain(error, directory)}"
        ) from error
    return _report(name, manifest, size, site)


def _restored(
    stream: IO[bytes], file: Path, generations: Generations, keep: int
) -> tuple[Manifest, str, Mapping[str, SiteState]]:
    generations.clear()
    previous = live_name(generations)
    working = generations.begin()
    beside = working.with_name(f"site-{working.name}")  # ``clear`` removes it too, by its suffix
    beside.mkdir(mode=0o700)
    try:
        manifest, kept = _unpacked(stream, file, working, beside)
        if previous is not None:
            check_fingerprints(manifest)
        manifest = tried(working, manifest, str(file))
        # Before the generation is published: its readers read the site's files too.
        site = put_back(beside, kept, generations.directory)
        generation = generations.publish(working)
    finally:
        generations.clear()
    generations.collect(previous, keep=keep)
    return manifest, generation.name, site


def _unpacked(stream: IO[bytes], file: Path, working: Path, beside: Path) -> tuple[Manifest, list[str]]:
    try:
        with zstd.ZstdFile(stream, "rb") as packed:
            bounded = _Bounded(packed, _MANIFEST_LIMIT)
            with tarfile.open(fileobj=bounded, mode="r|") as archive:
                members = iter(archive)
                manifest = _manifest(archive, members, file)
                bounded.allow(sum(entry.size + _OVERHEAD for entry in manifest.files.values()) + _OVERHEAD)
                _unpack(archive, members, manifest, working)
                kept = _unpack_site(archive, members, beside, bounded)
    except _BROKEN as error:
        raise IndexCorruptError(
            f"{file} is no snapshot, or is damaged ({error}): take another one"
        ) from error
    (working / MANIFEST_FILE).write_bytes(manifest.encode())
    return manifest, kept


def _manifest(archive: tarfile.TarFile, members: Iterator[tarfile.TarInfo], file: Path) -> Manifest:
    member = next(members, None)
    if member is None or member.name != MANIFEST_FILE or not member.isreg():
        raise ValueError("its first member is not a manifest")
    content = _content(archive, member).read()
    manifest = Manifest.decode(content, file / MANIFEST_FILE)
    check_names(manifest)
    return manifest


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    content = archive.extractfile(member)
    if content is None:
        raise ValueError(f"{member.name!r} is not a file")
    return content


def _unpack(
    archive: tarfile.TarFile, members: Iterator[tarfile.TarInfo], manifest: Manifest, working: Path
) -> None:
    """Write the files of the index, which come first in the archive."""
    missing = dict(manifest.files)
    while missing:
        member = next(members, None)
        if member is None:
            raise ValueError(f"{min(missing)} is missing")
        entry = missing.pop(member.name, None)
        if entry is None or not member.isreg() or member.size != entry.size:
            raise ValueError(f"{member.name!r} is not one of the files that its manifest lists")
        write_summed(_pieces(_content(archive, member)), working / member.name, entry)


def _unpack_site(
    archive: tarfile.TarFile, members: Iterator[tarfile.TarInfo], beside: Path, bounded: "_Bounded"
) -> list[str]:
    """Write the site's files and return their names; ``onneshon.toml``, which names others, comes first."""
    names: list[str] = []
    for member in members:
        if not member.isreg() or member.name in names or not may_be(member.name, beside):
            raise ValueError(f"{member.name!r} is not one of the files that belong beside an index")
        bounded.allow(member.size + _OVERHEAD)
        content = _content(archive, member)
        entry = FileEntry(member.size - _SUM, content.read(_SUM).hex())
        write_summed(_pieces(content), beside / member.name, entry)
        names.append(member.name)
    return names


def _pieces(content: IO[bytes]) -> Iterator[bytes]:
    return iter(partial(content.read, _CHUNK), b"")


class _Bounded(io.RawIOBase):
    """A stream that is read up to a limit only: a small file may decompress to a very long archive."""

    def __init__(self, stream: Any, most: int) -> None:
        super().__init__()
        self._stream = stream
        self._left = most

    def allow(self, more: int) -> None:
        """Raise the limit by N bytes."""
        self._left += more

    def read(self, size: int = -1) -> bytes:
        """Read at most N bytes, or all; raises ValueError where the stream is longer than the limit."""
        most = self._left + 1
        piece: bytes = self._stream.read(most if size < 0 else min(size, most))
        self._left -= len(piece)
        if self._left < 0:
            raise ValueError("it is longer than it says")
        return piece

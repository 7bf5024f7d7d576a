"""All of a generation in one file, and an index out of such a file.

A snapshot is a tar archive compressed by zstd, with sums of its own: first ``manifest.json``, then the files
that it lists, each of which has its size and SHA-256 there; then the files in which the site says something
and its desk keeps what was decided, each with its SHA-256 before it. It is for its owner only, as some of
these are. Who restores one believes nothing that the sums do not say: names are those of our own files, no
member is a link or longer than was said, and Whoosh's list of segments, a pickle, is not taken from it but
written anew.
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
"""Bytes; a manifest has some 150 for each file."""
_OVERHEAD: Final = 8 << 10
"""Bytes of the archive for each file beside its content, at most."""
_SUM: Final = hashlib.sha256().digest_size
_BROKEN: Final = (tarfile.TarError, zstd.ZstdError, EOFError, ValueError, OverflowError)


@dataclass(frozen=True, slots=True)
class SnapshotReport:
    """What went into a snapshot, or came out of one.

    Attributes:
        generation: that was read; of a restored index, the new one.
        articles: how many it holds.
        files: how many it has.
        bytes: size of them.
        snapshot_bytes: size of the snapshot.
        site: what became of each file in which the site says something or its desk keeps something.
    """

    generation: str
    articles: int
    files: int
    bytes: int
    snapshot_bytes: int
    site: Mapping[str, SiteState] = field(default_factory=dict)


def snapshot(directory: Path, file: Path) -> SnapshotReport:
    """Write the live generation and what the site says to a file; searches and builds go on meanwhile.

    Every byte is compared with the manifest on its way. The file appears under its name when it is whole and
    on the disk; what had the name before is replaced.

    Args:
        directory: the index.
        file: where to.

    Raises:
        IndexMissingError: there is no index.
        IndexCorruptError: a file is not as it was built; nothing was written.
        BuildError: it is no name of a file, or the disk refused something; nothing was written.
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
    """Write a generation, and what is kept beside it; the names of the latter."""
    copies = unfinished.with_name(f"{unfinished.name}-site")
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, copies, ignore_errors=True)
        files = {name: open_held(stack, folder / name, "no snapshot was written") for name in manifest.files}
        site = _opened_site(stack, directory, copies)
        with _opened_anew(unfinished) as stream:
            _write(stream, manifest, files, site)
    return tuple(site)


def _opened_anew(path: Path) -> IO[bytes]:
    """A file for its owner only, whatever was there."""
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")


def _opened_site(stack: contextlib.ExitStack, directory: Path, copies: Path) -> dict[str, IO[bytes]]:
    """What the site says and its desk keeps, as it is now; of databases, copies in a folder."""
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
    """A file with its SHA-256 before it."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self._sum = hashlib.file_digest(file, "sha256").digest()  # type: ignore[arg-type]  # it reads into a buffer
        self._file = file
        self.size = len(self._sum) + file.tell()
        file.seek(0)

    def read(self, size: int = -1) -> bytes:
        """Read N bytes, no fewer, which archives rely on; or all."""
        piece = self._sum if size < 0 else self._sum[:size]
        self._sum = self._sum[len(piece) :]
        return piece + self._file.read(size if size < 0 else size - len(piece))


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size = size
    member.mode = 0o400
    return member


def restore(file: Path, directory: Path, *, wait: float = 0, keep: int = KEPT) -> SnapshotReport:
    """Make what a snapshot holds the live index; what was live is kept for a rollback.

    What the site said and its desk kept is written where the index has nothing of that name; what is there
    stays.

    Args:
        file: what ``snapshot`` wrote.
        directory: the index; made if need be, for its owner only.
        wait: seconds to wait for another writer.
        keep: generations that stay, the new one among them.

    Raises:
        IndexStateError: there is no such file.
        IndexCorruptError: it is no snapshot, or not as it was written; nothing has changed.
        IndexOutdatedError: it is of another version, and there is a live index; into an empty directory it is
            restored, for ``migrate``.
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
    beside = working.with_name(f"site-{working.name}")  # which goes as what is half built does
    beside.mkdir(mode=0o700)
    try:
        manifest, kept = _unpacked(stream, file, working, beside)
        if previous is not None:
            check_fingerprints(manifest)
        manifest = tried(working, manifest, str(file))
        # Before it is published: readers of the generation read with it.
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
    """Write the files of an index, which come first."""
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
    """Write the files of the site, ``onneshon.toml`` first, which names others; their names."""
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
    """A stream of which no more is read than was allowed: a small file may hold a very long archive."""

    def __init__(self, stream: Any, most: int) -> None:
        super().__init__()
        self._stream = stream
        self._left = most

    def allow(self, more: int) -> None:
        """Let N more bytes be read."""
        self._left += more

    def read(self, size: int = -1) -> bytes:
        """Read N bytes, or all that may be read."""
        most = self._left + 1
        piece: bytes = self._stream.read(most if size < 0 else min(size, most))
        self._left -= len(piece)
        if self._left < 0:
            raise ValueError("it is longer than it says")
        return piece

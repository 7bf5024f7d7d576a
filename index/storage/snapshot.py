"""All of a generation in one file, and an index out of such a file.

A snapshot is a tar archive compressed by zstd, with sums of its own: first ``manifest.json``, then the files
that it lists, each of which has its size and SHA-256 there; then what the site says, if it says anything,
with its SHA-256 before it. Who restores one believes nothing that these do not say: names are those of our
own files, no member is a link or longer than was said, and Whoosh's list of segments, a pickle, is not taken
from it but written anew.
"""

import contextlib
import hashlib
import io
import sys
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any, Final, Literal, TypeAlias

from onneshon.index.configuration import FILE_NAME
from onneshon.index.errors import BuildError, IndexCorruptError, IndexStateError
from onneshon.index.storage.arriving import SummedFile, check_names, live_name, open_held, tried, write_summed
from onneshon.index.storage.durable import (
    check_replaceable,
    explain,
    make_folder,
    replace_file,
    sync_file,
    sync_folder,
    writer_lock,
)
from onneshon.index.storage.generations import KEPT, Generations
from onneshon.index.storage.manifest import MANIFEST_FILE, Manifest
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
_SITE_LIMIT: Final = 1 << 20
"""Bytes of ``onneshon.toml``; one of twenty fields has a thousand or two."""
_BROKEN: Final = (tarfile.TarError, zstd.ZstdError, EOFError, ValueError, OverflowError)


SiteFile: TypeAlias = Literal["", "in it", "written", "same", "kept"]


@dataclass(frozen=True, slots=True)
class SnapshotReport:
    """What went into a snapshot, or came out of one.

    Attributes:
        generation: that was read; of a restored index, the new one.
        articles: how many it holds.
        files: how many it has.
        bytes: size of them.
        snapshot_bytes: size of the snapshot.
        site: whether ``onneshon.toml`` is in it; of a restored index, whether that was ``written`` or is the
            ``same`` as the one that is there, or another one is there, which was ``kept``; empty where the
            snapshot has none.
    """

    generation: str
    articles: int
    files: int
    bytes: int
    snapshot_bytes: int
    site: SiteFile = ""


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
        BuildError: the disk refused something; nothing was written.
    """
    unfinished = file.with_name(f".{file.name}.new")
    try:
        if not file.absolute().parent.is_dir():
            raise BuildError(f"no snapshot was written: there is no folder {file.parent}: make it first")
        check_replaceable(file)
        generation = Generations(directory).current()
        manifest = generation.manifest()
        with contextlib.ExitStack() as stack:
            opened = {
                name: open_held(stack, generation.folder / name, "no snapshot was written")
                for name in manifest.files
            }
            said = _said(directory)
            with unfinished.open("wb") as stream:
                _write(stream, manifest, opened, said)
        sync_file(unfinished)
        unfinished.replace(file)
        sync_folder(file.absolute().parent)
        size = file.stat().st_size
    except OSError as error:
        raise BuildError(f"no snapshot was written: {explain(error, file)}") from error
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink()
    return _report(generation.name, manifest, size, "" if said is None else "in it")


def _said(directory: Path) -> bytes | None:
    """What ``onneshon.toml`` says, right or wrong; None where there is none."""
    path = directory / FILE_NAME
    if not path.exists():
        return None
    with path.open("rb") as stream:
        content = stream.read(_SITE_LIMIT + 1)
    if len(content) > _SITE_LIMIT:
        raise BuildError(f"no snapshot was written: {path} is longer than {_SITE_LIMIT:,} bytes: shorten it")
    return content


def _report(generation: str, manifest: Manifest, size: int, site: SiteFile) -> SnapshotReport:
    return SnapshotReport(generation, manifest.articles, len(manifest.files), manifest.size, size, site)


def _write(stream: IO[bytes], manifest: Manifest, files: dict[str, IO[bytes]], said: bytes | None) -> None:
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
        if said is not None:
            summed = hashlib.sha256(said).digest() + said
            archive.addfile(_member(FILE_NAME, len(summed)), io.BytesIO(summed))


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size = size
    member.mode = 0o400
    return member


def restore(file: Path, directory: Path, *, wait: float = 0, keep: int = KEPT) -> SnapshotReport:
    """Make what a snapshot holds the live index; what was live is kept for a rollback.

    What the site said is written where the index has no ``onneshon.toml``; one that is there stays.

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
) -> tuple[Manifest, str, SiteFile]:
    generations.clear()
    previous = live_name(generations)
    working = generations.begin()
    try:
        manifest, said = _unpacked(stream, file, working)
        if previous is not None:
            check_fingerprints(manifest)
        manifest = tried(working, manifest, str(file))
        # Before it is published: readers of the generation read with it.
        site = _put_back(said, generations.directory / FILE_NAME)
        generation = generations.publish(working)
    finally:
        generations.clear()
    generations.collect(previous, keep=keep)
    return manifest, generation.name, site


def _put_back(said: bytes | None, path: Path) -> SiteFile:
    """Write what the site said, unless something is there; what became of it."""
    if said is None:
        return ""
    if path.exists():
        return "same" if path.read_bytes() == said else "kept"
    replace_file(path, said)
    return "written"


def _unpacked(stream: IO[bytes], file: Path, working: Path) -> tuple[Manifest, bytes | None]:
    try:
        with zstd.ZstdFile(stream, "rb") as packed:
            bounded = _Bounded(packed, _MANIFEST_LIMIT)
            with tarfile.open(fileobj=bounded, mode="r|") as archive:
                members = iter(archive)
                manifest = _manifest(archive, members, file)
                bounded.allow(sum(entry.size + _OVERHEAD for entry in manifest.files.values()))
                bounded.allow(_SITE_LIMIT + _OVERHEAD)
                said = _unpack(archive, members, manifest, working)
    except _BROKEN as error:
        raise IndexCorruptError(
            f"{file} is no snapshot, or is damaged ({error}): take another one"
        ) from error
    (working / MANIFEST_FILE).write_bytes(manifest.encode())
    return manifest, said


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
) -> bytes | None:
    """Write the files of an index; what the site said is given back, None where it said nothing."""
    missing, said = dict(manifest.files), None
    for member in members:
        if member.name == FILE_NAME and member.isreg() and member.size <= _SITE_LIMIT + _SUM and said is None:
            said = _checked(_content(archive, member).read())
            continue
        entry = missing.pop(member.name, None)
        if entry is None or not member.isreg() or member.size != entry.size:
            raise ValueError(f"{member.name!r} is not one of the files that its manifest lists")
        pieces = iter(partial(_content(archive, member).read, _CHUNK), b"")
        write_summed(pieces, working / member.name, entry)
    if missing:
        raise ValueError(f"{min(missing)} is missing")
    return said


def _checked(summed: bytes) -> bytes:
    """What stands behind its sum."""
    if hashlib.sha256(summed[_SUM:]).digest() != summed[:_SUM]:
        raise ValueError(f"{FILE_NAME} is not what its sum says")
    return summed[_SUM:]


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
        wanted = self._left + 1 if size < 0 else size
        piece: bytes = self._stream.read(min(wanted, self._left + 1))
        self._left -= len(piece)
        if self._left < 0:
            raise ValueError("it is longer than it says")
        return piece

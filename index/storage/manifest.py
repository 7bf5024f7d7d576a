"""A generation and its manifest, the list of its files, by which altered files are detected before use.

The manifest is read first: it names every file with its size and SHA-256. Its own digest is in ``CURRENT``,
and a copy of it lies next to ``CURRENT``. Large files contain checksums of their own; the lists of segments,
ours and the pickle of Whoosh, contain none.
"""

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from onneshon.index.columnar.segment_list import SEGMENT_LIST, WHOOSH_LIST_EXT
from onneshon.index.errors import REPAIR, IndexCorruptError, IndexOutdatedError, IndexStateError
from onneshon.index.storage.durable import raise_error, unreadable

MANIFEST_FILE = "manifest.json"
POINTER_FILE = "CURRENT"
FORMAT = 3
"""Version of the layout of an index directory; each version needs its own reader."""

BELIEVED: Final = (
    "CURRENT is damaged; the copy of the manifest beside it tells which generation is live, and is believed: "
    "nothing is missing or needs to be rolled back, and the next update, or `onneshon index repair`, writes "
    "CURRENT again"
)
"""The warning where the live generation is identified by the copy of its manifest alone."""

READABLE = (1, 2, FORMAT)
"""Formats whose stored texts can be read, so that the index can be built again."""

_POINTER: Final = re.compile(rb"([0-9]{6,}) ([0-9a-f]{64})\n")
_LEGIBLE_NAME: Final = re.compile(rb"([0-9]{6,}) ")
_LEGIBLE_SHA256: Final = re.compile(rb"(?<![0-9a-f])([0-9a-f]{64})(?![0-9a-f])")

_SMALL = 1 << 16
_WITHOUT_SUMS = (SEGMENT_LIST, WHOOSH_LIST_EXT)
"""Suffixes of the files of which every byte is compared at each opening."""


@dataclass(frozen=True, slots=True)
class FileEntry:
    """The size in bytes and the SHA-256, in lower-case hexadecimal, of one file."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The record of a build: its result, its sources, and the versions it was made with.

    Attributes:
        articles: the number of articles in the generation.
        analyzer: fingerprint of the analysis; a query must be analysed the same way.
        schema: fingerprint of the fields.
        created: when the generation was built, ISO 8601, UTC.
        versions: versions of ICU, Unicode and the like at that time, for the record.
        sources: the paths that were read.
        skipped: the number of articles left out, by kind of fault.
        files: each file's path within the generation, with ``/``, to its size and digest; without the
            manifest itself.
        format: version of the layout.
        basis: what impacts are computed with (``ranking.Basis.to_dict``); None in the first layout.
    """

    articles: int
    analyzer: str
    schema: str
    created: str
    versions: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    skipped: Mapping[str, int] = field(default_factory=dict)
    files: Mapping[str, FileEntry] = field(default_factory=dict)
    format: int = FORMAT
    basis: Mapping[str, float] | None = None

    @property
    def size(self) -> int:
        """The bytes of all files together."""
        return sum(entry.size for entry in self.files.values())

    def encode(self) -> bytes:
        """The manifest's canonical bytes, its own digest included."""
        fields = asdict(self)
        if self.basis is None:
            del fields["basis"]
        return sealed(fields)

    @classmethod
    def decode(cls, content: bytes, where: Path | str) -> "Manifest":
        """Read what `encode` wrote.

        Args:
            content: the file's bytes.
            where: the file, for messages.

        Raises:
            IndexCorruptError: a byte of the content is not as it was written.
            IndexOutdatedError: the manifest was written for another layout of the index directory.
        """
        try:
            fields = json.loads(content)
            layout = fields["format"]
            if type(layout) is int and layout not in READABLE:
                message = f"{where} describes layout {layout}, not {FORMAT}: build the index again"
                raise IndexOutdatedError(message)
            manifest = cls._from_fields(fields)
            intact = manifest.encode() == content
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            intact = False
        if not intact:
            raise IndexCorruptError(f"{where} is garbled: {REPAIR}")
        return manifest

    @classmethod
    def _from_fields(cls, fields: dict[str, Any]) -> "Manifest":
        del fields["self"]
        fields["files"] = {name: FileEntry(**entry) for name, entry in fields["files"].items()}
        fields["sources"] = tuple(fields["sources"])
        return cls(**fields)

    def check_files(self, generation: Path, *, digests: bool) -> None:
        """Compare the files of a generation with this manifest.

        Args:
            generation: the generation's folder.
            digests: whether every byte is read; if not, all names and sizes are compared, but the bytes only
                of small files and of the lists of segments.

        Raises:
            IndexCorruptError: a file is missing, superfluous, cut short, or altered; the message names it.
            IndexStateError: the folder cannot be listed.
        """
        try:
            present = sizes_in(generation)
        except OSError as error:
            raise IndexStateError(f"{generation} cannot be listed: {error.strerror}") from error
        for name in sorted(present.keys() - self.files.keys()):
            raise IndexCorruptError(f"{generation / name} is not one of the files that were built: {REPAIR}")
        for name, entry in self.files.items():
            _check_file(generation / name, entry, present.get(name), digests=digests)


def looks_sound(path: Path, entry: FileEntry, *, digests: bool = False) -> bool:
    """Whether a file is as it was built; without ``digests``, checked only as far as by opening an index."""
    try:
        _check_file(path, entry, path.stat().st_size, digests=digests)
    except (OSError, IndexCorruptError):
        return False
    return True


def _check_file(path: Path, entry: FileEntry, size: int | None, *, digests: bool) -> None:
    if size is None:
        raise IndexCorruptError(f"{path} is missing: {REPAIR}")
    if size != entry.size:
        raise IndexCorruptError(f"{path} has {size:,} bytes instead of {entry.size:,}: {REPAIR}")
    if (digests or size <= _SMALL or path.name.endswith(_WITHOUT_SUMS)) and digest(path) != entry.sha256:
        raise IndexCorruptError(f"{path} was altered after it was built: {REPAIR}")


def sealed(fields: Mapping[str, Any]) -> bytes:
    """The canonical JSON of an object, with a digest of itself."""
    return _canonical({**fields, "self": hashlib.sha256(_canonical(fields)).hexdigest()})


def _canonical(fields: Mapping[str, Any]) -> bytes:
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True, indent=1)
    # A path that is not UTF-8 reaches Python as lone surrogates; its record need not be exact.
    return text.encode("utf-8", "backslashreplace") + b"\n"


def sizes_in(generation: Path) -> dict[str, int]:
    """The sizes of the files of a generation, by path within it, without the manifest.

    ``Path.rglob`` would not do: it treats a folder that it has no permission to list as empty.
    """
    sizes = {}
    for parent, folders, names in os.walk(generation, onerror=raise_error):
        links = [name for name in folders if Path(parent, name).is_symlink()]
        for path in (Path(parent, name) for name in (*names, *links)):
            sizes[path.relative_to(generation).as_posix()] = path.lstat().st_size
    sizes.pop(MANIFEST_FILE, None)
    return sizes


def content_of(path: Path) -> bytes:
    """The bytes of a file; empty if the file cannot be read."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def describe_files(generation: Path, known: Mapping[str, FileEntry] | None = None) -> dict[str, FileEntry]:
    """The size and digest of every file of a generation, without the manifest.

    Args:
        generation: the generation's folder.
        known: the entries of files that it shares with another generation, which are then not read.
    """
    known = known or {}
    return {
        name: known.get(name) or FileEntry(size, digest(generation / name))
        for name, size in sorted(sizes_in(generation).items())
    }


def digest(path: Path) -> str:
    """SHA-256 of a file in lower-case hexadecimal, read in pieces."""
    with path.open("rb", buffering=0) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class Generation:
    """One whole index.

    Attributes:
        name: the generation's number, with leading zeros.
        folder: the folder of its files.
        manifest_sha256: the digest that its manifest must have; empty if it is recorded in the manifest only.
        warning: the warning that ``CURRENT`` is damaged; empty if ``CURRENT`` is sound.
    """

    name: str
    folder: Path
    manifest_sha256: str = ""
    warning: str = ""

    def manifest(self) -> Manifest:
        """Read and check the manifest.

        Raises:
            IndexCorruptError: the manifest is missing, garbled, or not the one that was published.
            IndexOutdatedError: the manifest describes another layout.
        """
        path = self.folder / MANIFEST_FILE
        try:
            content = path.read_bytes()
        except (FileNotFoundError, IsADirectoryError):
            raise IndexCorruptError(f"{path} is missing: {REPAIR}") from None
        except OSError as error:
            raise IndexStateError(unreadable(error, path)) from error
        manifest = Manifest.decode(content, path)
        if self.manifest_sha256 and hashlib.sha256(content).hexdigest() != self.manifest_sha256:
            raise IndexCorruptError(f"{path} is not the one that was published: {REPAIR}")
        return manifest

    def is_another(self) -> bool:
        """Whether the manifest in the folder is sound, but has another digest than ``CURRENT`` says."""
        path = self.folder / MANIFEST_FILE
        content = content_of(path)
        if hashlib.sha256(content).hexdigest() == self.manifest_sha256:
            return False
        try:
            Manifest.decode(content, path)
        except IndexStateError:
            return False
        return True

    def agreed_manifest(self) -> tuple[Manifest, list[str]]:
        """The manifest by a vote of three: the manifest, its copy, and the digest in ``CURRENT``; two decide.

        Returns:
            The manifest, and the name of the third file if that is damaged, as ``Generations.agreed`` found
            of ``CURRENT``.

        Raises:
            IndexCorruptError: no two agree, or the manifest of a generation that is not live is damaged.
            IndexOutdatedError: the manifest describes another layout.
        """
        copy = self.folder.parent.parent / MANIFEST_FILE
        try:
            return self.manifest(), [POINTER_FILE] if self.warning else []
        except IndexCorruptError:
            if not self.manifest_sha256:
                raise
            copied = content_of(copy)
            if hashlib.sha256(copied).hexdigest() == self.manifest_sha256:
                return Manifest.decode(copied, copy), [MANIFEST_FILE]
            raise

    def check(self, *, digests: bool) -> Manifest:
        """Check the manifest and the files it lists; `Manifest.check_files` says what is raised."""
        manifest = self.manifest()
        manifest.check_files(self.folder, digests=digests)
        return manifest


def pointer_to(name: str, sha256: str) -> bytes:
    """The content of the pointer to a generation.

    Args:
        name: the generation's name.
        sha256: the digest of its manifest, in lower-case hexadecimal.
    """
    return f"{name} {sha256}\n".encode()


def pointed_at(content: bytes) -> tuple[str, str] | None:
    """The name and the digest in a pointer; None if its content is not such as ``pointer_to`` makes."""
    found = _POINTER.fullmatch(content)
    return (found[1].decode(), found[2].decode()) if found else None


def may_have_been(content: bytes, name: str, sha256: str) -> bool:
    """Whether a damaged pointer may have pointed to a generation.

    It may where a name or a digest can still be read in it and is the right one, and where neither can.

    Args:
        content: the content of the pointer; empty if it is lost.
        name: the generation's name, as for ``pointer_to``.
        sha256: the digest of its manifest, as for ``pointer_to``.
    """
    left = [
        (_LEGIBLE_NAME.match(content), name),
        (_LEGIBLE_SHA256.search(content), sha256),
    ]
    agree = [found[1] == value.encode() for found, value in left if found]
    return any(agree) or not agree

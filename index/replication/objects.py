"""The layout of generations in a store, and the record that a directory has of it.

LIVE.json                           the pointer: which generation is live, and who may write
manifests/000007-SHA256.json        a generation's manifest, with its files and their digests
files/SHA256                        a file, shared by all generations that have it
DIR/store.json                      which generation of the store is the live one here
DIR/fetched/                        files fetched for a generation that is not complete yet

The pointer is the one object that changes, so that one conditional write sets both: a process that lost the
lease has read an older version of it, and the store refuses its write. ``fence`` counts the holders and
``beat`` the writes, and no two holders have the same name, so that no two contents are the same.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from onneshon.index.errors import IndexCorruptError, StoreError
from onneshon.index.replication.store import ObjectStore
from onneshon.index.storage.arriving import check_names
from onneshon.index.storage.durable import replace_file
from onneshon.index.storage.generations import Generations
from onneshon.index.storage.manifest import FileEntry, Manifest, sealed

POINTER: Final = "LIVE.json"
FORMAT: Final = 1

FILE_NAME: Final = "store.json"


@dataclass(frozen=True, slots=True)
class Pointer:
    """The pointer of a store.

    Attributes:
        beat: the number of writes of the pointer.
        fence: the number of processes that have had the lease.
        holder: the current holder of the lease; empty for none.
        publication: the number of generations made live.
        generation: the name of the live generation; empty before the first.
        manifest: SHA-256 of the manifest of that generation.
        published: the time when it was made live, ISO 8601, by the clock of its writer.
        site: the site's own files next to the index: size and SHA-256 by name.
        format: version of this layout.
    """

    beat: int = 0
    fence: int = 0
    holder: str = ""
    publication: int = 0
    generation: str = ""
    manifest: str = ""
    published: str = ""
    site: Mapping[str, FileEntry] = field(default_factory=dict)
    format: int = FORMAT

    def next(self, **changes: Any) -> "Pointer":
        """The pointer of the next write."""
        return replace(self, beat=self.beat + 1, **changes)

    def encode(self) -> bytes:
        """Encode the pointer in its canonical form, with a digest of itself."""
        return sealed(asdict(self))

    @classmethod
    def decode(cls, content: bytes, where: str) -> "Pointer":
        """Read what ``encode`` wrote.

        Args:
            content: the content of the object.
            where: the store, for messages.

        Raises:
            StoreError: any byte is not as it was written, or it is from another version of Onneshon.
        """
        try:
            fields = json.loads(content)
            if fields["format"] != FORMAT:
                raise StoreError(f"{POINTER} in {where} is of another version of Onneshon: use that one")
            del fields["self"]
            fields["site"] = {name: FileEntry(**entry) for name, entry in fields["site"].items()}
            pointer = cls(**fields)
            intact = pointer.encode() == content
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            intact = False
        if not intact:
            raise StoreError(
                f"{POINTER} in {where} is garbled: remove it, and push with `onneshon index push` again"
            )
        return pointer


def read_pointer(store: ObjectStore, unless: str = "") -> tuple[Pointer, str] | None:
    """The pointer of a store and its version; None where there is none, or its version is still ``unless``.

    Raises:
        StoreError: the store cannot be asked, the pointer is garbled, or that of version ``unless`` is gone.
    """
    found = store.get(POINTER, unless)
    if found is None:
        return None
    return Pointer.decode(found.content, str(store)), found.version


EVER: Final = dt.datetime(1970, 1, 2, tzinfo=dt.UTC)
"""A time before that of all objects."""

FILES: Final = "files"
MANIFESTS: Final = "manifests"


def file_key(sha256: str) -> str:
    """The name of the object of a file."""
    return f"{FILES}/{sha256}"


def manifest_key(generation: str, sha256: str) -> str:
    """The name of the object of a manifest."""
    return f"{MANIFESTS}/{generation}-{sha256}.json"


def live_key(pointer: Pointer) -> str:
    """The name of the object of the live generation's manifest."""
    return manifest_key(pointer.generation, pointer.manifest)


class ObjectDamagedError(StoreError):
    """An object is not what was put there, or is gone."""


def newest_name(store: ObjectStore, pointer: Pointer) -> str:
    """The highest name of a generation that was ever live in a store, as far as it lists manifests.

    A rollback leaves manifests of higher names behind, which were put there before the live one was once
    more. Later ones are of pushes under way.

    Raises:
        StoreError: the store cannot be asked.
    """
    put = {found.key: found.modified for found in store.listed(MANIFESTS)}
    latest = put.get(live_key(pointer), EVER)  # the lists of some stores lag behind
    before = (key.rpartition("/")[2] for key, modified in put.items() if modified < latest)
    names = (key.partition("-")[0] for key in before)
    return max([pointer.generation, *filter(str.isdecimal, names)], key=int)


def damaged(store: ObjectStore, key: str) -> ObjectDamagedError:
    """The error about an object that is not what was put there."""
    return ObjectDamagedError(
        f"{key} in {store} is not what was put there: send all files again with `onneshon index push --again`"
    )


def read_manifest(store: ObjectStore, key: str) -> Manifest:
    """Read a manifest, whose digest must be the one in its name.

    Args:
        store: the store that has the manifest.
        key: the name of its object.

    Raises:
        ObjectDamagedError: the object is missing or altered.
        StoreError: the store cannot be asked.
        IndexOutdatedError: the manifest is of another layout.
    """
    found = store.get(key)
    sha256 = key.removesuffix(".json").rpartition("-")[2]
    if found is None or hashlib.sha256(found.content).hexdigest() != sha256:
        raise damaged(store, key)
    try:
        manifest = Manifest.decode(found.content, key)
        check_names(manifest)
    except (IndexCorruptError, ValueError) as error:
        raise damaged(store, key) from error
    return manifest


@dataclass(frozen=True, slots=True)
class Known:
    """The record that a directory has of a store.

    Attributes:
        address: the address of the store.
        generation: the generation that was live there when last seen.
        manifest: SHA-256 of that generation's manifest.
        local: the name of that generation here.
        site: SHA-256 of each of the site's files there, by name.
        pushing: SHA-256 of the manifest of a generation that was about to be made live there.
        held: SHA-256 of the store's manifest of each generation here that is there too, by name.
    """

    address: str
    generation: str = ""
    manifest: str = ""
    local: str = ""
    site: Mapping[str, str] = field(default_factory=dict)
    pushing: str = ""
    held: Mapping[str, str] = field(default_factory=dict)

    def has_seen(self, pointer: Pointer) -> bool:
        """Whether what is live in the store came from this directory, or has come into it."""
        return not pointer.generation or pointer.manifest in {self.manifest, self.pushing}

    def is_at(self, pointer: Pointer, live: str | None) -> bool:
        """Whether what is live in the store is live here too, with the same files of the site."""
        return (self.manifest, self.local) == (pointer.manifest, live) and dict(self.site) == sums(pointer)

    def moved_to(self, pointer: Pointer, local: str, kept: Generations) -> "Known":
        """The record once the store's live generation is live here, as ``local``."""
        names = {generation.name for generation in kept.all()}
        held = {name: digest for name, digest in self.held.items() if name in names}
        return Known(
            self.address,
            pointer.generation,
            pointer.manifest,
            local,
            sums(pointer),
            held={**held, local: pointer.manifest},
        )

    def write(self, directory: Path) -> None:
        """Write the record to the directory, durably; raises OSError."""
        replace_file(directory / FILE_NAME, json.dumps(asdict(self), indent=1).encode())


def sums(pointer: Pointer) -> dict[str, str]:
    """SHA-256 of each of the site's files, by name."""
    return {name: entry.sha256 for name, entry in pointer.site.items()}


def read_known(directory: Path, address: str) -> Known:
    """The record that a directory has of a store; an empty one if it is unreadable, or of another store.

    Args:
        directory: the directory of the index.
        address: the address of the store.
    """
    try:
        known = Known(**json.loads((directory / FILE_NAME).read_bytes()))
    except (OSError, ValueError, TypeError):
        return Known(address)
    return known if known.address == address else Known(address)

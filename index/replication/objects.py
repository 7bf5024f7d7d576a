"""How a generation lies in a store, and what a directory knows of it.

LIVE.json                           which generation is live, and who may write
manifests/000007-SHA256.json        its manifest, which names its files with their sums
files/SHA256                        a file, of whichever generations have it
DIR/store.json                      which generation of the store is the live one here
DIR/fetched/                        files that have come, of a generation that is not whole yet

The first is the one object that changes, so that one conditional write says both: whoever lost the right to
write has read another version of it, and the store refuses what he says is live. ``fence`` counts who had the
right and ``beat`` each write, and no two have one name as its holder, so that no two contents are the same.
"""

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
from onneshon.index.storage.manifest import FileEntry, Manifest, canonical

POINTER: Final = "LIVE.json"
FORMAT: Final = 1

FILE_NAME: Final = "store.json"


@dataclass(frozen=True, slots=True)
class Pointer:
    """What is live in a store.

    Attributes:
        beat: how often it was written.
        fence: how many processes have had the right to write.
        holder: who has it now; empty where nobody has.
        publication: how many generations were made live.
        generation: the name of the one that is; empty before the first.
        manifest: SHA-256 of its manifest.
        published: when it was made live, ISO 8601, by the clock of who did.
        site: what the site says, as files beside the index: size and SHA-256 by name.
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
        """The content of the next write."""
        return replace(self, beat=self.beat + 1, **changes)

    def encode(self) -> bytes:
        """The one way in which it is written, with a sum of itself."""
        fields = asdict(self)
        return canonical({**fields, "self": hashlib.sha256(canonical(fields)).hexdigest()})

    @classmethod
    def decode(cls, content: bytes, where: str) -> "Pointer":
        """Read what ``encode`` wrote.

        Args:
            content: of the object.
            where: the store, for messages.

        Raises:
            StoreError: any byte is not as it was written, or it is of another version of Onneshon.
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
    """What is live in a store, and the version of it; None where nothing is, or it is in a version still.

    Raises:
        StoreError: the store cannot be asked, what it says is garbled, or what was in a version has gone.
    """
    found = store.get(POINTER, unless)
    if found is None:
        return None
    return Pointer.decode(found.content, str(store)), found.version


FILES: Final = "files"
MANIFESTS: Final = "manifests"


def file_key(sha256: str) -> str:
    """The name of the object that a file is."""
    return f"{FILES}/{sha256}"


def manifest_key(generation: str, sha256: str) -> str:
    """The name of the object that a manifest is."""
    return f"{MANIFESTS}/{generation}-{sha256}.json"


def live_key(pointer: Pointer) -> str:
    """The name of the manifest of what is live."""
    return manifest_key(pointer.generation, pointer.manifest)


def damaged(store: ObjectStore, key: str) -> StoreError:
    """The error about an object that is not what was put there."""
    return StoreError(
        f"{key} in {store} is not what was put there: send all files again with `onneshon index push --again`"
    )


def read_manifest(store: ObjectStore, key: str) -> Manifest:
    """A manifest; every byte of it is compared with its name before it is believed.

    Args:
        store: that has it.
        key: its name there.

    Raises:
        StoreError: it is not there, or not what was put there, or the store cannot be asked.
        IndexOutdatedError: it is of another layout.
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
    """What a directory has of a store.

    Attributes:
        address: of the store.
        generation: that was live there when it was seen last.
        manifest: SHA-256 of the manifest of it.
        local: the name of that generation here.
        site: SHA-256 of what the site said there, by the name of the file.
        pushing: SHA-256 of the manifest of one that was about to be made live there.
        held: SHA-256 of the manifest in the store of each generation here that is there too, by name.
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
        """Whether what is live in the store is live here, and the site says the same."""
        return (self.manifest, self.local) == (pointer.manifest, live) and dict(self.site) == sums(pointer)

    def moved_to(self, pointer: Pointer, local: str, kept: Generations) -> "Known":
        """Once what is live in the store is live here."""
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
        """Keep it, durably; raises OSError."""
        replace_file(directory / FILE_NAME, json.dumps(asdict(self), indent=1).encode())


def sums(pointer: Pointer) -> dict[str, str]:
    """SHA-256 of each file of the site."""
    return {name: entry.sha256 for name, entry in pointer.site.items()}


def read_known(directory: Path, address: str) -> Known:
    """What a directory knows of a store; nothing where that cannot be read, or is of another store.

    Args:
        directory: of the index.
        address: of the store.
    """
    try:
        known = Known(**json.loads((directory / FILE_NAME).read_bytes()))
    except (OSError, ValueError, TypeError):
        return Known(address)
    return known if known.address == address else Known(address)

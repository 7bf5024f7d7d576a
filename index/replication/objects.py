"""How a generation lies in a store.

LIVE.json                           which generation is live, and who may write
manifests/000007-SHA256.json        its manifest, which names its files with their sums
files/SHA256                        a file, of whichever generations have it
"""

import hashlib
from typing import Final

from onneshon.index.errors import IndexCorruptError, StoreError
from onneshon.index.replication.pointer import Pointer
from onneshon.index.replication.store import ObjectStore
from onneshon.index.storage.arriving import check_names
from onneshon.index.storage.manifest import Manifest

__all__ = ["FILES", "MANIFESTS", "damaged", "file_key", "live_key", "manifest_key", "read_manifest"]

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

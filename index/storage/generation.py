"""One generation: a folder that holds a whole index, and the manifest that says so."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from onneshon.index.errors import REPAIR, IndexCorruptError, IndexStateError
from onneshon.index.storage.manifest import MANIFEST_FILE, Manifest

__all__ = ["Generation"]


@dataclass(frozen=True, slots=True)
class Generation:
    """One whole index.

    Attributes:
        name: its number, with leading zeros.
        folder: where its files are.
        manifest_sha256: what its manifest's digest must be; empty where only the manifest itself says.
    """

    name: str
    folder: Path
    manifest_sha256: str = ""

    def manifest(self) -> Manifest:
        """Read and check the manifest.

        Raises:
            IndexCorruptError: it is missing, garbled, or not the one that was published.
            IndexOutdatedError: it describes another layout.
        """
        path = self.folder / MANIFEST_FILE
        try:
            content = path.read_bytes()
        except (FileNotFoundError, IsADirectoryError):
            raise IndexCorruptError(f"{path} is missing: {REPAIR}") from None
        except OSError as error:
            raise IndexStateError(f"{path} cannot be read: {error.strerror}") from error
        manifest = Manifest.decode(content, path)
        if self.manifest_sha256 and hashlib.sha256(content).hexdigest() != self.manifest_sha256:
            raise IndexCorruptError(f"{path} is not the one that was published: {REPAIR}")
        return manifest

    def check(self, *, digests: bool) -> Manifest:
        """Check the manifest and the files it lists; `Manifest.check_files` says what is raised."""
        manifest = self.manifest()
        manifest.check_files(self.folder, digests=digests)
        return manifest

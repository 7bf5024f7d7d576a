"""What a directory knows of a store: which generations of it came from there, or went there.

DIR/store.json      which generation of the store is the live one here
DIR/fetched/        files that have come, of a generation that is not whole yet
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from onneshon.index.replication.objects import Pointer
from onneshon.index.storage.durable import replace_file
from onneshon.index.storage.generations import Generations

FILE_NAME: Final = "store.json"


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


def read_known(directory: Path, address: str = "") -> Known:
    """What a directory knows of a store; nothing where that cannot be read, or is of another store.

    Args:
        directory: of the index.
        address: of the store; empty for whichever it is.
    """
    try:
        known = Known(**json.loads((directory / FILE_NAME).read_bytes()))
    except (OSError, ValueError, TypeError):
        return Known(address)
    return known if address in {"", known.address} else Known(address)

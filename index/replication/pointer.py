"""The one object of a store that changes: which generation is live there, and who may write.

Both stand in one object, so that one conditional write says both: whoever lost the right to write has read
another version of it, and the store refuses what he says is live. ``fence`` counts who had the right and
``beat`` each write, and no two have one name as its holder, so that no two contents are the same.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from onneshon.index.errors import StoreError
from onneshon.index.replication.store import ObjectStore
from onneshon.index.storage.manifest import FileEntry

__all__ = ["POINTER", "Pointer", "read_pointer"]

POINTER: Final = "LIVE.json"
FORMAT: Final = 1


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
        return _canonical({**fields, "self": hashlib.sha256(_canonical(fields)).hexdigest()})

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


def _canonical(fields: Mapping[str, Any]) -> bytes:
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"


def read_pointer(store: ObjectStore, unless: str = "") -> tuple[Pointer, str] | None:
    """What is live in a store, and the version of it; None where nothing is, or it is in a version still.

    Raises:
        StoreError: the store cannot be asked, or what it says is garbled.
    """
    found = store.get(POINTER, unless)
    if found is None:
        return None
    return Pointer.decode(found.content, str(store)), found.version

"""The logo of a site: a small picture beside ``onneshon.toml``, read once and served as it is."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from onneshon.index import ConfigurationError

__all__ = ["KINDS", "MOST_BYTES", "Logo", "read_logo"]

KINDS: Final = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
}
"""Media types by suffix."""

MOST_BYTES: Final = 100_000
"""It is loaded with every first page."""


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture.

    Attributes:
        data: its bytes.
        kind: its media type.
    """

    data: bytes
    kind: str

    @property
    def digest(self) -> str:
        """Changes when the picture does."""
        return sha256(self.data).hexdigest()[:12]


def read_logo(path: Path | None, name: str) -> Logo:
    """The picture of that name.

    Args:
        path: of the configuration, beside which it lies.
        name: of the file.

    Raises:
        ConfigurationError: it is elsewhere, of an unknown kind, too large, or cannot be read.
    """
    if Path(name).name != name or path is None:
        raise ConfigurationError(path, "site.logo", "must be the name of a file beside this one")
    kind = KINDS.get(Path(name).suffix.lower())
    if kind is None:
        raise ConfigurationError(path, "site.logo", f"must end with {', '.join(KINDS)}")
    try:
        data = (path.parent / name).read_bytes()
    except OSError as error:
        raise ConfigurationError(path, "site.logo", f"{name} cannot be read: {error.strerror}") from error
    if len(data) > MOST_BYTES:
        reason = f"{name} has {len(data):,} bytes, and {MOST_BYTES:,} are the most"
        raise ConfigurationError(path, "site.logo", reason)
    return Logo(data, kind)

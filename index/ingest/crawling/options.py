"""How a site is asked for its pages, and where they are kept."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from onneshon.index.ingest.crawling.address import Address


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """How a site is asked.

    Attributes:
        delay: seconds between two requests to a host; where robots.txt asks for more, that counts.
        hosts: that may be asked besides the one that is named.
        pages: most pages that are kept.
        allow_private: whether it may be on this machine or in a private network.
        entries: whether entries of feeds that have whole texts are articles, whose pages are not asked for.
        fresh_seconds: for so long a page is not asked for again of whose changes the site says nothing.
        most_asked: most pages that are asked for now; None for all.
    """

    delay: float = 1.0
    hosts: tuple[str, ...] = ()
    pages: int = 100_000
    allow_private: bool = False
    entries: bool = False
    fresh_seconds: float = 0.0
    most_asked: int | None = None


def site_file(directory: Path, start: Address) -> Path:
    """The file of a site's pages, beside its index.

    Args:
        directory: of the index.
        start: the address that the site was named by.
    """
    digest = hashlib.sha256(start.url.encode()).hexdigest()[:12]
    return directory / "sites" / f"{start.host.replace(':', '_')}-{digest}.sqlite"

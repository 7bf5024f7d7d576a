"""How a site is asked for its pages."""

from dataclasses import dataclass

__all__ = ["SiteOptions"]


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """How a site is asked.

    Attributes:
        delay: seconds between two requests to a host; where robots.txt asks for more, that counts.
        hosts: that may be asked besides the one that is named.
        pages: most pages that are kept.
        allow_private: whether it may be on this machine or in a private network.
        fresh_seconds: for so long a page is not asked for again of whose changes the site says nothing.
        most_asked: most pages that are asked for now; None for all.
    """

    delay: float = 1.0
    hosts: tuple[str, ...] = ()
    pages: int = 100_000
    allow_private: bool = False
    fresh_seconds: float = 0.0
    most_asked: int | None = None

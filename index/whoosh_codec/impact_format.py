"""What Whoosh keeps of a posting that has an impact and no positions."""

import struct
from typing import Final

from whoosh import formats

__all__ = ["ImpactFormat", "counts_of", "impact_of", "value_of", "value_of_impact"]

COUNTS: Final = struct.Struct("<II")


class ImpactFormat(formats.Existence):  # type: ignore[misc]  # Whoosh has no types
    """To Whoosh's queries a document holds a word or does not; the posting's value says more.

    While a document is written it is how often title and body hold the word. Once a segment is written it is
    the impact that was made of this, a byte: the frequencies are gone by then.
    """

    posting_size = -1


def value_of(title: int, body: int) -> bytes:
    """The value of a posting that is being written: how often title and body hold the word."""
    return COUNTS.pack(title, body)


def value_of_impact(impact: int) -> bytes:
    """The value of a posting that was written."""
    return bytes([impact])


def impact_of(value: bytes) -> int | None:
    """The impact that a value is, None where it is frequencies."""
    return value[0] if len(value) == 1 else None


def counts_of(value: bytes) -> tuple[int, int]:
    """How often title and body hold the word, where the value says so."""
    title, body = COUNTS.unpack(value)
    return title, body

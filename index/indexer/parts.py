"""The share that each of several segments has of a field, and how far to go in all of them at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from onneshon.index.columnar.section_file import SectionFile
from onneshon.index.columnar.term_dictionary import TermDictionary

__all__ = ["HasTerms", "Part", "release", "stops"]


class HasTerms(Protocol):
    """A field of a segment, however its postings are laid out."""

    @property
    def term_count(self) -> int:
        """Distinct terms."""

    @property
    def dictionary(self) -> TermDictionary:
        """The terms as bytes."""


F_co = TypeVar("F_co", bound=HasTerms, covariant=True)


@dataclass(frozen=True, slots=True)
class Part(Generic[F_co]):
    """One segment's share of a field: its postings, the number of its first document, and its file."""

    field: F_co
    base: int
    file: SectionFile | None = None


def stops(parts: Sequence[Part[HasTerms]], places: Sequence[int], far: Sequence[int]) -> list[int]:
    """Where to stop in each part, so that all go up to a common term.

    Args:
        parts: of a field.
        places: ordinals at which to begin in each.
        far: where each would stop by itself.
    """
    bounds = [
        part.field.dictionary[stop - 1]
        for part, place, stop in zip(parts, places, far, strict=True)
        if place < stop < part.field.term_count
    ]
    if not bounds:
        return list(far)
    bound = min(bounds)
    return [max(place, _after(part.field, bound)) for part, place in zip(parts, places, strict=True)]


def _after(field: HasTerms, term: bytes) -> int:
    ordinal, found = field.dictionary.find(term)
    return ordinal + found


def release(parts: Sequence[Part[HasTerms]]) -> None:
    """Let the system take back the memory of what was read of the files so far."""
    for part in parts:
        if part.file is not None:
            part.file.release()

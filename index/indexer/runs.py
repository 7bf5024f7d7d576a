"""Segments that are to be joined."""

from dataclasses import dataclass
from pathlib import Path

from index.columnar.section_file import DOCUMENTS_EXT, INVERTED_EXT

__all__ = ["Run"]


@dataclass(frozen=True, slots=True)
class Run:
    """The files of a segment.

    Attributes:
        stem: its two files, without their endings.
        documents: how many it has.
    """

    stem: str
    documents: int

    @property
    def inverted(self) -> Path:
        """The file of its postings."""
        return Path(self.stem + INVERTED_EXT)

    @property
    def documents_file(self) -> Path:
        """The file of its documents."""
        return Path(self.stem + DOCUMENTS_EXT)

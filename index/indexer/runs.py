"""Segments that are to be joined."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from onneshon.index.columnar.section_file import DOCUMENTS_EXT, INVERTED_EXT

__all__ = ["Run"]


@dataclass(frozen=True, slots=True)
class Run:
    """The files of a segment.

    Attributes:
        stem: its two files, without their endings.
        dead: True for each of its documents that is left out.
    """

    stem: str
    dead: NDArray[np.bool_]

    @property
    def documents(self) -> int:
        """How many it has, the dead included."""
        return len(self.dead)

    @property
    def inverted(self) -> Path:
        """The file of its postings."""
        return Path(self.stem + INVERTED_EXT)

    @property
    def documents_file(self) -> Path:
        """The file of its documents."""
        return Path(self.stem + DOCUMENTS_EXT)

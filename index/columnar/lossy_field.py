"""A field of words that answers without what is damaged of it, where nothing sound can take its place."""

from collections.abc import Callable, Sequence
from typing import Final, ParamSpec, TypeVar

import numpy as np

from onneshon.index.columnar.impact_field import ImpactField
from onneshon.index.columnar.section_file import SectionFile
from onneshon.index.columnar.sections import U4
from onneshon.index.errors import IndexCorruptError
from onneshon.index.kernel.postings import PostingList
from onneshon.index.kernel.terms import TermRange

_NOTHING: Final = np.empty(0, np.uint32)

P = ParamSpec("P")
T = TypeVar("T")


class LossyField(ImpactField):
    """A field of which damaged terms and lists are those of no document, to whoever searches.

    Args:
        file: as for ``ImpactField``.
        name: likewise.
        documents: likewise.
        met: called each time that something is left out.
    """

    def __init__(self, file: SectionFile, name: str, documents: int, met: Callable[[], None]) -> None:
        super().__init__(file, name, documents)
        self._met = met

    def _or(self, otherwise: T, read: Callable[P, T], /, *args: P.args, **options: P.kwargs) -> T:
        try:
            return read(*args, **options)
        except IndexCorruptError:
            self._met()
            return otherwise

    def ordinal(self, term: str) -> int | None:
        """As of every field; None where that cannot be told."""
        return self._or(None, super().ordinal, term)

    def ordinals(self, terms: Sequence[str]) -> list[int]:
        """As of every field, each for itself."""
        found = map(self.ordinal, terms)
        return [-1 if ordinal is None else ordinal for ordinal in found]

    def term(self, ordinal: int) -> str:
        """As of every field; empty where it is damaged."""
        return self._or("", super().term, ordinal)

    def frequency(self, term: str) -> int:
        """As of every field; 1 where that cannot be told, since what is damaged was of some document."""
        return self._or(1, super().frequency, term)

    def frequencies(self, terms: Sequence[str]) -> list[int]:
        """As of every field, each for itself."""
        return [*map(self.frequency, terms)]

    def begins(self, prefix: str) -> bool:
        """As of every field; False where that cannot be told."""
        return self._or(False, super().begins, prefix)  # what there is otherwise

    def docs(self, ordinal: int) -> U4:
        """As of every field; none where their list is damaged."""
        return self._or(_NOTHING, super().docs, ordinal)

    def list_of(self, term: str, base: int = 0) -> PostingList | None:
        """As of every field; None where it is damaged."""
        return self._or(None, super().list_of, term, base)

    def beginning(self, prefix: str, most: int, base: int = 0) -> TermRange | None:
        """As of every field; None where any of them is damaged."""
        return self._or(None, super().beginning, prefix, most, base)

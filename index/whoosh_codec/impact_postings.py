"""A field with impacts as Whoosh's matchers and readers ask for postings."""

import numpy as np
from numpy.typing import NDArray

from onneshon.index.arrays import U4
from onneshon.index.columnar.impact_field import ImpactField
from onneshon.index.whoosh_codec.impact_format import value_of_impact

__all__ = ["ImpactPostings"]


class ImpactPostings:
    """What ``FieldReader`` says of a field, said of one with impacts.

    Args:
        field: it.
        lengths: tokens of the field in each document, shape (documents,).
    """

    def __init__(self, field: ImpactField, lengths: U4) -> None:
        self._field = field
        self.lengths = lengths
        self.dictionary = field.dictionary
        self.term_count = field.term_count
        self.has_positions = field.has_positions
        self.doc_frequency = field.df
        self.docs = field.docs
        self.freqs = field.freqs
        self.positions = field.positions

    def weights(self, _ordinal: int) -> NDArray[np.float64] | None:
        """None: the weights are the frequencies, which are 1 where the field has none."""
        return None

    def values(self, ordinal: int) -> list[bytes] | None:
        """The impacts where there are no positions, which else say everything."""
        if self.has_positions:
            return None
        return [value_of_impact(impact) for impact in self._field.impacts(ordinal).tolist()]

"""Which part of the articles is counted, so that counting does not grow with their number.

Each article is in samples of a half, a quarter, an eighth of all, see ``opensearch.storage.mapping``. Counts
in one are multiplied; of what a thousandth of ten thousand articles has, that is right to a third or so.
"""

from dataclasses import dataclass
from math import ceil, log2
from typing import Final

from onneshon.opensearch.searching.dsl import Dsl, term
from onneshon.opensearch.storage.mapping import SAMPLES

COUNTED_TO: Final = 10_000
"""Articles that are counted at the most, where the best are looked for alone."""

LOOKED_AT: Final = 1_000_000
"""Articles that may match a query, up to which all are scored and counted.

To look for the best alone costs more than to score a few: each variant is a clause, and counting is a search
of its own. Scoring all grows with their number, and the other hardly does.
"""

FEWEST: Final = 2_000
"""Articles that are counted at the least, where so many match; of fewer, counts would be too rough."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A part of all articles.

    Attributes:
        level: of the sample; 0 for all articles, each further one has half of the one before.
    """

    level: int = 0

    @property
    def times(self) -> int:
        """How many articles one of it stands for."""
        return 1 << self.level

    @property
    def filters(self) -> list[Dsl]:
        """What its articles match."""
        return [term("sample", str(self.level))] if self.level else []

    def larger(self, counted: int) -> "Sample":
        """A sample that is large enough, where in this one so few articles matched; else the same."""
        lacking = FEWEST / max(counted, 1)
        return Sample(max(self.level - ceil(log2(lacking)), 0)) if lacking > 2 else self  # noqa: PLR2004 (half is enough)


def sample_of(most: int) -> Sample:
    """The sample for a query that so many articles may match."""
    return Sample(min(max(ceil(log2(max(most, 1) / LOOKED_AT)), 0), SAMPLES))


def counted_to(query: Dsl) -> Dsl:
    """A search that counts articles up to the bound."""
    return {"query": query, "size": 0, "track_total_hits": COUNTED_TO}

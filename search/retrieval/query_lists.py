"""The lists of articles whose sum answers a disjunction, and what each of them stands for."""

from dataclasses import dataclass, field
from typing import TypeAlias

from onneshon.index.kernel.clauses import ScoredDocs
from onneshon.search.retrieval.term_scorer import ScoredLeaf

__all__ = ["QueryLists", "Things"]

Things: TypeAlias = list[tuple[list[int], int]]
"""For each thing that a query asks for, its lists among those that find, and its weight."""


@dataclass(slots=True)
class QueryLists:
    """Lists that find articles, and lists that add to the scores of what others find.

    Attributes:
        finding: of what articles are found by.
        things: which thing of the query each of ``finding`` belongs to; None where it stands for several.
        adding: what adds to the scores of articles that are found, and finds none.
        numbered: things that were given a number.
    """

    finding: list[ScoredLeaf] = field(default_factory=list)
    things: list[int | None] = field(default_factory=list)
    adding: list[ScoredLeaf] = field(default_factory=list)
    numbered: int = 0

    def next_thing(self) -> int:
        """A number for a further thing."""
        self.numbered += 1
        return self.numbered

    def settled(self) -> "QueryLists":
        """The same; but what stands alone finds articles, whatever it is."""
        if self.finding:
            return self
        return QueryLists(self.adding, [*range(len(self.adding))])

    @property
    def found_by(self) -> list[ScoredDocs]:
        """The lists that find."""
        return [leaf.main for leaf in self.finding]

    @property
    def added(self) -> list[ScoredDocs]:
        """The lists that add."""
        more = [part for leaf in self.finding for part in leaf.more if part.df]
        for leaf in self.adding:
            more += [part for part in (leaf.main, *leaf.more) if part.df]
        return more

    @property
    def count(self) -> int:
        """How many parts of the query have articles."""
        return sum([leaf.main.df > 0 for leaf in self.finding]) + sum(
            [leaf.main.df > 0 for leaf in self.adding]
        )

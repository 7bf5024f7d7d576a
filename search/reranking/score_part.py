"""A score as a tree, whose leaves add up to it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypeAlias

from onneshon.index.json_form import OMITTED, Digits, to_json

PartKind: TypeAlias = Literal[
    "score", "words", "word", "layer", "field", "phrase", "prefix", "writings", "condition",
    "reranking", "feature", "missing", "share", "unmet", "excluded",
    "pinned", "hidden",
]  # fmt: skip
"""What a part is: the whole score, several words, one of them, a layer of it, what a text brings to that,
..., what rescoring adds, and one feature of that; of an article that is not found, what it does not
have, too small a share of words side by side, a filter that it does not meet, what it must not have; of
one that editors put first or show never, the pins by which they do."""


@dataclass(frozen=True, slots=True)
class ScorePart:
    """A part of a score.

    Attributes:
        kind: what it is.
        name: the word, layer, text or feature.
        score: what it adds to the whole; for a field, what it adds to the weighted frequency of its layer.
        facts: the numbers that it is made of.
        parts: what it is the sum of; none where ``facts`` say all. The fields of a layer are no
            summands: their weighted frequencies are added up and saturate together.
    """

    kind: PartKind
    name: str
    score: Annotated[float, Digits(6)]
    facts: Annotated[Mapping[str, Annotated[float, Digits(6)]], OMITTED] = field(default_factory=dict)
    parts: Annotated[tuple["ScorePart", ...], OMITTED] = ()

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready values; facts and parts only where there are."""
        return to_json(self)

    def lines(self, depth: int = 0) -> Iterator[str]:
        """As a tree to read, a line each."""
        facts = ", ".join(f"{name} {value:.4g}" for name, value in self.facts.items())
        named = f"{self.kind} {self.name}".rstrip()
        yield f"{'  ' * depth}{self.score:8.4f}  {named}" + (f" ({facts})" if facts else "")
        for part in self.parts:
            yield from part.lines(depth + 1)

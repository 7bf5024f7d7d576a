"""A score as a tree, whose leaves add up to it; and what is known of the article that has it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, Protocol, TypeAlias

import numpy as np

from onneshon.index.json_form import OMITTED, Digits, to_json
from onneshon.index.kernel.clauses import ScoredDocs
from onneshon.index.kernel.positions import scores_at, sums
from onneshon.search.query.tree import Field, Leaf, Query, Term
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.collection import Layer
from onneshon.search.retrieval.evidence import WordEvidence
from onneshon.search.retrieval.executor import Executor

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


class ArticleEvidence(Protocol):
    """What is known of one article and the words of a query, whoever scored it, to explain that."""

    @property
    def words(self) -> WordEvidence:
        """Where its words stand, and how rare they are."""

    @property
    def doc(self) -> int:
        """Its number there."""

    @property
    def units(self) -> int:
        """Units in a score of 1, of which scores are whole numbers."""

    def score(self, leaf: Leaf, factor: float, /) -> float:
        """What a leaf adds to the score; 0 where the article does not have it."""

    def impact(self, term: Term, layer: Layer, factor: float, /) -> int:
        """The impact of a word in a layer, 0 where it is not there; its scores have a factor."""

    def holding(self, term: Term, layer: Layer, /) -> int:
        """How many articles hold a word in a layer."""

    def length(self, field: Field, /) -> int:
        """Tokens of one of its texts."""

    def found_by(self, query: Query, /) -> bool:
        """Whether it is found by a condition, by words side by side, or by what is excluded."""


class IndexedArticle:
    """An article of an index in a directory.

    Args:
        executor: of the index.
        doc: the number of the article.
        units: units in a score of 1.
        budget: where it runs out, nothing more is looked for.
    """

    def __init__(self, executor: Executor, doc: int, units: int, budget: TimeBudget) -> None:
        self.words = executor.term_scorer
        self.doc = doc
        self.units = units
        self._budget = budget
        self._executor = executor
        self._docs = np.array([doc], np.uint32)

    def score(self, leaf: Leaf, factor: float) -> float:
        """As of ``ArticleEvidence``."""
        scored = self.words.scored(leaf, factor, self.units)
        return sum(map(self._added, (scored.main, *scored.more))) if self._added(scored.main) else 0.0

    def _added(self, part: ScoredDocs) -> float:
        return float(sums([part], self._docs)[0]) / self.units

    def impact(self, term: Term, layer: Layer, _factor: float) -> int:
        """As of ``ArticleEvidence``."""
        return int(scores_at(self.words.postings(term, layer), self._docs)[0])

    def holding(self, term: Term, layer: Layer) -> int:
        """As of ``ArticleEvidence``."""
        return self.words.postings(term, layer).df

    def length(self, field: Field) -> int:
        """As of ``ArticleEvidence``."""
        collection = self._executor.collection
        lengths = collection.title_lengths if field == "title" else collection.body_lengths
        return int(lengths[self.doc])

    def found_by(self, query: Query) -> bool:
        """As of ``ArticleEvidence``."""
        return self._executor.finds(query, self.doc, self._budget)

"""The tree that explains a score, and the evidence about an article from which it is made."""

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
"""The kind of a part: the whole score, several words, one word, a layer of it, a text's contribution to that,
..., what rescoring adds, and one feature of that. For an article that does not match: a missing word, too
small a share of a group of words, a filter that is not met, a match of an excluded part. For an article that
editors pinned or hid: the pin."""


@dataclass(frozen=True, slots=True)
class ScorePart:
    """A part of a score.

    Attributes:
        kind: the kind of part.
        name: the word, layer, text or feature.
        score: its share of the whole score; for a field, its share of the weighted frequency of its layer.
        facts: the numbers from which it is computed.
        parts: the parts whose sum it is; none where ``facts`` explain it. The fields of a layer are no
            summands: their weighted frequencies are added up and saturate together.
    """

    kind: PartKind
    name: str
    score: Annotated[float, Digits(6)]
    facts: Annotated[Mapping[str, Annotated[float, Digits(6)]], OMITTED] = field(default_factory=dict)
    parts: Annotated[tuple["ScorePart", ...], OMITTED] = ()

    def to_dict(self) -> dict[str, Any]:
        """The part as JSON-ready values; facts and parts only where there are any."""
        return to_json(self)

    def lines(self, depth: int = 0) -> Iterator[str]:
        """The tree as indented text, one line for each part."""
        facts = ", ".join(f"{name} {value:.4g}" for name, value in self.facts.items())
        named = f"{self.kind} {self.name}".rstrip()
        yield f"{'  ' * depth}{self.score:8.4f}  {named}" + (f" ({facts})" if facts else "")
        for part in self.parts:
            yield from part.lines(depth + 1)


class ArticleEvidence(Protocol):
    """What an explanation needs to know of one article and the words of a query."""

    @property
    def words(self) -> WordEvidence:
        """The positions and statistics of words."""

    @property
    def doc(self) -> int:
        """The article's document number in ``words``."""

    @property
    def units(self) -> int:
        """The units in a score of 1, of which scores are integers."""

    def score(self, leaf: Leaf, factor: float, /) -> float:
        """The score that a leaf adds; 0 where the article does not contain it."""

    def impact(self, term: Term, layer: Layer, factor: float, /) -> int:
        """The impact of a word in a layer, 0 where it is absent; ``factor`` is that of its scores."""

    def document_frequency(self, term: Term, layer: Layer, /) -> int:
        """The document frequency of a word in a layer."""

    def length(self, field: Field, /) -> int:
        """The number of tokens in one of its texts."""

    def found_by(self, query: Query, /) -> bool:
        """Whether the article matches a condition, a group of words, or an excluded query."""


class IndexedArticle:
    """An article of an index in a directory.

    Args:
        executor: the executor of the index.
        doc: the article's document number.
        units: the units in a score of 1.
        budget: the time budget; where it runs out, searching stops.
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

    def document_frequency(self, term: Term, layer: Layer) -> int:
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

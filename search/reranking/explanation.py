"""Why an article has its score: a tree whose leaves add up to it, in the words of the ranking.

Each number is computed for the one article from its postings, by the formulas of lists of articles; that
both agree is a test.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any as AnyValue
from typing import Final, Literal, TypeAlias

import numpy as np

from index.kernel.places import held as held_by
from index.ranking import coefficients
from search.query.conditions import Condition, Filter, Period, Selection
from search.query.tree import (
    All,
    Any,
    Boost,
    Field,
    Hint,
    MatchAll,
    Not,
    OneOf,
    Phrase,
    Prefix,
    Query,
    Term,
)
from search.reranking.query_words import QueryWord
from search.reranking.ranker import Ranker
from search.retrieval.budget import TimeBudget
from search.retrieval.doc_lists import ScoredDocs
from search.retrieval.executor import NEUTRAL, Executor
from search.retrieval.term_scorer import LAYERS, Layer, scores_at

__all__ = ["ScorePart", "explain_score"]

PartKind: TypeAlias = Literal[
    "score", "words", "word", "layer", "field", "phrase", "prefix", "writings", "condition",
    "reranking", "feature",
]  # fmt: skip
"""What a part is: the whole score, several words, one of them, a layer of it, what a text brings to that,
..., what the second look adds, and one feature of that."""


_KINDS: Final[Mapping[type, PartKind]] = {Phrase: "phrase", Prefix: "prefix", OneOf: "writings", Term: "word"}


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
    score: float
    facts: Mapping[str, float] = field(default_factory=dict)
    parts: tuple["ScorePart", ...] = ()

    def to_dict(self) -> dict[str, AnyValue]:
        """As JSON-ready values; facts and parts only where there are."""
        found: dict[str, AnyValue] = {"kind": self.kind, "name": self.name, "score": round(self.score, 6)}
        if self.facts:
            found["facts"] = {name: round(value, 6) for name, value in self.facts.items()}
        if self.parts:
            found["parts"] = [part.to_dict() for part in self.parts]
        return found

    def lines(self, depth: int = 0) -> Iterator[str]:
        """As a tree to read, a line each."""
        facts = ", ".join(f"{name} {value:.4g}" for name, value in self.facts.items())
        named = f"{self.kind} {self.name}".rstrip()
        yield f"{'  ' * depth}{self.score:8.4f}  {named}" + (f" ({facts})" if facts else "")
        for part in self.parts:
            yield from part.lines(depth + 1)


def explain_score(
    query: Query,
    doc: int,
    ranker: Ranker,
    budget: TimeBudget,
    conditions: Sequence[Condition] = (),
) -> ScorePart:
    """The score of a document for a query, as a page of results has it; 0 where it does not match.

    Args:
        query: what was looked for.
        doc: the document.
        ranker: what ranks it.
        budget: where it runs out, words that remain add nothing.
        conditions: what every article had to meet besides; they decide which articles are looked at twice.
    """
    found = _Explainer(ranker.executor, doc, ranker.executor.units(query)).part(query, 1.0)
    if found is None:
        return ScorePart("score", "", 0.0)
    parts = [found, *_reranking(query, doc, ranker, budget, conditions)]
    return ScorePart("score", "", sum(part.score for part in parts), {}, tuple(parts))


def _reranking(
    query: Query, doc: int, ranker: Ranker, budget: TimeBudget, conditions: Sequence[Condition]
) -> Iterator[ScorePart]:
    words = ranker.words_of_window(query, doc, budget, conditions)
    if words:
        yield _features(words, doc, ranker, budget)


def _features(words: Sequence[QueryWord], doc: int, ranker: Ranker, budget: TimeBudget) -> ScorePart:
    rescorer = ranker.rescorer
    found = rescorer.features(words, np.array([doc], np.uint32), budget)
    parts = []
    for name, added in found.parts(rescorer.weights).items():
        facts = {"value": float(getattr(found, name)[0]), "weight": getattr(rescorer.weights, name)}
        parts.append(ScorePart("feature", name, float(added[0]), facts))
    return ScorePart("reranking", "", sum(part.score for part in parts), {}, tuple(parts))


class _Explainer:
    """The parts of one document's score."""

    def __init__(self, executor: Executor, doc: int, units: int) -> None:
        self._executor = executor
        self._scorer = executor.term_scorer
        self._doc = np.array([doc], np.uint32)
        self._units = units

    def part(self, query: Query, factor: float) -> ScorePart | None:
        """What a query adds; None where the document does not match it."""
        match query:
            case Term():
                return self._term(query, factor)
            case Phrase() | Prefix() | OneOf():
                return self._leaf(query, factor)
            case Boost(child, _) | Hint(child):
                return self.part(child, factor * (query.factor if isinstance(query, Boost) else 1.0))
            case Any(children):
                return self._any(children, factor)
            case All(children, optional):
                return self._all(children, optional, factor)
            case MatchAll() | Not() | Filter() | Period() | Selection():
                return self._all((query,), (), factor)
            case _:  # pragma: no cover - words of the index take the place of fuzzy ones before all this
                raise TypeError(query)

    def _any(self, children: Sequence[Query], factor: float) -> ScorePart | None:
        """What the children add; function words and hints add to what others find."""
        held = [
            (child, part)
            for child, times in _flat(children, factor)
            if (part := self.part(child, times)) is not None
        ]
        finding = [child for child, _ in _flat(children, factor) if not _only_adds(child)]
        if not held or (finding and not any(child in finding for child, _ in held)):
            return None
        return _sum([part for _, part in held])

    def _all(self, children: Sequence[Query], optional: Sequence[Query], factor: float) -> ScorePart | None:
        parts: list[ScorePart] = []
        for child in children:
            if isinstance(child, Condition | MatchAll | Not):
                if not self._meets(child):
                    return None
                continue
            part = self.part(child, factor)
            if part is None:
                return None
            parts.append(part)
        if not parts:
            parts.append(ScorePart("condition", "", factor * NEUTRAL))
        more = [self.part(child, factor) for child in optional]
        return _sum([*parts, *(part for part in more if part is not None)])

    def _meets(self, condition: Condition | MatchAll | Not) -> bool:
        match condition:
            case Filter() | Period() | Selection():
                mask = self._executor.filters.all_of([condition])
                return mask is None or bool(mask[self._doc[0]])
            case Not(child):
                return self.part(child, 1.0) is None
            case _:
                return True

    def _leaf(self, leaf: Phrase | Prefix | OneOf | Term, factor: float) -> ScorePart | None:
        held = self._scorer.scored(leaf, factor, self._units)
        score = sum(self._score(part) for part in (held.main, *held.more))
        name = " ".join(word.text for word in leaf.words) if isinstance(leaf, Phrase) else leaf.text
        facts = {"articles": held.main.df, "factor": factor}
        return ScorePart(_KINDS[type(leaf)], name, score, facts) if self._score(held.main) else None

    def _score(self, part: ScoredDocs) -> float:
        return float(scores_at(part, self._doc)[0]) / self._units

    def _term(self, term: Term, factor: float) -> ScorePart | None:
        if term.field == "body":
            return self._leaf(term, factor)
        if term.function:
            factor *= self._scorer.weights.function_word
        parts = [self._layer(term, layer, factor) for layer in LAYERS]
        held = tuple(part for part in parts if part is not None)
        if not held:
            return None
        facts = {"factor": factor} if factor != 1 else {}
        return ScorePart("word", term.text, sum(part.score for part in held), facts, held)

    def _layer(self, term: Term, layer: Layer, factor: float) -> ScorePart | None:
        postings = self._scorer.postings(term, layer)
        impact = int(held_by(postings, self._doc)[0])
        if not impact:
            return None
        weights = self._scorer.weights
        weight = weights.stem if layer == "stem" else weights.exact
        rarity = self._scorer.rarity(postings.df)
        worth = coefficients(factor * weight * rarity, self._scorer.k1, weights.presence, self._units)
        score = worth.score(impact) / self._units
        fields = () if layer == "exact" or term.spelt_so else tuple(self._fields(term))
        facts = {
            "weight": weight,
            "articles": postings.df,
            "rarity": rarity,
            "impact": impact,
            "saturation": score / (factor * weight * rarity),
        }
        if fields:
            facts["frequency"] = sum(part.score for part in fields)
        key = term.stem if layer == "stem" and not term.spelt_so else term.exact
        return ScorePart("layer", f"{layer} {key}", score, facts, fields)

    def _fields(self, term: Term) -> Iterator[ScorePart]:
        """What each text brings to the frequency of a word in the stem layer."""
        in_body = (self._scorer.places(term, self._doc) >> 32 & 1).astype(np.bool_)
        collection = self._scorer.collection
        texts: tuple[tuple[Field, int], ...] = (
            ("title", int(np.count_nonzero(~in_body))),
            ("body", int(np.count_nonzero(in_body))),
        )
        for name, times in texts:
            if times:
                lengths = collection.title_lengths if name == "title" else collection.body_lengths
                norm = float(collection.norms(name, self._doc)[0])
                facts = {"frequency": float(times), "length": float(lengths[self._doc[0]]), "norm": norm}
                yield ScorePart("field", name, times * norm, facts)


def _flat(queries: Sequence[Query], factor: float) -> Iterator[tuple[Query, float]]:
    """The parts of a disjunction, each with its factor: as the executor has it, nested ones are one."""
    for query in queries:
        match query:
            case Any(children):
                yield from _flat(children, factor)
            case Boost(child, times):
                yield from _flat((child,), factor * times)
            case _:
                yield query, factor


def _only_adds(query: Query) -> bool:
    """Whether it finds no article beside others; of parts of a disjunction, as ``_flat`` gives them."""
    return isinstance(query, Hint) or (isinstance(query, Term) and query.function)


def _sum(parts: Sequence[ScorePart]) -> ScorePart:
    if len(parts) == 1:
        return parts[0]
    return ScorePart("words", "", sum(part.score for part in parts), {}, tuple(parts))

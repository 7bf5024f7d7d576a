"""Explains an article's score as a tree whose leaves add up to it, in the terms of the ranking.

Each number is computed for the one article from its postings, with the formulas used for lists of articles;
a test checks that both agree.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, assert_never

import numpy as np

from onneshon.index.ranking import coefficients
from onneshon.search.query.conditions import Condition, Selection
from onneshon.search.query.tree import (
    All,
    Any,
    Boost,
    Conjunction,
    Field,
    Fuzzy,
    Hint,
    Leaf,
    MatchAll,
    Not,
    OneOf,
    Phrase,
    Prefix,
    Query,
    Term,
    Unscored,
    is_group,
    only_adds,
    sought,
    wants_share,
)
from onneshon.search.reranking.ranker import Ranker
from onneshon.search.reranking.rescoring import Features
from onneshon.search.reranking.score_part import ArticleEvidence, IndexedArticle, PartKind, ScorePart
from onneshon.search.retrieval.bm25f import FeatureWeights
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.collection import Layer
from onneshon.search.retrieval.query_lists import NEUTRAL
from onneshon.search.retrieval.term_scorer import LAYERS

_KINDS: Final[Mapping[type, PartKind]] = {Phrase: "phrase", Prefix: "prefix", OneOf: "writings", Term: "word"}


def explain_score(
    query: Query,
    doc: int,
    ranker: Ranker,
    budget: TimeBudget,
    conditions: Sequence[Condition] = (),
) -> ScorePart:
    """Explain a document's score as on a results page; 0 with the reasons where it does not match.

    Args:
        query: the query that was run.
        doc: the document.
        ranker: the ranker of its index.
        budget: the time budget; where it runs out, the words that remain add nothing.
        conditions: the filters of the search, which decide what articles are rescored.
    """
    article = IndexedArticle(ranker.executor, doc, ranker.executor.units(query), budget)

    def features() -> Features | None:
        return ranker.features_in_window(query, doc, budget, conditions)

    return Explainer(article).explained(query, features)


class Explainer:
    """Computes the parts of one article's score.

    Args:
        article: the article's scores and positions.
    """

    def __init__(self, article: ArticleEvidence) -> None:
        self._article = article
        self._words = article.words

    def explained(
        self,
        query: Query,
        features: Callable[[], Features | None],
    ) -> ScorePart:
        """The whole score; where the article does not match, a score of 0 with the reasons.

        Args:
            query: the query that was run.
            features: returns the features that rescored it; None where it was not rescored.
        """
        found = self.part(query, 1.0)
        if found is None:
            return self.why_not(query)
        parts = [found]
        if rescored := features():
            parts.append(_explain_features(rescored, self._words.weights.features))
        return ScorePart("score", "", sum(part.score for part in parts), {}, tuple(parts))

    def part(self, query: Query, factor: float) -> ScorePart | None:  # noqa: PLR0911 - a table of kinds
        """The part that a query adds; None where the document does not match it."""
        match query:
            case Term():
                return self._term(query, factor)
            case _ if isinstance(query, Leaf):
                return self._leaf(query, factor)
            case Boost(child, times):
                return self.part(child, factor * times)
            case Hint(child):
                return self._adding(child, factor)
            case Any(children):
                enough = not wants_share(query) or self._article.found_by(query)
                return self._any(children, factor) if enough else None
            case All(children, optional):
                return self._all(children, optional, factor)
            case _ if isinstance(query, Unscored):
                return self._all((query,), (), factor)
            case Fuzzy():  # pragma: no cover - words of the index take its place before
                raise TypeError(query)
            case _:
                assert_never(query)

    def _adding(self, query: Query, factor: float) -> ScorePart | None:
        """The part of a query that only adds to scores: of several words each, function words too."""
        if not isinstance(query, Any):
            return self.part(query, factor)
        matched = [part for _, part in self._matched(query.children, factor)]
        return _sum(matched) if matched else None

    def _matched(self, children: Sequence[Query], factor: float) -> list[tuple[Query, ScorePart]]:
        """The parts of a disjunction that match, each with what it adds."""
        return [
            (child, part)
            for child, times in _flat(children, factor)
            if (part := self.part(child, times)) is not None
        ]

    def _any(self, children: Sequence[Query], factor: float) -> ScorePart | None:
        """The sum of the children's parts; None where no child matches that finds articles."""
        matched = self._matched(children, factor)
        finding = [child for child, _ in _finding(children, factor)]
        if not any(child in finding for child, _ in matched):
            return None
        return _sum([part for _, part in matched])

    def _all(self, children: Sequence[Query], optional: Sequence[Query], factor: float) -> ScorePart | None:
        parts: list[ScorePart] = []
        for child in children:
            if isinstance(child, Unscored):
                if not self._meets(child):
                    return None
                continue
            part = self.part(child, factor)
            if part is None:
                return None
            parts.append(part)
        if not parts:
            parts.append(ScorePart("condition", "", factor * NEUTRAL))
        more = [self._adding(child, factor) for child in optional]
        return _sum([*parts, *(part for part in more if part is not None)])

    def _meets(self, condition: Unscored) -> bool:
        match condition:
            case Not(child):
                return not self._article.found_by(child)
            case MatchAll():
                return True
            case _:
                return self._article.found_by(condition)

    def why_not(self, query: Query) -> ScorePart:
        """For a query that does not match the document: a score of 0, and the reasons."""
        return ScorePart("score", "", 0.0, {}, tuple(self._obstacles(query, 1.0)))

    def _obstacles(self, query: Query, factor: float) -> Iterator[ScorePart]:
        match query:
            case _ if isinstance(query, Leaf):
                yield ScorePart(
                    "missing", _name(query), 0.0, {"articles": self._words.document_frequency(query)}
                )
            case Boost(child, times):
                yield from self._obstacles(child, factor * times)
            case _ if isinstance(query, Condition):
                yield ScorePart("unmet", _condition_name(query), 0.0)
            case Not(child):
                yield ScorePart("excluded", _query_name(child), 0.0)
            case Any(children):
                yield from self._any_obstacles(query, [*_finding(children, factor)])
            case All(children):
                for child in children:
                    if not self._matches(child, factor):
                        yield from self._obstacles(child, factor)
            case Hint() | MatchAll() | Fuzzy():  # pragma: no cover - these keep no article from being found
                return
            case _:
                assert_never(query)

    def _any_obstacles(self, query: Any, finding: Sequence[tuple[Query, float]]) -> Iterator[ScorePart]:
        """The missing alternatives, or the missing words of a group that matches too small a share."""
        lacking = [(child, factor) for child, factor in finding if not self._matches(child, factor)]
        missing = [part for child, factor in lacking for part in self._obstacles(child, factor)]
        if len(lacking) == len(finding):
            yield from missing
            return
        found = self._rarity(finding) - self._rarity(lacking)
        yield ScorePart(
            "share", _query_name(query), 0.0, {"held": found / self._rarity(finding)}, (*missing,)
        )

    def _rarity(self, concepts: Sequence[tuple[Query, float]]) -> float:
        """The total weight of concepts: the sum of their inverse document frequencies."""
        found = [concept for concept, _ in concepts if isinstance(concept, Leaf)]
        return sum(self._words.rarity(self._words.document_frequency(concept)) for concept in found)

    def _matches(self, query: Query, factor: float) -> bool:
        if isinstance(query, Unscored):
            return self._meets(query)
        return self.part(query, factor) is not None

    def _leaf(self, leaf: Leaf, factor: float) -> ScorePart | None:
        score = self._article.score(leaf, factor)
        if not score:
            return None
        facts = {"articles": self._words.document_frequency(leaf), "factor": factor}
        return ScorePart(_KINDS[type(leaf)], _name(leaf), score, facts)

    def _term(self, term: Term, factor: float) -> ScorePart | None:
        impacts = {layer: self._article.impact(term, layer, factor) for layer in LAYERS}
        if term.function:
            factor *= self._words.weights.function_word
        parts = [self._layer(term, layer, factor, impact) for layer, impact in impacts.items()]
        matched = tuple(part for part in parts if part is not None)
        if not matched:
            return None
        facts = {"factor": factor} if factor != 1 else {}
        return ScorePart("word", term.text, sum(part.score for part in matched), facts, matched)

    def _layer(self, term: Term, layer: Layer, factor: float, impact: int) -> ScorePart | None:
        if not impact:
            return None
        weights, units = self._words.weights, self._article.units
        df = self._article.document_frequency(term, layer)
        weight = weights.stem if layer == "stem" else weights.exact
        rarity = self._words.rarity(df)
        worth = coefficients(factor * weight * rarity, self._words.k1, weights.presence, units)
        score = worth.score(impact) / units
        fields = () if layer == "exact" or term.spelt_so else tuple(self._fields(term))
        facts = {
            "weight": weight,
            "articles": df,
            "rarity": rarity,
            "impact": impact,
            "saturation": score / (factor * weight * rarity),
        }
        if fields:
            facts["frequency"] = sum(part.score for part in fields)
        key = term.stem if layer == "stem" and not term.spelt_so else term.exact
        return ScorePart("layer", f"{layer} {key}", score, facts, fields)

    def _fields(self, term: Term) -> Iterator[ScorePart]:
        """The contribution of each text to a word's weighted frequency in the stem layer."""
        doc = np.array([self._article.doc], np.uint32)
        in_body = (self._words.positions.of(term, doc) >> 32 & 1).astype(np.bool_)
        texts: tuple[tuple[Field, int], ...] = (
            ("title", int(np.count_nonzero(~in_body))),
            ("body", int(np.count_nonzero(in_body))),
        )
        for name, times in texts:
            if times:
                norm = float(self._words.norms[name].of(doc)[0])
                length = float(self._article.length(name))
                facts = {"frequency": float(times), "length": length, "norm": norm}
                yield ScorePart("field", name, times * norm, facts)


def _explain_features(found: Features, weights: FeatureWeights) -> ScorePart:
    """The part that rescoring adds, by feature."""
    parts = []
    for name, added in found.parts(weights).items():
        facts = {"value": float(getattr(found, name)[0]), "weight": getattr(weights, name)}
        parts.append(ScorePart("feature", name, float(added[0]), facts))
    return ScorePart("reranking", "", sum(part.score for part in parts), {}, tuple(parts))


def _flat(queries: Sequence[Query], factor: float) -> Iterator[tuple[Query, float]]:
    """The parts of a disjunction with their factors; nested ones are flattened as by the executor."""
    for query in queries:
        match query:
            case Any(children) if not is_group(query):
                yield from _flat(children, factor)
            case Boost(child, times):
                yield from _flat((child,), factor * times)
            case _ if isinstance(query, Any | Leaf | Fuzzy | Hint | Conjunction):
                yield query, factor
            case _:
                assert_never(query)


def _finding(queries: Sequence[Query], factor: float) -> Iterator[tuple[Query, float]]:
    """The parts of a disjunction that find articles; all of them where each only adds to scores."""
    parts = [*_flat(queries, factor)]
    finding = [(query, times) for query, times in parts if not only_adds(query)]
    yield from finding or parts


def _name(leaf: Leaf) -> str:
    return " ".join(word.text for word in leaf.words) if isinstance(leaf, Phrase) else leaf.text


def _query_name(query: Query) -> str:
    """The words of a query as typed."""
    if isinstance(query, Condition):
        return _condition_name(query)
    return " ".join(dict.fromkeys(concept.label or _name(concept.query) for concept in sought(query)))


def _condition_name(condition: Condition) -> str:
    """A condition as a query writes it."""
    return condition.text if isinstance(condition, Selection) else f"{condition.name}:{condition.text}"


def _sum(parts: Sequence[ScorePart]) -> ScorePart:
    if len(parts) == 1:
        return parts[0]
    return ScorePart("words", "", sum(part.score for part in parts), {}, tuple(parts))

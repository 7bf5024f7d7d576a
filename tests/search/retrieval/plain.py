"""The ranking computed document by document, as its definition reads; array code is compared with it."""

import math
from collections.abc import Callable, Sequence
from typing import TypeAlias

from onneshon.index import Article
from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.index.ranking import Basis
from onneshon.search.query.conditions import Condition, Filter, Selection
from onneshon.search.query.tree import (
    All,
    Any,
    Boost,
    Hint,
    MatchAll,
    Not,
    OneOf,
    Phrase,
    Prefix,
    Query,
    Term,
    Variant,
)
from onneshon.search.retrieval.bm25f import DEFAULT_WEIGHTS
from onneshon.search.retrieval.query_lists import FEWEST, LEAST_SHARE

BASIS = Basis(1, 1)
"""The constants; the average lengths are those of each corpus."""

Count: TypeAlias = Callable[[Sequence[Token]], int]


class Plain:
    """The ranking, computed as its definition reads."""

    def __init__(self, segments: Sequence[Sequence[Article]], deleted: set[str]) -> None:
        self.all = [document for segment in segments for document in segment]
        self.deleted = deleted
        self.tokens = {
            (document.id, field): analyze(getattr(document, field))
            for document in self.all
            for field in ("title", "body")
        }
        self.average = {
            field: max(
                1, sum(len(self.tokens[document.id, field]) for document in self.all) / max(len(self.all), 1)
            )
            for field in ("title", "body")
        }

    @property
    def live(self) -> list[Article]:
        """The articles that are not deleted."""
        return [document for document in self.all if document.id not in self.deleted]

    def answer(self, query: Query) -> dict[str, float]:
        """The score of each article that a search finds, by id."""
        return {key: score for key, score in self.scores(query).items() if key not in self.deleted}

    def _rarity(self, holding: int, articles: int = 0) -> float:
        """The inverse document frequency; deleted articles count until a merge removes them."""
        return math.log(1 + ((articles or len(self.all)) - holding + 0.5) / (holding + 0.5))

    def _norm(self, doc_id: str, field: str) -> float:
        b, weight = (BASIS.b_title, BASIS.title) if field == "title" else (BASIS.b_body, 1.0)
        return weight / (1 - b + b * len(self.tokens[doc_id, field]) / self.average[field])

    def _frequency(self, doc_id: str, counts: dict[str, float]) -> float:
        return sum(times * self._norm(doc_id, field) for field, times in counts.items())

    def _impact(self, frequency: float) -> int:
        return max(1, round(255 * frequency / (frequency + BASIS.k1)))

    def _scored(self, frequencies: dict[str, int], weight: float) -> dict[str, float]:
        """Scores by article from impacts, which are bytes."""
        rarity = self._rarity(len(frequencies)) * weight
        worth = (BASIS.k1 + 1) / 255
        return {key: rarity * (q * worth + DEFAULT_WEIGHTS.presence) for key, q in frequencies.items()}

    def _unrounded(self, found: dict[str, float], weight: float) -> dict[str, float]:
        """Scores by article from frequencies that are not rounded to impacts."""
        k1, presence = BASIS.k1, DEFAULT_WEIGHTS.presence
        return {key: weight * (x * (k1 + 1) / (x + k1) + presence) for key, x in found.items()}

    def _counts(self, wanted: str | None, count: Count) -> dict[str, dict[str, float]]:
        """The frequencies in each field, by article, of articles where any is above 0."""
        fields = [wanted] if wanted else ["title", "body"]
        counts = {
            document.id: {field: float(count(self.tokens[document.id, field])) for field in fields}
            for document in self.all
        }
        return {key: texts for key, texts in counts.items() if any(texts.values())}

    def _held(self, term: Term, layer: str) -> dict[str, int]:
        """The impact of a word, by article."""
        by = "exact" if term.spelt_so else layer
        key = getattr(term, by)
        counts = self._counts(term.field, lambda tokens: sum(getattr(t, by) == key for t in tokens))
        return {doc_id: self._impact(self._frequency(doc_id, texts)) for doc_id, texts in counts.items()}

    def scores(self, query: Query) -> dict[str, float]:  # noqa: C901, PLR0911 - one line for each kind of node
        """The score of each matching article, by id."""
        match query:
            case Term():
                factor = DEFAULT_WEIGHTS.function_word if query.function else 1.0
                stems = self._scored(self._held(query, "stem"), factor * DEFAULT_WEIGHTS.stem)
                exacts = self._scored(self._held(query, "exact"), factor * DEFAULT_WEIGHTS.exact)
                return {key: score + exacts.get(key, 0) for key, score in stems.items()}
            case Prefix(_, start, field):
                return self._prefix(start, field)
            case Phrase(words, slop, field):
                return self._phrase(words, slop, field)
            case OneOf(_, variants):
                return self._one_of(variants)
            case Any(children):
                return self._any(query, children)
            case Boost(child, factor):
                return {key: score * factor for key, score in self.scores(child).items()}
            case All(children, optional):
                return self._all(children, optional)
            case Filter(name, value):
                return {document.id: 0.001 for document in self.live if getattr(document, name) == value}
            case Selection(choices, negated):
                met = {key for choice in choices for key in self.scores(choice)}
                return {document.id: 0.001 for document in self.live if (document.id in met) != negated}
            case MatchAll():
                return {document.id: 0.001 for document in self.live}
        raise TypeError(query)

    def _any(self, query: Any, children: Sequence[Query]) -> dict[str, float]:
        """Function words and hints match nothing next to other words, nor does a trifle of a long query."""
        added = [child for child in children if _only_adds(child)]
        finding = [self.scores(child) for child in children if child not in added]
        adding = [self.scores(child.child if isinstance(child, Hint) else child) for child in added]
        if not finding:
            finding, adding = adding, []
        total = {
            key: score + sum(more.get(key, 0) for more in adding) for key, score in _sum(*finding).items()
        }
        return self._enough(finding, total) if query.words else total

    def _enough(self, words: Sequence[dict[str, float]], total: dict[str, float]) -> dict[str, float]:
        alive = [sum(key not in self.deleted for key in word) for word in words]
        rarity = [self._rarity(count, len(self.live)) if count else 0.0 for count in alive]
        rarities = {
            key: sum(r for r, word in zip(rarity, words, strict=True) if key in word) for key in total
        }
        live = [weight for key, weight in rarities.items() if key not in self.deleted]
        least = LEAST_SHARE * max(live, default=0) - 1e-3
        if all(r >= LEAST_SHARE * sum(rarity) for r in rarity if r):
            return total
        found = [key for key in total if key not in self.deleted]
        best = sorted(found, key=lambda key: (-round(total[key], 4), key))[:FEWEST]
        enough = {key for key in found if rarities[key] >= least}
        kept = enough if len(enough) >= FEWEST else enough.union(best)
        return {key: total[key] for key in kept}

    def _prefix(self, start: str, field: str | None) -> dict[str, float]:
        """A prefix is as frequent as the article has distinct keys with it, whatever the article's length."""
        fields = [field] if field else ["title", "body"]
        keys = {
            document.id: {
                t.exact
                for text in fields
                for t in self.tokens[document.id, text]
                if t.exact.startswith(start)
            }
            for document in self.all
        }
        found = {key: float(len(words)) for key, words in keys.items() if words}
        return self._unrounded(found, self._rarity(len(found)))

    def _one_of(self, variants: Sequence[Variant]) -> dict[str, float]:
        """Variants are one word: their frequencies are added, each times the variant's weight."""
        layers = []
        for layer, weight in (("stem", DEFAULT_WEIGHTS.stem), ("exact", DEFAULT_WEIGHTS.exact)):
            sums: dict[str, float] = {}
            for variant in variants:
                for key, frequency in self._written(variant.query, layer).items():
                    sums[key] = sums.get(key, 0.0) + frequency * variant.weight
            layers.append(self._scored({key: self._impact(x) for key, x in sums.items()}, weight))
        return _sum(*layers)

    def _written(self, query: Term | Phrase, layer: str) -> dict[str, float]:
        if isinstance(query, Phrase):
            return self._occurring(query.words, query.slop, query.field)
        return {key: BASIS.k1 * q / (255.25 - q) for key, q in self._held(query, layer).items()}

    def _occurring(self, words: Sequence[Term], slop: int, field: str | None) -> dict[str, float]:
        counts = self._counts(field, lambda tokens: _occurrences([t.stem for t in tokens], words, slop))
        return {key: self._frequency(key, texts) for key, texts in counts.items()}

    def _phrase(self, words: Sequence[Term], slop: int, field: str | None) -> dict[str, float]:
        distinct = [*dict.fromkeys(words)]
        rarity = sum(self._rarity(len(self._held(word, "stem"))) for word in distinct)
        own = self._unrounded(self._occurring(words, slop, field), rarity)
        scores = [self.scores(word) for word in distinct]
        more = DEFAULT_WEIGHTS.phrase_words
        return {key: own[key] + more * sum(part.get(key, 0) for part in scores) for key in own}

    def _all(self, children: Sequence[Query], optional: Sequence[Query]) -> dict[str, float]:
        scoring = [
            self.scores(child) for child in children if not isinstance(child, Condition | Not | MatchAll)
        ]
        total = _sum(*scoring) if scoring else self.scores(MatchAll())
        for child in children:
            if isinstance(child, Not):
                excluded = self.scores(child.child)
                total = {key: score for key, score in total.items() if key not in excluded}
            elif not isinstance(child, MatchAll):
                required = self.scores(child)
                total = {key: score for key, score in total.items() if key in required}
        extra = _sum(*map(self.scores, optional))
        return {key: score + extra.get(key, 0) for key, score in total.items()}


def _only_adds(query: Query) -> bool:
    while isinstance(query, Boost):
        query = query.child
    return isinstance(query, Hint) or (isinstance(query, Term) and query.function)


def _sum(*parts: dict[str, float]) -> dict[str, float]:
    return {key: sum(part.get(key, 0) for part in parts) for key in set().union(*parts)}


def _occurrences(stems: Sequence[str], words: Sequence[Term], slop: int) -> int:
    """Starts from which the words follow in order, with at most ``slop`` other words among them."""
    found = 0
    for start in range(len(stems)):
        place = start
        if stems[start] != words[0].stem:
            continue
        for word in words[1:]:
            place = next((i for i in range(place + 1, len(stems)) if stems[i] == word.stem), 10**6)
        found += place - start <= slop + len(words) - 1
    return found

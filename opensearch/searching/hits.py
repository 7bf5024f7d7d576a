"""Why articles have their scores.

An explanation is the same tree as of an index in a directory, its numbers from the cluster: each scored part
of the compiled query has a name, and the cluster says, for some articles, what each part added.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import Final, assert_never

from onneshon.index.ranking import FINEST, MOST
from onneshon.opensearch.connection.reading import LIVE
from onneshon.opensearch.searching.asking import ONLY_COLUMNS, id_of
from onneshon.opensearch.searching.compiler import Part
from onneshon.opensearch.searching.dsl import Dsl, held_of, numbered, of_ids
from onneshon.opensearch.searching.hit_words import spelt_by
from onneshon.opensearch.searching.ranking import ClusterRanker
from onneshon.opensearch.searching.rows import Filters
from onneshon.opensearch.searching.searcher import ClusterSearcher
from onneshon.opensearch.searching.window import Streams, Window
from onneshon.search.query.conditions import Condition
from onneshon.search.query.tree import (
    Composite,
    Field,
    Fuzzy,
    Hint,
    Leaf,
    MatchAll,
    Not,
    Query,
    Term,
    is_group,
    parts,
)
from onneshon.search.reranking.explanation import Explainer
from onneshon.search.reranking.query_words import QueryWord
from onneshon.search.reranking.rescoring import Rescorer
from onneshon.search.reranking.score_part import ScorePart
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.collection import Layer

NOTHING: Final = ScorePart("score", "", 0.0)


class _MatchedParts:
    """An article of which the cluster says what each part of a query adds."""

    def __init__(
        self,
        state: ClusterSearcher,
        words: Window,
        doc: int,
        added: Mapping[Part, float],
        finding: Mapping[Query, bool],
    ) -> None:
        self.words = words
        self.doc = doc
        self.units = FINEST
        self._statistics = state.statistics
        self._added = added
        self._finding = finding

    def score(self, leaf: Leaf, factor: float) -> float:
        main = self._added.get((leaf, factor, "main"), 0.0)
        return main + self._added.get((leaf, factor, "more"), 0.0) if main else 0.0

    def impact(self, term: Term, layer: Layer, factor: float) -> int:
        """Out of the score that it was worth."""
        weights, k1 = self._statistics.weights, self._statistics.k1
        part = "main" if layer == "stem" or term.spelt_so else "more"
        added = self._added.get((term, factor, part), 0.0)
        if not added:
            return 0
        weight = weights.stem if layer == "stem" else weights.exact
        weight = weights.stem + weights.exact if term.spelt_so else weight
        weight *= factor * (weights.function_word if term.function else 1.0)
        rarity = self._statistics.rarity(self.holding(term, layer))
        return max(1, round((added / (weight * rarity) - weights.presence) * MOST / (k1 + 1)))

    def holding(self, term: Term, layer: Layer) -> int:
        return self._statistics.of_term(term, layer)

    def length(self, field: Field) -> int:
        return self.words.length(field, self.doc)

    def found_by(self, query: Query) -> bool:
        return self._finding.get(query, False)


def explained(
    state: ClusterSearcher, query: Query, ids: Sequence[str], filters: Filters, budget: TimeBudget
) -> dict[str, ScorePart]:
    """The score of some articles for a query, in parts that add up to it; 0, and why, of what does not match.

    Args:
        state: the generation.
        query: what was looked for.
        ids: of the articles.
        filters: what every article had to meet besides; they decide which articles are rescored.
        budget: of the search.
    """
    names: dict[Part, str] = {}
    scoring = state.compiler(budget, names).compiled(query)
    asked = [*dict.fromkeys(_asked_alone(query))]
    ranker = ClusterRanker(state, query, budget)
    alone = [ranker.compiler.query_filter(sub_query) for sub_query in asked]
    hits = state.asker.matched_parts(_search(ranker, scoring, alone, ids), budget)
    rescored = ranker.rescored(filters)
    streams = Streams.whole([hit["fields"]["stream"][0] for hit in hits])
    window = Window(state.statistics, streams, spelt_by(hits))
    held = held_of(hits, len(asked))
    found = {}
    for doc, hit in enumerate(hits):
        matched: Mapping[str, float] = hit.get("matched_queries") or {}
        added = {part: matched[name] for part, name in names.items() if name in matched}
        finding = dict(zip(asked, held[:, doc].tolist(), strict=True))
        explainer = Explainer(_MatchedParts(state, window, doc, added, finding))
        words = partial(_compared, ranker, rescored, id_of(hit))
        found[id_of(hit)] = explainer.explained(query, words, Rescorer(window), budget)
    return {name: found.get(name, NOTHING) for name in ids}


def _compared(ranker: ClusterRanker, rescored: Collection[str], name: str) -> Sequence[QueryWord]:
    """The words by which an article was rescored; none where it was not."""
    return ranker.words if name in rescored else ()


def _asked_alone(query: Query) -> Iterator[Query]:
    """What must be known to find an article or not by itself: conditions, groups, what is excluded."""
    match query:
        case _ if isinstance(query, Condition):
            yield query
        case Not(child):
            yield child
        case Hint(child):
            yield from _asked_alone(child)
        case _ if isinstance(query, Composite):
            if is_group(query):
                yield query
            for child in parts(query):
                yield from _asked_alone(child)
        case _ if isinstance(query, Leaf | Fuzzy | MatchAll):
            return
        case _:
            assert_never(query)


def _search(ranker: ClusterRanker, scoring: Dsl, alone: Sequence[Dsl], ids: Sequence[str]) -> Dsl:
    """A search for some articles, each with what named parts of a query added to its score, and found it."""
    met = numbered(alone, [0.0] * len(alone))
    return {
        "query": {
            "bool": {
                "filter": [of_ids(ids), LIVE],
                "should": [scoring, *met, *ranker.hit_words.spelt, *ranker.hit_words.compared_spelt],
            }
        },
        "size": len(ids),
        **ONLY_COLUMNS,
        "docvalue_fields": ["id", "stream"],
    }

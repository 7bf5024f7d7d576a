"""What is said of hits: their texts, what they have of the query, and why they have their scores.

Most of it the hits tell. Texts are asked for by ids, but for those of a version that was shown before. Of an
article that is another one by now, words and text are searched for. An explanation is the same tree as of an
index in a directory, its numbers from the cluster: each scored part of the compiled query has a name, and the
cluster says, for some articles, what each part added.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Final, assert_never

import numpy as np

from onneshon.index import Article
from onneshon.index.article import article_from_stored
from onneshon.index.ranking import FINEST, MOST
from onneshon.opensearch.connection.reading import LIVE
from onneshon.opensearch.searching.asking import ONLY_COLUMNS, id_of
from onneshon.opensearch.searching.compiler import Part
from onneshon.opensearch.searching.dsl import Dsl, held_of, numbered, of_ids
from onneshon.opensearch.searching.hit_words import Hit, HitWords, spelt_by
from onneshon.opensearch.searching.prepared import Filters, Row
from onneshon.opensearch.searching.ranking import ClusterRanker
from onneshon.opensearch.searching.searcher import ClusterSearcher, Version
from onneshon.opensearch.searching.window import Streams, Window
from onneshon.search.query.conditions import Condition
from onneshon.search.query.tree import (
    Any,
    Composite,
    Field,
    Fuzzy,
    Hint,
    Leaf,
    MatchAll,
    Not,
    Query,
    Term,
    parts,
    wants_share,
)
from onneshon.search.reranking.explanation import Explainer
from onneshon.search.reranking.score_part import ScorePart
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.collection import Docs, Layer, Mask


class ShownArticles:
    """An ``Evidence`` of the articles of a page; documents are their indexes on it.

    Args:
        state: the generation.
        rows: of the page; of an article that is there no more, nothing is known.
        words: what hits tell of the query.
        budget: of the search.

    Attributes:
        ids: of the articles that are there.
        term_scorer: what is known of their words.
    """

    term_scorer: Window

    def __init__(
        self, state: ClusterSearcher, rows: Sequence[Row], words: HitWords, budget: TimeBudget
    ) -> None:
        self._words = words
        found = {row.id: row.hit for row in rows}
        versions = {_version_of(name, hit): name for name, hit in found.items()}
        texts = {version: text for version in versions if (text := state.texts.kept(version))}
        asked = {name: found[name] for version, name in versions.items() if version not in texts}
        fetched, whole = _fetched(state, asked, budget)
        texts |= fetched
        known = {name: (found[name], texts[at]) for at, name in versions.items() if at in texts}
        if whole:  # its words are others than when it was found, or it is gone
            known |= _found_anew(state, [name for name in asked if name not in known], words, budget)
        there = [known[row.id] for row in rows if row.id in known]
        self._hits = [hit for hit, _ in there]
        self._texts: list[Article] = [text for _, text in there]
        self.ids = frozenset(known)
        self.term_scorer = words.window(self._hits)

    def masks_at(self, _query: Query, docs: Docs, _budget: TimeBudget) -> list[Mask]:
        """For each concept that the query asks for, which of some articles hold it."""
        return self._words.held(self._hits, self.term_scorer, docs)

    def article(self, doc: int) -> Article:
        """The article of that index."""
        return self._texts[doc]


def complete(rows: Sequence[Row], words: HitWords) -> Mask:
    """Which of some articles have each concept that is asked for."""
    hits = [row.hit for row in rows]
    held = words.held(hits, words.window(hits), np.arange(len(hits), dtype=np.uint32))
    found: Mask = np.logical_and.reduce(held)
    return found


def _fetched(
    state: ClusterSearcher, hits: Mapping[str, Hit], budget: TimeBudget
) -> tuple[dict[Version, Article], bool]:
    """The articles of some hits as they are now, which are remembered, and whether all could be asked for."""
    names = defaultdict(list)
    for name, hit in hits.items():
        names[state.asker.index_of(hit)].append(name)
    replies = state.asker.by_ids(names, budget)
    there = (hit for reply in replies for hit in reply.hits if hit["_source"])  # of a deleted one it is empty
    return dict(_remembered(state, hit) for hit in there), not any(reply.partial for reply in replies)


def _found_anew(
    state: ClusterSearcher, ids: Sequence[str], words: HitWords, budget: TimeBudget
) -> Iterator[tuple[str, tuple[Hit, Article]]]:
    """Some articles, searched for with what they have of the query."""
    body: Dsl = {
        "query": {"bool": {"filter": [of_ids(ids), LIVE], "should": words.named}},
        "size": len(ids),
        "track_total_hits": False,
        "_source": True,  # which is sent as it is kept, where parts of it would be read and written anew
        **words.columns,
    }
    replies = state.asker.search_each([body], budget) if ids else []
    for hit in (hit for reply in replies for hit in reply.hits):
        _, text = _remembered(state, hit)
        yield text.id, (hit, text)


def _remembered(state: ClusterSearcher, hit: Hit) -> tuple[Version, Article]:
    """The article of a hit with its text, kept for pages to come."""
    article = article_from_stored(hit["_source"]["article"])
    version = _version_of(article.id, hit)
    return version, state.texts.keep(version, article)


def _version_of(name: str, hit: Hit) -> Version:
    """Which version of which article a hit is of."""
    return hit["_index"], name, hit["_primary_term"], hit["_seq_no"]


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
    features = ranker.features(filters)
    streams = Streams.whole([hit["fields"]["stream"][0] for hit in hits])
    window = Window(state.statistics, streams, spelt_by(hits))
    held = held_of(hits, len(asked))
    found = {}
    for doc, hit in enumerate(hits):
        matched: Mapping[str, float] = hit.get("matched_queries") or {}
        added = {part: matched[name] for part, name in names.items() if name in matched}
        finding = dict(zip(asked, held[:, doc].tolist(), strict=True))
        explainer = Explainer(_MatchedParts(state, window, doc, added, finding))
        found[id_of(hit)] = explainer.explained(query, partial(features.get, id_of(hit)))
    return {name: found.get(name, NOTHING) for name in ids}


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
            if isinstance(query, Any) and wants_share(query):
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

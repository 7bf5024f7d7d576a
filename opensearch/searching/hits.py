"""The articles of hits: their texts, the concepts they contain, and explanations of their scores.

Most of it is in the hits. Texts are fetched by id, except for versions that are cached. Where an article has
changed since, its words and text are searched for again. An explanation is the same tree as that of a local
index, with numbers from the cluster: each scored clause of the compiled query has a name, and the cluster
reports, for some articles, what each clause added.
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
        rows: the rows of the page; those of deleted articles are left out.
        words: the words of the query that hits report.
        budget: the time budget of the search.

    Attributes:
        ids: the ids of the articles that exist.
        term_scorer: their words.
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
        if whole:  # the article has changed since it was found, or was deleted
            known |= _found_anew(state, [name for name in asked if name not in known], words, budget)
        there = [known[row.id] for row in rows if row.id in known]
        self._hits = [hit for hit, _ in there]
        self._texts: list[Article] = [text for _, text in there]
        self.ids = frozenset(known)
        self.term_scorer = words.window(self._hits)

    def masks_at(self, _query: Query, docs: Docs, _budget: TimeBudget) -> list[Mask]:
        """For each concept that the query asks for, which of the articles contain it."""
        return self._words.held(self._hits, self.term_scorer, docs)

    def article(self, doc: int) -> Article:
        """The article with an index on the page."""
        return self._texts[doc]


def complete(rows: Sequence[Row], words: HitWords) -> Mask:
    """Which of the articles have every concept that is asked for."""
    hits = [row.hit for row in rows]
    held = words.held(hits, words.window(hits), np.arange(len(hits), dtype=np.uint32))
    found: Mask = np.logical_and.reduce(held)
    return found


def _fetched(
    state: ClusterSearcher, hits: Mapping[str, Hit], budget: TimeBudget
) -> tuple[dict[Version, Article], bool]:
    """Fetch and cache the current articles of some hits; and whether all parts of the index answered."""
    names = defaultdict(list)
    for name, hit in hits.items():
        names[state.asker.index_of(hit)].append(name)
    replies = state.asker.by_ids(names, budget)
    there = (hit for reply in replies for hit in reply.hits if hit["_source"])  # of a deleted one it is empty
    return dict(_remembered(state, hit) for hit in there), not any(reply.partial for reply in replies)


def _found_anew(
    state: ClusterSearcher, ids: Sequence[str], words: HitWords, budget: TimeBudget
) -> Iterator[tuple[str, tuple[Hit, Article]]]:
    """Search for some articles again, with the words of the query in them."""
    body: Dsl = {
        "query": {"bool": {"filter": [of_ids(ids), LIVE], "should": words.named}},
        "size": len(ids),
        "track_total_hits": False,
        "_source": True,  # sent as it is stored; a part of it would have to be parsed and written again
        **words.columns,
    }
    replies = state.asker.search_each([body], budget) if ids else []
    for hit in (hit for reply in replies for hit in reply.hits):
        _, text = _remembered(state, hit)
        yield text.id, (hit, text)


def _remembered(state: ClusterSearcher, hit: Hit) -> tuple[Version, Article]:
    """The version and the article of a hit, cached for later pages."""
    article = article_from_stored(hit["_source"]["article"])
    version = _version_of(article.id, hit)
    return version, state.texts.keep(version, article)


def _version_of(name: str, hit: Hit) -> Version:
    """The version of the article of a hit."""
    return hit["_index"], name, hit["_primary_term"], hit["_seq_no"]


NOTHING: Final = ScorePart("score", "", 0.0)


class _MatchedParts:
    """An article for which the cluster reports what each clause of a query adds."""

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
        """The impact of a word, computed back from its score."""
        weights, k1 = self._statistics.weights, self._statistics.k1
        part = "main" if layer == "stem" or term.spelt_so else "more"
        added = self._added.get((term, factor, part), 0.0)
        if not added:
            return 0
        weight = weights.stem if layer == "stem" else weights.exact
        weight = weights.stem + weights.exact if term.spelt_so else weight
        weight *= factor * (weights.function_word if term.function else 1.0)
        rarity = self._statistics.rarity(self.document_frequency(term, layer))
        return max(1, round((added / (weight * rarity) - weights.presence) * MOST / (k1 + 1)))

    def document_frequency(self, term: Term, layer: Layer) -> int:
        return self._statistics.term_document_frequency(term, layer)

    def length(self, field: Field) -> int:
        return self.words.length(field, self.doc)

    def found_by(self, query: Query) -> bool:
        return self._finding.get(query, False)


def explained(
    state: ClusterSearcher, query: Query, ids: Sequence[str], filters: Filters, budget: TimeBudget
) -> dict[str, ScorePart]:
    """Explain the scores of some articles for a query, in parts that add up; 0 of those that do not match.

    Args:
        state: the generation.
        query: the query.
        ids: the ids of the articles.
        filters: the further conditions of the search; they decide which articles are rescored.
        budget: the time budget of the search.
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
    """The subqueries whose matches must be known separately: conditions, groups, what is excluded."""
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
    """A search for some articles that reports the named clauses they match and what each adds."""
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

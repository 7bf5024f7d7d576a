"""What a page says of its articles: their texts, and what they have of the query.

Most of it the hits tell. Texts are asked for by ids, but for those of a version that was shown before. Of an
article that is another one by now, words and text are searched for.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from onneshon.index import Article
from onneshon.index.article import article_from_stored
from onneshon.opensearch.connection.reading import LIVE
from onneshon.opensearch.searching.dsl import Dsl, of_ids
from onneshon.opensearch.searching.hit_words import Hit, HitWords
from onneshon.opensearch.searching.rows import Row
from onneshon.opensearch.searching.searcher import ClusterSearcher, Version
from onneshon.opensearch.searching.window import Window
from onneshon.search.query.tree import Query
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.collection import Docs, Mask


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
        versions = {version_of(name, hit): name for name, hit in found.items()}
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
    version = version_of(article.id, hit)
    return version, state.texts.keep(version, article)


def version_of(name: str, hit: Hit) -> Version:
    """Which version of which article a hit is of."""
    return hit["_index"], name, hit["_primary_term"], hit["_seq_no"]

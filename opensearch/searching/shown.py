"""What a page says of its articles: their texts, and what they have of the query.

Most of it the hits tell. Texts are asked for, but for those of the same version that were shown before.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from onneshon.index import Article
from onneshon.index.article import article_from_stored
from onneshon.opensearch.connection.scanning import LIVE
from onneshon.opensearch.searching.dsl import Dsl, of_ids
from onneshon.opensearch.searching.hit_words import WITH_VERSION, Hit, HitWords
from onneshon.opensearch.searching.replies import id_of
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
        known = {
            name: (hit, text) for name, hit in found.items() if (text := state.texts.kept(version_of(hit)))
        }
        changed = []
        for hit, text in _asked(state, [name for name in found if name not in known], None, budget):
            if version_of(hit) == version_of(found[text.id]):
                known[text.id] = found[text.id], text
            else:  # its words are others than when it was found
                changed.append(text.id)
        known |= {text.id: (hit, text) for hit, text in _asked(state, changed, words, budget)}
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


def _asked(
    state: ClusterSearcher, ids: Sequence[str], words: HitWords | None, budget: TimeBudget
) -> Iterator[tuple[Hit, Article]]:
    """The texts of those of some articles that are there, which are remembered."""
    replies = state.asker.search_each([_texts(ids, words)], budget) if ids else []
    for hit in (hit for reply in replies for hit in reply.hits):
        yield hit, state.texts.keep(version_of(hit), article_from_stored(hit["_source"]["article"]))


def _texts(ids: Sequence[str], words: HitWords | None) -> Dsl:
    """A search for the texts of some articles, and for what these have of the query, unless that is known."""
    return {
        "query": {"bool": {"filter": [of_ids(ids), LIVE], "should": words.named if words else []}},
        "size": len(ids),
        "track_total_hits": False,
        "_source": True,  # which is sent as it is kept, where parts of it would be read and written anew
        "docvalue_fields": ["id"],
        **(words.columns if words else WITH_VERSION),
    }


def version_of(hit: Hit) -> Version:
    """Which version of which article a hit is of."""
    return hit["_index"], id_of(hit), hit["_primary_term"], hit["_seq_no"]

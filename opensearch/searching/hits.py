"""The articles of one page: their texts, and what they have of the query, read in one request."""

from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from onneshon.index import Article
from onneshon.index.article import article_from_stored
from onneshon.opensearch.connection.scanning import LIVE
from onneshon.opensearch.searching.asking import held_of
from onneshon.opensearch.searching.dsl import Dsl, numbered
from onneshon.opensearch.searching.searcher import ClusterSearcher
from onneshon.opensearch.searching.window import Streams, Window, picking
from onneshon.opensearch.storage.documents import stem_number
from onneshon.search.query.tree import Query
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.collection import Docs, Mask


class ShownArticles:
    """An ``Evidence`` of the articles of a page; documents are their indexes on it.

    Args:
        state: the generation.
        ids: of the articles, in order; of one that is there no more, nothing is known.
        concepts: what finds each concept that the query asks for.
        stems: of which it will be asked where they stand.
        budget: of the search.
        ranked: articles of which it will be asked whether they have each concept.

    Attributes:
        ids: of the articles that are there.
        complete: those of ``ranked`` that have each concept.
    """

    def __init__(
        self,
        state: ClusterSearcher,
        ids: Sequence[str],
        concepts: Sequence[Dsl],
        stems: Iterable[str],
        budget: TimeBudget,
        *,
        ranked: Sequence[str] = (),
    ) -> None:
        self._state = state
        self._concepts = len(concepts)
        self._numbers = np.array([*map(stem_number, stems)], np.uint32)
        bodies = [_shown(ids, concepts, self._numbers)] if ids else []
        bodies += [_complete(ranked, concepts)] if ranked else []
        replies = state.asker.search_each(bodies, budget) if bodies else []
        self.complete = frozenset(hit["_id"] for hit in replies.pop().hits) if ranked else frozenset()
        found = {hit["_id"]: hit for reply in replies for hit in reply.hits}
        self._hits = [found[name] for name in ids if name in found]
        self.ids = frozenset(found)

    @cached_property
    def term_scorer(self) -> Window:
        """What is known of the words of the articles."""
        streams = Streams.picked([hit["fields"]["picked"][0] for hit in self._hits], self._numbers)
        return Window(self._state.statistics, streams, lambda _: np.zeros(len(self._hits), np.bool_))

    def masks_at(self, _query: Query, docs: Docs, _budget: TimeBudget) -> list[Mask]:
        """For each concept that the query asks for, which of some articles hold it."""
        return [*held_of([self._hits[doc] for doc in docs.tolist()], self._concepts)]

    def article(self, doc: int) -> Article:
        """The article of that index."""
        return article_from_stored(self._hits[doc]["_source"]["article"])


def _complete(ids: Sequence[str], concepts: Sequence[Dsl]) -> Dsl:
    """A search for those of some articles that have each concept."""
    return {
        "query": {"bool": {"filter": [{"ids": {"values": [*ids]}}, LIVE, *concepts]}},
        "size": len(ids),
        "track_total_hits": False,
        "_source": False,
    }


def _shown(ids: Sequence[str], concepts: Sequence[Dsl], numbers: NDArray[np.uint32]) -> Dsl:
    """A search for the texts of some articles, and what they have of the query."""
    should = numbered(concepts, [0.0] * len(concepts))
    return {
        "query": {"bool": {"filter": [{"ids": {"values": [*ids]}}, LIVE], "should": should}},
        "size": len(ids),
        "track_total_hits": False,
        "_source": ["article"],
        "script_fields": {"picked": picking(numbers)},
    }

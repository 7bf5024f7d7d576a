"""Answers one request from a cluster: the hits of a page, their near-duplicates, facets and explanations."""

import json
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from onneshon.index import Article
from onneshon.index.article import article_from_stored
from onneshon.opensearch.connection.reading import scan
from onneshon.opensearch.searching.dsl import Dsl, all_of
from onneshon.opensearch.searching.facets import MOST_COUNTED, facet_query, facet_read, faceted
from onneshon.opensearch.searching.hit_words import HitWords
from onneshon.opensearch.searching.hits import ShownArticles, complete, explained
from onneshon.opensearch.searching.prepared import Filters, Ranked, Row, outcome_of, rounded
from onneshon.opensearch.searching.ranking import ClusterRanker
from onneshon.opensearch.searching.score_sums import Sample
from onneshon.opensearch.searching.searcher import ClusterSearcher
from onneshon.search.engine.answering import Answering, Found
from onneshon.search.query.conditions import FilterField
from onneshon.search.query.tree import Query, content
from onneshon.search.reranking.grouping import MOST, end_of_complete, enough_for, leaders, ranked_for
from onneshon.search.reranking.score_part import ScorePart
from onneshon.search.results.values import ResultPage
from onneshon.search.retrieval.facets import Facet, FacetName, field_of

FARTHEST: Final = 10_000
"""Hits that OpenSearch reaches by offset; pages beyond continue after the last hit (``search_after``)."""

NOBODY: Final = np.zeros(0, np.intp)
"""The group numbers of an empty ranking."""


class _Hits(NamedTuple):
    """The hits of a page, with totals, aggregations and the ranking they come from.

    Attributes:
        rows: the articles on the page.
        near_duplicates: the number of near-duplicates of each row; None without grouping.
        hidden: the number of ranked articles that are near-duplicates of one that is shown.
        total: the number of articles that match.
        total_all: the number of matching articles that contain everything that is asked for.
        counts: the aggregations, by name.
        sample: the sample in which facets were counted; None where all articles were.
        bounded: whether counting stopped at ``total``, a lower bound then.
        last: the hit after which the cluster continues; None while offsets reach the next page.
        ranking: the ranking from its beginning; empty where the page is far down.
        groups: the group number of each article of ``ranking``.
    """

    rows: Sequence[Row]
    near_duplicates: NDArray[np.int64] | None
    hidden: int
    total: int
    total_all: int
    counts: dict[str, Any]
    last: "_Last | None" = None
    ranking: Sequence[Row] = ()
    groups: NDArray[np.intp] = NOBODY
    sample: Sample | None = None
    bounded: bool = False


NO_HITS: Final = _Hits((), None, 0, 0, 0, {})


class _Groups(NamedTuple):
    """The best article of each group, the number of further articles in it, and the group of each article."""

    rows: Sequence[Row]
    near_duplicates: NDArray[np.int64]
    ranking: Sequence[Row]
    of: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class _Last:
    """The last hit of a page beyond the reach of offsets, as a cursor stores it.

    Attributes:
        after: the hit's sort values.
        hidden: the number of articles hidden as near-duplicates, all on earlier pages.
    """

    after: tuple[Any, ...]
    hidden: int

    def packed(self) -> bytes:
        """Return the bytes that a cursor stores."""
        return json.dumps([self.hidden, *self.after], ensure_ascii=False).encode()

    @classmethod
    def unpacked(cls, noted: bytes) -> "_Last | None":
        """Read the bytes of a cursor, which was signed; None where there are none."""
        if not noted:
            return None
        hidden, *after = json.loads(noted)
        return cls(tuple(after), hidden)


@dataclass(frozen=True, slots=True)
class _Found(Found):
    """The hits of a page.

    Attributes:
        hits: the hits, with totals, aggregations and the ranking they come from.
        words: what the hits report about the words of the query.
    """

    hits: _Hits = NO_HITS
    words: HitWords | None = None


class ClusterAnswering(Answering[ClusterSearcher, _Found]):
    """Answers one request from one open generation; arguments and errors as for ``Answering``.

    Raises:
        ClusterError: the cluster does not answer.
    """

    def _found(self, query: Query, offset: int, noted: bytes) -> _Found:
        exact = self._request.exact_totals
        ranker = ClusterRanker(self._state, query, self._budget, exact_totals=exact)
        hits = self._hits(ranker, offset, _Last.unpacked(noted))
        shown = ShownArticles(self._state, hits.rows, ranker.hit_words, self._budget)
        rows = [row for row in hits.rows if row.id in shown.ids]
        return _Found(
            outcome_of(rows, hits.total, min(hits.total_all, hits.total)),
            shown,
            near_duplicates=hits.near_duplicates,
            hidden=hits.hidden,
            after=hits.last.packed() if hits.last else b"",
            hits=hits,
            words=ranker.hit_words,
            bounded=hits.bounded,
        )

    def _explanations(self, query: Query, page: ResultPage, found: _Found) -> Iterator[ScorePart | None]:
        parts = explained(self._state, query, found.outcome.ids, self._filters(), self._budget)
        return (parts.get(hit.id) for hit in page.hits)

    def _end_of_complete(self, query: Query, page: ResultPage, found: _Found) -> int | None:
        """The number of groups up to the last that has an article with every word; None if unknown."""
        ranking = found.hits.ranking
        if self._request.sort != "relevance" or page.total_all > len(ranking) or found.words is None:
            return None
        if not (page.total_all and any(hit.missing for hit in page.hits)):
            return 0 if not page.total_all and next(content(query), None) is not None else None
        have = complete(ranking, found.words)
        return end_of_complete(found.hits.groups, have) if have.sum() == page.total_all else None

    def _hits(self, ranker: ClusterRanker, offset: int, last: _Last | None) -> _Hits:
        """The hits of a page; ``last`` is given where the previous page was beyond the reach of offsets."""
        filters = self._filters(ranker)
        if last is not None:
            return self._far(ranker, filters, last)
        limit = self._request.limit
        if not self._asked.grouping:
            ranked = ranker.first(min(max(offset + limit, 1), FARTHEST), self._asked.order, filters)
            rows = ranked.rows[offset : offset + limit]
            found = self._of(rows, None, 0, ranked, self._last(rows, offset, 0))
            return found._replace(ranking=ranked.rows, groups=np.arange(len(ranked.rows)))
        k = max(offset + limit, 1)
        deep = min(enough_for(max(k, MOST)), FARTHEST)
        wanted = deep if self._request.cursor else ranked_for(k)
        ranked, groups = self._grouped(ranker, wanted, filters)
        if len(groups.rows) < k and wanted < min(ranked.reply.total, deep) and not self._budget.spent():
            ranked, groups = self._grouped(ranker, deep, filters)
        part = slice(offset, offset + limit)
        rows, hidden = groups.rows[part], int(groups.near_duplicates.sum())
        found = self._of(rows, groups.near_duplicates[part], hidden, ranked, self._last(rows, offset, hidden))
        return found._replace(ranking=groups.ranking, groups=groups.of)

    def _grouped(self, ranker: ClusterRanker, count: int, filters: Filters) -> tuple[Ranked, _Groups]:
        """The first ``count`` articles of the order, and the best article of each group among them."""
        ranked = ranker.first(count, self._asked.order, filters)
        ranking = ranked.rows[:count]
        prints = np.array([row.fingerprint for row in ranking], np.uint64)
        first, near_duplicates, groups = leaders(np.arange(len(ranking), dtype=np.uint32), prints)
        return ranked, _Groups([ranking[index] for index in first.tolist()], near_duplicates, ranking, groups)

    def _of(
        self,
        rows: Sequence[Row],
        near_duplicates: NDArray[np.int64] | None,
        hidden: int,
        ranked: Ranked,
        last: _Last | None,
    ) -> _Hits:
        reply = ranked.reply
        return _Hits(
            rows,
            near_duplicates,
            hidden,
            reply.total,
            ranked.total_all,
            dict(reply.counts),
            last,
            sample=ranked.sample,
            bounded=reply.bounded,
        )

    def _last(self, rows: Sequence[Row], offset: int, hidden: int) -> _Last | None:
        """The hit to continue after, once the next page would be beyond ``FARTHEST``; else None."""
        behind = offset + len(rows) + hidden
        return _Last(rows[-1].after, hidden) if rows and behind + 2 * MOST > FARTHEST else None

    def _far(self, ranker: ClusterRanker, filters: Filters, last: _Last) -> _Hits:
        skipped, limit = self._request.offset, self._request.limit
        ranked = ranker.beyond(last.after, max(skipped + limit, 1), self._asked.order, filters)
        rows = ranked.rows[skipped : skipped + limit]
        near_duplicates = np.zeros(len(rows), np.int64) if self._asked.grouping else None
        further = _Last(rows[-1].after, last.hidden) if rows else None
        return self._of(rows, near_duplicates, last.hidden, ranked, further)

    def _filters(self, ranker: ClusterRanker | None = None) -> Filters:
        """The conditions of the request; those on fields with facets are applied after aggregation."""
        fields = faceted(self._request.facets)
        met = [(field, self._state.filter_of(condition)) for field, condition in self._asked.conditions]
        common = tuple(query for field, query in met if field not in fields)
        after = {field: [query for name, query in met if name == field] for field in fields}
        every = tuple(query for queries in after.values() for query in queries)
        if ranker is None:
            return Filters((*common, *every))
        counted = {name: self._facet(name, after) for name in self._request.facets}
        concepts = ranker.compiler.concepts(self._asked.query) if self._asked.query is not None else []
        known = ranker.holding_all(concepts) if concepts and not met else None
        complete = all_of([*concepts, *every]) if concepts and known is None else None
        return Filters(common, every, counted, complete, known)

    def _facet(self, name: FacetName, after: dict[FilterField, list[Dsl]]) -> Dsl:
        own = field_of(name)
        others = [query for field, queries in after.items() if field != own for query in queries]
        kept = self._asked.chosen_values(own)
        limit, state = self._request.facet_limit, self._state
        ranges, different = state.ranges(name), state.different.get(name, MOST_COUNTED)
        return facet_query(
            name, limit, kept, others, ranges=ranges, authors=state.authors, different=different
        )

    def _facets(self, query: Query, found: _Found) -> dict[FacetName, Facet]:  # noqa: ARG002  # it was counted with the hits
        counts, sample = found.hits.counts, found.hits.sample
        limit, state, chosen = self._request.facet_limit, self._state, self._asked.chosen_values
        facets = {
            name: facet_read(
                name,
                counts[name],
                limit,
                chosen(field_of(name)),
                ranges=state.ranges(name),
                authors=state.authors,
            )
            for name in self._request.facets
            if name in counts
        }
        if sample is None or not sample.level:
            return facets
        return {name: facet.estimated(sample.times) for name, facet in facets.items()}

    def _every(self, query: Query) -> Iterator[Article]:
        ranker = ClusterRanker(self._state, query, self._budget)
        filters = self._filters()
        moved = ranker.moved(self._asked.order, filters)
        texts = self._state.articles([row.id for row in moved], self._budget)
        waiting = deque(row for row in moved if row.id in texts)
        body, sort = ranker.ordered(self._asked.order, filters)
        asker = self._state.asker
        for hit in scan(asker.cluster, asker.index, body, sort, source=["article"]):
            article = article_from_stored(hit["_source"]["article"])
            if article.id in texts:
                continue
            while waiting and waiting[0].sort_key < (-rounded(hit["sort"][0]), article.id):
                yield texts[waiting.popleft().id]
            yield article
        yield from (texts[row.id] for row in waiting)

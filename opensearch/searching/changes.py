"""The changes of a cluster's articles, deletions included, in the order of change.

An update stores the time of each change; for articles of a build, it is the time when that was published.
"""

from collections.abc import Mapping
from typing import Any

from onneshon.index.article import article_from_stored
from onneshon.opensearch.connection.faults import ClusterError
from onneshon.opensearch.connection.reading import LIVE
from onneshon.opensearch.searching.asking import Reply, id_of
from onneshon.opensearch.searching.dsl import Dsl, all_of, any_of, of_ids
from onneshon.opensearch.searching.searcher import ClusterSearcher
from onneshon.search.query.conditions import Filter
from onneshon.search.retrieval.budget import budget_now
from onneshon.search.retrieval.changes import Change, ChangeList, Place

MISSING: Dsl = {"bool": {"must_not": [{"exists": {"field": "changed"}}]}}
"""The articles that were not changed since the build."""


class ClusterChanges:
    """The changes of all articles of a generation.

    Args:
        state: the generation.

    Raises:
        ClusterError: the cluster does not answer, or a shard of the index is missing: a caller that follows
            changes would never learn of those in it.
    """

    def __init__(self, state: ClusterSearcher) -> None:
        self._state = state

    @property
    def earliest(self) -> int:
        """The time of the first change, in Unix seconds; 0 where there is none."""
        first = {"min": {"field": "changed", "missing": self._state.published}}
        reply = self._asked({"query": {"match_all": {}}, "size": 0, "aggs": {"first": first}})
        return int(reply.counts["first"]["value"] or 0)

    def of(self, article_id: str) -> Change | None:
        """The last change of an article; None where no article ever had that id."""
        found = self._found(of_ids([article_id]), 1).changes
        return found[0] if found else None

    def between(
        self, since: int, until: int, *, after: Place | None, category: str | None, limit: int
    ) -> ChangeList:
        """The first changes within a period.

        Args:
            since: the first second, in Unix time.
            until: the last second, included.
            after: the place after which to begin; None for the beginning.
            category: only articles of this category; None for all. Deleted articles are always included.
            limit: the largest number of changes.
        """
        wanted = [self._in(since, until)]
        if after is not None:
            when, number = after
            further = all_of([self._in(when, when), {"range": {"place": {"gt": number}}}])
            wanted.append(any_of([self._in(when + 1, until), further]))
        if category is not None:
            chosen = self._state.filter_of(Filter("category", category, whole=True))
            wanted.append(any_of([chosen, {"bool": {"must_not": [LIVE]}}]))
        return self._found(all_of(wanted), limit)

    def _in(self, since: int, until: int) -> Dsl:
        written: Dsl = {"range": {"changed": {"gte": since, "lte": until}}}
        return any_of([written, MISSING]) if since <= self._state.published <= until else written

    def _found(self, query: Dsl, limit: int) -> ChangeList:
        order = [{"changed": {"order": "asc", "missing": self._state.published}}, {"place": "asc"}]
        body = {
            "query": {"bool": {"filter": [query]}},
            "sort": order,
            "size": limit,
            "_source": ["article"],
            "docvalue_fields": ["id"],
            "track_total_hits": True,
        }
        reply = self._asked(body)
        return ChangeList([*map(_change, reply.hits)], reply.total)

    def _asked(self, body: Dsl) -> Reply:
        reply = self._state.asker.search(body, budget_now())
        if reply.partial:
            raise ClusterError(f"{self._state.generation} lacks a part now: ask again later", "lacking")
        return reply


def _change(hit: Mapping[str, Any]) -> Change:
    when, number = hit["sort"]
    stored = hit["_source"].get("article")
    return Change(id_of(hit), (when, number), article_from_stored(stored) if stored else None)

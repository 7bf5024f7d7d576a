"""Ranks what a cluster finds: by relevance, the first hundred rescored, by relevance and age, or by date.

The cluster scores and counts; rescoring is that of ``search.reranking``, on the words that the hits report.
Scores equal to six digits are ordered by ids. Where many articles match, the best are found without scoring
all, and counting stops at a bound or uses a sample.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, Final

import numpy as np

from onneshon.opensearch.searching.asking import Reply, id_of
from onneshon.opensearch.searching.dsl import Dsl, of_ids
from onneshon.opensearch.searching.prepared import (
    Filters,
    PreparedQuery,
    Ranked,
    Row,
    counting,
    in_sample,
    ranked,
    rounded,
)
from onneshon.opensearch.searching.score_sums import ScoreSum, counted_to, is_large, sample_of, score_sum
from onneshon.opensearch.searching.searcher import ClusterSearcher
from onneshon.search.query.tree import Query
from onneshon.search.reranking.ranker import MOST_RESCORED, Order, age_shares, window_of
from onneshon.search.reranking.rescoring import WINDOW, Features, Rescorer
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.collection import Docs

EPOCH: Final = dt.date(1970, 1, 1).toordinal()

BEYOND: Final = 5
"""Articles that are fetched after those that are rescored, for ties with the last of them: of 600 queries one
in twenty has ties, and all but two of those have fewer than five."""


class ClusterRanker:
    """Ranks the articles that one query finds.

    Args:
        state: the generation.
        query: the query.
        budget: the time budget; when it runs out, what was found is returned.
        rescore: whether the first hundred are rescored.
        exact_totals: whether all that match are counted, however many.
    """

    def __init__(
        self,
        state: ClusterSearcher,
        query: Query,
        budget: TimeBudget,
        *,
        rescore: bool = True,
        exact_totals: bool = False,
    ) -> None:
        self._state = state
        self._query = query
        self._budget = budget
        self._exact_totals = exact_totals
        self._prepared = prepared = PreparedQuery.of(state, query, budget, rescore=rescore)
        self.compiler, self.words, self.hit_words = prepared.compiler, prepared.words, prepared.hit_words

    def first(self, count: int, order: Order, filters: Filters) -> Ranked:
        """The first articles of an order, at least ``count`` if that many match."""
        if order.is_plain:
            found = self._plain(count, filters)
        elif order.by == "relevance":
            found = self._aged(count, order, filters)
        else:
            found = self._by_day(count, order, filters)
        return filters.with_known_total(found)

    def holding_all(self, concepts: Sequence[Dsl]) -> int | None:
        """The number of articles found that contain all of some concepts; None if it must be counted."""
        demand = self.compiler.demand_of(self._query)
        return self._state.holding_all(demand, concepts) if demand else None

    def moved(self, order: Order, filters: Filters) -> Sequence[Row]:
        """The articles that rescoring moves up, in their order; none where the order is not by scores."""
        if order.by != "relevance":
            return []
        rescored = self.rescored(filters)
        rows = rescored if order.is_plain else self._with_age(rescored, order, filters)
        return sorted(rows.values(), key=lambda row: row.sort_key)

    def ordered(self, order: Order, filters: Filters) -> tuple[Dsl, list[Any]]:
        """The query and the sort clauses for everything that is found."""
        body = self._first(filters, 0, order)
        return body["query"], body["sort"]

    def _first(self, filters: Filters, count: int, order: Order, *, after: int = 0) -> Dsl:
        """A search for ``count`` hits of an order, from the hit numbered ``after``."""
        days = (0, 0) if order.decay is None else self._state.days
        return self._prepared.hits(filters, count, order, days, after=after)

    def _best(self, filters: Filters, count: int, *, in_order: bool = False) -> Dsl:
        """A search for the best articles, see ``PreparedQuery.best``."""
        return self._prepared.best(filters, count, self._sum, in_order=in_order)

    def _search(self, body: Dsl) -> Reply:
        return self._state.asker.search(body, self._budget)

    def _counted(self, filters: Filters, count: int, order: Order) -> Reply:
        """The first articles of an order, with the aggregations over all that match."""
        return self._search(counting(self._first(filters, count, order), filters))

    @cached_property
    def _sum(self) -> ScoreSum | None:
        """The query as a sum, if so many articles may match that only the best are scored; else None."""
        if self._exact_totals or self.hit_words.named or not is_large(self._state.statistics.articles):
            return None
        found = score_sum(self._query, self.compiler)
        return found if found is not None and is_large(found.most) else None

    def beyond(self, after: Sequence[Any], count: int, order: Order, filters: Filters) -> Ranked:
        """The articles after one beyond the reach of offsets, where nothing is rescored."""
        body = counting(self._first(filters, count, order), filters)
        reply = self._search(body | {"search_after": [*after]})
        return filters.with_known_total(ranked([self._row(hit, order) for hit in reply.hits], reply))

    def _bounded(self, query: ScoreSum, filters: Filters) -> Ranked | None:
        """The best articles, found without scoring all; matches are counted up to a bound, or in a sample.

        None where too few of the articles with the highest sums match: they contain too little of the query.
        """
        sample = sample_of(query.most)
        counted = [[*filters.common, *filters.after]]
        if filters.complete is not None:
            counted.append([*filters.common, filters.complete])
        bodies = [self._best(filters, WINDOW + BEYOND)]
        bodies += [counted_to(query.matching(part)) for part in counted]
        if filters.counted:
            bodies.append(in_sample(query, filters, sample))
        best, found, *others = self._state.asker.search_each(bodies, self._budget)
        if len(_matching(best.hits)) < min(found.total, WINDOW) and self._budget.whole:
            return None
        rows = self._with_rest(self._window(self._with_ties(best.hits, filters)), _matching(best.hits))
        total_all = others.pop(0).total if filters.complete is not None else 0
        if not filters.counted:
            return Ranked(rows, found, total_all)
        [counts] = others
        if (larger := sample.larger(counts.total)) != sample and not self._budget.spent():
            sample = larger
            counts = self._search(in_sample(query, filters, sample))
        return Ranked(rows, replace(found, counts=counts.counts), total_all, sample)

    def _plain(self, count: int, filters: Filters) -> Ranked:
        order = Order()
        if not self.words:
            reply = self._counted(filters, count, order)
            rows = (self._row(hit, order) for hit in reply.hits)
            return ranked(sorted(rows, key=lambda row: row.sort_key), reply)
        best = WINDOW + BEYOND
        if count <= WINDOW and self._sum is not None:
            if (bounded := self._bounded(self._sum, filters)) is not None:
                return bounded
            self._sum = None
        in_order = count > WINDOW
        body = self._best(filters, best, in_order=in_order)
        few = self._state.statistics.are_few(self._query)
        bodies = [counting(body, filters)] if few else [body, self._prepared.counts(filters)]
        if count > best:
            bodies.insert(1, self._first(filters, count - best, order, after=best))
        replies = self._state.asker.search_each(bodies, self._budget)
        counts = replies[0 if few else -1]
        first = self._with_ties(replies[0].hits, filters)
        hits = [hit for reply in replies for hit in reply.hits] if in_order else first
        return ranked(self._with_rest(self._window(first), hits), counts)

    def _with_rest(self, window: Sequence[Row], hits: Sequence[Mapping[str, Any]]) -> list[Row]:
        """The rescored articles, followed by the other hits."""
        seen = {row.id for row in window}
        return [*window, *(self._row(hit, Order()) for hit in hits if id_of(hit) not in seen)]

    def _with_ties(self, hits: Sequence[Mapping[str, Any]], filters: Filters) -> Sequence[Mapping[str, Any]]:
        """The best hits, with all ties of the last that is rescored; searched for if there may be more."""
        if len(hits) < WINDOW + BEYOND or rounded(_score(hits[WINDOW - 1])) != rounded(_score(hits[-1])):
            return hits
        return self._search(self._best(filters, MOST_RESCORED + 1, in_order=True)).hits

    def _window(self, hits: Sequence[Mapping[str, Any]]) -> list[Row]:
        """The best hits rescored, in their new order, with ties of the last."""
        inside = _inside(hits)
        rows = [
            self._row(hit, Order(), bonus) for hit, bonus in zip(inside, self._bonus(inside), strict=True)
        ]
        return sorted(rows, key=lambda row: row.sort_key)

    def _bonus(self, hits: Sequence[Mapping[str, Any]]) -> list[float]:
        if not hits or not self.words:
            return [0.0] * len(hits)
        rescorer, docs = self._rescorer(hits)
        added: list[float] = rescorer.bonus(self.words, docs, self._budget).tolist()
        return added

    def _rescorer(self, hits: Sequence[Mapping[str, Any]]) -> tuple[Rescorer, Docs]:
        """The rescorer of some hits, and their indexes as its documents."""
        window = self.hit_words.window(hits, lambda body: self._search(body).hits)
        return Rescorer(window), np.arange(len(hits), dtype=np.uint32)

    def _best_with_ties(self, filters: Filters) -> Sequence[Mapping[str, Any]]:
        """The best hits, including all that are rescored."""
        hits = self._search(self._best(filters, WINDOW + BEYOND)).hits
        return self._with_ties(hits, filters)

    def rescored(self, filters: Filters) -> dict[str, Row]:
        """The rescored articles, by their ids, with scores by relevance alone."""
        return {row.id: row for row in self._window(self._best_with_ties(filters))} if self.words else {}

    def features(self, filters: Filters) -> dict[str, Features]:
        """The features of each article that is rescored, by its id."""
        hits = _inside(self._best_with_ties(filters)) if self.words else []
        if not hits:
            return {}
        rescorer, docs = self._rescorer(hits)
        found = rescorer.features(self.words, docs, self._budget)
        return {id_of(hit): found.at(number) for number, hit in enumerate(hits)}

    def _by_day(self, count: int, order: Order, filters: Filters) -> Ranked:
        rescored = self.rescored(filters)
        reply = self._counted(filters, count, order)
        rows = [self._row(hit, order) for hit in reply.hits]
        scored = [row._replace(score=rescored[row.id].score) if row.id in rescored else row for row in rows]
        return ranked(scored, reply)

    def _aged(self, count: int, order: Order, filters: Filters) -> Ranked:
        rescored = self.rescored(filters)
        reply = self._counted(filters, count, order)
        rows = {row.id: row for row in (self._row(hit, order) for hit in reply.hits)}
        rows |= self._with_age(rescored, order, filters)
        return ranked(sorted(rows.values(), key=lambda row: row.sort_key)[: max(count, 1)], reply)

    def _with_age(self, rescored: Mapping[str, Row], order: Order, filters: Filters) -> dict[str, Row]:
        """The rescored articles, with keys that are their scores reduced by age."""
        if not rescored:
            return {}
        only = replace(filters, common=(*filters.common, of_ids(rescored)))
        hits = self._search(self._first(only, len(rescored), order)).hits
        rows = (self._row(hit, order) for hit in hits)
        return {
            row.id: row._replace(
                score=rescored[row.id].score, key=rescored[row.id].score * row.key / row.score
            )
            for row in rows
        }

    def _row(self, hit: Mapping[str, Any], order: Order, bonus: float = 0.0) -> Row:
        """The row of a hit; ``bonus`` is what rescoring adds to its score."""
        fields = hit["fields"]
        score = _score(hit) + bonus
        key = score
        if order.decay is not None:
            score /= self._share(fields.get("date"), order.decay)
        fingerprint = int(fields.get("fingerprint", [0])[0]) & (1 << 64) - 1
        after = tuple(hit.get("sort") or (hit["_score"], id_of(hit)))
        return Row(id_of(hit), score, key, fingerprint, after, hit)

    def _share(self, date: Sequence[str] | None, half_life: float) -> float:
        """The share of its score that an article of a date keeps."""
        oldest, latest = self._state.days
        day = dt.date.fromisoformat(date[0]).toordinal() - EPOCH if date else oldest
        return float(age_shares(np.array([latest - day], np.float64), half_life)[0])


def _score(hit: Mapping[str, Any]) -> float:
    """The score of a hit that was sorted by score, or not sorted."""
    return float(hit["sort"][0] if hit["_score"] is None else hit["_score"])


def _inside(hits: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The hits among the best that are rescored."""
    hits = _matching(hits)
    scores = np.array([rounded(_score(hit)) for hit in hits], np.float64)
    return [hit for hit, within in zip(hits, window_of(scores), strict=True) if within]


def _matching(hits: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """The hits that match: a sum finds others too, whose score is 0."""
    return [hit for hit in hits if _score(hit) > 0]

"""An open generation of a cluster and what is derived from it, as ``search.searcher`` has it of our own."""

import datetime as dt
import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import cached_property
from threading import Lock
from typing import Any, Final

from onneshon.index import Article
from onneshon.index.configuration import Configuration
from onneshon.index.errors import ArticleNotFoundError, ConfigurationError
from onneshon.index.schema import article_from_stored
from onneshon.opensearch.searching.asking import Asker
from onneshon.opensearch.searching.compiler import Compiler, Demand, Part
from onneshon.opensearch.searching.conditions import condition_dsl
from onneshon.opensearch.searching.coverage import enough
from onneshon.opensearch.searching.dsl import LIVE, Dsl, all_of
from onneshon.opensearch.searching.facets import values_query, values_read
from onneshon.opensearch.searching.statistics import ClusterStatistics
from onneshon.opensearch.searching.words import Words
from onneshon.opensearch.storage.mapping import Contract
from onneshon.search.query.conditions import Choice, NumberRange, Period
from onneshon.search.query.field_values import FieldReading
from onneshon.search.query.numbers import counted_ranges
from onneshon.search.results.cursors import Cursors
from onneshon.search.retrieval.bm25f import Weights
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.facets import FacetName
from onneshon.search.retrieval.site_settings import site_fields, site_operators
from onneshon.search.understanding.compounds import Compounds
from onneshon.search.understanding.reading_queries import QueryReader
from onneshon.search.understanding.readings import Readings

__all__ = ["ClusterSearcher"]

REMEMBERED: Final = 4_096
"""Queries of which it is remembered what is enough of them."""

VALUES: Final = 10_000
"""Values of a field that are read, the most frequent."""

NO_DAY: Final[Mapping[str, Any]] = {"value": None}
"""What is counted where no article has a day."""


class ClusterSearcher:
    """A generation, open; safe to share among threads.

    Args:
        asker: asks it.
        contract: what it was made with.
        words: its words.
        weights: constants of the ranking.
        configuration: what the site says.
        seconds: that counting the articles of words may take.

    Raises:
        ConfigurationError: the site says what makes no sense of this index.
    """

    def __init__(
        self,
        asker: Asker,
        contract: Contract,
        words: Words,
        weights: Weights,
        *,
        configuration: Configuration,
        seconds: float | None = None,
    ) -> None:
        self.asker = asker
        self.words = words
        self.configuration = configuration
        self.generation = asker.index
        self.statistics = ClusterStatistics(
            words, contract.basis, weights, lambda queries: asker.count(queries, TimeBudget(seconds))
        )
        self.fields = site_fields(configuration, contract.fields)
        for name in {*configuration.numbers} & {*contract.fields} - {*contract.numbers}:
            reason = "the index has no numbers of it: build the index again"
            raise ConfigurationError(configuration.path, f"fields.{name}.type", reason)
        self.operators = site_operators(self.fields)
        self.field_reading = FieldReading.of(self.fields, configuration)
        self.reader = QueryReader(
            words,
            Readings(words, self.statistics.count),
            Compounds(self.statistics),
            self.operators,
            self.field_reading,
        )
        self.cursors = Cursors(hashlib.sha256(asker.identity.encode()).digest())
        self._enough: OrderedDict[str, Dsl] = OrderedDict()
        self._values: dict[str, list[str]] = {}
        self._extents: dict[FacetName, tuple[float, float] | None] = {}
        self._lock = Lock()
        self.users = 0
        self.retired = False

    def close(self) -> None:
        """Nothing is held open but the connections, which are the engine's."""

    def compiler(self, budget: TimeBudget, names: dict[Part, str] | None = None) -> Compiler:
        """What compiles a query, given its time; ``names`` as for ``Compiler``."""
        return Compiler(self.statistics, lambda demand: self._known_enough(demand, budget), names)

    def _known_enough(self, demand: Demand, budget: TimeBudget) -> Dsl:
        key = repr(demand)
        with self._lock:
            if (known := self._enough.get(key)) is not None:
                self._enough.move_to_end(key)
                return known
        found = enough(demand, self.asker, budget)
        if not budget.exceeded:
            with self._lock:
                self._enough[key] = found
                if len(self._enough) > REMEMBERED:
                    self._enough.popitem(last=False)
        return found

    def articles(self, ids: Sequence[str], budget: TimeBudget) -> dict[str, Article]:
        """Those of some articles that are there, by their ids."""
        query: Dsl = {"bool": {"filter": [{"ids": {"values": [*ids]}}, LIVE]}}
        body = {"query": query, "size": len(ids), "track_total_hits": False, "_source": ["article"]}
        [reply] = self.asker.search_each([body], budget, scored=False)
        return {hit["_id"]: article_from_stored(hit["_source"]["article"]) for hit in reply.hits}

    def article(self, article_id: str, budget: TimeBudget) -> Article:
        """An article by its id; raises ArticleNotFoundError."""
        found = self.articles([article_id], budget)
        if article_id not in found:
            raise ArticleNotFoundError(f"there is no article with the id {article_id!r}")
        return found[article_id]

    def has_any(self, condition: Choice) -> bool:
        """Whether an article meets a condition on a keyword, an id or a day."""
        return self.statistics.count_each([all_of([condition_dsl(condition), LIVE])])[0] > 0

    def values(self, name: str) -> list[str]:
        """The values of a keyword, the most frequent first, equal ones in the order of their text."""
        if name not in self._values:
            aggregations = {"values": values_query(name, VALUES)}
            body = {"query": LIVE, "size": 0, "aggs": aggregations}
            [reply] = self.asker.search_each([body], TimeBudget(), scored=False)
            self._values[name] = [one.value for one in values_read(reply.counts["values"])]
        return self._values[name]

    def days_beside(self, period: Period) -> tuple[dt.date | None, dt.date | None]:
        """The last day of an article before a period, and the first after it; None where there is none."""
        sides = {"before": ("max", "lt", period.since), "after": ("min", "gt", period.until)}
        asked = {
            side: {
                "filter": {"range": {"date": {beyond: end.isoformat()}}},
                "aggs": {"day": {best: {"field": "date"}}},
            }
            for side, (best, beyond, end) in sides.items()
            if end
        }
        body = {"query": LIVE, "size": 0, "aggs": asked}
        [reply] = self.asker.search_each([body], TimeBudget(), scored=False)
        before, after = (reply.counts[side]["day"] if side in asked else NO_DAY for side in sides)
        return _date(before), _date(after)

    def ranges(self, name: FacetName) -> list[NumberRange] | None:
        """The ranges in which a field of numbers is counted; None of any other."""
        return counted_ranges(self.fields, name, lambda: self._extent(name))

    def _extent(self, name: FacetName) -> tuple[float, float] | None:
        """The least and the greatest number that articles have in a field; None where none has any."""
        if name not in self._extents:
            ends = {best: {best: {"field": f"numbers.{name}"}} for best in ("min", "max")}
            body = {"query": LIVE, "size": 0, "aggs": ends}
            [reply] = self.asker.search_each([body], TimeBudget(), scored=False)
            least, most = (reply.counts[best]["value"] for best in ends)
            self._extents[name] = None if least is None else (float(least), float(most))
        return self._extents[name]

    @cached_property
    def days(self) -> tuple[int, int]:
        """The earliest and the latest day of all articles, in days from 1970; twice 0 where none has one."""
        ends = {name: {name: {"field": "date"}} for name in ("min", "max")}
        body = {"query": LIVE, "size": 0, "aggs": ends}
        [reply] = self.asker.search_each([body], TimeBudget(), scored=False)
        first, last = (_day(reply.counts[name]) for name in ("min", "max"))
        return first, last


def _day(counted: Mapping[str, Any]) -> int:
    milliseconds = counted["value"]
    return 0 if milliseconds is None else int(milliseconds // 86_400_000)


def _date(counted: Mapping[str, Any]) -> dt.date | None:
    return None if counted["value"] is None else dt.date(1970, 1, 1) + dt.timedelta(_day(counted))

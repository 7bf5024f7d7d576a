"""Opens the live generation of a cluster with its words, and caches what is derived from its articles."""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from sys import getsizeof
from tempfile import TemporaryDirectory
from typing import Any, Final, TypeAlias

from onneshon.index import Article
from onneshon.index.article import article_from_stored
from onneshon.index.configuration import Configuration
from onneshon.index.errors import ArticleNotFoundError, ConfigurationError
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.connection.faults import ClusterError
from onneshon.opensearch.connection.reading import LIVE
from onneshon.opensearch.searching.asking import Asker, Reply
from onneshon.opensearch.searching.compiler import Compiler, Demand, Part
from onneshon.opensearch.searching.dsl import Dsl, all_of, of_ids
from onneshon.opensearch.searching.facets import (
    counted_together,
    different_query,
    spelt_out,
    values_query,
    values_read,
)
from onneshon.opensearch.searching.filters import ClusterStatistics, condition_filter
from onneshon.opensearch.searching.rehearsal import Foresight
from onneshon.opensearch.searching.words import WordPart, Words
from onneshon.opensearch.storage.files import fetch_part, read_state
from onneshon.opensearch.storage.generations import ClusterGeneration
from onneshon.opensearch.storage.mapping import OUR_KEYWORDS, Contract
from onneshon.search.engine.generation import OpenGeneration
from onneshon.search.query.conditions import Choice, Condition, Period
from onneshon.search.query.parser import Parsed
from onneshon.search.retrieval.authors import NOBODY, Authors
from onneshon.search.retrieval.bm25f import Weights
from onneshon.search.retrieval.budget import BoundedCache, TimeBudget, budget_now, by_number
from onneshon.search.retrieval.facets import FacetName
from onneshon.search.understanding.synonyms import Synonyms
from onneshon.search.understanding.unknown_values import KnownValues


def asker_of(cluster: Cluster, generation: ClusterGeneration) -> Asker:
    """The ``Asker`` of the current state of a generation."""
    settings = cluster.read(
        lambda client: client.indices.get_settings(index=generation.indexes[0], params={"local": "true"})
    )
    uuid = next(iter(settings.values()))["settings"]["index"]["uuid"]
    revision = read_state(cluster, generation.name).revision
    return Asker(cluster, generation.name, generation.indexes, uuid, revision)


def open_words(cluster: Cluster, asker: Asker, known: Sequence[WordPart] = ()) -> tuple[Words, bool]:
    """Read the words of a generation; and whether all articles could be counted, or a shard was missing.

    Args:
        cluster: the cluster that has the generation.
        asker: the asker of the generation.
        known: parts that are open already, which are not read again.

    Raises:
        IndexMissingError: the generation's files are gone.
        IndexCorruptError: the files are not as they were written.
        ClusterError: the cluster does not answer.
    """
    count, whole = count_articles(asker)
    opened = {part.source.revision: part for part in known if part.source is not None}
    parts = []
    with TemporaryDirectory(prefix="onneshon-") as name:  # the open files outlive their names
        for part in read_state(cluster, asker.generation).parts:
            there = opened.get(part.revision)
            if there is None or there.source != part:
                there = WordPart.open(fetch_part(cluster, asker.generation, part, Path(name)), part)
            parts.append(there)
    return Words(count, parts), whole


def count_articles(asker: Asker) -> tuple[int, bool]:
    """The number of articles, and whether all could be counted."""
    (count,), whole = asker.count([LIVE], TimeBudget(OPENING_SECONDS))
    return count, whole


OPENING_SECONDS: Final = 10.0
"""Seconds that counting the articles may take when a generation is opened, which happens in a thread."""

MARGIN: Final = 2
"""Factor on the counted number of values of a field: later articles add fewer than that."""

VALUES: Final = 10_000
"""The number of values of a field that are read, the most frequent ones."""

NOTHING: Final[Mapping[str, Any]] = {"value": None, "day": {"value": None}}
"""The aggregation of no articles, or of a cluster that does not answer."""


TEXTS_BYTES: Final = 32 << 20
"""Bytes of memory for cached texts of articles that were shown; most take some kilobytes."""

PREPARED: Final = 128
"""The number of prepared queries that are cached, each some tens of kilobytes."""

Version: TypeAlias = tuple[str, str, int, int]
"""The index and the id of an article, with the primary term and the sequence number of its last write."""


def text_cache() -> BoundedCache:
    """A new cache of articles by their ``Version``."""
    return BoundedCache(TEXTS_BYTES, lambda article: getsizeof(article.title) + getsizeof(article.body))


class ClusterSearcher(OpenGeneration):
    """An open generation; safe to share among threads.

    Args:
        asker: the asker of the generation.
        contract: the settings it was built with.
        words: the generation's words.
        weights: constants of the ranking.
        configuration: the site's configuration.
        authors: which names are of one author.
        whole: whether its articles could all be counted; else no results are reported as complete.
        published: the time when its build was published, in Unix seconds; 0 if unknown.
        texts: articles of the same index that were shown before; None for none.

    Raises:
        ConfigurationError: the configuration does not fit this index.
    """

    words: Words
    statistics: ClusterStatistics

    def __init__(
        self,
        asker: Asker,
        contract: Contract,
        words: Words,
        weights: Weights,
        *,
        configuration: Configuration,
        authors: Authors = NOBODY,
        whole: bool = True,
        published: int = 0,
        texts: BoundedCache | None = None,
    ) -> None:
        self.asker = asker
        self.texts = text_cache() if texts is None else texts
        self.published = published
        self.generation = asker.generation
        self.is_whole = whole
        statistics = ClusterStatistics(
            words, contract.basis, weights, lambda queries: asker.count(queries, budget_now())
        )
        fingerprint = hashlib.sha256(asker.identity.encode()).digest()
        super().__init__(words, statistics, contract.fields, configuration, fingerprint)
        self.authors = authors
        self.settings += authors.fingerprint
        for name in {*configuration.numbers} & {*contract.fields} - {*contract.numbers}:
            reason = "the index has no numbers of it: build the index again"
            raise ConfigurationError(configuration.path, f"fields.{name}.type", reason)
        self._foresight = Foresight(asker, statistics, self.reader)
        self.prepared = BoundedCache(PREPARED, by_number)
        self._values: dict[str, dict[str, int]] = {}
        self._extents: dict[FacetName, tuple[float, float] | None] = {}
        self._days: tuple[int, int] | None = None
        self._different: Mapping[FacetName, int] | None = None
        self._declared = contract.fields

    @property
    def known(self) -> KnownValues:
        """The values of its articles: the searcher itself."""
        return self

    def close(self) -> None:
        """Do nothing: only connections are open, which the engine closes."""

    def rehearse(self, text: str, synonyms: Synonyms, *, literal: bool) -> Parsed | None:
        """Ask in one request for everything that a query needs, if foreseeable; see ``Foresight``."""
        return self._foresight.rehearse(text, synonyms, literal=literal)

    def compiler(self, budget: TimeBudget, names: dict[Part, str] | None = None) -> Compiler:
        """A compiler for one query with a time budget; ``names`` as for ``Compiler``."""
        return Compiler(
            self.statistics, lambda demand: self._foresight.enough(demand, budget), names, self.authors
        )

    def holding_all(self, demand: Demand, concepts: Sequence[Dsl]) -> int | None:
        """The number of articles found by a demand that contain all of some concepts; None if unknown."""
        return self._foresight.holding_all(demand, concepts)

    def filter_of(self, condition: Condition) -> Dsl:
        """A filter for the articles that meet a condition, by any of the names of an author in it."""
        return condition_filter(spelt_out(condition, self.authors))

    def articles(self, ids: Sequence[str], budget: TimeBudget) -> dict[str, Article]:
        """The articles with the given ids, as far as they exist, by id."""
        query: Dsl = {"bool": {"filter": [of_ids(ids), LIVE]}}
        body = {"query": query, "size": len(ids), "track_total_hits": False, "_source": ["article"]}
        [reply] = self.asker.search_each([body], budget)
        found = (article_from_stored(hit["_source"]["article"]) for hit in reply.hits)
        return {article.id: article for article in found}

    def article(self, article_id: str, budget: TimeBudget) -> Article:
        """The article with an id; raises ArticleNotFoundError."""
        found = self.articles([article_id], budget)
        if article_id in found:
            return found[article_id]
        if budget.whole:
            raise ArticleNotFoundError.of(article_id)
        raise ClusterError(
            f"{self.generation} lacks a part now, which may have the article {article_id!r}",
            "late" if budget.exceeded else "lacking",
        )

    def has_any(self, condition: Choice) -> bool:
        """Whether an article meets a condition on a keyword, an id or a day, or may, in a missing shard."""
        found = self.statistics.count_each([all_of([self.filter_of(condition), LIVE])])[0] > 0
        return found or not budget_now().whole

    def counted(self, name: str) -> dict[str, int]:
        """The number of articles with each value of a keyword, by frequency, then by text."""
        if name in self._values:
            return self._values[name]
        reply = self._counted({"values": values_query(name, VALUES)})
        counted = values_read(reply.counts["values"]) if reply.counts else []
        if name == "author":
            counted, _, _ = counted_together(counted, counted, (), len(counted), self.authors)
        values = {value.value: value.count for value in counted}
        if not reply.partial:
            self._values[name] = values
        return values

    def _counted(self, aggregations: Dsl) -> Reply:
        """Aggregate over all articles, within the budget of the current page; callers cache whole replies."""
        body = {"query": LIVE, "size": 0, "aggs": aggregations}
        [reply] = self.asker.search_each([body], budget_now())
        return reply

    def days_beside(self, period: Period) -> tuple[dt.date | None, dt.date | None]:
        """The last date of an article before a period, and the first after it; None where there is none."""
        sides = {"before": ("max", "lt", period.since), "after": ("min", "gt", period.until)}
        asked = {
            side: {
                "filter": {"range": {"date": {beyond: end.isoformat()}}},
                "aggs": {"day": {best: {"field": "date"}}},
            }
            for side, (best, beyond, end) in sides.items()
            if end
        }
        reply = self._counted(asked)
        before, after = (reply.counts.get(side, NOTHING)["day"] for side in sides)
        return _date(before), _date(after)

    def extent(self, name: FacetName) -> tuple[float, float] | None:
        """The least and the greatest number that articles have in a field; None where none has any."""
        if name in self._extents:
            return self._extents[name]
        ends = {best: {best: {"field": f"numbers.{name}"}} for best in ("min", "max")}
        reply = self._counted(ends)
        least, most = (reply.counts.get(best, NOTHING)["value"] for best in ends)
        extent = None if least is None else (float(least), float(most))
        if not reply.partial:
            self._extents[name] = extent
        return extent

    @property
    def different(self) -> Mapping[FacetName, int]:
        """An upper bound for the number of values of each keyword field; empty while a shard is missing."""
        if self._different is None:
            fields = (
                *OUR_KEYWORDS,
                *(name for name in self._declared if name not in self.configuration.numbers),
            )
            reply = self._counted({name: different_query(name) for name in fields})
            found = {name: MARGIN * int(counted["value"] + 1) for name, counted in reply.counts.items()}
            if reply.partial:
                return {}
            self._different = found
        return self._different

    @property
    def days(self) -> tuple[int, int]:
        """The earliest and the latest date of all articles, in days since 1970; 0 and 0 without dates."""
        if self._days is not None:
            return self._days
        ends = {name: {name: {"field": "date"}} for name in ("min", "max")}
        reply = self._counted(ends)
        first, last = (_day(reply.counts.get(name, NOTHING)) for name in ("min", "max"))
        if not reply.partial:
            self._days = first, last
        return first, last


def _day(counted: Mapping[str, Any]) -> int:
    milliseconds = counted["value"]
    return 0 if milliseconds is None else int(milliseconds // 86_400_000)


def _date(counted: Mapping[str, Any]) -> dt.date | None:
    return None if counted["value"] is None else dt.date(1970, 1, 1) + dt.timedelta(_day(counted))

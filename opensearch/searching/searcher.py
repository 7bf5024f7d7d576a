"""Opening the live generation of a cluster with its words, and what is derived from it."""

import datetime as dt
import hashlib
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any, Final

from onneshon.index import Article
from onneshon.index.article import article_from_stored
from onneshon.index.completion.completion import Completion
from onneshon.index.configuration import Configuration
from onneshon.index.errors import ArticleNotFoundError, ConfigurationError
from onneshon.index.vocabulary.learned import FILE_NAME as LEARNED
from onneshon.index.vocabulary.learned import read_learned
from onneshon.index.vocabulary.pairs import FILE_NAME as PAIRS
from onneshon.index.vocabulary.pairs import WordPairs
from onneshon.index.vocabulary.vocabulary import Vocabulary
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.searching.asking import Asker
from onneshon.opensearch.searching.compiler import Compiler, Demand, Part
from onneshon.opensearch.searching.coverage import enough
from onneshon.opensearch.searching.dsl import LIVE, Dsl, all_of
from onneshon.opensearch.searching.facets import values_query, values_read
from onneshon.opensearch.searching.holders import condition_dsl
from onneshon.opensearch.searching.statistics import ClusterStatistics
from onneshon.opensearch.searching.words import Words
from onneshon.opensearch.storage.files import fetch_files, read_state
from onneshon.opensearch.storage.generations import ClusterGeneration
from onneshon.opensearch.storage.mapping import Contract
from onneshon.opensearch.storage.word_file import read_word_file
from onneshon.search.engine.generation import OpenGeneration
from onneshon.search.query.conditions import Choice, Period
from onneshon.search.retrieval.bm25f import Weights
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.facets import FacetName
from onneshon.search.understanding.unknown_values import KnownValues

__all__ = ["ClusterSearcher", "asker_of", "open_words"]


def asker_of(cluster: Cluster, generation: ClusterGeneration) -> Asker:
    """What asks a generation, as it is now."""
    settings = cluster.read(lambda client: client.indices.get_settings(index=generation.name))
    uuid = settings[generation.name]["settings"]["index"]["uuid"]
    return Asker(cluster, generation.name, uuid, read_state(cluster, generation.name).revision)


def open_words(cluster: Cluster, asker: Asker) -> Words:
    """Read all words of a generation.

    Raises:
        IndexMissingError: its files are gone.
        IndexCorruptError: they are not as they were written.
        ClusterError: the cluster does not answer.
    """
    (count,), _ = asker.count([LIVE], TimeBudget())
    with _files(cluster, asker.index) as folder:
        # The open files outlive their names.
        vocabulary, completion = Vocabulary.open(folder), Completion.open(folder)
        pairs, learned = WordPairs.open(folder / PAIRS), read_learned([folder / LEARNED])
        return Words(count, read_word_file(folder), vocabulary, completion, pairs, learned)


@contextmanager
def _files(cluster: Cluster, generation: str) -> Iterator[Path]:
    with TemporaryDirectory(prefix="onneshon-") as name:
        fetch_files(cluster, generation, Path(name))
        yield Path(name)


REMEMBERED: Final = 4_096
"""Queries of which it is remembered what is enough of them."""

VALUES: Final = 10_000
"""Values of a field that are read, the most frequent."""

NO_DAY: Final[Mapping[str, Any]] = {"value": None}
"""What is counted where no article has a day."""


class ClusterSearcher(OpenGeneration):
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
        seconds: float | None = None,
    ) -> None:
        self.asker = asker
        self.generation = asker.index
        statistics = ClusterStatistics(
            words, contract.basis, weights, lambda queries: asker.count(queries, TimeBudget(seconds))
        )
        fingerprint = hashlib.sha256(asker.identity.encode()).digest()
        super().__init__(words, statistics, contract.fields, configuration, fingerprint)
        for name in {*configuration.numbers} & {*contract.fields} - {*contract.numbers}:
            reason = "the index has no numbers of it: build the index again"
            raise ConfigurationError(configuration.path, f"fields.{name}.type", reason)
        self._enough: OrderedDict[str, Dsl] = OrderedDict()
        self._values: dict[str, list[str]] = {}
        self._extents: dict[FacetName, tuple[float, float] | None] = {}
        self._lock = Lock()
        self.users = 0
        self.retired = False

    @property
    def known(self) -> KnownValues:
        """The values that its articles have."""
        return self

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
            self._values[name] = [value.value for value in values_read(reply.counts["values"])]
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

    def extent(self, name: FacetName) -> tuple[float, float] | None:
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

"""What a monitor asks for: figures for Prometheus, and whether the server should be sent requests now.

Names and units follow the naming rules of Prometheus (seconds, bytes, ``_total``).
"""

import datetime as dt
import os
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any, Final, TypeAlias

from flask import Flask, Response, jsonify
from flask.typing import ResponseReturnValue
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from onneshon.index import Article
from onneshon.index.analysis.analyzer import analyze
from onneshon.search import BusyError, OnneshonError, SearchEngine, SearchRequest
from onneshon.search.query.parser import EVERYTHING
from onneshon.web.live import LiveEngine
from onneshon.web.middleware.answers import OUTCOMES
from onneshon.web.middleware.faults import problem
from onneshon.web.operations.watching import Answered

BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds; the longest search is cut at 2, the longest wait for a publication at 30."""

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Others are counted together, as whoever asks may make up any number of them."""

SHARED: Final = "PROMETHEUS_MULTIPROC_DIR"
"""Set where several processes answer: a folder through which they add up their counts."""


BEGINNING: Final = 100
"""Stretches without white space of an article in which a word to search is looked for."""

LONGEST_WORD: Final = 100
"""Characters of it: what is longer may be more than a query can have."""

Check: TypeAlias = Callable[[], str]
"""Says what is wrong, in a sentence; nothing when all is well."""


class SearchCheck:
    """That a search succeeds now: a word of an article finds something, through postings and stored texts.

    An index that was opened may be of no use for all that: its folder is gone from under it, or its cluster.

    Args:
        live: keeper of the engine.
    """

    def __init__(self, live: LiveEngine) -> None:
        self._live = live
        self._known = ("", "")

    def __call__(self) -> str:
        """What is wrong."""
        try:
            engine = self._live.current()
            word = self._word(engine)
            if word and not engine.search(SearchRequest(word, limit=1, literal=True)).total:
                return "A word of an article finds nothing."
        except BusyError:
            return ""  # as other searches are being answered
        except OnneshonError:
            return "A search fails."
        return ""

    def _word(self, engine: SearchEngine) -> str:
        """The first word of some article, asked for once an edition; empty where there are no articles."""
        edition, word = self._known
        if edition != engine.edition or not word:
            page = engine.search(SearchRequest(EVERYTHING, limit=1))
            word = next((found for hit in page for found in _words(hit.article)), "")
            self._known = (engine.edition, word)
        return word


def _words(article: Article) -> Iterator[str]:
    """Words at the beginning of an article, as they can be searched: AND, OR and NOT are operators."""
    beginning = " ".join(f"{article.title} {article.body}".split(None, BEGINNING)[:BEGINNING])
    return (token.text.lower() for token in analyze(beginning) if len(token.text) <= LONGEST_WORD)


class Metrics:
    """Counts the requests of one application.

    Args:
        live: keeper of the engine.
        built: when the index that answers was built; None where that is not known.
        now: the time, for tests.
    """

    def __init__(
        self,
        live: LiveEngine,
        built: Callable[[], dt.datetime | None] = lambda: None,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        shared = bool(os.environ.get(SHARED))
        self.registry = CollectorRegistry()
        counted: Any = None if shared else self.registry
        self._requests = Histogram(
            "onneshon_request_seconds",
            "Time to answer a request, by route, method and status.",
            ["route", "method", "status"],
            buckets=BUCKETS,
            registry=counted,
        )
        self._searches = Counter(
            "onneshon_searches", "Searches by what came of them.", ["outcome"], registry=counted
        )
        self._operations = Counter(
            "onneshon_publishing_operations",
            "Articles queued to be put in or taken out, by client.",
            ["client", "operation"],
            registry=counted,
        )
        for outcome in OUTCOMES:
            self._searches.labels(outcome)  # so that a rate is 0 and not unknown before the first
        if shared:
            MultiProcessCollector(self.registry)  # type: ignore[no-untyped-call]  # has no types
        else:
            ProcessCollector(registry=self.registry)
            PlatformCollector(registry=self.registry)
        self.registry.register(_IndexCollector(live, built, now))

    def observe(self, answered: Answered) -> None:
        """Count a request."""
        method = answered.method if answered.method in METHODS else "other"
        labels = (answered.route or "none", method, str(answered.status))
        self._requests.labels(*labels).observe(answered.seconds)
        if answered.outcome:
            self._searches.labels(answered.outcome).inc()

    def count_operation(self, client: str, operation: str) -> None:
        """Count an article that was queued; ``operation`` is ``put`` or ``delete``."""
        self._operations.labels(client, operation).inc()

    def add(self, collector: Collector) -> None:
        """Have further figures exposed."""
        self.registry.register(collector)

    def expose(self, app: Flask) -> None:
        """Answer at ``/metrics``."""

        @app.get("/metrics")
        def metrics() -> Response:
            return Response(generate_latest(self.registry), content_type=CONTENT_TYPE_LATEST)


class _IndexCollector(Collector):
    """Figures of the index, read when they are asked for."""

    def __init__(
        self, live: LiveEngine, built: Callable[[], dt.datetime | None], now: Callable[[], dt.datetime]
    ) -> None:
        self._live = live
        self._searches = SearchCheck(live)
        self._built = built
        self._now = now

    def collect(self) -> Iterator[Metric]:
        """Whether there is an index; if so, which, how large, how old, and how it is."""
        try:
            health = self._live.current().health
        except OnneshonError:
            yield _up(0)
            return
        sound = 0 if health.damage or health.warning else 1
        yield _up(0 if self._searches() else 1)
        yield GaugeMetricFamily(
            "onneshon_index_sound", "0 when a file of the live one is damaged.", value=sound
        )
        yield GaugeMetricFamily("onneshon_index_articles", "Articles that can be found.", health.articles)
        if health.generation.isdecimal():
            number = int(health.generation)
            yield GaugeMetricFamily("onneshon_index_generation", "Number of the generation.", number)
        if (built := self._built()) is not None:
            age = (self._now() - built).total_seconds()
            yield GaugeMetricFamily("onneshon_index_age_seconds", "Time since it was built.", age)


def _up(value: int) -> Metric:
    return GaugeMetricFamily("onneshon_index_up", "1 when a search succeeded just now.", value=value)


def index_check(live: LiveEngine) -> Check:
    """That there is an index, that none of its files is known to be damaged, and that a search succeeds."""
    searches = SearchCheck(live)

    def check() -> str:
        try:
            health = live.current().health
        except OnneshonError:
            return "There is no index that can be opened."
        return "A file of the index is damaged; see /healthz." if health.damage else searches()

    return check


def expose_readiness(app: Flask, checks: Mapping[str, Check]) -> None:
    """Answer at ``/readyz``: 200 when all checks are well, else 503 with what is not.

    Args:
        app: the application.
        checks: by what they look at.
    """

    @app.get("/readyz")
    def ready() -> ResponseReturnValue:
        said = {name: check() for name, check in checks.items()}
        faults = {name: text for name, text in said.items() if text}
        headers = {"Cache-Control": "no-store"}
        if not faults:
            return jsonify(ok=True, checks=dict.fromkeys(said, "ok")), HTTPStatus.OK, headers
        states = {name: text or "ok" for name, text in said.items()}
        status = HTTPStatus.SERVICE_UNAVAILABLE
        return problem(status, " ".join(faults.values()), checks=states), status, headers

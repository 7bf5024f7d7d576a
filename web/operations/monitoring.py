"""The endpoints for monitors: metrics for Prometheus, and whether the server is ready for requests.

Names and units follow the naming rules of Prometheus (seconds, bytes, ``_total``).
"""

import datetime as dt
import logging
import os
import shutil
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

log = logging.getLogger(__name__)

BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Bounds in seconds; the longest search is cut off at 2, the longest wait for a publication at 30."""

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Methods with a label of their own; others share one, as a client can make up any number of them."""

SHARED: Final = "PROMETHEUS_MULTIPROC_DIR"
"""Environment variable for several processes: a folder through which they add up their counts."""

SPARE: Final = 8 << 20
"""Free bytes that the folder must have before a label is counted for the first time."""


BEGINNING: Final = 100
"""Number of whitespace-separated parts at an article's beginning from which the word to search is taken."""

LONGEST_WORD: Final = 100
"""Maximum characters of that word: a longer one may exceed what a query can have."""

Check: TypeAlias = Callable[[], str]
"""Returns a sentence on what is wrong; empty when all is well."""


class SearchCheck:
    """Checks that a search succeeds now: a word of an article finds something, via postings and stored texts.

    An index that could be opened may still have become useless: its folder or its cluster may be gone.

    Args:
        live: the ``LiveEngine``.
    """

    def __init__(self, live: LiveEngine) -> None:
        self._live = live
        self._known = ("", "")

    def __call__(self) -> str:
        """Run the check; return what is wrong."""
        try:
            engine = self._live.current()
            word = self._word(engine)
            if word and not engine.search(SearchRequest(word, limit=1, literal=True)).total:
                return "A word of an article finds nothing."
        except BusyError:
            return ""  # because other searches are being answered
        except OnneshonError:
            return "A search fails."
        return ""

    def _word(self, engine: SearchEngine) -> str:
        """The first word of some article, cached per edition of the index; empty without articles."""
        edition, word = self._known
        if edition != engine.edition or not word:
            page = engine.search(SearchRequest(EVERYTHING, limit=1))
            word = next((found for hit in page for found in _words(hit.article)), "")
            self._known = (engine.edition, word)
        return word


def _words(article: Article) -> Iterator[str]:
    """Words at the beginning of an article, in lower case, as AND, OR and NOT would be operators."""
    beginning = " ".join(f"{article.title} {article.body}".split(None, BEGINNING)[:BEGINNING])
    return (token.text.lower() for token in analyze(beginning) if len(token.text) <= LONGEST_WORD)


class _Room:
    """Decides whether a count may be written to the folder that processes share.

    The folder's files are mapped, and have holes. The system kills a process that writes to a hole while the
    disk is full (SIGBUS), and each one started in its place: labels without a place there wait for room.

    Args:
        folder: the shared folder; empty if counts are in memory.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._placed: set[tuple[str, ...]] = set()
        self._reported = False

    def __call__(self, *labels: str) -> bool:
        """Whether something with these labels may be counted."""
        if not self._folder or labels in self._placed:
            return True
        if self._free() >= SPARE:
            self._placed.add(labels)
            self._reported = False
            return True
        if not self._reported:
            self._reported = True
            log.warning(
                "Some requests are not counted: %s has less than %d MiB free; make room",
                self._folder,
                SPARE >> 20,
            )
        return False

    def _free(self) -> int:
        try:
            return shutil.disk_usage(self._folder).free
        except OSError:
            return 0


class Metrics:
    """Counts the requests of one application.

    Args:
        live: the ``LiveEngine``.
        built: returns when the index that answers was built; None where that is not known.
        now: returns the time, for tests.
    """

    def __init__(
        self,
        live: LiveEngine,
        built: Callable[[], dt.datetime | None] = lambda: None,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        shared = os.environ.get(SHARED, "")
        self._has_room = _Room(shared)
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
            if self._has_room("search", outcome):
                self._searches.labels(outcome)  # so that a rate is 0, not unknown, before the first search
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
        if self._has_room("request", *labels):
            self._requests.labels(*labels).observe(answered.seconds)
        if answered.outcome and self._has_room("search", answered.outcome):
            self._searches.labels(answered.outcome).inc()

    def count_operation(self, client: str, operation: str) -> None:
        """Count an article that was queued; ``operation`` is ``put`` or ``delete``."""
        if self._has_room("operation", client, operation):
            self._operations.labels(client, operation).inc()

    def add(self, collector: Collector) -> None:
        """Expose the metrics of a further collector."""
        self.registry.register(collector)

    def expose(self, app: Flask) -> None:
        """Serve the metrics at ``/metrics``."""

        @app.get("/metrics")
        def metrics() -> Response:
            return Response(generate_latest(self.registry), content_type=CONTENT_TYPE_LATEST)


class _IndexCollector(Collector):
    """Metrics of the index, read at each scrape."""

    def __init__(
        self, live: LiveEngine, built: Callable[[], dt.datetime | None], now: Callable[[], dt.datetime]
    ) -> None:
        self._live = live
        self._searches = SearchCheck(live)
        self._built = built
        self._now = now

    def collect(self) -> Iterator[Metric]:
        """Yield whether a search succeeds; if there is an index, its health, size, generation and age."""
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
    """A check that an index is open, that no file of it is known as damaged, and that a search succeeds."""
    searches = SearchCheck(live)

    def check() -> str:
        try:
            health = live.current().health
        except OnneshonError:
            return "There is no index that can be opened."
        return "A file of the index is damaged; see /healthz." if health.damage else searches()

    return check


def expose_readiness(app: Flask, checks: Mapping[str, Check]) -> None:
    """Serve ``/readyz``: 200 when all checks pass, else 503 with the faults.

    Args:
        app: the application.
        checks: the checks, by the name of what they check.
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

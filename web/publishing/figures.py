"""The queue as figures for Prometheus."""

import datetime as dt
from collections.abc import Callable, Iterator

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from onneshon.index.errors import JournalError
from onneshon.web.publishing.queue import PublishingQueue

__all__ = ["QueueCollector"]


class QueueCollector(Collector):
    """Reads the queue when it is asked.

    Args:
        queue: to be read.
        fault: what is wrong with the writer; empty while it runs.
        now: the time, for tests.
    """

    def __init__(
        self,
        queue: PublishingQueue,
        fault: Callable[[], str],
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self._queue = queue
        self._fault = fault
        self._now = now

    def collect(self) -> Iterator[Metric]:
        """How much waits, for how long, what was set aside, and whether the writer runs."""
        yield GaugeMetricFamily("onneshon_writer_up", "1 while a writer runs.", 0 if self._fault() else 1)
        try:
            state = self._queue.state()
        except JournalError:
            return
        waiting = state.waiting_bytes
        yield GaugeMetricFamily("onneshon_queue_bytes", "Bytes of the queue that wait.", waiting)
        yield GaugeMetricFamily(
            "onneshon_queue_age_seconds", "How long the first has waited.", state.age(self._now())
        )
        yield GaugeMetricFamily("onneshon_queue_refused", "Articles that no index took.", state.refused)

"""The application over an index as it is served: the engine kept fresh, and what watches it."""

import datetime as dt
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask

from index.storage.generations import Generations
from search import Engine, OnneshonError
from web.app import create_app
from web.live import LiveEngine
from web.middleware.hosts import Hosts
from web.operations.access_log import AccessLog
from web.operations.metrics import Metrics

if TYPE_CHECKING:
    from web.operations.watching import Observer

__all__ = ["Service"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What is served, and how.

    Attributes:
        directory: the index; need not exist yet.
        hosts: names that it answers to.
        origins: of other sites, whose pages may read the API.
        cache_bytes: memory for lists of words; None for what suits index and machine.
        metrics: whether ``/metrics`` is answered.
        access_log: a file for a line a request, ``-`` for standard error; empty for none.
    """

    directory: Path
    hosts: Hosts = field(default_factory=Hosts)
    origins: tuple[str, ...] = ()
    cache_bytes: int | None = None
    metrics: bool = False
    access_log: str = ""

    def application(self) -> Flask:
        """The application; its engine is opened now, or once there is an index.

        Raises:
            OSError: the access log cannot be written.
        """
        live = LiveEngine(self._open, verify=True)
        observers: list[Observer] = []
        metrics = Metrics(live, _built(self.directory)) if self.metrics else None
        if metrics:
            observers.append(metrics.observe)
        if self.access_log:
            observers.append(AccessLog(self.access_log))
        app = create_app(live, hosts=self.hosts, origins=self.origins, observers=observers)
        if metrics:
            metrics.expose(app)
        return app

    def _open(self) -> Engine:
        costly = max(1, (os.cpu_count() or 1) // 2)
        return Engine.open(self.directory, cache_bytes=self.cache_bytes, costly=costly)


def _built(directory: Path) -> Callable[[], dt.datetime | None]:
    """Tells when the live generation was built."""

    def built() -> dt.datetime | None:
        try:
            return dt.datetime.fromisoformat(Generations(directory).current().manifest().created)
        except (OnneshonError, ValueError):
            return None

    return built

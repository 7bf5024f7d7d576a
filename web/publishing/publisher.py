"""All that publishing over HTTP consists of, put together: queue, guard, routes, the writer's process.

Where several servers have one index (of ``--processes``, or of gunicorn), one of them keeps the writer, and
another takes over when that one ends.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Final

from flask import Blueprint

from onneshon.index.configuration import check_shown
from onneshon.index.configuration_file import read_configuration
from onneshon.index.errors import ConfigurationError, JournalError
from onneshon.index.ingest.articles_in_hand import SiteRecords
from onneshon.index.publishing.operation import Operation
from onneshon.index.remote import Location, site_directory
from onneshon.web.access.guard import Guard, RateLimit
from onneshon.web.access.keys import KeyFile
from onneshon.web.kept_process import KeptProcess
from onneshon.web.operations.monitoring import Check, Metrics
from onneshon.web.parameters import declared
from onneshon.web.publishing.queue import PublishingQueue, QueueCollector
from onneshon.web.publishing.routes import publishing

_METHODS: Final = frozenset({"PUT", "PATCH", "POST"})
_PATH: Final = "/api/v1/articles"


class Publisher:
    """Takes articles for an index from clients that have a key.

    Args:
        location: of the index; of one at an address, the queue is in the working directory.
        keys: file of keys.
        limit: how often each client may ask.
        metrics: count what comes in.
        store: address of an object store to which each generation goes; empty for none.
        aside: as of ``PublishingQueue``.

    Raises:
        KeyFileError: the keys cannot be read.
        JournalError: the folder of the queue cannot be made.
    """

    def __init__(
        self,
        location: Location,
        keys: Path,
        limit: RateLimit,
        metrics: Metrics | None = None,
        store: str = "",
        *,
        aside: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        self._directory = directory = site_directory(location)
        self._metrics = metrics
        self._keys = KeyFile(keys)
        self.guard = Guard(self._keys, limit)
        self.queue = PublishingQueue(directory, aside=aside)
        arguments = ["publish", str(location), *([store] if store else [])]
        lock = directory / "publishing" / "keeper.lock"
        self.keeper = KeptProcess(arguments, lock, "publishes")
        if metrics:
            metrics.add(QueueCollector(self.queue, self.keeper.fault))

    @property
    def keys(self) -> KeyFile:
        """Of clients."""
        return self._keys

    @property
    def routes(self) -> Blueprint:
        """What is answered."""
        return publishing(self.queue, self.guard, self.count, self.records)

    def checks(self, *, private: bool) -> Mapping[str, Check]:
        """What has to be well, by what is looked at.

        Args:
            private: whether readers need keys, too.
        """
        keys = {"keys": self._keys.fault} if private else {}
        return {"writer": lambda: self.keeper.fault() or self.queue.fault(), **keys}

    def records(self) -> SiteRecords:
        """Reads articles as ``onneshon.toml`` says now, as the writer will.

        Raises:
            JournalError: it makes no sense just now, or no index could be searched as it says.
        """
        try:
            configuration = read_configuration(self._directory)
            check_shown(configuration, declared())
            return SiteRecords(configuration)
        except ConfigurationError as error:
            raise JournalError(str(error)) from error

    def admits(self, method: str, path: str, authorization: str) -> bool:
        """Whether a request with those headers may have a body of MAX_BODY."""
        return method in _METHODS and path.startswith(_PATH) and self.guard.may_write(authorization)

    def count(self, operations: Sequence[Operation]) -> None:
        """Tell figures of what was queued."""
        if self._metrics:
            for operation in operations:
                kind = "delete" if operation.record is None else "put"
                self._metrics.count_operation(operation.client, kind)

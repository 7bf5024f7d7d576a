"""Telling whoever watches what a writer waits for: soon, and not too often."""

import logging
import time
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

from opensearchpy import TransportError

from onneshon.opensearch.connection.wording import explained

__all__ = ["Waiting"]

log = logging.getLogger(__name__)

SOON: Final = 3.0
"""Seconds of waiting after which it is said why."""

AGAIN: Final = 30.0
"""Seconds after which it is said again."""


class Waiting:
    """Tells in the log, as a warning, what is waited for in its block, and how long it took.

    Args:
        address: of the cluster.
        clock: seconds, for tests.
    """

    def __init__(self, address: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._address = address
        self._clock = clock
        self._began = clock()
        self._due = self._began + SOON
        self._said = ""

    def because(self, error: TransportError | None) -> None:
        """Say what is waited for, where that takes long already; with no error, that no answer has come."""
        if self._clock() >= self._due:
            self._say("has not answered yet" if error is None else explained(error)[0])

    def _say(self, why: str) -> None:
        self._due = self._clock() + AGAIN
        self._said = why
        waited = self._clock() - self._began
        log.warning("waiting for %.0f s because %s %s", waited, self._address, why)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._said and error is None:
            log.warning("goes on after %.0f s", self._clock() - self._began)

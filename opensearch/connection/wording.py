"""What is said of a cluster that does not answer or refuses: in full to its keeper, a word to readers."""

import logging
import time
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

from opensearchpy import ConnectionError as NoConnection
from opensearchpy import ConnectionTimeout, SSLError, TransportError

from onneshon.index.errors import IndexMissingError, IndexStateError, ToldAs
from onneshon.opensearch.connection.address import PREFIX
from onneshon.opensearch.connection.faults import (
    ClusterError,
    GarbledError,
    IncompleteError,
    cause,
    is_lost,
    is_overloaded,
    kind,
)


def refusal(error: TransportError, where: str) -> IndexStateError:
    """The error for a person.

    Args:
        error: what the library says.
        where: the address.
    """
    if kind(error) == "index_not_found_exception" or cause(error).startswith("alias ["):
        return IndexMissingError(f"there is no index at {where} yet: build one with `onneshon index build`")
    said, told_as = explained(error)
    return ClusterError(f"{where} {said}", told_as)


LACKING: Final = (
    "lacks a part of the index now (red), no copy of it is on a node: bring the node back that had it, or "
    "restore a snapshot"
)
DISK: Final = (
    "may not be written now, as the disk of a node is nearly full: make room there, such as with "
    "`onneshon index gc --only-live`; OpenSearch lifts the block by itself ({})"
)
BLOCKED: Final = "may not be written or read now, by the order of whoever keeps it: {}"
CROWDED: Final = "has too much to do: ask again later, or give it more memory"
LATE: Final = "did not answer in time: look at its load, or ask again"
UNKNOWN_HOST: Final = "has a host whose name nobody knows: is it spelt right, and does DNS answer?"
SILENT: Final = "does not answer: is it running, are host and port right, and is it opensearch+https?"
GARBLED: Final = (
    "gave an answer that is none of OpenSearch: was it cut off, or is another program at that port? ({})"
)
NOT_KNOWN: Final = f"does not know who asks: set the right {PREFIX}USER and {PREFIX}PASSWORD, or {PREFIX}KEY"
NOT_ALLOWED: Final = "does not allow this: {}"
GONE: Final = "lacks a part of the index now (red), or is starting: bring the node back that had it ({})"
NOT_TRUSTED: Final = f"cannot be believed: its certificate is not trusted; name the right one in {PREFIX}CA"
OTHER_NAME: Final = "cannot be believed: its certificate is of another host; ask for the name that it is of"
NO_TLS: Final = "does not speak TLS as we do: is the port right, and is it opensearch:// without https?"

BY_STATUS: Final[dict[int, tuple[str, ToldAs]]] = {
    401: (NOT_KNOWN, "unreachable"),
    403: (NOT_ALLOWED, "unreachable"),
    503: (GONE, "lacking"),
}


def explained(error: TransportError) -> tuple[str, ToldAs]:
    """What goes behind the name of the cluster, and what a reader is told."""
    match error:
        case NoConnection():
            return _unconnected(error)
        case GarbledError():
            return GARBLED.format(str(error.error)[:120]), "unreachable"
        case IncompleteError():
            return LACKING, "lacking"
        case _:
            return _refused(error)


def _refused(error: TransportError) -> tuple[str, ToldAs]:
    """What an error of OpenSearch itself means."""
    if kind(error) == "cluster_block_exception":
        full = any(sign in cause(error) for sign in ("read-only-allow-delete", "flood-stage", "disk usage"))
        return (DISK if full else BLOCKED).format(cause(error)), "unreachable"
    if is_overloaded(error):
        return CROWDED, "crowded"
    if error.status_code == 500 and is_lost(error):  # noqa: PLR2004
        return f"{LACKING} ({cause(error)})", "lacking"
    said, told_as = BY_STATUS.get(
        int(error.status_code), (f"refused with {error.status_code}: {{}}", "unusable")
    )
    return said.format(cause(error)), told_as


def _unconnected(error: NoConnection) -> tuple[str, ToldAs]:
    if isinstance(error, SSLError):
        return _unbelieved(error), "unreachable"
    if isinstance(error, ConnectionTimeout):
        return LATE, "late"
    said = f"{error.error} {error.info}"
    unknown = any(sign in said for sign in ("Failed to resolve", "getaddrinfo", "Name or service not known"))
    return UNKNOWN_HOST if unknown else SILENT, "unreachable"


def _unbelieved(error: SSLError) -> str:
    """What is wrong with TLS, by the words of the library that Python has for it."""
    said = f"{error.error} {error.info}"
    if "mismatch" in said or "doesn't match" in said:
        return OTHER_NAME
    handshake = any(sign in said for sign in ("WRONG_VERSION_NUMBER", "RECORD_LAYER", "UNEXPECTED_EOF"))
    return NO_TLS if handshake else NOT_TRUSTED


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

"""Errors of a cluster, and their messages: in full for its operator, a single word for readers."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from types import TracebackType
from typing import Any, Final, Self

from opensearchpy import ConnectionError as NoConnection
from opensearchpy import ConnectionTimeout, SSLError, TransportError

from onneshon.index.errors import IndexMissingError, IndexStateError, ReportedAs
from onneshon.opensearch.connection.address import PREFIX

GONE: Final = frozenset({502, 503, 504})
"""Statuses of a node that is leaving or joining, or of a proxy before it."""

SHARD_LOST: Final = (
    "search_phase_execution_exception",
    "node_disconnected",
    "node_not_connected",
    "no_shard",
)
"""Error types of a 500 where a node was lost in the middle of a search, while others are still there."""

REJECTIONS: Final = frozenset({"rejected_execution_exception", "circuit_breaking_exception"})
"""Error types of a node without room for a search; OpenSearch 1 wrote ``es_`` before the first."""


class ClusterError(IndexStateError):
    """A cluster of OpenSearch does not answer, refuses, or lacks a part of the index for now.

    Args:
        message: the message for the operator.
        reported_as: the kind of error that is reported to readers.
    """

    def __init__(self, message: str, reported_as: ReportedAs = "unusable") -> None:
        super().__init__(message)
        self.reported_as = reported_as


class GarbledError(TransportError):
    """An answer that is not OpenSearch's: cut off, or from another program."""


class IncompleteError(TransportError):
    """An answer that lacks a shard of the index; ``info`` has the answer."""


def is_whole(answer: Mapping[str, Any]) -> bool:
    """Whether an answer to a search or a count covers the whole index.

    A shard without any copy left does not count as ``failed``: it is only missing from ``successful``. Shards
    that were skipped, as nothing in them can match, count as successful.
    """
    shards = answer.get("_shards", {})
    return (
        not answer.get("timed_out")
        and not shards.get("failed", 0)
        and shards.get("successful", 0) >= shards.get("total", 0)
    )


def kind(error: TransportError, what: str = "type") -> str:
    """OpenSearch's type of an error, such as ``cluster_block_exception``; or empty.

    Args:
        error: the library's error.
        what: the entry to return, such as the ``index`` of the error.
    """
    info = error.info
    fault = info.get("error") if isinstance(info, dict) else None
    return str(fault.get(what, "")) if isinstance(fault, dict) else ""


def is_closed(error: TransportError) -> bool:
    """Whether an error is that an index was closed."""
    return kind(error) == "index_closed_exception"


def cause(error: TransportError) -> str:
    """The reason of an error, in one line."""
    info = error.info
    fault = info.get("error") if isinstance(info, dict) else None
    return reason(fault, str(error.error)) if isinstance(fault, dict) else str(fault or error.error)


def _faults(fault: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A fault with the faults behind it: those of shards first, its cause last.

    A node without heap to merge the answers of shards names no shard, and gives a cause alone.
    """
    for failed in fault.get("failed_shards", ()):
        yield from _faults(failed.get("reason", {}))
    yield from fault.get("root_cause", ())
    yield fault
    if "caused_by" in fault:
        yield from _faults(fault["caused_by"])


def reason(fault: Mapping[str, Any], otherwise: str = "no reason given") -> str:
    """The reason of a refusal, in one line, from the entry ``error`` of an answer."""
    reasons = (each.get("reason") for each in _faults(fault) if not is_rejection(each))
    return next((str(text) for text in reasons if text), otherwise)


def is_rejection(fault: Mapping[str, Any]) -> bool:
    """Whether a node rejected a request for lack of room, which it may have in a moment."""
    return any(str(each.get("type", "")).removeprefix("es_") in REJECTIONS for each in _faults(fault))


def is_overloaded(error: TransportError) -> bool:
    """Whether the cluster is overloaded, or its disk is full: both have status 429."""
    return error.status_code == HTTPStatus.TOO_MANY_REQUESTS


def is_lost(error: TransportError) -> bool:
    """Whether a node was lost: another node, or the same in a moment, may well answer."""
    if isinstance(error, SSLError):
        return False
    if isinstance(error, NoConnection | GarbledError) or error.status_code in GONE:
        return True
    said = f"{kind(error)} {error.info}"
    return error.status_code == 500 and any(sign in said for sign in SHARD_LOST)  # noqa: PLR2004


def refusal(error: TransportError, where: str) -> IndexStateError:
    """Convert an error of the library to one with a message for a person.

    Args:
        error: the library's error.
        where: the address of the cluster.
    """
    if kind(error) == "index_not_found_exception" or cause(error).startswith("alias ["):
        return IndexMissingError(f"there is no index at {where} yet: build one with `onneshon index build`")
    said, reported_as = explained(error)
    return ClusterError(f"{where} {said}", reported_as)


LACKING: Final = (
    "lacks a part of the index now (red), no copy of it is on a node: bring the node back that had it, or "
    "restore a snapshot"
)
UNASSIGNED: Final = "`GET _cluster/allocation/explain` on the cluster says why"
DISK: Final = (
    "may not be written now, as the disk of a node is nearly full: make room there, such as with "
    "`onneshon index gc --only-live`; OpenSearch lifts the block by itself ({})"
)
BLOCKED: Final = "may not be written or read now, by order of its administrator: {}"
TAKEN: Final = (
    "has an index that is called as its alias is to be, such as OpenSearch makes where a program writes to a "
    "name that is none: look what is in it, and delete it"
)
CLOSED: Final = "has an index that somebody closed: `POST /{}/_open` opens it again"
CROWDED: Final = "has too much to do: ask again later, or give it more memory"
LATE: Final = "did not answer in time: look at its load, or ask again"
UNKNOWN_HOST: Final = "has a host whose name nobody knows: is it spelt right, and does DNS answer?"
SILENT: Final = "does not answer: is it running, are host and port right, and is it opensearch+https?"
GARBLED: Final = (
    "gave an answer that is none of OpenSearch: was it cut off, or is another program at that port? ({})"
)
NOT_KNOWN: Final = (
    f"does not accept the credentials: set the right {PREFIX}USER and {PREFIX}PASSWORD, or {PREFIX}KEY"
)
NOT_ALLOWED: Final = "does not allow this: {}"
UNAVAILABLE: Final = (
    "lacks a part of the index now (red), or is starting: bring the node back that had it ({})"
)
NOT_TRUSTED: Final = f"cannot be believed: its certificate is not trusted; name the right one in {PREFIX}CA"
OTHER_NAME: Final = "cannot be believed: its certificate is of another host; ask for the name that it is of"
NO_TLS: Final = "does not speak TLS as we do: is the port right, and is it opensearch:// without https?"

BY_STATUS: Final[dict[int, tuple[str, ReportedAs]]] = {
    401: (NOT_KNOWN, "unreachable"),
    403: (NOT_ALLOWED, "unreachable"),
    503: (UNAVAILABLE, "lacking"),
}


def explained(error: TransportError) -> tuple[str, ReportedAs]:
    """The message, to follow the name of the cluster, and the kind that readers see."""
    match error:
        case NoConnection():
            return _unconnected(error)
        case GarbledError():
            return GARBLED.format(str(error.error)[:120]), "unreachable"
        case IncompleteError():
            return LACKING, "lacking"
        case _:
            return _refused(error)


def _refused(error: TransportError) -> tuple[str, ReportedAs]:
    """The same for an error that OpenSearch itself returned."""
    if kind(error) == "cluster_block_exception":
        full = any(sign in cause(error) for sign in ("read-only-allow-delete", "flood-stage", "disk usage"))
        return (DISK if full else BLOCKED).format(cause(error)), "unreachable"
    if kind(error) == "invalid_alias_name_exception":
        return TAKEN, "unusable"
    if is_closed(error):
        return CLOSED.format(kind(error, "index") or "INDEX"), "unusable"
    if is_overloaded(error):
        return CROWDED, "crowded"
    if error.status_code == 500 and is_lost(error):  # noqa: PLR2004
        return f"{LACKING} ({cause(error)})", "lacking"
    said, reported_as = BY_STATUS.get(
        int(error.status_code), (f"refused with {error.status_code}: {{}}", "unusable")
    )
    return said.format(cause(error)), reported_as


def _unconnected(error: NoConnection) -> tuple[str, ReportedAs]:
    if isinstance(error, SSLError):
        return _unbelieved(error), "unreachable"
    if isinstance(error, ConnectionTimeout):
        return LATE, "late"
    said = f"{error.error} {error.info}"
    unknown = any(sign in said for sign in ("Failed to resolve", "getaddrinfo", "Name or service not known"))
    return UNKNOWN_HOST if unknown else SILENT, "unreachable"


def _unbelieved(error: SSLError) -> str:
    """The message for an error of TLS, by the text of Python's library for it."""
    said = f"{error.error} {error.info}"
    if "mismatch" in said or "doesn't match" in said:
        return OTHER_NAME
    handshake = any(sign in said for sign in ("WRONG_VERSION_NUMBER", "RECORD_LAYER", "UNEXPECTED_EOF"))
    return NO_TLS if handshake else NOT_TRUSTED


log = logging.getLogger(__name__)

SOON: Final = 3.0
"""Seconds of waiting after which the reason is logged."""

AGAIN: Final = 30.0
"""Seconds after which the reason is logged again."""


class Waiting:
    """A context that logs, as warnings, what is waited for in its block, and how long it took.

    Args:
        address: the address of the cluster.
        clock: the clock, in seconds, for tests.
    """

    def __init__(self, address: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._address = address
        self._clock = clock
        self._began = clock()
        self._due = self._began + SOON
        self._said = ""

    def because(self, error: TransportError | None) -> None:
        """Log the reason of waiting, if it has been long; without an error, that no answer has come."""
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

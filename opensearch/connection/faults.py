"""What a cluster's refusals mean: which are worth asking again, and why, in one line."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from opensearchpy import ConnectionError as NoConnection
from opensearchpy import SSLError, TransportError

from onneshon.index.errors import IndexStateError, ToldAs

GONE: Final = frozenset({502, 503, 504})
"""Answers of a node that is leaving or coming, or of what stands before it."""

SHARD_LOST: Final = (
    "search_phase_execution_exception",
    "node_disconnected",
    "node_not_connected",
    "no_shard",
)
"""What a 500 says when a node went away in the middle of a search: it is there no more, and others are."""


TOO_MUCH: Final = 429
"""Too Many Requests: of queues and of circuit breakers."""

REJECTIONS: Final = frozenset({"rejected_execution_exception", "circuit_breaking_exception"})
"""Types of what a node says that has no room for a search; OpenSearch 1 wrote ``es_`` before the first."""


class ClusterError(IndexStateError):
    """A cluster of OpenSearch does not answer, refuses, or lacks a part of the index for now.

    Args:
        message: for the keeper.
        told_as: what a reader is told.
    """

    def __init__(self, message: str, told_as: ToldAs = "unusable") -> None:
        super().__init__(message)
        self.told_as = told_as


class GarbledError(TransportError):
    """An answer that is none of OpenSearch: cut short, or of another program."""


class IncompleteError(TransportError):
    """An answer that lacks a part of the index; it is what ``info`` has."""


def is_whole(answer: Mapping[str, Any]) -> bool:
    """Whether an answer of a search or a count is about the whole index.

    A part of which no copy is left does not count as ``failed``: it is only not among those that succeeded.
    Parts that were skipped, as nothing in them can match, are among these.
    """
    shards = answer.get("_shards", {})
    return (
        not answer.get("timed_out")
        and not shards.get("failed", 0)
        and shards.get("successful", 0) >= shards.get("total", 0)
    )


def kind(error: TransportError) -> str:
    """The type of a refusal in the words of OpenSearch, such as ``cluster_block_exception``; or empty."""
    info = error.info
    fault = info.get("error") if isinstance(info, dict) else None
    return str(fault.get("type", "")) if isinstance(fault, dict) else ""


def cause(error: TransportError) -> str:
    """Why, in one line."""
    info = error.info
    fault = info.get("error") if isinstance(info, dict) else None
    return reason(fault, str(error.error)) if isinstance(fault, dict) else str(fault or error.error)


def _faults(fault: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A fault and those that it came of: those of parts of an index first, its cause last.

    A node that has no heap to put together what parts answered names no part, and gives a cause alone.
    """
    for failed in fault.get("failed_shards", ()):
        yield from _faults(failed.get("reason", {}))
    yield from fault.get("root_cause", ())
    yield fault
    if "caused_by" in fault:
        yield from _faults(fault["caused_by"])


def reason(fault: Mapping[str, Any], otherwise: str = "no reason given") -> str:
    """Why something was refused, in one line, of what an answer says under ``error``."""
    reasons = (each.get("reason") for each in _faults(fault) if not is_rejection(each))
    return next((str(text) for text in reasons if text), otherwise)


def is_rejection(fault: Mapping[str, Any]) -> bool:
    """Whether a node had no room for it, so that it may have in a moment."""
    return any(str(each.get("type", "")).removeprefix("es_") in REJECTIONS for each in _faults(fault))


def is_overloaded(error: TransportError) -> bool:
    """Whether the cluster has too much to do now, or its disk is full: both say 429."""
    return error.status_code == TOO_MUCH


def is_lost(error: TransportError) -> bool:
    """Whether another node, or the same in a moment, may well answer."""
    if isinstance(error, SSLError):
        return False
    if isinstance(error, NoConnection | GarbledError) or error.status_code in GONE:
        return True
    said = f"{kind(error)} {error.info}"
    return error.status_code == 500 and any(sign in said for sign in SHARD_LOST)  # noqa: PLR2004

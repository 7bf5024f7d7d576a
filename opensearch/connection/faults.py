"""What a cluster's refusals mean: which are worth asking again, and what a person is told of the others."""

from typing import Any, Final

from opensearchpy import ConnectionError as NoConnection
from opensearchpy import ConnectionTimeout, SSLError, TransportError

from onneshon.index.errors import IndexMissingError, IndexStateError
from onneshon.opensearch.connection.address import PREFIX

__all__ = ["ClusterError", "cause", "is_lost", "is_overloaded", "kind", "refusal"]

GONE: Final = frozenset({502, 503, 504})
"""Answers of a node that is leaving or coming, or of what stands before it."""

SHARD_LOST: Final = (
    "search_phase_execution_exception",
    "node_disconnected",
    "node_not_connected",
    "no_shard",
)
"""What a 500 says when a node went away in the middle of a search: it is there no more, and others are."""


class ClusterError(IndexStateError):
    """A cluster of OpenSearch does not answer, refuses, or lacks a part of the index for now."""


def kind(error: TransportError) -> str:
    """The type of a refusal in the words of OpenSearch, such as ``cluster_block_exception``; or empty."""
    info = error.info
    fault = info.get("error") if isinstance(info, dict) else None
    return str(fault.get("type", "")) if isinstance(fault, dict) else ""


def cause(error: TransportError) -> str:
    """Why, in one line."""
    info = error.info
    fault = info.get("error") if isinstance(info, dict) else None
    if not isinstance(fault, dict):
        return str(fault or error.error)
    roots: list[dict[str, Any]] = fault.get("root_cause") or [fault]
    return str(roots[0].get("reason") or fault.get("reason") or error.error)


def is_overloaded(error: TransportError) -> bool:
    """Whether the cluster has too much to do now: 429, of queues and of circuit breakers."""
    return error.status_code == 429  # noqa: PLR2004  # Too Many Requests


def is_lost(error: TransportError) -> bool:
    """Whether another node, or the same in a moment, may well answer."""
    if isinstance(error, SSLError):
        return False
    if isinstance(error, NoConnection) or error.status_code in GONE:
        return True
    said = f"{kind(error)} {error.info}"
    return error.status_code == 500 and any(sign in said for sign in SHARD_LOST)  # noqa: PLR2004


def refusal(error: TransportError, where: str) -> IndexStateError:
    """The error for a person.

    Args:
        error: what the library says.
        where: the address.
    """
    if kind(error) == "index_not_found_exception" or cause(error).startswith("alias ["):
        return IndexMissingError(f"there is no index at {where} yet: build one with `onneshon index build`")
    return ClusterError(f"{where} {_explained(error)}")


EXPLANATIONS: Final[tuple[tuple[type[TransportError], str], ...]] = (
    (ConnectionTimeout, "did not answer in time: look at its load, or ask again"),
    (NoConnection, "does not answer: is it running, are host and port right, and is it opensearch+https?"),
)
"""What is said of a connection that failed, by its kind; the first that fits."""

REFUSED: Final = {
    401: f"does not know who asks: set the right {PREFIX}USER and {PREFIX}PASSWORD, or {PREFIX}KEY",
    403: "does not allow this: {}",
    429: "has too much to do: ask again later, or give it more memory",
    503: "lacks a part of the index now (red), or is starting: {}",
}


NOT_TRUSTED: Final = f"cannot be believed: its certificate is not trusted; name the right one in {PREFIX}CA"
OTHER_NAME: Final = "cannot be believed: its certificate is of another host; ask for the name that it is of"
NO_TLS: Final = "does not speak TLS as we do: is the port right, and is it opensearch:// without https?"


def _unbelieved(error: SSLError) -> str:
    """What is wrong with TLS, by the words of the library that Python has for it."""
    said = f"{error.error} {error.info}"
    if "mismatch" in said or "doesn't match" in said:
        return OTHER_NAME
    handshake = any(sign in said for sign in ("WRONG_VERSION_NUMBER", "RECORD_LAYER", "UNEXPECTED_EOF"))
    return NO_TLS if handshake else NOT_TRUSTED


def _explained(error: TransportError) -> str:
    if isinstance(error, SSLError):
        return _unbelieved(error)
    if error.status_code == 500 and is_lost(error):  # noqa: PLR2004
        return f"lacks a part of the index now (red): {cause(error)}"
    for failed, said in EXPLANATIONS:
        if isinstance(error, failed):
            return said
    if kind(error) == "cluster_block_exception":
        return f"may not be written or read now, for want of disk or by somebody's order: {cause(error)}"
    status = int(error.status_code)
    return REFUSED.get(status, f"refused with {status}: {{}}").format(cause(error))

"""Bulk requests with an outcome for each change: written, stale, or refused.

The size of a request is limited to what the memory of a small node bears. Changes that the cluster rejects
for lack of room are sent again, and only those; permanent refusals are reported, so that each change has one
outcome.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Final, Literal

import msgspec
from opensearchpy import TransportError

from onneshon.opensearch.connection.address import id_in, with_slice
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.connection.faults import reason, refusal
from onneshon.opensearch.connection.reading import documents
from onneshon.opensearch.connection.rotation import WRITING

MOST_BYTES: Final = 4 << 20
"""Most bytes of a request; nodes with little memory refuse 8 MB (the parent circuit breaker)."""

MOST_OPERATIONS: Final = 200
"""Most operations in a request: each is a whole article."""

CONFLICT: Final = 409
LATER: Final = frozenset({429, 500, 502, 503, 504})
"""Statuses of a single change for which a retry may help: the cluster had no room, or lost a node."""

REQUEST_SECONDS: Final = 30.0
"""Seconds that a request may take."""

ANSWERED: Final = "errors,items.*.status,items.*.error.type,items.*.error.reason"

PRIMARY_SECONDS: Final = "2s"
"""How long the cluster waits for an unassigned shard before it answers; its default is a minute."""

State = Literal["written", "stale", "refused"]


@dataclass(frozen=True, slots=True)
class Operation:
    """A document to write in place of an earlier one; with a version, only if the earlier one's is lower.

    Attributes:
        id: the document's id.
        document: the document to write.
        version: the external version; 0 for none.
    """

    id: str
    document: Mapping[str, Any]
    version: int = 0

    def encode(self, index: str) -> bytes:
        """The two lines of the operation in a bulk request to an index."""
        about: dict[str, Any] = {"_id": id_in(index, self.id)}
        if self.version:
            about |= {"version": self.version, "version_type": "external"}
        lines = ({"index": about}, with_slice(index, self.document))
        return b"".join([msgspec.json.encode(line) + b"\n" for line in lines])


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a change.

    Attributes:
        operation: the change.
        state: written; stale, since the index has a newer document; or refused.
        reason: why it was refused.
    """

    operation: Operation
    state: State
    reason: str = ""


def send(
    cluster: Cluster, index: str, operations: Iterable[Operation], *, most: int = MOST_OPERATIONS
) -> Iterator[Outcome]:
    """Carry out changes; each has one outcome, in no special order.

    Args:
        cluster: the cluster.
        index: the index to change.
        operations: the changes, at most one for each document.
        most: the largest number of changes in one request.

    Raises:
        ClusterError: the cluster does not answer, or rejected changes for lack of room for too long.
    """
    for chunk in _chunks(index, operations, most):
        yield from _sent(cluster, index, chunk)


def _chunks(
    index: str, operations: Iterable[Operation], most: int
) -> Iterator[list[tuple[Operation, bytes]]]:
    chunk: list[tuple[Operation, bytes]] = []
    size = 0
    for operation in operations:
        encoded = operation.encode(index)
        if chunk and (len(chunk) == most or size + len(encoded) > MOST_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append((operation, encoded))
        size += len(encoded)
    if chunk:
        yield chunk


def _sent(cluster: Cluster, index: str, chunk: Sequence[tuple[Operation, bytes]]) -> Iterator[Outcome]:
    """Send a chunk, and retry the changes that were rejected for now."""
    conflicts: list[Operation] = []
    until = time.monotonic() + WRITING.seconds
    with cluster.waiting() as waiting:
        for times in count():
            left = []
            for (operation, encoded), item in zip(chunk, _items(cluster, index, chunk), strict=True):
                status: int = item["status"]
                if status < 300:  # noqa: PLR2004  # done
                    yield Outcome(operation, "written")
                elif status == CONFLICT:
                    conflicts.append(operation)
                elif status in LATER:
                    left.append((operation, encoded))
                    refused = _fault(item)
                else:
                    yield Outcome(operation, "refused", _reason(item))
            if not left:
                break
            if time.monotonic() >= until:
                raise refusal(refused, str(cluster.address)) from refused
            chunk = left
            waiting.because(refused)
            WRITING.wait(times)
    yield from _settled(cluster, index, conflicts)


def _items(cluster: Cluster, index: str, chunk: Sequence[tuple[Operation, bytes]]) -> list[dict[str, Any]]:
    body = b"".join([encoded for _, encoded in chunk])
    # ``request_timeout`` is the client library's own; ``timeout`` is passed to the cluster.
    params = {"filter_path": ANSWERED, "request_timeout": REQUEST_SECONDS, "timeout": PRIMARY_SECONDS}

    items = cluster.write(lambda client: client.bulk(body=body, index=index, params=params))["items"]
    return [next(iter(item.values())) for item in items]


def _fault(item: Mapping[str, Any]) -> TransportError:
    """The error of one change, as the library raises it for a whole request."""
    return TransportError(item["status"], "", {"error": item.get("error") or {}})


def _reason(item: Mapping[str, Any]) -> str:
    error = item.get("error") or {}
    return f"{error.get('type', item.get('status'))}: {reason(error)}"


def _settled(cluster: Cluster, index: str, conflicts: Sequence[Operation]) -> Iterator[Outcome]:
    """Distinguish stale changes from those that an earlier try wrote whose answer was lost with a node."""
    if not conflicts:
        return
    found = documents(cluster, index, [operation.id for operation in conflicts], source=False)
    for operation in conflicts:
        there = found.get(operation.id, {})
        ours = operation.version and there.get("_version", 0) == operation.version
        yield Outcome(operation, "written" if ours else "stale")

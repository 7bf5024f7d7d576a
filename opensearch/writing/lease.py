"""One writer at a time: a document on the cluster that says who writes, and until when that holds.

A writer that is killed cannot give it back; it lapses by itself. Who works extends it, and stops where
another has taken it over.
"""

import logging
import os
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http import HTTPStatus
from threading import Event, Thread
from typing import Any, Final
from uuid import uuid4

from opensearchpy.exceptions import ConflictError

from onneshon.index.errors import IndexLockedError, IndexStateError
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.connection.faults import ClusterError
from onneshon.opensearch.connection.reading import unchanged_since

SECONDS: Final = 60.0
"""Seconds for which a lease holds; the clocks of writers must not differ by as much."""

RENEWED: Final = 10.0
"""Seconds after which it is extended, beside the work."""

NAME: Final = "writer"
PAUSE: Final = 0.5

log = logging.getLogger(__name__)


class Lease:
    """The right to write an index, until it is let go.

    Args:
        cluster: and the alias.
    """

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._index = f"{cluster.address.index}-writer"
        self._id = cluster.alias if cluster.address.tenant else NAME
        self._holder = f"process {os.getpid()} on {socket.gethostname()}"
        self._condition: dict[str, Any] = {}
        self._token = uuid4().hex
        self._lost = ""
        self.address = cluster.address

    def take(self) -> str:
        """Take it; who has it where it is another's, else empty."""
        found = self._found()
        if found is None:
            settings = {"index": {"number_of_shards": 1, "auto_expand_replicas": "0-2"}}
            self._cluster.write(  # a bad request, where another has made it already
                lambda client: client.indices.create(
                    index=self._index,
                    body={"settings": settings},
                    params={"ignore": HTTPStatus.BAD_REQUEST.value},
                )
            )
            return self._written({"op_type": "create"})
        if holder := _holder_in(found):
            return holder
        other = self._written(unchanged_since(found))
        if not other:  # a writer that ends in any other way lets go
            log.warning(
                "%s had the right to write and died: words of its last articles may not be counted, which "
                "`onneshon index check` finds and `onneshon index repair` mends",
                found["_source"]["holder"],
            )
        return other

    def holder(self) -> str:
        """Who has it now, as far as is known; empty for nobody."""
        found = self._found()
        return _holder_in(found) if found else ""

    def _found(self, seconds: float | None = None) -> Mapping[str, Any] | None:
        found: Mapping[str, Any] = self._cluster.read(
            lambda client: client.get(
                index=self._index, id=self._id, params={"ignore": HTTPStatus.NOT_FOUND.value}
            ),
            seconds=seconds,
        )
        return found if found.get("found") else None

    def _written(self, condition: Mapping[str, Any], seconds: float | None = None) -> str:
        """Write it under a condition; empty where that held."""
        body = {"holder": self._holder, "token": self._token, "until": time.time() + SECONDS}
        try:
            answer = self._cluster.write(
                lambda client: client.index(
                    index=self._index, id=self._id, body=body, params=dict(condition)
                ),
                seconds=seconds,
            )
        except ClusterError as error:
            if not isinstance(error.__cause__, ConflictError):
                raise
            written: Mapping[str, Any] | None = self._found(seconds)
            if written is None or written["_source"]["token"] != self._token:
                return "another process, just now"
        else:
            written = answer.reply
        self._condition = unchanged_since(written)
        return ""

    def extend(self) -> None:
        """Say that it is still needed; whoever finds it taken over by another remembers that."""
        with suppress(IndexStateError):  # the next time comes before it lapses
            self._lost = self._written(self._condition, RENEWED)

    def check(self) -> None:
        """Go on only if nobody has taken it over; raises IndexLockedError."""
        if self._lost:
            raise IndexLockedError(
                f"{self._cluster.address} is written by {self._lost}: this process was too slow"
            )

    def let_go(self) -> None:
        """Let others write at once; where somebody deleted it, they may."""
        with suppress(IndexStateError):
            self._cluster.write(
                lambda client: client.delete(index=self._index, id=self._id, params=dict(self._condition)),
                seconds=RENEWED,
            )


def _holder_in(document: Mapping[str, Any]) -> str:
    """Who has it, by the document that says so; empty where that has lapsed."""
    source = document["_source"]
    ahead = source["until"] - time.time() - SECONDS
    if ahead > SECONDS:  # as where a clock was set back since
        return f"{source['holder']} (by a clock {ahead:,.0f} s ahead of this one: it lapses so much later)"
    return str(source["holder"]) if ahead > -SECONDS else ""


@contextmanager
def writer_lease(cluster: Cluster, *, wait: float = 0) -> Iterator[Lease]:
    """Be the one who writes.

    Args:
        cluster: and the alias.
        wait: seconds to wait for another writer.

    Raises:
        IndexLockedError: another writes.
    """
    with cluster.patient(), _taken(Lease(cluster), wait) as lease:
        yield lease


@contextmanager
def _taken(lease: Lease, wait: float) -> Iterator[Lease]:
    """The right to write, once nobody else has it."""
    until = time.monotonic() + wait
    while holder := lease.take():
        if time.monotonic() >= until:
            raise IndexLockedError(
                f"{lease.address} is being written by {holder}: wait for it to finish, or stop it; "
                f"the right of one that died lapses within {SECONDS:.0f} s"
            )
        time.sleep(PAUSE)
    done = Event()
    beating = Thread(target=_extending, args=(lease, done), name="lease of the writer", daemon=True)
    beating.start()
    try:
        yield lease
    finally:
        done.set()
        beating.join()
        lease.let_go()


def _extending(lease: Lease, done: Event) -> None:
    while not done.wait(RENEWED):
        lease.extend()

"""One writer at a time: a document on the cluster that says who writes, and until when that holds.

A killed writer cannot release its lease, which then expires. A working writer extends its lease, and stops if
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
"""Seconds until a lease expires; the clocks of writers must differ by less."""

RENEWED: Final = 10.0
"""Seconds between extensions, which a thread makes."""

NAME: Final = "writer"
PAUSE: Final = 0.5

log = logging.getLogger(__name__)


class Lease:
    """The right to write an index, until it is released.

    Args:
        cluster: the cluster, with the alias.
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
        """Take the lease; returns its holder if another has it, else an empty text."""
        found = self._found()
        if found is None:
            settings = {"index": {"number_of_shards": 1, "auto_expand_replicas": "0-2"}}
            self._cluster.write(  # a bad request if another process has made it
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
        if not other:  # a writer that ends in any other way releases its lease
            log.warning(
                "%s had the right to write and died: words of its last articles may not be counted, which "
                "`onneshon index check` finds and `onneshon index repair` mends",
                found["_source"]["holder"],
            )
        return other

    def holder(self) -> str:
        """The current holder, as far as is known; empty for nobody."""
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
        """Write the document if a condition is met; returns the other holder, or an empty text."""
        body = {"holder": self._holder, "token": self._token, "until": time.time() + SECONDS}
        try:
            written: Mapping[str, Any] = self._cluster.write(
                lambda client: client.index(
                    index=self._index, id=self._id, body=body, params=dict(condition)
                ),
                seconds=seconds,
            )
        except ClusterError as error:
            if not isinstance(error.__cause__, ConflictError):
                raise
            found = self._found(seconds)
            if found is None or found["_source"]["token"] != self._token:
                return "another process, just now"
            written = found
        self._condition = unchanged_since(written)
        return ""

    def extend(self) -> None:
        """Extend the lease; if another has taken it over, ``check`` raises from now on."""
        with suppress(IndexStateError):  # the next try comes before the lease expires
            self._lost = self._written(self._condition, RENEWED)

    def check(self) -> None:
        """Raise IndexLockedError if another writer has taken the lease over."""
        if self._lost:
            raise IndexLockedError(
                f"{self._cluster.address} is written by {self._lost}: this process was too slow"
            )

    def let_go(self) -> None:
        """Release the lease, so that others may write at once; no error if it was deleted."""
        with suppress(IndexStateError):
            self._cluster.write(
                lambda client: client.delete(index=self._index, id=self._id, params=dict(self._condition)),
                seconds=RENEWED,
            )


def _holder_in(document: Mapping[str, Any]) -> str:
    """The holder, read from the document of the lease; empty if it has expired."""
    source = document["_source"]
    ahead = source["until"] - time.time() - SECONDS
    if ahead > SECONDS:  # as after a clock was set back
        return f"{source['holder']} (by a clock {ahead:,.0f} s ahead of this one: it lapses so much later)"
    return str(source["holder"]) if ahead > -SECONDS else ""


@contextmanager
def writer_lease(cluster: Cluster, *, wait: float = 0) -> Iterator[Lease]:
    """A context in which this process is the only writer.

    Args:
        cluster: the cluster, with the alias.
        wait: seconds to wait for another writer.

    Raises:
        IndexLockedError: another process is writing.
    """
    with cluster.patient(), _taken(Lease(cluster), wait) as lease:
        yield lease


@contextmanager
def _taken(lease: Lease, wait: float) -> Iterator[Lease]:
    """Wait for the lease, and extend it in a thread during the block."""
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

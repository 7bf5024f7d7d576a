"""A cluster whose answers a test sets, one after another."""

from collections.abc import Callable, Iterator
from math import inf
from typing import Any

import pytest
from opensearchpy import ConnectionError as NoConnection
from opensearchpy import TransportError

from onneshon.opensearch.connection.address import Address, Credentials
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.connection.rotation import Host, Pace, Patience, Rollcall, Rotation

__all__ = ["ADDRESS", "FakeClient", "cluster_that", "lost", "refused"]

ADDRESS = Address((("127.0.0.1", 9200), ("127.0.0.1", 9201)), "news")


class FakeClient:
    """Returns answers in turn, whatever the request; an exception is raised.

    Args:
        answers: the answers to all requests, or functions of the keyword arguments of a request.
    """

    def __init__(self, *answers: Any) -> None:
        self._answers: Iterator[Any] = iter(answers)
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def ask(**given: Any) -> Any:
            self.asked.append((name, given))
            answer = next(self._answers)
            if isinstance(answer, Exception):
                raise answer
            return answer(given) if callable(answer) else answer

        return ask


def cluster_that(monkeypatch: pytest.MonkeyPatch, *answers: Any) -> tuple[Cluster, FakeClient]:
    """A cluster that gives these answers, without pauses between them; none of them is late."""
    monkeypatch.setattr(Patience, "pause_before", lambda _patience, _times: 0.0)
    monkeypatch.setattr(Pace, "late", lambda _pace, _left: inf)
    cluster = Cluster(ADDRESS, Credentials())
    client = FakeClient(*answers)
    monkeypatch.setattr(cluster, "client", client)
    hosts = [Host(f"{name}:{port}", client) for name, port in ADDRESS.hosts]
    monkeypatch.setattr(cluster, "rotation", Rotation(hosts, lambda _client: Rollcall()))
    return cluster, client


def lost() -> NoConnection:
    """The error of a lost node."""
    return NoConnection("N/A", "refused", ConnectionRefusedError())


def refused(status: int, kind: str = "", reason: str = "for a reason") -> TransportError:
    """The error of an answer with an error of OpenSearch."""
    return TransportError(status, kind, {"error": {"type": kind, "reason": reason, "root_cause": []}})

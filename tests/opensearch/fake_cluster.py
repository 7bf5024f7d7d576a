"""A cluster of which a test says what it answers, one answer after another."""

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
    """Gives answers in turn, whatever is asked; an exception is raised.

    Args:
        answers: of all requests, or functions of the keyword arguments of one.
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
    """A cluster that gives these answers, without waiting between them; none of them is late."""
    monkeypatch.setattr(Patience, "pause_before", lambda _patience, _times: 0.0)
    monkeypatch.setattr(Pace, "late", lambda _pace, _left: inf)
    cluster = Cluster(ADDRESS, Credentials())
    client = FakeClient(*answers)
    monkeypatch.setattr(cluster, "client", client)
    hosts = [Host(f"{name}:{port}", client) for name, port in ADDRESS.hosts]
    monkeypatch.setattr(cluster, "rotation", Rotation(hosts, lambda _client: Rollcall()))
    return cluster, client


def lost() -> NoConnection:
    """What is raised where a node went away."""
    return NoConnection("N/A", "refused", ConnectionRefusedError())


def refused(status: int, kind: str = "", reason: str = "for a reason") -> TransportError:
    """What is raised where the answer is an error of OpenSearch."""
    return TransportError(status, kind, {"error": {"type": kind, "reason": reason, "root_cause": []}})

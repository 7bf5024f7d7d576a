"""A connection to a cluster, with one policy for retries.

The retries of the client library are off: after a retry, a 409 may be about our own write, which only the
code that retried can know. Only OpenSearch is supported, in the versions that the tests have run against.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from http import HTTPStatus
from typing import Any, Final

import msgspec
from opensearchpy import JSONSerializer, NotFoundError, OpenSearch, TransportError
from opensearchpy.exceptions import OpenSearchException

from onneshon.opensearch.connection.address import Address, Credentials, generation_of, shown_by
from onneshon.opensearch.connection.faults import ClusterError, IncompleteError, Waiting, is_whole, refusal
from onneshon.opensearch.connection.rotation import READING, WRITING, Host, Pace, Patience, Rollcall, Rotation
from onneshon.opensearch.connection.tries import Ask, Connection, Request

PROBE_SECONDS: Final = 1.0
"""The timeout of a probe, in seconds."""

NODE_SECONDS: Final = "300ms"
"""How long a host waits for other nodes in a probe; slower ones lose preference briefly: no harm."""

NAMES_ONLY: Final = {"filter_path": "_nodes,nodes.*.name"}

TESTED: Final = {2: 19, 3: 0}
"""The lowest supported minor release of each major version."""

WANTED: Final = "OpenSearch 2.19 or 3 is needed"

SECONDS: Final = 3.0
"""The timeout of the first request, in seconds: opening an index fails soon if no cluster answers."""

_NUMBER: Final = re.compile(r"(\d+)\.(\d+)")


class Cluster:
    """A cluster of OpenSearch and the alias of an index there; safe to share among threads.

    Args:
        address: the address of the cluster.
        credentials: the credentials; None to read them from the environment.
        timeout: the default timeout of a request, in seconds.
        connections: the largest number of connections to each node.

    Attributes:
        client: the client of the library, for other requests; without retries.
        credentials: the credentials that are used.
    """

    def __init__(
        self,
        address: Address,
        credentials: Credentials | None = None,
        *,
        timeout: float = 30.0,
        connections: int = 32,
    ) -> None:
        self.address = address
        self.alias = address.alias
        self.credentials = who = credentials if credentials is not None else Credentials.read()
        proofs = _proofs(who, tls=address.tls)

        def client(hosts: Iterable[tuple[str, int]]) -> OpenSearch:
            return OpenSearch(
                hosts=[{"host": name.strip("[]"), "port": port} for name, port in hosts],
                connection_class=Connection,
                serializer=Serializer(),
                pool_maxsize=connections,
                use_ssl=address.tls,
                http_compress=False,  # of requests; answers are five times as large
                timeout=timeout,
                max_retries=0,
                **proofs,
            )

        self.client = client(address.hosts)
        hosts = [Host(f"{name}:{port}", client([(name, port)])) for name, port in address.hosts]
        self.rotation = Rotation(hosts, _rollcall)
        self._pace = Pace()
        self._reading = READING

    def __repr__(self) -> str:
        return f"Cluster({str(self.address)!r})"

    def read(self, ask: Ask, *, seconds: float | None = None, whole: bool = True) -> Any:
        """Send a request that changes nothing.

        Args:
            ask: makes the request with the client that it is given; retried where a node was lost, and sent
                to several hosts where one is late.
            seconds: the time for all tries; None for that of readers, or of writers within ``patient``.
            whole: whether an answer that lacks a shard is an error.

        Returns:
            The answer; for a search that lost a shard, that of the second try.

        Raises:
            IndexMissingError: there is no such index.
            ClusterError: the cluster does not answer, or refuses, or lacks a shard.
        """
        try:
            patience = self._reading if whole else replace(self._reading, gaps=1)
            return self._answer(ask, patience, seconds)
        except IncompleteError as error:
            if not whole:
                return error.info
            raise refusal(error, str(self.address)) from error
        except TransportError as error:
            raise refusal(error, str(self.address)) from error

    def write(self, ask: Ask, *, seconds: float | None = None) -> Any:
        """Send a change; retried until it is answered, so that it must be one that may be repeated.

        Args:
            ask: makes the request with the client that it is given.
            seconds: the time for all tries; None for minutes.

        Returns:
            The answer.

        Raises:
            ClusterError: as for ``read``, after that time.
        """
        try:
            return self._answer(ask, WRITING, seconds)
        except TransportError as error:
            raise refusal(error, str(self.address)) from error

    def _answer(self, ask: Ask, patience: Patience, seconds: float | None) -> Any:
        with self.waiting() as waiting:
            request = Request(
                ask,
                self.rotation,
                self._pace,
                patience,
                seconds=patience.seconds if seconds is None else seconds,
                check=_check_whole,
                report=waiting.because,
            )
            return request.answer()

    def waiting(self) -> Waiting:
        """A context manager that logs what a writer waits for."""
        return Waiting(str(self.address))

    @contextmanager
    def patient(self) -> Iterator[None]:
        """Give reads within the block the patience of writes."""
        before, self._reading = self._reading, WRITING
        try:
            yield
        finally:
            self._reading = before

    def live(self, *, local: bool = False) -> str:
        """The name of the generation behind the alias: ``news-000007``.

        Args:
            local: as for ``behind_alias``.

        Raises:
            IndexMissingError: there is none.
            ClusterError: there are several, or the cluster does not answer.
        """
        return self.generation_among(self.behind_alias(local=local))

    def generation_among(self, indexes: Iterable[str]) -> str:
        """The name of the generation of some indexes; raises ClusterError unless it is exactly one."""
        found = sorted({*map(generation_of, indexes)})
        if len(found) != 1:
            raise ClusterError(
                f"{self.address} stands for {len(found)} indexes ({', '.join(found)}); it must be one: "
                f"choose with `onneshon index rollback --to GENERATION`"
            )
        return found[0]

    def behind_alias(self, *, local: bool = False) -> Iterable[str]:
        """The names of the generations that the alias stands for.

        It asks only about names of this index, which needs no permission for the whole cluster.

        Args:
            local: whether any host may answer from its own state, without the cluster manager node.

        Raises:
            IndexMissingError: the alias stands for none.
            ClusterError: the cluster does not answer.
        """
        params = {"local": "true"} if local else {}
        found: Mapping[str, Any] = self.read(
            lambda client: client.indices.get_alias(index=f"{self.alias}-*", name=self.alias, params=params)
        )
        if not found:
            raise refusal(NotFoundError(404, f"alias [{self.alias}] missing"), str(self.address))
        return [shown_by(index, self.alias, about) for index, about in found.items()]

    def close(self) -> None:
        """Close the connections."""
        self.rotation.close()
        for client in (self.client, *(host.client for host in self.rotation.hosts)):
            client.close()


class Serializer(JSONSerializer):
    """JSON by msgspec, in a third of the library's time; the library handles what msgspec refuses.

    msgspec refuses halves of surrogate pairs and values of NumPy.
    """

    def loads(self, s: str) -> Any:
        """Decode a JSON text."""
        try:
            return msgspec.json.decode(s)
        except (msgspec.DecodeError, UnicodeError):
            return super().loads(s)

    def dumps(self, data: Any) -> Any:
        """Encode values as JSON; a text is returned as it is."""
        if isinstance(data, str | bytes):
            return data
        try:
            return msgspec.json.encode(data).decode()
        except (TypeError, UnicodeError):
            return super().dumps(data)


def _proofs(who: Credentials, *, tls: bool) -> dict[str, Any]:
    """Credentials and trusted certificates as options of the client library."""
    found: dict[str, Any] = {"headers": {"accept-encoding": "gzip"}}
    if who.header:
        found["headers"]["Authorization"] = who.header
    if tls:
        found["verify_certs"] = True
        found["ca_certs"] = str(who.ca) if who.ca else None
    return found


def _check_whole(reply: Any) -> None:
    """Raise IncompleteError where a search or a count is not about the whole index.

    Other requests are not checked: those to every shard copy, such as figures, count unassigned copies too.
    """
    if isinstance(reply, Mapping) and ("hits" in reply or "count" in reply) and not is_whole(reply):
        raise IncompleteError("N/A", "a part of the index did not answer", reply)


def _rollcall(client: OpenSearch) -> Rollcall | None:
    """The nodes that answer, as seen by a host; empty if it answers but does not permit the request."""
    try:
        found = client.nodes.info(
            metric="http", params={"request_timeout": PROBE_SECONDS, "timeout": NODE_SECONDS, **NAMES_ONLY}
        )
    except TransportError as error:
        there = isinstance(error.status_code, int) and error.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
        return Rollcall() if there else None
    except OpenSearchException:
        return None
    return Rollcall(tuple(found.get("nodes", ())), int(found.get("_nodes", {}).get("failed", 0)))


def check_version(cluster: Cluster) -> None:
    """Refuse all but OpenSearch of a version that is known to work: others fail in the middle of work.

    Without permission to ask for the version, nothing is checked.

    Raises:
        ClusterError: it is something else, as the message says; or as for ``Cluster.read``.
    """
    try:
        found = cluster.read(lambda client: client.info(), seconds=SECONDS)
    except ClusterError as error:
        if getattr(error.__cause__, "status_code", None) == HTTPStatus.FORBIDDEN:
            return
        raise
    if said := _wrong(found):
        raise ClusterError(f"{cluster.address} is {said}: {WANTED}", "unreachable")


def _wrong(found: Any) -> str:
    """A description of an unsupported cluster; empty for a supported one."""
    about = found.get("version", {}) if isinstance(found, dict) else {}
    number = str(about.get("number", "")) if isinstance(about, dict) else ""
    release = _NUMBER.match(number)
    if release is None:
        return "no OpenSearch"
    if about.get("distribution") != "opensearch":
        return f"Elasticsearch {number}, or calls itself so"
    major, minor = map(int, release.groups())
    return "" if minor >= TESTED.get(major, minor + 1) else f"OpenSearch {number}"

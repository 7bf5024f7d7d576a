"""A connection to a cluster, with the one rule by which requests are made again.

The library's own repetitions are off: after one, an answer of 409 may be about our own write, which only who
repeated it can know. Only clusters of OpenSearch are asked, of the versions that the tests have run against.
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
from onneshon.opensearch.connection.tries import Answer, Ask, Connection, Request

PROBE_SECONDS: Final = 1.0
"""Seconds within which a host that is up answers a probe."""

NODE_SECONDS: Final = "300ms"
"""How long a host waits for its nodes; a slower one is not preferred for a moment, which is harmless."""

NAMES_ONLY: Final = {"filter_path": "_nodes,nodes.*.name"}

TESTED: Final = {2: 19, 3: 0}
"""The least release of each major version that is supported."""

WANTED: Final = "OpenSearch 2.19 or 3 is needed"

SECONDS: Final = 3.0
"""Seconds for the first request: whoever opens an index sees soon that a cluster does not answer."""

_NUMBER: Final = re.compile(r"(\d+)\.(\d+)")


class Cluster:
    """A cluster of OpenSearch and the alias of an index there; safe to share among threads.

    Args:
        address: where it is.
        credentials: who asks; None for what the environment says.
        timeout: seconds that a request may take, unless it says otherwise.
        connections: at a time to each node.

    Attributes:
        client: the library's, for what is not asked here; it repeats nothing.
        credentials: who asks.
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
                http_compress=False,  # of requests; what comes back is five times as much
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
        """Ask something that changes nothing.

        Args:
            ask: makes the request with the client that it is given; made again where a node was lost, and by
                several hosts where one is late.
            seconds: in which the answer must be there; None for as long as readers wait, or writers.
            whole: whether an answer that lacks a part of the index is none.

        Returns:
            The answer; of a search of which a part was lost, the second one.

        Raises:
            IndexMissingError: there is no such index.
            ClusterError: the cluster does not answer, or refuses, or lacks a part.
        """
        try:
            patience = self._reading if whole else replace(self._reading, gaps=1)
            return self._answer(ask, patience, seconds).reply
        except IncompleteError as error:
            if not whole:
                return error.info
            raise refusal(error, str(self.address)) from error
        except TransportError as error:
            raise refusal(error, str(self.address)) from error

    def write(self, ask: Ask, *, seconds: float | None = None) -> Answer:
        """Ask for a change; made again until it is answered, so that it must be one that can be repeated.

        Args:
            ask: makes the request with the client that it is given.
            seconds: in which it must be made; None for minutes.

        Raises:
            ClusterError: as for ``read``, after that time.
        """
        try:
            return self._answer(ask, WRITING, seconds)
        except TransportError as error:
            raise refusal(error, str(self.address)) from error

    def _answer(self, ask: Ask, patience: Patience, seconds: float | None) -> Answer:
        with self.waiting() as waiting:
            request = Request(
                ask,
                self.rotation,
                self._pace,
                patience,
                seconds=patience.seconds if seconds is None else seconds,
                check=_check_whole,
                told=waiting.because,
            )
            return request.answer()

    def waiting(self) -> Waiting:
        """Tells whoever watches what a writer waits for: a context."""
        return Waiting(str(self.address))

    @contextmanager
    def patient(self) -> Iterator[None]:
        """Have what is read in the block waited for as long as what is written."""
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
            ClusterError: several are, or the cluster does not answer.
        """
        return self.generation_among(self.behind_alias(local=local))

    def generation_among(self, indexes: Iterable[str]) -> str:
        """The name of the generation that some indexes are of; raises ClusterError where it is not one."""
        found = sorted({*map(generation_of, indexes)})
        if len(found) != 1:
            raise ClusterError(
                f"{self.address} stands for {len(found)} indexes ({', '.join(found)}); it must be one: "
                f"choose with `onneshon index rollback --to GENERATION`"
            )
        return found[0]

    def behind_alias(self, *, local: bool = False) -> Iterable[str]:
        """The names of the generations that the alias stands for.

        Only among those of this index: who may not see all of a cluster may ask this.

        Args:
            local: whether any host tells what it knows, without the node that manages the cluster.

        Raises:
            IndexMissingError: it stands for none.
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
        """Let go of the connections."""
        self.rotation.close()
        for client in (self.client, *(host.client for host in self.rotation.hosts)):
            client.close()


class Serializer(JSONSerializer):
    """JSON by msgspec, in a third of the library's time; the library does what msgspec refuses.

    Those are halves of surrogate pairs, and values of NumPy.
    """

    def loads(self, s: str) -> Any:
        """The values of a text."""
        try:
            return msgspec.json.decode(s)
        except (msgspec.DecodeError, UnicodeError):
            return super().loads(s)

    def dumps(self, data: Any) -> Any:
        """The text of values; a text is one already."""
        if isinstance(data, str | bytes):
            return data
        try:
            return msgspec.json.encode(data).decode()
        except (TypeError, UnicodeError):
            return super().dumps(data)


def _proofs(who: Credentials, *, tls: bool) -> dict[str, Any]:
    """Who asks and whom to believe, as the library wants it."""
    found: dict[str, Any] = {"headers": {"accept-encoding": "gzip"}}
    if who.header:
        found["headers"]["Authorization"] = who.header
    if tls:
        found["verify_certs"] = True
        found["ca_certs"] = str(who.ca) if who.ca else None
    return found


def _check_whole(reply: Any) -> None:
    """Raise IncompleteError where a search or a count is not about the whole index.

    What is asked of every copy of a part, such as figures, counts those that there are not yet, too.
    """
    if isinstance(reply, Mapping) and ("hits" in reply or "count" in reply) and not is_whole(reply):
        raise IncompleteError("N/A", "a part of the index did not answer", reply)


def _rollcall(client: OpenSearch) -> Rollcall | None:
    """Who is there, as a host says; who may not ask that still learns that the host is."""
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
    """Refuse what is no OpenSearch of a version that is known to work: other programs fail in the middle.

    Who may not ask what a cluster is goes on without knowing.

    Raises:
        ClusterError: it is something else, and the message says what; or as for ``Cluster.read``.
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
    """What a cluster is that is not asked; empty for one that is."""
    about = found.get("version", {}) if isinstance(found, dict) else {}
    number = str(about.get("number", "")) if isinstance(about, dict) else ""
    release = _NUMBER.match(number)
    if release is None:
        return "no OpenSearch"
    if about.get("distribution") != "opensearch":
        return f"Elasticsearch {number}, or calls itself so"
    major, minor = map(int, release.groups())
    return "" if minor >= TESTED.get(major, minor + 1) else f"OpenSearch {number}"

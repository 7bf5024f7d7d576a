"""A connection to a cluster, with the one rule by which requests are made again.

The library's own repetitions are off: after one, an answer of 409 may be about our own write, which only who
repeated it can know.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from random import uniform
from typing import Any, Final, TypeVar

from opensearchpy import ConnectionTimeout, NotFoundError, OpenSearch, TransportError
from opensearchpy import Urllib3HttpConnection as HttpConnection

from onneshon.opensearch.connection.address import Address, Credentials
from onneshon.opensearch.connection.faults import ClusterError, is_lost, is_overloaded, refusal

__all__ = ["READING", "WRITING", "Answer", "Cluster", "Patience"]

T = TypeVar("T")

Reply = Mapping[str, Any]
"""An answer as the library gives it."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a request is made again.

    Attributes:
        losses: times after a node was lost.
        waits: times after the cluster had too much to do.
        pause: seconds before the first repetition; each further one waits twice as long, up to ``longest``.
        longest: seconds.
        late: whether a request that was not answered in time is made again.
    """

    losses: int
    waits: int
    pause: float
    longest: float = 10.0
    late: bool = False

    def wait(self, times: int) -> None:
        """Wait before the repetition of that number, from 0; never all at the same moment."""
        time.sleep(min(self.longest, self.pause * 2**times) * uniform(0.5, 1.0))  # noqa: S311  # no secret


READING: Final = Patience(losses=3, waits=4, pause=0.05)
"""For a reader who waits for the answer."""

WRITING: Final = Patience(losses=12, waits=30, pause=0.25, late=True)
"""For a writer, who can wait for a node to come back: a minute and a half; for memory, four minutes."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a cluster answered.

    Attributes:
        reply: as JSON.
        repeated: whether the request may have been carried out before this one.
    """

    reply: Any
    repeated: bool


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
        connections: int = 10,
    ) -> None:
        self.address = address
        self.alias = address.index
        self.credentials = who = credentials if credentials is not None else Credentials.read()
        self.client = OpenSearch(
            hosts=[{"host": name.strip("[]"), "port": port} for name, port in address.hosts],
            connection_class=HttpConnection,
            pool_maxsize=connections,
            use_ssl=address.tls,
            http_compress=False,  # to compress a request takes longer than a local network does to carry it
            timeout=timeout,
            max_retries=0,
            **_proofs(who, tls=address.tls),
        )

    def __repr__(self) -> str:
        return f"Cluster({str(self.address)!r})"

    def read(self, ask: Callable[[OpenSearch], Any]) -> Any:
        """Ask something that changes nothing.

        Args:
            ask: makes the request with the client that it is given; made again where a node was lost.

        Returns:
            The answer; of a search of which a part was lost, the second one.

        Raises:
            IndexMissingError: there is no such index.
            ClusterError: the cluster does not answer, or refuses.
        """
        reply = self._answer(ask, READING).reply
        if _is_partial(reply):
            again = self._answer(ask, READING).reply
            reply = again if not _is_partial(again) or _failed(again) <= _failed(reply) else reply
        return reply

    def write(self, ask: Callable[[OpenSearch], Any]) -> Answer:
        """Ask for a change; made again until it is answered, so that it must be one that can be repeated.

        Raises:
            ClusterError: as for ``read``, after minutes.
        """
        return self._answer(ask, WRITING)

    def _answer(self, ask: Callable[[OpenSearch], Any], patience: Patience) -> Answer:
        losses = waits = 0
        while True:
            try:
                return Answer(ask(self.client), repeated=losses > 0)
            except TransportError as error:
                if is_overloaded(error) and waits < patience.waits:
                    patience.wait(waits)
                    waits += 1
                elif self._may_come_back(error, patience) and losses < patience.losses:
                    patience.wait(losses)
                    losses += 1
                else:
                    raise refusal(error, str(self.address)) from error

    @staticmethod
    def _may_come_back(error: TransportError, patience: Patience) -> bool:
        return is_lost(error) and (patience.late or not isinstance(error, ConnectionTimeout))

    def live(self) -> str:
        """The name of the generation behind the alias: ``news-000007``.

        Raises:
            IndexMissingError: there is none.
            ClusterError: several are, or the cluster does not answer.
        """
        found = sorted(self.behind_alias())
        if len(found) != 1:
            raise ClusterError(
                f"{self.address} stands for {len(found)} indexes ({', '.join(found)}); it must be one: "
                f"choose with `onneshon index rollback --to GENERATION`"
            )
        return found[0]

    def behind_alias(self) -> Iterable[str]:
        """The names of the generations that the alias stands for.

        Only among those of this index: who may not see all of a cluster may ask this.

        Raises:
            IndexMissingError: it stands for none.
            ClusterError: the cluster does not answer.
        """
        names: Iterable[str] = self.read(
            lambda client: client.indices.get_alias(index=f"{self.alias}-*", name=self.alias)
        )
        if not names:
            raise refusal(NotFoundError(404, f"alias [{self.alias}] missing"), str(self.address))
        return names

    def close(self) -> None:
        """Let go of the connections."""
        self.client.close()


def _proofs(who: Credentials, *, tls: bool) -> dict[str, Any]:
    """Who asks and whom to believe, as the library wants it."""
    found: dict[str, Any] = {}
    if who.header:
        found["headers"] = {"Authorization": who.header}
    if tls:
        found["verify_certs"] = True
        found["ca_certs"] = str(who.ca) if who.ca else None
    return found


def _failed(reply: Any) -> int:
    shards = reply.get("_shards") if isinstance(reply, Mapping) else None
    return int(shards.get("failed", 0)) if isinstance(shards, Mapping) else 0


def _is_partial(reply: Any) -> bool:
    """Whether a shard did not answer."""
    return _failed(reply) > 0

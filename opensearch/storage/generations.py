"""The generations of an index on a cluster: ``news-000007`` behind the alias ``news``, and what is beside it.

A generation is two indexes: its articles, and its files in ``news-000007-files``. The alias stands for the
articles of the live one. A generation without ``complete`` in its mapping was never finished.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from opensearchpy import OpenSearch
from opensearchpy.exceptions import RequestError

from onneshon.index.analysis.analyzer import fingerprint
from onneshon.index.errors import IndexMissingError, IndexOutdatedError
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.connection.faults import ClusterError, kind
from onneshon.opensearch.storage.mapping import Contract, article_index, file_index

__all__ = ["ClusterGeneration", "ClusterGenerations", "companions", "files_of"]

DIGITS: Final = 6

WORDS: Final = "-words"
"""At the end of the name of an index that generations of mapping 1 have."""


def files_of(generation: str) -> str:
    """The index of a generation's files."""
    return f"{generation}-files"


def companions(generation: str) -> tuple[str, str]:
    """All indexes of a generation."""
    return generation, files_of(generation)


@dataclass(frozen=True, slots=True)
class ClusterGeneration:
    """One generation.

    Attributes:
        name: of its index of articles.
        meta: what is kept with its mapping: the contract, and facts of the build.
    """

    name: str
    meta: Mapping[str, Any]

    @property
    def contract(self) -> Contract:
        """What it was made with; raises IndexStateError where it is none of ours."""
        return Contract.from_dict(self.meta, self.name)

    @property
    def is_complete(self) -> bool:
        """Whether its build was finished."""
        return bool(self.meta.get("complete"))

    def check(self) -> None:
        """Refuse a generation that queries of this version would not fit.

        Raises:
            IndexOutdatedError: it was made by another analysis or another mapping.
            IndexCorruptError: it is none of ours.
        """
        if self.contract.analyzer != fingerprint():
            raise IndexOutdatedError(
                f"{self.name} was built by another version of the analysis ({self.contract.analyzer}, and "
                f"this is {fingerprint()}): `onneshon index migrate` builds it again"
            )


class ClusterGenerations:
    """The generations behind one alias.

    Args:
        cluster: and the alias.
        local: whether any host tells what it knows, though the node that manages the cluster may know more
            since a moment ago: readers need no node but that which they ask.
    """

    def __init__(self, cluster: Cluster, *, local: bool = False) -> None:
        self._cluster = cluster
        self._local = {"local": "true"} if local else {}
        self._alias = cluster.alias
        self._name = re.compile(rf"{re.escape(self._alias)}-\d{{{DIGITS}}}")

    def all(self) -> list[ClusterGeneration]:
        """All of them, oldest first, unfinished ones too."""
        found: Mapping[str, Any] = self._cluster.read(
            lambda client: client.indices.get_mapping(index=f"{self._alias}-*")
        )
        return [
            ClusterGeneration(name, found[name]["mappings"].get("_meta", {}))
            for name in sorted(found)
            if self._name.fullmatch(name)
        ]

    def live(self) -> ClusterGeneration:
        """The one behind the alias.

        Raises:
            IndexMissingError: there is none.
            ClusterError: as for ``Cluster.live``.
        """
        return self.of(self._cluster.live(local=bool(self._local)))

    def of(self, name: str) -> ClusterGeneration:
        """The generation of a name; raises IndexMissingError."""
        found = self._cluster.read(
            lambda client: client.indices.get_mapping(index=name, params=dict(self._local))
        )
        return ClusterGeneration(name, found[name]["mappings"].get("_meta", {}))

    def live_name(self) -> str | None:
        """The name of the one behind the alias, if there is one."""
        try:
            return self._cluster.live()
        except IndexMissingError:
            return None

    def free_name(self) -> str:
        """The name of the next generation."""
        numbers = [int(generation.name[-DIGITS:]) for generation in self.all()]
        return f"{self._alias}-{max(numbers, default=0) + 1:0{DIGITS}}"

    def begin(self, contract: Contract, shards: int, facts: Mapping[str, Any]) -> ClusterGeneration:
        """Make a new, empty generation, which nobody sees yet.

        Args:
            contract: what its articles are made with.
            shards: primaries of its articles.
            facts: of the build.
        """
        while not self._created(name := self.free_name(), contract, shards, facts):
            pass
        self._made(files_of(name), file_index())
        return ClusterGeneration(name, {**contract.to_dict(), **facts})

    def _created(self, name: str, contract: Contract, shards: int, facts: Mapping[str, Any]) -> bool:
        """Whether it was made now, and not by another."""
        return self._made(name, article_index(contract, shards=shards, facts=facts))

    def _made(self, name: str, body: Mapping[str, Any]) -> bool:
        """Whether an index was made now; one of that name may come of a try whose answer was lost."""
        try:
            self._cluster.write(_creating(name, body))
        except ClusterError as error:
            cause = error.__cause__
            if isinstance(cause, RequestError) and kind(cause) == "resource_already_exists_exception":
                return False
            raise
        return True

    def complete(self, generation: ClusterGeneration, facts: Mapping[str, Any]) -> ClusterGeneration:
        """Note that a generation is finished, with further facts."""
        meta = {**generation.meta, **facts, "complete": True}
        self._cluster.write(
            lambda client: client.indices.put_mapping(index=generation.name, body={"_meta": meta})
        )
        return ClusterGeneration(generation.name, meta)

    def publish(self, name: str) -> None:
        """Make a generation the live one: one step for all readers."""
        others = [index for index in self._behind_alias() if index != name]
        actions = [{"add": {"index": name, "alias": self._alias}}]
        actions += [{"remove": {"index": other, "alias": self._alias}} for other in others]
        self._cluster.write(lambda client: client.indices.update_aliases(body={"actions": actions}))

    def _behind_alias(self) -> list[str]:
        try:
            return list(self._cluster.behind_alias())
        except IndexMissingError:
            return []

    def remove(self, names: Iterable[str]) -> None:
        """Remove generations with all that is beside them; what is gone already is no fault."""
        for name in names:
            for index in (*companions(name), f"{name}{WORDS}"):
                self._cluster.write(_removing(index))

    def unfinished(self) -> list[str]:
        """Those whose builds ended before their time; with the writer's lock held, nobody works at one."""
        live = self.live_name()
        return [
            generation.name
            for generation in self.all()
            if not generation.is_complete and generation.name != live
        ]

    def superseded(self, keep: int) -> list[str]:
        """Those beyond the newest ``keep``, the live one among these."""
        live = self.live_name()
        finished = [
            generation.name for generation in self.all() if generation.is_complete and generation.name != live
        ]
        return finished[: max(0, len(finished) - (keep - 1))]


def _creating(index: str, body: Mapping[str, Any]) -> Any:
    def ask(client: OpenSearch) -> Any:
        return client.indices.create(index=index, body=body)

    return ask


def _removing(index: str) -> Any:
    def ask(client: OpenSearch) -> Any:
        return client.indices.delete(index=index, params={"ignore_unavailable": "true"})

    return ask

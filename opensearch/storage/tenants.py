"""The generations of one tenant: slices of an index that several share, each behind its own aliases.

``news-tenants-000001`` has the articles of all tenants, ``news-tenants-000001-files`` their words,
suggestions and contracts. A tenant's generation is two filtered aliases, ``news.ittefaq-000003`` and
``news.ittefaq-000003-files``, and ``news.ittefaq`` is the alias of the live one; see ``SLICE_FIELD``. Words
are those of the tenant alone: none of another is read, counted or suggested. A hundred tenants need no more
indexes than one.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from onneshon.index.errors import IndexMissingError
from onneshon.opensearch.connection.address import DIGITS, SHARED, only_slice
from onneshon.opensearch.connection.bulk import Operation, send
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.connection.faults import ClusterError
from onneshon.opensearch.connection.reading import documents
from onneshon.opensearch.storage.generations import (
    ClusterGeneration,
    ClusterGenerations,
    files_of,
)
from onneshon.opensearch.storage.mapping import FORMAT, Contract, article_index, file_index

META: Final = "meta"
"""The document, among a generation's files, with what an unshared index has in ``_meta`` of its mapping."""

REMOVED: Final = 5_000
"""The most documents that one request removes, in some seconds."""


def generations_of(cluster: Cluster, *, local: bool = False) -> ClusterGenerations:
    """The generations behind the alias of a cluster; ``local`` as for ``ClusterGenerations``."""
    kind = TenantGenerations if cluster.address.tenant else ClusterGenerations
    return kind(cluster, local=local)


class TenantGenerations(ClusterGenerations):
    """The generations of a tenant; arguments and errors as for ``ClusterGenerations``."""

    def all(self) -> list[ClusterGeneration]:
        """All generations, the oldest first, unfinished ones too."""
        names = {name for aliases in self._aliases(f"{self._alias}-*").values() for name in aliases}
        return [self.of(name) for name in sorted(names) if self._name.fullmatch(name)]

    def _aliases(self, names: str) -> dict[str, Mapping[str, Any]]:
        """The aliases with some names, by the indexes that they stand for."""
        params = {**self._local, "ignore": HTTPStatus.NOT_FOUND.value}
        found = self._cluster.read(lambda client: client.indices.get_alias(name=names, params=params))
        return {index: each["aliases"] for index, each in found.items() if isinstance(each, Mapping)}

    def of(self, name: str) -> ClusterGeneration:
        """The generation with a name; raises IndexMissingError."""
        if not self._aliases(name):
            raise IndexMissingError(f"there is no {name}")
        found = documents(self._cluster, files_of(name), [META])
        return ClusterGeneration(name, found[META]["_source"]["state"] if found else {}, (name,))

    def begin(self, contract: Contract, shards: int, facts: Mapping[str, Any]) -> ClusterGeneration:
        """Create a new, empty generation in a shared index that fits; ``shards`` are for a new index."""
        shared = self._shared(contract, shards)
        name = self.free_name()
        self._change_aliases(
            _shown(shared, name, name), _shown(files_of(shared), files_of(name), files_of(name))
        )
        return self._noted(ClusterGeneration(name, {**contract.to_dict(), **facts}, (name,)))

    def _shared(self, contract: Contract, shards: int) -> str:
        """The shared index for the articles of a contract; the keyword fields are added to its mapping."""
        root = self._cluster.address.index + SHARED
        pattern = re.compile(rf"{re.escape(root)}-\d{{{DIGITS}}}")
        mappings = self._mappings(f"{root}-*")
        there = sorted(name for name in mappings if pattern.fullmatch(name))
        fit = [name for name in there if _scores_as(mappings[name], contract)]
        body = article_index(contract, shards=shards, shared=True)
        name = fit[-1] if fit else self._new_shared(there, body)
        fields = {"properties": body["mappings"]["properties"]}
        self._cluster.write(lambda client: client.indices.put_mapping(index=name, body=fields))
        return name

    def _new_shared(self, there: Sequence[str], body: Mapping[str, Any]) -> str:
        number = int(there[-1][-DIGITS:]) + 1 if there else 1
        name = f"{self._cluster.address.index}{SHARED}-{number:0{DIGITS}}"
        self._made(files_of(name), file_index(shared=True))
        self._made(name, body)  # if it exists, another tenant has just made it
        return name

    def extend(
        self,
        generation: ClusterGeneration,
        shards: int,  # noqa: ARG002  # of nothing
        facts: Mapping[str, Any],  # noqa: ARG002  # of nothing
    ) -> ClusterGeneration:
        """Raise ClusterError: a slice is in one index."""
        raise ClusterError(f"{generation.name} shares its index with other tenants: it is not rolled over")

    def complete(self, generation: ClusterGeneration, facts: Mapping[str, Any]) -> ClusterGeneration:
        """Mark a generation as complete, with further facts."""
        meta = {**generation.meta, **facts, "complete": True}
        return self._noted(ClusterGeneration(generation.name, meta, generation.indexes))

    def _noted(self, generation: ClusterGeneration) -> ClusterGeneration:
        """Store the contract and the facts of a generation."""
        files = files_of(generation.name)
        for outcome in send(self._cluster, files, [Operation(META, {"state": generation.meta})]):
            if outcome.state != "written":
                raise ClusterError(f"{files} refused {META}: {outcome.reason}")
        return generation

    def publish(self, name: str) -> None:
        """Make a generation the live one, in one atomic step for all readers."""
        [shared] = self._aliases(name)
        others = [index for index in self._aliases(self._alias) if index != shared]
        self._change_aliases(
            _shown(shared, self._alias, name), *(_hidden(each, self._alias) for each in others)
        )

    def remove(self, names: Iterable[str]) -> None:
        """Remove generations, and nothing of other tenants; a missing one is no error."""
        live = self.live_name()
        for name in names:
            for alias in (files_of(name), name):
                self._emptied(alias)
            gone = [name, files_of(name), *([self._alias] if name == live else [])]
            found = self._aliases(",".join(gone))
            self._change_aliases(*(_hidden(index, alias) for index, each in found.items() for alias in each))

    def _emptied(self, alias: str) -> None:
        """Remove all documents that an alias shows, ``REMOVED`` at a time."""
        if not self._aliases(alias):
            return
        self._cluster.write(lambda client: client.indices.refresh(index=alias))
        params = {"conflicts": "proceed", "refresh": "true", "max_docs": REMOVED}
        body = {"query": only_slice(alias)}
        left = True
        while left:
            done = self._cluster.write(
                lambda client: client.delete_by_query(index=alias, body=body, params=params)
            )
            left = done["total"] >= REMOVED

    def _change_aliases(self, *actions: Mapping[str, Any]) -> None:
        if actions:
            body = {"actions": [*actions]}
            self._cluster.write(lambda client: client.indices.update_aliases(body=body))


def _shown(index: str, alias: str, generation: str) -> Mapping[str, Any]:
    """The action that adds an alias for the slice of a generation in an index."""
    return {"add": {"index": index, "alias": alias, "filter": only_slice(generation)}}


def _hidden(index: str, alias: str) -> Mapping[str, Any]:
    return {"remove": {"index": index, "alias": alias}}


def _scores_as(meta: Mapping[str, Any], contract: Contract) -> bool:
    """Whether the similarities of an index are those of a contract, and its mapping is the current one."""
    if meta.get("format") != FORMAT:
        return False
    there = Contract.from_dict(meta, "")
    return (there.basis.k1, there.presence) == (contract.basis.k1, contract.presence)

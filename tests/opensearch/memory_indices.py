"""The indexes of a cluster in memory: the answers of a client about them and their nodes."""

import json
from collections.abc import Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any
from uuid import uuid4

from opensearchpy.exceptions import NotFoundError, RequestError

from tests.opensearch.memory_index import MemoryIndex

__all__ = ["Health", "Indices", "Nodes", "Snapshots", "Store"]


def _missing(kind: str, name: str) -> NotFoundError:
    return NotFoundError(404, kind, {"error": {"type": kind, "reason": f"no such index [{name}]"}})


class Store:
    """All indexes by name, and the snapshots taken of some."""

    def __init__(self) -> None:
        self.indexes: dict[str, MemoryIndex] = {}
        self.snapshots: dict[str, dict[str, MemoryIndex]] = {}
        self.nodes = 3

    def found(self, names: str, *, lenient: bool = False) -> dict[str, MemoryIndex]:
        """The indexes that a request names, including by aliases and patterns."""
        found: dict[str, MemoryIndex] = {}
        for wanted in names.split(","):
            some = {
                name: index
                for name, index in self.indexes.items()
                if fnmatchcase(name, wanted) or wanted in index.aliases
            }
            if not some and "*" not in wanted and not lenient:
                raise _missing("index_not_found_exception", wanted)
            found |= some
        return found

    def one(self, name: str) -> MemoryIndex:
        """The only index of a name or alias."""
        (index,) = self.found(name).values()
        return index


class _Part:
    def __init__(self, store: Store) -> None:
        self._store = store


class Indices(_Part):
    """The methods of ``client.indices``."""

    def create(self, index: str, body: Mapping[str, Any], params: Mapping[str, Any] | None = None) -> Any:
        """Create an empty index."""
        if index in self._store.indexes:
            kind = "resource_already_exists_exception"
            if (params or {}).get("ignore") == 400:  # a bad request
                return {"status": 400}
            raise RequestError(400, kind, {"error": {"type": kind}})
        copied = json.loads(json.dumps(body))
        settings = {**copied["settings"]["index"], "uuid": uuid4().hex}
        self._store.indexes[index] = MemoryIndex(settings, copied.get("mappings", {}))
        return {"acknowledged": True}

    def delete(self, index: str, params: Mapping[str, Any] | None = None) -> None:
        """Remove indexes."""
        lenient = (params or {}).get("ignore_unavailable") == "true"
        for name in self._store.found(index, lenient=lenient):
            del self._store.indexes[name]

    def get(self, index: str) -> list[str]:
        """The names of indexes."""
        return sorted(self._store.found(index))

    def get_mapping(self, index: str, params: Mapping[str, Any] | None = None) -> Any:
        """The mappings of indexes."""
        assert params is None or set(params) <= {"local", "expand_wildcards"}
        found = self._store.found(index)
        return {name: {"mappings": json.loads(json.dumps(each.mappings))} for name, each in found.items()}

    def put_mapping(self, index: str, body: Mapping[str, Any]) -> None:
        """Change the mapping of one index."""
        self._store.one(index).mappings |= body

    def get_settings(self, index: str, params: Mapping[str, Any] | None = None) -> Any:
        """The settings of indexes, all values as strings."""
        flat = bool(params and params.get("flat_settings"))
        found: dict[str, Any] = {}
        for name, each in self._store.found(index).items():
            texts = {key: str(value) for key, value in each.settings.items()}
            settings = {f"index.{key}": value for key, value in texts.items()} if flat else {"index": texts}
            found[name] = {"settings": settings}
        return found

    def put_settings(self, index: str, body: Mapping[str, Any]) -> None:
        """Change settings of indexes."""
        for each in self._store.found(index).values():
            each.settings |= body["index"]

    def get_alias(self, index: str = "*", name: str = "", params: object = None) -> Any:
        """The aliases of indexes; with a name, of those that have this alias."""
        assert params in (None, {}, {"local": "true"}, {"ignore_unavailable": "true"})
        found: dict[str, Any] = {
            each: {"aliases": {alias: {} for alias in about.aliases}}
            for each, about in self._store.found(index, lenient=bool(params)).items()
            if not name or name in about.aliases
        }
        if name and not found:
            raise NotFoundError(404, f"alias [{name}] missing", {"error": f"alias [{name}] missing"})
        return found

    def update_aliases(self, body: Mapping[str, Any]) -> None:
        """Add and remove aliases, in one step."""
        for action in body["actions"]:
            ((kind, said),) = action.items()
            aliases = self._store.one(said["index"]).aliases
            (aliases.add if kind == "add" else aliases.remove)(said["alias"])

    def refresh(self, index: str) -> None:
        """Let searches see what was written."""
        for each in self._store.found(index).values():
            each.refresh()

    def stats(self, index: str, metric: str) -> Any:
        """The statistics of all named indexes together."""
        found = self._store.found(index).values()
        size, deleted = sum(each.size for each in found), sum(each.replaced for each in found)
        figures = {"store": {"size_in_bytes": size}, "docs": {"deleted": deleted}}
        return {"_all": {"primaries": {metric: figures[metric]}}}

    def recovery(self, index: str) -> Any:
        """The recovered bytes of each shard."""
        return {
            name: {"shards": [{"index": {"size": {"recovered_in_bytes": each.size}}}]}
            for name, each in self._store.found(index).items()
        }


class Health(_Part):
    """The methods of ``client.cluster``."""

    def health(self, index: str = "*") -> Any:
        """The health of indexes; each replica needs a node of its own."""
        found = self._store.found(index).values()
        nodes = self._store.nodes
        primaries = sum(each.shards for each in found if not each.is_lost)
        wanted = sum(each.shards * (1 + each.replicas) for each in found)
        there = sum(each.shards * min(1 + each.replicas, nodes) for each in found if not each.is_lost)
        lost = any(each.is_lost for each in found)
        return {
            "status": "red" if lost else "green" if there == wanted else "yellow",
            "number_of_nodes": nodes,
            "number_of_data_nodes": nodes,
            "active_primary_shards": primaries,
            "active_shards": there,
            "initializing_shards": 0,
            "unassigned_shards": wanted - there,
        }


class Nodes(_Part):
    """The methods of ``client.nodes``."""

    def info(self, metric: str, params: Mapping[str, Any]) -> Any:
        """The nodes that are present: all of them."""
        assert metric == "http"
        assert "request_timeout" in params
        return {"nodes": {str(number): {} for number in range(self._store.nodes)}, "_nodes": {"failed": 0}}

    def stats(self, metric: str) -> Any:
        """Statistics with disks that are half full."""
        total = {"available_in_bytes": 50, "total_in_bytes": 100}
        names = [f"node-{number}" for number in range(self._store.nodes)]
        return {"nodes": {name: {"name": name, metric: {"total": total}} for name in names}}


class Snapshots(_Part):
    """The methods of ``client.snapshot``; a repository need not be created first."""

    def create_repository(self, repository: str, body: object) -> None:
        """Do nothing."""

    def create(self, repository: str, snapshot: str, body: Mapping[str, Any]) -> None:
        """Save indexes in their current state, without settings of the cluster."""
        assert body["include_global_state"] is False
        found = self._store.found(body["indices"])
        self._store.snapshots[f"{repository}:{snapshot}"] = {
            name: _copy(each) for name, each in found.items()
        }

    def get(self, repository: str, snapshot: str) -> Any:
        """The description of a snapshot."""
        kept = self._store.snapshots.get(f"{repository}:{snapshot}")
        if kept is None:
            raise _missing("snapshot_missing_exception", snapshot)
        return {"snapshots": [{"state": "SUCCESS", "indices": [*kept]}]}

    def restore(self, repository: str, snapshot: str, body: Mapping[str, Any]) -> None:
        """Restore some of its indexes, under other names and without aliases."""
        assert body["include_global_state"] is body["include_aliases"] is False
        kept = self._store.snapshots[f"{repository}:{snapshot}"]
        for name in body["indices"].split(","):
            other = name.replace(body["rename_pattern"], body["rename_replacement"])
            assert other not in self._store.indexes
            self._store.indexes[other] = replace(_copy(kept[name]), aliases=set())


def _copy(index: MemoryIndex) -> MemoryIndex:
    return replace(index, documents={**index.documents}, seen={**index.documents}, aliases={*index.aliases})

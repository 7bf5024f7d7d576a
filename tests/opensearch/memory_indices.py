"""The indexes of a cluster that is held in memory: what a client is asked about them and their nodes."""

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
    """All indexes, by their names, and the snapshots that were taken of some."""

    def __init__(self) -> None:
        self.indexes: dict[str, MemoryIndex] = {}
        self.snapshots: dict[str, dict[str, MemoryIndex]] = {}
        self.nodes = 3

    def found(self, names: str, *, lenient: bool = False) -> dict[str, MemoryIndex]:
        """Those that a request names, by aliases and patterns too."""
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
        """That of a name, which may be an alias of it alone."""
        (index,) = self.found(name).values()
        return index


class _Part:
    def __init__(self, store: Store) -> None:
        self._store = store


class Indices(_Part):
    """What is asked of ``client.indices``."""

    def create(self, index: str, body: Mapping[str, Any], params: Mapping[str, Any] | None = None) -> Any:
        """Make an empty one."""
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
        """Remove some."""
        lenient = (params or {}).get("ignore_unavailable") == "true"
        for name in self._store.found(index, lenient=lenient):
            del self._store.indexes[name]

    def get(self, index: str) -> list[str]:
        """The names of some."""
        return sorted(self._store.found(index))

    def get_mapping(self, index: str, params: Mapping[str, Any] | None = None) -> Any:
        """Mappings of some."""
        assert params is None or set(params) <= {"local", "expand_wildcards"}
        found = self._store.found(index)
        return {name: {"mappings": json.loads(json.dumps(each.mappings))} for name, each in found.items()}

    def put_mapping(self, index: str, body: Mapping[str, Any]) -> None:
        """Change the mapping of one."""
        self._store.one(index).mappings |= body

    def get_settings(self, index: str, params: Mapping[str, Any] | None = None) -> Any:
        """Settings of some, all of them texts."""
        flat = bool(params and params.get("flat_settings"))
        found: dict[str, Any] = {}
        for name, each in self._store.found(index).items():
            texts = {key: str(value) for key, value in each.settings.items()}
            settings = {f"index.{key}": value for key, value in texts.items()} if flat else {"index": texts}
            found[name] = {"settings": settings}
        return found

    def put_settings(self, index: str, body: Mapping[str, Any]) -> None:
        """Change settings of some."""
        for each in self._store.found(index).values():
            each.settings |= body["index"]

    def get_alias(self, index: str = "*", name: str = "", params: object = None) -> Any:
        """Aliases of some indexes; with a name, of those that have this one."""
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
        """Have aliases stand for others, in one step."""
        for action in body["actions"]:
            ((kind, said),) = action.items()
            aliases = self._store.one(said["index"]).aliases
            (aliases.add if kind == "add" else aliases.remove)(said["alias"])

    def refresh(self, index: str) -> None:
        """Have searches see what was written."""
        for each in self._store.found(index).values():
            each.refresh()

    def stats(self, index: str, metric: str) -> Any:
        """Figures of some together."""
        found = self._store.found(index).values()
        size, deleted = sum(each.size for each in found), sum(each.replaced for each in found)
        figures = {"store": {"size_in_bytes": size}, "docs": {"deleted": deleted}}
        return {"_all": {"primaries": {metric: figures[metric]}}}

    def recovery(self, index: str) -> Any:
        """Bytes of each shard that are there."""
        return {
            name: {"shards": [{"index": {"size": {"recovered_in_bytes": each.size}}}]}
            for name, each in self._store.found(index).items()
        }


class Health(_Part):
    """What is asked of ``client.cluster``."""

    def health(self, index: str = "*") -> Any:
        """Of some indexes; a copy needs a node of its own."""
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
    """What is asked of ``client.nodes``."""

    def info(self, metric: str, params: Mapping[str, Any]) -> Any:
        """Who is there: all are."""
        assert metric == "http"
        assert "request_timeout" in params
        return {"nodes": {str(number): {} for number in range(self._store.nodes)}, "_nodes": {"failed": 0}}

    def stats(self, metric: str) -> Any:
        """Disks that are half empty."""
        total = {"available_in_bytes": 50, "total_in_bytes": 100}
        names = [f"node-{number}" for number in range(self._store.nodes)]
        return {"nodes": {name: {"name": name, metric: {"total": total}} for name in names}}


class Snapshots(_Part):
    """What is asked of ``client.snapshot``; a repository needs not be made before."""

    def create_repository(self, repository: str, body: object) -> None:
        """Nothing is to be done."""

    def create(self, repository: str, snapshot: str, body: Mapping[str, Any]) -> None:
        """Keep some indexes as they are now, and no settings of the cluster."""
        assert body["include_global_state"] is False
        found = self._store.found(body["indices"])
        self._store.snapshots[f"{repository}:{snapshot}"] = {
            name: _copy(each) for name, each in found.items()
        }

    def get(self, repository: str, snapshot: str) -> Any:
        """What one has."""
        kept = self._store.snapshots.get(f"{repository}:{snapshot}")
        if kept is None:
            raise _missing("snapshot_missing_exception", snapshot)
        return {"snapshots": [{"state": "SUCCESS", "indices": [*kept]}]}

    def restore(self, repository: str, snapshot: str, body: Mapping[str, Any]) -> None:
        """Put some of its indexes back, by other names and without aliases."""
        assert body["include_global_state"] is body["include_aliases"] is False
        kept = self._store.snapshots[f"{repository}:{snapshot}"]
        for name in body["indices"].split(","):
            other = name.replace(body["rename_pattern"], body["rename_replacement"])
            assert other not in self._store.indexes
            self._store.indexes[other] = replace(_copy(kept[name]), aliases=set())


def _copy(index: MemoryIndex) -> MemoryIndex:
    return replace(index, documents={**index.documents}, seen={**index.documents}, aliases={*index.aliases})

"""A cluster in memory, as far as engines, writers and keepers use one.

It answers as a real cluster does: ``searching/test_agreement.py`` and ``writing/test_in_memory.py`` run on it
the tests that are also run on a real one.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from opensearchpy.exceptions import ConflictError, NotFoundError, TransportError

from tests.opensearch.memory_index import CONFLICT, Document, MemoryIndex
from tests.opensearch.memory_indices import Health, Indices, Nodes, Snapshots, Store
from tests.opensearch.memory_search import Seen, answer_to

__all__ = ["MemoryClient"]


class MemoryClient:
    """Answers as a client of the library, for one cluster.

    Attributes:
        store: its indexes, for tests that read or damage something.
    """

    def __init__(self, **_options: Any) -> None:
        self.store = Store()
        self.indices, self.cluster = Indices(self.store), Health(self.store)
        self.nodes, self.snapshot = Nodes(self.store), Snapshots(self.store)
        self._moments: dict[str, list[Seen]] = {}

    def info(self) -> Any:
        """The version of the cluster."""
        return {"version": {"distribution": "opensearch", "number": "3.1.0"}}

    def close(self) -> None:
        """Do nothing: nothing is open."""

    def _seen(self, index: str) -> list[Seen]:
        found = self.store.found(index).items()
        return [(name, each, key, document) for name, each in found for key, document in each.seen.items()]

    def create_pit(self, index: str, params: Mapping[str, Any]) -> Any:
        """Create a point in time of what searches see now."""
        assert params["allow_partial_pit_creation"] == "false"
        name = f"moment {len(self._moments)}"
        self._moments[name] = self._seen(index)
        return {"pit_id": name}

    def delete_pit(self, body: Mapping[str, Any]) -> None:
        """Delete points in time."""
        for name in body["pit_id"]:
            del self._moments[name]

    def search(self, body: Mapping[str, Any], index: str = "", params: object = None) -> Any:
        """The answer to a search."""
        seen = self._seen(index) if index else self._moments[body["pit"]["id"]]
        return answer_to(seen, {**body}, named_scores=params is not None)

    def msearch(self, body: Sequence[Any], index: str) -> Any:
        """The answers to several searches, each of which has a header line."""
        return {"responses": [answer_to(self._seen(index), each) for each in body[1::2]]}

    def count(self, index: str, body: Mapping[str, Any] | None = None) -> Any:
        """The number of documents that match a query."""
        return {"count": answer_to(self._seen(index), {**(body or {})})["hits"]["total"]["value"]}

    def get(self, index: str, id: str, params: Mapping[str, Any] | None = None) -> Any:  # noqa: A002  # the library's
        """One document in its current state."""
        ignored = (params or {}).get("ignore") == 404
        if not self.store.found(index, lenient=ignored):
            return {"error": {"type": "index_not_found_exception"}, "status": 404}
        found = self.mget({"ids": [id]}, index)["docs"][0]
        if not (found["found"] or ignored):
            raise NotFoundError(404, "", found)
        return found

    def mget(self, body: Mapping[str, Any], index: str, params: Mapping[str, Any] | None = None) -> Any:
        """Documents in their current state, or as searches see them if ``realtime`` is false."""
        ((name, there),) = self.store.found(index).items()
        known = there.seen if (params or {}).get("realtime") == "false" else there.documents
        found = [_told(there, key, known.get(key)) | {"_index": name} for key in body["ids"]]
        return {"docs": [{**each, "fields": {"id": [each["_id"]]}} for each in found]}

    def index(self, index: str, id: str, body: Any, params: Mapping[str, Any] | None = None) -> Any:  # noqa: A002  # the library's
        """Write a document under a condition."""
        found = self.store.found(index, lenient=True)
        there = next(iter(found.values())) if found else self.store.indexes.setdefault(index, MemoryIndex())
        made = there.put_if(id, json.loads(json.dumps(body)), params or {})
        return {"_seq_no": made.number, "_primary_term": 1}

    def delete(self, index: str, id: str, params: Mapping[str, Any] | None = None) -> None:  # noqa: A002  # the library's
        """Remove a document under a condition."""
        there = self.store.one(index)
        if params and there.documents[id].number != params["if_seq_no"]:
            raise CONFLICT
        del there.documents[id]

    def bulk(self, body: Any, index: str, params: Mapping[str, Any] | None = None) -> Any:
        """Apply many changes, and answer each."""
        assert params is None or "filter_path" in params
        lines = [*map(json.loads, body.splitlines())] if isinstance(body, bytes) else body
        return {"items": [*_changed(self.store.one(index), iter(lines))]}


def _told(index: MemoryIndex, name: str, document: Document | None) -> dict[str, Any]:
    if document is None:
        return {"_id": name, "found": False}
    about = {"_id": name, "found": True, "_version": document.version}
    return about | {"_source": index.source(document), "_seq_no": document.number, "_primary_term": 1}


def _changed(index: MemoryIndex, lines: Iterator[Any]) -> Iterator[dict[str, Any]]:
    for line in lines:
        ((kind, said),) = line.items()
        try:
            if kind == "delete":
                del index.documents[said["_id"]]
            else:
                index.put(said["_id"], next(lines), said.get("version", 0))
        except (ConflictError, TransportError) as error:
            fault = {"type": error.error, "reason": "for a reason"}
            yield {kind: {"status": error.status_code, "error": fault}}
        else:
            yield {kind: {"status": 200}}

"""One index of a cluster in memory: its documents, and the state that searches see."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from opensearchpy.exceptions import ConflictError, RequestError

from onneshon.opensearch.storage.documents import LONGEST_TERM
from tests.opensearch.memory_scoring import Fields

__all__ = ["CONFLICT", "Document", "MemoryIndex"]

CONFLICT: Final = ConflictError(409, "version_conflict_engine_exception", {})


@dataclass(frozen=True)
class Document:
    """A document in its current state.

    Attributes:
        values: the values as written.
        version: the external version, or the number of writes.
        number: the sequence number of the write.
    """

    values: Mapping[str, Any]
    version: int
    number: int

    @cached_property
    def fields(self) -> Fields:
        """The document's fields for searches."""
        return Fields(self.values)


@dataclass(slots=True)
class MemoryIndex:
    """Settings, mapping and documents; a search sees those of the last refresh.

    Attributes:
        settings: the settings under ``index``.
        mappings: the mapping, with ``_meta`` and ``properties``.
        documents: the documents by their ``_id``.
        seen: the documents at the last refresh.
        aliases: the aliases of the index.
        replaced: the number of documents that were overwritten.
        is_lost: whether no node has it.
    """

    settings: dict[str, Any] = field(default_factory=dict)
    mappings: dict[str, Any] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    seen: dict[str, Document] = field(default_factory=dict)
    aliases: set[str] = field(default_factory=set)
    replaced: int = 0
    is_lost: bool = False
    _writes: int = 0

    @property
    def size(self) -> int:
        """The bytes of the documents that searches see."""
        return sum(len(json.dumps(document.values)) for document in self.seen.values())

    @property
    def shards(self) -> int:
        """The number of shards."""
        return int(self.settings.get("number_of_shards", 1))

    @property
    def replicas(self) -> int:
        """The number of replicas of each shard."""
        return int(self.settings.get("number_of_replicas", 1))

    def refresh(self) -> None:
        """Let searches see all that was written."""
        self.seen = {**self.documents}

    def put(self, name: str, values: Mapping[str, Any], version: int = 0) -> Document:
        """Write or overwrite a document; with a version, only if the existing version is lower.

        Raises:
            ConflictError: the existing version is not lower.
            RequestError: the mapping does not allow the document.
        """
        there = self.documents.get(name)
        if version and there and there.version >= version:
            raise CONFLICT
        self._check(values)
        self._writes += 1
        self.replaced += there is not None
        known = there.version if there else 0
        self.documents[name] = Document(values, version or known + 1, self._writes)
        return self.documents[name]

    def _check(self, values: Mapping[str, Any]) -> None:
        if (
            self.mappings.get("dynamic") == "strict"
            and not values.keys() <= self.mappings["properties"].keys()
        ):
            raise RequestError(400, "strict_dynamic_mapping_exception", {})
        keywords = [value for each in values.get("keywords", {}).values() for value in each]
        if any(len(value.encode()) > LONGEST_TERM for value in keywords):
            raise RequestError(400, "illegal_argument_exception", {})

    def put_if(self, name: str, values: Mapping[str, Any], condition: Mapping[str, Any]) -> Document:
        """Write a document if it is unchanged since the condition's state; raises ConflictError otherwise."""
        there = self.documents.get(name)
        if condition.get("op_type") == "create" and there:
            raise CONFLICT
        if "if_seq_no" in condition and (there is None or there.number != condition["if_seq_no"]):
            raise CONFLICT
        return self.put(name, values)

    def source(self, document: Document) -> dict[str, Any]:
        """The stored source of a document."""
        kept = self.mappings.get("_source", {}).get("includes", document.values)
        return {name: document.values[name] for name in kept if name in document.values}

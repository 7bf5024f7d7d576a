"""Documents in place of a cluster: which of them pass a filter, and the answers to searches of them."""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import ge, gt, le, lt
from typing import Any, Final

from onneshon.opensearch.searching.asking import Reply
from onneshon.opensearch.searching.dsl import Dsl

__all__ = ["Document", "Documents", "matches"]

Document = Mapping[str, Any]
"""Fields by name; dots separate nested fields, and several values are a list."""

_BOUNDS: Final = {"gt": gt, "gte": ge, "lt": lt, "lte": le}


def _values(document: Document, field: str) -> Sequence[Any]:
    found = document.get(field)
    return found if isinstance(found, list) else [] if found is None else [found]


def _plain(wanted: Any) -> Any:
    return wanted["value"] if isinstance(wanted, Mapping) else wanted


def matches(document: Document, query: Dsl) -> bool:
    """Whether a document passes a filter in OpenSearch; phrases are compared with whole texts only."""
    ((kind, said),) = query.items()
    match kind:
        case "match_all" | "match_none":
            return kind == "match_all"
        case "bool":
            return _meets(document, said)
        case "exists":
            return bool(_values(document, said["field"]))
    ((field, wanted),) = said.items()
    return any(_is_wanted(kind, value, wanted) for value in _values(document, field))


def _is_wanted(kind: str, value: Any, wanted: Any) -> bool:
    match kind:
        case "terms":
            return value in wanted
        case "range":
            return all(_BOUNDS[name](value, end) for name, end in wanted.items())
        case "term":
            return bool(_plain(wanted) == value)
        case "match_phrase":
            return f" {wanted['query']} " in f" {value} "
    raise AssertionError(kind)


def _meets(document: Document, said: Mapping[str, Any]) -> bool:
    needed = [*said.get("filter", ()), *said.get("must", ())]
    return (
        all(matches(document, each) for each in needed)
        and not any(matches(document, each) for each in said.get("must_not", ()))
        and ("should" not in said or any(matches(document, each) for each in said["should"]))
    )


class Documents:
    """Stands in for an ``Asker``: searches documents, by filters and fields.

    Args:
        documents: documents with an ``id`` each.
    """

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = documents

    def search(self, body: Dsl, _budget: object) -> Reply:
        """The first hits in order, the total number of hits, and the least value of a field."""
        found = [document for document in self._documents if matches(document, body["query"])]
        found = reduce(_sorted, reversed(body.get("sort", ())), found)
        hits = [
            {
                "fields": {"id": [document["id"]]},
                "_source": {name: document[name] for name in body.get("_source", ()) if name in document},
                "sort": [_key(document, by) for by in body.get("sort", ())],
            }
            for document in found[: body["size"]]
        ]
        counts = {name: _least(found, said["min"]) for name, said in body.get("aggs", {}).items()}
        return Reply(hits, len(found) if body.get("track_total_hits") else 0, counts)


def _least(documents: Sequence[Document], said: Mapping[str, Any]) -> dict[str, Any]:
    values = [document.get(said["field"], said["missing"]) for document in documents]
    return {"value": min(values, default=None)}


def _key(document: Document, by: Any) -> Any:
    ((field, said),) = by.items()
    return document.get(field, said["missing"]) if isinstance(said, Mapping) else document[field]


def _sorted(documents: Sequence[Document], by: Any) -> list[Document]:
    return sorted(documents, key=lambda document: _key(document, by))

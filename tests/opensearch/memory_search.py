"""Answers of a search of a cluster in memory: hits in their order, and counts."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from onneshon.opensearch.searching.dsl import PICKED, Dsl
from tests.opensearch.memory_index import Document, MemoryIndex
from tests.opensearch.memory_scoring import Scorer, day_of, values_of
from tests.opensearch.searching.few_words import picked_column

__all__ = ["Seen", "answer_to"]

Seen = tuple[str, MemoryIndex, str, Document]
"""The name of an index, the index, the ``_id`` of a document in it, and the document."""

URL_SAFE: Final = str.maketrans("+/", "-_", "=")
"""Translates base64 to the form in which OpenSearch returns binary columns."""

FORMATS: Final = {"uuuu": "%Y", "uuuu-MM": "%Y-%m", "uuuu-MM-dd": "%Y-%m-%d"}
LAST: Final = ("_last", -(1 << 63), (1 << 63) - 1, "Infinity", "-Infinity")
"""Values of ``missing`` with which documents without a value come last."""

SHARDS: Final = {"total": 1, "successful": 1, "skipped": 0, "failed": 0}


class _Hit:
    """A document that a search finds.

    Args:
        seen: the document.
        score: its score.
        matched: the names of the query's parts that it matches.
    """

    def __init__(self, seen: Seen, score: float, matched: Mapping[str, float]) -> None:
        self.index_name, self.index, self.name, self.document = seen
        self.fields = self.document.fields
        self.score, self.matched = score, matched

    def key(self, by: Any) -> tuple[Any, bool, bool]:
        """The sort value, whether the greatest comes first, and whether the document has no value."""
        ((name, said),) = by.items() if isinstance(by, Mapping) else ((by, "asc"),)
        about = said if isinstance(said, Mapping) else {"order": said}
        down = about["order"] == "desc"
        if name == "_score":
            return self.score, down, False
        values = values_of(self.document.values, name)
        if not values and about.get("missing", "_last") not in LAST:
            return about["missing"], down, False
        return (max(values) if values else None), down, not values

    def told(self, body: Dsl, named_scores: bool) -> dict[str, Any]:
        """The hit in the form of the cluster's answers."""
        hit: dict[str, Any] = {"_index": self.index_name, "_id": self.name, "fields": self._columns(body)}
        if "sort" in body:
            hit["sort"] = [_sortable(by, self.key(by)[0]) for by in body["sort"]]
        hit["_score"] = None if "sort" in body and not body.get("track_scores") else self.score
        if self.matched:
            hit["matched_queries"] = dict(self.matched) if named_scores else [*self.matched]
        if body.get("stored_fields") != "_none_":
            hit["_source"] = taken(self.index.source(self.document), body.get("_source", True))
        if body.get("seq_no_primary_term"):
            hit |= {"_seq_no": self.document.number, "_primary_term": 1}
        return hit

    def _columns(self, body: Dsl) -> dict[str, Any]:
        columns = {}
        for asked in body.get("docvalue_fields", ()):
            name = asked["field"] if isinstance(asked, Mapping) else asked
            if values := values_of(self.document.values, name):
                columns[name] = [value.translate(URL_SAFE) if name == "stream" else value for value in values]
        for name, column in body.get("script_fields", {}).items():
            assert column["script"]["source"] == PICKED
            columns[name] = [picked_column(self.document.values["stream"].translate(URL_SAFE), column)]
        return columns


def taken(source: Mapping[str, Any], wanted: Sequence[str] | bool) -> dict[str, Any]:
    """The wanted parts of a source, such as ``article.title``."""
    if isinstance(wanted, bool):
        return dict(source) if wanted else {}
    found: dict[str, Any] = {}
    for path in wanted:
        name, _, inner = path.partition(".")
        if name in source:
            found[name] = {inner: source[name][inner]} if inner else source[name]
    return found


def _sortable(by: Any, value: Any) -> Any:
    """A value in its form in ``sort``: a day is given in milliseconds."""
    return _milliseconds(value) if value is not None and "date" in by else value


def _milliseconds(date: str) -> int:
    return day_of(date) * 86_400_000


def _scorer(index: MemoryIndex) -> Scorer:
    basis = index.mappings.get("_meta", {}).get("basis", {})
    return Scorer(basis.get("k1", 0.0), index.mappings.get("_meta", {}).get("presence", 0.0))


def _found(seen: Sequence[Seen], query: Dsl) -> list[_Hit]:
    hits = []
    for each in seen:
        scorer = _scorer(each[1])
        if (score := scorer.score(query, each[3].fields)) is not None:
            hits.append(_Hit(each, score, scorer.matched))
    return hits


def answer_to(seen: Sequence[Seen], body: Dsl, *, named_scores: bool = False) -> dict[str, Any]:
    """The answer to a search of the given documents."""
    found = _found(seen, body.get("query", {"match_all": {}}))
    hits = [hit for hit in found if _meets(hit, body.get("post_filter"))]
    if "rescore" in body:
        hits = _rescored(hits, body["rescore"])
    ordered = _ordered(hits, body.get("sort", [{"_score": "desc"}]))
    if "search_after" in body:
        after = [*body["search_after"]]
        ordered = [hit for hit in ordered if _is_behind(hit, body["sort"], after)]
    first = body.get("from", 0)
    most = body.get("track_total_hits", True)
    total: dict[str, Any] = {"value": len(hits), "relation": "eq"}
    if most is not True and most is not False and len(hits) > most:
        total = {"value": most, "relation": "gte"}
    told = [hit.told(body, named_scores) for hit in ordered[first : first + body.get("size", 10)]]
    best = max((hit.score for hit in hits), default=None)
    answer = {"hits": told, "max_score": best, **({"total": total} if most is not False else {})}
    counts = {name: _counted(found, said) for name, said in body.get("aggs", {}).items()}
    return {"timed_out": False, "_shards": SHARDS, "hits": answer, "aggregations": counts}


def _meets(hit: _Hit, query: Dsl | None) -> bool:
    return query is None or _scorer(hit.index).matches(query, hit.fields)


def _rescored(hits: Sequence[_Hit], said: Mapping[str, Any]) -> list[_Hit]:
    best = _ordered(hits, [{"_score": "desc"}])
    for hit in best[: said["window_size"]]:
        hit.score = _scorer(hit.index).score(said["query"]["rescore_query"], hit.fields) or 0.0
    return best


def _ordered(hits: Sequence[_Hit], sort: Sequence[Any]) -> list[_Hit]:
    ordered = [*hits]
    for by in reversed(sort):
        down = hits[0].key(by)[1] if hits else False
        have = [hit for hit in ordered if not hit.key(by)[2]]
        ordered = [
            *sorted(have, key=lambda hit: hit.key(by)[0], reverse=down),
            *(hit for hit in ordered if hit.key(by)[2]),
        ]
    return ordered


def _is_behind(hit: _Hit, sort: Sequence[Any], after: Sequence[Any]) -> bool:
    for by, mark in zip(sort, after, strict=True):
        value, down, _ = hit.key(by)
        value = _sortable(by, value)
        if value == mark:
            continue
        if value is None or mark is None:
            return value is None
        return bool(value < mark if down else value > mark)
    return False


def _counted(hits: Sequence[_Hit], said: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to an aggregation."""
    inner = said.get("aggs", {})
    ((kind, about),) = ((name, value) for name, value in said.items() if name != "aggs")
    if kind == "filter":
        some = [hit for hit in hits if _meets(hit, about)]
        return {"doc_count": len(some), **{name: _counted(some, each) for name, each in inner.items()}}
    if kind == "top_hits":
        best = _ordered(hits, [{"_score": "desc"}])[: about["size"]]
        return {"hits": {"hits": [hit.told(about, named_scores=False) for hit in best]}}
    if kind == "filters":
        return {"buckets": [_counted(hits, {"filter": each}) for each in about["filters"]]}
    found = [values_of(hit.document.values, about["field"]) for hit in hits]
    if kind in {"min", "max"}:
        return _end(kind, found, about.get("missing"))
    if kind == "cardinality":
        return {"value": len({value for values in found for value in values})}
    return _buckets(kind, about, found)


def _end(kind: str, found: Sequence[Sequence[Any]], missing: Any) -> dict[str, Any]:
    every = [value for values in found for value in (values or ([] if missing is None else [missing]))]
    if not every:
        return {"value": None}
    end = min(every) if kind == "min" else max(every)
    if isinstance(end, str):
        return {"value": float(_milliseconds(end)), "value_as_string": end}
    return {"value": float(end)}


def _buckets(kind: str, about: Mapping[str, Any], found: Sequence[Sequence[Any]]) -> dict[str, Any]:
    if kind == "date_histogram":
        form = FORMATS[about["format"]]
        days = Counter(dt.date.fromisoformat(value).strftime(form) for values in found for value in values)
        return {
            "buckets": [{"key_as_string": day, "doc_count": days[day]} for day in sorted(days, reverse=True)]
        }
    assert kind == "terms"
    counts = Counter(value for values in found for value in values)
    wanted = about.get("include", counts)
    pairs = sorted(((value, counts[value]) for value in counts if value in wanted), key=lambda pair: pair[0])
    pairs.sort(key=lambda pair: -pair[1])
    return {"buckets": [{"key": value, "doc_count": count} for value, count in pairs[: about["size"]]]}

"""The parts of OpenSearch's query language that are used here, as plain values."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

__all__ = [
    "LIVE",
    "NOTHING_MATCHES",
    "Dsl",
    "all_of",
    "any_of",
    "constant",
    "named",
    "script_score",
    "summed",
    "term",
]

Dsl: TypeAlias = dict[str, Any]
"""A query as JSON-ready values."""

LIVE: Final[Dsl] = {"term": {"live": True}}
"""What holds for articles, and not for what is remembered of deleted ones. These have an id and no words: who
asks for words need not ask for this too."""

NOTHING_MATCHES: Final[Dsl] = {"match_none": {}}


def term(field: str, key: str, boost: float = 1.0) -> Dsl:
    """Articles with a term, scored by the similarity of its field."""
    return {"term": {field: {"value": key, "boost": boost}}}


def constant(query: Dsl, boost: float) -> Dsl:
    """The same articles, each with one score."""
    return {"constant_score": {"filter": query, "boost": boost}}


def any_of(queries: Sequence[Dsl]) -> Dsl:
    """Articles that match at least one; scores add up. Of no queries there are none."""
    if not queries:  # an empty disjunction of OpenSearch is everything
        return NOTHING_MATCHES
    return queries[0] if len(queries) == 1 else {"bool": {"should": [*queries], "minimum_should_match": 1}}


def all_of(queries: Sequence[Dsl]) -> Dsl:
    """Articles that match every one, scores left aside."""
    return queries[0] if len(queries) == 1 else {"bool": {"filter": [*queries]}}


def summed(must: Sequence[Dsl], should: Sequence[Dsl] = ()) -> Dsl:
    """Articles that match every one of ``must``; those of ``should`` add their scores."""
    if len(must) == 1 and not should:
        return must[0]
    return {"bool": {"must": [*must], "should": [*should]}}


def script_score(query: Dsl, source: str, params: Mapping[str, Any]) -> Dsl:
    """The same articles, scored by a script."""
    return {"script_score": {"query": query, "script": {"source": source, "params": dict(params)}}}


def named(query: Dsl, name: str) -> Dsl:
    """The same query; a hit says by this name whether it matches."""
    return {"bool": {"must": [query], "_name": name}}

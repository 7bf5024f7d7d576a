"""Queries for tests of ranking."""

from onneshon.search.query.parser import parse
from onneshon.search.query.tree import Query

__all__ = ["query_of"]


def query_of(text: str) -> Query:
    """The query tree of a text that has words."""
    query = parse(text).query
    assert query is not None
    return query

"""Conditions on an article's category, author, language, day, id or keywords as filters of OpenSearch."""

from unicodedata import normalize

from onneshon.index.analysis.analyzer import analyze
from onneshon.opensearch.searching.dsl import NOTHING_MATCHES, Dsl, any_of
from onneshon.search.query.conditions import Condition, Filter, Period, Selection

__all__ = ["condition_dsl"]


def condition_dsl(condition: Condition) -> Dsl:
    """The articles that meet a condition."""
    match condition:
        case Period():
            return _period(condition)
        case Selection(choices, negated):
            found = any_of([condition_dsl(choice) for choice in choices])
            return {"bool": {"must_not": [found]}} if negated else found
        case Filter("id", value):
            return {"term": {"id": {"value": value}}}
        case Filter(name, value, whole=True):
            return {"term": {f"keywords.{name}": {"value": normalize("NFC", value)}}}
        case Filter(name, value):
            return _words(f"words.{name}", value)


def _words(field: str, value: str) -> Dsl:
    """Where one value holds the words of another in a row."""
    words = " ".join(token.exact for token in analyze(value))
    return {"match_phrase": {field: {"query": words}}} if words else NOTHING_MATCHES


def _period(period: Period) -> Dsl:
    ends = (("gte", period.since), ("lte", period.until))
    days = {name: day.isoformat() for name, day in ends if day is not None}
    return {"range": {"date": days}} if days else {"exists": {"field": "date"}}

"""Facets as aggregations over everything that a query finds; the names of one author are counted together."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from unicodedata import normalize

from onneshon.opensearch.searching.dsl import Dsl, all_of
from onneshon.opensearch.searching.filters import condition_filter
from onneshon.search.query.conditions import Choice, Condition, Filter, FilterField, NumberRange, Selection
from onneshon.search.retrieval.authors import NOBODY, Authors
from onneshon.search.retrieval.facets import (
    Facet,
    FacetName,
    FacetValue,
    containing,
    field_of,
    keyword_facet,
    range_facet,
    whole_facet,
)

EVERY_VALUE: Final = 10_000
"""Values of a field that each shard reports; where there are more, counts of rare ones may be too low."""

MOST_COUNTED: Final = 40_000
"""The number of values of a field up to which their cardinality is exact; beyond, it is approximate."""

FEW: Final = 1_000
"""A field with at most this many values has all of them aggregated: its cardinality is their number then."""

_CALENDAR: Final[Mapping[FacetName, tuple[str, str]]] = {
    "year": ("year", "uuuu"),
    "month": ("month", "uuuu-MM"),
    "day": ("day", "uuuu-MM-dd"),
}
"""The calendar interval of each facet of dates, and the date format of its values."""


def facet_query(
    name: FacetName,
    limit: int,
    kept: Sequence[str],
    narrowed: Sequence[Dsl],
    *,
    ranges: Sequence[NumberRange] | None = None,
    authors: Authors = NOBODY,
    different: int = MOST_COUNTED,
) -> Dsl:
    """The aggregation for a facet.

    Args:
        name: the facet's name.
        limit: the largest number of values.
        kept: values that are returned beyond the limit, since the user has chosen them.
        narrowed: filters of other fields, which narrow this one's counts.
        ranges: the ranges in which numbers are counted; None for a field without numbers.
        authors: which names are of one author.
        different: an upper bound for the number of values: a table for many takes long to make.
    """
    if name == "author":
        limit, kept = limit + len(authors.every), [*kept, *authors.every]
    if ranges is not None:
        values = {f"r{index}": {"filter": condition_filter(span)} for index, span in enumerate(ranges)}
    elif name in _CALENDAR:
        interval, form = _CALENDAR[name]
        values = {"values": _histogram(interval, form)}
    else:
        values = _keyword_values(name, max(limit, 1), different)
        if kept:
            chosen = sorted({normalize("NFC", value) for value in kept})
            values["kept"] = {"terms": {"field": f"keywords.{name}", "size": len(chosen), "include": chosen}}
    return {"filter": all_of(narrowed) if narrowed else {"match_all": {}}, "aggs": values}


def _keyword_values(name: FacetName, limit: int, different: int) -> Dsl:
    if different <= FEW:
        return {"values": values_query(name, max(limit, different))}
    return {"values": values_query(name, limit), "different": different_query(name, different)}


def different_query(name: FacetName, most: int = MOST_COUNTED) -> Dsl:
    """The aggregation for the number of values of a field; exact up to ``most``."""
    return {"cardinality": {"field": f"keywords.{name}", "precision_threshold": min(most, MOST_COUNTED)}}


def _histogram(interval: str, form: str) -> Dsl:
    order = {"_key": "desc"}
    return {
        "date_histogram": {
            "field": "date",
            "calendar_interval": interval,
            "format": form,
            "min_doc_count": 1,
            "order": order,
        }
    }


def values_query(name: FacetName, limit: int) -> Dsl:
    """The aggregation for the most frequent values of a field, equally frequent ones in text order."""
    order = [{"_count": "desc"}, {"_key": "asc"}]
    shards = max(limit, EVERY_VALUE)
    return {"terms": {"field": f"keywords.{name}", "size": limit, "shard_size": shards, "order": order}}


def values_read(counted: Mapping[str, Any], key: str = "key", most: int | None = None) -> list[FacetValue]:
    """Read the values of an aggregation; the first ``most`` of them, if given."""
    return [FacetValue(str(bucket[key]), int(bucket["doc_count"])) for bucket in counted["buckets"][:most]]


def facet_read(
    name: FacetName,
    counted: Mapping[str, Any],
    limit: int,
    kept: Sequence[str],
    *,
    ranges: Sequence[NumberRange] | None = None,
    authors: Authors = NOBODY,
) -> Facet:
    """Read a facet from its aggregation; the arguments are as for ``facet_query``."""
    if ranges is not None:
        counts = [int(counted[f"r{index}"]["doc_count"]) for index in range(len(ranges))]
        return range_facet(name, ranges, counts, limit, kept)
    if name in _CALENDAR:
        return whole_facet(name, values_read(counted["values"], "key_as_string"), limit, kept)
    chosen = values_read(counted["kept"]) if "kept" in counted else []
    together = name == "author" and bool(authors.every)
    best = values_read(counted["values"], most=None if together else limit)
    listed = len(counted["values"]["buckets"])
    different = int(counted["different"]["value"]) if "different" in counted else listed
    if together:
        best, chosen, different = counted_together(best, chosen, kept, different, authors)
    return keyword_facet(name, best, chosen, limit, different)


def faceted(facets: Sequence[FacetName]) -> set[FilterField]:
    """The fields whose own filters do not narrow the counts of a facet."""
    return {field_of(name) for name in facets}


def spelt_out(condition: Condition, authors: Authors) -> Condition:
    """Extend a condition to all names of each author in it.

    Args:
        condition: a condition on any field.
        authors: which names are of one author.
    """
    if isinstance(condition, Selection):
        choices = tuple(name for choice in condition.choices for name in _named(choice, authors))
        return Selection(choices, condition.negated)
    named = _named(condition, authors)
    return Selection(named) if len(named) > 1 else condition


def _named(choice: Choice, authors: Authors) -> tuple[Choice, ...]:
    if not isinstance(choice, Filter) or choice.name != "author":
        return (choice,)
    if choice.whole:
        meant = {normalize("NFC", choice.value)} & authors.every.keys()
    else:
        meant = {*filter(containing(choice), authors.every)}
    spellings = sorted({name for known in meant for name in authors.every[known]})
    return (choice, *(Filter("author", name, whole=True) for name in spellings))


def counted_together(
    best: Sequence[FacetValue],
    exact: Sequence[FacetValue],
    kept: Iterable[str],
    different: int,
    authors: Authors,
) -> tuple[list[FacetValue], list[FacetValue], int]:
    """Add up the counts of names to counts of authors.

    Args:
        best: the most frequent names, as many more than are shown as the table of authors has names.
        exact: the counts of all names of that table, and of those that are chosen.
        kept: the names that are chosen.
        different: the number of names among the articles found.
        authors: which names are of one author.

    Returns:
        The most frequent authors, those that are chosen, and the number of all.
    """
    counts: dict[str, int] = {}
    known = [value for value in exact if value.value in authors.every and value.count]
    for value in known:
        name = authors.name_of(value.value)
        counts[name] = counts.get(name, 0) + value.count
    others = {value.value: value for value in (*best, *exact) if value.value not in authors.every}
    every = [*others.values(), *(FacetValue(name, count) for name, count in counts.items())]
    every.sort(key=lambda value: (-value.count, value.value))
    chosen = {normalize("NFC", authors.name_of(name)) for name in kept}
    return every, [value for value in every if value.value in chosen], different - len(known) + len(counts)

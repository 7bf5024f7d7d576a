"""Builds queries of OpenSearch's query language as plain values, and has the scripts that run in the cluster.

Scripts are constant texts, so that each is compiled once; numbers are parameters. They compute formulas of
``index.ranking`` and ``search.retrieval.term_scorer`` that Lucene lacks: normed frequencies of phrases and of
one field alone, several variants as one word, age.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from onneshon.index.analysis.stemmer import stem_key
from onneshon.index.ranking import MOST
from onneshon.search.query.tree import Within

Dsl: TypeAlias = dict[str, Any]
"""A query as JSON-ready values."""

NOTHING_MATCHES: Final[Dsl] = {"match_none": {}}


def term(field: str, key: str, boost: float = 1.0) -> Dsl:
    """A query for articles with a term, scored by the similarity of its field."""
    return {"term": {field: {"value": key, "boost": boost}}}


def of_ids(ids: Collection[str]) -> Dsl:
    """A query for the articles with the given ids, deleted ones too."""
    return {"terms": {"id": [*ids]}}


def constant(query: Dsl, boost: float) -> Dsl:
    """A query for the same articles, each with the same score."""
    return {"constant_score": {"filter": query, "boost": boost}}


def any_of(queries: Sequence[Dsl]) -> Dsl:
    """A query for articles that match at least one of the queries; scores add up. Without queries: none."""
    if not queries:  # an empty disjunction of OpenSearch is everything
        return NOTHING_MATCHES
    return queries[0] if len(queries) == 1 else {"bool": {"should": [*queries], "minimum_should_match": 1}}


def _alternatives(query: Dsl) -> Iterator[Dsl]:
    """The alternatives of a disjunction, which together match the same articles; scores are ignored."""
    match query:
        case {"constant_score": {"filter": found}}:
            yield from _alternatives(found)
        case {"bool": {"should": queries, "minimum_should_match": 1, **others}} if not others:
            for each in queries:
                yield from _alternatives(each)
        case _:
            yield query


def _wider(query: Dsl) -> list[Dsl]:
    """Queries of one stem each that all articles of a phrase or exact word match; else none."""
    match query:
        case {"match_phrase": {"title_stems": {"query": stems}} | {"body_stems": {"query": stems}}}:
            return [term("stem", stem) for stem in stems.split(" ")]
        case {"term": {"exact": {"value": word}}}:
            return [term("stem", stem_key(word))]
        case _:
            return []


def all_of(queries: Sequence[Dsl]) -> Dsl:
    """A query for articles that match every one of the queries, without scores."""
    return queries[0] if len(queries) == 1 else {"bool": {"filter": [*queries]}}


def summed(must: Sequence[Dsl], should: Sequence[Dsl] = ()) -> Dsl:
    """A query for articles that match every one of ``must``; matches of ``should`` add to their scores."""
    if len(must) == 1 and not should:
        return must[0]
    return {"bool": {"must": [*must], "should": [*should]}}


def unscored(query: Dsl) -> Dsl:
    """A query for the same articles, without the clauses that only add to their scores."""
    match query:
        case {"script_score": {"query": scored}}:
            return unscored(scored)
        case {"bool": {"minimum_should_match": _}}:
            return query
        case {"bool": {"must": _} | {"filter": _} as parts}:
            needed = {name: found for name, found in parts.items() if name != "should"}
            return {"bool": {**needed, "must": [*map(unscored, parts.get("must", ()))]}}
        case _:
            return query


def script_score(query: Dsl, source: str, params: Mapping[str, Any]) -> Dsl:
    """A query for the same articles, scored by a script."""
    return {"script_score": {"query": query, "script": {"source": source, "params": dict(params)}}}


def named(query: Dsl, name: str) -> Dsl:
    """The same query with a name, which the hits that match it report."""
    return {"bool": {"must": [query], "_name": name}}


def numbered(queries: Sequence[Dsl], scores: Sequence[float]) -> list[Dsl]:
    """The queries with a constant score and a number each; hits report the numbers of those they match."""
    return [
        {"constant_score": {"filter": query, "boost": score, "_name": f"t{number}"}}
        for number, (query, score) in enumerate(zip(queries, scores, strict=True))
    ]


def held_of(hits: Sequence[Mapping[str, Any]], count: int) -> NDArray[np.bool_]:
    """Which hits match each of ``count`` queries that were ``numbered``, shape (queries, hits)."""
    matched = [set(hit.get("matched_queries") or ()) for hit in hits]
    held = [[f"t{number}" in names for names in matched] for number in range(count)]
    return np.array(held, np.bool_).reshape(count, len(hits))


EACH: Final = "each"
"""The name of the aggregation that counts several queries."""


def counting(queries: Sequence[Dsl]) -> Dsl:
    """A search that counts the articles of each query, without hits."""
    body: Dsl = {"query": {"bool": {"filter": [any_of(queries)]}}, "size": 0}
    if len(queries) == 1:  # for a single word the index knows it
        return {**body, "track_total_hits": True}
    return {**body, "track_total_hits": False, "aggs": {EACH: {"filters": {"filters": [*queries]}}}}


def counting_beside(body: Dsl, queries: Sequence[Dsl]) -> Dsl:
    """A search that also counts the articles of each query; it then visits all articles that it finds.

    Each clause is searched once: a phrase is in several of the queries, and mostly in the search itself.
    Nor is a phrase searched where one of its words is, or an exact form where its stem is.
    """
    looked_for = [*_alternatives(body["query"])]
    others: list[Dsl] = []
    for each in (each for query in queries for each in _alternatives(query)):
        if not any(found in looked_for or found in others for found in (each, *_wider(each))):
            others.append(each)
    found = any_of([body["query"], constant(any_of(others), 0.0)]) if others else body["query"]
    each_of = {EACH: {"filters": {"filters": [*queries]}}}
    return {**body, "query": found, "aggs": {**body.get("aggs", {}), **each_of}}


WHICH: Final[dict[Within, int]] = {None: 0, "title": 1}
"""The fields in which words are counted, as numbers for the scripts."""

_NUMBER: Final = """
int number(byte[] a, int at) {
  return (a[at] & 255) | ((a[at + 1] & 255) << 8) | ((a[at + 2] & 255) << 16) | ((a[at + 3] & 255) << 24);
}"""
"""Reads a number of column ``stream``, in scripts."""

OCCURRENCES: Final = (
    _NUMBER
    + """
int times(byte[] a, int base, int from, int to, List words, int slop) {
  int first = words.get(0);
  int count = words.size();
  int found = 0;
  for (int at = from; at < to; ++at) {
    if (number(a, base + 4 * at) == first) {
      int end = at;
      int next = 1;
      while (next < count) {
        int wanted = words.get(next);
        int last = (int) Math.min(to - 1, at + slop + next);
        int position = end + 1;
        while (position <= last && number(a, base + 4 * position) != wanted) { ++position; }
        if (position > last) { break; }
        end = position;
        ++next;
      }
      if (next == count) { ++found; }
    }
  }
  return found;
}
def stream = doc['stream'].value;
int base = stream.offset + 4;
int titles = number(stream.bytes, stream.offset);
int every = stream.length / 4 - 1;
double norm = params.title / (1.0 - params.b_title + params.b_title * titles / params.average_title);
double sum = norm * times(stream.bytes, base, 0, titles, params.words, params.slop);
if (params.which != 1) {
  int bodies = every - titles;
  double worth = 1.0 / (1.0 - params.b_body + params.b_body * bodies / params.average_body);
  sum += worth * times(stream.bytes, base, titles, every, params.words, params.slop);
}
if (params.shape == 'frequency') { return sum * params.weight; }
return params.weight * (sum * (params.k1 + 1.0) / (sum + params.k1) + params.presence);
"""
)
"""The normed frequency of a phrase times a weight, or its score, as parameter ``shape`` says."""

PICKED: Final = (
    _NUMBER
    + """
void put(byte[] a, int at, int number) {
  for (int i = 0; i < 3; ++i) { a[at + i] = (byte) (number >> (8 * i)); }
}
byte[] wanted = params.wanted;
if (wanted == null) {
  wanted = Base64.getDecoder().decode(params.numbers);
  byte[] lows = new byte[8192];
  for (int at = 0; at < wanted.length; at += 4) {
    int low = number(wanted, at) & 65535;
    lows[low >> 3] = (byte) (lows[low >> 3] | (1 << (low & 7)));
  }
  params.wanted = wanted;
  params.bits = lows;
}
byte[] bits = params.bits;
int count = wanted.length / 4;
BytesRef stream = doc['stream'].value;
byte[] bytes = stream.bytes;
int base = stream.offset;
int every = stream.length / 4;
int[] positions = new int[every];
int[] which = new int[every];
int found = 0;
for (int position = 1; position < every; ++position) {
  int at = base + 4 * position;
  if (((bits[((bytes[at] & 255) >> 3) | ((bytes[at + 1] & 255) << 5)] >> (bytes[at] & 7)) & 1) == 1) {
    int there = number(bytes, at);
    int from = 0;
    int to = count - 1;
    while (from < to) {
      int middle = (from + to) >> 1;
      if (number(wanted, 4 * middle) < there) { from = middle + 1; } else { to = middle; }
    }
    if (number(wanted, 4 * from) == there) { positions[found] = position - 1; which[found] = from; ++found; }
  }
}
byte[] picked = new byte[6 + 6 * found];
put(picked, 0, number(bytes, base));
put(picked, 3, every - 1);
for (int n = 0; n < found; ++n) {
  put(picked, 6 + 6 * n, positions[n]);
  put(picked, 9 + 6 * n, which[n]);
}
return Base64.getEncoder().encodeToString(picked);
"""
)
"""From column ``stream``: the number of tokens of the title and of all, then of each wanted word its position
and its index among the wanted ones; three bytes each. A table of lowest bits skips most other words; it is
made once for each segment, whose documents share their copy of ``params``."""

FREQUENCY: Final = f"""
double q = Math.rint((_score - params.presence) * {MOST}.0 / (params.k1 + 1.0));
return params.weight * params.k1 * q / ({MOST}.25 - q);
"""
"""The normed frequency that an impact stands for, computed from the score of its similarity."""

IMPACT: Final = f"""
double q = Math.max(1.0, Math.rint({MOST}.0 * _score / (_score + params.k1)));
return params.weight * (q * (params.k1 + 1.0) / {MOST}.0 + params.presence);
"""
"""The score of a sum of normed frequencies, rounded to an impact."""

UNROUNDED: Final = """
return params.weight * (_score * (params.k1 + 1.0) / (_score + params.k1) + params.presence);
"""
"""The score of a sum of normed frequencies, not rounded to an impact."""

AGED: Final = """
double day = doc['date'].size() == 0
  ? params.oldest : (double) (doc['date'].value.toInstant().toEpochMilli() / 86400000L);
return _score * Math.max(Math.pow(2.0, -(params.latest - day) / params.half_life), params.least);
"""
"""A score reduced by age; an article without a date is as old as the oldest."""

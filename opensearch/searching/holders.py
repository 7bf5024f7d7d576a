"""Which articles have what a query asks for, or meet its conditions: for filters and for counts."""

from typing import Final, assert_never
from unicodedata import normalize

from onneshon.index.analysis.analyzer import analyze
from onneshon.opensearch.searching.dsl import NOTHING_MATCHES, Dsl, all_of, any_of, term
from onneshon.opensearch.storage.documents import stem_number
from onneshon.search.query.conditions import Condition, Filter, NumberRange, Period, Selection
from onneshon.search.query.tree import Field, Leaf, OneOf, Phrase, Prefix, Term, Variant
from onneshon.search.retrieval.collection import Layer, list_name


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
        case NumberRange(name):
            return _numbers(condition, f"numbers.{name}")
        case _:
            assert_never(condition)


def _words(field: str, value: str) -> Dsl:
    """Where one value holds the words of another in a row."""
    words = " ".join(token.exact for token in analyze(value))
    return {"match_phrase": {field: {"query": words}}} if words else NOTHING_MATCHES


def _numbers(span: NumberRange, field: str) -> Dsl:
    least, most = "gt" if span.above else "gte", "lt" if span.below else "lte"
    ends = {name: end for name, end in ((least, span.least), (most, span.most)) if end is not None}
    return {"range": {field: ends}}


def _period(period: Period) -> Dsl:
    ends = (("gte", period.since), ("lte", period.until))
    days = {name: day.isoformat() for name, day in ends if day is not None}
    return {"range": {"date": days}} if days else {"exists": {"field": "date"}}


_SEQUENCES: Final[dict[Field, str]] = {"title": "title_stems", "body": "body_stems"}


def key_of(word: Term, layer: Layer) -> tuple[str, str]:
    """The field and the key by which a word is found in a layer; the exact one where it counts spelt so."""
    layer = "exact" if word.spelt_so else layer
    return list_name(layer, word.field), word.exact if layer == "exact" else word.stem


def holder(leaf: Leaf) -> Dsl:
    """The articles of a leaf."""
    match leaf:
        case Term(field="body"):
            spelt = [term("exact", leaf.exact)] if leaf.spelt_so else []
            return all_of([term("body_stems", leaf.stem), *spelt])
        case Term():
            return term(*key_of(leaf, "stem"))
        case Prefix(_, start, field):
            return {"prefix": {list_name("exact", field): {"value": start}}}
        case Phrase():
            return phrase_holder(leaf)
        case OneOf(_, variants):
            return any_of([written(variant, "stem") for variant in variants])
        case _:
            assert_never(leaf)


def written(variant: Variant, layer: Layer) -> Dsl:
    """The articles of one variant, as a layer knows them; words side by side are the same in both."""
    query = variant.query
    if isinstance(query, Phrase) or (layer == "stem" and query.field == "body"):
        return holder(query)
    return term(*key_of(query, layer))


def phrase_holder(phrase: Phrase) -> Dsl:
    """The articles that have words in this order in one text, with at most ``slop`` others among them."""
    stems = " ".join(word.stem for word in phrase.words)
    fields: tuple[Field, ...] = (phrase.field,) if phrase.field else ("title", "body")
    return any_of([_in_row(_SEQUENCES[field], stems, phrase.slop) for field in fields])


def _in_row(field: str, stems: str, slop: int) -> Dsl:
    if not slop:
        return {"match_phrase": {field: {"query": stems}}}
    return {"intervals": {field: {"match": {"query": stems, "max_gaps": slop, "mode": "ordered"}}}}


def numbers_of(phrase: Phrase) -> list[int]:
    """The words of a phrase as the column ``stream`` has them, as signed numbers of 32 bits."""
    return [(stem_number(word.stem) ^ 1 << 31) - (1 << 31) for word in phrase.words]

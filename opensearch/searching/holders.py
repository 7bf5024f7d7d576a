"""Which articles have what a query asks for, scores left aside: for filters, and for counting."""

from typing import Final, assert_never

from onneshon.opensearch.searching.dsl import Dsl, all_of, any_of, term
from onneshon.opensearch.storage.documents import stem_number
from onneshon.search.query.tree import Field, Leaf, OneOf, Phrase, Prefix, Term, Writing
from onneshon.search.retrieval.collection import Layer, list_name

__all__ = ["beginning", "holder", "key_of", "numbers_of", "phrase_holder", "written"]

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
        case OneOf(_, writings):
            return any_of([written(writing, "stem") for writing in writings])
        case _:
            assert_never(leaf)


def written(writing: Writing, layer: Layer) -> Dsl:
    """The articles of one writing, as a layer knows them; words side by side are the same in both."""
    query = writing.query
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


def beginning(start: str) -> Dsl:
    """The articles that hold a stem that begins so; for beginnings of three and of four characters."""
    return term("kin", start)


def numbers_of(phrase: Phrase) -> list[int]:
    """The words of a phrase as the column ``stream`` has them, as signed numbers of 32 bits."""
    return [(stem_number(word.stem) ^ 1 << 31) - (1 << 31) for word in phrase.words]

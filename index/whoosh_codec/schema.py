"""The schema as Whoosh knows it; what the fields are for, ``index.schema`` says."""

from collections.abc import Iterable
from typing import Any

from whoosh import fields, formats

from onneshon.index.schema import ID_FIELD, KEYWORD_FIELDS, TEXT_FIELDS, TEXTS
from onneshon.index.whoosh_codec.analyzer import BengaliAnalyzer

__all__ = ["article_schema"]


def article_schema(declared: Iterable[str] = ()) -> Any:
    """A new Whoosh schema of an index of articles.

    Args:
        declared: the fields of a site, of which a document may have several values.
    """
    words = {name: _words(name.removeprefix("title_")) for name in TEXT_FIELDS}
    keywords = {name: fields.ID(stored=True) for name in KEYWORD_FIELDS}
    keywords |= {name: fields.ID() for name in declared}
    stored = {name: fields.STORED() for name in (*TEXTS, "url")}
    return fields.Schema(**{ID_FIELD: fields.ID(stored=True, unique=True)}, **words, **keywords, **stored)


def _words(layer: str) -> Any:
    """A field of words: stems have positions, of exact spellings only documents are known."""
    field = fields.TEXT(analyzer=BengaliAnalyzer(layer), phrase=layer == "stem")
    if layer != "stem":
        field.format = formats.Existence()
    return field

"""The schema as Whoosh knows it; what the fields are for, ``index.schema`` says."""

import hashlib
from typing import Any

from whoosh import fields

from onneshon.index.article import Article
from onneshon.index.schema import ID_FIELD, KEYWORD_FIELDS, KEYWORDS, TEXT_FIELDS, TEXTS, stored_values
from onneshon.index.whoosh_codec.word_field import WordField

__all__ = ["article_schema", "indexed_fields", "schema_fingerprint"]


def article_schema() -> Any:
    """A new Whoosh schema of an index of articles."""
    words = {name: WordField(name.removeprefix("title_")) for name in TEXT_FIELDS}
    keywords = {name: fields.ID(stored=True) for name in KEYWORD_FIELDS}
    stored = {name: fields.STORED() for name in (*TEXTS, "url")}
    return fields.Schema(**{ID_FIELD: fields.ID(stored=True, unique=True)}, **words, **keywords, **stored)


def schema_fingerprint() -> str:
    """SHA-256 of the schema's shape; another fingerprint means that the index must be rebuilt."""
    shape = [
        f"{name} {type(field).__name__} {type(field.format).__name__} {field.stored} {field.unique}"
        for name, field in sorted(article_schema().items())
    ]
    return hashlib.sha256("\n".join(shape).encode()).hexdigest()


def indexed_fields(article: Article) -> dict[str, Any]:
    """The keyword arguments of Whoosh's ``add_document`` for an article, without the fields of a site."""
    values = {name: value for name, value in stored_values(article).items() if name != KEYWORDS}
    texts = article.title, article.body
    titles = {name: texts[:1] for name in TEXT_FIELDS if name.startswith("title_") and article.title}
    both = {name: texts for name in TEXT_FIELDS if not name.startswith("title_")}
    return values | titles | both

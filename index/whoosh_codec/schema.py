"""The schema as Whoosh knows it; what the fields are for, ``index.schema`` says."""

import hashlib
from collections.abc import Iterator
from typing import Any

from whoosh import fields
from whoosh.analysis import Analyzer, Token

from index.article import Article
from index.schema import ID_FIELD, KEYWORD_FIELDS, KEYWORDS, LAYERS, TEXTS, stored_values

__all__ = ["LayerAnalyzer", "article_schema", "indexed_fields", "schema_fingerprint"]


class LayerAnalyzer(Analyzer):  # type: ignore[misc]  # Whoosh has no types
    """The Bengali chain as Whoosh sees it, for documents that go through Whoosh's own writer and parser.

    Holds nothing but the name of its layer: Whoosh pickles the schema, and ICU's objects do not pickle.

    Args:
        layer: ``exact`` or ``stem``: which of a token's keys becomes the term.
    """

    def __init__(self, layer: str) -> None:
        self.layer = layer

    def __call__(self, value: str, **options: Any) -> Iterator[Any]:
        """Yield Whoosh tokens, one position each, with code point offsets into ``value``."""
        from index.analysis.analyzer import analyze  # noqa: PLC0415  # ICU's data loads only where text is analysed

        token = Token(positions=True, chars=True, mode=options.get("mode", ""), removestops=False)
        base = options.get("start_pos", 0)
        for position, found in enumerate(analyze(value), base):
            token.text = token.original = getattr(found, self.layer)
            token.pos, token.startchar, token.endchar = position, found.start, found.end
            token.boost, token.stopped = 1.0, False
            yield token


def article_schema() -> Any:
    """A new Whoosh schema of an index of articles."""
    layers = {
        f"{text}_{layer}": fields.TEXT(analyzer=LayerAnalyzer(layer), phrase=layer == "stem", stored=False)
        for text in TEXTS
        for layer in LAYERS
    }
    keywords = {name: fields.ID(stored=True) for name in KEYWORD_FIELDS}
    stored = {name: fields.STORED() for name in (*TEXTS, "url")}
    return fields.Schema(**{ID_FIELD: fields.ID(stored=True, unique=True)}, **layers, **keywords, **stored)


def schema_fingerprint() -> str:
    """SHA-256 of the schema's shape; another fingerprint means that the index must be rebuilt."""
    shape = [
        f"{name} {type(field).__name__} {type(field.format).__name__} {field.stored} {field.unique}"
        for name, field in sorted(article_schema().items())
    ]
    return hashlib.sha256("\n".join(shape).encode()).hexdigest()


def indexed_fields(article: Article) -> dict[str, str]:
    """The keyword arguments of Whoosh's ``add_document`` for an article, without the fields of a site."""
    values = {name: value for name, value in stored_values(article).items() if name != KEYWORDS}
    layers = {f"{text}_{layer}": values[text] for text in TEXTS if text in values for layer in LAYERS}
    return values | layers

"""The analysis of Bengali as an analyzer of Whoosh, for the fields of words here and in any schema."""

from collections.abc import Iterator
from typing import Any

from whoosh.analysis import Analyzer, Token


class BengaliAnalyzer(Analyzer):  # type: ignore[misc]  # Whoosh has no types
    """Onneshon's analysis of words, in documents and queries, those in Latin letters included.

    It has no state but the name of its layer: Whoosh pickles the schema, and ICU's objects do not pickle.

    Args:
        layer: ``exact`` or ``stem``: which of a token's keys becomes the term.
    """

    def __init__(self, layer: str = "stem") -> None:
        self.layer = layer

    def __call__(self, value: str, **options: Any) -> Iterator[Any]:
        """Yield Whoosh tokens, one position each, with code point offsets into ``value``.

        Args:
            value: the text.
            options: Whoosh's; ``start_pos``, ``start_char`` and ``mode`` count, and ``no_morph``, which asks
                for words that are not stemmed, to correct spellings by.
        """
        from onneshon.index.analysis.analyzer import analyze  # noqa: PLC0415  # ICU's data loads only where text is analysed

        layer = "exact" if options.get("no_morph") else self.layer
        token = Token(positions=True, chars=True, mode=options.get("mode", ""), removestops=False)
        before = options.get("start_char", 0)
        for position, found in enumerate(analyze(value), options.get("start_pos", 0)):
            token.text = getattr(found, layer)
            token.original = value[found.start : found.end]
            token.pos, token.startchar, token.endchar = position, before + found.start, before + found.end
            token.boost, token.stopped = 1.0, False
            yield token

    def has_morph(self) -> bool:
        """Whether terms are stems, not exact forms."""
        return self.layer == "stem"

"""The fields of words as Whoosh's own writer indexes them: a layer of the title, or of title and body."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from whoosh import fields
from whoosh.analysis import Analyzer, Token

from onneshon.index.ranking import GAP
from onneshon.index.whoosh_codec.impact_format import ImpactFormat, value_of

__all__ = ["LayerAnalyzer", "WordField"]


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
        from onneshon.index.analysis.analyzer import analyze  # noqa: PLC0415  # ICU's data loads only where text is analysed

        token = Token(positions=True, chars=True, mode=options.get("mode", ""), removestops=False)
        base = options.get("start_pos", 0)
        for position, found in enumerate(analyze(value), base):
            token.text = token.original = getattr(found, self.layer)
            token.pos, token.startchar, token.endchar = position, found.start, found.end
            token.boost, token.stopped = 1.0, False
            yield token


class WordField(fields.TEXT):  # type: ignore[misc]  # Whoosh has no types
    """A layer of words whose postings carry impacts; its values are a title, or a title and a body.

    Args:
        layer: ``exact``, or ``stem``, which has positions.
    """

    def __init__(self, layer: str) -> None:
        super().__init__(analyzer=LayerAnalyzer(layer), phrase=layer == "stem", stored=False)
        if layer != "stem":
            self.format = ImpactFormat()

    def index(self, value: Any, **_options: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Each word of the texts: how often, its weight, and the posting's value."""
        texts = [[token.text for token in self.analyzer(text, mode="index")] for text in _texts(value)]
        return self._placed(texts) if self.format.supports("positions") else self._counted(texts)

    def _placed(self, texts: Sequence[list[str]]) -> Iterator[tuple[bytes, int, float, bytes]]:
        places: dict[str, list[int]] = {}
        for base, words in zip((0, len(texts[0]) + GAP), texts, strict=False):
            for place, word in enumerate(words, base):
                places.setdefault(word, []).append(place)
        for word, found in places.items():
            yield _bytes(word), len(found), float(len(found)), self.format.encode(found)

    def _counted(self, texts: Sequence[list[str]]) -> Iterator[tuple[bytes, int, float, bytes]]:
        titles, bodies = (Counter(words) for words in (*texts, [])[:2])
        for word in titles | bodies:
            title, body = titles[word], bodies[word]
            yield _bytes(word), title + body, 1.0, value_of(title, body)


def _texts(value: Any) -> Sequence[str]:
    """The title and the body; a single text is a title."""
    return [value] if isinstance(value, str) else value


def _bytes(word: str) -> bytes:
    return word.encode("utf-8", "surrogatepass")

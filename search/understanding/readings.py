"""Reads the words of a query: weighs the candidates for all its spans together and chooses the likeliest."""

import math
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Final

from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.index.analysis.canonical import canonical
from onneshon.index.analysis.stemmer import stem_key
from onneshon.search.query.reading import WordReading
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.index_protocols import WordIndex, document_frequency
from onneshon.search.understanding.hypotheses import Hypotheses
from onneshon.search.understanding.latin_company import in_company, written_as_heard
from onneshon.search.understanding.latin_language import with_surnames
from onneshon.search.understanding.latin_reading import LatinReader, Weighed
from onneshon.search.understanding.latin_sounds import LatinCandidate
from onneshon.search.understanding.latin_spans import LatinSpan, has_latin, has_latin_letters
from onneshon.search.understanding.lattice import Context, Hypothesis, Lattice
from onneshon.search.understanding.neighbours import Meant
from onneshon.search.understanding.romanised import surface
from onneshon.search.understanding.unfinished import continued
from onneshon.search.understanding.usual_spellings import Correction

_SURE: Final = 3.0
"""Lead in log-odds over the word as typed from which a reading is searched alone."""

_LIKELY: Final = 1.2
"""Log-odds by which a reading may fall behind the chosen one and still be offered: this offers 429 of 826
slips that are not read, and offers something for 175 of 8,715 right pairs of words
(``benchmarks.reading.neighbours``)."""

_DOUBTFUL: Final = -1.0
"""Log-odds from which a word may be a misspelling of another, regardless of its neighbours."""

_AS_LIKELY: Final = 3.0
"""Log-odds by which a reading falls behind the best from which it is no longer offered."""

_OTHERS: Final = 3
_SUGGESTIONS: Final = 3

_SAID: Final = 2
"""Least count of adjacent words that articles are taken to say: once may be an accident."""


class Readings:
    """Reads the words of queries with the words of one index. Thread-safe.

    Args:
        index: the index whose words are the candidates.
        together: returns the number of articles in which words with the given stems are adjacent.
        hypotheses: the source of hypotheses for the same index; None to create it.
    """

    def __init__(
        self,
        index: WordIndex,
        together: Callable[[Sequence[str]], int],
        hypotheses: Hypotheses | None = None,
    ) -> None:
        self._index = index
        self._count = together
        self._hypotheses = hypotheses or Hypotheses(index, Context(index.pairs))
        self._context = self._hypotheses.context

    def counting(self, together: Callable[[Sequence[str]], int]) -> "Readings":
        """A copy with another count of adjacent words, sharing the caches that do not depend on it."""
        return Readings(self._index, together, self._hypotheses)

    def together(self, text: str) -> int:
        """The number of articles in which the words of a text are adjacent."""
        words = [token.stem for token in analyze(text)]
        return self._count(words) if len(words) > 1 else 0

    def are_said(self, text: str) -> bool:
        """Whether articles have the words of a text adjacent in this spelling, and not by accident."""
        words = [token.exact for token in analyze(text)]
        pairs = map(self._index.pairs.count, words, words[1:])
        return all(count >= _SAID for count in pairs) and self.together(text) >= _SAID

    def in_usual_spelling(self, text: str) -> str:
        """A text with each word in its usual spelling."""
        for token in reversed(analyze(text)):
            if usual := self._hypotheses.usual(token):
                text = _put([usual.word], text, token, token)
        return text

    def read(
        self, text: str, tokens: Sequence[Token], budget: TimeBudget, short: Container[int] = ()
    ) -> list[WordReading]:
        """The readings of the words of a text that differ from the words as typed.

        Args:
            text: the text of the query.
            tokens: its tokens.
            budget: the time budget; once it is spent, the remaining words are taken as they are.
            short: the positions of words that are cut short.
        """
        if not (has_latin_letters(text) and any(map(has_latin, tokens))):
            lattice = self._hypotheses.lattice(tokens, (), budget, short)
            return self._corrected(lattice, tokens) if lattice else []
        reader = LatinReader(self._index, lambda words: 0 if budget.spent() else self.together(words), budget)
        spans = reader.spans(text, tokens)
        if any(candidate.kind == "meaning" for span in spans for candidate in span.candidates[:1]):
            spans = with_surnames(spans, self._index)
        spans = in_company(written_as_heard(spans, self._context), self._context)
        spans = continued(spans, self._index, self._context)
        lattice = self._hypotheses.lattice(tokens, spans, budget, short)
        if lattice is None:  # no hypotheses, but a question may still have words to ignore
            return reader.readings(spans, (), self._beside(()))
        best = lattice.best()
        latin = reader.readings(spans, [*_weighed(spans, lattice)], self._beside(best))
        return sorted([*latin, *self._corrected(lattice, tokens)], key=lambda choice: choice.first)

    def _beside(self, best: Sequence[Hypothesis[Meant]]) -> Callable[[str, int, int], bool]:
        """A test whether articles have a text next to the chosen word before or after its span."""
        ends = {choice.last: choice.words[-1] for choice in best if choice.words}
        begins = {choice.first: choice.words[0] for choice in best if choice.words}

        def stand(left: str, right: str) -> bool:
            return self._context.stand(left, right, self.together)

        def beside(text: str, first: int, last: int) -> bool:
            words = canonical(text).split()
            return stand(ends.get(first, ""), words[0]) or stand(words[-1], begins.get(last, ""))

        return beside

    def _corrected(self, lattice: Lattice[Meant], tokens: Sequence[Token]) -> list[WordReading]:
        return [
            self._reading(choice, choice.meant, lattice, tokens)
            for choice in lattice.best()
            if isinstance(choice.meant, Correction)
        ]

    def _reading(
        self,
        choice: Hypothesis[Meant],
        meant: Correction,
        lattice: Lattice[Meant],
        tokens: Sequence[Token],
    ) -> WordReading:
        ways = lattice.through(choice.first, choice.last)
        most = ways[0][1]
        doubted = any(way.meant is None and most - score < _SURE for way, score in ways)
        likely = [way.words[0] for way, score in ways if way.meant is not None and score > most - _AS_LIKELY]
        written = document_frequency(tokens[choice.first].exact, self._index) > 0
        return WordReading(
            choice.first,
            choice.last,
            surface(choice.words[0]),
            meant.kind,
            _others(choice.words[0], likely),
            typed_too=doubted and not meant.same and written,
            shown=not (meant.same and written),
        )

    def others(
        self, text: str, tokens: Sequence[Token], doubted: Sequence[int], budget: TimeBudget
    ) -> list[str]:
        """Texts in other spellings that may have been meant, the likeliest first, at most three.

        Args:
            text: the text of the query.
            tokens: its tokens.
            doubted: the positions of the words that may be misspelt.
            budget: the time budget; once it is spent, the remaining words are taken as correct.

        Returns:
            Texts that differ in at least one word; empty if no other reading is likely enough.
        """
        lattice = self._hypotheses.lattice(tokens, (), budget, slack=_LIKELY)
        if lattice is None:
            return []
        offered: dict[str, None] = {}
        for way, _ in sorted(_likely(lattice, doubted), key=itemgetter(1), reverse=True):
            if len(offered) == _SUGGESTIONS or budget.spent():
                break
            if self._may_be_offered(way):
                path = [choice for choice in lattice.path(way) if choice.first in doubted]
                offered[_as_read(text, path, tokens)] = None
        return [*offered]

    def _may_be_offered(self, way: Hypothesis[Meant]) -> bool:
        """Whether a hypothesis corrects or completes a word, and its own words are not doubtful."""
        meant = way.meant
        is_other = isinstance(meant, Correction) and not meant.same and meant.kind != "meaning"
        return is_other and not any(map(self._is_doubtful, way.words))

    def _is_doubtful(self, word: str) -> bool:
        tokens = analyze(word)
        return any(
            choice.certainty >= _DOUBTFUL
            for token in tokens
            for choice in self._hypotheses.corrections(token)[:1]
        )


def _others(chosen: str, likely: Iterable[str]) -> tuple[str, ...]:
    """What may be meant instead, as readers write it; a form of the chosen word finds the same."""
    stem = stem_key(chosen)
    return tuple(dict.fromkeys(surface(word) for word in likely if stem_key(word) != stem))[:_OTHERS]


def _weighed(spans: Sequence[LatinSpan], lattice: Lattice[Meant]) -> Iterator[Weighed]:
    """The spans of Latin letters with their candidates, each weighed in its context."""
    for span in spans:
        if span.candidates:
            ways = lattice.through(span.first, span.last)
            most = ways[0][1]
            weighed = ((choice.meant, math.exp(score - most)) for choice, score in ways)
            yield (
                span,
                [(choice, weight) for choice, weight in weighed if isinstance(choice, LatinCandidate)],
            )


def _likely(lattice: Lattice[Meant], doubted: Sequence[int]) -> Iterator[tuple[Hypothesis[Meant], float]]:
    """The likely readings of words in doubt, each with the score of the best query that contains it."""
    for at in doubted:
        ways = lattice.through(at, at + 1)
        yield from ((way, score) for way, score in ways if score >= ways[0][1] - _LIKELY)


def _as_read(text: str, path: Sequence[Hypothesis[Meant]], tokens: Sequence[Token]) -> str:
    """A text with the words of a path through its lattice."""
    for choice in reversed(path):
        if choice.meant:
            text = _put(choice.words, text, tokens[choice.first], tokens[choice.last - 1])
    return text


def _put(words: Sequence[str], text: str, first: Token, last: Token) -> str:
    """A text with words in place of those from its token ``first`` to its token ``last``."""
    return text[: first.start] + " ".join(map(surface, words)) + text[last.end :]

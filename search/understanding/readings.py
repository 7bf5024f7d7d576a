"""Other words that a query may mean: all that each span of it may be, weighed together."""

import math
from collections.abc import Callable, Container, Iterator, Sequence
from operator import itemgetter
from typing import Final

from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.index.analysis.canonical import canonical
from onneshon.search.query.reading import WordReading
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.index_protocols import WordIndex, document_frequency
from onneshon.search.understanding.hypotheses import Hypotheses, Meant
from onneshon.search.understanding.latin_company import in_company, written_as_heard
from onneshon.search.understanding.latin_language import with_surnames
from onneshon.search.understanding.latin_reading import LatinReader, Weighed
from onneshon.search.understanding.latin_sounds import LatinCandidate
from onneshon.search.understanding.latin_spans import LatinSpan, has_latin, has_latin_letters
from onneshon.search.understanding.lattice import Context, Hypothesis, Lattice
from onneshon.search.understanding.romanised import surface
from onneshon.search.understanding.unfinished import continued
from onneshon.search.understanding.usual_spellings import Correction

_SURE: Final = 3.0
"""What is so much likelier than the word as typed is searched alone."""

_LIKELY: Final = 1.2
"""What is no more than this less likely than the words as they are read is offered: 425 of 832 slips that are
not read, and for 175 of 8,715 right pairs of words (``benchmarks.reading.neighbours``)."""

_DOUBTFUL: Final = -1.0
"""Log-odds from which a word may be a misspelling of another, whatever stands beside it."""

_AS_LIKELY: Final = 3.0
"""What is so much less likely than the best is not offered."""

_OTHERS: Final = 3
_SUGGESTIONS: Final = 3

_SAID: Final = 2
"""How often words stand side by side that articles say: once may be an accident."""


class Readings:
    """Reads the words of queries with the words of one index. Threads may share it.

    Args:
        index: its words are what others may be misspelt for.
        together: tells how many articles have words of some stems side by side.
        hypotheses: about the same words; None to make them.
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
        """The same by other counts of words side by side, with what is remembered and depends on none."""
        return Readings(self._index, together, self._hypotheses)

    def together(self, text: str) -> int:
        """How many articles have the words of a text side by side."""
        words = [token.stem for token in analyze(text)]
        return self._count(words) if len(words) > 1 else 0

    def are_said(self, text: str) -> bool:
        """Whether articles have the words of a text side by side, as they are spelt, and not by accident."""
        words = [token.exact for token in analyze(text)]
        pairs = map(self._index.pairs.count, words, words[1:])
        return all(count >= _SAID for count in pairs) and self.together(text) >= _SAID

    def in_usual_spelling(self, text: str) -> str:
        """A text with each word in the usual spelling that nobody tells from it."""
        for token in reversed(analyze(text)):
            if usual := self._hypotheses.usual(token):
                text = _put([usual.word], text, token, token)
        return text

    def read(
        self, text: str, tokens: Sequence[Token], budget: TimeBudget, short: Container[int] = ()
    ) -> list[WordReading]:
        """What words of a text are taken for, where that is not what was typed.

        Args:
            text: of the query.
            tokens: its words.
            budget: where it runs out, the words that remain are taken as they are.
            short: positions of words that are cut short.
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
        if lattice is None:  # a question may have words that say nothing all the same
            return reader.readings(spans, (), self._beside(()))
        best = lattice.best()
        latin = reader.readings(spans, [*_weighed(spans, lattice)], self._beside(best))
        return sorted([*latin, *self._corrected(lattice, tokens)], key=lambda choice: choice.first)

    def _beside(self, best: Sequence[Hypothesis[Meant]]) -> Callable[[str, int, int], bool]:
        """Tells whether articles have a text beside what is before a position, or after another."""
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
        others = [
            surface(way.words[0])
            for way, score in ways
            if way.words != choice.words and way.meant is not None and score > most - _AS_LIKELY
        ]
        written = document_frequency(tokens[choice.first].exact, self._index) > 0
        return WordReading(
            choice.first,
            choice.last,
            surface(choice.words[0]),
            meant.kind,
            tuple(dict.fromkeys(others))[:_OTHERS],
            typed_too=doubted and not meant.same and written,
            shown=not (meant.same and written),
        )

    def others(
        self, text: str, tokens: Sequence[Token], doubted: Sequence[int], budget: TimeBudget
    ) -> list[str]:
        """Texts in other spellings that may have been meant, the likeliest first, at most three.

        Args:
            text: of the query.
            tokens: its words.
            doubted: positions of those that may be misspelt.
            budget: where it runs out, the words that remain are taken to be right.

        Returns:
            Texts that differ in at least one word; nothing if every word is as good as its neighbours.
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
        """Whether a hypothesis is what was misspelt or not typed to its end, and in no doubt itself."""
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


def _weighed(spans: Sequence[LatinSpan], lattice: Lattice[Meant]) -> Iterator[Weighed]:
    """The spans of Latin letters with what each may be, weighed beside its neighbours."""
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
    """What words in doubt may be, and how likely a query is that has it."""
    for at in doubted:
        ways = lattice.through(at, at + 1)
        yield from ((way, score) for way, score in ways if score >= ways[0][1] - _LIKELY)


def _as_read(text: str, path: Sequence[Hypothesis[Meant]], tokens: Sequence[Token]) -> str:
    """A text with the words of a way through its lattice."""
    for choice in reversed(path):
        if choice.meant:
            text = _put(choice.words, text, tokens[choice.first], tokens[choice.last - 1])
    return text


def _put(words: Sequence[str], text: str, first: Token, last: Token) -> str:
    """A text with some words in place of those from one of its tokens to another."""
    return text[: first.start] + " ".join(map(surface, words)) + text[last.end :]

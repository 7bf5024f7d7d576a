"""Other words that a query may mean: all that each span of it may be, weighed together."""

import math
from collections.abc import Callable, Container, Iterator, Sequence
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

_LIKELY: Final = -1.0
_LIKELY_UNKNOWN: Final = -2.0
"""Log-odds from which a correction is offered; where nobody wrote the word as typed, a weaker one is better
than none."""

_AS_LIKELY: Final = 3.0
"""What is so much less likely than the best is not offered."""

_OTHERS: Final = 3
_SUGGESTIONS: Final = 3
_OFFERED_WORDS: Final = 8
"""Words of a query for which others are offered, the first."""


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
                text = text[: token.start] + surface(usual.word) + text[token.end :]
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

    def others(self, words: Sequence[str], doubted: Container[str], budget: TimeBudget) -> list[str]:
        """Whole queries in other spellings that may have been meant, the likeliest first, at most three.

        Args:
            words: the words of the query, in their order.
            doubted: those of them that may be misspelt.
            budget: where it runs out, the words that remain are taken to be right.

        Returns:
            Queries that differ in at least one word; nothing if every word is as good as its neighbours.
        """
        offered = [self._offered(word, budget) if word in doubted else [] for word in words[:_OFFERED_WORDS]]
        likeliest = [found[0] if found else word for word, found in zip(words, offered, strict=False)]
        likeliest += words[_OFFERED_WORDS:]
        queries = [likeliest]
        for index, found in enumerate(offered):
            queries += [[*likeliest[:index], other, *likeliest[index + 1 :]] for other in found[1:]]
        typed = " ".join(words)
        return [query for query in dict.fromkeys(map(" ".join, queries)) if query != typed][:_SUGGESTIONS]

    def _offered(self, word: str, budget: TimeBudget) -> list[str]:
        """The words to offer for one; none that would be doubted itself."""
        tokens = analyze(word)
        if len(tokens) != 1 or budget.spent():
            return []
        least = _LIKELY if document_frequency(tokens[0].exact, self._index) else _LIKELY_UNKNOWN
        found = [choice for choice in self._hypotheses.corrections(tokens[0]) if choice.certainty >= least]
        near = [choice for choice in found if choice.certainty >= found[0].certainty - _AS_LIKELY]
        return [surface(choice.word) for choice in near if not self._is_doubtful(choice.word)]

    def _is_doubtful(self, word: str) -> bool:
        tokens = analyze(word)
        return any(
            choice.certainty >= _LIKELY
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

"""The readings of the Latin words of a query: what each may be, and what is searched for it.

The words are cut into stretches (``latin_stretches``), of which each may be several things
(``latin_candidates``). The language of the query (``latin_language``) and what stands beside a word
(``lattice``) decide among them; then what is badly read is left as typed.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeAlias

from onneshon.index.analysis.analyzer import Token
from onneshon.index.analysis.canonical import canonical
from onneshon.search.query.reading import WordReading
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.understanding.latin_candidates import LatinCandidate, LatinCandidates
from onneshon.search.understanding.latin_guesses import guesses
from onneshon.search.understanding.latin_language import BY_LETTERS, in_language
from onneshon.search.understanding.latin_stretches import ENDINGS, Stretch, StretchCutter, has_latin_letters
from onneshon.search.understanding.word_index import WordIndex, held

__all__ = ["LatinReader", "Weighed"]

PROSE: Final = 2
"""In a query with more Latin words than this no word decides alone, and far readings are kept."""

SENTENCE: Final = 4
"""Readings that make a query a sentence, whose other words say which of several was meant."""

_OTHERS: Final = 5
_OFFERED: Final = 0.25
_OFFERED_ALONE: Final = 0.08
"""What weighs less is not offered as another reading, unless a table has it; of a word without neighbours."""

Weighed: TypeAlias = tuple[Stretch, Sequence[tuple[LatinCandidate, float]]]
"""A stretch and what it may be, the likeliest first, each with its weight up to 1."""


class LatinReader:
    """Reads the Latin words of one query with the words of an index.

    Args:
        index: its words are what Latin ones may be.
        together: tells how many articles hold Bengali words side by side.
        budget: where it runs out, the words that remain are taken as they are.
    """

    def __init__(self, index: WordIndex, together: Callable[[str], int], budget: TimeBudget) -> None:
        self._index = index
        candidates = LatinCandidates(index, together)
        self._articles = candidates.articles
        self._cutter = StretchCutter(index, candidates, budget)

    def stretches(self, text: str, tokens: Sequence[Token]) -> list[Stretch]:
        """The words of a query with what the Latin ones may be, its language considered."""
        return in_language(list(self._cutter.cut(text, tokens)))

    def readings(
        self,
        stretches: Sequence[Stretch],
        weighed: Sequence[Weighed],
        company: Callable[[str, int, int], bool],
    ) -> list[WordReading]:
        """What is searched.

        Args:
            stretches: all of the query.
            weighed: those that may be something, once their neighbours were considered.
            company: whether a text stands beside what is before a place, or after another.
        """
        latin = len(weighed)
        plausible = sum(
            any(candidate.plausible for candidate in stretch.candidates) for stretch, _ in weighed
        )
        prose = latin > PROSE and 2 * plausible > latin
        kept = [
            (
                stretch,
                [
                    pair
                    for pair in ways
                    if prose or pair[0].plausible or company(pair[0].text, stretch.first, stretch.last)
                ],
            )
            for stretch, ways in weighed
        ]
        read = [(stretch, ways) for stretch, ways in kept if ways]
        if self._is_no_language(stretches, read):
            read = [(stretch, ways) for stretch, ways in read if ways[0][0].kind != "sound"]
        found = [
            self._reading(stretch, ways, sentence=len(read) >= SENTENCE, alone=latin == 1)
            for stretch, ways in read
        ]
        return [*found, *self._passed_over(stretches)] if found else []

    def _passed_over(self, stretches: Sequence[Stretch]) -> Iterator[WordReading]:
        """What says nothing, and what nobody understands and no article has as it is."""
        for stretch in stretches:
            if stretch.dropped or (stretch.unknown and not held(stretch.typed, self._index)):
                yield WordReading(stretch.first, stretch.last, "", "meaning" if stretch.dropped else "sound")

    def _is_no_language(self, stretches: Sequence[Stretch], read: Sequence[object]) -> bool:
        """Whether most Latin words are neither read nor in articles: then the others sound so by chance."""
        latin = [stretch for stretch in stretches if stretch.candidates or has_latin_letters(stretch.typed)]
        if len(latin) <= 2 * len(read):
            return False
        known = sum(1 for stretch in latin if held(stretch.typed, self._index))
        return len(latin) > 2 * max(known, len(read))

    def _reading(
        self,
        stretch: Stretch,
        ordered: Sequence[tuple[LatinCandidate, float]],
        *,
        sentence: bool,
        alone: bool,
    ) -> WordReading:
        best = ordered[0][0]
        return WordReading(
            stretch.first,
            stretch.last,
            self._inflected(best.text, stretch.ending),
            best.kind,
            tuple(
                candidate.text
                for candidate, weight in ordered[1 : 1 + _OTHERS]
                if weight >= (_OFFERED_ALONE if alone else _OFFERED) or candidate.kind not in BY_LETTERS
            ),
            guesses(ordered, self._articles, sentence=sentence, alone=alone),
            typed_too=not stretch.ending and all(held(word, self._index) for word in stretch.typed.split()),
            before=stretch.before,
            after=stretch.after,
        )

    def _inflected(self, word: str, ending: str) -> str:
        """A word with the ending that was typed apart, where articles have that; else as it is."""
        before, space, last = word.rpartition(" ")
        found = [(held(canonical(last + form), self._index), last + form) for form in ENDINGS.get(ending, ())]
        articles, inflected = max(found, default=(0, last))
        return before + space + (inflected if articles else last)

"""The one reading of each Latin word of a query, decided over the query as a whole.

The words are cut into stretches (``latin_stretches``), of which each may be several things
(``latin_candidates``). The language of the query (``latin_language``) and what stands beside a word
(``context``) decide among them; then what is badly read is left as typed.
"""

import math
from collections.abc import Callable, Sequence
from typing import Final

from onneshon.index.analysis.analyzer import Token
from onneshon.index.analysis.canonical import canonical
from onneshon.index.analysis.function_words import is_function_word
from onneshon.search.query.reading import WordReading
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.understanding.context import in_context
from onneshon.search.understanding.latin_candidates import LatinCandidate, LatinCandidates
from onneshon.search.understanding.latin_function_words import passed_over
from onneshon.search.understanding.latin_guesses import GAP, guesses
from onneshon.search.understanding.latin_language import BY_LETTERS, weighed_by_language
from onneshon.search.understanding.latin_stretches import (
    ENDINGS,
    Stretch,
    StretchCutter,
    has_latin,
    has_latin_letters,
)
from onneshon.search.understanding.word_index import WordIndex, held

__all__ = ["LatinReader"]

PROSE: Final = 2
"""In a query with more Latin words than this no word decides alone, and far readings are kept."""

SENTENCE: Final = 4
"""Readings that make a query a sentence, whose other words say which of several was meant."""

_OTHERS: Final = 3
_OFFERED: Final = 0.25
"""What weighs less is not offered as another reading, unless a table has it."""


class LatinReader:
    """Reads the Latin words of queries with the words of an index.

    Args:
        index: its words are what Latin ones may be.
        together: tells how many articles hold Bengali words side by side.
        budget: where it runs out, the words that remain are taken as they are.
    """

    def __init__(self, index: WordIndex, together: Callable[[str], int], budget: TimeBudget) -> None:
        self._index = index
        self._all_together = together
        candidates = LatinCandidates(index, together)
        self._articles = candidates.articles
        self._cutter = StretchCutter(index, candidates, budget)

    def __call__(self, text: str, tokens: Sequence[Token]) -> list[WordReading]:
        """The readings of the Latin words among some tokens of a text."""
        if not any(map(has_latin, tokens)):
            return []
        stretches = passed_over(list(self._cutter.cut(text, tokens)))
        latin = sum(bool(stretch.candidates) for stretch in stretches)
        plausible = sum(any(one.plausible for one in stretch.candidates) for stretch in stretches)
        prose = latin > PROSE and 2 * plausible > latin
        stretches = weighed_by_language(stretches)
        weighed = [
            [
                (one.text, math.exp((one.score - stretch.candidates[0].score) / GAP))
                for one in stretch.candidates
            ]
            or [(stretch.typed, 1.0)]
            for stretch in stretches
        ]
        doubtful = any(_is_doubtful(stretch) for stretch in stretches)
        chosen = in_context(weighed, self._tellingly if doubtful else self._together)
        kept = [
            (stretch, self._kept(stretch, row, self._beside(chosen, place), prose=prose))
            for place, (stretch, row) in enumerate(zip(stretches, chosen, strict=True))
            if stretch.candidates
        ]
        read = [(stretch, ordered) for stretch, ordered in kept if ordered]
        if self._is_no_language(stretches, read):
            read = [(stretch, ordered) for stretch, ordered in read if ordered[0][0].kind != "sound"]
        return [
            self._reading(stretch, ordered, sentence=len(read) >= SENTENCE, alone=latin == 1)
            for stretch, ordered in read
        ]

    def _is_no_language(self, stretches: Sequence[Stretch], read: Sequence[object]) -> bool:
        """Whether most Latin words are neither read nor in articles: then the others sound so by chance."""
        latin = [stretch for stretch in stretches if stretch.candidates or has_latin_letters(stretch.typed)]
        if len(latin) <= 2 * len(read):
            return False
        known = sum(1 for one in latin if held(one.typed, self._index))
        return len(latin) > 2 * max(known, len(read))

    def _beside(self, chosen: Sequence[Sequence[tuple[str, float]]], place: int) -> tuple[str, str]:
        left = chosen[place - 1][0][0] if place else ""
        right = chosen[place + 1][0][0] if place + 1 < len(chosen) else ""
        return left, right

    def _kept(
        self, stretch: Stretch, row: Sequence[tuple[str, float]], beside: tuple[str, str], *, prose: bool
    ) -> list[tuple[LatinCandidate, float]]:
        """What a stretch may be, the likeliest first; of few words only what is plausible or has company."""
        by_text = {one.text: one for one in stretch.candidates}
        ordered = [(by_text[text], weight) for text, weight in row]
        return [
            (one, weight)
            for one, weight in ordered
            if prose or one.plausible or self._has_company(one.text, beside)
        ]

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
                one.text
                for one, weight in ordered[1 : 1 + _OTHERS]
                if weight >= _OFFERED or one.kind not in BY_LETTERS
            ),
            guesses(ordered, self._articles, sentence=sentence, alone=alone),
            typed_too=not stretch.ending and all(held(word, self._index) for word in stretch.typed.split()),
            before=stretch.before,
            after=stretch.after,
        )

    def _together(self, left: str, right: str) -> float:
        """How many articles have the last word of the one before the first of the other, beyond chance.

        Frequent words are beside each other anyhow, and how frequent they are was counted already.
        """
        before, after = left.rpartition(" ")[2], right.partition(" ")[0]
        together = self._all_together(f"{before} {after}")
        by_chance = self._articles(before) * self._articles(after) / self._index.count if together else 0
        return together / (1 + by_chance)

    def _tellingly(self, left: str, right: str) -> float:
        """The same, but function words, which stand beside everything, say nothing."""
        functions = is_function_word(left.rpartition(" ")[2]) or is_function_word(right.partition(" ")[0])
        return 0 if functions else self._together(left, right)

    def _has_company(self, word: str, beside: tuple[str, str]) -> bool:
        left, right = beside
        return bool((left and self._together(left, word)) or (right and self._together(word, right)))

    def _inflected(self, word: str, ending: str) -> str:
        """A word with the ending that was typed apart, where articles have that; else as it is."""
        before, space, last = word.rpartition(" ")
        found = [(held(canonical(last + one), self._index), last + one) for one in ENDINGS.get(ending, ())]
        articles, inflected = max(found, default=(0, last))
        return before + space + (inflected if articles else last)


def _is_doubtful(stretch: Stretch) -> bool:
    """Whether both a table and the sound may be right."""
    kinds = {one.kind == "sound" for one in stretch.candidates}
    return len(kinds) > 1 and not any(one.sure for one in stretch.candidates)

"""The one reading of each Latin word of a query, decided over the query as a whole.

The words are cut by the longest entries of the tables; each stretch may be several things
(``latin_candidates``); what stands beside it decides among them (``context``), then what is badly read is
left as typed.
"""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from index.analysis.analyzer import Token
from index.analysis.function_words import is_function_word
from search.query.reading import WordReading
from search.retrieval.budget import TimeBudget
from search.understanding.context import in_context
from search.understanding.latin_candidates import LatinCandidate, LatinCandidates, entry_of
from search.understanding.word_index import WordIndex, held

__all__ = ["LatinReader"]

PROSE: Final = 2
"""In a query with more Latin words than this no word decides alone, and far readings are kept."""

LONGEST_ENTRY: Final = 7
"""Words of the longest entry of a table."""

_GAP: Final = 3.0
"""A reading so much worse than the best weighs a third of it."""

_LEAST_WEIGHT: Final = 0.15
_OTHERS: Final = 3
_OFFERED: Final = 0.25
"""What weighs less is not offered as another reading, unless a table has it."""

_FAR_MORE: Final = 10
"""A Latin word that so many times as many articles have as its reading by a table is meant as it is."""

_COMPANY: Final = 4.0
"""What the language of the other words is worth to an ambiguous row of a table."""

_SURE: Final = 6.0
"""What a row of a table that leaves no doubt is worth."""

_BESIDE_BANGLISH: Final = -2.0
"""What an English word is worth beside Bengali in Latin letters: such a writer may mean it as it sounds
(*thanks vai*, থ্যাংকস)."""

_FUNCTION_WORD: Final = -4.0
"""What a function word is worth where nothing beside it is Bengali in Latin letters and a table has
another reading: nobody searches for it."""

_BY_LETTERS: Final = ("sound", "letters")
"""Kinds of reading that no table vouches for."""

_BETWEEN: Final = frozenset("of the in for and with from".split())
"""English function words, which Bengali says with case endings: they go with the English word before them."""

_ENGLISH: Final = ("meaning", "loan")

_LATIN: Final = re.compile("[a-z]+")
_LATIN_INSIDE: Final = re.compile("[a-zA-Z]")
_SPACES: Final = re.compile(r"\s+")
_ENDINGS: Final = {
    "er": ("ের", "র", "য়ের"),
    "r": ("র",),
    "ke": ("কে",),
    "te": ("তে",),
    "e": ("ে", "য়"),
    "der": ("দের",),
}
"""Bengali case endings that are typed apart in Latin letters, and how they are written after a word."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Tokens that are read together; without candidates they are taken as typed.

    Attributes:
        first: place of the first.
        last: place after the last.
        typed: in small letters, single spaces, without the ending.
        candidates: what they may be, the likeliest first.
        ending: a Bengali case ending that was typed apart.
    """

    first: int
    last: int
    typed: str
    candidates: tuple[LatinCandidate, ...] = ()
    ending: str = ""


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
        self._budget = budget
        self._candidates = LatinCandidates(index, together)

    def __call__(self, text: str, tokens: Sequence[Token]) -> list[WordReading]:
        """The readings of the Latin words among some tokens of a text."""
        if not any(_LATIN_INSIDE.search(token.text) for token in tokens):
            return []
        stretches = list(self._stretches(text, tokens))
        latin = sum(bool(stretch.candidates) for stretch in stretches)
        plausible = sum(any(one.plausible for one in stretch.candidates) for stretch in stretches)
        prose, several = latin > PROSE and 2 * plausible > latin, latin > 1
        stretches = self._decided(stretches)
        guesses = [
            [
                (one.text, math.exp((one.score - stretch.candidates[0].score) / _GAP))
                for one in stretch.candidates
            ]
            or [(stretch.typed, 1.0)]
            for stretch in stretches
        ]
        doubtful = any(_is_doubtful(stretch) for stretch in stretches)
        chosen = in_context(guesses, self._tellingly if doubtful else self._together)
        readings = [
            self._reading(stretch, row, self._beside(chosen, place), prose=prose, several=several)
            for place, (stretch, row) in enumerate(zip(stretches, chosen, strict=True))
            if stretch.candidates
        ]
        return [one for one in readings if one]

    def _stretches(self, text: str, tokens: Sequence[Token]) -> Iterator[_Stretch]:
        """The tokens in order, cut by the longest entries of the tables."""
        loud = _is_loud(tokens)
        place = 0
        while place < len(tokens):
            token = tokens[place]
            if not _LATIN_INSIDE.search(token.text) or self._budget.spent():
                found = _Stretch(place, place + 1, token.text)
            else:
                found = self._entry(text, tokens, place) or self._single(token, place, loud=loud)
                found = _with_ending(found, tokens)
            yield found
            place = found.last

    def _entry(self, text: str, tokens: Sequence[Token], first: int) -> _Stretch | None:
        """The longest run of several words from a place on that is in a table and in articles."""
        for last in range(min(first + LONGEST_ENTRY, len(tokens)), first + 1, -1):
            run = tokens[first:last]
            typed = _typed(text[run[0].start : run[-1].end])
            if all(len(token.text) == 1 and _LATIN.fullmatch(token.exact) for token in run):
                typed, capitals = "".join(token.exact for token in run), True
            elif entry_of(typed):
                capitals = False
            else:
                continue
            candidates = self._candidates.of(typed, capitals=capitals)
            if candidates and candidates[0].kind != "sound":
                return _Stretch(first, last, typed, tuple(candidates))
        return None

    def _single(self, token: Token, place: int, *, loud: bool) -> _Stretch:
        capitals = token.text.isupper() and len(token.exact) > 1 and not loud
        phrase = token.exact
        candidates = self._candidates.of(phrase, capitals=capitals)
        articles = held(phrase, self._index) if candidates else 0
        kept = [
            one for one in candidates if articles <= one.articles * (1 if one.kind == "sound" else _FAR_MORE)
        ]
        return _Stretch(place, place + 1, phrase, tuple(kept))

    def _decided(self, stretches: Sequence[_Stretch]) -> list[_Stretch]:
        """With what the language of the other Latin words says for or against rows of tables."""
        english = [_is_english(stretch) for stretch in stretches]
        banglish = [
            any(one.plausible for one in s.candidates) and all(one.kind == "sound" for one in s.candidates)
            for s in stretches
        ]
        endings = any(stretch.ending for stretch in stretches)
        decided = []
        for place, stretch in enumerate(stretches):
            others = [i for i in range(len(stretches)) if i != place]
            lean = -1 if endings else any(english[i] for i in others) - any(banglish[i] for i in others)
            decided.append(_leaning(stretch, lean))
        return decided

    def _beside(self, chosen: Sequence[Sequence[tuple[str, float]]], place: int) -> tuple[str, str]:
        left = chosen[place - 1][0][0] if place else ""
        right = chosen[place + 1][0][0] if place + 1 < len(chosen) else ""
        return left, right

    def _reading(
        self,
        stretch: _Stretch,
        row: Sequence[tuple[str, float]],
        beside: tuple[str, str],
        *,
        prose: bool,
        several: bool,
    ) -> WordReading | None:
        by_text = {one.text: one for one in stretch.candidates}
        ordered = [(by_text[text], weight) for text, weight in row]
        if not prose:
            ordered = [
                (one, weight)
                for one, weight in ordered
                if one.plausible or self._has_company(one.text, beside)
            ]
        if not ordered:
            return None
        best = ordered[0][0]
        rest = [(one.text, weight) for one, weight in ordered[1:] if weight >= _LEAST_WEIGHT]
        return WordReading(
            stretch.first,
            stretch.last,
            self._inflected(best.text, stretch.ending),
            best.kind,
            tuple(
                one.text
                for one, weight in ordered[1 : 1 + _OTHERS]
                if weight >= _OFFERED or one.kind not in _BY_LETTERS
            ),
            tuple(rest) if several else (),
            typed_too=not stretch.ending and all(held(word, self._index) for word in stretch.typed.split()),
        )

    def _together(self, left: str, right: str) -> int:
        """How many articles have the last word of the one before the first of the other."""
        return self._all_together(f"{left.rpartition(' ')[2]} {right.partition(' ')[0]}")

    def _tellingly(self, left: str, right: str) -> int:
        """The same, but function words, which stand beside everything, say nothing."""
        functions = is_function_word(left.rpartition(" ")[2]) or is_function_word(right.partition(" ")[0])
        return 0 if functions else self._together(left, right)

    def _has_company(self, word: str, beside: tuple[str, str]) -> bool:
        left, right = beside
        return bool((left and self._together(left, word)) or (right and self._together(word, right)))

    def _inflected(self, word: str, ending: str) -> str:
        """A word with the ending that was typed apart, where articles have that; else as it is."""
        before, space, last = word.rpartition(" ")
        found = [(held(last + one, self._index), last + one) for one in _ENDINGS.get(ending, ())]
        articles, inflected = max(found, default=(0, last))
        return before + space + (inflected if articles else last)


def _is_doubtful(stretch: _Stretch) -> bool:
    """Whether both a table and the sound may be right."""
    kinds = {one.kind == "sound" for one in stretch.candidates}
    return len(kinds) > 1 and not any(one.sure for one in stretch.candidates)


def _with_ending(stretch: _Stretch, tokens: Sequence[Token]) -> _Stretch:
    """Takes in the case ending that follows (*eid er chuti*), or the preposition (*price of onion*)."""
    following = tokens[stretch.last].exact if stretch.last < len(tokens) else ""
    if stretch.candidates and following in _ENDINGS:
        return replace(stretch, last=stretch.last + 1, ending=following)
    if stretch.last + 1 < len(tokens) and following in _BETWEEN and _is_english(stretch):
        return replace(stretch, last=stretch.last + 1)
    return stretch


def _is_english(stretch: _Stretch) -> bool:
    return any(one.sure and one.kind in _ENGLISH for one in stretch.candidates)


def _typed(text: str) -> str:
    return _SPACES.sub(" ", text.casefold().replace("\u2019", "'"))


def _is_loud(tokens: Sequence[Token]) -> bool:
    """Whether several Latin words are all in capitals, which then say nothing."""
    latin = [token.text for token in tokens if _LATIN.fullmatch(token.exact)]
    return len(latin) > 1 and all(word.isupper() for word in latin)


def _leaning(stretch: _Stretch, lean: int) -> _Stretch:
    """Its candidates in order once it is known whether the other words are English (1) or Banglish (-1)."""
    listed = any(one.kind not in _BY_LETTERS for one in stretch.candidates)
    weighed = (
        replace(one, score=one.score + _leaning_worth(one, lean, listed=listed)) for one in stretch.candidates
    )
    return replace(stretch, candidates=tuple(sorted(weighed, key=lambda one: -one.score)))


def _leaning_worth(one: LatinCandidate, lean: int, *, listed: bool) -> float:
    """What is added to a score; ``listed`` where a table or the names of letters say something as well."""
    if one.sure:
        return _BESIDE_BANGLISH if one.kind == "meaning" and lean < 0 else _SURE
    if one.kind == "sound":
        return _FUNCTION_WORD if listed and lean >= 0 and is_function_word(one.text) else 0.0
    return _COMPANY * (lean if one.kind == "meaning" else max(lean, 0)) if one.kind in _ENGLISH else 0.0

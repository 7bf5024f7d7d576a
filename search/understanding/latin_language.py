"""Is a query English in Latin letters, or Bengali? What that says for and against the rows of the tables."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from index.analysis.function_words import is_function_word
from search.understanding.latin_candidates import LatinCandidate
from search.understanding.latin_stretches import Stretch, is_english

__all__ = ["BY_LETTERS", "weighed_by_language"]

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

BY_LETTERS: Final = ("sound", "letters")
"""Kinds of reading that no table vouches for."""

_ENGLISH: Final = ("meaning", "loan")


def weighed_by_language(stretches: Sequence[Stretch]) -> list[Stretch]:
    """The stretches of a query, with what the language of its other words says for or against candidates."""
    english = [is_english(stretch) for stretch in stretches]
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


def _leaning(stretch: Stretch, lean: int) -> Stretch:
    """Its candidates in order once it is known whether the other words are English (1) or Banglish (-1)."""
    listed = any(one.kind not in BY_LETTERS for one in stretch.candidates)
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

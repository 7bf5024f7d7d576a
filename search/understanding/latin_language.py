"""Is a query English in Latin letters, or Bengali? What that says for and against the rows of the tables."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from onneshon.index.analysis.function_words import is_function_word
from onneshon.search.understanding.latin_candidates import LatinCandidate
from onneshon.search.understanding.latin_stretches import Stretch, is_english

__all__ = ["BY_LETTERS", "language_of", "weighed_by_language"]

_COMPANY: Final = 4.0
"""What the language of the other words is worth to an ambiguous row of a table."""

_SURE: Final = 6.0
"""What a row of a table that leaves no doubt is worth."""

_BESIDE_BANGLISH: Final = -4.0
"""What the meaning of an English word is worth beside Bengali in Latin letters where articles have it in
Bengali letters as well (*free*, ফ্রি): such a writer means it as it sounds."""

_TELLING: Final = 3
"""Words that a Bengali function word or case ending outweighs."""

_SENTENCE: Final = 5
"""A query of so many words is a sentence, whose writer mixes English words in as they sound."""

_AS_USUAL: Final = 4
"""By how many times the meaning may be the more frequent for that."""

_FUNCTION_WORD: Final = -4.0
"""What a function word is worth where nothing beside it is Bengali in Latin letters and a table has
another reading: nobody searches for it."""

BY_LETTERS: Final = ("sound", "letters")
"""Kinds of reading that no table vouches for."""

_ENGLISH: Final = ("meaning", "loan")


def weighed_by_language(stretches: Sequence[Stretch]) -> list[Stretch]:
    """The stretches of a query, with what the language of its other words says for or against candidates."""
    languages = [language_of(stretch) for stretch in stretches]
    told = len(stretches) >= _SENTENCE
    return [
        _leaning(stretch, _sign(sum(languages) - languages[place]), told=told)
        for place, stretch in enumerate(stretches)
    ]


def language_of(stretch: Stretch) -> int:
    """How much a stretch says that a query is English (above 0) or Banglish (below 0).

    Args:
        stretch: with what it may be.
    """
    if stretch.ending:
        return -_TELLING
    if is_english(stretch):
        return 1
    best = next((one for one in stretch.candidates if one.plausible), None)
    if best is None or any(one.kind != "sound" for one in stretch.candidates):
        return 0
    return -_TELLING if is_function_word(best.text) else -1


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def _leaning(stretch: Stretch, lean: int, *, told: bool) -> Stretch:
    """Its candidates in order once it is known whether the other words are English (1) or Banglish (-1)."""
    listed = any(one.kind not in BY_LETTERS for one in stretch.candidates)
    heard = max(
        (one.articles for one in stretch.candidates if one.kind == "sound" and one.plausible), default=0
    )
    lean *= 2 if told and heard else 1
    weighed = (
        replace(one, score=one.score + worth) if worth else one
        for one in stretch.candidates
        for worth in (_leaning_worth(one, lean, heard, listed=listed),)
    )
    return replace(stretch, candidates=tuple(sorted(weighed, key=lambda one: -one.score)))


def _leaning_worth(one: LatinCandidate, lean: int, heard: int, *, listed: bool) -> float:
    """What is added to a score.

    Args:
        one: what it is added for.
        lean: whether the other words are English (above 0) or Banglish (below); twice that of a sentence.
        heard: how many articles hold what sounds so.
        listed: whether a table has the word.
    """
    if one.sure and one.kind == "meaning" and lean < 0:
        usual = lean < -1 or heard * _AS_USUAL >= one.articles
        return _BESIDE_BANGLISH * -lean if usual else 0.0
    if one.sure:
        return _SURE
    if one.kind == "sound":
        return _FUNCTION_WORD if listed and lean >= 0 and is_function_word(one.text) else 0.0
    return _COMPANY * (lean if one.kind == "meaning" else max(lean, 0)) if one.kind in _ENGLISH else 0.0

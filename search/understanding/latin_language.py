"""Is a query English in Latin letters, or Bengali? What that says of its function words, and of its others.

In English, function words are passed over, which Bengali says with case endings or not at all (*price of
onion*, *in dhaka*), and what no table has is a name or not understood. Beside Bengali in Latin letters they
are Bengali words that are spelt alike: *tara to valo*.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import Final

from onneshon.index.analysis.function_words import is_function_word
from onneshon.search.understanding.latin_candidates import LatinCandidate
from onneshon.search.understanding.latin_stretches import Stretch, has_latin_letters, is_english
from onneshon.search.understanding.tables import read_rows

__all__ = ["BY_LETTERS", "english_function_words", "in_language"]

_COMPANY: Final = 4.0
"""What the language of the other words is worth to an ambiguous row of a table."""

_SURE: Final = 6.0
"""What a row of a table that leaves no doubt is worth."""

_BESIDE_BANGLISH: Final = -4.0
"""What the meaning of an English word is worth beside Bengali in Latin letters where articles have it in
Bengali letters as well (*free*, ফ্রি): such a writer means it as it sounds."""

_TELLING: Final = 3
"""Words that a function word or case ending of Bengali outweighs."""

_TOLD: Final = 2
"""Function words of English that Bengali has not, from which a query is English that is as much Bengali."""

_NAME: Final = 0.45
_KNOWN: Final = 20
"""The distance by letter up to which a word of an English query that no table has is a name, and the articles
that have it at the least: *fakhrul*, but not *singer*, সিংয়ের, nor *pond*, পন্ড."""

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

_AFTER_ENGLISH: Final = frozenset(("of", "the", "in", "for", "and", "with", "from"))
"""After an English word these are English, whatever the language of the others."""


@cache
def english_function_words() -> Mapping[str, bool]:
    """Function words of English, and whether Bengali in Latin letters has a word that is often written so."""
    return MappingProxyType({word: bool(mark) for word, *mark in read_rows("english_function_words.tsv")})


def in_language(stretches: Sequence[Stretch]) -> list[Stretch]:
    """The stretches of a query as its language has them: without function words, and weighed.

    Args:
        stretches: in order, without a gap.
    """
    found = _passed_over(stretches)
    languages = [_language_of(stretch) for stretch in found]
    told = len(found) >= _SENTENCE
    return [
        _leaning(stretch, _sign(sum(languages) - languages[place]), told=told)
        for place, stretch in enumerate(found)
    ]


def _passed_over(stretches: Sequence[Stretch]) -> list[Stretch]:
    content = [stretch for stretch in stretches if not _is_function_word(stretch)]
    languages = [_language_of(stretch) for stretch in content if stretch.candidates]
    told = sum(
        _is_function_word(stretch) and not english_function_words()[stretch.typed]
        for stretch in stretches[:-1]
    )
    english = bool(languages) and sum(languages) + told + (told >= _TOLD) > 0
    names = (
        any(candidate.sure for stretch in content for candidate in stretch.candidates) and min(languages) == 0
    )
    if not (english or names):
        return [*_gone_before(stretches[:-1], english=False), *stretches[-1:]]
    if english:
        stretches = [_understood(stretch) for stretch in stretches]
        return _gone_after(_gone_before(stretches, english=True))
    kept = len(stretches) - _is_function_word(stretches[-1])  # beside a name alone, the last may be Bengali
    return [*_gone_after(_gone_before(stretches[:kept], english=True)), *stretches[kept:]]


def _gone_before(stretches: Sequence[Stretch], *, english: bool) -> list[Stretch]:
    """Function words as part of the word before them where that, or the whole query, is English."""
    found: list[Stretch] = []
    for stretch in stretches:
        before = found[-1] if found and _takes(found[-1]) and _is_function_word(stretch) else None
        if before and (english or (is_english(before) and stretch.typed in _AFTER_ENGLISH)):
            found[-1] = replace(before, last=stretch.last, after=before.after + stretch.last - stretch.first)
        else:
            found.append(stretch)
    return found


def _gone_after(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Those with no word before them, as part of the one after them; or else as nothing."""
    found: list[Stretch] = []
    for stretch in reversed(stretches):
        after = found[-1] if found and _takes(found[-1]) and _is_function_word(stretch) else None
        if after:
            found[-1] = replace(
                after, first=stretch.first, before=after.before + stretch.last - stretch.first
            )
        elif _is_function_word(stretch):
            found.append(replace(stretch, candidates=(), dropped=True))
        else:
            found.append(stretch)
    return found[::-1]


def _understood(stretch: Stretch) -> Stretch:
    """A stretch of English with what it may be there: what no table has is a name that sounds so, or none."""
    if _is_function_word(stretch) or any(
        candidate.kind not in BY_LETTERS for candidate in stretch.candidates
    ):
        return stretch
    kept = [
        candidate
        for candidate in stretch.candidates
        if candidate.kind == "letters" or _may_be_a_name(candidate)
    ]
    return replace(stretch, candidates=tuple(kept), unknown=not kept and has_latin_letters(stretch.typed))


def _may_be_a_name(candidate: LatinCandidate) -> bool:
    return candidate.plausible and candidate.per_letter <= _NAME and candidate.articles >= _KNOWN


def _is_function_word(stretch: Stretch) -> bool:
    return not (stretch.ending or stretch.capitals) and stretch.typed in english_function_words()


def _takes(stretch: Stretch) -> bool:
    return bool(stretch.candidates) and not _is_function_word(stretch)


def _language_of(stretch: Stretch) -> int:
    """How much a stretch says that a query is English (above 0) or Banglish (below 0).

    Args:
        stretch: with what it may be.
    """
    if stretch.ending:
        return -_TELLING
    if is_english(stretch):
        return 1
    best = next((candidate for candidate in stretch.candidates if candidate.plausible), None)
    if best is None or any(candidate.kind != "sound" for candidate in stretch.candidates):
        return 0
    return -_TELLING if is_function_word(best.text) else -1


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def _leaning(stretch: Stretch, lean: int, *, told: bool) -> Stretch:
    """Its candidates in order once it is known whether the other words are English (1) or Banglish (-1)."""
    listed = any(candidate.kind not in BY_LETTERS for candidate in stretch.candidates)
    heard = max(
        (
            candidate.articles
            for candidate in stretch.candidates
            if candidate.kind == "sound" and candidate.plausible
        ),
        default=0,
    )
    lean *= 2 if told and heard else 1
    weighed = (
        replace(candidate, score=candidate.score + worth) if worth else candidate
        for candidate in stretch.candidates
        for worth in (_leaning_worth(candidate, lean, heard, listed=listed),)
    )
    return replace(stretch, candidates=tuple(sorted(weighed, key=lambda candidate: -candidate.score)))


def _leaning_worth(candidate: LatinCandidate, lean: int, heard: int, *, listed: bool) -> float:
    """What is added to a score.

    Args:
        candidate: what it is added for.
        lean: whether the other words are English (above 0) or Banglish (below); twice that of a sentence.
        heard: how many articles hold what sounds so.
        listed: whether a table has the word.
    """
    if candidate.sure and candidate.kind == "meaning" and lean < 0:
        usual = lean < -1 or heard * _AS_USUAL >= candidate.articles
        return _BESIDE_BANGLISH * -lean if usual else 0.0
    if candidate.sure:
        return _SURE
    if candidate.kind == "sound":
        return _FUNCTION_WORD if listed and lean >= 0 and is_function_word(candidate.text) else 0.0
    return (
        _COMPANY * (lean if candidate.kind == "meaning" else max(lean, 0))
        if candidate.kind in _ENGLISH
        else 0.0
    )

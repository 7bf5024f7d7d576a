"""Is a query English in Latin letters, or Bengali? What that says of its function words, and of its others.

In English, function words are passed over, which Bengali says with case endings or not at all (*price of
onion*, *in dhaka*), and what no table has is a name or not understood. Beside Bengali in Latin letters they
are Bengali words that are spelt alike: *tara to valo*.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from onneshon.index.analysis.stemmer import is_function_word
from onneshon.search.understanding.latin_entries import (
    POSSESSIVE,
    common_english_words,
    english_function_words,
    entry_of,
)
from onneshon.search.understanding.latin_names import NAME, named
from onneshon.search.understanding.latin_requests import TELLING, without_requests
from onneshon.search.understanding.latin_sounds import LatinCandidate
from onneshon.search.understanding.latin_spans import LatinSpan, has_latin_letters, is_english

_CONTEXT: Final = 4.0
"""What the language of the other words is worth to an ambiguous row of a table."""

_SURE: Final = 6.0
"""What a row of a table that leaves no doubt is worth."""

_BESIDE_BANGLISH: Final = -4.0
"""What the meaning of an English word is worth beside Bengali in Latin letters where articles have it in
Bengali letters as well (*free*, ফ্রি): such a writer means it as it sounds."""

_TELLING: Final = 3
"""Words that a function word or case ending of Bengali outweighs, or an ending of English."""

_MANY_FUNCTION_WORDS: Final = 2
"""Function words of English that Bengali has not, from which a query is English that is as much Bengali."""

_ASKING: Final = 2
_ASKED: Final = 3
_QUESTION: Final = re.compile(
    "wh(?:at|ich|om?|ose|y|en|ere)|how|is|was|were|does|did|ha[sd]|have|(?:c|w|sh)ould"
)
"""What one of these says beside that, at the beginning of so many words: whom *did fakhrul meet* names, which
no table has, seem to say that it is Bengali."""

_EXACT: Final = 0.2
"""The distance by letter up to which a common English word is as good a spelling of a Bengali one: *hole*,
হলে, but not *eat*, এত."""

_SENTENCE: Final = 5
"""A query of this many words is a sentence, whose writer mixes English words in as they sound."""

_AS_USUAL: Final = 4
_AS_USUAL_IN_SENTENCES: Final = 32
"""By how many times the meaning may be the more frequent for that, and in a sentence: *mosque* is no মশক."""

_FUNCTION_WORD: Final = -4.0
"""What a function word is worth where nothing beside it is Bengali in Latin letters and a table has
another reading: nobody searches for it."""

BY_LETTERS: Final = ("sound", "letters")
"""Kinds of reading that no table vouches for."""

_ENGLISH: Final = ("meaning", "loan")

_NEVER_FIRST: Final = "us"
"""A pronoun that is an abbreviation where a query begins with it."""

_VOWELS: Final = frozenset("aeiouy")

_AFTER_ENGLISH: Final = frozenset(("of", "the", "in", "for", "and", "with", "from"))
"""After an English word these are English, whatever the language of the others."""


def in_language(spans: Sequence[LatinSpan]) -> list[LatinSpan]:
    """The spans of a query as its language has them: without function words, and weighed.

    Args:
        spans: in order, without a gap.
    """
    if TELLING.isdisjoint(span.typed for span in spans):  # as mostly
        return _in_language(spans)
    before, asked, after = without_requests(spans)
    return [*before, *_in_language(asked), *after]


def _in_language(spans: Sequence[LatinSpan]) -> list[LatinSpan]:
    found = _without_function_words(spans)
    languages = _languages_of(found, written_out=_is_written_out(spans))
    sentence = len(found) >= _SENTENCE
    said = sum(languages) + sum(map(_is_telling, spans))
    return [
        _leaning(span, _sign(said - languages[position]), sentence=sentence)
        for position, span in enumerate(found)
    ]


def _without_function_words(spans: Sequence[LatinSpan]) -> list[LatinSpan]:
    content = [span for span in spans if not _is_function_word(span)]
    languages = _languages_of(
        [span for span in content if span.candidates], written_out=_is_written_out(spans)
    )
    unread = any(has_latin_letters(span.typed) for span in content)
    english = _is_english(spans, languages) if languages or unread else _is_nothing_else(spans)
    names = any(candidate.sure for span in content for candidate in span.candidates) and min(languages) == 0
    if not (english or names):
        return [*_gone_before(spans[:-1], english=False), *spans[-1:]]
    if english:
        written_out = _is_written_out(spans)
        plainly = written_out and sum(map(_is_function_word, spans)) > _MANY_FUNCTION_WORDS
        spans = [_understood(span, written_out=written_out, plainly=plainly) for span in spans]
        return _gone_after(_gone_before(spans, english=True))
    kept = len(spans) - _is_function_word(spans[-1])  # beside a name alone, the last may be Bengali
    return [*_gone_after(_gone_before(spans[:kept], english=True)), *spans[kept:]]


def _is_english(spans: Sequence[LatinSpan], languages: Sequence[int]) -> bool:
    function_words = sum(map(_is_telling, spans[:-1]))
    if len(spans) >= _ASKED and _QUESTION.fullmatch(spans[0].typed):
        function_words += _ASKING
    return sum(languages) + function_words + (function_words >= _MANY_FUNCTION_WORDS) > 0


def _is_nothing_else(spans: Sequence[LatinSpan]) -> bool:
    """Whether it is function words of English alone: *how many*, before a number."""
    return all(map(_is_function_word, spans)) and sum(map(_is_telling, spans)) >= _MANY_FUNCTION_WORDS


def _gone_before(spans: Sequence[LatinSpan], *, english: bool) -> list[LatinSpan]:
    """Function words as part of the word before them where that, or the whole query, is English."""
    found: list[LatinSpan] = []
    for span in spans:
        before = found[-1] if found and _takes(found[-1]) and _is_function_word(span) else None
        if before and (english or _is_no_bengali(span, before)):
            found[-1] = replace(before, last=span.last, after=before.after + span.last - span.first)
        else:
            found.append(span)
    return found


def _is_no_bengali(span: LatinSpan, before: LatinSpan) -> bool:
    """Whether a function word is English in any query: behind an English word, or without a vowel (*vs*)."""
    return (is_english(before) and span.typed in _AFTER_ENGLISH) or _VOWELS.isdisjoint(span.typed)


def _gone_after(spans: Sequence[LatinSpan]) -> list[LatinSpan]:
    """Those with no word before them, as part of the one after them; or else as nothing."""
    found: list[LatinSpan] = []
    for span in reversed(spans):
        after = found[-1] if found and _takes(found[-1]) and _is_function_word(span) else None
        if after:
            found[-1] = replace(after, first=span.first, before=after.before + span.last - span.first)
        elif _is_function_word(span):
            found.append(replace(span, candidates=(), dropped=True))
        else:
            found.append(span)
    return found[::-1]


def _understood(span: LatinSpan, *, written_out: bool, plainly: bool) -> LatinSpan:
    """A span of English with what it may be there: what no table has is a name that sounds so, or none.

    Args:
        span: with all it may be.
        written_out: as above; there no common word is a name that sounds so (*said*, সাঈদ).
        plainly: whether it has more function words as well; there no word of a table is what sounds so
            (*power*, পৌর).
    """
    if _is_function_word(span):
        return span
    listed = [candidate for candidate in span.candidates if candidate.kind not in BY_LETTERS]
    if listed:
        return replace(span, candidates=tuple(listed)) if plainly else span
    unknown = has_latin_letters(span.typed)
    if written_out and _is_common_english(span):
        return replace(span, candidates=(), unknown=unknown, common=True)
    names = named(span)
    if names:
        return replace(span, candidates=names)
    doubted = tuple([candidate for candidate in span.candidates if candidate.plausible])
    return replace(span, candidates=(), unknown=unknown, doubted=doubted)


def _is_function_word(span: LatinSpan) -> bool:
    if span.ending or span.capitals or (span.typed == _NEVER_FIRST and span.first == 0):
        return False
    return span.typed in english_function_words()


def _is_telling(span: LatinSpan) -> bool:
    """Whether it is a function word that only English has."""
    return _is_function_word(span) and not english_function_words()[span.typed]


def _is_written_out(spans: Sequence[LatinSpan]) -> bool:
    return any(map(_is_telling, spans))


def _is_common_english(span: LatinSpan) -> bool:
    return not span.capitals and span.typed in common_english_words()


def _takes(span: LatinSpan) -> bool:
    return bool(span.candidates) and not _is_function_word(span)


def _languages_of(spans: Sequence[LatinSpan], *, written_out: bool) -> list[int]:
    """How much each span says that a query is English (above 0) or Banglish (below 0).

    Beside Bengali in Latin letters a common English word says nothing, since such writers mix them in, nor
    among key words, which are typed for loans as well (*premium*).

    Args:
        spans: with what they may be.
        written_out: whether the query has function words that only English has.
    """
    common = [written_out and _is_common_english(span) for span in spans]
    found = [_language_of(span) for span in spans]
    if _is_mostly_listed(spans, found):  # who writes Bengali has English plurals too
        found = [_TELLING if _is_inflected(span) else said for span, said in zip(spans, found, strict=True)]
    if any(said < 0 for said, by_itself in zip(found, common, strict=True) if not by_itself):
        return found
    return [
        _language_of_common(span) if by_itself else said
        for span, said, by_itself in zip(spans, found, common, strict=True)
    ]


def _is_mostly_listed(spans: Sequence[LatinSpan], said: Sequence[int]) -> bool:
    """Whether English has more words of a query than only sound so, and none is surely Bengali."""
    listed = sum(any(candidate.kind in _ENGLISH for candidate in span.candidates) for span in spans)
    return -_TELLING not in said and listed > sum(language < 0 for language in said)


def _language_of(span: LatinSpan) -> int:
    if span.ending:
        return -_TELLING
    if span.typed.endswith(POSSESSIVE):
        return 1
    if is_english(span):
        return int(not (_is_common_english(span) and _heard(span)))
    best = next((candidate for candidate in span.candidates if candidate.plausible), None)
    if best is None or span.named or any(candidate.kind != "sound" for candidate in span.candidates):
        return 0
    return -_TELLING if is_function_word(best.text) else -1


def _is_inflected(span: LatinSpan) -> bool:
    """Whether it has an ending of English (*grants*), and is no good spelling of a Bengali word."""
    entry = entry_of(span.typed)
    return (
        entry is not None
        and entry[0].kind in _ENGLISH
        and not entry[1]
        and all(candidate.per_letter > _EXACT for candidate in span.candidates if candidate.kind == "sound")
    )


def _language_of_common(span: LatinSpan) -> int:
    """The same of a common English word, which must be as good a spelling of a Bengali one to be it."""
    said = _language_of(span)
    nearest = min(
        (candidate.per_letter for candidate in span.candidates if candidate.plausible), default=math.inf
    )
    return said if nearest <= _EXACT else int(nearest > NAME)


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def _leaning(span: LatinSpan, lean: int, *, sentence: bool) -> LatinSpan:
    """Its candidates in order once it is known whether the other words are English (1) or Banglish (-1)."""
    listed = any(candidate.kind not in BY_LETTERS for candidate in span.candidates)
    heard = _heard(span)
    english = lean > 0
    lean *= 2 if sentence and heard else 1
    if lean >= 0 and not (listed or heard) and _is_common_english(span):
        return replace(span, candidates=(), unknown=True, common=True)
    weighed = (
        replace(candidate, score=candidate.score + worth) if worth else candidate
        for candidate in span.candidates
        for worth in (
            _BESIDE_BANGLISH
            if lean <= 0 and _is_as_usual_by_sound(candidate, span, heard)
            else _leaning_worth(candidate, lean, heard, listed=listed),
        )
    )
    ordered = tuple(sorted(weighed, key=lambda candidate: -candidate.score))
    return replace(span, candidates=ordered, english=english)


def _heard(span: LatinSpan) -> int:
    """How many articles hold what it sounds like most."""
    heard = (
        candidate
        for candidate in span.candidates
        if candidate.kind in {"sound", "loan"} and candidate.plausible
    )
    best = max(heard, key=lambda candidate: candidate.score, default=None)
    return best.articles if best else 0


def _is_as_usual_by_sound(candidate: LatinCandidate, span: LatinSpan, heard: int) -> bool:
    """Whether articles have a common English word in Bengali letters as often as they have its meaning."""
    return (
        candidate.sure
        and candidate.kind == "meaning"
        and heard >= candidate.articles
        and _is_common_english(span)
    )


def _leaning_worth(candidate: LatinCandidate, lean: int, heard: int, *, listed: bool) -> float:
    """What is added to a score.

    Args:
        candidate: what it is added for.
        lean: whether the other words are English (above 0) or Banglish (below); twice that of a sentence.
        heard: how many articles hold what sounds so.
        listed: whether a table has the word.
    """
    if candidate.sure and candidate.kind == "meaning" and lean < 0:
        usual = heard * (_AS_USUAL if lean == -1 else _AS_USUAL_IN_SENTENCES) >= candidate.articles
        return _BESIDE_BANGLISH * -lean if usual else 0.0
    if candidate.sure:
        return _SURE
    if candidate.kind == "sound":
        return _FUNCTION_WORD if listed and lean >= 0 and is_function_word(candidate.text) else 0.0
    return (
        _CONTEXT * (lean if candidate.kind == "meaning" else max(lean, 0))
        if candidate.kind in _ENGLISH
        else 0.0
    )

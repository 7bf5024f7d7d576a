"""Reads a query in Latin letters as a sentence of its language, and ignores words without content.

In English these are function words, for which Bengali has case endings or nothing (*price of onion*, *in
dhaka*); there a word that no table has is a name or unknown. Next to Bengali in Latin letters, such words are
Bengali words spelt alike: *tara to valo*. Words that ask for articles and say nothing of their subject (*tell
me about*) say nothing of its language either: any words may follow them.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from onneshon.search.understanding.latin_entries import english_function_words
from onneshon.search.understanding.latin_language import (
    is_common_english,
    is_english_function_word,
    is_evidence,
    is_written_out,
    languages_of,
    leaning,
    named,
)
from onneshon.search.understanding.latin_sounds import BY_LETTERS
from onneshon.search.understanding.latin_spans import LatinSpan, has_latin_letters, is_english

_MANY_FUNCTION_WORDS: Final = 2
"""Number of purely English function words that decide for English if the evidence is equal."""

_ASKING: Final = 2
_ASKED: Final = 3
_QUESTION: Final = re.compile(
    "wh(?:at|ich|om?|ose|y|en|ere)|how|is|was|were|does|did|ha[sd]|have|(?:c|w|sh)ould"
)
"""Function words for which a question word counts in addition, at the start of ``_ASKED`` words or more: the
names in *did fakhrul meet*, which no table has, would otherwise make it Bengali."""

_SENTENCE: Final = 5
"""A query of this many words is a sentence, whose writer uses English words by their sound."""

_VOWELS: Final = frozenset("aeiouy")

_AFTER_ENGLISH: Final = frozenset(("of", "the", "in", "for", "and", "with", "from"))
"""Words that are English after an English word, regardless of the language of the others."""

_POLITE: Final = (
    "(?:what|how|much|do|is|there|please|pls|kindly|can|could|will|would|you|i|we|am|want|wanna|need|like"
    "|looking|trying|to)"
)
_VERB: Final = "(?:tell|show|give|get|find|send|bring|know|knowing|learn|read|hear|search|teach|write|talk)"
_FILLER: Final = "(?:me|us|more|some|something|anything|everything|all|any|the|a|an|bit|little|latest|new)"
_NOUN: Final = "(?:information|info|informations|details?|facts?|data|news|articles?|things|stuff|notes?)"
_OPENING: Final = re.compile(
    f"(?:{_POLITE} )*(?:{_VERB}|(?:{_FILLER} )*{_NOUN}|looking)(?: {_FILLER})*(?: {_NOUN})?"
    " (?:about|on|regarding|concerning)"
)

_ABOUT: Final = frozenset(["about", "on", "regarding", "concerning", "located", "situated"])
"""The words of which every request has one."""

_MOST: Final = 12
"""Most words of an opening."""

_PLACED: Final = frozenset(("located", "situated"))
"""The words that end a question for a place."""


def in_language(spans: Sequence[LatinSpan]) -> list[LatinSpan]:
    """The spans of a query without the function words of its language, with candidates weighed by it.

    Args:
        spans: the spans in order, without a gap.
    """
    if _ABOUT.isdisjoint(span.typed for span in spans):  # true of most queries
        return _in_language(spans)
    before, asked, after = without_requests(spans)
    return [*before, *_in_language(asked), *after]


def _in_language(spans: Sequence[LatinSpan]) -> list[LatinSpan]:
    found = _without_function_words(spans)
    languages = languages_of(found, written_out=is_written_out(spans))
    sentence = len(found) >= _SENTENCE
    said = sum(languages) + sum(map(is_evidence, spans))
    return [
        leaning(span, _sign(said - languages[position]), sentence=sentence)
        for position, span in enumerate(found)
    ]


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def _without_function_words(spans: Sequence[LatinSpan]) -> list[LatinSpan]:
    content = [span for span in spans if not is_english_function_word(span)]
    languages = languages_of([span for span in content if span.candidates], written_out=is_written_out(spans))
    unread = any(has_latin_letters(span.typed) for span in content)
    english = _is_english(spans, languages) if languages or unread else _is_nothing_else(spans)
    names = any(candidate.sure for span in content for candidate in span.candidates) and min(languages) == 0
    if not (english or names):
        return [*_gone_before(spans[:-1], english=False), *spans[-1:]]
    if english:
        written_out = is_written_out(spans)
        plainly = written_out and sum(map(is_english_function_word, spans)) > _MANY_FUNCTION_WORDS
        spans = [_understood(span, written_out=written_out, plainly=plainly) for span in spans]
        return _gone_after(_gone_before(spans, english=True))
    kept = len(spans) - is_english_function_word(spans[-1])  # with a name only, the last may be Bengali
    return [*_gone_after(_gone_before(spans[:kept], english=True)), *spans[kept:]]


def _is_english(spans: Sequence[LatinSpan], languages: Sequence[int]) -> bool:
    function_words = sum(map(is_evidence, spans[:-1]))
    if len(spans) >= _ASKED and _QUESTION.fullmatch(spans[0].typed):
        function_words += _ASKING
    return sum(languages) + function_words + (function_words >= _MANY_FUNCTION_WORDS) > 0


def _is_nothing_else(spans: Sequence[LatinSpan]) -> bool:
    """Whether a query consists of English function words only: *how many*, before a number."""
    return all(map(is_english_function_word, spans)) and sum(map(is_evidence, spans)) >= _MANY_FUNCTION_WORDS


def _gone_before(spans: Sequence[LatinSpan], *, english: bool) -> list[LatinSpan]:
    """The spans with function words joined to the word before them, if that or the whole query is English."""
    found: list[LatinSpan] = []
    for span in spans:
        before = found[-1] if found and _takes(found[-1]) and is_english_function_word(span) else None
        if before and (english or _is_no_bengali(span, before)):
            found[-1] = replace(before, last=span.last, after=before.after + span.last - span.first)
        else:
            found.append(span)
    return found


def _is_no_bengali(span: LatinSpan, before: LatinSpan) -> bool:
    """Whether a function word is English in any query: behind an English word, or without a vowel (*vs*)."""
    return (is_english(before) and span.typed in _AFTER_ENGLISH) or _VOWELS.isdisjoint(span.typed)


def _gone_after(spans: Sequence[LatinSpan]) -> list[LatinSpan]:
    """The spans with the other function words joined to the word after them, or dropped if there is none."""
    found: list[LatinSpan] = []
    for span in reversed(spans):
        after = found[-1] if found and _takes(found[-1]) and is_english_function_word(span) else None
        if after:
            found[-1] = replace(after, first=span.first, before=after.before + span.last - span.first)
        elif is_english_function_word(span):
            found.append(replace(span, candidates=(), dropped=True))
        else:
            found.append(span)
    return found[::-1]


def _understood(span: LatinSpan, *, written_out: bool, plainly: bool) -> LatinSpan:
    """An English span with its candidates; a word that no table has is a name by its sound, or unknown.

    Args:
        span: the span with all candidates.
        written_out: whether the query has purely English function words; then no common word is a name
            (*said*, সাঈদ).
        plainly: whether it has more function words as well; then no word of a table is read by its sound
            (*power*, পৌর).
    """
    if is_english_function_word(span):
        return span
    listed = [candidate for candidate in span.candidates if candidate.kind not in BY_LETTERS]
    if listed:
        return replace(span, candidates=tuple(listed)) if plainly else span
    unknown = has_latin_letters(span.typed)
    if written_out and is_common_english(span):
        return replace(span, candidates=(), unknown=unknown, common=True)
    names = named(span)
    if names:
        return replace(span, candidates=names)
    doubted = tuple([candidate for candidate in span.candidates if candidate.plausible])
    return replace(span, candidates=(), unknown=unknown, doubted=doubted)


def _takes(span: LatinSpan) -> bool:
    return bool(span.candidates) and not is_english_function_word(span)


def without_requests(spans: Sequence[LatinSpan]) -> tuple[list[LatinSpan], list[LatinSpan], list[LatinSpan]]:
    """The words of a request before the subject of a query, the subject, and those behind it.

    Args:
        spans: the spans of the query in order; those of a request are returned as dropped.
    """
    first = _opening(spans)
    asks_where = len(spans) > first and spans[first].typed == "where"
    last = len(spans) - (asks_where and spans[-1].typed in _PLACED)
    if not _is_subject(spans[first:last]):
        return [], [*spans], []
    return _ignored(spans[:first]), [*spans[first:last]], _ignored(spans[last:])


def _opening(spans: Sequence[LatinSpan]) -> int:
    """The number of words of the longest opening before the subject."""
    typed = [span.typed for span in spans[:_MOST]]
    lengths = range(len(typed), 1, -1)
    return next((length for length in lengths if _OPENING.fullmatch(" ".join(typed[:length]))), 0)


def _is_subject(spans: Sequence[LatinSpan]) -> bool:
    """Whether any word is no English function word."""
    return any(span.typed not in english_function_words() for span in spans)


def _ignored(spans: Sequence[LatinSpan]) -> list[LatinSpan]:
    return [replace(span, candidates=(), dropped=True) for span in spans]

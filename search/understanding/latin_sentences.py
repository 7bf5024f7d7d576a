"""A query in Latin letters as a sentence of its language: what says nothing there is passed over.

In English that are function words, which Bengali says with case endings or not at all (*price of onion*, *in
dhaka*), and what no table has is a name or not understood. Beside Bengali in Latin letters they are Bengali
words that are spelt alike: *tara to valo*. Words that ask for articles and say nothing of their subject
(*tell me about*) say nothing of its language either: who begins so goes on in whatever words there are.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from onneshon.search.understanding.latin_entries import english_function_words
from onneshon.search.understanding.latin_language import (
    is_common_english,
    is_english_function_word,
    is_telling,
    is_written_out,
    languages_of,
    leaning,
    named,
)
from onneshon.search.understanding.latin_sounds import BY_LETTERS
from onneshon.search.understanding.latin_spans import LatinSpan, has_latin_letters, is_english

_MANY_FUNCTION_WORDS: Final = 2
"""Function words of English that Bengali has not, from which a query is English that is as much Bengali."""

_ASKING: Final = 2
_ASKED: Final = 3
_QUESTION: Final = re.compile(
    "wh(?:at|ich|om?|ose|y|en|ere)|how|is|was|were|does|did|ha[sd]|have|(?:c|w|sh)ould"
)
"""What one of these says beside that, at the beginning of so many words: whom *did fakhrul meet* names, which
no table has, seem to say that it is Bengali."""

_SENTENCE: Final = 5
"""A query of this many words is a sentence, whose writer mixes English words in as they sound."""

_VOWELS: Final = frozenset("aeiouy")

_AFTER_ENGLISH: Final = frozenset(("of", "the", "in", "for", "and", "with", "from"))
"""After an English word these are English, whatever the language of the others."""

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
"""A query without any of these words asks for nothing so."""

_MOST: Final = 12
"""Words of an opening."""

_PLACED: Final = frozenset(("located", "situated"))
"""What ends a question for a place."""


def in_language(spans: Sequence[LatinSpan]) -> list[LatinSpan]:
    """The spans of a query as its language has them: without function words, and weighed.

    Args:
        spans: in order, without a gap.
    """
    if _ABOUT.isdisjoint(span.typed for span in spans):  # as mostly
        return _in_language(spans)
    before, asked, after = without_requests(spans)
    return [*before, *_in_language(asked), *after]


def _in_language(spans: Sequence[LatinSpan]) -> list[LatinSpan]:
    found = _without_function_words(spans)
    languages = languages_of(found, written_out=is_written_out(spans))
    sentence = len(found) >= _SENTENCE
    said = sum(languages) + sum(map(is_telling, spans))
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
    kept = len(spans) - is_english_function_word(spans[-1])  # beside a name alone, the last may be Bengali
    return [*_gone_after(_gone_before(spans[:kept], english=True)), *spans[kept:]]


def _is_english(spans: Sequence[LatinSpan], languages: Sequence[int]) -> bool:
    function_words = sum(map(is_telling, spans[:-1]))
    if len(spans) >= _ASKED and _QUESTION.fullmatch(spans[0].typed):
        function_words += _ASKING
    return sum(languages) + function_words + (function_words >= _MANY_FUNCTION_WORDS) > 0


def _is_nothing_else(spans: Sequence[LatinSpan]) -> bool:
    """Whether it is function words of English alone: *how many*, before a number."""
    return all(map(is_english_function_word, spans)) and sum(map(is_telling, spans)) >= _MANY_FUNCTION_WORDS


def _gone_before(spans: Sequence[LatinSpan], *, english: bool) -> list[LatinSpan]:
    """Function words as part of the word before them where that, or the whole query, is English."""
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
    """Those with no word before them, as part of the one after them; or else as nothing."""
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
    """A span of English with what it may be there: what no table has is a name that sounds so, or none.

    Args:
        span: with all it may be.
        written_out: as above; there no common word is a name that sounds so (*said*, সাঈদ).
        plainly: whether it has more function words as well; there no word of a table is what sounds so
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
    """Words that ask before the subject of a query, the subject, and words that ask behind it.

    Args:
        spans: of the query, in order. Those that ask come back as words that are passed over.
    """
    first = _opening(spans)
    asks_where = len(spans) > first and spans[first].typed == "where"
    last = len(spans) - (asks_where and spans[-1].typed in _PLACED)
    if not _is_subject(spans[first:last]):
        return [], [*spans], []
    return _passed_over(spans[:first]), [*spans[first:last]], _passed_over(spans[last:])


def _opening(spans: Sequence[LatinSpan]) -> int:
    """How many words ask before the subject: the longest opening."""
    typed = [span.typed for span in spans[:_MOST]]
    lengths = range(len(typed), 1, -1)
    return next((length for length in lengths if _OPENING.fullmatch(" ".join(typed[:length]))), 0)


def _is_subject(spans: Sequence[LatinSpan]) -> bool:
    """Whether words say more than function words do."""
    return any(span.typed not in english_function_words() for span in spans)


def _passed_over(spans: Sequence[LatinSpan]) -> list[LatinSpan]:
    return [replace(span, candidates=(), dropped=True) for span in spans]

"""Cuts the words of a query into spans that are read together.

The longest entries of the tables come first; consecutive single letters are one abbreviation; a Bengali case
ending belongs to the word before it.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.index.analysis.canonical import canonical
from onneshon.index.analysis.script import VOWEL_SIGNS
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.index_protocols import WordIndex, document_frequency
from onneshon.search.understanding.latin_candidates import LatinCandidates
from onneshon.search.understanding.latin_entries import (
    ENGLISH_KINDS,
    SMALL_LETTERS,
    apart,
    common_english_words,
    entry_of,
    exonyms,
)
from onneshon.search.understanding.latin_sounds import LatinCandidate, is_near

LONGEST_ENTRY: Final = 7
"""Number of words of the longest entry of a table."""

_WORDS: Final = ("e", "r")
"""Endings that are also words: এ or ই, and আর."""

_WHERE_KNOWN: Final = ("ke", "ker", "ra")
"""Endings taken only if articles have them on the word, or the word is rare: -ke, which is also কে, -ker of a
few words of time (*aj ker*), and -ra of people (*sromik ra*)."""

_KNOWN: Final = 10
"""Document frequency from which a word should occur with an ending, if one is typed apart behind it."""

_FAR_MORE: Final = 10
"""A word is meant as typed where articles(Latin word) > _FAR_MORE * articles(reading by a table)."""

_LATIN_INSIDE: Final = re.compile("[a-zA-Z]")
_SPACES: Final = re.compile(r"\s+")
_BETWEEN: Final = re.compile(" (?:the|an?|him|her|them|it|his|their|my|our|your|its)(?= )")
"""Words that may stand inside an entry of several words: *sentenced him to death*."""

ENDINGS: Final = {
    "er": ("ের", "র", "য়ের"),
    "r": ("র",),
    "ke": ("কে",),
    "te": ("তে",),
    "e": ("ে", "য়"),
    "der": ("দের",),
    "ker": ("কের",),
    "ra": ("রা", "েরা"),
}
"""Bengali endings in Latin letters, typed apart or not, and their Bengali forms after a word."""

_WRITTEN_ON: Final = ("er", "r", "ke", "der")
"""The endings that are recognised at the end of a word: one with another ending is too often a whole word."""

_LEFT: Final = 5
"""Least letters of a word without its ending."""

_LEAD: Final = 3.0
"""Least lead in score of a word without its ending, since articles do not have the word with it."""


@dataclass(frozen=True, slots=True)
class LatinSpan:
    """Tokens that are read together; without candidates they are taken as typed.

    Attributes:
        first: the position of the first token.
        last: the position after the last token.
        typed: the text in small letters, with single spaces, without the ending.
        candidates: the candidates, the likeliest first.
        ending: a Bengali case ending that was typed apart.
        before: the number of English function words at the beginning, which are not in ``typed``.
        after: the number of English function words at the end.
        capitals: whether the span was typed in capitals that mean something.
        named: whether the span begins with a capital where most words of the query do not.
        dropped: whether the span has no content and is ignored.
        unknown: whether the span is an English word without a reading.
        common: whether that word is a common one, as in a sentence.
        english: whether the other words are English.
        doubted: candidates by sound that are too distant to be chosen without context.
    """

    first: int
    last: int
    typed: str
    candidates: tuple[LatinCandidate, ...] = ()
    ending: str = ""
    before: int = 0
    after: int = 0
    capitals: bool = False
    named: bool = False
    dropped: bool = False
    unknown: bool = False
    common: bool = False
    english: bool = False
    doubted: tuple[LatinCandidate, ...] = ()


class SpanCutter:
    """Cuts the words of queries.

    Args:
        index: the index that counts the articles with a Latin word as typed.
        candidates: the source of candidates for a span.
        budget: the time budget; once it is spent, the remaining words are taken as they are.
    """

    def __init__(self, index: WordIndex, candidates: LatinCandidates, budget: TimeBudget) -> None:
        self._index = index
        self._candidates = candidates
        self._budget = budget

    def cut(self, text: str, tokens: Sequence[Token]) -> Iterator[LatinSpan]:
        """The spans of the tokens in order, by the longest entries of the tables."""
        loud = _is_loud(tokens)
        names = _names(tokens)
        position = 0
        while position < len(tokens):
            token = tokens[position]
            if not has_latin(token) or self._budget.spent():
                found = LatinSpan(position, position + 1, token.text)
            else:
                found = self._entry(text, tokens, position) or self._single(token, position, loud=loud)
                found = self._with_ending(found, tokens)
            yield replace(found, named=True) if position in names else found
            position = found.last

    def _entry(self, text: str, tokens: Sequence[Token], first: int) -> LatinSpan | None:
        """The longest run of several words from a position that is in a table and in articles."""
        for last in range(min(first + LONGEST_ENTRY, len(tokens)), first + 1, -1):
            run = tokens[first:last]
            typed, ending = _typed(text[run[0].start : run[-1].end]), ""
            if all(len(token.text) == 1 and SMALL_LETTERS.fullmatch(token.exact) for token in run):
                typed, capitals = "".join(token.exact for token in run), True
            else:
                (typed, ending), capitals = _listed(typed), False
                if not typed:
                    continue
            candidates = self._candidates.of(typed, capitals=capitals)
            if candidates and candidates[0].kind != "sound":
                return LatinSpan(first, last, typed, tuple(candidates), ending, capitals=capitals)
        return None

    def _single(self, token: Token, position: int, *, loud: bool) -> LatinSpan:
        capitals = token.text.isupper() and len(token.exact) > 1 and not loud
        phrase = token.exact
        candidates = self._candidates.of(phrase, capitals=capitals)
        articles = document_frequency(phrase, self._index) if candidates else 0
        kept = [
            candidate
            for candidate in candidates
            if articles <= candidate.articles * (1 if candidate.kind == "sound" else _FAR_MORE)
        ]
        found = LatinSpan(position, position + 1, phrase, tuple(kept), capitals=capitals)
        return found if articles or capitals else self._without_ending(found)

    def _with_ending(self, span: LatinSpan, tokens: Sequence[Token]) -> LatinSpan:
        """Join a following case ending to the span: *eid er chuti*; drop candidates by sound that lack it.

        None is dropped for -e and -r, which are as often words by themselves; -ke stays a word behind a word
        that articles nowhere have with it (*nirbachone ke*).
        """
        following = tokens[span.last].exact if span.last < len(tokens) else ""
        if not span.candidates or following not in ENDINGS:
            return span
        having = [way for way in span.candidates if self._has(way, following)]
        rare = [way for way in span.candidates if way.articles < _KNOWN]  # too rare to decide
        if following in _WHERE_KNOWN and span.candidates[0] not in having + rare:
            return span
        kept = tuple(way for way in span.candidates if not having or way in having + rare)
        return replace(span, last=span.last + 1, ending=following, candidates=kept)

    def _has(self, way: LatinCandidate, ending: str) -> bool:
        """Whether articles have a candidate with an ending; True if it is not by sound, and for -e and -r."""
        return way.kind != "sound" or ending in _WORDS or bool(with_ending(way.text, ending, self._index))

    def _without_ending(self, span: LatinSpan) -> LatinSpan:
        """A word without its case ending, if it is no word with the ending: *rahmaner*, *chittagonger*.

        Articles have a rare name only in some of its forms, and a name of the tables need not sound as typed.
        """
        if span.typed in common_english_words() or entry_of(span.typed):
            return span
        if named := self._form_of_name(span):
            return named
        if any(map(is_near, span.candidates)):
            return span
        best = max((candidate.score for candidate in span.candidates), default=-math.inf)
        for word, ending in _cut(span.typed):
            if len(word) < _LEFT:
                continue
            found = tuple(filter(is_near, self._candidates.of(word, capitals=False)))
            if found and found[0].score > best + _LEAD and not _is_doer(found[0], ending):
                return replace(span, typed=word, candidates=found, ending=ending)
        return span

    def _form_of_name(self, span: LatinSpan) -> LatinSpan | None:
        """A name of the tables without its case ending, if what is heard is no form of it: *jamater*."""
        word, ending = next((cut for cut in _cut(span.typed) if _is_certain_name(cut[0])), ("", ""))
        names = tuple(self._candidates.of(word, capitals=False)) if word else ()
        if not names or names[0].kind != "name":
            return None
        stem = analyze(names[0].text)[0].stem
        if any(analyze(heard.text)[0].stem == stem for heard in span.candidates[:1]):
            return None
        return replace(span, typed=word, candidates=names, ending=ending)


def has_latin(token: Token) -> bool:
    """Whether a word has Latin letters."""
    return has_latin_letters(token.text)


def has_latin_letters(text: str) -> bool:
    """Whether a text has Latin letters."""
    return _LATIN_INSIDE.search(text) is not None


def with_ending(word: str, ending: str, index: WordIndex) -> str:
    """The form of a word with a case ending that most articles have; empty if none has any."""
    inside = word.removesuffix("ৎ") + "ত" if word.endswith("ৎ") else word  # বিদ্যুৎ, বিদ্যুতের
    forms = ENDINGS.get(ending, ())
    if inside[-1] in VOWEL_SIGNS:  # no vowel follows another, whatever a slip of articles has
        forms = tuple(form for form in forms if form[0] not in VOWEL_SIGNS)
    written = (inside + form for form in forms)
    found = [(document_frequency(canonical(way), index), way) for way in written]
    articles, inflected = max(found, default=(0, ""))
    return inflected if articles else ""


def is_english(span: LatinSpan) -> bool:
    """Whether a span is certainly English by a table."""
    return any(candidate.sure and candidate.kind in ENGLISH_KINDS for candidate in span.candidates)


def _typed(text: str) -> str:
    return _SPACES.sub(" ", text.casefold().replace("\u2019", "'"))


def _is_doer(candidate: LatinCandidate, ending: str) -> bool:
    """Whether an ending may be that of an English word: *streamer*, *Videoder*."""
    return ending in {"er", "der"} and candidate.kind in ENGLISH_KINDS


def _is_certain_name(word: str) -> bool:
    """Whether a word is a name in a table and nothing else: *jamat*, whose form is জামায়াতের, no জামাতের."""
    name = exonyms().get(word)
    return name is not None and not name.ambiguous and len(word) >= _LEFT


def _cut(typed: str) -> Iterator[tuple[str, str]]:
    """Words split from a case ending written onto the last one; -er is one ending, not -r."""
    for ending in _WRITTEN_ON:
        if typed.endswith(ending) and not (ending == "r" and typed.endswith("er")):
            yield typed.removesuffix(ending), ending


def _listed(typed: str) -> tuple[str, str]:
    """The entry of a table that several words are, and a case ending on the last; empty if there is none."""
    listed = next((way for way in (typed, _BETWEEN.sub("", typed)) if entry_of(way)), "") or apart(typed)
    names = ((words, ending) for words, ending in _cut(typed) if words in exonyms())
    return (listed, "") if listed else next(names, ("", ""))


def _is_loud(tokens: Sequence[Token]) -> bool:
    """Whether several Latin words are all in capitals, which then mean nothing."""
    latin = [token.text for token in tokens if SMALL_LETTERS.fullmatch(token.exact)]
    return len(latin) > 1 and all(word.isupper() for word in latin)


def _names(tokens: Sequence[Token]) -> frozenset[int]:
    """Positions of Latin words, after the first, that begin with a capital where most do not."""
    latin = [position for position, token in enumerate(tokens) if _LATIN_INSIDE.match(token.text)]
    found = [position for position in latin[1:] if tokens[position].text[0].isupper()]
    return frozenset(found if 2 * len(found) < len(latin) else ())

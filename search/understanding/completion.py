"""Completes a text that is being typed, with words, phrases and titles of the index."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import chain, islice
from typing import Final

from onneshon.index.analysis.script import aksharas
from onneshon.index.analysis.stemmer import is_function_word, stem_key
from onneshon.index.completion.completion import Candidate, Completion, TypedWord, one_a_stem, stem_of
from onneshon.search.retrieval.index_protocols import Suggests
from onneshon.search.understanding.continuations import LATIN, Continuations, canonical_words
from onneshon.search.understanding.latin_entries import ENGLISH_KINDS, entries_beginning
from onneshon.search.understanding.latin_spans import ENDINGS
from onneshon.search.understanding.suggestion import (
    SECOND,
    AsRead,
    ReadText,
    SearchEach,
    Suggestion,
    SuggestionKind,
    as_typed,
    different,
    searched,
)

LONGEST: Final = 100
"""Number of characters that are read; a person who types more is not helped by suggestions."""
MOST: Final = 50
"""Greatest number of suggestions that can be requested."""

PHRASES: Final = 2
"""Places reserved for phrases where a single word is typed."""
ENOUGH_CLUSTERS: Final = 3
"""Least clusters for which places are reserved; a shorter text begins too many words."""
FEW: Final = 3
"""If fewer words begin with the text, it may be a form that no article has, or misspelt."""
USUAL: Final = 50
"""Document frequency of a word from which its beginning is taken to be spelt right."""
TYPO_CLUSTERS: Final = 4
"""Least clusters of a text that may be misspelt."""

TRIED: Final = 3
"""Number of words that are tried for a last word in Latin letters, in phrases and titles."""
ENOUGH_LETTERS: Final = 3
"""Least letters of a Latin word that may be complete by its sound."""
ENGLISH: Final = re.compile(r"[a-z][a-z ]{3,}")
"""Texts for which words of the English tables are offered: four letters or more."""

_BEGINNINGS: Final = frozenset(ending for ending in ENDINGS if len(ending) == 1)
"""Endings of one letter, which more often begins the next word: *metro r* is মেট্রোরেল before মেট্রোর."""

_SIGNS: Final = re.compile(r"[()\"“”*:+~=]")
"""The signs of operators; a text with one is not read as a search would read it."""
_EXCLUDES: Final = re.compile(r"(?:^|\s)(?:-\S|NOT\s)")
"""An excluded word, after which nothing is suggested."""
_HAS_LATIN: Final = re.compile("[A-Za-z]")
_SPACE: Final = re.compile(r"\s")


def complete(
    text: str,
    index: Suggests,
    limit: int,
    read: ReadText = as_typed,
    search: SearchEach | None = None,
    *,
    usual: Callable[[str], str] = str,
    authors: Callable[[str], Sequence[str]] = lambda _text: (),
) -> list[Suggestion]:
    """The suggestions that continue a text, best first, without duplicates.

    There are none if the index was built without completion, or if the text excludes a word: a continuation
    would ask for it.

    Args:
        text: the text typed so far.
        index: the source of the suggestions.
        limit: the greatest number of suggestions, up to ``MOST``.
        read: reads Latin and misspelt words; by default they are taken as they are.
        search: searches for suggestions; by default the counts of titles and last words are used.
        usual: returns a text in the spelling of most articles.
        authors: returns the names of authors that continue a text.
    """
    completion = index.completion
    typed = text.lstrip()[-LONGEST:]
    limit = min(limit, MOST)
    if completion is None or not typed or limit < 1 or _EXCLUDES.search(typed):
        return []
    going_on = _Typed(typed, completion, index, read).suggestions(limit)
    rows = (row if row.kind == "title" else replace(row, text=usual(row.text)) for row in going_on)
    names = (Suggestion(name, "phrase", 1) for name in authors(typed))
    found = different(chain(islice(rows, 1), names, rows))
    return list(islice(found if search is None else searched(found, limit, search), limit))


class _Typed:
    """A text that is being typed: the words before its last one, and the beginning of the last word."""

    def __init__(self, text: str, completion: Completion, index: Suggests, read: ReadText) -> None:
        self._completion = completion
        self._vocabulary = index.vocabulary
        self._read = cache(as_typed if _SIGNS.search(text) else read)  # the text before may be all of it
        self._continuations = Continuations(completion, index.pairs, index.vocabulary, self._read_whole)
        self._text = text
        self._last = _SPACE.split(text)[-1]
        self._before = text[: len(text) - len(self._last)]

    def suggestions(self, limit: int) -> list[Suggestion]:
        found = [*(self._after_others(limit) if self._before else self._first_word(limit))]
        self._insert_entries(found)
        if _HAS_LATIN.search(self._text) or not found:
            whole = self._read(self._text.strip())
            index = self._insertion_index(whole, found)
            if index is not None:
                found.insert(index, Suggestion(whole.text, "word", whole.articles))
        return found

    def _insert_entries(self, found: list[Suggestion]) -> None:
        """Insert words of tables before rarer words, and phrases of tables before other rows."""
        at = 0
        for entry in self._entries():
            while at < len(found) and self._stays_before(found[at], entry):
                at += 1
            found.insert(at, entry)
            at += 1

    @staticmethod
    def _stays_before(row: Suggestion, entry: Suggestion) -> bool:
        return row.kind == "word" and (entry.kind == "phrase" or row.count >= entry.count)

    def _entries(self) -> list[Suggestion]:
        """The Bengali of English words and names of the tables that the text begins: words, then phrases."""
        typed = " ".join(self._text.casefold().split()) + " " * self._text.endswith(" ")
        if not ENGLISH.fullmatch(typed):
            return []
        found = ((entry.kind, entry.bengali[0]) for entry in entries_beginning(typed))
        # Names of several words are found by their sound, but *sri la* begins শ্রীলঙ্কা.
        texts = dict.fromkeys(
            text for kind, text in found if not self._before or kind in ENGLISH_KINDS or " " not in text
        )
        rows = [
            Suggestion(text, "phrase" if " " in text else "word", self._frequency(text)) for text in texts
        ]
        commonest = sorted((row for row in rows if row.count), key=lambda row: -row.count)[:TRIED]
        return sorted(commonest, key=lambda row: row.kind == "phrase")

    def _frequency(self, text: str) -> int:
        """The document frequency of the rarest word of a text; 0 if its words are never adjacent."""
        if not self._continuations.are_said(text):
            return 0
        return min(map(self._vocabulary.frequency, canonical_words(text)), default=0)

    def _insertion_index(self, whole: AsRead, found: Sequence[Suggestion]) -> int | None:
        """The position, among the suggestions, of the text as a search reads it; None for none."""
        if whole.text == self._text.strip() or not whole.articles or _HAS_LATIN.search(whole.text):
            return None
        if not self._continuations.are_said(whole.text):
            return None
        if whole.sure or not found:
            return len(found) if self._before and self._last.casefold() in _BEGINNINGS else 0
        if 0 < len(self._last) < ENOUGH_LETTERS:
            return None
        words = [index for index, suggestion in enumerate(found) if suggestion.kind == "word"]
        most = found[words[0]].count if words else 0
        if whole.articles * SECOND < most:
            return None
        first = words[0] if words else len(found)
        return (first if self._before else 0) + (whole.articles < most)

    def _first_word(self, limit: int) -> Iterator[Suggestion]:
        words = self._words(limit)
        typed = TypedWord.of(self._last)
        start = words[0].row.text if words and LATIN.fullmatch(self._last) else ""
        start = _canonical(start) or typed.start
        phrases = self._rows("phrase", start, limit)
        titles = self._rows("title", start, limit)
        long = aksharas(typed.key) >= ENOUGH_CLUSTERS or len(words) < limit
        kept = min(len(phrases), PHRASES) if long else 0
        yield from _as_suggestions(words[: max(limit - kept - bool(titles and long), 1)])
        yield from phrases[:kept]
        yield from titles[:1]
        yield from phrases[kept:]
        yield from titles[1:]

    def _after_others(self, limit: int) -> Iterator[Suggestion]:
        """The suggestions for several words: words that follow them in articles, phrases and titles."""
        after = [
            Suggestion(row.text, "phrase", 1) for row in self._continuations.after(self._before, self._last)
        ]
        starts = [row.text for row in after[:TRIED]] if LATIN.fullmatch(self._last) else []
        starts = list(map(_canonical, starts)) or self._starts_of_all()
        phrases = self._rows_of("phrase", starts, limit)
        titles = self._rows_of("title", starts, limit)
        first = max(limit - min(PHRASES, len(phrases)) - min(PHRASES, len(titles)), 1)
        after[:1] = self._beside_joined(after[:1])
        yield from after[:first]
        yield from phrases[:PHRASES]
        yield from titles[:PHRASES]
        yield from after[first:]
        yield from phrases[PHRASES:]
        yield from titles[PHRASES:]

    def _beside_joined(self, likeliest: list[Suggestion]) -> list[Suggestion]:
        """The likeliest words, and the single word that the typed text begins (প্রধান ম, প্রধানমন্ত্রী).

        That word is included if its count is at least that of the adjacent words, and first if far greater.
        """
        joined = self._joined()
        times = max([1, *(self._continuations.times(row.text) for row in likeliest)])
        if joined is None or joined.count < times:
            return likeliest
        return [joined, *likeliest] if joined.count >= SECOND * times else [*likeliest, joined]

    def _joined(self) -> Suggestion | None:
        """The commonest word that begins with the two typed words joined; no form of the first of them."""
        words = canonical_words(self._before)
        typed = TypedWord.of("".join(words) + self._last)
        if len(words) != 1 or not self._last or is_function_word(words[0]):
            return None
        if LATIN.search(typed.key) or aksharas(typed.key) < ENOUGH_CLUSTERS:
            return None
        found = self._completion.word_beginnings(typed, 1)
        is_other = found and stem_of(found[0].row.text) != stem_key(words[0])
        return next(_as_suggestions(found)) if is_other else None

    def _read_before(self) -> str:
        """The text before the last word as typed; if it has Latin words, as a search reads it."""
        if not _HAS_LATIN.search(self._before):
            return self._before
        return f"{self._read_whole(self._before.strip())} "

    def _read_whole(self, part: str) -> str:
        """Words before the last as a search reads them; empty if it adds words, as may be typed behind.

        *shakib al* begins সাকিব আল হাসান, but what is typed behind it does not follow হাসান.
        """
        read = self._read(part)
        return "" if read.begun and len(read.text.split()) > len(part.split()) else read.text

    def _starts_of_all(self) -> list[str]:
        """The whole text in canonical spelling, with Latin words read; one text a reading of the last."""
        before = _canonical(self._read_before())
        if LATIN.fullmatch(self._last):
            lasts = [_canonical(candidate.row.text) for candidate in self._words(TRIED)] or [self._last]
        else:
            lasts = [TypedWord.of(self._last).start if self._last else ""]
        return [f"{before} {last}" for last in lasts]

    def _rows_of(self, kind: SuggestionKind, starts: Iterable[str], limit: int) -> list[Suggestion]:
        found = [row for start in starts for row in self._rows(kind, start, limit)]
        return sorted(found, key=lambda suggestion: -suggestion.count)[:limit]

    def _words(self, limit: int) -> list[Candidate]:
        completion = self._completion
        typed = TypedWord.of(self._last)
        if not typed.key:
            return []
        found = completion.word_beginnings(typed, limit)
        if len(found) < FEW and not typed.half:
            found = one_a_stem([*found, *completion.in_other_forms(typed)], limit)
        if LATIN.fullmatch(self._last):
            found = _either_script(found, completion.sounding(self._last.casefold(), limit), limit)
        elif self._may_be_misspelt(typed, found):
            found += completion.misspelt(typed, limit)
        return found[:limit]

    def _may_be_misspelt(self, typed: TypedWord, found: Sequence[Candidate]) -> bool:
        """Whether few words begin with the text, and these are rare."""
        known = any(candidate.row.articles >= USUAL for candidate in found)
        return len(found) < FEW and not known and aksharas(typed.key) >= TYPO_CLUSTERS

    def _rows(self, kind: SuggestionKind, start: str, limit: int) -> list[Suggestion]:
        rows = self._completion.beginning(kind, start, limit) if start else []
        return [Suggestion(row.text, kind, row.articles) for row in rows]


def _either_script(latin: Sequence[Candidate], bengali: Sequence[Candidate], limit: int) -> list[Candidate]:
    """Latin words more usual than the likeliest Bengali word, the Bengali words, the other Latin words."""
    most = bengali[0].row.articles if bengali else 0
    usual = [candidate for candidate in latin if candidate.row.articles >= most]
    rare = [candidate for candidate in latin if candidate.row.articles < most]
    return [*usual, *bengali[: max(limit - len(usual) - bool(rare), 0)], *rare]


def _canonical(text: str) -> str:
    return " ".join(canonical_words(text))


def _as_suggestions(candidates: Iterable[Candidate]) -> Iterator[Suggestion]:
    return (Suggestion(candidate.row.text, "word", candidate.row.articles) for candidate in candidates)

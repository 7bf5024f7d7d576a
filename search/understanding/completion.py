"""What may somebody be typing? Words, phrases and titles of the index that go on from what is typed."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import chain, islice
from typing import Final, Protocol

from onneshon.index.analysis.script import aksharas
from onneshon.index.analysis.stemmer import is_function_word, stem_key
from onneshon.index.completion.completion import Candidate, Completion, TypedWord, one_a_stem, stem_of
from onneshon.index.completion.table import Row
from onneshon.search.retrieval.index_protocols import KnownWords
from onneshon.search.understanding.continuations import LATIN, Continuations, canonical_words
from onneshon.search.understanding.latin_entries import ENGLISH_KINDS, entries_beginning
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
"""Characters that are looked at; who types more is not helped by suggestions."""
MOST: Final = 50
"""Suggestions that can be asked for."""

PHRASES: Final = 2
"""Suggestions kept for phrases where a single word is typed."""
ENOUGH_CLUSTERS: Final = 3
"""The fewest letters with which some are kept; what is shorter begins too many words."""
FEW: Final = 3
"""Where fewer words begin so, it may be a form that no article has, or misspelt."""
USUAL: Final = 50
"""What a word in this many articles begins with is spelt right."""
TYPO_CLUSTERS: Final = 4
"""What is shorter has no spelling yet that could be wrong."""

TRIED: Final = 3
"""Words that the last one, in Latin letters, is tried for in phrases and titles."""
ENOUGH_LETTERS: Final = 3
"""Of a Latin word, to be taken for one that is whole by its sound."""
ENGLISH: Final = re.compile(r"[a-z][a-z ]{3,}")
"""Letters for which words of the tables of English are offered: four or more."""

_SIGNS: Final = re.compile(r"[()\"“”*:+~=]")
"""Of operators, which say what a query asks for, and what they cost."""
_EXCLUDES: Final = re.compile(r"(?:^|\s)(?:-\S|NOT\s)")
"""What articles must not have, after which nothing goes on that says so."""
_HAS_LATIN: Final = re.compile("[A-Za-z]")
_LAST: Final = re.compile(r"\S*\Z")


class Suggests(KnownWords, Protocol):
    """What suggesting asks of an index."""

    @property
    def learned(self) -> str:
        """What it learned of its articles, as a table of synonyms."""

    @property
    def completion(self) -> Completion | None:
        """Its words, phrases and titles by their beginnings, if it was built with them."""


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
    """What goes on from a text, best first, nothing twice.

    There is nothing where the index was built without, and where the text excludes a word: what goes on would
    ask for it.

    Args:
        text: what is typed so far.
        index: where it comes from.
        limit: how many at most, up to ``MOST``.
        read: how Latin and misspelt words are read; taken as they are by default.
        search: what a search finds; what is known of titles and last words by default.
        usual: how most articles spell the words of a text.
        authors: whose names go on from a text.
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
    """A text that is being typed: what stands before its last word, and the beginning of that."""

    def __init__(self, text: str, completion: Completion, index: Suggests, read: ReadText) -> None:
        self._completion = completion
        self._vocabulary = index.vocabulary
        self._read = cache(as_typed if _SIGNS.search(text) else read)  # all of it may be what stands before
        self._continuations = Continuations(
            completion, index.pairs, index.vocabulary, lambda part: self._read(part).text
        )
        self._text = text
        self._last = text[_begin_of_last(text) :]
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
        """Words of tables before rarer words, phrases of tables before what else is no word."""
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
        """What tables have for English words and names that begin as all of it does: words, then phrases."""
        typed = " ".join(self._text.casefold().split()) + " " * self._text.endswith(" ")
        if not ENGLISH.fullmatch(typed):
            return []
        # Names of several words are found by their sound.
        entries = (row for row in entries_beginning(typed) if not self._before or row.kind in ENGLISH_KINDS)
        texts = dict.fromkeys(entry.bengali[0] for entry in entries)
        rows = [
            Suggestion(text, "phrase" if " " in text else "word", self._frequency(text)) for text in texts
        ]
        commonest = sorted((row for row in rows if row.count), key=lambda row: -row.count)[:TRIED]
        return sorted(commonest, key=lambda row: row.kind == "phrase")

    def _frequency(self, text: str) -> int:
        """How many articles have the rarest word of a text; 0 where its words never stand side by side."""
        if not self._continuations.are_said(text):
            return 0
        return min(map(self._vocabulary.frequency, canonical_words(text)), default=0)

    def _insertion_index(self, whole: AsRead, found: Sequence[Suggestion]) -> int | None:
        """Where what a search takes the whole text for stands among what goes on from it, if anywhere."""
        if whole.text == self._text.strip() or not whole.articles or _HAS_LATIN.search(whole.text):
            return None
        if not self._continuations.are_said(whole.text):
            return None
        if whole.sure or not found:
            return 0
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
        """Where several words are typed: what articles have after them, and what titles begin with them."""
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
        """The likeliest words, and the one that what is typed is the beginning of (প্রধান ম, প্রধানমন্ত্রী).

        Where as many articles have that as the words stand side by side; before them where far more do.
        """
        joined = self._joined()
        times = max([1, *(self._continuations.times(row.text) for row in likeliest)])
        if joined is None or joined.count < times:
            return likeliest
        return [joined, *likeliest] if joined.count >= SECOND * times else [*likeliest, joined]

    def _joined(self) -> Suggestion | None:
        """The commonest word that two begin which are typed; no form of the first of them."""
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
        """What stands before the last word as typed, but for Latin words, which are read as a search does."""
        if not _HAS_LATIN.search(self._before):
            return self._before
        return f"{self._read(self._before.strip()).text} "

    def _starts_of_all(self) -> list[str]:
        """The canonical spellings of everything, Latin words read; the last may be one of several."""
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
        """Whether few words begin so, and those are rare ones."""
        known = any(candidate.row.articles >= USUAL for candidate in found)
        return len(found) < FEW and not known and aksharas(typed.key) >= TYPO_CLUSTERS

    def _rows(self, kind: SuggestionKind, start: str, limit: int) -> list[Suggestion]:
        rows = self._completion.beginning(kind, start, limit) if start else []
        return [_suggestion(row, kind) for row in rows]


def _either_script(latin: Sequence[Candidate], bengali: Sequence[Candidate], limit: int) -> list[Candidate]:
    """Latin words more usual than the likeliest Bengali one, Bengali ones, one of the other Latin ones."""
    most = bengali[0].row.articles if bengali else 0
    usual = [candidate for candidate in latin if candidate.row.articles >= most]
    rare = [candidate for candidate in latin if candidate.row.articles < most]
    return [*usual, *bengali[: max(limit - len(usual) - bool(rare), 0)], *rare]


def _begin_of_last(text: str) -> int:
    found = _LAST.search(text)
    return found.start() if found else len(text)


def _canonical(text: str) -> str:
    return " ".join(canonical_words(text))


def _suggestion(row: Row, kind: SuggestionKind) -> Suggestion:
    return Suggestion(row.text, kind, row.articles)


def _as_suggestions(candidates: Iterable[Candidate]) -> Iterator[Suggestion]:
    return (Suggestion(candidate.row.text, "word", candidate.row.articles) for candidate in candidates)

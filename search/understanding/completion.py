"""What may somebody be typing? Words, phrases and titles of the index that go on from what is typed."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal, Protocol, TypeAlias

from index.analysis.analyzer import word_keys
from index.analysis.script import aksharas
from index.completion.completion import Completion, Guess, TypedWord, one_a_stem
from index.completion.table import Row
from index.vocabulary.vocabulary import Vocabulary

__all__ = ["LONGEST", "MOST", "USUAL", "Suggestion", "SuggestionKind", "Suggests", "complete"]

SuggestionKind: TypeAlias = Literal["word", "phrase", "title"]

LONGEST: Final = 100
"""Characters that are looked at; who types more is not helped by suggestions."""
MOST: Final = 50
"""Suggestions that can be asked for."""

PHRASES: Final = 2
"""Places kept for phrases where a single word is typed."""
ENOUGH_CLUSTERS: Final = 3
"""From so many on, some places are kept; what is shorter begins too many words."""
FEW: Final = 3
"""Where fewer words begin so, it may be a form that no article has, or misspelt."""
USUAL: Final = 50
"""What a word of so many articles begins with is spelt right."""
TYPO_CLUSTERS: Final = 4
"""What is shorter has no spelling yet that could be wrong."""

_LATIN: Final = re.compile("[A-Za-z]+")
_LAST: Final = re.compile(r"\S*\Z")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to search for.

    Attributes:
        text: as most articles write it; words typed before the last one stand before it as typed.
        kind: a word, a phrase of several titles, or the title of an article.
        count: articles that hold the word (after others: the last word), or whose title has the phrase or is
            the title.
    """

    text: str
    kind: SuggestionKind
    count: int


class Suggests(Protocol):
    """What suggesting asks of an index."""

    @property
    def completion(self) -> Completion | None:
        """Its words, phrases and titles by their beginnings, if it was built with them."""

    @property
    def vocabulary(self) -> Vocabulary | None:
        """Its Bengali words with their sounds, if it was built with them."""


def complete(text: str, index: Suggests, limit: int) -> list[Suggestion]:
    """What goes on from a text, best first, nothing twice; nothing where the index was built without.

    Args:
        text: what is typed so far.
        index: where it comes from.
        limit: how many at most, up to ``MOST``.
    """
    completion = index.completion
    typed = text.lstrip()[-LONGEST:]
    limit = min(limit, MOST)
    if completion is None or not typed or limit < 1:
        return []
    found = _Typed(typed, completion, index.vocabulary).suggestions(limit)
    return list(islice(_different(found), limit))


def _different(found: Iterable[Suggestion]) -> Iterator[Suggestion]:
    """Each run of words once."""
    met: set[tuple[str, ...]] = set()
    for suggestion in found:
        words = tuple(exact for exact, _ in word_keys(suggestion.text))
        if words not in met:
            met.add(words)
            yield suggestion


class _Typed:
    """A text that is being typed: what stands before its last word, and the beginning of that."""

    def __init__(self, text: str, completion: Completion, vocabulary: Vocabulary | None) -> None:
        self._completion = completion
        self._vocabulary = vocabulary
        self._last = text[_begin_of_last(text) :]
        self._before = text[: len(text) - len(self._last)]

    def suggestions(self, limit: int) -> Iterator[Suggestion]:
        if self._before:
            return self._after_others(limit)
        return self._first_word(limit)

    def _first_word(self, limit: int) -> Iterator[Suggestion]:
        words = self._words(limit)
        typed = TypedWord.of(self._last)
        start = words[0].row.text if words and _LATIN.fullmatch(self._last) else ""
        start = _canonical(start) or typed.start
        phrases = self._rows("phrase", start, limit)
        titles = self._rows("title", start, limit)
        long = aksharas(typed.key) >= ENOUGH_CLUSTERS or len(words) < limit
        kept = min(len(phrases), PHRASES) if long else 0
        yield from _as_suggestions(words[: limit - kept - bool(titles and long)])
        yield from phrases[:kept]
        yield from titles[:1]
        yield from phrases[kept:]
        yield from titles[1:]

    def _after_others(self, limit: int) -> Iterator[Suggestion]:
        """Where several words are typed, what has them all comes before what has the last alone."""
        start = self._start_of_all()
        phrases = self._rows("phrase", start, limit)
        titles = self._rows("title", start, limit)
        yield from phrases[: max(limit - 2, limit - len(titles))]
        yield from titles[:2]
        if self._last:
            yield from _as_suggestions(self._words(limit), self._read_before())
        yield from titles[2:]

    def _read_before(self) -> str:
        """What stands before the last word as typed, but for Latin words, which are read by their sound."""
        words = (self._read(word) if _LATIN.fullmatch(word) else word for word in self._before.split())
        return "".join(f"{word} " for word in words)

    def _start_of_all(self) -> str:
        """The canonical spelling of everything, Latin words read by their sound."""
        before = " ".join(map(self._read, self._before.split()))
        if not self._last:
            return f"{before} "
        if _LATIN.fullmatch(self._last):
            words = self._words(1)
            return f"{before} {_canonical(words[0].row.text) if words else self._last}"
        return f"{before} {TypedWord.of(self._last).start}"

    def _read(self, word: str) -> str:
        if _LATIN.fullmatch(word) and self._vocabulary is not None:
            for candidate in self._vocabulary.romanised(word, 1):
                return candidate.word
        return _canonical(word)

    def _words(self, limit: int) -> list[Guess]:
        completion = self._completion
        typed = TypedWord.of(self._last)
        if not typed.key:
            return []
        found = completion.word_beginnings(typed, limit)
        if len(found) < FEW and not typed.half:
            found = one_a_stem([*found, *completion.in_other_forms(typed)], limit)
        if _LATIN.fullmatch(self._last):
            found += completion.sounding(self._last.casefold(), limit)
        elif self._may_be_misspelt(typed, found):
            found += completion.misspelt(typed, limit)
        return found[:limit]

    def _may_be_misspelt(self, typed: TypedWord, found: Sequence[Guess]) -> bool:
        """Whether few words begin so, and those are rare ones."""
        known = any(guess.row.articles >= USUAL for guess in found)
        return len(found) < FEW and not known and aksharas(typed.key) >= TYPO_CLUSTERS

    def _rows(self, kind: SuggestionKind, start: str, limit: int) -> list[Suggestion]:
        rows = self._completion.beginning(kind, start, limit) if start else []
        return [_suggestion(row, kind) for row in rows]


def _begin_of_last(text: str) -> int:
    found = _LAST.search(text)
    return found.start() if found else len(text)


def _canonical(text: str) -> str:
    return " ".join(exact for exact, _ in word_keys(text))


def _suggestion(row: Row, kind: SuggestionKind) -> Suggestion:
    return Suggestion(row.text, kind, row.articles)


def _as_suggestions(guesses: Iterable[Guess], before: str = "") -> Iterator[Suggestion]:
    return (Suggestion(before + guess.row.text, "word", guess.row.articles) for guess in guesses)

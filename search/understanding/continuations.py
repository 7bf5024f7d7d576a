"""What goes on from words that are typed: what stands in articles after the last whole one."""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise, starmap
from typing import Final, NamedTuple

from onneshon.index.analysis.analyzer import Token, word_keys
from onneshon.index.analysis.canonical import canonical
from onneshon.index.analysis.script import aksharas, is_bengali
from onneshon.index.analysis.stemmer import fold, is_function_word, stem_key
from onneshon.index.completion.completion import Completion, TypedWord
from onneshon.index.completion.followers import Follower, Followers, one_a_lemma, slips_behind
from onneshon.index.vocabulary.pairs import WordPairs
from onneshon.index.vocabulary.vocabulary import Vocabulary
from onneshon.search.retrieval.index_protocols import WordIndex, document_frequency
from onneshon.search.understanding.latin_candidates import FREQUENCY_WEIGHT, LatinCandidate, is_near
from onneshon.search.understanding.latin_entries import entry_of
from onneshon.search.understanding.latin_language import BY_LETTERS
from onneshon.search.understanding.latin_spans import LatinSpan
from onneshon.search.understanding.lattice import CONTEXT_WEIGHT, Context
from onneshon.search.understanding.romanised import per_letter, surface, written_verb
from onneshon.search.understanding.usual_spellings import Correction

FEW: Final = 3
"""Where fewer words go on so, what is typed of the last one may be misspelt."""
TYPO_CLUSTERS: Final = 2
"""What is shorter has no spelling yet that could be wrong."""
FIRSTS: Final = 4
"""Words that a Latin one before the last may sound like, beside what a search reads."""
NOT_READ: Final = 2.0
"""What it costs that such a word is not the one that a search reads, in distance."""

_OF_ENGLISH: Final = 1.1
"""How far by letter such a word may be from one that a table has as English: *service* is সার্ভিস too, *price*
no পড়েছে."""

LATIN: Final = re.compile("[A-Za-z]+")


class Continuation(NamedTuple):
    """Words that stand side by side, the last of which is completed.

    Attributes:
        text: those before as typed or read, and the last.
        score: the lowest is the best.
    """

    text: str
    score: float


class _Before(NamedTuple):
    """What may stand before the last word.

    Attributes:
        text: all of it, with a space.
        word: the last of it, in canonical spelling.
        cost: how unusual it is to be typed so.
    """

    text: str
    word: str
    cost: float = 0.0


def canonical_words(text: str) -> list[str]:
    """The words of a text in canonical spelling."""
    return [exact for exact, _ in word_keys(text)]


class Continuations:
    """Looks up what goes on.

    Args:
        completion: how words are written.
        pairs: how often words stand side by side.
        vocabulary: what Latin words may stand for.
        read: what a search takes a text for.
    """

    def __init__(
        self,
        completion: Completion,
        pairs: WordPairs,
        vocabulary: Vocabulary,
        read: Callable[[str], str],
    ) -> None:
        self._completion = completion
        self._pairs = pairs
        self._followers = Followers(pairs)
        self._vocabulary = vocabulary
        self._read = read

    def are_said(self, text: str) -> bool:
        """Whether each word of a text stands beside the next one somewhere."""
        return all(self._pairs.count(*pair) for pair in pairwise(canonical_words(text)))

    def times(self, text: str) -> int:
        """How often the last two words of a text stand side by side."""
        words = canonical_words(text)[-2:]
        return self._pairs.count(*words) if len(words) > 1 else 0

    def after(self, before: str, last: str) -> list[Continuation]:
        """What goes on, best first, one row a word however it is inflected.

        Args:
            before: whole words, and a space.
            last: of the last word as much as is typed; may be empty.
        """
        found = [
            Continuation(start.text + self._completion.written(follower.word), follower.score + start.cost)
            for start in self._starts(before)
            for follower in slips_behind(one_a_lemma(self._going_on(start.word, last)))
        ]
        return sorted(found, key=lambda continuation: continuation.score)

    def _going_on(self, first: str, last: str) -> list[Follower]:
        typed = TypedWord.of(last)
        if last and not typed.key:
            return []
        found = self._followers.beginning(first, typed)
        if LATIN.fullmatch(last):
            return [*found, *self._followers.sounding(first, last.casefold())]
        if len(found) < FEW and not typed.half and aksharas(typed.key) >= TYPO_CLUSTERS:
            known = {follower.word for follower in found}
            found += [
                follower for follower in self._followers.misspelt(first, typed) if follower.word not in known
            ]
        return found

    def _starts(self, before: str) -> Sequence[_Before]:
        """What may stand before: as typed, or read where that is Latin or nothing goes on from it."""
        words = canonical_words(before)
        if not words:
            return []
        if not LATIN.search(before):
            as_typed = _Before(before, words[-1])
            return [as_typed] if self._pairs.occurrences(words[-1]) else [as_typed, *self._as_read(before)]
        return [*self._as_read(before), *self._as_heard(before)]

    def _as_read(self, before: str) -> Iterator[_Before]:
        text = self._read(before.strip())
        if words := canonical_words(text):
            yield _Before(f"{text} ", words[-1])

    def _as_heard(self, before: str) -> Iterator[_Before]:
        """With further words that the last one, in Latin letters, sounds like.

        One of English must sound nearly so: it means something else already.
        """
        *others, last = before.split()
        if not LATIN.fullmatch(last):
            return
        farthest = _OF_ENGLISH if _is_english(last.casefold()) else math.inf
        read = self._read(" ".join(others)) + " " if others else ""
        for heard in self._vocabulary.romanised(last, FIRSTS):
            if per_letter(heard, last) <= farthest:
                written = self._completion.written(heard.word)
                yield _Before(f"{read}{written} ", heard.word, NOT_READ + heard.distance)


def _is_english(word: str) -> bool:
    """Whether a table has a word as one of English that means something else than it sounds like."""
    listed = entry_of(word)
    return listed is not None and listed[0].kind == "meaning" and not listed[0].ambiguous


_WHOLE: Final = 2.5
_WHOLE_UNKNOWN: Final = 1.0
"""log(times typed whole / times typed in part) of a word that articles have, and of one that none has. Of
8,000 pairs of words in headlines and questions two are taken for more than they are."""

_BOTH: Final = 2.0
"""Log-odds at the most, where articles have the word: what was typed is searched as well."""

_LATIN_COST: Final = 1.5
"""The same for Latin letters, on the scale of their candidates."""

_COMMON: Final = 100
"""A Latin word that sounds like a form of a word in more than articles / _COMMON is whole."""

_MOST: Final = 8
"""Words that it may go on as, the commonest there."""

_MEASURED: Final = 512
"""Words behind another whose beginnings are compared with Latin letters, the commonest."""

_SHORTEST: Final = 2
"""Letters that begin a word."""

_WHOLE_LETTERS: Final = 3
"""Latin letters that are a function word from its beginning to its end."""

_SHORTEST_ALONE: Final = 3
"""Clusters that begin a word, where nothing stands before it."""

_NOTHING_SAID: Final = 1.5
"""What it costs that nothing stands before it, in log-odds."""


def continuing(before: str, typed: str, index: WordIndex, context: Context) -> list[Correction]:
    """What a Bengali word may be the beginning of.

    Args:
        before: the word that stands before it in the query.
        typed: the last word.
        index: its articles.
        context: of its words.
    """
    if len(typed) < _SHORTEST or context.seen(before, typed):
        return []
    forms = {stem_key(typed), fold(typed)}  # বাড়িয়া is one of বাড়ি, and has forms of its own
    others = (word for word, _ in context.followers(before, typed) if fold(stem_key(word)) not in forms)
    found = _lemmas([*others])[:_MOST]
    whole, most = (_WHOLE, _BOTH) if document_frequency(typed, index) else (_WHOLE_UNKNOWN, math.inf)

    def certainty(word: str) -> float:
        sure = min(context.likelier(before, word, typed) - whole, most)
        return sure - CONTEXT_WEIGHT * (context.gain(before, word) - context.gain(before, typed))

    return [
        Correction(word, document_frequency(word, index), certainty(word), "unfinished") for word in found
    ]


def begun(typed: Token, index: WordIndex, context: Context) -> list[Correction]:
    """What a Bengali word may be the beginning of that no article has in any form, by itself.

    Args:
        typed: the last word of a query.
        index: its articles.
        context: of its words.
    """
    if aksharas(typed.exact) < _SHORTEST_ALONE or index.document_frequency("stem", typed.stem):
        return []
    found = one_a_lemma(starmap(Follower, context.beginning(typed.exact)))
    every = sum(word.times for word in found)
    return [
        Correction(
            word.word,
            document_frequency(word.word, index),
            math.log((word.times + 1) / (every - word.times + 1)) - _NOTHING_SAID,
            "unfinished",
        )
        for word in found[:_MOST]
    ]


def continued(spans: Sequence[LatinSpan], index: WordIndex, context: Context) -> list[LatinSpan]:
    """The spans of a query whose last one, if it is Latin and no table has it, may also be unfinished.

    A function word of three letters is whole: *ki vabe hoy* is কি ভাবে হয়, not the ভাবে হত্যা of articles.
    So is a verb as it is spoken, and a form of a common word, unless that stands there far less often than
    what goes on from it.
    """
    if len(spans) < 2 or not _may_go_on(spans[-1]):  # noqa: PLR2004 - a word and the one before
        return [*spans]
    before, last = _last_word(spans[-2]), spans[-1]
    known = [canonical(candidate.text) for candidate in last.candidates]
    if not before or any(context.seen(before, word) for word in known[:1]):
        return [*spans]
    stems = {*map(stem_key, known)}  # another form of one of these finds what it finds
    whole = known[0] if last.candidates and _is_common(last.candidates[0], index) else ""
    found = [
        candidate
        for candidate in _sounding(before, last.typed, index)
        if stem_key(word := canonical(candidate.text)) not in stems
        and not (whole and context.likelier(before, word, whole) < _WHOLE)
    ]
    candidates = sorted((*last.candidates, *found), key=lambda candidate: -candidate.score)
    return [*spans[:-1], replace(last, candidates=tuple(candidates))]


def _may_go_on(last: LatinSpan) -> bool:
    plain = last.typed.isascii() and last.typed.isalpha() and len(last.typed) >= _SHORTEST
    listed = any(candidate.kind not in BY_LETTERS for candidate in last.candidates)
    whole = len(last.typed) >= _WHOLE_LETTERS and last.candidates and _is_function_word(last.candidates[0])
    verb = written_verb(last.typed) != last.typed
    return plain and not (listed or whole or verb or last.capitals or last.ending or last.dropped)


def _is_function_word(heard: LatinCandidate) -> bool:
    return is_function_word(canonical(heard.text))


def _is_common(heard: LatinCandidate, index: WordIndex) -> bool:
    """Whether Latin letters sound like a form of a common word: *khabo* is খাব."""
    articles = index.document_frequency("stem", stem_key(canonical(heard.text)))
    return articles * _COMMON > index.count and is_near(heard)


def last_word(text: str) -> str:
    """The last word of a text in canonical spelling."""
    return canonical(text).rpartition(" ")[2]


def _last_word(span: LatinSpan) -> str:
    """The last word of what a span most likely is."""
    word = last_word(span.candidates[0].text if span.candidates else span.typed)
    return word if is_bengali(word) else ""


def _sounding(before: str, typed: str, index: WordIndex) -> list[LatinCandidate]:
    """The words behind another one whose beginning sounds like Latin letters, the best."""
    found = {
        follower.word: _candidate(follower.word, follower.distance, index)
        for follower in Followers(index.pairs, _MEASURED).sounding(before, typed)
    }
    best = _lemmas(sorted(found, key=lambda word: -found[word].score))
    return [found[word] for word in best[:_MOST]]


def _lemmas(words: Sequence[str]) -> list[str]:
    """Of the forms of each word the word itself, or else the first."""
    lemmas: dict[str, str] = {}
    for word in words:
        stem = stem_key(word)
        if stem not in lemmas or (stem == fold(word) != fold(lemmas[stem])):
            lemmas[stem] = word
    return [*lemmas.values()]


def _candidate(word: str, distance: float, index: WordIndex) -> LatinCandidate:
    articles = document_frequency(word, index)
    score = FREQUENCY_WEIGHT * math.log1p(articles) - distance - _LATIN_COST
    return LatinCandidate(surface(word), "unfinished", score, articles)

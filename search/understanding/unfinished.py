"""Completes the unfinished last word of a query, with words that follow the word before it in articles."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import starmap
from typing import Final

from onneshon.index.analysis.analyzer import Token
from onneshon.index.analysis.canonical import canonical
from onneshon.index.analysis.script import aksharas, is_bengali
from onneshon.index.analysis.stemmer import fold, is_function_word, stem_key
from onneshon.index.completion.completion import TypedWord
from onneshon.search.retrieval.index_protocols import WordIndex, document_frequency
from onneshon.search.understanding.certainty import DISTANCE_WEIGHT
from onneshon.search.understanding.continuations import TYPO_CLUSTERS
from onneshon.search.understanding.followers import Follower, Followers, one_a_lemma, slips_behind
from onneshon.search.understanding.latin_entries import LatinEntry, entries_beginning
from onneshon.search.understanding.latin_sounds import BY_LETTERS, FREQUENCY_WEIGHT, LatinCandidate, is_near
from onneshon.search.understanding.latin_spans import LONGEST_ENTRY, LatinSpan, has_latin_letters, is_english
from onneshon.search.understanding.lattice import CONTEXT_WEIGHT, Context, folded_stem
from onneshon.search.understanding.romanised import surface, written_verb
from onneshon.search.understanding.usual_spellings import Correction

_WHOLE: Final = 2.5
_WHOLE_UNKNOWN: Final = 1.0
"""log(times typed whole / times typed in part) of a word that articles have, and of one that none has. Of
8,000 pairs of words in headlines and questions two are completed though they are whole."""

_BOTH: Final = 2.0
"""Greatest log-odds where articles have the typed word, so that it is searched as well."""

_LATIN_COST: Final = 1.5
"""Cost of completing Latin letters, on the scale of their candidates."""

_COMMON: Final = 100
"""A Latin word that sounds like a form of a word in more than articles / _COMMON is whole."""

_MOST: Final = 8
"""Number of completions, the commonest."""

_MEASURED: Final = 512
"""Number of words behind another whose beginnings are compared with the typed letters, the commonest."""

_SHORTEST: Final = 2
"""Least letters that begin a word."""

_WHOLE_LETTERS: Final = 3
"""Least Latin letters of a function word that is taken as whole."""

_SHORTEST_ENGLISH: Final = 3
"""Least letters that begin a word of a table: too many words begin with fewer."""

_WHOLE_WORDS: Final = ("meaning", "loan", "name")
"""Kinds of row that make a last word whole; tables have some letters by accident (*cu*, a university)."""

_NAMES: Final = ("name", "acronym")
"""Kinds of row that are no beginning of another word."""

_OFTEN: Final = 5
"""Least count of a word behind another for a last word to be its misspelt beginning. Of 726 words of
headlines that are cut, with a slip in the rest, 612 are read as meant, and 351 without this rule; where the
slip is in the word before, 631 of 808, and 369. Of 1,940 last words that are right and rare one is read as
another (``benchmarks.reading.unfinished``)."""

_SHORTEST_ALONE: Final = 3
"""Least clusters that begin a word with no word before it."""

_NOTHING_SAID: Final = 1.5
"""Cost, in log-odds, of completing a word with no word before it."""


def continuing(
    before: str, typed: str, index: WordIndex, context: Context, usual: str = ""
) -> list[Correction]:
    """The completions of a Bengali word.

    Args:
        before: the word before it in the query.
        typed: the last word.
        index: the index that counts the articles of words.
        context: the contexts of the words of the index.
        usual: the usual spelling of the typed word as a whole (ব্যাং, ব্যাঙ); empty if it is the typed one.
    """
    whole = usual or typed
    if len(typed) < _SHORTEST or context.seen(before, whole):
        return []
    following = context.followers(before, typed)
    if not following:  # true of most words
        return []
    forms = {stem_key(whole), fold(whole)}  # বাড়িয়া is a form of বাড়ি, and has forms of its own
    found = _lemmas([word for word, _ in following if folded_stem(word) not in forms])[:_MOST]
    times, most = (_WHOLE, _BOTH) if document_frequency(whole, index) else (_WHOLE_UNKNOWN, math.inf)

    def certainty(word: str) -> float:
        sure = min(context.likelier(before, word, whole) - times, most)
        return sure - CONTEXT_WEIGHT * (context.gain(before, word) - context.gain(before, whole))

    return [
        Correction(word, document_frequency(word, index), certainty(word), "unfinished") for word in found
    ]


def misspelt(before: str, last: Token, articles: int, index: WordIndex, context: Context) -> list[Correction]:
    """The completions of a rare Bengali word as a misspelt beginning.

    Args:
        before: the word before it in the query.
        last: the last word.
        articles: its document frequency.
        index: the index that counts the articles of words.
        context: the contexts of the words of the index.
    """
    typed = last.exact
    if aksharas(typed) < TYPO_CLUSTERS or context.seen(before, typed):
        return []
    followers = Followers(index.pairs, _MEASURED).misspelt(before, TypedWord(typed, half=False), _OFTEN)
    found = [word for word in slips_behind(one_a_lemma(followers)) if folded_stem(word.word) != last.stem]
    times, most = (_WHOLE, _BOTH) if articles else (0.0, math.inf)

    def certainty(word: Follower) -> float:
        sure = min(context.likelier(before, word.word, typed) - DISTANCE_WEIGHT * word.distance - times, most)
        return sure - CONTEXT_WEIGHT * (context.gain(before, word.word) - context.gain(before, typed))

    return [
        Correction(word.word, document_frequency(word.word, index), certainty(word), "unfinished")
        for word in found[:_MOST]
    ]


def begun(typed: Token, index: WordIndex, context: Context) -> list[Correction]:
    """The completions, without context, of a Bengali word that no article has in any form.

    Args:
        typed: the last word of a query.
        index: the index that counts the articles of words.
        context: the contexts of the words of the index.
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
    """The spans of a query, with completions of the last one if it is Latin and no name of a table.

    Behind an English word an English word is whole: *padma set* may be পদ্মা সেতু, *film set* not.
    A function word of three letters is whole: *ki vabe hoy* is কি ভাবে হয়, not the ভাবে হত্যা of articles.
    A spoken verb is whole, and so is a form of a common word, unless it stands there far less often than the
    completion.
    """
    if len(spans) < 2:  # noqa: PLR2004 - a word and the one before
        return [*spans]
    for first in range(max(len(spans) - LONGEST_ENTRY + 1, 0), len(spans) - 1):
        if entry := _entry_begun(spans[first:], index):
            return [*spans[:first], entry]
    if not _may_go_on(spans[-1]) or (_is_listed(spans[-1]) and is_english(spans[-2])):
        return [*spans]
    before, last = _last_word(spans[-2]), spans[-1]
    known = [canonical(candidate.text) for candidate in last.candidates]
    if not before or any(context.seen(before, word) for word in known[:1]):
        return [*spans]
    stems = {*map(stem_key, known)}  # other forms of these find the same articles
    whole = known[0] if last.candidates and _is_common(last.candidates[0], index) else ""
    found = [
        candidate
        for candidate in (*_sounding(before, last.typed, index), *_of_tables(spans[-2], last.typed, index))
        if stem_key(word := canonical(candidate.text)) not in stems
        and not (whole and context.likelier(before, word, whole) < _WHOLE)
    ]
    candidates = sorted((*last.candidates, *found), key=lambda candidate: -candidate.score)
    return [*spans[:-1], replace(last, candidates=tuple(candidates))]


def _entry_begun(spans: Sequence[LatinSpan], index: WordIndex) -> LatinSpan | None:
    """One span for words that begin an entry of several words in a table: *prime mini*; else None."""
    first, last = spans[0], spans[-1]
    apart = any(span.before or span.after or span.ending for span in spans)
    whole = any(candidate.kind in _WHOLE_WORDS for candidate in last.candidates)
    if apart or whole or last.capitals or not has_latin_letters(last.typed):
        return None
    typed = " ".join(span.typed for span in spans)
    found = {way.text: way for entry in entries_beginning(typed) if (way := _in_articles(entry, index))}
    ordered = sorted(found.values(), key=lambda way: -way.score)
    return LatinSpan(first.first, last.last, typed, tuple(ordered)) if ordered else None


def _in_articles(entry: LatinEntry, index: WordIndex, before: Sequence[str] = ()) -> LatinCandidate | None:
    """The first Bengali text of an entry that articles have, with the document frequency of its rarest word.

    Args:
        entry: an entry of a table.
        index: the index whose articles decide.
        before: the word behind which the text must stand, if any.
    """
    for text in entry.bengali:
        words = canonical(text).split()
        articles = min(document_frequency(word, index) for word in words)
        if articles and index.pairs.in_a_row([*before, *words]):
            return _candidate(" ".join(words), 0.0, articles)
    return None


def _of_tables(before: LatinSpan, typed: str, index: WordIndex) -> Iterator[LatinCandidate]:
    """The Bengali of table entries that begin so, if articles have it behind another word of a table."""
    if len(typed) < _SHORTEST_ENGLISH or before.ending or not _is_listed(before):
        return
    behind = [_last_word(before)]
    found = (_in_articles(entry, index, behind) for entry in entries_beginning(typed))
    yield from {way.text: way for way in found if way}.values()


def _is_listed(span: LatinSpan) -> bool:
    return any(candidate.kind not in BY_LETTERS for candidate in span.candidates)


def _may_go_on(last: LatinSpan) -> bool:
    plain = last.typed.isascii() and last.typed.isalpha() and len(last.typed) >= _SHORTEST
    whole = len(last.typed) >= _WHOLE_LETTERS and last.candidates and _is_function_word(last.candidates[0])
    verb = written_verb(last.typed) != last.typed
    named = any(candidate.kind in _NAMES for candidate in last.candidates)
    return plain and not (named or whole or verb or last.capitals or last.ending or last.dropped)


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
    """The last word of the likeliest candidate of a span; empty if it is not Bengali."""
    word = last_word(span.candidates[0].text if span.candidates else span.typed)
    return word if is_bengali(word) else ""


def _sounding(before: str, typed: str, index: WordIndex) -> list[LatinCandidate]:
    """The best words behind a word whose beginning sounds like Latin letters."""
    found = {
        follower.word: _candidate(follower.word, follower.distance, document_frequency(follower.word, index))
        for follower in Followers(index.pairs, _MEASURED).sounding(before, typed)
    }
    best = _lemmas(sorted(found, key=lambda word: -found[word].score))
    return [found[word] for word in best[:_MOST]]


def _lemmas(words: Sequence[str]) -> list[str]:
    """One form of each word: the word itself if it is among them, or else the first."""
    lemmas: dict[str, str] = {}
    for word in words:
        stem = stem_key(word)
        if stem not in lemmas or (stem == fold(word) != fold(lemmas[stem])):
            lemmas[stem] = word
    return [*lemmas.values()]


def _candidate(word: str, distance: float, articles: int) -> LatinCandidate:
    score = FREQUENCY_WEIGHT * math.log1p(articles) - distance - _LATIN_COST
    return LatinCandidate(surface(word), "unfinished", score, articles)

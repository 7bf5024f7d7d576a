"""What a rare last word of a query goes on as: something that stands behind the word before it."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from onneshon.index.analysis.canonical import canonical
from onneshon.index.analysis.fold import fold
from onneshon.index.analysis.script import is_bengali
from onneshon.index.analysis.stemmer import stem_key
from onneshon.index.completion.followers import Followers
from onneshon.search.retrieval.index_protocols import WordIndex, document_frequency
from onneshon.search.understanding.latin_candidates import FREQUENCY_WEIGHT, LatinCandidate
from onneshon.search.understanding.latin_language import BY_LETTERS
from onneshon.search.understanding.latin_spans import LatinSpan
from onneshon.search.understanding.lattice import Context
from onneshon.search.understanding.misspellings import Correction
from onneshon.search.understanding.romanised import surface

__all__ = ["continued", "continuing"]

_COST: Final = -0.7
_OF_AN_ARTICLE: Final = 0.4
"""What it is worth that a word is the beginning of another, less the logarithm of its own articles."""

_LATIN_COST: Final = 1.5
"""The same for Latin letters, on the scale of their candidates."""

_COMMON: Final = 100
"""A word is not the beginning of another where articles(word) > articles / _COMMON."""

_MOST: Final = 8
"""Words that it may go on as, the commonest there."""

_MEASURED: Final = 512
"""Words behind another whose beginnings are compared with Latin letters, the commonest."""

_SHORTEST: Final = 2
"""Letters that begin a word."""


def continuing(before: str, typed: str, index: WordIndex, context: Context) -> list[Correction]:
    """What a Bengali word may be the beginning of.

    Args:
        before: the word that stands before it in the query.
        typed: the last word.
        index: its articles.
        context: of its words.
    """
    articles = document_frequency(typed, index)
    if len(typed) < _SHORTEST or articles * _COMMON > index.count or context.seen(before, typed):
        return []
    worth = _COST - _OF_AN_ARTICLE * math.log1p(articles)
    found = _one_a_lemma([word for word, _ in context.followers(before, typed) if word != typed])[:_MOST]
    return [Correction(word, document_frequency(word, index), worth, "unfinished") for word in found]


def continued(spans: Sequence[LatinSpan], index: WordIndex, context: Context) -> list[LatinSpan]:
    """The spans of a query whose last one, if it is Latin and no table has it, may also be unfinished."""
    if len(spans) < 2 or not _may_go_on(spans[-1]):  # noqa: PLR2004 - a word and the one before
        return [*spans]
    before, last = _last_word(spans[-2]), spans[-1]
    known = [canonical(candidate.text) for candidate in last.candidates]
    if not before or any(context.seen(before, word) for word in known[:1]):
        return [*spans]
    found = [
        candidate
        for candidate in _sounding(before, last.typed, index)
        if canonical(candidate.text) not in known
    ]
    candidates = sorted((*last.candidates, *found), key=lambda candidate: -candidate.score)
    return [*spans[:-1], replace(last, candidates=tuple(candidates))]


def _may_go_on(last: LatinSpan) -> bool:
    plain = last.typed.isascii() and last.typed.isalpha() and len(last.typed) >= _SHORTEST
    listed = any(candidate.kind not in BY_LETTERS for candidate in last.candidates)
    return plain and not (listed or last.capitals or last.ending or last.dropped)


def _last_word(span: LatinSpan) -> str:
    """The last word of what a span most likely is."""
    text = span.candidates[0].text if span.candidates else span.typed
    word = canonical(text).rpartition(" ")[2]
    return word if is_bengali(word) else ""


def _sounding(before: str, typed: str, index: WordIndex) -> list[LatinCandidate]:
    """The words behind another one whose beginning sounds like Latin letters, the best."""
    if index.pairs is None:
        return []
    found = {
        follower.word: _candidate(follower.word, follower.distance, index)
        for follower in Followers(index.pairs, _MEASURED).sounding(before, typed)
    }
    best = _one_a_lemma(sorted(found, key=lambda word: -found[word].score))
    return [found[word] for word in best[:_MOST]]


def _one_a_lemma(words: Sequence[str]) -> list[str]:
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

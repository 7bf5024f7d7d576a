"""Which of several meanings of an English word is meant: the usual one if the other words keep its company.

Bengali puts the verb behind what English puts behind the verb (*recovered a body*, লাশ উদ্ধার), and other words
may stand between, so that the order of a query says nothing: either word may stand before the other.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache
from typing import Final

from onneshon.index.analysis.canonical import canonical
from onneshon.index.analysis.fold import fold
from onneshon.index.analysis.stemmer import stem_key
from onneshon.search.understanding.latin_candidates import LatinCandidate
from onneshon.search.understanding.latin_spans import LatinSpan, is_english
from onneshon.search.understanding.lattice import Context

__all__ = ["in_company"]

_LISTED: Final = frozenset(("meaning", "loan"))

_BY_CHANCE: Final = 1.0
"""A gain of so much says nothing; what is above it counts as much as the score of a candidate."""

_NEAR: Final = 3.0
"""What sounds so may be meant where its score is so much lower than that of the first (টেস্ট of *test*)."""

_BEGINNING: Final = 2
"""Letters that the forms of a word have in common."""

_MANY: Final = 2
"""English words from which others are."""


def in_company(spans: Sequence[LatinSpan], context: Context) -> list[LatinSpan]:
    """The spans of a query, the meanings of its English words in the order that its other words speak for.

    Args:
        spans: in order.
        context: of the words of the index.
    """
    if sum(map(is_english, spans)) < _MANY:
        return [*spans]
    words = [(span.first, _last_word(text)) for span in spans for text in _meanings(span)]
    gain = cache(lambda word, sense: _gain(word, sense, context))

    def company(sense: str, span: LatinSpan) -> float:
        others = (word for first, word in words if first != span.first)
        return max((max(gain(word, sense), gain(sense, word)) for word in others), default=0.0) - _BY_CHANCE

    return [_weighed(span, company) for span in spans]


def _weighed(span: LatinSpan, company: Callable[[str, LatinSpan], float]) -> LatinSpan:
    senses = dict.fromkeys(_senses(span.candidates))
    if len(senses) < _MANY or company(next(iter(senses)), span) > 0:
        return span
    weighed = (
        replace(candidate, score=candidate.score + max(company(candidate.text, span), 0.0))
        if candidate.text in senses
        else candidate
        for candidate in span.candidates
    )
    return replace(span, candidates=tuple(sorted(weighed, key=lambda candidate: -candidate.score)))


def _senses(candidates: Sequence[LatinCandidate]) -> Iterable[str]:
    """The words that a word of a table may mean, the usual one first."""
    if not any(candidate.kind in _LISTED for candidate in candidates):
        return []
    least = candidates[0].score - _NEAR
    return [
        candidate.text
        for candidate in candidates
        if " " not in candidate.text and (candidate.kind in _LISTED or candidate.score >= least)
    ]


def _meanings(span: LatinSpan) -> list[str]:
    """What a word may be: the likeliest, and what a table has beside it."""
    return [
        candidate.text
        for number, candidate in enumerate(span.candidates)
        if number == 0 or candidate.kind in _LISTED
    ]


def _last_word(text: str) -> str:
    return canonical(text).rpartition(" ")[2]


def _gain(word: str, other: str, context: Context) -> float:
    """How much more often than by chance a word stands before another, in any form of that."""
    other = canonical(other)
    stem = fold(stem_key(other))
    followers = (follower for follower, _ in context.followers(canonical(word), other[:_BEGINNING]))
    forms = (follower for follower in followers if fold(stem_key(follower)) == stem)
    return max((context.gain(canonical(word), form) for form in forms), default=0.0)

"""Which of the things that Latin words may be the words beside them speak for."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise, product
from typing import Final

from onneshon.index.analysis.canonical import canonical
from onneshon.index.analysis.stemmer import stem_key
from onneshon.search.understanding.latin_entries import ENGLISH_KINDS
from onneshon.search.understanding.latin_sounds import LatinCandidate
from onneshon.search.understanding.latin_spans import LatinSpan, is_english
from onneshon.search.understanding.lattice import Context
from onneshon.search.understanding.unfinished import last_word

_BY_CHANCE: Final = 1.0
_COMPANY: Final = 1.75
"""A gain of so much says nothing; what is above it is worth so many times the score of a candidate."""

_PROOF: Final = 1.0
"""A gain of so much above chance proves what is too far off by itself: *regent*, of রিজেন্ট হাসপাতাল."""

_UNLIKELIER: Final = 2.5
"""A gain is 1 less for a sense of the other word whose score is so much lower than its first: two rare senses
that stand together (প্রশিক্ষণ গ্রহণ of *train take*) are not meant for that."""

_NEAR: Final = 3.0
"""What sounds so may be meant where its score is so much lower than that of the first (টেস্ট of *test*)."""

_MANY: Final = 2
"""English words that make a query English, and senses among which there is a choice."""

_AS_HEARD: Final = 2.0
"""The logarithm of how much oftener than by chance two English words stand together in Bengali letters where
that is how articles write them: 8 of 87 terms are read so, and no two words of 200 sentences
(``benchmarks.reading.neighbours``)."""

_NEARLY: Final = 0.9
"""By letter, how unusual a spelling of what is heard the English one may be."""

_AHEAD: Final = 1.0
"""By how much that is better than the best of what the two mean."""


def written_as_heard(spans: Sequence[LatinSpan], context: Context) -> list[LatinSpan]:
    """The spans of a query, English terms first as articles write them: *home delivery* is হোম ডেলিভারি.

    Each word alone is written by its meaning (বাড়ি, সরবরাহ), in that company it is not.

    Args:
        spans: in order.
        context: of the words of the index.
    """
    found = [*spans]
    for at, (left, right) in enumerate(pairwise(spans)):
        if left.last == right.first and _are_english(left, right):
            heard = max(_heard_together(left, right, context), default=None, key=lambda pair: pair[0])
            if heard and heard[0] > max(_AS_HEARD, _by_meaning(left, right, context)):
                found[at], found[at + 1] = _first(found[at], heard[1]), _first(right, heard[2])
    return found


def _are_english(left: LatinSpan, right: LatinSpan) -> bool:
    """Whether tables have two words as English ones."""
    kinds = [span.candidates[0].kind for span in (left, right) if span.candidates]
    return len(kinds) > 1 and ENGLISH_KINDS.issuperset(kinds)


def _heard_together(
    left: LatinSpan, right: LatinSpan, context: Context
) -> Iterator[tuple[float, LatinCandidate, LatinCandidate]]:
    """What two words sound like that stands together, in any form, and how much oftener than by chance."""
    for first, second in product(_heard(left), _heard(right)):
        exact = canonical(second.text)
        for form in {canonical(first.text), stem_key(canonical(first.text))}:
            gains = [context.gain(form, word) for word, _ in context.forms_behind(form, exact)]
            if gains:
                yield max(gains), replace(first, text=form), second


def _heard(span: LatinSpan) -> list[LatinCandidate]:
    return [
        candidate
        for candidate in span.candidates
        if candidate.kind == "loan"
        or (candidate.kind == "sound" and candidate.plausible and candidate.per_letter < _NEARLY)
    ]


def _by_meaning(left: LatinSpan, right: LatinSpan, context: Context) -> float:
    """How much oftener than by chance what two words mean stands together, in either order."""
    gains = (
        max(_gain(first, second, context), _gain(second, first, context))
        for first, second in product(_listed(left), _listed(right))
    )
    return max(gains, default=0.0)


def _listed(span: LatinSpan) -> list[str]:
    return [candidate.text for candidate in span.candidates if candidate.kind in ENGLISH_KINDS]


def _first(span: LatinSpan, chosen: LatinCandidate) -> LatinSpan:
    """A span, one of its candidates first."""
    score = span.candidates[0].score + _AHEAD
    stem = stem_key(canonical(chosen.text))
    others = [other for other in span.candidates if stem_key(canonical(other.text)) != stem]
    return replace(span, candidates=(replace(chosen, kind="loan", score=score), *others))


def in_company(spans: Sequence[LatinSpan], context: Context) -> list[LatinSpan]:
    """The spans of a query, the meanings of its English words in the order that its other words speak for.

    Bengali puts the verb behind what English puts behind the verb (*recovered a body*, লাশ উদ্ধার), and others
    may stand between, so that the order of a query says nothing: either word may stand before the other.

    Args:
        spans: in order.
        context: of the words of the index.
    """
    in_english = _is_in_english(spans)
    if not (in_english or any(span.doubted for span in spans)):
        return [*spans]
    words = [(span.first, *meaning) for span in spans for meaning in (*_meanings(span), *_doubted(span))]
    gain = cache(lambda word, sense: _gain(word, sense, context))

    def company(sense: str, span: LatinSpan) -> float:
        gains = (
            max(gain(word, sense), gain(sense, word)) - less
            for first, word, less in words
            if first != span.first
        )
        return max(max(gains, default=0.0) - _BY_CHANCE, 0.0)

    proved = [_proved(span, company) for span in spans]
    return [_in_order(span, company) for span in proved] if in_english else proved


def _is_in_english(spans: Sequence[LatinSpan]) -> bool:
    """Whether words are English: several, or all but names. Beside Bengali their order is that of it."""
    english = sum(map(is_english, spans))
    heard = any(span.candidates and span.candidates[0].kind == "sound" for span in spans)
    return english >= _MANY or (english > 0 and not heard)


def _proved(span: LatinSpan, company: Callable[[str, LatinSpan], float]) -> LatinSpan:
    """A word that no table has as what it sounds like, where articles have that beside other words."""
    found = [candidate for candidate in span.doubted if company(candidate.text, span) >= _PROOF]
    return replace(span, candidates=tuple(found), unknown=False) if found else span


def _in_order(span: LatinSpan, company: Callable[[str, LatinSpan], float]) -> LatinSpan:
    senses = dict.fromkeys(_senses(span.candidates))
    if len(senses) < _MANY:
        return span
    weighed = (
        replace(candidate, score=candidate.score + _COMPANY * company(candidate.text, span))
        if candidate.text in senses
        else candidate
        for candidate in span.candidates
    )
    return replace(span, candidates=tuple(sorted(weighed, key=lambda candidate: -candidate.score)))


def _senses(candidates: Sequence[LatinCandidate]) -> Iterable[str]:
    """The words that a word of a table may mean, the usual one first."""
    if not any(candidate.kind in ENGLISH_KINDS for candidate in candidates):
        return []
    least = candidates[0].score - _NEAR
    return [
        candidate.text
        for candidate in candidates
        if " " not in candidate.text and (candidate.kind in ENGLISH_KINDS or candidate.score >= least)
    ]


def _meanings(span: LatinSpan) -> list[tuple[str, float]]:
    """What a word may be: the likeliest, and what a table has beside it; how much less each says."""
    return [
        (last_word(candidate.text), (span.candidates[0].score - candidate.score) / _UNLIKELIER)
        for number, candidate in enumerate(span.candidates)
        if number == 0 or candidate.kind in ENGLISH_KINDS
    ]


def _doubted(span: LatinSpan) -> list[tuple[str, float]]:
    """What a word that no table has sounds like: two of these prove each other (*bobby deol*)."""
    return [(candidate.text, 0.0) for candidate in span.doubted]


def _gain(word: str, other: str, context: Context) -> float:
    """How much more often than by chance a word stands before another, in any form."""
    exact = canonical(other)
    gains = (
        context.gain(first, form)
        for first in context.before(word)
        for form, _ in context.forms_behind(first, exact)
    )
    return max(gains, default=0.0)

"""Reorders the candidates of Latin words by the company of the other words of the query."""

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
"""Gain up to which company says nothing, and the score for each unit above it."""

_PROOF: Final = 1.0
"""Gain above chance that proves a candidate too distant by itself: *regent*, of রিজেন্ট হাসপাতাল."""

_UNLIKELIER: Final = 2.5
"""Difference in score from the first sense of the other word that lowers a gain by 1: two rare senses are not
meant only because they stand together (প্রশিক্ষণ গ্রহণ of *train take*)."""

_NEAR: Final = 3.0
"""Difference in score from the first candidate up to which one by sound may be meant (টেস্ট of *test*)."""

_MANY: Final = 2
"""Least number of English words in an English query, and of senses among which to choose."""

_AS_HEARD: Final = 2.0
"""Gain, a logarithm, from which two English words are adjacent in Bengali letters because articles write them
so: 8 of 87 terms are read so, and no two words of 200 sentences
(``benchmarks.reading.neighbours``)."""

_NEARLY: Final = 0.9
"""Distance by letter below which an English word is heard as a Bengali one."""

_AHEAD: Final = 1.0
"""Lead in score of a chosen loan over the best candidate of the span."""


def written_as_heard(spans: Sequence[LatinSpan], context: Context) -> list[LatinSpan]:
    """The spans of a query, with English terms read as articles write them: *home delivery* is হোম ডেলিভারি.

    Each word alone is written by its meaning (বাড়ি, সরবরাহ), but not in that company.

    Args:
        spans: the spans in order.
        context: the contexts of the words of the index.
    """
    found = [*spans]
    for at, (left, right) in enumerate(pairwise(spans)):
        if left.last == right.first and _are_english(left, right):
            heard = max(_heard_together(left, right, context), default=None, key=lambda pair: pair[0])
            if heard and heard[0] > max(_AS_HEARD, _by_meaning(left, right, context)):
                found[at], found[at + 1] = _first(found[at], heard[1]), _first(right, heard[2])
    return found


def _are_english(left: LatinSpan, right: LatinSpan) -> bool:
    """Whether two words are English by the tables."""
    kinds = [span.candidates[0].kind for span in (left, right) if span.candidates]
    return len(kinds) > 1 and ENGLISH_KINDS.issuperset(kinds)


def _heard_together(
    left: LatinSpan, right: LatinSpan, context: Context
) -> Iterator[tuple[float, LatinCandidate, LatinCandidate]]:
    """Pairs of candidates by sound that are adjacent in articles, in any form, each with its gain."""
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
    """The greatest gain of two meanings of two words, in either order."""
    gains = (
        max(_gain(first, second, context), _gain(second, first, context))
        for first, second in product(_listed(left), _listed(right))
    )
    return max(gains, default=0.0)


def _listed(span: LatinSpan) -> list[str]:
    return [candidate.text for candidate in span.candidates if candidate.kind in ENGLISH_KINDS]


def _first(span: LatinSpan, chosen: LatinCandidate) -> LatinSpan:
    """A span with the chosen candidate first, as a loan."""
    score = span.candidates[0].score + _AHEAD
    stem = stem_key(canonical(chosen.text))
    others = [other for other in span.candidates if stem_key(canonical(other.text)) != stem]
    return replace(span, candidates=(replace(chosen, kind="loan", score=score), *others))


def in_company(spans: Sequence[LatinSpan], context: Context) -> list[LatinSpan]:
    """The spans of a query, with the meanings of its English words ordered by the company of its other words.

    Bengali puts the verb behind its object, English before it (*recovered a body*, লাশ উদ্ধার), and other
    words may stand between, so that the order of a query says nothing: either may stand before the other.

    Args:
        spans: the spans in order.
        context: the contexts of the words of the index.
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
    """Whether several words are English, or all but names; among Bengali words their order is Bengali."""
    english = sum(map(is_english, spans))
    heard = any(span.candidates and span.candidates[0].kind == "sound" for span in spans)
    return english >= _MANY or (english > 0 and not heard)


def _proved(span: LatinSpan, company: Callable[[str, LatinSpan], float]) -> LatinSpan:
    """A word that no table has, read by sound where articles have that reading next to the other words."""
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
    """The single-word meanings of a word of a table, and near words by sound, the likeliest first."""
    if not any(candidate.kind in ENGLISH_KINDS for candidate in candidates):
        return []
    least = candidates[0].score - _NEAR
    return [
        candidate.text
        for candidate in candidates
        if " " not in candidate.text and (candidate.kind in ENGLISH_KINDS or candidate.score >= least)
    ]


def _meanings(span: LatinSpan) -> list[tuple[str, float]]:
    """The likeliest candidate of a word, and its other meanings in tables, with the gain that each loses."""
    return [
        (last_word(candidate.text), (span.candidates[0].score - candidate.score) / _UNLIKELIER)
        for number, candidate in enumerate(span.candidates)
        if number == 0 or candidate.kind in ENGLISH_KINDS
    ]


def _doubted(span: LatinSpan) -> list[tuple[str, float]]:
    """Candidates by sound of a word that no table has: two of these prove each other (*bobby deol*)."""
    return [(candidate.text, 0.0) for candidate in span.doubted]


def _gain(word: str, other: str, context: Context) -> float:
    """The greatest gain of a word before another, in any forms."""
    exact = canonical(other)
    gains = (
        context.gain(first, form)
        for first in context.before(word)
        for form, _ in context.forms_behind(first, exact)
    )
    return max(gains, default=0.0)

"""What else a Latin word may be, beside its reading: what adds to the order, and what finds articles too.

One reading decides what a few words mean. But where another is nearly as likely, and rarer than the first,
an article that has it is found as well.
"""

from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from typing import Final

from onneshon.index.analysis.function_words import is_function_word
from onneshon.search.query.reading import Guess
from onneshon.search.understanding.latin_candidates import LatinCandidate

__all__ = ["GAP", "guesses"]

GAP: Final = 3.0
"""A reading so much worse than the best weighs a third of it."""

_LEAST: Final = 0.02
"""What weighs less is no guess, even in a sentence."""

_AS_IT_SOUNDS: Final = 0.5
"""The weight, at the least, of the likeliest word by sound where a table decides: *use* is mostly ব্যবহার,
but some write ইউজ."""

_ALIKE: Final = 0.8
"""A word with more than this share of letters in common is another spelling: গুগোল of গুগল, not ডাকা of ঢাকা."""

_SPELT: Final = 0.95
"""The weight of another spelling of the reading, as of variants in the table of synonyms."""

_FINDS: Final = 0.2
"""A guess of less weight finds no article."""

_ADDS: Final = 0.04
"""A guess of less weight adds nothing to what is found by others."""

_RARER: Final = 0.9
"""For each article of the reading, the articles of the guesses that find them, at the most. Where a function
word is read, which finds none itself, no guess does."""


def guesses(
    ordered: Sequence[tuple[LatinCandidate, float]],
    articles: Callable[[str], int],
    *,
    sentence: bool,
    alone: bool,
) -> tuple[Guess, ...]:
    """The candidates after the first, as what may be meant as well.

    Args:
        ordered: what a word may be, the reading first, each with its weight up to 1.
        articles: tells how many hold a word.
        sentence: each finds articles, since the other words say which is meant.
        alone: there is no other Latin word; the order is that of the reading.
    """
    weighed = _weighed(ordered)
    spelt = (Guess(text, _SPELT, finds=True) for text in ordered[0][0].spellings)
    if sentence:
        likely = (
            Guess(candidate.text, weight, finds=True) for candidate, weight in weighed if weight >= _LEAST
        )
        return (*spelt, *likely)
    reading = ordered[0][0].text
    most = 0 if is_function_word(reading) else _RARER * articles(reading)
    found = [*spelt]
    for (candidate, weight), (_, before) in zip(weighed, ordered[1:], strict=True):
        others = articles(candidate.text) if weight >= _FINDS and candidate.plausible else 0
        if 0 < others <= most:
            most -= others
            found.append(Guess(candidate.text, weight, finds=True))
        elif before >= _ADDS and not alone:
            found.append(Guess(candidate.text, before))
    return tuple(found)


def _weighed(ordered: Sequence[tuple[LatinCandidate, float]]) -> list[tuple[LatinCandidate, float]]:
    """Those after the first, the likeliest by sound with a weight of its own where a table has the first."""
    reading = ordered[0][0]
    if reading.kind not in {"meaning", "name", "loan"}:
        return [*ordered[1:]]
    heard = max(
        (candidate for candidate, _ in ordered[1:] if _is_the_word(candidate, reading)),
        key=lambda candidate: candidate.score,
        default=None,
    )
    return [
        (candidate, max(weight, _AS_IT_SOUNDS) if candidate is heard else weight)
        for candidate, weight in ordered[1:]
    ]


def _is_the_word(candidate: LatinCandidate, reading: LatinCandidate) -> bool:
    """Whether a candidate is the Latin word in Bengali letters; a name and a loan are that themselves.

    Another is the same in another spelling (গুগোল), or just sounds so (ধাক্কা for *dhaka*).
    """
    if candidate.kind not in {"sound", "loan"}:
        return False
    if reading.kind == "meaning":
        return True
    return SequenceMatcher(None, candidate.text, reading.text).ratio() > _ALIKE

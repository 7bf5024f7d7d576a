"""The words of a query cut into spans that are read together.

The longest entries of the tables come first; single letters in a row are one abbreviation; a Bengali case
ending goes to the word before it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from onneshon.index.analysis.analyzer import Token
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.index_protocols import WordIndex, document_frequency
from onneshon.search.understanding.latin_candidates import LatinCandidate, LatinCandidates
from onneshon.search.understanding.latin_entries import apart, entry_of

LONGEST_ENTRY: Final = 7
"""Words of the longest entry of a table."""

_FAR_MORE: Final = 10
"""Meant as it is where articles(Latin word) > _FAR_MORE * articles(reading by a table)."""

_ENGLISH: Final = ("meaning", "loan")

_LATIN: Final = re.compile("[a-z]+")
_LATIN_INSIDE: Final = re.compile("[a-zA-Z]")
_SPACES: Final = re.compile(r"\s+")
_BETWEEN: Final = re.compile(" (?:the|an?|him|her|them|it|his|their|my|our|your|its)(?= )")
"""What may stand inside an entry of several words: *sentenced him to death*."""

ENDINGS: Final = {
    "er": ("ের", "র", "য়ের"),
    "r": ("র",),
    "ke": ("কে",),
    "te": ("তে",),
    "e": ("ে", "য়"),
    "der": ("দের",),
}
"""Bengali case endings that are typed apart in Latin letters, and how they are written after a word."""


@dataclass(frozen=True, slots=True)
class LatinSpan:
    """Tokens that are read together; without candidates they are taken as typed.

    Attributes:
        first: position of the first.
        last: position after the last.
        typed: in small letters, single spaces, without the ending.
        candidates: what they may be, the likeliest first.
        ending: a Bengali case ending that was typed apart.
        before: English function words at the beginning, which are not in ``typed``.
        after: those at the end.
        capitals: whether it was typed in capitals that mean something.
        named: whether it begins with a capital where the words of the query do not.
        dropped: whether it says nothing, and is passed over.
        unknown: whether it is English that nobody understands.
        common: whether that is a common word, of a sentence.
        doubted: what sounds so, too far off to be taken for that by itself.
    """

    first: int
    last: int
    typed: str
    candidates: tuple[LatinCandidate, ...] = ()
    ending: str = ""
    before: int = 0
    after: int = 0
    capitals: bool = False
    named: bool = False
    dropped: bool = False
    unknown: bool = False
    common: bool = False
    doubted: tuple[LatinCandidate, ...] = ()


class SpanCutter:
    """Cuts the words of queries.

    Args:
        index: articles that hold a Latin word as it is.
        candidates: tells what a span may be.
        budget: where it runs out, the words that remain are taken as they are.
    """

    def __init__(self, index: WordIndex, candidates: LatinCandidates, budget: TimeBudget) -> None:
        self._index = index
        self._candidates = candidates
        self._budget = budget

    def cut(self, text: str, tokens: Sequence[Token]) -> Iterator[LatinSpan]:
        """The tokens in order, cut by the longest entries of the tables."""
        loud = _is_loud(tokens)
        names = _names(tokens)
        position = 0
        while position < len(tokens):
            token = tokens[position]
            if not has_latin(token) or self._budget.spent():
                found = LatinSpan(position, position + 1, token.text)
            else:
                found = self._entry(text, tokens, position) or self._single(token, position, loud=loud)
                found = _with_ending(found, tokens)
            yield replace(found, named=True) if position in names else found
            position = found.last

    def _entry(self, text: str, tokens: Sequence[Token], first: int) -> LatinSpan | None:
        """The longest run of several words from a position on that is in a table and in articles."""
        for last in range(min(first + LONGEST_ENTRY, len(tokens)), first + 1, -1):
            run = tokens[first:last]
            typed = _typed(text[run[0].start : run[-1].end])
            if all(len(token.text) == 1 and _LATIN.fullmatch(token.exact) for token in run):
                typed, capitals = "".join(token.exact for token in run), True
            else:
                typed, capitals = _listed(typed), False
                if not typed:
                    continue
            candidates = self._candidates.of(typed, capitals=capitals)
            if candidates and candidates[0].kind != "sound":
                return LatinSpan(first, last, typed, tuple(candidates), capitals=capitals)
        return None

    def _single(self, token: Token, position: int, *, loud: bool) -> LatinSpan:
        capitals = token.text.isupper() and len(token.exact) > 1 and not loud
        phrase = token.exact
        candidates = self._candidates.of(phrase, capitals=capitals)
        articles = document_frequency(phrase, self._index) if candidates else 0
        kept = [
            candidate
            for candidate in candidates
            if articles <= candidate.articles * (1 if candidate.kind == "sound" else _FAR_MORE)
        ]
        return LatinSpan(position, position + 1, phrase, tuple(kept), capitals=capitals)


def has_latin(token: Token) -> bool:
    """Whether a word has Latin letters."""
    return has_latin_letters(token.text)


def has_latin_letters(text: str) -> bool:
    """Whether a text has Latin letters."""
    return _LATIN_INSIDE.search(text) is not None


def _with_ending(span: LatinSpan, tokens: Sequence[Token]) -> LatinSpan:
    """Takes in the case ending that follows: *eid er chuti*."""
    following = tokens[span.last].exact if span.last < len(tokens) else ""
    if span.candidates and following in ENDINGS:
        return replace(span, last=span.last + 1, ending=following)
    return span


def is_english(span: LatinSpan) -> bool:
    """Whether a table says for sure that it is English."""
    return any(candidate.sure and candidate.kind in _ENGLISH for candidate in span.candidates)


def _typed(text: str) -> str:
    return _SPACES.sub(" ", text.casefold().replace("\u2019", "'"))


def _listed(typed: str) -> str:
    """Several words as a table has them; empty where none does."""
    ways = (typed, _BETWEEN.sub("", typed), apart(typed))
    return next((way for way in ways if way and entry_of(way)), "")


def _is_loud(tokens: Sequence[Token]) -> bool:
    """Whether several Latin words are all in capitals, which then say nothing."""
    latin = [token.text for token in tokens if _LATIN.fullmatch(token.exact)]
    return len(latin) > 1 and all(word.isupper() for word in latin)


def _names(tokens: Sequence[Token]) -> frozenset[int]:
    """Positions of Latin words that begin with a capital where most do not: the first of a sentence does."""
    latin = [position for position, token in enumerate(tokens) if _LATIN_INSIDE.match(token.text)]
    found = [position for position in latin[1:] if tokens[position].text[0].isupper()]
    return frozenset(found if 2 * len(found) < len(latin) else ())

"""Other ways of writing a stretch of a query, as words that are searched in a row."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.index.analysis.fold import fold

__all__ = ["VISARGA", "Alternative", "Kind", "Span", "distinct", "written"]

Kind: TypeAlias = Literal["unit", "variant", "abbreviation", "synonym"]
"""Why it may stand for what was typed: the same date or quantity, another spelling, the same name or word."""


VISARGA: Final = "\u0983"
"""What writers end an abbreviation with, as others do with a stop."""

_SHORT: Final = 4


@dataclass(frozen=True, slots=True)
class Alternative:
    """A way of writing.

    Attributes:
        text: as it is shown; its numbers may be in digits of either script.
        tokens: its analysed words, at least one; more are a phrase without other words in between.
        weight: of its score beside what was typed, above 0 and at most 1.
        kind: why it may stand for what was typed.
        note: where that is written down, for a person; may be empty.
    """

    text: str
    tokens: tuple[Token, ...]
    weight: float
    kind: Kind
    note: str = ""

    @property
    def stems(self) -> tuple[str, ...]:
        """What it is looked up by; equal stems find the same articles."""
        return tuple(token.stem for token in self.tokens)

    @property
    def by_exact(self) -> bool:
        """Whether it must be looked up by its exact key, since its stem key is that of other words.

        A single word which the stemmer takes for a verb, or of which it leaves four code points at most:
        চায়না (China) has the key of চাওয়া (want), জেলে (fisherman) that of জেল (prison). So has an abbreviation
        that only its ঃ tells from a word: লিঃ is no লি (Lee).
        """
        word, whole = self.tokens[0], fold(self.tokens[0].exact)
        if len(self.tokens) > 1:
            return False
        if self.kind == "abbreviation" and word.exact.endswith(VISARGA):
            return True
        if word.stem == whole:
            return False
        return not whole.startswith(word.stem) or len(word.stem) <= _SHORT


@dataclass(frozen=True, slots=True)
class Span:
    """Words of a query, side by side, and what may stand for all of them.

    Attributes:
        start: place of the first word among the tokens of the query.
        end: place after the last.
        alternatives: the best first.
    """

    start: int
    end: int
    alternatives: tuple[Alternative, ...]


def written(text: str, weight: float, kind: Kind) -> Alternative | None:
    """A way of writing from its text; None if it holds no word."""
    tokens = tuple(analyze(text))
    return Alternative(text, tokens, weight, kind) if tokens else None


def distinct(found: Iterable[Alternative | None]) -> tuple[Alternative, ...]:
    """The first of each that find the same articles."""
    by_stems: dict[tuple[str, ...], Alternative] = {}
    for alternative in found:
        if alternative is not None:
            by_stems.setdefault(alternative.stems, alternative)
    return tuple(by_stems.values())

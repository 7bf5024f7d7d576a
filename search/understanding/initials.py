"""Two initials before a name that are another word where they are written as one: এ কে আজাদ, একে আজাদ.

একে is a form of এক, and এ and কে are pronouns. What stands behind them tells: articles that have the initials
apart before a name are asked for both ways.
"""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.index.analysis.script import is_bengali
from onneshon.index.analysis.stemmer import is_function_word
from onneshon.search.understanding.compounds import letter_pairs, letters

ARTICLES: Final = 2
"""That have the initials apart before the name, at the least."""

JOINED: Final = 0.25
"""Where the word is typed, articles(apart, name) >= JOINED * articles(word, name): আরও মৃত্যু is no R. O."""


class Initials(NamedTuple):
    """Initials of a name.

    Attributes:
        end: position after them.
        parts: both.
        whole: both as one word.
    """

    end: int
    parts: tuple[Token, Token]
    whole: Token


def initials(row: Sequence[Token], at: int, beside: Callable[[Sequence[Token]], int]) -> Initials | None:
    """The initials of a name that stand at a position; None where none do.

    Args:
        row: the words of a query.
        at: the position.
        beside: how many articles have words side by side.
    """
    seen = _at(row, at)
    if seen is None or seen.end >= len(row):
        return None
    name = row[seen.end].exact
    if not is_bengali(name) or is_function_word(name) or name in letters():
        return None
    apart = beside((*seen.parts, row[seen.end]))
    if apart < ARTICLES or (seen.end == at + 1 and apart < JOINED * beside((seen.whole, row[seen.end]))):
        return None
    return seen


def _at(row: Sequence[Token], at: int) -> Initials | None:
    if parts := letter_pairs().get(row[at].exact):
        return Initials(at + 1, parts, row[at])
    if at + 1 < len(row) and row[at].exact in letters() and row[at + 1].exact in letters():
        whole = analyze(row[at].exact + row[at + 1].exact)
        if len(whole) == 1 and whole[0].exact in letter_pairs():
            return Initials(at + 2, (row[at], row[at + 1]), whole[0])
    return None

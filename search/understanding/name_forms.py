"""Names of people in their forms: with a form of address or without, initials apart or as one word.

Forms of address (জনাব ওবায়দুল কাদের, মরহুম জিয়াউর রহমান, মোঃ আবদুল হামিদ) ask for nothing by themselves beside
the rest of a name, as function words do. Two initials as one word are another (এ কে আজাদ, একে আজাদ): একে is a
form of এক, and এ and কে are pronouns. What stands behind them tells: articles that have the initials apart
before a name are asked for both ways.
"""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.index.analysis.script import is_bengali
from onneshon.index.analysis.stemmer import is_function_word
from onneshon.search.retrieval.authors import FORMS_OF_ADDRESS
from onneshon.search.understanding.compounds import letter_pairs, letters
from onneshon.search.understanding.tables import word_set

_ALWAYS: Final = word_set("জনাব জনাবা মাননীয় মাননীয়া মহামান্য মরহুম মরহুমা মহোদয় আলহাজ আলহাজ্ব শ্রীযুক্ত মিঃ মি")
_BESIDE_NAMES: Final = (
    word_set(" ".join(FORMS_OF_ADDRESS))
    | word_set("মোঃ মো মোছাঃ মোসাঃ হযরত হজরত প্রয়াত সাহেব স্যার মিস্টার মিসেস শ্রীমতি শ্রীমতী রহঃ রাঃ সাঃ")
) - _ALWAYS
"""What is another word as well, or a part of a title (সাহেব বিবি)."""

ADDRESSES: Final = _ALWAYS | _BESIDE_NAMES
"""All of them."""

_NAME: Final = 2
"""Words of content that a name has."""


def is_needless(word: Token, others: int) -> bool:
    """Whether a word is a form of address beside a name.

    Args:
        word: as it is meant.
        others: the words of content of the query beside it.
    """
    exact = word.exact
    return (others > 0 and exact in _ALWAYS) or (others >= _NAME and exact in _BESIDE_NAMES)


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

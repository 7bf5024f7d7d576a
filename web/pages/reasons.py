"""Why is an article among the hits, by each word of the query; and what of the query was passed over."""

from collections.abc import Iterable
from typing import Final

from search import Hit, Ignored

__all__ = ["KINDS", "reasons", "told"]

KINDS: Final = ("exact", "inflection", "synonym", "sound")
"""Ways of matching, from the nearest to the furthest."""

MOST_TOLD: Final = 3
"""Things passed over that a page tells of."""

_MEANT: Final = frozenset({"value", "operator", "quote", "parenthesis", "star", "tilde", "words"})
"""Kinds of what is passed over that people type to say something; hyphens and colons are punctuation too."""

MOST_WORDS: Final = 6
"""Words named of each way; a headline pasted as a query has many."""


def reasons(hit: Hit, read: bool = False) -> list[tuple[str, list[str]]]:
    """Words by their way of matching, those that are missing last.

    Args:
        hit: found.
        read: whether the page says how the query was read; words found by that need no word at every hit.

    Returns:
        nothing where every word is there as it was typed, or as it was read: the marks say so already.
    """
    words: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for word, kind in hit.layers.items():
        words.setdefault(kind, []).append(word)
    if read:
        words.pop("sound")
    words["missing"] = [word for word in hit.missing if word not in hit.layers]
    found = [(kind, _short(few)) for kind, few in words.items() if few]
    return [] if all(kind == "exact" for kind, _ in found) else found


def _short(words: list[str]) -> list[str]:
    return words if len(words) <= MOST_WORDS else [*words[:MOST_WORDS], "…"]


def told(ignored: Iterable[Ignored]) -> list[Ignored]:
    """What of a query a reader is told was passed over; programs get all of it.

    Args:
        ignored: all that was, in the order typed.
    """
    return [one for one in ignored if one.kind in _MEANT][:MOST_TOLD]

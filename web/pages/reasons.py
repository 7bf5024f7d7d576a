"""Why is an article among the hits, by each word of the query; and what of the query was passed over."""

from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from onneshon.search import Hit, Ignored, ResultPage
from onneshon.search.query.requiring import requiring

KINDS: Final = ("synonym", "sound")
"""Ways of matching that need a word, from the nearest to the furthest; marks show the word itself."""

MOST_REPORTED: Final = 3
"""Things passed over that a page tells of."""

_MEANT: Final = frozenset({"value", "operator", "quote", "parenthesis", "star", "tilde", "words", "unread"})
"""Kinds of what is passed over that people type to say something; hyphens and colons are punctuation too."""

MOST_WORDS: Final = 6
"""Words named of each way; a headline pasted as a query has many."""


class Division(NamedTuple):
    """From which hit on each lacks a word.

    Attributes:
        position: of that hit on the page, counted from 0.
        words: which all hits of the page lack from there on; for each what must be there for the query beside
            it to find an article; None where there is no such query, or it would find nothing.
    """

    position: int
    words: dict[str, tuple[str, str] | None]


def division(found: ResultPage) -> Division | None:
    """Where a page says that the hits below lack words; None where that need not, or cannot, be said."""
    position = found.lacking_from
    if position is None:
        return None
    below = [_missing(hit) for hit in found.hits[position:]]
    words = [word for word in below[0] if all(word in missing for missing in below)][:MOST_WORDS]
    counts = dict(found.counts)
    lacked = {word: _required(found, word) if counts.get(word) else None for word in words}
    return Division(position, lacked) if position or words else None


def _required(found: ResultPage, typed: str) -> tuple[str, str] | None:
    """A word as it was read, and the query that requires it."""
    word = next((reading.word for reading in found.readings if reading.typed == typed), typed)
    query = requiring(found.query, typed, word)
    return (word, query) if query else None


def _missing(hit: Hit) -> list[str]:
    return [word for word in hit.missing if word not in hit.layers]


def reasons(hit: Hit, read: bool = False, named: Collection[str] = ()) -> list[tuple[str, list[str]]]:
    """Words by their way of matching, those that are missing last.

    Args:
        hit: found.
        read: whether the page says how the query was read; words found by that need no word at every hit,
            those found in another reading do.
        named: missing words that the page names once for many hits.

    Returns:
        nothing where every word is there, in whatever form, as typed or as read: the marks say so already.
    """
    words: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for word, kind in hit.layers.items():
        if kind in words:
            words[kind].append(word)
    if read:
        words["sound"] = [f"{word} → {', '.join(others)}" for word, others in hit.read_as.items()]
    words["missing"] = [word for word in _missing(hit) if word not in named]
    return [(kind, _short(few)) for kind, few in words.items() if few]


def _short(words: list[str]) -> list[str]:
    return words if len(words) <= MOST_WORDS else [*words[:MOST_WORDS], "…"]


def reported(ignored: Iterable[Ignored]) -> list[Ignored]:
    """What of a query a reader is told was passed over; programs get all of it.

    Args:
        ignored: all that was, in the order typed.
    """
    return [ignored_part for ignored_part in ignored if ignored_part.kind in _MEANT][:MOST_REPORTED]

"""Why is an article among the hits? Words of the query by the way in which they match."""

from typing import Final

from search import Hit

__all__ = ["KINDS", "reasons"]

KINDS: Final = ("exact", "inflection", "synonym", "sound")
"""Ways of matching, from the nearest to the furthest."""

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

"""What an index learned of its articles, below the tables: nothing of it counts for what a table has."""

from functools import lru_cache
from typing import Final

from onneshon.search.understanding.synonyms import Entry, Synonyms, parse_synonyms
from onneshon.search.understanding.tables import table_keys

__all__ = ["LEARNED", "learned_entries", "with_learned"]

LEARNED: Final = "learned"
"""Named as the file of such an entry, with its line."""
_REMEMBERED: Final = 4
"""Generations and editions of the site's table, of which a few are in use at a time."""


@lru_cache(_REMEMBERED)
def learned_entries(table: str) -> tuple[Entry, ...]:
    """The entries of a table that an index has."""
    return tuple(parse_synonyms(table, LEARNED))


@lru_cache(_REMEMBERED)
def with_learned(tables: Synonyms, learned: str) -> Synonyms:
    """The tables, and below them what an index learned of words that they say nothing of."""
    known = {_stems(entry.left) for entry in tables.entries}
    return Synonyms(
        (*(entry for entry in learned_entries(learned) if _stems(entry.left) not in known), *tables.entries)
    )


def _stems(text: str) -> tuple[str, ...]:
    return tuple(stem for _, stem in table_keys(text))

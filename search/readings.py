"""Other words that a query may mean: Latin letters read by their sound, other spellings."""

from collections.abc import Sequence
from importlib import import_module

from search.shelf import Index
from search.words import SoundReader

__all__ = ["other_spellings", "sound_reader"]


def sound_reader(index: Index) -> SoundReader | None:
    """How Latin words are read with the vocabulary of an index."""
    try:
        romanised = import_module("search.romanised")
    except ImportError:
        return None
    return lambda word: romanised.read(word, index)


def other_spellings(words: Sequence[str], index: Index) -> list[str]:
    """Whole queries in other spellings, likeliest first."""
    try:
        spelling = import_module("search.spelling")
    except ImportError:
        return []
    return list(spelling.suggest(words, index))

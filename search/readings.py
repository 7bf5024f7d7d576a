"""Other words that a query may mean: Latin letters read by their sound, other spellings."""

from collections.abc import Sequence

from search import romanised, spelling
from search.shelf import Index
from search.words import SoundReader

__all__ = ["other_spellings", "sound_reader"]


def sound_reader(index: Index) -> SoundReader:
    """How Latin words are read with the vocabulary of an index."""
    return lambda word: romanised.read(word, index)


def other_spellings(words: Sequence[str], index: Index) -> list[str]:
    """Whole queries in other spellings, likeliest first."""
    return spelling.suggest(words, index)

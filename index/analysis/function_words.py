"""Function words: frequent words of grammar, which tell little of what a text is about."""

from functools import cache

from index.analysis.fold import fold
from index.analysis.tables import read_rows, read_words

__all__ = ["is_function_word", "sounds_like_function_word"]

_NUMERALS = frozenset({"দুই", "তিন", "চার", "এক"})
"""In the table of pronouns for their forms; a number asked for is meant."""


@cache
def _function_words() -> frozenset[str]:
    pronouns = {
        word
        for key, forms in read_rows("pronouns.tsv")
        if key not in _NUMERALS
        for word in (key, *forms.split())
    }
    return read_words("function_words.txt") | pronouns


def is_function_word(exact: str) -> bool:
    """Whether a word in canonical form is one of the function words."""
    return exact in _function_words()


@cache
def _sounds() -> frozenset[str]:
    return frozenset(map(fold, _function_words()))


def sounds_like_function_word(exact: str) -> bool:
    """Whether a word in canonical form is one of the function words to the ear: কারন for কারণ."""
    return fold(exact) in _sounds()

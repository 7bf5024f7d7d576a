"""Function words: frequent words of grammar, which tell little of what a text is about."""

from functools import cache

from onneshon.index.analysis.fold import fold
from onneshon.index.analysis.tables import read_rows, read_words

__all__ = ["function_words", "is_function_word", "sounds_like_function_word"]

_NUMERALS = frozenset({"দুই", "তিন", "চার", "এক"})
"""In the table of pronouns for their forms; a number asked for is meant."""


@cache
def function_words() -> frozenset[str]:
    """All of them, in canonical form."""
    pronouns = {
        word
        for key, forms in read_rows("pronouns.tsv")
        if key not in _NUMERALS
        for word in (key, *forms.split())
    }
    return read_words("function_words.txt") | pronouns


def is_function_word(exact: str) -> bool:
    """Whether a word in canonical form is one of the function words."""
    return exact in function_words()


@cache
def _sounds() -> frozenset[str]:
    return frozenset(map(fold, function_words()))


def sounds_like_function_word(exact: str) -> bool:
    """Whether a word in canonical form is one of the function words to the ear: কারন for কারণ."""
    return fold(exact) in _sounds()

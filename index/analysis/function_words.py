"""Function words: frequent words of grammar, which tell little of what a text is about."""

from functools import cache, lru_cache

from onneshon.index.analysis.fold import fold
from onneshon.index.analysis.script import is_bengali
from onneshon.index.analysis.tables import read_rows, read_words
from onneshon.index.analysis.verbs import verb_key

_VERBS = "function_verbs.txt"
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


@lru_cache(4_096)
def is_function_word(exact: str) -> bool:
    """Whether a word in canonical form is one of the function words, or a form of a verb that is one."""
    if exact in function_words():
        return True
    return is_bengali(exact) and verb_key(exact) in _verbs() and f"-{exact}" not in read_words(_VERBS)


@cache
def _verbs() -> frozenset[str]:
    """The keys of the verbs."""
    return frozenset(filter(None, map(verb_key, read_words(_VERBS))))


@cache
def _sounds() -> frozenset[str]:
    return frozenset(map(fold, function_words()))


def sounds_like_function_word(exact: str) -> bool:
    """Whether a word in canonical form is one of the function words to the ear: কারন for কারণ."""
    return fold(exact) in _sounds()

"""Latin letters that are read by their names, as an abbreviation is: *hsc*, *gpa5*."""

import re
from collections.abc import Callable, Iterator
from itertools import islice, product
from typing import Final, NamedTuple

from onneshon.index.analysis.analyzer import analyze
from onneshon.index.analysis.script import BENGALI_DIGITS
from onneshon.index.analysis.stemmer import fold, is_function_word
from onneshon.search.retrieval.index_protocols import WordIndex, document_frequency
from onneshon.search.understanding.latin_entries import (
    LONGEST_ABBREVIATION,
    SMALL_LETTERS,
    acronyms,
    common_english_words,
    letter_names,
)

CAPITALS: Final = 8.0
"""What capitals are worth to an abbreviation, where the other words of the query have small letters."""

SMALL: Final = -1.0
"""The same for small letters: nobody types the shift key on a telephone, but other readings come before."""

VOWELLESS: Final = 3.0
"""What it is worth that no word could be pronounced so."""

FEW: Final = 3
_CERTAIN: Final = 3
"""Articles that must have an abbreviation typed in small letters, where it has fewer than so many: the names
of three (জিপিইউ) are no other word by chance."""
_ENGLISH: Final = 20
"""The same where they are a common English word: WHO is *who*, and এআরএম no *arm*."""

SPELLINGS: Final = 16
"""Ways to spell the names of letters that are looked up."""

_NUMBERED: Final = re.compile("([a-z]{1,4})([0-9]{1,4})")
_VOWELS: Final = tuple("aeiouy")
"""A vowel by itself is mostly what it sounds like."""


class LetterNames(NamedTuple):
    """The names of some letters.

    Attributes:
        text: as one word, or side by side.
        articles: how many hold it.
        worth: what speaks for it beside these.
    """

    text: str
    articles: int
    worth: float


def names_of_letters(
    letters: str, index: WordIndex, articles_of: Callable[[str], int], *, capitals: bool
) -> Iterator[LetterNames]:
    """The names of letters, written as one word, in the commonest spelling alone; also with a number behind.

    Where that is a form of another word (একে of *a k*), they are read side by side.

    Args:
        letters: small ones, and figures behind them.
        index: whose articles have the names.
        articles_of: how many hold a word in any of its forms, or words side by side.
        capitals: whether they were typed in capitals that mean something.
    """
    if numbered := _NUMBERED.fullmatch(letters):
        articles, text = max((articles_of(text), text) for text in _with_number(*numbered.groups()))
        if articles:
            yield LetterNames(text, articles, 0.0)
    if len(letters) > LONGEST_ABBREVIATION or not SMALL_LETTERS.fullmatch(letters) or letters in _VOWELS:
        return
    articles, text = max((document_frequency(spelling, index), spelling) for spelling in _by_names(letters))
    if capitals and articles and _is_a_form(text, index):
        text = " ".join(letter_names()[letter][0] for letter in letters)
        articles = articles_of(text)
    alone = len(letters) == 1  # *k* is কে, and *r* আর
    if articles >= _enough(letters, capitals=capitals) and (alone or not is_function_word(text)):
        vowelless = set(letters).isdisjoint("aeiouy")
        yield LetterNames(text, articles, CAPITALS if capitals else SMALL + VOWELLESS * vowelless)


def _is_a_form(word: str, index: WordIndex) -> bool:
    """Whether a word is a form of another one, which more articles have."""
    stem = analyze(word)[0].stem
    return stem != fold(word) and document_frequency(stem, index) > document_frequency(word, index)


def _enough(letters: str, *, capitals: bool) -> int:
    """How many articles must have the names of letters for them to be an abbreviation."""
    if not capitals and letters in common_english_words():
        return _ENGLISH
    return 1 if capitals or len(letters) >= _CERTAIN else FEW


def _by_names(letters: str) -> Iterator[str]:
    """The names of letters written as one word, in some of the ways to spell them."""
    names = (letter_names()[letter] for letter in letters)
    return map("".join, islice(product(*names), SPELLINGS))


def _with_number(letters: str, number: str) -> Iterator[str]:
    """Letters with a number behind them: *gpa5*, *f16*."""
    listed = acronyms().get(letters)
    for name in (*(listed.bengali if listed else ()), *_by_names(letters)):
        yield f"{name}-{number.translate(BENGALI_DIGITS)}"

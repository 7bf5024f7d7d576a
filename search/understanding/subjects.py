"""Queries that say what they want beside its subject or its title: মাকে নিয়ে কবিতা, poem about rain, তুমি কবিতা.

What is wanted few articles say of themselves, and many say of something else; the subject is asked for, or
the title as if it were typed alone. A word for works adds to the score; words that only ask add nothing.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final

from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.index.analysis.stemmer import is_function_word
from onneshon.index.completion.completion import Completion
from onneshon.search.query.tree import Any, Boost, Hint, Query
from onneshon.search.understanding.author_names import side_by_side
from onneshon.search.understanding.author_works import WORKS
from onneshon.search.understanding.tables import word_set

_ABOUT: Final = word_set("নিয়ে নিয়া সম্পর্কে সম্বন্ধে বিষয়ে বিষয়ক প্রসঙ্গে ব্যাপারে")
_ABOUT_IN_ENGLISH: Final = re.compile(r"\b(?:about|on|regarding)\b", re.IGNORECASE | re.ASCII)
ASKING: Final = word_set(
    "আমাকে কিছু একটু বিস্তারিত সব তথ্য আরও আরো কী কি যা বল বলো বলুন বলেন বলবেন জানতে চাই চাচ্ছি চায় জানাও জানান"
    " জানাবেন জানো জানেন লেখো লেখ লিখ লিখো লিখুন দাও দিন দেন আলোচনা বর্ণনা ধারণা কর করো করুন"
)
"""What stands behind such a word and says nothing else."""

_TO_ME: Final = word_set("আমাকে আমাদের আমায়")
_OBJECTIVE: Final = "কে"
_OF_NOUN: Final = word_set("এর র কে")
"""Case endings typed apart."""

_SAYS: Final = 0.4
_SAYS_A_TITLE: Final = 0.1
"""What a word for works adds, of its score, beside a subject and beside a title: of articles alike in all
else, one that has it comes first."""


def about(text: str, typed: str, place: int, said: Callable[[str], bool]) -> str:
    """The subject of the works that a query asks for; none where it names none so, or articles say all of it.

    Args:
        text: of the query, as it is read.
        typed: the same as it was typed.
        place: of the word for works, first (0) or last (-1).
        said: whether articles have the words of a text side by side, as they are spelt.
    """
    tokens = analyze(text)
    if place == 0:
        subject = tokens[1:] if _ABOUT_IN_ENGLISH.search(typed) else []
    else:
        last = len(tokens)
        while last and tokens[last - 1].exact in WORKS:  # মাকে নিয়ে লেখা কবিতা
            last -= 1
        subject = tokens[: last - 1] if last and tokens[last - 1].exact in _ABOUT else []
    found = _subject(text, subject)
    return "" if not found or said(text) else found


def asked_about(text: str) -> str:
    """The subject of a query whose last words ask to be told of it; empty where they do not."""
    tokens = analyze(text)
    last = len(tokens)
    while last and tokens[last - 1].exact in ASKING:
        last -= 1
    if last in {0, len(tokens)} or tokens[last - 1].exact not in _ABOUT:
        return ""
    first = int(tokens[0].exact in _TO_ME)
    return _subject(text, tokens[first : last - 1])


def _subject(text: str, tokens: Sequence[Token]) -> str:
    """The words of a subject, the last in the nominative: মাকে নিয়ে is of মা."""
    while tokens and tokens[-1].exact in _OF_NOUN:
        tokens = tokens[:-1]
    if all(is_function_word(token.exact) for token in tokens):
        return ""
    last, end = tokens[-1], tokens[-1].end
    bare = text[last.start : end].removesuffix(_OBJECTIVE)
    if bare != text[last.start : end] and [token.stem for token in analyze(bare)] == [last.stem]:
        end -= len(_OBJECTIVE)
    return text[tokens[0].start : end]


def works_asked(wanted: Query, work: Query, *, titled: bool) -> Query:
    """The query for works by what is left of it without the word for works.

    Args:
        wanted: finds their subject, or their title.
        work: the word for what they are.
        titled: whether it is a title.
    """
    share = _SAYS_A_TITLE if titled else _SAYS
    return Any((*side_by_side(wanted), Hint(Boost(work, share))), words=True)


def title_beside(text: str, place: int, titles: Completion, said: Callable[[str], bool]) -> str:
    """What is left of a query without its first word (``place`` 0) or its last (-1), if that is a title.

    Args:
        text: of the query.
        place: of the word for works.
        titles: of the articles.
        said: whether articles have the words of a text side by side, as they are spelt.

    Returns:
        Nothing where it is no title, or the whole query begins one, or is what articles say.
    """
    tokens = analyze(text)
    left = tokens[1:] if place == 0 else tokens[:-1]
    title = text[left[0].start : left[-1].end] if left else ""
    if not title or not titles.has_title(title) or titles.begins_title(text) or said(text):
        return ""
    return title

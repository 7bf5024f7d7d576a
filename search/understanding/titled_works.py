"""Queries for a work by its title, beside a word for what it is: তুমি কবিতা, উপন্যাস শেষের কবিতা.

Few works say what they are, and a title of function words says little else: where an article is called what
is left without such a word, that is asked for, as if it were typed alone. But আমার কবিতা is what articles say.
"""

from collections.abc import Callable
from typing import Final

from onneshon.index.analysis.analyzer import analyze
from onneshon.index.completion.completion import Completion
from onneshon.search.query.tree import Any, Boost, Hint, Query
from onneshon.search.understanding.author_names import side_by_side

_SAYS: Final = 0.1
"""What the word for works adds, of its score: of articles alike in all else, one that has it comes first."""


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


def called(title: Query, work: Query) -> Query:
    """The query for what has a title.

    Args:
        title: finds it by its words.
        work: the word for what it is.
    """
    return Any((*side_by_side(title), Hint(Boost(work, _SAYS))), words=True)

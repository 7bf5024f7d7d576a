"""What a query asks for, as a tree of frozen values: the parser makes it, the executor answers it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = [
    "All",
    "Any",
    "Boost",
    "Field",
    "Filter",
    "MatchAll",
    "Not",
    "Phrase",
    "Prefix",
    "Query",
    "Term",
    "leaves",
]

Field: TypeAlias = Literal["title", "body"]
"""A text of an article to which a word of the query may be confined."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word.

    Attributes:
        text: the word as typed; for a word read by its sound, still the Latin one.
        exact: its key in the exact layer.
        stem: its key in the stem layer.
        field: the only text it is looked for in; None for both.
        function: a function word beside words of content, which therefore counts for little.
        sound: it was typed in Latin letters and is a Bengali word of that sound.
    """

    text: str
    exact: str
    stem: str
    field: Field | None = None
    function: bool = False
    sound: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in this order, in one text, with at most ``slop`` other words among them in all."""

    words: tuple[Term, ...]
    slop: int = 0
    field: Field | None = None


@dataclass(frozen=True, slots=True)
class Prefix:
    """Words whose exact key begins so."""

    text: str
    start: str
    field: Field | None = None


@dataclass(frozen=True, slots=True)
class Any:
    """Articles that match at least one of these; each that matches adds its score."""

    children: tuple["Query", ...]


@dataclass(frozen=True, slots=True)
class All:
    """Articles that match every one of ``children``; those of ``optional`` that match add their score."""

    children: tuple["Query", ...]
    optional: tuple["Query", ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    """Articles that do not match."""

    child: "Query"


@dataclass(frozen=True, slots=True)
class Boost:
    """The same articles, with scores ``factor`` times as high."""

    child: "Query"
    factor: float


@dataclass(frozen=True, slots=True)
class Filter:
    """Articles of a category or an author; adds nothing to the score.

    Attributes:
        name: the keyword that is compared.
        value: what it must be.
        whole: the keyword must equal ``value``; otherwise it is enough that it holds its words in a row.
    """

    name: Literal["category", "author", "lang"]
    value: str
    whole: bool = False


@dataclass(frozen=True, slots=True)
class MatchAll:
    """Every article."""


Query: TypeAlias = Term | Phrase | Prefix | Any | All | Not | Boost | Filter | MatchAll


def leaves(query: Query) -> Iterator[Term | Phrase | Prefix]:
    """The words, phrases and prefixes an article may be found by, in the order typed; none under Not."""
    match query:
        case Term() | Phrase() | Prefix():
            yield query
        case Boost(child):
            yield from leaves(child)
        case Any(children):
            for child in children:
                yield from leaves(child)
        case All(children, optional):
            for child in (*children, *optional):
                yield from leaves(child)
        case _:
            return

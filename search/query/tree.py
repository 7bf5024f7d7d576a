"""What a query asks for, as a tree of frozen values: the parser makes it, the executor answers it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from search.query.conditions import Filter, Period, Selection

__all__ = [
    "All",
    "Any",
    "Boost",
    "Field",
    "Filter",
    "MatchAll",
    "Not",
    "OneOf",
    "Period",
    "Phrase",
    "Prefix",
    "Query",
    "Selection",
    "Term",
    "Writing",
    "WritingKind",
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


WritingKind: TypeAlias = Literal["typed", "sound", "joined", "unit", "synonym"]
"""Why a writing stands for what was typed: it is that, sounds so, is it in one word or two, the same date or
sum, or means the same."""


@dataclass(frozen=True, slots=True)
class Writing:
    """One way in which texts write what was asked for.

    Attributes:
        query: the word, or the words that stand side by side.
        weight: what an occurrence counts, up to 1 for one that is as good as what was typed.
        kind: why it stands for what was typed.
    """

    query: Term | Phrase
    weight: float = 1.0
    kind: WritingKind = "typed"


@dataclass(frozen=True, slots=True)
class OneOf:
    """One thing that texts write in several ways, scored as one word: its frequency is the sum over them.

    Attributes:
        text: as typed.
        writings: the first is the one that is shown to the reader.
    """

    text: str
    writings: tuple[Writing, ...]


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
class MatchAll:
    """Every article."""


Query: TypeAlias = (
    Term | Phrase | Prefix | OneOf | Any | All | Not | Boost | Filter | Period | Selection | MatchAll
)


def leaves(query: Query) -> Iterator[Term | Phrase | Prefix]:
    """The words, phrases and prefixes an article may be found by, in the order typed; none under Not."""
    match query:
        case Term() | Phrase() | Prefix():
            yield query
        case OneOf(_, writings):
            for writing in writings:
                yield writing.query
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

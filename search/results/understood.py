"""How a query was understood, as answers tell it: what each word was read as, and what else it may be."""

from dataclasses import dataclass
from typing import Any, Literal

from onneshon.index.json_form import to_json
from onneshon.search.query.reading import ReadingKind

Encoding = Literal["unicode", "bijoy"]
"""How a query was typed: as text, or as what a font of Bijoy draws as text."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """A reading of the query in other words, shown to the reader.

    Attributes:
        original: the query as typed.
        understood: the query as searched, or as suggested.
        literal: the query that, searched with ``literal=True``, looks for the words exactly as typed.
        encoding: how it was typed.
    """

    original: str
    understood: str
    literal: str
    encoding: Encoding = "unicode"


@dataclass(frozen=True, slots=True)
class OtherReading:
    """What else a word may be.

    Attributes:
        word: in Bengali.
        query: the whole query with the word as typed replaced by it.
    """

    word: str
    query: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What words of a query were taken for.

    Attributes:
        typed: as typed.
        word: what they were searched as, in Bengali.
        kind: by what they were read: letters, acronym, name, loan, meaning, sound, or spelling.
        others: what else they may be, the likeliest first.
        also: what else they are searched as; what is found by these is counted and marked too.
    """

    typed: str
    word: str
    kind: ReadingKind
    others: tuple[OtherReading, ...] = ()
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WordWriting:
    """One way in which articles write what a word of a query asks for.

    Attributes:
        text: the word, or the words that stand side by side.
        kind: why it stands for what was typed.
        weight: what an occurrence counts, up to 1.
        articles: how many hold it.
    """

    text: str
    kind: str
    weight: float
    articles: int


@dataclass(frozen=True, slots=True)
class UnderstoodWord:
    """How one thing that a query asks for was understood.

    Attributes:
        typed: as typed.
        kind: by what it was read; ``typed`` where it is searched as it is.
        articles: how many hold it in any of its writings.
        writings: the ways in which it is searched, the one that is shown first.
        others: what else it may be.
    """

    typed: str
    kind: str
    articles: int
    writings: tuple[WordWriting, ...]
    others: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready values."""
        return to_json(self)

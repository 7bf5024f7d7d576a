"""What words in Latin letters mean to readers of Bengali newspapers, from tables.

The header of each table explains it. A word stands in one of the three tables of words only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from onneshon.search.understanding.tables import read_rows

__all__ = ["LatinEntry", "acronyms", "english_words", "exonyms", "letter_names"]

_AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class LatinEntry:
    """What newspapers write for a word or phrase in Latin letters.

    Args:
        bengali: words or phrases of one meaning, the commonest first.
        kind: meaning, loan, place, person, organisation, other, or acronym.
        ambiguous: the letters are also a likely spelling of something else; weigh other evidence.
    """

    bengali: tuple[str, ...]
    kind: str
    ambiguous: bool


@cache
def english_words() -> Mapping[str, LatinEntry]:
    """English words and phrases, small and singular, with their Bengali: kinds meaning and loan.

    Raises:
        ValueError: a line has another form than the header of the table describes; so for the other tables.
    """
    return _read("english_words.tsv", {"meaning", "loan"})


@cache
def exonyms() -> Mapping[str, LatinEntry]:
    """Names with a fixed Bengali spelling: kinds place, person, organisation and other."""
    return _read("exonyms.tsv", {"place", "person", "organisation", "other"})


@cache
def acronyms() -> Mapping[str, LatinEntry]:
    """Abbreviations that are not read by the names of their letters, or not only."""
    rows = ((latin, bengali, "acronym", *mark) for latin, bengali, *mark in read_rows("acronyms.tsv"))
    return MappingProxyType({row[0]: _entry("acronyms.tsv", row, {"acronym"}) for row in rows})


@cache
def letter_names() -> Mapping[str, tuple[str, ...]]:
    """Bengali names of the letters a to z, the commonest first."""
    return MappingProxyType(
        {letter: tuple(names.split("|")) for letter, names in read_rows("letter_names.tsv")}
    )


def _read(name: str, kinds: set[str]) -> Mapping[str, LatinEntry]:
    return MappingProxyType({row[0]: _entry(name, row, kinds) for row in read_rows(name)})


def _entry(name: str, row: tuple[str, ...], kinds: set[str]) -> LatinEntry:
    if len(row) not in (3, 4) or row[2] not in kinds or row[3:] not in ((), (_AMBIGUOUS,)):
        raise ValueError(f"search/data/{name}: the line of {row[0]!r} has not the form its header gives")
    return LatinEntry(tuple(row[1].split("|")), row[2], bool(row[3:]))

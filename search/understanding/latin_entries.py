"""Reads the tables of words in Latin letters and finds the row that is meant, also for other spellings.

Other spellings are English words inflected, in two parts (*foot ball*) or in Bengali letters (টেম্পারেচার,
for which newspapers write তাপমাত্রা), names written together (*sheikhhasina*) or nearly right (*bramhonbaria*).
"""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from itertools import islice, product, takewhile
from types import MappingProxyType
from typing import Final

from onneshon.index.analysis.script import HASANTA, aksharas
from onneshon.index.vocabulary.channels import latin_from_words
from onneshon.index.vocabulary.skeleton import readings, skeleton
from onneshon.index.vocabulary.sound_units import is_loan
from onneshon.search.understanding.tables import read_rows

ENGLISH_KINDS: Final = frozenset(("meaning", "loan"))
"""Kinds of the rows of English words: written by their meaning, and in Bengali letters."""

_AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class LatinEntry:
    """The Bengali that newspapers write for a word or phrase in Latin letters.

    Args:
        bengali: words or phrases of one meaning, the commonest first.
        kind: meaning, loan, place, person, organisation, other, or acronym.
        ambiguous: whether the letters also likely spell another word, so that other evidence decides.
    """

    bengali: tuple[str, ...]
    kind: str
    ambiguous: bool


@cache
def english_words() -> Mapping[str, LatinEntry]:
    """English words and phrases, in small letters and singular, with their Bengali: kinds meaning and loan.

    Raises:
        ValueError: a line has another form than the header of the table describes; so for the other tables.
    """
    return _read("english_words.tsv", ENGLISH_KINDS)


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


def names_of(letters: str, most: int) -> Iterator[str]:
    """The names of Latin letters written as one word (*bcb* is বিসিবি), in up to ``most`` spellings."""
    return map("".join, islice(product(*(letter_names()[letter] for letter in letters)), most))


@cache
def irregular_forms() -> Mapping[str, str]:
    """Irregular forms of words in ``english_words`` (*stole*), each with its word."""
    return MappingProxyType({row[0]: row[1] for row in read_rows("english_irregular_forms.tsv")})


@cache
def common_english_words() -> frozenset[str]:
    """Common words of English, with their inflected forms; some in tables, most not."""
    return frozenset(word for (word,) in read_rows("english_common_words.tsv"))


@cache
def english_function_words() -> Mapping[str, bool]:
    """Function words of English, and whether Bengali in Latin letters has a word that is often written so."""
    return MappingProxyType({word: bool(mark) for word, *mark in read_rows("english_function_words.tsv")})


def _read(name: str, kinds: Collection[str]) -> Mapping[str, LatinEntry]:
    return MappingProxyType({row[0]: _entry(name, row, kinds) for row in read_rows(name)})


def _entry(name: str, row: tuple[str, ...], kinds: Collection[str]) -> LatinEntry:
    if len(row) not in (3, 4) or row[2] not in kinds or row[3:] not in ((), (_AMBIGUOUS,)):
        raise ValueError(f"search/data/{name}: the line of {row[0]!r} has not the form its header gives")
    return LatinEntry(tuple(row[1].split("|")), row[2], bool(row[3:]))


LONGEST_ABBREVIATION: Final = 6

_SIMILAR: Final = 0.75
"""Least share of letters that a name has in common with its misspelling."""

_SHORTEST: Final = 3
"""Least letters of a word without its inflection, and of each part of a word typed in parts."""

POSSESSIVE: Final = "'s"

SMALL_LETTERS: Final = re.compile("[a-z]+")


def entry_of(phrase: str) -> tuple[LatinEntry, bool] | None:
    """The row of the tables for words as typed or, failing that, without an English inflection or a silent h.

    A name with *'s* is that name: *India's* is ভারত, regardless of similar sounds.

    Args:
        phrase: the words in small letters, with single spaces.

    Returns:
        The row, and whether it is that of the words as typed; None if there is none.
    """
    for table in (acronyms(), exonyms(), english_words()):
        if phrase in table:
            return table[phrase], True
    if phrase.endswith(POSSESSIVE):
        return entry_of(phrase.removesuffix(POSSESSIVE))
    for stem in _uninflected(phrase):
        if stem in english_words():
            return english_words()[stem], False
    if phrase in _written_together():
        return _written_together()[phrase], True
    for name in (phrase + "h", phrase.removesuffix("h")):
        if name in exonyms():
            return exonyms()[name], False
    return None


def apart(typed: str) -> str:
    """The word of a table that was typed in parts: *foot ball*, *chapai nawab ganj*; empty if there is none.

    Of all pairs in 3,830 sentences of Bengali in Latin letters six are such a word, and each is meant so; of
    three consecutive words none. An English word behind a function word is no part: *the rapist*.

    Args:
        typed: the parts in small letters, with single spaces.
    """
    parts = typed.split(" ")
    joined, first, last = "".join(parts), parts[0], parts[-1]
    if joined == typed or min(map(len, parts)) < _SHORTEST:
        return ""
    if len(joined) <= LONGEST_ABBREVIATION or not joined.isalpha():
        return ""
    if first in english_function_words() and (last in common_english_words() or last in english_words()):
        return ""
    listed = entry_of(joined)
    return joined if listed and not listed[0].ambiguous else ""


def entries_beginning(phrase: str) -> list[LatinEntry]:
    """The rows of English words and of names that begin with a phrase, including the phrase itself.

    Args:
        phrase: a prefix in small letters, with single spaces, of three letters or more: fewer match too many.
    """
    keys = _sorted_keys()
    at = bisect_left(keys, phrase)
    beginning = takewhile(lambda key: key.startswith(phrase), islice(keys, at, None))
    return [english_words().get(key) or exonyms()[key] for key in beginning]


@cache
def _sorted_keys() -> Sequence[str]:
    return sorted(english_words().keys() | exonyms().keys())


def misspelt_name(phrase: str) -> LatinEntry | None:
    """The row of a name that has the same consonants and nearly the same letters: *bramhonbaria*."""
    if len(phrase) <= LONGEST_ABBREVIATION or not SMALL_LETTERS.fullmatch(phrase):
        return None
    rows = _names_by_skeleton().get(_skeleton(phrase), ())
    return next((row for name, row in rows if SequenceMatcher(None, name, phrase).ratio() >= _SIMILAR), None)


def _skeleton(latin: str) -> str:
    return next(iter(readings(latin)), "")


@cache
def _names_by_skeleton() -> Mapping[str, list[tuple[str, LatinEntry]]]:
    found: dict[str, list[tuple[str, LatinEntry]]] = {}
    for name, row in exonyms().items():
        if len(name) > LONGEST_ABBREVIATION and SMALL_LETTERS.fullmatch(name):
            found.setdefault(_skeleton(name), []).append((name, row))
    return found


@cache
def _written_together() -> Mapping[str, LatinEntry]:
    """The rows of several words, keyed by their letters without spaces: *sheikhhasina*, *worldcup*."""
    rows = ((key, row) for table in (english_words(), exonyms()) for key, row in table.items())
    return {key.replace(" ", ""): row for key, row in rows if " " in key and len(key) > LONGEST_ABBREVIATION}


def _uninflected(phrase: str) -> Iterator[str]:
    """The phrases with the inflection of their last word, or of the first, removed; the likeliest first.

    By the table of irregular forms, and by the rules in the header of the table of English words.

    Args:
        phrase: English words in small letters.
    """
    irregular = irregular_forms().get(phrase)
    if irregular:
        yield irregular
    for stem in _plain_forms(phrase):
        if len(stem) >= _SHORTEST:
            yield stem
    first, space, others = phrase.partition(" ")
    if space:  # a verb with its particle: *takes over*
        yield from (f"{stem} {others}" for stem in _uninflected(first))


def _plain_forms(phrase: str) -> Iterator[str]:
    if phrase.endswith("men"):
        yield phrase[:-3] + "man"
    if phrase.endswith(POSSESSIVE):
        yield phrase.removesuffix(POSSESSIVE)
    elif phrase.endswith(("s'", "s")) and not phrase.endswith("ss"):
        plural = phrase.removesuffix("'")
        yield plural[:-1]
        if plural.endswith("ies"):
            yield plural[:-3] + "y"
        if plural.endswith("es"):
            yield plural[:-2]
    if phrase.endswith("ied"):
        yield phrase[:-3] + "y"
    for ending in ("ed", "ing"):
        if phrase.endswith(ending):
            stem = phrase.removesuffix(ending)
            yield stem
            yield stem + "e"
            if stem[-2:-1] == stem[-1:]:
                yield stem[:-1]


_SHORTEST_HEARD: Final = 4
"""Least letters of an English word heard in Bengali letters: a shorter one sounds like Bengali words."""

_CLUSTERS: Final = 3
"""Least clusters of the word in Bengali letters."""

_PHALAS: Final = (f"{HASANTA}ম", f"{HASANTA}ব")
"""Phalas that are silent under a consonant in Bengali words, but not in English ones: স্মাইল is no *sail*."""

_FARTHEST: Final = 0.8
"""Distance by letter from the English spelling below which a word is heard as English. Of 63,910 words of a
list that hardly any of 17,757 articles of news have, 90 are, by their stem, half of them from English."""


def heard_as_english(word: str) -> tuple[Sequence[str], float] | None:
    """The Bengali meaning of a word in Bengali letters that looks and sounds like an English one.

    Args:
        word: the word in canonical spelling, without an ending.

    Returns:
        The words that newspapers write for it, and its distance by letter from the English spelling; None if
        it sounds like no English word that newspapers translate.
    """
    if not is_loan(word) or aksharas(word, _CLUSTERS) < _CLUSTERS or any(map(word.__contains__, _PHALAS)):
        return None
    heard = (
        (_distance(english, word), english) for english in _english_by_skeleton().get(skeleton(word), ())
    )
    distance, english = min(heard, default=(_FARTHEST, ""))
    if distance >= _FARTHEST:
        return None
    row = english_words()[english]
    return (row.bengali, distance) if row.kind == "meaning" else None


def _distance(english: str, word: str) -> float:
    return float(latin_from_words(english, [word])[0]) / (len(english) + 1)


@cache
def _english_by_skeleton() -> Mapping[str, Sequence[str]]:
    """English words, keyed by the consonants that are heard; loans are included."""
    found: dict[str, list[str]] = {}
    for english in english_words():
        if len(english) >= _SHORTEST_HEARD and " " not in english:
            for heard in dict.fromkeys(readings(english)):
                found.setdefault(heard, []).append(english)
    return found


def prepare() -> None:
    """Read every table now, so that the first word does not wait for them."""
    acronyms()
    letter_names()
    common_english_words()
    english_function_words()
    irregular_forms()
    for of_both in (_sorted_keys, _written_together, _names_by_skeleton, _english_by_skeleton):
        of_both()

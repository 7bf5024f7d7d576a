"""How Bengali words sound, seen from the Latin letters people type for them.

Two views of a word, each with its own use:

* its *sound units*, one for each thing a writer decides how to spell: a consonant, a vowel, the unwritten
  vowel of a bare consonant, a conjunct that is said otherwise than it is written. What people write for each
  unit, and how readily, stands in ``data/romanisation_native.tsv`` and ``data/romanisation_loan.tsv``.
* its *skeleton*, the consonants alone, with everything merged that writers confuse: aspirates, dentals and
  retroflexes, the sibilants and চ ছ, ব and ভ, জ and য, র and ড়. Words of one skeleton are the candidates
  among which the units decide; a Latin spelling has skeletons in the same code (``index.latin``).

How conjuncts are said follows Suniti Kumar Chatterji, *The Origin and Development of the Bengali Language*
(1926), and Bangla Academy's *Adhunik Bangla Abhidhan* (2016): ya-phala is silent or doubles; ba-phala and
ma-phala are silent or double after the consonants listed here; ক্ষ is খ and জ্ঞ is গ.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

__all__ = ["SKELETON_SYMBOLS", "UNITS", "is_loan", "skeleton", "squeeze", "unit_codes", "units"]

_HASANTA: Final = "\u09cd"
_CONSONANTS: Final = "কখগঘঙচছজঝঞটঠডঢণতথদধনপফবভমযরলশষসহ\u09dc\u09dd\u09df"
_SIGNS: Final = "ািীুূৃেৈোৌ"
_VOWELS: Final = "অআইঈউঊঋএঐওঔ"
_MARKS: Final = "ংঃঁৎ"
# An independent vowel inside a word glides after the vowel before it (বই, ঢেউ, যাও) and is often not written.
_GLIDES: Final = "ইউওএ"

_FIRST, _INNER, _FINAL, _FINAL_OF_CONJUNCT = "o1", "o2", "o3", "o4"
"""The unwritten vowel: of the first syllable, inside, at the end, and at the end after a conjunct (গল্প)."""
_GEMINATE: Final = "="
"""The first half of a doubled consonant (ল্ল, চ্ছ): written as the letter again, or not at all."""

_BREATHED: Final = ("কখ", "গঘ", "চছ", "জঝ", "টঠ", "ডঢ", "তথ", "দধ", "পফ", "বভ")
_CLUSTERS: Final = ("ক্ষ", "জ্ঞ", "ঙ্গ")
_W_GLIDES: Final = ("ও\u09dfা", "ও\u09dfে", "ও\u09df")
_AE_VOWELS: Final = ("অ্যা", "এ্যা")
_PHALAS: Final = ("্যা", "্য", "্ব", "্ম")
_REPH: Final = "র\u09cd"

UNITS: Final[tuple[str, ...]] = (
    *_CONSONANTS, *_VOWELS, *_SIGNS, *_MARKS, *_CLUSTERS, *_W_GLIDES, *_AE_VOWELS, *_PHALAS,
    _REPH, _GEMINATE, _FIRST, _INNER, _FINAL, _FINAL_OF_CONJUNCT,
    *(sign + "." for sign in _SIGNS), *(v + "2" for v in _GLIDES), *(v + "2." for v in _GLIDES), "\u09df.",
)  # fmt: skip
"""Every unit there is. Its code is its place, counted from 1; a full stop marks the end of the word, a 2 a
glide."""

_CODES: Final = {unit: code for code, unit in enumerate(UNITS, 1)}

_PART: Final = re.compile(
    "|".join(
        (
            "^র(?=্যা)",  # র‍্যাব: ya-phala, where কার্যালয় has a spoken য
            *_W_GLIDES,
            *_AE_VOWELS,
            *_CLUSTERS,
            rf"([{_CONSONANTS}])্(?=\1)",
            *(f"{plain}্(?={breathed})" for plain, breathed in _BREATHED),
            f"{_REPH}(?=[{_CONSONANTS}])",
            "(?<=[কখগজতথদধনশষসহ])্ব",
            "(?<=[কতদশষসহ])্ম",
            "্যা",
            "্য",
            ".",
        )
    ),
    re.DOTALL,
)
_BEARERS: Final = frozenset((*_CONSONANTS, *_CLUSTERS, "্য", "্ব", "্ম", "ও\u09df"))
"""Units after which an unwritten vowel is said unless something below follows."""
_STOPS_VOWEL: Final = frozenset((*_SIGNS, *_PHALAS, _HASANTA))


def units(word: str) -> list[str]:
    """The sound units of a word in canonical spelling; letters without a sound of their own are left out."""
    parts = [_unit_of(match.group()) for match in _PART.finditer(word)]
    return [unit for unit in _spoken(parts) if unit in _CODES]


def unit_codes(word: str) -> bytes:
    """The units of a word as their codes, one byte each."""
    return bytes(_CODES[unit] for unit in units(word))


def _unit_of(part: str) -> str:
    """A part of a word as a unit; the first half of a geminate is recognised by its own hasanta."""
    halved = len(part) > 1 and part.endswith(_HASANTA) and part != _REPH
    return _GEMINATE if halved else part


def _spoken(parts: Sequence[str]) -> Iterator[str]:
    """Adds the vowels that are said and not written, and marks glides and the end of the word."""
    vowel_before = False
    end = len(parts) - 1
    for place, part in enumerate(parts):
        yield _placed(part, first=place == 0, last=place == end)
        if part not in _BEARERS:
            vowel_before |= part in _SIGNS or part in _VOWELS
        elif place == end:
            conjoined = len(part) > 1 or (place and parts[place - 1] in {_HASANTA, _REPH, _GEMINATE})
            yield _FINAL_OF_CONJUNCT if conjoined else _FINAL
        elif parts[place + 1] not in _STOPS_VOWEL:
            yield _INNER if vowel_before else _FIRST
            vowel_before = True


def _placed(part: str, *, first: bool, last: bool) -> str:
    if part in _GLIDES and not first:
        part += "2"
    return part + "." if last and part + "." in _CODES else part


_CLASSES: Final = {
    "k": "ক খ ক্ষ",
    "g": "গ ঘ জ্ঞ",
    "n": "ন ণ ঙ ঞ ং ঙ্গ",
    "s": "চ ছ শ ষ স",
    "j": "জ ঝ য",
    "t": "ত থ ট ঠ ৎ",
    "d": "দ ধ ড ঢ",
    "p": "প ফ",
    "b": "ব ভ",
    "m": "ম",
    "r": "র র\u09cd \u09dc \u09dd ৃ ৃ.",
    "l": "ল",
}
"""The consonants that one skeleton symbol stands for. হ and য় are heard or not: they count only at the
start."""
_SYMBOL_OF: Final = {unit: symbol for symbol, members in _CLASSES.items() for unit in members.split()}
_SYMBOL_AT_START: Final = (
    {"হ": "h", "ঋ": "Vr"}
    | dict.fromkeys((*_VOWELS.replace("ঋ", ""), *_W_GLIDES, *_AE_VOWELS), "V")
    | _SYMBOL_OF
)

SKELETON_SYMBOLS: Final = "V" + "".join(_CLASSES) + "h"
"""Everything a skeleton is made of; V is any vowel at the start of a word."""


def skeleton(word_units: Sequence[str]) -> str:
    """The consonant skeleton of a word, from its units; empty without a consonant or first vowel."""
    if not word_units:
        return ""
    first = _SYMBOL_AT_START.get(word_units[0], "")
    return squeeze(first + "".join(_SYMBOL_OF.get(unit, "") for unit in word_units[1:]))


def squeeze(symbols: str) -> str:
    """Drops a symbol after itself, since people double or not, and g after n, since ng is ং or ঙ্গ."""
    kept: list[str] = []
    for symbol in symbols:
        if not kept or (symbol != kept[-1] and not (symbol == "g" and kept[-1] == "n")):
            kept.append(symbol)
    return "".join(kept)


_LOAN_MARKS: Final = re.compile("[টডফ]|্যা|অ্যা|স্|র্[কচটপ]")
"""Letters and clusters much commoner in words from English (স্টেশন, পার্ক, ফাইল) than in others."""


def is_loan(word: str) -> bool:
    """Whether a word looks like one from English, which people then spell the English way (site for সাইট)."""
    return _LOAN_MARKS.search(word) is not None

"""How Bengali words sound, seen from the Latin letters people type for them.

A word is cut into *sound units*, one for each thing a writer decides how to spell: a consonant, a vowel, the
unwritten vowel of a bare consonant, a conjunct that is said otherwise than it is written. What people write
for each unit, and how readily, stands in ``data/romanisation_*.tsv``: as they hear it, as English, by letter.

How conjuncts are said follows Suniti Kumar Chatterji, *The Origin and Development of the Bengali Language*
(1926), and Bangla Academy's *Adhunik Bangla Abhidhan* (2016): ya-phala is silent or doubles; ba-phala and
ma-phala are silent or double after the consonants listed here; ক্ষ is খ and জ্ঞ is গ.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from onneshon.index.analysis.script import HASANTA

CONSONANTS: Final = "কখগঘঙচছজঝঞটঠডঢণতথদধনপফবভমযরলশষসহ\u09dc\u09dd\u09df"
"""Those of Bengali alone, in the order of their codes; ``script.CONSONANTS`` has the Assamese ones too."""
_SIGNS: Final = "ািীুূৃেৈোৌ"
_VOWELS: Final = "অআইঈউঊঋএঐওঔ"
_MARKS: Final = "ংঃঁৎ"
# An independent vowel inside a word glides after the vowel before it (বই, ঢেউ, যাও) and is often not written.
GLIDES: Final = "ইউওএ"

_FIRST, _INNER, _FINAL, _FINAL_OF_CONJUNCT = "o1", "o2", "o3", "o4"
"""The unwritten vowel: of the first syllable, inside, at the end, and at the end after a conjunct (গল্প)."""
_GEMINATE: Final = "="
"""The first half of a doubled consonant (ল্ল, চ্ছ): written as the letter again, or not at all."""

BREATHED: Final = dict(zip("কগচজটডতদপব", "খঘছঝঠঢথধফভ", strict=True))
"""Consonants, each with the one that is it breathed."""
CLUSTERS: Final = ("ক্ষ", "জ্ঞ", "ঙ্গ")
"""Conjuncts that are one sound."""
SILENT_BA_AFTER: Final = "কখগজতথদধনশষসহ"
SILENT_MA_AFTER: Final = "কতদশষসহ"
"""Letters after which a ba-phala or a ma-phala is not heard."""
_WGLIDES: Final = ("ও\u09dfা", "ও\u09dfে", "ও\u09df")
_AE_VOWELS: Final = ("অ্যা", "এ্যা")
OPENING_VOWELS: Final = (*_VOWELS, *_WGLIDES, *_AE_VOWELS)
"""Vowels that need no consonant before them."""
_PHALAS: Final = ("্যা", "্য", "্ব", "্ম")
_REPH: Final = "র\u09cd"

UNITS: Final[tuple[str, ...]] = (
    *CONSONANTS, *_VOWELS, *_SIGNS, *_MARKS, *CLUSTERS, *_WGLIDES, *_AE_VOWELS, *_PHALAS,
    _REPH, _GEMINATE, _FIRST, _INNER, _FINAL, _FINAL_OF_CONJUNCT,
    *(sign + "." for sign in _SIGNS), *(v + "2" for v in GLIDES), *(v + "2." for v in GLIDES), "\u09df.",
)  # fmt: skip
"""Every unit there is. Its code is its index, counted from 1; a full stop marks the end of the word, a 2 a
glide."""

_Codes: TypeAlias = NDArray[np.uint8]
CODES: Final = {unit: code for code, unit in enumerate((*UNITS, HASANTA), 1)}
"""The code of each unit. A hasanta that is in none has one while a word is taken apart; it is not said."""
NO_WORD: Final = 0
"""The code of what is before, between and after words."""
_SILENT: Final = len(UNITS) + 2
"""The code of a letter without a sound of its own."""

# Words are taken apart all at once, as one text. In it stand code points that Unicode keeps for use inside a
# program, which no word holds: one between words, and one for each unit of several letters.
_BETWEEN: Final = "\ufdef"
_STAND_INS: Final = {
    unit: chr(0xFDD0 + index)
    for index, unit in enumerate((*CLUSTERS, *_WGLIDES, *_AE_VOWELS, *_PHALAS, _REPH, _GEMINATE))
}
_OF_SEVERAL_LETTERS: Final = re.compile(
    f"(?=.?{HASANTA}|ও)(?:"  # all of them begin so, and most letters are soon ruled out
    + "|".join(
        (
            f"(?<={_BETWEEN})র(?=্যা)",  # র‍্যাব: ya-phala, where কার্যালয় has a spoken য
            *_WGLIDES,
            *_AE_VOWELS,
            *CLUSTERS,
            rf"([{CONSONANTS}])্(?=\1)",
            *(f"{plain}্(?={breathed})" for plain, breathed in BREATHED.items()),
            f"{_REPH}(?=[{CONSONANTS}])",
            f"(?<=[{SILENT_BA_AFTER}])্ব",
            f"(?<=[{SILENT_MA_AFTER}])্ম",
            "্যা",
            "্য",
        )
    )
    + ")"
)
_STAND_IN_OF: Final = (
    {"র": "র"}
    | {consonant + HASANTA: _STAND_INS[_GEMINATE] for consonant in CONSONANTS}
    | _STAND_INS  # among them র and its hasanta, never taken for the first half of a geminate
)


def _code_of_letter() -> NDArray[np.uint8]:
    """The code of each code point of 16 bits."""
    table = np.full(1 << 16, _SILENT, np.uint8)
    table[ord(_BETWEEN)] = NO_WORD
    for unit in (*CONSONANTS, *_VOWELS, *_SIGNS, *_MARKS, HASANTA, *_STAND_INS):
        table[ord(_STAND_INS.get(unit, unit))] = CODES[unit]
    return table


def _with(mark: str) -> bytes:
    """A table from the codes of units to those of the same units marked, if there are such."""
    marked = {code: CODES.get(unit + mark, code) for unit, code in CODES.items()}
    return bytes(marked.get(code, code) for code in range(256))


def _among(members: Iterable[str]) -> bytes:
    """A table from the codes of members to 1, and from others to 0."""
    chosen = {CODES[unit] for unit in members}
    return bytes(code in chosen for code in range(256))


_CODE_OF_LETTER: Final = _code_of_letter()
_GLIDING, _ENDING = _with("2"), _with(".")

_CONJUNCTS: Final = (*CLUSTERS, "্য", "্ব", "্ম", "ও\u09df")
_BEARS_VOWEL: Final = _among((*CONSONANTS, *_CONJUNCTS))
"""Units after which an unwritten vowel is said unless something below follows."""
_STOPS_VOWEL: Final = _among((*_SIGNS, *_PHALAS, HASANTA))
_IS_VOWEL: Final = _among((*_SIGNS, *_VOWELS))
_IS_CONJUNCT: Final = _among(_CONJUNCTS)
_JOINS: Final = _among((HASANTA, _REPH, _GEMINATE))
"""What makes a conjunct of the consonant after it."""


def units(word: str) -> list[str]:
    """The sound units of a word in canonical spelling; letters without a sound of their own are left out."""
    return [UNITS[code - 1] for code in unit_codes([word]) if code]


def unit_codes(words: Sequence[str]) -> _Codes:
    """The units of words as their codes, one byte each, and a 0 after each word."""
    parts = _parts(_BETWEEN.join(("", *words, "")))
    before, after = np.roll(parts, 1), np.roll(parts, -1)  # the first and the last part are between words
    spoken = np.stack((_placed(before, parts, after), _unwritten(before, parts, after)), axis=1).ravel()
    return spoken[spoken <= len(UNITS)][1:]


def _parts(text: str) -> _Codes:
    """The codes of what words consist of, as it is written."""
    points = np.frombuffer(_merged(text).encode("utf-16-le", "surrogatepass"), "<u2")
    return np.take(_CODE_OF_LETTER, points)


def _merged(text: str) -> str:
    """Words between their borders with one character for each unit of several letters."""
    return _OF_SEVERAL_LETTERS.sub(lambda match: _STAND_IN_OF[match[0]], text)


def _placed(before: _Codes, parts: _Codes, after: _Codes) -> _Codes:
    """Marks glides and the ends of words."""
    placed = np.where(before == NO_WORD, parts, _mapped(parts, _GLIDING))
    return np.where(after == NO_WORD, _mapped(placed, _ENDING), placed)


def _unwritten(before: _Codes, parts: _Codes, after: _Codes) -> _Codes:
    """The vowel that is said after each part and not written, or silence."""
    bare = _is(parts, _BEARS_VOWEL) & ~_is(after, _STOPS_VOWEL)
    final = bare & (after == NO_WORD)
    inside = bare & ~final
    first = _first_of_words(inside | _is(parts, _IS_VOWEL), parts)
    conjoined = _is(parts, _IS_CONJUNCT) | _is(before, _JOINS)
    said = np.full_like(parts, _SILENT)
    for vowel, where in (
        (_INNER, inside),
        (_FIRST, inside & first),
        (_FINAL, final),
        (_FINAL_OF_CONJUNCT, final & conjoined),
    ):
        said[where] = CODES[vowel]
    return said


def _first_of_words(marked: NDArray[np.bool_], parts: _Codes) -> NDArray[np.bool_]:
    """Of the parts that are marked the first of each word."""
    indexes = np.flatnonzero(marked)
    word_of = np.cumsum(parts == NO_WORD, dtype=np.uint32)[indexes]
    first = np.zeros_like(marked)
    first[indexes[np.diff(word_of, prepend=np.uint32(0)) > 0]] = True
    return first


def _mapped(codes: _Codes, table: bytes) -> _Codes:
    """Codes through a table, the way that is fastest for bytes."""
    return np.frombuffer(codes.tobytes().translate(table), np.uint8)


def _is(codes: _Codes, table: bytes) -> NDArray[np.bool_]:
    return _mapped(codes, table).view(np.bool_)


_LOAN_MARKS: Final = re.compile("[টডফ]|্যা|অ্যা|স্|র্[কচটপ]")
"""Letters and clusters much commoner in words from English (স্টেশন, পার্ক, ফাইল) than in others."""


def is_loan(word: str) -> bool:
    """Whether a word looks like one from English, which people then spell the English way (site for সাইট)."""
    return _LOAN_MARKS.search(word) is not None

"""The canonical form of a word: one encoding for what a reader sees as one spelling.

This is the key of the ``exact`` layer. Of what a reader can see, only the case of Latin letters and the
script of digits are lost. The steps are pure functions of a word to a word; their order matters, for reasons
given at each. The form is idempotent.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from onneshon.index.kernel.stems import canonical_form


class Step(NamedTuple):
    """One step of a chain: its name for display, and a pure function of a word to a word."""

    name: str
    apply: Callable[[str], str]


_SIGNS = "\u09be-\u09c4\u09c7\u09c8\u09cb\u09cc\u09d7"
_NASALS = "\u0981-\u0983"
_is_nasal = frozenset("\u0981\u0982\u0983").__contains__
_KHANDA_TA = re.compile("\u09a4\u09cd[\u200c\u200d]+(?![\u200c\u200dতথনবমযর])")
_FINAL_TA = re.compile("\u09a4\u09cd$")
# The lookbehinds change no match: a run is tried at its start alone, or one without an end would be tried at
# each of its characters, in time that grows with the square of its length.
_LATE_NUKTA = re.compile(f"(?<![{_SIGNS}{_NASALS}\u09cd])([{_SIGNS}{_NASALS}\u09cd]+)\u09bc+")
_NUKTA_LETTERS = {"\u09a1": "\u09dc", "\u09a2": "\u09dd", "\u09af": "\u09df", "\u09ac": "\u09b0"}
_NUKTA = re.compile("(.)\u09bc+", re.DOTALL)
_NASAL_BEFORE_SIGN = re.compile(f"(?<![{_NASALS}])[{_NASALS}][{_SIGNS}{_NASALS}]*[{_SIGNS}]")
_DOUBLED = re.compile(f"([{_SIGNS}{_NASALS}\u09cd])\\1+")
_ASSAMESE = {0x9F0: "\u09b0", 0x9F1: "\u09ac"}
_APOSTROPHES = dict.fromkeys(map(ord, "\u2018\u2019\u02bc\uff07"), "'")
_INVISIBLE = dict.fromkeys(
    [
        0xAD,
        0x34F,
        0x61C,
        0x180E,
        0xFEFF,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
    ]
)


def _write_khanda_ta(word: str) -> str:
    """Before Unicode 4.1, ৎ was typed as ত, hasanta and a joiner; সত্য with a stray joiner stays as it is."""
    return _KHANDA_TA.sub("\u09ce", word)


def _drop_invisible(word: str) -> str:
    return word.translate(_INVISIBLE)


def _compose(word: str) -> str:
    return unicodedata.normalize("NFC", word)


def join_nukta(word: str) -> str:
    """Unicode forbids NFC to compose ড় ঢ় য়; old texts have র as ব with a dot, or the dot too late."""
    if "\u09bc" not in word:
        return word
    word = _LATE_NUKTA.sub("\u09bc\\1", word)
    return _NUKTA.sub(lambda found: _NUKTA_LETTERS.get(found[1], found[1]), word).lstrip("\u09bc")


def _write_aa(word: str) -> str:
    return word.replace("\u0985\u09be", "\u0986")


def _order_marks(word: str) -> str:
    """In consecutive marks, vowel signs come before nasal and other signs."""
    return _NASAL_BEFORE_SIGN.sub(lambda found: "".join(sorted(found[0], key=_is_nasal)), word)


def _single_marks(word: str) -> str:
    return _DOUBLED.sub("\\1", word)


def _write_final_khanda_ta(word: str) -> str:
    return _FINAL_TA.sub("\u09ce", word)


def _write_bengali_letters(word: str) -> str:
    return word.translate(_ASSAMESE)


def _write_ascii_digits(word: str) -> str:
    if word.isascii():
        return word
    return "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in word)


def _straighten_apostrophes(word: str) -> str:
    return word.translate(_APOSTROPHES)


def _fold_case(word: str) -> str:
    return word.casefold()


STEPS: tuple[Step, ...] = (
    # First, while the joiners that tell ৎ from a conjunct are still there.
    Step("khanda ta", _write_khanda_ta),
    # Before composing: an invisible character between ে and া would keep them apart.
    Step("invisible characters", _drop_invisible),
    # Before composing: folding takes some Latin letters apart (ǰ).
    Step("case", _fold_case),
    # Composes ো and ৌ, and puts a nukta that follows a hasanta before it, where the next step looks for it.
    Step("composition", _compose),
    Step("nukta", join_nukta),
    # After the nukta is out of the way, or it would stand between the marks.
    Step("order of marks", _order_marks),
    # Once no other mark stands between অ and া.
    Step("আ", _write_aa),
    Step("doubled marks", _single_marks),
    # Again: order and single marks can bring ে and া together, and the sign they become next to its like.
    Step("second composition", _compose),
    Step("second doubled marks", _single_marks),
    Step("second nukta", join_nukta),
    # Once nothing invisible and no doubled hasanta can hide that the word ends here.
    Step("final khanda ta", _write_final_khanda_ta),
    Step("Assamese letters", _write_bengali_letters),
    Step("digits", _write_ascii_digits),
    Step("apostrophes", _straighten_apostrophes),
)
"""The chain of the exact layer, in order."""


def canonical(word: str) -> str:
    """The canonical form of one word.

    Args:
        word: a token's text; any characters.

    Returns:
        The key of the exact layer; empty if the word contains nothing visible.
    """
    if (form := canonical_form(word)) is not None:  # the fast path, for most words
        return form
    if word.isascii() or word.isdecimal():
        return _write_ascii_digits(word.lower())
    for _, apply in STEPS:
        word = apply(word)
    return word

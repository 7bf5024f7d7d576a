"""What two words surely have in common that are one when they are folded: their letters, much simplified.

Quickly compared, so that few words must be folded to find those of one fold. Letters that ``fold`` makes one
are one here; those that it may drop, or make of others, are left out; what comes twice counts once.
"""

from typing import Final

from onneshon.index.vocabulary.channels import LETTERS_FROM

__all__ = ["SAME_LETTERS"]

_LEFT_OUT: Final = "\u0981\u0983\u09bc\u09bd\u09cdিী\u09df"
"""\u09df between vowels may be left out, as in ধোঁআ."""
_ONE: Final = ("রঋৃ", "নণ", "সশষ", "জয", "ংঙ", "তৎ", "\u09dc\u09dd", "ইঈ", "উঊ", "ুূ", "\u09beঅআএ")
"""এ with অ for এ্যা, which begins words as অ্যা does."""
_LETTERS: Final = 0x80
_MADE_OF: Final = {letter: letters[0] for letters in _ONE for letter in letters}


def _byte_of(letter: str) -> int:
    """Never 0 but for letters that are left out."""
    return 0 if letter in _LEFT_OUT else _LETTERS + ord(_MADE_OF.get(letter, letter)) - LETTERS_FROM


SAME_LETTERS: Final = bytes(_byte_of(chr(LETTERS_FROM + code)) for code in range(_LETTERS))
"""The byte of each letter of the Bengali block; 0 of those that are left out."""

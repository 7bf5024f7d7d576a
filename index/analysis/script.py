"""The Bengali script: which characters are what, and how many aksharas a word has.

Python's ``str.isalpha`` and regular-expression classes are wrong for Bengali (vowel signs and hasanta are
not letters to them), so every question about a character is answered from these sets.
"""

import sys

HASANTA = "\u09cd"
CONSONANTS = frozenset(map(chr, [*range(0x995, 0x9BA), 0x9DC, 0x9DD, 0x9DF, 0x9F0, 0x9F1]))
"""ক to হ, ড় ঢ় য় (one code point each, as canonical) and Assamese ৰ ৱ; ৎ ends an akshara, it starts none."""
JOINING = CONSONANTS | {"\u09ce"}
"""Letters that a hasanta joins to the one before, so that no mark and no cut may fall between: ৎ too."""
VOWELS = frozenset("অআইঈউঊঋএঐওঔ\u098c\u09e0\u09e1")
VOWEL_SIGNS = frozenset(map(chr, [*range(0x9BE, 0x9C5), 0x9C7, 0x9C8, 0x9CB, 0x9CC, 0x9D7]))
EXTENDING = VOWEL_SIGNS | frozenset("\u0981\u0982\u0983\u09bc\u09cd\u09e2\u09e3\u09fe")
"""What extends the character before it, be that a space: signs, nasal and other marks, nukta, hasanta."""
ASCII_DIGITS = str.maketrans("০১২৩৪৫৬৭৮৯", "0123456789")
BENGALI_DIGITS = str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯")
"""For ``str.translate``: from the digits of one script to those of the other."""
JOINERS = frozenset("\u200c\u200d")
"""Zero width non-joiner and joiner; they extend the character before them as well."""


def aksharas(word: str, enough: int = sys.maxsize) -> int:
    """Number of written syllables: vowels, and consonants that no hasanta ties to the one before.

    Args:
        word: Bengali text in canonical form.
        enough: the number at which counting stops.
    """
    count = 0
    before = ""
    for character in word:
        if (character in CONSONANTS and before != HASANTA) or character in VOWELS:
            count += 1
            if count == enough:
                break
        before = character
    return count


def is_bengali(word: str) -> bool:
    """Whether a token is in the Bengali block; a token has one script, so its first letter decides."""
    return "\u0980" <= word[:1] <= "\u09ff"

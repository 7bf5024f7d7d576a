"""The stem of a Bengali word: one table after another, of which the first that knows it has the say.

What the tables hold, and why they are asked in this order, is said where they are read
(``index.analysis.stemmer``).
"""

from onneshon.index.kernel.folding cimport Folding
from onneshon.index.kernel.noun_endings cimport NounEndings

__all__ = ["Stems"]

cdef enum:
    I = 0x987
    O = 0x993
    RI_SIGN = 0x9C3


cdef class Stems:
    """Takes the inflection off words. Threads may share it.

    Args:
        o_endings: words and stems with a final ও or ো, each with how else it is written.
        pronouns: their forms, each with its key.
        verb_key: gives the key of the verb that a word is a form of, None where it is none.
        endings: those of nouns.
        before_members: gives the stem of a noun that ends in ৃ, as it does before a second member of a compound.
        variants: other stems of nouns, each with the one that is the key.
        folding: makes a key of a stem.
    """

    cdef dict o_endings, pronouns, variants
    cdef object verb_key, before_members
    cdef NounEndings endings
    cdef Folding folding

    def __cinit__(
        self, dict o_endings not None, dict pronouns not None, verb_key, NounEndings endings not None,
        before_members, dict variants not None, Folding folding not None,
    ):
        self.o_endings, self.pronouns, self.verb_key = o_endings, pronouns, verb_key
        self.endings, self.before_members, self.variants = endings, before_members, variants
        self.folding = folding

    def key(self, str word not None):
        """The stem of a word, under which its spelling variants meet."""
        return self.folding.key_of(self.stem_of(word))

    def stem(self, str word not None):
        """A word in canonical form without its inflection."""
        return self.stem_of(word)

    cdef str stem_of(self, str word):
        word = self.endings.unmarked(word)
        word = self.o_endings.get(word, word)
        found = self.pronouns.get(word)
        if found is None:
            found = self.verb_key(word)
        if found is None and word and is_emphasis(word[len(word) - 1]):
            found = self.pronouns.get(word[: len(word) - 1])
        return found if found is not None else self.of_noun(self.endings.shortened(word))

    cdef str of_noun(self, str stem):
        """The stem of a noun that has lost its endings."""
        if stem and stem[len(stem) - 1] == RI_SIGN:
            stem = self.before_members(stem)
        stem = self.o_endings.get(stem, stem)
        return self.variants.get(stem, stem)


cdef inline bint is_emphasis(Py_UCS4 letter) noexcept:
    return letter == I or letter == O

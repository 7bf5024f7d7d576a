"""The ways to cut a word into two of an index: one pass over its borders, in which no string is made of most.

What is cheap to know comes first: the dictionaries tell that a part is no word, and the length of a list that
too few documents have it. The lists themselves, which may have to be fetched from the disk, are read last.
"""

from libc.stdint cimport int64_t, uint8_t, uint32_t

from onneshon.index.kernel.dictionary cimport Dictionary
from onneshon.index.kernel.term_lists cimport TermLists

from onneshon.index.kernel.errors import DamageError

__all__ = ["HASANTA", "LETTER", "NASAL", "SIGN", "VOWEL", "StemmedWords", "WordCutter"]

cdef enum:
    IS_LETTER = 1
    IS_VOWEL = 2
    IS_SIGN = 4
    IS_NASAL = 8
    IS_HASANTA = 16
    BLOCK = 0x980
    LETTERS = 128  # of the block
    BYTES = 3  # of each in UTF-8
    A = 0x985
    AA = 0x9BE
    NO_STEM = -1
    MANY = 0x7FFFFFFF

LETTER, VOWEL, SIGN, NASAL, HASANTA = IS_LETTER, IS_VOWEL, IS_SIGN, IS_NASAL, IS_HASANTA
"""What a letter of the Bengali block is, as bits: a vowel is a letter, too."""

cdef uint32_t UNKNOWN = <uint32_t> -1  # where the stem of a word is not in the segment

cdef struct Stem:
    Py_ssize_t segment  # one that has it
    int64_t ordinal  # in that; NO_STEM where no segment has it


cdef class StemmedWords:
    """The words of one segment as they are spelt, and the stem of each.

    Args:
        words: as they are spelt.
        stem_of: for each the ordinal of its stem, 2^32 - 1 where the segment has not got it; uint32. Words
            beyond its end have none.
        stems: their lists.
    """

    cdef Dictionary words
    cdef const uint32_t[::1] stem_of
    cdef TermLists stems

    def __init__(self, Dictionary words not None, const uint32_t[::1] stem_of not None, TermLists stems not None):
        self.words, self.stem_of, self.stems = words, stem_of, stems

    cdef bint find(self, const uint8_t *word, size_t size, int64_t *stem) except -1:
        """Whether the segment has a word; ``stem`` is set to the ordinal of its stem, if there is one."""
        cdef bint found = False
        cdef int64_t ordinal = self.words.place_of(word, size, &found)
        if found and ordinal < len(self.stem_of) and self.stem_of[ordinal] != UNKNOWN:
            stem[0] = self.stem_of[ordinal]
            if stem[0] >= len(self.stems.dictionary.shared):
                raise DamageError("a stem that is none")
        return found


cdef class WordCutter:
    """Cuts words into two words of an index. Threads may share it.

    Args:
        segments: of the index, as ``StemmedWords``.
        classes: what each letter of the Bengali block is, as bits; 128 bytes.
        passed_over: words that are no parts.
        shortest: letters of a part.
        stem_key: gives the stem of a word that no segment has.

    Raises:
        ValueError: there are not as many classes.
    """

    cdef tuple segments
    cdef bytes classes
    cdef frozenset passed_over
    cdef Py_ssize_t shortest
    cdef object stem_key

    def __init__(
        self, segments, bytes classes not None, frozenset passed_over not None, Py_ssize_t shortest,
        stem_key not None,
    ):
        cdef StemmedWords segment
        if len(classes) != LETTERS:
            raise ValueError("a byte for each letter of the block is wanted")
        self.segments = tuple(segments)
        for segment in self.segments:
            if segment is None:
                raise TypeError("words of a segment are wanted")
        self.classes, self.passed_over, self.shortest = classes, passed_over, max(shortest, 1)
        self.stem_key = stem_key

    def cuts(self, str word not None, str stem not None, int fewest, double share):
        """How many documents have a word in any of its forms, and the ways to cut it between two clusters.

        Args:
            word: in canonical spelling.
            stem: of it.
            fewest: documents that must have each part in any of its forms, 1 or more; and some document must
                have the first part as it is spelt.
            share: of the documents that have the word; as many must have each part.

        Returns:
            How many, and for each cut that is left where it is, the stem of the first part and how many
            documents have that, and the same of the second. None for a word of which a letter or a cluster is
            out of the ordinary.

        Raises:
            DamageError: what was read is damaged.
        """
        cdef Py_ssize_t at
        cdef uint32_t before = 0
        cdef bytes letters
        cdef int64_t held
        if not self.is_plain(word):
            return None
        letters = word.encode("utf-8")
        held = self.df_of(stem.encode("utf-8", "surrogatepass"))
        found = []
        for at in range(len(word) - self.shortest + 1):
            if at >= self.shortest and self.class_of(word[at]) & IS_LETTER and not before & IS_HASANTA:
                cut = self.cut(word, stem, at, letters, max(<double> max(fewest, 1), share * held))
                if cut is not None:
                    found.append(cut)
            before = self.class_of(word[at])
        return held, found

    cdef bint is_plain(self, str word) except -1:
        """Whether a word is a row of letters, each with one sign and one nasal at most, or a hasanta.

        No vowel is written after a hasanta: then it would end a cluster, and no word ends so.
        """
        cdef Py_ssize_t i
        cdef uint8_t kind, before = IS_HASANTA
        for i in range(len(word)):
            kind = self.class_of(word[i])
            if kind & IS_LETTER:
                if kind & IS_VOWEL and before & IS_HASANTA and i:
                    return False
            elif not i or not kind:
                return False
            elif kind & IS_NASAL:
                if not before & (IS_LETTER | IS_SIGN):
                    return False
            elif not before & IS_LETTER or (word[i] == AA and word[i - 1] == A):
                return False
            before = kind
        return not before & IS_HASANTA

    cdef inline uint8_t class_of(self, Py_UCS4 letter) noexcept:
        cdef uint32_t place = <uint32_t> letter - BLOCK  # what stands before the block is far beyond its end
        return (<const uint8_t *> <char *> self.classes)[place] if place < LETTERS else 0

    cdef tuple cut(self, str word, str stem, Py_ssize_t at, bytes letters, double least):
        """A cut if both parts are words of so many documents, else None."""
        cdef const uint8_t *start = <const uint8_t *> <char *> letters
        cdef Py_ssize_t middle = BYTES * at
        cdef Stem left, right
        cdef int64_t lefts, rights
        if not self.find(start, middle, &left) or word[:at] in self.passed_over:
            return None
        if left.ordinal == NO_STEM:
            self.find_stem(self.stem_key(word[:at]), &left)
        if self.most_of(&left) < least:
            return None
        self.find(start + middle, len(letters) - middle, &right)
        if right.ordinal == NO_STEM:
            self.find_stem(self.stem_key(word[at:]), &right)
        if self.most_of(&right) < least or word[at:] in self.passed_over:
            return None
        begin = self.text_of(&left)
        if begin == stem:  # what is left over is an ending
            return None
        lefts = self.df(&left)
        rights = self.df(&right) if lefts >= least else 0
        if rights < least:
            return None
        return at, begin, lefts, self.text_of(&right), rights

    cdef bint find(self, const uint8_t *word, size_t size, Stem *stem) except -1:
        """Whether any segment has a word; its stem."""
        cdef StemmedWords segment
        cdef bint known = False
        stem.ordinal = NO_STEM
        for stem.segment in range(len(self.segments)):
            segment = <StemmedWords> self.segments[stem.segment]
            known |= segment.find(word, size, &stem.ordinal)
            if stem.ordinal != NO_STEM:
                break
        return known

    cdef int find_stem(self, str key, Stem *stem) except -1:
        """Where a stem is."""
        cdef StemmedWords segment
        cdef bytes letters = key.encode("utf-8", "surrogatepass")
        cdef bint found = False
        for stem.segment in range(len(self.segments)):
            segment = <StemmedWords> self.segments[stem.segment]
            stem.ordinal = segment.stems.dictionary.place_of(
                <const uint8_t *> <char *> letters, len(letters), &found
            )
            if found:
                return 0
        stem.ordinal = NO_STEM
        return 0

    cdef object text_of(self, const Stem *stem):
        cdef StemmedWords segment = <StemmedWords> self.segments[stem.segment]
        return segment.stems.dictionary.term(stem.ordinal).decode("utf-8", "surrogatepass")

    cdef int64_t most_of(self, const Stem *stem) except -1:
        """How many documents may have a stem, as far as is known without reading its list."""
        cdef StemmedWords segment
        if stem.ordinal == NO_STEM:
            return 0
        segment = <StemmedWords> self.segments[stem.segment]
        return segment.stems.most_at(stem.ordinal) if len(self.segments) == 1 else MANY

    cdef int64_t df(self, const Stem *stem) except -1:
        """How many documents of all segments have a stem."""
        cdef StemmedWords segment = <StemmedWords> self.segments[stem.segment]
        if len(self.segments) == 1:
            return segment.stems.df_at(stem.ordinal)
        return self.df_of(segment.stems.dictionary.term(stem.ordinal))

    cdef int64_t df_of(self, bytes stem) except -1:
        cdef StemmedWords segment
        cdef int64_t held = 0
        for segment in self.segments:
            held += segment.stems.df_of(<const uint8_t *> <char *> stem, len(stem))
        return held

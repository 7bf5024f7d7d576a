"""The ways to cut a word into two of an index: one pass over its borders, in which no string is made of most."""

from libc.stdint cimport int64_t, uint8_t, uint32_t

from index.kernel.dictionary cimport Dictionary
from index.kernel.lists cimport Lists

from index.kernel.errors import DamageError

__all__ = ["StemmedWords", "WordCutter"]

cdef enum:
    LETTER = 3  # bytes of a letter of Bengali
    NO_STEM = -1

cdef uint32_t UNKNOWN = <uint32_t> -1  # where the stem of a word is not in the segment

cdef struct Part:
    # What is known of a part of a word.
    Py_ssize_t segment  # the first one that has the word with its stem
    int64_t stem  # its ordinal there; NO_STEM where no segment has the word
    int64_t held  # documents that have the word in any of its forms


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
    cdef Lists stems

    def __init__(self, Dictionary words not None, const uint32_t[::1] stem_of not None, Lists stems not None):
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
        stem_key: gives the stem of a word that no segment has.
    """

    cdef tuple segments
    cdef object stem_key

    def __init__(self, segments, stem_key not None):
        cdef StemmedWords segment
        self.segments = tuple(segments)
        for segment in self.segments:
            if segment is None:
                raise TypeError("words of a segment are wanted")
        self.stem_key = stem_key

    def cuts(self, str word not None, str stem not None, list borders not None, int fewest, double share):
        """How many documents have a word in any of its forms, and the ways to cut it.

        Args:
            word: of letters of Bengali.
            stem: of it.
            borders: where it may be cut, in letters.
            fewest: documents that must have each part in any of its forms; the first part as it is spelt, too.
            share: of the documents that have the word; as many must have each part.

        Returns:
            How many, and for each cut that is left the border, the stem of the first part and how many
            documents have it, and the same of the second.

        Raises:
            DamageError: what was read is damaged.
            ValueError: a letter is not of Bengali, or a border outside of the word.
        """
        cdef bytes letters = word.encode("utf-8", "surrogatepass"), key = stem.encode("utf-8", "surrogatepass")
        cdef const uint8_t *at = <const uint8_t *> <char *> letters
        cdef Py_ssize_t border, size = len(letters)
        cdef int64_t held = self.df_of(key)
        cdef Part left, right
        cdef double least = max(<double> fewest, share * held)
        if size != LETTER * len(word):
            raise ValueError(f"a letter of {word!r} is not of Bengali")
        found = []
        for border in borders:
            if not 0 < border < len(word):
                raise ValueError(f"no border {border} in {word!r}")
            if not self.find(at, LETTER * border, &left):
                continue
            begin = None if left.stem != NO_STEM else self.stem_afresh(at, LETTER * border, &left)
            if left.held < least:
                continue
            rest = None
            if not self.find(at + LETTER * border, size - LETTER * border, &right) or right.stem == NO_STEM:
                rest = self.stem_afresh(at + LETTER * border, size - LETTER * border, &right)
            if right.held >= least:
                begin, rest = begin or self.text_of(&left), rest or self.text_of(&right)
                found.append((border, begin, left.held, rest, right.held))
        return held, found

    cdef bint find(self, const uint8_t *word, size_t size, Part *part) except -1:
        """Whether any segment has a word."""
        cdef StemmedWords segment
        cdef bint known = False
        part.stem = NO_STEM
        for part.segment in range(len(self.segments)):
            segment = <StemmedWords> self.segments[part.segment]
            known |= segment.find(word, size, &part.stem)
            if part.stem != NO_STEM:
                part.held = segment.stems.df_at(part.stem)
                if len(self.segments) > 1:
                    part.held = self.df_of(segment.stems.dictionary.term(part.stem))
                return True
        return known

    cdef object stem_afresh(self, const uint8_t *word, size_t size, Part *part):
        """The stem of a word that no segment has with its stem."""
        stem = self.stem_key(word[:size].decode("utf-8", "surrogatepass"))
        part.held = self.df_of(stem.encode("utf-8", "surrogatepass"))
        return stem

    cdef object text_of(self, const Part *part):
        """The stem of a word that a segment has."""
        cdef StemmedWords segment = <StemmedWords> self.segments[part.segment]
        return segment.stems.dictionary.term(part.stem).decode("utf-8", "surrogatepass")

    cdef int64_t df_of(self, bytes stem) except -1:
        """How many documents of all segments have a stem."""
        cdef StemmedWords segment
        cdef int64_t held = 0
        for segment in self.segments:
            held += segment.stems.df_of(<const uint8_t *> <char *> stem, len(stem))
        return held

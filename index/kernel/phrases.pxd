"""Some words in a row, or near it, in the documents that hold them all."""

from libc.stdint cimport uint32_t, uint64_t

from onneshon.index.kernel.clauses cimport Cursor
from onneshon.index.kernel.memory cimport Numbers
from onneshon.index.kernel.positions cimport Reader

cdef enum:
    TITLE = 1  # the texts that a phrase may be looked for in; 0 is both
    BODY = 2

cdef struct Word:
    Cursor cursor
    Reader reader
    uint32_t place  # in the phrase
    uint32_t times  # that the document at hand holds it
    size_t at  # the first of its positions there that matters still

cdef struct Phrase:
    Word *words  # the rarest first
    Word **ordered  # the same, in the order of the phrase
    Word **rising  # the same, those first of which the document holds fewest
    int count
    uint32_t slop
    uint32_t title  # tokens of the title of the document at hand; positions of the body are greater
    Numbers starts  # of the phrase in the document, as far as is known

cdef int open_phrase(Phrase *phrase, list lists, uint32_t slop, uint64_t size) except -1
cdef void close_phrase(Phrase *phrase) noexcept nogil
cdef uint32_t next_together(Phrase *phrase, uint32_t doc) except? 0 nogil
cdef int find_starts(Phrase *phrase) except -1 nogil

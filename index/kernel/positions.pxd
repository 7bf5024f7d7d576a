"""Where a word stands in the documents that a cursor comes to."""

from libc.stdint cimport uint8_t, uint32_t

from onneshon.index.kernel.blocks cimport BLOCK, Block
from onneshon.index.kernel.clauses cimport Cursor
from onneshon.index.kernel.memory cimport Numbers

cdef struct Reader:
    # Positions of the document at hand, and where in a block those of the next are.
    Numbers places
    int part  # of the block that is being read; -1 for none
    uint32_t number, next
    const uint8_t *at
    Block block
    uint32_t known  # of its frequencies
    uint32_t[BLOCK] frequencies

cdef int frequency(Reader *reader, const Cursor *cursor, uint32_t *times) except -1 nogil
cdef int read_places(Reader *reader, const Cursor *cursor) except -1 nogil

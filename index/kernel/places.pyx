"""What a list says of some documents."""

from libc.stdint cimport int64_t, uint8_t, uint32_t
from libc.stdlib cimport free

import numpy as np

from onneshon.index.kernel.blocks cimport Postings
from onneshon.index.kernel.clauses cimport Cursor, Scored, Source, document, open_cursor, score, seek, source_of
from onneshon.index.kernel.memory cimport Numbers, append, array_of
from onneshon.index.kernel.positions cimport Reader, read_places

__all__ = ["held", "places", "places_in_order", "sums"]


cdef class Rows:
    """Places where a word stands, and of which of the documents that were asked for."""

    cdef Numbers rows, positions
    cdef Reader reader

    def __dealloc__(self):
        free(self.rows.values)
        free(self.positions.values)
        free(self.reader.places.values)

    cdef int read(self, const Source *source, const uint32_t *docs, uint32_t size) except -1 nogil:
        cdef Cursor cursor
        cdef uint32_t row
        cdef size_t i
        self.reader.part = -1
        open_cursor(&cursor, source)
        for row in range(size):
            seek(&cursor, docs[row])
            if document(&cursor) == docs[row]:
                read_places(&self.reader, &cursor)
                for i in range(self.reader.places.size):
                    append(&self.rows, row)
                    append(&self.positions, self.reader.places.values[i])
        return 0


def places(Postings postings not None, const uint32_t[::1] docs not None):
    """Where a word stands in some documents.

    Args:
        postings: of the word, in a field with positions.
        docs: ascending, each once, shape (documents,).

    Returns:
        For each occurrence the number of its document among ``docs`` (int64), and its position (uint32); both
        ascend, the positions within a document.

    Raises:
        DamageError: the list is damaged.
        ValueError: the field has no positions.
    """
    cdef Rows found = Rows()
    cdef Source source = source_of(postings)
    if postings.count and not postings.parts[0].positions:
        raise ValueError("the field has no positions")
    if len(docs) and postings.count:
        found.read(&source, &docs[0], <uint32_t> len(docs))
    return (
        array_of(found.rows.values, found.rows.size).astype(np.int64),
        array_of(found.positions.values, found.positions.size),
    )


def places_in_order(lists, const uint32_t[::1] docs not None):
    """Where any of some words stands in each of some documents.

    Args:
        lists: the postings of each word, in a field with positions.
        docs: as those of ``places``, whose errors these are.

    Returns:
        For each document a list of its positions, ascending, each with the number of its word.
    """
    cdef Rows found
    cdef Source source
    cdef Postings postings
    cdef size_t i
    cdef int number
    rows = [[] for _ in range(len(docs))]
    for number, postings in enumerate(lists):
        found = Rows()
        source = source_of(postings)
        if postings.count and not postings.parts[0].positions:
            raise ValueError("the field has no positions")
        if len(docs) and postings.count:
            found.read(&source, &docs[0], <uint32_t> len(docs))
        for i in range(found.rows.size):
            (<list> rows[found.rows.values[i]]).append((found.positions.values[i], number))
    for row in rows:
        row.sort()
    return rows


def sums(lists, const uint32_t[::1] docs not None):
    """What some lists add up to for some documents.

    Args:
        lists: posting lists with coefficients, or documents with scores.
        docs: ascending, each once, shape (documents,).

    Returns:
        The sum of the scores of each, uint32; a list adds 0 where it has it not.

    Raises:
        DamageError: a list is damaged.
    """
    cdef Source source
    cdef uint32_t[::1] found = np.zeros(len(docs), np.uint32)
    cdef Cursor cursor
    cdef Py_ssize_t row
    for one in lists if len(docs) else ():
        source = source_of(one)
        open_cursor(&cursor, &source)
        for row in range(len(docs)):
            seek(&cursor, docs[row])
            if not cursor.size:
                break
            if document(&cursor) == docs[row]:
                found[row] += score(&cursor)
    return np.asarray(found)


def held(one not None, const uint32_t[::1] docs not None):
    """What a list gives some documents.

    Args:
        one: a posting list, or documents with impacts or with scores.
        docs: ascending, each once, shape (documents,).

    Returns:
        The impact of each (uint8), or the score (uint32); 0 where the list has it not.

    Raises:
        DamageError: the list is damaged.
    """
    cdef Source source = source_of(one)
    cdef uint32_t[::1] found = np.zeros(len(docs), np.uint32)
    cdef Cursor cursor
    cdef Py_ssize_t row
    if len(docs):
        open_cursor(&cursor, &source)
        for row in range(len(docs)):
            seek(&cursor, docs[row])
            if document(&cursor) == docs[row]:
                if cursor.impacts == NULL:
                    found[row] = cursor.scores[cursor.at]
                else:
                    found[row] = cursor.impacts[cursor.at]
    return np.asarray(found) if isinstance(one, Scored) else np.asarray(found).astype(np.uint8)

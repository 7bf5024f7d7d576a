"""The best documents of one list."""

from onneshon.index.kernel.passes cimport Search

cdef bint is_plain(const Search *search) noexcept nogil
cdef int run_one(Search *search) except -1 nogil

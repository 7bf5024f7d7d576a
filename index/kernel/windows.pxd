"""Disjunctions, a window of documents after another."""

from onneshon.index.kernel.passes cimport Search

cdef int run_windows(Search *search) except -1 nogil

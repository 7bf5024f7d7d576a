"""Loops of a build that no array operation does in one pass."""

from libc.stdint cimport uint32_t

__all__ = ["count_unions"]

cdef enum:
    NONE = 0xFFFFFFFF


def count_unions(
    const uint32_t[::1] groups not None,
    const uint32_t[::1] counts not None,
    const uint32_t[::1] docs not None,
    uint32_t[::1] seen not None,
    uint32_t[::1] found not None,
):
    """Count the documents of groups of terms, a document once a group.

    Args:
        groups: the group of each term, the terms of a group together; 2**32 - 1 for none; shape (terms,).
        counts: documents of each term, shape (terms,).
        docs: of the terms, one term after another, each below ``len(seen)``; shape (postings,).
        seen: for each document the last group that held it, and 1; kept from call to call.
        found: the documents of each group, which are added to.
    """
    cdef Py_ssize_t term, at = 0, end
    cdef uint32_t group
    with nogil:
        for term in range(groups.shape[0]):
            group, end = groups[term], at + counts[term]
            if group != NONE:
                while at < end:
                    if seen[docs[at]] != group + 1:
                        seen[docs[at]] = group + 1
                        found[group] += 1
                    at += 1
            at = end

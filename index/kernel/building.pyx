"""Loops of a build that no array operation does in one pass."""

from libc.stdint cimport uint32_t, uint64_t

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


# ---- From tokens in the order of the text to postings in the order of terms: a sort by counting.

def count_tokens(
    const uint32_t[::1] ids not None, const uint32_t[::1] ranks not None, uint32_t[::1] counts not None
):
    """Count the tokens of each term.

    Args:
        ids: of the tokens.
        ranks: the term of each id, below ``len(counts)``.
        counts: tokens of each term, which are added to.

    Raises:
        IndexError: an id or a rank is too great.
    """
    cdef Py_ssize_t token
    with nogil:
        for token in range(ids.shape[0]):
            if ids[token] >= ranks.shape[0] or ranks[ids[token]] >= counts.shape[0]:
                with gil:
                    raise IndexError("a token of no term")
            counts[ranks[ids[token]]] += 1


def scatter(
    const uint32_t[::1] ids not None,
    const uint32_t[::1] lengths not None,
    uint32_t first,
    uint32_t gap,
    const uint32_t[::1] ranks not None,
    uint32_t low,
    uint32_t[::1] cursors not None,
    uint32_t[::1] marks not None,
    uint32_t[::1] places,
):
    """Put the tokens of some terms where the postings of their term are.

    Args:
        ids: of the tokens of title and body of documents, one document after another.
        lengths: tokens of each title and each body in turn, ``len(ids)`` in all.
        first: the number of the first document.
        gap: positions left out between title and body.
        ranks: the term of each id.
        low: the first term wanted; as many are as there are cursors.
        cursors: where the next token of each term goes, moved on.
        marks: for each token twice its document, and 1 in the body.
        places: for each token its position in the document; None where nobody asks.

    Raises:
        IndexError: there are more tokens of a term than were counted, or the lengths are others.
    """
    cdef Py_ssize_t token = 0, end, text
    cdef uint32_t rank, place, at, terms = <uint32_t> cursors.shape[0]
    cdef uint64_t total = 0
    for text in range(lengths.shape[0]):
        total += lengths[text]
    if total != <uint64_t> ids.shape[0]:
        raise IndexError("texts have other lengths")
    with nogil:
        for text in range(lengths.shape[0]):
            place = 0 if text % 2 == 0 else lengths[text - 1] + gap
            end = token + lengths[text]
            while token < end:
                rank = ranks[ids[token]] - low
                if rank < terms:
                    at = cursors[rank]
                    if at >= marks.shape[0]:
                        with gil:
                            raise IndexError("a term has more tokens than were counted")
                    cursors[rank] = at + 1
                    marks[at] = 2 * (first + <uint32_t> (text // 2)) + text % 2
                    if places is not None:
                        places[at] = place
                place += 1
                token += 1


def collapse(
    const uint32_t[::1] ends not None,
    uint32_t[::1] marks not None,
    uint32_t[::1] freqs not None,
    uint32_t[::1] titles not None,
    uint32_t[::1] counts not None,
):
    """Make one posting of all tokens of a term in a document.

    Args:
        ends: where the tokens of each term end, ascending to ``len(marks)``; those of the first begin at 0.
        marks: as ``scatter`` leaves them; documents are written over them, as many as there are postings.
        freqs: tokens of each posting are written to it.
        titles: those of them in the title.
        counts: postings of each term.

    Returns:
        How many postings there are.
    """
    cdef Py_ssize_t term, token = 0, done = 0, begin
    cdef uint32_t mark
    if not (marks.shape[0] == freqs.shape[0] == titles.shape[0] and ends.shape[0] == counts.shape[0]):
        raise IndexError("arrays of different lengths")
    with nogil:
        for term in range(ends.shape[0]):
            begin = done
            while token < ends[term] and token < marks.shape[0]:
                mark = marks[token]
                if done > begin and marks[done - 1] == mark >> 1:
                    freqs[done - 1] += 1
                    titles[done - 1] += 1 - (mark & 1)
                else:
                    marks[done] = mark >> 1
                    freqs[done] = 1
                    titles[done] = 1 - (mark & 1)
                    done += 1
                token += 1
            counts[term] = <uint32_t> (done - begin)
    return done

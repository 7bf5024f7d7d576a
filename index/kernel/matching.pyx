"""The best documents of any of some lists, or of all of them, with exact totals.

A disjunction goes through windows of documents, or from one document to the next where its lists are short; of
one list it reads the blocks that can matter. A conjunction goes from document to document of its rarest list
and looks it up in the others. What only adds to scores is looked up where a document can be among the best.
"""

from libc.stdint cimport uint8_t, uint32_t, uint64_t

import numpy as np

from onneshon.index.kernel.best cimport settle
from onneshon.index.kernel.clauses cimport Cursor, document, score, seek
from onneshon.index.kernel.clock cimport spent
from onneshon.index.kernel.memory cimport clear
from onneshon.index.kernel.merging cimport MOST_LISTS, SPARSE, Merged, choose
from onneshon.index.kernel.one_list cimport is_plain, run_one
from onneshon.index.kernel.passes cimport Memory, Search, cut_of, take
from onneshon.index.kernel.windows cimport run_windows

from onneshon.index.kernel.passes import Found

__all__ = ["Found", "conjunction", "disjunction"]

cdef enum:
    FEW = 3  # times as many documents hold what only adds as are found, where these are looked up one by one
    TRIES = 256  # documents that are looked at to find one that holds everything


# ---- conjunction

cdef bint is_kept(const Search *search, uint32_t doc) noexcept nogil:
    return search.kept == NULL or search.kept[doc // 8] >> (doc % 8) & 1


cdef int run_documents(Search *search, Cursor *excluded, int excluders) except -1 nogil:
    """Go through the documents of the first list."""
    cdef Cursor *first = &search.finding[0]
    cdef uint32_t doc, next_doc
    while first.size:
        if first.at == 0 and spent(&search.clock):
            return 0
        doc = document(first)
        next_doc = meet(search, doc)
        if next_doc == doc:
            if is_kept(search, doc) and not any_holds(excluded, excluders, doc):
                take_match(search, doc)
            next_doc = doc + 1
        seek(first, next_doc)
    return 0


cdef uint32_t meet(Search *search, uint32_t doc) except? 0 nogil:
    """The document, if all lists hold it, else one after it before which there is none of all."""
    cdef int i
    cdef uint32_t there
    for i in range(1, search.finders):
        seek(&search.finding[i], doc)
        there = document(&search.finding[i])
        if there != doc:
            return there
    return doc


cdef bint any_holds(Cursor *lists, int count, uint32_t doc) except -1 nogil:
    cdef int i
    for i in range(count):
        seek(&lists[i], doc)
        if document(&lists[i]) == doc:
            return True
    return False


cdef int take_match(Search *search, uint32_t doc) except -1 nogil:
    cdef uint32_t sum = 0
    cdef int i
    for i in range(search.finders):
        sum += score(&search.finding[i])
    search.total += 1
    if search.matched != NULL:
        search.matched[doc // 8] |= <uint8_t> (1 << doc % 8)
    return take(search, doc, sum) if <uint64_t> sum + search.rest[0] >= search.best.least else 0


cdef bint some_hold_all(Search *search, uint32_t tries) except -1 nogil:
    """Whether a document that may be found is seen to be in all lists, among the first of them."""
    cdef Cursor *first = &search.finding[0]
    cdef uint32_t doc, next_doc
    while first.size and tries:
        doc = document(first)
        next_doc = meet(search, doc)
        if next_doc == doc:
            if is_kept(search, doc):
                return True
            next_doc = doc + 1
        seek(first, next_doc)
        tries -= 1
    return False


# ---- passes

cdef int run(Memory memory, size_t k) except -1:
    """Go once through all documents, for the k best or those that may hold enough."""
    cdef Search *search = &memory.search
    memory.begin(k)
    if not is_plain(search):
        memory.begin_windows()
    with nogil:
        if is_plain(search):
            run_one(search)
        else:
            run_windows(search)
        settle(&search.best)
    return 0


cdef int note_things(Memory memory, list thing_of, list weights) except -1:
    """Prepare for what documents hold: the thing of each list, from 1 on, and the weight of each thing."""
    cdef Search *search = &memory.search
    cdef int i
    search.thing = <uint32_t *> clear(len(thing_of), sizeof(uint32_t))
    search.weight = <uint32_t *> clear(len(thing_of), sizeof(uint32_t))
    for i in range(len(thing_of)):
        if thing_of[i]:
            search.weight[i] = weights[thing_of[i] - 1]
            search.thing[i] = thing_of[i] if thing_of.count(thing_of[i]) > 1 else 0
    search.whole = sum(weights)
    return 0


cdef tuple things_of_lists(int count, things):
    """For each list the number of its thing, from 1 on, or 0; and the weight of each thing."""
    thing_of, weights = [0] * count, []
    for number, (lists, weight) in enumerate(things, 1):
        if not 1 <= weight <= 65536 or number > 65535:
            raise ValueError("a weight lies between 1 and 65,536")
        weights.append(weight)
        for place in lists:
            if not 0 <= place < count or thing_of[place]:
                raise ValueError("a list belongs to one thing at the most")
            thing_of[place] = number
    return thing_of, weights


cdef object of_sufficient(
    list lists, adding, size_t k, uint32_t size, kept, things, double share, size_t fewest, bint matched,
    double seconds,
):
    """A disjunction where some things suffice alone, and all others do not even together: these only add.

    None where it is not known to be so, where too few are found, and where it would be no quicker.
    """
    cdef Memory memory
    cdef uint32_t cut = cut_of(share, sum([weight for _, weight in things]))
    if not all([len(places) == 1 for places, _ in things]) or len(things) < len(lists):
        return None
    sufficient = [lists[places[0]] for places, weight in things if weight >= cut]
    others = [(lists[places[0]], weight) for places, weight in things if weight < cut]
    if not others or sum([weight for _, weight in others]) >= cut:
        return None
    found_by = sum([one.df for one in sufficient])
    if found_by < fewest or found_by * FEW > sum([one.df for one, _ in others]):
        return None
    memory = Memory()
    memory.set_up(sorted(lists, key=lambda one: one.df), [], [], [], size, kept, False, seconds)
    memory.begin(1)
    if not some_hold_all(&memory.search, TRIES):
        return None
    adding = [*[one for one, _ in others], *adding]
    found = disjunction(
        sufficient, adding, k, size, kept=kept, matched=matched, count=False, seconds=seconds
    )
    return found if found.total >= fewest or not found.complete else None


def disjunction(
    finding, adding, size_t k, uint32_t size, *, kept=None, things=(), double share=0.0, size_t fewest=0,
    bint matched=False, bint count=True, double seconds=float("inf"),
):
    """Documents of any of some lists, by the sums of their scores.

    Args:
        finding: the lists; documents of a sum above 0 are found.
        adding: lists that add to the scores of documents that others find.
        k: how many of the best are wanted; 0 for all.
        size: documents of the collection; all in lists are below.
        kept: a bit for each document that may be found, the lowest of a byte first; None for all.
        things: what is asked for, each with the numbers of the lists in ``finding`` that hold it (a list
            belongs to one thing at the most) and its weight, from 1 to 65,536.
        share: only documents are found which hold things of at least this share of the weight that any does.
        fewest: where fewer are found so, the best of the others are found too, up to as many as this in all.
        matched: whether the documents found are wanted as a bitmap.
        count: whether totals must be exact; else that of all that hold everything may not be.
        seconds: after which what was found by then is given.

    Raises:
        DamageError: a list is damaged.
        ValueError: arguments that do not fit each other.
    """
    cdef Memory memory = Memory()
    cdef Search *search = &memory.search
    lists = list(finding)
    thing_of, weights = things_of_lists(len(lists), things)
    if not 0 <= share <= 1:
        raise ValueError("a share lies between 0 and 1")
    if share and not count and len(weights) > 1:
        found = of_sufficient(lists, adding, k, size, kept, things, share, fewest, matched, seconds)
        if found is not None:
            return found
    order = sorted(range(len(lists)), key=thing_of.__getitem__)
    noted = bool(weights and (len(weights) > 1 or 0 in thing_of))  # else each document holds everything
    most = sum([one.df for one in lists])
    plain = len(lists) == 1 and kept is None and not matched and not noted
    sparse = not plain and len(lists) <= MOST_LISTS and most * SPARSE <= size
    if plain or sparse:
        most = 0  # single documents are looked up, as they are in longer lists
    following, adding = [one for one in adding if one.df <= most], [one for one in adding if one.df > most]
    memory.set_up([lists[i] for i in order], following, adding, [], size, kept, matched, seconds)
    if noted:
        note_things(memory, [thing_of[i] for i in order], weights)
    else:
        share = 0.0
    gathered = max(k, fewest) if k else 0
    held = {thing_of[i] for i in order if lists[i].df}
    search.reachable = sum([weights[thing - 1] for thing in held if thing])
    if sparse or (share and not plain):
        return best_of(run_gathered(memory, gathered, share, fewest, sparse), k)
    run(memory, gathered)
    return best_of(memory.found(), k)


cdef object run_gathered(Memory memory, size_t k, double share, size_t fewest, bint sparse):
    """The best of those that hold enough, and of the others up to the fewest."""
    cdef Search *search = &memory.search
    cdef Merged merged = Merged()
    search.gathered, search.share = &merged.gathered, share
    if not sparse:
        run(memory, k)
    else:
        memory.begin(k)
        with nogil:
            merged.merge(search)
    finish(search)
    found = memory.found()
    if not search.cut or found.total >= fewest or not found.complete:
        return found
    search.gathered, search.share = &merged.gathered if sparse else NULL, 0
    if sparse:
        memory.begin(fewest)
        finish(search)
    else:  # what holds less was passed over
        search.cut = 0
        run(memory, fewest)
    return with_others(found, memory.found(), fewest, found.total_all)


cdef int finish(Search *search) except -1:
    """Take the best of what was gathered, now that it is known what is enough."""
    with nogil:
        if search.gathered != NULL:
            choose(search, cut_of(search.share, search.greatest))
        settle(&search.best)
    return 0


cdef object with_others(enough, others, size_t fewest, total_all):
    """All of some documents and the best of others."""
    best = np.lexsort((others.docs, -others.scores.astype(np.int64)))[:fewest]
    docs, first = np.unique(np.concatenate([enough.docs, others.docs[best]]), return_index=True)
    scores = np.concatenate([enough.scores, others.scores[best]])[first]
    if enough.matched is not None:
        np.bitwise_or.at(enough.matched, docs // 8, (1 << docs % 8).astype(np.uint8))
    return Found(docs, scores, len(docs), total_all, enough.matched, others.complete)


cdef object best_of(found, size_t k):
    """The k best, and all that tie with the last of them."""
    if not k or len(found.docs) <= k:
        return found
    kept = found.scores >= np.partition(found.scores, len(found.scores) - k)[len(found.scores) - k]
    return Found(
        found.docs[kept], found.scores[kept], found.total, found.total_all, found.matched, found.complete
    )


def conjunction(
    required, adding, size_t k, uint32_t size, *, kept=None, excluded=(), bint matched=False, bint count=True,
    double seconds=float("inf"),
):
    """Documents that every list holds, by the sums of their scores; of no lists none.

    Args:
        required: the lists.
        excluded: lists of which no document is found.
        adding: as those below, of ``disjunction``; the errors likewise.
    """
    cdef Memory memory = Memory()
    cdef Search *search = &memory.search
    lists = sorted(required, key=lambda one: one.df)
    memory.set_up(lists, [], list(adding), list(excluded), size, kept, matched, seconds)
    memory.begin(k)
    if search.finders:
        with nogil:
            run_documents(search, memory.excluded, memory.excluders)
            settle(&search.best)
    return memory.found()

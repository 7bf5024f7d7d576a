"""The nearest of the words that may be meant, by distance and frequency: rarer words are looked at while one may be."""

from libc.math cimport log1p
from libc.stdint cimport int64_t, uint32_t, uint64_t

from onneshon.index.kernel.errors import DamageError
from onneshon.index.kernel.letter_costs cimport Bounds, LetterCosts, Typed, forget, least_cost
from onneshon.index.kernel.spellings cimport (
    CLASS_COUNT, PARTING_COUNT, Run, Spellings, differ_at_most, least_of_class, letters_fewer, prefetch,
)

__all__ = ["nearest"]

cdef enum:
    ROOM = 16
    AT_ONCE = 128
    FAR = 1_000_000  # beyond any distance

cdef double SLACK = 1e-3  # of a bound, against what rounding does
cdef double ROUNDING = 1e-9  # of scores that may be the other way round


cdef struct Search:
    Typed *typed
    Bounds bounds
    int64_t but
    int64_t sounding, after  # the words that sound alike
    double weight, within
    double next  # the score of the best that is not among the best
    Py_ssize_t room, count
    # The best so far, the best first.
    double[ROOM] scores
    float[ROOM] distances
    int64_t[ROOM] places


def nearest(
    Spellings words not None, LetterCosts costs not None, str word not None, Py_ssize_t apart, *, int bits,
    int64_t but, int64_t sounding, int64_t most, double weight, Py_ssize_t count, double within, int64_t enough,
):
    """The words that one may be misspelt for and that score best: that sound alike, or have nearly its letters.

    The score is the distance less what the frequency is worth, ``weight * (ln(1 + frequency) - 1 / frequency)``;
    of equal ones the first in place is the better.

    Args:
        words: of the vocabulary.
        costs: what letters cost that are written as others.
        word: as it was typed.
        apart: as of ``Spellings.near``, and so is ``bits``.
        but: the place of a word that is none of them; -1 for none.
        sounding: the place of the first word that sounds alike; the others follow, the frequent first.
        most: how many of them are looked at.
        weight: of the frequency.
        count: how many words are wanted, 16 at most; each takes time.
        within: how much worse than the best a word may score.
        enough: of the words that have nearly the same letters so many are looked at, the most frequent.

    Returns:
        Their places and distances, in the order of their places; None where it is not sure that they are among the
        words that are looked at, or where rounding would decide which they are.

    Raises:
        DamageError: the words are not as they should be.
        ValueError: a word of too many letters, or too many words.
    """
    cdef Search search
    cdef Py_ssize_t i
    cdef bint known
    if not 0 < count <= ROOM:
        raise ValueError("too many words")
    search.typed = costs.read(word)
    search.room, search.count, search.weight, search.within = count, 0, weight, min(within, FAR)
    search.but, search.next = but, FAR
    search.sounding = max(sounding, 0)
    search.after = min(search.sounding + most, <int64_t> len(words.frequencies))
    try:
        with nogil:
            find_sounding(words, costs, &search)
            find_looking(words, costs, &search, apart, bits)
            while search.count and search.scores[search.count - 1] > search.scores[0] + search.within:
                search.count -= 1
            known = search.count < count or search.next - search.scores[count - 1] > ROUNDING
            known = known and are_looked_at(words, &search, apart, bits, enough)
        if not known:
            return None
        return sorted([(search.places[i], search.distances[i]) for i in range(search.count)])
    finally:
        forget(search.typed)


cdef int find_sounding(Spellings words, LetterCosts costs, Search *search) except -1 nogil:
    """Look at the words that sound alike, until even one spelt as it was typed would be worth too little."""
    cdef int64_t place
    for place in range(search.sounding, search.after):
        if limit_of(search, words.frequencies[place]) < 0:
            break
        look_at(words, costs, search, place)
    return 0


cdef int find_looking(Spellings words, LetterCosts costs, Search *search, Py_ssize_t apart, int bits) except -1 nogil:
    """Look at words of nearly the same letters, while one of a class may be among the best."""
    cdef Py_ssize_t number, i, length = search.typed.size
    cdef int run, count = 0
    cdef int64_t[AT_ONCE] chosen
    cdef float[1 << PARTING_COUNT] parted
    cdef Run[1 << PARTING_COUNT] runs
    cdef uint32_t greatest = <uint32_t> -1
    cdef uint64_t signature = search.typed.signature
    cdef float limit
    costs.bound(&search.bounds, search.typed)
    words.part(&search.bounds, search.typed, parted)
    for number in range(CLASS_COUNT):
        limit = limit_of(search, greatest)
        if limit < 0:
            break
        i = length - letters_fewer(&search.bounds, apart, limit)
        for run in range(words.gather(runs, number, parted, limit, i, length + apart)):
            if runs[run].cost > limit:
                continue
            for i in range(runs[run].first, runs[run].stop):
                if not differ_at_most(words.signatures[i] ^ signature, bits):
                    continue
                if least_cost(&search.bounds, signature, words.signatures[i]) > limit:
                    continue
                chosen[count] = words.place(i)
                prefetch(&words.starts[chosen[count]])
                count += 1
                if count == AT_ONCE:
                    look_at_all(words, costs, search, chosen, count)
                    limit, count = limit_of(search, greatest), 0
        look_at_all(words, costs, search, chosen, count)
        greatest, count = least_of_class(number) - 1, 0
    return 0


cdef int look_at_all(
    Spellings words, LetterCosts costs, Search *search, const int64_t *places, int count
) except -1 nogil:
    """Look at some words that were not looked at for their sound."""
    cdef int i
    words.look_ahead(places, count)
    for i in range(count):
        if not search.sounding <= places[i] < search.after:
            look_at(words, costs, search, places[i])
    return 0


cdef int look_at(Spellings words, LetterCosts costs, Search *search, int64_t place) except -1 nogil:
    """Put a word in its place among the best, if it is one of them."""
    cdef uint32_t frequency = words.frequencies[place]
    cdef float distance
    cdef double score
    cdef Py_ssize_t i = search.count
    if not frequency:
        with gil:
            raise DamageError("a word that no article holds")
    distance = words.distance(costs, search.typed, place, limit_of(search, frequency))
    if distance >= FAR or place == search.but:
        return 0
    score = distance - worth(search.weight, frequency)
    if i == search.room:
        i -= 1
        if not is_better(score, place, search, i):
            search.next = min(search.next, score)
            return 0
        search.next = min(search.next, search.scores[i])
    else:
        search.count += 1
    while i and is_better(score, place, search, i - 1):
        search.scores[i], search.distances[i] = search.scores[i - 1], search.distances[i - 1]
        search.places[i] = search.places[i - 1]
        i -= 1
    search.scores[i], search.distances[i], search.places[i] = score, distance, place
    return 0


cdef bint are_looked_at(
    Spellings words, const Search *search, Py_ssize_t apart, int bits, int64_t enough
) noexcept nogil:
    """Whether the best are surely among the most frequent: words of their classes and of more frequent ones are few."""
    cdef Py_ssize_t number, key, run, i, length = search.typed.size
    cdef int64_t found = 0
    cdef uint32_t least = <uint32_t> -1
    cdef uint64_t signature = search.typed.signature
    for i in range(search.count):
        if not search.sounding <= search.places[i] < search.after:
            least = min(least, words.frequencies[search.places[i]])
    if least == <uint32_t> -1 or (search.count < min(<int64_t> search.room, enough) and search.within == FAR):
        return True  # or all that there are, but for ``but``
    for number in range(CLASS_COUNT):
        for key in range(1 << words.parting):
            run = (number << words.parting) + key
            for i in range(words.first(run, length - apart), words.first(run, length + apart + 1)):
                found += differ_at_most(words.signatures[i] ^ signature, bits)
        if found > enough:
            return False
        if least_of_class(number) <= least:
            break
    return True


cdef inline float limit_of(const Search *search, uint32_t frequency) noexcept nogil:
    """The distance from which on a word of so many articles is none of the best."""
    cdef double most = FAR
    if search.count:
        most = search.scores[0] + search.within
    if search.count == search.room:
        most = min(most, search.scores[search.count - 1])
    return FAR if most >= FAR / 2 else <float> (most + worth(search.weight, frequency) + SLACK)


cdef inline bint is_better(double score, int64_t place, const Search *search, Py_ssize_t other) noexcept nogil:
    return score < search.scores[other] or (score == search.scores[other] and place < search.places[other])


cdef inline double worth(double weight, uint32_t frequency) noexcept nogil:
    return weight * (log1p(frequency) - 1.0 / frequency) if frequency else 0

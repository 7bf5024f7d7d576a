"""Whether any word that may be meant is near for its frequency: classes of words are passed over that none can be of."""

from libc.math cimport log
from libc.stdint cimport int64_t, uint32_t, uint64_t

from onneshon.index.kernel.letter_costs cimport Bounds, LetterCosts, Typed, forget, least_cost
from onneshon.index.kernel.spellings cimport (
    CLASS_COUNT, PARTING_COUNT, Run, Spellings, differ_at_most, least_of_class, letters_fewer, prefetch,
)

__all__ = ["is_any_within"]

cdef enum:
    AT_ONCE = 128


cdef struct Wanted:
    # A word is looked for that is in more articles than ``least``, and near for so many.
    Typed *typed
    Bounds bounds
    uint32_t least
    double reach, gain


def is_any_within(
    Spellings words not None, LetterCosts costs not None, str word not None, Py_ssize_t apart, *, int bits,
    int64_t sounding, int64_t most, uint32_t least, double reach, double gain,
):
    """Whether any of the words that may be meant is in more articles than some, and near for so many.

    Args:
        words: of the vocabulary.
        costs: what letters cost that are written as others.
        word: as it was typed.
        apart: as of ``Spellings.near``, and so is ``bits``.
        sounding: the place of the first word that sounds alike; the others follow, the frequent first.
        most: how many of them are looked at.
        least: articles that must be exceeded.
        reach: the distance at which a word of one article is near.
        gain: how much farther off a word may be, for the natural logarithm of its articles.

    Raises:
        DamageError: the words are not as they should be.
        ValueError: a word of too many letters.
    """
    cdef bint found
    cdef Wanted wanted
    cdef Typed *typed = costs.read(word)
    wanted.typed, wanted.least, wanted.reach, wanted.gain = typed, least, reach, max(gain, 0)
    try:
        with nogil:
            found = sounds_near(words, costs, &wanted, max(sounding, 0), most)
            found = found or looks_near(words, costs, &wanted, apart, bits)
        return found
    finally:
        forget(typed)


cdef bint sounds_near(Spellings words, LetterCosts costs, Wanted *wanted, int64_t first, int64_t most) except -1 nogil:
    cdef int64_t place, stop = min(first + most, <int64_t> len(words.frequencies))
    for place in range(first, stop):
        if words.frequencies[place] <= wanted.least:
            return False
        if is_within(words, costs, wanted, place):
            return True
    return False


cdef bint looks_near(Spellings words, LetterCosts costs, Wanted *wanted, Py_ssize_t apart, int bits) except -1 nogil:
    """Classes of words are passed over that no word can be near enough of, and so are words by their letters."""
    cdef Py_ssize_t number, i, length = wanted.typed.size
    cdef uint32_t greatest = <uint32_t> -1
    cdef uint64_t signature = wanted.typed.signature
    cdef float limit
    cdef float[1 << PARTING_COUNT] parted
    cdef Run[1 << PARTING_COUNT] runs
    cdef int64_t[AT_ONCE] chosen
    cdef int run, count = 0
    costs.bound(&wanted.bounds, wanted.typed)
    words.part(&wanted.bounds, wanted.typed, parted)
    for number in range(CLASS_COUNT):
        if greatest <= wanted.least:
            return False
        limit = <float> (wanted.reach + wanted.gain * log(greatest))
        i = length - letters_fewer(&wanted.bounds, apart, limit)
        for run in range(words.gather(runs, number, parted, limit, i, length + apart)):
            for i in range(runs[run].first, runs[run].stop):
                if not differ_at_most(words.signatures[i] ^ signature, bits):
                    continue
                if least_cost(&wanted.bounds, signature, words.signatures[i]) > limit:
                    continue
                chosen[count] = words.place(i)
                prefetch(&words.starts[chosen[count]])
                count += 1
                if count == AT_ONCE:
                    if is_one_within(words, costs, wanted, chosen, count, limit):
                        return True
                    count = 0
        if count and is_one_within(words, costs, wanted, chosen, count, limit):
            return True
        count = 0
        greatest = least_of_class(number) - 1
    return False


cdef bint is_one_within(
    Spellings words, LetterCosts costs, const Wanted *wanted, const int64_t *chosen, int count, float limit
) except -1 nogil:
    cdef int i
    words.look_ahead(chosen, count)
    for i in range(count):
        if words.distance(costs, wanted.typed, chosen[i], limit) > limit:
            continue
        if words.frequencies[chosen[i]] > wanted.least and is_within(words, costs, wanted, chosen[i]):
            return True
    return False


cdef bint is_within(Spellings words, LetterCosts costs, const Wanted *wanted, int64_t place) except -1 nogil:
    """Whether a word is near enough for its frequency."""
    cdef uint32_t frequency = words.frequencies[place]
    cdef float most
    if not frequency:
        return False
    most = <float> (wanted.reach + wanted.gain * log(frequency))
    return words.distance(costs, wanted.typed, place, most) <= most

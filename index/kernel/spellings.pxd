"""The words of a vocabulary, by their letters."""

from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t

from onneshon.index.kernel.letter_costs cimport Bounds, LetterCosts, Typed

cdef enum:
    CLASS_COUNT = 17
    PARTING_COUNT = 6

cdef struct Run:
    # Words of one class, of the same parting letters and of some lengths: their places in the order.
    Py_ssize_t first, stop
    float cost  # what each costs at least


cdef uint32_t least_of_class(Py_ssize_t number) noexcept nogil


cdef class Spellings:
    cdef const uint32_t[::1] order, runs, frequencies, starts
    cdef const uint64_t[::1] signatures
    cdef const uint8_t[::1] codes
    cdef int parting

    cdef void part(self, const Bounds *bounds, const Typed *typed, float *parted) noexcept nogil
    cdef int gather(
        self, Run *found, Py_ssize_t number, const float *parted, float limit, Py_ssize_t shortest, Py_ssize_t longest
    ) noexcept nogil
    cdef uint64_t _parted(self, uint64_t signature, Py_ssize_t key) noexcept nogil
    cdef Py_ssize_t first(self, Py_ssize_t run, Py_ssize_t length) noexcept nogil
    cdef int64_t place(self, Py_ssize_t i) except -1 nogil
    cdef void look_ahead(self, const int64_t *places, int count) noexcept nogil
    cdef float distance(self, LetterCosts costs, Typed *typed, int64_t place, float most) except -1 nogil


cdef inline bint differ_at_most(uint64_t bits, int most) noexcept nogil:
    """Whether so many bits are set, or fewer: each step takes one away."""
    if most == 4:  # without a jump
        bits &= bits - 1
        bits &= bits - 1
        bits &= bits - 1
        bits &= bits - 1
        return bits == 0
    while most > 0:
        bits &= bits - 1
        most -= 1
    return bits == 0


cdef inline Py_ssize_t letters_fewer(const Bounds *bounds, Py_ssize_t apart, float limit) noexcept nogil:
    """How many letters fewer a word may have than were typed."""
    cdef Py_ssize_t fewer = 0
    while fewer < apart and (fewer + 1) * bounds.shorter <= limit:
        fewer += 1
    return fewer


cdef extern from *:
    """
    #ifdef _MSC_VER
    #define prefetch(at) ((void) 0)
    #else
    #define prefetch(at) __builtin_prefetch(at)
    #endif
    """
    void prefetch(const void *at) noexcept nogil

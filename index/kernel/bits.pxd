"""Bits of a number."""

from libc.stdint cimport uint64_t

cdef extern from *:
    """
    #ifdef _MSC_VER
    #include <intrin.h>
    static int lowest(unsigned __int64 bits) { unsigned long place; _BitScanForward64(&place, bits); return (int) place; }
    #else
    #define lowest(bits) __builtin_ctzll(bits)
    #endif
    """
    int lowest(uint64_t bits) noexcept nogil  # the place of the lowest bit that is set, of a number that is not 0

"""A sum of bytes by which damage is noticed, at the speed of memory."""

from cpython.bytearray cimport PyByteArray_AS_STRING
from libc.stdint cimport uint8_t, uint32_t, uint64_t
from libc.string cimport memchr, memcpy

from index.kernel.errors import DamageError

__all__ = ["CheckedBlocks", "checksum"]

cdef uint64_t ODD = 0x9E3779B97F4A7C15  # the golden ratio of 2**64: odd, so that multiplying loses no bit


cdef inline uint64_t _word(const unsigned char *data) noexcept nogil:
    cdef uint64_t word
    memcpy(&word, data, 8)
    return word


cdef inline uint64_t _mixed(uint64_t total, uint64_t word) noexcept nogil:
    # A bijection of what came before, so that one changed word changes the sum for good.
    total = (total ^ word) * ODD
    return (total << 31) | (total >> 33)


cdef uint32_t sum_of(const unsigned char *data, size_t size) noexcept nogil:
    """Four strands side by side, which a processor works on at the same time."""
    cdef uint64_t one = size, two = ODD, three = ~ODD, four = 1, rest
    cdef size_t at = 0
    while at + 32 <= size:
        one = _mixed(one, _word(data + at))
        two = _mixed(two, _word(data + at + 8))
        three = _mixed(three, _word(data + at + 16))
        four = _mixed(four, _word(data + at + 24))
        at += 32
    while at < size:
        rest = 0
        memcpy(&rest, data + at, min(<size_t>8, size - at))
        one = _mixed(one, rest)
        at += 8
    one = _mixed(_mixed(_mixed(one, two), three), four)
    one = _mixed(one, one >> 32)
    return <uint32_t>(one ^ (one >> 32))


def checksum(const unsigned char[::1] data not None):
    """The sum of some bytes, below 2**32. Any changed stretch of eight bytes changes it but for one in 2**32."""
    cdef uint32_t total
    if not len(data):
        return 0
    with nogil:
        total = sum_of(&data[0], len(data))
    return total


cdef class CheckedBlocks:
    """Data of which each block is compared with its sum before anything of it is believed.

    Threads may share it: the worst is that two sum up the same block.

    Args:
        data: what was written.
        sums: of each block.
        block: bytes in a block, 1 or more; the last may have fewer.
        summing: what the sums were made by; None for ``checksum``.

    Raises:
        ValueError: there is not a sum for each block.

    Attributes:
        left: blocks that were not compared yet.
    """

    def __init__(
        self, const uint8_t[::1] data not None, const uint32_t[::1] sums not None, size_t block, summing=None
    ):
        if not block or len(sums) != (len(data) + block - 1) // block:
            raise ValueError("a sum for each block is wanted")
        self.data, self.sums, self.block, self.summing = data, sums, block, summing
        self.unread = bytearray(b"\1") * len(sums)
        self.left = len(sums)

    cpdef check(self, size_t start, size_t stop):
        """Compare the bytes from ``start`` to ``stop``, which may lie beyond the end, with their sums.

        Raises:
            DamageError: a block is not as it was written.
        """
        if self.left:
            self.compare(start, stop)

    def check_all(self):
        """Read everything, what was compared before as well; raises as ``check`` does."""
        cdef size_t number
        for number in range(len(self.sums)):
            self.compare_block(number)

    cdef int compare(self, size_t start, size_t stop) except -1:
        """Compare the blocks of some bytes that were not compared yet."""
        cdef const char *unread = PyByteArray_AS_STRING(self.unread)
        cdef size_t number = start // self.block
        cdef size_t last = min((stop + self.block - 1) // self.block, <size_t> len(self.sums))
        cdef const void *next_one
        while number < last:
            next_one = memchr(unread + number, 1, last - number)
            if next_one == NULL:
                return 0
            number = <const char *> next_one - unread
            self.compare_block(number)
            number += 1
        return 0

    cdef int compare_block(self, size_t number) except -1:
        if self.sum_of_block(number) != self.sums[number]:
            raise DamageError("a block is not as it was written")
        if self.unread[number]:  # another thread may have been here meanwhile
            self.unread[number] = 0
            self.left -= 1
        return 0

    cdef uint32_t sum_of_block(self, size_t number) except? 0:
        cdef size_t start = number * self.block
        cdef size_t size = min(self.block, len(self.data) - start)
        if self.summing is not None:
            return self.summing(self.data[start:start + size])
        return sum_of(&self.data[start], size)

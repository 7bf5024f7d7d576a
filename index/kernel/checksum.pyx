"""A sum of bytes by which damage is noticed, at the speed of memory."""

from libc.stdint cimport uint8_t, uint32_t, uint64_t
from libc.stdlib cimport free
from libc.string cimport memchr, memcpy, memset

from onneshon.index.kernel.memory cimport clear

__all__ = ["CheckedBlocks", "checksum"]

cdef enum:
    FEW = 4  # blocks for which others need not be let in
    AT_ONCE = 64

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


cdef int compare_block(const Sums *sums, size_t number) except -1 nogil:
    if first_wrong(sums, number, number + 1, True) == number:
        with gil:
            raise (<CheckedBlocks> sums.owner).damaged()
    return 0


cdef size_t first_wrong(const Sums *sums, size_t number, size_t stop, bint again) noexcept nogil:
    """The first of some blocks that is not as it was written, ``stop`` for none; those before count as compared."""
    cdef size_t start
    while number < stop:
        start = number << sums.shift
        if again or sums.unread[number]:
            if sum_of(sums.data + start, min(<size_t> 1 << sums.shift, sums.size - start)) != sums.sums[number]:
                break
            sums.unread[number] = 0
        number += 1
    return number


cdef class CheckedBlocks:
    """Data of which each block is compared with its sum before anything of it is believed.

    Threads may share it: the worst is that two sum up the same block.

    Args:
        data: what was written.
        sums: of each block.
        block: bytes in a block, 1 or more; the last may have fewer.
        damaged: makes the error that is raised where a block is not as it was written.
        summing: what the sums were made by; None for ``checksum``.

    Raises:
        ValueError: there is not a sum for each block.

    Attributes:
        sound: whether every block was compared.
    """

    def __init__(
        self, const uint8_t[::1] data not None, const uint32_t[::1] sums not None, size_t block, damaged,
        summing=None,
    ):
        if self.own.unread != NULL:
            raise ValueError("blocks are made once")
        if not block or len(sums) != (len(data) + block - 1) // block:
            raise ValueError("a sum for each block is wanted")
        self.data, self.sums, self.block, self.damaged, self.summing = data, sums, block, damaged, summing
        self.own.data = &data[0] if len(data) else NULL
        self.own.sums = &sums[0] if len(sums) else NULL
        self.own.size, self.own.count = len(data), len(sums)
        self.own.unread = <uint8_t *> clear(self.own.count, 1)
        memset(self.own.unread, 1, self.own.count)
        while (<size_t> 1 << self.own.shift) < block:
            self.own.shift += 1
        self.own.owner = <void *> self
        self.usual = summing is None and <size_t> 1 << self.own.shift == block
        self.sound = not len(sums)

    def __dealloc__(self):
        free(self.own.unread)

    cdef const Sums *for_reading(self, size_t start, size_t stop) except? NULL:
        """For who reads the bytes from ``start`` to ``stop``: what to compare them with; NULL if it was done."""
        if not self.sound and self.usual:
            return &self.own
        self.check(start, stop)
        return NULL

    cpdef check(self, size_t start, size_t stop):
        """Compare the bytes from ``start`` to ``stop``, which may lie beyond the end, with their sums.

        Raises:
            whatever ``damaged`` makes: a block is not as it was written.
        """
        cdef size_t number = start // self.block
        cdef size_t last = min((stop + self.block - 1) // self.block, self.own.count)
        if self.sound or start >= stop or number >= last:
            return
        if memchr(self.own.unread + number, 1, last - number) == NULL:
            return
        self.compare_some(number, last, False)
        self.sound = memchr(self.own.unread, 1, self.own.count) == NULL

    def check_all(self):
        """Read everything, what was compared before as well; raises as ``check`` does."""
        self.compare_some(0, self.own.count, True)
        self.sound = True

    cdef int compare_some(self, size_t number, size_t last, bint again) except -1:
        """Compare blocks, those that were compared before only ``again``; others work meanwhile if there are many."""
        cdef size_t stop, wrong
        while number < last and not self.usual:
            if again or self.own.unread[number]:
                self.compare(number)
            number += 1
        while number < last:
            stop = min(number + AT_ONCE, last)
            if stop - number > FEW:
                with nogil:
                    wrong = first_wrong(&self.own, number, stop, again)
            else:
                wrong = first_wrong(&self.own, number, stop, again)
            if wrong < stop:
                raise self.damaged()
            number = stop
        return 0

    cdef int compare(self, size_t number) except -1:
        cdef size_t start = number * self.block
        cdef size_t size = min(self.block, self.own.size - start)
        cdef uint32_t total
        if self.summing is None:
            total = sum_of(self.own.data + start, size)
        else:
            total = self.summing(self.data[start:start + size])
        if total != self.own.sums[number]:
            raise self.damaged()
        self.own.unread[number] = 0
        return 0

"""UTF-8 with one byte a letter of Bengali instead of three: a third of the bytes for a compressor to look at.

    0x20 to 0x7f    themselves
    0x80 to 0xff    U+0980 to U+09FF, the Bengali block
    0x01 to 0x0e    punctuation that is common in Bengali texts
    0x1f            the byte after it is meant, whatever it is

Any bytes come back as they were, whether they are UTF-8 or not.
"""

from libc.stdint cimport uint8_t, uint32_t
from libc.stdlib cimport free, malloc

__all__ = ["pack", "unpack"]

cdef enum:
    ESCAPE = 0x1F
    SIGNS = 14

# ZWNJ, ZWJ, both dandas, dashes, quotation marks, the bullet, the ellipsis, the rupee: their UTF-8 as one number.
cdef uint32_t[SIGNS] SIGN
SIGN[:] = [
    0xE2808C, 0xE2808D, 0xE0A5A4, 0xE0A5A5, 0xE28093, 0xE28094, 0xE28098, 0xE28099, 0xE2809C, 0xE2809D,
    0xE280A2, 0xE280A6, 0xE282B9, 0xE28089,
]


cdef inline uint8_t code_of(uint32_t three) noexcept nogil:
    """The byte for three bytes of UTF-8, 0 where there is none."""
    cdef uint8_t i
    if three & 0xFFFEC0 == 0xE0A680:
        return <uint8_t> (0x80 | (three >> 2 & 0x40) | (three & 0x3F))
    if three & 0xF00000 == 0xE00000:
        for i in range(SIGNS):
            if SIGN[i] == three:
                return i + 1
    return 0


def pack(bytes data not None):
    """The bytes, packed."""
    cdef const uint8_t *source = data
    cdef Py_ssize_t at = 0, size = len(data), done = 0
    cdef uint8_t code
    cdef uint8_t *made = <uint8_t *> malloc(2 * size + 1)
    if made == NULL:
        raise MemoryError
    try:
        while at < size:
            code = 0
            if 0x20 <= source[at] < 0x80:
                code = source[at]
                at += 1
            elif at + 2 < size:
                code = code_of(source[at] << 16 | source[at + 1] << 8 | source[at + 2])
                at += 3 if code else 0
            if not code:
                made[done] = ESCAPE
                done += 1
                code = source[at]
                at += 1
            made[done] = code
            done += 1
        return made[:done]
    finally:
        free(made)


def unpack(bytes data not None):
    """The bytes that were packed.

    Raises:
        ValueError: nothing is packed so.
    """
    cdef const uint8_t *source = data
    cdef Py_ssize_t at = 0, size = len(data), done = 0
    cdef uint8_t code
    cdef uint32_t three
    cdef uint8_t *made = <uint8_t *> malloc(3 * size + 1)
    if made == NULL:
        raise MemoryError
    try:
        while at < size:
            code = source[at]
            at += 1
            if 0x20 <= code < 0x80 or code == ESCAPE:
                if code == ESCAPE:
                    if at == size:
                        raise ValueError("an escape at the end")
                    code = source[at]
                    at += 1
                made[done] = code
                done += 1
                continue
            if 0 < code <= SIGNS:
                three = SIGN[code - 1]
            elif code >= 0x80:
                three = 0xE0A680 | (code & 0x40) << 2 | (code & 0x3F)
            else:
                raise ValueError(f"a byte 0x{code:02x}")
            made[done], made[done + 1], made[done + 2] = three >> 16, three >> 8 & 0xFF, three & 0xFF
            done += 3
        return made[:done]
    finally:
        free(made)

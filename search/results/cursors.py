"""Cursors: where a page ended, signed, so that the next one begins there and nowhere else.

A generation of an index never changes and the order of its hits is total, so the number of hits behind is a
place that stays. The signature's key is made of the digests of the generation's files: every process that
serves these files takes the cursor, after a restart too, and nobody who has not got them can make one.
"""

import base64
import binascii
import hashlib
import hmac
import struct
from typing import Final

from onneshon.search.errors import QueryError

__all__ = ["Cursors"]

_PLACE: Final = struct.Struct(">4sQ")
"""Which generation, and how many hits are behind."""

_SIGNATURE_BYTES: Final = 16


class Cursors:
    """Makes and reads the cursors of one generation.

    Args:
        fingerprint: of the generation's files; not to be guessed.
    """

    def __init__(self, fingerprint: bytes) -> None:
        self._key = hashlib.sha256(b"onneshon cursor" + fingerprint).digest()
        self._generation = hashlib.sha256(b"onneshon generation" + fingerprint).digest()[:4]

    @property
    def generation(self) -> str:
        """Which files these are of: the same text for the same files, and hardly for others."""
        return self._generation.hex()

    def _signature(self, place: bytes, asked: str) -> bytes:
        digest = hmac.new(self._key, place + asked.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
        return digest[:_SIGNATURE_BYTES]

    def make(self, behind: int, asked: str, after: bytes = b"") -> str:
        """The cursor after N hits.

        Args:
            behind: hits of this page and all before.
            asked: what decides the order of the hits, the same text for the same request.
            after: what else an engine must know to go on, which everybody may read.
        """
        place = _PLACE.pack(self._generation, behind) + after
        return base64.urlsafe_b64encode(place + self._signature(place, asked)).decode().rstrip("=")

    def place(self, cursor: str, asked: str) -> tuple[int, bytes]:
        """How many hits are behind, and what else an engine noted.

        Raises:
            QueryError: the cursor is of another generation or request, or no cursor at all.
        """
        try:
            raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            generation, behind = _PLACE.unpack_from(raw)
        except (binascii.Error, ValueError, struct.error):
            raise _refused("this is no cursor") from None
        if generation != self._generation:
            raise _refused("the index has been renewed since this cursor was made")
        end = max(len(raw) - _SIGNATURE_BYTES, _PLACE.size)
        if not hmac.compare_digest(raw, raw[:end] + self._signature(raw[:end], asked)):
            raise _refused("this cursor was not made for this query, these filters and this order")
        return int(behind), raw[_PLACE.size : end]


def _refused(reason: str) -> QueryError:
    return QueryError(f"{reason}; search again without a cursor", kind="cursor", parameter="cursor")

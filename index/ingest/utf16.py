"""Texts in UTF-16, as Windows writes them, in UTF-8."""

import codecs
import re
from collections.abc import Iterator
from itertools import chain
from typing import Final

from onneshon.index.ingest.streams import CutShortError

__all__ = ["in_utf8"]

_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DECLARED: Final = re.compile(
    r"""(<\?xml[^>]*?\sencoding\s*=\s*["'])utf-?16(?:le|be)?(?=["'])""", re.IGNORECASE
)
"""How XML says of itself that it is UTF-16."""


def in_utf8(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The content of a file, in UTF-8 where it begins with the byte order mark of UTF-16, else as it is.

    Half of a surrogate pair becomes what is no UTF-8, so that it costs the record that it stands in.

    Args:
        pieces: the content, in pieces of bounded size.

    Raises:
        CutShortError: it ends within a character.
    """
    first = next(pieces, b"")
    while len(first) < len(codecs.BOM_UTF32_LE) and (more := next(pieces, b"")):
        first += more
    # The mark of UTF-32 begins with that of UTF-16.
    if not first.startswith(_MARKS) or first.startswith(codecs.BOM_UTF32_LE):
        yield from chain([first] if first else [], pieces)
        return
    decoder = codecs.getincrementaldecoder("utf-16")("surrogatepass")
    text = _DECLARED.sub(r"\1utf-8", decoder.decode(first), count=1)
    yield text.encode("utf-8", "surrogatepass")
    for piece in pieces:
        yield decoder.decode(piece).encode("utf-8", "surrogatepass")
    if decoder.getstate()[0]:
        raise CutShortError("ends in the middle of a character of UTF-16: the file is cut short")

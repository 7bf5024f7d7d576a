"""Elements of an XML file, cut out of it one by one, so that none is in memory with another."""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from onneshon.index.ingest.readers.opened import Opened
from onneshon.index.ingest.streams import MAX_BYTES

__all__ = ["Element", "Elements"]

_SECTIONS: Final = {b"<![CDATA[": re.compile(rb"\]\]>"), b"<!--": re.compile(rb"-->")}
"""What signs stand in that are none, and how it ends."""
_LONGEST: Final = 32
"""Most bytes of a sign that is looked for, white space in it included: a piece may end within one."""
_TAIL: Final = 2000


class Element(NamedTuple):
    """One of the elements that were asked for.

    Attributes:
        name: of its tag.
        line: on which it begins.
        content: from its tag to the end of its closing tag; None where it has more than ``MAX_BYTES``.
    """

    name: str
    line: int
    content: bytes | None


class Elements:
    """The elements of some names, each cut out as bytes; what is in them is not looked at.

    So an element that is broken costs itself alone, and no declaration that stands before them, such as of an
    entity, is there when they are parsed.

    Args:
        opened: the file.
        chunks: all of it, in a code in which signs are ASCII.
        names: of elements; one in another is part of it.
        most_before: bytes that may precede the first of them; None for any number.

    Attributes:
        head: what precedes the first of them: its first bytes, as many as may be.
        tail: the last bytes of what follows the last of them.
        is_cut: whether the file ends within one.
    """

    def __init__(
        self, opened: Opened, chunks: Iterator[bytes], names: Sequence[str], most_before: int | None = None
    ) -> None:
        self.head = b""
        self.tail = b""
        self.is_cut = False
        self._opened = opened
        self._chunks = chunks
        self._most_before = most_before
        begins = "|".join(names).encode()
        self._between = re.compile(rb"<(?:(%s)(?=[\s>])|!\[CDATA\[|!--)" % begins)
        self._ends = {
            name.encode(): re.compile(rb"</%s\s*>|<!\[CDATA\[|<!--" % name.encode()) for name in names
        }

    def __iter__(self) -> Iterator[Element]:
        text = bytearray()
        name, began, line, at = b"", 1, 1, 0
        section: re.Pattern[bytes] | None = None
        first = True
        too_long = False
        for chunk in self._chunks:
            text += chunk
            while found := (section or self._ends.get(name) or self._between).search(text, at):
                at = found.end()
                if section:
                    section = None
                elif found[0] in _SECTIONS:
                    section = _SECTIONS[found[0]]
                elif name:
                    yield Element(
                        name.decode(), began, None if too_long or at > MAX_BYTES else bytes(text[:at])
                    )
                    name, too_long, self.tail = b"", False, b""
                    line += text.count(b"\n", 0, at)
                    del text[:at]
                    at = 0
                else:
                    name = bytes(found[1])
                    self._keep(text[: found.start()], first=first)
                    first = False
                    line += text.count(b"\n", 0, found.start())
                    self._opened.line = began = line
                    at = found.end() - found.start()
                    del text[: found.start()]
            at = max(at, len(text) - _LONGEST)
            if not name:
                self._keep(text[:at], first=first)
            if not name or too_long or at > MAX_BYTES:
                too_long = bool(name)
                line += text.count(b"\n", 0, at)
                del text[:at]
                at = 0
        self.is_cut = bool(name)
        self._keep(text, first=first)

    def _keep(self, text: bytearray, *, first: bool) -> None:
        """Keep what stands between elements, as far as it is asked for.

        Raises:
            CorpusError: more of it precedes the first element than may be.
        """
        if first and self._most_before is not None and len(self.head) + len(text) > self._most_before:
            raise self._opened.fault("xml", f"no article begins in the first {self._most_before >> 20} MiB")
        if first:
            self.head += text[: MAX_BYTES - len(self.head)]
        self.tail = (self.tail + text)[-_TAIL:]

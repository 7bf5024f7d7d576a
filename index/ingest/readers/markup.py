"""Markup: elements of XML, cut out one by one, and the text of HTML."""

import io
import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from typing import Final, NamedTuple

from onneshon.index.ingest.readers.opened import Opened
from onneshon.index.ingest.streams import MAX_BYTES

_SECTIONS: Final = {b"<![CDATA[": re.compile(rb"\]\]>"), b"<!--": re.compile(rb"-->")}
"""Sections in which signs of markup are plain text, by their beginning, with the pattern of their end."""
_LONGEST: Final = 256
"""Most bytes of a sign that is searched for, as a piece may end within one."""
_SPACE: Final = 200
"""Most white space in a closing tag; with more it is no closing tag, wherever pieces end."""
_TAIL: Final = 2000


class Element(NamedTuple):
    """An element that was cut out.

    Attributes:
        name: the name of its tag.
        line: the number of the line on which it begins.
        content: the bytes from its tag to the end of its closing tag; None if over ``MAX_BYTES``.
    """

    name: str
    line: int
    content: bytes | None


class Elements:
    """The elements of the given names, each cut out as bytes without parsing.

    So a broken element does not affect the others, and a declaration before the elements, such as of an
    entity, is not in effect when they are parsed.

    Args:
        opened: the file.
        chunks: the content, in an encoding that is a superset of ASCII.
        names: names of elements; an element within another one is part of that.
        most_before: most bytes before the first element; None for any number.

    Attributes:
        head: the content before the first element, up to ``MAX_BYTES``.
        tail: the last bytes after the last element.
        is_cut: whether the file ends within an element.
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
        begins = "|".join(map(re.escape, names)).encode()
        self._between = re.compile(rb"<(?:(%s)(?=[\s>])|!\[CDATA\[|!--)" % begins)
        self._ends = {
            name.encode(): re.compile(rb"</%s\s{0,%d}>|<!\[CDATA\[|<!--" % (re.escape(name.encode()), _SPACE))
            for name in names
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
        """Keep content between elements as ``head`` or ``tail``.

        Raises:
            CorpusError: there are more than ``most_before`` bytes before the first element.
        """
        if first and self._most_before is not None and len(self.head) + len(text) > self._most_before:
            raise self._opened.fault("xml", f"no article begins in the first {self._most_before >> 20} MiB")
        if first:
            self.head += text[: MAX_BYTES - len(self.head)]
        self.tail = (self.tail + text)[-_TAIL:]


_BLOCKS: Final = frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "caption",
        "dd",
        "div",
        "dl",
        "dt",
        "figcaption",
    }
    | {"figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p"}
    | {"pre", "section", "table", "td", "th", "title", "tr", "ul"}
)
_HIDDEN: Final = frozenset({"script", "style", "template", "noscript", "head"})
_SECTION: Final = re.compile(r"<!\[[^>]*>?")
_SPACES: Final = re.compile(r"[ \t\r\f\v\n]+")
_HEADINGS: Final = ("h1", "h2", "title")
_TAG: Final = re.compile(r"[A-Za-z][^\s/>]*")
_MOST_OF_A_TAG: Final = 1 << 16
"""Most code points of a tag that is parsed; parsing takes three hundred bytes for each."""
_MOST_OF_MOST_TAGS: Final = 1 << 9


class MarkupText(HTMLParser):
    """Collects the visible text of HTML, one line per block."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._text = io.StringIO()
        self._hidden = 0
        self._heading: str | None = None
        self._headings: dict[str, io.StringIO] = {}

    @property
    def heading(self) -> str:
        """The first heading; else the title of the document; else empty."""
        found = (_spaced(self._headings[tag].getvalue()) for tag in _HEADINGS if tag in self._headings)
        return next(filter(None, found), "")

    def text(self) -> str:
        """The whole text, without blank lines."""
        lines = map(_spaced, self._text.getvalue().split("\n"))
        return "\n".join(line for line in lines if line)

    def check_for_whole_start_tag(self, i: int) -> int:
        """The end of a tag, or -1; an overlong tag ends at the first ``>`` after ``_MOST_OF_A_TAG``.

        The parser would search all the rest, and take memory for as much of it as looks like a tag.
        """
        rest = self.rawdata
        for length in (_MOST_OF_MOST_TAGS, _MOST_OF_A_TAG):
            self.rawdata = rest[i : i + length]
            end = super().check_for_whole_start_tag(0)
            self.rawdata = rest
            if end >= 0:
                return i + end
        return rest.find(">", i + _MOST_OF_A_TAG) + 1 or -1

    def parse_starttag(self, i: int) -> int:
        """Parse a tag; of an overlong one, only the name."""
        end = self.check_for_whole_start_tag(i)
        name = _TAG.match(self.rawdata, i + 1)
        if end - i <= _MOST_OF_A_TAG or not name:
            return super().parse_starttag(i)
        self.handle_starttag(name[0].lower(), [])
        return end

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  # its name
        """Begin a block, a heading, or hidden content."""
        if tag in _HIDDEN:
            self._hidden += 1
        if tag in _HEADINGS and tag not in self._headings:
            self._heading, self._headings[tag] = tag, io.StringIO()
        if tag in _BLOCKS:
            self._text.write("\n")

    def handle_endtag(self, tag: str) -> None:
        """End a block, a heading, or hidden content."""
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        if tag == self._heading:
            self._heading = None
        if tag in _BLOCKS:
            self._text.write("\n")

    def handle_data(self, data: str) -> None:
        """Collect text between tags."""
        if self._heading:
            self._headings[self._heading].write(data)
        if not self._hidden:
            self._text.write(data.replace("\n", " "))


def _spaced(line: str) -> str:
    """A line with all white space collapsed to single spaces."""
    return _SPACES.sub(" ", line).strip()


def read_markup(markup: str) -> MarkupText:
    """Parse HTML; tags of sections such as ``<![CDATA[`` are dropped."""
    parser = MarkupText()
    markup = _SECTION.sub("", markup)
    # A < after the last > is no tag; the parser would search to the end for each of them.
    whole = markup.rfind(">") + 1
    parser.feed(markup[:whole] + markup[whole:].replace("<", "&lt;"))
    parser.close()
    return parser


def text_of_markup(markup: str) -> str:
    """The text of HTML."""
    return read_markup(markup).text()

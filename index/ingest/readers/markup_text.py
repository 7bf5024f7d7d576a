"""The text of a piece of HTML: of a chapter, or of an entry in a feed, which is all article."""

import io
import re
from html.parser import HTMLParser
from typing import Final

__all__ = ["MarkupText", "read_markup", "text_of_markup"]

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
"""Code points of a tag that is read; reading takes three hundred times as many bytes."""
_MOST_OF_MOST_TAGS: Final = 1 << 9


class MarkupText(HTMLParser):
    """Collects the text that a reader of some HTML sees, a line a block.

    Attributes:
        heading: the first heading; else the title of the document; else empty.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._text = io.StringIO()
        self._hidden = 0
        self._heading: str | None = None
        self._headings: dict[str, io.StringIO] = {}

    @property
    def heading(self) -> str:
        """See above."""
        found = (_spaced(self._headings[tag].getvalue()) for tag in _HEADINGS if tag in self._headings)
        return next(filter(None, found), "")

    def text(self) -> str:
        """All of it, without blank lines."""
        lines = map(_spaced, self._text.getvalue().split("\n"))
        return "\n".join(line for line in lines if line)

    def check_for_whole_start_tag(self, i: int) -> int:
        """Where a tag ends, or -1; one of more than anybody writes by hand, at any sign that closes.

        The parser would look for it in all the rest, and take memory for as much of that as looks like a tag.
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
        """A tag; of one that has more than anybody writes by hand, only the name."""
        end = self.check_for_whole_start_tag(i)
        name = _TAG.match(self.rawdata, i + 1)
        if end - i <= _MOST_OF_A_TAG or not name:
            return super().parse_starttag(i)
        self.handle_starttag(name[0].lower(), [])
        return end

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  # its name
        """A tag opens a block, a heading, or what is not shown."""
        if tag in _HIDDEN:
            self._hidden += 1
        if tag in _HEADINGS and tag not in self._headings:
            self._heading, self._headings[tag] = tag, io.StringIO()
        if tag in _BLOCKS:
            self._text.write("\n")

    def handle_endtag(self, tag: str) -> None:
        """A tag closes it."""
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        if tag == self._heading:
            self._heading = None
        if tag in _BLOCKS:
            self._text.write("\n")

    def handle_data(self, data: str) -> None:
        """Text between tags."""
        if self._heading:
            self._headings[self._heading].write(data)
        if not self._hidden:
            self._text.write(data.replace("\n", " "))


def _spaced(line: str) -> str:
    """A line with one space where any white space was."""
    return _SPACES.sub(" ", line).strip()


def read_markup(markup: str) -> MarkupText:
    """Some HTML, read; sections such as ``<![CDATA[`` are not shown."""
    parser = MarkupText()
    markup = _SECTION.sub("", markup)
    # What opens after the last sign that closes is no tag; the parser looks to the end for each of them.
    whole = markup.rfind(">") + 1
    parser.feed(markup[:whole] + markup[whole:].replace("<", "&lt;"))
    parser.close()
    return parser


def text_of_markup(markup: str) -> str:
    """The text of some HTML."""
    return read_markup(markup).text()

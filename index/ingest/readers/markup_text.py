"""The text of a piece of HTML: of a chapter, or of an entry in a feed, which is all article."""

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
_HEADINGS: Final = frozenset({"h1", "h2", "title"})


class MarkupText(HTMLParser):
    """Collects the text that a reader of some HTML sees, a line a block.

    Attributes:
        heading: the first heading; else the title of the document; else empty.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = [""]
        self._hidden = 0
        self._heading: str | None = None
        self._headings: dict[str, str] = {}

    @property
    def heading(self) -> str:
        """See above."""
        return next((self._headings[tag] for tag in ("h1", "h2", "title") if self._headings.get(tag)), "")

    def text(self) -> str:
        """All of it, without blank lines."""
        lines = (_SPACES.sub(" ", line).strip() for line in self._lines)
        return "\n".join(line for line in lines if line)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  # its name
        """A tag opens a block, a heading, or what is not shown."""
        if tag in _HIDDEN:
            self._hidden += 1
        if tag in _HEADINGS and tag not in self._headings:
            self._heading, self._headings[tag] = tag, ""
        if tag in _BLOCKS:
            self._lines.append("")

    def handle_endtag(self, tag: str) -> None:
        """A tag closes it."""
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        if tag == self._heading:
            self._headings[tag] = _SPACES.sub(" ", self._headings[tag]).strip()
            self._heading = None
        if tag in _BLOCKS:
            self._lines.append("")

    def handle_data(self, data: str) -> None:
        """Text between tags."""
        if self._heading:
            self._headings[self._heading] += data
        if not self._hidden:
            self._lines[-1] += data


def read_markup(markup: str) -> MarkupText:
    """Some HTML, read; sections such as ``<![CDATA[`` are not shown."""
    parser = MarkupText()
    parser.feed(_SECTION.sub("", markup))
    parser.close()
    return parser


def text_of_markup(markup: str) -> str:
    """The text of some HTML."""
    return read_markup(markup).text()

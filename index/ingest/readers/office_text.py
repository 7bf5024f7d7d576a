"""Text, fonts and properties of word processor documents (DOCX, OpenDocument), from parser events."""

from typing import Any, Final

from onneshon.index.encodings.legacy import is_bijoy_font, text_of_runs
from onneshon.index.ingest.readers.archive import Target
from onneshon.index.ingest.readers.feed_entry import written_day
from onneshon.index.ingest.streams import MAX_BYTES

_MOST_STYLES: Final = 20_000


class TooLongError(Exception):
    """A document has more text than a record may have."""


def _local(tag: str) -> str:
    """A tag name without its namespace, which differs between the strict and the usual form of a standard."""
    return tag.rpartition("}")[2]


def _values(attributes: dict[str, str]) -> dict[str, str]:
    return {_local(name): value for name, value in attributes.items()}


class Properties(Target):
    """The properties of a document: texts of elements without child elements, by their names.

    Attributes:
        found: the texts by the name of the element.
    """

    def __init__(self) -> None:
        self.found: dict[str, list[str]] = {}
        self._text = ""

    def start(self, _tag: str, _attrib: dict[str, str], /) -> None:
        """Drop text before a child element."""
        self._text = ""

    def end(self, tag: str, /) -> None:
        """Store the text of the element."""
        if self._text.strip() and len(self.found) < _MOST_STYLES:
            self.found.setdefault(_local(tag), []).append(self._text.strip())
        self._text = ""

    def data(self, data: str, /) -> None:
        """Append a part of a text, unless it is longer than any title."""
        if len(self._text) < MAX_BYTES >> 10:
            self._text += data

    def close(self) -> None:
        """Do nothing at the end."""

    def first(self, *names: str) -> str:
        """The first text of the first of the given names that has one."""
        return next((self.found[name][0] for name in names if name in self.found), "")


class Fonts(Target):
    """The fonts of styles, inherited from their base styles if they have none.

    Attributes:
        standard: the style of paragraphs without one.
    """

    def __init__(self) -> None:
        self.standard = ""
        self._fonts: dict[str, str] = {}
        self._bases: dict[str, str] = {}
        self._style: str | None = None

    def end(self, tag: str, /) -> None:
        """End the description of a style."""
        if _local(tag) in _STYLES:
            self._style = None

    def data(self, data: str, /) -> None:
        """Ignore text, as styles have none."""

    def close(self) -> None:
        """Do nothing at the end."""

    def _begin(self, style: str, base: str = "") -> None:
        """Begin the description of a style; the defaults of all styles have an empty name."""
        self._style = style if len(self._bases) < _MOST_STYLES else None
        self._base(base)

    def _base(self, base: str) -> None:
        if self._style:
            self._bases[self._style] = base

    def _font(self, font: str) -> None:
        if self._style is not None:
            self._fonts[self._style] = font

    def is_bijoy(self, *styles: str) -> bool:
        """Whether a text with some styles, the innermost first, is in a font of Bijoy."""
        fonts = (font for style in (*styles, self.standard) if (font := self._font_of(style)))
        return is_bijoy_font(next(fonts, self._fonts.get("", "")))

    def _font_of(self, style: str) -> str:
        met: set[str] = set()
        while style and style not in self._fonts and style not in met:
            met.add(style)
            style = self._bases.get(style, "")
        return self._fonts.get(style, "") if style else ""


_STYLES: Final = ("style", "default-style", "docDefaults")


class DocxFonts(Fonts):
    """The styles of a DOCX; the font for Latin letters is the one that decides about Bijoy."""

    def start(self, tag: str, attrib: dict[str, str], /) -> None:
        """Read a style, its base style, its font, or the default font."""
        name, values = _local(tag), _values(attrib)
        if name == "docDefaults":
            self._begin("")
        elif name == "style":
            self._begin(values.get("styleId", ""))
            if values.get("type") == "paragraph" and values.get("default") in {"1", "true"}:
                self.standard = values.get("styleId", "")
        elif name == "basedOn":
            self._base(values.get("val", ""))
        elif name == "rFonts" and "ascii" in values:
            self._font(values["ascii"])


class OdtFonts(Fonts):
    """The styles of an OpenDocument text, common and automatic ones.

    Attributes:
        hidden: the styles of texts that are not shown.
    """

    def __init__(self) -> None:
        super().__init__()
        self.hidden: set[str] = set()

    def start(self, tag: str, attrib: dict[str, str], /) -> None:
        """Read a style with its base style, or its font."""
        name, values = _local(tag), _values(attrib)
        if name == "style":
            self._begin(values.get("name", ""), values.get("parent-style-name", ""))
        elif name == "default-style" and values.get("family") == "paragraph":
            self._begin("")
        elif name == "text-properties":
            if font := values.get("font-name") or values.get("font-family"):
                self._font(font.strip("'\""))
            if values.get("display") == "none" and self._style:
                self.hidden.add(self._style)


class _Text(Target):
    """The text of a document, one line per paragraph.

    Attributes:
        heading: the first paragraph that is a title or a heading.
    """

    passed: frozenset[str] = frozenset()
    """Elements that are skipped with everything in them."""

    def __init__(self, fonts: Fonts) -> None:
        self.heading = ""
        self._fonts = fonts
        self._lines: list[str] = []
        self._size = 0
        self._runs: list[tuple[bool, str]] = []
        self._passed = 0
        self._is_heading = False

    def start(self, tag: str, attrib: dict[str, str], /) -> None:
        """An element begins, in the text or in a skipped element."""
        name = _local(tag)
        if self._passed or name in self.passed:
            self._passed += 1
        else:
            self.begin(name, attrib)

    def end(self, tag: str, /) -> None:
        """An element ends."""
        if self._passed:
            self._passed -= 1
        else:
            self.finish(_local(tag))

    def begin(self, name: str, attrib: dict[str, str]) -> None:
        """An element of the text begins."""
        raise NotImplementedError

    def finish(self, name: str) -> None:
        """An element of the text ends."""
        raise NotImplementedError

    def data(self, data: str, /) -> None:
        """Ignore text; the classes of formats read it."""

    def close(self) -> None:
        """End the last paragraph, in case nothing has closed it."""
        self._end_line()

    def _say(self, text: str, *, is_bijoy: bool = False) -> None:
        self._size += len(text)
        if self._size > MAX_BYTES:
            raise TooLongError
        self._runs.append((is_bijoy, text))

    def _end_line(self) -> None:
        line = text_of_runs(self._runs).strip()
        self._runs = []
        if line and self._is_heading and not self.heading:
            self.heading = line
        self._is_heading = False
        if line:
            self._lines.append(line)

    def text(self) -> str:
        """The whole text, including the paragraph that is also ``heading``."""
        return "\n".join(self._lines)


_OFF: Final = ("0", "false", "off")


class DocxText(_Text):
    """The text of `word/document.xml`, without deleted and hidden text, notes, and fallback content."""

    passed = frozenset({"Fallback", "del", "moveFrom", "instrText", "delText", "rt"})

    def __init__(self, fonts: Fonts) -> None:
        super().__init__(fonts)
        self._style = self._run_style = ""
        self._font: bool | None = None
        self._in_run = self._in_text = self._is_hidden = False

    def begin(self, name: str, attrib: dict[str, str]) -> None:
        """Begin a paragraph, a run with its font, or a piece of text."""
        if name == "t":
            self._in_text = True
        elif name == "r":
            self._in_run, self._font, self._run_style, self._is_hidden = True, None, "", False
        elif name == "p":
            self._style = ""
        elif name in {"tab", "br", "cr"} and self._in_run:
            self._say("\n" if name != "tab" else "\t")
        elif name == "noBreakHyphen":
            self._say("-")
        elif name in {"pStyle", "rStyle", "rFonts", "outlineLvl", "vanish"}:
            self._describe(name, _values(attrib))

    def _describe(self, name: str, values: dict[str, str]) -> None:
        """Read a property of a paragraph or a run."""
        value = values.get("val", "")
        if name == "pStyle":
            self._style = value
            self._is_heading = value.lower().replace(" ", "") in {"title", "heading1", "heading"}
        elif name == "rStyle":
            self._run_style = value
        elif name == "outlineLvl":
            self._is_heading = self._is_heading or value == "0"
        elif self._in_run and name == "vanish":
            self._is_hidden = value not in _OFF
        elif self._in_run and "ascii" in values:
            self._font = is_bijoy_font(values["ascii"])

    def finish(self, name: str) -> None:
        """End a piece of text, a run or a paragraph."""
        if name == "t":
            self._in_text = False
        elif name == "r":
            self._in_run = False
        elif name == "p":
            self._end_line()

    def data(self, data: str, /) -> None:
        """Append text in the font of its run."""
        if self._in_text and not self._passed and not self._is_hidden:
            font = self._font
            if font is None:
                font = self._fonts.is_bijoy(self._run_style, self._style)
            self._say(data, is_bijoy=font)


class OdtText(_Text):
    """The text of `content.xml`, without notes, comments, and deleted and hidden text."""

    passed = frozenset({"note", "annotation", "tracked-changes", "automatic-styles", "forms", "ruby-text"})
    _SIGNS: Final = {"tab": "\t", "line-break": "\n"}

    def __init__(self, fonts: OdtFonts) -> None:
        super().__init__(fonts)
        self._hidden = fonts.hidden
        self._styles: list[str] = []

    def start(self, tag: str, attrib: dict[str, str], /) -> None:
        """An element begins; hidden sections are skipped."""
        if not self._passed and _local(tag) == "section" and _values(attrib).get("display") == "none":
            self._passed = 1
        else:
            super().start(tag, attrib)

    def begin(self, name: str, attrib: dict[str, str]) -> None:
        """Begin a paragraph, a heading or a span, or append white space."""
        if name in {"p", "h", "span"}:
            values = _values(attrib)
            style = values.get("style-name", "")
            self._is_heading = self._is_heading or style == "Title"
            self._is_heading = self._is_heading or (name == "h" and values.get("outline-level") == "1")
            self._styles.append(style)
        elif name == "s":
            count = _values(attrib).get("c", "1")
            self._say(" " * (min(int(count), 100) if count.isdecimal() else 1))
        elif name in self._SIGNS:
            self._say(self._SIGNS[name])

    def finish(self, name: str) -> None:
        """End a span, a heading or a paragraph."""
        if name in {"p", "h", "span"} and self._styles:
            self._styles.pop()
        if name in {"p", "h"}:
            self._end_line()

    def data(self, data: str, /) -> None:
        """Append text of a paragraph, in the font of the innermost span with one; line ends become spaces."""
        if self._styles and not self._passed and self._hidden.isdisjoint(self._styles):
            is_bijoy = self._fonts.is_bijoy(*reversed(self._styles))
            self._say(data.replace("\n", " "), is_bijoy=is_bijoy)


def described(found: Properties) -> dict[str, Any]:
    """The fields of an article among the properties of a document; some programs write 0000-00-00."""
    listed = [tag.strip() for text in found.found.get("keywords", []) for tag in text.split(",")]
    tags = [tag for tag in (*listed, *found.found.get("keyword", [])) if tag]
    return {
        "author": found.first("initial-creator", "creator"),
        "date": written_day(found.first("created", "creation-date")[:10]),
        "category": found.first("category"),
        **({"tags": tags} if tags else {}),
    }

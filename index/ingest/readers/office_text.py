"""What the elements of a document of a word processor say: DOCX and OpenDocument, reported one by one."""

from typing import Any, Final

from onneshon.index.encodings.legacy import is_bijoy_font, text_of_runs
from onneshon.index.ingest.readers.archive import Target
from onneshon.index.ingest.readers.feed_entry import written_day
from onneshon.index.ingest.streams import MAX_BYTES

_MOST_STYLES: Final = 20_000


class TooLongError(Exception):
    """A document has more text than a record may have."""


def _local(tag: str) -> str:
    """A name without its namespace: that of the strict form of a standard is another one than that in use."""
    return tag.rpartition("}")[2]


def _values(attributes: dict[str, str]) -> dict[str, str]:
    return {_local(name): value for name, value in attributes.items()}


class Properties(Target):
    """What a document says of itself: the texts of elements without others in them, by their names.

    Attributes:
        found: of each name the texts.
    """

    def __init__(self) -> None:
        self.found: dict[str, list[str]] = {}
        self._text = ""

    def start(self, _tag: str, _attrib: dict[str, str], /) -> None:
        """Text before is that of no element without others."""
        self._text = ""

    def end(self, tag: str, /) -> None:
        """Its text is what it says."""
        if self._text.strip() and len(self.found) < _MOST_STYLES:
            self.found.setdefault(_local(tag), []).append(self._text.strip())
        self._text = ""

    def data(self, data: str, /) -> None:
        """Part of a text; of more than any title has, the rest is left."""
        if len(self._text) < MAX_BYTES >> 10:
            self._text += data

    def close(self) -> None:
        """Nothing is left to do."""

    def first(self, *names: str) -> str:
        """The first text of the first of some names that has any."""
        return next((self.found[name][0] for name in names if name in self.found), "")


class Fonts(Target):
    """The fonts of styles, their own or those of the styles that they are based on.

    Attributes:
        standard: the style of what has none.
    """

    def __init__(self) -> None:
        self.standard = ""
        self._fonts: dict[str, str] = {}
        self._bases: dict[str, str] = {}
        self._style: str | None = None

    def end(self, tag: str, /) -> None:
        """After a style, what comes is of none."""
        if _local(tag) in _STYLES:
            self._style = None

    def data(self, data: str, /) -> None:
        """Styles have no text."""

    def close(self) -> None:
        """Nothing is left to do."""

    def _begin(self, style: str, base: str = "") -> None:
        """The description of a style begins; that of all has no name."""
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
    """The styles of a DOCX; the font of Latin letters is that of codes."""

    def start(self, tag: str, attrib: dict[str, str], /) -> None:
        """A style, what it is based on, its font, or the font of all."""
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
    """The styles of an OpenDocument text, those of all documents and those of single places.

    Attributes:
        hidden: those of texts that are not shown.
    """

    def __init__(self) -> None:
        super().__init__()
        self.hidden: set[str] = set()

    def start(self, tag: str, attrib: dict[str, str], /) -> None:
        """A style with its base, or its font."""
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
    """The text of a document, a line a paragraph.

    Attributes:
        heading: the first paragraph that is a title or a heading.
    """

    passed: frozenset[str] = frozenset()
    """Elements that are no part of the text, with all in them."""

    def __init__(self, fonts: Fonts) -> None:
        self.heading = ""
        self._fonts = fonts
        self._lines: list[str] = []
        self._size = 0
        self._runs: list[tuple[bool, str]] = []
        self._passed = 0
        self._is_heading = False

    def start(self, tag: str, attrib: dict[str, str], /) -> None:
        """An element begins, in the text or in what is passed over."""
        name = _local(tag)
        if self._passed or name in self.passed:
            self._passed += 1
        else:
            self.begin(name, attrib)

    def end(self, tag: str, /) -> None:
        """It ends."""
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
        """Text between elements is none unless a format says so."""

    def close(self) -> None:
        """The last paragraph ends, where nothing closed it."""
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
        """All of it; a heading that is told apart is part of it too."""
        return "\n".join(self._lines)


_OFF: Final = ("0", "false", "off")


class DocxText(_Text):
    """The text of `word/document.xml`: without what was deleted or is hidden, notes, second versions."""

    passed = frozenset({"Fallback", "del", "moveFrom", "instrText", "delText", "rt"})

    def __init__(self, fonts: Fonts) -> None:
        super().__init__(fonts)
        self._style = self._run_style = ""
        self._font: bool | None = None
        self._in_run = self._in_text = self._is_hidden = False

    def begin(self, name: str, attrib: dict[str, str]) -> None:
        """A paragraph, a run with its font, or a piece of text."""
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
        """How a paragraph or a run looks."""
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
        """What began ends."""
        if name == "t":
            self._in_text = False
        elif name == "r":
            self._in_run = False
        elif name == "p":
            self._end_line()

    def data(self, data: str, /) -> None:
        """Text, in the font of its run."""
        if self._in_text and not self._passed and not self._is_hidden:
            font = self._font
            if font is None:
                font = self._fonts.is_bijoy(self._run_style, self._style)
            self._say(data, is_bijoy=font)


class OdtText(_Text):
    """The text of `content.xml`: without notes, comments, and what was deleted or is hidden."""

    passed = frozenset({"note", "annotation", "tracked-changes", "automatic-styles", "forms", "ruby-text"})
    _SIGNS: Final = {"tab": "\t", "line-break": "\n"}

    def __init__(self, fonts: OdtFonts) -> None:
        super().__init__(fonts)
        self._hidden = fonts.hidden
        self._styles: list[str] = []

    def start(self, tag: str, attrib: dict[str, str], /) -> None:
        """As of all documents; a section may be hidden."""
        if not self._passed and _local(tag) == "section" and _values(attrib).get("display") == "none":
            self._passed = 1
        else:
            super().start(tag, attrib)

    def begin(self, name: str, attrib: dict[str, str]) -> None:
        """A paragraph, a heading, a span, or a sign."""
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
        """What began ends."""
        if name in {"p", "h", "span"} and self._styles:
            self._styles.pop()
        if name in {"p", "h"}:
            self._end_line()

    def data(self, data: str, /) -> None:
        """Text of a paragraph, in the font of the innermost span that has one; a line end is a space."""
        if self._styles and not self._passed and self._hidden.isdisjoint(self._styles):
            is_bijoy = self._fonts.is_bijoy(*reversed(self._styles))
            self._say(data.replace("\n", " "), is_bijoy=is_bijoy)


def described(found: Properties) -> dict[str, Any]:
    """The fields of an article that a document says of itself; some programs write 0000-00-00."""
    listed = [tag.strip() for text in found.found.get("keywords", []) for tag in text.split(",")]
    tags = [tag for tag in (*listed, *found.found.get("keyword", [])) if tag]
    return {
        "author": found.first("initial-creator", "creator"),
        "date": written_day(found.first("created", "creation-date")[:10]),
        "category": found.first("category"),
        **({"tags": tags} if tags else {}),
    }

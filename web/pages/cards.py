"""The preview picture of links to an article: the site's name, category, day, title and author."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, abort, current_app, request, url_for

from onneshon.index import Article
from onneshon.web.current import engine, language, site

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

WIDTH: Final = 1200
HEIGHT: Final = 630
"""Size in pixels, the format to which readers of Open Graph crop pictures."""

KEPT: Final = 256
"""Number of recent pictures that are cached, some 20 kB each."""

KEPT_SECONDS: Final = 24 * 3600

MARGIN: Final = 64
NAME_SIZE: Final = 76
SMALL: Final = 30
TITLES: Final = ((72, 3), (56, 4))
"""Font sizes of a title, with the maximum number of lines in each."""

LEADING: Final = 1.4
"""Line height, as a multiple of the font size: Bengali signs reach above and below."""

PAPER: Final = "#fcfcff"
INK: Final = "#191b2e"
SOFT: Final = "#4f5472"

ROOM: Final = WIDTH - 2 * MARGIN
LEFT_OUT: Final = " …"

_MATRA: Final = (0.628, 0.531)
"""Upper and lower edge of the matra, the line that letters hang from, in em above the baseline."""

_COLOUR: Final = re.compile("#[0-9a-f]{6}", re.IGNORECASE)

_LETTERS: Final = re.compile(
    "(?P<bengali>[\u0951-\u0952\u0964-\u0965\u0980-\u09fe\u200c-\u200d\u20b9\u25cc]+)"
    "|(?P<latin>[\u0020-\u007e\u00a0-\u00ff\u2010-\u2027\u2030-\u205e\u20ac\u2122]+)"
)
"""The characters in the two files of the typeface; other characters are not drawn."""

cards = Blueprint("cards", __name__)


@dataclass(frozen=True, slots=True)
class CardFace:
    """Everything that is drawn: two articles with the same face have the same picture.

    Attributes:
        name: the site's name.
        accent: the colour of name and line, as ``#rrggbb``.
        above: the text above the title.
        title: the article's title.
        below: the text below the title.
    """

    name: str
    accent: str
    above: str
    title: str
    below: str


@cache
def drawable() -> bool:
    """Whether Bengali can be drawn, by Pillow with Raqm, for conjuncts, and FriBidi, which Raqm needs."""
    try:
        from PIL import features  # noqa: PLC0415  # an extra
    except ImportError:
        return False
    return bool(features.check("raqm"))


def card_address(article: Article) -> str | None:
    """The absolute address of an article's picture; None where none can be drawn."""
    return url_for("cards.card", id=article.id, _external=True) if drawable() else None


@cards.get("/card.png")
def card() -> Response:
    """The picture of the article ``id``."""
    if not drawable():
        abort(404)
    face = _face(engine().article(request.args.get("id", "")))
    folder = Path(current_app.static_folder or ".", "fonts")
    response = Response(picture_of(face, folder), mimetype="image/png")
    response.cache_control.public = True
    response.cache_control.max_age = KEPT_SECONDS
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _face(article: Article) -> CardFace:
    renderer = current_app.extensions["onneshon_renderers"][language()]
    day = renderer.period(article.date.isoformat()) if article.date else ""
    title = _line(article.title) or _line(article.body[:200]) or "…"
    above = " · ".join(filter(None, (_line(article.category), day)))
    accent = _COLOUR.findall(site().palette.accent)[0]
    return CardFace(_line(site().names[language()]), accent, above, title, _line(article.author))


def _line(text: str) -> str:
    return " ".join(text.split())


@lru_cache(KEPT)
def picture_of(face: CardFace, folder: Path) -> bytes:
    """The picture as PNG.

    Args:
        face: the texts and colour to draw.
        folder: the folder of the typeface.
    """
    from PIL import Image, ImageDraw  # noqa: PLC0415  # an extra

    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    drawing = ImageDraw.Draw(image)
    base = _name(drawing, face, folder)
    y = base + 90
    small = _Type(folder, SMALL, 600)
    small.draw(drawing, (MARGIN, y), _cut(face.above, small, 1)[0], SOFT)
    size, title, lines = _title(face.title, folder)
    for line in lines:
        y += round(size * LEADING)
        title.draw(drawing, (MARGIN, y), line, INK)
    small.draw(drawing, (MARGIN, y + 60), _cut(face.below, small, 1)[0], SOFT)
    data = io.BytesIO()
    image.quantize(64).save(data, "PNG", optimize=True)
    return data.getvalue()


def _title(text: str, folder: Path) -> tuple[int, "_Type", list[str]]:
    """The largest font size in which a title fits, its typeface, and its lines."""
    for size, most in TITLES:
        title = _Type(folder, size, 650)
        lines = _cut(text, title, most)
        if not lines[-1].endswith(LEFT_OUT):
            break
    return size, title, lines


def _name(drawing: "ImageDraw", face: CardFace, folder: Path) -> int:
    """Draw the line and the name that hangs from it; return the baseline of the name."""
    upper = MARGIN
    lower = upper + round((_MATRA[0] - _MATRA[1]) * NAME_SIZE)
    drawing.rectangle((MARGIN, upper, WIDTH, lower), face.accent)
    name = _Type(folder, NAME_SIZE, 600)
    # Bengali letters use the line as their own matra; others stand below it.
    part, _ = next(_runs(face.name), ("latin", ""))
    base = upper + round(_MATRA[0] * NAME_SIZE) if part == "bengali" else lower + round(0.9 * NAME_SIZE)
    name.draw(drawing, (MARGIN, base), _cut(face.name, name, 1)[0], face.accent)
    return base


class _Type:
    """The typeface at a size and a weight; each of its two files draws the characters that it has."""

    def __init__(self, folder: Path, size: int, weight: int) -> None:
        self._fonts = {part: _font(folder, part, size, weight) for part in ("bengali", "latin")}

    def draw(self, drawing: "ImageDraw", at: tuple[float, int], text: str, colour: str) -> None:
        """Draw a line of text with its baseline beginning at ``at``."""
        x, y = at
        for part, run in _runs(text):
            font = self._fonts[part]
            drawing.text((x, y), run, font=font, fill=colour, anchor="ls", language="bn")
            x += font.getlength(run, language="bn")

    def width(self, text: str) -> float:
        """The width of a line of text in pixels."""
        return sum(self._fonts[part].getlength(run, language="bn") for part, run in _runs(text))


@lru_cache(16)
def _font(folder: Path, part: str, size: int, weight: int) -> "FreeTypeFont":
    from PIL import ImageFont  # noqa: PLC0415  # an extra

    path = folder / f"noto-sans-bengali-{part}-wght-normal.woff2"
    font = ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.RAQM)
    font.set_variation_by_axes([weight])
    return font


def _runs(text: str) -> Iterator[tuple[str, str]]:
    """The runs of a text, each with the name of the file that draws it."""
    for found in _LETTERS.finditer(text):
        yield found.lastgroup or "", found[0]


def _cut(text: str, face: _Type, most: int) -> list[str]:
    """A text as at most ``most`` lines that fit, cut at words; an ellipsis marks omitted text."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and face.width(longer) > ROOM:
            lines.append(word)
        else:
            lines[-1] = longer
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while " " in last and face.width(last + LEFT_OUT) > ROOM:
        last = last.rsplit(" ", 1)[0]
    return [*lines[: most - 1], last + LEFT_OUT]

import datetime as dt
import io
import itertools
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from flask.testing import FlaskClient

from onneshon import web
from onneshon.index import Article
from onneshon.search import Engine
from onneshon.web import create_app
from onneshon.web.pages import cards
from onneshon.web.pages.cards import HEIGHT, WIDTH, CardFace, drawable, picture_of
from tests.fake_engine import HOSTILE

PIL = pytest.importorskip("PIL.Image")
drawn = pytest.mark.skipif(not drawable(), reason="Pillow finds no FriBidi")

FONTS = Path(web.__file__).parent / "static" / "fonts"

BRIDGE = Article(
    "নদী/১", "পদ্মা সেতু: দুই পাড়ের মাঝে", "মাওয়া ঘাট।", dt.date(2023, 10, 15), "অর্থনীতি", author="শাহানা পারুল"
)
FACE = CardFace("অন্বেষণ", "#2f3d9f", "অর্থনীতি", "ক্ষমতা", "")


@pytest.fixture(scope="module")
def client() -> Iterator[FlaskClient]:
    """A client of a site of two articles."""
    with Engine.of(
        [BRIDGE, replace(BRIDGE, id="h", title=HOSTILE, author=HOSTILE, category=HOSTILE)]
    ) as engine:
        yield create_app(engine).test_client()


def _ink(face: CardFace) -> int:
    """The number of dark pixels below the name."""
    image = PIL.open(io.BytesIO(picture_of(face, FONTS))).convert("L").crop((0, 160, WIDTH, HEIGHT))
    return sum(image.histogram()[:128])


@drawn
def test_the_page_names_a_picture_that_there_is(client: FlaskClient) -> None:
    """The picture has the stated size, is small, may be used by other sites, and is cached for a day."""
    html = client.get("/article/নদী/১?q=সেতু").get_data(as_text=True)
    (address,) = re.findall('property="og:image" content="([^"]*)"', html)
    assert address.startswith("http://localhost/card.png?id=")
    assert f'og:image:width" content="{WIDTH}"' in html
    assert 'content="summary_large_image"' in html
    answer = client.get(address)
    image = PIL.open(io.BytesIO(answer.data))
    assert (image.size, image.format) == ((WIDTH, HEIGHT), "PNG")
    assert len(answer.data) <= 120_000
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert {"public", "max-age=86400"} <= {*answer.headers["Cache-Control"].split(", ")}


@drawn
@pytest.mark.parametrize(
    ("path", "status"), [("/card.png?id=h", 200), ("/card.png?id=x", 404), ("/card.png", 404)]
)
def test_any_text_is_drawn_and_no_article_no_picture(client: FlaskClient, path: str, status: int) -> None:
    """Control characters and letters missing in the typeface are left out."""
    assert client.get(path).status_code == status


@drawn
def test_conjuncts_are_shaped() -> None:
    """ক্ষ is one glyph, narrower than its letters one by one."""
    width = cards._Type(FONTS, 72, 650).width
    assert width("ক্ষ") < 0.8 * (width("ক") + width("ষ"))
    assert width("র্ম") < width("র") + width("ম")


@drawn
def test_letters_that_there_are_none_of_take_no_room() -> None:
    """There are no empty boxes."""
    assert picture_of(replace(FACE, title="ক্ষমতা 漢字😀"), FONTS) == picture_of(
        replace(FACE, title="ক্ষমতা"), FONTS
    )


@drawn
def test_a_long_title_is_smaller_and_cut_between_words() -> None:
    """A long title has four lines at most, and an ellipsis where it is cut."""
    size, face, lines = cards._title("রাষ্ট্র ক্ষমতা ভাষা " * 20, FONTS)
    assert (size, len(lines)) == (56, 4)
    assert lines[-1].endswith(" …")
    assert all(face.width(line) <= cards.ROOM for line in lines)
    assert all(word in {"রাষ্ট্র", "ক্ষমতা", "ভাষা", "…"} for line in lines for word in line.split())
    assert cards._title("পদ্মা সেতু", FONTS)[::2] == (72, ["পদ্মা সেতু"])


@drawn
@pytest.mark.parametrize(("words", "size"), [("ও ঢাকা ক্ষমতা ", 56), ("খ ", 56)])
def test_lines_are_as_full_as_there_is_room(words: str, size: int) -> None:
    """No word is moved to the next line, or left out, that would fit."""
    typed = (words * 120).split()
    found, face, lines = cards._title(" ".join(typed), FONTS)
    assert found == size
    at = 0
    for line in lines:
        end = cards.LEFT_OUT if line is lines[-1] else ""
        kept = line.removesuffix(end).split()
        assert kept == typed[at : at + len(kept)]
        at += len(kept)
        assert face.width(f"{' '.join(kept)} {typed[at]}{end}") > cards.ROOM >= face.width(line)


@drawn
def test_a_word_that_no_line_has_room_for_stands_in_one_by_itself() -> None:
    """A word wider than a line is drawn up to the edge, and causes no empty line."""
    assert cards._title("ক" * 60, FONTS)[::2] == (72, ["ক" * 60])
    assert cards._title("পদ্মা " + "ক" * 60 + " সেতু", FONTS)[2] == ["পদ্মা", "ক" * 60, "সেতু"]


def _dots(face: CardFace) -> np.ndarray:
    """Red, green and blue of each pixel."""
    return np.asarray(PIL.open(io.BytesIO(picture_of(face, FONTS))).convert("RGB"), int)


def _like(dots: np.ndarray, colour: str) -> np.ndarray:
    """Which pixels have a colour, apart from the edges of letters."""
    off = np.abs(dots - [int(colour[at : at + 2], 16) for at in (1, 3, 5)])
    return np.asarray(off.max(axis=-1) < 40)


def _rows(dots: np.ndarray, colour: str) -> list[tuple[int, int]]:
    """The first and last row of each band of rows with a colour."""
    rows = np.any(_like(dots, colour), axis=1)
    ends = np.flatnonzero(np.diff(np.concatenate([[False], rows, [False]]).astype(int)))
    return [(int(first), int(end) - 1) for first, end in zip(ends[::2], ends[1::2], strict=True)]


@drawn
def test_a_title_stands_between_equal_margins() -> None:
    """The lines of a title fill the width, up to the length of a word."""
    columns = np.flatnonzero(np.any(_like(_dots(replace(FACE, title="খ " * 120)), cards.INK), axis=0))
    assert 0 <= columns[0] - cards.MARGIN < 10
    assert 0 <= WIDTH - cards.MARGIN - columns[-1] < 100


@drawn
def test_lines_of_a_title_do_not_touch() -> None:
    """Lines do not touch although letters have signs above and below."""
    title = " ".join(["র্কৃ"] * 40)
    lines = len(cards._title(title, FONTS)[2])
    bands = _rows(_dots(replace(FACE, title=title)), cards.INK)
    between = [after - before for (_, before), (after, _) in itertools.pairwise(bands)]
    assert lines == 3
    assert sum(rows > 8 for rows in between) == lines - 1  # smaller gaps are between a letter and its reph


@drawn
def test_section_and_author_stand_around_the_title() -> None:
    """Section and author are above and below the title, do not overlap, and are within the picture."""
    dots = _dots(replace(FACE, title="কলম", above="খেলা", below="আল মাহমুদ"))
    accent, ink, soft = (
        _rows(dots[:, : WIDTH // 2], colour) for colour in (FACE.accent, cards.INK, cards.SOFT)
    )
    assert accent[-1][1] < soft[0][0] < ink[0][0] < ink[-1][1] < soft[-1][0] < HEIGHT - cards.MARGIN


@drawn
def test_bengali_letters_hang_from_the_line_and_others_stand_below_it() -> None:
    """The line at the top is the headline of the name's letters; nothing is above it."""
    ((upper, lower),) = _rows(_dots(FACE)[:, -1:], FACE.accent)
    assert (upper, 3 < lower - upper < 12) == (cards.MARGIN, True)
    for name, hangs in (("কলম", True), ("Our news", False)):
        bands = _rows(_dots(replace(FACE, name=name))[:, : WIDTH // 2], FACE.accent)
        assert bands[0][0] == upper
        assert (bands[0][1] > lower + 20) == hangs
        assert len(bands) == (1 if hangs else 2)
        assert bands[-1][1] < upper + 2 * cards.NAME_SIZE


@drawn
@pytest.mark.parametrize(
    ("article", "said"),
    [
        (BRIDGE, ("অর্থনীতি · ১৫ অক্টোবর ২০২৩", "পদ্মা সেতু: দুই পাড়ের মাঝে", "শাহানা পারুল")),
        (
            replace(BRIDGE, category="", title=" \n", author=""),
            ("১৫ অক্টোবর ২০২৩", "মাওয়া ঘাট।", ""),
        ),
        (replace(BRIDGE, date=None, title="পদ্মা\u2028  সেতু"), ("অর্থনীতি", "পদ্মা সেতু", "শাহানা পারুল")),
        (replace(BRIDGE, category="", date=None, title="", body="", author=""), ("", "…", "")),
        (replace(BRIDGE, title="", body="নদী " * 100), (..., "নদী " * 49 + "নদী", ...)),
    ],
    ids=["all", "no title", "no day", "nothing", "a long text"],
)
def test_a_picture_has_section_day_title_and_author(
    client: FlaskClient, article: Article, said: tuple[str, str, str]
) -> None:
    """Missing fields leave no trace; without a title its text starts there."""
    with client.application.test_request_context("/"):
        face = cards._face(article)
    found = (face.above, face.title, face.below)
    assert [text for text, other in zip(found, said, strict=True) if other not in {..., text}] == []
    assert face.accent == "#2f3d9f"


def test_without_pillow_nothing_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pillow is an optional dependency."""
    monkeypatch.setitem(sys.modules, "PIL", None)
    assert not drawable.__wrapped__()


@drawn
def test_name_and_colour_are_the_site_s() -> None:
    """A name in other letters is below the line, and moves the rest down."""
    green = replace(FACE, accent="#006a4e")
    assert picture_of(FACE, FONTS) != picture_of(green, FONTS)
    image = PIL.open(io.BytesIO(picture_of(green, FONTS))).convert("RGB")
    assert image.getpixel((WIDTH - 1, cards.MARGIN + 3)) == (0, 106, 78)
    assert _ink(replace(FACE, name="Our news")) > 0


def test_without_what_draws_there_is_no_picture(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bengali drawn letter by letter would be wrong."""
    monkeypatch.setattr(cards, "drawable", lambda: False)
    assert client.get("/card.png?id=h").status_code == 404
    assert "og:image" not in client.get("/article/h").get_data(as_text=True)

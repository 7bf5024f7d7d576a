import datetime as dt
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

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
    """Asks a site of two articles."""
    with Engine.of(
        [BRIDGE, replace(BRIDGE, id="h", title=HOSTILE, author=HOSTILE, category=HOSTILE)]
    ) as engine:
        yield create_app(engine).test_client()


def _ink(face: CardFace) -> int:
    """How many dots are not paper below the name."""
    image = PIL.open(io.BytesIO(picture_of(face, FONTS))).convert("L").crop((0, 160, WIDTH, HEIGHT))
    return sum(image.histogram()[:128])


@drawn
def test_the_page_names_a_picture_that_there_is(client: FlaskClient) -> None:
    """Of the size that it says, small enough for who shows it, to be had by other sites, kept for a day."""
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
    assert "max-age=86400" in answer.headers["Cache-Control"]


@drawn
@pytest.mark.parametrize(
    ("path", "status"), [("/card.png?id=h", 200), ("/card.png?id=x", 404), ("/card.png", 404)]
)
def test_any_text_is_drawn_and_no_article_no_picture(client: FlaskClient, path: str, status: int) -> None:
    """Control characters and letters that the typeface has not are left out."""
    assert client.get(path).status_code == status


@drawn
def test_conjuncts_are_shaped() -> None:
    """ক্ষ is one sign, and narrower than its letters one by one."""
    width = cards._Type(FONTS, 72, 650).width
    assert width("ক্ষ") < 0.8 * (width("ক") + width("ষ"))
    assert width("র্ম") < width("র") + width("ম")


@drawn
def test_letters_that_there_are_none_of_take_no_room() -> None:
    """No empty boxes."""
    assert picture_of(replace(FACE, title="ক্ষমতা 漢字😀"), FONTS) == picture_of(
        replace(FACE, title="ক্ষমতা"), FONTS
    )


@drawn
def test_a_long_title_is_smaller_and_cut_between_words() -> None:
    """In four lines at most, with a sign of what is left out; one that fits has none."""
    size, face, lines = cards._title("রাষ্ট্র ক্ষমতা ভাষা " * 20, FONTS)
    assert (size, len(lines)) == (56, 4)
    assert lines[-1].endswith(" …")
    assert all(face.width(line) <= cards.ROOM for line in lines)
    assert all(word in {"রাষ্ট্র", "ক্ষমতা", "ভাষা", "…"} for line in lines for word in line.split())
    assert cards._title("পদ্মা সেতু", FONTS)[::2] == (72, ["পদ্মা সেতু"])


@drawn
def test_name_and_colour_are_the_site_s() -> None:
    """A name in other letters stands below the line, and moves what follows down."""
    green = replace(FACE, accent="#006a4e")
    assert picture_of(FACE, FONTS) != picture_of(green, FONTS)
    image = PIL.open(io.BytesIO(picture_of(green, FONTS))).convert("RGB")
    assert image.getpixel((WIDTH - 1, cards.MARGIN + 3)) == (0, 106, 78)
    assert _ink(replace(FACE, name="Our news")) > 0


def test_without_what_draws_there_is_no_picture(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Letters one by one would be no Bengali."""
    monkeypatch.setattr(cards, "drawable", lambda: False)
    assert client.get("/card.png?id=h").status_code == 404
    assert "og:image" not in client.get("/article/h").get_data(as_text=True)

import datetime as dt
import io
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from onneshon.index import Article, ConfigurationError
from onneshon.index.configuration import Configuration
from onneshon.index.errors import CorpusError
from onneshon.search import Engine
from onneshon.web import create_app
from onneshon.web.pages import thumbnails
from onneshon.web.pages.thumbnails import SIZES, Thumbnailer, fetched
from onneshon.web.site.settings import Site, read_site
from tests.serving import SECONDS
from tests.web.browsing import listening

PIL = pytest.importorskip("PIL.Image")

URL = "https://img.example.org/padma.jpg"
RIVER = Article("নদী/১", "পদ্মা নদী", "নদীর কথা।", dt.date(2024, 1, 2), image=URL)


def _picture(size: tuple[int, int] = (600, 1200), form: str = "PNG", **options: object) -> bytes:
    """A blue picture whose top quarter is red."""
    image = PIL.new("RGB", size, "blue")
    image.paste((255, 0, 0), (0, 0, size[0], size[1] // 4))
    data = io.BytesIO()
    image.save(data, form, **options)
    return data.getvalue()


class _Source:
    """A source that gives a picture, or fails, and records the addresses."""

    def __init__(self, data: bytes | None) -> None:
        self.data = data
        self.asked: list[str] = []

    def __call__(self, url: str) -> bytes:
        self.asked.append(url)
        if self.data is None:
            raise CorpusError(url, "http", "the answer is 404: look at the address")
        return self.data


def _after_all(maker: Thumbnailer, url: str = URL, size: str = "hit") -> Path | None:
    """The thumbnail after all wanted ones are made."""
    maker.file(url, size)
    _until_all_are_made()
    return maker.file(url, size) if maker._path(url, size).exists() else None


def _until_all_are_made() -> None:
    """Wait for the threads that make pictures, which end when none is wanted."""
    for thread in threading.enumerate():
        if thread.name == "small pictures":
            thread.join(SECONDS)
            assert not thread.is_alive()


def _made(tmp_path: Path, data: bytes, size: str = "hit") -> Path | None:
    return _after_all(Thumbnailer(tmp_path, _Source(data)), size=size)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_small_picture_is_made_of_any_form(tmp_path: Path, form: str, size: str) -> None:
    """A thumbnail is a WebP of twice the shown size, cropped to its shape."""
    file = _made(tmp_path, _picture(form=form), size)
    assert file is not None
    with PIL.open(file) as image:
        assert (image.format, image.size) == ("WEBP", SIZES[size])


def test_it_is_upright_and_says_nothing_of_the_camera(tmp_path: Path) -> None:
    """The camera's orientation is applied, and its metadata are removed."""
    exif = PIL.Exif()
    exif[0x0112] = 3  # upside down
    exif[0x010F] = "a camera"
    file = _made(tmp_path, _picture((512, 352), "JPEG", exif=exif))
    assert file is not None
    with PIL.open(file) as image:
        red, _, blue = image.convert("RGB").getpixel((128, 170))
        assert (red > 200, blue < 80) == (True, True)
        assert not image.getexif()


@pytest.mark.parametrize(
    "data",
    [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", _picture()[:200], b"BM" + bytes(60), b"%PDF-1.7"],
    ids=["nothing", "svg", "cut", "bmp", "pdf"],
)
def test_what_is_no_picture_is_none(tmp_path: Path, data: bytes) -> None:
    """No file is left behind."""
    assert _made(tmp_path, data) is None
    assert not list(tmp_path.iterdir())


def test_what_another_rule_cut_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A newer version crops differently, and does not show the old ones."""
    maker = Thumbnailer(tmp_path, _Source(_picture()))
    before = _after_all(maker)
    monkeypatch.setattr(thumbnails, "RULE", 0)
    assert maker.file(URL, "hit") is None
    assert _after_all(maker) != before


def test_few_bytes_are_not_made_much_memory_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The size is checked before the pixels are decoded; the limit itself is allowed."""
    monkeypatch.setattr(thumbnails, "MOST_DOTS", 600 * 1200 - 1)
    assert _made(tmp_path, _picture()) is None
    monkeypatch.setattr(thumbnails, "MOST_DOTS", 600 * 1200)
    assert _made(tmp_path / "other", _picture()) is not None
    monkeypatch.setattr(PIL, "MAX_IMAGE_PIXELS", 1000)  # beyond twice as many Pillow raises an error itself
    assert _made(tmp_path, _picture()) is None


def test_an_original_is_asked_for_once(tmp_path: Path) -> None:
    """All processes together do so; a failed one is not tried again for a while."""
    source, now = _Source(_picture()), [0.0]
    for _ in range(2):
        assert _after_all(Thumbnailer(tmp_path, source))
    assert source.asked == [URL]
    missing = _Source(None)
    maker = Thumbnailer(tmp_path, missing, lambda: now[0])
    other = "https://img.example.org/2.jpg"
    assert [_after_all(maker, other) for _ in range(3)] == [None] * 3
    assert missing.asked == [other]
    now[0] = thumbnails.FAILED_SECONDS + 1
    assert _after_all(maker, other) is None
    assert missing.asked == [other, other]


def test_nobody_waits_for_a_picture(tmp_path: Path) -> None:
    """Pages are sent without it; the number of simultaneous ones is limited, and so is the queue."""
    going, let_go = threading.Semaphore(0), threading.Event()

    def slow(url: str) -> bytes:
        going.release()
        assert let_go.wait(SECONDS)
        return _picture()

    maker = Thumbnailer(tmp_path, slow)
    assert [maker.file(str(at), "hit") for at in range(5)] == [None] * 5
    for _ in range(thumbnails.AT_ONCE):
        assert going.acquire(timeout=SECONDS)
    assert not going.acquire(blocking=False)
    let_go.set()
    _until_all_are_made()
    assert all(maker.file(str(at), "hit") for at in range(5))


def test_no_more_wait_than_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are made when they are shown again."""
    monkeypatch.setattr(thumbnails, "MOST_WAITING", 0)
    source = _Source(_picture())
    assert _after_all(Thumbnailer(tmp_path, source)) is None
    assert not source.asked


def test_the_folder_does_not_grow_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest files are removed."""
    monkeypatch.setattr(thumbnails, "MOST_FILES", 2)
    for number in range(4):
        (tmp_path / f"{number}.webp").write_bytes(b"")
    file = _made(tmp_path, _picture())
    assert file is not None
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/a.jpg", "http://localhost:9/a.jpg", "http://[::1]:9/a.jpg"]
)
def test_nobody_looks_into_our_network_by_it(url: str) -> None:
    """An address of this machine is refused before any request."""
    with pytest.raises(CorpusError, match="private network"):
        fetched(url)


def test_what_a_server_sends_is_taken_where_it_is_there() -> None:
    """A response with an error status is no picture, whatever its body."""

    def serve(environ: dict[str, Any], start: Any) -> list[bytes]:
        start("200 OK" if environ["PATH_INFO"] == "/a.png" else "404 Not Found", [])
        return [_picture()]

    with listening(serve) as address:
        assert fetched(f"{address}/a.png", allow_private=True) == _picture()
        with pytest.raises(CorpusError, match="404"):
            fetched(f"{address}/b.png", allow_private=True)


def test_what_failed_is_not_remembered_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest one is tried again first."""
    monkeypatch.setattr(thumbnails, "_FAILED", 1)
    source = _Source(None)
    maker = Thumbnailer(tmp_path, source)
    for url in ("a", "b", "b", "a"):
        _after_all(maker, url)
    assert source.asked == ["a", "b", "a"]


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    """A client of a site that makes thumbnails for one article's host and not for another's."""
    monkeypatch.setattr(Thumbnailer.__init__, "__defaults__", (_Source(_picture()), lambda: 0.0))
    whose = Site(pictures=frozenset({"img.example.org"}), thumbnails=tmp_path / "small")
    with Engine.of(
        [RIVER, replace(RIVER, id="b", title="নদী", image="https://evil.example/a.jpg")]
    ) as engine:
        yield create_app(engine, whose=whose).test_client()


@pytest.mark.parametrize("path", ["/search?q=নদী", "/", "/article/নদী/১", "/preview?q=নদী"])
def test_pages_ask_nobody_else_for_pictures(client: FlaskClient, path: str) -> None:
    """The pages' policy forbids others' pictures; the thumbnail is there when a page is shown again."""
    client.get(path)
    _until_all_are_made()
    answer = client.get(path)
    html = answer.get_data(as_text=True)
    assert f'src="{URL}"' not in html
    assert "img-src 'self';" in answer.headers["Content-Security-Policy"]
    address = html.split('<img class="picture" src="')[1].split('"')[0].replace("&amp;", "&")
    picture = client.get(address)
    assert (picture.status_code, picture.mimetype) == (200, "image/webp")
    assert {"public", "max-age=31536000"} <= {*picture.headers["Cache-Control"].split(", ")}
    picture.close()


@pytest.mark.parametrize("query", ["id=b", "id=x", "id=নদী/১&size=huge", ""])
def test_there_are_none_but_those(client: FlaskClient, query: str) -> None:
    """No others exist: of other hosts, of no article, or in another size."""
    assert client.get(f"/picture?{query}").status_code == 404


def test_a_site_names_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder is relative to the site's file; without the libraries the site does not start."""
    given = Configuration(path=tmp_path / "onneshon.toml", site={"thumbnails": "small"})
    assert read_site(given).thumbnails == tmp_path / "small"
    monkeypatch.setattr("onneshon.web.site.settings.find_spec", lambda _name: None)
    with pytest.raises(ConfigurationError, match=r"onneshon\[pictures\]"):
        read_site(given)
    with Engine.of([RIVER]) as engine:
        assert create_app(engine).test_client().get("/picture?id=নদী/১").status_code == 404

"""Small pictures of articles from a folder of our own, made of the originals once: no reader asks others."""

import io
import logging
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import Final

from flask import Blueprint, Response, abort, current_app, request, send_file, url_for

from onneshon.index import Article
from onneshon.index.analysis.control_characters import visible
from onneshon.index.errors import CorpusError
from onneshon.web.addresses import picture_address
from onneshon.web.parameters import engine, site

log = logging.getLogger(__name__)

__all__ = ["SIZES", "Fetch", "Thumbnailer", "fetched", "shown_picture", "thumbnails"]

SIZES: Final = {"hit": (256, 176), "page": (1512, 756)}
"""Width and height, of twice as many dots as it is shown in."""

MOST_BYTES: Final = 8 << 20
"""Of an original."""

MOST_DOTS: Final = 50_000_000
"""Of an original, so that few bytes cannot be much memory."""

SECONDS: Final = 8.0
"""That an original may take to come."""

AT_ONCE: Final = 2
"""Originals that are fetched at a time; who asks for more is shown no picture meanwhile."""

MOST_FILES: Final = 50_000
"""Small pictures in the folder, beyond which the oldest go."""

FAILED_SECONDS: Final = 600.0
"""How long an original that could not be had is not asked for again."""

_FAILED: Final = 1_000
_FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")
_FACES: Final = (0.5, 0.25)
"""Where a picture is kept when it is cut: faces stand high."""

_YEAR: Final = 365 * 24 * 3600

Fetch = Callable[[str], bytes]
"""Gives the bytes of an address; raises CorpusError."""

thumbnails = Blueprint("thumbnails", __name__)


def fetched(url: str, *, allow_private: bool = False) -> bytes:
    """What lies at an address, which must be of a public host.

    Args:
        url: of http or https.
        allow_private: whether the host may be of this machine or its network.

    Raises:
        CorpusError: it may not be asked for, is too large, takes too long, or is not there.
    """
    from onneshon.index.ingest.crawling.address import parse_address  # noqa: PLC0415  # needs an extra
    from onneshon.index.ingest.crawling.network import Network  # noqa: PLC0415  # needs an extra

    with TemporaryDirectory(prefix="onneshon-picture-") as folder:
        network = Network(Path(folder, "body"), allow_private=allow_private, seconds=SECONDS)
        try:
            answer = network.get(parse_address(url), {"Accept": "image/*"}, MOST_BYTES)
            if answer.status != 200:  # noqa: PLR2004  # of HTTP
                raise CorpusError(url, "http", f"the answer is {answer.status}: look at the address")
            return answer.body.read_bytes()
        finally:
            network.close()


class Thumbnailer:
    """Makes small pictures and keeps them in a folder, which several processes may share.

    Args:
        folder: made where it is not there.
        fetch: gives the originals.
        clock: seconds that only go on.
    """

    def __init__(
        self, folder: Path, fetch: Fetch = fetched, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._folder = folder
        self._fetch = fetch
        self._clock = clock
        self._turns = threading.BoundedSemaphore(AT_ONCE)
        self._failed: OrderedDict[str, float] = OrderedDict()
        self._made = 0

    def file(self, url: str, size: str) -> Path | None:
        """The small picture of an original; None where it cannot be had now.

        Args:
            url: of the original.
            size: one of ``SIZES``.
        """
        path = self._folder / f"{sha256(url.encode()).hexdigest()[:32]}-{size}.webp"
        if path.exists():
            return path
        if self._failed.get(url, 0) > self._clock() or not self._turns.acquire(blocking=False):
            return None
        try:
            self._write(path, _small(self._fetch(url), SIZES[size]))
        except Exception as error:  # noqa: BLE001  # of what is broken decoders raise whatever comes
            log.info("No picture was made of %s: %s", visible(url), error)
            self._failed[url] = self._clock() + FAILED_SECONDS
            if len(self._failed) > _FAILED:
                self._failed.popitem(last=False)
            return None
        finally:
            self._turns.release()
        return path

    def _write(self, path: Path, data: bytes) -> None:
        """In one step, so that nobody reads a half."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=self._folder, suffix=".part", delete=False) as file:
            file.write(data)
        Path(file.name).replace(path)
        self._made += 1
        if self._made % 100 == 1:
            self._thin_out()

    def _thin_out(self) -> None:
        files = sorted(
            (entry.stat().st_mtime, entry.path) for entry in os.scandir(self._folder) if entry.is_file()
        )
        for _, path in files[: max(0, len(files) - MOST_FILES)]:
            Path(path).unlink(missing_ok=True)


def _small(data: bytes, size: tuple[int, int]) -> bytes:
    """A picture cut and shrunk, as WebP, without what a camera wrote beside it.

    Raises:
        OSError: it is no picture of those formats, or broken.
        ValueError: it has too many dots.
    """
    from PIL import Image, ImageOps  # noqa: PLC0415  # an extra

    with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
        if image.width * image.height > MOST_DOTS:
            raise ValueError(image.size)
        image.draft("RGB", (2 * size[0], 2 * size[1]))
        upright = ImageOps.exif_transpose(image).convert("RGB")
    made = io.BytesIO()
    ImageOps.fit(upright, size, centering=_FACES).save(made, "WEBP", quality=70)
    return made.getvalue()


def shown_picture(article: Article, size: str = "hit") -> str | None:
    """The address of an article's picture as a page shows it: ours where we make small ones, else its own.

    Args:
        article: of which.
        size: one of ``SIZES``.
    """
    address = picture_address(article.image, site().pictures)
    if address is None or site().thumbnails is None:
        return address
    version = sha256(address.encode()).hexdigest()[:8]
    return url_for("thumbnails.thumbnail", id=article.id, size=size, v=version)


@thumbnails.get("/picture")
def thumbnail() -> Response:
    """The small picture of the article ``id``; 404 where there is none, or none now."""
    maker: Thumbnailer | None = current_app.extensions["onneshon_thumbnailer"]
    size = request.args.get("size", "hit")
    if maker is None or size not in SIZES:
        abort(404)
    address = picture_address(engine().article(request.args.get("id", "")).image, site().pictures)
    file = maker.file(address, size) if address else None
    if file is None:
        abort(404)
    response = send_file(file.resolve(), mimetype="image/webp", max_age=_YEAR)
    response.cache_control.public = True
    return response

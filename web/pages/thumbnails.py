"""Small pictures of articles, cropped to a frame, made of the originals once and kept in a folder of our own.

There is no face detection: cropping takes more from below, and blurred edges fill the rest of the frame.
"""

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
from typing import TYPE_CHECKING, Final

import numpy as np
from flask import Blueprint, Response, abort, current_app, request, send_file, url_for

from onneshon.index import Article
from onneshon.index.analysis.control_characters import visible
from onneshon.index.errors import CorpusError
from onneshon.web.addresses import picture_address
from onneshon.web.current import engine, site

if TYPE_CHECKING:
    from PIL.Image import Image


RULE: Final = 2
"""Version of the rule by which pictures are made; pictures of another version are made again."""

MOST_CUT: Final = 0.2
"""Maximum share of a photograph that is cropped away; 3:2, 4:3 and 16:9 hardly need as much."""

CENTRE: Final = (0.5, 0.25)
"""Centre of the part that is kept, from the left and from above: faces are high in a picture."""

EVEN: Final = 0.4
"""Share of pixels equal to their neighbours from which a picture counts as a drawing, not a photograph."""

LIGHT: Final = 160
"""Mean lightness, up to 255, above which a picture with transparency gets a dark background."""

OPAQUE: Final = 255

BLURRED: Final = 0.05
"""Radius of the blur next to a picture, as a share of the length of its frame."""

MOST_ENLARGED: Final = 3

_GROUNDS: Final = ((255, 255, 255), (25, 28, 43))
_LOOKED_AT: Final = (256, 256)
_FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")


def framed(data: bytes, size: tuple[int, int], most_dots: int) -> bytes:
    """A picture fitted to a frame, as WebP, without the camera's metadata.

    At most a fifth of a photograph is cropped, more from below than from above; none of a graphic. The rest
    of the frame continues the edges, blurred. An original is enlarged to thrice its size at most.

    Args:
        data: the bytes of the original.
        size: width and height of the frame in pixels.
        most_dots: the maximum number of pixels of the original.

    Raises:
        OSError: the data is no picture in one of ``_FORMATS``, or broken.
        ValueError: the original has too many pixels.
    """
    from PIL import Image, ImageOps  # noqa: PLC0415  # an extra

    with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
        if image.width * image.height > most_dots:
            raise ValueError(image.size)
        image.draft("RGB", (2 * size[0], 2 * size[1]))
        upright = ImageOps.exif_transpose(image)
        clear = upright.has_transparency_data and np.asarray(upright.convert("RGBA"))[..., 3].min() < OPAQUE
        opaque = _grounded(upright) if clear else upright.convert("RGB")
    inner = _inner(opaque.size, size, 0 if clear or _is_graphic(opaque) else MOST_CUT)
    within = np.asarray(ImageOps.fit(opaque, inner, centering=CENTRE))
    wide = _continued(within, size[0]).swapaxes(0, 1)
    made = io.BytesIO()
    Image.fromarray(_continued(wide, size[1]).swapaxes(0, 1)).save(made, "WEBP", quality=70)
    return made.getvalue()


def _grounded(image: "Image") -> "Image":
    """The picture on a white background, or on a dark one where its opaque parts are light."""
    from PIL import Image  # noqa: PLC0415  # an extra

    drawn = image.convert("RGBA")
    small = np.asarray(drawn.resize(_LOOKED_AT).convert("LA"), float)
    weight = small[..., 1].sum()
    light = weight and (small[..., 0] * small[..., 1]).sum() / weight > LIGHT
    ground = Image.new("RGBA", drawn.size, _GROUNDS[bool(light)])
    return Image.alpha_composite(ground, drawn).convert("RGB")


def _is_graphic(image: "Image") -> bool:
    """Whether a picture is a drawing or text: much of it is even, as in no photograph."""
    small = image.copy()
    small.thumbnail(_LOOKED_AT)
    dots = np.asarray(small, np.int16)
    if min(dots.shape[:2]) < 2:  # noqa: PLR2004  # with neighbours
        return True
    across = np.abs(np.diff(dots, axis=1)).max(axis=2)[:-1]
    down = np.abs(np.diff(dots, axis=0)).max(axis=2)[:, :-1]
    return bool((np.maximum(across, down) <= 1).mean() >= EVEN)


def _inner(original: tuple[int, int], frame: tuple[int, int], cut: float) -> tuple[int, int]:
    """The largest size within a frame that an original can fill with at most a share ``cut`` cropped."""
    shape = original[0] / original[1]
    inner = min(max(frame[0] / frame[1], shape * (1 - cut)), shape / (1 - cut))
    width = min(frame[0], frame[1] * inner)
    enlarged = max(width / original[0], width / inner / original[1])
    width *= min(1, MOST_ENLARGED / enlarged)
    return max(1, round(width)), max(1, round(width / inner))


def _continued(dots: np.ndarray, length: int) -> np.ndarray:
    """Rows of pixels centred in rows of ``length``, with their ends continued to both sides, blurred."""
    from PIL import Image, ImageFilter  # noqa: PLC0415  # an extra

    beside = length - dots.shape[1]
    if not beside:
        return dots
    ends = np.repeat(dots[:, [0, -1]], (length // 2, length - length // 2), axis=1)
    frame = np.array(Image.fromarray(ends).filter(ImageFilter.GaussianBlur(BLURRED * length)))
    frame[:, beside // 2 : beside // 2 + dots.shape[1]] = dots
    return frame


log = logging.getLogger(__name__)

SIZES: Final = {"hit": (256, 176), "page": (1512, 756)}
"""Width and height in pixels, twice those at which a picture is displayed."""

MOST_BYTES: Final = 8 << 20
"""Maximum bytes of an original."""

MOST_DOTS: Final = 50_000_000
"""Maximum pixels of an original, so that a small file cannot take much memory."""

SECONDS: Final = 8.0
"""Timeout in seconds for fetching an original."""

AT_ONCE: Final = 2
"""Maximum originals fetched at a time."""

MOST_WAITING: Final = 200
"""Maximum pictures that wait to be made; further ones are requested when their articles are shown again."""

MOST_FILES: Final = 50_000
"""Maximum small pictures in the folder; beyond it, the oldest are deleted."""

FAILED_SECONDS: Final = 600.0
"""How long an original that could not be fetched is not requested again."""

_FAILED: Final = 1_000

Fetch = Callable[[str], bytes]
"""Returns the bytes at an address; raises CorpusError."""

thumbnails = Blueprint("thumbnails", __name__)


def fetched(url: str, *, allow_private: bool = False) -> bytes:
    """Fetch the bytes at an address, which must be on a public host.

    Args:
        url: an address of http or https.
        allow_private: whether the host may be this machine or in its network.

    Raises:
        CorpusError: the address may not be fetched, is too large, takes too long, or is not found.
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
    """Makes small pictures in the background, and keeps them in a folder that processes may share.

    Args:
        folder: the folder; created if it does not exist.
        fetch: returns the bytes of an original.
        clock: a monotonic clock, in seconds.
    """

    def __init__(
        self, folder: Path, fetch: Fetch = fetched, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._folder = folder
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._workers = 0
        self._failed: OrderedDict[str, float] = OrderedDict()
        self._made = 0

    def file(self, url: str, size: str) -> Path | None:
        """The small picture of an original; None, and queued to be made, where it does not exist yet.

        Args:
            url: the address of the original.
            size: one of ``SIZES``.
        """
        path = self._path(url, size)
        if path.exists():
            return path
        self._want(url, size)
        return None

    def _path(self, url: str, size: str) -> Path:
        return self._folder / f"{_digest(url)[:32]}-{size}.webp"

    def _want(self, url: str, size: str) -> None:
        with self._lock:
            if self._failed.get(url, 0) > self._clock() or len(self._waiting) >= MOST_WAITING:
                return
            self._waiting[url, size] = None
            if self._workers == AT_ONCE:
                return
            self._workers += 1
        threading.Thread(target=self._work, name="small pictures", daemon=True).start()

    def _work(self) -> None:
        """Make the queued pictures, then end, so that a process is seldom forked while this thread runs."""
        while job := self._next():
            self._make(*job)

    def _next(self) -> tuple[str, str] | None:
        with self._lock:
            if self._waiting:
                return self._waiting.popitem(last=False)[0]
            self._workers -= 1
            return None

    def _make(self, url: str, size: str) -> None:
        path = self._path(url, size)
        try:
            if not path.exists():
                self._write(path, framed(self._fetch(url), SIZES[size], MOST_DOTS))
        except Exception as error:  # noqa: BLE001  # of what is broken decoders raise whatever comes
            log.info("No picture was made of %s: %s", visible(url), error)
            with self._lock:
                self._failed[url] = self._clock() + FAILED_SECONDS
                if len(self._failed) > _FAILED:
                    self._failed.popitem(last=False)

    def _write(self, path: Path, data: bytes) -> None:
        """Write a file by an atomic rename, so that nobody reads a part of it."""
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


def shown_picture(article: Article, size: str) -> str | None:
    """The address of an article's picture as a page shows it; None where there is none.

    Where small pictures are made, it is that of the small one; None until it is made, as pages do not wait.

    Args:
        article: the article.
        size: one of ``SIZES``.
    """
    address = picture_address(article.image, site().pictures)
    maker = _maker()
    if address is None or maker is None:
        return address
    if maker.file(address, size) is None:
        return None
    return url_for("thumbnails.thumbnail", id=article.id, size=size, v=_digest(address)[:8])


def _digest(url: str) -> str:
    """A digest of an address and ``RULE``, so that pictures made by another rule are not shown."""
    return sha256(f"{RULE} {url}".encode()).hexdigest()


def _maker() -> Thumbnailer | None:
    maker: Thumbnailer | None = current_app.extensions["onneshon_thumbnailer"]
    return maker


@thumbnails.get("/picture")
def thumbnail() -> Response:
    """The small picture of the article ``id``; 404 where there is none, or none yet."""
    maker = _maker()
    size = request.args.get("size", "hit")
    if maker is None or size not in SIZES:
        abort(404)
    address = picture_address(engine().article(request.args.get("id", "")).image, site().pictures)
    file = maker.file(address, size) if address else None
    if file is None:
        abort(404)
    return send_file(file.resolve(), mimetype="image/webp")

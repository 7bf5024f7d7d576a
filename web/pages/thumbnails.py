"""Small pictures of articles from a folder of our own, cut to a frame and made of the originals once.

Nobody guesses where a face is: of what is cut, most is below, and what the frame lacks continues the edges.
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
"""Version of the rule by which pictures are made: those of another version are made again."""

MOST_CUT: Final = 0.2
"""Most of a photograph that is cut away, as a share; 3:2, 4:3 and 16:9 hardly need as much."""

CENTRE: Final = (0.5, 0.25)
"""Which part is kept, from the left and from above: faces stand high."""

EVEN: Final = 0.4
"""Share of dots equal to their neighbours above which a picture is a drawing and not a photograph."""

LIGHT: Final = 160
"""Mean lightness, up to 255, above which a drawing without a background gets a dark one."""

OPAQUE: Final = 255

BLURRED: Final = 0.05
"""Radius of the blur beside a picture, as a share of the length of its frame."""

MOST_ENLARGED: Final = 3

_GROUNDS: Final = ((255, 255, 255), (25, 28, 43))
_LOOKED_AT: Final = (256, 256)
_FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")


def framed(data: bytes, size: tuple[int, int], most_dots: int) -> bytes:
    """A picture in a frame, as WebP, without what a camera wrote beside it.

    At most a fifth of a photograph is cut, more from below than from above; none of a graphic. What is left
    of the frame continues the edges. An original is enlarged to thrice its size at most.

    Args:
        data: of an original.
        size: width and height of the frame in dots.
        most_dots: that the original may have.

    Raises:
        OSError: it is no picture of those formats, or broken.
        ValueError: it has too many dots.
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
    """On white, or on a dark ground where what is drawn is light."""
    from PIL import Image  # noqa: PLC0415  # an extra

    drawn = image.convert("RGBA")
    small = np.asarray(drawn.resize(_LOOKED_AT).convert("LA"), float)
    weight = small[..., 1].sum()
    light = weight and (small[..., 0] * small[..., 1]).sum() / weight > LIGHT
    ground = Image.new("RGBA", drawn.size, _GROUNDS[bool(light)])
    return Image.alpha_composite(ground, drawn).convert("RGB")


def _is_graphic(image: "Image") -> bool:
    """Whether it is drawn or written: much of it is even, as nothing is that a lens sees."""
    small = image.copy()
    small.thumbnail(_LOOKED_AT)
    dots = np.asarray(small, np.int16)
    if min(dots.shape[:2]) < 2:  # noqa: PLR2004  # with neighbours
        return True
    across = np.abs(np.diff(dots, axis=1)).max(axis=2)[:-1]
    down = np.abs(np.diff(dots, axis=0)).max(axis=2)[:, :-1]
    return bool((np.maximum(across, down) <= 1).mean() >= EVEN)


def _inner(original: tuple[int, int], frame: tuple[int, int], cut: float) -> tuple[int, int]:
    """The largest size within a frame to which an original comes without more being cut."""
    shape = original[0] / original[1]
    inner = min(max(frame[0] / frame[1], shape * (1 - cut)), shape / (1 - cut))
    width = min(frame[0], frame[1] * inner)
    enlarged = max(width / original[0], width / inner / original[1])
    width *= min(1, MOST_ENLARGED / enlarged)
    return max(1, round(width)), max(1, round(width / inner))


def _continued(dots: np.ndarray, length: int) -> np.ndarray:
    """Rows in the middle of longer ones, into which their ends run on, blurred."""
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
"""Width and height in dots, twice those in which a picture is shown."""

MOST_BYTES: Final = 8 << 20
"""Most bytes of an original."""

MOST_DOTS: Final = 50_000_000
"""Most dots of an original, so that a small file cannot take much memory."""

SECONDS: Final = 8.0
"""Seconds that fetching an original may take."""

AT_ONCE: Final = 2
"""Originals that are fetched at a time."""

MOST_WAITING: Final = 200
"""Pictures that wait to be made; others are when a page shows their articles again."""

MOST_FILES: Final = 50_000
"""Small pictures in the folder, beyond which the oldest go."""

FAILED_SECONDS: Final = 600.0
"""How long an original that could not be had is not asked for again."""

_FAILED: Final = 1_000
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
    """Makes small pictures while requests are answered, and keeps them in a folder that processes may share.

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
        self._lock = threading.Lock()
        self._waiting: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._workers = 0
        self._failed: OrderedDict[str, float] = OrderedDict()
        self._made = 0

    def file(self, url: str, size: str) -> Path | None:
        """The small picture of an original; None where it is not made yet, which it then will be.

        Args:
            url: of the original.
            size: one of ``SIZES``.
        """
        path = self._path(url, size)
        if path.exists():
            return path
        self._want(url, size)
        return None

    @property
    def idle(self) -> bool:
        """Whether nothing is being made."""
        with self._lock:
            return not self._workers

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
        """Make what waits; ends with it, so that no process is forked with such a thread for long."""
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


def shown_picture(article: Article, size: str) -> str | None:
    """The address of an article's picture as a page shows it; None where there is none.

    Where we make small ones, it is ours, and there is none until it is made: pages do not wait.

    Args:
        article: of which.
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
    """Of an address and of the rule by which pictures are cut: what another made is not shown."""
    return sha256(f"{RULE} {url}".encode()).hexdigest()


def _maker() -> Thumbnailer | None:
    maker: Thumbnailer | None = current_app.extensions["onneshon_thumbnailer"]
    return maker


@thumbnails.get("/picture")
def thumbnail() -> Response:
    """The small picture of the article ``id``; 404 where there is none, or none now."""
    maker = _maker()
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

"""A picture in a frame of another shape: little of a photograph is cut, nothing of a logo or of text.

Nobody guesses where a face is: of what is cut, most is below, and what the frame lacks continues the edges.
"""

import io
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from PIL.Image import Image

RULE: Final = 2
"""Which rule this is: what another made is made again."""

MOST_CUT: Final = 0.2
"""Of a photograph, which 3:2, 4:3 and 16:9 hardly reach."""

CENTRE: Final = (0.5, 0.25)
"""Which part is kept, from the left and from above: faces stand high."""

EVEN: Final = 0.4
"""Dots that are as their neighbours, beyond which a picture is drawn or written rather than a photograph."""

LIGHT: Final = 160
"""Of 255, beyond which what has no ground needs a dark one."""

OPAQUE: Final = 255

BLURRED: Final = 0.05
"""Of the length of a frame, how far what continues a picture is spread."""

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

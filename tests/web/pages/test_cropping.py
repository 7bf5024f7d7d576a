import io

import numpy as np
import pytest

from onneshon.web.pages.thumbnails import MOST_DOTS, SIZES, framed

Image = pytest.importorskip("PIL.Image")

HIT = SIZES["hit"]
RED = (200, 20, 20)

SHAPES = {
    "a tall portrait": (300, 600),
    "a portrait": (400, 600),
    "a square": (500, 500),
    "a photograph": (600, 400),
    "a screen": (640, 360),
    "a card": (600, 315),
    "a panorama": (900, 300),
}


def _packed(dots: np.ndarray, form: str = "PNG", **options: object) -> bytes:
    data = io.BytesIO()
    Image.fromarray(dots).save(data, form, **options)
    return data.getvalue()


def _framed(data: bytes, size: tuple[int, int] = HIT) -> np.ndarray:
    with Image.open(io.BytesIO(framed(data, size, MOST_DOTS))) as image:
        return np.asarray(image.convert("RGB"), int)


def _seen(shape: tuple[int, int]) -> np.ndarray:
    """A grey photograph with grain."""
    grain = np.random.default_rng(1).integers(60, 190, (shape[1], shape[0], 1))
    return np.repeat(grain, 3, axis=2).astype(np.uint8)


def _written(shape: tuple[int, int], ground: int = 255) -> np.ndarray:
    """An even ground with a red square in each corner."""
    dots = np.full((shape[1], shape[0], 3), ground, np.uint8)
    side = min(shape) // 5
    for across in (slice(4, side), slice(-side, -4)):
        for down in (slice(4, side), slice(-side, -4)):
            dots[down, across] = RED
    return dots


def _red(dots: np.ndarray) -> np.ndarray:
    return (dots[..., 0] > 130) & (dots[..., 1] < 90)


def _box(dots: np.ndarray) -> tuple[int, int]:
    """The width and height of the red area."""
    down, across = np.nonzero(_red(dots))
    return int(np.ptp(across)) + 1, int(np.ptp(down)) + 1


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_head_is_whole(shape: str, size: str) -> None:
    """The head is just below the upper edge, or at the side of a wide photograph."""
    width, height = SHAPES[shape]
    dots, radius = _seen((width, height)), min(width, height) // 4
    middle = width // 2 if width <= height else radius + width // 8
    down, across = np.ogrid[:height, :width]
    head = (down - radius - height // 16) ** 2 + (across - middle) ** 2 <= radius**2
    dots[head] = dots[head] // 4 + (150, 0, 0)
    wide, high = _box(_framed(_packed(dots, "JPEG", quality=90), SIZES[size]))
    assert min(wide, high) > SIZES[size][1] / 8
    assert wide == pytest.approx(high, rel=0.08)


@pytest.mark.parametrize("shape", ["a photograph", "a screen"])
def test_a_usual_photograph_fills_the_frame(shape: str) -> None:
    """A photograph of usual shape reaches the edges, which have the grain of the middle."""
    made = _framed(_packed(_seen(SHAPES[shape])))
    sides = [made[:, :4], made[:, -4:], made[:4], made[-4:]]
    assert min(side.std() for side in sides) > made.std() / 2


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("shape", SHAPES)
def test_nothing_of_a_graphic_is_cut(shape: str, size: str) -> None:
    """All four corners are there, centred, and the proportions are kept."""
    width, height = SHAPES[shape]
    made = _framed(_packed(_written((width, height))), SIZES[size])
    wide, high = _box(made)
    assert wide / high == pytest.approx((width - 8) / (height - 8), rel=0.05)
    red = _red(made)
    assert (red == red[:, ::-1]).mean() > 0.98
    assert (red == red[::-1]).mean() > 0.98


def test_the_ground_of_a_graphic_goes_on() -> None:
    """The added area has its colour, without a shadow of the drawing."""
    made = _framed(_packed(_written((300, 600), 240)))
    assert np.abs(made[:, :40] - 240).max() <= 6


def test_the_edges_of_a_photograph_go_on() -> None:
    """Sky is added next to sky and earth next to earth, but smoother."""
    dots = _seen((300, 600)) // 4
    dots[:300] += np.array((0, 60, 190), np.uint8)
    dots[300:] += np.array((90, 50, 0), np.uint8)
    made = _framed(_packed(dots))
    assert made[10, 4, 2] > made[10, 4, 0] + 80
    assert made[-10, -4, 0] > made[-10, -4, 2] + 40
    assert made[20:60, :20].std(axis=(0, 1)).max() < made[20:60, 110:130].std(axis=(0, 1)).max() / 2


@pytest.mark.parametrize(("ink", "dark"), [((250, 250, 250), True), ((20, 20, 60), False), (RED, False)])
def test_what_has_no_ground_gets_one_on_which_it_is_seen(ink: tuple[int, int, int], *, dark: bool) -> None:
    """White letters get a dark ground, all others a white one."""
    dots = np.zeros((100, 400, 4), np.uint8)
    dots[20:80, 20:380] = (*ink, 255)
    made = _framed(_packed(dots))
    assert (made[4, 4].max() < 60, made[4, 4].min() > 245) == (dark, not dark)
    assert np.abs(made[88, 128] - ink).max() < 16


def test_a_photograph_that_could_be_seen_through_and_cannot_is_one() -> None:
    """Editors export such images, with an alpha channel that is opaque throughout."""
    dots = _seen(SHAPES["a screen"])
    opaque = np.dstack([dots, np.full(dots.shape[:2], 255, np.uint8)])
    assert (_framed(_packed(opaque)) == _framed(_packed(dots))).all()


def test_a_small_one_is_not_blown_up() -> None:
    """A small picture is enlarged at most threefold, and centred."""
    dots = np.full((60, 60, 3), 255, np.uint8)
    dots[20:40, 20:40] = RED
    assert _box(_framed(_packed(dots), SIZES["page"])) == pytest.approx((60, 60), abs=3)


@pytest.mark.parametrize("shape", [(1, 1), (1, 900), (900, 1), (2, 3)])
@pytest.mark.parametrize("size", SIZES)
def test_a_line_is_a_picture(shape: tuple[int, int], size: str) -> None:
    """A picture may be a pixel thin."""
    made = _framed(_packed(np.full((shape[1], shape[0], 3), 90, np.uint8)), SIZES[size])
    assert made.shape[:2] == SIZES[size][::-1]

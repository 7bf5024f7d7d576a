"""Colours of a site, with the contrast that people who see badly need (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

__all__ = ["DARK", "LIGHT", "TEXT_CONTRAST", "Colour", "Ground", "towards"]

TEXT_CONTRAST: Final = 4.5
"""Least contrast of a text with what is behind it."""

_HEX: Final = re.compile(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")

_STEPS: Final = 50
"""From a colour to black or white, when a shade with more contrast is looked for."""


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour of sRGB.

    Attributes:
        red, green, blue: from 0 to 255.
    """

    red: int
    green: int
    blue: int

    @classmethod
    def of(cls, text: str) -> "Colour":
        """From ``#rrggbb`` or ``#rgb``.

        Raises:
            ValueError: it is neither.
        """
        if not _HEX.fullmatch(text):
            raise ValueError(text)
        digits = text[1:] if len(text) > 4 else "".join(one * 2 for one in text[1:])  # noqa: PLR2004  # #rgb
        return cls(*(int(digits[at : at + 2], 16) for at in (0, 2, 4)))

    def __str__(self) -> str:
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"

    @property
    def luminance(self) -> float:
        """Relative luminance, from 0 to 1, as WCAG 2.2 defines it."""
        return sum(
            share * _linear(part / 255)
            for share, part in zip((0.2126, 0.7152, 0.0722), (self.red, self.green, self.blue), strict=True)
        )

    def contrast(self, other: "Colour") -> float:
        """The contrast of the two, from 1 to 21, as WCAG 2.2 defines it."""
        darker, lighter = sorted((self.luminance, other.luminance))
        return (lighter + 0.05) / (darker + 0.05)

    def mixed(self, other: "Colour", share: float) -> "Colour":
        """This colour with a share, from 0 to 1, of another."""
        pairs = ((self.red, other.red), (self.green, other.green), (self.blue, other.blue))
        return Colour(*(round(mine + (its - mine) * share) for mine, its in pairs))


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004  # of sRGB


def towards(colour: Colour, end: Colour, grounds: Iterable[Colour]) -> Colour:
    """The colour, or its nearest shade on the way to black or white that can be read on all grounds."""
    grounds = tuple(grounds)
    return next(shade for shade in _shades(colour, end) if _readable(shade, grounds) or shade == end)


def _shades(colour: Colour, end: Colour) -> Iterator[Colour]:
    for step in range(_STEPS + 1):
        yield colour.mixed(end, step / _STEPS)


def _readable(colour: Colour, grounds: tuple[Colour, ...]) -> bool:
    return all(colour.contrast(ground) >= TEXT_CONTRAST for ground in grounds)


@dataclass(frozen=True, slots=True)
class Ground:
    """What the colours of a site lie on, in one of the two themes; the same values stand in ``style.css``.

    Attributes:
        paper: of the page.
        raised: of boxes and lists.
        ink: of text.
        visited: of links that were followed.
        on_mark: what the text of a mark is written in; None where it keeps its colour.
        further: black or white, whichever is further from the paper.
        nearer: the other one.
    """

    paper: Colour
    raised: Colour
    ink: Colour
    visited: Colour
    on_mark: Colour | None
    further: Colour
    nearer: Colour

    @property
    def lies(self) -> tuple[Colour, Colour]:
        """Everything that a coloured text stands on."""
        return self.paper, self.raised

    def texts_on_mark(self, link: Colour) -> tuple[Colour, ...]:
        """Everything that stands on a mark, where links have that colour."""
        return (self.on_mark,) if self.on_mark else (link, self.visited, self.ink)


LIGHT: Final = Ground(
    paper=Colour.of("#fbfbfe"),
    raised=Colour.of("#ffffff"),
    ink=Colour.of("#1c1e33"),
    visited=Colour.of("#6b3a8c"),
    on_mark=None,
    further=Colour(0, 0, 0),
    nearer=Colour(255, 255, 255),
)
DARK: Final = Ground(
    paper=Colour.of("#11131f"),
    raised=Colour.of("#191c2c"),
    ink=Colour.of("#e6e8f4"),
    visited=Colour.of("#d5b4f2"),
    on_mark=Colour.of("#fff4d4"),
    further=Colour(255, 255, 255),
    nearer=Colour(0, 0, 0),
)

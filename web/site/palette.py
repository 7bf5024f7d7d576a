"""Makes a stylesheet with enough contrast (WCAG 2.2) of colours from the settings or from the desk."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from onneshon.index import ConfigurationError
from onneshon.index.configuration import LOOK_FILE
from onneshon.index.json_checks import decoded
from onneshon.index.storage.durable import explain, replace_file
from onneshon.index.storage.watched_file import WatchedFile

TEXT_CONTRAST: Final = 4.5
"""Minimum contrast of a text with its background."""

_HEX: Final = re.compile(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")

_STEPS: Final = 50
"""Number of steps from a colour to black or white in the search for a shade with enough contrast."""


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
        """Parse ``#rrggbb`` or ``#rgb``.

        Raises:
            ValueError: the text is neither.
        """
        if not _HEX.fullmatch(text):
            raise ValueError(text)
        digits = text[1:] if len(text) > 4 else "".join(digit * 2 for digit in text[1:])  # noqa: PLR2004  # #rgb
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
        """The contrast of two colours, from 1 to 21, as WCAG 2.2 defines it."""
        darker, lighter = sorted((self.luminance, other.luminance))
        return (lighter + 0.05) / (darker + 0.05)

    def mixed(self, other: "Colour", share: float) -> "Colour":
        """This colour mixed with a share, from 0 to 1, of another."""
        pairs = ((self.red, other.red), (self.green, other.green), (self.blue, other.blue))
        return Colour(*(round(mine + (its - mine) * share) for mine, its in pairs))


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004  # of sRGB


def towards(colour: Colour, end: Colour, grounds: Iterable[Colour]) -> Colour:
    """The colour, or the nearest shade towards ``end``, black or white, that is readable on all grounds."""
    grounds = tuple(grounds)
    return next(shade for shade in _shades(colour, end) if _readable(shade, grounds) or shade == end)


def _shades(colour: Colour, end: Colour) -> Iterator[Colour]:
    for step in range(_STEPS + 1):
        yield colour.mixed(end, step / _STEPS)


def _readable(colour: Colour, grounds: tuple[Colour, ...]) -> bool:
    return all(colour.contrast(ground) >= TEXT_CONTRAST for ground in grounds)


@dataclass(frozen=True, slots=True)
class Ground:
    """The fixed colours around a site's own, in one of the two themes; ``style.css`` has the same values.

    Attributes:
        paper: the background of the page.
        raised: the background of boxes and lists.
        ink: the colour of text.
        visited: the colour of visited links.
        on_mark: the colour of marked text; None where marked text keeps its colour.
        further: black or white, whichever is further from ``paper``.
        nearer: black or white, whichever is nearer to ``paper``.
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
        """The backgrounds of coloured text."""
        return self.paper, self.raised

    def texts_on_mark(self, link: Colour) -> tuple[Colour, ...]:
        """The colours of text on a mark, where ``link`` is the colour of links."""
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


_SECTION: Final = "site.colours"
_DEEP: Final = 0.3
"""Share of black, or white, in the colour of a link or button under the pointer."""


class Colours(msgspec.Struct, forbid_unknown_fields=True):
    """``[site.colours]``: each as ``#rrggbb``.

    Attributes:
        accent: the colour of links, buttons, and the line from which things hang.
        accent_dark: the same on a dark screen; by default ``accent``, made as much lighter as necessary.
        mark: the background of words that were found.
        mark_dark: the same on a dark screen; ours by default.
    """

    accent: str = ""
    accent_dark: str = ""
    mark: str = ""
    mark_dark: str = ""


OURS: Final = {
    "indigo": ("#2f3d9f", "#aab8ff"),
    "indigo-deep": ("#232e7c", "#c6d0ff"),
    "on-indigo": ("#ffffff", "#11131f"),
    "turmeric": ("#ffdd7a", "#6a5000"),
}
"""The variables of ``style.css`` that a site can change, on a light screen and on a dark one."""


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a site that replace ours.

    Attributes:
        values: CSS values by the names of ``OURS``; colours that the site does not change are left out.
    """

    values: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def stylesheet(self) -> str:
        """The CSS rule that applies the colours on screens; empty where there are none."""
        body = "".join(f"  --{name}: {value};\n" for name, value in self.values.items())
        return f"@media screen {{\n:root {{\n{body}}}\n}}\n" if body else ""

    @property
    def accent(self) -> str:
        """The colour of links and buttons, as a CSS value."""
        return self.values.get("indigo") or _both(*OURS["indigo"])


def palette(path: Path | None, given: Colours) -> Palette:
    """The colours that a site gives, and those derived from them.

    Raises:
        ConfigurationError: a value is no colour, or lacks contrast; then it names one with enough.
    """
    accents = [_colour(path, name, getattr(given, name)) for name in ("accent", "accent_dark")]
    marks = [_colour(path, name, getattr(given, name)) for name in ("mark", "mark_dark")]
    if accents[0] and not accents[1]:
        accents[1] = towards(accents[0], DARK.further, DARK.lies)
    themes = []
    for at, ground in enumerate((LIGHT, DARK)):
        suffix = "_dark" if ground is DARK else ""
        if accent := accents[at]:
            _demand(path, f"accent{suffix}", accent, ground.lies, ground.further)
        if mark := marks[at]:
            link = accent or Colour.of(OURS["indigo"][at])
            _demand(path, f"mark{suffix}", mark, ground.texts_on_mark(link), ground.nearer)
        themes.append({**_accents(accent, ground), **({"turmeric": mark} if mark else {})})
    light, dark = themes
    return Palette(
        {
            name: _both(light.get(name, ours[0]), dark.get(name, ours[1]))
            for name, ours in OURS.items()
            if name in light or name in dark
        }
    )


def _both(light: Colour | str, dark: Colour | str) -> str:
    return f"light-dark({light}, {dark})"


def _colour(path: Path | None, name: str, text: str) -> Colour | None:
    if not text:
        return None
    try:
        return Colour.of(text)
    except ValueError:
        reason = f"{text!r} is no colour; write one as #006a4e"
        raise ConfigurationError(path, f"{_SECTION}.{name}", reason) from None


def _demand(
    path: Path | None, name: str, colour: Colour, neighbours: tuple[Colour, ...], end: Colour
) -> None:
    """Refuse a colour that has too little contrast with one of its neighbours."""
    worst = min(neighbours, key=colour.contrast)
    seen = colour.contrast(worst)
    if seen < TEXT_CONTRAST:
        better = towards(colour, end, neighbours)
        fault = f"{colour} beside {worst} has a contrast of {int(seen * 100) / 100:g}"
        reason = f"{fault}; {TEXT_CONTRAST:g} is needed, which {better} has"
        raise ConfigurationError(path, f"{_SECTION}.{name}", reason)


def _accents(accent: Colour | None, ground: Ground) -> dict[str, Colour]:
    if accent is None:
        return {}
    on = max((Colour(255, 255, 255), DARK.paper), key=accent.contrast)
    return {"indigo": accent, "indigo-deep": accent.mixed(ground.further, _DEEP), "on-indigo": on}


class LookFile(WatchedFile[Palette]):
    """The file of the colours in force, to read and change; threads and processes may share it.

    Args:
        directory: the directory of the index.
        otherwise: the colours to use where none were made live.
    """

    def __init__(self, directory: Path, otherwise: Palette) -> None:
        super().__init__(directory / LOOK_FILE, otherwise)

    def given(self) -> dict[str, str]:
        """The colours that were made live, by the names of ``[site.colours]``.

        Raises:
            ConfigurationError: the file cannot be read.
        """
        try:
            colours = decoded(self.path.read_bytes(), Colours)
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise ConfigurationError(self.path, "", f"cannot be read: {error.strerror}") from error
        except msgspec.DecodeError as error:
            raise ConfigurationError(self.path, "", f"is no file of colours: {error}") from error
        return {name: text for name, text in msgspec.structs.asdict(colours).items() if text}

    def read(self) -> Palette:
        """The colours of the file.

        Raises:
            ConfigurationError: the file cannot be read, or its colours are invalid or lack contrast.
        """
        return palette(self.path, Colours(**self.given()))

    def write(self, given: Mapping[str, str]) -> None:
        """Make colours live; if none are given, those of ``onneshon.toml`` apply.

        Raises:
            ConfigurationError: a colour is invalid or lacks contrast, or the file cannot be written.
        """
        palette(None, Colours(**given))
        try:
            if given:
                replace_file(self.path, msgspec.json.encode(dict(given)))
            else:
                self.path.unlink(missing_ok=True)
        except OSError as error:
            raise ConfigurationError(self.path, "", f"is as it was: {explain(error, self.path)}") from error
        self.look_again()

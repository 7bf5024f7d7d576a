"""From the colours that a site names to a stylesheet; one that cannot be read is refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from onneshon.index import ConfigurationError
from onneshon.web.site.colours import DARK, LIGHT, TEXT_CONTRAST, Colour, Ground, towards

__all__ = ["OURS", "Colours", "Palette", "palette"]

_PLACE: Final = "site.colours"
_PALE: Final = 0.6
"""Share of the paper in the mark of another form of a word, which is paler than that of the word itself."""
_DEEP: Final = 0.3
"""Share of black, or white, in the colour of what the pointer is over."""


class Colours(msgspec.Struct, forbid_unknown_fields=True):
    """``[site.colours]``: each as ``#rrggbb``.

    Attributes:
        accent: of links, buttons, and the line things hang from.
        accent_dark: the same on a dark screen; unless given, as much lighter as it must be.
        mark: behind words that were found.
        mark_dark: the same on a dark screen; ours unless given.
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
    "turmeric-pale": ("#fff2cc", "#3b3212"),
    "turmeric-line": ("#b07900", "#e0ad2e"),
}
"""The variables of ``style.css`` that a site can change, on a light screen and on a dark one."""


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of a site in the place of ours.

    Attributes:
        values: by the names of ``OURS``, as CSS has them; those that are ours are left out.
    """

    values: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def stylesheet(self) -> str:
        """The rule that puts them in force on screens; empty where there are none."""
        body = "".join(f"  --{name}: {value};\n" for name, value in self.values.items())
        return f"@media screen {{\n:root {{\n{body}}}\n}}\n" if body else ""

    @property
    def accent(self) -> str:
        """The colour of what can be acted on."""
        return self.values.get("indigo") or _both(*OURS["indigo"])


def palette(path: Path | None, given: Colours) -> Palette:
    """The colours that a site names, and those that follow from them.

    Raises:
        ConfigurationError: one is no colour, or cannot be read where it stands; says which would do.
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
        themes.append({**_accents(accent, ground), **_marks(mark, ground)})
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
        raise ConfigurationError(path, f"{_PLACE}.{name}", reason) from None


def _demand(path: Path | None, name: str, colour: Colour, beside: tuple[Colour, ...], end: Colour) -> None:
    """Refuse a colour that cannot be told from one of those it stands beside."""
    worst = min(beside, key=colour.contrast)
    seen = colour.contrast(worst)
    if seen < TEXT_CONTRAST:
        better = towards(colour, end, beside)
        told = f"{colour} beside {worst} has a contrast of {int(seen * 100) / 100:g}"
        reason = f"{told}; {TEXT_CONTRAST:g} is needed, which {better} has"
        raise ConfigurationError(path, f"{_PLACE}.{name}", reason)


def _accents(accent: Colour | None, ground: Ground) -> dict[str, Colour]:
    if accent is None:
        return {}
    on = max((Colour(255, 255, 255), DARK.paper), key=accent.contrast)
    return {"indigo": accent, "indigo-deep": accent.mixed(ground.further, _DEEP), "on-indigo": on}


def _marks(mark: Colour | None, ground: Ground) -> dict[str, Colour]:
    if mark is None:
        return {}
    pale = mark.mixed(ground.paper, _PALE)
    line = towards(mark, ground.further, [pale])
    return {"turmeric": mark, "turmeric-pale": pale, "turmeric-line": line}

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon import web
from onneshon.index import ConfigurationError
from onneshon.web.site.palette import DARK, LIGHT, OURS, TEXT_CONTRAST, Colour, Colours, palette, towards

STYLE = (Path(web.__file__).parent / "static" / "style.css").read_text("utf-8")
COLOURS = st.builds(Colour, *[st.integers(0, 255)] * 3)


def _pairs(style: str) -> dict[str, tuple[Colour, Colour]]:
    found = re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", style)
    return {name: (Colour.of(light), Colour.of(dark)) for name, light, dark in found}


def test_contrast_is_that_of_the_standard() -> None:
    """Black on white has a contrast of 21, and #767676 is the lightest grey readable on white."""
    white = Colour.of("#fff")
    assert Colour.of("#000").contrast(white) == pytest.approx(21)
    assert Colour.of("#767676").contrast(white) > TEXT_CONTRAST > Colour.of("#777777").contrast(white)


def test_our_colours_are_those_of_the_stylesheet() -> None:
    """A site's colours are checked against the backgrounds that the stylesheet has."""
    pairs = _pairs(STYLE)
    assert {name: pairs[name] for name in OURS} == {
        name: (Colour.of(light), Colour.of(dark)) for name, (light, dark) in OURS.items()
    }
    assert pairs["paper"] == (LIGHT.paper, DARK.paper)
    assert pairs["raised"] == (LIGHT.raised, DARK.raised)
    assert pairs["ink"] == (LIGHT.ink, DARK.ink)
    assert pairs["visited"] == (LIGHT.visited, DARK.visited)
    assert f"light-dark(currentcolor, {DARK.on_mark})" in STYLE


def test_nothing_is_said_where_nothing_is_given() -> None:
    """The default colours need no second stylesheet."""
    assert not palette(None, Colours()).stylesheet


@given(COLOURS, COLOURS, st.sampled_from([Colour.of("#000"), Colour.of("#fff")]))
def test_a_shade_is_found_that_can_be_read(colour: Colour, ground: Colour, end: Colour) -> None:
    """A shade is found wherever black or white is readable; a readable colour is not changed."""
    shade = towards(colour, end, [ground])
    assert shade.contrast(ground) >= min(TEXT_CONTRAST, end.contrast(ground)) - 1e-9
    if colour.contrast(ground) >= TEXT_CONTRAST:
        assert shade == colour


@given(COLOURS, COLOURS)
def test_what_is_let_through_can_be_read(accent: Colour, mark: Colour) -> None:
    """Links, text on buttons, and text and links on marks are readable in both themes."""
    try:
        style = palette(None, Colours(accent=str(accent), mark=str(mark))).stylesheet
    except ConfigurationError as error:
        better = re.search(r"which (#[0-9a-f]{6}) has", str(error))
        assert better, str(error)  # noqa: PT017  # whether there is an error depends on the example
        name = error.key.rpartition(".")[2]
        with_better = {"accent": str(accent), "mark": str(mark), name: better[1]}
        try:
            palette(None, Colours(**with_better))
        except ConfigurationError as further:
            assert further.key != error.key  # noqa: PT017  # what is left is the other one
        return
    values = _pairs(style)
    for at, ground in enumerate((LIGHT, DARK)):
        link, on, mark_here = values["indigo"][at], values["on-indigo"][at], values["turmeric"][at]
        assert min(link.contrast(colour) for colour in ground.lies) >= TEXT_CONTRAST
        assert on.contrast(link) >= TEXT_CONTRAST
        assert min(colour.contrast(mark_here) for colour in ground.texts_on_mark(link)) >= TEXT_CONTRAST


@pytest.mark.parametrize(
    ("given_colours", "key", "said"),
    [
        ({"accent": "green"}, "site.colours.accent", "#006a4e"),
        ({"accent": "#ffcc00"}, "site.colours.accent", "a contrast of 1.4"),
        ({"accent": "#006a4e", "accent_dark": "#003322"}, "site.colours.accent_dark", "4.5 is needed"),
        ({"mark": "#222222"}, "site.colours.mark", "beside #"),
        ({"mark_dark": "#ffff00"}, "site.colours.mark_dark", "beside #fff4d4"),
    ],
)
def test_a_colour_that_cannot_be_read_is_refused(given_colours: dict[str, str], key: str, said: str) -> None:
    """The error names the key, the fault and the nearest shade that is readable."""
    with pytest.raises(ConfigurationError) as caught:
        palette(None, Colours(**given_colours))
    assert caught.value.key == key
    assert said in caught.value.reason

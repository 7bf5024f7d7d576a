"""Colours: tried on the very page, and made live for all readers."""

import re
from typing import Any, Final

from flask import Blueprint, Response, g, render_template
from flask.typing import ResponseReturnValue

from onneshon.index import ConfigurationError
from onneshon.web.desk.desk import Desk
from onneshon.web.desk.forms import back, typed
from onneshon.web.desk.sessions import needs
from onneshon.web.site.palette import Colours, palette

_COLOURS: Final = ("accent", "accent_dark", "mark", "mark_dark")
_NEAREST: Final = re.compile(r"site\.colours\.(\w+).*which (#[0-9a-f]{6}) has", re.ASCII)


def _given() -> dict[str, str]:
    """The colours of a request; a hash that was forgotten is put before them."""
    every = {name: text for name in _COLOURS if (text := typed(name).lower())}
    return {name: text if text.startswith("#") else f"#{text}" for name, text in every.items()}


def _judged(given: dict[str, str]) -> dict[str, Any]:
    """Whether they can be read where they stand, and which would do where they cannot."""
    try:
        palette(None, Colours(**given))
    except ConfigurationError as error:
        better = _NEAREST.search(str(error))
        return {"fault": str(error), "nearest": given | {better[1]: better[2]} if better else None}
    return {"fault": ""}


def add_look(routes: Blueprint, desk: Desk) -> None:
    """Let colours be seen and changed."""

    @routes.get("/look")
    def look() -> ResponseReturnValue:
        """How the pages are with other colours, which of them can be read, and what to write for them."""
        given, live = _given(), desk.look.given()
        return render_template(
            "desk/look.html", names=_COLOURS, given=given or live, live=live, **_judged(given or live)
        )

    @routes.post("/look")
    @needs("admin")
    def set_look() -> ResponseReturnValue:
        """Make colours live, or bring back those of ``onneshon.toml``."""
        given = _given()
        desk.look.write(given)
        desk.store.note(g.desk.who, "look", " ".join(f"{name} {text}" for name, text in given.items()))
        return back("desk.look", "look")

    @routes.get("/look.css")
    def look_style() -> ResponseReturnValue:
        """The rule that puts colours in force."""
        return Response(palette(None, Colours(**_given())).stylesheet, mimetype="text/css")

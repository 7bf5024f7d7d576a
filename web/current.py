"""What the application that answers a request has: its engine, its site with colours and logo, the day."""

import datetime as dt
from hashlib import sha256
from typing import TYPE_CHECKING

from flask import current_app, g, url_for

from onneshon.index.configuration import DATE_ORDERS, DateOrder
from onneshon.search import IndexStateError, SearchEngine
from onneshon.web.live import LiveEngine
from onneshon.web.site.palette import Palette
from onneshon.web.site.settings import Site

if TYPE_CHECKING:
    from collections.abc import Callable

    from onneshon.web.site.palette import LookFile


def live() -> LiveEngine:
    """The keeper of this application's engine."""
    kept: LiveEngine = current_app.extensions["onneshon"]
    return kept


def site() -> Site:
    """Whose pages these are."""
    kept: Site = current_app.extensions["onneshon_site"]
    return kept


def palette() -> Palette:
    """The colours that were made live, or else those of the site."""
    look: LookFile | None = current_app.extensions["onneshon_look"]
    return look.current() if look else site().palette


def today() -> dt.date:
    """The day that it is where readers are, for all of a page."""
    if "today" not in g:
        clock: Callable[[], dt.datetime] = current_app.extensions["onneshon_clock"]
        g.today = clock().date()
    day: dt.date = g.today
    return day


def engine() -> SearchEngine:
    """The engine to ask; raises IndexStateError."""
    return live().current()


def declared() -> tuple[str, ...]:
    """The names of the fields of the site; none where there is no index."""
    try:
        return tuple(field.name for field in engine().fields)
    except IndexStateError:
        return ()


def numbers() -> tuple[str, ...]:
    """The names of those of them that have numbers."""
    try:
        return tuple(field.name for field in engine().fields if field.is_number)
    except IndexStateError:
        return ()


def date_order() -> DateOrder:
    """Whether days come before months in figures, as the site has it; the default where there is no index."""
    try:
        return engine().configuration.date_order
    except IndexStateError:
        return DATE_ORDERS[0]


def style_address() -> str | None:
    """Where the colours are; None where they are ours."""
    colours = palette()
    if not colours.values:
        return None
    return url_for("site_files.style", v=sha256(colours.stylesheet.encode()).hexdigest()[:12])


def logo_address() -> str | None:
    """Where the logo is, if there is one."""
    picture = site().logo
    return url_for("site_files.logo", v=picture.digest) if picture else None

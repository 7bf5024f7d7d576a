"""What is at hand for a request: what it asks for, and the application that answers it.

Language, query and page, links that keep them, and which pages to link to; the engine, the site with its
colours and logo, the day.
"""

import datetime as dt
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, current_app, g, request, url_for

from onneshon.index.configuration import DATE_ORDERS, DateOrder
from onneshon.search import IndexStateError, SearchEngine
from onneshon.search.query.parser import MAX_CHARACTERS
from onneshon.search.request import ON_PAGES, OPTIONS
from onneshon.web.addresses import address
from onneshon.web.languages.catalogues import LANGUAGES
from onneshon.web.live import LiveEngine
from onneshon.web.middleware.faults import LimitError
from onneshon.web.site.palette import LookFile, Palette
from onneshon.web.site.settings import Site

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE_SIZE = 10
"""Hits on a page."""

MAX_PAGE = 100
"""Deepest page served: nobody reads further, and every page costs as much as all those before it."""

MOST_DIGITS = 10
"""A number of more digits is not even read."""


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


def page_number(text: str) -> int:
    """The page asked for; digits of any script are understood, what is no page means the first.

    Raises:
        ValueError: a page further than is served.
    """
    if not text.isdecimal():
        return 1
    if len(text) > MOST_DIGITS or int(text) > MAX_PAGE:
        raise ValueError(text)
    return max(int(text), 1)


@dataclass(frozen=True, slots=True)
class Paging:
    """The place of one page among all.

    Attributes:
        number: this page, from 1.
        total: how many hits there are in all.
    """

    number: int
    total: int

    @property
    def last(self) -> int:
        """The last page that can be asked for; 1 when nothing was found."""
        return max(1, min(-(-self.total // PAGE_SIZE), MAX_PAGE))

    @property
    def capped(self) -> bool:
        """Whether there are more hits than pages to show them."""
        return self.total > MAX_PAGE * PAGE_SIZE

    @property
    def previous(self) -> int | None:
        """The page before."""
        return self.number - 1 if self.number > 1 else None

    @property
    def following(self) -> int | None:
        """The page after."""
        return self.number + 1 if self.number < self.last else None

    @property
    def first_hit(self) -> int:
        """Rank of the first hit on this page, from 1."""
        return self.offset + 1

    @property
    def offset(self) -> int:
        """How many hits precede this page."""
        return (self.number - 1) * PAGE_SIZE

    @property
    def reachable(self) -> int:
        """How many hits can be paged to."""
        return self.last * PAGE_SIZE

    def window(self) -> list[int | None]:
        """Pages to link to, in order; None stands for a gap.

        The first, the last, and the neighbours of this one; a gap of a single page is that page. They are
        seven at most, for which one row of a phone has room. Where there are more hits than pages, the last
        page served is not the last of the hits, and none is linked to.
        """
        near = {1, *range(self.number - 1, self.number + 2)} | (set() if self.capped else {self.last})
        pages = sorted(page for page in near if 1 <= page <= self.last)
        links: list[int | None] = []
        for page in pages:
            if links and page - (links[-1] or 0) > 1:
                links.append(page - 1 if page - (links[-1] or 0) == 2 else None)  # noqa: PLR2004
            links.append(page)
        return [*links, None] if self.capped and pages[-1] < self.last else links


MAX_QUERY: Final = MAX_CHARACTERS
"""Most characters of a query."""

MAX_TEXT: Final = 2000
"""Most characters of a text to analyse."""

_FILTERS: Final = ("category", "author", "article_lang", "date", "id")

_KEPT: Final = frozenset(
    {
        "q",
        "page",
        "text",
        "query",
        "more",
        "hit",
        "generation",
        "since",
        "until",
        "name",
        "token",
        "line",
        "which",
        "days",
        *ON_PAGES,
    }
    | {sign + name for name in _FILTERS for sign in ("", "-")}
)
"""Parameters that a change of language keeps; ``url_for`` gives some other names a meaning of its own."""


_CHOSEN: Final = "onneshon.language"
"""Where the environment of a request keeps its language: every address of a page asks for it."""


def chosen_language() -> str | None:
    """The language that the address asks for; None for that of readers who have not chosen."""
    kept = request.environ
    if _CHOSEN not in kept:
        wanted = request.args.get("lang")
        kept[_CHOSEN] = wanted if wanted in LANGUAGES[1:] else None
    chosen: str | None = kept[_CHOSEN]
    return chosen


def language() -> str:
    """The language of the interface, from the address alone: a shared link looks the same to all."""
    return chosen_language() or LANGUAGES[0]


def other_languages() -> list[tuple[str, str]]:
    """This very page in each other language, as code and address."""
    known = _KEPT | {sign + name for name in declared() for sign in ("", "-")}
    kept = {name: values for name, values in request.args.lists() if name in known}
    values: dict[str, Any] = kept | (request.view_args or {})
    endpoint = request.endpoint or "pages.home"
    link = url_for if request.view_args else address
    return [
        (other, link(endpoint, **values | {"lang": None if other == LANGUAGES[0] else other}))
        for other in LANGUAGES
        if other != language()
    ]


def typed(name: str, limit: int) -> str:
    """A text of the query string, as typed.

    Args:
        name: of the parameter.
        limit: most characters.

    Raises:
        LimitError: it is longer.
    """
    text = request.args.get(name, "")
    if len(text) > limit:
        raise LimitError("long", limit)
    return text


def literal() -> bool:
    """Whether words in Latin letters are to be taken as they are."""
    return bool(OPTIONS["literal"].of_text(request.args.get("literal", "")))


def page() -> int:
    """The page asked for, from 1; raises LimitError."""
    try:
        return page_number(request.args.get("page", ""))
    except ValueError as error:
        raise LimitError("page", MAX_PAGE) from error


def _digests(folder: Path) -> dict[str, str]:
    # Typefaces are named by the stylesheet too, which knows no digest, and would be fetched twice.
    files = (path for path in folder.rglob("*") if path.is_file() and "fonts" not in path.parts)
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()[:12] for path in files}


def link_well(app: Flask) -> None:
    """Make links of ``app`` keep the language, and those to static files change when the file does."""
    digests = _digests(Path(app.static_folder or "."))

    @app.url_defaults
    def complete(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint.startswith(("pages.", "exports.", "desk.", "alerts.")) or endpoint == "embedding.embed":
            values.setdefault("lang", chosen_language())
        elif endpoint == "static" and values["filename"] in digests:
            values.setdefault("v", digests[values["filename"]])

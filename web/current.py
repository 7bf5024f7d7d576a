"""The context of the current request: its parameters, and the application that answers it.

Parameters are language, query and page, with links that keep them and the pages to link to. The application
gives the engine, the site with its colours and logo, and the current day.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, TypeVar

from flask import Flask, current_app, g, request, url_for

from onneshon.index.configuration import DATE_ORDERS, DateOrder, KeywordField
from onneshon.search import IndexStateError, SearchEngine
from onneshon.search.query.parser import MAX_CHARACTERS
from onneshon.search.request import ON_PAGES, OPTIONS
from onneshon.web.addresses import address
from onneshon.web.languages.catalogues import LANGUAGES
from onneshon.web.live import LiveEngine
from onneshon.web.middleware.faults import LimitError
from onneshon.web.site.palette import LookFile, Palette
from onneshon.web.site.settings import Site

Made = TypeVar("Made")

YEAR_SECONDS: Final = 365 * 24 * 3600
"""Cache time of an address that changes whenever its content does."""

PAGE_SIZE = 10
"""Number of hits on a page."""

MAX_PAGE = 100
"""Deepest page served: nobody reads further, and every page costs as much as all those before it."""

MOST_DIGITS = 10
"""Maximum digits of a page number; a longer one is refused unread."""


def live() -> LiveEngine:
    """The ``LiveEngine`` of this application."""
    kept: LiveEngine = current_app.extensions["onneshon"]
    return kept


def site() -> Site:
    """The site whose pages are served."""
    kept: Site = current_app.extensions["onneshon_site"]
    return kept


def palette() -> Palette:
    """The colours that were made live, or else those of the site."""
    look: LookFile | None = current_app.extensions["onneshon_look"]
    return look.current() if look else site().palette


def today() -> dt.date:
    """The current day in the time zone of the readers, the same for a whole page."""
    if "today" not in g:
        clock: Callable[[], dt.datetime] = current_app.extensions["onneshon_clock"]
        g.today = clock().date()
    day: dt.date = g.today
    return day


def engine() -> SearchEngine:
    """The engine that answers now; raises IndexStateError."""
    return live().current()


def worked_out(name: str, work: Callable[[SearchEngine], Made]) -> Made:
    """What ``work`` makes of the articles, made once per generation and kept under ``name``."""
    cache, ask = live().cache, engine()  # in this order: what an old engine makes stays in its own cache
    if name not in cache:
        cache[name] = work(ask)
    found: Made = cache[name]
    return found


def _fields() -> Sequence[KeywordField]:
    try:
        return engine().fields
    except IndexStateError:
        return ()


def declared() -> tuple[str, ...]:
    """The names of the fields of the site; none where there is no index."""
    return tuple(field.name for field in _fields())


def numbers() -> tuple[str, ...]:
    """The names of the site's number fields; none where there is no index."""
    return tuple(field.name for field in _fields() if field.is_number)


def date_order() -> DateOrder:
    """The site's order of day and month in dates of digits; the default where there is no index."""
    try:
        return engine().configuration.date_order
    except IndexStateError:
        return DATE_ORDERS[0]


def style_address() -> str | None:
    """The address of the stylesheet with the site's colours; None where the site uses ours."""
    colours = palette()
    if not colours.values:
        return None
    return url_for("site_files.style", v=sha256(colours.stylesheet.encode()).hexdigest()[:12])


def logo_address() -> str | None:
    """The address of the logo; None where there is none."""
    picture = site().logo
    return url_for("site_files.logo", v=picture.digest) if picture else None


def page_number(text: str) -> int:
    """The page number in a text: digits of any script; a text that is no number means the first page.

    Raises:
        ValueError: the page is beyond MAX_PAGE.
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
        number: the number of this page, from 1.
        total: the number of all hits.
    """

    number: int
    total: int

    @property
    def last(self) -> int:
        """The last page that is served; 1 when nothing was found."""
        return max(1, min(-(-self.total // PAGE_SIZE), MAX_PAGE))

    @property
    def capped(self) -> bool:
        """Whether there are more hits than MAX_PAGE pages can show."""
        return self.total > MAX_PAGE * PAGE_SIZE

    @property
    def previous(self) -> int | None:
        """The number of the page before; None on the first."""
        return self.number - 1 if self.number > 1 else None

    @property
    def following(self) -> int | None:
        """The number of the page after; None on the last."""
        return self.number + 1 if self.number < self.last else None

    @property
    def first_hit(self) -> int:
        """Rank of the first hit on this page, from 1."""
        return self.offset + 1

    @property
    def offset(self) -> int:
        """The number of hits before this page."""
        return (self.number - 1) * PAGE_SIZE

    @property
    def reachable(self) -> int:
        """The number of hits that paging can reach, in whole pages."""
        return self.last * PAGE_SIZE

    def window(self) -> list[int | None]:
        """The pages to link to, in order; None stands for a gap.

        They are the first, the last, and the neighbours of this page; a gap of a single page is filled with
        that page. That makes seven links at most, which fit one row on a phone. Where there are more hits
        than pages, the last page served is not the end of the hits, so no last page is linked to.
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
"""Maximum characters of a query."""

MAX_TEXT: Final = 2000
"""Maximum characters of a text to analyse."""

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
"""Parameters that a change of language keeps. Only these, as ``url_for`` reserves some other names."""


_CHOSEN: Final = "onneshon.language"
"""Key of the cached language in a request's environment: every address of a page needs it."""


def chosen_language() -> str | None:
    """The language named in the address; None where the reader has chosen none, which means the default."""
    kept = request.environ
    if _CHOSEN not in kept:
        wanted = request.args.get("lang")
        kept[_CHOSEN] = wanted if wanted in LANGUAGES[1:] else None
    chosen: str | None = kept[_CHOSEN]
    return chosen


def language() -> str:
    """The language of the interface, from the address alone, so that a shared link looks the same to all."""
    return chosen_language() or LANGUAGES[0]


def other_languages() -> list[tuple[str, str]]:
    """The current page in each other language, as language code and address."""
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
    """The text of a parameter of the query string, as typed.

    Args:
        name: the parameter's name.
        limit: the maximum number of characters.

    Raises:
        LimitError: the text is longer.
    """
    text = request.args.get(name, "")
    if len(text) > limit:
        raise LimitError("long", limit)
    return text


def literal() -> bool:
    """Whether words in Latin letters are searched as they are, without reading them as Bengali."""
    return bool(OPTIONS["literal"].of_text(request.args.get("literal", "")))


def page() -> int:
    """The page asked for, from 1; raises LimitError."""
    try:
        return page_number(request.args.get("page", ""))
    except ValueError as error:
        raise LimitError("page", MAX_PAGE) from error


def _digests(folder: Path) -> dict[str, str]:
    # Not fonts: the stylesheet names them too, without a digest, and they would be fetched twice.
    files = (path for path in folder.rglob("*") if path.is_file() and "fonts" not in path.parts)
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()[:12] for path in files}


def link_well(app: Flask) -> None:
    """Make links of ``app`` keep the language, and links to static files change when the file does."""
    digests = _digests(Path(app.static_folder or "."))

    @app.url_defaults
    def complete(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint.startswith(("pages.", "exports.", "desk.", "alerts.")) or endpoint == "embedding.embed":
            values.setdefault("lang", chosen_language())
        elif endpoint == "static" and values["filename"] in digests:
            values.setdefault("v", digests[values["filename"]])

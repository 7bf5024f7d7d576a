"""The Flask application."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final, TypeAlias

from flask import Blueprint, Flask, Response, request
from flask.json.provider import DefaultJSONProvider

from onneshon.index.analysis.control_characters import json_bytes, json_text
from onneshon.search import SearchEngine
from onneshon.search.query.lexer import FIELDS
from onneshon.search.reranking.ordering import SORTS
from onneshon.search.results.export import EXPORTS
from onneshon.web.addresses import article_address, domain, web_address
from onneshon.web.api.oai import oai
from onneshon.web.api.routes import api
from onneshon.web.languages.catalogues import LANGUAGES, language_name
from onneshon.web.live import LiveEngine, Opener
from onneshon.web.middleware.answers import allow_origins, compress, name_requests
from onneshon.web.middleware.faults import handle_faults
from onneshon.web.middleware.hosts import Hosts, mount
from onneshon.web.middleware.http_requests import protect
from onneshon.web.operations.monitoring import Check, expose_readiness, index_check
from onneshon.web.operations.watching import Observer, watch
from onneshon.web.pages.cards import cards
from onneshon.web.pages.embedding import embedding, logo_address, site_files, style_address
from onneshon.web.pages.exports import exports, previews
from onneshon.web.pages.narrowing import listing_but
from onneshon.web.pages.reasons import division, reasons, reported
from onneshon.web.pages.render import (
    MANY,
    MARK_ID,
    Renderer,
    characters,
    excerpt,
    inline,
    legible,
    moment,
    paragraphs,
    shown,
    stems_of,
    unquoted,
)
from onneshon.web.pages.routes import pages
from onneshon.web.pages.sitemaps import sitemaps
from onneshon.web.pages.thumbnails import Thumbnailer, shown_picture, thumbnails
from onneshon.web.parameters import MAX_QUERY, MAX_TEXT, link_well, other_languages, site
from onneshon.web.site.look import LookFile
from onneshon.web.site.settings import Site
from onneshon.web.templating import Templates

YEAR_SECONDS = 365 * 24 * 3600

Clock: TypeAlias = Callable[[], dt.datetime]
"""The time where readers are."""

_GLOBALS: Final[Mapping[str, Any]] = {
    "MAX_QUERY": MAX_QUERY,
    "MAX_TEXT": MAX_TEXT,
    "MANY": MANY,
    "MARK_ID": MARK_ID,
    "article_address": article_address,
    "language_name": language_name,
    "listing_but": listing_but,
    "EXPORTS": tuple(EXPORTS),
    "FIELDS": FIELDS,
    "SORTS": SORTS,
    "logo_address": logo_address,
    "style_address": style_address,
}
"""What every template may use."""

_FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "inline": inline,
    "legible": legible,
    "moment": moment,
    "excerpt": excerpt,
    "unquoted": unquoted,
    "paragraphs": paragraphs,
    "shown": shown,
    "stems": stems_of,
    "characters": characters,
    "domain": domain,
    "web_address": web_address,
    "picture": shown_picture,
    "division": division,
    "reasons": reasons,
    "reported": reported,
}
"""What templates may apply to a value."""


class _Json(DefaultJSONProvider):
    """Letters as themselves, since people read it too; what could drive their terminal as escapes."""

    sort_keys = False

    def dumps(self, obj: Any, **settings: Any) -> str:
        """The object as JSON."""
        return json_text(obj, **{"default": self.default, "sort_keys": self.sort_keys} | settings)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        """An answer of the object."""
        data = json_bytes(self._prepare_response_obj(args, kwargs))
        return Response(data + b"\n", mimetype=self.mimetype)


class _Application(Flask):
    jinja_environment = Templates  # type: ignore[assignment]  # called as Flask's own is

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function as it is: none here is a coroutine, for which Flask looks at each request anew."""
        return func


def _values() -> dict[str, Any]:
    """What every template may use, beside what ``Templates`` knows."""
    return {"site": site(), "asked": request.args.get("q", ""), "other_languages": other_languages}


def _kept(live: LiveEngine, whose: Site, look: LookFile | None, clock: Clock) -> dict[str, Any]:
    return {
        "onneshon": live,
        "onneshon_site": whose,
        "onneshon_look": look,
        "onneshon_paths": {},
        "onneshon_renderers": {code: Renderer(code, whose) for code in LANGUAGES},
        "onneshon_clock": clock,
        "onneshon_thumbnailer": Thumbnailer(whose.thumbnails) if whose.thumbnails else None,
    }


def create_app(
    source: SearchEngine | Opener | LiveEngine,
    hosts: Hosts | None = None,
    *,
    origins: Collection[str] = (),
    observers: Sequence[Observer] = (),
    blueprints: Sequence[Blueprint] = (),
    checks: Mapping[str, Check] | None = None,
    whose: Site | None = None,
    look: LookFile | None = None,
    clock: Clock = lambda: dt.datetime.now().astimezone(),
) -> Flask:
    """An application that searches with that engine.

    Args:
        source: an engine, or a function that opens one and gives None or raises IndexStateError while there
            is none. The application starts without an index and says so until one appears.
        hosts: names that it answers to; those of the loopback unless told.
        origins: of other sites, such as ``https://example.org``, whose pages may read the API.
        observers: called for every request that was answered.
        blueprints: further routes.
        checks: further ones of ``/readyz``, by what they look at.
        whose: the site whose pages these are; nobody's unless told.
        look: colours that were made live in the place of those of the site.
        clock: the time where its readers are; that of the system unless told.
    """
    app = _Application("onneshon.web", static_folder="static", template_folder="templates")
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = YEAR_SECONDS
    app.json = _Json(app)
    live = source if isinstance(source, LiveEngine) else LiveEngine(source)
    whose = whose or Site()
    app.extensions |= _kept(live, whose, look, clock)
    if observers:
        watch(app, observers)
    app.url_map.merge_slashes = False  # an article's id may hold them
    app.jinja_env.globals |= _GLOBALS
    app.jinja_env.filters |= _FILTERS
    app.context_processor(_values)
    (hosts or Hosts()).guard(app)
    ours = (pages, previews, sitemaps, cards, exports, thumbnails, site_files, embedding, api, oai)
    for blueprint in (*ours, *blueprints):
        app.register_blueprint(blueprint)
    expose_readiness(app, {"index": index_check(live)} | dict(checks or {}))
    link_well(app)
    handle_faults(app)
    compress(app)  # what is registered last comes first: headers, then the bytes that they describe
    allow_origins(app, origins)
    protect(app, () if whose.thumbnails else whose.pictures)
    mount(app, whose.address)
    name_requests(app)
    return app

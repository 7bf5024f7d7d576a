"""The Flask application, and its templates, compiled once for each language and path.

A page of results spent most of its time on what every reader gets: messages, addresses, templates that
include and extend each other. Here a template becomes one function in which these stand as they are. What
comes from articles and readers is escaped when the page is made, as ever.
"""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from types import CodeType
from typing import Any, Final, TypeAlias

from flask import Blueprint, Flask, Response, request
from flask.json.provider import DefaultJSONProvider
from flask.templating import Environment
from jinja2 import Template, nodes
from markupsafe import Markup

from onneshon.index import Article
from onneshon.index.analysis.control_characters import json_bytes, json_text
from onneshon.search import SearchEngine
from onneshon.search.query.conditions import FILTER_FIELDS
from onneshon.search.query.lexer import FIELDS
from onneshon.search.query.parser import unquoted
from onneshon.search.reranking.ranker import SORTS
from onneshon.search.results.export import EXPORTS
from onneshon.web.addresses import address, article_address, domain, web_address
from onneshon.web.api.oai import oai
from onneshon.web.api.routes import api
from onneshon.web.current import (
    MAX_QUERY,
    MAX_TEXT,
    chosen_language,
    language,
    link_well,
    logo_address,
    numbers,
    other_languages,
    site,
    style_address,
    today,
)
from onneshon.web.languages.catalogues import LANGUAGES, language_name
from onneshon.web.live import LiveEngine, Opener
from onneshon.web.middleware.answers import allow_origins, compress, name_requests, protect
from onneshon.web.middleware.faults import handle_faults
from onneshon.web.middleware.hosts import Hosts, mount
from onneshon.web.operations.monitoring import Check, expose_readiness, index_check
from onneshon.web.operations.watching import Observer, watch
from onneshon.web.pages.cards import cards
from onneshon.web.pages.embedding import embedding, site_files
from onneshon.web.pages.exports import exports, previews
from onneshon.web.pages.listing import division, meant, reasons, reported
from onneshon.web.pages.narrowing import listing_but
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
)
from onneshon.web.pages.routes import pages
from onneshon.web.pages.sitemaps import sitemaps
from onneshon.web.pages.thumbnails import Thumbnailer, shown_picture, thumbnails
from onneshon.web.site.palette import LookFile
from onneshon.web.site.settings import Site
from onneshon.web.template_trees import CALLED, Code, Whole, called

_COMPILED: Final[dict[tuple[str, str | None, Site], dict[str | None, CodeType]]] = {}
"""What templates became in this process, for each path, language and site: each takes as long as a page."""


class Templates(Environment):
    """Keeps a compiled form of every template for each language, and each path that the site is under."""

    def __init__(self, app: Flask, **options: Any) -> None:
        super().__init__(app, trim_blocks=True, lstrip_blocks=True, **options)
        self.code_generator_class = Code
        self._forms: dict[tuple[str, str | None], Templates] = {}
        self._compiled: dict[str | None, CodeType] = {}

    def get_or_select_template(self, *args: Any, **kwargs: Any) -> Template:
        """A template in the form for the request that is being answered."""
        return self.form().get_template(*args, **kwargs)

    def form(self) -> "Templates":
        """All templates in the form for the request that is being answered."""
        key = (request.script_root, chosen_language())
        if key not in self._forms:
            self._forms[key] = self._formed()
        return self._forms[key]

    def _formed(self) -> "Templates":
        form = self.overlay(cache_size=-1)
        form._compiled = _COMPILED.setdefault((request.script_root, chosen_language(), site()), {})  # noqa: SLF001
        functions = _functions(self.app.extensions["onneshon_renderers"][language()])
        fixed = {"lang": language(), "chosen_lang": chosen_language(), "site_name": site().names[language()]}
        form.globals = {**self.globals, **functions, **fixed}
        form.filters = {**self.filters, **functions, CALLED: called}
        return form

    def compile(self, source: Any, name: str | None = None, *args: Any, **kwargs: Any) -> Any:
        """The code of a template."""
        if name is None:
            return super().compile(source, name, *args, **kwargs)
        if name not in self._compiled:
            self._compiled[name] = super().compile(source, name, *args, **kwargs)
        return self._compiled[name]

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        whole = Whole(self.globals, self.filters, self.parsed).of(self._read(source, name, filename))
        whole.set_environment(self)
        return whole

    def parsed(self, name: str) -> nodes.Template:
        """A template as it was written."""
        assert self.loader  # noqa: S101  # applications have one
        source, filename, _ = self.loader.get_source(self, name)
        return self._read(source, name, filename)

    def _read(self, *source: Any) -> nodes.Template:
        tree = super()._parse(*source)
        tree.set_environment(None)  # type: ignore[arg-type]  # or each copy of a part has one of its own
        return tree


def _functions(renderer: Renderer) -> dict[str, Callable[..., Any]]:
    """What templates call to say something in a language."""

    def ago(day: dt.date) -> Markup:
        return renderer.ago(day, today())

    def valued(field: str, value: str) -> Markup:
        number = field not in FILTER_FIELDS and field in numbers()
        return renderer.numbers(value) if number else renderer.quoted(value)

    return {
        "url_for": address,
        "t": renderer.text,
        "counted": renderer.counted,
        "number": renderer.number,
        "decimal": renderer.decimal,
        "date": renderer.date,
        "ago": ago,
        "period": renderer.period,
        "month": renderer.month,
        "quoted": renderer.quoted,
        "valued": valued,
        "step_name": renderer.step,
    }


_FIRST: Final = ("home.html", "results.html", "article.html", "error.html")


def load_templates(app: Flask) -> None:
    """Compile what readers ask for most, which takes as long as some fifty pages: none is to wait for it."""
    under = {"SCRIPT_NAME": app.extensions["onneshon_site"].address.path}
    for code in LANGUAGES:
        with app.test_request_context(query_string={"lang": code}, environ_overrides=under):
            for name in _FIRST:
                app.jinja_env.get_or_select_template(name)


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


def _picture(article: Article, size: str = "hit") -> str | None:
    """As ``shown_picture``, without a look at who makes small ones where an article has none, as most."""
    return shown_picture(article, size) if article.image else None


_FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "inline": inline,
    "legible": legible,
    "meant": meant,
    "moment": moment,
    "excerpt": excerpt,
    "unquoted": unquoted,
    "paragraphs": paragraphs,
    "shown": shown,
    "stems": stems_of,
    "characters": characters,
    "domain": domain,
    "web_address": web_address,
    "picture": _picture,
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

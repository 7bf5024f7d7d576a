"""The Flask application, and its templates, compiled once for each language and path.

A page of results spent most of its time on parts that are the same for every reader: messages, addresses,
templates that include and extend each other. Here a template becomes one function that contains these parts
as constants. Text from articles and readers is still escaped when the page is made.
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
    YEAR_SECONDS,
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
from onneshon.web.languages.catalogues import LANGUAGES, catalogue
from onneshon.web.live import LiveEngine, Opener
from onneshon.web.middleware.answers import allow_origins, compressed, name_requests, protect
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
    isolated,
    legible,
    moment,
    paragraphs,
    shown,
    stems_of,
    unbroken,
)
from onneshon.web.pages.routes import pages
from onneshon.web.pages.sitemaps import sitemaps
from onneshon.web.pages.thumbnails import Thumbnailer, shown_picture, thumbnails
from onneshon.web.site.palette import LookFile
from onneshon.web.site.settings import Site
from onneshon.web.template_trees import CALLED, Code, Whole, called

_COMPILED: Final[dict[tuple[str, str | None, Site], dict[str | None, CodeType]]] = {}
"""Compiled templates of this process, by path, language and site: to compile one takes as long as a page."""


class Templates(Environment):
    """Keeps a compiled form of every template for each language and each path that the site is mounted at."""

    def __init__(self, app: Flask, **options: Any) -> None:
        super().__init__(app, trim_blocks=True, lstrip_blocks=True, **options)
        self.code_generator_class = Code
        self._forms: dict[tuple[str, str | None], Templates] = {}
        self._compiled: dict[str | None, CodeType] = {}

    def get_or_select_template(self, *args: Any, **kwargs: Any) -> Template:
        """The template, compiled for the language and path of the current request."""
        return self.form().get_template(*args, **kwargs)

    def form(self) -> "Templates":
        """The environment whose templates are compiled for the language and path of the current request."""
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
        """Return the code of a template, from the cache of this form if it was compiled before."""
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
        """The tree of a template as its file has it, before others are put into it."""
        assert self.loader  # noqa: S101  # applications have one
        source, filename, _ = self.loader.get_source(self, name)
        return self._read(source, name, filename)

    def _read(self, *source: Any) -> nodes.Template:
        tree = super()._parse(*source)
        tree.set_environment(None)  # type: ignore[arg-type]  # or each copy of a part has one of its own
        return tree


def _functions(renderer: Renderer) -> dict[str, Callable[..., Any]]:
    """The functions that templates call for texts, numbers and dates in the renderer's language."""

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
    """Compile the templates readers need most: it takes as long as some fifty pages, so no request waits."""
    under = {"SCRIPT_NAME": app.extensions["onneshon_site"].address.path}
    for code in LANGUAGES:
        with app.test_request_context(query_string={"lang": code}, environ_overrides=under):
            for name in _FIRST:
                app.jinja_env.get_or_select_template(name)


Clock: TypeAlias = Callable[[], dt.datetime]
"""Returns the current time in the time zone of the readers."""

_GLOBALS: Final[Mapping[str, Any]] = {
    "MAX_QUERY": MAX_QUERY,
    "MAX_TEXT": MAX_TEXT,
    "MANY": MANY,
    "MARK_ID": MARK_ID,
    "article_address": article_address,
    "language_name": lambda language: catalogue(language).text("site.language"),
    "listing_but": listing_but,
    "EXPORTS": tuple(EXPORTS),
    "FIELDS": FIELDS,
    "SORTS": SORTS,
    "logo_address": logo_address,
    "style_address": style_address,
}
"""Names that every template may use."""


def _picture(article: Article, size: str = "hit") -> str | None:
    """Like ``shown_picture``, but returns at once for articles without a picture, which most are."""
    return shown_picture(article, size) if article.image else None


_FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "isolated": isolated,
    "inline": inline,
    "legible": legible,
    "meant": meant,
    "moment": moment,
    "excerpt": excerpt,
    "unbroken": unbroken,
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
"""Filters that templates may apply to a value."""


class _Json(DefaultJSONProvider):
    """Writes letters unescaped, since people read the JSON too, but escapes terminal control characters."""

    sort_keys = False

    def dumps(self, obj: Any, **settings: Any) -> str:
        """The object as JSON."""
        return json_text(obj, **{"default": self.default, "sort_keys": self.sort_keys} | settings)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        """A response whose body is the object as JSON."""
        data = json_bytes(self._prepare_response_obj(args, kwargs))
        return Response(data + b"\n", mimetype=self.mimetype)


class _Application(Flask):
    jinja_environment = Templates  # type: ignore[assignment]  # called as Flask's own is

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself: no view here is a coroutine, for which Flask checks again at each request."""
        return func


def _values() -> dict[str, Any]:
    """Names that every template may use, in addition to those that ``Templates`` sets."""
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
    """An application that searches with the given engine.

    Args:
        source: an engine, or a function that opens one and returns None or raises IndexStateError while there
            is none. The application starts without an index and says so until one appears.
        hosts: the host names it answers to; those of the loopback by default.
        origins: origins of other sites, such as ``https://example.org``, whose pages may read the API.
        observers: functions called after every request.
        blueprints: further routes.
        checks: further checks of ``/readyz``, by the name of what they check.
        whose: the site whose pages these are; a nameless default site by default.
        look: the colours made live in the browser, which replace those of the site.
        clock: returns the time in the time zone of the readers; that of the system by default.
    """
    app = _Application("onneshon.web", static_folder="static", template_folder="templates")
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = YEAR_SECONDS
    app.json = _Json(app)
    live = source if isinstance(source, LiveEngine) else LiveEngine(source)
    whose = whose or Site()
    app.extensions |= _kept(live, whose, look, clock)
    if observers:
        watch(app, observers)
    app.url_map.merge_slashes = False  # an article's id may contain several slashes
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
    # The handler registered last runs first: headers, then the bytes they describe.
    app.after_request(compressed)
    allow_origins(app, origins)
    protect(app, () if whose.thumbnails else whose.pictures)
    mount(app, whose.address)
    name_requests(app)
    return app

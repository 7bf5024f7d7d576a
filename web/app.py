"""The Flask application."""

from typing import Any

from flask import Flask
from flask.json.provider import DefaultJSONProvider

from web.api import api
from web.faults import handle_faults
from web.live import LiveEngine, Opener, SearchEngine
from web.pages import pages
from web.render import (
    FIRST_MATCH,
    SHORTCUT,
    Renderer,
    characters,
    domain,
    inline,
    paragraphs,
    visible,
    web_address,
)
from web.requests import MAX_QUERY, MAX_TEXT, language, link_well, other_language
from web.security import protect

__all__ = ["create_app"]

YEAR_SECONDS = 365 * 24 * 3600


def _words() -> dict[str, Any]:
    """What every template may use."""
    renderer = Renderer(language())
    return {
        "lang": language(),
        "t": renderer.text,
        "counted": renderer.counted,
        "number": renderer.number,
        "date": renderer.date,
        "quoted": renderer.quoted,
        "step_name": renderer.step,
        "other_language": other_language,
    }


def create_app(source: SearchEngine | Opener | LiveEngine) -> Flask:
    """An application that searches with that engine.

    Args:
        source: an engine, or a function that opens one and gives None or raises IndexStateError while there
            is none. The application starts without an index and says so until one appears.
    """
    app = Flask("web", static_folder="static", template_folder="templates")
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = YEAR_SECONDS
    app.json = DefaultJSONProvider(app)
    app.json.ensure_ascii = False
    app.json.sort_keys = False
    app.extensions["onneshon"] = source if isinstance(source, LiveEngine) else LiveEngine(source)
    app.url_map.merge_slashes = False  # an article's id may hold them
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals |= {
        "MAX_QUERY": MAX_QUERY,
        "MAX_TEXT": MAX_TEXT,
        "FIRST_MATCH": FIRST_MATCH,
        "slash": SHORTCUT,
    }
    app.jinja_env.filters |= {
        "inline": inline,
        "paragraphs": paragraphs,
        "visible": visible,
        "characters": characters,
        "domain": domain,
        "web_address": web_address,
    }
    app.context_processor(_words)
    app.register_blueprint(pages)
    app.register_blueprint(api)
    link_well(app)
    handle_faults(app)
    protect(app)
    return app

"""The search page and the HTTP API inside a Flask application, under any prefix."""

from typing import Final

from flask import Blueprint, request
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response

from onneshon.search import SearchEngine
from onneshon.web import create_app
from onneshon.web.live import LiveEngine, Opener
from onneshon.web.middleware.hosts import Hosts
from onneshon.web.site.settings import Site

_METHODS: Final = ("GET", "HEAD", "POST", "OPTIONS")


def blueprint(
    source: SearchEngine | Opener | LiveEngine,
    url_prefix: str,
    *,
    whose: Site | None = None,
    name: str = "onneshon",
) -> Blueprint:
    """Routes that answer as ``onneshon serve`` does, with its headers, and share nothing with the host app.

    The host application decides which host names it answers to, and who has access.

    Args:
        source: an engine, or a function that opens one and returns None while there is none.
        url_prefix: the prefix, such as ``/khoj``; an argument of ``register_blueprint`` overrides it.
        whose: the site whose pages these are; a nameless default site by default.
        name: the blueprint's name; ``url_for("onneshon.home")`` leads to the search page.
    """
    inner = create_app(source, Hosts(anybody=True), whose=whose)
    routes = Blueprint(name, __name__, url_prefix=url_prefix)
    prefixes: list[str] = []

    @routes.record
    def _note(state: BlueprintSetupState) -> None:
        prefixes.append(state.url_prefix or "")

    def answer(path: str = "") -> Response:
        del path  # the path as sent is used, not as decoded
        sent = request.environ["PATH_INFO"]
        given = next(filter(sent.startswith, map(_as_sent, sorted(prefixes, key=len, reverse=True))), "")
        below = {
            "SCRIPT_NAME": request.environ.get("SCRIPT_NAME", "") + given,
            "PATH_INFO": sent[len(given) :] or "/",
        }
        return Response.from_app(inner.wsgi_app, {**request.environ, **below})

    for rule, endpoint in (("/", "home"), ("/<path:path>", "below")):
        routes.add_url_rule(rule, endpoint, answer, methods=_METHODS, provide_automatic_options=False)
    return routes


def _as_sent(path: str) -> str:
    """A path as in WSGI: its UTF-8 bytes decoded as Latin-1."""
    return path.encode().decode("latin-1")

"""A browser to look at the pages with, and servers with engines that tests can steer."""

import shutil
import threading
from collections.abc import Iterator

import waitress
from flask import Flask, Response, jsonify, request

from web import create_app

__all__ = ["CHROMIUM", "serve"]

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")

SUGGESTED = ("বাংলাদেশ", "বাংলাদেশ ব্যাংক", "বাংলা একাডেমি", "বাংলাদেশের নদী", "বাংলা ভাষা")


def _suggest_as_told(app: Flask) -> None:
    """Suggestions for a site that has none of its own: five for most words, none, or a failure."""
    address = "/api/v1/suggest"
    if any(rule.rule == address for rule in app.url_map.iter_rules()):
        return

    @app.get(address)
    def suggest() -> Response | tuple[Response, int]:
        typed = request.args["q"]
        if "ভাঙা" in typed:
            return jsonify(ok=False, error="Too busy.", status=503), 503
        texts = () if "নেই" in typed else SUGGESTED * 2 if "অনেক" in typed else SUGGESTED
        found = [{"text": text, "kind": "word", "count": 1234 - at} for at, text in enumerate(texts)]
        return jsonify(ok=True, suggestions=found)


def serve(source: object) -> Iterator[str]:
    """The address of a server with that engine, or with what opens one."""
    app = create_app(source)  # type: ignore[arg-type]
    _suggest_as_told(app)
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(timeout=5)

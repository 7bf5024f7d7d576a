"""Files of the site that pages load: its colours and its logo, and a search box for other sites."""

from base64 import b64encode
from functools import cache
from hashlib import sha384
from html import unescape
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, render_template, request, url_for

from onneshon.web.current import YEAR_SECONDS, palette, site
from onneshon.web.languages.catalogues import LANGUAGES
from onneshon.web.pages.render import MANY, Renderer
from onneshon.web.site.settings import Site

site_files = Blueprint("site_files", __name__)


def _kept(data: bytes, kind: str) -> Response:
    response = Response(data, mimetype=kind)
    response.cache_control.public = True
    response.cache_control.max_age = YEAR_SECONDS
    return response


@site_files.get("/site.css")
def style() -> Response:
    """The stylesheet with the colours of the site."""
    return _kept(palette().stylesheet.encode(), "text/css")


@site_files.get("/logo")
def logo() -> Response:
    """The logo; opened as a page of its own, it can run nothing, whatever it contains."""
    picture = site().logo
    if picture is None:
        abort(404)
    response = _kept(picture.data, picture.kind)
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


embedding = Blueprint("embedding", __name__)

_WORDS: Final = {
    "name": "form.label",
    "placeholder": "form.placeholder",
    "submit": "form.submit",
    "hint": "suggest.hint",
    "label": "suggest.label",
    "footer": "suggest.footer",
    "none": "suggest.none",
    "titles": "suggest.titles",
    "past": "suggest.past",
    "quotation": "results.quotation",
    "untitled": "hit.untitled",
}
"""Keys of the search box's messages, by the names that its script uses."""

_COUNTED: Final = {
    "many": ("suggest.many", MANY),
    "single": ("suggest.many", 1),
    "tally": ("suggest.tally", MANY),
    "found": ("results.count", MANY),
    "lone_found": ("results.count", 1),
}
"""Keys of its counted messages, each with the number whose plural form is used."""


_LEFT: Final = {name: f"{{{name}}}" for name in ("query", "count")}
"""Names in braces that the script fills in itself."""


@cache
def _script(folder: str, whose: Site, accent: str) -> bytes:
    combobox = Path(folder, "suggest.js").read_text("utf-8")
    words = {lang: _words(Renderer(lang, whose)) for lang in LANGUAGES}
    style = render_template("embed.css", accent=accent)
    return render_template(
        "embed.js", combobox=combobox, words=words, first=LANGUAGES[0], style=style
    ).encode()


def _words(renderer: Renderer) -> dict[str, str]:
    words = {name: renderer.text(key, **_LEFT) for name, key in _WORDS.items()}
    words |= {name: renderer.counted(key, number, **_LEFT) for name, (key, number) in _COUNTED.items()}
    words["lone"] = renderer.counted("suggest.tally", 1)
    return {name: unescape(text) for name, text in words.items()}


def _source() -> bytes:
    return _script(current_app.static_folder or ".", site(), palette().accent)


def integrity() -> str:
    """The checksum of the script, in the format of Subresource Integrity."""
    return "sha384-" + b64encode(sha384(_source()).digest()).decode()


@embedding.get("/embed.js")
def script() -> Response:
    """The script; any page may load it, and read it to verify its checksum."""
    source = _source()
    response = Response(source, mimetype="text/javascript")
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.cache_control.public = True
    if request.args.get("v") == version():
        response.cache_control.max_age = YEAR_SECONDS
    else:
        response.cache_control.no_cache = True
    return response


def version() -> str:
    """The version of the script: a digest that changes when the script does."""
    return sha384(_source()).hexdigest()[:12]


@embedding.get("/embed")
def embed() -> str:
    """The page with the lines of HTML to copy."""
    address = url_for("embedding.script", v=version(), _external=True)
    here = urlsplit(address)
    results = url_for("pages.results", lang=None, _external=True)
    origin = f"{here.scheme}://{here.netloc}"
    return render_template(
        "embed.html", script=address, integrity=integrity(), results=results, origin=origin
    )

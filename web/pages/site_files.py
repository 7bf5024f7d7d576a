"""What a site has of its own: its colours as a stylesheet, and its logo."""

from hashlib import sha256

from flask import Blueprint, Response, abort, url_for

from onneshon.web.parameters import site

__all__ = ["logo_address", "site_files", "style_address"]

site_files = Blueprint("site_files", __name__)

_YEAR: int = 365 * 24 * 3600
"""An address that changes with what lies there may be kept so long."""


def _kept(data: bytes, kind: str) -> Response:
    response = Response(data, mimetype=kind)
    response.cache_control.public = True
    response.cache_control.max_age = _YEAR
    return response


@site_files.get("/site.css")
def style() -> Response:
    """Rules for the colours of this site."""
    return _kept(site().palette.stylesheet.encode(), "text/css")


@site_files.get("/logo")
def logo() -> Response:
    """The logo; as a page of its own it may do nothing, whatever it holds."""
    picture = site().logo
    if picture is None:
        abort(404)
    response = _kept(picture.data, picture.kind)
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


def style_address() -> str | None:
    """Where the colours are; None where they are ours."""
    style = site().palette.stylesheet
    return url_for("site_files.style", v=sha256(style.encode()).hexdigest()[:12]) if style else None


def logo_address() -> str | None:
    """Where the logo is, if there is one."""
    picture = site().logo
    return url_for("site_files.logo", v=picture.digest) if picture else None

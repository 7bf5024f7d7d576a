"""The first hits of what is being typed, as a part of a page."""

from dataclasses import replace
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, render_template, request

from onneshon.web.pages.listing import Listing
from onneshon.web.pages.narrowing import asked_listing, narrowing
from onneshon.web.parameters import MAX_QUERY, engine, typed

__all__ = ["previews"]

MOST: Final = 4
"""Hits, as many as stand beside a list of suggestions."""

KEPT_SECONDS: Final = 60
"""How long a browser may show them again without asking."""

previews = Blueprint("previews", __name__)


@previews.get("/preview")
def preview() -> Response:
    """The first hits of ``q``, or of the suggestion that it begins unless it is ``whole``; 204 if none."""
    query = typed("q", MAX_QUERY)
    asked = replace(narrowing(query, 1), limit=MOST, facets=(), unfinished="whole" not in request.args)
    found = engine().search(asked) if query.strip() else None
    if found is None or not found.hits:
        return Response(status=HTTPStatus.NO_CONTENT)
    listing = Listing({**asked_listing().values, "q": (found.query,)})
    response = Response(render_template("_preview.html", found=found, listing=listing))
    response.headers["Cache-Control"] = f"private, max-age={KEPT_SECONDS}"
    return response

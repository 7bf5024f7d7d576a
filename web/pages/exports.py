"""Hits in other forms than a page: all of them as a file, the first few next to suggestions."""

from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from itertools import chain, islice
from typing import Final
from urllib.parse import quote, urljoin

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from onneshon.index import Article
from onneshon.search.query.field_values import check_known
from onneshon.search.results.export import EXPORTS, Addressed, exported
from onneshon.web.addresses import address, article_at, web_address
from onneshon.web.current import MAX_QUERY, engine, typed
from onneshon.web.pages.narrowing import asked_listing, narrowing

MOST: Final = 10_000
"""Maximum articles in a file, the first of the results; a command exports all."""

exports = Blueprint("exports", __name__)

PREVIEWED: Final = 4
"""Number of hits shown next to a list of suggestions."""

KEPT_SECONDS: Final = 60
"""How long a browser may cache such a preview."""

previews = Blueprint("previews", __name__)


@exports.get("/export")
def export() -> ResponseReturnValue:
    """The articles on all pages of a search's results, as a file in the given ``format``."""
    name = request.args.get("format", "csv")
    check_known(name, EXPORTS, "format")
    form = EXPORTS[name]
    query = typed("q", MAX_QUERY)
    if not query.strip():
        return redirect(url_for("pages.home"))
    found = engine().scan(replace(narrowing(query, 1), facets=(), group=False))
    # An invalid query raises with the first article, before anything is sent.
    articles = chain(list(islice(found, 1)), islice(found, MOST - 1))
    # No request context exists when they are sent: an outer application has removed its own by then.
    ours = urljoin(request.url_root, address("pages.article", lang=None))
    response = Response(exported(form, _addressed(articles, ours)), mimetype=form.mimetype)
    file_name = quote(f"{query.strip()[:60]}.{form.ending}", safe="")
    response.headers["Content-Disposition"] = (
        f"attachment; filename=results.{form.ending}; filename*=UTF-8''{file_name}"
    )
    return response


def _addressed(articles: Iterator[Article], ours: str) -> Iterator[Addressed]:
    """Articles with the addresses of their originals, or else of their pages here, below ``ours``."""
    for article in articles:
        yield article, web_address(article.url) or article_at(ours, article.id)


@previews.get("/preview")
def preview() -> Response:
    """The first hits of ``q``, taken as unfinished unless ``whole`` is given; 204 if there are none."""
    query = typed("q", MAX_QUERY)
    asked = replace(narrowing(query, 1), limit=PREVIEWED, facets=(), unfinished="whole" not in request.args)
    found = engine().search(asked) if query.strip() else None
    if found is None or not found.hits:
        return Response(status=HTTPStatus.NO_CONTENT)
    listing = asked_listing().of(found.query)
    response = Response(render_template("_preview.html", found=found, listing=listing))
    response.headers["Cache-Control"] = f"private, max-age={KEPT_SECONDS}"
    return response

"""Pages for readers."""

from typing import Final

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from search import MarkedArticle, SearchRequest, Snippet, explain
from web.pages.narrowing import narrowing
from web.paging import Paging
from web.parameters import MAX_QUERY, MAX_TEXT, engine, literal, live, page, typed

__all__ = ["pages"]

pages = Blueprint("pages", __name__)

EXAMPLES: Final = {
    "home.forms": ("ভাষা আন্দোলন", "বাংলাদেশের নদী", "সুন্দরবন", "বই"),
    "home.phrase": ('"ভাষা আন্দোলন"', '"বাংলাদেশ ব্যাংক"', '"জলবায়ু পরিবর্তন"', '"বিশ্ব স্বাস্থ্য সংস্থা"'),
    "home.latin": ("rabindranath", "bangladesher itihas", "shonar bangla", "dhaka"),
    "home.digits": ("1971", "1952", "২০২৪"),
}
"""For each way to search, queries to show it with; the first that finds something is shown."""


SAMPLES: Final = ("বাংলাদেশের রাষ্ট্রপতিকে", "গিয়েছিলেন ২১শে ফেব্রুয়ারিতে", "উৎসবের র\u200d্যালি")
"""Texts to analyse, for whoever wants to see before typing."""


@pages.get("/")
def home() -> str:
    """The search box, and examples that are known to find something here."""
    return render_template("home.html", count=engine().count, examples=_examples(), autofocus=True)


def _examples() -> list[tuple[str, str]]:
    cache = live().cache
    if "examples" not in cache:
        cache["examples"] = _examples_that_find()
    found: list[tuple[str, str]] = cache["examples"]
    return found


def _examples_that_find() -> list[tuple[str, str]]:
    ask = engine()
    found = (
        (way, next((query for query in tries if ask.search(SearchRequest(query, limit=1)).total), ""))
        for way, tries in EXAMPLES.items()
    )
    return [(way, query) for way, query in found if query]


@pages.get("/search")
def results() -> ResponseReturnValue:
    """One page of hits."""
    query, number = typed("q", MAX_QUERY), page()
    if not query.strip():
        return redirect(url_for("pages.home"))
    narrowed = narrowing(query, number)
    found = engine().search(narrowed.request)
    beyond = number > 1 and not found.hits
    html = render_template(
        "results.html",
        query=query,
        literal=literal(),
        found=found,
        narrowing=narrowed,
        paging=Paging(number, found.total - found.grouped),
        beyond=beyond,
    )
    return html, 404 if beyond else 200


@pages.get("/article")
@pages.get("/article/<path:article_id>")
def article(article_id: str | None = None) -> str:
    """An article, with everything marked that the query matches; its id in the path, or as ``id``."""
    query = typed("q", MAX_QUERY)
    article_id = request.args.get("id", "") if article_id is None else article_id
    ask = engine()
    stored = ask.article(article_id)
    if query.strip():
        found = ask.marked(article_id, query, literal=literal())
    else:
        found = MarkedArticle(Snippet(stored.title), Snippet(stored.body))
    return render_template("article.html", query=query, literal=literal(), article=stored, found=found)


@pages.get("/analyze")
def analysis() -> str:
    """A text, token by token and step by step, which needs no index; or how a query is understood."""
    text, query = typed("text", MAX_TEXT), typed("query", MAX_QUERY)
    words = engine().understand(query, literal=literal()) if query.strip() else None
    tokens = explain(text) if text.strip() else None
    return render_template(
        "analysis.html", text=text, tokens=tokens, samples=SAMPLES, query=query, words=words
    )


@pages.get("/opensearch.xml")
def opensearch() -> Response:
    """How a browser can search here from its address bar."""
    response = make_response(render_template("opensearch.xml"))
    response.mimetype = "application/opensearchdescription+xml"
    return response


@pages.get("/favicon.ico")
def favicon() -> ResponseReturnValue:
    """Browsers that ask for it unbidden get the one there is."""
    return redirect(url_for("static", filename="favicon.svg"), 301)

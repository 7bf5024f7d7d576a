"""The routes of the pages for readers."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Final
from urllib.parse import urljoin

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from onneshon.index.analysis.control_characters import xml_text
from onneshon.search import (
    BusyError,
    IndexStateError,
    MarkedArticle,
    QueryError,
    SearchEngine,
    SearchRequest,
    Snippet,
    Suggestion,
    UnderstoodWord,
    explain,
)
from onneshon.search.query.conditions import number_sorts
from onneshon.search.query.parser import unquoted
from onneshon.search.results.export import citations
from onneshon.web.addresses import article_address, picture_address, scan_address, web_address
from onneshon.web.current import (
    MAX_QUERY,
    MAX_TEXT,
    Made,
    Paging,
    engine,
    language,
    literal,
    page,
    site,
    today,
    typed,
    worked_out,
)
from onneshon.web.middleware.answers import noted
from onneshon.web.pages.cards import card_address
from onneshon.web.pages.front import GUIDE, Front, Holdings, front, guided, holdings, shown_ways
from onneshon.web.pages.listing import hit_rank
from onneshon.web.pages.narrowing import (
    arranged,
    asked_listing,
    chosen_period,
    narrowing,
    shown_values,
    unread_dates,
)
from onneshon.web.pages.sitemaps import Card

pages = Blueprint("pages", __name__)

FEED_SIZE: Final = 30
"""Maximum articles in a feed."""

WORDS_A_MINUTE: Final = 180
"""Reading speed in words a minute: an adult reading Bengali silently."""

MOST_SIMILAR: Final = 5
"""Maximum similar articles shown below an article."""

SAMPLES: Final = ("বাংলাদেশের রাষ্ট্রপতিকে", "গিয়েছিলেন ২১শে ফেব্রুয়ারিতে", "উৎসবের র\u200d্যালি")
"""Sample texts to analyse, for readers who want to see a result before they type."""


@pages.get("/")
def home() -> ResponseReturnValue:
    """The search box and the newest articles, or else example queries that find something in this index.

    Other sites link to the hits of a search by ``/?q=``, which redirects to them.
    """
    if typed("q", MAX_QUERY).strip():
        return redirect(asked_listing().to(1))
    none: list[tuple[str, str]] = []
    day = today()
    shown = _worked_out(f"front {day}", lambda ask: front(ask, day), Front())
    examples = [] if shown.newest else _worked_out("ways", shown_ways, none)
    return render_template("home.html", count=engine().count, front=shown, examples=examples, autofocus=True)


def _worked_out(name: str, work: Callable[[SearchEngine], Made], busy: Made) -> Made:
    """A value computed from the articles, once per generation; ``busy`` if the engine is too busy."""
    try:
        return worked_out(name, work)
    except BusyError:
        return busy


MOST_LONGER: Final = 3
"""Maximum longer words that are offered where nothing was found."""


@pages.get("/search")
def results() -> ResponseReturnValue:
    """A page of search results."""
    query, number = typed("q", MAX_QUERY), page()
    if not query.strip():
        return redirect(url_for("pages.home"))
    narrowed = narrowing(query, number)
    found = noted(engine().search(narrowed))
    paging = Paging(number, found.total - found.grouped)
    period, unread = chosen_period(), unread_dates()
    listing = asked_listing(unread)
    beyond = number > 1 and not found.hits
    if beyond and paging.last < number <= Paging(number, found.total).last:
        # Earlier pages, which had found fewer duplicates to group, may have linked here.
        return redirect(listing.to(paging.last))
    html = render_template(
        "results.html",
        query=query,
        literal=literal(),
        listing=listing.of(found.query),
        as_typed=listing,
        unread_dates=unread,
        generation=engine().health.generation,
        made_of=request.args.get("generation", ""),
        found=found,
        facets=arranged(found.facets, site().categories, shown_values(), period.within),
        above=period.above,
        counted_fields=narrowed.facets,
        labels=_labels(),
        number_orders=number_sorts(engine().fields),
        paging=paging,
        beyond=beyond,
        longer=() if found.hits or beyond or literal() or listing.chosen else _longer(query),
    )
    return html, 404 if beyond else 200


def _longer(query: str) -> list[Suggestion]:
    """Completions, with true counts, of a query that finds nothing; none of a quotation: it is complete."""
    if unquoted(query) != query:
        return []
    with suppress(BusyError):
        return [made for made in engine().suggest(query) if made.kind != "title"][:MOST_LONGER]
    return []


def _labels() -> dict[str, str]:
    return {field.name: field.label(language()) for field in engine().fields}


@pages.get("/article")
@pages.get("/article/<path:article_id>")
def article(article_id: str | None = None) -> str:
    """An article, with all matches of the query marked; its id is in the path, or the parameter ``id``."""
    query = typed("q", MAX_QUERY)
    article_id = request.args.get("id", "") if article_id is None else article_id
    ask = engine()
    stored = ask.article(article_id)
    if query.strip():
        found = ask.marked(article_id, query, literal=literal())
    else:
        found = MarkedArticle(Snippet(stored.title), Snippet(stored.body))
    ours = urljoin(request.url_root, article_address(stored.id, lang=None))
    original = web_address(stored.url) or ours
    picture = picture_address(stored.image, site().pictures)
    return render_template(
        "article.html",
        card=Card(
            stored, stored.title.strip() or "…", ours, site().names[language()], picture, card_address(stored)
        ),
        minutes=round(len(stored.body.split()) / WORDS_A_MINUTE),
        query=query,
        literal=literal(),
        listing=asked_listing(("id",)),
        rank=hit_rank(request.args.get("hit", "")),
        article=stored,
        labels=_labels(),
        found=found,
        similar=[found.article for found in ask.similar(stored.id, limit=MOST_SIMILAR)],
        citations=citations(stored, original),
        scan=scan_address(site().scan, stored.keywords),
    )


@pages.get("/help", endpoint="help")
def guide() -> str:
    """The query language, by examples from this index; by general ones where there is no index yet."""
    examples = {part: [(query, 0) for query in queries] for part, queries in GUIDE.items() if queries}
    with suppress(IndexStateError):
        examples = _worked_out("guide", lambda ask: guided(ask, _holdings()), examples)
    return render_template("help.html", guide=examples)


def _holdings() -> Holdings:
    return _worked_out("holdings", holdings, Holdings(engine().count))


@pages.get("/about")
def about() -> str:
    """About the site: what it is, the figures of its index, and its licences."""
    return render_template("about.html", holdings=_holdings())


@pages.get("/analyze")
def analysis() -> str:
    """The analysis of each token of a text, which needs no index, or the interpretation of a query."""
    text, query = typed("text", MAX_TEXT), typed("query", MAX_QUERY)
    words = _understood(query) if query.strip() else None
    tokens = explain(text) if text.strip() else None
    return render_template(
        "analysis.html",
        text=text,
        tokens=tokens,
        counts=_counts(text) if tokens else {},
        samples=SAMPLES,
        query=query,
        literal=literal(),
        words=words,
    )


def _understood(query: str) -> dict[str, list[UnderstoodWord]]:
    """The interpretation of each word of a query, in all its readings, the likeliest first."""
    found: dict[str, list[UnderstoodWord]] = {}
    for word in engine().understand(query, literal=literal()):
        found.setdefault(word.typed, []).append(word)
    return found


def _counts(text: str) -> dict[str, int]:
    """The document frequency of each word of a text; empty where no index can answer."""
    try:
        return dict(engine().search(SearchRequest(text, limit=1, literal=True)).counts)
    except (IndexStateError, QueryError, BusyError):
        return {}


@pages.get("/opensearch.xml")
def search_description() -> Response:
    """The OpenSearch description, by which browsers search here from their address bar."""
    return _xml("opensearch.xml", "application/opensearchdescription+xml")


@pages.get("/feed.atom")
def feed() -> ResponseReturnValue:
    """The first hits of a search as an Atom feed (RFC 4287)."""
    query = typed("q", MAX_QUERY)
    if not query.strip():
        return redirect(url_for("pages.home"))
    found = engine().search(replace(narrowing(query, 1), limit=FEED_SIZE, facets=()))
    if found.quotation:  # a feed of a quotation has no hits that only contain its words
        found = replace(found, hits=(), total=0)
    listing = asked_listing(unread_dates())
    return _xml("feed.xml", "application/atom+xml", query=query, listing=listing, found=found)


@pages.get("/llms.txt")
def for_language_models() -> Response:
    """What a language model, or the author of a program with one, can request here (llmstxt.org)."""
    try:
        articles = engine().count
    except IndexStateError:
        articles = None
    return Response(render_template("llms.txt", articles=articles), mimetype="text/plain")


def _xml(template: str, kind: str, **values: object) -> Response:
    """An XML document from a template; characters that XML forbids are replaced."""
    return Response(xml_text(render_template(template, **values)), mimetype=kind)


@pages.get("/favicon.ico")
def favicon() -> ResponseReturnValue:
    """Redirect browsers that request this address by default to the icon."""
    return redirect(url_for("static", filename="favicon.svg"), 301)

"""What crawlers are told: sitemaps, the news, what to leave; and of an article, by JSON-LD and by a card."""

import datetime as dt
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final
from urllib.parse import urljoin

from flask import Blueprint, Response, abort, render_template, request, url_for
from markupsafe import Markup

from onneshon.index import Article
from onneshon.index.analysis.control_characters import json_text, visible, xml_text
from onneshon.search import FieldFilter, OnneshonError, QueryError, SearchEngine, SearchRequest
from onneshon.search.request import MAX_FACET_VALUES
from onneshon.web.addresses import article_address
from onneshon.web.current import engine, live, today
from onneshon.web.pages.narrowing import PERIODS, drill

MOST_OF_A_YEAR: Final = 10_000
"""Articles that one file has of a year; a year with more has a file a month, as a month has with ``MOST``."""

MOST: Final = 50_000
"""Addresses that a file may have (sitemaps.org), and of articles without a day one file has at most."""

MOST_NEWS: Final = 1_000
"""Articles that a file of news may have (Google News)."""

NEWS_DAYS: Final = 2
"""How long an article is news there."""

UNDATED: Final = "undated"
"""The file of articles without a day."""

_ANY_DAY: Final = "0001..9999"

sitemaps = Blueprint("sitemaps", __name__)

MOST_DESCRIBED: Final = 200
"""Characters of a description, beyond which those who show it cut it."""

_WITHIN_A_SCRIPT: Final = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})
"""Signs that could end the element, as JSON may write them too."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file of addresses.

    Attributes:
        name: a year, a month or a day, as filters have it; or ``undated``.
        changed: the last day that an article in it is of.
    """

    name: str
    changed: dt.date | None = None

    @property
    def chosen(self) -> FieldFilter:
        """The articles in it."""
        if self.name == UNDATED:
            return FieldFilter("date", (_ANY_DAY,), negated=True)
        return FieldFilter("date", (self.name,))


def _everything(part: Part, **options: object) -> SearchRequest:
    return SearchRequest("*", filters=(part.chosen,), group=False, **options)  # type: ignore[arg-type]


def parts(ask: SearchEngine) -> list[Part]:
    """The files that hold the addresses of all articles, the newest first.

    Args:
        ask: for how many there are of each year.

    Raises:
        BusyError: others kept it waiting too long.
    """
    found = [Part(name, _newest(ask, name)) for name in _spans(ask, _ANY_DAY, 0)]
    undated = ask.search(_everything(Part(UNDATED), limit=0)).total
    return [*sorted(found, key=lambda part: part.name, reverse=True), *([Part(UNDATED)] if undated else [])]


def _spans(ask: SearchEngine, within: str, level: int) -> Iterator[str]:
    """Years, of which those with too many articles are cut into months, and these into days."""
    name = PERIODS[level]
    # Values that are named are counted, however many others there are.
    dates = FieldFilter("date", (within, *drill((within,)).parts))
    asked = SearchRequest(
        "*", limit=0, filters=(dates,), facets=(name,), facet_limit=MAX_FACET_VALUES, group=False
    )
    most = (MOST_OF_A_YEAR, MOST, float("inf"))[level]
    for value in ask.search(asked).facets[name].values:
        if level and not value.value.startswith(within):
            continue
        if value.count > most:
            yield from _spans(ask, value.value, level + 1)
        else:
            yield value.value


def _newest(ask: SearchEngine, name: str) -> dt.date | None:
    hits = ask.search(_everything(Part(name), limit=1, sort="newest")).hits
    return hits[0].article.date if hits else None


def _kept(name: str, make: Callable[[], str]) -> Response:
    """A file of XML, made once a generation."""
    cache = live().cache
    if name not in cache:
        cache[name] = zlib.compress(xml_text(make()).encode())
    return Response(zlib.decompress(cache[name]), mimetype="application/xml")


def _file(articles: Iterable[Article], *, news: bool = False) -> str:
    root = request.url_root
    addresses = ((article, urljoin(root, article_address(article.id, lang=None))) for article in articles)
    return render_template("sitemap.xml", addresses=addresses, news=news)


@sitemaps.get("/sitemap.xml")
def listed() -> Response:
    """The files there are (sitemaps.org)."""
    ask = engine()
    made = _kept(
        f"sitemap {request.url_root}", lambda: render_template("sitemap_index.xml", parts=_known(ask))
    )
    return made if _known(ask) else abort(404)


@sitemaps.get("/sitemap-<date>.xml")
def part(date: str) -> Response:
    """The addresses of a year, a month or a day, or of articles without one."""
    ask = engine()
    if date not in {known.name for known in _known(ask)}:
        abort(404)
    asked = _everything(Part(date), sort="newest")
    return _kept(f"sitemap {request.url_root} {date}", lambda: _file(islice(ask.scan(asked), MOST)))


def _known(ask: SearchEngine) -> list[Part]:
    cache = live().cache
    if "sitemaps" not in cache:
        cache["sitemaps"] = parts(ask)
    known: list[Part] = cache["sitemaps"]
    return known


def _of_two_days(most: int) -> list[Article]:
    """Articles of the last two days."""
    with suppress(QueryError):  # a day before the first year
        span = Part(f"{today() - dt.timedelta(NEWS_DAYS)}..{today()}")
        return list(islice(engine().scan(_everything(span, sort="newest")), most))
    return []


@sitemaps.get("/news-sitemap.xml")
def news() -> Response:
    """The articles of the last two days, for Google News; 404 without any, since no file may be empty."""
    articles = _of_two_days(MOST_NEWS)
    if not articles:
        abort(404)
    return Response(xml_text(_file(articles, news=True)), mimetype="application/xml")


@sitemaps.get("/robots.txt")
def robots() -> Response:
    """Articles may be kept; what is made for one reader at a time may not (RFC 9309)."""
    left = (
        "pages.results",
        "previews.preview",
        "pages.analysis",
        "pages.feed",
        "exports.export",
        "api.entry",
    )
    lines = ["User-agent: *", *(f"Disallow: {url_for(name, lang=None)}" for name in left)]
    files = ["sitemaps.listed"]
    with suppress(OnneshonError):  # crawlers that get no answer here keep away from all of the site
        files += ["sitemaps.news"] if _of_two_days(1) else []
    lines += ["", *(f"Sitemap: {url_for(name, _external=True)}" for name in files), ""]
    return Response("\n".join(lines), mimetype="text/plain")


@dataclass(frozen=True, slots=True)
class Card:
    """An article in short.

    Attributes:
        article: which.
        title: of it, or what stands for one.
        address: the one that lasts: of the original, or ours where there is none.
        site: the name of the site that publishes it.
        picture: the address of its picture, if readers may see one.
        drawn: the address of the picture that stands for it, if there is what draws one.
    """

    article: Article
    title: str
    address: str
    site: str
    picture: str | None = None
    drawn: str | None = None

    @property
    def image(self) -> str | None:
        """What is shown with a link to it."""
        return self.drawn or self.picture

    @property
    def description(self) -> str:
        """The beginning of its text, cut between words."""
        text = " ".join(visible(self.article.body, isolated=True).split())
        if len(text) <= MOST_DESCRIBED:
            return text
        end = text.rfind(" ", 0, MOST_DESCRIBED)
        return f"{text[: end if end > 0 else MOST_DESCRIBED]} …"

    @property
    def linked_data(self) -> Markup:
        """The article as a NewsArticle of schema.org, in JSON that may stand in an element of a page."""
        article = self.article
        said: dict[str, Any] = {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": visible(self.title, isolated=True),
            "mainEntityOfPage": self.address,
            "inLanguage": article.lang,
            "datePublished": article.date.isoformat() if article.date else None,
            "author": {"@type": "Person", "name": article.author} if article.author else None,
            "articleSection": article.category,
            "description": self.description,
            "image": list(filter(None, (self.picture, self.drawn))),
            "publisher": {"@type": "Organization", "name": self.site},
            "isAccessibleForFree": True,
        }
        json = json_text({name: value for name, value in said.items() if value})
        return Markup(json.translate(_WITHIN_A_SCRIPT))  # noqa: S704  # no sign of markup is left in it

"""Files for crawlers: sitemaps, the news, robots.txt; and an article's metadata for JSON-LD and cards."""

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
from onneshon.web.current import engine, today, worked_out
from onneshon.web.pages.narrowing import PERIODS, drill

MOST_OF_A_YEAR: Final = 10_000
"""Maximum articles in a year's file; a larger year has a file a month, a month above ``MOST`` one a day."""

MOST: Final = 50_000
"""Maximum addresses in a file (sitemaps.org); articles without a day have a single file, so limited."""

MOST_NEWS: Final = 1_000
"""Maximum articles in a news sitemap (Google News)."""

NEWS_DAYS: Final = 2
"""Number of days for which an article counts as news there."""

UNDATED: Final = "undated"
"""The name of the file of articles without a day."""

_ANY_DAY: Final = "0001..9999"

sitemaps = Blueprint("sitemaps", __name__)

MOST_DESCRIBED: Final = 200
"""Maximum characters of a description; sites that show one cut it there."""

_WITHIN_A_SCRIPT: Final = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})
"""JSON escapes of the characters that could end the script element."""


@dataclass(frozen=True, slots=True)
class Part:
    """A sitemap file.

    Attributes:
        name: a year, a month or a day, in the form of filters; or ``undated``.
        changed: the day of the newest article in the file.
    """

    name: str
    changed: dt.date | None = None

    @property
    def chosen(self) -> FieldFilter:
        """The filter for the articles in the file."""
        if self.name == UNDATED:
            return FieldFilter("date", (_ANY_DAY,), negated=True)
        return FieldFilter("date", (self.name,))


def _everything(part: Part, **options: object) -> SearchRequest:
    return SearchRequest("*", filters=(part.chosen,), group=False, **options)  # type: ignore[arg-type]


def parts(ask: SearchEngine) -> list[Part]:
    """The sitemap files that together have the addresses of all articles, the newest first.

    Args:
        ask: the engine that counts the articles of each year.

    Raises:
        BusyError: the searches waited too long for others.
    """
    found = [Part(name, _newest(ask, name)) for name in _spans(ask, _ANY_DAY, 0)]
    undated = ask.search(_everything(Part(UNDATED), limit=0)).total
    return [*sorted(found, key=lambda part: part.name, reverse=True), *([Part(UNDATED)] if undated else [])]


def _spans(ask: SearchEngine, within: str, level: int) -> Iterator[str]:
    """Years; those with too many articles are split into months, and such months into days."""
    name = PERIODS[level]
    # Values named in a filter are always counted, however many others there are.
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


def _kept(name: str, make: Callable[[SearchEngine], str]) -> Response:
    """An XML file, made once per generation."""
    packed = worked_out(f"{name} {request.url_root}", lambda ask: zlib.compress(xml_text(make(ask)).encode()))
    return Response(zlib.decompress(packed), mimetype="application/xml")


def _file(articles: Iterable[Article], *, news: bool = False) -> str:
    root = request.url_root
    addresses = ((article, urljoin(root, article_address(article.id, lang=None))) for article in articles)
    return render_template("sitemap.xml", addresses=addresses, news=news)


@sitemaps.get("/sitemap.xml")
def listed() -> Response:
    """The index of sitemap files (sitemaps.org)."""
    known = worked_out("parts", parts)
    made = _kept("sitemap", lambda _: render_template("sitemap_index.xml", parts=known))
    return made if known else abort(404)


@sitemaps.get("/sitemap-<date>.xml")
def part(date: str) -> Response:
    """The addresses of the articles of a year, a month or a day, or of those without a day."""
    if date not in {known.name for known in worked_out("parts", parts)}:
        abort(404)
    asked = _everything(Part(date), sort="newest")
    return _kept(f"sitemap {date}", lambda ask: _file(islice(ask.scan(asked), MOST)))


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
    """Allow crawlers the articles, but not the pages made for one reader at a time (RFC 9309)."""
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
    with suppress(OnneshonError):  # crawlers that get an error here avoid the whole site
        files += ["sitemaps.news"] if _of_two_days(1) else []
    lines += ["", *(f"Sitemap: {url_for(name, _external=True)}" for name in files), ""]
    return Response("\n".join(lines), mimetype="text/plain")


@dataclass(frozen=True, slots=True)
class Card:
    """The metadata of an article for other sites.

    Attributes:
        article: the article.
        title: the article's title, or ``…`` in its place.
        address: the address of the article's page here.
        site: the name of the site that publishes it.
        picture: the address of the article's picture, if readers may see one.
        drawn: the address of the drawn preview picture, if one can be drawn.
    """

    article: Article
    title: str
    address: str
    site: str
    picture: str | None = None
    drawn: str | None = None

    @property
    def image(self) -> str | None:
        """The address of the picture to show with a link to the article."""
        return self.drawn or self.picture

    @property
    def description(self) -> str:
        """The beginning of the article's body, cut between words."""
        text = " ".join(visible(self.article.body, isolated=True).split())
        if len(text) <= MOST_DESCRIBED:
            return text
        end = text.rfind(" ", 0, MOST_DESCRIBED)
        return f"{text[: end if end > 0 else MOST_DESCRIBED]} …"

    @property
    def linked_data(self) -> Markup:
        """The article as a NewsArticle of schema.org, in JSON that is safe in a script element."""
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

"""Addresses: of pages and articles of this site, and of the originals elsewhere."""

import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final
from urllib.parse import SplitResult, quote, urlencode, urlsplit

from flask import current_app, request, url_for

from onneshon.index.analysis.control_characters import visible
from onneshon.search import ascii_host

_BROWSERS_CHANGE: Final = frozenset({"", ".", ".."})
"""Segments of a path that browsers and proxies take away, however they are encoded (WHATWG URL, RFC 3986)."""

_PLAIN_HOST: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_.])?")


_SAFE_IN_QUERY: Final = "!$'()*,/:;?@"
_SAFE_IN_PATH: Final = "!$&'()*+,/:;=@"
"""Characters that stay unencoded, as in Werkzeug (WHATWG URL)."""

_LATELY: Final = 2048

SCAN_FIELD: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")
"""A field in the pattern of ``scan_address``."""


def address(endpoint: str, /, **values: Any) -> str:
    """The same as ``url_for`` for a route without variable parts or a static file, in a tenth of the time.

    A page has some fifty addresses, most of which differ in one parameter.

    Args:
        endpoint: the endpoint of the route.
        values: values of parameters; several in a tuple. None leaves a parameter out. With an option of
            ``url_for`` such as ``_external``, ``url_for`` makes the address.
    """
    if any(name.startswith("_") for name in values):
        return url_for(endpoint, **values)
    if endpoint == "static":
        return _path(endpoint, values["filename"])
    current_app.inject_url_defaults(endpoint, values)
    return joined(_path(endpoint), [part for each in values.items() for part in parameters(*each)])


def beginning(endpoint: str) -> tuple[str, Sequence[str]]:
    """The path of a route, and the parameters that follow an address's own in every address of the route."""
    path, _, query = address(endpoint).partition("?")
    return path, [query] if query else []


def _path(endpoint: str, filename: str | None = None) -> str:
    """The path of a route below the site's own path; computed once."""
    known: dict[tuple[str, str, str | None], str] = current_app.extensions["onneshon_paths"]
    key = (request.script_root, endpoint, filename)
    if key not in known:
        known[key] = (
            url_for(endpoint, lang=None) if filename is None else url_for(endpoint, filename=filename)
        )
    return known[key]


def joined(path: str, query: Sequence[str]) -> str:
    """The address made of a path and of parameters from ``parameters``."""
    return f"{path}?{'&'.join(query)}" if query else path


def parameters(name: str, values: Any) -> list[str]:
    """A parameter encoded for an address, once for each of several values; none for None."""
    if values.__class__ is str:  # nearly always
        return [_parameter(name, values)]
    several = values if isinstance(values, tuple | list) else (values,)
    return [_parameter(name, value) for value in several if value is not None]


@lru_cache(_LATELY)
def _parameter(name: str, value: str | int) -> str:
    return urlencode(((name, value),), safe=_SAFE_IN_QUERY)


def article_address(article_id: str, **values: Any) -> str:
    """The address of an article's page: ``/article/ID``, or ``/article?id=ID`` if no path can contain the id.

    Args:
        article_id: the article's id.
        values: further parameters; None leaves one out.
    """
    if values.get("_external"):
        named: dict[str, Any] = (
            {"article_id": article_id} if below_articles(article_id) else {"id": article_id}
        )
        return url_for("pages.article", **named, **values)
    path, _, query = address("pages.article", **values).partition("?")
    return article_at(path, article_id, [query] if query else [])


def article_at(path: str, article_id: str, query: Sequence[str] = ()) -> str:
    """The address of an article, given the path of all articles, so that no request context is needed.

    Args:
        path: the path of articles.
        article_id: the article's id.
        query: further parameters, from ``parameters``.
    """
    below = below_articles(article_id)
    return joined(path + below, query) if below else joined(path, [*parameters("id", article_id), *query])


def below_articles(article_id: str) -> str:
    """The part of an article's path behind that of articles; empty if no path can contain the id."""
    kept = _BROWSERS_CHANGE.isdisjoint(article_id.split("/"))
    return f"/{quote(article_id, safe=_SAFE_IN_PATH)}" if kept else ""


def _parts(url: str) -> SplitResult | None:
    # A backslash is a slash to browsers, and a character of the user's name to urlsplit; tabs and line breaks
    # are taken away by both.
    if "\\" in url or visible(url) != url or set(url) & set("\t\n"):
        return None
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises where it is no number
    except ValueError:
        return None
    return parts if parts.scheme in {"http", "https"} else None


_PLAIN_ADDRESS: Final = re.compile(r"(https?://[a-z0-9.-]+)(?:[/?#][!-\[\]-~]*)?")
"""An address in ASCII that all parsers read alike; its first group, scheme and host, decides its domain."""


def domain(url: str) -> str:
    """The host of a web address, in ASCII, so that no letter can pose as another; empty if there is none."""
    plain = _PLAIN_ADDRESS.fullmatch(url)
    return _domain(plain[1] if plain else url)


@lru_cache(_LATELY)
def _domain(url: str) -> str:
    parts = _parts(url)
    name = ascii_host(parts.hostname) if parts and parts.hostname else None
    return name.removeprefix("www.") if name and _PLAIN_HOST.fullmatch(name) else ""


def web_address(url: str) -> str | None:
    """The address if it is safe to link to: http or https, with a host that all parsers read alike."""
    return url if url and domain(url) else None


def scan_address(pattern: str, keywords: Mapping[str, Sequence[str]]) -> str | None:
    """The address of a scan of the page on which an article was printed, such as a viewer or an IIIF image.

    Args:
        pattern: the site's pattern, with names of fields in braces; empty where there are no scans.
        keywords: the article's keyword fields, among which each field of the pattern must have a value.
    """
    names = SCAN_FIELD.findall(pattern)
    if not names or not all(keywords.get(name) for name in names):
        return None
    return web_address(SCAN_FIELD.sub(lambda name: quote(keywords[name[1]][0], safe=""), pattern))


def picture_address(url: str, hosts: Collection[str]) -> str | None:
    """The address of a picture if a page may show it: safe to link to, and on one of the hosts."""
    if not hosts or web_address(url) is None:
        return None
    return url if urlsplit(url).netloc.lower() in hosts else None

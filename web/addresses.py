"""Addresses: of articles here, and of their originals elsewhere."""

import re
from collections.abc import Collection
from typing import Final
from urllib.parse import SplitResult, urlsplit

from flask import url_for

from onneshon.index.analysis.control_characters import visible
from onneshon.search import ascii_host

__all__ = ["article_address", "domain", "picture_address", "web_address"]

_BROWSERS_CHANGE: Final = frozenset({"", ".", ".."})
"""Segments of a path that browsers and proxies take away, however they are encoded (WHATWG URL, RFC 3986)."""

_PLAIN_HOST: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_.])?")


def article_address(article_id: str, **values: object) -> str:
    """Where an article is shown: ``/article/ID``, or ``/article?id=ID`` for an id that no path can hold.

    Args:
        article_id: of the article.
        values: further parameters; None leaves one out.
    """
    if _BROWSERS_CHANGE.isdisjoint(article_id.split("/")):
        return url_for("pages.article", article_id=article_id, **values)  # type: ignore[arg-type]
    return url_for("pages.article", id=article_id, **values)  # type: ignore[arg-type]


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


def domain(url: str) -> str:
    """The host of a web address, in ASCII, so that no letter passes for another; empty if there is none."""
    parts = _parts(url)
    name = ascii_host(parts.hostname) if parts and parts.hostname else None
    return name.removeprefix("www.") if name and _PLAIN_HOST.fullmatch(name) else ""


def web_address(url: str) -> str | None:
    """The address if it is one that is safe to link to: http or https, with a host that all read alike."""
    return url if domain(url) else None


def picture_address(url: str, hosts: Collection[str]) -> str | None:
    """The address of a picture if a page may show it: one that is safe to link to, of one of the hosts."""
    if not hosts or web_address(url) is None:
        return None
    return url if urlsplit(url).netloc.lower() in hosts else None

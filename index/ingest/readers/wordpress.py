"""Posts of an export of WordPress (WXR): what readers of the site may see, as the plugin sends it."""

import re
from contextlib import suppress
from html import unescape
from typing import Any, Final
from xml.parsers.expat import ExpatError

from onneshon.index.ingest.readers.feed_entry import Entry, read_entry, written_day
from onneshon.index.ingest.readers.markup_text import text_of_markup

__all__ = ["Authors", "is_post", "post_fields", "why_not_public"]

_TYPES: Final = ("post", "page")
_MOST_AUTHORS: Final = 100_000
_EMPTY: Final = frozenset({"audio", "embed", "gallery", "playlist", "video"})
"""Shortcodes of WordPress itself, whose content is an address."""
_SHORTCODE: Final = re.compile(r"(?<!\[)\[(/?)([A-Za-z][A-Za-z0-9_-]*)((?:[\s/][^\[\]]*)?)\](?!\])")


class Authors:
    """The names that authors are shown by, which posts name by what they log in with."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def add(self, content: bytes) -> None:
        """Note an element of an author; what is no XML is none."""
        with suppress(ExpatError, UnicodeDecodeError):
            entry = read_entry(content)
            if len(self._names) < _MOST_AUTHORS:
                self._names[entry.text("wp:author_login")] = entry.text("wp:author_display_name")

    def name(self, login: str) -> str:
        """As readers see it."""
        return self._names.get(login) or login


def is_post(entry: Entry) -> bool:
    """Whether an entry is one of an export."""
    return bool(entry.text("wp:post_type", "wp:status"))


def why_not_public(entry: Entry) -> str:
    """Why readers of the site do not see a post: its type, status or password; empty where they do."""
    kind, status = entry.text("wp:post_type"), entry.text("wp:status")
    if kind not in _TYPES:
        return kind or "no post"
    if status != "publish":
        return status or "no status"
    return "password-protected" if entry.text("wp:post_password") else ""


def post_fields(entry: Entry, authors: Authors) -> dict[str, Any]:
    """The fields of a post, with the id that the plugin gives it."""
    number = entry.text("wp:post_id")
    terms = [
        (part.attributes.get("domain", "category"), unescape(part.text).strip())
        for part in entry.all("category")
    ]
    categories = [term for domain, term in terms if domain == "category"]
    return {
        "id": f"wp-{number}" if number else "",
        "title": text_of_markup(entry.text("title")).replace("\n", " "),
        "body": text_of_markup(_with_lines(without_shortcodes(entry.text("content:encoded")))),
        # That of the site; the other one is in UTC, where it may be the day before.
        "date": written_day(entry.text("wp:post_date")) or written_day(entry.text("pubdate")),
        "category": next(iter(categories), ""),
        "categories": categories,
        "tags": [term for domain, term in terms if domain == "post_tag"],
        "url": entry.link(),
        "author": authors.name(entry.text("dc:creator")),
    }


def _with_lines(content: str) -> str:
    """A content with its line ends as tags: WordPress shows them so."""
    return content.replace("\n", "<br>\n")


def without_shortcodes(text: str) -> str:
    """A text without its shortcodes, with what they stand around unless that is an address.

    Those are the ones that are closed, have values, or are of WordPress itself: other words in brackets stay.
    """
    codes = list(_SHORTCODE.finditer(text))
    closed = {code[2] for code in codes if code[1]}
    kept, start = [], 0
    for code, ends in zip(codes, _ends(codes), strict=True):
        _, name, rest = code.groups()
        if code.start() >= start and (name in closed or name in _EMPTY or "=" in rest or rest.endswith("/")):
            kept.append(text[start : code.start()])
            start = ends if name in _EMPTY else code.end()
    kept.append(text[start:])
    return "".join(kept)


def _ends(codes: list[re.Match[str]]) -> list[int]:
    """Where each shortcode ends with what it stands around, which is what the next one of its name closes."""
    ends = []
    later: dict[str, re.Match[str]] = {}
    for code in reversed(codes):
        following = later.get(code[2])
        closes = following is not None and following[1] and not code[1]
        ends.append(following.end() if following and closes else code.end())
        later[code[2]] = code
    return ends[::-1]

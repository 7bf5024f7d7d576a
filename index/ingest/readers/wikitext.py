"""The text of wikitext: what a reader of the page sees, without its tables of facts, notes and pictures."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from onneshon.index.ingest.budget import MAX_PARTS
from onneshon.index.ingest.readers.extras import needed

__all__ = ["WikiText"]

_FILES: Final = ("file", "image", "media", "চিত্র", "ছবি")
_CATEGORIES: Final = ("category", "বিষয়শ্রেণী")
_INTERWIKI: Final = re.compile(r"[a-z]{2,3}(?:-[a-z]+)*")
_RUN: Final = re.compile(r"([*#:;=])\1{19,}")
_SHORT: Final = r"\1" * 10
"""Ten signs of a list in a row draw a line as well as thousands do, which the parser nests in each other."""
_SIGNS: Final = re.compile(r"\[|\{\{|\{\||\||''+|[<&]|://|^[*#:;= ]", re.MULTILINE)
"""What may be a node of its own to the parser, which takes a kilobyte for each."""
_SWITCH: Final = re.compile(r"__[A-Z]+__")
_BLANK: Final = re.compile(r"[ \t]*\n(?:[ \t]*\n)+")
_HIDDEN: Final = frozenset(
    {
        "ref",
        "references",
        "table",
        "gallery",
        "math",
        "timeline",
        "imagemap",
        "score",
        "style",
        "syntaxhighlight",
    }
)
_BREAKS: Final = frozenset({"br", "hr", "li", "dd", "dt"})
_SHOWN: Final = re.compile(r"(?:lang|ভাষা)(?:-[a-z]+)?|nowrap|small|transl(?:iteration)?", re.IGNORECASE)
"""Templates whose last value is part of the sentence; all others stand beside the text, or make it."""

_NESTED: Final = (
    (re.compile(r"(?P<open>\{\{)|\}\}"), 100),
    (re.compile(r"(?P<open>\[\[)|\]\]"), 100),
    (re.compile(r"(?P<open>\{\|)|\|\}"), 100),
    (re.compile(r"(?P<open><(?!br|hr|wbr|li|d[dt]|t[dhr])[A-Za-z][^<>/]*>)|</"), 500),
)
"""Signs that open and close, and how deep they may be: the parser looks back over all that is open.
MediaWiki itself reads templates 40 deep."""


class WikiText:
    """Reads the wikitext of one wiki.

    Args:
        where: the source, for messages.
        names: what the wiki calls files and categories; None for what it does not say.
    """

    def __init__(self, where: str, names: Sequence[str | None]) -> None:
        self._parser = needed("mwparserfromhell", "wiki", where)
        files, categories = ([name.lower()] if name else [] for name in names)
        self._files = frozenset([*_FILES, *files])
        self._categories = frozenset([*_CATEGORIES, *categories])

    def read(self, text: str) -> dict[str, str]:
        """The body of a page, and the first of its categories.

        Raises:
            ValueError: its markup is nested, or left open, beyond measure.
        """
        for signs, most in _NESTED:
            if (deepest := _deepest(signs, text)) > most:
                raise ValueError(f"markup that is {deepest:,} deep, of which {most} is as much as is read")
        if (count := sum(1 for _ in _SIGNS.finditer(text))) > MAX_PARTS:
            raise ValueError(f"{count:,} signs of markup, of which {MAX_PARTS:,} are as many as are read")
        page = _Page(self._files, self._categories)
        body = "".join(page.shown(self._parser.parse(_RUN.sub(_SHORT, text))))
        body = _BLANK.sub("\n\n", _SWITCH.sub("", body)).strip()
        return {"body": body, "category": page.category}


def _deepest(signs: re.Pattern[str], text: str) -> int:
    """How many of some signs are open at a time, at most."""
    depth = deepest = 0
    for sign in signs.finditer(text):
        depth = depth + 1 if sign["open"] else max(0, depth - 1)
        deepest = max(deepest, depth)
    return deepest


class _Page:
    """One page, whose nodes are gone through once, whatever is in which."""

    def __init__(self, files: frozenset[str], categories: frozenset[str]) -> None:
        self._files = files
        self._categories = categories
        self.category = ""

    def shown(self, code: Any) -> Iterator[str]:
        """The pieces of text that a span of wikitext shows."""
        for node in code.nodes if code is not None else ():
            match type(node).__name__:
                case "Text":
                    yield str(node.value)
                case "Wikilink":
                    yield from self._link(node)
                case "ExternalLink":
                    yield from self.shown(node.title)
                case "Heading":
                    yield "".join(self.shown(node.title)).strip()
                case "HTMLEntity":
                    yield node.normalize()
                case "Tag":
                    yield from self._tag(node)
                case "Template" if _SHOWN.fullmatch(str(node.name).strip()) and node.params:
                    yield from self.shown(node.params[-1].value)

    def _tag(self, tag: Any) -> Iterator[str]:
        name = str(tag.tag).strip().lower()
        if name in _HIDDEN:
            return
        if name in _BREAKS and not tag.wiki_markup:
            yield "\n"
        yield from self.shown(tag.contents)

    def _link(self, link: Any) -> Iterator[str]:
        space, colon, rest = str(link.title).strip().partition(":")
        space = space.strip().lower()
        if colon and space in self._categories:
            self.category = self.category or rest.strip()
        elif not colon or not (space in self._files or (link.text is None and _INTERWIKI.fullmatch(space))):
            yield from self.shown(link.title if link.text is None else link.text)

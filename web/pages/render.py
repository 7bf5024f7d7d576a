"""Text to HTML: the only place where markup is made from text, and so the only one that must escape it."""

import datetime as dt
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup, escape

from index.analysis.control_characters import visible
from search import Match, Snippet, Stage, format_date, format_integer
from search.results.markup import html_of
from web.messages import MESSAGES, Language

__all__ = [
    "FIRST_MATCH",
    "SHORTCUT",
    "Character",
    "Renderer",
    "characters",
    "inline",
    "paragraphs",
    "shown",
]

SHORTCUT: Final = Markup("<kbd>/</kbd>")
"""The key that goes to the search box."""

FIRST_MATCH: Final = "first-match"
"""The id of the first mark of an article, to jump to."""


@dataclass(frozen=True, slots=True)
class Character:
    """A character to look at.

    Attributes:
        glyph: what it looks like by itself.
        code: its code point, as ``U+0995``.
        name: its name in Unicode.
        unseen: whether it looks like nothing.
    """

    glyph: str
    code: str
    name: str
    unseen: bool


def shown(text: str) -> str:
    """The text with control characters, which HTML forbids, replaced one for one by U+FFFD."""
    return visible(text, isolated=True)


def characters(stage: Stage) -> list[Character]:
    """The characters of a stage of the analysis, one by one."""
    found = []
    for character, code in zip(stage.text, stage.code_points, strict=True):
        name = unicodedata.name(character, code)
        found.append(Character(_alone(character), code, name, unseen=name in stage.unseen))
    return found


def _alone(character: str) -> str:
    """On a dotted circle if it is a mark that needs a letter under it."""
    return f"\N{DOTTED CIRCLE}{character}" if unicodedata.category(character)[0] == "M" else shown(character)


def inline(snippet: Snippet, first: str | None = None) -> Markup:
    """The text with its marks, each of the class of its layer; ``first`` is the id of the first of them."""
    pieces = ((text, match.layer if match else None) for text, match in snippet.pieces())
    return Markup(html_of(pieces, first))  # noqa: S704  # escaped there


def _lines(snippet: Snippet) -> Iterator[Snippet]:
    """One snippet for each line that is not blank; a mark across lines goes on in the next."""
    start = 0
    for line in snippet.text.splitlines(keepends=True):
        end = start + len(line)
        if line.strip():
            within = (match for match in snippet.matches if match.start < end and match.end > start)
            yield Snippet(
                line,
                tuple(
                    Match(max(match.start, start) - start, min(match.end, end) - start, match.layer)
                    for match in within
                ),
            )
        start = end


def paragraphs(snippet: Snippet) -> Markup:
    """The text as paragraphs, one a line, the first mark with the id FIRST_MATCH."""
    lines = list(_lines(snippet))
    first = next((number for number, line in enumerate(lines) if line.matches), None)
    return Markup("\n").join(
        Markup("<p>{}</p>").format(inline(line, FIRST_MATCH if number == first else None))
        for number, line in enumerate(lines)
    )


class Renderer:
    """Words, numbers and dates in the reader's language.

    Args:
        language: of the interface.
    """

    def __init__(self, language: Language) -> None:
        self._language = language
        self._messages = MESSAGES[language]

    def text(self, key: str, /, **values: object) -> Markup:
        """The message of that key, with values put in its braces and escaped.

        Raises:
            KeyError: no such message.
        """
        return escape(self._messages[key]).format(**values)

    def step(self, name: str, /) -> str:
        """The name of a step of the analysis; as it is where this version has no words for it."""
        return self._messages.get(f"step.{name}", name)

    def counted(self, key: str, number: int, /, **values: object) -> Markup:
        """The message of that key for a number of things, in its singular if there is one."""
        singular = f"{key}.one"
        chosen = singular if number == 1 and singular in self._messages else key
        return self.text(chosen, count=self.number(number), **values)

    def number(self, value: float, /) -> str:
        """A whole number in the digits and grouping of the language."""
        return format_integer(round(value), self._language)

    def date(self, day: dt.date, /) -> Markup:
        """A date in words, with its machine-readable form."""
        shown = format_date(day, self._language)
        return Markup('<time datetime="{}">{}</time>').format(day.isoformat(), shown)

    def quoted(self, text: str, /) -> Markup:
        """What somebody else wrote, kept from turning the direction of the words around it."""
        return Markup("<bdi>{}</bdi>").format(shown(text))

"""Converts text to HTML: the only module that makes markup from text, so the only one that must escape it."""

import datetime as dt
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from itertools import count
from string import Formatter
from typing import Any, Final

from markupsafe import Markup, escape

from onneshon.index.analysis.analyzer import analyze
from onneshon.index.analysis.control_characters import visible
from onneshon.index.literals import number_text
from onneshon.search import Article, Match, QueryError, Snippet, Stage, format_decimal, format_integer
from onneshon.search.query.conditions import number_range
from onneshon.search.results.chunks import ClusterLengths
from onneshon.search.results.values import html_of
from onneshon.web.languages.catalogues import catalogue
from onneshon.web.site.settings import Site

MANY: Final = 100
"""The number whose plural form scripts use for all numbers but 1."""

MARK_ID: Final = "mark-"
"""Prefix of the ids of marks in an article; the number of the mark, from 1, follows."""


_LATELY: Final = 1024

BEFORE_MARK: Final = 24
"""Characters that a narrow screen shows before the first mark of a snippet, less than a line."""

FAR_MARK: Final = 80
"""Maximum characters before the first mark of a snippet; if there are more, a narrow screen omits some."""

NARROW_CLUSTERS: Final = 80
"""Maximum clusters of a snippet on a narrow screen: in 19 of 20 cases they fit in three lines of 360 px."""

WIDE_CLUSTERS: Final = 150
"""Maximum clusters of a snippet on a wide screen: they nearly always fit in three lines of its column."""

PICTURED: Final = (118, 56)
"""``WIDE_CLUSTERS`` and ``NARROW_CLUSTERS`` for a snippet next to a picture."""

_INITIAL_REPH: Final = re.compile("(?<![\u0980-\u09ff])\u09b0\u09cd\u09af")
_IN_MARKS: Final = re.compile("[“‘]<bdi>[^<]*</bdi>[”’]")

_PERIOD: Final = re.compile(r"[0-9]{4}(?:-[0-9]{2}){0,2}")

_MONTHS: Final = 12
_PARTS: Final = ("year", "month", "day")
_NEAR: Final = ("today", "yesterday")
_WEEK: Final = 7


@dataclass(frozen=True, slots=True)
class Character:
    """A character as shown on the page of the analysis.

    Attributes:
        glyph: the character as displayed alone.
        code: the code point, such as ``U+0995``.
        name: the Unicode name.
        unseen: whether the character is invisible.
    """

    glyph: str
    code: str
    name: str
    unseen: bool


def shown(text: str) -> str:
    """The text with control characters, which HTML forbids, replaced one for one by U+FFFD."""
    return visible(text, isolated=True)


def isolated(text: str) -> str:
    """As ``shown``, where no element isolates it: direction controls end with it (FSI, PDI of UAX 9)."""
    text = shown(text)
    return text if visible(text) == text else f"\u2068{text}\u2069"


def legible(text: str) -> str:
    """A form without joiners, with the joiner that readers write in র‍্যাব: no word begins with a reph."""
    return _INITIAL_REPH.sub("\u09b0\u200d\u09cd\u09af", shown(text))


def unbroken(message: Markup) -> Markup:
    """A message whose quotation marks stay on one line with the box of the text that they quote."""
    return Markup(_IN_MARKS.sub(r'<span class="in-marks">\g<0></span>', str(message)))  # noqa: S704  # as it was


def characters(stage: Stage) -> list[Character]:
    """The characters of a stage of the analysis, one by one."""
    found = []
    for character, code in zip(stage.text, stage.code_points, strict=True):
        name = unicodedata.name(character, code)
        found.append(Character(_alone(character), code, name, unseen=name in stage.unseen))
    return found


def _alone(character: str) -> str:
    """The character as displayed alone: on a dotted circle if it is a combining mark."""
    return f"\N{DOTTED CIRCLE}{character}" if unicodedata.category(character)[0] == "M" else shown(character)


def stems_of(words: Iterable[Iterable[str]]) -> frozenset[str]:
    """The stems of all words of several lists."""
    return frozenset(token.stem for few in words for word in few for token in analyze(word))


def _kind(match: Match, text: str, others: Collection[str]) -> str:
    """The CSS class of a mark: its layer, and ``other`` for a word in ``others`` matched by sound."""
    if match.layer == "sound" and any(token.stem in others for token in analyze(text)):
        return f"{match.layer} other"
    return match.layer


def inline(snippet: Snippet, first: int | None = None, others: Collection[str] = ()) -> Markup:
    """The text with its marks, each with its layer as the CSS class.

    Args:
        snippet: the text.
        first: the number of the first mark, if marks should have ids, which are numbered from it.
        others: stems of words that differ from those that the page says the query was read as.
    """
    pieces = ((text, _kind(match, text, others) if match else None) for text, match in snippet.pieces())
    names = () if first is None else (f"{MARK_ID}{number}" for number in count(first))
    return Markup(html_of(pieces, names))  # noqa: S704  # escaped there


def _html(text: str, matches: Iterable[Match], start: int, end: int, others: Collection[str] = ()) -> str:
    """A part of a text with its marks as in ``inline``; a mark that crosses an end is cut there."""
    pieces: list[tuple[str, str | None]] = []
    done = start
    for match in matches:
        first, last = max(match.start, start), min(match.end, end)
        if first < last:
            marked = text[first:last]
            pieces += ((text[done:first], None), (marked, _kind(match, marked, others)))
            done = last
    return html_of([*pieces, (text[done:end], None)])


def excerpt(snippet: Snippet, *, pictured: bool = False, others: Collection[str] = ()) -> Markup:
    """A snippet that fits three lines; a narrow screen omits its end, and text far before the first mark.

    Cut here, because browsers cut overlong text anywhere, even in the middle of words.

    Args:
        snippet: the snippet of a hit.
        pictured: whether a picture next to the snippet makes the lines shorter.
        others: as for ``inline``.
    """
    wide, narrow = PICTURED if pictured else (WIDE_CLUSTERS, NARROW_CLUSTERS)
    snippet = _three_lines(snippet, wide)
    text, matches = snippet.text, snippet.matches
    start = _lead(snippet, FAR_MARK)
    end = _end(text, start, narrow)
    lead = f'<span class="lead-of">{escape(shown(text[:start]))}</span>' if start else ""
    tail = (
        f'<span class="tail-of">{_html(text, matches, end, len(text), others)}</span>'
        if end < len(text)
        else ""
    )
    return Markup(lead + _html(text, matches, start, end, others) + tail)  # noqa: S704  # escaped there


def _three_lines(snippet: Snippet, most: int) -> Snippet:
    """The part of a snippet that fits the lines of a wide screen, with the first mark in it."""
    start = _lead(snippet, most - BEFORE_MARK)
    end = _end(snippet.text, start, most)
    cut = snippet.text[start:end]
    before = "… " if start else ""
    after = " …" if end < len(snippet.text) else ""
    return Snippet(f"{before}{cut}{after}", _within(snippet, start, end, len(before)))


def _within(snippet: Snippet, start: int, end: int, shift: int = 0) -> tuple[Match, ...]:
    """The marks of a part of a text, moved to begin at ``shift``; a mark that crosses an end is cut there."""
    shift -= start
    return tuple(
        Match(max(match.start, start) + shift, min(match.end, end) + shift, match.layer)
        for match in snippet.matches
        if match.start < end and match.end > start
    )


def _lead(snippet: Snippet, far: int) -> int:
    """The offset to begin at so that the first mark is near: 0, unless over ``far`` characters precede it."""
    first = min((match.start for match in snippet.matches), default=0)
    return snippet.text.rfind(" ", 0, first - BEFORE_MARK) + 1 if first > far else 0


def _end(text: str, start: int, most: int) -> int:
    """The end offset of a text from ``start`` with at most ``most`` clusters: before a space, or its end.

    Never after the dots between two passages: if the second is omitted, dots for the omission follow anyway.
    """
    lengths = ClusterLengths(text)
    end, most = len(text), lengths.before(start) + most
    while end > start and (lengths.before(end) > most or (end < len(text) and text[end - 1] == "…")):
        end = text.rfind(" ", start, end)
    return end if end > start else len(text)


def moment(article: Article | None) -> str:
    """The time an article appeared, in the format of feeds (RFC 3339); 1970-01-01 where it is unknown."""
    day = article.date if article and article.date else dt.date(1970, 1, 1)
    return f"{day.isoformat()}T00:00:00Z"


def _lines(snippet: Snippet) -> Iterator[Snippet]:
    """One snippet for each line that is not blank; a mark across lines continues in the next."""
    start = 0
    for line in snippet.text.splitlines(keepends=True):
        end = start + len(line)
        if line.strip():
            yield Snippet(line, _within(snippet, start, end))
        start = end


def paragraphs(snippet: Snippet, first: int = 1) -> Markup:
    """The text as paragraphs, one per line, with marks whose ids are numbered from ``first``."""
    html = []
    for line in _lines(snippet):
        html.append(Markup("<p>{}</p>").format(inline(line, first)))
        first += len(line.matches)
    return Markup("\n").join(html)


@cache
def _parts(message: str) -> tuple[tuple[str, bool], ...]:
    """The parts of a message in order, each with whether it is a name in braces or else a text."""
    parsed = Formatter().parse(message)
    pairs = (((text, False), (name or "", name is not None)) for text, name, _, _ in parsed)
    return tuple((part, named) for pair in pairs for part, named in pair if part)


class Renderer:
    """Words, numbers and dates in the reader's language.

    Args:
        language: the language of the interface.
        site: the site whose name and nouns messages contain; ours by default.
    """

    def __init__(self, language: str, site: Site | None = None) -> None:
        self._language = language
        self._catalogue = catalogue(language)
        self._words = (site or Site()).words(language)
        self._whole: dict[str, Markup] = {}
        # Cached, as the next page shows the same facets and dates.
        self.number = lru_cache(_LATELY)(self.number)  # type: ignore[method-assign]
        self.period = lru_cache(_LATELY)(self.period)  # type: ignore[method-assign]
        self.date = lru_cache(_LATELY)(self.date)  # type: ignore[method-assign]
        self.quoted = lru_cache(_LATELY)(self.quoted)  # type: ignore[method-assign]

    def text(self, key: str, /, **values: object) -> Markup:
        """The message of a key, with escaped values in the place of its names in braces.

        Raises:
            KeyError: there is no such message.
        """
        if not values:
            if key not in self._whole:
                self._whole[key] = self._filled(self._catalogue.text(key), {})
            return self._whole[key]
        return self._filled(self._catalogue.text(key), values)

    def _filled(self, message: str, values: dict[str, Any]) -> Markup:
        given = self._words | values
        parts = (escape(given[part] if named else part) for part, named in _parts(message))
        return Markup("".join(parts))  # noqa: S704  # each is escaped

    def numbers(self, value: str, /) -> Markup:
        """A number or a range from a filter, in words; any other text unchanged."""
        try:
            span = number_range("", value, "")
        except QueryError:
            return self.quoted(value)
        least, most = (None if end is None else self._figures(end) for end in (span.least, span.most))
        if least == most:
            return Markup("{}").format(least)
        if most is None:
            return self.text("numbers.above" if span.above else "numbers.from", value=least)
        if least is None:
            return self.text("numbers.below" if span.below else "numbers.to", value=most)
        return self.text("numbers.before" if span.below else "numbers.between", least=least, most=most)

    def _figures(self, number: float) -> str:
        """A number with all its decimal places, in the digits, grouping and decimal point of the language."""
        if number.is_integer():
            return self.number(number)
        _, _, fraction = f"{Decimal(number_text(number)):f}".partition(".")
        return format_decimal(number, self._language, len(fraction))

    def step(self, name: str, /) -> str:
        """The name of a step of the analysis in the language; its identifier if that has no message."""
        key = f"step.{name}"
        return self._catalogue.text(key) if key in self._catalogue.forms else name

    def counted(self, key: str, number: int, /, **values: object) -> Markup:
        """The message of a key in the plural form for a number, which is the default for ``{count}``."""
        return self._filled(self._catalogue.counted(key, number), {"count": self.number(number)} | values)

    def number(self, value: float, /) -> str:
        """A whole number in the digits and grouping of the language."""
        return format_integer(round(value), self._language)

    def decimal(self, value: float, /) -> str:
        """A number with two decimal places, in the digits of the language."""
        return format_decimal(value, self._language, 2)

    def month(self, number: int, /) -> str:
        """The name of a month, from 1: ICU 72 still spells ফেব্রুয়ারি and জানুয়ারি with a long vowel."""
        return self._catalogue.text(f"month.{number}")

    def period(self, value: str, /) -> str:
        """A year, month or day, as ``2020``, ``2020-03`` or ``2020-03-25``, in words; other text unchanged.

        Two periods with dots between, as ``2020..2021``, are the days from the first to the second.
        """
        if ".." in value:
            return self._span(*value.split("..", 1))
        parts = value.split("-")
        if not (_PERIOD.fullmatch(value) and (len(parts) == 1 or 1 <= int(parts[1]) <= _MONTHS)):
            return value
        return self._dated(f"date.{_PARTS[len(parts) - 1]}", *map(int, parts))

    def _dated(self, key: str, year: int, month: int = 0, day: int = 0) -> str:
        """The message of a key with a year, and with a month and a day where the month is not 0."""
        values = {"year": self._plain(year)}
        if month:
            values |= {"month": self.month(month), "day": self._plain(day)}
        return self._catalogue.text(key).format(**values)

    def _plain(self, number: int) -> str:
        return format_integer(number, self._language, grouped=False)

    def _span(self, since: str, until: str) -> str:
        ends = (("since", since), ("until", until))
        return " ".join(
            self._catalogue.text(f"narrow.name.{end}").format(value=self.period(value))
            for end, value in ends
            if value
        )

    def date(self, day: dt.date, /) -> Markup:
        """A date in words, with its machine-readable form."""
        shown = self._dated("date.long", day.year, day.month, day.day)
        return Markup(f'<time datetime="{day.isoformat()}">{escape(shown)}</time>')  # noqa: S704

    def ago(self, day: dt.date, today: dt.date, /) -> Markup:
        """A date relative to today, short where it is recent, with the full date in the ``title``."""
        days = (today - day).days
        if days < 0 or (days >= _WEEK and day.year != today.year):
            return self.date(day)
        if days < len(_NEAR):
            said: str = self.text(f"ago.{_NEAR[days]}")
        elif days < _WEEK:
            said = self.counted("ago.days", days)
        else:
            said = self._dated("date.this_year", day.year, day.month, day.day)
        whole = self._dated("date.long", day.year, day.month, day.day)
        return Markup('<time datetime="{}" title="{}">{}</time>').format(day.isoformat(), whole, said)

    def quoted(self, text: str, /) -> Markup:
        """Escaped text by others, isolated so that it cannot change the direction of the text around it."""
        return Markup(f"<bdi>{escape(shown(text))}</bdi>")  # noqa: S704  # escaped

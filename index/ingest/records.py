"""Makes an article of the fields of one record, or reports what is wrong with the record."""

import datetime as dt
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import Any, Final
from uuid import UUID

import msgspec

from onneshon.index.analysis.icu_text import shortest_code
from onneshon.index.analysis.script import ASCII_DIGITS
from onneshon.index.article import Article
from onneshon.index.configuration import DATE_ORDERS, DateOrder, KeywordField, is_field_name
from onneshon.index.encodings.bijoy import windows_text
from onneshon.index.encodings.legacy import verdict
from onneshon.index.errors import CONVERT, CorpusError
from onneshon.index.ingest.budget import MAX_PARTS
from onneshon.index.literals import days, number_of

MAX_ID_BYTES: Final = 512
"""Longest id, in bytes of UTF-8: ids are part of URLs and of the term dictionary of the index."""

MAX_KEYWORDS: Final = 1_000
"""Most values of a declared field in one article."""

_TAG: Final = re.compile("([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{1,8}){0,8}")
"""A text in the form of a language tag, also with underscores, as in the names of locales."""

_BEFORE_VALUES: Final = (b",", b"[", b"{")
"""In JSON each value but the first has one of these before it, outside of strings."""
_STRINGS_AND_SIGNS: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|([,\[{])', re.DOTALL)

_NO_DATE: Final = re.compile(r"(?:0000-00-00(?:[ T]00:00:00(?:\.0+)?Z?)?)?")
"""How the lack of a date is written: as nothing, or as the zeros of MySQL."""
_SERIAL: Final = re.compile(r"[2-6]\d{4}(?:\.\d+)?")
"""Days since 1900, from 1954 to 2091."""
_FIRST_MOMENT: Final = 10**8
_LAST_MOMENT: Final = 10**10
"""Seconds since 1970, from 1973 to 2286: fewer may be a day in figures (20240221), more are milliseconds."""
_SHORT_DATE: Final = 40
"""Most code points of a date whose parsed form is cached."""
_days_met: Final = lru_cache(maxsize=8_192)(days)
"""A cache for the dates of twenty years."""

_MOST_EXACT: Final = (1 << 53) - 1
"""The largest whole number up to which every whole number is a float of its own."""
_MOST_DIGITS: Final = 40
"""Most digits of a decimal that is taken for an id."""

_TEXTS: Final = ("title", "body", "category", "url", "author", "lang", "image")


def json_object(record: bytes, where: str) -> Mapping[str, Any]:
    """Parse a JSON object.

    Args:
        record: the object in UTF-8, a byte order mark allowed.
        where: ``file:line``, for the message.

    Raises:
        CorpusError: it is no object; ``kind`` is one of ``problems.KINDS``.
    """
    _check_values(record, where)
    usual = _usual(record)
    return _object(decoded(record, where), where) if usual is None else usual


def article_from_fields(
    fields: Mapping[str, Any],
    where: str,
    derived_id: str,
    declared: Sequence[KeywordField] = (),
    *,
    date_format: str | None = None,
    date_order: DateOrder = DATE_ORDERS[0],
) -> Article:
    """The article that the fields of a record make.

    Args:
        fields: values by the names of the fields of `Article`; other fields are ignored.
        where: the place of the record, for the message.
        derived_id: the id of the article if the record has none.
        declared: further fields that may be there: a string or a number, or a list of them where the field
            may have several values.
        date_format: how dates are written, as for ``strptime``; None for what ``index.literals`` reads.
        date_order: the order of day and month where both are figures.

    Raises:
        CorpusError: it is no article; ``kind`` is one of ``problems.KINDS``.
    """
    if isinstance(fields.get("author"), list | Mapping):
        fields = {**fields, "author": ", ".join(_names(fields["author"], where))}
    title, body, category, url, author, lang, image = (_text(fields, name, where) for name in _TEXTS)
    day = _day(fields.get("date"), where, date_format, date_order)
    article_id = _id(fields, derived_id, where)
    keywords = {field.name: found for field in declared if (found := _keyword(fields, field, where))}
    article = Article(
        article_id, title, body, day, category, url, author, lang or "bn", keywords=keywords, image=image
    )
    return checked(article, where)


def _usual(record: bytes) -> Mapping[str, Any] | None:
    """The object in a record by the fast decoder; None where the slow decoder has to decide.

    The fast decoder refuses some JSON that Python accepts, and its messages say less about invalid JSON. What
    it accepts is UTF-8 throughout, and has no lone surrogates.
    """
    try:
        value = msgspec.json.decode(record)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _check_values(record: bytes, where: str) -> None:
    """Refuse more values than any article has, as a value may take a hundred times its bytes once decoded.

    Raises:
        CorpusError: there are more than ``MAX_PARTS``.
    """
    if sum(map(record.count, _BEFORE_VALUES)) <= MAX_PARTS:
        return
    outside = (1 for found in _STRINGS_AND_SIGNS.finditer(record) if found[1])
    if sum(islice(outside, MAX_PARTS + 1)) > MAX_PARTS:
        raise CorpusError(where, "long", f"more than {MAX_PARTS:,} values in a record")


def _keyword(fields: Mapping[str, Any], declared: KeywordField, where: str) -> tuple[str, ...]:
    """The values of a declared field without the blank ones."""
    given = fields.get(declared.name)
    several = given if isinstance(given, list) else [given]
    if isinstance(given, list) and not declared.several and len(given) > 1:
        reason = f"{declared.name} has {len(given)} values; declare it with `several = true`"
        raise CorpusError(where, "type", reason)
    texts = (_keyword_value(item, declared.name, where) for item in several if item is not None)
    return tuple(text for text in texts if text.strip())


def _keyword_value(value: object, name: str, where: str) -> str:
    if type(value) in {int, float}:
        return str(value)
    if not isinstance(value, str):
        raise CorpusError(where, "type", f"a value of {name} is {_kind(value)} instead of a string")
    return value


def decoded(record: bytes, where: str) -> str:
    """Decode bytes as UTF-8, a byte order mark allowed, else as codes of Bijoy if they look like those.

    Raises:
        CorpusError: the bytes are neither.
    """
    try:
        return record.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        codes = record.decode("latin-1")
        if verdict(codes) == "bijoy":
            return windows_text(codes)
        byte = error.object[error.start]
        reason = f"not UTF-8: byte 0x{byte:02x} at offset {error.start}; {CONVERT}"
        raise CorpusError(where, "utf-8", reason) from None


def _object(text: str, where: str) -> Mapping[str, Any]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise CorpusError(where, "json", f"not JSON: {error.msg} (column {error.colno})") from None
    except (ValueError, RecursionError) as error:
        reason = str(error).partition(";")[0]  # what follows is advice to Python programmers
        raise CorpusError(where, "json", f"JSON beyond measure: {reason}") from None
    if not isinstance(value, dict):
        raise CorpusError(where, "object", f"{_kind(value)} instead of an object")
    return value


def _kind(value: object) -> str:
    """The name of a value's type in the terms of JSON."""
    names = {type(None): "null", bool: "a boolean", int: "a number", float: "a number", str: "a string"}
    further = {Decimal: "a number", dt.date: "a date", dt.datetime: "a date"}
    return {**names, **further}.get(type(value), "an array" if isinstance(value, list) else "an object")


def _text(fields: Mapping[str, Any], name: str, where: str) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if isinstance(value, bytes):
        return decoded(value, where)  # of a column that is not declared as text
    if not isinstance(value, str):
        raise CorpusError(where, "type", f"{name} is {_kind(value)} instead of a string")
    return value


def _names(value: object, where: str) -> list[str]:
    """The names of the authors, each once."""
    listed = [named(each, each) for each in (value if isinstance(value, list) else [value])]
    names = (_text({"author": each}, "author", where).strip() for each in listed)
    return [name for name in dict.fromkeys(names) if name]


def named(value: object, nameless: object) -> object:
    """The name in an author that is an object ``{name: …}``, or ``nameless`` without one; else the value."""
    return value.get("name", nameless) if isinstance(value, Mapping) else value


def _id(fields: Mapping[str, Any], derived_id: str, where: str) -> str:
    found = id_of(fields.get("id"))
    return (_text(fields, "id", where) or derived_id) if found is None else found or derived_id


def id_of(value: object) -> str | None:
    """The id for a value of a source; empty for a blank value, None for one that is no id.

    Databases have UUIDs, and whole numbers as decimals; tables have floats where some numbers are missing.
    """
    if isinstance(value, str):
        return value if value.strip() else ""
    if isinstance(value, float | Decimal):
        return str(int(value)) if _is_whole(value) else None
    is_id = isinstance(value, int | UUID) and not isinstance(value, bool)
    return str(value) if is_id else None


def _is_whole(value: float | Decimal) -> bool:
    """Whether a number is whole, and small enough that no other whole number has the same form."""
    if isinstance(value, float):
        return value.is_integer() and abs(value) <= _MOST_EXACT
    return value.is_finite() and value.adjusted() < _MOST_DIGITS and value == value.to_integral_value()


def _day(value: object, where: str, date_format: str | None, order: DateOrder) -> dt.date | None:
    if value is None or (isinstance(value, str) and _NO_DATE.fullmatch(value.strip())):
        return None
    if isinstance(value, dt.date):
        return value.date() if isinstance(value, dt.datetime) else value
    if (moment := epoch_day(value)) is not None:
        return moment
    if not isinstance(value, str):
        raise CorpusError(where, "type", f"date is {_kind(value)} instead of a string such as 2023-11-14")
    day = _written_day(value, date_format, order)
    if day is None:
        form = f"of the form {date_format}" if date_format else f"such as 2023-11-14{_hint(value, order)}"
        raise CorpusError(where, "date", f"{value[:40]!r} is no date {form}")
    return day


def epoch_day(value: object) -> dt.date | None:
    """The day in UTC of a time in seconds or milliseconds since 1970; None if it is none from 1973 on."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    for seconds in (value, value // 1_000):
        if _FIRST_MOMENT <= seconds < _LAST_MOMENT:
            return dt.datetime.fromtimestamp(seconds, dt.UTC).date()
    return None


def _written_day(value: str, date_format: str | None, order: DateOrder) -> dt.date | None:
    """The day that a text names; None if it names none, or a longer period."""
    if date_format is None:
        read = _days_met if len(value) <= _SHORT_DATE else days
        first, last = read(value, order) or (None, None)
        return first if first == last else None
    try:
        written = value.strip().translate(ASCII_DIGITS)
        return dt.datetime.strptime(written, date_format).date()  # noqa: DTZ007  # a day, no time
    except ValueError:
        return None


def _hint(value: str, order: DateOrder) -> str:
    """The advice for a date with day and month swapped, or one that a spreadsheet counts in days."""
    if _SERIAL.fullmatch(value.strip()):
        return "; if it is a number of days, as spreadsheets count them, give its column the form of a date"
    other = next(known for known in DATE_ORDERS if known != order)
    readable = _written_day(value, None, other)
    return f'; onneshon.toml may say date_order = "{other}"' if readable else ""


def without_bad_numbers(article: Article, numbers: Sequence[str]) -> tuple[Article, list[tuple[str, str]]]:
    """Remove values that are no numbers from some fields, and return these values with their fields too.

    Args:
        article: the article as it was read.
        numbers: names of the fields whose values are numbers.
    """
    given = [(name, value) for name in numbers for value in article.keywords.get(name, ())]
    bad = [(name, value) for name, value in given if number_of(value) is None]
    if not bad:
        return article, bad
    kept = {
        name: tuple(value for value in values if (name, value) not in bad)
        for name, values in article.keywords.items()
    }
    return replace(article, keywords={name: values for name, values in kept.items() if values}), bad


def checked(article: Article, where: str) -> Article:
    """Check that an article can be found, shown and stored, and reduce its language tag to the first part.

    A blank author or category is dropped, as a blank value of a declared field is: nobody could choose it.

    Raises:
        CorpusError: it cannot be; ``kind`` is one of ``problems.KINDS``.
    """
    texts = [(name, text) for name in ("id", *_TEXTS) if (text := getattr(article, name))]
    for name, text in (*texts, *_keywords(article, where)):
        _check_characters(name, text, where)
    if not article.title.strip() and not article.body.strip():
        raise CorpusError(where, "empty", "neither title nor body")
    checked_id(article.id, where)
    lang = _language(article.lang)
    if lang == article.lang and not article.author.isspace() and not article.category.isspace():
        return article  # the case of nearly all articles
    author, category = ("" if text.isspace() else text for text in (article.author, article.category))
    return replace(article, lang=lang, author=author, category=category)


def _language(tag: str) -> str:
    """The language of a tag, so that each language has a single value; text that is no tag stays."""
    found = _TAG.fullmatch(tag.strip())
    return (shortest_code(found[1]) if found else "") or tag


def checked_id(article_id: str, where: str) -> str:
    """Return an id, after the check that an article can have it.

    Raises:
        CorpusError: no article can have it.
    """
    _check_characters("id", article_id, where)
    if len(article_id.encode()) > MAX_ID_BYTES:
        raise CorpusError(where, "id", f"the id is longer than {MAX_ID_BYTES} bytes")
    if any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in article_id):
        raise CorpusError(where, "id", f"a control character in the id {article_id!r}")
    return article_id


def _keywords(article: Article, where: str) -> Iterator[tuple[str, str]]:
    for name, values in article.keywords.items():
        if not is_field_name(name):
            raise CorpusError(where, "type", f"{name!r} cannot be the name of a field")
        if len(values) > MAX_KEYWORDS:
            raise CorpusError(
                where, "type", f"{len(values):,} values of {name}; there may be {MAX_KEYWORDS:,}"
            )
        if not all(values):
            raise CorpusError(where, "type", f"an empty value of {name}; leave it out")
        yield from ((name, value) for value in values)


def _check_characters(name: str, text: str, where: str) -> None:
    if "\0" in text:
        raise CorpusError(where, "nul", f"a NUL character in {name}")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        code = ord(text[error.start])
        raise CorpusError(where, "surrogate", f"U+{code:04X} in {name} is half of a surrogate pair") from None

"""From the bytes of one record to an article, or to what is wrong with it."""

import datetime as dt
import json
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from index.article import Article
from index.errors import CorpusError
from index.ingest.titles import first_sentence

__all__ = ["MAX_ID_BYTES", "article_from_json", "article_from_text", "checked"]

MAX_ID_BYTES: Final = 512
"""Longest id, in UTF-8: it stands in addresses and in the index's table of terms."""

_TEXTS: Final = ("title", "body", "category", "url", "author", "lang")


def article_from_json(record: bytes, where: str, derived_id: str) -> Article:
    """Read an article from a JSON object.

    Args:
        record: UTF-8, a byte order mark allowed. Known keys are the fields of `Article`; others are left
            alone.
        where: ``file:line``, for the message.
        derived_id: its id if it has none of its own.

    Raises:
        CorpusError: it is none; ``kind`` is one of ``problems.KINDS``.
    """
    fields = _usual(record)
    usual = fields is not None
    if fields is None:
        fields = _object(_decoded(record, where), where)
    title, body, category, url, author, lang = (_text(fields, name, where) for name in _TEXTS)
    day = _day(fields.get("date"), where)
    article_id = _id(fields, derived_id, where)
    article = Article(article_id, title, body, day, category, url, author, lang or "bn")
    return checked(article, where, whole=usual)


def _usual(record: bytes) -> Mapping[str, Any] | None:
    """The object in a record, None where it is not one beyond doubt: then it is looked at more closely.

    The quick decoder refuses some of what is JSON to Python, and says less of what is not. What it takes is
    UTF-8 throughout, and has no half of a surrogate pair.
    """
    try:
        value = msgspec.json.decode(record)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def article_from_text(content: bytes, where: str, derived_id: str) -> Article:
    """Make an article of a plain text: all of it is the body, and its first sentence the title.

    Args:
        content: UTF-8, a byte order mark allowed.
        where: the file, for the message.
        derived_id: its id.

    Raises:
        CorpusError: it is none; ``kind`` is one of ``problems.KINDS``.
    """
    text = _decoded(content, where)
    if "\0" in text:
        raise CorpusError(where, "nul", "a NUL character in the text: is it a text file, and UTF-8?")
    return checked(Article(id=derived_id, title=first_sentence(text), body=text), where)


def _decoded(record: bytes, where: str) -> str:
    try:
        return record.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        raise CorpusError(where, "utf-8", f"not UTF-8: byte 0x{byte:02x} at offset {error.start}") from None


def _object(text: str, where: str) -> Mapping[str, Any]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise CorpusError(where, "json", f"not JSON: {error.msg} (column {error.colno})") from None
    except (ValueError, RecursionError) as error:
        raise CorpusError(where, "json", f"JSON beyond measure: {error}") from None
    if not isinstance(value, dict):
        raise CorpusError(where, "object", f"{_kind(value)} instead of an object")
    return value


def _kind(value: object) -> str:
    """The name of a value's type, as people who write JSON call it."""
    names = {type(None): "null", bool: "a boolean", int: "a number", float: "a number", str: "a string"}
    return names.get(type(value), "an array" if isinstance(value, list) else "an object")


def _text(fields: Mapping[str, Any], name: str, where: str) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise CorpusError(where, "type", f"{name} is {_kind(value)} instead of a string")
    return value


def _id(fields: Mapping[str, Any], derived_id: str, where: str) -> str:
    value = fields.get("id")
    if value is None or value == "":
        return derived_id
    if type(value) is int:
        return str(value)
    return _text(fields, "id", where)


def _day(value: object, where: str) -> dt.date | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise CorpusError(where, "type", f"date is {_kind(value)} instead of a string such as 2023-11-14")
    try:
        return dt.datetime.fromisoformat(value).date()
    except ValueError:
        raise CorpusError(where, "date", f"{value[:40]!r} is no date such as 2023-11-14") from None


def checked(article: Article, where: str, *, whole: bool = False) -> Article:
    """The article itself, unless it could not be found again, shown, or stored.

    Args:
        article: it.
        where: it comes from, for the message.
        whole: it is known that no text has half of a surrogate pair.

    Raises:
        CorpusError: it could not; ``kind`` is one of ``problems.KINDS``.
    """
    for name in ("id", *_TEXTS):
        if text := getattr(article, name):
            _check_characters(name, text, where, whole=whole)
    if not article.title.strip() and not article.body.strip():
        raise CorpusError(where, "empty", "neither title nor body")
    if len(article.id.encode()) > MAX_ID_BYTES:
        raise CorpusError(where, "id", f"the id is longer than {MAX_ID_BYTES} bytes")
    if any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in article.id):
        raise CorpusError(where, "id", f"a control character in the id {article.id!r}")
    return article


def _check_characters(name: str, text: str, where: str, *, whole: bool) -> None:
    if "\0" in text:
        raise CorpusError(where, "nul", f"a NUL character in {name}")
    if whole:
        return
    try:
        text.encode()
    except UnicodeEncodeError as error:
        code = ord(text[error.start])
        raise CorpusError(where, "surrogate", f"U+{code:04X} in {name} is half of a surrogate pair") from None

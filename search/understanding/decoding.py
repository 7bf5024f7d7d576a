"""The words of a query that was typed for a font of Bijoy, or pasted as an address or a hashtag.

Who pastes the address of a page looks for what the page is about. Its host and what a server reads of it
(``/article/3216?page=2``) say nothing of that; its last part of several words mostly is the headline, with
hyphens or underscores for spaces, and Bengali in percent signs (RFC 3986, section 2.1). An address without
words is its site, by the name of its host: *www.prothomalo.com*.
"""

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import unquote

from onneshon.index.analysis.analyzer import analyze
from onneshon.index.encodings.bijoy import from_bijoy
from onneshon.index.encodings.legacy import ENOUGH, bijoy_weight, verdict, without_latin_words
from onneshon.search.query.parser import MAX_CHARACTERS
from onneshon.search.retrieval.index_protocols import WordIndex, document_frequency
from onneshon.search.understanding.latin_entries import entry_of

_SUFFIX: Final = r"\.(?:com|net|org|edu|gov|info)(?:\.[a-z]{2})?"
"""What the host of an address ends with where neither its scheme nor *www* says that it is one."""

_ADDRESS: Final = re.compile(
    rf"""
    (?: https?:// (?P<host>[^/\s"“”()]+)
    |   (?P<site> www\.[a-z0-9.-]+ | (?<![^\s"“”()]) [a-z0-9-]+(?:\.[a-z0-9-]+)* {_SUFFIX} (?![a-z0-9_.@-]) )
    )
    (?P<path> /[^\s"“”()?#]* )?
    (?: [?#][^\s"“”()]* )?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_HOST: Final = re.compile(rf"(?:^www\d?\.|^m\.|{_SUFFIX}$|\.[a-z]{{2,}}$|:\d+$)", re.IGNORECASE)
"""What of a host is not its name."""

_FILE: Final = re.compile(r"\.[a-z]{3,6}$", re.IGNORECASE)
_BETWEEN: Final = re.compile(r"[\s!-/:-@\[-`{-~।]+")
"""Spaces, a danda, and all of ASCII that is no letter or digit."""

_ID: Final = re.compile(r"\d{5,}|(?=\D*\d)(?=.*[A-Za-z])[A-Za-z\d]+")
"""A part of a path that counts pages: of digits, or of letters with digits among them."""

_HUMPS: Final = re.compile(r"(?<=#)[A-Za-z][a-z]+(?:[A-Z][a-z]+)+(?![A-Za-z0-9_.@])")
_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")

_PASTED: Final = re.compile("[.#]")
"""What every address has, and every hashtag; most queries have neither."""


def unpacked(text: str, is_known: Callable[[str], bool]) -> str:
    """A query with the words of its addresses and hashtags; as it is where it has none.

    Args:
        text: as typed.
        is_known: whether a word in small letters is one as it is: *YouTube*, *DhakaUniversity*.
    """
    if not _PASTED.search(text):
        return text
    text = _ADDRESS.sub(_words_of_address, text)
    return _HUMPS.sub(lambda found: _apart(found[0], is_known), text)


def _apart(word: str, is_known: Callable[[str], bool]) -> str:
    """A word as its words, where a table has these or the word is none: *MeToo*, *SaveRohingya*."""
    words = _HUMP.sub(" ", word)
    return words if entry_of(words.lower()) or not is_known(word.lower()) else word


def _words_of_address(address: re.Match[str]) -> str:
    parts = [_words(part) for part in unquote(address["path"] or "").split("/")]
    most = max(reversed(parts), key=len)
    if len(most) > 1 or not "".join(most).isascii():
        return " ".join(most)
    name = _HOST.sub("", _HOST.sub("", address["host"] or address["site"]))
    return " ".join(_BETWEEN.split(name)) or address[0]


def _words(part: str) -> list[str]:
    """The words of a part of a path, without what counts pages or says what kind of file it is."""
    return [word for word in _BETWEEN.split(_FILE.sub("", part)) if word and not _ID.fullmatch(word)]


_OPERATORS: Final = re.compile(r"\b(AND|OR|NOT)\b", re.ASCII)
_KNOWN: Final = 0.5
"""Least share of the words read that articles must have: Latin words read so are words of no article."""

_LIGHT: Final = 6.0
"""Weight that is enough where articles have every word that is read: one word has few letters to weigh."""

_ABBREVIATION: Final = 3
"""Letters up to which any may be an abbreviation, *PVC* and *evm*, so that only their weight can tell."""

_SHORT: Final = 4
"""Letters up to which a Latin word may by chance read as a Bengali one: *Aviv*, *Kiev*, *web*."""

_LATIN: Final = re.compile("[A-Za-zÀ-ÿ]")
_BENGALI: Final = re.compile("[\u0980-\u09ff]")
_BETWEEN_WORDS: Final = re.compile(r"[-\s'’.,:;/+&()\"“”!?*=]+")
"""What stands between words and is no code of Bijoy, but for an ampersand."""

_LIKE_LATIN: Final = re.compile("[A-Z]?[a-z0-9]*|[A-Z0-9]+")
"""A word with capitals where Latin words have them; in Bijoy they stand anywhere."""


def from_bijoy_query(text: str, index: WordIndex) -> str | None:
    """The query in Unicode, its operators as they are; None where it was not typed for Bijoy.

    Two things must agree: the letters are those of Bijoy and not those of Latin words, and what is read is
    words that articles have, more of them than have what was typed.

    Args:
        text: as typed.
        index: its words.
    """
    certain = verdict(text) == "bijoy"
    if not certain and not _is_likely(text):
        return None
    typed = [
        document_frequency(word, index) for word in {token.exact for token in analyze(text)} if len(word) > 1
    ]
    if _is_short_latin(text, typed):
        return None
    read = _in_unicode(text)
    found = [document_frequency(token.exact, index) for token in analyze(read)]
    known = sum(map(bool, found))
    if not found or known < (_KNOWN if certain else 1) * len(found) or len(read) > MAX_CHARACTERS:
        return None
    # Articles may have left-over words of Bijoy, which are few beside those of the same word in Unicode.
    return None if typed and min(typed) >= max(min(found), 1) else read


def _is_likely(text: str) -> bool:
    """Whether the letters of a text leave it open, so that what it reads as decides."""
    if not _LATIN.search(text) or _BENGALI.search(text):
        return False
    if bijoy_weight(text) < (ENOUGH if _is_latin(text, _ABBREVIATION) else _LIGHT):
        return False
    return not from_bijoy(text).unread


def _is_short_latin(text: str, typed: list[int]) -> bool:
    """Whether a text is short words which articles have as typed, or one of which the tables have."""
    if not _is_latin(text, _SHORT):
        return False
    return bool(typed and all(typed)) or any(entry_of(word.lower()) for word in _BETWEEN_WORDS.split(text))


def _is_latin(text: str, longest: int) -> bool:
    """Whether all words look like Latin ones of so many letters."""
    return all(len(word) <= longest and _LIKE_LATIN.fullmatch(word) for word in _BETWEEN_WORDS.split(text))


def _in_unicode(text: str) -> str:
    return "".join(
        part if _OPERATORS.fullmatch(part) else without_latin_words(part) for part in _OPERATORS.split(text)
    )

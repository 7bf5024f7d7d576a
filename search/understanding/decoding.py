"""Decodes queries that were typed for a Bijoy font, or pasted as a web address or a hashtag.

A person who pastes the address of a page looks for the subject of the page. The host and the parts meant for
the server (``/article/3216?page=2``) say nothing of it; the last path part of several words is mostly the
headline, with hyphens or underscores for spaces, and Bengali percent-encoded (RFC 3986, section 2.1). An
address without words stands for its site, by the name of its host: *www.prothomalo.com*.
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
"""The ending that marks a host as such where the address has neither a scheme nor *www*."""

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
"""The parts of a host that are not its name: *www*, *m*, the domain suffix, the port."""

_FILE: Final = re.compile(r"\.[a-z]{3,6}$", re.IGNORECASE)
_BETWEEN: Final = re.compile(r"[\s!-/:-@\[-`{-~।]+")
"""Spaces, a danda, and all ASCII characters that are neither letters nor digits."""

_ID: Final = re.compile(r"\d{5,}|(?=\D*\d)(?=.*[A-Za-z])[A-Za-z\d]+")
"""An identifier in a path: five digits or more, or letters and digits mixed."""

_HUMPS: Final = re.compile(r"(?<=#)[A-Za-z][a-z]+(?:[A-Z][a-z]+)+(?![A-Za-z0-9_.@])")
_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")

_PASTED: Final = re.compile("[.#]")
"""The characters of which every address or hashtag has one; most queries have neither."""


def unpacked(text: str, is_known: Callable[[str], bool]) -> str:
    """Replace the addresses and hashtags of a query by their words; return other queries unchanged.

    Args:
        text: the query as typed.
        is_known: whether a word in small letters is known as one word: *YouTube*, *DhakaUniversity*.
    """
    if not _PASTED.search(text):
        return text
    text = _ADDRESS.sub(_words_of_address, text)
    return _HUMPS.sub(lambda found: _apart(found[0], is_known), text)


def _apart(word: str, is_known: Callable[[str], bool]) -> str:
    """Split a hashtag if a table has its words or the whole is unknown: *MeToo*, *SaveRohingya*."""
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
    """The words of a part of a path, without identifiers and a file extension."""
    return [word for word in _BETWEEN.split(_FILE.sub("", part)) if word and not _ID.fullmatch(word)]


_OPERATORS: Final = re.compile(r"\b(AND|OR|NOT)\b", re.ASCII)
_KNOWN: Final = 0.5
"""Least share of the decoded words that articles must contain: decoded Latin words are in no article."""

_LIGHT: Final = 6.0
"""Sufficient Bijoy weight where articles contain every decoded word: one word has few letters to weigh."""

_ABBREVIATION: Final = 3
"""Longest Latin word, in letters, that may be an abbreviation, *PVC* and *evm*: only its weight decides."""

_SHORT: Final = 4
"""Longest Latin word, in letters, that may by chance decode to a Bengali word: *Aviv*, *Kiev*, *web*."""

_LATIN: Final = re.compile("[A-Za-zÀ-ÿ]")
_BENGALI: Final = re.compile("[\u0980-\u09ff]")
_BETWEEN_WORDS: Final = re.compile(r"[-\s'’.,:;/+&()\"“”!?*=]+")
"""The characters between words; none is a Bijoy code, except the ampersand."""

_LIKE_LATIN: Final = re.compile("[A-Z]?[a-z0-9]*|[A-Z0-9]+")
"""A word with capitals where Latin words have them; in Bijoy, capitals may stand anywhere."""


def from_bijoy_query(text: str, index: WordIndex) -> str | None:
    """The query in Unicode, with its operators unchanged; None if it was not typed for Bijoy.

    Two conditions must hold: the letters are those of Bijoy and not those of Latin words, and the decoded
    words are in articles, in more of them than the words as typed.

    Args:
        text: the query as typed.
        index: the index whose words confirm the decoding.
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
    # Articles may have left-over words of Bijoy; far fewer have these than have the same word in Unicode.
    return None if typed and min(typed) >= max(min(found), 1) else read


def _is_likely(text: str) -> bool:
    """Whether a text may be Bijoy by its letters, so that its decoded words must decide."""
    if not _LATIN.search(text) or _BENGALI.search(text):
        return False
    if bijoy_weight(text) < (ENOUGH if _is_latin(text, _ABBREVIATION) else _LIGHT):
        return False
    return not from_bijoy(text).unread


def _is_short_latin(text: str, typed: list[int]) -> bool:
    """Whether all words are short Latin ones, and articles contain all of them or the tables one of them."""
    if not _is_latin(text, _SHORT):
        return False
    return bool(typed and all(typed)) or any(entry_of(word.lower()) for word in _BETWEEN_WORDS.split(text))


def _is_latin(text: str, longest: int) -> bool:
    """Whether all words look like Latin words of at most ``longest`` letters."""
    return all(len(word) <= longest and _LIKE_LATIN.fullmatch(word) for word in _BETWEEN_WORDS.split(text))


def _in_unicode(text: str) -> str:
    return "".join(
        part if _OPERATORS.fullmatch(part) else without_latin_words(part) for part in _OPERATORS.split(text)
    )

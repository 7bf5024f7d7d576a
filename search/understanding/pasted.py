"""What a query is that was pasted: the words of an address, and those of a hashtag written together.

Who pastes the address of a page looks for what the page is about. Its host and what a server reads of it
(``/article/3216?page=2``) say nothing of that; its last part of several words mostly is the headline, with
hyphens or underscores for spaces, and Bengali in percent signs (RFC 3986, section 2.1). An address without
words is its site, by the name of its host: *www.prothomalo.com*.
"""

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import unquote

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


def unpacked(text: str, is_known: Callable[[str], bool]) -> str:
    """A query with the words of its addresses and hashtags; as it is where it has none.

    Args:
        text: as typed.
        is_known: whether a word in small letters is one as it is: *YouTube*, *DhakaUniversity*.
    """
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

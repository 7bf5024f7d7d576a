"""Texts that were typed for a font, as Unicode: line by line, and within a line word by word."""

import re
from itertools import islice
from typing import Final, NamedTuple

from onneshon.index.encodings.bijoy import from_bijoy
from onneshon.index.encodings.bijoy_evidence import LONGEST_WORD, bijoy_weight, core_of, verdict

__all__ = ["LegacyText", "in_unicode", "without_latin_words"]

_BEGINNING: Final = 200
"""Code points of a line by which it is known for one in Bengali."""

_STRAY: Final = 20
"""Code points among which one Bengali letter may be a stray one."""

_BENGALI: Final = re.compile("[\u0980-\u09ff]")
_WORD: Final = re.compile(r"\S+")
_LATIN: Final = -8.0
"""Weight up to which a word among words of Bijoy is a Latin one: two in ten thousand are as light."""

_NEAR: Final = 0.0
"""Weight that is enough for a line, or a title, whose text is Bijoy otherwise."""


class LegacyText(NamedTuple):
    """A text in Unicode.

    Attributes:
        text: itself where nothing was to convert.
        converted: how many lines were.
        unreadable: how many were typed for some font and read as no Bengali; they are left as they were.
    """

    text: str
    converted: int = 0
    unreadable: int = 0


def in_unicode(text: str, *, near: bool = False) -> LegacyText:
    """A text with every line in Unicode that was typed for a font of Bijoy.

    Args:
        text: of any sort; one without such a line is given back as it is.
        near: other parts of the same article are Bijoy, so that less will do here.
    """
    lines = text.split("\n")
    suspects = [at for at, line in enumerate(lines) if line.strip() and not _is_bengali(line)]
    verdicts = {at: verdict(lines[at]) for at in suspects}
    found = {at for at in suspects if verdicts[at] == "bijoy"}
    if found or near:
        alone = len(suspects) == sum(bool(line.strip()) for line in lines)
        found |= {
            at for at in suspects if verdicts[at] == "other" and alone and bijoy_weight(lines[at]) > _NEAR
        }
    unreadable = sum(verdicts[at] == "unreadable" for at in suspects)
    if not found:
        return LegacyText(text, 0, unreadable)
    for at in found:
        lines[at] = without_latin_words(lines[at])
    return LegacyText("\n".join(lines), len(found), unreadable)


def _is_bengali(line: str) -> bool:
    """Whether its beginning has more than a stray Bengali letter."""
    beginning = line[:_BEGINNING]
    letters = islice(_BENGALI.finditer(beginning), len(beginning) // _STRAY, None)
    return next(letters, None) is not None  # most lines have enough among their first


def without_latin_words(line: str) -> str:
    """A line of Bijoy in Unicode; words in it that are Latin, addresses and the like stay as they are."""
    return _WORD.sub(_converted, line)


def _converted(found: re.Match[str]) -> str:
    word = found[0]
    core = core_of(word)
    if len(core) > LONGEST_WORD or "://" in word or "@" in word or "www." in word:
        return word
    if core.isascii() and bijoy_weight(word) <= _LATIN:
        return word
    return from_bijoy(word).text

"""Texts that were typed for a font of Bijoy: detected by their letters, converted line by line.

Bijoy and Latin text use the same letters but share hardly any pair of adjacent letters: ``vg``, ``wK``,
``‡`L`` are in every sentence of Bijoy and in no Latin word. Each pair has a weight, the logarithm of how much
more often it occurs in Bijoy than in Latin text; a text is judged by the sum of its weights. Where the font
of a text is known, the name of the font decides, however short the text is.
"""

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from itertools import groupby, islice
from operator import itemgetter
from typing import Final, Literal, NamedTuple, TypeAlias

from onneshon.index.encodings.bijoy import bijoy_codes, from_bijoy, windows_text

CLASSES: Final = "_`~|^&$0'#é¤ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz "
"""The rows and columns of the table of weights: ASCII as it is; 0 any digit, ' an apostrophe, a quotation
mark or a hyphen, é a letter of Latin-1 from À on, ¤ any other code of Bijoy, # anything else, a space the
border of a word."""

_EDGES: Final = " \t\r\n.,;:!?()[]{}<>\"'*=+-–—/…ÒÓÔÕ“”‘’"
ENOUGH: Final = 12.0
"""Weight from which a text is taken for Bijoy: e¹², more than a hundred thousand to one."""

LONGEST_WORD: Final = 40
"""Longest word that has a weight: longer ones are addresses, base 64 or lines drawn with characters."""

_DENSITY: Final = 1.0
"""Least weight per character of Bijoy; of lines of running text, one in a hundred has less than 1.5, and the
median is 2.9."""

_LOOKED_AT: Final = 4000
_LATIN: Final = re.compile("[A-Za-zÀ-ÿ]")
_BENGALI: Final = re.compile("[\u0980-\u09ff]")

Verdict: TypeAlias = Literal["bijoy", "unreadable", "other"]
"""Typed for Bijoy; typed for a similar encoding, with no Bengali text as the result; anything else."""


def letter_class(character: str) -> str:
    """The row of a character in the table of weights."""
    if character.isascii():
        return (
            character
            if character in CLASSES
            else "0"
            if character.isdigit()
            else "'"
            if character in "'-"
            else "#"
        )
    if character in "‘’“”–—":
        return "'"
    if "À" <= character <= "ÿ":
        return "é"
    return "¤" if character in bijoy_codes() else "#"


def core_of(word: str) -> str:
    """A word without the punctuation around it, which Bijoy and Latin text have in common."""
    return word.strip(_EDGES)


@cache
def _weights() -> dict[str, float]:
    table = (
        files("onneshon.index.encodings").joinpath("data", "bijoy_letters.tsv").read_text(encoding="utf-8")
    )
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("# ")]
    return {
        first + second: int(weight) / 10
        for first, row in zip(CLASSES, rows, strict=True)
        for second, weight in zip(CLASSES, row, strict=True)
    }


def bijoy_weight(text: str) -> float:
    """The logarithm of how much more likely a text is to be typed for Bijoy than to be Latin text."""
    return sum(_word_weight(word) for word in windows_text(text).split())


def _word_weight(word: str) -> float:
    core = core_of(word)
    if len(set(core)) < 2 or len(core) > LONGEST_WORD:  # noqa: PLR2004  # one letter, if many times
        return 0.0
    shape = f" {''.join(map(letter_class, core))} "
    weights = _weights()
    return sum(weights[shape[at : at + 2]] for at in range(len(shape) - 1))


def verdict(text: str, enough: float = ENOUGH) -> Verdict:
    """Classify a text, or a part of one, by its letters and by the result of its conversion.

    Words in Latin letters are ``other``, whatever their language, and so is text that already contains
    Bengali letters, except for a stray one.

    Args:
        text: some words; only the first 4000 code points of a long text are read.
        enough: the least weight of Bijoy.
    """
    text = text[:_LOOKED_AT]
    if not _LATIN.search(text):
        return "other"
    if len(_BENGALI.findall(text)) * 20 > len(text):
        return "other"
    if len(_LATIN.findall(text)) * 2 < len(text.strip()):
        return "other"  # a line drawn with characters that are no letters
    weight = bijoy_weight(text)
    if weight < enough or weight < _DENSITY * len(text.strip()):
        return "other"
    read = from_bijoy(text)
    return "bijoy" if read.unread * 10 <= len(read.text) else "unreadable"


_BEGINNING: Final = 200
"""Code points at the beginning of a line that decide whether it is Bengali in Unicode."""

_STRAY: Final = 20
"""Code points for each of which one Bengali letter may be a stray one: 1 in 20."""

_WORD: Final = re.compile(r"\S+")
_LATIN_WEIGHT: Final = -8.0
"""Weight up to which a word among Bijoy words is Latin: of Bijoy words two in ten thousand are as light."""

_NEAR: Final = 0.0
"""Weight above which a line, or a title, is Bijoy where the rest of its text is."""


class LegacyText(NamedTuple):
    """A text in Unicode.

    Attributes:
        text: the text as given where no line had to be converted.
        converted: the number of lines that were converted.
        unreadable: the number of lines that were typed for some font but are no Bengali when converted; they
            are left as they were.
    """

    text: str
    converted: int = 0
    unreadable: int = 0


def in_unicode(text: str, *, near: bool = False) -> LegacyText:
    """Convert every line of a text that was typed for a font of Bijoy to Unicode.

    Args:
        text: any text; one without such a line is returned as it is.
        near: whether other parts of the same article are Bijoy, so that a lower weight is enough.
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
    """Whether the beginning of a line has more than a stray Bengali letter."""
    beginning = line[:_BEGINNING]
    letters = islice(_BENGALI.finditer(beginning), len(beginning) // _STRAY, None)
    return next(letters, None) is not None  # most lines have enough of them near the beginning


def without_latin_words(line: str) -> str:
    """Convert a line of Bijoy to Unicode, leaving Latin words, addresses and the like as they are."""
    return _WORD.sub(_converted, line)


def _converted(found: re.Match[str]) -> str:
    word = found[0]
    core = core_of(word)
    if len(core) > LONGEST_WORD or "://" in word or "@" in word or "www." in word:
        return word
    if core.isascii() and bijoy_weight(word) <= _LATIN_WEIGHT:
        return word
    return from_bijoy(word).text


_NAMED: Final = re.compile(r"[A-Za-z](?<![Oo])MJ(?=$|[^A-Za-z]|Bold|Italic|Oblique|Regular)")
"""Names such as SutonnyMJ, ArhialkhanMJ-Bold; Unicode fonts of the same foundry end in OMJ."""


def is_bijoy_font(name: str) -> bool:
    """Whether a font is one for the codes of Bijoy, by its name: SutonnyMJ and its family."""
    return _NAMED.search(name) is not None


def text_of_runs(runs: Iterable[tuple[bool, str]]) -> str:
    """The text of some runs in Unicode.

    Args:
        runs: parts of a text, each with whether its font is one of Bijoy; adjacent runs of the same sort are
            joined first, as a syllable may be split between two.
    """
    return "".join(
        from_bijoy(text).text if is_bijoy else text
        for is_bijoy, text in (
            (is_bijoy, "".join(run[1] for run in parts)) for is_bijoy, parts in groupby(runs, itemgetter(0))
        )
    )

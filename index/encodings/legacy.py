"""Texts that were typed for a font of Bijoy: known by their letters, converted line by line.

Bijoy and Latin words have the same letters and hardly a pair of them in common: ``vg``, ``wK``, ``‡`L`` are
in every sentence of the one and in no word of the other. Each pair has a weight: how much more often, as the
logarithm of a ratio, it stands in the one than in the other; a text is judged by their sum. Where the font of
a text is known, its name tells, however short the text is.
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
"""The rows and columns of the table: ASCII as it is; 0 any digit, ' an apostrophe, a quotation mark or a
hyphen, é a letter of Latin-1 from À on, ¤ any other code of Bijoy, # anything else, a space the border of a
word."""

_EDGES: Final = " \t\r\n.,;:!?()[]{}<>\"'*=+-–—/…ÒÓÔÕ“”‘’"
ENOUGH: Final = 12.0
"""Weight from which a text is taken for Bijoy: e¹², more than a hundred thousand to one."""

LONGEST_WORD: Final = 40
"""What is longer is an address, a number in base 64 or a line drawn of signs, and decides nothing."""

_DENSITY: Final = 1.0
"""Least weight a character; running text has 1.5 in a hundred lines and 2.9 in the middle."""

_LOOKED_AT: Final = 4000
_LATIN: Final = re.compile("[A-Za-zÀ-ÿ]")
_BENGALI: Final = re.compile("[\u0980-\u09ff]")

Verdict: TypeAlias = Literal["bijoy", "unreadable", "other"]
"""Typed for Bijoy; typed for something like it that does not read as Bengali; anything else."""


def letter_class(character: str) -> str:
    """The row of a character in the table."""
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
    """A word without the punctuation around it, which both sorts of text have."""
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
    """How much more likely it is that a text was typed for Bijoy than in Latin letters, as a logarithm."""
    return sum(_word_weight(word) for word in windows_text(text).split())


def _word_weight(word: str) -> float:
    core = core_of(word)
    if len(set(core)) < 2 or len(core) > LONGEST_WORD:  # noqa: PLR2004  # one letter, if many times
        return 0.0
    shape = f" {''.join(map(letter_class, core))} "
    weights = _weights()
    return sum(weights[shape[at : at + 2]] for at in range(len(shape) - 1))


def verdict(text: str, enough: float = ENOUGH) -> Verdict:
    """What a text is, or a part of one: by its letters, and by what it reads as.

    Words in Latin letters are ``other``, whatever their language, and so is what holds Bengali letters
    already, but for a stray one.

    Args:
        text: some words; of a long one the beginning decides.
        enough: the least weight.
    """
    text = text[:_LOOKED_AT]
    if not _LATIN.search(text):
        return "other"
    if len(_BENGALI.findall(text)) * 20 > len(text):
        return "other"
    if len(_LATIN.findall(text)) * 2 < len(text.strip()):
        return "other"  # a line drawn of signs
    weight = bijoy_weight(text)
    if weight < enough or weight < _DENSITY * len(text.strip()):
        return "other"
    read = from_bijoy(text)
    return "bijoy" if read.unread * 10 <= len(read.text) else "unreadable"


_BEGINNING: Final = 200
"""Code points of a line by which it is known for one in Bengali."""

_STRAY: Final = 20
"""Code points among which one Bengali letter may be a stray one."""

_WORD: Final = re.compile(r"\S+")
_LATIN_WEIGHT: Final = -8.0
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
    if core.isascii() and bijoy_weight(word) <= _LATIN_WEIGHT:
        return word
    return from_bijoy(word).text


_NAMED: Final = re.compile(r"[A-Za-z](?<![Oo])MJ(?=$|[^A-Za-z]|Bold|Italic|Oblique|Regular)")
"""SutonnyMJ, ArhialkhanMJ-Bold; the fonts of Unicode from the same house end in OMJ."""


def is_bijoy_font(name: str) -> bool:
    """Whether a font shows the codes of Bijoy, by its name: SutonnyMJ and its family."""
    return _NAMED.search(name) is not None


def text_of_runs(runs: Iterable[tuple[bool, str]]) -> str:
    """A text in Unicode.

    Args:
        runs: its parts, each with whether its font is one of Bijoy; those side by side are read as one, as
            a syllable may be in two.
    """
    return "".join(
        from_bijoy(text).text if is_bijoy else text
        for is_bijoy, text in (
            (is_bijoy, "".join(run[1] for run in parts)) for is_bijoy, parts in groupby(runs, itemgetter(0))
        )
    )

"""The one module that uses ICU: boundaries of words, of clusters with whole conjuncts, of sentences; formats.

ICU counts UTF-16 units and Python counts code points; every position that leaves this module is in code
points.

ICU before 74 cuts ক্ষ after its hasanta. A mark or a snippet must not, whatever ICU is installed, so
boundaries after a hasanta (and adjacent joiners) are removed here.
"""

import datetime as dt
import re
import threading
from bisect import bisect_left
from functools import lru_cache

import icu

from onneshon.index.analysis.script import EXTENDING, HASANTA, JOINERS, JOINING

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


class _Iterators(threading.local):
    """Break iterators of one thread: ICU's keep a position, so two threads must not share one."""

    def __init__(self) -> None:
        # The segmentation of Bengali is the root locale's; naming the locale changes nothing in ICU 66 to 76.
        locale = icu.Locale("bn")
        self.word = icu.BreakIterator.createWordInstance(locale)
        self.grapheme = icu.BreakIterator.createCharacterInstance(locale)
        self.sentence = icu.BreakIterator.createSentenceInstance(locale)


_iterators = _Iterators()


def word_boundaries(text: str) -> list[int]:
    """Ends of ICU's word segments (UAX 29), spaces and punctuation included; the last is ``len(text)``."""
    return _ends(_iterators.word, text)


def grapheme_boundaries(text: str) -> list[int]:
    """Ends of ICU's grapheme clusters; before ICU 74 these cut conjuncts (see ``cluster_boundaries``)."""
    return _ends(_iterators.grapheme, text)


def sentence_boundaries(text: str) -> list[int]:
    """Ends of ICU's sentences, trailing spaces included; danda and double danda end one."""
    return _ends(_iterators.sentence, text)


def _ends(iterator: icu.BreakIterator, text: str) -> list[int]:
    try:
        iterator.setText(text)
    except UnicodeEncodeError:
        # A lone surrogate has no UTF-16 form; a stand-in of the same length keeps all positions.
        text = _SURROGATE.sub("\ufffd", text)
        iterator.setText(text)
    ends = list(iterator)
    if not ends or ends[-1] == len(text):
        return ends
    return _in_code_points(text, ends)


def _in_code_points(text: str, ends: list[int]) -> list[int]:
    """An astral character is two UTF-16 units: take off one for each that ends at or before the position."""
    unit_ends = [match.end() + count for count, match in enumerate(_ASTRAL.finditer(text), start=1)]
    return [end - bisect_left(unit_ends, end + 1) for end in ends]


def format_integer(n: int, locale: str, *, grouped: bool = True) -> str:
    """``n`` in the digits and grouping of a locale.

    Args:
        n: any integer.
        locale: BCP 47 tag; ``bn`` gives ১২,৩৪,৫৬৭.
        grouped: False for years and the like: ২০২৪.
    """
    return str(_number_format(threading.get_ident(), locale, grouped=grouped).format(n))


def format_decimal(number: float, locale: str, places: int) -> str:
    """A number with ``places`` decimals, in the digits, grouping and decimal point of a locale.

    Args:
        number: a finite number; halves are rounded to even.
        locale: BCP 47 tag; ``bn`` gives ০.৫০, ``de`` 0,50.
        places: the number of decimals.
    """
    form = _number_format(threading.get_ident(), locale, places=places)
    return str(form.format(round(number, places)))


def format_date(day: dt.date, locale: str) -> str:
    """A day in words, long form.

    Args:
        day: a day of the Gregorian calendar.
        locale: BCP 47 tag; ``bn`` gives ১৪ নভেম্বর, ২০২৩.
    """
    noon = dt.datetime.combine(day, dt.time(12), tzinfo=dt.UTC).timestamp()
    return str(_date_format(threading.get_ident(), locale).format(noon))


@lru_cache(maxsize=256)
def _number_format(
    _thread: int, locale: str, *, grouped: bool = True, places: int | None = None
) -> icu.NumberFormat:
    form = icu.NumberFormat.createInstance(icu.Locale.forLanguageTag(locale))
    form.setGroupingUsed(grouped)
    if places is not None:
        form.setMinimumFractionDigits(places)
        form.setMaximumFractionDigits(places)
    return form


@lru_cache(maxsize=64)
def _date_format(_thread: int, locale: str) -> icu.DateFormat:
    form = icu.DateFormat.createDateInstance(icu.DateFormat.kLong, icu.Locale.forLanguageTag(locale))
    # The moment formatted is noon in UTC, so that no zone of the host can move the day.
    form.setTimeZone(icu.TimeZone.createTimeZone("UTC"))
    return form


def ascii_host(name: str) -> str | None:
    """The name of a host as browsers ask for it: in lower case, in ASCII (UTS 46, nontransitional).

    Args:
        name: the name of a host, in any script.

    Returns:
        The name in ASCII; None where it is no valid name.
    """
    if name.isascii():
        return name.lower()
    checks = icu.IDNA.CHECK_BIDI | icu.IDNA.CHECK_CONTEXTJ
    found = icu.IDNAInfo()
    plain = str(icu.IDNA(icu.IDNA.CHECK_NONTRANSITIONAL_TO_ASCII | checks).nameToASCII(name, found))
    return None if found.errors() else plain


@lru_cache(maxsize=64)
def shortest_code(language: str) -> str:
    """The shortest code of a language, in lower case: ``bn`` of ``ben`` and ``BN``.

    Args:
        language: of two or three Latin letters, as of ISO 639.

    Returns:
        Nothing where it names none, as ``und`` does.
    """
    return str(icu.Locale.forLanguageTag(language).getLanguage())


def versions() -> dict[str, str]:
    """Versions of ICU, of its Unicode data and of the binding, for reports and manifests."""
    return {"icu": icu.ICU_VERSION, "unicode": icu.UNICODE_VERSION, "pyicu": icu.VERSION}


_BESIDE_HASANTA = JOINERS | {"\u09bc"}
"""Joiners, and the nukta that belongs before a hasanta and is typed after it."""
_SIMPLE = re.compile(r"[ -~\u0964\u0965\u0980-\u09ff\u2010-\u2027]{2}")
"""Two characters between which a border is decided by the second one alone."""
_PLAIN_SPACE = re.compile("[ \n]")
_LONGEST_LOOK_BACK = 256


def cluster_boundaries(text: str) -> list[int]:
    """All borders between clusters, 0 and ``len(text)`` included, ascending, in code points."""
    return [0, *(end for end in grapheme_boundaries(text) if not _inside_conjunct(text, end))]


def is_cluster_border(text: str, i: int) -> bool:
    """Whether a cut at ``i`` (0 to ``len(text)``) leaves every cluster whole."""
    if i <= 0 or i >= len(text):
        return True
    if _inside_conjunct(text, i):
        return False
    if _SIMPLE.match(text, i - 1):
        return text[i] not in EXTENDING
    return i in _borders_near(text, i)


def widen(text: str, start: int, end: int) -> tuple[int, int]:
    """The smallest range of whole clusters that contains ``text[start:end]``."""
    while not is_cluster_border(text, start):
        start -= 1
    while not is_cluster_border(text, end):
        end += 1
    return start, end


def _inside_conjunct(text: str, i: int) -> bool:
    if i >= len(text) or text[i] not in JOINING:
        return False
    before = i - 1
    while before > 0 and text[before] in _BESIDE_HASANTA:
        before -= 1
    return text[before] == HASANTA


def _borders_near(text: str, i: int) -> set[int]:
    """Borders around ``i``; a space always starts a cluster, so it is enough to look from the one before."""
    floor = max(0, i - _LONGEST_LOOK_BACK)
    start = max(text.rfind(" ", floor, i), text.rfind("\n", floor, i), floor)
    space = _PLAIN_SPACE.search(text, i + 1)
    stop = min(space.start() if space else len(text), i + _LONGEST_LOOK_BACK)
    return {start + border for border in cluster_boundaries(text[start:stop])}

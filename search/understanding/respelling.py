"""Other spellings of a word by rule: equally correct ones, and the words meant by common spelling errors.

Equally correct are অ্যা and এ at the beginning of a loan (অ্যাটর্নি, এটর্নি); ঙ with the stop after it or
without (ভাঙ্গা, ভাঙা), ম্ব and ংব, a diphthong as a sign or a letter (বৌ, বউ), and a silent ba-phala under a
conjunct, written or not (উচ্ছ্বাস, তত্ত্ব). In longer words also the vowel of *cat*, ্যা, ে or া (মেডিক্যাল,
মেডিকেল; প্ল্যাটফর্ম, প্লাটফর্ম), an o that is written or omitted (ভৌগোলিক, ভৌগলিক), likewise a hasanta
(কর্পোরেশন, করপোরেশন); and the spellings by ear of loans from Arabic, Persian and English:
ে or ি (মোকাবেলা, মোকাবিলা), in the first cluster ো or ু (মোবারক, মুবারক), ছ or স (ইউনুছ, ইউনুস), ে or েই
(ফেইসবুক), a last হ or none (বাদশাহ, বাদশা), a consonant once or twice (আলহাজ, আলহাজ্জ). Two words of such
length that differ in nothing else are one: of 470 such pairs by the vowel of *cat*, o and hasanta in 17,757
articles of news four are two words, of 108 by a consonant two (অসম্মান, অসমান), of some 500 by the other
rules four (হেরোইন, হিরোইন).

In errors, a conjunct is written as another, or a sign is left out or misplaced. The sign left out is a
hasanta, a ra-phala at the beginning (পতিবাদ), or a ya-phala at the end (স্বাস্থ); the sign one position
off is a reph (পরিবতর্ন), a ya-phala (ম্যৃতু), a vowel sign, or a letter. The costs by letter of the noisy
channel cover single letters; a conjunct taken for another (চট্রগ্রাম, স্হানীয়, সেচ্ছাসেবক)
differs in several, and yet is the commonest kind of error.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import chain
from typing import Final, NamedTuple

from onneshon.index.analysis.analyzer import Token
from onneshon.index.analysis.script import HASANTA, aksharas
from onneshon.index.analysis.stemmer import stem_key
from onneshon.search.understanding.tables import read_rows

LONG: Final = 4
"""Least clusters of both spellings: one sign distinguishes many shorter words (পরিজন, প্রিজন)."""

_MEDIUM: Final = 3
"""Clusters of a word that may lack a reph by mistake: 50 of 58 in 17,757 articles are so (শিক্ষাথী)."""

_FEW: Final = 12
"""A word with a lower document frequency may be one that other articles have only in another spelling."""

REMEMBERED: Final = 16_384
"""Number of words whose other spellings are cached: a query needs each several times, and most recur."""


class _Rule(NamedTuple):
    """A rule that replaces letters of a word.

    Attributes:
        letters: letters that a word must contain for the pattern to be tried.
        pattern: the pattern of the letters to be replaced.
        meant: the replacement of these letters.
    """

    letters: str
    pattern: re.Pattern[str]
    meant: str


def _compiled(*rules: tuple[str, str, str]) -> Sequence[_Rule]:
    return tuple(_Rule(letters, re.compile(pattern), meant) for letters, pattern, meant in rules)


_LOAN: Final = re.compile(f"[অএ]{HASANTA}যা(?=..)")
_PLAIN: Final = re.compile(f"এ(?=[^{HASANTA}].)")
_CONSONANT: Final = "[\u0995-\u09b9\u09dc\u09dd\u09df]"
_AFTER: Final = f"(?<={_CONSONANT})"
_AE: Final = f"{HASANTA}যা"
_OPEN: Final = f"(?=[া-ৌ]|{_CONSONANT}(?!{HASANTA}))"
"""The letters that follow a ঙ after which a stop may be written: সঙ্গ is no সঙ."""
_SILENT_UNDER: Final = f"(?<=চ{HASANTA}ছ|জ{HASANTA}জ|ত{HASANTA}ত|ন{HASANTA}ত|দ{HASANTA}ধ|র{HASANTA}ধ)"
_BA: Final = f"{HASANTA}ব"
_IN_ANY_WORD: Final = _compiled(
    ("ঙ", f"ঙ{HASANTA}গ{_OPEN}", "ঙ"),
    ("ঙ", f"ঙ{_OPEN}", f"ঙ{HASANTA}গ"),
    ("ংগ", f"ংগ{_OPEN}", "ং"),
    ("ং", f"ং{_OPEN}", "ংগ"),
    ("ংগ", rf"ংগ{HASANTA}\Z", "ং"),  # of verbs: ভেঙ্গে
    ("ং", r"ং\Z", f"ংগ{HASANTA}"),
    (_BA, f"ম{_BA}", "ংব"),
    ("ংব", "ংব", f"ম{_BA}"),
    ("ৌ", f"{_AFTER}ৌ", "উ"),
    ("উ", f"{_AFTER}উ", "ৌ"),
    ("ৈ", f"{_AFTER}ৈ", "ই"),
    ("ই", f"{_AFTER}ই", "ৈ"),
    (_BA, f"{_SILENT_UNDER}{_BA}", ""),
    (HASANTA, f"{_SILENT_UNDER}(?!{HASANTA})", _BA),
    (_BA, rf"(?<=ন{HASANTA}দ){_BA}\Z", ""),  # দ্বন্দ্ব; সন্দ্বীপ is no সন্দীপ
    (HASANTA, rf"(?<=ন{HASANTA}দ)\Z", _BA),
    (_BA, f"ত{HASANTA}ত{_BA}", f"ত{_BA}"),
    (_BA, f"(?<!{HASANTA})ত{_BA}", f"ত{HASANTA}ত{_BA}"),
    ("হ", rf"(?<=..{_CONSONANT}[াি])হ\Z", ""),
    ("", rf"(?<=..{_CONSONANT}[াি])\Z", "হ"),
)
"""Pairs of equally correct spellings in words of any length; either may be the usual one."""

_EITHER_WAY: Final = _compiled(
    ("ে", f"{_AFTER}ে(?=.)", "ি"),
    ("ি", f"{_AFTER}ি(?=.)", "ে"),
    ("ো", rf"(?<=\A{_CONSONANT})ো", "ু"),
    ("ু", rf"(?<=\A{_CONSONANT})ু", "ো"),
    ("ছ", "ছ", "স"),
    ("", "[শষস]", "ছ"),
    ("েই", f"(?<={_CONSONANT}ে)ই(?={_CONSONANT})", ""),
    ("ে", f"(?<={_CONSONANT}ে)(?={_CONSONANT})", "ই"),
    (_BA, rf"জ{_BA}\Z", "জ"),
    ("জ", r"জ\Z", f"জ{_BA}"),
    (_AE, f"{_AFTER}{_AE}", "ে"),
    (_AE, f"{_AFTER}{_AE}", "া"),
    ("ে", f"{_AFTER}ে", _AE),
    ("া", f"{_AFTER}া", _AE),
    ("ো", f"{_AFTER}ো(?=.)", ""),
    ("", f"{_AFTER}(?={_CONSONANT})", "ো"),
    (HASANTA, f"{_AFTER}{HASANTA}(?={_CONSONANT})", ""),
    ("", f"{_AFTER}(?={_CONSONANT})", HASANTA),
)
"""Pairs of equally correct spellings in long words."""

_DOUBLED: Final = re.compile(f"({_CONSONANT}){HASANTA}\\1(?!{HASANTA})")
_ONCE: Final = re.compile(f"(?<=.)(?<!{HASANTA})[কগচজটডতদনপবমলস](?!{HASANTA})")
"""A doubled consonant, and a consonant that may be doubled: no aspirate is."""


@lru_cache(REMEMBERED)
def other_spellings(word: str) -> Sequence[str]:
    """The other spellings that a word may have; few of them are words.

    Args:
        word: the word in canonical spelling, or its stem.
    """
    return tuple(dict.fromkeys((*_as_right(word), *_with_one_changed(word, _IN_ANY_WORD))))


def _as_right(word: str, clusters: int = LONG) -> Iterator[str]:
    """The equally correct spellings of a word; the rules for long words need ``clusters`` clusters."""
    for beginning, other in ((_LOAN, "এ"), (_PLAIN, "অ্যা")):
        if match := beginning.match(word):
            yield other + word[match.end() :]
    count = aksharas(word)
    if count >= clusters:
        for spelt in chain(_with_one_changed(word, _EITHER_WAY), _once_or_twice(word)):
            if count > clusters or aksharas(spelt) >= clusters:  # no rule removes more than one
                yield spelt


def _once_or_twice(word: str) -> Iterator[str]:
    """A long word with a doubled consonant written once, or a single consonant doubled."""
    for match in _DOUBLED.finditer(word):
        yield word[: match.start()] + word[match.start(1) : match.end(1)] + word[match.end() :]
    for match in _ONCE.finditer(word):
        yield word[: match.end()] + HASANTA + word[match.start() :]


def _with_one_changed(word: str, rules: Sequence[_Rule]) -> Iterator[str]:
    """A word with one place changed by a rule, each place and each rule by itself."""
    for letters, pattern, meant in rules:
        if letters in word:
            for match in pattern.finditer(word):
                yield word[: match.start()] + meant + word[match.end() :]


def is_other_spelling(word: Token, other: str) -> bool:
    """Whether ``other`` is an equally correct spelling of a word, so that neither is misspelt.

    A word with fewer or more ৎ is misspelt nevertheless (চিকিতসক).
    """
    return word.exact.count("ৎ") == other.count("ৎ") and stem_key(other) in _as_right(word.stem)


def spelt_so(word: Token, stem: str) -> Token:
    """A word, with its ending, in the one of its other spellings that has the given stem."""
    exact = next((way for way in other_spellings(word.exact) if stem_key(way) == stem), stem)
    return Token(exact, word.start, word.end, exact, stem)


def variant_spellings(
    word: Token, articles: Callable[[str], int], stem_of: Callable[[str], str | None]
) -> Iterator[Token]:
    """The other ways of writing a word that articles have.

    Args:
        word: the word as the analyzer returns it.
        articles: returns the document frequency of a stem.
        stem_of: returns the stem of a word in canonical spelling; None if no article has it.
    """
    found = {stem: spelt_so(word, stem) for stem in other_spellings(word.stem) if articles(stem)}
    for exact in _of_another_stem(word.exact, articles(word.stem)):
        stem = stem_of(exact)
        if stem is not None and stem != word.stem:
            found.setdefault(stem, Token(exact, word.start, word.end, exact, stem))
    yield from found.values()


def _of_another_stem(exact: str, articles: int) -> Iterator[str]:
    """The other spellings of a word whose last letters may or may not be an ending.

    That is so of ীর and ির (কবীর, কবির). A word in few articles also gets the equally correct spellings of
    the whole word (সেনিটাইজার, স্যানিটাইজার), and a word in none however short it is (কেন্সার).
    """
    for ending, other in (("ীর", "ির"), ("ির", "ীর")):
        if exact.endswith(ending):
            yield exact.removesuffix(ending) + other
    if articles < _FEW:
        yield from _as_right(exact, LONG if articles else 1)


COMMON: Final = 1.5
"""The distance of a conjunct mistaken for another."""

TOO_MANY: Final = 2.5
"""The distance of a word with a hasanta that it should not have."""

RARE: Final = 3.0
"""The distance of a letter or vowel sign in the place of its neighbour, or written once instead of twice."""

_NO_CONJUNCT_AFTER: Final = f"(?!{HASANTA}(?!য))"
"""The end of a conjunct: no further consonant is joined to it, except a ya-phala."""

_NO_RA_PHALA: Final = re.compile(f"{_CONSONANT}(?!{HASANTA})")
_NO_YA_PHALA: Final = re.compile(rf"{HASANTA}(?!য){_CONSONANT}\Z")
_NO_REPH: Final = re.compile(f"(?<=.)(?<!{HASANTA})(?<!র)(?={_CONSONANT})(?!র)")
_NO_HASANTA: Final = re.compile(f"(?<={_CONSONANT})(?={_CONSONANT})")

_PHALAS: Final = "যবম"
"""The letters written under a consonant that is then heard as doubled: বিদ্যুৎ, বিশ্ব, পদ্মা."""

_DRAWN_OUT: Final = re.compile(rf"({_CONSONANT})\1{{2,}}")
"""A letter repeated for emphasis (অনেককক); no word has a letter three times consecutively."""

_SIGN: Final = "[\u0981-\u0983\u09be-\u09cc]"
_CLUSTER: Final = f"{_CONSONANT}(?:{HASANTA}{_CONSONANT})*{_SIGN}*"
_REPH: Final = f"(?<!{HASANTA})র{HASANTA}"
_ORDERS: Final = (
    (f"(?<!{HASANTA})({_CLUSTER})({_REPH})(?={_CONSONANT})", (2, 1), COMMON),  # পরিবতর্ন, দুনীর্তি
    (f"({_REPH})({_CLUSTER})(?={_CONSONANT})", (2, 1), COMMON),  # র্কমকর্তা
    (f"({_SIGN})({HASANTA}[যর])", (2, 1), COMMON),  # মৃতু্য
    (f"({HASANTA}য)({_SIGN}?{_CONSONANT})", (2, 1), COMMON),  # ম্যৃতু
    (f"({_CONSONANT}){HASANTA}({_CONSONANT})", (1, 2), TOO_MANY),  # উদ্ঘাটন
    (f"({_SIGN})({_CONSONANT})(?!{HASANTA}|{_SIGN})", (2, 1), RARE),
    (f"(?<!{HASANTA})({_CONSONANT})({_CONSONANT})({_SIGN})", (1, 3, 2), RARE),
    (f"(?<!{HASANTA})({_CONSONANT})({_CONSONANT})(?!{HASANTA})", (2, 1), RARE),  # যুকবের
    (f"(?<!{HASANTA})({_CONSONANT})(?!{HASANTA})", (1, HASANTA, 1), RARE),  # মানা
)
"""Letters in a wrong order or written once instead of twice, the order that is meant, and the distance."""


_DOUBLED_VERB: Final = f"(?:({_CONSONANT}){HASANTA}(?=\\2))?({_CONSONANT}(?:{HASANTA}{_CONSONANT})?)"
"""The last consonant of a root, which may be doubled after the vowel (ডুইব্বা)."""

_HAVING: Final = r"স(েন?|ি|িল(?:াম|েন)?)ো?\Z"
_DOING: Final = "(?:তাছ|ত[াে]স)(?=[েি])"
"""The end of a perfect and of a progressive as they are spoken, with স for ছ."""

_SPOKEN: Final = tuple(
    (re.compile(pattern), standard)
    for pattern, standard in (
        (f"({_CONSONANT})াই{_DOUBLED_VERB}া\\Z", r"\1ে\3ে"),  # মাইরা, ভাইঙ্গা
        (f"({_CONSONANT}[ুোে]?)ই{_DOUBLED_VERB}া\\Z", r"\1\3ে"),  # কইরা, শুইনা
        (f"({_CONSONANT})াই\u09dfা\\Z", "\\1ি\u09dfে"),  # ছিনাইয়া
        (f"({_CONSONANT})িস(?=[েি])", "\\1ি\u09dfেছ"),  # নিসে
        (f"({_CONSONANT})াইস(?=[েি])", "\\1ে\u09dfেছ"),  # পাইসে
        (f"({_CONSONANT})ইস(?=[েি])", "\\1\u09dfেছ"),  # হইসে
        (f"({_CONSONANT}ে?){_HAVING}", r"\1ছ\2"),  # দেখসিলো, করেসে
        (f"({_CONSONANT}){_HAVING}", r"\1েছ\2"),  # জিতসে
        (f"া(ঁ?{_CONSONANT}){_HAVING}", r"ে\1েছ\2"),  # হারসে
        (f"({_CONSONANT}){_DOING}", r"\1ছ"),  # বাড়তাছে, করতেসে
        (f"({_CONSONANT}){_DOING}", r"\1েছ"),  # লিখতাছে, where no article has লিখছে
        (f"({_CONSONANT}[ািে]?)ই?{_DOING}", rf"\1চ{HASANTA}ছ"),  # যাইতাছে, দিতাছে, হইতেসে
        (f"({_CONSONANT})িতে\\Z", r"\1তে"),  # মারিতে, which is no form of মারি
        (f"({_CONSONANT}(?=ুম\\Z)|{_CONSONANT}[াি]?(?=মু\\Z))(?:ুম|মু)", r"\1ব"),  # করুম, যামু
    )
)
"""Verb forms of spoken Bengali, and their standard written forms."""


@cache
def _rules() -> tuple[_Rule, ...]:
    return tuple(_rule(typed, meant) for typed, meant in read_rows("respellings.tsv"))


def _rule(typed: str, meant: str) -> _Rule:
    before = "" if typed.startswith("^") else f"(?<!{HASANTA})"
    return _Rule(typed.removeprefix("^"), re.compile(f"{before}{typed}{_NO_CONJUNCT_AFTER}"), meant)


def prepare() -> None:
    """Load all rules now, so that the first word does not wait for them."""
    _rules()
    _orders()


def respellings(word: str, *, rare: bool = True) -> dict[str, float]:
    """The respellings of a word by one common error each, with their distances; not all of them are words.

    Those of the table come first, in its order and from the left to the right. Then a ra-phala that was left
    out at the beginning, a ya-phala at the end, a phala heard as a doubled consonant (পদ্দা), a repeated
    letter, a spoken verb form, a reph, and a hasanta between any two consonants; then letters and signs one
    position off.

    Args:
        word: the word in canonical spelling.
        rare: whether to include rare errors.
    """
    found = dict.fromkeys((*_with_one_changed(word, _rules()), *_by_signs(word)), COMMON)
    for respelt, cost in _in_order(word, rare=rare):
        found.setdefault(respelt, cost)
    found.pop(word, None)
    return found


def _by_signs(word: str) -> Iterator[str]:
    if _NO_RA_PHALA.match(word):
        yield word[0] + HASANTA + "র" + word[1:]
    if _NO_YA_PHALA.search(word):
        yield word + HASANTA + "য"
    for match in _DOUBLED.finditer(word):
        for phala in _PHALAS:
            yield word[: match.end(1)] + HASANTA + phala + word[match.end() :]
    if _DRAWN_OUT.search(word):
        yield _DRAWN_OUT.sub(r"\1", word)
    yield from (spoken.sub(standard, word) for spoken, standard in _SPOKEN if spoken.search(word))
    if aksharas(word, _MEDIUM) == _MEDIUM:  # it turns short words into others: কম, কর্ম
        for match in _NO_REPH.finditer(word):
            yield word[: match.start()] + "র" + HASANTA + word[match.start() :]
    for match in _NO_HASANTA.finditer(word):
        yield word[: match.start()] + HASANTA + word[match.start() :]


def _in_order(word: str, *, rare: bool) -> Iterator[tuple[str, float]]:
    """The respellings of a word with one letter or sign moved by a position, and their distances."""
    if not rare and HASANTA not in word:
        return
    for pattern, order, cost in _orders():
        if cost >= RARE and not rare:
            return
        at = 0
        while match := pattern.search(word, at):
            meant = "".join(part if isinstance(part, str) else match[part] for part in order)
            yield word[: match.start()] + meant + word[match.end() :], cost
            at = match.start() + 1


@cache
def _orders() -> tuple[tuple[re.Pattern[str], tuple[int | str, ...], float], ...]:
    return tuple((re.compile(pattern), order, cost) for pattern, order, cost in _ORDERS)

"""What a span of Latin letters may be in Bengali, by every kind of evidence, scored on one scale.

A score is a logarithm like that of ``Candidate.score``: how usual it is to write the word so, and how
frequent the word is. Tables and the names of letters have no distance.
"""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Final

from onneshon.index.analysis.analyzer import analyze
from onneshon.index.analysis.canonical import canonical
from onneshon.index.analysis.script import aksharas
from onneshon.index.analysis.stemmer import fold, is_function_word
from onneshon.index.vocabulary.skeleton import readings, skeleton
from onneshon.search.query.reading import ReadingKind
from onneshon.search.retrieval.index_protocols import WordIndex
from onneshon.search.understanding.latin_entries import (
    LONGEST_ABBREVIATION,
    SMALL_LETTERS,
    LatinEntry,
    entry_of,
    misspelt_name,
)
from onneshon.search.understanding.latin_letters import CAPITALS, SMALL, names_of_letters
from onneshon.search.understanding.latin_slips import slip_of
from onneshon.search.understanding.respelling import LONG
from onneshon.search.understanding.romanised import (
    is_plausible,
    per_letter,
    sounding,
    spelling_key,
    surface,
    written_verb,
)
from onneshon.search.understanding.usual_spellings import phonetic_key

FREQUENCY_WEIGHT: Final = 0.55
"""What the logarithm of a frequency is worth, as in ``index.vocabulary``."""

RANK: Final = 2.0
"""What it costs to stand one column further back in the row of a table."""

SAME_RANK: Final = 4.0
"""The same for abbreviations: all of a row mean the same, and the first is what is written for one."""

SLIP: Final = 20
"""A spelling is a slip for a similar one where articles(similar) >= SLIP * articles(spelling)."""

FEW_SLIPS: Final = 30
"""A word in more articles is no slip."""

SLIP_LEAD: Final = 3.0
"""By how much the score of a slip may be better than that of the usual spelling."""

_APART: Final = 0.5
"""By how much farther by letter that may be than one which sounds so: of *hati* হাতি is no slip for হাত."""

BEHIND: Final = 1.5

_NEAR: Final = 0.5
"""The distance by letter up to which what sounds so is meant, whatever else might be."""

_SELDOM: Final = 10
"""A spelling changes no order where articles(spelling) * _SELDOM < articles(usual one of its stem)."""

_NEARLY: Final = 0.6
"""The share of letters that a slip of the pen has in common with the spelling that it stands for."""

_TIED: Final = 100
_TIE: Final = 0.5
"""Another word comes first that is in so many times the articles, and as likely but for this: বন্যা, not বানা,
of *banna*."""

_LONG_I: Final = re.compile("(?<=[^aeiouy])y(?=[^aeiouy])")
_AI: Final = "াই"
"""What English may say for *y* between consonants: *python* is পাইথন."""

_LONG_A: Final = "aa"
_A: Final = "আ"
"""What that is at the beginning of a word: *aam*, of which no letter is এ."""

_APOSTROPHE: Final = re.compile("['\u2019](?:s$)?")
"""Inside a name (insha'allah), or before an English ending."""

_DRAWN_OUT: Final = re.compile(r"(.)\1{2,}")
"""A letter that is said for long: *helloooo*, *hmmmm*."""

_KINDS: Final[dict[str, ReadingKind]] = {"acronym": "acronym", "loan": "loan", "meaning": "meaning"}


@dataclass(frozen=True, slots=True)
class LatinCandidate:
    """A candidate for what Latin letters may be.

    Attributes:
        text: the Bengali word, or several.
        kind: what speaks for it.
        score: the higher the likelier; see the module.
        articles: how many hold it, several words side by side.
        sure: whether a table leaves no doubt about it.
        plausible: whether it may be meant with nothing beside it that speaks for it.
        per_letter: how far it is from what was typed, by letter, where it sounds so.
        spellings: the same word as others spell it, where that has another stem key or is not seldom.
    """

    text: str
    kind: ReadingKind
    score: float
    articles: int
    sure: bool = False
    plausible: bool = True
    per_letter: float = 0.0
    spellings: tuple[str, ...] = ()


class LatinCandidates:
    """Looks Latin words up in the tables and in the words of one index.

    Args:
        index: what is not in its articles is no candidate.
        together: tells how many articles hold Bengali words side by side.
    """

    def __init__(self, index: WordIndex, together: Callable[[str], int]) -> None:
        self._index = index
        self._together = together

    def articles(self, text: str) -> int:
        """How many articles hold a Bengali word in any of its forms, or several words side by side."""
        tokens = analyze(text)
        if len(tokens) > 1:
            return self._together(text)
        frequency = self._index.document_frequency
        return max(frequency("stem", token.stem) for token in tokens)

    def of(self, phrase: str, *, capitals: bool) -> list[LatinCandidate]:
        """What a span of Latin letters may be, the likeliest first; nothing twice.

        Args:
            phrase: in small letters, single spaces; several words only where a table has them.
            capitals: whether it was typed in capitals that mean something.
        """
        phrase = _not_drawn_out(phrase)
        listed = entry_of(phrase)
        found = list(self._of_entry(*listed, phrase, capitals=capitals)) if listed else []
        if not any(candidate.kind == "acronym" and (capitals or candidate.sure) for candidate in found):
            found += self._of_letters(phrase, capitals=capitals)
        heard = self._of_sound(phrase)
        known = max((way.articles for way in heard if way.plausible), default=0)
        if not found and known <= FEW_SLIPS:
            spoken = next((canonical(way.text) for way in heard if way.plausible), "")
            row = (None if known else misspelt_name(phrase)) or slip_of(phrase, spoken)
            found += self._of_row(row, phrase, sure=False, bonus=0.0) if row else ()
        return _distinct([*found, *heard], loan=listed is not None)

    def _of_sound(self, phrase: str) -> list[LatinCandidate]:
        """The words that sound so; a slip of the pen comes behind the usual spelling that it stands for."""
        letters = _APOSTROPHE.sub("", phrase)
        if not SMALL_LETTERS.fullmatch(letters):
            return []
        found = self._heard(letters)
        if (said := _LONG_I.sub("ai", letters)) != letters and not any(way.plausible for way in found):
            found = [way for way in self._heard(said) if way.plausible and _AI in way.text] or found
        if (written := written_verb(letters)) != letters:
            known = (way for way in found if way.plausible and way.articles > FEW_SLIPS)
            nearest = min((way.per_letter for way in known), default=math.inf)
            ways = [way for way in self._heard(written) if way.plausible and way.per_letter <= nearest]
            found = ways or found
        if letters.startswith(_LONG_A):
            found = [way for way in found if way.text.startswith(_A)] or found
        return _usual_first(found)

    def _heard(self, letters: str) -> list[LatinCandidate]:
        vocabulary = self._index.vocabulary
        words = len(vocabulary)
        return [
            LatinCandidate(
                surface(candidate.word),
                "sound",
                -candidate.score,
                candidate.frequency,
                plausible=is_plausible(candidate, letters, words),
                per_letter=per_letter(candidate, letters),
            )
            for candidate in sounding(letters, vocabulary)
        ]

    def _of_entry(
        self, entry: LatinEntry, as_typed: bool, phrase: str, *, capitals: bool
    ) -> Iterator[LatinCandidate]:
        acronym = entry.kind == "acronym"
        bonus = (CAPITALS if capitals else SMALL) if entry.ambiguous and acronym else 0.0
        sure = not entry.ambiguous and (as_typed or len(phrase) > LONGEST_ABBREVIATION)
        yield from self._of_row(entry, phrase, sure=sure or (capitals and acronym), bonus=bonus)

    def _of_row(
        self, entry: LatinEntry, phrase: str, *, sure: bool, bonus: float
    ) -> Iterator[LatinCandidate]:
        """The texts of a row that articles have; of several words that stand nowhere together, the first."""
        kind = _KINDS.get(entry.kind, "name")
        behind = SAME_RANK if kind == "acronym" else RANK
        counted = [(self.articles(text), text) for text in entry.bengali]
        if not any(articles for articles, _ in counted) and " " in phrase:
            counted = [(int(self._has_words(text)), text) for text in entry.bengali[:1]]
        for rank, (articles, text) in enumerate(counted):
            if articles:
                loan = kind == "meaning" and rank > 0 and _sounds_so(text, phrase)
                yield LatinCandidate(
                    text,
                    "loan" if loan else kind,
                    bonus - behind * rank + _worth(articles),
                    articles,
                    sure and not loan,
                )

    def _has_words(self, text: str) -> bool:
        """Whether articles have each word of a text, if not side by side."""
        return all(self.articles(word) for word in text.split())

    def _of_letters(self, phrase: str, *, capitals: bool) -> Iterator[LatinCandidate]:
        for text, articles, worth in names_of_letters(phrase, self._index, self.articles, capitals=capitals):
            yield LatinCandidate(text, "letters", worth + _worth(articles), articles)


def is_near(candidate: LatinCandidate) -> bool:
    """Whether a table has a word, or it sounds nearly so."""
    return candidate.plausible and candidate.per_letter <= _NEAR


def _not_drawn_out(word: str) -> str:
    """With a letter that is there three times or more once, if a table has that, or twice; not one alone."""
    if len(set(word)) == 1 or len(_DRAWN_OUT.findall(word)) != 1:
        return word
    single = _DRAWN_OUT.sub(r"\1", word)
    return single if entry_of(single) else _DRAWN_OUT.sub(r"\1\1", word)


def _is_notable(candidate: LatinCandidate, usual: LatinCandidate) -> bool:
    """Whether another spelling finds other articles, or is what many have, who would come last without it."""
    return (
        candidate.articles * _SELDOM >= usual.articles
        or analyze(candidate.text)[0].stem != analyze(usual.text)[0].stem
    )


def _sounds_so(text: str, latin: str) -> bool:
    """Whether Bengali words have the consonants of Latin ones."""
    spoken = map(skeleton, text.split())
    return all(candidate in readings(word) for candidate, word in zip(spoken, latin.split(), strict=False))


def _usual_first(found: Sequence[LatinCandidate]) -> list[LatinCandidate]:
    """Slips of the pen behind the usual spelling, which may be meant wherever a slip for it may be."""
    usual = {candidate.text: other for candidate in found if (other := _usual_for(candidate, found))}
    meant = {
        other.text for candidate in found if candidate.plausible and (other := usual.get(candidate.text))
    }
    return [
        replace(candidate, score=usual[candidate.text].score - BEHIND)
        if candidate.text in usual
        else replace(candidate, plausible=candidate.plausible or candidate.text in meant)
        for candidate in found
    ]


def _usual_for(candidate: LatinCandidate, found: Iterable[LatinCandidate]) -> LatinCandidate | None:
    """The usual spelling for which a word is a slip; with an ending (আমিও) it is none for that without."""
    usual = (
        other
        for other in found
        if other.articles >= SLIP * candidate.articles
        and candidate.articles <= FEW_SLIPS
        and candidate.score - SLIP_LEAD <= other.score < candidate.score
        and not (is_near(candidate) and other.per_letter > candidate.per_letter + _APART)
        and not _is_longer_form(candidate.text, other.text)
        and not _is_longer_form(other.text, candidate.text)
        and (
            SequenceMatcher(None, candidate.text, other.text).ratio() >= _NEARLY
            or (other.articles >= _TIED * candidate.articles and other.score >= candidate.score - _TIE)
        )
    )
    return max(usual, key=lambda other: other.score, default=None)


def _is_longer_form(word: str, other: str) -> bool:
    return word.startswith(other) and analyze(word)[0].stem == analyze(other)[0].stem


def _worth(articles: int) -> float:
    return FREQUENCY_WEIGHT * math.log1p(articles)


def _distinct(found: Iterable[LatinCandidate], *, loan: bool) -> list[LatinCandidate]:
    """The best of each that are one word, or find the same articles; the likeliest first."""
    words: dict[tuple[str, ...], list[LatinCandidate]] = {}
    for candidate in sorted(found, key=lambda candidate: -candidate.score):
        key = tuple(_said_so(token.stem, loan=loan) for token in analyze(candidate.text))
        words.setdefault(key, []).append(candidate)
    return [_as_one(ways, loan=loan) for ways in words.values()]


def _said_so(word: str, *, loan: bool) -> str:
    """What the spellings of a word have in common; of a long one whatever is not heard (লক্ষীপুর, লক্ষ্মীপুর)."""
    return spelling_key(phonetic_key(word) if aksharas(word, LONG) >= LONG else word, loan=loan)


def _as_one(ways: Sequence[LatinCandidate], *, loan: bool) -> LatinCandidate:
    """One word in its commonest spelling, with its last vowel written or not, unless a table tells that."""
    best = ways[0]
    if len(ways) == 1:
        return best
    key = _said_so(fold(best.text), loan=loan)
    heard = [(way, _said_so(fold(way.text), loan=loan)) for way in ways if way.kind == "sound"]
    spelt = [candidate for candidate, other in heard if other == key]
    usual = best
    if best.kind == "sound":
        likely = [way for way, other in heard if other.removesuffix("ো") == key.removesuffix("ো")]
        usual = max(likely, key=lambda candidate: candidate.articles)
    notable = [
        candidate.text
        for candidate in spelt
        if candidate.text != usual.text and _is_notable(candidate, usual)
    ]
    return replace(
        best,
        text=usual.text,
        articles=usual.articles,
        sure=any(candidate.sure for candidate in ways),
        plausible=best.plausible or any(candidate.plausible for candidate in spelt),
        spellings=() if is_function_word(usual.text) else tuple(notable),
    )

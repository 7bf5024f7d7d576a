"""Finds the Bengali candidates for a span of Latin letters, by every kind of evidence, scored on one scale.

A score is a logarithm like that of ``Candidate.score``: of how usual the Latin spelling of the word is and
of the word's frequency. Words of tables and names of letters have no distance.
"""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from onneshon.index.analysis.analyzer import analyze
from onneshon.index.analysis.canonical import canonical
from onneshon.index.analysis.script import BENGALI_DIGITS, aksharas
from onneshon.index.analysis.stemmer import fold, is_function_word
from onneshon.index.vocabulary.skeleton import readings, skeleton
from onneshon.search.query.reading import ReadingKind
from onneshon.search.retrieval.index_protocols import WordIndex, document_frequency
from onneshon.search.understanding.latin_entries import (
    LONGEST_ABBREVIATION,
    SMALL_LETTERS,
    LatinEntry,
    acronyms,
    common_english_words,
    entry_of,
    letter_names,
    misspelt_name,
    names_of,
)
from onneshon.search.understanding.latin_sounds import (
    FEW_SLIPS,
    FREQUENCY_WEIGHT,
    LatinCandidate,
    by_sound,
    slip_of,
)
from onneshon.search.understanding.respelling import LONG
from onneshon.search.understanding.romanised import (
    spelling_key,
)
from onneshon.search.understanding.usual_spellings import phonetic_key

CAPITALS: Final = 8.0
"""Score of capitals for an abbreviation, if the other words of the query have small letters."""

SMALL: Final = -1.0
"""The same for small letters: people on a telephone skip the shift key, but other readings come first."""

VOWELLESS: Final = 3.0
"""Score of letters without a vowel, which cannot be pronounced as a word."""

FEW: Final = 3
_CERTAIN: Final = 3
"""Least document frequency of an abbreviation in small letters, if it has fewer than ``_CERTAIN`` letters:
the names of three (জিপিইউ) are no other word by chance."""
_ENGLISH: Final = 20
"""The same if the letters are a common English word: WHO is *who*, and এআরএম no *arm*."""

SPELLINGS: Final = 16
"""Number of spellings of the names of letters that are looked up."""

_NUMBERED: Final = re.compile("([a-z]{1,4})([0-9]{1,4})")
_VOWELS: Final = tuple("aeiouy")
"""Letters that by themselves are mostly read by sound."""


class LetterNames(NamedTuple):
    """The names of some letters.

    Attributes:
        text: the names as one word, or as adjacent words.
        articles: the number of articles that contain the text.
        worth: the score that is added to that of the frequency.
    """

    text: str
    articles: int
    worth: float


def names_of_letters(
    letters: str, index: WordIndex, articles_of: Callable[[str], int], *, capitals: bool
) -> Iterator[LetterNames]:
    """The names of letters, written as one word, in the commonest spelling only; also with a number behind.

    If that word is a form of another one (একে of *a k*), the names of capitals are read as adjacent words.

    Args:
        letters: small letters, perhaps followed by digits.
        index: the index whose articles have the names.
        articles_of: returns the number of articles with a word in any of its forms, or with adjacent words.
        capitals: whether the letters were typed in capitals that mean something.
    """
    if numbered := _NUMBERED.fullmatch(letters):
        articles, text = max((articles_of(text), text) for text in _with_number(*numbered.groups()))
        if articles:
            yield LetterNames(text, articles, 0.0)
    if len(letters) > LONGEST_ABBREVIATION or not SMALL_LETTERS.fullmatch(letters) or letters in _VOWELS:
        return
    articles, text = max(
        (document_frequency(spelling, index), spelling) for spelling in names_of(letters, SPELLINGS)
    )
    if capitals and articles and _is_a_form(text, index):
        text = " ".join(letter_names()[letter][0] for letter in letters)
        articles = articles_of(text)
    alone = len(letters) == 1  # *k* is কে, and *r* আর
    if articles >= _enough(letters, capitals=capitals) and (alone or not is_function_word(text)):
        vowelless = set(letters).isdisjoint("aeiouy")
        yield LetterNames(text, articles, CAPITALS if capitals else SMALL + VOWELLESS * vowelless)


def _is_a_form(word: str, index: WordIndex) -> bool:
    """Whether a word is a form of another word that more articles have."""
    stem = analyze(word)[0].stem
    return stem != fold(word) and document_frequency(stem, index) > document_frequency(word, index)


def _enough(letters: str, *, capitals: bool) -> int:
    """The least document frequency of the names of letters that makes them an abbreviation."""
    if not capitals and letters in common_english_words():
        return _ENGLISH
    return 1 if capitals or len(letters) >= _CERTAIN else FEW


def _with_number(letters: str, number: str) -> Iterator[str]:
    """The names of letters followed by a number: *gpa5*, *f16*."""
    listed = acronyms().get(letters)
    for name in (*(listed.bengali if listed else ()), *names_of(letters, SPELLINGS)):
        yield f"{name}-{number.translate(BENGALI_DIGITS)}"


RANK: Final = 2.0
"""Cost of each place further back in the row of a table."""

_SELDOM: Final = 10
"""A spelling is too rare to affect ranking where articles(spelling) * _SELDOM < articles(usual spelling)."""

SAME_RANK: Final = 4.0
"""``RANK`` for abbreviations: all texts of a row mean the same, and the first is the usual one."""

_DRAWN_OUT: Final = re.compile(r"(.)\1{2,}")
"""A letter repeated for emphasis: *helloooo*, *hmmmm*."""

_KINDS: Final[dict[str, ReadingKind]] = {"acronym": "acronym", "loan": "loan", "meaning": "meaning"}


class LatinCandidates:
    """Looks Latin words up in the tables and in the words of one index.

    Args:
        index: the index whose articles must contain a candidate.
        together: returns the number of articles in which the Bengali words of a text are adjacent.
    """

    def __init__(self, index: WordIndex, together: Callable[[str], int]) -> None:
        self._index = index
        self._together = together

    def articles(self, text: str) -> int:
        """The number of articles with a Bengali word in any of its forms, or with several adjacent words."""
        tokens = analyze(text)
        if len(tokens) > 1:
            return self._together(text)
        frequency = self._index.document_frequency
        return max(frequency("stem", token.stem) for token in tokens)

    def of(self, phrase: str, *, capitals: bool) -> list[LatinCandidate]:
        """The candidates for a span of Latin letters, the likeliest first and without duplicates.

        Args:
            phrase: the span in small letters, with single spaces; several words only if a table has them.
            capitals: whether it was typed in capitals that mean something.
        """
        phrase = _not_drawn_out(phrase)
        listed = entry_of(phrase)
        found = list(self._of_entry(*listed, phrase, capitals=capitals)) if listed else []
        if not any(candidate.kind == "acronym" and (capitals or candidate.sure) for candidate in found):
            found += self._of_letters(phrase, capitals=capitals)
        heard = by_sound(phrase, self._index.vocabulary)
        known = max((way.articles for way in heard if way.plausible), default=0)
        if not found and known <= FEW_SLIPS:
            spoken = next((canonical(way.text) for way in heard if way.plausible), "")
            row = (None if known else misspelt_name(phrase)) or slip_of(phrase, spoken)
            found += self._of_row(row, phrase, sure=False, bonus=0.0) if row else ()
        return _distinct([*found, *heard], loan=listed is not None)

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
        """The texts of a row that articles have; for a phrase, at least the first if they have its words."""
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
        """Whether articles have each word of a text, adjacent or not."""
        return all(self.articles(word) for word in text.split())

    def _of_letters(self, phrase: str, *, capitals: bool) -> Iterator[LatinCandidate]:
        for text, articles, worth in names_of_letters(phrase, self._index, self.articles, capitals=capitals):
            yield LatinCandidate(text, "letters", worth + _worth(articles), articles)


def _not_drawn_out(word: str) -> str:
    """A word with its one letter that comes three times or more once, if a table has that, or else twice."""
    if len(set(word)) == 1 or len(_DRAWN_OUT.findall(word)) != 1:
        return word
    single = _DRAWN_OUT.sub(r"\1", word)
    return single if entry_of(single) else _DRAWN_OUT.sub(r"\1\1", word)


def _is_notable(candidate: LatinCandidate, usual: LatinCandidate) -> bool:
    """Whether another spelling finds other articles, or is in so many that would otherwise rank last."""
    return (
        candidate.articles * _SELDOM >= usual.articles
        or analyze(candidate.text)[0].stem != analyze(usual.text)[0].stem
    )


def _sounds_so(text: str, latin: str) -> bool:
    """Whether Bengali words have the same consonants as Latin ones."""
    spoken = map(skeleton, text.split())
    return all(candidate in readings(word) for candidate, word in zip(spoken, latin.split(), strict=False))


def _worth(articles: int) -> float:
    return FREQUENCY_WEIGHT * math.log1p(articles)


def _distinct(found: Iterable[LatinCandidate], *, loan: bool) -> list[LatinCandidate]:
    """The candidates, the likeliest first, with spellings of one word merged into its best."""
    words: dict[tuple[str, ...], list[LatinCandidate]] = {}
    for candidate in sorted(found, key=lambda candidate: -candidate.score):
        key = tuple(_said_so(token.stem, loan=loan) for token in analyze(candidate.text))
        words.setdefault(key, []).append(candidate)
    return [_as_one(ways, loan=loan) for ways in words.values()]


def _said_so(word: str, *, loan: bool) -> str:
    """The key that spellings of a word share; in long words without silent letters (লক্ষীপুর, লক্ষ্মীপুর)."""
    return spelling_key(phonetic_key(word) if aksharas(word, LONG) >= LONG else word, loan=loan)


def _as_one(ways: Sequence[LatinCandidate], *, loan: bool) -> LatinCandidate:
    """One word in its commonest spelling, with or without a last o, unless a table gives the spelling."""
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

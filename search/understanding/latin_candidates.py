"""What a span of Latin letters may be in Bengali, by every kind of evidence, scored on one scale.

A score is a logarithm like that of ``Candidate.score``: how usual it is to write the word so, and how
frequent the word is. Tables and the names of letters have no distance.
"""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
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
    LatinEntry,
    entry_of,
    misspelt_name,
)
from onneshon.search.understanding.latin_letters import CAPITALS, SMALL, names_of_letters
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

RANK: Final = 2.0
"""What it costs to stand one column further back in the row of a table."""

_SELDOM: Final = 10
"""A spelling changes no order where articles(spelling) * _SELDOM < articles(usual one of its stem)."""

SAME_RANK: Final = 4.0
"""The same for abbreviations: all of a row mean the same, and the first is what is written for one."""

_DRAWN_OUT: Final = re.compile(r"(.)\1{2,}")
"""A letter that is said for long: *helloooo*, *hmmmm*."""

_KINDS: Final[dict[str, ReadingKind]] = {"acronym": "acronym", "loan": "loan", "meaning": "meaning"}


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

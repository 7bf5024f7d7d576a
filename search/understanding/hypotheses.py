"""Finds the possible readings of a query's words, by every kind of evidence, with scores on one scale."""

import math
from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.index.analysis.canonical import canonical
from onneshon.index.analysis.script import CONSONANTS
from onneshon.index.analysis.stemmer import fold
from onneshon.index.kernel.spelling import is_bengali
from onneshon.index.vocabulary.skeleton import skeleton
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.index_protocols import WordIndex, document_frequency
from onneshon.search.understanding.abbreviations import whole_word
from onneshon.search.understanding.certainty import HOPELESS, by_frequency, needed
from onneshon.search.understanding.latin_entries import heard_as_english
from onneshon.search.understanding.latin_reading import GAP
from onneshon.search.understanding.latin_spans import LatinSpan
from onneshon.search.understanding.lattice import CONTEXT_WEIGHT, Context, Hypothesis, Lattice, folded_stem
from onneshon.search.understanding.misspellings import NO_SLIP, Fit, Misspellings
from onneshon.search.understanding.neighbours import (
    Between,
    InPlace,
    Meant,
    QueryWord,
    slips_in_place,
    words_in_place,
)
from onneshon.search.understanding.respelling import is_other_spelling
from onneshon.search.understanding.unfinished import begun, continuing, misspelt
from onneshon.search.understanding.usual_spellings import Correction

_NEAR_CERTAIN_UNKNOWN: Final = -0.8
"""Required certainty for a single word in no article: it finds nothing that the correction displaces."""

_NEAR_CERTAIN_BESIDE: Final = -1.0
"""The same in a query of several words, where the other words find articles."""

_FEW_WORDS: Final = 3
"""In a longer query the usual spelling finds no further articles, and the typed one shows which are meant."""

_JOINED: Final = -1.0
_JOINED_FREQUENCY: Final = 0.5
"""Log-odds that adjacent words are one, and the weight of log(articles(joined) / articles(rarer word))."""

_NO_WORD: Final = 5.0
"""Added where no article has one of these words: a space too many explains all that was typed. Of 4,921 words
of headlines that are cut into such parts 4,403 are read as meant, and 2,939 without this; of 16,470 right
pairs two are joined (``benchmarks.reading.spaces``)."""

_SPELT_AS_WELL: Final = -1.0
"""Log-odds that a word that articles have was typed for another of the same sound."""

_ENGLISH: Final = 2.0
_WRITTEN: Final = -0.35
"""Log-odds that a word is English in Bengali letters, before its distance in sound from the English word is
subtracted: ``_ENGLISH`` if no article has the word, else ``_WRITTEN`` plus the log-odds by frequency."""

_MEANT: Final = 4
_MEANT_FROM: Final = -3.0
"""Number and least certainty of the corrections of a word that are tried as the context of the last word."""

_RARE: Final = 10
"""Document frequency from which a word is no part of another word written apart."""


class Hypotheses:
    """Finds the possible readings of the words of queries among the words of one index. Thread-safe.

    Args:
        index: the index whose words are the candidates.
        context: the contexts of these words.

    Attributes:
        context: the contexts of these words.
    """

    def __init__(self, index: WordIndex, context: Context) -> None:
        self._index = index
        self.context = context
        self._misspellings = Misspellings(index, context)

    def corrections(self, token: Token) -> list[Correction]:
        """The corrections of a word that are other words, regardless of its neighbours."""
        if not is_bengali(token.exact):
            return []
        articles = document_frequency(token.exact, self._index)
        return [candidate for candidate in self._misspellings.of(token, articles) if not candidate.same]

    def usual(self, token: Token) -> Correction | None:
        """The usual spelling of a word, which a reader hardly distinguishes; None if it is the typed one."""
        if not is_bengali(token.exact):
            return None
        return self._misspellings.usual(token, document_frequency(token.exact, self._index))

    def lattice(
        self,
        tokens: Sequence[Token],
        latin: Sequence[LatinSpan],
        budget: TimeBudget,
        short: Container[int] = (),
        slack: float = 0.0,
    ) -> Lattice[Meant] | None:
        """The lattice of all readings of a query's words; None if there are only the words as typed.

        Args:
            tokens: the tokens of the query.
            latin: the spans of Latin letters with their candidates.
            budget: the time budget; once it is spent, the remaining words are taken as correct.
            short: the positions of words that are cut short.
            slack: how far, in log-odds, the readings of interest may fall below the required certainty.
        """
        row = [*self._row(tokens, latin)]
        between = zip((None, *row), row, (*row[1:], None), strict=False)
        near = [words for words in between if words[1].bengali]
        bengali = [word for _, word, _ in near]
        wide = slack > 0 and len(tokens) <= _FEW_WORDS
        in_place = {
            words[1].position: words_in_place(words, self._index, self.context, wide=wide)
            for words in near
            if not budget.spent()
        }
        found = [
            *self._of_latin(latin),
            *self._typed_apart(row, budget),
            *self._spelt_otherwise(near, len(tokens), budget, short),
            *(way for word in bengali for way in self._slips(word, in_place)),
        ]
        typed = [word.as_typed for word in row]
        strange = {position for position, words in in_place.items() if words.alike}
        also = self._spelt_as_well(bengali) if any(map(_is_rare, bengali)) else []
        known = (*found, *typed, *also)
        misspelt = self._misspelt_among(bengali, known, strange, len(tokens), budget, slack=slack)
        if not (found or misspelt):  # true of most queries
            return None
        typed += also or self._spelt_as_well(bengali)
        key_words = not near and len(tokens) <= _FEW_WORDS
        gain = self.context.either if key_words else self.context.gain
        return Lattice((*misspelt, *found, *typed), gain)

    def _row(self, tokens: Sequence[Token], latin: Sequence[LatinSpan]) -> Iterator[QueryWord]:
        """The words of a query, without those of Latin spans that are read."""
        read = {position for span in latin if span.candidates for position in range(span.first, span.last)}
        for position, token in enumerate(tokens):
            if position not in read:
                bengali = is_bengali(token.exact)
                articles = document_frequency(token.exact, self._index) if bengali else 0
                yield QueryWord(position, token, token.exact, articles, bengali)

    def _slips(self, word: QueryWord, in_place: Mapping[int, InPlace]) -> Iterator[Hypothesis[Meant]]:
        return slips_in_place(word, in_place.get(word.position, InPlace()), self._index)

    def _spelt_as_well(self, row: Sequence[QueryWord]) -> list[Hypothesis[Meant]]:
        """The commonest word of the same sound as each typed one, by which its neighbours may be known.

        A search finds both, so that nothing is read: for আওমি লিগ articles have আওয়ামী লীগ.
        """
        return [
            Hypothesis(word.position, word.position + 1, (other,), _SPELT_AS_WELL)
            for word in row
            if word.articles and not self._misspellings.usual(word.token, word.articles)
            for other in self._index.vocabulary.of_one_fold(word.exact, _RARE)[:1]
        ]

    def _spelt_otherwise(
        self, near: Sequence[Between], words: int, budget: TimeBudget, short: Container[int]
    ) -> Iterator[Hypothesis[Meant]]:
        """Readings of words cut short or in English, and of an unfinished last word."""
        for before, word, after in near:
            if not budget.spent():
                beside = word.beside(before)
                yield from self._unfinished(beside, word, words) if word.position == words - 1 else ()
                yield from self._cut_short(before, word, after) if word.position in short else ()
                yield from self._in_english(word)

    def _misspelt_among(
        self,
        row: Sequence[QueryWord],
        others: Sequence[Hypothesis[Meant]],
        strange: Container[int],
        words: int,
        budget: TimeBudget,
        *,
        slack: float,
    ) -> list[Hypothesis[Meant]]:
        """The corrections of words; of rare words only those that can be chosen.

        Rare words come last, when the readings of their neighbours are known.
        """
        found: list[Hypothesis[Meant]] = []
        open_yet = {word.position for word in row if _is_rare(word)}
        for word in sorted(row, key=_is_rare):
            if not budget.spent():
                rare = word.position in open_yet
                open_yet.discard(word.position)
                settled = rare and open_yet.isdisjoint((word.position - 1, word.position + 1))
                known = (*others, *found) if settled else None
                found += self._misspelt(word, known, words, slack=slack, strange=word.position in strange)
        return found

    def _fit(self, word: QueryWord, hypotheses: Sequence[Hypothesis[Meant]], least: float) -> Fit:
        """The fit of other words in the place of a word, by the hypotheses about its neighbours.

        Args:
            word: the word in that place.
            hypotheses: the hypotheses about the words of the query.
            least: the certainty from which another word is searched if it fits equally well.
        """
        before = {way.words[-1] for way in hypotheses if way.words and way.last == word.position}
        after = {way.words[0] for way in hypotheses if way.words and way.first == word.position + 1}
        gain = self.context.gain

        def fits(other: str) -> float:
            better = (gain(near, other) - gain(near, word.exact) for near in before)
            ahead = (gain(other, near) - gain(word.exact, near) for near in after)
            return CONTEXT_WEIGHT * (max((0.0, *better)) + max((0.0, *ahead))) - least

        return Fit(fits, math.inf if before or after else -least)

    def _of_latin(self, latin: Sequence[LatinSpan]) -> Iterator[Hypothesis[Meant]]:
        for span in latin:
            for candidate in span.candidates:
                words = tuple(canonical(candidate.text).split())
                score = (candidate.score - span.candidates[0].score) / GAP
                yield Hypothesis(span.first, span.last, words, score, candidate)

    def _misspelt(
        self,
        word: QueryWord,
        known: Sequence[Hypothesis[Meant]] | None,
        words: int,
        *,
        slack: float,
        strange: bool,
    ) -> Iterator[Hypothesis[Meant]]:
        """The corrections of a word; if its neighbours are known, only if any correction can be chosen."""
        least = _NEAR_CERTAIN_UNKNOWN if words == 1 else _NEAR_CERTAIN_BESIDE
        if word.articles:
            least = needed(word.articles)
        fit = self._fit(word, known, least - slack) if known is not None else None
        for candidate in self._misspellings.of(word.token, word.articles, fit, strange=strange):
            if candidate.same and words > _FEW_WORDS:
                continue
            if word.articles and is_other_spelling(word.token, candidate.word):
                continue
            yield word.read_as(candidate, -least)

    def _typed_apart(self, row: Sequence[QueryWord], budget: TimeBudget) -> Iterator[Hypothesis[Meant]]:
        """The words that adjacent words form, a single consonant among them: হ ত্যা, বছ র."""
        for first, second in pairwise(row):
            adjacent = second.position - first.position == 1
            if adjacent and _is_part(first) and _is_part(second) and not budget.spent():
                yield from self._joined(first, second)

    def _joined(self, first: QueryWord, second: QueryWord) -> Iterator[Hypothesis[Meant]]:
        """The word, in its usual spelling, that two adjacent words form if one of them is rare by itself."""
        rarest = min(first.articles, second.articles)
        joined = first.exact + second.exact
        articles = document_frequency(joined, self._index) if rarest < _RARE else 0
        if articles:
            usual = self._misspellings.usual(analyze(joined)[0], articles)
            word, articles = (usual.word, usual.articles) if usual else (joined, articles)
            worth = _JOINED + _JOINED_FREQUENCY * math.log((articles + 1) / (rarest + 1))
            worth += 0.0 if rarest else _NO_WORD
            meant = Correction(word, articles, worth)
            yield Hypothesis(first.position, second.position + 1, (word,), worth, meant)

    def _in_english(self, word: QueryWord) -> Iterator[Hypothesis[Meant]]:
        """The commonest Bengali word for an English one in Bengali letters that is rare in all its forms."""
        if word.articles >= NO_SLIP:  # true of most words, and known already
            return
        stem = word.token.stem
        known = self._index.document_frequency("stem", stem)
        if known >= NO_SLIP:
            return
        heard = heard_as_english(stem)
        if heard is None and fold(word.exact).startswith(stem + "র"):  # of -er, taken for an ending
            heard = heard_as_english(stem + "র")
        if heard is None:
            return
        texts, distance = heard
        articles, meant = max((document_frequency(text, self._index), text) for text in map(canonical, texts))
        if articles and folded_stem(meant) != stem and not self._is_near_another(word):
            sure = _WRITTEN + by_frequency(known, articles) - needed(known) if known else _ENGLISH
            yield word.read_as(Correction(meant, articles, sure - distance, "meaning"))

    def _is_near_another(self, word: QueryWord) -> bool:
        """Whether a word of the same consonants may be meant by a rare one: ভোটির is ভোটের, no *voter*."""
        sound = skeleton(word.exact)
        return any(
            way.certainty >= HOPELESS and skeleton(way.word) == sound
            for way in self._misspellings.of(word.token, word.articles)
        )

    def _unfinished(
        self, before: QueryWord | None, last: QueryWord, words: int
    ) -> Iterator[Hypothesis[Meant]]:
        """The completions of the last word; the certainty of its usual spelling is added to their scores."""
        usual = self._misspellings.usual(last.token, last.articles) if words <= _FEW_WORDS else None
        spelt, sure = (usual.word, usual.certainty) if usual else ("", 0.0)
        found = self._behind(self._meant_before(before, last), last, spelt) if before else []
        if not (found or last.articles):
            found = begun(last.token, self._index, self.context)
        for candidate in found:
            yield last.read_as(candidate, sure)

    def _cut_short(
        self, before: QueryWord | None, word: QueryWord, after: QueryWord | None
    ) -> Iterator[Hypothesis[Meant]]:
        """The word that a word cut short stands for, by its neighbours."""
        left, right = (other.exact if other else "" for other in map(word.beside, (before, after)))
        meant = whole_word(left, word.exact, right, self._index, self.context)
        if meant:
            yield word.read_as(meant)

    def _behind(self, others: Sequence[str], last: QueryWord, usual: str) -> list[Correction]:
        """Completions of the last word behind some words; if none and it is rare, its corrections there."""
        index, context = self._index, self.context
        found = [way for word in others for way in continuing(word, last.exact, index, context, usual)]
        if found or last.articles >= NO_SLIP:
            return found
        return [way for word in others for way in misspelt(word, last.token, last.articles, index, context)]

    def _meant_before(self, word: QueryWord, last: QueryWord) -> Sequence[str]:
        """The word before the last, with its corrections if both words are rare or it is unknown."""
        typed = [word.exact] if word.articles else []
        if word.articles and max(word.articles, last.articles) >= NO_SLIP:
            return typed
        found = self._misspellings.of(word.token, word.articles)
        likely = [candidate.word for candidate in found if candidate.certainty >= _MEANT_FROM]
        return [*typed, *likely[:_MEANT]]


def _is_part(word: QueryWord) -> bool:
    """Whether a word may be a part of another: a Bengali word, or a consonant, which is no word by itself."""
    return word.bengali or word.exact in CONSONANTS


def _is_rare(word: QueryWord) -> bool:
    """Whether articles contain a word, but so few that finding its corrections takes long."""
    return 0 < word.articles < NO_SLIP

"""Finds the possible readings of a query's words, by every kind of evidence, with scores on one scale."""

import math
from collections.abc import Container, Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple, TypeAlias

from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.index.analysis.canonical import canonical
from onneshon.index.analysis.script import CONSONANTS
from onneshon.index.analysis.stemmer import fold, is_function_word
from onneshon.index.kernel.spelling import is_bengali
from onneshon.index.vocabulary.skeleton import skeleton
from onneshon.index.vocabulary.vocabulary import CANDIDATES
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.index_protocols import WordIndex, document_frequency
from onneshon.search.understanding.abbreviations import whole_word
from onneshon.search.understanding.certainty import HOPELESS, by_frequency, is_slip, needed
from onneshon.search.understanding.latin_entries import heard_as_english
from onneshon.search.understanding.latin_reading import GAP
from onneshon.search.understanding.latin_sounds import LatinCandidate
from onneshon.search.understanding.latin_spans import LatinSpan
from onneshon.search.understanding.lattice import CONTEXT_WEIGHT, Context, Hypothesis, Lattice, folded_stem
from onneshon.search.understanding.misspellings import NO_SLIP, Fit, Misspellings
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

_OFTEN: Final = 5
_SAID_ALIKE: Final = -1.4
_ANOTHER_LETTER: Final = -2.0
"""Least count of a word next to a neighbour where the typed word never stands, and the log-odds that the
typed word is a slip for it: with the same consonants, or with another one. Of 8,715 pairs of words in 2,500
headlines of other papers that no article has, 3 are read otherwise by this rule; of 1,549 words put one slip
away from a word that stands there, 723 are read so, and 578 without (``benchmarks.reading.neighbours``)."""

_SOUNDING: Final = 12
"""Number of words with the same consonants whose neighbours are compared, the most frequent."""

_MEANT: Final = 4
_MEANT_FROM: Final = -3.0
"""Number and least certainty of the corrections of a word that are tried as the context of the last word."""

_RARE: Final = 10
"""Document frequency from which a word is no part of another word written apart."""

Meant: TypeAlias = Correction | LatinCandidate
"""What a hypothesis knows of a reading that differs from the words as typed."""


class _Word(NamedTuple):
    """A word of a query as typed.

    Attributes:
        position: the position of the word among the tokens.
        token: the token of the word.
        exact: the word in canonical spelling.
        articles: its document frequency if it is Bengali, else 0.
        bengali: whether the word is Bengali.
    """

    position: int
    token: Token
    exact: str
    articles: int
    bengali: bool


_Beside: TypeAlias = tuple[_Word | None, _Word, _Word | None]
"""A word with the one before it and the one behind it."""


class _Instead(NamedTuple):
    """Words found next to the neighbours of a typed word that never stands there itself.

    Attributes:
        behind: words with the same first letter that often stand behind the previous word.
        ahead: words with the same consonants that often stand before the next word.
        alike: whether a word with these consonants stands next to either, and as many articles contain it.
    """

    behind: Sequence[str] = ()
    ahead: Sequence[str] = ()
    alike: bool = False


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
        read = [span for span in latin if span.candidates]
        taken = {position for span in read for position in range(span.first, span.last)}
        row = [self._typed(token, position) for position, token in enumerate(tokens) if position not in taken]
        near = [
            beside for beside in zip((None, *row), row, (*row[1:], None), strict=False) if beside[1].bengali
        ]
        found = [hypothesis for span in read for hypothesis in self._of_latin(span)]
        wide = slack > 0 and len(tokens) <= _FEW_WORDS
        instead = {
            beside[1].position: self._instead(*beside, wide=wide) if not budget.spent() else _Instead()
            for beside in near
        }
        found += self._typed_apart(row, budget)
        found += self._spelt_otherwise(near, len(tokens), budget, short)
        found += (way for _, word, _ in near for way in self._never_beside(word, instead[word.position]))
        typed: list[Hypothesis[Meant]] = [
            Hypothesis(word.position, word.position + 1, (word.exact,) if word.bengali else ())
            for word in row
        ]
        strange = {position for position, other in instead.items() if other.alike}
        bengali = [word for _, word, _ in near]
        also = self._spelt_as_well(bengali) if any(map(_is_rare, bengali)) else []
        known = (*found, *typed, *also)
        misspelt = self._misspelt_among(bengali, known, strange, len(tokens), budget, slack=slack)
        if not (found or misspelt):  # true of most queries
            return None
        typed += also or self._spelt_as_well(bengali)
        key_words = not near and len(tokens) <= _FEW_WORDS
        gain = self.context.either if key_words else self.context.gain
        return Lattice((*misspelt, *found, *typed), gain)

    def _spelt_as_well(self, row: Sequence[_Word]) -> list[Hypothesis[Meant]]:
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
        self, near: Sequence[_Beside], words: int, budget: TimeBudget, short: Container[int]
    ) -> Iterator[Hypothesis[Meant]]:
        """Readings of words cut short or in English, and of an unfinished last word."""
        for before, word, after in near:
            if not budget.spent():
                beside = _beside(before, word)
                yield from self._unfinished(beside, word, words) if word.position == words - 1 else ()
                yield from self._cut_short(before, word, after) if word.position in short else ()
                yield from self._in_english(word)

    def _misspelt_among(
        self,
        row: Sequence[_Word],
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

    def _fit(self, word: _Word, hypotheses: Sequence[Hypothesis[Meant]], least: float) -> Fit:
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

    def _typed(self, token: Token, position: int) -> _Word:
        bengali = is_bengali(token.exact)
        return _Word(
            position,
            token,
            token.exact,
            document_frequency(token.exact, self._index) if bengali else 0,
            bengali,
        )

    def _of_latin(self, span: LatinSpan) -> Iterator[Hypothesis[Meant]]:
        best = span.candidates[0].score
        for candidate in span.candidates:
            words = tuple(canonical(candidate.text).split())
            yield Hypothesis(span.first, span.last, words, (candidate.score - best) / GAP, candidate)

    def _misspelt(
        self,
        word: _Word,
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
            yield _read_as(word, candidate, -least)

    def _typed_apart(self, row: Sequence[_Word], budget: TimeBudget) -> Iterator[Hypothesis[Meant]]:
        """The words that adjacent words form, a single consonant among them: হ ত্যা, বছ র."""
        for first, second in pairwise(row):
            adjacent = second.position - first.position == 1
            if adjacent and _is_part(first) and _is_part(second) and not budget.spent():
                yield from self._joined(first, second)

    def _joined(self, first: _Word, second: _Word) -> Iterator[Hypothesis[Meant]]:
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

    def _instead(self, before: _Word | None, word: _Word, after: _Word | None, *, wide: bool) -> _Instead:
        """The words next to the neighbours of a word that articles have, but never in that place.

        Args:
            before: the word before it.
            word: the word itself.
            after: the word behind it.
            wide: whether words with other consonants are tried before the next word, which takes long.
        """
        near = (_beside(before, word), _beside(after, word))
        left, right = (other.exact if other and other.articles else "" for other in near)
        known = word.articles and (left or right) and not is_function_word(word.exact)
        context = self.context
        if not known or context.beside(left, word.exact, right):
            return _Instead()
        behind = context.followers(left, word.exact[0], _OFTEN) if left else ()
        alike = [*self._index.vocabulary.sounding(word.exact, _SOUNDING)]
        if wide and right:
            alike += (found.word for found in self._index.vocabulary.similar(word.exact, CANDIDATES))
        times = context.counts_beside(left, alike, right)
        there = [other for other, counts in zip(alike, times, strict=True) if any(counts)]
        return _Instead(
            [other for other, _ in behind],
            [other for other, (_, ahead) in zip(alike, times, strict=True) if ahead >= _OFTEN],
            any(document_frequency(other, self._index) >= word.articles for other in there),
        )

    def _never_beside(self, word: _Word, instead: _Instead) -> Iterator[Hypothesis[Meant]]:
        """The words that often stand where a typed word never does, and for which it may be a slip.

        Their context decides later, in which such words gain much.
        """
        for other in dict.fromkeys((*instead.behind, *instead.ahead)):
            if is_slip(word.exact, other) and folded_stem(other) != word.token.stem:
                is_alike = skeleton(other) == skeleton(word.exact)
                score = _SAID_ALIKE if is_alike else _ANOTHER_LETTER
                yield _read_as(word, Correction(other, document_frequency(other, self._index), score))

    def _in_english(self, word: _Word) -> Iterator[Hypothesis[Meant]]:
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
            yield _read_as(word, Correction(meant, articles, sure - distance, "meaning"))

    def _is_near_another(self, word: _Word) -> bool:
        """Whether a word of the same consonants may be meant by a rare one: ভোটির is ভোটের, no *voter*."""
        sound = skeleton(word.exact)
        return any(
            way.certainty >= HOPELESS and skeleton(way.word) == sound
            for way in self._misspellings.of(word.token, word.articles)
        )

    def _unfinished(self, before: _Word | None, last: _Word, words: int) -> Iterator[Hypothesis[Meant]]:
        """The completions of the last word; the certainty of its usual spelling is added to their scores."""
        usual = self._misspellings.usual(last.token, last.articles) if words <= _FEW_WORDS else None
        spelt, sure = (usual.word, usual.certainty) if usual else ("", 0.0)
        found = self._behind(self._meant_before(before, last), last, spelt) if before else []
        if not (found or last.articles):
            found = begun(last.token, self._index, self.context)
        for candidate in found:
            yield _read_as(last, candidate, sure)

    def _cut_short(
        self, before: _Word | None, word: _Word, after: _Word | None
    ) -> Iterator[Hypothesis[Meant]]:
        """The word that a word cut short stands for, by its neighbours."""
        left, right = (
            other.exact if other else "" for other in (_beside(before, word), _beside(after, word))
        )
        meant = whole_word(left, word.exact, right, self._index, self.context)
        if meant:
            yield _read_as(word, meant)

    def _behind(self, others: Sequence[str], last: _Word, usual: str) -> list[Correction]:
        """Completions of the last word behind some words; if none and it is rare, its corrections there."""
        index, context = self._index, self.context
        found = [way for word in others for way in continuing(word, last.exact, index, context, usual)]
        if found or last.articles >= NO_SLIP:
            return found
        return [way for word in others for way in misspelt(word, last.token, last.articles, index, context)]

    def _meant_before(self, word: _Word, last: _Word) -> Sequence[str]:
        """The word before the last, with its corrections if both words are rare or it is unknown."""
        typed = [word.exact] if word.articles else []
        if word.articles and max(word.articles, last.articles) >= NO_SLIP:
            return typed
        found = self._misspellings.of(word.token, word.articles)
        likely = [candidate.word for candidate in found if candidate.certainty >= _MEANT_FROM]
        return [*typed, *likely[:_MEANT]]


def _read_as(word: _Word, meant: Correction, more: float = 0.0) -> Hypothesis[Meant]:
    """The hypothesis that another word is meant, ``more`` likely than the correction says."""
    return Hypothesis(word.position, word.position + 1, (meant.word,), meant.certainty + more, meant)


def _beside(near: _Word | None, word: _Word) -> _Word | None:
    """A neighbour of a word if it is Bengali and directly adjacent, else None."""
    return near if near and near.bengali and abs(near.position - word.position) == 1 else None


def _is_part(word: _Word) -> bool:
    """Whether a word may be a part of another: a Bengali word, or a consonant, which is no word by itself."""
    return word.bengali or word.exact in CONSONANTS


def _is_rare(word: _Word) -> bool:
    """Whether articles contain a word, but so few that finding its corrections takes long."""
    return 0 < word.articles < NO_SLIP

"""What a word may be misspelt for, and how sure that is: a number."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.index.vocabulary.vocabulary import Candidate, Vocabulary
from onneshon.search.understanding.respelling import respellings
from onneshon.search.understanding.word_index import WordIndex, held

__all__ = ["FAR_MORE", "Correction", "Doubt", "held_respellings"]

FAR_MORE: Final = 5
"""Of two spellings of one stem, one that so many times as many articles have is the usual one."""

_CANDIDATES: Final = 8

_RESPELT: Final = 1.5
"""The distance of a conjunct mistaken for another."""

_SHORT_WORD: Final = 3
_SHORT_RATIO: Final = 30
"""A word of so few letters has neighbours by chance, which must be so many times as frequent."""

_GAP_AT_MOST: Final = 5.0

_DISTANCE_WEIGHT: Final = 0.64
_FREQUENCY_WEIGHT: Final = 0.39
_LEAD_WEIGHT: Final = 0.30


@dataclass(frozen=True, slots=True)
class Correction:
    """A word that another may be misspelt for.

    Attributes:
        word: in canonical spelling.
        articles: how many hold it.
        certainty: log-odds that it was meant, where 0 is even.
    """

    word: str
    articles: int
    certainty: float


class Doubt:
    """A word that may be misspelt.

    The certainty of a correction is a logistic regression over 508 misspellings of comments and 3,069 words
    that are right, on distance, length, frequencies, and the lead over the next candidate that is no form of
    the same word.

    Args:
        token: the word.
        articles: how many hold it.
        respelt: what it is with another conjunct, as ``held_respellings`` finds it.
        index: whose words it may be misspelt for.
        vocabulary: these words.
        measured: whether it may be misspelt for any; else only for another conjunct, which is quickly known.
    """

    def __init__(
        self,
        token: Token,
        articles: int,
        respelt: Mapping[str, int],
        index: WordIndex,
        vocabulary: Vocabulary,
        *,
        measured: bool = True,
    ) -> None:
        self.token, self._word, self._stem, self._articles = token, token.exact, token.stem, articles
        self._index, self._vocabulary, self._measured = index, vocabulary, measured
        self._respelt = respelt
        self._exceeded = articles * (_SHORT_RATIO if len(token.exact) <= _SHORT_WORD else 1)

    def corrections(self) -> list[Correction]:
        """What it may be misspelt for, the likeliest first, whatever its certainty; none of the same stem."""
        similar = self._vocabulary.similar(self._word, _CANDIDATES) if self._measured else ()
        candidates = self._candidates(similar)
        others = [one for one in candidates if self._stem not in self._stems(one.word)]
        if not others or (others[0] is not candidates[0] and self._is_understood(candidates[0])):
            return []
        best, *rest = others
        stems = self._stems(best.word)
        rival = next((one for one in rest if stems.isdisjoint(self._stems(one.word))), None)
        lead = rival.score - best.score if rival else _GAP_AT_MOST
        return [
            Correction(one.word, one.frequency, self._certainty(one, best, lead))
            for one in others
            if one.frequency > self._exceeded
        ]

    def likeliest(self, least: float) -> str | None:
        """The first correction that is as certain as this; None for none."""
        return next((one.word for one in self.corrections() if one.certainty >= least), None)

    def _candidates(self, similar: Sequence[Candidate]) -> list[Candidate]:
        """With another conjunct, or as the channel has it; the best first."""
        found = [
            Candidate(word, articles, _RESPELT, _RESPELT - _worth(articles))
            for word, articles in self._respelt.items()
        ]
        found += [one for one in similar if one.word not in self._respelt]
        return sorted(found, key=lambda one: one.score)

    def _is_understood(self, best: Candidate) -> bool:
        """Whether the likeliest is a form that was searched for already, by its stem."""
        return best.frequency > 2 * self._articles

    def _stems(self, word: str) -> set[str]:
        """The stem of a word; of one that no article has, those of its parts."""
        known = self._index.stem_of(word)
        return {known} if known is not None else {token.stem for token in analyze(word)}

    def _certainty(self, one: Candidate, best: Candidate, lead: float) -> float:
        return (
            -_DISTANCE_WEIGHT * one.distance
            + 0.28 * len(self._word)
            + _FREQUENCY_WEIGHT * math.log(one.frequency / (self._articles + 1))
            + _LEAD_WEIGHT * min(lead, _GAP_AT_MOST)
            - 0.63 * bool(self._articles)
            - 1.36
            - (one.score - best.score)
        )


def _worth(articles: int) -> float:
    """What so many articles are worth in distance."""
    return 0.55 * (math.log1p(articles) - 1 / articles)


def held_respellings(word: str, index: WordIndex, vocabulary: Vocabulary) -> Mapping[str, int]:
    """The words that one with another conjunct is, and the articles of each.

    Where that is far more usual in another spelling that nobody hears (ব্রাহ্মনবাড়িয়া), in that one.
    """
    ways = respellings(word)
    counts = index.document_frequencies("exact", ways) if ways else ()
    if not any(counts):  # as of most words
        return {}
    found: dict[str, int] = {}
    for respelt, articles in zip(ways, counts, strict=True):
        if articles:
            usual = vocabulary.of_one_fold(respelt, FAR_MORE * articles)
            found[usual[0] if usual else respelt] = held(usual[0], index) if usual else articles
    return found

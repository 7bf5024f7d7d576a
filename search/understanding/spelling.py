"""Did you mean: other spellings of a query's words, as words that the index holds.

Two in five misspellings occur in articles themselves, so that a word which is there may be wrong as well, if
another is both near and far more frequent. How sure a correction is, one number tells; the doubtful ones are
left alone, the likely ones offered, the near certain ones searched together with the word as typed.
"""

import math
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from index.analysis.analyzer import Token, analyze
from index.kernel.skeletons import is_bengali
from index.vocabulary.vocabulary import Candidate, Vocabulary
from search.query.reading import WordReading
from search.retrieval.budget import TimeBudget
from search.understanding.respelling import respellings
from search.understanding.romanised import surface
from search.understanding.word_index import WordIndex, held

__all__ = ["Correction", "SpellingReader", "corrections", "suggest"]

_SUGGESTIONS: Final = 3
_CANDIDATES: Final = 8
_CORRECTED_WORDS: Final = 8
"""Words of a query that are looked at, the first; a query longer than that is a passage that somebody
pasted."""

_SHORT: Final = 6
"""In a longer query other words find what is meant, and none is searched in another spelling unasked."""

_FREQUENT: Final = 150
"""A word that one in so many articles holds is no misspelling."""

_NO_SLIP: Final = 10
"""A word in so many articles is searched as typed, unless a conjunct in it is often taken for another."""

_LIKELY: Final = -1.0
_LIKELY_UNHELD: Final = -2.0
"""Where nobody wrote the word as typed, a weaker guess is better than none."""

_NEAR_CERTAIN: Final = 0.5
"""Of 1,055 rare words of running text that are right, six were taken for wrong at this threshold, of 1,500 of
a word list fifteen; eight in nine of the corrections are right."""

_NEAR_CERTAIN_UNHELD: Final = 0.0
"""Where nobody wrote the word as typed, it finds nothing by itself that the correction could displace."""

_RESPELT: Final = 1.5
"""The distance of a conjunct mistaken for another."""

_AS_LIKELY: Final = 3.0
"""What is so much less likely than the best correction is not worth a line on the page."""

_FAR_MORE: Final = 5
"""Of two spellings of one stem, one that so many times as many articles have is the usual one."""

_SHORT_WORD: Final = 3
_SHORT_RATIO: Final = 30
"""A word of so few letters has neighbours by chance, which must be so many times as frequent."""

_GAP_AT_MOST: Final = 5.0

_DISTANCE_WEIGHT: Final = 0.64
_FREQUENCY_WEIGHT: Final = 0.39

_SLACK: Final = 1e-3
"""Certainty below which a difference may be one of rounding."""


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


def corrections(token: Token, index: WordIndex, *, measured: bool = True) -> list[Correction]:
    """What a word may be misspelt for, the likeliest first, whatever its certainty; none of the same stem.

    Without ``measured`` only for another conjunct, which is quickly known.

    The certainty is a logistic regression over 508 misspellings of comments and 3,069 words that are right,
    on distance, length, frequencies, and the lead over the next candidate that is no form of the same word.
    """
    word = token.exact
    if index.vocabulary is None or not is_bengali(word):
        return []
    articles = held(word, index)
    if articles * _FREQUENT > index.count:
        return []
    candidates = sorted(_candidates(word, index, measured=measured), key=lambda one: one.score)
    others = [one for one in candidates if not _same_stem(one.word, token.stem, index)]
    if not others or _is_understood(candidates[0], token, articles, index):
        return []
    best = others[0].score
    stems = {token.stem for token in analyze(others[0].word)}
    rivals = (one for one in others[1:] if not any(_same_stem(one.word, stem, index) for stem in stems))
    lead = min((one.score - best for one in rivals), default=_GAP_AT_MOST)
    return [
        Correction(
            one.word,
            one.frequency,
            _certainty(one, len(word), articles, min(lead, _GAP_AT_MOST)) - (one.score - best),
        )
        for one in others
        if one.frequency > articles * (_SHORT_RATIO if len(word) <= _SHORT_WORD else 1)
    ]


def _candidates(word: str, index: WordIndex, *, measured: bool) -> Iterator[Candidate]:
    seen = set()
    for respelt, articles in _respelt(word, index).items():
        seen.add(respelt)
        worth = 0.55 * (math.log1p(articles) - 1 / articles)
        yield Candidate(respelt, articles, _RESPELT, _RESPELT - worth)
    if index.vocabulary and measured:
        yield from (one for one in index.vocabulary.similar(word, _CANDIDATES) if one.word not in seen)


def _respelt(word: str, index: WordIndex) -> Mapping[str, int]:
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
            usual = index.vocabulary.of_one_fold(respelt, _FAR_MORE * articles) if index.vocabulary else ()
            found[usual[0] if usual else respelt] = held(usual[0], index) if usual else articles
    return found


def _is_understood(best: Candidate, token: Token, articles: int, index: WordIndex) -> bool:
    """Whether the likeliest correction is a form that was searched for already, by its stem."""
    return _same_stem(best.word, token.stem, index) and best.frequency > 2 * articles


def _certainty(one: Candidate, letters: int, articles: int, lead: float) -> float:
    return _certainty_of(one.distance, one.frequency, letters, articles, lead)


def _certainty_of(distance: float, frequency: int, letters: int, articles: int, lead: float) -> float:
    return (
        -_DISTANCE_WEIGHT * distance
        + 0.28 * letters
        + _FREQUENCY_WEIGHT * math.log(frequency / (articles + 1))
        + 0.30 * lead
        - 0.63 * bool(articles)
        - 1.36
    )


def _may_be_meant(
    word: str, articles: int, index: WordIndex, vocabulary: Vocabulary, least: float, *, measured: bool
) -> bool:
    """Whether ``corrections`` may be as certain as this; no, if every word is too far for its frequency.

    Asks only what is known of a correction without the others: its lead is taken for the greatest.
    """
    ratio = _SHORT_RATIO if len(word) <= _SHORT_WORD else 1
    free = _certainty_of(0.0, articles + 1, len(word), articles, _GAP_AT_MOST) - least + _SLACK
    free -= _FREQUENCY_WEIGHT * math.log(articles + 1)
    held_as = max(_respelt(word, index).values(), default=0)
    if held_as > articles * ratio:
        respelt = free - _DISTANCE_WEIGHT * _RESPELT + _FREQUENCY_WEIGHT * math.log(held_as)
        if respelt >= 0:
            return True
    if not measured:
        return False
    reach, gain = free / _DISTANCE_WEIGHT, _FREQUENCY_WEIGHT / _DISTANCE_WEIGHT
    return vocabulary.is_any_near(word, articles * ratio, reach, gain)


def _same_stem(word: str, stem: str, index: WordIndex) -> bool:
    known = index.stem_of(word)
    return known == stem if known is not None else any(token.stem == stem for token in analyze(word))


class SpellingReader:
    """Reads words as the near certain corrections of them.

    Args:
        index: where they are looked for.
        budget: where it runs out, the words that remain are taken to be right.
    """

    def __init__(self, index: WordIndex, budget: TimeBudget) -> None:
        self._index = index
        self._budget = budget

    def __call__(self, tokens: Sequence[Token]) -> list[WordReading]:
        """The words of a short query that are to be searched in another spelling as well."""
        if len(tokens) > _SHORT:
            return []
        return [
            reading
            for place, token in enumerate(tokens)
            if not self._budget.spent() and (reading := self._reading(token, place))
        ]

    def _reading(self, token: Token, place: int) -> WordReading | None:
        word, vocabulary = token.exact, self._index.vocabulary
        if vocabulary is None or not is_bengali(word):
            return None
        articles = held(word, self._index)
        if articles * _FREQUENT > self._index.count:
            return None
        usual = _usual_spelling(word, articles, vocabulary)
        if usual:
            return WordReading(place, place + 1, usual, "spelling")
        least = _NEAR_CERTAIN if articles else _NEAR_CERTAIN_UNHELD
        slip = articles < _NO_SLIP
        if not _may_be_meant(word, articles, self._index, vocabulary, least, measured=slip):
            return None
        found = [one for one in corrections(token, self._index, measured=slip) if one.certainty >= least]
        if not found:
            return None
        return WordReading(
            place,
            place + 1,
            surface(found[0].word),
            "spelling",
            typed_too=articles > 0,
        )


def usual_spelling(token: Token, index: WordIndex) -> str | None:
    """The far more usual of two spellings of one stem that readers do not tell apart; None for the usual one.

    It finds the same articles, but those that spell the word as typed would come first.
    """
    word = token.exact
    if index.vocabulary is None or not is_bengali(word):
        return None
    articles = held(word, index)
    return None if articles * _FREQUENT > index.count else _usual_spelling(word, articles, index.vocabulary)


def _usual_spelling(word: str, articles: int, vocabulary: Vocabulary) -> str | None:
    usual = vocabulary.of_one_fold(word, _FAR_MORE * max(articles, 1))
    return surface(usual[0]) if usual else None


def suggest(
    words: Sequence[str],
    reader: WordIndex,
    doubted: Container[str] | None = None,
    budget: TimeBudget | None = None,
) -> list[str]:
    """Whole queries that may have been meant, the likeliest first, at most three.

    Args:
        words: the words of the query, in their order.
        reader: the index in which they were looked for.
        doubted: those of them that may be misspelt; None for all.
        budget: where it runs out, the words that remain are taken to be right; None for as long as it takes.

    Returns:
        Queries that differ in at least one word; nothing if every word is as good as its neighbours.
    """
    budget = budget or TimeBudget()
    offered = [
        _offered(word, reader) if (doubted is None or word in doubted) and not budget.spent() else []
        for word in words[:_CORRECTED_WORDS]
    ]
    likeliest = [found[0] if found else word for word, found in zip(words, offered, strict=False)]
    likeliest += words[_CORRECTED_WORDS:]
    queries = [likeliest]
    for place, found in enumerate(offered):
        queries += [[*likeliest[:place], other, *likeliest[place + 1 :]] for other in found[1:]]
    typed = " ".join(words)
    return [query for query in dict.fromkeys(map(" ".join, queries)) if query != typed][:_SUGGESTIONS]


def _offered(word: str, reader: WordIndex) -> list[str]:
    """The words to offer for one; none that would be doubted itself."""
    tokens = analyze(word)
    if len(tokens) != 1:
        return []
    least = _LIKELY if held(tokens[0].exact, reader) else _LIKELY_UNHELD
    found = [one for one in corrections(tokens[0], reader) if one.certainty >= least]
    near = [one for one in found if one.certainty >= found[0].certainty - _AS_LIKELY]
    return [surface(one.word) for one in near if not _is_doubtful(one.word, reader)]


def _is_doubtful(word: str, reader: WordIndex) -> bool:
    return any(one.certainty >= _LIKELY for token in analyze(word) for one in corrections(token, reader)[:1])

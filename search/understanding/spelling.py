"""Did you mean: other spellings of a query's words, as words that the index holds.

Two in five misspellings occur in articles themselves, so that a word which is there may be wrong as well, if
another is both near and far more frequent. How sure a correction is, one number tells; the doubtful ones are
left alone, the likely ones offered, the near certain ones searched together with the word as typed.
"""

from collections.abc import Container, Sequence
from typing import Final

from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.index.kernel.spelling import is_bengali
from onneshon.index.vocabulary.vocabulary import Vocabulary
from onneshon.search.query.reading import WordReading
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.understanding.doubt import FAR_MORE, Correction, Doubt, held_respellings
from onneshon.search.understanding.romanised import surface
from onneshon.search.understanding.word_index import WordIndex, held

__all__ = ["SpellingReader", "corrections", "suggest"]

_SUGGESTIONS: Final = 3
_CORRECTED_WORDS: Final = 8
"""Words of a query that are looked at, the first; a query longer than that is a passage that somebody
pasted."""

_SHORT: Final = 6
"""In a longer query other words find what is meant, and none is searched in another spelling unasked."""

_FREQUENT: Final = 150
"""A word that one in so many articles holds is no misspelling."""

_NO_SLIP: Final = 10
"""A word in so many articles is searched as typed, unless a conjunct in it is often taken for another."""

_NO_FORMS: Final = 1.25
"""Articles with a stem, for each that has a word of it, up to which the word has no other forms."""

_LIKELY: Final = -1.0
_LIKELY_UNHELD: Final = -2.0
"""Where nobody wrote the word as typed, a weaker guess is better than none."""

_NEAR_CERTAIN: Final = 0.5
"""Of 1,055 rare words of running text that are right, six were taken for wrong at this threshold, of 1,500 of
a word list fifteen; eight in nine of the corrections are right."""

_NEAR_CERTAIN_UNHELD: Final = 0.0
"""Where nobody wrote the word as typed, it finds nothing by itself that the correction could displace."""

_AS_LIKELY: Final = 3.0
"""What is so much less likely than the best correction is not worth a line on the page."""


def corrections(token: Token, index: WordIndex) -> list[Correction]:
    """What a word may be misspelt for, the likeliest first, whatever its certainty; none of the same stem."""
    if index.vocabulary is None or not is_bengali(token.exact):
        return []
    articles = held(token.exact, index)
    if articles * _FREQUENT > index.count:
        return []
    respelt = held_respellings(token.exact, index, index.vocabulary)
    return Doubt(token, articles, respelt, index, index.vocabulary).corrections()


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
        usual = self._usual(token, place, articles, vocabulary)
        if usual:
            return usual
        least = _NEAR_CERTAIN if articles else _NEAR_CERTAIN_UNHELD
        respelt = held_respellings(word, self._index, vocabulary)
        if articles >= _NO_SLIP and not respelt:  # as of most words
            return None
        doubt = Doubt(token, articles, respelt, self._index, vocabulary, measured=articles < _NO_SLIP)
        meant = doubt.likeliest(least)
        if meant is None:
            return None
        return WordReading(place, place + 1, surface(meant), "spelling", typed_too=articles > 0)

    def _usual(self, token: Token, place: int, articles: int, vocabulary: Vocabulary) -> WordReading | None:
        """A word in a far more usual spelling that readers do not tell from it; None where it means itself.

        Of one stem, both find the same articles, but those that spell it as typed would come first. Of two
        stems, the word is a slip only if nothing else has its stem: আশার has আশা beside it, and is no আসার.
        """
        others = vocabulary.of_one_fold(token.exact, FAR_MORE * max(articles, 1))
        for other in others:
            if self._index.stem_of(other) == token.stem:
                return WordReading(place, place + 1, surface(other), "spelling")
        if not others or self._index.document_frequency("stem", token.stem) > _NO_FORMS * articles:
            return None
        return WordReading(place, place + 1, surface(others[0]), "spelling", typed_too=articles > 0)


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

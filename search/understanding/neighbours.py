"""A typed word between its neighbours, and the words that articles have in its place."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, TypeAlias

from onneshon.index.analysis.analyzer import Token
from onneshon.index.analysis.stemmer import is_function_word
from onneshon.index.vocabulary.skeleton import skeleton
from onneshon.index.vocabulary.vocabulary import CANDIDATES
from onneshon.search.retrieval.index_protocols import WordIndex, document_frequency
from onneshon.search.understanding.certainty import is_slip
from onneshon.search.understanding.latin_sounds import LatinCandidate
from onneshon.search.understanding.lattice import Context, Hypothesis, folded_stem
from onneshon.search.understanding.usual_spellings import Correction

_OFTEN: Final = 5
_SAID_ALIKE: Final = -1.4
_ANOTHER_LETTER: Final = -2.0
"""Least count of a word next to a neighbour where the typed word never stands, and the log-odds that the
typed word is a slip for it: with the same consonants, or with another one. Of 8,715 pairs of words in 2,500
headlines of other papers that no article has, 3 are read otherwise by this rule; of 1,549 words put one slip
away from a word that stands there, 723 are read so, and 578 without (``benchmarks.reading.neighbours``)."""

_SOUNDING: Final = 12
"""Number of words with the same consonants whose neighbours are compared, the most frequent."""

Meant: TypeAlias = Correction | LatinCandidate
"""What a hypothesis knows of a reading that differs from the words as typed."""


class QueryWord(NamedTuple):
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

    @property
    def as_typed(self) -> Hypothesis[Meant]:
        """The hypothesis that the word itself is meant."""
        words = (self.exact,) if self.bengali else ()
        return Hypothesis(self.position, self.position + 1, words)

    def beside(self, near: "QueryWord | None") -> "QueryWord | None":
        """A neighbour of the word if it is Bengali and directly adjacent, else None."""
        return near if near and near.bengali and abs(near.position - self.position) == 1 else None

    def read_as(self, meant: Correction, more: float = 0.0) -> Hypothesis[Meant]:
        """The hypothesis that another word is meant, ``more`` likely than the correction says."""
        certainty = meant.certainty + more
        return Hypothesis(self.position, self.position + 1, (meant.word,), certainty, meant)


Between: TypeAlias = tuple[QueryWord | None, QueryWord, QueryWord | None]
"""A word with the one before it and the one behind it."""


class InPlace(NamedTuple):
    """Words found next to the neighbours of a typed word that never stands there itself.

    Attributes:
        behind: words with the same first letter that often stand behind the previous word.
        ahead: words with the same consonants that often stand before the next word.
        alike: whether a word with these consonants stands next to either, and as many articles contain it.
    """

    behind: Sequence[str] = ()
    ahead: Sequence[str] = ()
    alike: bool = False


def words_in_place(between: Between, index: WordIndex, context: Context, *, wide: bool) -> InPlace:
    """The words next to the neighbours of a word that articles have, but never in that place.

    Args:
        between: the word between its neighbours.
        index: the index whose words are sought.
        context: the contexts of these words.
        wide: whether words with other consonants are tried before the next word, which takes long.
    """
    before, word, after = between
    left, right = (
        other.exact if other and other.articles else "" for other in map(word.beside, (before, after))
    )
    known = word.articles and (left or right) and not is_function_word(word.exact)
    if not known or context.beside(left, word.exact, right):
        return InPlace()
    behind = context.followers(left, word.exact[0], _OFTEN) if left else ()
    alike = [*index.vocabulary.sounding(word.exact, _SOUNDING)]
    if wide and right:
        alike += (found.word for found in index.vocabulary.similar(word.exact, CANDIDATES))
    times = context.counts_beside(left, alike, right)
    there = [other for other, counts in zip(alike, times, strict=True) if any(counts)]
    return InPlace(
        [other for other, _ in behind],
        [other for other, (_, ahead) in zip(alike, times, strict=True) if ahead >= _OFTEN],
        any(document_frequency(other, index) >= word.articles for other in there),
    )


def slips_in_place(word: QueryWord, found: InPlace, index: WordIndex) -> Iterator[Hypothesis[Meant]]:
    """The words that often stand where a typed word never does, and for which it may be a slip.

    Their context decides later, in which such words gain much.
    """
    for other in dict.fromkeys((*found.behind, *found.ahead)):
        if is_slip(word.exact, other) and folded_stem(other) != word.token.stem:
            is_alike = skeleton(other) == skeleton(word.exact)
            score = _SAID_ALIKE if is_alike else _ANOTHER_LETTER
            yield word.read_as(Correction(other, document_frequency(other, index), score))

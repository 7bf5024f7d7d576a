"""Finds the words for which a Bengali word of a query may be misspelt, with the certainty of each.

Two in five misspellings occur in articles themselves. A word that articles contain may therefore be wrong as
well, if another word is near and far more frequent, or near and in the same contexts.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import chain
from typing import Final, NamedTuple

from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.index.analysis.script import aksharas
from onneshon.index.analysis.stemmer import fold
from onneshon.index.vocabulary.vocabulary import ANY_SCORE, CANDIDATES, Candidate
from onneshon.search.retrieval.index_protocols import WordIndex
from onneshon.search.understanding.alternatives import VISARGA
from onneshon.search.understanding.certainty import (
    GAP_AT_MOST,
    HOPELESS,
    LIKENESS_WEIGHT,
    alone,
    at_most,
    farthest,
    needed,
    worth,
)
from onneshon.search.understanding.lattice import Context
from onneshon.search.understanding.respelling import respellings
from onneshon.search.understanding.usual_spellings import FAR_MORE, FREQUENT, Correction, UsualSpellings

NO_SLIP: Final = 12
"""Document frequency from which a word is misspelt only if it never stands next to its neighbours."""

_NEVER: Final = 30
"""A word is not even an unusual spelling where articles(word) > articles / _NEVER."""

_RIVAL: Final = 100
"""A candidate is a rival of the best one where articles(candidate) * _RIVAL > articles(best one)."""

_SLIPS: Final = 3
"""Number of the best candidates that are tested for being slips themselves."""

_RIVALS: Final = 8
"""Number of the best candidates among which the rival of the best is sought."""

_NEARER: Final = 1.0
_BEHIND: Final = 1.0
"""Certainty from which a correction may be likelier than the usual spelling of a word in no article, and how
far that spelling then falls behind it."""

_INFLECTED: Final = 1.0
"""Cost of a candidate that is an inflected form: people who search mostly type the word itself."""

_TOO_FEW: Final = 2
_MANY: Final = 1000
"""No word is corrected to a word in min(_TOO_FEW, articles // _MANY) articles or fewer: that is as often a
slip itself; in small collections right words are as rare."""

_SHORT: Final = 2
"""Most clusters of an abbreviation; a longer word stands before a visarga typed for a colon."""

_ROUNDING: Final = 1e-6
"""More than the difference between two sums of the same terms in different orders."""

_LATELY: Final = 4096
"""Number of words whose corrections are cached; most of them have none."""


class Fit(NamedTuple):
    """How much better other words fit in the place of a query's word, less the certainty required of them.

    Attributes:
        of: returns this value for another word.
        best: the upper bound of the value for any word.
    """

    of: Callable[[str], float]
    best: float


class _Other(NamedTuple):
    """A word of the index that may be meant.

    Attributes:
        word: the word in canonical spelling.
        frequency: the number of articles that contain it.
        distance: the weighted distance of the typed spelling from the word.
        score: the distance less the worth of the frequency, plus the cost of an inflected form.
        stems: the stem of the word, or those of its parts.
    """

    word: str
    frequency: int
    distance: float
    score: float
    stems: set[str]


def _is_abbreviation(word: str) -> bool:
    """Whether a word is short and ends in a visarga, which marks it as an abbreviation."""
    return word.endswith(VISARGA) and aksharas(word) <= _SHORT


def _behind(candidate: _Other, best: _Other) -> float:
    """How much worse a candidate is than the best one; another form of the same word is no worse.

    For নারায়ণগঞ্চে the word নারায়ণগঞ্জ is the better candidate, but নারায়ণগঞ্জে differs in one letter alone.
    """
    return candidate.score - best.score if best.stems.isdisjoint(candidate.stems) else 0.0


class Misspellings:
    """Finds the corrections of words. Thread-safe.

    Args:
        index: the index whose words are the candidates.
        context: the contexts of these words.
    """

    def __init__(self, index: WordIndex, context: Context) -> None:
        self._index = index
        self._vocabulary = index.vocabulary
        self._context = context
        self._usual = UsualSpellings(index, context)
        # Apart from the word, the result depends only on whether the word is strange in its place.
        self._kept = lru_cache(_LATELY)(self._found)
        self._kept_near = lru_cache(_LATELY)(self._near)

    def of(
        self,
        token: Token,
        articles: int,
        fit: Fit | None = None,
        *,
        strange: bool = False,
    ) -> list[Correction]:
        """The corrections of a word, the likeliest first, regardless of their certainty.

        Args:
            token: the word.
            articles: its document frequency.
            fit: the fit of other words in its place; where none fits well enough, there may be no correction.
            strange: whether it never stands next to its neighbours, and a word of similar sound does.
        """
        if articles * _NEVER > self._index.count or _is_abbreviation(token.exact):
            return []
        usual = self.usual(token, articles)
        if usual:
            nearer = [] if articles else self._nearer(token, usual)
            return nearer or [self._meant(analyze(usual.word)[0], usual.articles) or usual]
        if articles * FREQUENT > self._index.count:
            return []
        if fit and 0 < articles < NO_SLIP and not strange and not self._may_fit(token, articles, fit):
            return []
        return self._kept(token.exact, token.stem, articles, strange)

    def _nearer(self, token: Token, usual: Correction) -> list[Correction]:
        """The corrections of a word in no article, if another is far likelier than its usual spelling.

        দর্ষণ sounds like দর্শন, but is ধর্ষণ with one letter wrong. Its neighbours may decide for the usual.
        """
        found = self._kept(token.exact, token.stem, 0, False)
        if not found or found[0].word == usual.word or found[0].certainty < _NEARER:
            return []
        known = max(usual.articles, self._index.document_frequency("stem", token.stem))
        if found[0].articles < FAR_MORE * known:
            return []
        behind = replace(usual, certainty=found[0].certainty - _BEHIND)
        return [*(other for other in found if other.word != usual.word), behind]

    def _may_fit(self, token: Token, articles: int, fit: Fit) -> bool:
        """Whether any other word may be meant by a word in few articles; mostly none is."""
        word = token.exact
        alike = LIKENESS_WEIGHT if self._context.followers(word) else 0.0
        hopeless = max(HOPELESS, -fit.best - alike - at_most(word))
        for other in chain(*self._kept_near(word, token.stem, articles, False, hopeless)):
            certainty = alone(word, articles, other, GAP_AT_MOST) + fit.of(other.word)
            if certainty + alike > -_ROUNDING and self._may_be_meant(
                word, token.stem, other.word, strange=False
            ):
                likeness = self._context.likeness(word, other.word) if alike else 0.0
                if certainty + LIKENESS_WEIGHT * likeness > -_ROUNDING:
                    return True
        return False

    def usual(self, token: Token, articles: int) -> Correction | None:
        """The more usual spelling of a word, which a reader hardly distinguishes; None if it has none."""
        return self._usual.of(token, articles)

    def _found(self, word: str, stem: str, articles: int, strange: bool) -> list[Correction]:
        """The corrections of a word, other than more usual spellings of it."""
        measured = articles < NO_SLIP or strange
        respelt, near = self._kept_near(word, stem, articles, strange, HOPELESS)
        if not (measured or respelt):  # true of most words
            return []
        exceeded = self._exceeded(stem, articles)
        similar: Sequence[Candidate] = ()
        if measured:
            meant = (other for other in near if self._may_be_meant(word, stem, other.word, strange=strange))
            best = None if respelt else next(meant, None)
            most = best.score + _INFLECTED + GAP_AT_MOST if best else ANY_SCORE
            if best or respelt or not articles:
                similar = self._vocabulary.similar(word, CANDIDATES, most, exceeded + 1)
        found = self._corrections(word, stem, articles, exceeded, (*respelt, *similar))
        return [
            candidate
            for candidate in found
            if not (articles and candidate.certainty < HOPELESS)
            and (strange or not self._usual.is_apart(word, candidate.word))
        ]

    def _exceeded(self, stem: str, articles: int) -> int:
        """The greatest document frequency at which another word is still too rare to be meant."""
        known = articles or self._index.document_frequency("stem", stem)
        return max(known, min(_TOO_FEW, self._index.count // _MANY))

    def _near(
        self, word: str, stem: str, articles: int, strange: bool, hopeless: float
    ) -> tuple[Sequence[Candidate], Sequence[Candidate]]:
        """The respellings of a word and, if articles contain it, the frequent words near it; mostly none.

        If there are none for a word of articles, the search for similar words is skipped.
        """
        measured = articles < NO_SLIP or strange
        respelt = self._respelt(word, rare=measured)
        if not (articles and measured):
            return respelt, ()
        least = self._exceeded(stem, articles) + 1
        nearest, weight = farthest(word, articles, hopeless)
        return respelt, self._vocabulary.within(word, least, nearest, weight)

    def _may_be_meant(self, word: str, stem: str, other: str, *, strange: bool) -> bool:
        """Whether a word may stand for another, by their stems and contexts."""
        return stem not in self._stems(other)[0] and (strange or not self._usual.is_apart(word, other))

    def _respelt(self, word: str, *, rare: bool) -> list[Candidate]:
        """The respellings of a word that articles contain, as with another conjunct or a moved sign."""
        ways = respellings(word, rare=rare)
        counts = self._index.document_frequencies("exact", [*ways]) if ways else ()
        if not any(counts):  # true of most words
            return []
        return [
            Candidate(respelt, articles, distance, distance - worth(articles))
            for (respelt, distance), articles in zip(ways.items(), counts, strict=True)
            if articles
        ]

    def _corrections(
        self, word: str, stem: str, articles: int, exceeded: int, near: Sequence[Candidate]
    ) -> list[Correction]:
        candidates = self._candidates(near, unknown=not articles)
        others = [candidate for candidate in candidates if stem not in candidate.stems]
        understood = others and others[0] is not candidates[0] and candidates[0].frequency > 2 * articles
        if not others or understood:  # the stem key already finds the likeliest
            return []
        best = others[0]
        rest = (
            candidate
            for candidate in candidates[:_RIVALS]
            if candidate in others[1:] and candidate.frequency * _RIVAL > best.frequency
        )
        rival = next((candidate for candidate in rest if best.stems.isdisjoint(candidate.stems)), None)
        lead = min(rival.score - best.score if rival else GAP_AT_MOST, GAP_AT_MOST)
        found = [
            Correction(
                candidate.word,
                candidate.frequency,
                self._certainty(word, articles, candidate, lead, _behind(candidate, best)),
            )
            for candidate in others
            if candidate.frequency > exceeded
        ]
        return sorted(found, key=lambda correction: -correction.certainty)

    def _candidates(self, near: Sequence[Candidate], *, unknown: bool) -> list[_Other]:
        """Each candidate once, the best first; a candidate that is itself a slip becomes its correction.

        Beyond unusual spellings, that is done only where no article has the typed word: elsewhere two words
        may be slips for one another.
        """
        best: dict[str, Candidate] = {}
        ranked = sorted(near, key=lambda candidate: candidate.score)
        slips = (self._put_right(slip, further=unknown and slip is ranked[0]) for slip in ranked[:_SLIPS])
        for candidate in chain(slips, ranked[_SLIPS:]):
            if candidate.word not in best or candidate.score < best[candidate.word].score:
                best[candidate.word] = candidate
        return sorted(map(self._other, best.values()), key=lambda candidate: candidate.score)

    def _put_right(self, candidate: Candidate, *, further: bool) -> Candidate:
        """The word for which a candidate is itself misspelt, or else the candidate."""
        token = analyze(candidate.word)[0]
        meant = self.usual(token, candidate.frequency)
        if meant is None and further:
            meant = self._meant(token, candidate.frequency)
        if meant is None:
            return candidate
        score = candidate.distance - worth(meant.articles)
        return Candidate(meant.word, meant.articles, candidate.distance, score)

    def _meant(self, token: Token, articles: int) -> Correction | None:
        """The certain correction of a word of the index, regardless of its neighbours; mostly None."""
        if articles * FREQUENT > self._index.count:
            return None
        found = self._kept(token.exact, token.stem, articles, False)
        return found[0] if found and found[0].certainty >= needed(articles) else None

    def _other(self, candidate: Candidate) -> _Other:
        """A candidate with its stems and the cost of an inflected form."""
        stems, inflected = self._stems(candidate.word)
        score = candidate.score + _INFLECTED * inflected
        return _Other(candidate.word, candidate.frequency, candidate.distance, score, stems)

    def _stems(self, word: str) -> tuple[set[str], bool]:
        """The stem of a word, or those of the parts of an unknown one; and whether the word is inflected."""
        known = self._index.stem_of(word)
        stems = {known} if known is not None else {token.stem for token in analyze(word)}
        return stems, known != fold(word)

    def _certainty(
        self, word: str, articles: int, candidate: _Other | Candidate, lead: float, behind: float = 0.0
    ) -> float:
        """The certainty that a candidate is meant whose score is ``behind`` worse than that of the best."""
        certainty = alone(word, articles, candidate, lead) - behind
        if not articles or certainty + min(behind, LIKENESS_WEIGHT) < HOPELESS:
            return certainty
        return certainty + LIKENESS_WEIGHT * self._context.likeness(word, candidate.word)

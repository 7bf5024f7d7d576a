"""Other words that a query may mean: all that each stretch of it may be, weighed together."""

import math
from collections.abc import Callable, Container, Iterator, Sequence
from itertools import pairwise
from typing import Final, TypeAlias

from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.index.analysis.canonical import canonical
from onneshon.index.kernel.spelling import is_bengali
from onneshon.search.query.reading import WordReading
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.understanding.company import Company
from onneshon.search.understanding.latin_reading import LatinReader
from onneshon.search.understanding.latin_stretches import has_latin, has_latin_letters
from onneshon.search.understanding.lattice import Hypothesis, Lattice
from onneshon.search.understanding.misspellings import Correction, Misspellings
from onneshon.search.understanding.romanised import surface
from onneshon.search.understanding.word_index import WordIndex, held

__all__ = ["Readings"]

_NEAR_CERTAIN: Final = 0.2
_BY_ARTICLES: Final = 0.02
_AT_MOST: Final = 20
"""Log-odds from which a word that articles have is searched in another spelling; what each of so many adds.
Of 600 words of a word list in 3 to 20 articles, 16 were read otherwise where nothing stood beside them, 12 of
these in another spelling of the same word."""

_NEAR_CERTAIN_UNHELD: Final = -0.5
"""Where nobody wrote the word as typed, it finds nothing by itself that the correction could displace."""

_NEAR_CERTAIN_BESIDE: Final = -1.0
"""The same where other words of the query find articles."""

_SURE: Final = 3.0
"""What is so much likelier than the word as typed is searched alone."""

_LIKELY: Final = -1.0
_LIKELY_UNHELD: Final = -2.0
"""Where nobody wrote the word as typed, a weaker guess is better than none."""

_AS_LIKELY: Final = 3.0
"""What is so much less likely than the best is not offered."""

_OTHERS: Final = 3
_SUGGESTIONS: Final = 3
_OFFERED_WORDS: Final = 8
"""Words of a query for which others are offered, the first."""

_JOINED: Final = -1.0
_JOINED_FREQUENCY: Final = 0.5
"""What it is worth that words side by side are one, and the logarithm of how many more articles have that."""

_RARE: Final = 10
"""Articles of a word that is no part of another one written apart."""

Meant: TypeAlias = Correction | WordReading


class Readings:
    """Reads the words of queries with the words of one index. Threads may share it.

    Args:
        index: its words are what others may be misspelt for.
        together: tells how many articles have words of some stems side by side.
    """

    def __init__(self, index: WordIndex, together: Callable[[Sequence[str]], int]) -> None:
        self._index = index
        self._count = together
        self._company = Company(getattr(index, "pairs", None))
        self._misspellings = (
            Misspellings(index, index.vocabulary, self._company) if index.vocabulary is not None else None
        )

    def read(self, text: str, tokens: Sequence[Token], budget: TimeBudget) -> list[WordReading]:
        """What words of a text are taken for, where that is not what was typed.

        Args:
            text: of the query.
            tokens: its words.
            budget: where it runs out, the words that remain are taken as they are.
        """
        latin = self._latin(text, tokens, budget)
        lattice = self._lattice(tokens, latin, budget)
        if lattice is None:
            return latin
        found: list[WordReading] = []
        for one in lattice.best():
            if isinstance(one.meant, WordReading):
                found.append(one.meant)
            elif one.meant is not None:
                found.append(self._reading(one, one.meant, lattice, tokens))
        return found

    def _latin(self, text: str, tokens: Sequence[Token], budget: TimeBudget) -> list[WordReading]:
        if not (has_latin_letters(text) and any(map(has_latin, tokens))):
            return []

        def together(text: str) -> int:
            words = [token.stem for token in analyze(text)]
            if budget.spent() or len(words) < 2:  # noqa: PLR2004 - two are beside each other
                return 0
            return self._count(words)

        return LatinReader(self._index, together, budget)(text, tokens)

    def _lattice(
        self, tokens: Sequence[Token], latin: Sequence[WordReading], budget: TimeBudget
    ) -> Lattice[Meant] | None:
        """All that the words may be; None where they are what they are."""
        taken = {place for one in latin for place in range(one.first, one.last)}
        free = [place for place, token in enumerate(tokens) if place not in taken and is_bengali(token.exact)]
        found = [one for place in free for one in self._hypotheses(tokens, place, budget)]
        found += [
            one
            for place in free
            if place + 1 in free
            for one in self._joined(tokens[place : place + 2], place)
        ]
        if not found:
            return None
        found += [
            Hypothesis(one.first, one.last, tuple(canonical(one.text).split()), meant=one) for one in latin
        ]
        found += [
            Hypothesis(place, place + 1, (token.exact,) if is_bengali(token.exact) else ())
            for place, token in enumerate(tokens)
            if place not in taken
        ]
        return Lattice(found, self._company.gain)

    def _hypotheses(
        self, tokens: Sequence[Token], place: int, budget: TimeBudget
    ) -> Iterator[Hypothesis[Meant]]:
        if self._misspellings is None or budget.spent():
            return
        token = tokens[place]
        for one in self._misspellings.of(token, at_home=self._is_at_home(tokens, place)):
            score = one.certainty - self._threshold(token, alone=len(tokens) == 1)
            yield Hypothesis(place, place + 1, (one.word,), score, one)

    def _threshold(self, token: Token, *, alone: bool) -> float:
        if articles := held(token.exact, self._index):
            return _NEAR_CERTAIN + _BY_ARTICLES * min(articles, _AT_MOST)
        return _NEAR_CERTAIN_UNHELD if alone else _NEAR_CERTAIN_BESIDE

    def _is_at_home(self, tokens: Sequence[Token], place: int) -> bool:
        """Whether articles have a word beside its neighbours; as far as anybody knows."""
        if not self._company.known:
            return True
        beside = list(pairwise(tokens[max(place - 1, 0) : place + 2]))
        return not beside or any(self._company.gain(one.exact, other.exact) > 0 for one, other in beside)

    def _joined(self, parts: Sequence[Token], place: int) -> Iterator[Hypothesis[Meant]]:
        """The one word that words side by side are, of which one says nothing by itself."""
        word = "".join(part.exact for part in parts)
        articles = held(word, self._index)
        rarest = min(held(part.exact, self._index) for part in parts)
        if articles and rarest < _RARE:
            worth = _JOINED + _JOINED_FREQUENCY * math.log((articles + 1) / (rarest + 1))
            yield Hypothesis(place, place + len(parts), (word,), worth, Correction(word, articles, worth))

    def _reading(
        self,
        one: Hypothesis[Meant],
        meant: Correction,
        lattice: Lattice[Meant],
        tokens: Sequence[Token],
    ) -> WordReading:
        ways = lattice.through(one.first, one.last)
        most = ways[0][1]
        typed = next((score for way, score in ways if way.meant is None), None)
        typed_too = (
            not meant.same
            and typed is not None
            and most - typed < _SURE
            and held(tokens[one.first].exact, self._index) > 0
        )
        others = [
            surface(way.words[0])
            for way, score in ways
            if way is not one and way.meant is not None and score > most - _AS_LIKELY
        ]
        return WordReading(
            one.first,
            one.last,
            surface(one.words[0]),
            "spelling",
            tuple(others[:_OTHERS]),
            typed_too=typed_too,
        )

    def others(self, words: Sequence[str], doubted: Container[str], budget: TimeBudget) -> list[str]:
        """Whole queries in other spellings that may have been meant, the likeliest first, at most three.

        Args:
            words: the words of the query, in their order.
            doubted: those of them that may be misspelt.
            budget: where it runs out, the words that remain are taken to be right.

        Returns:
            Queries that differ in at least one word; nothing if every word is as good as its neighbours.
        """
        offered = [self._offered(word, budget) if word in doubted else [] for word in words[:_OFFERED_WORDS]]
        likeliest = [found[0] if found else word for word, found in zip(words, offered, strict=False)]
        likeliest += words[_OFFERED_WORDS:]
        queries = [likeliest]
        for place, found in enumerate(offered):
            queries += [[*likeliest[:place], other, *likeliest[place + 1 :]] for other in found[1:]]
        typed = " ".join(words)
        return [query for query in dict.fromkeys(map(" ".join, queries)) if query != typed][:_SUGGESTIONS]

    def _offered(self, word: str, budget: TimeBudget) -> list[str]:
        """The words to offer for one; none that would be doubted itself."""
        tokens = analyze(word)
        if (
            len(tokens) != 1
            or self._misspellings is None
            or not is_bengali(tokens[0].exact)
            or budget.spent()
        ):
            return []
        least = _LIKELY if held(tokens[0].exact, self._index) else _LIKELY_UNHELD
        found = [one for one in self._corrections(tokens[0]) if one.certainty >= least]
        near = [one for one in found if one.certainty >= found[0].certainty - _AS_LIKELY]
        return [surface(one.word) for one in near if not self._is_doubtful(one.word)]

    def _corrections(self, token: Token) -> list[Correction]:
        found = self._misspellings.of(token, at_home=True) if self._misspellings else []
        return [one for one in found if not one.same]

    def _is_doubtful(self, word: str) -> bool:
        return any(
            one.certainty >= _LIKELY for token in analyze(word) for one in self._corrections(token)[:1]
        )

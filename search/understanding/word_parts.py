"""The ways to cut a word into words of an index, such as a compound is made of.

The index tells them at once where it can (``WordStatistics.cuts``); else they are looked up part by part.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from re import Match
from typing import Final

from onneshon.index.analysis.analyzer import Token, analyze, is_plain
from onneshon.index.analysis.canonical import canonical
from onneshon.index.analysis.icu_text import cluster_boundaries
from onneshon.index.analysis.script import CONSONANTS, HASANTA, JOINING, VOWELS
from onneshon.index.analysis.stemmer import is_function_word, sounds_like_function_word, stem_key
from onneshon.search.retrieval.evidence import SHORTEST_PART, Cut, WordStatistics

NOTABLE = 0.02
"""A way of writing in fewer articles than this share of the other's is left out."""

SEEN_TOGETHER = 2
"""Articles in which the parts stand side by side, at the least: one may be a slip."""

SHORTEST_GRAMMATICAL = 3
"""Code points of a function word that may be part of another: ও সমান is not ওসমান."""

FEWEST_LETTERS: Final = 3
"""Letters that are each a word by themselves, at the least."""

_GENITIVE: Final = "ের"

_NEVER_FIRST: Final = tuple(map(canonical, ("য়", "ড়", "ঢ়", "ৎ")))
"""Letters that begin no Bengali word: what articles have of them is ends of broken words (বড়য়া is no বড় য়া)."""

_CLUSTER: Final = re.compile(
    f"(?<!{HASANTA})[{''.join(sorted(JOINING | VOWELS))}]|(?<={HASANTA})[{''.join(sorted(VOWELS))}]"
)
"""Where a cluster begins in a word in canonical spelling."""

REMEMBERED = 4_096
"""Parts of words whose stems are remembered; and words whose cuts are, that were looked up part by part."""


class WordParts:
    """Cuts words into words of an index. Threads may share it.

    Args:
        statistics: knows how many articles hold a word.
    """

    def __init__(self, statistics: WordStatistics) -> None:
        self._statistics = statistics
        self._known_cuts = lru_cache(REMEMBERED)(self._all_by_part)

    def cuts(
        self,
        exact: str,
        stem: str,
        fewest: int,
        share: float = 0,
        known: tuple[int, list[Cut]] | None = None,
    ) -> tuple[int, Sequence[tuple[Token, Token]]]:
        """How many articles have a word, and each way to cut it into two of the vocabulary.

        Inflection is taken off the second one only.

        Args:
            exact: the word in canonical spelling.
            stem: of it.
            fewest: articles that must have each of the two, in any of its forms.
            share: of the articles that have the word; as many must have each of the two.
            known: what the statistics say of the cuts, if they were asked before.
        """
        known = known or self._statistics.cuts(exact, stem, fewest, share)
        if known is None:
            return self._known_cuts(exact, stem, fewest, share)
        frequency, cuts = known
        return frequency, [
            (Token.alone(exact[:at], left), Token.alone(exact[at:], right))
            for at, left, lefts, right, rights in cuts
            if self._says_something(exact[:at], lefts) and self._says_something(exact[at:], rights)
        ]

    def _all_by_part(
        self, exact: str, stem: str, fewest: int, share: float
    ) -> tuple[int, Sequence[tuple[Token, Token]]]:
        frequency = self._statistics.frequency(stem)
        return frequency, [*self._cuts_by_part(Token.alone(exact, stem), max(fewest, share * frequency))]

    def _cuts_by_part(self, word: Token, least: float) -> Iterator[tuple[Token, Token]]:
        """The same, each part looked up by itself."""
        for begin, rest in self._begun(word):
            left = self._begin(begin, least)
            if left is None or left.stem == word.stem:  # আনতে is a form of আন, and nobody writes আন তে
                continue
            right = self._word(rest)
            if right and self._is_known(right, least):
                yield left, right

    def in_three(self, word: Token) -> Iterator[tuple[Token, ...]]:
        """Each way to cut a word into three, all of them in articles enough for a compound."""
        for begin, rest in self._begun(word):
            left, tokens = self._begin(begin, SEEN_TOGETHER), analyze(rest)
            if left and len(tokens) == 1:
                _, cuts = self.cuts(tokens[0].exact, tokens[0].stem, SEEN_TOGETHER)
                yield from ((left, *cut) for cut in cuts)

    def before_function_word(self, word: Token) -> Iterator[tuple[Token, Token]]:
        """Each way to cut off a function word that was typed without a space (ঢাকাথেকে, নির্বাচনেরপর)."""
        for begin, rest in self._begun(word):
            long = len(rest) >= SHORTEST_GRAMMATICAL or begin.endswith(_GENITIVE)
            if long and is_function_word(rest):
                left, right = self._begin(begin, SEEN_TOGETHER), self._word(rest)
                if left and right:
                    yield left, right

    def in_letters(self, exact: str) -> Iterator[tuple[Token, ...]]:
        """The letters of a word that is nothing but consonants."""
        if len(exact) >= FEWEST_LETTERS and set(exact) <= CONSONANTS:
            yield tuple(Token.alone(letter, _stem_of_part(letter)) for letter in exact)

    def _begun(self, word: Token) -> Iterator[tuple[str, str]]:
        """What a word begins with that articles have as it is spelt, and what is left of it."""
        text = word.exact
        ends = borders(text)
        begins = [text[:end] for end in ends]
        known = self._statistics.are_indexed(begins, "exact")
        return (
            (begin, text[at:])
            for at, begin, indexed in zip(ends, begins, known, strict=True)
            if indexed and not is_function_word(begin)
        )

    def _begin(self, text: str, least: float) -> Token | None:
        """A first part, which articles have as it is spelt, if it says something."""
        word = self._word(text, self._statistics.stem_of(text))
        if word is None or not self._is_known(word, least):
            return None
        return word if word.exact == text or self._statistics.frequency(word.exact, "exact") else None

    def _is_known(self, word: Token, least: float) -> bool:
        """Whether a word says something, and ``least`` articles have it in any of its forms."""
        frequency = self._statistics.frequency(word.stem)
        return frequency >= least and self._says_something(word.exact, frequency)

    def _says_something(self, exact: str, frequency: int) -> bool:
        """Whether a part says something by itself: no end of a word, and no function word, nor one misspelt.

        শে is one, for সে, but not তারা, stars. The statistics know the listed function words; দিব is a form of
        one, by its ending.
        """
        if is_function_word(exact) or exact.startswith(_NEVER_FIRST):
            return False
        spelt = self._statistics.frequency
        return not sounds_like_function_word(exact) or spelt(exact, "exact") >= NOTABLE * frequency

    def _word(self, text: str, stem: str | None = None) -> Token | None:
        """The one word of a text; most parts of words are plain ones, and of no chunk worth remembering."""
        if is_plain(text):
            return Token.alone(text, stem or _stem_of_part(text))
        tokens = analyze(text)
        return tokens[0] if len(tokens) == 1 else None


def borders(word: str) -> list[int]:
    """Where a word may be cut: between clusters, and each part long enough."""
    ends = map(Match.start, _CLUSTER.finditer(word)) if is_plain(word) else cluster_boundaries(word)
    return [end for end in ends if SHORTEST_PART <= end <= len(word) - SHORTEST_PART]


_stem_of_part = lru_cache(REMEMBERED)(stem_key)
"""Many words end alike."""

"""Splits a word into words of an index, as the parts of a compound.

The index returns all cuts at once if it can (``WordStatistics.cuts``); else they are looked up part by part.
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
"""A way of writing in fewer articles than this share of the other way's is left out."""

SEEN_TOGETHER = 2
"""Least number of articles with the parts adjacent: a single one may be a slip."""

SHORTEST_GRAMMATICAL = 3
"""Least code points of a function word that may be part of another word: ও সমান is not ওসমান."""

FEWEST_LETTERS: Final = 3
"""Least letters of a word that is split into single letters."""

_GENITIVE: Final = "ের"

_NEVER_FIRST: Final = tuple(map(canonical, ("য়", "ড়", "ঢ়", "ৎ")))
"""Letters that begin no Bengali word; in articles these are ends of broken words (বড়য়া is no বড় য়া)."""

_CLUSTER: Final = re.compile(
    f"(?<!{HASANTA})[{''.join(sorted(JOINING | VOWELS))}]|(?<={HASANTA})[{''.join(sorted(VOWELS))}]"
)
"""The beginning of a cluster in a word in canonical spelling."""

REMEMBERED = 4_096
"""Number of parts whose stems are cached, and of words whose cuts by part are."""


class WordParts:
    """Splits words into words of an index. Thread-safe.

    Args:
        statistics: the document frequencies of words.
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
        """The document frequency of a word, and each way to split it into two words of the vocabulary.

        Inflection is removed from the second word only.

        Args:
            exact: the word in canonical spelling.
            stem: its stem.
            fewest: the least document frequency of each of the two, in any of its forms.
            share: the least document frequency of each of the two, as a share of that of the word.
            known: the result of ``WordStatistics.cuts``, if it was called before.
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
        frequency = self._statistics.key_document_frequency(stem)
        return frequency, [*self._cuts_by_part(Token.alone(exact, stem), max(fewest, share * frequency))]

    def _cuts_by_part(self, word: Token, least: float) -> Iterator[tuple[Token, Token]]:
        """The cuts of a word, with each part looked up by itself."""
        for begin, rest in self._begun(word):
            left = self._begin(begin, least)
            if left is None or left.stem == word.stem:  # আনতে is a form of আন, and nobody writes আন তে
                continue
            right = self._word(rest)
            if right and self._is_known(right, least):
                yield left, right

    def in_three(self, word: Token) -> Iterator[tuple[Token, ...]]:
        """Each way to split a word into three words that are in enough articles for a compound."""
        for begin, rest in self._begun(word):
            left, tokens = self._begin(begin, SEEN_TOGETHER), analyze(rest)
            if left and len(tokens) == 1:
                _, cuts = self.cuts(tokens[0].exact, tokens[0].stem, SEEN_TOGETHER)
                yield from ((left, *cut) for cut in cuts)

    def before_function_word(self, word: Token) -> Iterator[tuple[Token, Token]]:
        """Each way to split off a function word that was typed without a space (ঢাকাথেকে, নির্বাচনেরপর)."""
        for begin, rest in self._begun(word):
            long = len(rest) >= SHORTEST_GRAMMATICAL or begin.endswith(_GENITIVE)
            if long and is_function_word(rest):
                left, right = self._begin(begin, SEEN_TOGETHER), self._word(rest)
                if left and right:
                    yield left, right

    def in_letters(self, exact: str) -> Iterator[tuple[Token, ...]]:
        """The letters of a word that consists of consonants only."""
        if len(exact) >= FEWEST_LETTERS and set(exact) <= CONSONANTS:
            yield tuple(Token.alone(letter, _stem_of_part(letter)) for letter in exact)

    def _begun(self, word: Token) -> Iterator[tuple[str, str]]:
        """The beginnings of a word that articles have in this spelling, each with the rest of the word."""
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
        """The token of a first part, if articles have it in this spelling and it may be a part; else None."""
        word = self._word(text, self._statistics.stem_of(text))
        if word is None or not self._is_known(word, least):
            return None
        return (
            word
            if word.exact == text or self._statistics.key_document_frequency(word.exact, "exact")
            else None
        )

    def _is_known(self, word: Token, least: float) -> bool:
        """Whether a word may be a part, and ``least`` articles have it in any of its forms."""
        frequency = self._statistics.key_document_frequency(word.stem)
        return frequency >= least and self._says_something(word.exact, frequency)

    def _says_something(self, exact: str, frequency: int) -> bool:
        """Whether a part has content: it is no end of a word and no function word, even misspelt.

        শে is one, for সে, but not তারা, stars. The statistics exclude the listed function words; দিব is a
        form of one, by its ending.
        """
        if is_function_word(exact) or exact.startswith(_NEVER_FIRST):
            return False
        spelt = self._statistics.key_document_frequency
        return not sounds_like_function_word(exact) or spelt(exact, "exact") >= NOTABLE * frequency

    def _word(self, text: str, stem: str | None = None) -> Token | None:
        """The single token of a text, else None; most parts are plain, and not worth caching as a chunk."""
        if is_plain(text):
            return Token.alone(text, stem or _stem_of_part(text))
        tokens = analyze(text)
        return tokens[0] if len(tokens) == 1 else None


def borders(word: str) -> list[int]:
    """The offsets at which a word may be split: between clusters, with each part long enough."""
    ends = map(Match.start, _CLUSTER.finditer(word)) if is_plain(word) else cluster_boundaries(word)
    return [end for end in ends if SHORTEST_PART <= end <= len(word) - SHORTEST_PART]


_stem_of_part = lru_cache(REMEMBERED)(stem_key)
"""The cached stem key of a part; many words end alike."""

"""Compounds that are written together or apart: মুক্তি যুদ্ধ and মুক্তিযুদ্ধ, পদ্মাসেতু and পদ্মা সেতু.

Bengali writes compounds either way, and one writer in three the other way. What the articles of the index do
decides, by how many have the one word and how many have the parts side by side. Where the one word is usual,
it and the words side by side are one thing. Where the parts are usual they stay words of their own, and each
is also satisfied by the one word. Both ways of typing lead to the same query.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from index.analysis.analyzer import Token, analyze
from index.analysis.clusters import cluster_boundaries
from index.analysis.fold import fold
from index.analysis.function_words import is_function_word
from index.analysis.script import is_bengali
from search.query.tree import Phrase, Term
from search.retrieval.evidence import WordStatistics
from search.understanding.latin_words import letter_names

__all__ = ["Compound", "Compounds"]

USUAL = 0.5
"""From so many articles with the one word for each with its parts side by side, the one word is usual."""

NOTABLE = 0.02
"""A way of writing in fewer articles than this share of the other's is left out."""

ESTABLISHED = 5
"""Articles with a word that is usual, at the least."""

GRAMMATICAL = 20
"""Articles with a word of which a part is a function word (প্রতি বাদ), for each that has the parts side by
side: these stand beside other words by themselves, and প্রতি দিন is not always প্রতিদিন."""

SHORTEST_GRAMMATICAL = 3
"""Code points of such a function word: ও সমান is not ওসমান."""

SEEN_TOGETHER = 2
"""Articles in which the parts stand side by side, at the least: one may be a slip."""

KNOWN = 1
"""Articles with each part of a word that is in no article, where its parts are never side by side either."""

SHORTEST_PART = 2
"""Code points of a part."""

SHORTEST_KNOWN = 3
"""Code points of a part where no article has the parts side by side."""

LONGEST = 40
"""Code points of a word that is cut into parts."""

BEGUN = 1
"""Code points of a second part with which some word of the articles begins, after the first part."""

MOST_PARTS = 3
MOST_LETTERS = 6
"""Words that may be one: of any kind, and of those that are names of letters."""

REMEMBERED = 4_096
"""Words whose parts are remembered."""


@dataclass(frozen=True, slots=True)
class Compound:
    """One word and the words it consists of.

    Attributes:
        whole: the one word; None where no article has it.
        parts: the words.
        usual: whether articles mostly write it as one word.
        apart: whether articles also have the parts side by side.
        held: articles that have the one word.
    """

    whole: Token | None
    parts: tuple[Token, ...]
    usual: bool
    apart: bool
    held: int = 0


class Compounds:
    """Finds compounds with the vocabulary of an index. Threads may share it.

    Args:
        statistics: knows how many articles hold a word, or words side by side.
    """

    def __init__(self, statistics: WordStatistics) -> None:
        self._statistics = statistics
        self._known_parts = lru_cache(REMEMBERED)(self._of_word)
        self._known_wholes = lru_cache(REMEMBERED)(self._of_parts)

    def expect(self, row: Sequence[Token]) -> None:
        """Any compound among some words may be asked for: whoever counts far away does it now, at once."""
        self._statistics.expect(self._possible(row))

    def _possible(self, row: Sequence[Token]) -> Iterator[Phrase]:
        """The words side by side of which articles decide whether they are compounds."""
        for word in row:
            if is_bengali(word.exact) and len(word.exact) <= LONGEST and not is_function_word(word.exact):
                yield from map(_side_by_side, self._cuts(word))
        for pair in pairwise(row):
            if _may_be_one(pair) and self._statistics.begins(pair[0].exact + pair[1].exact[:BEGUN]):
                yield _side_by_side(pair)

    def of_word(self, word: Token, *, alone: bool) -> Compound | None:
        """The compound that a word is; None where it is none, or articles write it so and no other way.

        Args:
            word: as typed.
            alone: whether nothing stands beside it in the query. A word that no article has is then cut only
                into words that articles have side by side; among others, into any two known ones.
        """
        if not is_bengali(word.exact) or len(word.exact) > LONGEST or is_function_word(word.exact):
            return None
        return self._known_parts(Token(word.exact, 0, len(word.exact), word.exact, word.stem), alone)

    def among(self, row: Sequence[Token]) -> dict[int, Compound]:
        """The compounds typed apart among some words, by the place of the first: the most usual ones.

        Names of letters in a row are taken as far as they go, for এসএস is more usual than এসএসসি.
        """
        found = [
            (length if _is_letters(row[at : at + length]) else 0, compound.held, -at, compound)
            for at in range(len(row) - 1)
            for length in range(2, min(MOST_LETTERS, len(row) - at) + 1)
            if (compound := self.of_parts(row[at : at + length]))
        ]
        chosen: dict[int, Compound] = {}
        taken: set[int] = set()
        for _, _, start, compound in sorted(found, key=lambda one: one[:3], reverse=True):
            places = range(-start, -start + len(compound.parts))
            if taken.isdisjoint(places):
                chosen[-start] = compound
                taken.update(places)
        return chosen

    def of_parts(self, parts: Sequence[Token]) -> Compound | None:
        """The compound that some words are, typed side by side; None where no article has it as one word."""
        return self._known_wholes(tuple(part.exact for part in parts)) if _may_be_one(parts) else None

    def occurs(self, words: Sequence[Token]) -> bool:
        """Whether any article has a word, or words side by side."""
        return bool(self._together(words) if len(words) > 1 else self._statistics.frequency(words[0].stem))

    def held(self, word: Token) -> int:
        """How many articles have a word in any of its forms: at least so many, and at most twice as many."""
        return self._statistics.frequency(word.stem)

    def _of_parts(self, words: tuple[str, ...]) -> Compound | None:
        if not self._statistics.begins(words[0] + words[1][:BEGUN]):  # most words side by side are never one
            return None
        whole = analyze("".join(words))
        one = len(whole) == 1 and not is_function_word(whole[0].exact)
        one = one and not (all(word in _letters() for word in words) and self._is_a_form(whole[0]))
        held = self._statistics.frequency(whole[0].stem) if one else 0
        if not held:
            return None
        parts = tuple(token for word in words for token in analyze(word)[:1])
        together = self._together(parts)
        if held < NOTABLE * together or (held < SEEN_TOGETHER and not together):
            return None
        if _is_grammatical(parts) and held < GRAMMATICAL * max(together, 1):
            return None
        return Compound(whole[0], parts, _usual(together, held), _both(together, held), held)

    def _is_a_form(self, word: Token) -> bool:
        """Whether a word is a form of another one, which more articles have: একে is not এ কে."""
        frequency = self._statistics.frequency
        return word.stem != fold(word.exact) and frequency(word.stem, "exact") > frequency(
            word.exact, "exact"
        )

    def _of_word(self, word: Token, alone: bool) -> Compound | None:
        held = self._statistics.frequency(word.stem)
        cuts: list[tuple[Token, ...]] = [*self._cuts(word)]
        together, parts = max(
            ((self._together(cut), cut) for cut in cuts), default=(0, ()), key=lambda c: c[0]
        )
        if not held and together < SEEN_TOGETHER:
            triples = ((self._together(cut), cut) for cut in self._cuts_in_three(word))
            together, parts = max(triples, default=(0, ()), key=lambda c: c[0])
        if _both(together, held):
            return Compound(word if held else None, parts, _usual(together, held), apart=True, held=held)
        return None if held or alone else self._of_known_words(cuts)

    def _of_known_words(self, cuts: Sequence[tuple[Token, ...]]) -> Compound | None:
        """Two known words that no article has side by side: the rarer of them as frequent as can be."""
        counted = [
            (min(self._statistics.frequency(part.stem) for part in cut), cut)
            for cut in cuts
            if min(len(part.exact) for part in cut) >= SHORTEST_KNOWN
        ]
        held, parts = max(counted, default=(0, ()), key=lambda pair: pair[0])
        return Compound(None, parts, usual=False, apart=False) if held >= KNOWN else None

    def _cuts(self, word: Token) -> Iterator[tuple[Token, Token]]:
        """Each way to cut a word into two of the vocabulary; inflection is taken off the second one only."""
        for border in _borders(word.exact):
            left = self._known_word(word.exact[:border], as_spelt=True)
            right = self._known_word(word.exact[border:]) if left else None
            if left and right:
                yield left, right

    def _cuts_in_three(self, word: Token) -> Iterator[tuple[Token, ...]]:
        for border in _borders(word.exact):
            left = self._known_word(word.exact[:border], as_spelt=True)
            rest = analyze(word.exact[border:]) if left else []
            if left and len(rest) == 1:
                yield from ((left, *cut) for cut in self._cuts(rest[0]))

    def _known_word(self, text: str, *, as_spelt: bool = False) -> Token | None:
        """A word that articles have and that says something."""
        frequency = self._statistics.frequency
        if as_spelt and not frequency(text, "exact"):  # most beginnings are no words
            return None
        tokens = analyze(text)
        if len(tokens) != 1 or is_function_word(tokens[0].exact):
            return None
        word = tokens[0]
        held = frequency(word.exact, "exact") if as_spelt else frequency(word.stem)
        return word if held else None

    def _together(self, parts: Sequence[Token]) -> int:
        """How many articles have some words side by side."""
        return self._statistics.count(_side_by_side(parts))


def _side_by_side(parts: Sequence[Token]) -> Phrase:
    return Phrase(tuple(Term(part.text, part.exact, part.stem) for part in parts))


def _usual(together: int, held: int) -> bool:
    return held >= max(USUAL * together, ESTABLISHED)


def _is_letters(parts: Sequence[Token]) -> bool:
    return all(part.exact in _letters() for part in parts)


def _is_grammatical(parts: Sequence[Token]) -> bool:
    return not _is_letters(parts) and any(is_function_word(part.exact) for part in parts)


def _both(together: int, held: int) -> bool:
    """Whether a word that so many articles have is also written apart often enough."""
    return together >= SEEN_TOGETHER and together >= NOTABLE * held


def _borders(word: str) -> list[int]:
    """Where a word may be cut: between clusters, and each part long enough."""
    return [
        border for border in cluster_boundaries(word) if SHORTEST_PART <= border <= len(word) - SHORTEST_PART
    ]


def _may_be_one(parts: Sequence[Token]) -> bool:
    if not all(is_bengali(part.exact) for part in parts):
        return False
    if _is_letters(parts):
        return len(parts) <= MOST_LETTERS
    grammatical = [part.exact for part in parts if is_function_word(part.exact)]
    return len(parts) <= MOST_PARTS and not any(len(word) < SHORTEST_GRAMMATICAL for word in grammatical)


@lru_cache(1)
def _letters() -> frozenset[str]:
    """The names of the Latin letters, as words of a query."""
    names = (name for names in letter_names().values() for name in names)
    return frozenset(token.exact for name in names for token in analyze(name))

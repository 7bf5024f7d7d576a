"""Compounds that are written together or apart: মুক্তি যুদ্ধ and মুক্তিযুদ্ধ, পদ্মাসেতু and পদ্মা সেতু.

Bengali writes compounds either way, and one writer in three the other way. What the articles of the index do
decides, by how many have the one word and how many have the parts side by side. Where the one word is usual,
it and the words side by side are one thing. Where the parts are usual they stay words of their own, and each
is also satisfied by the one word. Both ways of typing lead to the same query.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.analysis.analyzer import Token, analyze
from index.analysis.clusters import cluster_boundaries
from index.analysis.function_words import is_function_word
from index.analysis.script import is_bengali
from search.query.tree import Phrase, Term
from search.retrieval.term_scorer import Layer, TermScorer
from search.understanding.latin_words import letter_names

__all__ = ["Compound", "Compounds"]

USUAL = 0.5
"""From so many articles with the one word for each with its parts side by side, the one word is usual."""

NOTABLE = 0.02
"""A way of writing in fewer articles than this share of the other's is left out."""

SEEN_TOGETHER = 2
"""Articles in which the parts stand side by side, at the least: one may be a slip."""

KNOWN = 20
"""Articles with each part of a word that is in no article, and whose parts are never side by side."""

SHORTEST_PART = 2
"""Code points of a part."""

SHORTEST_KNOWN = 3
"""Code points of a part where no article has the parts side by side."""

LONGEST = 40
"""Code points of a word that is cut into parts."""

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
    """

    whole: Token | None
    parts: tuple[Token, ...]
    usual: bool


class Compounds:
    """Finds compounds with the vocabulary of an index. Threads may share it.

    Args:
        term_scorer: knows how many articles hold a word, or words side by side.
    """

    def __init__(self, term_scorer: TermScorer) -> None:
        self._term_scorer = term_scorer
        self._known_parts = lru_cache(REMEMBERED)(self._of_word)
        self._known_wholes = lru_cache(REMEMBERED)(self._of_parts)

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

    def of_parts(self, parts: Sequence[Token]) -> Compound | None:
        """The compound that some words are, typed side by side; None where no article has it as one word."""
        return self._known_wholes(tuple(part.exact for part in parts)) if _may_be_one(parts) else None

    def occurs(self, words: Sequence[Token]) -> bool:
        """Whether any article has a word, or words side by side."""
        return bool(self._together(words) if len(words) > 1 else self._term_scorer.frequency(words[0].stem))

    def _of_parts(self, words: tuple[str, ...]) -> Compound | None:
        whole = analyze("".join(words))
        held = self._term_scorer.frequency(whole[0].stem) if len(whole) == 1 else 0
        if not held:
            return None
        parts = tuple(token for word in words for token in analyze(word)[:1])
        together = self._together(parts)
        if held < NOTABLE * together or (held < SEEN_TOGETHER and not together):
            return None
        return Compound(whole[0], parts, held >= USUAL * together)

    def _of_word(self, word: Token, alone: bool) -> Compound | None:  # noqa: FBT001 - lru_cache hides names
        held = self._term_scorer.frequency(word.stem)
        cuts = [*self._cuts(word)]
        together, parts = max(((self._together(cut), cut) for cut in cuts), default=(0, ()), key=lambda c: c[0])
        if not held and together < SEEN_TOGETHER:
            triples = ((self._together(cut), cut) for cut in self._cuts_in_three(word))
            together, parts = max(triples, default=(0, ()), key=lambda c: c[0])
        if together >= SEEN_TOGETHER and together >= NOTABLE * held:
            return Compound(word if held else None, parts, held >= USUAL * together)
        return None if held or alone else self._of_known_words(cuts)

    def _of_known_words(self, cuts: Sequence[tuple[Token, ...]]) -> Compound | None:
        """Two known words that no article has side by side: the rarer of them as frequent as can be."""
        counted = [
            (min(self._term_scorer.frequency(part.stem) for part in cut), cut)
            for cut in cuts
            if min(len(part.exact) for part in cut) >= SHORTEST_KNOWN
        ]
        held, parts = max(counted, default=(0, ()), key=lambda pair: pair[0])
        return Compound(None, parts, usual=False) if held >= KNOWN else None

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
        tokens = analyze(text)
        if len(tokens) != 1 or is_function_word(tokens[0].exact):
            return None
        layer: Layer = "exact" if as_spelt else "stem"
        return tokens[0] if self._term_scorer.frequency(getattr(tokens[0], layer), layer) else None

    def _together(self, parts: Sequence[Token]) -> int:
        """How many articles have some words side by side."""
        words = tuple(Term(part.text, part.exact, part.stem) for part in parts)
        return self._term_scorer.count(Phrase(words))


def _borders(word: str) -> list[int]:
    """Where a word may be cut: between clusters, and each part long enough."""
    return [
        border
        for border in cluster_boundaries(word)
        if SHORTEST_PART <= border <= len(word) - SHORTEST_PART
    ]


def _may_be_one(parts: Sequence[Token]) -> bool:
    words = [part.exact for part in parts]
    if not all(map(is_bengali, words)):
        return False
    if all(word in _letters() for word in words):
        return len(words) <= MOST_LETTERS
    return len(words) <= MOST_PARTS and not any(map(is_function_word, words))


@lru_cache(1)
def _letters() -> frozenset[str]:
    """The names of the Latin letters, as words of a query."""
    names = (name for names in letter_names().values() for name in names)
    return frozenset(token.exact for name in names for token in analyze(name))

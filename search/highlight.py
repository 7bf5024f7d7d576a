"""Where a text holds what a query asks for, and in which way each word matches."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from index.analyzer import Token, analyze
from index.clusters import widen
from search.query import Field, Phrase, Prefix, Query, Term, leaves
from search.results import Layer, Match, Snippet

__all__ = ["Found", "Targets", "best_layers", "marked"]

BLOCK = 4_000
"""Code points of a long text analysed at a time."""

_BLOCK_END = re.compile(r"[।॥\n]\s*|\s+")


@dataclass(frozen=True, slots=True)
class Found:
    """A word of the query in a text.

    Attributes:
        start: first code point, at the border of a cluster.
        end: one past the last code point, at the border of a cluster.
        layer: how it matches.
        word: which word of the query it is, counted from 0.
    """

    start: int
    end: int
    layer: Layer
    word: int


Hit = tuple[Layer, int]


@dataclass(slots=True)
class Targets:
    """The words of a query that are looked for in one of the texts of an article.

    Attributes:
        words: each word as typed, in order.
    """

    words: list[str] = field(default_factory=list)
    _exact: dict[str, Hit] = field(default_factory=dict)
    _stem: dict[str, Hit] = field(default_factory=dict)
    _prefixes: list[tuple[str, int]] = field(default_factory=list)
    _phrases: list[tuple[Term, ...]] = field(default_factory=list)

    @classmethod
    def of(cls, query: Query, text: Field) -> "Targets":
        """What a query looks for in a title or in a body."""
        targets = cls()
        for leaf in leaves(query):
            targets._add(leaf, here=leaf.field in {None, text})
        return targets

    def _number(self, word: str) -> int:
        if word not in self.words:
            self.words.append(word)
        return self.words.index(word)

    def _add(self, leaf: Term | Phrase | Prefix, *, here: bool) -> None:
        if isinstance(leaf, Phrase):
            numbers = [self._number(word.text) for word in leaf.words]
            if here and leaf.slop:
                for word, number in zip(leaf.words, numbers, strict=True):
                    self._add_term(word, number)
            elif here:
                self._phrases.append(leaf.words)
            return
        number = self._number(leaf.text)
        if here and isinstance(leaf, Prefix):
            self._prefixes.append((leaf.start, number))
        elif here and isinstance(leaf, Term):
            self._add_term(leaf, number)

    def _add_term(self, term: Term, number: int) -> None:
        self._exact.setdefault(term.exact, ("sound" if term.sound else "exact", number))
        self._stem.setdefault(term.stem, ("sound" if term.sound else "inflection", number))

    def find(self, text: str, *, enough: bool = False) -> list[Found]:
        """The occurrences in a text, in order, none overlapping.

        Args:
            text: the text as stored.
            enough: stop after the stretch in which the last of the words was first found.
        """
        found: list[Found] = []
        for start, block in _blocks(text):
            tokens = analyze(block)
            hits = [self._hit(token) for token in tokens]
            self._mark_phrases(tokens, hits)
            found += _located(text, start, tokens, hits)
            if enough and len({one.word for one in found}) == len(self.words):
                break
        return found

    def _hit(self, token: Token) -> Hit | None:
        hit = self._exact.get(token.exact) or self._stem.get(token.stem)
        if hit is None and self._prefixes:
            return next((("exact", n) for start, n in self._prefixes if token.exact.startswith(start)), None)
        return hit

    def _mark_phrases(self, tokens: Sequence[Token], hits: list[Hit | None]) -> None:
        stems = [token.stem for token in tokens] if self._phrases else []
        for words in self._phrases:
            sought = [word.stem for word in words]
            for at in range(len(stems) - len(sought) + 1):
                if stems[at : at + len(sought)] == sought:
                    self._mark_phrase(tokens, hits, at, words)

    def _mark_phrase(
        self, tokens: Sequence[Token], hits: list[Hit | None], at: int, words: Sequence[Term]
    ) -> None:
        for i, word in enumerate(words, start=at):
            same = tokens[i].exact == word.exact
            layer: Layer = "sound" if word.sound else "exact" if same else "inflection"
            hits[i] = (layer, self.words.index(word.text))


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """Stretches of a text with the place of each, cut between words."""
    start = 0
    while len(text) - start > BLOCK:
        end = _BLOCK_END.search(text, start + BLOCK)
        if end is None:
            break
        yield start, text[start : end.end()]
        start = end.end()
    yield start, text[start:]


def _located(text: str, shift: int, tokens: Sequence[Token], hits: Sequence[Hit | None]) -> Iterator[Found]:
    last = 0
    for token, hit in zip(tokens, hits, strict=True):
        if hit is not None:
            start, end = widen(text, token.start + shift, token.end + shift)
            if start >= last:  # two words within one cluster share its mark
                yield Found(start, end, *hit)
                last = end


def _matches(found: Iterable[Found]) -> tuple[Match, ...]:
    """The ranges to mark."""
    return tuple(Match(one.start, one.end, one.layer) for one in found)


def marked(text: str, targets: Targets) -> Snippet:
    """A whole text with all marks."""
    return Snippet(text, _matches(targets.find(text)))


def best_layers(targets: Targets, found: Iterable[Found]) -> dict[str, Layer]:
    """For each word found, the best way in which it matches."""
    order: tuple[Layer, ...] = ("exact", "inflection", "sound")
    ways: dict[int, Layer] = {}
    for one in found:
        known = ways.get(one.word)
        if known is None or order.index(one.layer) < order.index(known):
            ways[one.word] = one.layer
    return {targets.words[word]: ways[word] for word in sorted(ways)}

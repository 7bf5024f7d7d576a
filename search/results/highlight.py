"""Finds the matches of a query in a text, and the way in which each word matches."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from onneshon.index import Article
from onneshon.index.analysis.analyzer import analyze
from onneshon.index.analysis.icu_text import widen
from onneshon.index.kernel.passages import Finder, best_ways, marks
from onneshon.search.query.tree import Field, Phrase, Prefix, Query, Sought, Term, sought, terms_of
from onneshon.search.results.chunks import (
    CHUNK,
    CHUNK_CLASSES,
    CLUSTER_CLASSES,
    LONGEST_CHUNK,
    MARKED,
    StemPosition,
    keys_of,
    looked_at,
    offsets_of,
    timely,
    words_of,
)
from onneshon.search.results.values import MarkedArticle, Match, MatchKind, Snippet
from onneshon.search.retrieval.budget import TimeBudget


class Occurrence(NamedTuple):
    """A word of the query in a text.

    Attributes:
        start: offset of the first code point, at the border of a cluster.
        end: offset after the last code point, at the border of a cluster.
        layer: the way in which it matches.
        word: the number of the query's word, counted from 0.
        reading: the reading that it matches, where that is not the reading shown; see ``Sought``.
    """

    start: int
    end: int
    layer: MatchKind
    word: int
    reading: str = ""


FARTHEST: Final = 12
"""The most chunks by which a word's place may differ from the estimate."""

FINDER: Final = Finder(words_of, CHUNK_CLASSES, CLUSTER_CLASSES, FARTHEST, widen, Occurrence)
"""Finds words in texts by their positions."""

Hit = tuple[MatchKind, int, str]
Place = tuple[int, int, str, str]

RESPELT: Final = frozenset({"joined", "spelling", "unit", "fuzzy"})
"""Kinds of variants that count as typed only where they have the letters that were typed."""

_OTHER_WORD = (0, 0, "", "")


def _way(term: Term, concept: Sought, *, spelt_so: bool = False) -> MatchKind:
    """The way in which a word that was found matches."""
    if concept.kind == "synonym":
        return "synonym"
    return "sound" if term.sound else "exact" if spelt_so and _is_as_typed(concept) else "inflection"


def _is_as_typed(concept: Sought) -> bool:
    """Whether a variant has the letters that were typed, ignoring spaces."""
    if concept.kind not in RESPELT or isinstance(concept.query, Prefix):
        return True
    typed = "".join(token.exact for token in analyze(concept.label))
    return typed == "".join(word.exact for word in terms_of(concept.query))


@dataclass(frozen=True, slots=True)
class _PhraseTarget:
    """Words that must be adjacent, with their numbers among the words of the query."""

    words: tuple[Term, ...]
    numbers: tuple[int, ...]
    concept: Sought

    def at(self, positions: Sequence[Place]) -> Iterator[Occurrence]:
        """The occurrences of the phrase's words at some places."""
        for (start, end, exact, _), word, number in zip(positions, self.words, self.numbers, strict=True):
            way = _way(word, self.concept, spelt_so=exact == word.exact)
            yield Occurrence(start, end, way, number, self.concept.reading)


@dataclass(slots=True)
class HighlightTerms:
    """The words of a query to find in one of the texts of an article.

    Attributes:
        words: each word as typed, in order.
    """

    words: list[str] = field(default_factory=list)
    _exact: dict[str, Hit] = field(default_factory=dict)
    _stem: dict[str, Hit] = field(default_factory=dict)
    _prefixes: list[tuple[str, int]] = field(default_factory=list)
    _phrases: list[_PhraseTarget] = field(default_factory=list)
    _rows: list[tuple[list[str], Callable[[Sequence[Place]], Iterator[Occurrence]]]] = field(
        default_factory=list
    )
    _keys: set[str] = field(default_factory=set)
    _stems: dict[str, None] = field(default_factory=dict)

    @classmethod
    def of(cls, query: Query, text: Field) -> "HighlightTerms":
        """The words of a query to find in a title or in a body."""
        return cls._of([*sought(query)], text)

    @classmethod
    def of_both(cls, query: Query) -> "tuple[HighlightTerms, HighlightTerms]":
        """The words to find in a title, and those in a body; one object where they are the same."""
        concepts = [*sought(query)]
        body = cls._of(concepts, "body")
        return body if all(concept.query.field is None for concept in concepts) else cls._of(
            concepts, "title"
        ), body

    @classmethod
    def _of(cls, concepts: Iterable[Sought], text: Field) -> "HighlightTerms":
        targets = cls()
        for concept in concepts:
            if not (isinstance(concept.query, Term) and concept.query.function):
                targets._add(concept, here=concept.query.field in {None, text})
        return targets

    def _number(self, word: str) -> int:
        if word not in self.words:
            self.words.append(word)
        return self.words.index(word)

    def _add(self, concept: Sought, *, here: bool) -> None:
        leaf = concept.query
        if isinstance(leaf, Phrase):
            numbers = tuple(self._number(concept.label or word.text) for word in leaf.words)
            if here and leaf.slop:
                for word, number in zip(leaf.words, numbers, strict=True):
                    self._add_term(word, number, concept)
            elif here:
                phrase = _PhraseTarget(leaf.words, numbers, concept)
                self._phrases.append(phrase)
                self._rows.append(([word.stem for word in leaf.words], phrase.at))
                self._stems |= dict.fromkeys(word.stem for word in leaf.words)
            return
        number = self._number(concept.label)
        if here and isinstance(leaf, Prefix):
            self._prefixes.append((leaf.start, number))
        elif here and isinstance(leaf, Term):
            self._add_term(leaf, number, concept)

    def _add_term(self, term: Term, number: int, concept: Sought) -> None:
        self._exact.setdefault(term.exact, (_way(term, concept, spelt_so=True), number, concept.reading))
        self._keys.add(term.exact)
        self._stems[term.stem] = None
        if not term.spelt_so:
            self._stem.setdefault(term.stem, (_way(term, concept), number, concept.reading))
            self._keys.add(term.stem)

    @property
    def stems(self) -> list[str]:
        """The stems of all words to find; empty where there are prefixes."""
        return [] if self._prefixes else [*self._stems]

    def find(
        self, text: str, budget: TimeBudget | None = None, positions: list[StemPosition] | None = None
    ) -> list[Occurrence]:
        """The occurrences in a text, in order, none overlapping.

        Args:
            text: the text, of which at most ``MARKED`` code points are searched.
            budget: the time budget; where it runs out, the matches found so far are returned; None for no
                limit.
            positions: the positions of words of ``stems`` from the index; with these little of the text is
                analysed.
        """
        budget = budget or TimeBudget()
        if budget.spent() or (positions is not None and not positions):
            return []
        if positions and len(text) <= MARKED:
            found = FINDER.find(text, positions, self._exact, self._stem, self._rows)
            if found is not None:
                return found
        return FINDER.disjoint(text, self._analysed(looked_at(text), budget))

    def _analysed(self, text: str, budget: TimeBudget) -> list[Occurrence]:
        """The occurrences found by analysing the whole text."""
        chunks = list(set(text.split()))
        found = list(self._find_phrases(text, chunks, budget)) if self._phrases else []
        if self._exact or self._prefixes:
            found += self._find_words(text, chunks, budget)
        return found

    def _find_words(self, text: str, chunks: Sequence[str], budget: TimeBudget) -> Iterator[Occurrence]:
        """Find single words. Most chunks contain none, so only those that do are located in the text."""
        for chunk in self._matching(chunks, budget):
            hits = [
                (start, end, *hit)
                for start, end, exact, stem in words_of[chunk]
                if (hit := self._hit(exact, stem))
            ]
            for at in offsets_of(text, chunk) if hits else ():
                if budget.spent():
                    return
                for start, end, layer, word, reading in hits:
                    yield Occurrence(at + start, at + end, layer, word, reading)

    def _matching(self, every: Sequence[str], budget: TimeBudget) -> Iterator[str]:
        """The chunks of a text that may contain a word to find, and few others."""
        differs = self._keys.isdisjoint
        starts = tuple(start for start, _ in self._prefixes)
        for chunks in timely(every, budget):
            if not starts:
                yield from [chunk for chunk in chunks if not differs(keys_of[chunk])]
                continue
            for chunk in chunks:
                if not differs(keys := keys_of[chunk]) or any(key.startswith(starts) for key in keys):
                    yield chunk

    def _hit(self, exact: str, stem: str) -> Hit | None:
        hit = self._exact.get(exact) or self._stem.get(stem)
        if hit is None and self._prefixes:
            return next((("exact", n, "") for start, n in self._prefixes if exact.startswith(start)), None)
        return hit

    def _find_phrases(self, text: str, every: Sequence[str], budget: TimeBudget) -> Iterator[Occurrence]:
        """Find words that are consecutive in the order of a phrase."""
        known = {chunk: keys_of[chunk] for chunks in timely(every, budget) for chunk in chunks}
        keys = {key for found in known.values() for key in found}
        phrases = [target for target in self._phrases if keys.issuperset(word.stem for word in target.words)]
        if not phrases:
            return
        wanted_stems = {word.stem for target in phrases for word in target.words}
        matching = {chunk for chunk, found in known.items() if not wanted_stems.isdisjoint(found)}
        signs = {chunk for chunk, found in known.items() if not found and len(chunk) <= LONGEST_CHUNK}
        words = _words_near(text, matching, signs, budget)
        stems = [stem for _, _, _, stem in words]
        for phrase in phrases:
            wanted = [word.stem for word in phrase.words]
            if budget.spent():
                return
            for at in range(len(stems) - len(wanted) + 1):
                if stems[at] == wanted[0] and stems[at : at + len(wanted)] == wanted:
                    yield from phrase.at(words[at : at + len(wanted)])


def _words_near(
    text: str, matching: set[str], signs: set[str], budget: TimeBudget
) -> list[tuple[int, int, str, str]]:
    """The words of the matching chunks of a text, in order, with ranges and keys.

    Other chunks between two of these give one word without keys, so that the words around it do not count as
    adjacent; chunks of signs alone give none.
    """
    words: list[tuple[int, int, str, str]] = []
    apart = False
    for chunks in timely(list(CHUNK.finditer(text)), budget):
        for chunk in chunks:
            if chunk[0] not in matching:
                apart = apart or chunk[0] not in signs
                continue
            if apart:
                words.append(_OTHER_WORD)
            apart = False
            at = chunk.start()
            words += [(at + start, at + end, exact, stem) for start, end, exact, stem in words_of[chunk[0]]]
    return words


def matches(found: list[Occurrence]) -> tuple[Match, ...]:
    """The ranges to highlight."""
    return marks(Match, found)


def marked(text: str, targets: HighlightTerms, budget: TimeBudget | None = None) -> Snippet:
    """A whole text with all highlights, or those found before the budget runs out."""
    return Snippet(text, matches(targets.find(text, budget)))


_NEARNESS: Final[dict[MatchKind, int]] = {"exact": 0, "inflection": 1, "sound": 2, "synonym": 3}


def found_as(
    targets: HighlightTerms, *found: list[Occurrence]
) -> tuple[dict[str, MatchKind], dict[str, tuple[str, ...]]]:
    """For each word found the best way in which it matches, and its readings other than the one shown.

    Args:
        targets: the words of the query.
        found: their occurrences in some texts.
    """
    words = targets.words
    ways, readings = best_ways(len(words), [*found], _NEARNESS)
    read_as: dict[str, tuple[str, ...]] = {}
    for number, reading in readings:
        read_as[words[number]] = (*read_as.get(words[number], ()), reading)
    return {word: way for word, way in zip(words, ways, strict=True) if way}, read_as


def marked_article(article: Article, query: Query | None, budget: TimeBudget) -> MarkedArticle:
    """The whole texts of an article with all matches of a query highlighted; none without a query."""
    if query is None:
        return MarkedArticle(Snippet(article.title), Snippet(article.body), has_words=False)
    in_title, in_body = HighlightTerms.of_both(query)
    title, body = marked(article.title, in_title, budget), marked(article.body, in_body, budget)
    partial = budget.exceeded or len(article.body) > MARKED
    return MarkedArticle(title, body, partial, has_words=bool(in_body.words))

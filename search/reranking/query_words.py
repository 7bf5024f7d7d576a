"""The words of a query in the order typed, for rescoring; and the feature of titles made of these words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, TypeAlias, assert_never

import numpy as np
from numpy.typing import NDArray

from onneshon.search.query.tree import (
    All,
    Any,
    Boost,
    Fuzzy,
    Hint,
    OneOf,
    Phrase,
    Prefix,
    Query,
    Term,
    Unscored,
    is_named,
    is_one_word,
)
from onneshon.search.retrieval.collection import Docs
from onneshon.search.retrieval.evidence import Occurrences, WordPositions

Key: TypeAlias = tuple[str | None, ...]


def _key(term: Term | Phrase) -> Key:
    if isinstance(term, Term):
        return term.stem, term.field
    return (*[word.stem for word in term.words], term.field)


class QueryWord(NamedTuple):
    """One word of a query.

    Attributes:
        terms: the terms or phrases that it is searched as, likeliest first, each with the factor of its
            scores; several where texts write it in several ways.
        query: the query that finds it.
        function: whether it is a function word in a query with content words.
        document_frequency: the number of articles that contain it; None where it was not counted.
        is_name: whether it names an author, whose articles need not contain it.
    """

    terms: tuple[tuple[Term | Phrase, float], ...]
    query: Query
    function: bool = False
    document_frequency: int | None = None
    is_name: bool = False

    @property
    def key(self) -> tuple[Key, ...]:
        """The keys of its terms: words with the same key are the same word."""
        return tuple([_key(term) for term, _ in self.terms])


def query_words(query: Query) -> list[QueryWord]:
    """The words that find articles, each once, without prefixes and excluded parts."""
    found: list[QueryWord] = []
    _collect(query, 1.0, found)
    words: dict[tuple[Key, ...], QueryWord] = {}
    for word in found:
        words.setdefault(word.key, word)
    return [*words.values()]


def _collect(query: Query, factor: float, found: list[QueryWord]) -> None:  # noqa: C901 - a table of kinds
    """Add the words of a query to ``found``."""
    match query:
        case Term():
            found.append(QueryWord(((query, factor),), query, query.function))
        case OneOf(_, variants):
            found.append(_variants([(way.query, factor * way.weight) for way in variants], query))
        case Boost(child, times):
            _collect(child, factor * times, found)
        case Phrase(words):
            found += [QueryWord(((word, factor),), word, word.function) for word in words]
        case Any(children):
            begin = len(found)
            for child in children:
                _collect(child, factor, found)
            if is_one_word(query):
                found[begin:] = [_readings(found[begin:], query)]
            elif is_named(query):
                found[begin:] = [word._replace(is_name=True) for word in found[begin:]]
        case All(children, optional):
            for child in (*children, *optional):
                _collect(child, factor, found)
        case _ if isinstance(query, Prefix | Fuzzy | Hint | Unscored):
            return
        case _:
            assert_never(query)


def _readings(words: list[QueryWord], query: Query) -> QueryWord:
    return _variants([term for word in words for term in word.terms], query)


def _variants(terms: list[tuple[Term | Phrase, float]], query: Query) -> QueryWord:
    first = terms[0][0]
    return QueryWord((*terms,), query, isinstance(first, Term) and first.function)


Worths: TypeAlias = NDArray[np.float64]
"""The value of a feature, or of a sum of features, for each of some documents."""

FUNCTION_WORD: Final = 0.3
"""The weight of a function word in ``row`` and ``whole_title``: times its inverse document frequency."""

CONTENT_ALONE: Final = 0.5
"""The weight of a title that has only the content words of a query with function words: times their sum."""


@dataclass(frozen=True, slots=True)
class WholeTitles:
    """Finds titles that consist of the words of the query, or of a part of it.

    Readers add words to a title that the article need not have: স্রোত কবিতা, লালবাগ কেল্লা কোথায় অবস্থিত.

    Attributes:
        positions: the reader of word positions.
        words: the words of the query, in order.
        rarity: the inverse document frequency of each word.
        docs: documents, ascending and live.
        in_titles: the feature ``title``.
        title_words: the tokens of each title that are query words, where it may consist of these alone.
    """

    positions: WordPositions
    words: Sequence[QueryWord]
    rarity: Sequence[float]
    docs: Docs
    in_titles: Worths
    title_words: NDArray[np.uint32]

    def worths(self) -> Worths:
        """The feature ``whole_title``."""
        named = [number for number, word in enumerate(self.words) if not _is_of_grammar(word)]
        asked = sum([self.rarity[number] for number in named])
        if asked <= self.in_titles.max(initial=0.0):  # some title has all: a part of it is no other title
            return self._all_of_query(named, asked)
        return self._parts_of_query()

    @property
    def _lengths(self) -> NDArray[np.uint32]:
        return self.positions.title_lengths[self.docs]

    def _all_of_query(self, named: Sequence[int], asked: float) -> Worths:
        """The worth of titles that have all content words of the query and no others.

        The number of their tokens depends on how the title writes them: হাইকোর্ট is one, or two.
        """
        worths, lengths, words = np.zeros(len(self.docs)), self._lengths, self.words
        nothing_else = self.title_words >= lengths
        tokens = sum(_tokens(words[number]) for number in named)
        share = 1.0 if len(named) == len(words) else CONTENT_ALONE
        worths[nothing_else & (self.in_titles == asked) & (lengths <= tokens)] = asked * share
        if len(named) < len(words):
            content = sum([idf for idf, word in zip(self.rarity, words, strict=True) if not word.function])
            whole = nothing_else & (self.in_titles == content) & (lengths <= sum(map(_tokens, words)))
            others = [word for word in words if word.function]
            whole[whole] = _are_in_titles(self.positions, others, self.docs[whole])
            worths[whole] = asked + FUNCTION_WORD * (sum(self.rarity) - asked)
        return worths

    def _parts_of_query(self) -> Worths:
        """The worth of titles that equal a part of the query as typed.

        Many a word of a query is some title by chance; it counts where it weighs as much as the others.
        """
        worths, lengths = np.zeros(len(self.docs)), self._lengths
        possible = np.flatnonzero(self.title_words >= lengths)
        if len(possible):
            weighs = 2 * self.in_titles[possible] >= sum(self.rarity)
            possible = possible[(lengths[possible] > 1) | weighs]
        if len(possible):
            typed = _as_typed(self.positions, self.words, self.docs[possible], lengths[possible])
            worths[possible] = np.array(self.rarity) @ typed
        return worths


def _are_in_titles(positions: WordPositions, words: Sequence[QueryWord], docs: Docs) -> NDArray[np.bool_]:
    """A mask over some documents: whose titles have all of some words."""
    found = np.ones(len(docs), np.bool_)
    for word in words if len(docs) else ():
        found &= np.isin(np.arange(len(docs)), _in_titles(positions, word.terms, docs) >> 33)
    return found


def _as_typed(
    positions: WordPositions, words: Sequence[QueryWord], docs: Docs, lengths: NDArray[np.uint32]
) -> NDArray[np.bool_]:
    """A mask of the words that make up each title as typed, each once and adjacent; (words, documents)."""
    held = np.zeros((len(words), len(docs)), np.bool_)
    for row, word in zip(held, words, strict=True):
        row[_in_titles(positions, _as_spelt(word), docs) >> 33] = True
    once = np.array([*map(_tokens, words)]) @ held >= lengths
    typed: NDArray[np.bool_] = held & once & _are_in_a_row(held)
    return typed


def _as_spelt(word: QueryWord) -> list[tuple[Term | Phrase, float]]:
    """The variants of a word in its exact form: a title জীবনানন্দ is no part of জীবনানন্দের কবিতা."""
    return [
        (term if isinstance(term, Phrase) or term.sound else replace(term, spelt_so=True), factor)
        for term, factor in word.terms
    ]


def _in_titles(
    positions: WordPositions, terms: Sequence[tuple[Term | Phrase, float]], docs: Docs
) -> Occurrences:
    """The occurrences of any variant of a word in the titles of some documents."""
    found = np.concatenate([positions.of(term, docs) for term, _ in terms])
    in_titles: Occurrences = found[found >> 32 & 1 == 0]
    return in_titles


def _are_in_a_row(held: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """A mask over documents: whether the words that each contains are adjacent in the query."""
    first, last = held.argmax(0), len(held) - 1 - held[::-1].argmax(0)
    in_a_row: NDArray[np.bool_] = last - first + 1 == held.sum(0)
    return in_a_row


def _is_of_grammar(word: QueryWord) -> bool:
    """Whether a word is a function word, even where it counts as a content word in a query of two words."""
    first = word.terms[0][0]
    return isinstance(first, Term) and first.function


def _tokens(word: QueryWord) -> int:
    """The most tokens of a text that a word of the query may span."""
    return max(len(term.words) if isinstance(term, Phrase) else 1 for term, _ in word.terms)

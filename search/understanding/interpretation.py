"""Finds what a query means beyond its single words: units, compounds, names, synonyms, each as one concept.

Units are found first, on the text as typed and as read; then entries of several words in the tables of
synonyms, then compounds and initials, then entries for the remaining words. Each concept becomes one
``OneOf``, whose variants are the ways in which articles write it.

Forms of address (জনাব ওবায়দুল কাদের, মরহুম জিয়াউর রহমান, মোঃ আবদুল হামিদ) ask for nothing by themselves
next to the rest of a name, as function words do. Two initials typed as one word look like another word (এ কে
আজাদ, একে আজাদ): একে is a form of এক, and এ and কে are pronouns. The word behind them decides: where articles
have the initials apart before that name, the query asks for both ways of writing.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final, NamedTuple

from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.index.analysis.script import is_bengali
from onneshon.index.analysis.stemmer import is_function_word
from onneshon.search.query.reading import Interpretation
from onneshon.search.query.tree import Hint, OneOf, Phrase, Query, Term, Variant
from onneshon.search.retrieval.authors import FORMS_OF_ADDRESS
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.understanding.alternatives import (
    Alternative,
    Span,
    any_variant,
    distinct,
    hints_of,
    is_sound,
    label_of,
    meant_by,
    name_of,
    phrase_of,
    searched_as,
    token_of,
    typed_text,
    variants_of,
)
from onneshon.search.understanding.compounds import Compound, Compounds, letters
from onneshon.search.understanding.numerals import is_numeral
from onneshon.search.understanding.respelling import variant_spellings
from onneshon.search.understanding.synonyms import WEIGHTS, Synonyms
from onneshon.search.understanding.tables import word_set
from onneshon.search.understanding.unit_queries import UnitQueries

_ALWAYS: Final = word_set("জনাব জনাবা মাননীয় মাননীয়া মহামান্য মরহুম মরহুমা মহোদয় আলহাজ আলহাজ্ব শ্রীযুক্ত মিঃ মি")
_BESIDE_NAMES: Final = (
    word_set(" ".join(FORMS_OF_ADDRESS))
    | word_set("মোঃ মো মোছাঃ মোসাঃ হযরত হজরত প্রয়াত সাহেব স্যার মিস্টার মিসেস শ্রীমতি শ্রীমতী রহঃ রাঃ সাঃ")
) - _ALWAYS
"""Forms of address that are also other words, or parts of titles (সাহেব বিবি)."""

_NAME: Final = 2
"""Content words in a name, at the least."""

SEEN_APART: Final = 2
"""Least number of articles that have the initials apart before the name."""

JOINED: Final = 0.25
"""Typed as one: articles(apart, name) >= JOINED * articles(word, name): আরও মৃত্যু is no R. O."""

FEW_WORDS: Final = 3
"""In a query of more words, the other words find the articles that spell one of them differently."""

ESTABLISHED: Final = 0.5
"""A spelling is established where articles(spelling) >= ESTABLISHED * articles(other spelling)."""


def is_needless(word: Token, others: int) -> bool:
    """Whether a word is a form of address next to a name.

    Args:
        word: the word as it is read.
        others: the number of other content words in the query.
    """
    exact = word.exact
    return (others > 0 and exact in _ALWAYS) or (others >= _NAME and exact in _BESIDE_NAMES)


class Initials(NamedTuple):
    """Initials of a name.

    Attributes:
        end: the position after the initials.
        parts: the two initials.
        whole: both initials as one word.
    """

    end: int
    parts: tuple[Token, Token]
    whole: Token


def initials(row: Sequence[Token], at: int, beside: Callable[[Sequence[Token]], int]) -> Initials | None:
    """The initials of a name at a position; None if there are none.

    Args:
        row: the words of a query.
        at: the position.
        beside: returns the number of articles in which the given words are adjacent.
    """
    seen = _at(row, at)
    if seen is None or seen.end >= len(row):
        return None
    name = row[seen.end].exact
    if not is_bengali(name) or is_function_word(name) or name in letters():
        return None
    apart = beside((*seen.parts, row[seen.end]))
    if apart < SEEN_APART or (seen.end == at + 1 and apart < JOINED * beside((seen.whole, row[seen.end]))):
        return None
    return seen


@lru_cache(1)
def _letter_pairs() -> dict[str, tuple[Token, Token]]:
    """All pairs of letter names, keyed by the word that the two form when joined."""
    names = [token for name in letters() for token in analyze(name)]
    return {first.exact + second.exact: (first, second) for first in names for second in names}


def _at(row: Sequence[Token], at: int) -> Initials | None:
    if parts := _letter_pairs().get(row[at].exact):
        return Initials(at + 1, parts, row[at])
    if at + 1 < len(row) and row[at].exact in letters() and row[at + 1].exact in letters():
        whole = analyze(row[at].exact + row[at + 1].exact)
        if len(whole) == 1 and whole[0].exact in _letter_pairs():
            return Initials(at + 2, (row[at], row[at + 1]), whole[0])
    return None


class QueryInterpreter:
    """Finds units, compounds, names and synonyms; see ``query.interpreter``.

    Args:
        synonyms: the current tables.
        compounds: the compounds of the index that is searched.
        budget: the time budget; once it is spent, words stay as they are.
    """

    def __init__(self, synonyms: Synonyms, compounds: Compounds, budget: TimeBudget) -> None:
        self._synonyms = synonyms
        self._compounds = compounds
        self._budget = budget
        self._few = True
        self._content = 0
        self._kept: dict[Token, Compound | None] = {}

    def units(self, text: str, tokens: Sequence[Token]) -> list[Interpretation]:
        """Dates, years, sums, percentages, counted things and numbers, also with the noun that they count."""
        if not any(map(is_numeral, tokens)):  # without a number nothing is a unit, and nothing is counted
            return []
        return UnitQueries(self._synonyms, self._compounds, self.noun).of(text, tokens)

    def noun(self, noun: Token) -> Query:
        """The query for a noun that is numbered or counted, with its alternatives."""
        return any_variant(noun.text, (Variant(Term.of(noun)),), self._alternatives(noun))

    def words(self, tokens: Sequence[Token], queries: Sequence[Query]) -> list[Query]:
        """The queries for words, with compounds and synonyms found among them."""
        self._compounds.expect(tokens)
        typed = len(tokens)
        tokens, row, queries = self._cut(tokens, queries)
        self._content = sum(not (isinstance(query, Term) and query.function) for query in queries)
        self._few = typed - sum(map(self._is_address, row)) <= FEW_WORDS
        found: list[Query] = []
        at = 0
        for span in self._synonyms.of(row):
            if span.end - span.start > 1:
                found += self._between(
                    tokens[at : span.start], row[at : span.start], queries[at : span.start]
                )
                found += self._entry(tokens[span.start : span.end], row[span.start : span.end], queries, span)
                at = span.end
        return found + self._between(tokens[at:], row[at:], queries[at:])

    def _entry(
        self, tokens: Sequence[Token], row: Sequence[Token], queries: Sequence[Query], span: Span
    ) -> Iterator[Query]:
        """Words that are one entry of a table; the joined spelling, if articles have it, counts alike."""
        phrase = phrase_of(row, queries[span.start : span.end])
        compound = None if self._budget.spent() else self._compounds.of_parts(row)
        if compound is None or compound.whole is None:
            ways = (Variant(phrase), *self._respelt(phrase))
            yield any_variant(label_of(tokens, row), ways, self._in_all_spellings(span))
            yield from hints_of(phrase)
        else:
            joined = Variant(Term.of(compound.whole), kind="joined")
            ways = (Variant(phrase), joined, *self._respelt(phrase))
            of_whole = self._alternatives(compound.whole)
            every = distinct((*self._in_all_spellings(span), *of_whole))
            yield any_variant(label_of(tokens, row), ways, every)

    def _cut(
        self, tokens: Sequence[Token], queries: Sequence[Query]
    ) -> tuple[list[Token], list[Token], list[Query]]:
        """Words as typed, as read, and as searched; words usually written apart are split, as if typed so."""
        typed: list[Token] = []
        read: list[Token] = []
        searched: list[Query] = []
        for token, query in zip(tokens, queries, strict=True):
            word = meant_by(token, query)
            compound = self._compound(word, alone=len(tokens) == 1)
            if compound is None or compound.usual:
                self._kept[word] = compound
                typed.append(token)
                read.append(word)
                searched.append(query)
            else:
                typed += compound.parts
                read += compound.parts
                searched += (replace(Term.of(part), sound=is_sound(query)) for part in compound.parts)
        return typed, read, searched

    def _compound(self, word: Token, *, alone: bool) -> Compound | None:
        return None if self._budget.spent() else self._compounds.of_word(word, alone=alone)

    def _between(
        self, tokens: Sequence[Token], row: Sequence[Token], queries: Sequence[Query]
    ) -> list[Query]:
        """The queries for words that are not part of an entry of several words."""
        joined = {} if self._budget.spent() else self._compounds.among(row)
        found: list[Query] = []
        at = 0
        while at < len(row):
            compound = joined.get(at)
            named = None if compound or self._budget.spent() else initials(row, at, self._compounds.beside)
            end = named.end if named else at + (len(compound.parts) if compound else 1)
            if named:
                apart, whole = searched_as(named.parts), searched_as((named.whole,), spelt_so=True)
                found.append(Hint(OneOf(typed_text(tokens[at:end]), (Variant(apart), Variant(whole)))))
            elif compound:
                found += self._joined(compound, tokens[at:end], queries[at:end])
            else:
                found.append(self._word(tokens[at], row[at], queries[at]))
            at = end
        return found

    def _joined(
        self, compound: Compound, tokens: Sequence[Token], queries: Sequence[Query]
    ) -> Iterator[Query]:
        """The queries for words typed apart that form one compound."""
        whole = compound.whole or tokens[0]  # there is one: parts without are no compound
        sound = any(map(is_sound, queries))
        term = replace(Term.of(whole), sound=sound)
        if compound.usual:
            phrase = phrase_of(compound.parts, queries)
            both = (Variant(term, kind="joined"), Variant(phrase), *self._respelt(phrase))
            label = label_of(tokens, compound.parts)
            yield any_variant(label, both, self._alternatives(whole))
            return
        for token, part, query in zip(tokens, compound.parts, queries, strict=True):
            ways = (*variants_of(query), Variant(term, kind="joined"))
            yield any_variant(token.text, ways, self._alternatives(part))

    def _parted(self, compound: Compound, token: Token, query: Query) -> Query:
        """The query for a word that some articles write apart: both ways of writing count alike."""
        sound = is_sound(query)
        phrase = Phrase(tuple(replace(Term.of(part), sound=sound) for part in compound.parts))
        ways = (*variants_of(query), Variant(phrase, kind="joined"), *self._respelt(phrase))
        return any_variant(token.text, ways, self._alternatives(compound.whole or token))

    def _respelt(self, phrase: Phrase) -> Iterator[Variant]:
        """The variants of a phrase in which one word has another spelling: নদী ভাঙ্গন."""
        for position, word in enumerate(phrase.words):
            for way in self._alternatives(token_of(word)):
                if way.kind == "variant" and len(way.tokens) == 1:
                    words = (*phrase.words[:position], Term.of(way.tokens[0]), *phrase.words[position + 1 :])
                    yield Variant(replace(phrase, words=words), way.weight, "spelling")

    def _word(self, token: Token, meant: Token, query: Query) -> Query:
        """The query for a single word; a form of address counts little and gets no alternatives."""
        if self._is_address(meant):
            return replace(Term.of(meant), text=token.text, function=True)
        compound = self._kept[meant] if meant in self._kept else self._compound(meant, alone=True)
        if compound and compound.usual:
            return self._parted(compound, token, query)
        alternatives = self._alternatives(*(name_of(query) or (meant,)))
        return any_variant(token.text, variants_of(query), alternatives) if alternatives else query

    def _is_address(self, word: Token) -> bool:
        """Whether a word is a form of address next to the rest of the query's content words."""
        return is_needless(word, self._content - 1)

    def _alternatives(self, *words: Token) -> tuple[Alternative, ...]:
        """The alternatives for a word, or for the words of a name as a whole."""
        found = self._listed(*words)
        if len(words) == 1:
            spelt = [*self._spelt(words[0])]
            found = distinct(
                (*found, *spelt, *(way for other in spelt for way in self._listed(*other.tokens)))
            )
        return found if self._few else tuple(way for way in found if not self._is_needless(way, words[0]))

    def _listed(self, *words: Token) -> tuple[Alternative, ...]:
        """The alternatives that the tables list for all the given words as one entry."""
        spans = self._synonyms.of(words)
        return self._in_all_spellings(spans[0]) if spans and spans[0].end == len(words) else ()

    def _in_all_spellings(self, span: Span) -> tuple[Alternative, ...]:
        """The alternatives of a span, also with one word of an alternative in another spelling."""
        return distinct(other for way in span.alternatives for other in (way, *self._one_respelt(way)))

    def _one_respelt(self, way: Alternative) -> Iterator[Alternative]:
        """An alternative of several words, each time with one of them in another spelling."""
        for position, word in enumerate(way.tokens if way.tokens[1:] else ()):
            for spelt in self._spelt(word):
                tokens = (*way.tokens[:position], *spelt.tokens, *way.tokens[position + 1 :])
                yield replace(way, text=typed_text(tokens), tokens=tokens)

    def _spelt(self, word: Token) -> Iterator[Alternative]:
        """The other spellings of a word that articles have."""
        if not self._budget.spent():
            for spelt in variant_spellings(word, self._compounds.articles, self._compounds.stem_of):
                yield Alternative(spelt.text, (spelt,), WEIGHTS["variant"], "variant")

    def _is_needless(self, other: Alternative, word: Token) -> bool:
        """Whether another spelling of a word in a long query is no more established than the typed spelling.

        The spelling in an article then says more than the fact that it contains either spelling.
        """
        if other.kind != "variant" or len(other.tokens) > 1:
            return False
        articles = self._compounds.articles
        return articles(word.stem) >= ESTABLISHED * articles(other.tokens[0].stem)

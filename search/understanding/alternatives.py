"""Alternatives for a span of a query: as adjacent words, and as the query that finds any of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias, assert_never

from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.index.analysis.stemmer import fold
from onneshon.search.query.conditions import Filter, FilterField
from onneshon.search.query.tree import (
    All,
    Any,
    Boost,
    Composite,
    Conjunction,
    Fuzzy,
    Hint,
    OneOf,
    Phrase,
    Prefix,
    Query,
    Term,
    Variant,
    VariantKind,
    leaves,
    only_adds,
    parts,
    terms_of,
)
from onneshon.search.understanding.romanised import surface

Kind: TypeAlias = Literal["unit", "variant", "abbreviation", "synonym"]
"""The kind of an alternative: the same date or quantity, another spelling, the same name or meaning."""

_VARIANT_KINDS: Final[dict[Kind, VariantKind]] = {
    "unit": "unit",
    "variant": "spelling",
    "abbreviation": "synonym",
    "synonym": "synonym",
}

VISARGA: Final = "\u0983"
"""The sign with which writers end an abbreviation, where others write a full stop."""

_SHORT: Final = 4

PART: Final = 0.3
"""Weight of a single word of a concept, relative to the concept as a whole."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """A way of writing a concept.

    Attributes:
        text: the text as it is shown; its numbers may be in digits of either script.
        tokens: its analysed words, at least one; several are a phrase of adjacent words.
        weight: the weight of its score relative to the words as typed, above 0 and at most 1.
        kind: the reason why it may stand for the words as typed.
        note: a reference to the source of the alternative, for a person; may be empty.
    """

    text: str
    tokens: tuple[Token, ...]
    weight: float
    kind: Kind
    note: str = ""

    @property
    def stems(self) -> tuple[str, ...]:
        """The stem keys by which it is looked up; equal stems find the same articles."""
        return tuple(token.stem for token in self.tokens)

    @property
    def by_exact(self) -> bool:
        """Whether it must be looked up by its exact key, since its stem key is that of other words.

        True of a single word that the stemmer takes for a verb, or leaves at most four code points of:
        চায়না (China) has the key of চাওয়া (want), জেলে (fisherman) that of জেল (prison). True also of an
        abbreviation that only its ঃ distinguishes from a word: লিঃ is no লি (Lee).
        """
        word, whole = self.tokens[0], fold(self.tokens[0].exact)
        if len(self.tokens) > 1 or self.kind == "unit":
            return False
        if self.kind == "abbreviation" and word.exact.endswith(VISARGA):
            return True
        if word.stem == whole:
            return False
        return not whole.startswith(word.stem) or len(word.stem) <= _SHORT

    @property
    def variant(self) -> Variant:
        """The variant of a query that finds it."""
        query = searched_as(self.tokens, spelt_so=self.by_exact)
        return Variant(query, self.weight, _VARIANT_KINDS[self.kind])


@dataclass(frozen=True, slots=True)
class Span:
    """Adjacent words of a query, and the alternatives for all of them together.

    Attributes:
        start: the position of the first word among the tokens of the query.
        end: the position after the last word.
        alternatives: the alternatives, the best first.
    """

    start: int
    end: int
    alternatives: tuple[Alternative, ...]


def written(text: str, weight: float, kind: Kind) -> Alternative | None:
    """The alternative with a given text; None if the text contains no word."""
    tokens = tuple(analyze(text))
    return Alternative(text, tokens, weight, kind) if tokens else None


def distinct(found: Iterable[Alternative | None]) -> tuple[Alternative, ...]:
    """The alternatives without those that find the same articles as an earlier one."""
    by_stems: dict[tuple[str, ...], Alternative] = {}
    for alternative in found:
        if alternative is not None:
            by_stems.setdefault(alternative.stems, alternative)
    return tuple(by_stems.values())


def any_variant(typed: str, ways: tuple[Variant, ...], alternatives: Sequence[Alternative]) -> Query:
    """One concept in all its variants, none twice; a single variant is returned as its own query."""
    known = {stems_of(way.query) for way in ways}
    others = (other.variant for other in alternatives if other.stems not in known)
    variants = (*ways, *others)
    if len(variants) > 1:
        return OneOf(typed, variants)
    return variants[0].query


def stems_of(query: Term | Phrase) -> tuple[str, ...]:
    """The stem keys of a word, or of the words of a phrase."""
    return tuple(word.stem for word in terms_of(query))


def typed_text(tokens: Sequence[Token]) -> str:
    """Words as they were typed, a space between them."""
    return " ".join(token.text for token in tokens)


def label_of(tokens: Sequence[Token], row: Sequence[Token]) -> str:
    """Words as they were typed; if one is of a reading of several words, all as they were read.

    Args:
        tokens: the words as typed, or where a reading has several words, as it has them.
        row: the same words as they were read.
    """
    as_typed = all(token.end - token.start == len(token.text) for token in tokens)
    return typed_text(tokens) if as_typed else " ".join(surface(word.text) for word in row)


def searched_as(tokens: Sequence[Token], *, spelt_so: bool = False) -> Term | Phrase:
    """The query for a word, or for several as a phrase.

    Args:
        tokens: the words, at least one.
        spelt_so: whether a single word must have exactly this spelling.
    """
    terms = tuple(map(Term.of, tokens))
    return Phrase(terms) if len(terms) > 1 else replace(terms[0], spelt_so=spelt_so)


def phrase_of(parts: Sequence[Token], queries: Sequence[Query]) -> Phrase:
    """A phrase of words, each marked as read by its sound if its query is."""
    return Phrase(
        tuple(
            replace(Term.of(part), sound=is_sound(query)) for part, query in zip(parts, queries, strict=True)
        )
    )


def hints_of(phrase: Phrase) -> Iterator[Query]:
    """Hints for the words of a concept: they raise the score of an article, but do not make it match."""
    return (Hint(Boost(word, PART)) for word in phrase.words if len(word.exact) > 1)


def _first_term(query: Query) -> Term | None:
    """The first, likeliest term of a word's query; None if it has none."""
    match query:
        case Term():
            return query
        case Boost(child):
            return _first_term(child)
        case Any(children):
            return _first_term(children[0])
        case OneOf(_, variants):
            return _first_term(variants[0].query)
        case _ if isinstance(query, Phrase | Prefix | Fuzzy | Hint | Conjunction):
            return None
        case _:
            assert_never(query)


def name_of(query: Query) -> tuple[Token, ...]:
    """The words of a name that was typed as one word (*awamileague*); none for anything else."""
    match query:
        case Phrase(words):
            return tuple(map(token_of, words))
        case OneOf(_, (Variant(Phrase(words)), *_)):
            return tuple(map(token_of, words))
        case _:
            return ()


def token_of(term: Term) -> Token:
    """The word that a leaf finds."""
    return Token.alone(term.exact, term.stem)


def is_sound(query: Query) -> bool:
    """Whether the first term of a query was read by its sound."""
    term = _first_term(query)
    return term is not None and term.sound


def meant_by(token: Token, query: Query) -> Token:
    """The word as which a word of a query is read; the word itself if its query has the same."""
    term = _first_term(query)
    if term is None or term.exact == token.exact:
        return token
    return Token(term.exact, token.start, token.end, term.exact, term.stem)


def variants_of(query: Query, weight: float = 1.0) -> tuple[Variant, ...]:
    """The variants of a word's query, weighted by it."""
    match query:
        case Term() | Phrase():
            return (Variant(query, weight, "sound" if isinstance(query, Term) and query.sound else "typed"),)
        case Boost(child, factor):
            return variants_of(child, weight * factor)
        case Any(children):
            return tuple(way for child in children for way in variants_of(child, weight))
        case OneOf(_, variants):
            return tuple(replace(way, weight=weight * way.weight) for way in variants)
        case _ if isinstance(query, Prefix | Fuzzy | Hint | Conjunction):  # pragma: no cover - no word is one
            raise TypeError(query)
        case _:
            assert_never(query)


def or_having(query: Query, field: FilterField, values: Sequence[str]) -> Any:
    """The query for articles with all words of a query, or with one of some values of a field.

    Args:
        query: adjacent words, which name the values.
        field: the field, such as ``author``.
        values: the values of the field.
    """
    words = side_by_side(query)
    light = tuple(word for word in words if only_adds(word))
    needed = tuple(word for word in words if not only_adds(word))
    named = needed[0] if len(needed) == 1 and not light else All(needed, light)
    return Any((named, *(Filter(field, value, whole=True) for value in values)))


def side_by_side(query: Query) -> tuple[Query, ...]:
    """The queries of the words that make up a query."""
    return query.children if isinstance(query, Any) and query.words else (query,)


def is_words(query: Query) -> bool:
    """Whether a query is only words, which may be a name: no conditions, no title words, none fuzzy."""
    if isinstance(query, Composite):
        return not isinstance(query, All) and all(map(is_words, parts(query)))
    return not (isinstance(query, Conjunction | Fuzzy) or any(leaf.field for leaf in leaves(query)))

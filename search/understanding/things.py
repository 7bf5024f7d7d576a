"""What is searched for, of one thing of a query: made of its words, and its words told from it again."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import assert_never

from onneshon.index.analysis.analyzer import Token
from onneshon.search.query.tree import (
    Any,
    Boost,
    Conjunction,
    Fuzzy,
    Hint,
    OneOf,
    Phrase,
    Prefix,
    Query,
    Term,
    Writing,
)
from onneshon.search.understanding.alternatives import Alternative

__all__ = [
    "hints_of",
    "in_all_writings",
    "is_sound",
    "meant_by",
    "name_of",
    "phrase_of",
    "searched_as",
    "term_of",
    "token_of",
    "typed_text",
    "ways_of",
]

PART = 0.3
"""What a word counts that is part of one thing, beside the thing itself."""


def in_all_writings(typed: str, ways: tuple[Writing, ...], alternatives: Sequence[Alternative]) -> Query:
    """One thing in all its writings, none twice; a single one that is a word as typed stays that word."""
    known = {_stems_of(way.query) for way in ways}
    others = (
        Writing(searched_as(alternative.tokens, spelt_so=alternative.by_exact), alternative.weight, "synonym")
        for alternative in alternatives
        if alternative.stems not in known
    )
    writings = (*ways, *others)
    return OneOf(typed, writings) if len(writings) > 1 else _alone(writings[0].query)


def _stems_of(query: Term | Phrase) -> tuple[str, ...]:
    return tuple(word.stem for word in (query.words if isinstance(query, Phrase) else (query,)))


def _alone(query: Term | Phrase) -> Query:
    return query


def typed_text(tokens: Sequence[Token]) -> str:
    """Words as they were typed, a space between them."""
    return " ".join(token.text for token in tokens)


def term_of(token: Token) -> Term:
    """The leaf that looks for a word."""
    return Term(token.text, token.exact, token.stem)


def searched_as(tokens: Sequence[Token], *, spelt_so: bool = False) -> Term | Phrase:
    """What looks for words, side by side if there are several.

    Args:
        tokens: the words, at least one.
        spelt_so: whether a single one must be spelt so.
    """
    terms = tuple(map(term_of, tokens))
    return Phrase(terms) if len(terms) > 1 else replace(terms[0], spelt_so=spelt_so)


def phrase_of(parts: Sequence[Token], queries: Sequence[Query]) -> Phrase:
    """Words side by side, each read by its sound if its query is."""
    return Phrase(
        tuple(
            replace(term_of(part), sound=is_sound(query)) for part, query in zip(parts, queries, strict=True)
        )
    )


def hints_of(phrase: Phrase) -> Iterator[Query]:
    """The words of one thing: an article that has it is the better for them, and none is found by them."""
    return (Hint(Boost(word, PART)) for word in phrase.words if len(word.exact) > 1)


def _first_term(query: Query) -> Term | None:
    """The likeliest word that a word of a query is."""
    match query:
        case Term():
            return query
        case Boost(child):
            return _first_term(child)
        case Any(children):
            return _first_term(children[0])
        case OneOf(_, writings):
            return _first_term(writings[0].query)
        case _ if isinstance(query, Phrase | Prefix | Fuzzy | Hint | Conjunction):
            return None
        case _:
            assert_never(query)


def name_of(query: Query) -> tuple[Token, ...]:
    """The words of a name that was typed as one word (*awamileague*); none for anything else."""
    match query:
        case Phrase(words):
            return tuple(map(token_of, words))
        case OneOf(_, (Writing(Phrase(words)), *_)):
            return tuple(map(token_of, words))
        case _:
            return ()


def token_of(term: Term) -> Token:
    """The word that a leaf looks for."""
    return Token(term.exact, 0, len(term.exact), term.exact, term.stem)


def is_sound(query: Query) -> bool:
    """Whether what a query looks for first was read by its sound."""
    term = _first_term(query)
    return term is not None and term.sound


def meant_by(token: Token, query: Query) -> Token:
    """The word that a word of a query is read as; itself unless it is a Latin one."""
    term = _first_term(query)
    if term is None or term.exact == token.exact:
        return token
    return Token(term.exact, token.start, token.end, term.exact, term.stem)


def ways_of(query: Query, weight: float = 1.0) -> tuple[Writing, ...]:
    """The writings of what a word is searched as."""
    match query:
        case Term() | Phrase():
            return (Writing(query, weight, "sound" if isinstance(query, Term) and query.sound else "typed"),)
        case Boost(child, factor):
            return ways_of(child, weight * factor)
        case Any(children):
            return tuple(way for child in children for way in ways_of(child, weight))
        case OneOf(_, writings):
            return tuple(replace(way, weight=weight * way.weight) for way in writings)
        case _ if isinstance(query, Prefix | Fuzzy | Hint | Conjunction):  # pragma: no cover - no word is one
            raise TypeError(query)
        case _:
            assert_never(query)

"""The words of a query in the order typed, as its best articles are compared by them."""

from typing import NamedTuple, TypeAlias, assert_never

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

Key: TypeAlias = tuple[str | None, ...]


def _key(term: Term | Phrase) -> Key:
    if isinstance(term, Term):
        return term.stem, term.field
    return (*[word.stem for word in term.words], term.field)


class QueryWord(NamedTuple):
    """One word of a query.

    Attributes:
        terms: what it is searched as, likeliest first, each with the factor of its scores: one term, or
            several where texts write it in several ways; words side by side among them.
        query: what finds it.
        function: whether it is a function word beside words of content.
        holding: how many articles hold it; None where nobody counted.
        is_name: whether it names an author, whose articles need not hold it.
    """

    terms: tuple[tuple[Term | Phrase, float], ...]
    query: Query
    function: bool = False
    holding: int | None = None
    is_name: bool = False

    @property
    def key(self) -> tuple[Key, ...]:
        """What it is found by: words with the same key are the same word."""
        return tuple([_key(term) for term, _ in self.terms])


def query_words(query: Query) -> list[QueryWord]:
    """The words an article may be found by, each once; prefixes and what is excluded are skipped."""
    found: list[QueryWord] = []
    _collect(query, 1.0, found)
    words: dict[tuple[Key, ...], QueryWord] = {}
    for word in found:
        words.setdefault(word.key, word)
    return [*words.values()]


def _collect(query: Query, factor: float, found: list[QueryWord]) -> None:  # noqa: C901 - a table of kinds
    """Adds the words of a query to others."""
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

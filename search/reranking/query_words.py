"""The words of a query in the order typed, as its best articles are compared by them."""

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from search.query.tree import All, Any, Boost, OneOf, Phrase, Query, Term

__all__ = ["QueryWord", "query_words"]


Key: TypeAlias = tuple[str | None, ...]


def _key(term: Term | Phrase) -> Key:
    words = term.words if isinstance(term, Phrase) else (term,)
    return (*[word.stem for word in words], term.field)


class QueryWord(NamedTuple):
    """One word of a query.

    Attributes:
        terms: what it is searched as, likeliest first, each with the factor of its scores: one term, or
            several where texts write it in several ways; words side by side among them.
        query: what finds it.
        function: whether it is a function word beside words of content.
        holding: how many articles hold it; None where nobody counted.
    """

    terms: tuple[tuple[Term | Phrase, float], ...]
    query: Query
    function: bool = False
    holding: int | None = None

    @property
    def key(self) -> tuple[Key, ...]:
        """What it is found by: words with the same key are the same word."""
        return tuple([_key(term) for term, _ in self.terms])


def query_words(query: Query) -> list[QueryWord]:
    """The words an article may be found by, each once; prefixes and what is excluded are passed over."""
    words: dict[tuple[Key, ...], QueryWord] = {}
    for word in _words(query, 1.0):
        words.setdefault(word.key, word)
    return [*words.values()]


def _words(query: Query, factor: float) -> Iterator[QueryWord]:
    match query:
        case Term():
            yield QueryWord(((query, factor),), query, query.function)
        case OneOf(_, writings):
            yield _writings([(way.query, factor * way.weight) for way in writings], query)
        case Boost(child, times):
            yield from _words(child, factor * times)
        case Phrase(words):
            yield from [QueryWord(((word, 1.0),), word, word.function) for word in words]
        case Any(children):
            found = [word for child in children for word in _words(child, factor)]
            yield from [_readings(found, query)] if _is_one_word(found) else found
        case All(children, optional):
            for child in (*children, *optional):
                yield from _words(child, factor)
        case _:
            return


def _is_one_word(words: list[QueryWord]) -> bool:
    """Whether these are what one Latin word may be: they share the word as typed."""
    terms = [term for word in words for term, _ in word.terms]
    sounds = {term.text for term in terms if isinstance(term, Term) and term.sound}
    return len(sounds) == 1 and all(isinstance(term, Term) and term.sound for term in terms)


def _readings(words: list[QueryWord], query: Query) -> QueryWord:
    return _writings([term for word in words for term in word.terms], query)


def _writings(terms: list[tuple[Term | Phrase, float]], query: Query) -> QueryWord:
    first = terms[0][0]
    return QueryWord((*terms,), query, isinstance(first, Term) and first.function)

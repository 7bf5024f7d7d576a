"""The words of a query in the order typed, as its best articles are compared by them."""

from collections.abc import Iterator
from dataclasses import dataclass

from search.query.tree import All, Any, Boost, Phrase, Query, Term

__all__ = ["QueryWord", "query_words"]


@dataclass(frozen=True, slots=True)
class QueryWord:
    """One word of a query.

    Attributes:
        terms: what it is searched as, likeliest first, each with the factor of its scores: one term, or
            several where Latin letters can be read in several ways.
    """

    terms: tuple[tuple[Term, float], ...]

    @property
    def function(self) -> bool:
        """Whether it is a function word beside words of content."""
        return self.terms[0][0].function

    @property
    def key(self) -> tuple[tuple[str, str | None], ...]:
        """What it is found by: words with the same key are the same word."""
        return tuple((term.stem, term.field) for term, _ in self.terms)


def query_words(query: Query) -> list[QueryWord]:
    """The words an article may be found by, each once; prefixes and what is excluded are passed over."""
    words: dict[tuple[tuple[str, str | None], ...], QueryWord] = {}
    for word in _words(query, 1.0):
        words.setdefault(word.key, word)
    return [*words.values()]


def _words(query: Query, factor: float) -> Iterator[QueryWord]:
    match query:
        case Term():
            yield QueryWord(((query, factor),))
        case Boost(child, times):
            yield from _words(child, factor * times)
        case Phrase(words):
            yield from (QueryWord(((word, 1.0),)) for word in words)
        case Any(children):
            found = [word for child in children for word in _words(child, factor)]
            yield from [_readings(found)] if _is_one_word(found) else found
        case All(children, optional):
            for child in (*children, *optional):
                yield from _words(child, factor)
        case _:
            return


def _is_one_word(words: list[QueryWord]) -> bool:
    """Whether these are what one Latin word may be: they share the word as typed."""
    typed = {(term.text, term.sound) for word in words for term, _ in word.terms}
    return len(typed) == 1 and all(sound for _, sound in typed)


def _readings(words: list[QueryWord]) -> QueryWord:
    return QueryWord(tuple(term for word in words for term in word.terms))

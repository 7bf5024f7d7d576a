"""What a query asks for, as a value that is the same for every way to ask for it.

A concept is the stems of what it was taken for: of its own writing, in one word or two, and of the first
reading of a Latin or misspelt word. Synonyms are other words, and what editors say of a word they may not
want to say of those.
"""

from dataclasses import dataclass
from typing import Final, TypeAlias, assert_never

from onneshon.search.query.tree import (
    Any,
    Boost,
    Conjunction,
    Fuzzy,
    Hint,
    Leaf,
    OneOf,
    Phrase,
    Prefix,
    Query,
    Term,
    VariantKind,
    content,
    leaves,
    parts,
)

__all__ = ["Concept", "UnderstoodQuery", "understood_query"]

Concept: TypeAlias = frozenset[str]
"""The ways to write a word, or words that stand for one thing, by their stems."""

_SAME: Final[frozenset[VariantKind]] = frozenset({"typed", "joined", "unit"})
"""Writings of the same word; others mean the same, or may be what was meant."""


@dataclass(frozen=True, slots=True)
class UnderstoodQuery:
    """What a query asks for.

    Attributes:
        concepts: in the order typed; function words beside others are none.
        plain: it is words side by side, with nothing that an article must or must not have.
    """

    concepts: tuple[Concept, ...]
    plain: bool

    def has(self, other: "UnderstoodQuery") -> bool:
        """Whether it asks for all that another one does, and maybe for more."""
        return bool(other.concepts) and all(
            any(ours & theirs for ours in self.concepts) for theirs in other.concepts
        )

    def equals(self, other: "UnderstoodQuery") -> bool:
        """Whether both ask for the same and for nothing else, in whatever order."""
        return self.plain == other.plain and self.has(other) and other.has(self)

    @property
    def label(self) -> str:
        """The stems of its words in one order, the same text for the same words."""
        return " ".join(sorted({min(concept) for concept in self.concepts}))


def understood_query(query: Query) -> UnderstoodQuery:
    """What a query asks for."""
    return UnderstoodQuery(tuple(_concept(concept) for concept in content(query)), not _demands(query))


def _concept(concept: Leaf | Any) -> Concept:
    match concept:
        case OneOf(_, variants):
            own = [variant.query for variant in variants if variant.kind in _SAME]
            return frozenset(_key(query) for query in (variants[0].query, *own))
        case Any():
            return frozenset(_key(leaf) for leaf in [*leaves(concept)][:1])
        case Term() | Phrase() | Prefix():
            return frozenset({_key(concept)})
        case _:
            assert_never(concept)


def _key(leaf: Term | Phrase | Prefix) -> str:
    where = f"{leaf.field}:" if leaf.field else ""
    match leaf:
        case Term(_, _, stem):
            return where + stem
        case Phrase(words):
            return where + "".join(word.stem for word in words)
        case Prefix(_, start):
            return f"{where}{start}*"
        case _:
            assert_never(leaf)


def _demands(query: Query) -> bool:
    """Whether there is something that an article must have, or must not."""
    match query:
        case _ if isinstance(query, Leaf | Fuzzy):
            return False
        case _ if isinstance(query, Conjunction):
            return True
        case Hint(child):
            return _demands(child)
        case Boost() | Any():
            return any(map(_demands, parts(query)))
        case _:
            assert_never(query)

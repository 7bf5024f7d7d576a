"""The query tree, made of frozen values: the parser builds it, the executor runs it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias, TypeGuard, assert_never

from onneshon.index.analysis.analyzer import Token
from onneshon.search.query.conditions import Condition

Field: TypeAlias = Literal["title", "body"]
"""The name of one of an article's two texts."""

Within: TypeAlias = Literal["title"] | None
"""The only text that is searched for a word; None for both."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word.

    Attributes:
        text: the word as typed; where it was read by its sound, the Latin word.
        exact: its key in the exact layer.
        stem: its key in the stem layer.
        field: the only text that is searched for it; None for both.
        function: whether it is a function word in a query with content words, so that it counts for little.
        sound: whether it is the Bengali reading of a word typed in Latin letters.
        spelt_so: whether only its exact key counts, because other words share its stem key.
    """

    text: str
    exact: str
    stem: str
    field: Within = None
    function: bool = False
    sound: bool = False
    spelt_so: bool = False

    @classmethod
    def of(cls, token: Token) -> "Term":
        """The leaf that finds a word."""
        return cls(token.text, token.exact, token.stem)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in this order, in one text, with at most ``slop`` other words among them in total."""

    words: tuple[Term, ...]
    slop: int = 0
    field: Within = None


@dataclass(frozen=True, slots=True)
class Prefix:
    """Words whose exact key begins with ``start``; ``text`` is the prefix as typed."""

    text: str
    start: str
    field: Within = None


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """A word, or one that differs in a few clusters; replaced by the words of the index that match.

    Attributes:
        text: the word as typed, without the tilde.
        exact: its key in the exact layer.
        edits: the clusters that may differ; 0 for a number that depends on its length.
        field: the only text that is searched for it; None for both.
    """

    text: str
    exact: str
    edits: int = 0
    field: Within = None


VariantKind: TypeAlias = Literal["typed", "sound", "joined", "spelling", "unit", "synonym", "fuzzy"]
"""How a variant relates to what was typed: the same, the same sound, joined into one word or split in two,
another spelling, the same date or sum, a synonym, or nearly the same spelling."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One way in which texts write a concept of the query.

    Attributes:
        query: the word, or the adjacent words.
        weight: the weight of an occurrence, at most 1, which is that of what was typed.
        kind: how it relates to what was typed.
    """

    query: Term | Phrase
    weight: float = 1.0
    kind: VariantKind = "typed"


@dataclass(frozen=True, slots=True)
class OneOf:
    """One concept that texts write in several ways, scored as one word: its frequency is the sum over them.

    Attributes:
        text: the concept as typed.
        variants: its variants; the first is shown to the reader.
    """

    text: str
    variants: tuple[Variant, ...]

    def __hash__(self) -> int:
        """Hash only ``text``, which is cheap: nodes are looked up in caches often."""
        return hash(self.text)


@dataclass(frozen=True, slots=True)
class Any:
    """Articles that match at least one child; each child that matches adds its score.

    Attributes:
        children: the queries of the disjunction.
        words: whether they are plain words of a query and not alternatives: an article must contain a share
            of them, also where the group itself is one of several alternatives.
    """

    children: tuple["Query", ...]
    words: bool = False


@dataclass(frozen=True, slots=True)
class All:
    """Articles that match every one of ``children``; those of ``optional`` that match add their score."""

    children: tuple["Query", ...]
    optional: tuple["Query", ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    """Articles that do not match ``child``."""

    child: "Query"


@dataclass(frozen=True, slots=True)
class Boost:
    """The articles of ``child``, with scores ``factor`` times as high."""

    child: "Query"
    factor: float


@dataclass(frozen=True, slots=True)
class Hint:
    """Adds its score to articles that its sibling clauses find, and finds none itself."""

    child: "Query"


@dataclass(frozen=True, slots=True)
class MatchAll:
    """Every article."""


Leaf: TypeAlias = Term | Phrase | Prefix | OneOf
"""A query that has its own list of articles, with the score of each."""

Composite: TypeAlias = Boost | Any | All
"""A query that finds articles through its parts."""

Unscored: TypeAlias = Condition | Not | MatchAll
"""A query that restricts the articles found and adds nothing to their scores."""

Conjunction: TypeAlias = All | Unscored
"""A query whose articles meet all of its parts; an unscored query is its only part."""

Query: TypeAlias = Leaf | Fuzzy | Any | Boost | Hint | Conjunction


def parts(query: Composite) -> tuple[Query, ...]:
    """The child queries, in the order typed; required ones before optional ones."""
    match query:
        case Boost(child):
            return (child,)
        case Any(children):
            return children
        case All(children, optional):
            return (*children, *optional)
        case _:
            assert_never(query)


class Sought(NamedTuple):
    """A word, phrase or prefix to find in a text.

    Attributes:
        label: the word of the query that it comes from, as typed, with the star of a prefix; empty for a
            phrase as typed.
        query: the word, the adjacent words, or the prefix.
        kind: how it relates to what was typed.
        reading: the exact form of an alternative reading of the word; empty for the reading that is shown,
            and for words that were not read.
    """

    label: str
    query: Term | Phrase | Prefix
    kind: VariantKind = "typed"
    reading: str = ""


def sought(query: Query) -> Iterator[Sought]:
    """The words, phrases and prefixes that find articles, in the order typed; none of Not and of hints."""
    match query:
        case Term() | Prefix():
            yield Sought(f"{query.text}*" if isinstance(query, Prefix) else query.text, query)
        case Phrase():
            yield Sought("", query)
        case OneOf(text, variants):
            yield from _written(text, variants)
        case _ if isinstance(query, Composite):
            for child in parts(query):
                yield from sought(child)
        case _ if isinstance(query, Fuzzy | Hint | Unscored):
            return
        case _:
            assert_never(query)


def _written(text: str, variants: tuple[Variant, ...]) -> Iterator[Sought]:
    for position, variant in enumerate(variants):
        other = position > 0 and variant.kind == "sound"
        yield Sought(text, variant.query, variant.kind, _spelt(variant.query) if other else "")


def terms_of(query: Term | Phrase) -> tuple[Term, ...]:
    """The words of a phrase; of a word the word itself."""
    return query.words if isinstance(query, Phrase) else (query,)


def _spelt(query: Term | Phrase) -> str:
    return " ".join(word.exact for word in terms_of(query))


def leaves(query: Query) -> Iterator[Term | Phrase | Prefix]:
    """The queries of ``sought``, without their labels."""
    return (concept.query for concept in sought(query))


def content(query: Query) -> Iterator[Leaf | Any]:
    """The concepts of a query, each with all its variants, without function words and hints.

    All readings of one Latin word are one concept.
    """
    match query:
        case Term(function=True):
            return
        case _ if isinstance(query, Leaf):
            yield query
        case Any() if is_one_word(query):
            yield query
        case _ if isinstance(query, Composite):
            for child in parts(query):
                yield from content(child)
        case _ if isinstance(query, Fuzzy | Hint | Unscored):
            return
        case _:
            assert_never(query)


def lacked(query: Query) -> Iterator[Leaf | Any]:
    """The concepts that an article may lack: those of ``content``, with one difference.

    Words with a condition that may replace them (an author for the name typed) are one concept.
    """
    if is_named(query):
        yield query
    elif isinstance(query, Composite) and not (isinstance(query, Any) and is_one_word(query)):
        for child in parts(query):
            yield from lacked(child)
    else:
        yield from content(query)


def counted(query: Query) -> Iterator[Leaf]:
    """The leaves of a query: concepts and function words, and each reading of a Latin word separately."""
    units = [concept for concept in content(query) if isinstance(concept, OneOf)]
    within = {id(variant.query) for unit in units for variant in unit.variants}
    yield from units
    yield from (leaf for leaf in leaves(query) if id(leaf) not in within)


def only_adds(query: Query) -> bool:
    """Whether a query raises scores where it matches and is not needed: a hint or a function word."""
    return isinstance(query, Hint) or (isinstance(query, Term) and query.function)


def is_named(query: Query) -> TypeGuard[Any]:
    """Whether a query is words and a condition that may replace them, such as an author for a name typed."""
    return isinstance(query, Any) and any(_is_condition(child) for child in query.children)


def _is_condition(query: Query) -> bool:
    return isinstance(query.child if isinstance(query, Boost) else query, Condition)


def is_group(query: Query) -> bool:
    """Whether a query is a group of several plain words, of which one match is not enough."""
    return isinstance(query, Any) and query.words and len([*content(query)]) > 1


def wants_share(query: Any) -> bool:
    """Whether an article must contain a share of these words; also where all are function words."""
    return is_group(query) or (query.words and next(content(query), None) is None)


def is_one_word(query: Any) -> bool:
    """Whether all children are readings of one Latin word: they share the word as typed."""
    words = leaves(query)
    first = next(words, None)
    if not (isinstance(first, Term) and first.sound):
        return False  # as mostly
    return all(isinstance(word, Term) and word.sound and word.text == first.text for word in words)

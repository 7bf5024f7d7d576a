"""What a query asks for, as a tree of frozen values: the parser makes it, the executor answers it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias, TypeGuard, assert_never

from onneshon.search.query.conditions import Condition

Field: TypeAlias = Literal["title", "body"]
"""A text of an article."""

Within: TypeAlias = Literal["title"] | None
"""The only text in which a word is looked for; None for both."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word.

    Attributes:
        text: the word as typed; for a word read by its sound, still the Latin one.
        exact: its key in the exact layer.
        stem: its key in the stem layer.
        field: the only text it is looked for in; None for both.
        function: a function word beside words of content, which therefore counts for little.
        sound: it was typed in Latin letters and is a Bengali word of that sound.
        spelt_so: only its exact key counts, because its stem key is that of other words.
    """

    text: str
    exact: str
    stem: str
    field: Within = None
    function: bool = False
    sound: bool = False
    spelt_so: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in this order, in one text, with at most ``slop`` other words among them in all."""

    words: tuple[Term, ...]
    slop: int = 0
    field: Within = None


@dataclass(frozen=True, slots=True)
class Prefix:
    """Words whose exact key begins so."""

    text: str
    start: str
    field: Within = None


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """A word, or one that differs from it in a few clusters; what articles have of these takes its place.

    Attributes:
        text: as typed, without the tilde.
        exact: its key in the exact layer.
        edits: clusters that may differ; 0 for as many as suit its length.
        field: the only text it is looked for in; None for both.
    """

    text: str
    exact: str
    edits: int = 0
    field: Within = None


VariantKind: TypeAlias = Literal["typed", "sound", "joined", "spelling", "unit", "synonym", "fuzzy"]
"""Why a variant stands for what was typed: it is that, sounds so, is it in one word or two or in another
spelling, the same date or sum, means the same, or is nearly spelt so."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One way in which texts write what was asked for.

    Attributes:
        query: the word, or the words that stand side by side.
        weight: what an occurrence counts, up to 1 for one that is as good as what was typed.
        kind: why it stands for what was typed.
    """

    query: Term | Phrase
    weight: float = 1.0
    kind: VariantKind = "typed"


@dataclass(frozen=True, slots=True)
class OneOf:
    """One concept that texts write in several ways, scored as one word: its frequency is the sum over them.

    Attributes:
        text: as typed.
        variants: the first is the one that is shown to the reader.
    """

    text: str
    variants: tuple[Variant, ...]

    def __hash__(self) -> int:
        """As what was found of it is looked up often, by less than all that makes it equal to another."""
        return hash(self.text)


@dataclass(frozen=True, slots=True)
class Any:
    """Articles that match at least one of these; each that matches adds its score.

    Attributes:
        children: what is looked for.
        words: they are words side by side and no alternatives: an article must hold a share of them all, also
            where they are together one of several alternatives.
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
    """Articles that do not match."""

    child: "Query"


@dataclass(frozen=True, slots=True)
class Boost:
    """The same articles, with scores ``factor`` times as high."""

    child: "Query"
    factor: float


@dataclass(frozen=True, slots=True)
class Hint:
    """Adds its score to articles that are found by what stands beside it, and finds none itself."""

    child: "Query"


@dataclass(frozen=True, slots=True)
class MatchAll:
    """Every article."""


Leaf: TypeAlias = Term | Phrase | Prefix | OneOf
"""What has a list of articles of its own, with the score of each."""

Composite: TypeAlias = Boost | Any | All
"""What is found by its parts."""

Unscored: TypeAlias = Condition | Not | MatchAll
"""What articles must meet, which adds nothing to their scores."""

Conjunction: TypeAlias = All | Unscored
"""What finds the articles that meet all of its parts, or itself."""

Query: TypeAlias = Leaf | Fuzzy | Any | Boost | Hint | Conjunction


def parts(query: Composite) -> tuple[Query, ...]:
    """What a query is put together of, in the order typed."""
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
    """What is looked for in a text.

    Attributes:
        label: the word of the query that it stands for, as typed, with the star after the beginning of words;
            empty for a phrase as typed.
        query: the word, the words side by side, or the beginning of words.
        kind: why it stands for what was typed.
        reading: what the word may be beside the reading that is shown; empty for that one, and for what was
            not read.
    """

    label: str
    query: Term | Phrase | Prefix
    kind: VariantKind = "typed"
    reading: str = ""


def sought(query: Query) -> Iterator[Sought]:
    """What an article may be found by, in the order typed; nothing under Not, and no hints."""
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


def _spelt(query: Term | Phrase) -> str:
    return " ".join(word.exact for word in (query.words if isinstance(query, Phrase) else (query,)))


def leaves(query: Query) -> Iterator[Term | Phrase | Prefix]:
    """The words, phrases and prefixes an article may be found by, in the order typed; none under Not."""
    return (concept.query for concept in sought(query))


def content(query: Query) -> Iterator[Leaf | Any]:
    """The concepts a query asks for, each once in all its variants; function words and hints are none.

    Of several readings of one Latin word all are one concept.
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
    """The concepts that an article may lack: those asked for, as ``content`` has them.

    But words are one concept with a condition that does as well, as an author for the name that was typed.
    """
    if is_named(query):
        yield query
    elif isinstance(query, Composite) and not (isinstance(query, Any) and is_one_word(query)):
        for child in parts(query):
            yield from lacked(child)
    else:
        yield from content(query)


def counted(query: Query) -> Iterator[Leaf]:
    """What a query looks for: each concept, and function words; each reading of a Latin word by itself."""
    units = [concept for concept in content(query) if isinstance(concept, OneOf)]
    within = {id(variant.query) for unit in units for variant in unit.variants}
    yield from units
    yield from (leaf for leaf in leaves(query) if id(leaf) not in within)


def is_named(query: Query) -> TypeGuard[Any]:
    """Whether these are words and conditions that do as well, such as an author for a name that was typed."""
    return isinstance(query, Any) and any(_is_condition(child) for child in query.children)


def _is_condition(query: Query) -> bool:
    return isinstance(query.child if isinstance(query, Boost) else query, Condition)


def is_group(query: Query) -> bool:
    """Whether these are several words side by side: to match one of them is not to match them together."""
    return isinstance(query, Any) and query.words and len([*content(query)]) > 1


def wants_share(query: Any) -> bool:
    """Whether what these find by themselves must hold a share of them, were they all function words."""
    return is_group(query) or (query.words and next(content(query), None) is None)


def is_one_word(query: Any) -> bool:
    """Whether these are what one Latin word may be: they share the word as typed."""
    words = leaves(query)
    first = next(words, None)
    if not (isinstance(first, Term) and first.sound):
        return False  # as mostly
    return all(isinstance(word, Term) and word.sound and word.text == first.text for word in words)

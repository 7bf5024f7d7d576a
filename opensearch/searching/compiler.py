"""From the tree of a query to the query language of OpenSearch, scored as an index of ours scores it.

A word is worth ``boost * idf * (impact / 255 * (k1 + 1) + presence)`` by the similarity of its field; what no
field has an impact of, phrases and several writings as one word, is scored by the scripts of ``scripts``.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any as AnyValue
from typing import Final, NamedTuple, TypeAlias

from onneshon.opensearch.searching.conditions import condition_dsl
from onneshon.opensearch.searching.dsl import (
    LIVE,
    Dsl,
    any_of,
    constant,
    named,
    script_score,
    summed,
    term,
)
from onneshon.opensearch.searching.holders import holder, key_of, numbers_of, phrase_holder
from onneshon.opensearch.searching.scripts import FREQUENCY, IMPACT, OCCURRENCES, UNROUNDED, WHICH
from onneshon.opensearch.searching.statistics import ClusterStatistics
from onneshon.search.query.conditions import Condition, Filter, Period, Selection
from onneshon.search.query.tree import (
    All,
    Any,
    Boost,
    Hint,
    MatchAll,
    Not,
    OneOf,
    Phrase,
    Prefix,
    Query,
    Term,
    Writing,
    content,
    counted,
    is_group,
    is_one_word,
    leaves,
)
from onneshon.search.retrieval.collection import Layer, list_name
from onneshon.search.retrieval.coverage import decides, whole_weights
from onneshon.search.retrieval.executor import NEUTRAL
from onneshon.search.retrieval.term_scorer import LAYERS, Leaf

__all__ = ["COUNTED", "Compiler", "Demand", "Part"]

COUNTED: Final = 512
"""Words of all prefixes of a query that an article's frequency is counted from, those that most articles
hold: a query of OpenSearch has at most 1,024 clauses. Which articles match does not depend on it."""

Part: TypeAlias = tuple[Leaf, float, str]
"""A part of a compiled query by which it is named: a leaf, its factor, and which part of it."""


class _Compiled(NamedTuple):
    """A leaf: what finds its articles, what adds to the scores of some of them, which they are."""

    main: Dsl
    more: tuple[Dsl, ...]
    holder: Dsl
    leaf: Leaf | None = None


@dataclass(slots=True)
class _Lists:
    """The parts of a disjunction, as ``search.retrieval.query_lists`` has them."""

    finding: list[_Compiled] = field(default_factory=list)
    things: list[int | None] = field(default_factory=list)
    adding: list[_Compiled] = field(default_factory=list)

    def settled(self) -> "_Lists":
        """The same; but what stands alone finds articles, whatever it is."""
        return self if self.finding else _Lists(self.adding, [*range(len(self.adding))])

    @property
    def more(self) -> list[Dsl]:
        """What adds to the scores of what is found."""
        found = [part for leaf in self.finding for part in leaf.more]
        return found + [part for leaf in self.adding for part in (leaf.main, *leaf.more)]


class Demand(NamedTuple):
    """What an article must hold of a query to be found.

    Attributes:
        weighed: articles scored by the weight of what they hold, as whole numbers.
        weights: of each thing.
        holders: the articles of each thing.
        most: the weight of everything that any article holds.
        scoring: the query without this demand: where too few articles meet it, the best others are found.
    """

    weighed: Dsl
    weights: tuple[int, ...]
    holders: tuple[Dsl, ...]
    most: int
    scoring: Dsl


Enough = Callable[[Demand], Dsl]
"""Works out which articles hold enough of a query."""


class Compiler:
    """Compiles a query for one generation.

    Args:
        statistics: of its words.
        enough: decides about disjunctions of words.
        names: notes each scored part under a name and has hits say which of them they match; None for not.
    """

    def __init__(
        self, statistics: ClusterStatistics, enough: Enough, names: dict[Part, str] | None = None
    ) -> None:
        self._statistics = statistics
        self._weights = statistics.weights
        self._basis: dict[str, AnyValue] = {
            **statistics.basis.to_dict(),
            "presence": statistics.weights.presence,
        }
        self._scoring = {"k1": statistics.k1, "presence": statistics.weights.presence}
        self._enough = enough
        self._names = names
        self._counted = COUNTED

    def compiled(self, query: Query) -> Dsl:
        """A query by whose scores articles are ranked."""
        self._statistics.expect(counted(query))
        prefixes = {leaf.start for leaf in leaves(query) if isinstance(leaf, Prefix)}
        self._counted = COUNTED // max(len(prefixes), 1)
        return self._evaluated(query, 1.0)

    def _evaluated(self, query: Query, factor: float) -> Dsl:
        """A query by itself: every article that it finds, whatever else is asked for."""
        if isinstance(query, Boost):
            return self._evaluated(query.child, factor * query.factor)
        if isinstance(query, All | MatchAll | Not | Filter | Period | Selection):
            return self._conjunction(query, factor)
        return self._disjunction(query, factor)

    def _disjunction(self, query: Query, factor: float) -> Dsl:
        lists = self._lists(query, factor).settled()
        scoring = summed([any_of([leaf.main for leaf in lists.finding])], lists.more)
        demand = self._demand(query, lists, scoring)
        return scoring if demand is None else _narrowed(scoring, self._enough(demand))

    def _demand(self, query: Query, lists: _Lists, scoring: Dsl) -> Demand | None:
        """What an article must hold of a disjunction of words; None where holding any is enough."""
        if not (isinstance(query, Any) and query.words) or None in lists.things:
            return None
        groups: dict[int, list[_Compiled]] = {}
        for part, thing in zip(lists.finding, lists.things, strict=True):
            groups.setdefault(thing or 0, []).append(part)
        holders = [any_of([part.holder for part in group]) for group in groups.values()]
        sizes = [
            self._statistics.size_of([part.leaf for part in group if part.leaf]) for group in groups.values()
        ]
        rarities = [self._statistics.rarity(one) for one in sizes]
        held = [rarity for rarity, size in zip(rarities, sizes, strict=True) if size]
        if len(holders) < 2 or not decides(held):  # noqa: PLR2004 (whoever holds one of one holds all)
            return None
        weights = whole_weights(rarities)
        weighed = any_of([constant(one, weight) for one, weight in zip(holders, weights, strict=True)])
        most = sum(weight for weight, size in zip(weights, sizes, strict=True) if size)
        return Demand(weighed, (*weights,), (*holders,), most, scoring)

    def _lists(self, query: Query, factor: float) -> _Lists:
        lists = _Lists()
        self._collect(query, factor, lists, None)
        return lists

    def _collect(self, query: Query, factor: float, lists: _Lists, thing: int | None) -> None:
        """Adds the parts of a query to others; ``thing`` where it is one of several readings of a thing."""
        match query:
            case Term(function=True):
                lists.adding.append(self._leaf(query, factor))
            case Term() | Phrase() | Prefix() | OneOf():
                lists.finding.append(self._leaf(query, factor))
                lists.things.append(_next(lists) if thing is None else thing)
            case Any(children):
                if thing is None and is_one_word(query):
                    thing = _next(lists)
                for child in children:
                    if is_group(child):
                        self._collect_whole(child, factor, lists)
                    else:
                        self._collect(child, factor, lists, thing)
            case Boost(child, times):
                self._collect(child, factor * times, lists, thing)
            case Hint(child):
                found = self._lists(child, factor)
                lists.adding += [*found.finding, *found.adding]
            case _:
                self._collect_whole(query, factor, lists)

    def _collect_whole(self, query: Query, factor: float, lists: _Lists) -> None:
        """Adds what a query finds by itself, as one part."""
        found_by = self._evaluated(query, factor)
        lists.finding.append(_Compiled(found_by, (), found_by))
        lists.things.append(None)

    def _conjunction(self, query: Query, factor: float) -> Dsl:
        children, optional = (query.children, query.optional) if isinstance(query, All) else ((query,), ())
        filters = [condition_dsl(child) for child in children if isinstance(child, Condition)]
        excluded = [self.holder(child.child) for child in children if isinstance(child, Not)]
        scoring = [child for child in children if not isinstance(child, Condition | Not | MatchAll)]
        required = [self._required(child, factor) for child in scoring]
        adding = [part for leaf in required for part in leaf.more]
        for part in optional:
            lists = self._lists(part, factor)
            adding += [*(leaf.main for leaf in lists.finding), *lists.more]
        everything = constant(LIVE, NEUTRAL * factor)
        clauses: Dsl = {"must": [leaf.main for leaf in required] or [everything]}
        for name, queries in (("should", adding), ("filter", filters), ("must_not", excluded)):
            if queries:
                clauses[name] = queries
        return {"bool": clauses}

    def _required(self, query: Query, factor: float) -> _Compiled:
        """A part of a conjunction."""
        match query:
            case Term() | Phrase() | Prefix() | OneOf():
                return self._leaf(query, factor)
            case Boost(Term() | Phrase() | Prefix() | OneOf() as child, times):
                return self._leaf(child, factor * times)
            case _:
                found = self._evaluated(query, factor)
                return _Compiled(found, (), found)

    def holder(self, query: Query) -> Dsl:
        """The articles of a query, as a filter."""
        if isinstance(query, Condition):
            return condition_dsl(query)
        if isinstance(query, Term | Phrase | Prefix | OneOf):
            return holder(query)
        return self._evaluated(query, 1.0)

    def things(self, query: Query) -> list[Dsl]:
        """The articles of each thing that a query asks for, as filters."""
        return [self._thing(thing) for thing in content(query)]

    def _thing(self, thing: Query) -> Dsl:
        if isinstance(thing, Any):
            return any_of([leaf.holder for leaf in self._lists(thing, 1.0).finding])
        return self.holder(thing)

    def _leaf(self, leaf: Leaf, factor: float) -> _Compiled:
        main, *more = self._parts(leaf, factor)
        if self._names is not None:
            main = self._noted(main, (leaf, factor, "main"))
            more = [self._noted(part, (leaf, factor, "more")) for part in more]
        return _Compiled(main, tuple(more), holder(leaf), leaf)

    def _parts(self, leaf: Leaf, factor: float) -> tuple[Dsl, ...]:
        """What finds the articles of a leaf, and what adds to the scores of some of them."""
        match leaf:
            case Term(field="body"):
                return (self._in_body(leaf, factor),)
            case Term():
                return self._term(leaf, factor)
            case Prefix():
                return (self._prefix(leaf, factor),)
            case Phrase():
                return (self._phrase(leaf, factor),)
            case OneOf():
                return tuple(self._one_of(leaf, layer, factor) for layer in LAYERS)

    def _noted(self, part: Dsl, key: Part) -> Dsl:
        names = self._names
        assert names is not None  # noqa: S101  # or nothing is noted
        return named(part, names.setdefault(key, f"p{len(names)}"))

    def _term(self, word: Term, factor: float) -> tuple[Dsl, ...]:
        stem, exact = self._boosts(word, factor)
        if word.spelt_so:
            return (term(*key_of(word, "exact"), stem + exact),)
        return term(*key_of(word, "stem"), stem), term(*key_of(word, "exact"), exact)

    def _boosts(self, word: Term, factor: float) -> tuple[float, float]:
        """What the two layers of a word count, before its rarity."""
        if word.function:
            factor *= self._weights.function_word
        return factor * self._weights.stem, factor * self._weights.exact

    def _in_body(self, word: Term, factor: float) -> Dsl:
        """A word in the body alone; the exact layer does not know in which text it is spelt so."""
        stem, exact = self._boosts(word, factor)
        weight = stem * self._statistics.rarity(self._statistics.holding(word))
        found = self._occurring(Phrase((word,), 0, "body"), "impact", weight, within=holder(word))
        return summed([found], [term("exact", word.exact, exact)])

    def _occurring(self, phrase: Phrase, shape: str, weight: float, within: Dsl | None = None) -> Dsl:
        """How often words stand in a row: their normed frequency, or what it is worth."""
        params = {
            **self._basis,
            "words": numbers_of(phrase),
            "slop": phrase.slop,
            "which": WHICH[phrase.field],
            "shape": shape,
            "weight": weight,
        }
        return script_score(constant(within or phrase_holder(phrase), 1.0), OCCURRENCES, params)

    def _prefix(self, prefix: Prefix, factor: float) -> Dsl:
        """All keys that begin so count as one word: an article's frequency is how many of them it holds."""
        name = list_name("exact", prefix.field)
        keys, all_of_them = self._statistics.words.beginning(
            "exact", prefix.start, self._counted, title=prefix.field == "title"
        )
        counted = any_of([constant(term(name, key), 1.0) for key in keys])
        if not all_of_them:
            counted = summed([constant(holder(prefix), NEUTRAL)], [counted])
        weight = factor * self._statistics.rarity(self._statistics.holding(prefix))
        return script_score(counted, UNROUNDED, {**self._scoring, "weight": weight})

    def _phrase(self, phrase: Phrase, factor: float) -> Dsl:
        words = [*{(word.exact, word.stem, word.field): word for word in phrase.words}.values()]
        statistics = self._statistics
        rarity = sum(statistics.rarity(statistics.of_term(word, "stem")) for word in words)
        found = self._occurring(phrase, "unrounded", factor * self._weights.stem * rarity)
        parts = [self._parts(word, factor * self._weights.phrase_words) for word in words]
        return summed([found], [part for several in parts for part in several])

    def _one_of(self, unit: OneOf, layer: Layer, factor: float) -> Dsl:
        """All writings of one thing as one word; side by side, words count as spelt so in the exact layer."""
        weight = factor * (self._weights.stem if layer == "stem" else self._weights.exact)
        rarity = self._statistics.rarity(self._statistics.holding_in(unit, layer))
        frequencies = any_of([self._writing(one, layer) for one in unit.writings])
        return script_score(frequencies, IMPACT, {**self._scoring, "weight": weight * rarity})

    def _writing(self, writing: Writing, layer: Layer) -> Dsl:
        """The normed frequency of a writing, times its weight."""
        query = writing.query
        if isinstance(query, Phrase):
            return self._occurring(query, "frequency", writing.weight)
        if query.field == "body" and layer == "stem":
            phrase = Phrase((query,), 0, "body")
            return self._occurring(phrase, "frequency", writing.weight, within=holder(query))
        rarity = self._statistics.rarity(self._statistics.of_term(query, layer))
        params = {**self._scoring, "idf": rarity, "weight": writing.weight}
        return script_score(term(*key_of(query, layer)), FREQUENCY, params)


def _narrowed(scoring: Dsl, enough: Dsl) -> Dsl:
    """What holds enough, scored: whoever does so holds a thing, and is not asked for it once more."""
    return {"bool": {"filter": [enough], "should": [scoring]}}


def _next(lists: _Lists) -> int:
    """A number for a further thing."""
    return max((thing for thing in lists.things if thing is not None), default=-1) + 1

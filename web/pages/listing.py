"""The state of a page of results, addresses that change one part of it, and the reasons for each hit."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from itertools import chain
from typing import Final, NamedTuple
from unicodedata import normalize

from werkzeug.datastructures import MultiDict

from onneshon.search import Hit, Ignored, ResultPage
from onneshon.search.query.conditions import FILTER_FIELDS, FilterField
from onneshon.search.query.parser import requiring
from onneshon.search.request import ON_PAGES
from onneshon.web.addresses import address, article_address, beginning, below_articles, joined, parameters
from onneshon.web.current import MAX_PAGE, PAGE_SIZE

KEPT: Final = ("q", *ON_PAGES, "more")
"""Parameters that an address of results may have in addition to filters, page and language."""

Values = str | int | tuple[str, ...] | None


@cache
def parameters_of(declared: tuple[str, ...]) -> Mapping[FilterField, str]:
    """Names of filters in an address, by field; ``lang`` there is the language of the page itself.

    Args:
        declared: names of the site's fields.
    """
    return {field: field for field in (*FILTER_FIELDS, *declared)} | {"lang": "article_lang"}


@cache
def filters_of(declared: tuple[str, ...]) -> tuple[str, ...]:
    """Names of the parameters that filter articles, each of which may be repeated."""
    names = parameters_of(declared).values()
    return (*(sign + name for name in names for sign in ("", "-")), "since", "until")


def hit_rank(text: str) -> int | None:
    """The rank of the hit that led to an article, from a parameter; None where it is no valid rank."""
    if not (text.isdecimal() and len(text) <= len(str(MAX_PAGE * PAGE_SIZE))):
        return None
    return int(text) if 1 <= int(text) <= MAX_PAGE * PAGE_SIZE else None


def span(since: str, until: str) -> str:
    """The date range of a filter from two days, both included; empty where neither is given."""
    return f"{since.strip()}..{until.strip()}" if since.strip() or until.strip() else ""


_normalized: Final = partial(normalize, "NFC")


@dataclass(frozen=True)
class Listing:
    """The whole state of a page of results, as contained in its address.

    Attributes:
        values: every value of each filter and each parameter in ``KEPT`` that is set.
        declared: names of the site's fields.
    """

    values: Mapping[str, tuple[str, ...]]
    declared: tuple[str, ...] = ()

    @classmethod
    def asked(
        cls, parameters: MultiDict[str, str], but: Collection[str] = (), declared: tuple[str, ...] = ()
    ) -> "Listing":
        """The listing of a request's parameters, without blank and unknown ones and those in ``but``."""
        kept = [name for name in (*KEPT, *filters_of(declared)) if name not in but]
        given = {name: tuple(value for value in parameters.getlist(name) if value.strip()) for name in kept}
        for switch in ("literal", "more"):
            if given.get(switch) != ("1",):
                given.pop(switch, None)
        return cls({name: values for name, values in given.items() if values}, declared)

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """The filters in force, as name and value."""
        return [(name, value) for name in filters_of(self.declared) for value in self.values.get(name, ())]

    def has(self, name: str, value: str) -> bool:
        """Whether a parameter has a value, in any encoding: য় is one code point or two."""
        return _normalized(value) in self._normal.get(name, ())

    @cached_property
    def _normal(self) -> dict[str, frozenset[str]]:
        return {name: frozenset(map(_normalized, values)) for name, values in self.values.items()}

    def has_any(self, *names: str) -> bool:
        """Whether any of some parameters is set."""
        return any(name in self.values for name in names)

    @property
    def _between(self) -> str:
        """The date range of the parameters ``since`` and ``until``; empty where neither is given."""
        return span(*(self.values.get(name, ("",))[0] for name in ("since", "until")))

    def _with(self, changes: Mapping[str, Values]) -> dict[str, Values]:
        values: dict[str, Values] = {**self.values, **changes}
        return {name: value for name, value in values.items() if value not in {None, ()}}

    @cached_property
    def _parameters(self) -> dict[str, list[str]]:
        """Each parameter, encoded: a page has a hundred addresses that differ in one parameter."""
        return {name: parameters(name, values) for name, values in self.values.items()}

    @cached_property
    def _beginning(self) -> Callable[[str], tuple[str, Sequence[str]]]:
        """A function that returns the beginning of the addresses of a route, computed once per route."""
        return cache(beginning)

    def _address(self, changes: Mapping[str, Values], page: int = 1, endpoint: str = "pages.results") -> str:
        if "_external" in changes:
            return address(endpoint, **self._with(changes))
        path, last = self._beginning(endpoint)
        every: dict[str, Sequence[str]] = {**self._parameters}
        for name, value in changes.items():
            every[name] = parameters(name, value)
        every["page"] = parameters("page", page) if page > 1 else ()
        return joined(path, [*chain.from_iterable(every.values()), *last])

    def of(self, query: str) -> "Listing":
        """The same listing with another query."""
        return self if self.has("q", query) else Listing({**self.values, "q": (query,)}, self.declared)

    def to(self, page: int = 1, **changes: Values) -> str:
        """The address of a page of these results; a change to None removes a parameter."""
        return self._address(changes, page)

    def parameter(self, field: FilterField) -> str:
        """The name of a filter in an address."""
        return parameters_of(self.declared)[field]

    def adding(self, name: str, value: str) -> str:
        """The address with one more filter."""
        return self._address({name: (*self.values.get(name, ()), value)})

    def removing(self, name: str, value: str) -> str:
        """The address without one filter."""
        gone = _normalized(value)
        return self._address(
            {name: tuple(kept for kept in self.values.get(name, ()) if _normalized(kept) != gone)}
        )

    def replacing(self, field: FilterField, value: str, nearest: str) -> str | None:
        """The address with another value of a filter; None where the value was typed in the query."""
        name = parameters_of(self.declared)[field]
        if field == "date" and value == self._between:
            return self._address(
                {"date": (*self.values.get("date", ()), nearest), "since": None, "until": None}
            )
        if not self.has(name, value):
            return None
        return self._address({name: tuple(nearest if kept == value else kept for kept in self.values[name])})

    def all_articles(self, **changes: Values) -> str:
        """The address without any filter; changes as for ``to``."""
        return self._address({**dict.fromkeys(filters_of(self.declared)), **changes})

    def hidden(self, *without: str | tuple[str, str]) -> list[tuple[str, str]]:
        """The hidden fields of a form, without some parameters, or without single values of them."""
        given = (
            (name, value) for name, values in self.values.items() if name not in without for value in values
        )
        shown = {(pair[0], _normalized(pair[1])) for pair in without if not isinstance(pair, str)}
        return [(name, value) for name, value in given if (name, _normalized(value)) not in shown]

    def article(self, article_id: str, rank: int | None = None) -> str:
        """The address of an article, with the parameters that lead back to its place in these results."""
        below = below_articles(article_id)
        if not below:
            return article_address(article_id, **self._with({"hit": rank, "id": None}))
        path, last = self._beginning("pages.article")
        every = {**self._parameters, "id": (), "hit": parameters("hit", rank)}
        return joined(path + below, [part for each in (*every.values(), last) for part in each])

    def back(self, rank: int | None) -> str:
        """The address of these results at the place of a hit; at the top where its rank is unknown."""
        if rank is None:
            return self.to()
        return f"{self.to((rank - 1) // PAGE_SIZE + 1)}#hit-{rank}"

    def feed(self, **changes: Values) -> str:
        """The address of these results for feed readers."""
        return self._address({"more": None, **changes}, endpoint="pages.feed")

    def alerts(self) -> str:
        """The address of the page to request e-mail about new results."""
        return self._address({"more": None}, endpoint="alerts.ask")

    def lasting(self, generation: str) -> str:
        """The address with the index generation of these results in it."""
        return self._address({"more": None, "generation": generation})

    def export(self, form: str) -> str:
        """The address of all of these results as a file in a format."""
        return self._address({"more": None, "group": None, "format": form}, endpoint="exports.export")

    def program(self, facets: Sequence[str], offset: int) -> str:
        """The address of the same hits in the HTTP API, with the facets to count."""
        values = self._with(
            {"more": None, "since": None, "until": None, "article_lang": None, "-article_lang": None}
        )
        for sign in ("", "-"):
            values[f"{sign}lang"] = self.values.get(f"{sign}article_lang")
        values["date"] = (*self.values.get("date", ()), *([self._between] if self._between else []))
        named = {name: value for name, value in values.items() if value}
        return address("api.find", **named, facets=",".join(facets), offset=offset or None)


KINDS: Final = ("synonym", "sound", "meaning")
"""Ways of matching that are explained in words, from the nearest to the furthest; marks show the others."""

MOST_REPORTED: Final = 3
"""Maximum ignored parts of a query that a page reports."""

_MEANT: Final = frozenset({"value", "operator", "quote", "parenthesis", "star", "tilde", "words", "unread"})
"""Kinds of ignored parts that people type on purpose; hyphens and colons may be mere punctuation."""

MOST_WORDS: Final = 6
"""Maximum words named for each way of matching; a headline pasted as a query has many."""


class Division(NamedTuple):
    """The place on a page from which every hit lacks a word.

    Attributes:
        position: the position of the first such hit on the page, from 0.
        words: the words that all hits from there on lack; for each the word as read and a query that requires
            it, or None where there is no such query, or it would find nothing.
    """

    position: int
    words: dict[str, tuple[str, str] | None]


def division(found: ResultPage) -> Division | None:
    """The division of a page at the first hit that lacks words; None where there is nothing to report."""
    position = found.lacking_from
    if position is None:
        return None
    below = [_missing(hit) for hit in found.hits[position:]]
    words = [word for word in below[0] if all(word in missing for missing in below)][:MOST_WORDS]
    counts = dict(found.counts)
    lacked = {word: _required(found, word) if counts.get(word) else None for word in words}
    return Division(position, lacked) if position or words else None


def _required(found: ResultPage, typed: str) -> tuple[str, str] | None:
    """A word as it was read, and the query that requires it."""
    word = next((reading.word for reading in found.readings if reading.typed == typed), typed)
    query = requiring(found.query, typed, word)
    return (word, query) if query else None


def _missing(hit: Hit) -> list[str]:
    return [word for word in hit.missing if word not in hit.layers]


def meant(found: ResultPage) -> set[str]:
    """Words of a query, as typed, that were read by meaning, and not by sound."""
    by_meaning = (reading.typed for reading in found.readings if reading.kind == "meaning")
    return {word for typed in by_meaning for word in (typed, *typed.split())}


def reasons(
    hit: Hit, read: bool = False, named: Collection[str] = (), by_meaning: Collection[str] = ()
) -> list[tuple[str, list[str]]]:
    """The query's words by their way of matching in a hit, missing ones last.

    Args:
        hit: the hit.
        read: whether the page says how the query was read; then words found in that reading are not repeated
            at each hit, but words found in another reading are.
        named: missing words that the page names once for many hits.
        by_meaning: words that were read by meaning; see ``meant``.

    Returns:
        Ways and their words; empty where every word occurs in some form as typed or read: marks show these.
    """
    words: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for word, kind in hit.layers.items():
        if kind in words:
            words[kind].append(word)
    if read:
        words["sound"] = []
        for word, others in hit.read_as.items():
            words["meaning" if word in by_meaning else "sound"].append(f"{word} → {', '.join(others)}")
    words["missing"] = [word for word in _missing(hit) if word not in named]
    return [
        (kind, few if len(few) <= MOST_WORDS else [*few[:MOST_WORDS], "…"])
        for kind, few in words.items()
        if few
    ]


def reported(ignored: Iterable[Ignored]) -> list[Ignored]:
    """The ignored parts of a query that are reported to a reader; programs get all of them.

    Args:
        ignored: all ignored parts, in the order typed.
    """
    return [ignored_part for ignored_part in ignored if ignored_part.kind in _MEANT][:MOST_REPORTED]

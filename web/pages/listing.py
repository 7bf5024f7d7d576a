"""What a page of results was asked for, addresses that change one thing of it, and why each hit is there."""

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
"""Parameters that an address of results may have beside filters, page and language."""

Values = str | int | tuple[str, ...] | None


@cache
def parameters_of(declared: tuple[str, ...]) -> Mapping[FilterField, str]:
    """Names of filters in an address, by field; ``lang`` there is the language of the page itself.

    Args:
        declared: names of the fields of the site.
    """
    return {field: field for field in (*FILTER_FIELDS, *declared)} | {"lang": "article_lang"}


@cache
def filters_of(declared: tuple[str, ...]) -> tuple[str, ...]:
    """Parameters that leave articles out, each of which may come several times."""
    names = parameters_of(declared).values()
    return (*(sign + name for name in names for sign in ("", "-")), "since", "until")


def hit_rank(text: str) -> int | None:
    """The rank of the hit that an article was reached from; None where there is none such."""
    if not (text.isdecimal() and len(text) <= len(str(MAX_PAGE * PAGE_SIZE))):
        return None
    return int(text) if 1 <= int(text) <= MAX_PAGE * PAGE_SIZE else None


def span(since: str, until: str) -> str:
    """The date that a filter takes for the days between two, both included; empty where neither is given."""
    return f"{since.strip()}..{until.strip()}" if since.strip() or until.strip() else ""


_normalized: Final = partial(normalize, "NFC")


@dataclass(frozen=True)
class Listing:
    """The whole state of a page of results, as it stands in its address.

    Attributes:
        values: every value of each filter and each parameter in ``KEPT`` that is set.
        declared: names of the fields of the site.
    """

    values: Mapping[str, tuple[str, ...]]
    declared: tuple[str, ...] = ()

    @classmethod
    def asked(
        cls, parameters: MultiDict[str, str], but: Collection[str] = (), declared: tuple[str, ...] = ()
    ) -> "Listing":
        """What the parameters of a request ask for, without blank and unknown ones and those in ``but``."""
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
        """Whether a parameter has that value, in whichever encoding: য় is one sign or two."""
        return _normalized(value) in self._normal.get(name, ())

    @cached_property
    def _normal(self) -> dict[str, frozenset[str]]:
        return {name: frozenset(map(_normalized, values)) for name, values in self.values.items()}

    def has_any(self, *names: str) -> bool:
        """Whether any of those parameters is set."""
        return any(name in self.values for name in names)

    @property
    def _between(self) -> str:
        """The date that first and last day are; empty where neither is given."""
        return span(*(self.values.get(name, ("",))[0] for name in ("since", "until")))

    def _with(self, changes: Mapping[str, Values]) -> dict[str, Values]:
        values: dict[str, Values] = {**self.values, **changes}
        return {name: value for name, value in values.items() if value not in {None, ()}}

    @cached_property
    def _parameters(self) -> dict[str, list[str]]:
        """Each parameter as it stands in an address: a page has a hundred that differ in one."""
        return {name: parameters(name, values) for name, values in self.values.items()}

    @cached_property
    def _beginning(self) -> Callable[[str], tuple[str, Sequence[str]]]:
        """The beginning of the address of each route, made once for all that begin so."""
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
        """The same of another query."""
        return self if self.has("q", query) else Listing({**self.values, "q": (query,)}, self.declared)

    def to(self, page: int = 1, **changes: Values) -> str:
        """The address of a page of these results; a change to None takes a parameter away."""
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
        """The address without any filter; changes as of ``to``."""
        return self._address({**dict.fromkeys(filters_of(self.declared)), **changes})

    def hidden(self, *without: str | tuple[str, str]) -> list[tuple[str, str]]:
        """What a form has to send along, but for some parameters, or single values of them."""
        given = (
            (name, value) for name, values in self.values.items() if name not in without for value in values
        )
        shown = {(pair[0], _normalized(pair[1])) for pair in without if not isinstance(pair, str)}
        return [(name, value) for name, value in given if (name, _normalized(value)) not in shown]

    def article(self, article_id: str, rank: int | None = None) -> str:
        """The address of an article that knows the way back to its place in these results."""
        below = below_articles(article_id)
        if not below:
            return article_address(article_id, **self._with({"hit": rank, "id": None}))
        path, last = self._beginning("pages.article")
        every = {**self._parameters, "id": (), "hit": parameters("hit", rank)}
        return joined(path + below, [part for each in (*every.values(), last) for part in each])

    def back(self, rank: int | None) -> str:
        """The address of these results at the place of a hit; from the top where its rank is unknown."""
        if rank is None:
            return self.to()
        return f"{self.to((rank - 1) // PAGE_SIZE + 1)}#hit-{rank}"

    def feed(self, **changes: Values) -> str:
        """The address of these results for feed readers."""
        return self._address({"more": None, **changes}, endpoint="pages.feed")

    def alerts(self) -> str:
        """The address of the page on which new ones are asked for by e-mail."""
        return self._address({"more": None}, endpoint="alerts.ask")

    def lasting(self, generation: str) -> str:
        """The address that says of which generation of the index these results are."""
        return self._address({"more": None, "generation": generation})

    def export(self, form: str) -> str:
        """The address of all of these results as a file of that form."""
        return self._address({"more": None, "group": None, "format": form}, endpoint="exports.export")

    def program(self, facets: Sequence[str], offset: int) -> str:
        """The address of the same hits for programs, with what is to be counted."""
        values = self._with(
            {"more": None, "since": None, "until": None, "article_lang": None, "-article_lang": None}
        )
        for sign in ("", "-"):
            values[f"{sign}lang"] = self.values.get(f"{sign}article_lang")
        values["date"] = (*self.values.get("date", ()), *([self._between] if self._between else []))
        named = {name: value for name, value in values.items() if value}
        return address("api.find", **named, facets=",".join(facets), offset=offset or None)


KINDS: Final = ("synonym", "sound", "meaning")
"""Ways of matching that need a word, from the nearest to the furthest; marks show the word itself."""

MOST_REPORTED: Final = 3
"""Things passed over that a page tells of."""

_MEANT: Final = frozenset({"value", "operator", "quote", "parenthesis", "star", "tilde", "words", "unread"})
"""Kinds of what is passed over that people type to say something; hyphens and colons are punctuation too."""

MOST_WORDS: Final = 6
"""Words named of each way; a headline pasted as a query has many."""


class Division(NamedTuple):
    """From which hit on each lacks a word.

    Attributes:
        position: of that hit on the page, counted from 0.
        words: which all hits of the page lack from there on; for each what must be there for the query beside
            it to find an article; None where there is no such query, or it would find nothing.
    """

    position: int
    words: dict[str, tuple[str, str] | None]


def division(found: ResultPage) -> Division | None:
    """Where a page says that the hits below lack words; None where that need not, or cannot, be said."""
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
    """Words of a query, as typed, that were read by what they mean, and not by how they sound."""
    by_meaning = (reading.typed for reading in found.readings if reading.kind == "meaning")
    return {word for typed in by_meaning for word in (typed, *typed.split())}


def reasons(
    hit: Hit, read: bool = False, named: Collection[str] = (), by_meaning: Collection[str] = ()
) -> list[tuple[str, list[str]]]:
    """Words by their way of matching, those that are missing last.

    Args:
        hit: found.
        read: whether the page says how the query was read; words found by that need no word at every hit,
            those found in another reading do.
        named: missing words that the page names once for many hits.
        by_meaning: words that were read so; ``meant``.

    Returns:
        nothing where every word is there, in whatever form, as typed or as read: the marks say so already.
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
    return [(kind, _short(few)) for kind, few in words.items() if few]


def _short(words: list[str]) -> list[str]:
    return words if len(words) <= MOST_WORDS else [*words[:MOST_WORDS], "…"]


def reported(ignored: Iterable[Ignored]) -> list[Ignored]:
    """What of a query a reader is told was passed over; programs get all of it.

    Args:
        ignored: all that was, in the order typed.
    """
    return [ignored_part for ignored_part in ignored if ignored_part.kind in _MEANT][:MOST_REPORTED]

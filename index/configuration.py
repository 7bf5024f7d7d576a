"""What a site says about its index: values, which fields may be called how, and what makes no sense."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from math import isfinite
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, get_args

from onneshon.index.errors import ConfigurationError

FILE_NAME: Final = "onneshon.toml"
"""Looked for in the directory of the index."""

PINS_FILE: Final = "pins.json"
"""Beside it: what editors have put first or taken out for a query; ``search`` has what it says."""

AUTHORS_FILE: Final = "authors.txt"
"""Beside it: which names are of one author; likewise."""

LOOK_FILE: Final = "look.json"
"""Beside it: colours that were made live; ``web`` has what it says."""

MAX_FIELDS: Final = 20
"""Each takes a column in memory."""

MAX_RANGES: Final = 20
"""Borders of the ranges in which numbers are counted."""

FieldType: TypeAlias = Literal["keyword", "number"]
"""How the values of a field are compared: as a whole, or as numbers."""

ARTICLE_FIELDS: Final = ("id", "title", "body", "date", "category", "url", "author", "lang", "image")
"""What every article has, and a source may call otherwise."""

FACETS: Final = ("category", "author", "lang", "year", "month", "day")
"""What can be counted of every article."""

WEIGHTS: Final = (
    *("stem", "exact", "function_word", "phrase_words", "presence"),
    *("features.near", "features.row", "features.lead", "features.title"),
    *("features.all_words", "features.stem_prefix", "features.whole_title"),
)
"""The constants of the ranking. ``search`` has what they mean; their names stand here, where whatever changes
an index can tell that nothing could search it with what the site says."""

RESERVED: Final = frozenset(
    {*ARTICLE_FIELDS, "exact", "stem", "title_exact", "title_stem", "keywords"}
    | {"q", "text", "query", "limit", "offset", "page", "hit", "cursor", "literal", "strict", "explain"}
    | {"sort", "freshness", "group", "facets", "facet_limit", "more", "format", "filters", "article_lang"}
    | {"since", "until", "year", "month", "day", "ids", "prefix", "fuzzy", "word", "phrase", "unknown"}
    | {"article_id", "endpoint", "cls", "deleted", "wait", "fields", "generation", "exact_totals"}
    | {"unfinished"}
)
"""Names that articles, requests and answers have already, or functions that take fields by their names."""

DateOrder = Literal["DMY", "MDY"]
"""Whether 5/6/2024 is the fifth of June or the sixth of May."""
DATE_ORDERS: Final[tuple[DateOrder, ...]] = get_args(DateOrder)
"""The first is that of Bangladesh and India."""

FIELD_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_CLOSE: Final = 0.5
"""Least likeness, as of ``difflib``, of a key that is worth naming."""


@dataclass(frozen=True, slots=True)
class KeywordField:
    """A field that is compared as a whole: ``[fields.NAME]``.

    Attributes:
        name: in articles, requests and queries.
        several: an article may have several values.
        facet: it is counted on the page.
        labels: what people call it, by language (BCP 47); by ``und`` where no language is said.
        type: how its values are compared.
        ranges: of a number, the borders between which it is counted, ascending; empty for round ones.
    """

    name: str
    several: bool = False
    facet: bool = True
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    type: FieldType = "keyword"
    ranges: tuple[float, ...] = ()

    @property
    def is_number(self) -> bool:
        """Whether its values are compared as numbers."""
        return self.type == "number"

    def label(self, language: str) -> str:
        """What people call it in a language; in any other, or by its name, where that is not said."""
        return self.labels.get(language) or next(iter(self.labels.values()), self.name)


@dataclass(frozen=True, slots=True)
class FacetSettings:
    """What the page counts: ``[facets]``.

    Attributes:
        shown: names of facets, in order; None for those of ours and the declared fields.
        limit: values of each that are shown at first.
        more: and after a wish for more.
    """

    shown: tuple[str, ...] | None = None
    limit: int = 8
    more: int = 200


@dataclass(frozen=True, slots=True)
class Configuration:
    """What the file says; without one, nothing.

    Attributes:
        path: of the file, or where it would be; None of what a program made.
        fields: further keyword fields of articles.
        facets: what the page counts.
        weights: constants of the ranking by their names, see ``WEIGHTS``; ``features.near`` for ``near`` of
            ``[weights.features]``.
        synonyms: the site's file of synonyms, beside this one.
        learned_synonyms: whether queries are read with what the index learned of its articles.
        mapping: for fields of articles the names that the source may give to them, the first one first.
        date_order: of day and month where both are figures, in articles and in queries.
        site: everything of ``[site]``, which ``web`` knows.
    """

    path: Path | None = None
    fields: tuple[KeywordField, ...] = ()
    facets: FacetSettings = field(default_factory=FacetSettings)
    weights: Mapping[str, float] = field(default_factory=dict, hash=False)
    synonyms: str = "synonyms.txt"
    learned_synonyms: bool = True
    mapping: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    date_order: DateOrder = DATE_ORDERS[0]
    site: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def numbers(self) -> tuple[str, ...]:
        """Names of the fields whose values are numbers."""
        return tuple(field.name for field in self.fields if field.is_number)

    def field(self, name: str) -> KeywordField | None:
        """The declared field of that name."""
        return next((field for field in self.fields if field.name == name), None)


def is_field_name(name: str) -> bool:
    """Whether a field may be called so."""
    return bool(FIELD_NAME.fullmatch(name)) and name not in RESERVED and not name.startswith("not_")


def check_weights(path: Path | None, weights: Mapping[str, float]) -> None:
    """Look whether constants of the ranking make sense.

    Raises:
        ConfigurationError: one is unknown, or below 0.
    """
    for name, value in weights.items():
        if name not in WEIGHTS:
            raise unknown_key(path, "weights", name, WEIGHTS)
        if not (isfinite(value) and value >= 0):
            raise ConfigurationError(path, f"weights.{name}", "must be a number, 0 or more")


def check_shown(configuration: Configuration, present: Iterable[str]) -> None:
    """Look whether all facets that the page is to count are there.

    Args:
        configuration: of the site.
        present: names of fields that articles have values of, whether declared or not.

    Raises:
        ConfigurationError: one is not.
    """
    known = (*FACETS, *(field.name for field in configuration.fields), *present)
    for name in configuration.facets.shown or ():
        if name not in known:
            raise unknown_key(configuration.path, "facets.shown", name, known)


def site_fields(configuration: Configuration, present: Iterable[str]) -> tuple[KeywordField, ...]:
    """The fields that the site declares, and those that articles have without.

    Args:
        configuration: of the site.
        present: names of fields that articles have values of.

    Raises:
        ConfigurationError: a facet is to be shown that there is not.
    """
    declared = configuration.fields
    further = sorted(set(present) - {field.name for field in declared})
    check_shown(configuration, further)
    return (*declared, *(KeywordField(name) for name in further))


def unknown_key(path: Path | None, section: str, key: str, known: Iterable[str]) -> ConfigurationError:
    """The error about a key that is none of those known.

    Args:
        path: the file.
        section: of the table that has the key, such as ``fields.tags``; empty for the file itself.
        key: as written.
        known: what could be there.
    """
    names = sorted(set(known))
    nearest = get_close_matches(key, names, 1, _CLOSE)
    remedy = f"did you mean {nearest[0]!r}?" if nearest else f"there are {', '.join(names)}"
    return ConfigurationError(path, dotted(section, key), f"nobody knows this key; {remedy}")


def dotted(section: str, key: str) -> str:
    """The whole name of a key of a table; ``section`` is empty for the file itself."""
    return f"{section}.{key}" if section else key

"""The configuration of a site's index: its values, the names that fields may have, and validation."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from math import isfinite
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, get_args

from onneshon.index.errors import ConfigurationError

FILE_NAME: Final = "onneshon.toml"
"""The name of the configuration file, in the directory of the index."""

PINS_FILE: Final = "pins.json"
"""The file next to it with the articles that editors pinned or excluded for queries; read by ``search``."""

AUTHORS_FILE: Final = "authors.txt"
"""The file next to it with the names that are of one author; read by ``search``."""

LOOK_FILE: Final = "look.json"
"""The file next to it with the live colours of the page; read by ``web``."""

MAX_FIELDS: Final = 20
"""The most declared fields: each takes a column in memory."""

MAX_RANGES: Final = 20
"""The most borders of the ranges in which a field's numbers are counted."""

FieldType: TypeAlias = Literal["keyword", "number"]
"""How the values of a field are compared: as a whole, or as numbers."""

ARTICLE_FIELDS: Final = ("id", "title", "body", "date", "category", "url", "author", "lang", "image")
"""The fields of every article, for which a source may have other names."""

FACETS: Final = ("category", "author", "lang", "year", "month", "day")
"""The facets that every index has."""

WEIGHTS: Final = (
    *("stem", "exact", "function_word", "phrase_words", "presence"),
    *("features.near", "features.row", "features.lead", "features.title"),
    *("features.all_words", "features.stem_prefix", "features.whole_title"),
)
"""The names of the constants of the ranking, which ``search`` defines. They are here so that commands that
change an index can refuse a configuration with which nothing could search it."""

RESERVED: Final = frozenset(
    {*ARTICLE_FIELDS, "exact", "stem", "title_exact", "title_stem", "keywords"}
    | {"q", "text", "query", "limit", "offset", "page", "hit", "cursor", "literal", "strict", "explain"}
    | {"sort", "freshness", "group", "facets", "facet_limit", "more", "format", "filters", "article_lang"}
    | {"since", "until", "year", "month", "day", "ids", "prefix", "fuzzy", "word", "phrase", "unknown"}
    | {"article_id", "endpoint", "cls", "deleted", "wait", "fields", "generation", "exact_totals"}
    | {"unfinished"}
)
"""Names used already by articles, requests and answers, or by functions with fields as keywords."""

DateOrder = Literal["DMY", "MDY"]
"""Whether 5/6/2024 is the fifth of June or the sixth of May."""
DATE_ORDERS: Final[tuple[DateOrder, ...]] = get_args(DateOrder)
"""The first is that of Bangladesh and India."""

FIELD_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_CLOSE: Final = 0.5
"""The least similarity, by ``difflib``, of a key that an error suggests."""


@dataclass(frozen=True, slots=True)
class KeywordField:
    """A declared field, compared as a whole or as a number: ``[fields.NAME]``.

    Attributes:
        name: the field's name in articles, requests and queries.
        several: whether an article may have several values.
        facet: whether it is counted on the page.
        labels: the field's labels, by language (BCP 47); by ``und`` where no language is given.
        type: how its values are compared.
        ranges: for numbers, the borders of the ranges that are counted, ascending; empty for round ones.
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
        """The label in a language; else that in any other language, else the name."""
        return self.labels.get(language) or next(iter(self.labels.values()), self.name)


@dataclass(frozen=True, slots=True)
class FacetSettings:
    """The facets of the page: ``[facets]``.

    Attributes:
        shown: names of facets, in order; None for the standard ones and the declared fields.
        limit: the number of values of each that are shown at first.
        more: the number of values shown when the user asks for more.
    """

    shown: tuple[str, ...] | None = None
    limit: int = 8
    more: int = 200


@dataclass(frozen=True, slots=True)
class Configuration:
    """The content of the file; without a file, the defaults.

    Attributes:
        path: the path of the file, even if it does not exist; None for a configuration made by a program.
        fields: further fields of articles.
        facets: the facets of the page.
        weights: constants of the ranking by their names, see ``WEIGHTS``; ``features.near`` for ``near`` of
            ``[weights.features]``.
        synonyms: the name of the site's file of synonyms, next to this one.
        learned_synonyms: whether queries are read with the synonyms learned from the index's articles.
        mapping: for fields of articles, the names that the source may give them, by priority.
        date_order: the order of day and month where both are figures, in articles and in queries.
        site: everything in ``[site]``, which ``web`` reads.
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
        """The declared field with a name; None if there is none."""
        return next((field for field in self.fields if field.name == name), None)


def is_field_name(name: str) -> bool:
    """Whether a field may have a name."""
    return bool(FIELD_NAME.fullmatch(name)) and name not in RESERVED and not name.startswith("not_")


def check_weights(path: Path | None, weights: Mapping[str, float]) -> None:
    """Check constants of the ranking.

    Raises:
        ConfigurationError: one is unknown, or below 0.
    """
    for name, value in weights.items():
        if name not in WEIGHTS:
            raise unknown_key(path, "weights", name, WEIGHTS)
        if not (isfinite(value) and value >= 0):
            raise ConfigurationError(path, f"weights.{name}", "must be a number, 0 or more")


def check_shown(configuration: Configuration, present: Iterable[str]) -> None:
    """Check that all facets that the page is to show exist.

    Args:
        configuration: the site's configuration.
        present: names of fields that articles have values of, whether declared or not.

    Raises:
        ConfigurationError: a facet does not exist.
    """
    known = (*FACETS, *(field.name for field in configuration.fields), *present)
    for name in configuration.facets.shown or ():
        if name not in known:
            raise unknown_key(configuration.path, "facets.shown", name, known)


def site_fields(configuration: Configuration, present: Iterable[str]) -> tuple[KeywordField, ...]:
    """The fields that the site declares, and the undeclared ones that articles have.

    Args:
        configuration: the site's configuration.
        present: names of fields that articles have values of.

    Raises:
        ConfigurationError: a facet to show does not exist.
    """
    declared = configuration.fields
    further = sorted(set(present) - {field.name for field in declared})
    check_shown(configuration, further)
    return (*declared, *(KeywordField(name) for name in further))


def unknown_key(path: Path | None, section: str, key: str, known: Iterable[str]) -> ConfigurationError:
    """The error about a key that is none of those known.

    Args:
        path: the file.
        section: the name of the table with the key, such as ``fields.tags``; empty for the file itself.
        key: the key as written.
        known: the known keys.
    """
    names = sorted(set(known))
    nearest = get_close_matches(key, names, 1, _CLOSE)
    remedy = f"did you mean {nearest[0]!r}?" if nearest else f"there are {', '.join(names)}"
    return ConfigurationError(path, dotted(section, key), f"nobody knows this key; {remedy}")


def dotted(section: str, key: str) -> str:
    """The whole name of a key of a table; ``section`` is empty for the file itself."""
    return f"{section}.{key}" if section else key

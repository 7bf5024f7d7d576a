"""What a site says about its index: the file ``onneshon.toml`` beside it.

    synonyms = "synonyms.txt"           # of the site, beside this file
    learned_synonyms = true             # and those that the index learned of its articles
    date_order = "DMY"                  # 5/6/2024 is the fifth of June; "MDY": the sixth of May

    [fields.tags]                       # a keyword field of its own: filter, facet and operator `tags:`
    several = true                      # an article may have several values
    facet = true                        # counted on the page
    label = { bn = "ট্যাগ", en = "Tags" }

    [fields.views]                      # a number: operator `views:>100`, order `views:desc`
    type = "number"
    ranges = [0, 100, 1000]             # counted so; round ones unless told

    [facets]
    shown = ["category", "tags", "year"]
    limit = 8

    [weights]                           # constants of the ranking, see `search.Weights`
    exact = 0.4

    [mapping]                           # names that the source gives to fields of articles
    title = "headline"
    body = ["content", "text"]          # the first that an article has

    [site]                              # read by the page
    name = { bn = "আমাদের খবর", en = "Our news" }

A file that is not there says nothing. A key that nobody knows is an error which names the nearest one that is
known.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from math import isfinite
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias, TypeVar, get_args

import msgspec

from onneshon.index.errors import ConfigurationError
from onneshon.index.json_form import checked

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
    *("features.all_words", "features.stem_prefix"),
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

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_CLOSE: Final = 0.5
"""Least likeness, as of ``difflib``, of a key that is worth naming."""

_Table = TypeVar("_Table", bound=msgspec.Struct)


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


class _FieldTable(msgspec.Struct, forbid_unknown_fields=True):
    several: bool = False
    facet: bool = True
    label: str | dict[str, str] = ""
    type: FieldType = "keyword"
    ranges: list[float] = msgspec.field(default_factory=list)


class _FacetTable(msgspec.Struct, forbid_unknown_fields=True):
    shown: list[str] | None = None
    limit: int = 8
    more: int = 200


class _File(msgspec.Struct, forbid_unknown_fields=True):
    fields: dict[str, Any] = msgspec.field(default_factory=dict)
    facets: dict[str, Any] = msgspec.field(default_factory=dict)
    weights: dict[str, float | dict[str, float]] = msgspec.field(default_factory=dict)
    synonyms: str = "synonyms.txt"
    learned_synonyms: bool = True
    mapping: dict[str, str | list[str]] = msgspec.field(default_factory=dict)
    date_order: DateOrder = DATE_ORDERS[0]
    site: dict[str, Any] = msgspec.field(default_factory=dict)


def read_configuration(directory: Path) -> Configuration:
    """What ``onneshon.toml`` in the directory of an index says.

    Raises:
        ConfigurationError: it cannot be read, is no TOML, or says something that makes no sense; file and key
            are named.
    """
    path = directory / FILE_NAME
    table = _read(path)
    file = converted(path, "", table, _File)
    fields = tuple(_field(path, name, about) for name, about in file.fields.items())
    if len(fields) > MAX_FIELDS:
        raise ConfigurationError(path, "fields", f"{len(fields)} fields; there may be {MAX_FIELDS}")
    weights = dict(_dotted_values(file.weights))
    check_weights(path, weights)
    return Configuration(
        path=path,
        fields=fields,
        facets=_facets(path, file.facets),
        weights=MappingProxyType(weights),
        synonyms=_sibling(path, file.synonyms),
        learned_synonyms=file.learned_synonyms,
        mapping=_mapping(path, file.mapping, [field.name for field in fields]),
        date_order=file.date_order,
        site=MappingProxyType(file.site),
    )


def is_field_name(name: str) -> bool:
    """Whether a field may be called so."""
    return bool(_NAME.fullmatch(name)) and name not in RESERVED and not name.startswith("not_")


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
    return ConfigurationError(path, _dotted(section, key), f"nobody knows this key; {remedy}")


def _dotted(section: str, key: str) -> str:
    return f"{section}.{key}" if section else key


def _dotted_values(table: Mapping[str, float | dict[str, float]]) -> Iterator[tuple[str, float]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from ((_dotted(key, inner), number) for inner, number in value.items())
        else:
            yield key, value


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigurationError(path, "", f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(path, "", f"not UTF-8 at byte {error.start}: save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(path, "", f"not TOML: {error}") from error


def converted(path: Path | None, section: str, table: object, kind: type[_Table]) -> _Table:
    """A table as its type.

    Args:
        path: of the file; None of what comes from a program.
        section: of the table in it, with dots; empty for all of it.
        table: as TOML has it.
        kind: what it must be.

    Raises:
        ConfigurationError: it is not; the error names the key.
    """
    known = {field.name: field for field in msgspec.structs.fields(kind)}
    if not isinstance(table, dict):
        raise ConfigurationError(path, section, "must be a table")
    for key, value in table.items():
        if key not in known:
            raise unknown_key(path, section, key, known)
        try:
            checked(value, known[key].type)
        except msgspec.ValidationError as error:
            what = str(error).replace("`", "").split(" - at $")[0]
            raise ConfigurationError(path, _dotted(section, key), what[:1].lower() + what[1:]) from None
    return checked(table, kind)


def _field(path: Path, name: str, table: object) -> KeywordField:
    section = f"fields.{name}"
    if not _NAME.fullmatch(name):
        raise ConfigurationError(
            path,
            section,
            "a name is of the letters a-z, digits and _, begins with a letter, and has up to 40",
        )
    if not is_field_name(name):
        raise ConfigurationError(path, section, "the name is taken; choose another")
    about = converted(path, section, table, _FieldTable)
    labels = about.label if isinstance(about.label, dict) else {"und": about.label}
    for language in labels:
        if not _LANGUAGE.fullmatch(language):
            reason = "must be the code of a language, such as 'bn' or 'hi'"
            raise ConfigurationError(path, f"{section}.label.{language}", reason)
    said = {language: text.strip() for language, text in labels.items() if text.strip()}
    return KeywordField(
        name, about.several, about.facet, MappingProxyType(said), about.type, _ranges(path, section, about)
    )


def _ranges(path: Path, section: str, about: _FieldTable) -> tuple[float, ...]:
    """The borders of the ranges in which a number is counted."""
    borders = tuple(map(float, about.ranges))
    if about.type != "number" and borders:
        raise ConfigurationError(path, f"{section}.ranges", 'are those of a number; say type = "number" too')
    if about.type == "number" and about.several:
        raise ConfigurationError(path, f"{section}.several", "must be false: an article has one number")
    if len(borders) > MAX_RANGES or not all(map(isfinite, borders)) or sorted(set(borders)) != [*borders]:
        raise ConfigurationError(path, f"{section}.ranges", f"must be up to {MAX_RANGES} numbers, ascending")
    return borders


def _facets(path: Path, table: object) -> FacetSettings:
    about = converted(path, "facets", table, _FacetTable)
    if min(about.limit, about.more) < 1:
        raise ConfigurationError(path, "facets.limit", "must be 1 or more, and so must facets.more")
    shown = None if about.shown is None else tuple(about.shown)
    return FacetSettings(shown, about.limit, max(about.limit, about.more))


def _sibling(path: Path, name: str) -> str:
    if not name or Path(name).name != name:
        raise ConfigurationError(path, "synonyms", "must be the name of a file beside this one")
    return name


def _mapping(
    path: Path, table: Mapping[str, str | list[str]], declared: Iterable[str]
) -> Mapping[str, tuple[str, ...]]:
    known = (*ARTICLE_FIELDS, *declared)
    found: dict[str, tuple[str, ...]] = {}
    for name, given in table.items():
        if name not in known:
            raise unknown_key(path, "mapping", name, known)
        names = (given,) if isinstance(given, str) else tuple(given)
        if not names or not all(names):
            raise ConfigurationError(path, f"mapping.{name}", "must name a field of the source, or several")
        found[name] = names
    return MappingProxyType(found)

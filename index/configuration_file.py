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

Without the file, defaults apply. An unknown key is an error, which names the nearest known one.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from math import isfinite
from pathlib import Path
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Final, Literal, TypeVar, get_args, get_origin

import msgspec

from onneshon.index.configuration import (
    ARTICLE_FIELDS,
    DATE_ORDERS,
    FIELD_NAME,
    FILE_NAME,
    MAX_FIELDS,
    MAX_RANGES,
    Configuration,
    DateOrder,
    FacetSettings,
    FieldType,
    KeywordField,
    check_weights,
    dotted,
    is_field_name,
    unknown_key,
)
from onneshon.index.errors import ConfigurationError
from onneshon.index.json_checks import checked

_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")

_FORMS: Final[Mapping[Any, str]] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text in quotes",
    list[str]: "a list of texts in quotes",
    list[float]: "a list of numbers",
}
"""What values of types look like in TOML."""

_Table = TypeVar("_Table", bound=msgspec.Struct)


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
    """Read ``onneshon.toml`` in the directory of an index.

    Raises:
        ConfigurationError: the file cannot be read, is no TOML, or has an invalid value; file and key are
            named.
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


def _dotted_values(table: Mapping[str, float | dict[str, float]]) -> Iterator[tuple[str, float]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from ((dotted(key, inner), number) for inner, number in value.items())
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
    """Convert a table to its type.

    Args:
        path: the path of the file; None for values from a program.
        section: the dotted name of the table; empty for the whole file.
        table: the table as TOML has it.
        kind: the type it must have.

    Raises:
        ConfigurationError: the table does not fit the type; the error names the key.
    """
    known = {field.name: field for field in msgspec.structs.fields(kind)}
    if not isinstance(table, dict):
        raise ConfigurationError(path, section, "must be a table")
    for key, value in table.items():
        if key not in known:
            raise unknown_key(path, section, key, known)
        if not _fits(value, known[key].type):
            name, needed = _misfit(dotted(section, key), value, known[key].type)
            raise ConfigurationError(path, name, f"must be {needed}")
    return checked(table, kind)


def _fits(value: object, kind: Any) -> bool:
    try:
        checked(value, kind)
    except msgspec.ValidationError:
        return False
    return True


def _misfit(name: str, value: object, kind: Any) -> tuple[str, str]:
    """The innermost key whose value does not fit, and what its value must be."""
    kinds = get_args(kind) if isinstance(kind, UnionType) else (kind,)
    table = next((member for member in kinds if get_origin(member) is dict), None)
    if table and isinstance(value, dict):
        inner = get_args(table)[1]
        key = next(key for key, item in value.items() if not _fits(item, inner))
        return _misfit(dotted(name, key), value[key], inner)
    if get_origin(kind) is Literal:
        return name, " or ".join(map(repr, get_args(kind)))
    return name, " or ".join(_FORMS.get(member, "a table") for member in kinds if member is not NoneType)


def _field(path: Path, name: str, table: object) -> KeywordField:
    section = f"fields.{name}"
    if not FIELD_NAME.fullmatch(name):
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
    for key in ("limit", "more"):
        if getattr(about, key) < 1:
            raise ConfigurationError(path, f"facets.{key}", "must be 1 or more")
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

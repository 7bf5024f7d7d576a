"""Records before they are articles: names of their fields, withdrawals, digests to detect unchanged ones."""

import datetime as dt
import hashlib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, Final

from onneshon.index.analysis.canonical import join_nukta
from onneshon.index.article import Article
from onneshon.index.configuration import (
    ARTICLE_FIELDS,
    DATE_ORDERS,
    Configuration,
    DateOrder,
    KeywordField,
    unknown_key,
)
from onneshon.index.errors import CorpusError
from onneshon.index.ingest.readers.record import RawRecord, ReadingOptions, field_of, recognised
from onneshon.index.ingest.records import article_from_fields, epoch_day, id_of

_KEYWORDS: Final = "keywords"
_OWN: Final = frozenset(ARTICLE_FIELDS)
_FIGURES_OF_A_DATE: Final = 4
"""Least digits of a text that may be a date, as a field ``published`` may also say yes or no."""


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """The mapping from the names of fields in a source to fields of articles.

    Attributes:
        names: for each field of articles the names that a source may have for it, in order of precedence; a
            name such as ``meta.author`` is a path to a field in an object.
        declared: further fields; they may be in ``keywords`` too, as in answers of the API.
        date_order: the order of day and month where both are figures.
        recognises: whether fields that are not mapped are recognised by common names; not for records given
            by a program, which is expected to use our names.
    """

    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    declared: Sequence[KeywordField] = ()
    date_order: DateOrder = DATE_ORDERS[0]
    recognises: bool = False

    @classmethod
    def of(cls, options: ReadingOptions, configuration: Configuration | None) -> "FieldMapping":
        """The mapping of the options, else of ``onneshon.toml``, else by the common names of fields.

        Raises:
            ConfigurationError: the options map a field that articles do not have.
        """
        site = configuration or Configuration()
        known = (*ARTICLE_FIELDS, *(field.name for field in site.fields))
        for name in options.mapping:
            if name not in known:
                raise unknown_key(None, "mapping", name, known)
        names = in_any_encoding({**site.mapping, **options.mapping})
        return cls(names, site.fields, site.date_order, recognises=True)

    @property
    def fields(self) -> dict[str, str]:
        """The fields of articles by the mapped names of the source."""
        return {given: name for name, several in self.names.items() for given in several}

    def apply(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """The fields of a record under our names; of several fields for the same name, the first present."""
        if not self.names and (not self.recognises or fields.keys() <= _OWN) and _KEYWORDS not in fields:
            return fields
        said = self._said(fields)
        return {**said, **{name: fields[given] for name, given in self._recognised(fields, said).items()}}

    def id_of(self, fields: Mapping[str, Any]) -> str:
        """The id in a record; empty if it has none."""
        return id_of(self.apply(fields).get("id")) or ""

    def recognised(self, fields: Mapping[str, Any]) -> dict[str, str]:
        """For each field of articles that a record has only under a common name, that name."""
        return self._recognised(fields, self._said(fields))

    def _said(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of articles that a record has under mapped names or our own names."""
        found: dict[str, Any] = {}
        for name, names in self._given():
            for given in names:
                value = _value(fields, given)
                if value is not None and value != "":
                    found[name] = value
                    break
        return found

    def _recognised(self, fields: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, str]:
        """Further fields, recognised by common names; single values only, as others differ by source."""
        if not self.recognises or fields.keys() <= _OWN:
            return {}
        taken = self._taken()
        names = (
            name
            for name, value in fields.items()
            if name not in taken and (field := field_of(name)) and _fits(field[0], value)
        )
        return {field: name for field, name in recognised(names).items() if field not in said}

    def _taken(self) -> set[str]:
        """The names of the source that are mapped, and those of declared fields."""
        given = {name for names in self.names.values() for name in names}
        return given | {keyword.name for keyword in self.declared}

    def article(
        self,
        fields: Mapping[str, Any],
        where: str,
        derived_id: str,
        *,
        remedy: str,
        date_format: str | None = None,
    ) -> Article:
        """The article of a record.

        Args:
            fields: the fields of the record under the names of its source.
            where: the place of the record, for the message.
            derived_id: the id of the article if the record has none.
            remedy: advice for a record none of whose fields has a known name, for the message.
            date_format: how dates are written, as for ``strptime``; None for what ``index.literals`` reads.

        Raises:
            CorpusError: it is no article.
        """
        try:
            return article_from_fields(
                self.apply(fields),
                where,
                derived_id,
                self.declared,
                date_format=date_format,
                date_order=self.date_order,
            )
        except CorpusError as problem:
            if self.recognises:
                remedy = _within(fields) + remedy
            raise _with_names(problem, fields, remedy) from None

    def unused(self, fields: Mapping[str, Any]) -> list[str]:
        """The names of those fields of a record that are no fields of an article, nor contain any.

        ``deleted`` is never unused, as it is read in all records. ``keywords`` is an object that
        only articles have, so that unused names in it are reported one by one.
        """
        known = {"deleted", *(given for _, names in self._given() for given in names)}
        known |= {*self.recognised(fields).values()}
        within = {_KEYWORDS, *(given.partition(".")[0] for given in known if "." in given)}
        found = []
        for name, value in fields.items():
            if name not in known and not (name in within and isinstance(value, Mapping)):
                found.append(name)
            elif name == _KEYWORDS and isinstance(value, Mapping):
                found += [path for each in value if (path := f"{_KEYWORDS}.{each}") not in known]
        return found

    def _given(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The fields of articles, each with the names that it may have in a source, our own last."""
        for name in ARTICLE_FIELDS:
            yield name, (*self.names.get(name, ()), name)
        for keyword in self.declared:
            yield (
                keyword.name,
                (*self.names.get(keyword.name, ()), keyword.name, f"{_KEYWORDS}.{keyword.name}"),
            )


def in_any_encoding(mapping: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """A mapping with each name of a source as given, and then in other encodings of the same characters."""
    return {
        name: tuple(dict.fromkeys(encoded for given in several for encoded in _encodings(given)))
        for name, several in mapping.items()
    }


def _encodings(name: str) -> Iterator[str]:
    """A name as given, then in other encodings: the user cannot see which of them the source has."""
    yield name
    if not name.isascii():
        composed = unicodedata.normalize("NFC", name)
        yield composed
        yield join_nukta(composed)
        yield unicodedata.normalize("NFD", name)


def _fits(field: str, value: object) -> bool:
    """Whether the value of a field that is not mapped may be that of a field of articles."""
    if isinstance(value, str | bytes) and field in {"title", "body"}:
        return bool(value)
    if isinstance(value, str):
        return bool(value) and (field != "date" or sum(map(str.isdecimal, value)) >= _FIGURES_OF_A_DATE)
    if field == "date":
        return isinstance(value, dt.date) or epoch_day(value) is not None
    return field == "id" and bool(id_of(value))


def _with_names(problem: CorpusError, fields: Mapping[str, Any], remedy: str) -> CorpusError:
    """A fault of a record, with the names of its fields if it has neither a title nor a body."""
    if problem.kind != "empty" or not fields or {"title", "body"} & fields.keys():
        return problem
    names = ", ".join(list(map(str, fields))[:8])
    return CorpusError(problem.where, problem.kind, f"{problem.reason}; its fields are {names}: {remedy}")


def _within(fields: Mapping[str, Any]) -> str:
    """The advice for a record with a field that is a list of objects, perhaps articles, as in API answers."""
    for name, value in fields.items():
        if isinstance(value, list) and value and all(isinstance(each, Mapping) for each in value):
            return f"if articles are in {name}, make a file of them with `jq .{name} FILE`; else "
    return ""


def _value(fields: Mapping[str, Any], name: str) -> Any:
    if name in fields or "." not in name:
        return fields.get(name)
    first, _, rest = name.partition(".")
    inner = fields.get(first)
    return _value(inner, rest) if isinstance(inner, Mapping) else None


NO_RECORD: Final = 0
"""The digest of an article whose record cannot be recognised the next time."""

_RULES: Final = 9
"""A version, incremented whenever the same record makes another article than before, or its digest was stored
for another article: with the same digest the record would be skipped."""


class RecordDigests:
    """Digests of records: 64 bits of SHA-256 over all that decides which article a record becomes.

    That is its bytes, how it is read, and by which version of this program. With a million articles in an
    index, one new record in 10^13 is taken for a record of theirs.

    Args:
        mapping: the mapping from fields of records to fields of articles.
        options: how records are read.
    """

    def __init__(self, mapping: FieldMapping, options: ReadingOptions) -> None:
        names = sorted(mapping.names.items())
        declared = [(keyword.name, keyword.several, keyword.type) for keyword in mapping.declared]
        dates = (options.date_format, mapping.date_order)
        decides = (version("onneshon"), _RULES, names, declared, dates, options.convert)
        self._begun = hashlib.sha256(repr(decides).encode())

    def of(self, record: RawRecord) -> int:
        """The digest of a record, which is never ``NO_RECORD``."""
        digest = self._begun.copy()
        digest.update(f"{len(record.context)} {record.context}".encode("utf-8", "surrogateescape"))
        digest.update(record.content)
        return int.from_bytes(digest.digest()[:8]) or 1


# A boolean is equal to 1 or 0 in Python, and some databases return booleans as numbers.
_YES: Final = (1, "1", "true")
_NO: Final = (0, "0", "false", "", None)


def is_withdrawn(fields: Mapping[str, Any], where: str) -> bool:
    """Whether a record says that its article is withdrawn.

    Args:
        fields: the fields of the record under the names of its source; ``deleted`` is true, 1, or the same as
            a text in formats that have only texts; spreadsheets write TRUE.
        where: the place of the record, for the message.

    Raises:
        CorpusError: ``deleted`` is neither yes nor no.
    """
    value = fields.get("deleted")
    word = value.strip().lower() if isinstance(value, str) else value
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise CorpusError(where, "type", f"deleted is {repr(value)[:40]}, which is neither true nor false")


def withdrawn_id(fields: Mapping[str, Any], mapping: FieldMapping, where: str) -> str:
    """The id of the article that is withdrawn by a record for which ``is_withdrawn`` is true.

    Args:
        fields: the fields of the record under the names of its source.
        mapping: the mapping that gives the id.
        where: the place of the record, for the message.

    Raises:
        CorpusError: the record has no id.
    """
    if found := mapping.id_of(fields):
        return found
    raise CorpusError(where, "id", "an article is to be deleted, and has no id that says which: give it")

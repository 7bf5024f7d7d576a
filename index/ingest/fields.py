"""Records before they are articles: names of fields, withdrawals, and digests of what did not change."""

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
"""At least; ``published`` may also say yes or no."""


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """Names of fields in a source.

    Attributes:
        names: for fields of articles the names that the source may give to them, the first one first; a name
            such as ``meta.author`` is that of a field in another one.
        declared: further fields; they may stand in ``keywords``, as an answer of the API has them.
        date_order: of day and month where both are figures.
        recognises: whether fields that nobody named are told by what they are commonly called; a program
            says what it means.
    """

    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    declared: Sequence[KeywordField] = ()
    date_order: DateOrder = DATE_ORDERS[0]
    recognises: bool = False

    @classmethod
    def of(cls, options: ReadingOptions, configuration: Configuration | None) -> "FieldMapping":
        """What was asked for, else what ``onneshon.toml`` says, else what people call the fields.

        Raises:
            ConfigurationError: what was asked for is of a field that articles do not have.
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
        """By the names that somebody said the meaning of, the fields of articles."""
        return {given: name for name, several in self.names.items() for given in several}

    def apply(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """The fields of a record under our names; of several that one may be, the first that is there."""
        if not self.names and (not self.recognises or fields.keys() <= _OWN) and _KEYWORDS not in fields:
            return fields
        said = self._said(fields)
        return {**said, **{name: fields[given] for name, given in self._told(fields, said).items()}}

    def id_of(self, fields: Mapping[str, Any]) -> str:
        """The id that a record has of its own; empty where it has none."""
        return id_of(self.apply(fields).get("id")) or ""

    def recognised(self, fields: Mapping[str, Any]) -> dict[str, str]:
        """For fields of articles that a record has under no name that was given, what it calls them."""
        return self._told(fields, self._said(fields))

    def _said(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of a record that have names that were given, or our own."""
        found: dict[str, Any] = {}
        for name, names in self._given():
            for given in names:
                value = _value(fields, given)
                if value is not None and value != "":
                    found[name] = value
                    break
        return found

    def _told(self, fields: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, str]:
        """What else is told by its name; only single values are, as sources alone know what others hold."""
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
        """Names that somebody said the meaning of."""
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
            fields: under the names of their source.
            where: its place, for the message.
            derived_id: its id if it has none of its own.
            remedy: what to do where no field has a name that we know, for the message.
            date_format: how dates are written, as for ``strptime``; None for what ``index.literals`` reads.

        Raises:
            CorpusError: it is none.
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
        """Names of fields of a record that are none of an article, nor have any such field within.

        What ``deleted`` says is read wherever records are. What ``keywords`` has is there for articles alone,
        so that its names are looked at one by one.
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
        """The fields of articles, each with the names that a source may give to it."""
        for name in ARTICLE_FIELDS:
            yield name, (*self.names.get(name, ()), name)
        for keyword in self.declared:
            yield (
                keyword.name,
                (*self.names.get(keyword.name, ()), keyword.name, f"{_KEYWORDS}.{keyword.name}"),
            )


def in_any_encoding(mapping: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """By fields of articles the names that sources have: each as given, then as others encode it."""
    return {
        name: tuple(dict.fromkeys(encoded for given in several for encoded in _encodings(given)))
        for name, several in mapping.items()
    }


def _encodings(name: str) -> Iterator[str]:
    """A name as it was given, then as others encode it: whoever types it does not see how its source does."""
    yield name
    if not name.isascii():
        composed = unicodedata.normalize("NFC", name)
        yield composed
        yield join_nukta(composed)
        yield unicodedata.normalize("NFD", name)


def _fits(field: str, value: object) -> bool:
    """Whether a value may be that of a field of articles, whose name nobody said."""
    if isinstance(value, str | bytes) and field in {"title", "body"}:
        return bool(value)
    if isinstance(value, str):
        return bool(value) and (field != "date" or sum(map(str.isdecimal, value)) >= _FIGURES_OF_A_DATE)
    if field == "date":
        return isinstance(value, dt.date) or epoch_day(value) is not None
    return field == "id" and bool(id_of(value))


def _with_names(problem: CorpusError, fields: Mapping[str, Any], remedy: str) -> CorpusError:
    """A fault of a record; where no field of it had a name that we know, with the names that there are."""
    if problem.kind != "empty" or not fields or {"title", "body"} & fields.keys():
        return problem
    names = ", ".join(list(map(str, fields))[:8])
    return CorpusError(problem.where, problem.kind, f"{problem.reason}; its fields are {names}: {remedy}")


def _within(fields: Mapping[str, Any]) -> str:
    """What to do where a field of a record may be what holds the articles, as in answers of programs."""
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
"""The digest of what cannot be known again."""

_RULES: Final = 8
"""One more whenever the same record becomes something else than before, or was noted for another article: it
would be passed over."""


class RecordDigests:
    """Digests of records: 64 bits of SHA-256 over all that decides which article a record becomes.

    That is its bytes, how it is read, and by which version of this program. Of a million articles in an index
    one record in 10^13 that is new is taken for one of theirs.

    Args:
        mapping: which field of a record is which of an article.
        options: how it is read.
    """

    def __init__(self, mapping: FieldMapping, options: ReadingOptions) -> None:
        names = sorted(mapping.names.items())
        declared = [(keyword.name, keyword.several, keyword.type) for keyword in mapping.declared]
        dates = (options.date_format, mapping.date_order)
        decides = (version("onneshon"), _RULES, names, declared, dates, options.convert)
        self._begun = hashlib.sha256(repr(decides).encode())

    def of(self, record: RawRecord) -> int:
        """The digest of a record; never ``NO_RECORD``."""
        digest = self._begun.copy()
        digest.update(f"{len(record.context)} {record.context}".encode("utf-8", "surrogateescape"))
        digest.update(record.content)
        return int.from_bytes(digest.digest()[:8]) or 1


# A boolean is a number to Python, and one of a database may be a number to whoever asks it.
_YES: Final = (1, "1", "true")
_NO: Final = (0, "0", "false", "", None)


def is_withdrawn(fields: Mapping[str, Any], where: str) -> bool:
    """Whether a record says that its article is withdrawn.

    Args:
        fields: of the record, under the names of its source; ``deleted`` is true, 1, or such a word where
            the format has texts alone; spreadsheets write TRUE.
        where: its place, for the message.

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
    """The id of the article that is withdrawn by a record that says so.

    Args:
        fields: of the record, under the names of its source.
        mapping: which of them is the id.
        where: its place, for the message.

    Raises:
        CorpusError: it has no id.
    """
    if found := mapping.id_of(fields):
        return found
    raise CorpusError(where, "id", "an article is to be deleted, but which has no id")

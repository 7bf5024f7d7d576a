"""Which field of a record is which field of an article, where a source gives them names of its own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from onneshon.index.article import Article
from onneshon.index.configuration import ARTICLE_FIELDS, DATE_ORDERS, Configuration, DateOrder, KeywordField
from onneshon.index.errors import CorpusError
from onneshon.index.ingest.readers.record import ReadingOptions
from onneshon.index.ingest.records import article_from_fields

__all__ = ["FieldMapping"]


_KEYWORDS: Final = "keywords"


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """Names of fields in a source.

    Attributes:
        names: for fields of articles the names that the source may give to them, the first one first; a name
            such as ``meta.author`` is that of a field in another one.
        declared: further fields; they may stand in ``keywords``, as an answer of the API has them.
        date_order: of day and month where both are figures.
    """

    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    declared: Sequence[KeywordField] = ()
    date_order: DateOrder = DATE_ORDERS[0]

    @classmethod
    def of(cls, options: ReadingOptions, configuration: Configuration | None) -> "FieldMapping":
        """What was asked for, and for what was not, what ``onneshon.toml`` says."""
        site = configuration or Configuration()
        return cls({**site.mapping, **options.mapping}, site.fields, site.date_order)

    def apply(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """The fields of a record under our names; of several that one may be, the first that is there."""
        if not self.names and not (self.declared and _KEYWORDS in fields):
            return fields
        found: dict[str, Any] = {}
        for name, names in self._given():
            for given in names:
                value = _value(fields, given)
                if value is not None and value != "":
                    found[name] = value
                    break
        return found

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
            date_format: how dates are written, as for ``strptime``; None for what ``index.dates`` reads.

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
            raise _with_names(problem, fields, remedy) from None

    def unused(self, fields: Mapping[str, Any]) -> list[str]:
        """Names of fields of a record that are none of an article, nor have any such field within.

        What ``deleted`` says is read wherever records are. What ``keywords`` has is there for articles alone,
        so that its names are looked at one by one.
        """
        known = {"deleted", *(given for _, names in self._given() for given in names)}
        within = {given.partition(".")[0] for given in known if "." in given}
        found = []
        for name, value in fields.items():
            if name not in known and not (name in within and isinstance(value, Mapping)):
                found.append(name)
            elif name == _KEYWORDS:
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


def _with_names(problem: CorpusError, fields: Mapping[str, Any], remedy: str) -> CorpusError:
    """A fault of a record; where no field of it had a name that we know, with the names that there are."""
    if problem.kind != "empty" or not fields or {"title", "body"} & fields.keys():
        return problem
    names = ", ".join(list(map(str, fields))[:8])
    return CorpusError(problem.where, problem.kind, f"{problem.reason}; its fields are {names}: {remedy}")


def _value(fields: Mapping[str, Any], name: str) -> Any:
    if name in fields or "." not in name:
        return fields.get(name)
    first, _, rest = name.partition(".")
    inner = fields.get(first)
    return _value(inner, rest) if isinstance(inner, Mapping) else None

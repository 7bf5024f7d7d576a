"""Which field of a record is which field of an article, where a source gives them names of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from index.configuration import ARTICLE_FIELDS, Configuration, KeywordField
from index.ingest.readers.record import ReadingOptions

__all__ = ["FieldMapping"]


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """Names of fields in a source.

    Attributes:
        names: for fields of articles the names that the source may give to them, the first one first; a name
            such as ``meta.author`` is that of a field in another one.
        declared: further fields of articles.
    """

    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    declared: Sequence[KeywordField] = ()

    @classmethod
    def of(cls, options: ReadingOptions, configuration: Configuration | None) -> "FieldMapping":
        """What was asked for, and for what was not, what ``onneshon.toml`` says."""
        site = configuration or Configuration()
        return cls({**site.mapping, **options.mapping}, site.fields)

    def apply(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """The fields of a record under our names; of several that one may be, the first that is there."""
        if not self.names:
            return fields
        found: dict[str, Any] = {}
        for name in (*ARTICLE_FIELDS, *(one.name for one in self.declared)):
            for given in (*self.names.get(name, ()), name):
                value = _value(fields, given)
                if value is not None and value != "":
                    found[name] = value
                    break
        return found

    def used(self) -> set[str]:
        """Names that sources may give to fields of articles; of a field within another, that of the other."""
        ours = (*ARTICLE_FIELDS, *(one.name for one in self.declared))
        return {given.partition(".")[0] for name in ours for given in (*self.names.get(name, ()), name)}


def _value(fields: Mapping[str, Any], name: str) -> Any:
    if name in fields or "." not in name:
        return fields.get(name)
    first, _, rest = name.partition(".")
    inner = fields.get(first)
    return _value(inner, rest) if isinstance(inner, Mapping) else None

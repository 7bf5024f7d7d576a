"""A preview of what reading some sources would give, without building anything."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from onneshon.index.article import Article
from onneshon.index.configuration import Configuration
from onneshon.index.ingest.corpus import Corpus
from onneshon.index.ingest.fields import withdrawn_id
from onneshon.index.ingest.intake import Problems
from onneshon.index.ingest.readers.opened import no_meter
from onneshon.index.ingest.readers.record import ReadingOptions, Record

_FIRST = 5


@dataclass(frozen=True, slots=True)
class PreviewFault:
    """A fault of the input.

    Attributes:
        kind: one of ``KINDS``.
        where: the file, and the line if the file has lines.
        reason: what is wrong, as a message for people.
    """

    kind: str
    where: str
    reason: str

    def named(self, path: str, name: str) -> "PreviewFault":
        """The same fault, with another name for the file."""
        return PreviewFault(self.kind, self.where.replace(path, name), self.reason.replace(path, name))


@dataclass(frozen=True, slots=True)
class Preview:
    """The outcome of a preview.

    Attributes:
        formats: the number of sources of each format.
        seen: the number of articles read, good and bad.
        good: the number of articles that would be indexed.
        converted: the number of good articles that are typed for a font of Bijoy.
        values: the number of invalid values that articles are taken without, by kind of fault.
        fields: the number of good articles that have each field.
        recognised: for each field of articles, the number of records by the common name that they have
            for it instead.
        unused: the number of records that have each further field; these fields are not read.
        passed: the number of items that are no articles, by what they are.
        skipped: the number of articles that would be left out, by kind of fault.
        faults: the first fault of each kind.
        first: the first five articles.
    """

    formats: dict[str, int]
    seen: int
    good: int
    converted: int
    values: dict[str, int]
    fields: dict[str, int]
    recognised: dict[str, dict[str, int]]
    unused: dict[str, int]
    passed: dict[str, int]
    skipped: dict[str, int]
    faults: list[PreviewFault]
    first: list[Article]

    def to_dict(self) -> dict[str, Any]:
        """The preview as JSON-ready values; bodies are cut to their beginnings."""
        values = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "first"}
        faults = [asdict(fault) for fault in self.faults]
        return {**values, "faults": faults, "first": [_described(article) for article in self.first]}


def _described(article: Article) -> dict[str, Any]:
    date = article.date.isoformat() if article.date else None
    texts = {"id": article.id, "title": article.title, "body": article.body[:200], "date": date}
    others = {name: getattr(article, name) for name in ("category", "url", "author", "lang", "image")}
    return {**texts, **others, "keywords": {name: list(values) for name, values in article.keywords.items()}}


class _Looking(Corpus):
    """A corpus that counts the fields of its records."""

    def __init__(self, *arguments: Any, withdraws: bool) -> None:
        super().__init__(*arguments)
        self.unused: Counter[str] = Counter()
        self.recognised: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._withdraws = withdraws

    def _article(self, record: Record) -> Iterator[Article]:
        self.unused.update(self._mapping.unused(record.fields))
        for field, name in self._mapping.recognised(record.fields).items():
            self.recognised[field][name] += 1
        yield from super()._article(record)

    def _withdrawn(self, record: Record) -> None:
        if self._withdraws:
            withdrawn_id(record.fields, self._mapping, record.where)
            self.passed["to be deleted"] += 1
        else:
            super()._withdrawn(record)


def preview(
    paths: Sequence[Path],
    configuration: Configuration | None = None,
    reading: ReadingOptions | None = None,
    *,
    withdraws: bool = False,
) -> Preview:
    """Read everything, and return the first articles and the counts.

    Args:
        paths: as for ``build``.
        configuration: as for ``build``.
        reading: as for ``build``.
        withdraws: whether records may ask for an article to be deleted, as for ``update``.
    """
    problems = Problems()
    corpus = _Looking(paths, problems, no_meter, configuration, reading, withdraws=withdraws)
    first: list[Article] = []
    filled: Counter[str] = Counter()
    for article in corpus:
        if len(first) < _FIRST:
            first.append(article)
        filled.update(
            field.name
            for field in fields(Article)
            if field.name != "keywords" and getattr(article, field.name)
        )
        filled.update(list(article.keywords))
    return Preview(
        formats=dict(corpus.formats),
        seen=corpus.seen,
        good=corpus.given,
        converted=corpus.converted,
        values=dict(problems.values.most_common()),
        fields=dict(filled.most_common()),
        recognised={field: dict(names.most_common()) for field, names in corpus.recognised.items()},
        unused=dict(corpus.unused.most_common(50)),
        passed=dict(corpus.passed.most_common()),
        skipped=dict(problems.counts.most_common()),
        faults=[PreviewFault(fault.kind, fault.where, fault.reason) for fault in problems.first.values()],
        first=first,
    )

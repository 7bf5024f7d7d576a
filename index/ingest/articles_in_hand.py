"""Articles given one by one, by a program or as JSON objects, with the same checks as those of files."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from itertools import chain, islice
from pathlib import Path
from types import NoneType
from typing import Any, Final, NamedTuple

from onneshon.index.article import Article
from onneshon.index.configuration import Configuration
from onneshon.index.errors import CorpusError
from onneshon.index.ingest.corpus import Corpus
from onneshon.index.ingest.fields import FieldMapping, in_any_encoding, is_withdrawn, withdrawn_id
from onneshon.index.ingest.intake import Intake, Problems, article_in_unicode
from onneshon.index.ingest.records import checked, without_bad_numbers
from onneshon.index.ingest.source import path_of

_REMEDY: Final = "say which is which under [mapping] in onneshon.toml"


class SiteRecord(NamedTuple):
    """The result of reading a record.

    Attributes:
        article: the article, its texts in Unicode.
        unused: names of fields that were not used, in the order of the record; then those of number fields
            whose values are no numbers.
    """

    article: Article
    unused: list[str]


class SiteRecords:
    """Reads records by the field names and declared fields of a site, with Bijoy converted to Unicode.

    Args:
        configuration: the configuration of the site.
    """

    def __init__(self, configuration: Configuration) -> None:
        self._numbers = configuration.numbers
        names = in_any_encoding(configuration.mapping)
        self._mapping = FieldMapping(names, configuration.fields, configuration.date_order)

    def read(self, fields: Mapping[str, Any], where: str, derived_id: str = "") -> SiteRecord:
        """Read the article of a record.

        Args:
            fields: the fields of the record, as ``json_object`` returns them.
            where: the place of the record, for the message.
            derived_id: the id of the article if the record has none.

        Raises:
            CorpusError: it is no article, or typed for a font whose codes are unknown.
        """
        article = self._mapping.article(fields, where, derived_id, remedy=_REMEDY)
        good, bad = without_bad_numbers(article_in_unicode(article, where), self._numbers)
        return SiteRecord(good, [*self._mapping.unused(fields), *(name for name, _ in bad)])

    def withdrawn(self, fields: Mapping[str, Any], where: str) -> str | None:
        """The id of the article that a record withdraws; None if the record withdraws nothing.

        Args:
            fields: the fields of the record, as ``json_object`` returns them.
            where: the place of the record, for the message.

        Raises:
            CorpusError: it withdraws an article but has no id, or ``deleted`` is neither true nor false.
        """
        return withdrawn_id(fields, self._mapping, where) if is_withdrawn(fields, where) else None


ArticleSource = str | Path | Iterable[str | Path] | Iterable[Article]
"""Where the articles of an index come from: paths to read, or the articles themselves."""


class ArticlesInHand(Intake):
    """The articles of an iterable, read one at a time; the place of each is its number, from 1.

    Args:
        articles: any number of articles; anything that is no `Article` is reported.
        problems: where faults are reported; may raise to stop at the first.
        numbers: names of the declared fields whose values are numbers.
    """

    def __init__(self, articles: Iterable[object], problems: Problems, numbers: Sequence[str] = ()) -> None:
        super().__init__(problems, numbers)
        self._articles = articles

    def __iter__(self) -> Iterator[Article]:
        for number, article in enumerate(self._articles, start=1):
            where = f"article {number:,}"
            try:
                good = checked_in_hand(article, where)
            except CorpusError as problem:
                self._report(problem)
            else:
                yield from self._unique(good, where)


def checked_in_hand(article: object, where: str) -> Article:
    """Check an article given by a program, by the same rules as articles of files.

    Raises:
        CorpusError: it is no valid article; ``kind`` is one of ``problems.KINDS``.
    """
    if not isinstance(article, Article):
        raise CorpusError(where, "type", f"a {type(article).__name__} instead of an Article")
    if not article.id:
        raise CorpusError(where, "id", "no id; an article in hand needs one of its own")
    if not _are_keywords(article.keywords):
        raise CorpusError(
            where, "type", "keywords is no dict of names of fields, each with a tuple of one string or more"
        )
    for field in fields(Article):
        if field.name == "keywords":
            continue
        value = getattr(article, field.name)
        # Exactly these types: a datetime is a date to Python, but would be read back as something else.
        if type(value) not in ({dt.date, NoneType} if field.name == "date" else {str}):
            raise CorpusError(where, "type", f"{field.name} is a {type(value).__name__}")
    return checked(article, where)


def _are_keywords(given: object) -> bool:
    return isinstance(given, dict) and all(
        type(name) is str and type(values) is tuple and values and all(type(value) is str for value in values)
        for name, values in given.items()
    )


def intake_of(
    source: ArticleSource,
    problems: Problems,
    files: Callable[[list[Path]], Intake] | None = None,
    numbers: Sequence[str] = (),
) -> Intake:
    """The intake of a source of paths or of articles, depending on its first element.

    Args:
        source: a path, paths, or articles; an empty iterable has no articles.
        problems: where faults are reported.
        files: makes the intake of paths; None for a ``Corpus``.
        numbers: names of the fields whose values are numbers.
    """
    elements = iter([source] if isinstance(source, str | Path) else source)
    first = [*islice(elements, 1)]
    every = chain(first, elements)
    if first and not isinstance(first[0], str | Path):
        return ArticlesInHand(every, problems, numbers)
    paths = [path_of(path) for path in every if isinstance(path, str | Path)]
    return files(paths) if files else Corpus(paths, problems)

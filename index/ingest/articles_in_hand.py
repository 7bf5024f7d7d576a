"""Articles that a program has in hand, checked by the same rules as those of files."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from itertools import chain, islice
from pathlib import Path
from types import NoneType

from onneshon.index.article import Article
from onneshon.index.errors import CorpusError
from onneshon.index.ingest.corpus import Corpus
from onneshon.index.ingest.intake import Intake
from onneshon.index.ingest.problems import Problems
from onneshon.index.ingest.records import checked

__all__ = ["ArticleSource", "ArticlesInHand", "checked_in_hand", "intake_of"]

ArticleSource = Iterable[Path] | Iterable[Article]
"""Where the articles of an index come from: paths to read, or the articles themselves."""


class ArticlesInHand(Intake):
    """The articles of an iterable, asked for one at a time; the place of each is its number, from 1.

    Args:
        articles: any number of them; anything that is no `Article` is reported.
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
    """What a program gives for an article, checked by the rules of those of files.

    Raises:
        CorpusError: it is none; ``kind`` is one of ``problems.KINDS``.
    """
    if not isinstance(article, Article):
        raise CorpusError(where, "type", f"a {type(article).__name__} instead of an Article")
    if not article.id:
        raise CorpusError(where, "id", "no id; an article in hand needs one of its own")
    if not _are_keywords(article.keywords):
        raise CorpusError(where, "type", "keywords is no dict of tuples of strings by the names of fields")
    for field in fields(Article):
        if field.name == "keywords":
            continue
        value = getattr(article, field.name)
        # Exactly these types: a datetime is a date to Python, but would not be one when it is read back.
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
    """The articles of a source, told apart by its first element.

    Args:
        source: paths, or articles; an empty one has no articles.
        problems: where faults are reported.
        files: reads paths; None for a ``Corpus``.
        numbers: names of the fields whose values are numbers.
    """
    elements = iter(source)
    first = [*islice(elements, 1)]
    every = chain(first, elements)
    if first and not isinstance(first[0], Path):
        return ArticlesInHand(every, problems, numbers)
    paths = [path for path in every if isinstance(path, Path)]
    return files(paths) if files else Corpus(paths, problems)

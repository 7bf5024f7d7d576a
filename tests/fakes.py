"""An index in memory with the shape that searching reads, so that tests of searching need no files."""

import datetime as dt
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from index import Article
from index.analysis.analyzer import analyze
from index.errors import ArticleNotFoundError, IndexCorruptError

__all__ = ["FakeField", "FakeReader", "FakeSegment", "article", "reader_of"]


class FakeField:
    """One layer of one text: a dictionary of terms, made of the keys of each document in order."""

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        places: dict[str, dict[int, list[int]]] = defaultdict(dict)
        for doc, keys in enumerate(documents):
            for position, key in enumerate(keys):
                places[key].setdefault(doc, []).append(position)
        self._places = places
        self._terms = sorted(places)
        self.lengths = np.array([len(keys) for keys in documents], np.uint32)
        self.total_length = int(self.lengths.sum())

    def ordinal(self, term: str) -> int | None:
        """As in a real segment."""
        at = bisect_left(self._terms, term)
        return at if at < len(self._terms) and self._terms[at] == term else None

    def prefix_range(self, prefix: str) -> range:
        """As in a real segment."""
        matching = [i for i, term in enumerate(self._terms) if term.startswith(prefix)]
        return range(matching[0], matching[-1] + 1) if matching else range(0)

    def _of(self, ordinal: int) -> dict[int, list[int]]:
        return self._places[self._terms[ordinal]]

    def postings(self, ordinal: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
        """As in a real segment."""
        held = self._of(ordinal)
        return np.array(list(held), np.uint32), np.array([len(at) for at in held.values()], np.uint32)

    def positions(self, ordinal: int) -> NDArray[np.uint32]:
        """As in a real segment."""
        return np.array([place for at in self._of(ordinal).values() for place in at], np.uint32)

    def doc_frequencies(self, start: int, stop: int) -> NDArray[np.int64]:
        """As in a real segment."""
        return np.array([len(self._of(i)) for i in range(start, stop)], np.int64)

    def docs_in_range(self, start: int, stop: int) -> NDArray[np.int64]:
        """As in a real segment."""
        return np.array([doc for i in range(start, stop) for doc in self._of(i)], np.int64)


class FakeSegment:
    """A segment of some articles, a few of them deleted."""

    def __init__(self, articles: Sequence[Article], deleted: Iterable[str] = ()) -> None:
        self._articles = tuple(articles)
        self.doc_count = len(articles)
        gone = set(deleted)
        self.deleted = np.array([one.id in gone for one in articles], np.bool_) if gone else None
        titles = [analyze(one.title) for one in articles]
        bodies = [analyze(one.body) for one in articles]
        self._fields = {
            "title_exact": FakeField([[token.exact for token in tokens] for tokens in titles]),
            "title_stem": FakeField([[token.stem for token in tokens] for tokens in titles]),
            "body_exact": FakeField([[token.exact for token in tokens] for tokens in bodies]),
            "body_stem": FakeField([[token.stem for token in tokens] for tokens in bodies]),
        }

    def field(self, name: str) -> FakeField | None:
        """As in a real segment."""
        return self._fields.get(name)

    def article_ids(self, docs: Sequence[int]) -> list[str]:
        """As in a real segment."""
        return [self._articles[doc].id for doc in docs]

    def article(self, doc: int) -> Article:
        """As in a real segment."""
        return self._articles[doc]

    def find(self, article_id: str) -> int | None:
        """As in a real segment."""
        for doc, one in enumerate(self._articles):
            if one.id == article_id and (self.deleted is None or not self.deleted[doc]):
                return doc
        return None

    def keyword(self, name: str) -> tuple[NDArray[np.uint32], list[str]]:
        """As in a real segment."""
        given = [str(getattr(one, name)) for one in self._articles]
        values = sorted(set(given))
        return np.array([values.index(value) for value in given], np.uint32), values

    @property
    def declared(self) -> list[str]:
        """As in a real segment."""
        return sorted({name for one in self._articles for name in one.keywords})

    def keywords(self, name: str) -> tuple[NDArray[np.int64], NDArray[np.int64], list[str]]:
        """As in a real segment."""
        values = sorted({value for one in self._articles for value in one.keywords.get(name, ())})
        pairs = [
            (doc, values.index(value))
            for doc, one in enumerate(self._articles)
            for value in dict.fromkeys(one.keywords.get(name, ()))
        ]
        docs, codes = np.array(pairs, np.int64).reshape(-1, 2).T
        return docs, codes, values

    def fingerprints(self) -> NDArray[np.uint64]:
        """None is like another."""
        return np.zeros(self.doc_count, np.uint64)

    def dates(self) -> NDArray[np.int32]:
        """As in a real segment."""
        return np.array([one.date.toordinal() if one.date else 0 for one in self._articles], np.int32)


@dataclass
class FakeReader:
    """An open index of such segments."""

    segments: tuple[FakeSegment, ...]
    generation: str = "1"
    vocabulary: None = None
    completion: None = None
    closed: bool = field(default=False, init=False)
    verified: int = field(default=0, init=False)
    damage: str = ""
    warning: str = ""

    @property
    def fingerprint(self) -> bytes:
        """Of the generation's name."""
        return self.generation.encode()

    @property
    def count(self) -> int:
        """Articles that are not deleted."""
        return sum(
            one.doc_count - (0 if one.deleted is None else int(one.deleted.sum())) for one in self.segments
        )

    def article(self, article_id: str) -> Article:
        """As in a real index."""
        for segment in self.segments:
            doc = segment.find(article_id)
            if doc is not None:
                return segment.article(doc)
        raise ArticleNotFoundError(f"no article {article_id!r}")

    def document_frequency(self, name: str, term: str) -> int:
        """As in a real index."""
        total = 0
        for segment in self.segments:
            found = segment.field(name)
            ordinal = found.ordinal(term) if found else None
            total += len(found.postings(ordinal)[0]) if found and ordinal is not None else 0
        return total

    def verify(self) -> None:
        """Sound, unless a test says otherwise."""
        self.verified += 1
        if self.damage:
            raise IndexCorruptError(self.damage)

    def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True


def article(
    article_id: str,
    body: str = "",
    *,
    title: str = "",
    category: str = "",
    author: str = "",
    date: dt.date | None = None,
    **keywords: Sequence[str],
) -> Article:
    """An article with what a test cares about."""
    return Article(
        article_id,
        title,
        body,
        date=date,
        category=category,
        author=author,
        keywords={name: tuple(values) for name, values in keywords.items()},
    )


def reader_of(*segments: Sequence[Article], deleted: Iterable[str] = ()) -> FakeReader:
    """An index of segments of articles, some of them deleted."""
    return FakeReader(tuple(FakeSegment(articles, deleted) for articles in segments))

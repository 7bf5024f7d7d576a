"""The judged collections: where their files are, and the number of their queries that are measured."""

import json
import lzma
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.relevance.passages import passages
from onneshon.index import Article
from onneshon.search.evaluation.measures import Judgments, read_judgments, read_queries

__all__ = ["COLLECTIONS", "Collection", "TitleCollection", "read_articles_of"]


@dataclass(frozen=True, slots=True)
class Collection:
    """Articles, queries and judgments that belong together.

    Attributes:
        name: the name in the table.
        corpus: the file of articles, below the data folder.
        limit: the number of queries that are measured, the first of the file; None for all.
        ignore_title: whether titles are left out, because they are the queries.
    """

    name: str
    corpus: str
    limit: int | None = None
    ignore_title: bool = False

    def queries(self, data: Path, limit: int | None) -> dict[str, str]:
        """The measured queries, at most ``limit`` of them."""
        limits = [number for number in (self.limit, limit) if number]
        return read_queries(data / "qa" / self.name / "queries.tsv", min(limits, default=None))

    def judgments(self, data: Path) -> Judgments:
        """The judgments of the queries."""
        return read_judgments(data / "qa" / self.name / "qrels.tsv")

    def articles(self, data: Path) -> list[Article]:
        """The articles as they are indexed."""
        articles = read_articles_of(data / self.corpus)
        return [replace(article, title="") if self.ignore_title else article for article in articles]


@dataclass(frozen=True, slots=True)
class KnownItems(Collection):
    """A corpus whose queries are made from its articles, each named by its article; ``limit`` is set."""

    def judgments(self, data: Path) -> Judgments:
        """For each query, its article alone is relevant."""
        return {article.id: {article.id: 1} for article in self.articles(data)}


@dataclass(frozen=True, slots=True)
class PassageCollection(KnownItems):
    """A corpus and passages of its articles as queries."""

    def queries(self, data: Path, limit: int | None) -> dict[str, str]:
        """Passages, each named by its article."""
        return passages(self.articles(data), min(filter(None, (self.limit, limit))))


@dataclass(frozen=True, slots=True)
class TitleCollection(KnownItems):
    """A corpus with those titles of its articles as queries that no two articles share.

    Attributes:
        by_author: whether the author's name is typed after the title; articles then have it.
    """

    by_author: bool = False

    def articles(self, data: Path) -> list[Article]:
        """The articles as they are indexed."""
        return [*read_articles_of(data / self.corpus, authors=self.by_author)]

    def queries(self, data: Path, limit: int | None) -> dict[str, str]:
        """Titles drawn at random, each named by its article."""
        articles = self.articles(data)
        borne = Counter(article.title.strip() for article in articles)
        titles = [
            (article.id, f"{title} {article.author}".strip())
            for article in articles
            if (title := article.title.strip()) and borne[title] == 1
        ]
        chance = random.Random(len(titles))  # noqa: S311  # the same queries each time are the purpose
        return dict(chance.sample(titles, min(filter(None, (self.limit, limit, len(titles))))))


COLLECTIONS = (
    Collection("anwesha-web", "qa/anwesha-web/corpus.jsonl.xz"),
    Collection("headline-ittefaq", "corpora/news-ittefaq.jsonl.xz", limit=2_000, ignore_title=True),
    Collection("tydiqa-bn-dev", "qa/tydiqa-bn-dev/corpus.jsonl.xz"),
    Collection("haque-factoid", "qa/haque-factoid/corpus.jsonl.xz", limit=2_000),
    PassageCollection("news-passages", "corpora/news-ittefaq.jsonl.xz", limit=1_000),
    TitleCollection("poem-titles", "corpora/poems.jsonl.xz", limit=1_000),
    TitleCollection("poems-by-title-and-author", "corpora/poems.jsonl.xz", limit=1_000, by_author=True),
)


def read_articles_of(path: Path, *, authors: bool = False) -> Iterator[Article]:
    """The articles of a compressed JSON Lines file, with id, title, body and, if wanted, author."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            fields = json.loads(line)
            author = fields.get("author") if authors else None
            yield Article(
                fields["id"], fields.get("title") or "", fields.get("body") or "", author=author or ""
            )

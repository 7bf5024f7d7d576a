"""Reads one file as the commands do, and says everything that came of it."""

from pathlib import Path
from typing import Any

from onneshon.index import Article, CorpusError  # noqa: TC001  # annotations here are evaluated by readers of them
from onneshon.index.errors import KINDS
from onneshon.index.ingest.corpus import Corpus
from onneshon.index.ingest.intake import Problems
from onneshon.index.ingest.readers.record import ReadingOptions

__all__ = ["Reading", "read_file"]


class Reading:
    """What reading some paths gave.

    Attributes:
        articles: the good ones.
        faults: what was reported, each as its place, its kind and its reason.
        passed: what is no article, by what it is.
        formats: of how many sources each format was.
        converted: how many articles were typed for Bijoy.
        unreadable: how many faults ended their source.
    """

    def __init__(self, *paths: Path, **options: Any) -> None:
        faults: list[CorpusError] = []
        problems = Problems(listener=faults.append)
        corpus = Corpus(paths, problems, reading=ReadingOptions(**options))
        self.articles: list[Article] = list(corpus)
        assert corpus.seen == corpus.given + len(faults)
        assert corpus.given == len(self.articles)
        assert {fault.kind for fault in faults} <= KINDS.keys()
        self.faults = [(fault.where, fault.kind, fault.reason) for fault in faults]
        self.passed = dict(corpus.passed)
        self.formats = dict(corpus.formats)
        self.converted = corpus.converted
        self.unreadable = problems.unreadable

    @property
    def titles(self) -> list[str]:
        """Of the good articles, in order."""
        return [article.title for article in self.articles]

    @property
    def kinds(self) -> list[str]:
        """Of the faults, in order."""
        return [kind for _where, kind, _reason in self.faults]


def read_file(path: Path, content: bytes | str, **options: Any) -> Reading:
    """What reading a file with some content gives."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return Reading(path, **options)

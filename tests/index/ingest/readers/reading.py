"""Reading of files like the commands do it, with everything that results."""

from pathlib import Path
from typing import Any

from onneshon.index import Article, CorpusError  # noqa: TC001  # annotations here are evaluated by readers of them
from onneshon.index.errors import KINDS
from onneshon.index.ingest.corpus import Corpus
from onneshon.index.ingest.intake import Problems
from onneshon.index.ingest.readers.record import ReadingOptions

__all__ = ["Reading", "read_file"]


class Reading:
    """The result of reading some paths.

    Attributes:
        articles: the good articles, in order.
        faults: the reported faults, each as place, kind and reason.
        passed: the counts of skipped records, by what they are.
        formats: the number of sources of each format.
        converted: the number of articles typed for Bijoy.
        unreadable: the number of faults that ended their source.
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
        """The titles of the good articles, in order."""
        return [article.title for article in self.articles]

    @property
    def kinds(self) -> list[str]:
        """The kinds of the faults, in order."""
        return [kind for _where, kind, _reason in self.faults]


def read_file(path: Path, content: bytes | str, **options: Any) -> Reading:
    """The result of reading a file with this content."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return Reading(path, **options)

"""An index of articles in hand, for measuring: built by the ordinary build, through a file."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from index.article import Article
from index.indexer.builder import BuildReport, build

__all__ = ["index_articles"]


def index_articles(articles: Iterable[Article], directory: Path) -> BuildReport:
    """Build an index of them.

    Args:
        articles: read once, written to a temporary file, never all in memory.
        directory: of the index.

    Raises:
        BuildError: there is none, or the index could not be built.
    """
    with TemporaryDirectory(prefix="onneshon-") as folder:
        corpus = Path(folder, "articles.jsonl")
        with corpus.open("w", encoding="utf-8") as file:
            for article in articles:
                fields = {name: value for name, value in asdict(article).items() if value}
                file.write(json.dumps(fields, ensure_ascii=False, default=str) + "\n")
        return build([corpus], directory)

"""Read articles from a format of your own: any iterable of Articles can be indexed."""

import csv
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from onneshon import Article, build

ROWS = "number,headline,text\n7,হাওরের ধান,আগাম বন্যার আগে ধান কাটা।\n8,চা-বাগান,সিলেটের চা-বাগান।\n"


def articles(path: Path) -> Iterator[Article]:
    """One article a row, read one at a time, so that the file may be larger than memory."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield Article(row["number"], row["headline"], row["text"])


with TemporaryDirectory() as folder:  # replace it by a directory that persists
    file = Path(folder) / "articles.csv"
    file.write_text(ROWS, "utf-8")
    print(build(articles(file), Path(folder) / "index").articles)

# prints:
# 2

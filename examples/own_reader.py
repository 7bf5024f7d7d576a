"""Read articles from a format of your own: anything that gives one Article after another can be indexed."""

import csv
from collections.abc import Iterator
from pathlib import Path

from onneshon import Article, build

FILE = Path("articles.csv")
FILE.write_text("number,headline,text\n7,হাওরের ধান,আগাম বন্যার আগে ধান কাটা।\n8,চা-বাগান,সিলেটের চা-বাগান।\n", "utf-8")


def articles(path: Path) -> Iterator[Article]:
    """One article a row; asked for one at a time, so that the file may be larger than memory."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield Article(row["number"], row["headline"], row["text"])


print(build(articles(FILE), Path("var/index")).articles)

# prints:
# 2

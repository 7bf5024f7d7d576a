"""Any number of articles of newspaper length: real ones first, then others composed of their parts.

The texts are those of ``benchmarks.speed.rows``. Sections and authors are drawn from those of the corpora,
with the same frequencies, so that there is something to count.
"""

import json
import lzma
import random
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Final

from benchmarks.speed.rows import CORPORA, articles_of, resampled
from onneshon.index import Article

__all__ = ["newspaper"]

SEED: Final = 7


def newspaper(data: Path, count: int) -> Iterator[Article]:
    """The first ``count`` articles, the same each time.

    Args:
        data: the folder of corpora.
        count: the number of articles.
    """
    real = list(islice(articles_of(data), count))
    sections, authors = _values(data, "category"), _values(data, "author")
    chance = random.Random(SEED)  # noqa: S311  # the same articles each time are the purpose
    for number, (title, body) in enumerate(islice(chain(real, resampled(real)), count)):
        section, author = chance.choice(sections), chance.choice(authors)
        yield Article(f"a{number}", title, body, category=section, author=author)


def _values(data: Path, name: str) -> list[str]:
    """The values of a field in the corpora, each repeated as often as it occurs."""
    found = []
    for corpus in CORPORA:
        with lzma.open(data / corpus, "rt", encoding="utf-8") as lines:
            found += [value for line in lines if (value := json.loads(line).get(name))]
    return found

"""Measures the longest time of parsing among many random queries of operators.

    python -m benchmarks.reliability.operators [--count 100000] [--limit-ms 50]

Queries have up to 512 characters, of all signs of the query language, of words and of nonsense. Times are
processor times, so that other programs do not count. The tables of the analysis are loaded first, as
``onneshon serve`` does before it listens. The program fails where one query took longer than the limit.
"""

import argparse
import contextlib
import sys
import time
from random import Random

from onneshon.index.analysis.stemmer import prepare
from onneshon.search.errors import QueryError
from onneshon.search.query.parser import MAX_CHARACTERS, parse

SIGNS = ("(", ")", '"', "“", "”", "+", "-", "*", "~", "~2", '"~9', ":", " ", " ", " ")
NAMES = (
    "AND ",
    "OR ",
    "NOT ",
    " এবং ",
    " অথবা ",
    "শিরোনাম:",
    "লেখক:",
    "বিভাগ:",
    "title:",
    "title:(",
    "tags:",
    "foo:",
    "date:",
)
DECLARED = {"tags": "tags", "পাতা": "section"}
WORDS = ("ভাষা", "মুক্তিযুদ্ধ", "bangla", "1971", "২০২৪", "\u09cd", "\u200d")


def draw(chance: Random) -> str:
    """A random query."""
    pieces = chance.choices(SIGNS + NAMES + WORDS, k=chance.randint(1, 200))
    return "".join(pieces)[: chance.choice((20, 100, MAX_CHARACTERS))]


def milliseconds(query: str) -> float:
    """The time of parsing a query, leniently and then strictly."""
    began = time.process_time()
    for strict in (False, True):
        with contextlib.suppress(QueryError):
            parse(query, declared=DECLARED, strict=strict)
    return (time.process_time() - began) * 1000


def slowest(count: int, seed: int = 1952) -> tuple[float, str]:
    """The longest time among ``count`` random queries, and the query."""
    chance = Random(seed)  # noqa: S311 - no secret
    found = (0.0, "")
    for _ in range(count):
        query = draw(chance)
        found = max(found, (milliseconds(query), query))
    return found


def main() -> None:
    """Print the slowest query; exit with 1 above the limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--limit-ms", type=float, default=50)
    options = parser.parse_args()
    prepare()
    taken, query = slowest(options.count)
    print(f"{options.count:,} queries, the slowest {taken:.2f} ms: {query!r}")
    if taken > options.limit_ms:
        sys.exit(1)


if __name__ == "__main__":
    main()

"""Measures quotations from memory: five to eight words of an article in quotation marks, one wrong.

    python -m benchmarks.reading.quotations INDEX JSONL [--count 200] [--seed 1]

JSONL has the articles of the index. Prints by mistake (a word missing, replaced, or added) the shares of
quotations that find their article first and among the first ten, and MRR@10.
"""

import argparse
import json
import random
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

from onneshon import Engine, analyze

__all__ = ["MISTAKES", "quotations"]

FEWEST: Final = 5
MOST: Final = 8
PAGE: Final = 10

MISTAKES: Final = ("missing", "another", "too many")


def quotations(
    articles: Sequence[tuple[str, str]], draw: random.Random, count: int
) -> Iterator[tuple[str, str, str]]:
    """Yield a mistake, the id of an article, and words of one of its sentences with that mistake.

    Args:
        articles: ids and bodies.
        draw: the source of randomness.
        count: the number of quotations of each mistake.
    """
    several = draw.sample(articles, len(articles))
    for (identity, body), (_, other) in pairwise(several):
        sentences = [[token.text for token in analyze(line)] for line in re.split("[।?!\n]", body)]
        long = [words for words in sentences if len(words) >= FEWEST]
        strange = [token.text for token in analyze(other)]
        if not (long and strange) or count <= 0:
            continue
        for mistake in MISTAKES:
            words = draw.choice(long)
            length = min(len(words), draw.randint(FEWEST, MOST))
            first = draw.randint(0, len(words) - length)
            words, at = words[first : first + length], draw.randrange(1, length - 1)
            kept = words[at + (mistake != "too many") :]
            added = [] if mistake == "missing" else [draw.choice(strange)]
            yield mistake, identity, " ".join([*words[:at], *added, *kept])
        count -= 1


def _rank(engine: Engine, identity: str, words: str) -> int:
    """The rank of an article on the page of a quotation; 0 where it is not there."""
    ids = [hit.id for hit in engine.search(f'"{words}"', limit=PAGE)]
    return ids.index(identity) + 1 if identity in ids else 0


def main() -> None:
    """Measure the quotations."""
    parser = argparse.ArgumentParser(description="Quotations with one word wrong.")
    parser.add_argument("index", type=Path)
    parser.add_argument("articles", type=Path, help="those of the index, as lines of JSON")
    parser.add_argument("--count", type=int, default=200, help="quotations of each mistake")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    rows = map(json.loads, asked.articles.read_text("utf-8").splitlines())
    draw = random.Random(asked.seed)  # noqa: S311  # a sample, no secret
    drawn = [*quotations([(row["id"], row["body"]) for row in rows], draw, asked.count)]
    with Engine.open(asked.index, time_limit=None) as engine:
        for mistake in MISTAKES:
            ranks = [_rank(engine, identity, words) for kind, identity, words in drawn if kind == mistake]
            places = [1 / rank for rank in ranks if rank]
            first, among = ranks.count(1) / len(ranks), len(places) / len(ranks)
            print(f"{mistake:9} first {first:.3f}  first ten {among:.3f}  MRR {sum(places) / len(ranks):.3f}")


if __name__ == "__main__":
    main()

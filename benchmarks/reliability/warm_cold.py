"""Compares the answers of a warm engine with those of a cold one: do they depend on earlier queries?

    python -m benchmarks.reliability.warm_cold INDEX QUERIES

The warm engine first answers every function word alone, then the queries in a random order. The cold one
answers them in the order of QUERIES, a text file with a query on each line.
"""

import argparse
from pathlib import Path
from random import Random

from onneshon.index.tables import read_words
from onneshon.search import Engine

Ranking = list[tuple[str, float]]


def _rankings(engine: Engine, queries: list[str], first: list[str]) -> dict[str, Ranking]:
    for text in first:
        engine.rank(text)
    return {text: engine.rank(text) for text in queries}


def measure(directory: Path, queries: list[str], seed: int) -> tuple[int, int]:
    """Count the queries with other hits or another order, and those whose scores alone differ.

    Args:
        directory: the index.
        queries: the queries.
        seed: the seed of the order of the warm engine's queries.
    """
    shuffled = Random(seed).sample(queries, len(queries))  # noqa: S311 - an order, no secret
    with Engine.open(directory, time_limit=None) as engine:
        cold = _rankings(engine, queries, [])
    with Engine.open(directory, time_limit=None) as engine:
        warm = _rankings(engine, shuffled, sorted(read_words("function_words.txt")))
    others = sum([hit for hit, _ in warm[text]] != [hit for hit, _ in cold[text]] for text in queries)
    return others, sum(warm[text] != cold[text] for text in queries) - others


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("directory", type=Path, metavar="INDEX")
    parser.add_argument("queries", type=Path, metavar="QUERIES")
    parser.add_argument("--limit", type=int, default=400, help="queries that are asked, the first")
    parser.add_argument("--seed", type=int, default=1, help="of the order of the warm engine's queries")
    options = parser.parse_args()
    queries = list(dict.fromkeys(options.queries.read_text("utf-8").splitlines()))[: options.limit]
    others, scores = measure(options.directory, queries, options.seed)
    print(f"{len(queries)} queries: {others} with other hits or another order, {scores} with other scores")


if __name__ == "__main__":
    main()

"""How long an update of a large index takes: a hundred articles of a hundred thousand.

    python -m benchmarks.updates.at_scale INDEX CORPUS... [--articles 100000] [--size 100] [--updates 50]

Builds an index of ``--articles`` in INDEX, unless one of as many is there: of the CORPUS files first, and, as
far as they do not suffice, of articles mixed from sentences of theirs. Then changes ``--size`` articles at
a time, chosen at random: each update opens the index, commits, and closes it, as ``onneshon index update``
does. Shown are the seconds that passed and those of the processor, which what else the machine does counts
less in, and how much of the slowest went into merging segments.
"""

import argparse
import os
import random
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.publishing.loop import prepare
from benchmarks.updates.run import changed, shown
from index import Article, open_index, open_writer


@dataclass(frozen=True)
class Cost:
    """Of one update.

    Attributes:
        passed: seconds.
        worked: seconds of the processor.
        segments: how many there are after it.
        merged: how many were merged into others.
    """

    passed: float
    worked: float
    segments: int
    merged: int


def some_articles(index: Path, count: int, chance: random.Random) -> list[Article]:
    """Articles of the live index, chosen at random."""
    with open_index(index) as reader:
        living = [
            (segment, doc)
            for segment in reader.segments
            for doc in range(segment.doc_count)
            if segment.deleted is None or not segment.deleted[doc]
        ]
        return [segment.article(doc) for segment, doc in chance.sample(living, min(count, len(living)))]


def cost_of(index: Path, articles: list[Article]) -> Cost:
    """Add some articles to an index, in the place of those of their ids."""
    started, working = time.perf_counter(), time.process_time()
    with open_writer(index) as writer:
        for article in articles:
            writer.add(article)
        commit = writer.commit()
    return Cost(time.perf_counter() - started, time.process_time() - working, commit.segments, commit.merged)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("index", type=Path, metavar="INDEX")
    parser.add_argument("corpora", type=Path, nargs="+", metavar="CORPUS")
    parser.add_argument("--articles", type=int, default=100_000, help="of the index")
    parser.add_argument("--size", type=int, default=100, help="articles of an update")
    parser.add_argument("--updates", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1, help="of what is chosen at random")
    options = parser.parse_args()
    prepare(options.index, options.corpora, options.articles)
    chance = random.Random(options.seed)  # noqa: S311 - a choice, no secret
    chosen = some_articles(options.index, options.size * options.updates, chance)
    costs = []
    for number in range(options.updates):
        part = chosen[number * options.size : (number + 1) * options.size]
        costs.append(cost_of(options.index, changed(part, str(number))))
    what = f"{options.updates} updates of {options.size} at {options.articles:,} articles"
    print(f"{what}, seconds passed: {shown([one.passed for one in costs])}")
    print(f"{what}, seconds of the processor: {shown([one.worked for one in costs])}")
    slowest = max(costs, key=lambda one: one.worked)
    print(
        f"  segments: most {max(one.segments for one in costs)}, at the end {costs[-1].segments}; "
        f"the slowest update merged {slowest.merged}, and those that merged none took "
        f"{max((one.worked for one in costs if not one.merged), default=0):.2f} s of the processor at most"
    )
    print("load of the machine at the end: " + " ".join(f"{one:.1f}" for one in os.getloadavg()))


if __name__ == "__main__":
    main()

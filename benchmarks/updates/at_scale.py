"""Measures the time of an update of a large index: a hundred articles of a hundred thousand.

    python -m benchmarks.updates.at_scale INDEX CORPUS... [--articles 100000] [--size 100] [--updates 50]

Builds an index of ``--articles`` in INDEX, unless one of that size exists: of the CORPUS files first, then of
articles mixed from sentences of theirs. Then changes ``--size`` articles at a time, chosen at random: each
update opens the index, commits, runs pending merges, and closes it, as ``onneshon index update`` does. Prints
the seconds until the update is visible and until all is merged: elapsed, and of the processor, on which other
load on the machine has less effect.
"""

import argparse
import os
import random
from pathlib import Path

from benchmarks.publishing.loop import prepare
from benchmarks.updates.run import changed, cost_of, say_costs
from onneshon.index import Article, open_index, open_writer


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
    parts = [chosen[start : start + options.size] for start in range(0, len(chosen), options.size)]
    costs = [
        cost_of(open_writer(options.index), changed(part, str(number))) for number, part in enumerate(parts)
    ]
    say_costs(f"{options.updates} updates of {options.size} at {options.articles:,} articles", costs)
    slowest = max(costs, key=lambda cost: cost.worked)
    print(
        f"  segments: most {max(cost.segments for cost in costs)}, at the end {costs[-1].segments}; "
        f"the slowest update merged {slowest.merged}, and those that merged none took "
        f"{max((cost.worked for cost in costs if not cost.merged), default=0):.2f} s of the processor at most"
    )
    print(
        "load of the machine at the end: "
        + " ".join(f"{load_average:.1f}" for load_average in os.getloadavg())
    )


if __name__ == "__main__":
    main()

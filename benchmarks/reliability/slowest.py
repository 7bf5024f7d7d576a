"""Finds the slowest searches among queries of up to 500 characters that are made to be slow.

    python -m benchmarks.reliability.slowest INDEX QUERIES

Every form of query is searched ``--times`` times on one engine by each of ``--threads`` threads at once.
Words, prefixes and headlines are taken from QUERIES, a text file with a query on each line. A search fails
the run if it took over 1.1 times the limit, or longer than the limit without being marked partial.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

from benchmarks.reliability.starvation import MAX_CHARACTERS, Costly
from onneshon.search import Engine
from onneshon.search.engine.searching import TIME_LIMIT

BEYOND = 1.1


def forms(words: list[str], random: Random) -> dict[str, Callable[[], str]]:
    """The makers of queries, by the name of their form."""
    costly = Costly(words, 1)

    def points(low: int, high: int, tail: str = "") -> str:
        drawn = ("".join(chr(random.randrange(low, high)) for _ in range(3)) + tail for _ in range(120))
        return " ".join(drawn)[:MAX_CHARACTERS]

    return {
        "words": costly.many_words,
        "prefixes": costly.prefixes,
        "shortest prefixes": lambda: " ".join(f"{word[:2]}*" for word in random.sample(words, 128)),
        "Latin nonsense": costly.latin,
        "Latin letters": lambda: points(0x61, 0x7B),
        "any code points": lambda: points(0x20, 0xFFFF),
        "Bengali code points": lambda: points(0x980, 0xA00),
        "Bengali points, stars": lambda: points(0x980, 0xA00, "*"),
        "stars": lambda: "* " * 250,
        "phrase": lambda: f'"{" ".join(random.sample(words, 50))}"~9',
        "phrases": lambda: " ".join(f'"{" ".join(random.sample(words, 2))}"' for _ in range(32)),
        "required": lambda: " ".join(f"+{word}" for word in random.sample(words, 60)),
        "excluded": lambda: " ".join(f"-{word}" for word in random.sample(words, 60)),
    }


def ask(engine: Engine, texts: Iterable[str]) -> list[tuple[float, bool]]:
    """The seconds of each search, and whether it was partial."""
    times = []
    for text in texts:
        began = time.perf_counter()
        partial = engine.search(text[:MAX_CHARACTERS], limit=10).partial
        times.append((time.perf_counter() - began, partial))
    return times


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("directory", type=Path, metavar="INDEX")
    parser.add_argument("queries", type=Path, metavar="QUERIES")
    parser.add_argument("--times", type=int, default=30, help="queries of each form for each thread")
    parser.add_argument("--threads", type=int, default=1, help="that ask at once")
    parser.add_argument("--limit", type=float, default=TIME_LIMIT, help="seconds that a search may take")
    options = parser.parse_args()
    words = list({word for word in options.queries.read_text("utf-8").split() if len(word) > 3})
    failed = 0
    with (
        Engine.open(options.directory, time_limit=options.limit) as engine,
        ThreadPoolExecutor(options.threads) as threads,
    ):
        for name, make in forms(words, Random(1)).items():  # noqa: S311 - queries, no secret
            texts = [[make() for _ in range(options.times)] for _ in range(options.threads)]
            times = [
                answer for part in threads.map(lambda asked: ask(engine, asked), texts) for answer in part
            ]
            late = [answer for answer in times if answer[0] > options.limit * BEYOND]
            silent = [answer for answer in times if answer[0] > options.limit and not answer[1]]
            failed += len(late) + len(silent)
            partial = sum(cut for _, cut in times)
            print(
                f"{name:22} slowest {1000 * max(times)[0]:6.0f} ms of {len(times)}, {partial} partial,"
                f" {len(late)} late, {len(silent)} over the limit without a word"
            )
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()

"""Measures the cost of updates and of the segments they leave, against a full build.

    python -m benchmarks.updates.run [--percent 1] [--updates 1000] [--size 10] [--queries 200] CORPUS...

Seconds are processor time of this process and of its children, on which other load on the machine has less
effect; for small updates elapsed seconds are shown as well, which include waiting for the disk.

Builds an index of all corpora; then changes some of its articles at random, once all in one update, given by
themselves and given among all the others, and then in many small updates. After those, the queries (titles of
articles) are run on the index as it is, and on the same index merged to one segment.
"""

import argparse
import json
import os
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from onneshon.index import Article, build, open_writer, read_articles, update
from onneshon.index.storage.snapshot import restore, snapshot
from onneshon.index.upkeep.index_writer import IndexWriter
from onneshon.index.upkeep.update import run_background_merges
from onneshon.search import Engine


def _percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def shown(seconds: Sequence[float]) -> str:
    """Format the percentiles and the maximum of the seconds."""
    shares = ", ".join(f"p{share} {_percentile(seconds, share / 100):.3f}" for share in (50, 95, 99))
    return f"{shares}, most {max(seconds):.3f}"


def changed(articles: Iterable[Article], mark: str) -> list[Article]:
    """New editions of the given articles."""
    return [replace(article, body=f"{article.body}\n{mark} সংশোধিত সংস্করণ") for article in articles]


def _record(article: Article) -> str:
    fields = {"id": article.id, "title": article.title, "body": article.body, "category": article.category}
    fields |= {"url": article.url, "author": article.author, "lang": article.lang}
    fields["date"] = article.date.isoformat() if article.date else ""
    return json.dumps(fields, ensure_ascii=False)


def _lines(path: Path, articles: Iterable[Article]) -> Path:
    path.write_text("".join(f"{_record(article)}\n" for article in articles), encoding="utf-8")
    return path


def _processor() -> float:
    """The processor seconds of this process and its ended children so far."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def _timed_update(path: Path, directory: Path) -> tuple[float, str]:
    started = _processor()
    report = update([path], directory)
    seconds = _processor() - started
    counts = f"{report.added} added, {report.changed} changed, {report.unchanged} unchanged"
    return seconds, f"{counts}, {report.segments} segments"


def one_large_update(
    folder: Path, articles: Sequence[Article], chance: random.Random, percent: float
) -> float:
    """Build, and change a share of the articles; return the seconds of the build."""
    directory = folder / "index"
    corpus = _lines(folder / "all.jsonl", articles)
    started = _processor()
    build([corpus], directory)
    whole = _processor() - started
    print(f"full build       {whole:8.2f} s  {len(articles):,} articles")
    chosen = chance.sample(articles, max(1, round(len(articles) * percent / 100)))
    first = _lines(folder / "changes.jsonl", changed(chosen, "প্রথম"))
    seconds, what = _timed_update(first, directory)
    print(f"changes alone    {seconds:8.2f} s  {seconds / whole:6.2%} of the build  {what}")
    new = {article.id: article for article in changed(chosen, "দ্বিতীয়")}
    among = _lines(folder / "among.jsonl", (new.get(article.id, article) for article in articles))
    seconds, what = _timed_update(among, directory)
    print(f"among all others {seconds:8.2f} s  {seconds / whole:6.2%} of the build  {what}")
    started = time.process_time()
    read = sum(1 for _ in read_articles([among]))
    print(f"  of which reading the file {time.process_time() - started:.2f} s  {read:,} articles")
    seconds, what = _timed_update(among, directory)
    print(f"nothing changed  {seconds:8.2f} s  {seconds / whole:6.2%} of the build  {what}")
    return whole


@dataclass(frozen=True)
class Cost:
    """The cost of one update.

    Attributes:
        passed: the elapsed seconds until it was visible.
        worked: the processor seconds until then.
        passed_in_all: the elapsed seconds until pending merges were done.
        worked_in_all: the processor seconds until then.
        segments: the number of segments after it.
        merged: the number of segments merged into others.
    """

    passed: float
    worked: float
    passed_in_all: float
    worked_in_all: float
    segments: int
    merged: int


def cost_of(opening: AbstractContextManager[IndexWriter], articles: Iterable[Article]) -> Cost:
    """Replace articles by id, commit, and merge in the background."""
    started, working = time.perf_counter(), time.process_time()
    with opening as writer:
        for article in articles:
            writer.add(article)
        commit = writer.commit()
        visible, worked = time.perf_counter(), time.process_time()
        merged = commit.merged + run_background_merges(writer)
    return Cost(
        visible - started,
        worked - working,
        time.perf_counter() - started,
        time.process_time() - working,
        writer.live.segments,
        merged,
    )


def say_costs(what: str, costs: Sequence[Cost]) -> None:
    """Print the seconds until all was visible, and until all was merged."""
    print(f"{what}, seconds until visible, of the processor: {shown([cost.worked for cost in costs])}")
    print(f"{what}, seconds until visible, passed: {shown([cost.passed for cost in costs])}")
    print(f"{what}, with merging, of the processor: {shown([cost.worked_in_all for cost in costs])}")
    print(f"{what}, with merging, passed: {shown([cost.passed_in_all for cost in costs])}")


def many_small_updates(
    directory: Path, articles: Sequence[Article], chance: random.Random, updates: int, size: int
) -> None:
    """Change a few articles at a time, and merge after each as ``onneshon index update`` does."""
    with open_writer(directory) as writer:
        costs = [
            cost_of(nullcontext(writer), changed(chance.sample(articles, size), str(number)))
            for number in range(updates)
        ]
    say_costs(f"{updates} updates of {size}", costs)
    segments = [cost.segments for cost in costs]
    merged = sum(cost.merged for cost in costs)
    print(
        f"  segments: mean {statistics.mean(segments):.1f}, most {max(segments)}, at the end {segments[-1]}; "
        f"{merged} went into others"
    )


def _seconds(engine: Engine, query: str) -> float:
    """The processor seconds of a search, on which other load on the machine has less effect."""
    started = time.process_time()
    engine.search(query)
    return time.process_time() - started


def queries_after(directory: Path, queries: Sequence[str], whole: float, rounds: int = 4) -> None:
    """Search the index as the updates left it and merged, in turn; the best of several rounds counts.

    Both share the cache of recently analysed texts: the index that is searched second finds those of the
    first, so that each comes second in every other round.

    Args:
        directory: the index.
        queries: the queries.
        whole: the seconds of a full build.
        rounds: the number of times each query is run on each index; two or more.
    """
    merged = directory.with_name("merged")
    restored = directory.with_name("snapshot")
    snapshot(directory, restored)
    restore(restored, merged)
    started, working = time.perf_counter(), _processor()
    with open_writer(merged) as writer:
        writer.merge(everything=True)
    passed, worked = time.perf_counter() - started, _processor() - working
    print(f"merging everything {worked:6.2f} s  {worked / whole:6.2%} of the build; {passed:.1f} s passed")
    best = {path: [float("inf")] * len(queries) for path in (directory, merged)}
    engines = {path: Engine.open(path, time_limit=None) for path in best}
    for number in range(rounds):
        in_turn = list(engines.items())[:: -1 if number % 2 else 1]
        for place, query in enumerate(queries):
            for path, engine in in_turn:
                best[path][place] = min(best[path][place], _seconds(engine, query))
    left, joined = best.values()
    for name, share in (("p50", 0.5), ("p95", 0.95)):
        many, single = _percentile(left, share), _percentile(joined, share)
        ratio = many / single
        print(f"queries {name}: {many * 1e3:.2f} ms after, {single * 1e3:.2f} ms on one segment: {ratio:.2f}")
    ratio = statistics.mean(left) / statistics.mean(joined)
    print(f"queries, mean: {ratio:.2f} times as long as on one segment")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("corpora", type=Path, nargs="+", metavar="CORPUS")
    parser.add_argument("--percent", type=float, default=1, help="of the articles that change at once")
    parser.add_argument("--updates", type=int, default=1_000, help="small updates")
    parser.add_argument("--size", type=int, default=10, help="articles of a small update")
    parser.add_argument("--queries", type=int, default=200, help="titles that are asked")
    parser.add_argument("--limit", type=int, default=10**9, help="articles at most")
    parser.add_argument("--seed", type=int, default=1, help="of what is chosen at random")
    options = parser.parse_args()
    chance = random.Random(options.seed)  # noqa: S311 - a choice, no secret
    articles = list(read_articles(options.corpora))[: options.limit]
    folder = Path(tempfile.mkdtemp(prefix="onneshon-updates-"))
    try:
        whole = one_large_update(folder, articles, chance, options.percent)
        many_small_updates(folder / "index", articles, chance, options.updates, options.size)
        titled = [article.title for article in articles if article.title]
        queries_after(folder / "index", chance.sample(titled, min(options.queries, len(titled))), whole)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()

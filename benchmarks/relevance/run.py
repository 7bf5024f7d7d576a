"""Measures relevance next to bare ICU words and Lucene's BengaliAnalyzer, on judged Bengali collections.

    python -m benchmarks.relevance.run --data ../shared/data

Prints one table a measurement and writes figures and TREC runs to benchmarks/results/relevance/.
Tokens of the others are ranked by one plain BM25 (k1 1.2, b 0.75, title and body as one text), so that only
the tokens differ; Onneshon is measured as it ships, through ``Engine.rank``.
"""

import argparse
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.document import replace_figures
from benchmarks.lucene import peer
from benchmarks.relevance import tokens
from benchmarks.relevance.bm25 import BM25
from benchmarks.relevance.collections_on_disk import COLLECTIONS, Collection
from benchmarks.relevance.retyped import RETYPINGS, Retyping, attested
from onneshon.index import Article
from onneshon.search.engine.local_engine import Engine
from onneshon.search.evaluation.measures import (
    DEPTH,
    MEASURES,
    Judgments,
    Run,
    compare,
    means,
    measure,
    run_queries,
    write_run,
)

RESULTS = Path(__file__).parent.parent / "results" / "relevance"
DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "relevance.md"
OURS = "Onneshon"
RETYPED_QUERIES = 800

Searcher = Callable[[Mapping[str, str]], Run]
"""Maps queries by id to the ranking of each."""


@contextmanager
def onneshon(articles: Sequence[Article]) -> Iterator[Searcher]:
    """A searcher of the real engine over a temporary index."""
    with Engine.of(articles, time_limit=None) as engine:
        yield lambda queries: run_queries(lambda text: engine.rank(text, limit=DEPTH), queries)


def baseline(tokenize: tokens.Tokenizer, articles: Sequence[Article]) -> Searcher:
    """A searcher by BM25 over the tokens of a tokenizer."""
    documents = tokenize(f"{article.title}\n{article.body}\n{article.author}" for article in articles)
    bm25 = BM25(documents, [article.id for article in articles])

    def search(queries: Mapping[str, str]) -> Run:
        made = tokenize(queries.values())
        return {query: bm25.rank(words, DEPTH) for query, words in zip(queries, made, strict=True)}

    return search


@contextmanager
def searchers(
    articles: Sequence[Article], systems: Mapping[str, tokens.Tokenizer]
) -> Iterator[dict[str, Searcher]]:
    """The searchers of all systems over the same articles, ours last."""
    with onneshon(articles) as ours:
        yield {name: baseline(tokenize, articles) for name, tokenize in systems.items()} | {OURS: ours}


def judged(
    collection: Collection, found: Mapping[str, Searcher], queries: Mapping[str, str], judgments: Judgments
) -> dict[str, Any]:
    """The measures of every system, and the difference of ours from each."""
    runs = {name: search(queries) for name, search in found.items()}
    for name, run in runs.items():
        write_run(RESULTS / f"{collection.name}.{name.replace(' ', '-')}.run", run, name.replace(" ", "-"))
    scores = {name: measure(run, judgments) for name, run in runs.items()}
    print(f"\n{collection.name}: {len(queries)} queries")
    figures: dict[str, Any] = {}
    for name, values in scores.items():
        figures[name] = means(values)
        line = f"  {name:<24}" + "".join(
            f"{measured} {figures[name][measured]:.4f}  " for measured in MEASURES
        )
        if name != OURS:
            ours = compare(scores[OURS]["nDCG@10"], values["nDCG@10"])
            figures[name]["ours - this"] = [ours.difference, ours.low, ours.high]
            line += f"ours {ours.difference:+.4f} [{ours.low:+.4f}, {ours.high:+.4f}]"
        print(line)
    return figures


def retyped(
    found: Mapping[str, Searcher],
    queries: Mapping[str, str],
    judgments: Judgments,
    retypings: Mapping[str, Retyping],
) -> dict[str, Any]:
    """MRR@10 of retyped queries, and its ratio to the MRR@10 of the same queries as typed."""
    print(f"\nheadline queries retyped: {len(queries)} queries, MRR@10 (and its ratio to as typed)")
    figures: dict[str, Any] = {}
    for name, search in found.items():
        typed = means(measure(search(queries), judgments))["MRR@10"]
        figures[name] = {"as typed": typed}
        for retyping, retype in retypings.items():
            chance = Random(retyping)  # noqa: S311 (the same queries each time are the purpose)
            changed = {query: retype(text, chance) for query, text in queries.items()}
            value = means(measure(search(changed), judgments))["MRR@10"]
            figures[name][retyping] = {"MRR@10": value, "ratio": value / typed}
        cells = (
            f"{retyping} {row['MRR@10']:.3f} ({row['ratio']:.3f})"
            for retyping, row in figures[name].items()
            if retyping != "as typed"
        )
        print(f"  {name:<24}as typed {typed:.3f}  " + "  ".join(cells))
    return figures


def attested_errors(data: Path) -> dict[str, str]:
    """For each right word the wrong spelling that was typed most often."""
    rows = [
        line.split("\t")
        for line in (data / "spelling" / "bateclacor-words-dev.tsv").read_text("utf-8").splitlines()
    ]
    return {right: wrong for wrong, right, _ in sorted(rows, key=lambda row: int(row[2]))}


def romanised(data: Path, limit: int | None) -> dict[str, Any]:
    """The measures of finding a Bengali sentence by its Latin spelling, among all the sentences."""
    lines = (data / "romanised" / "shibli-5k-sentences-dev.tsv").read_text("utf-8").splitlines()
    pairs = [tuple(line.split("\t")) for line in lines]
    sentences = list(dict.fromkeys(bengali for _, bengali in pairs))
    numbers = {sentence: f"s{number}" for number, sentence in enumerate(sentences)}
    queries = {f"q{number}": latin for number, (latin, _) in enumerate(pairs[:limit])}
    judgments = {f"q{number}": {numbers[bengali]: 1} for number, (_, bengali) in enumerate(pairs[:limit])}
    with onneshon([Article(number, "", sentence) for sentence, number in numbers.items()]) as ours:
        figures = means(measure(ours(queries), judgments))
    print(f"\nshibli sentences: {len(queries)} Latin queries, {len(sentences)} Bengali sentences")
    print(f"  {OURS:<24}" + "  ".join(f"{name} {value:.4f}" for name, value in figures.items()))
    return figures


def markdown(figures: Mapping[str, Any]) -> Iterator[str]:
    """The figures as Markdown tables."""
    yield f"| collection | | {' | '.join(MEASURES)} | nDCG@10: ours more by, 95 % interval |"
    yield f"|---|---|{'---|' * len(MEASURES)}---|"
    for collection in COLLECTIONS:
        for name, row in figures.get(collection.name, {}).items():
            values = " | ".join(f"{row[measured]:.4f}" for measured in MEASURES)
            more = "{:+.4f} [{:+.4f}, {:+.4f}]".format(*row["ours - this"]) if name != OURS else ""
            yield f"| {collection.name} | {name} | {values} | {more} |"
    if "romanised" in figures:
        values = " | ".join(f"{figures['romanised'][measured]:.4f}" for measured in MEASURES)
        yield f"| shibli sentences, in Latin letters | {OURS} | {values} | |"
    if "retyped" in figures:
        yield from _retyped_markdown(figures["retyped"])


def _retyped_markdown(figures: Mapping[str, Any]) -> Iterator[str]:
    retypings = [name for name in next(iter(figures.values())) if name != "as typed"]
    yield ""
    yield f"| headline queries retyped, MRR@10 | as typed | {' | '.join(retypings)} |"
    yield f"|---|---|{'---|' * len(retypings)}"
    for name, row in figures.items():
        cells = (f"{row[retyping]['MRR@10']:.3f} ({row[retyping]['ratio']:.1%})" for retyping in retypings)
        yield f"| {name} | {row['as typed']:.3f} | {' | '.join(cells)} |"


def main() -> None:
    """Run the selected measurements."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--data", type=Path, default=Path("../shared/data"), help="folder of corpora and judged queries"
    )
    parser.add_argument("--limit-queries", type=int, help="measure fewer queries of each collection")
    parser.add_argument(
        "--only", action="append", help="a collection, 'retyped' or 'romanised'; may be repeated"
    )
    parser.add_argument(
        "--layers", action="store_true", help="also each of our layers alone under the plain BM25"
    )
    parser.add_argument("--document", action="store_true", help="write the figures into docs/relevance.md")
    options = parser.parse_args()
    if not options.data.is_dir():
        parser.error(f"there is no folder {options.data}; --data names the one with the judged collections")
    RESULTS.mkdir(parents=True, exist_ok=True)
    systems: dict[str, tokens.Tokenizer] = {"ICU words": tokens.raw}
    if peer.compiled():
        systems["Lucene BengaliAnalyzer"] = tokens.lucene
    if options.layers:
        systems |= {"our exact layer": tokens.exact, "our stem layer": tokens.stem}
    figures = measurements(options, systems)
    (RESULTS / "figures.json").write_text(json.dumps(figures, ensure_ascii=False, indent=1), "utf-8")
    if options.document:
        replace_figures(DOCUMENT, markdown(figures), "python -m benchmarks.relevance.run --document")
    print(f"\nfigures and runs are in {RESULTS}")


def measurements(options: argparse.Namespace, systems: Mapping[str, tokens.Tokenizer]) -> dict[str, Any]:
    """The selected measurements; all when none is named."""
    figures: dict[str, Any] = {}

    def wanted(name: str) -> bool:
        return not options.only or name in options.only

    for collection in COLLECTIONS:
        retype = collection.ignore_title and wanted("retyped")
        if not (wanted(collection.name) or retype):
            continue
        judgments = collection.judgments(options.data)
        queries = collection.queries(options.data, options.limit_queries)
        with searchers(collection.articles(options.data), systems) as found:
            if wanted(collection.name):
                figures[collection.name] = judged(collection, found, queries, judgments)
            if retype:
                retypings = RETYPINGS | {"attested errors": attested(attested_errors(options.data))}
                fewer = dict(list(queries.items())[:RETYPED_QUERIES])
                figures["retyped"] = retyped(found, fewer, judgments, retypings)
    if wanted("romanised"):
        figures["romanised"] = romanised(options.data, options.limit_queries)
    return figures


if __name__ == "__main__":
    main()

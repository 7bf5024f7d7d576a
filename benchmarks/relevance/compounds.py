"""Measures the loss with one compound of a headline typed apart, and with two neighbours typed together.

    python -m benchmarks.relevance.compounds --data ../shared/data

Takes for each rule the first 1,000 headlines that it changes, and prints nDCG@10 as typed and as retyped. A
headline finds its article, whose title is left out of the index.
"""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from benchmarks.relevance.collections_on_disk import COLLECTIONS
from onneshon.index import build
from onneshon.index.analysis.analyzer import analyze
from onneshon.index.analysis.icu_text import cluster_boundaries
from onneshon.index.analysis.script import is_bengali
from onneshon.index.analysis.stemmer import is_function_word
from onneshon.index.storage.reader import open_index
from onneshon.search.engine.local_engine import Engine
from onneshon.search.evaluation.measures import (
    DEPTH,
    Judgments,
    compare,
    means,
    measure,
    read_queries,
    run_queries,
)

__all__ = ["Known", "joined_neighbours", "split_compound"]

HEADLINES = 1_000
SHORTEST_PART = 3
"""The least number of code points of each part of a word that is typed apart."""
LEAST_KNOWN = 50
"""The least document frequency of each part."""

Known = Callable[[str], int]
"""Returns the document frequency of a word's exact form."""


def split_compound(text: str, known: Known) -> str:
    """The headline with the compound of the most frequent parts typed apart; itself if all are rare."""
    words = text.split(" ")
    cuts = [
        (min(known(word[:border]), known(word[border:])), place, border)
        for place, word in enumerate(words)
        if is_bengali(word)
        for border in cluster_boundaries(word)
        if SHORTEST_PART <= border <= len(word) - SHORTEST_PART
    ]
    held, place, border = max(cuts, default=(0, 0, 0))
    if held < LEAST_KNOWN:
        return text
    words[place] = f"{words[place][:border]} {words[place][border:]}"
    return " ".join(words)


def joined_neighbours(text: str, chance: Random) -> str:
    """The headline with two adjacent content words, drawn at random, typed together; itself if none are."""
    words = text.split(" ")
    places = [at for at in range(len(words) - 1) if _joinable(words[at]) and _joinable(words[at + 1])]
    if not places:
        return text
    at = chance.choice(places)
    return " ".join([*words[:at], words[at] + words[at + 1], *words[at + 2 :]])


def _joinable(word: str) -> bool:
    tokens = analyze(word)
    whole = len(tokens) == 1 and tokens[0].text == word
    return whole and is_bengali(word) and not is_function_word(tokens[0].exact)


def _changed(
    queries: Mapping[str, str], retype: Callable[[str], str]
) -> tuple[dict[str, str], dict[str, str]]:
    """The first headlines that a rule changes, as typed and as changed."""
    pairs = ((query, text, retype(text)) for query, text in queries.items())
    kept = [(query, text, other) for query, text, other in pairs if other != text][:HEADLINES]
    return {query: text for query, text, _ in kept}, {query: other for query, _, other in kept}


def report(engine: Engine, queries: Mapping[str, str], judgments: Judgments, known: Known) -> None:
    """Print the loss by each rule."""
    chance = Random("joined")  # noqa: S311 (the same queries each time are the purpose)
    rules: dict[str, Callable[[str], str]] = {
        "one compound apart": lambda text: split_compound(text, known),
        "two neighbours together": lambda text: joined_neighbours(text, chance),
    }
    for name, rule in rules.items():
        typed, changed = (
            measure(run_queries(lambda text: engine.rank(text, limit=DEPTH), part), judgments)
            for part in _changed(queries, rule)
        )
        loss = compare(changed["nDCG@10"], typed["nDCG@10"])
        values = " -> ".join(f"{means(part)['nDCG@10']:.4f}" for part in (typed, changed))
        interval = f"{loss.difference:+.4f} [{loss.low:+.4f}, {loss.high:+.4f}]"
        print(f"{name:<26} {len(typed['nDCG@10'])} headlines  nDCG@10 {values}  {interval}")


def main() -> None:
    """Build the index in a temporary folder, or open the one that is named, and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--data", type=Path, default=Path("../shared/data"), help="folder of corpora and judged queries"
    )
    parser.add_argument("--index", type=Path, help="the collection's index, built before")
    options = parser.parse_args()
    headlines = next(collection for collection in COLLECTIONS if collection.name == "headline-ittefaq")
    with TemporaryDirectory(prefix="onneshon-") as folder:
        directory = options.index or Path(folder, "index")
        if not options.index:
            build(headlines.articles(options.data), directory, max_bad="100%")
        with open_index(directory) as opened, Engine.open(directory, time_limit=None) as engine:
            queries = read_queries(options.data / "qa" / headlines.name / "queries.tsv", None)
            report(
                engine,
                queries,
                headlines.judgments(options.data),
                lambda word: opened.document_frequency("exact", word),
            )


if __name__ == "__main__":
    main()

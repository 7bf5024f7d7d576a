"""Measures how often the wanted word is among the suggestions for typed prefixes of words of headlines.

    python -m benchmarks.suggestions.prefixes --index var/index --headlines FILE [--half even|odd]

A headline is drawn, then one of its Bengali words of at least two clusters, then the number of clusters that
are typed, from 1 to 4 and never more than the word has. The word counts as found if one of eight suggestions
has a word of its stem. FILE has a headline a line; one half serves for tuning and the other for checking.
"""

import argparse
import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.index.analysis.icu_text import cluster_boundaries
from onneshon.index.analysis.script import is_bengali
from onneshon.search import Engine

SHOWN = 8
LONGEST = 4


@dataclass(frozen=True, slots=True)
class Typed:
    """A prefix of a word, the number of its clusters, and the stem that is wanted."""

    text: str
    clusters: int
    wanted: str
    exact: str


def draw(headlines: list[str], count: int, seed: int) -> list[Typed]:
    """Prefixes of words, drawn at random but always the same."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    found: list[Typed] = []
    while len(found) < count:
        words = [token for token in analyze(chance.choice(headlines)) if _clusters(token) > 1]
        if words:
            found.append(_cut(chance.choice(words), chance.randint(1, LONGEST)))
    return found


def _clusters(token: Token) -> int:
    return len(cluster_boundaries(token.text)) - 1 if is_bengali(token.exact) else 0


def _cut(token: Token, clusters: int) -> Typed:
    borders = cluster_boundaries(token.text)
    clusters = min(clusters, len(borders) - 1)
    return Typed(token.text[: borders[clusters]], clusters, token.stem, token.exact)


def found(engine: Engine, typed: Typed) -> bool:
    """Whether a suggestion has the wanted word, in any of its forms."""
    shown = engine.suggest(typed.text, limit=SHOWN)
    return any(token.stem == typed.wanted for suggestion in shown for token in analyze(suggestion.text))


def main() -> None:
    """Print the number found, by the number of clusters typed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--headlines", type=Path, required=True)
    parser.add_argument("--half", choices=("even", "odd", "all"), default="all")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1952)
    parser.add_argument("--missed", action="store_true", help="print what was not found")
    options = parser.parse_args()
    lines = options.headlines.read_text(encoding="utf-8").splitlines()
    chosen = {"even": lines[1::2], "odd": lines[::2], "all": lines}[options.half]
    typed = draw(chosen, options.count, options.seed)
    with Engine.open(options.index, time_limit=None) as engine:
        outcomes = [(typed_word, found(engine, typed_word)) for typed_word in typed]
        known = [engine.rank(f'"{typed_word.exact}"', limit=1) != [] for typed_word in typed]
    _report(outcomes, missed=options.missed)
    held = [hit for (_, hit), here in zip(outcomes, known, strict=True) if here]
    print(f"of words that an article has: {sum(held)} of {len(held)}, {sum(held) / len(held):.1%}")


def _report(outcomes: list[tuple[Typed, bool]], *, missed: bool) -> None:
    asked, good = Counter[int](), Counter[int]()
    for typed, hit in outcomes:
        asked[typed.clusters] += 1
        good[typed.clusters] += hit
    for clusters in sorted(asked):
        print(f"{clusters} clusters: {good[clusters]} of {asked[clusters]}")
    print(f"together: {good.total()} of {asked.total()}, {good.total() / asked.total():.1%}")
    if missed:
        for typed, hit in outcomes:
            if not hit:
                print(f"  {typed.text}  {typed.exact}")


if __name__ == "__main__":
    main()

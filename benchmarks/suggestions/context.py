"""Measures whether the second word is suggested after a whole first one, and whether articles have it.

    python -m benchmarks.suggestions.context --index DIR --data DIR

Collocations are drawn from the adjacent words of the index, and typed in Bengali and in Latin letters, as
people spelt them (``benchmarks.romanised``): the first word, a space, and 0 to 3 letters of the second. A hit
is a suggestion that begins with both words, in any form. For all suggestions shown it is checked whether an
article has their words adjacent, and whether counts are over twice what a search finds.
"""

import argparse
import math
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.romanised.pairs import name_pairs, word_pairs
from onneshon.index.analysis.analyzer import analyze
from onneshon.index.analysis.icu_text import cluster_boundaries
from onneshon.index.analysis.stemmer import is_function_word
from onneshon.index.storage.reader import open_index
from onneshon.search import Engine
from onneshon.search.understanding.suggestion import Suggestion

SHOWN = 8
LETTERS = range(4)
FREQUENT = 15
TOGETHER = 3.0


@dataclass
class Tally:
    """The counts of one script, by letters of the second word."""

    found: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    first: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    apart: int = 0
    too_high: int = 0
    rows: int = 0


def collocations(index: Path) -> list[tuple[str, str]]:
    """Pairs of Bengali words that are adjacent far more often than by chance, in the order of the file."""
    with open_index(index) as reader:
        counts = reader.pairs.counts()
    words = [word.decode() for word in counts.words]
    usual = [
        len(word) > 1 and "\u0985" <= word[0] <= "\u09df" and not is_function_word(word) for word in words
    ]
    found = []
    for pair, count in zip(counts.pairs.tolist(), counts.counts.tolist(), strict=True):
        first, second = pair >> 32, pair & 0xFFFFFFFF
        if count >= FREQUENT and usual[first] and usual[second]:
            chance = counts.occurrences[first] * counts.occurrences[second] / counts.total
            if math.log(count / chance) > TOGETHER:
                found.append((words[first], words[second]))
    return found


def in_latin(data: Path) -> dict[str, list[str]]:
    """The Latin spellings of Bengali words."""
    found: dict[str, list[str]] = defaultdict(list)
    for latin, word in [*word_pairs(data), *name_pairs(data)]:
        found[word].append(latin)
    return found


def measure(engine: Engine, typed: Sequence[tuple[str, str, tuple[str, str]]], *, clusters: bool) -> Tally:
    """Type each pair with each number of letters of its second word."""
    tally = Tally()
    for first, second, wanted in typed:
        stems = [token.stem for token in analyze(" ".join(wanted))]
        for letters in LETTERS:
            borders = cluster_boundaries(second) if clusters else range(len(second) + 1)
            end = borders[min(letters, len(borders) - 1)]
            shown = engine.suggest(f"{first} {second[:end]}", limit=SHOWN)
            hits = [
                row for row in shown if [token.stem for token in analyze(row.text)][: len(stems)] == stems
            ]
            tally.found[letters] += bool(hits)
            tally.first[letters] += bool(hits and hits[0] == shown[0])
            if letters == 1:
                judge(engine, shown, tally)
    return tally


def judge(engine: Engine, shown: Sequence[Suggestion], tally: Tally) -> None:
    """Check each suggestion that is not a title by searches."""
    for row in shown:
        if row.kind != "title":
            tally.rows += 1
            words = len(analyze(row.text))
            tally.apart += words > 1 and engine.search(f'="{row.text}"', limit=1).total == 0
            tally.too_high += row.count > 2 * engine.search(row.text, limit=1).total


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    pairs = collocations(asked.index)
    chance = random.Random(asked.seed)  # noqa: S311 - no secret
    spellings = in_latin(asked.data)
    bengali = [(*pair, pair) for pair in chance.sample(pairs, asked.count)]
    both = [pair for pair in pairs if all(word in spellings for word in pair)]
    latin = [
        (chance.choice(spellings[pair[0]]), chance.choice(spellings[pair[1]]), pair)
        for pair in chance.sample(both, min(asked.count, len(both)))
    ]
    with Engine.open(asked.index, time_limit=None) as engine:
        for name, typed in (("Bengali", bengali), ("Latin", latin)):
            tally = measure(engine, typed, clusters=name == "Bengali")
            shown = ", ".join(f"+{n} {tally.found[n] / len(typed):.2f}" for n in LETTERS)
            first = ", ".join(f"+{n} {tally.first[n] / len(typed):.2f}" for n in LETTERS)
            print(f"{name}, {len(typed)}: shown {shown}; in the first row {first}")
            apart, too_high = (count / max(1, tally.rows) for count in (tally.apart, tally.too_high))
            print(f"  {tally.rows} rows at +1: in no article {apart:.3f}, counts over twice {too_high:.3f}")


if __name__ == "__main__":
    main()

"""Measures how often the wanted word is suggested despite a slip: words of headlines, each with one slip.

    python -m benchmarks.suggestions.slips --index DIR --headlines FILE [--words N]

A word has at least five clusters, the first of which is typed right, and is in at least fifty articles. One
letter of it is replaced, added or missing, a vowel sign is replaced, or two adjacent clusters are exchanged,
drawn at random but always the same. The word counts as found if one of eight suggestions has a word of its
stem. Processor times are printed too.
"""

import argparse
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.suggestions.prefixes import SHOWN
from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.index.analysis.icu_text import cluster_boundaries
from onneshon.index.analysis.script import CONSONANTS, is_bengali
from onneshon.search import Engine

CLUSTERS: Final = 5
ARTICLES: Final = 50
SIGNS: Final = "ািীুূেো"


def wanted(engine: Engine, headlines: list[str], count: int) -> list[Token]:
    """The first words of the headlines that are long enough and in enough articles, each once."""
    found: dict[str, Token] = {}
    for token in (token for line in headlines for token in analyze(line)):
        long = is_bengali(token.exact) and len(cluster_boundaries(token.exact)) > CLUSTERS
        if long and token.exact not in found:
            if engine.search(f"={token.exact}", limit=0).total >= ARTICLES:
                found[token.exact] = token
            if len(found) == count:
                break
    return [*found.values()]


def slips(word: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    """Each kind of slip, with the word as it is then typed."""
    borders = cluster_boundaries(word)
    consonants = [place for place, letter in enumerate(word) if place and letter in CONSONANTS]
    signs = [place for place, letter in enumerate(word) if letter in SIGNS]
    letters = sorted(CONSONANTS)
    place = chance.choice(borders[1:-1])
    yield "one letter more", word[:place] + chance.choice(letters) + word[place:]
    if consonants:
        place = chance.choice(consonants)
        yield "another letter", word[:place] + chance.choice(letters) + word[place + 1 :]
    if signs:
        place = chance.choice(signs)
        yield "another vowel", word[:place] + chance.choice(SIGNS) + word[place + 1 :]
        yield "no vowel", word[:place] + word[place + 1 :]
    first, second, end = chance.choice([*zip(borders[1:], borders[2:], borders[3:], strict=False)])
    yield "one cluster less", word[:first] + word[second:]
    yield "two exchanged", word[:first] + word[second:end] + word[first:second] + word[end:]


def main() -> None:
    """Print the number found, by the kind of slip."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--headlines", type=Path, required=True)
    parser.add_argument("--words", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1952)
    options = parser.parse_args()
    chance = random.Random(options.seed)  # noqa: S311 - no secret
    asked, found, times = Counter[str](), Counter[str](), []
    with Engine.open(options.index, time_limit=None) as engine:
        for token in wanted(engine, options.headlines.read_text("utf-8").splitlines(), options.words):
            for kind, typed in slips(token.exact, chance):
                if typed == token.exact:
                    continue
                began = time.thread_time()
                shown = engine.suggest(typed, limit=SHOWN)
                times.append((time.thread_time() - began) * 1000)
                asked[kind] += 1
                found[kind] += any(
                    shown_token.stem == token.stem for each in shown for shown_token in analyze(each.text)
                )
    for kind, times_asked in asked.items():
        print(f"{kind}: {found[kind]} of {times_asked}, {found[kind] / times_asked:.0%}")
    print(f"together: {found.total()} of {asked.total()}, {found.total() / asked.total():.1%}")
    p50, p95 = np.percentile(times, [50, 95])
    print(f"ms of the thread: p50 {p50:.2f}, p95 {p95:.2f}, max {max(times):.2f}")


if __name__ == "__main__":
    main()

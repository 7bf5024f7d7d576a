"""Measures unfinished last words, where one of two words has a slip: which are read as meant?

    python -m benchmarks.reading.unfinished INDEX HEADLINES [--seed 3]

HEADLINES has one a line. Of two words that are often adjacent in articles, the last is cut, and one of the
two has a slip of the hand: prints how many are read as words that articles have adjacent, and how many when
only words as typed are considered. Then prints for how many pairs that no article has, with a rare last word,
that word is read as another because of it: these pairs are right.
"""

import argparse
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from unittest.mock import patch

from benchmarks.reading.neighbours import neighbours
from onneshon import analyze
from onneshon.index.analysis.icu_text import cluster_boundaries
from onneshon.index.storage.reader import IndexReader, open_index
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.index_protocols import document_frequency
from onneshon.search.understanding import hypotheses
from onneshon.search.understanding.hypotheses import Hypotheses
from onneshon.search.understanding.lattice import folded_stem
from onneshon.search.understanding.misspellings import NO_SLIP
from onneshon.search.understanding.readings import Readings

OFTEN: Final = 20
"""The least number of times that articles have the two words of a pair adjacent."""

CLUSTERS: Final = 3
"""The least number of clusters of a word that is cut; at least two of them are typed."""

ALIKE: Final = ("ণন", "শস", "ষশ", "িী", "ুূ", "জয", "তথ", "দধ", "বভ", "ংঙ", "েি", "োু")
"""Pairs of letters that people type for each other."""

LEFT_OUT: Final = "ািীুূেোঁংঃ"

Pair = tuple[str, str]


def cut(pairs: Sequence[Pair], chance: random.Random) -> Iterator[tuple[str, str, Pair]]:
    """Yield where the slip is, the typed text, and the words meant."""
    for first, last in pairs:
        borders = [border for border in cluster_boundaries(last) if border]
        if len(borders) >= CLUSTERS:
            typed = last[: borders[chance.randrange(1, len(borders) - 1)]]
            if found := slips(first):
                yield "the word before", f"{chance.choice(found)} {typed}", (first, last)
            if found := slips(typed):
                yield "its beginning", f"{first} {chance.choice(found)}", (first, last)


def slips(word: str) -> list[str]:
    """A word with one letter after the first replaced by one that sounds alike, or a sign left out."""
    found = []
    for at, letter in enumerate(word[1:], 1):
        others = {other for pair in ALIKE if letter in pair for other in pair.replace(letter, "")}
        others |= {""} if letter in LEFT_OUT else set()
        found += [word[:at] + other + word[at + 1 :] for other in sorted(others)]
    return found


def is_meant(read: Sequence[str], typed: str, meant: Pair, index: IndexReader) -> bool:
    """Whether two words are read as meant, or the last as another frequent completion after the first."""
    if len(read) != len(meant) or folded_stem(read[0]) != folded_stem(meant[0]):
        return False
    return folded_stem(read[1]) == folded_stem(meant[1]) or (
        read[1] != typed and index.pairs.count(*read) >= OFTEN
    )


def whole(text: str, readings: Readings) -> list[str]:
    """All words of a text after reading, in canonical spelling."""
    tokens = analyze(text)
    words = [token.exact for token in tokens]
    for reading in reversed(readings.read(text, tokens, TimeBudget())):
        words[reading.first : reading.last] = [token.exact for token in analyze(reading.text)]
    return words


def main() -> None:
    """Read all pairs, with and without misspelt prefixes."""
    parser = argparse.ArgumentParser(description="Last words that are not typed to their end, with a slip.")
    parser.add_argument("index", type=Path)
    parser.add_argument("headlines", type=Path, help="one a line")
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--show", action="store_true", help="what is read otherwise, too")
    asked = parser.parse_args()
    chance = random.Random(asked.seed)  # noqa: S311  # a sample, no secret
    with open_index(asked.index) as index:
        pairs = [*neighbours(asked.headlines.read_text("utf-8").splitlines())]
        often = [pair for pair in pairs if index.pairs.count(*pair) >= OFTEN]
        rare = [
            " ".join(pair)
            for pair in pairs
            if document_frequency(pair[1], index) < NO_SLIP and not index.pairs.count(*pair)
        ]
        typed = [*cut(often, chance)]
        readings = Readings(index, lambda _: 0)
        texts = (*rare, *(text for _, text, _ in typed))
        now = [whole(text, readings) for text in texts]
        with (
            patch.object(hypotheses, "misspelt", lambda *_: []),
            patch.object(Hypotheses, "_meant_before", lambda _self, word, _last: [word.exact]),
        ):
            without = [whole(text, readings) for text in texts]
        for kind in dict.fromkeys(kind for kind, _, _ in typed):
            found = [
                [is_meant(ways[len(rare) + at], text.split()[-1], meant, index) for ways in (now, without)]
                for at, (where, text, meant) in enumerate(typed)
                if where == kind
            ]
            right, before = map(sum, zip(*found, strict=True))
            print(f"{kind}: of {len(found)} {right} are read as meant, and {before} without it")
    otherwise = [
        (text, *ways)
        for text, *ways in zip(rare, now, without, strict=False)
        if folded_stem(ways[0][-1]) != folded_stem(ways[1][-1])
    ]
    print(f"{len(otherwise)} of {len(rare)} pairs that no article has are read otherwise for it")
    if asked.show:
        print(*(f"{text}: {' '.join(way)}" for text, way, _ in otherwise), sep="\n")


if __name__ == "__main__":
    main()

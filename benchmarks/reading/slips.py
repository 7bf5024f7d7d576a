"""Counts words of articles that are slips of the hand for others, and those that are read as meant.

    python -m benchmarks.reading.slips INDEX JSONL --words FILE [--count 400] [--seed 1] [--show]

JSONL has the articles of the index, FILE words that are known to be right, one a line. A slip is a long word
in few articles that differs by a slip, as ``search.understanding.certainty`` defines it, from a word that is
in ten times as many and has another stem. Prints the number of slips within the list of right words and
outside it, and how many are read as the other word: of all in the list, and of ``--count`` drawn outside it.
"""

import argparse
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from onneshon import Engine, analyze
from onneshon.index.analysis.script import HASANTA
from onneshon.search.understanding.certainty import FAR_MORE, slip_of_hand
from onneshon.search.understanding.misspellings import NO_SLIP

__all__ = ["slips"]


def slips(articles: Mapping[str, int], stems: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield slips, each with the most frequent word that may be meant.

    Args:
        articles: the document frequency of each word, in canonical spelling.
        stems: the stems of these words.
    """
    frequent = {word for word, count in articles.items() if count >= FAR_MORE}
    with_one_less = defaultdict(set)
    but_for_one = defaultdict(set)
    for word in frequent:
        for less in _with_one_less(word):
            with_one_less[less].add(word)
        for part in _but_for_one(word):
            but_for_one[part].add(word)
    for word, count in articles.items():
        if count < NO_SLIP:
            near = {
                *with_one_less.get(word, ()),
                *frequent.intersection((*_with_one_less(word), *_swapped(word))),
                *(other for part in _but_for_one(word) for other in but_for_one.get(part, ())),
            }
            found = [
                other
                for other in near
                if articles[other] >= FAR_MORE * count
                and stems[other] != stems[word]
                and slip_of_hand(word, other)
            ]
            if found:
                yield word, max(found, key=lambda other: (articles[other], other))


def _with_one_less(word: str) -> Iterator[str]:
    """The word without one of its letters, or without half a conjunct."""
    yield from map("".join, _but_for_one(word))
    yield from (word[:at] + word[at + 2 :] for at in range(len(word) - 1) if HASANTA in word[at : at + 2])


def _but_for_one(word: str) -> Iterator[tuple[str, str]]:
    return ((word[:at], word[at + 1 :]) for at in range(len(word)))


def _swapped(word: str) -> Iterator[str]:
    return (word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1))


def _words_of(articles: Path) -> tuple[Counter[str], dict[str, str]]:
    """The document frequency of each word, and its stem."""
    counts: Counter[str] = Counter()
    stems: dict[str, str] = {}
    for row in map(json.loads, articles.read_text("utf-8").splitlines()):
        words = {token.exact: token.stem for text in (row["title"], row["body"]) for token in analyze(text)}
        counts.update(words.keys())
        stems |= words
    return counts, stems


def _read_as_meant(engine: Engine, pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The pairs whose first word is read as the second in a search."""
    return [(word, other) for word, other in pairs if other in _read_as(engine, word)]


def _read_as(engine: Engine, word: str) -> Sequence[str]:
    return [
        token.exact for reading in engine.search(word, limit=1).readings for token in analyze(reading.word)
    ]


def main() -> None:
    """Count the slips."""
    parser = argparse.ArgumentParser(description="Words of articles that are slips of the hand.")
    parser.add_argument("index", type=Path)
    parser.add_argument("articles", type=Path, help="those of the index, as lines of JSON")
    parser.add_argument("--words", type=Path, required=True, help="a file of right words, one a line")
    parser.add_argument("--count", type=int, default=400, help="of those that are in no list")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true", help="each of them, and what it is read as, too")
    asked = parser.parse_args()
    right = {token.exact for word in asked.words.read_text("utf-8").split() for token in analyze(word)}
    pairs = sorted(slips(*_words_of(asked.articles)))
    listed = [pair for pair in pairs if pair[0] in right]
    others = [pair for pair in pairs if pair[0] not in right]
    draw = random.Random(asked.seed)  # noqa: S311  # a sample, no secret
    drawn = draw.sample(others, min(asked.count, len(others)))
    with Engine.open(asked.index, time_limit=None) as engine:
        for name, every, sample in (("in no list", others, drawn), ("right words", listed, listed)):
            read = _read_as_meant(engine, sample)
            print(f"{len(every)} {name}; of {len(sample)} of them {len(read)} are read as the other")
            if asked.show:
                print(*(f"{word} = {other}" for word, other in read), sep="\n")


if __name__ == "__main__":
    main()

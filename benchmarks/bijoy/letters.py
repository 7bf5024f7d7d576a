"""Makes `index/encodings/data/bijoy_letters.tsv`: weights of letter pairs, Bijoy against Latin.

    python -m benchmarks.bijoy.letters --bengali CORPUS.jsonl.xz --latin TEXTS.tsv ... > TABLE

CORPUS has Bengali articles, which are typed for Bijoy here; TEXTS has Latin texts in its first column. Every
other line is left out, to measure on. The English texts are from the documentation of Python.
"""

import argparse
import json
import lzma
import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from pydoc_data.topics import topics

from benchmarks.bijoy.typist import Typist
from onneshon.index.encodings.legacy import CLASSES, core_of, letter_class

HEAD = """\
# Weights of pairs of letters in tenths of a natural logarithm: how much likelier each is in a text typed
# for Bijoy than in one in Latin letters. Rows: the first letter, columns: the second, both in the order
# of CLASSES in legacy.py. Made by benchmarks/bijoy/letters.py: Bijoy from Bengali newspaper
# articles, typed; Latin from Bengali in Latin letters of social media, names, and English prose, each
# word also with a capital and in capitals. Counts only: no text is in it."""
LIMIT = 4.0
DIGIT = "0"
"""The class of digits, whose weight is 0: both sorts of text have numbers."""


def pairs(words: Iterable[str], counts: dict[str, float], weight: float = 1) -> None:
    """Add the letter pairs of the given words to the counts."""
    for word in words:
        shape = f" {''.join(map(letter_class, core_of(word)))} "
        for at in range(len(shape) - 1):
            pair = shape[at : at + 2]
            counts[pair] = counts.get(pair, 0) + weight


def bengali(path: Path, articles: int) -> Iterator[str]:
    """The words of a corpus, typed for Bijoy."""
    typist = Typist()
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for _, line in zip(range(articles), lines, strict=False):
            article = json.loads(line)
            text = f"{article.get('title', '')} {article['body']}"
            yield from typist(
                "".join(each for each in text if not each.isascii() or not each.isalpha())
            ).split()


def latin(paths: Iterable[Path]) -> Iterator[str]:
    """The words of every other line of the given files, and of English prose."""
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines()[::2]:
            yield from line.split("\t")[0].split()
    for text in topics.values():
        yield from text.split()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bengali", type=Path, required=True)
    parser.add_argument("--latin", type=Path, nargs="+", required=True)
    parser.add_argument("--articles", type=int, default=2000)
    options = parser.parse_args()
    ours: dict[str, float] = {}
    theirs: dict[str, float] = {}
    pairs(bengali(options.bengali, options.articles), ours)
    words = [word for word in latin(options.latin) if word.isascii()]
    pairs(words, theirs)
    pairs((word.title() for word in words), theirs, 0.2)
    pairs((word.upper() for word in words), theirs, 0.1)
    print(HEAD)
    total_ours, total_theirs = sum(ours.values()), sum(theirs.values())
    for first in CLASSES:
        row = []
        for second in CLASSES:
            share = (ours.get(first + second, 0) + 1) / (total_ours + 4000)
            other = (theirs.get(first + second, 0) + 1) / (total_theirs + 4000)
            weight = max(-LIMIT, min(LIMIT, math.log(share / other)))
            row.append(0 if DIGIT in {first, second} else round(10 * weight))
        print("\t".join(map(str, row)))


if __name__ == "__main__":
    main()

"""Measures the harm of reading to queries that need none: rare words, words of a title, and nonsense.

    python -m benchmarks.reading.harm INDEX --words FILE [--titles JSONL] [--seed 1] [--show]

FILE has words that are known to be right, one a line, of which 300 are drawn that are in 3 to 20 articles;
JSONL has the articles of the index. Prints the number of words that were read as something else, of 100
strings of random letters that find something, and of 100 pairs of words from a title whose article is among
the first three: pairs of any words, which many titles may share, and pairs of content words that at most
three titles have.
"""

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from onneshon import Engine, analyze
from onneshon.index.analysis.stemmer import is_function_word

__all__ = ["nonsense", "pairs_of_titles", "rare", "read_otherwise", "telling"]

RARE: Final = range(3, 21)
"""The document frequencies of a rare word."""

WORDS: Final = 300
PAIRS: Final = 100
MANY: Final = 10 * PAIRS
FIRST: Final = 3
CONSONANTS: Final = "কখগঘচছজঝটঠডঢতথদধনপফবভমযরলশষসহ"
VOWEL_SIGNS: Final = ("", "া", "ি", "ী", "ু", "ূ", "ে", "ো")


def rare(engine: Engine, words: Iterable[str]) -> Iterator[str]:
    """The given words that are rare in the exact form."""
    return (word for word in words if engine.search(f"={word}", limit=0).total in RARE)


def read_otherwise(engine: Engine, words: Iterable[str]) -> list[str]:
    """The given words that are read as something else, each with its reading."""
    pages = ((word, engine.search(word, limit=1)) for word in words)
    return [f"{word} = {reading.word}" for word, page in pages for reading in page.readings]


def pairs_of_titles(
    titles: Sequence[tuple[str, str]], draw: random.Random, many: int = PAIRS
) -> Iterator[tuple[str, str]]:
    """Yield an id and two words of its title, adjacent or not, for random titles."""
    for identity, title in draw.sample(titles, many):
        words = [token.text for token in analyze(title)]
        if len(words) > 1:
            yield identity, " ".join(words[at] for at in sorted(draw.sample(range(len(words)), 2)))


def telling(titles: Sequence[tuple[str, str]], pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The given pairs that are content words and that at most ``FIRST`` titles have."""
    having = defaultdict(set)
    for identity, title in titles:
        for token in analyze(title):
            having[token.stem].add(identity)
    for identity, text in pairs:
        tokens = analyze(text)
        shared = set.intersection(*[having[token.stem] for token in tokens])
        if len(shared) <= FIRST and not any(is_function_word(token.exact) for token in tokens):
            yield identity, text


def nonsense(draw: random.Random) -> str:
    """Four to six syllables of random letters."""
    return "".join(draw.choice(CONSONANTS) + draw.choice(VOWEL_SIGNS) for _ in range(draw.randint(4, 6)))


def _is_first(engine: Engine, identity: str, text: str) -> bool:
    return any(hit.id == identity for hit in engine.search(text, limit=FIRST))


def _titles(articles: Path) -> list[tuple[str, str]]:
    rows = map(json.loads, articles.read_text("utf-8").splitlines())
    return [(row["id"], row["title"]) for row in rows]


def main() -> None:
    """Measure the three figures."""
    parser = argparse.ArgumentParser(description="What reading does to queries that need none.")
    parser.add_argument("index", type=Path)
    parser.add_argument("--words", type=Path, required=True, help="a file of right words, one a line")
    parser.add_argument("--titles", type=Path, help="the articles of the index, as lines of JSON")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true", help="each word that was read otherwise, too")
    asked = parser.parse_args()
    draw = random.Random(asked.seed)  # noqa: S311  # a sample, no secret
    words = asked.words.read_text("utf-8").split()
    draw.shuffle(words)
    with Engine.open(asked.index, time_limit=None) as engine:
        sample = [word for word, _ in zip(rare(engine, words), range(WORDS), strict=False)]
        otherwise = read_otherwise(engine, sample)
        print(f"{len(otherwise)} of {len(sample)} rare words are read as something else")
        if asked.show:
            print(*otherwise, sep="\n")
        found = [text for text in (nonsense(draw) for _ in range(100)) if engine.search(text, limit=0).total]
        print(f"{len(found)} of 100 strings of random letters find something")
        if asked.titles:
            titles = _titles(asked.titles)
            any_words = [*pairs_of_titles(titles, draw)]
            of_content = [*islice(telling(titles, pairs_of_titles(titles, draw, MANY)), PAIRS)]
            for name, pairs in (("words", any_words), ("telling words", of_content)):
                missed = [text for identity, text in pairs if not _is_first(engine, identity, text)]
                hits = len(pairs) - len(missed)
                print(f"{hits} of {len(pairs)} pairs of {name} of a title find it among the first {FIRST}")
                if asked.show:
                    print(*missed, sep="\n")


if __name__ == "__main__":
    main()

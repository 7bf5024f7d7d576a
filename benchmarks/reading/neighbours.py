"""Counts words in articles that are read as another for want of their neighbours there, rightly or not.

    python -m benchmarks.reading.neighbours INDEX HEADLINES [--count 2500] [--seed 3] [--show]

HEADLINES has one a line, best of papers that the index does not have. Two adjacent words that no article has
adjacent are both right: prints how many such pairs are read otherwise because of their neighbours. Of two
that are often adjacent in articles, one is replaced by a word of the index that differs by a slip of the
hand: prints how many are read as meant, and how many without regard to neighbours; how many of the rest are
offered as meant, and for how many of the right pairs another text is offered. Then prints in how many English
terms and sentences two words are read by sound, since articles have these adjacent.
"""

import argparse
import random
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple
from unittest.mock import patch

from benchmarks.reading.english import SENTENCES
from onneshon import analyze
from onneshon.index.kernel.spelling import is_bengali
from onneshon.index.storage.reader import IndexReader, open_index
from onneshon.index.vocabulary.vocabulary import CANDIDATES
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.understanding import hypotheses
from onneshon.search.understanding.certainty import is_slip
from onneshon.search.understanding.latin_company import written_as_heard
from onneshon.search.understanding.latin_reading import LatinReader
from onneshon.search.understanding.lattice import Context, folded_stem
from onneshon.search.understanding.readings import Readings

__all__ = ["Slip", "neighbours", "slip_of"]

OFTEN: Final = 3
"""The least number of times that articles have the two words of a pair adjacent."""

SHARE: Final = 0.25
"""The share of these pairs that is drawn at random."""

TERMS: Final = Path(__file__).with_name("terms.txt")
"""English terms of two or three words, as people mix them into Bengali."""


class Slip(NamedTuple):
    """A query with a slip in it.

    Attributes:
        text: both words.
        meant: the word that one of them is a slip for, in canonical spelling.
    """

    text: str
    meant: str


def neighbours(headlines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Adjacent words of Bengali letters, each pair once."""
    seen = set()
    for headline in headlines:
        words = [token.exact for token in analyze(headline)]
        for pair in pairwise(words):
            if pair not in seen and all(map(is_bengali, pair)):
                seen.add(pair)
                yield pair


def slip_of(pair: tuple[str, str], at: int, index: IndexReader, chance: random.Random) -> Slip | None:
    """Two words with one replaced by a word of the index that differs by a slip; None where none does."""
    meant = pair[at]
    near = [found.word for found in index.vocabulary.similar(meant, CANDIDATES)]
    others = [word for word in near if is_slip(word, meant) and folded_stem(word) != folded_stem(meant)]
    if not others:
        return None
    words = [*pair]
    words[at] = chance.choice(others)
    return Slip(" ".join(words), meant)


def read_as(readings: Readings, text: str) -> list[str]:
    """The readings of a text's words, in canonical spelling."""
    found = readings.read(text, analyze(text), TimeBudget())
    return [token.exact for reading in found for token in analyze(reading.text)]


def offered_for(readings: Readings, text: str) -> list[str]:
    """The words of the first text that is offered instead of another, in canonical spelling."""
    tokens = analyze(text)
    found = readings.others(text, tokens, range(len(tokens)), TimeBudget())
    return [token.exact for token in analyze(found[0])] if found else []


def heard(text: str, index: IndexReader) -> bool:
    """Whether two words of an English text are read by sound."""
    spans = LatinReader(index, lambda _: 0, TimeBudget()).spans(text, analyze(text))
    return written_as_heard(spans, Context(index.pairs)) != spans


def main() -> None:
    """Read all pairs, with and without regard to neighbours."""
    parser = argparse.ArgumentParser(description="Words that never stand beside their neighbours.")
    parser.add_argument("index", type=Path)
    parser.add_argument("headlines", type=Path, help="one a line")
    parser.add_argument("--count", type=int, default=2_500, help="of headlines")
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--show", action="store_true", help="the pairs that are read otherwise, too")
    asked = parser.parse_args()
    chance = random.Random(asked.seed)  # noqa: S311  # a sample, no secret
    lines = asked.headlines.read_text("utf-8").splitlines()
    with open_index(asked.index) as index:
        pairs = [*neighbours(chance.sample(lines, min(asked.count, len(lines))))]
        new = [" ".join(pair) for pair in pairs if not index.pairs.count(*pair)]
        often = [pair for pair in pairs if index.pairs.count(*pair) >= OFTEN and chance.random() < SHARE]
        slips = [slip for pair in often for at in (0, 1) if (slip := slip_of(pair, at, index, chance))]
        readings = Readings(index, lambda _: 0)
        texts = [*new, *(slip.text for slip in slips)]
        now = [read_as(readings, text) for text in texts]
        with patch.object(hypotheses, "slips_in_place", lambda *_: ()):
            without = [read_as(readings, text) for text in texts]
        offered = [[] if way else offered_for(readings, text) for text, way in zip(texts, now, strict=True)]
        english = {
            name: [heard(text, index) for text in file.read_text("utf-8").splitlines()]
            for name, file in (("terms", TERMS), ("sentences", SENTENCES))
        }
    otherwise = [(text, *ways) for text, *ways in zip(new, now, without, strict=False) if ways[0] != ways[1]]
    print(f"{len(otherwise)} of {len(new)} pairs that no article has are read otherwise for it")
    right = [
        sum(slip.meant in way for slip, way in zip(slips, ways[len(new) :], strict=True))
        for ways in (now, without)
    ]
    print(f"of {len(slips)} slips {right[0]} are read as meant, and {right[1]} without it")
    meant = [slip.meant in words for slip, words in zip(slips, offered[len(new) :], strict=True)]
    print(f"of the slips that are not read {sum(meant)} are offered as meant")
    print(f"for {sum(map(bool, offered[: len(new)]))} of the pairs that no article has others are offered")
    for name, found in english.items():
        print(f"{sum(found)} of {len(found)} English {name} have words that are read as they are heard")
    if asked.show:
        print(*(f"{text}: {', '.join(way)}" for text, way, _ in otherwise), sep="\n")


if __name__ == "__main__":
    main()

"""Searches English sentences: are function words read as Bengali words, and what is the first hit?

    python -m benchmarks.reading.english INDEX [--sentences FILE] [--titles]

Prints a line a sentence: the readings of its function words, and with ``--titles`` the sentence as it was
understood and the first title, for a person to judge. Ends with the share of sentences in which a function
word was read.
"""

import argparse
from pathlib import Path
from typing import Final

from onneshon import Engine, ResultPage

__all__ = ["FUNCTION_WORDS", "asserted"]

SENTENCES: Final = Path(__file__).with_name("english.txt")

FUNCTION_WORDS: Final = frozenset(Path(__file__).with_name("function_words.txt").read_text("utf-8").split())
"""The closed classes of English, and the adverbs that go with them."""


def asserted(page: ResultPage) -> list[str]:
    """The readings on a page that are made of function words alone."""
    return [
        f"{reading.typed} = {reading.word}"
        for reading in page.readings
        if {*reading.typed.lower().split()} <= FUNCTION_WORDS
    ]


def _line(engine: Engine, sentence: str, *, titles: bool) -> tuple[str, bool]:
    page = engine.search(sentence, limit=1)
    false = asserted(page)
    parts = [sentence, ", ".join(false)]
    if titles:
        parts.append(page.understanding.understood if page.understanding else "")
        parts += [hit.title for hit in page]
    return "\t".join(parts), bool(false)


def main() -> None:
    """Search each sentence."""
    parser = argparse.ArgumentParser(description="What becomes of English sentences.")
    parser.add_argument("index", type=Path)
    parser.add_argument("--sentences", type=Path, default=SENTENCES, help="a file of them, one a line")
    parser.add_argument("--titles", action="store_true", help="what is found first, too")
    asked = parser.parse_args()
    sentences = asked.sentences.read_text("utf-8").splitlines()
    with Engine.open(asked.index, time_limit=None) as engine:
        lines = [_line(engine, sentence, titles=asked.titles) for sentence in sentences]
    for line, _ in lines:
        print(line)
    false = sum(is_false for _, is_false in lines)
    share = false / len(lines)
    print(f"{false} of {len(lines)} sentences ({share:.2f}): a function word is asserted to be something")


if __name__ == "__main__":
    main()

"""Which words the benchmark of neighbours asks for."""

import random
from pathlib import Path

from benchmarks.reading.neighbours import Slip, neighbours, slip_of
from onneshon.index import Article, build
from onneshon.index.analysis.canonical import canonical
from onneshon.index.storage.reader import open_index


def test_words_of_headlines_are_adjacent_once() -> None:
    """Of Bengali letters: numbers and Latin words have no slips of the hand."""
    lines = ["খালেদা জিয়া আজ", "আজ ১৫ জন", "খালেদা জিয়া BNP"]
    assert list(neighbours(lines)) == [("খালেদা", canonical("জিয়া")), (canonical("জিয়া"), "আজ")]


def test_a_slip_is_another_word_of_the_index(tmp_path: Path) -> None:
    """A letter away, and of another stem; the other word stays."""
    texts = ["খালেদা জিয়া", "জয়া আহসান", "জিয়ার কবর"]
    build([Article(f"news-{at}", text, text) for at, text in enumerate(texts)], tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        pair = ("খালেদা", canonical("জিয়া"))
        found = slip_of(pair, 1, index, random.Random(1))  # noqa: S311 (a draw for a test)
        assert found == Slip(f"খালেদা {canonical('জয়া')}", canonical("জিয়া"))
        assert slip_of(pair, 0, index, random.Random(1)) is None  # noqa: S311 (as above)

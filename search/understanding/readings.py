"""Other words that a query may mean: Latin letters read as Bengali, other spellings."""

from collections.abc import Container, Sequence

from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.search.query.reading import WordReader, WordReading
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.evidence import WordStatistics
from onneshon.search.understanding import spelling
from onneshon.search.understanding.latin_reading import LatinReader
from onneshon.search.understanding.latin_stretches import has_latin, has_latin_letters
from onneshon.search.understanding.spelling import SpellingReader
from onneshon.search.understanding.word_index import WordIndex

__all__ = ["other_spellings", "word_reader"]


def word_reader(index: WordIndex, statistics: WordStatistics, budget: TimeBudget) -> WordReader:
    """How Latin words and misspelt ones are read with the vocabulary of an index.

    Args:
        index: its words are what Latin ones may be.
        statistics: tells which of them stand side by side.
        budget: where it runs out, the words that remain are taken as they are.
    """

    def together(text: str) -> int:
        words = [token.stem for token in analyze(text)]
        if budget.spent() or len(words) < 2:  # noqa: PLR2004 - two are beside each other
            return 0
        return statistics.count(words)

    spelt = SpellingReader(index, budget)

    def read(text: str, tokens: Sequence[Token]) -> list[WordReading]:
        if not (has_latin_letters(text) and any(map(has_latin, tokens))):
            return spelt(tokens)
        found = LatinReader(index, together, budget)(text, tokens)
        taken = {place for reading in found for place in range(reading.first, reading.last)}
        corrected = (reading for reading in spelt(tokens) if reading.first not in taken)
        return sorted([*found, *corrected], key=lambda reading: reading.first)

    return read


def other_spellings(
    words: Sequence[str], index: WordIndex, doubted: Container[str], budget: TimeBudget
) -> list[str]:
    """Whole queries in other spellings, likeliest first; see ``spelling.suggest``."""
    return spelling.suggest(words, index, doubted, budget)

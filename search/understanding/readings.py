"""Other words that a query may mean: Latin letters read as Bengali, other spellings."""

from collections.abc import Container, Sequence

from index.analysis.analyzer import analyze
from search.query.reading import WordReader
from search.query.tree import Phrase, Term
from search.retrieval.budget import TimeBudget
from search.retrieval.index_protocols import Index
from search.retrieval.term_scorer import TermScorer
from search.understanding import spelling
from search.understanding.latin_reading import LatinReader

__all__ = ["other_spellings", "word_reader"]


def word_reader(index: Index, term_scorer: TermScorer, budget: TimeBudget) -> WordReader:
    """How Latin words are read with the vocabulary of an index, each in the company of those beside it.

    Args:
        index: its words are what Latin ones may be.
        term_scorer: tells which of them stand side by side.
        budget: where it runs out, the words that remain are taken as they are.
    """

    def together(text: str) -> int:
        words = [Term(token.text, token.exact, token.stem) for token in analyze(text)]
        if budget.spent() or len(words) < 2:  # noqa: PLR2004 - two are beside each other
            return 0
        return len(term_scorer.list(Phrase(tuple(words))))

    return LatinReader(index, together, budget)


def other_spellings(
    words: Sequence[str], index: Index, doubted: Container[str], budget: TimeBudget
) -> list[str]:
    """Whole queries in other spellings, likeliest first; see ``spelling.suggest``."""
    return spelling.suggest(words, index, doubted, budget)

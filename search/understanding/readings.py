"""Other words that a query may mean: Latin letters read by their sound, other spellings."""

from collections.abc import Container, Sequence

from index.analysis.analyzer import Token, analyze
from search.query.tree import Phrase, Term
from search.query.words import Guess, SoundReader
from search.retrieval.budget import TimeBudget
from search.retrieval.index_protocols import Index
from search.retrieval.term_scorer import TermScorer
from search.understanding import romanised, spelling
from search.understanding.context import in_context

__all__ = ["other_spellings", "sound_reader"]


def sound_reader(index: Index, term_scorer: TermScorer, budget: TimeBudget) -> SoundReader:
    """How Latin words are read with the vocabulary of an index, each in the company of those beside it.

    Args:
        index: its words are what Latin ones may be.
        term_scorer: tells which of them stand side by side.
        budget: where it runs out, the words that remain are taken as they are.
    """

    def together(left: str, right: str) -> int:
        if budget.spent():
            return 0
        words = [_term(token) for word in (left, right) for token in analyze(word)[:1]]
        return len(term_scorer.list(Phrase(tuple(words)))) if len(words) > 1 else 0

    def read(words: Sequence[str]) -> list[Sequence[Guess]]:
        guesses = [[] if budget.spent() else romanised.read(word, index) for word in words]
        row = [found or [(word, 1.0)] for word, found in zip(words, guesses, strict=True)]
        chosen = in_context(row, together)
        return [best if found else [] for best, found in zip(chosen, guesses, strict=True)]

    return read


def _term(token: Token) -> Term:
    return Term(token.text, token.exact, token.stem)


def other_spellings(
    words: Sequence[str], index: Index, doubted: Container[str], budget: TimeBudget
) -> list[str]:
    """Whole queries in other spellings, likeliest first; see ``spelling.suggest``."""
    return spelling.suggest(words, index, doubted, budget)

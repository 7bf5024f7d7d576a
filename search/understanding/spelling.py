"""Did you mean: other spellings of a query's words, as words that the index holds.

Offered, never searched by itself. A word nobody wrote is corrected to the likeliest word there is; a word
that is there only if another is both near and far more frequent, since two in five misspellings occur in
articles themselves. A Latin word that articles have is searched for as it is, and its Bengali form offered
where far more articles have that.
"""

import re
from collections.abc import Container, Sequence
from typing import Final

from index.analysis.analyzer import analyze
from index.vocabulary.vocabulary import Candidate
from search.retrieval.budget import TimeBudget
from search.understanding.word_index import WordIndex, held

__all__ = ["suggest"]

_SUGGESTIONS: Final = 3
_CANDIDATES: Final = 8
_CORRECTED_WORDS: Final = 8
"""Words of a query that are looked at, the first; a query longer than that is a passage that somebody
pasted."""

_DISTANCE_PER_LETTER: Final = 2.5
_NEAR: Final = 5.0
"""A distance at which seven in ten corrections of a word that the index holds were right."""
_FAR_MORE_FREQUENT: Final = 30
_AS_LIKELY: Final = 3.0
"""What is so much less likely than the best correction is not worth a line on the page."""

_BENGALI: Final = re.compile("[\u0981-\u09e3]{2,}")


def suggest(
    words: Sequence[str],
    reader: WordIndex,
    doubted: Container[str] | None = None,
    budget: TimeBudget | None = None,
) -> list[str]:
    """Whole queries that may have been meant, the likeliest first, at most three.

    Args:
        words: the words of the query, in their order.
        reader: the index in which they were looked for.
        doubted: those of them that may be misspelt; None for all.
        budget: where it runs out, the words that remain are taken to be right; None for as long as it takes.

    Returns:
        Queries that differ in at least one word; nothing if every word is as good as its neighbours.
    """
    budget = budget or TimeBudget()
    corrections = [
        _corrections(word, reader) if (doubted is None or word in doubted) and not budget.spent() else []
        for word in words[:_CORRECTED_WORDS]
    ]
    likeliest = [found[0] if found else word for word, found in zip(words, corrections, strict=False)]
    likeliest += words[_CORRECTED_WORDS:]
    queries = [likeliest]
    for place, found in enumerate(corrections):
        queries += [[*likeliest[:place], other, *likeliest[place + 1 :]] for other in found[1:]]
    typed = " ".join(words)
    return [query for query in dict.fromkeys(map(" ".join, queries)) if query != typed][:_SUGGESTIONS]


def _corrections(word: str, reader: WordIndex) -> list[str]:
    """The words that one word may be misspelt for, best first."""
    tokens = analyze(word)
    if reader.vocabulary is None or len(tokens) != 1:
        return []
    exact, stem = tokens[0].exact, tokens[0].stem
    if not _BENGALI.fullmatch(exact):
        return []
    frequency = held(exact, reader)
    if frequency * _FAR_MORE_FREQUENT > reader.count:  # no word can be so much more frequent
        return []
    similar = reader.vocabulary.similar(exact, _CANDIDATES)
    better = [candidate for candidate in similar if _is_better(candidate, exact, frequency)]
    if not better or _same_stem(better[0].word, stem):
        return []
    near = (one.word for one in better if one.score <= better[0].score + _AS_LIKELY)
    return [one for one in near if not _same_stem(one, stem)]


def _is_better(candidate: Candidate, word: str, frequency: int) -> bool:
    if frequency:
        return candidate.distance <= _NEAR and candidate.frequency >= _FAR_MORE_FREQUENT * frequency
    return candidate.distance <= _DISTANCE_PER_LETTER * len(word)


def _same_stem(word: str, stem: str) -> bool:
    """Whether a word was searched for already, by its stem: suggesting it would find nothing else.

    Where the likeliest correction is such a word, the search has understood, and no other is wanted.
    """
    return any(token.stem == stem for token in analyze(word))

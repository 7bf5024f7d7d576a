"""Which of the words that Latin letters may spell was meant: the one at home beside its neighbours.

*shonar bangla* is সোনার বাংলা and not শোনার বাংলা, though শোনার sounds more like it: articles have the one
side by side and not the other. This is the language model of a noisy channel (Kernighan, Church and Gale, "A
spelling correction program based on a noisy channel model", COLING 1990), with the index for a corpus.
"""

import math
from collections.abc import Callable, Sequence

__all__ = ["Together", "in_context"]

Guess = tuple[str, float]
"""A word that may have been meant, and its weight up to 1."""

Together = Callable[[str, str], float]
"""How many articles hold two words side by side, in this order; it need not be a whole number."""

CONTENDERS = 3
"""Guesses for a word that are looked at beside their neighbours."""

LEAST = 0.06
"""A guess of less weight hardly ever comes first for its company, and looking at it takes as long."""

TRUST = 0.5
"""How much the logarithm of the articles counts against that of the weight by sound."""


def in_context(row: Sequence[Sequence[Guess]], together: Together) -> list[list[Guess]]:
    """The guesses for the words of a query, best first again after a look at their neighbours.

    Args:
        row: for each word in order what it may be; one guess for a word that is certain, none for what cannot
            be looked up.
        together: asked for words that stand side by side in ``row``.
    """
    gains = [[0.0] * len(guesses) for guesses in row]
    for place in range(len(row) - 1):
        if max(len(row[place]), len(row[place + 1])) > 1:
            _compare(row, place, gains, together)
    return [_reordered(guesses, gain) for guesses, gain in zip(row, gains, strict=True)]


def _compare(
    row: Sequence[Sequence[Guess]], place: int, gains: Sequence[list[float]], together: Together
) -> None:
    """Each guess gains by the best company that a guess for the word beside it gives."""
    lefts, rights = _contenders(row[place]), _contenders(row[place + 1])
    if max(len(lefts), len(rights)) < 2:  # noqa: PLR2004 - there is nothing to choose
        return
    company = [[math.log1p(together(left, right)) for right, _ in rights] for left, _ in lefts]
    for a in range(len(lefts)):
        gains[place][a] += max((company[a][b] * rights[b][1] for b in range(len(rights))), default=0.0)
    for b in range(len(rights)):
        gains[place + 1][b] += max((company[a][b] * lefts[a][1] for a in range(len(lefts))), default=0.0)


def _contenders(guesses: Sequence[Guess]) -> Sequence[Guess]:
    return [guess for guess in guesses[:CONTENDERS] if guess[1] >= LEAST]


def _reordered(guesses: Sequence[Guess], gains: Sequence[float]) -> list[Guess]:
    weights = [weight * math.exp(TRUST * gain) for (_, weight), gain in zip(guesses, gains, strict=True)]
    most = max(weights, default=1.0)
    words = [word for word, _ in guesses]
    return sorted(zip(words, [weight / most for weight in weights], strict=True), key=lambda guess: -guess[1])

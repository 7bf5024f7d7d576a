"""What goes on from words that are typed: the words that articles have after the last whole one."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from onneshon.index.analysis.analyzer import word_keys
from onneshon.index.analysis.script import aksharas
from onneshon.index.completion.completion import Completion, TypedWord
from onneshon.index.completion.followers import Follower, Followers, one_a_lemma, slips_behind
from onneshon.index.vocabulary.pairs import WordPairs
from onneshon.index.vocabulary.vocabulary import Vocabulary

__all__ = ["LATIN", "Continuation", "Continuations", "canonical_words"]

FEW: Final = 3
"""Where fewer words go on so, what is typed of the last one may be misspelt."""
TYPO_CLUSTERS: Final = 2
"""What is shorter has no spelling yet that could be wrong."""
FIRSTS: Final = 4
"""Words that a Latin one before the last may sound like, beside what a search reads."""
NOT_READ: Final = 2.0
"""What it costs that such a word is not the one that a search reads, in distance."""

LATIN: Final = re.compile("[A-Za-z]+")


class Continuation(NamedTuple):
    """Words that stand side by side, the last of which is completed.

    Attributes:
        text: those before as typed or read, and the last.
        score: the lowest is the best.
    """

    text: str
    score: float


class _Before(NamedTuple):
    """What may stand before the last word.

    Attributes:
        text: all of it, with a space.
        word: the last of it, in canonical spelling.
        cost: how unusual it is to be typed so.
    """

    text: str
    word: str
    cost: float = 0.0


def canonical_words(text: str) -> list[str]:
    """The words of a text in canonical spelling."""
    return [exact for exact, _ in word_keys(text)]


class Continuations:
    """Looks up what goes on.

    Args:
        completion: how words are written.
        pairs: how often words stand side by side.
        vocabulary: what Latin words may stand for; None where nobody knows.
        read: what a search takes a text for.
    """

    def __init__(
        self,
        completion: Completion,
        pairs: WordPairs,
        vocabulary: Vocabulary | None,
        read: Callable[[str], str],
    ) -> None:
        self._completion = completion
        self._pairs = pairs
        self._followers = Followers(pairs)
        self._vocabulary = vocabulary
        self._read = read

    def are_said(self, text: str) -> bool:
        """Whether each word of a text stands beside the next one somewhere."""
        return all(self._pairs.count(*pair) for pair in pairwise(canonical_words(text)))

    def after(self, before: str, last: str) -> list[Continuation]:
        """What goes on, best first, one row a word however it is inflected.

        Args:
            before: whole words, and a space.
            last: of the last word as much as is typed; may be empty.
        """
        found = [
            Continuation(start.text + self._completion.written(follower.word), follower.score + start.cost)
            for start in self._starts(before)
            for follower in slips_behind(one_a_lemma(self._going_on(start.word, last)))
        ]
        return sorted(found, key=lambda continuation: continuation.score)

    def _going_on(self, first: str, last: str) -> list[Follower]:
        typed = TypedWord.of(last)
        if last and not typed.key:
            return []
        found = self._followers.beginning(first, typed)
        if LATIN.fullmatch(last):
            return [*found, *self._followers.sounding(first, last.casefold())]
        if len(found) < FEW and not typed.half and aksharas(typed.key) >= TYPO_CLUSTERS:
            known = {follower.word for follower in found}
            found += [
                follower for follower in self._followers.misspelt(first, typed) if follower.word not in known
            ]
        return found

    def _starts(self, before: str) -> Sequence[_Before]:
        """What may stand before: as typed, or read where that is Latin or nothing goes on from it."""
        words = canonical_words(before)
        if not words:
            return []
        if not LATIN.search(before):
            as_typed = _Before(before, words[-1])
            return [as_typed] if self._pairs.occurrences(words[-1]) else [as_typed, *self._as_read(before)]
        return [*self._as_read(before), *self._as_heard(before)]

    def _as_read(self, before: str) -> Iterator[_Before]:
        text = self._read(before.strip())
        if words := canonical_words(text):
            yield _Before(f"{text} ", words[-1])

    def _as_heard(self, before: str) -> Iterator[_Before]:
        """With further words that the last one, in Latin letters, sounds like."""
        *others, last = before.split()
        if self._vocabulary is None or not LATIN.fullmatch(last):
            return
        read = self._read(" ".join(others)) + " " if others else ""
        for heard in self._vocabulary.romanised(last, FIRSTS):
            yield _Before(
                f"{read}{self._completion.written(heard.word)} ", heard.word, NOT_READ + heard.distance
            )

"""Names of authors that go on from what is typed, from any of their words on."""

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import islice
from typing import Final, NamedTuple

from onneshon.index.analysis.canonical import canonical
from onneshon.index.analysis.script import aksharas
from onneshon.index.vocabulary.skeleton import skeleton
from onneshon.search.retrieval.authors import plain_words
from onneshon.search.understanding.author_names import is_near_latin, sounds
from onneshon.search.understanding.continuations import LATIN

NAMES_AT_MOST: Final = 2_000
"""Names that are suggested, the most frequent: those that begin with one sound are looked at for each letter
that is typed."""

_SUGGESTED: Final = 3
_CLUSTERS: Final = 2
_LETTERS: Final = 3
"""Of the first word of a name, at the least: clusters, or Latin letters."""


class _Word(NamedTuple):
    """A word of a name.

    Attributes:
        text: in canonical spelling.
        sound: its skeleton.
    """

    text: str
    sound: str


class _Typed(NamedTuple):
    """A word that is typed.

    Attributes:
        text: in canonical spelling.
        sounds: its skeletons.
        latin: whether it is in Latin letters.
    """

    text: str
    sounds: tuple[str, ...]
    latin: bool

    def begins(self, word: _Word) -> bool:
        """Whether it is the beginning of a word of a name."""
        if self.latin:
            return is_near_latin(self.text, word.text, beginnings=True)
        return word.text.startswith(self.text)

    def is_it(self, word: _Word) -> bool:
        """Whether it is that word."""
        return is_near_latin(self.text, word.text) if self.latin else word.text == self.text


class AuthorBeginnings:
    """The names of the authors of an index by their beginnings. Threads may share it.

    Args:
        names: that readers see, the most frequent first.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = list(islice(filter(None, names), NAMES_AT_MOST))
        self._parts: dict[str, list[tuple[int, list[_Word]]]] = {}
        form = cache(lambda word: _Word(canonical(word), skeleton(canonical(word))))
        for number, name in enumerate(self._names):
            words = [*map(form, plain_words(name))]
            for start, word in enumerate(words):
                self._parts.setdefault(word.sound[:1], []).append((number, words[start:]))

    def of(self, text: str) -> list[str]:
        """Names that go on from a text, the most frequent first, a few.

        Args:
            text: what is typed so far; of a single word two clusters or three Latin letters.
        """
        words = [
            _Typed(canonical(word), tuple(sounds(word)), LATIN.fullmatch(word) is not None)
            for word in plain_words(text)
        ]
        if not words or not _is_enough(words):
            return []
        first = {sound[:1] for sound in words[0].sounds}
        found = {
            number for sound in first for number, part in self._parts.get(sound, ()) if _begins(words, part)
        }
        return [self._names[number] for number in sorted(found)[:_SUGGESTED]]


def _is_enough(typed: Sequence[_Typed]) -> bool:
    """Whether so much is typed that few names begin so."""
    first = typed[0]
    letters = len(first.text) >= _LETTERS if first.latin else aksharas(first.text, _CLUSTERS) == _CLUSTERS
    return letters or len(typed) > 1


def _begins(typed: Sequence[_Typed], name: Sequence[_Word]) -> bool:
    pairs = [*zip(typed, name, strict=False)]
    if len(name) < len(typed) or not all(word.sound.startswith(each.sounds) for each, word in pairs):
        return False  # as mostly
    *before, (last, word) = pairs
    return last.begins(word) and all(each.is_it(other) for each, other in before)

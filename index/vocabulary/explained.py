"""Abbreviations that the articles explain themselves: ``জাতীয় রাজস্ব বোর্ড (এনবিআর)``.

What stands in parentheses is taken for an abbreviation of the words before it where it has a letter for each
of them and the letters are theirs: the first letters of the words, as in দুদক, or names of Latin letters, half
of which or more begin one of the words as they sound, as in এনবিআর.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from onneshon.index.analysis.canonical import canonical
from onneshon.index.analysis.icu_text import cluster_boundaries
from onneshon.index.analysis.stemmer import is_function_word
from onneshon.index.tables import read_words
from onneshon.index.vocabulary.skeleton import skeleton

TIMES: Final = 3
"""Explanations of an abbreviation before it is believed."""
MOSTLY: Final = 0.6
"""Of all explanations of an abbreviation the share that says the same."""
LETTERS: Final = range(2, 9)
"""Of an abbreviation."""
MATCHING: Final = 0.5
"""Of the letters of an abbreviation those that begin one of the words, at least."""

_WORD: Final = r"[\u0985-\u09b9\u09ce\u09dc-\u09df][\u0981-\u09df\u200c\u200d]*"
_IN_PARENTHESES: Final = re.compile(rf"\(({_WORD})\)")
_PLAIN: Final = re.compile(_WORD)
_BEFORE: Final = 120
"""Characters before parentheses that are looked at."""
_REMEMBERED: Final = 4_096
"""Words in parentheses that were looked at lately."""
_PARTICLES: Final = frozenset(("অব", "অফ", "ফর", "অ্যান্ড", "এন্ড", "এ্যান্ড"))
"""Of names in English, of which abbreviations have no letter."""
_SOUNDS: Final = {"সি": "sk", "এইচ": "h", "জি": "gj", "ই": "V", "আই": "V", "এ": "V", "ও": "V", "ইউ": "V"}
"""How words begin that these letters stand for, as symbols of a skeleton; of others as their names say."""


class Explained(NamedTuple):
    """An abbreviation.

    Attributes:
        short: as most articles write it.
        words: what it stands for.
        times: how often it is explained so.
    """

    short: str
    words: str
    times: int


class Explanations:
    """Collects the explanations of texts that are added one by one.

    Attributes:
        found: abbreviations and the words that explain them, and how often they do.
    """

    def __init__(self) -> None:
        self.found: Counter[tuple[str, str]] = Counter()

    def add(self, text: str) -> None:
        """Look for explanations in a text."""
        if "(" in text:
            self.found.update(_explanations(text))

    def merge(self, other: "Explanations") -> None:
        """Add those of another process."""
        self.found.update(other.found)

    def learned(self) -> list[Explained]:
        """Those that are made often enough, and mostly alike; those first that are made most often."""
        of_each: Counter[str] = Counter()
        for (short, _), times in self.found.items():
            of_each[short] += times
        found = [
            Explained(short, words, times)
            for (short, words), times in self.found.items()
            if times >= max(TIMES, MOSTLY * of_each[short])
        ]
        return sorted(found, key=lambda entry: (-entry.times, entry))


def _explanations(text: str) -> Iterator[tuple[str, str]]:
    for found in _IN_PARENTHESES.finditer(text):
        short = canonical(found[1])
        readings = _readings(short)
        words = _words_before(text[max(0, found.start() - _BEFORE) : found.start()]) if readings else []
        for letters in readings:
            if expansion := _expansion(letters, words):
                yield short, " ".join(expansion)
                break


def _words_before(text: str) -> list[str]:
    """The last words of a text that nothing but spaces and hyphens parts."""
    found: list[str] = []
    for chunk in reversed(text.replace("-", " ").split()[-LETTERS.stop :]):
        if not _PLAIN.fullmatch(chunk):
            break
        found.append(canonical(chunk))
    return found[::-1]


def _expansion(letters: Sequence[str], words: Sequence[str]) -> Sequence[str]:
    """The last of some words, one for each letter but for function words; none where they do not match."""
    content = [position for position, word in enumerate(words) if not _is_passed_over(word)]
    if len(content) < len(letters) or content[-1] != len(words) - 1:
        return ()
    taken = words[content[-len(letters)] :]
    named = [word for word in taken if not _is_passed_over(word)]
    return taken if _stand_for(letters, named) else ()


def _is_passed_over(word: str) -> bool:
    return is_function_word(word) or word in _PARTICLES


def _stand_for(letters: Sequence[str], words: Sequence[str]) -> bool:
    if all(letter in _letter_names() for letter in letters):
        begun = Counter(skeleton(word)[:1] for word in words)
        matching = 0
        for letter in letters:
            sound = next((symbol for symbol in _sounds(letter) if begun[symbol]), "")
            begun[sound] -= bool(sound)
            matching += bool(sound)
        return matching >= MATCHING * len(letters)
    return all(word.startswith(letter[0]) for letter, word in zip(letters, words, strict=True))


@lru_cache(_REMEMBERED)
def _readings(short: str) -> Sequence[Sequence[str]]:
    """An abbreviation as names of Latin letters, and as clusters."""
    clusters = [short[start:end] for start, end in pairwise(cluster_boundaries(short))]
    return [letters for letters in (_named(short), clusters) if len(letters) in LETTERS]


def _named(text: str) -> Sequence[str]:
    """The names of Latin letters that a text consists of, each the longest that fits; none of others."""
    found = []
    while text:
        name = next((name for name in _letter_names() if text.startswith(name)), "")
        if not name:
            return ()
        found.append(name)
        text = text[len(name) :]
    return found


@cache
def _letter_names() -> Sequence[str]:
    return sorted(read_words("letter_names.txt"), key=lambda name: (-len(name), name))


def _sounds(name: str) -> str:
    sound = skeleton(name)
    return _SOUNDS.get(name) or (sound[-1:] if sound.startswith("V") else sound[:1])

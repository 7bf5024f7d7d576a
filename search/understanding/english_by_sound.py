"""English words in Bengali letters that newspapers write by their meaning: টেম্পারেচার for তাপমাত্রা."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from onneshon.index.analysis.script import HASANTA, aksharas
from onneshon.index.vocabulary.channels import latin_from_words
from onneshon.index.vocabulary.skeleton import readings, skeleton
from onneshon.index.vocabulary.sound_units import is_loan
from onneshon.search.understanding.latin_entries import english_words

_SHORTEST: Final = 4
"""Letters of an English word, at the least: what is shorter sounds like Bengali words."""

_CLUSTERS: Final = 3
"""The same of the word in Bengali letters."""

_PHALAS: Final = (f"{HASANTA}ম", f"{HASANTA}ব")
"""What is not heard under a consonant in Bengali, and is in English: স্মাইল is no *sail*."""

_FARTHEST: Final = 0.8
"""By letter, from how English is spelt that is heard so. Of 63,910 words of a list that hardly any of 17,757
articles of news have, 90 sound so by their stem, half of them from English."""


def heard_as_english(word: str) -> tuple[Sequence[str], float] | None:
    """What a word in Bengali letters means that looks and sounds like an English one.

    Args:
        word: in canonical spelling, without an ending.

    Returns:
        What newspapers write for it, and how far it sounds from how English is spelt, by letter; None where
        it sounds like nothing that they have a word for.
    """
    if not is_loan(word) or aksharas(word, _CLUSTERS) < _CLUSTERS or any(map(word.__contains__, _PHALAS)):
        return None
    heard = ((_distance(english, word), english) for english in _by_skeleton().get(skeleton(word), ()))
    distance, english = min(heard, default=(_FARTHEST, ""))
    if distance >= _FARTHEST:
        return None
    row = english_words()[english]
    return (row.bengali, distance) if row.kind == "meaning" else None


def _distance(english: str, word: str) -> float:
    return float(latin_from_words(english, [word])[0]) / (len(english) + 1)


@cache
def _by_skeleton() -> Mapping[str, Sequence[str]]:
    """English words by the consonants that are heard of them, those too that are written as they sound."""
    found: dict[str, list[str]] = {}
    for english in english_words():
        if len(english) >= _SHORTEST and " " not in english:
            for heard in dict.fromkeys(readings(english)):
                found.setdefault(heard, []).append(english)
    return found


def prepare() -> None:
    """Make the table now, so that no word has to wait for it."""
    _by_skeleton()

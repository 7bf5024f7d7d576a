"""The words of an index, and how many articles and titles hold each: what suggestions are made of."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from onneshon.index.analysis.fold import fold
from onneshon.index.analysis.script import is_bengali
from onneshon.index.columnar.impact_field import ImpactField
from onneshon.index.columnar.segment_reader import SegmentReader

ITSELF: Final = 4
"""A word is shown without an ending where ITSELF * weight(word) >= weight(likeliest form)."""


class WordCount(NamedTuple):
    """A word in canonical spelling, how many articles hold it in one of their texts, and how many titles."""

    word: str
    articles: int
    titles: int


def word_counts(segments: Sequence[SegmentReader]) -> list[WordCount]:
    """The words of some segments in canonical spelling, in the order of code points; numbers are none.

    Returns:
        Each with the number of articles that hold it, and of those whose title does.
    """
    titles, both = (_frequencies(segments, field) for field in ("title_exact", "exact"))
    return [WordCount(word, count, titles.get(word, 0)) for word, count in sorted(both.items())]


def _frequencies(segments: Sequence[SegmentReader], name: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for field in (segment.impacts(name) for segment in segments):
        for word, frequency in _terms(field):
            if is_bengali(word) or "a" <= word[:1] <= "z":
                found[word] = frequency + found.get(word, 0)
    return found


def _terms(field: ImpactField) -> Iterator[tuple[str, int]]:
    return zip(field.terms(), field.dfs().tolist(), strict=True)


def shown_form(stem: str, forms: Sequence[str], weights: Sequence[float]) -> int:
    """Which of the forms of a word stands for all of them: the word itself, or else the likeliest.

    Args:
        stem: its key.
        forms: in canonical spelling.
        weights: how likely each is to be meant.
    """
    likeliest = max(range(len(forms)), key=weights.__getitem__)
    itself = next((index for index, form in enumerate(forms) if fold(form) == stem), likeliest)
    return itself if ITSELF * weights[itself] >= weights[likeliest] else likeliest

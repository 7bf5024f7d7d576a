"""Writes the suggestions of an index: its words with their counts, the phrases of its titles, and its titles.

The file ``completion.bin`` is a file of sections with three tables (``table.py``), ``words``, ``phrases`` and
``titles``, and further columns of the words:

    words/skeletons     uint32  first symbols of skeletons (``index.vocabulary.skeleton``), packed, ascending
    words/sounding      uint32  the words in that order, those without a skeleton left out
    words/sound_peaks   float32 the greatest weight of each block of them
"""

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Final, NamedTuple
from unicodedata import category

import numpy as np

from onneshon.index.analysis.script import is_bengali
from onneshon.index.analysis.stemmer import fold, stem_key
from onneshon.index.columnar.impact_field import ImpactField
from onneshon.index.columnar.section_file import SectionWriter, write_file
from onneshon.index.columnar.segment_reader import SegmentReader
from onneshon.index.completion.table import NewRow, pack, peaks_of, write_table
from onneshon.index.completion.titles import Phrases, TitleWords
from onneshon.index.vocabulary.skeleton import pack_skeletons

ITSELF: Final = 4
"""A word is shown without an ending where ITSELF * weight(word) >= weight(likeliest form)."""


class WordCount(NamedTuple):
    """A word in canonical spelling, with the number of articles and of titles that contain it."""

    word: str
    articles: int
    titles: int


def word_counts(segments: Sequence[SegmentReader]) -> list[WordCount]:
    """The words of some segments in canonical spelling, in the order of code points; numbers are none.

    Returns:
        The words with the number of articles that contain each, and of those whose title does.
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
    """The index of the form that represents all forms of a word: the word itself, or else the likeliest.

    Args:
        stem: the stem key of the word.
        forms: the forms in canonical spelling.
        weights: the likelihood of each form.
    """
    likeliest = max(range(len(forms)), key=weights.__getitem__)
    itself = next((index for index, form in enumerate(forms) if fold(form) == stem), likeliest)
    return itself if ITSELF * weights[itself] >= weights[likeliest] else likeliest


FILE_NAME: Final = "completion.bin"

RARE: Final = 2
"""The least document frequency of a suggested word, as rarer ones are often slips; in an index of 100,000
articles it is 3, and one more with each ten times as many."""
TITLE_WEIGHT: Final = 60.0
"""The weight of an article with a word in its title, in articles with it in their bodies."""
FORM: Final = 8
"""Document frequency from which a form adds to the weight of the form that stands for its word."""
FAMILIAR: Final = 0.1
"""The weight of the mean logarithm of the title frequencies of a title's words; it orders titles that as many
articles have."""


def write_completion(
    directory: Path, words: Iterable[WordCount], titles: Iterable[str], articles: int
) -> None:
    """Write the suggestions of an index into its directory.

    Args:
        directory: an existing directory without such a file.
        words: the words of the index; read after all titles.
        titles: the titles of its articles, in any order.
        articles: the number of articles.
    """
    known = TitleWords()
    read = list(_read(titles, known))
    known.learn_spelling()
    phrases = sorted(_phrases(known))
    words = list(words)
    whole = _titles(read, known, {word.word: word.titles for word in words if word.titles})
    least = max(RARE, round(math.log10(max(articles, 1))) - RARE)
    kept = [
        (pack(word.word), word) for word in words if word.articles >= least and not _is_sign(word.word[0])
    ]
    kept.sort()
    with closing(SectionWriter(directory)) as sections:
        weights = _weights([word for _, word in kept])
        rows = [
            NewRow(key, known.spelling.of(word.word), weight, word.articles)
            for (key, word), weight in zip(kept, weights, strict=True)
        ]
        write_table(sections, "words", rows)
        _write_sounds(sections, [word.word for _, word in kept], [row.weight for row in rows])
        write_table(sections, "phrases", phrases)
        write_table(sections, "titles", whole)
        write_file(sections, directory / FILE_NAME)


@cache
def _is_sign(letter: str) -> bool:
    """Whether a character is a sign, with which a word may begin after a letter of another script."""
    return category(letter).startswith("M")


def _weights(words: Sequence[WordCount]) -> list[float]:
    """The weight of each word; the form that represents its stem has the sum over all forms."""
    weights = [word.articles + TITLE_WEIGHT * word.titles for word in words]
    forms: dict[str, list[int]] = {}
    for index, word in enumerate(words):
        if word.articles >= FORM and is_bengali(word.word):
            forms.setdefault(stem_key(word.word), []).append(index)
    for stem, indexes in forms.items():
        of_forms = [weights[index] for index in indexes]
        shown = shown_form(stem, [words[index].word for index in indexes], of_forms)
        weights[indexes[shown]] = sum(of_forms)
    return weights


def _write_sounds(sections: SectionWriter, words: Sequence[str], weights: Sequence[float]) -> None:
    bengali = np.array([index for index, word in enumerate(words) if is_bengali(word)], np.int64)
    packed = pack_skeletons([words[index] for index in bengali.tolist()]) >> np.uint64(32)
    order = np.argsort(packed, kind="stable")
    order = order[packed[order] != 0]
    sounding = bengali[order]
    sections.section("words/skeletons", "<u4").extend(packed[order])
    sections.section("words/sounding", "<u4").extend(sounding)
    sections.section("words/sound_peaks", "<f4").extend(peaks_of(np.array(weights, np.float32)[sounding]))


def _phrases(words: TitleWords) -> Iterator[NewRow]:
    for found in words.phrases():
        yield from _phrase_rows(found, words)


def _phrase_rows(found: Phrases, words: TitleWords) -> Iterator[NewRow]:
    for numbers, count in zip(found.words.tolist(), found.counts.tolist(), strict=True):
        exact = [words.exact[number] for number in numbers]
        text = " ".join(map(words.spelling.of, exact))
        yield NewRow(pack(" ".join(exact)), text, float(count), count)


def _read(titles: Iterable[str], words: TitleWords) -> Iterator[tuple[bytes, str, Sequence[int]]]:
    """Yield each title that has words, with its key and the numbers of its words."""
    for title in titles:
        if numbers := words.add(title):
            key = pack(" ".join([words.exact[number] for number in numbers]))
            yield key, title, array("I", numbers)


def _titles(
    titles: Iterable[tuple[bytes, str, Sequence[int]]], words: TitleWords, titles_of: Mapping[str, int]
) -> list[NewRow]:
    """One row for each key; titles of the same words are shown in their most frequent form.

    Args:
        titles: the titles, each with its key and the numbers of its words.
        words: the words by number.
        titles_of: the number of titles with each word.
    """
    familiar = [math.log1p(titles_of.get(word, 0)) for word in words.exact]
    return list(_title_rows(sorted((key, title, _mean(familiar, numbers)) for key, title, numbers in titles)))


def _mean(values: Sequence[float], numbers: Sequence[int]) -> float:
    return sum([values[number] for number in numbers]) / len(numbers)


def _title_rows(titles: Sequence[tuple[bytes, str, float]]) -> Iterator[NewRow]:
    for key, group in groupby(titles, key=itemgetter(0)):
        same = list(group)
        _, text, familiar = same[0]
        if len(same) > 1:
            text = Counter(title for _, title, _ in same).most_common(1)[0][0]
        yield NewRow(key, text, len(same) + familiar * FAMILIAR, len(same))

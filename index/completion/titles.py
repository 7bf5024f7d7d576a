"""The titles of an index during its build: spooled to disk, and read again for the phrases in them."""

import re
import shutil
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onneshon.index.analysis.canonical import canonical
from onneshon.index.analysis.stemmer import is_function_word
from onneshon.index.analysis.tokenizer import tokenize_chunk

IN_MEMORY: Final = 1 << 18
"""The most bytes of titles in memory; beyond, they are written to the disk."""
LONGEST_PHRASE: Final = 4
"""The most words of a phrase."""
FREQUENT: Final = 3
"""The least number of titles with a run of words that makes it a phrase."""
PHRASES: Final = 200_000
"""The number of most frequent phrases of each length that are kept."""

_ENDS_IN_LETTER: Final = re.compile(r"[\u0980-\u09ff\u200c\u200da-z]\Z", re.IGNORECASE)
_STARTS_WITH_LETTER: Final = re.compile(r"[\u0980-\u09ffa-z]", re.IGNORECASE)
_WHITE: Final = re.compile(r"\s+")


def titles_in(lines: Iterable[bytes]) -> Iterator[str]:
    """Read the titles that a spool wrote, one a line."""
    return (line[:-1].decode("utf-8", "surrogatepass") for line in lines)


class TitleSpool:
    """Titles, one a line, in a temporary file.

    Args:
        directory: the directory of the temporary file.
    """

    def __init__(self, directory: Path) -> None:
        # It lives as long as the build.
        self._file = SpooledTemporaryFile(max_size=IN_MEMORY, dir=str(directory))  # noqa: SIM115

    def add(self, title: str) -> None:
        """Add a title; white space of all kinds becomes single spaces."""
        if title:
            line = _WHITE.sub(" ", title).strip()
            self._file.write(line.encode("utf-8", "surrogatepass") + b"\n")

    def __iter__(self) -> Iterator[str]:
        self._file.seek(0)
        return titles_in(self._file)

    def copy_to(self, path: Path) -> None:
        """Write the titles to a file, which ``titles_in`` reads."""
        self._file.seek(0)
        with path.open("wb") as target:
            shutil.copyfileobj(self._file, target)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class Spelling:
    """The most frequent written form of words in canonical spelling, in titles."""

    def __init__(self) -> None:
        self._spellings: dict[str, Counter[str]] = {}
        self._dotted: Counter[bool] = Counter()

    def count(self, exact: str, surface: str, times: int) -> None:
        """Count a spelling of a word."""
        self._spellings.setdefault(exact, Counter())[surface] += times
        if "\u09df" in exact:
            self._dotted["\u09bc" in surface] += times

    def of(self, exact: str) -> str:
        """The commonest spelling; for a word that no title has, য় as in most of the words of titles."""
        if spellings := self._spellings.get(exact):
            return max(spellings, key=lambda spelling: (spellings[spelling], spelling))
        return exact.replace("\u09df", "\u09af\u09bc") if self._dotted[True] > self._dotted[False] else exact


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrases of equal length.

    Attributes:
        words: indexes in ``TitleWords.exact``, shape (phrases, words of a phrase).
        counts: the number of titles with each phrase, shape (phrases,).
    """

    words: NDArray[np.int64]
    counts: NDArray[np.int64]


class TitleWords:
    """The words of titles by number, from 1 on; 0 stands between titles and at punctuation.

    Attributes:
        exact: canonical spellings by number, the first empty.
        spelling: the written forms of the words.
    """

    def __init__(self) -> None:
        self.exact = [""]
        self.spelling = Spelling()
        self._number: dict[str, int] = {}
        self._chunks: dict[str, tuple[int, ...]] = {}
        self._tokens: dict[str, list[tuple[str, str]]] = {}
        self._met: Counter[str] = Counter()
        self._row = array("I", [0])

    def add(self, title: str) -> list[int]:
        """The numbers of the words of a title, without the breaks."""
        chunks = title.split(" ")
        self._met.update(chunks)
        numbers = [number for chunk in chunks for number in self._numbers(chunk)]
        self._row.extend(numbers)
        self._row.append(0)
        return [number for number in numbers if number]

    def _numbers(self, chunk: str) -> tuple[int, ...]:
        known = self._chunks.get(chunk)
        if known is None:
            known = self._chunks[chunk] = self._learn(chunk)
        return known

    def _learn(self, chunk: str) -> tuple[int, ...]:
        found = [(canonical(word), chunk[start:end]) for start, end, word in tokenize_chunk(chunk)]
        tokens = self._tokens[chunk] = [(exact, surface) for exact, surface in found if exact]
        words = [self._number_of(exact) for exact, _ in tokens]
        before = [] if _STARTS_WITH_LETTER.match(chunk) else [0]
        after = [] if _ENDS_IN_LETTER.search(chunk) else [0]
        return (*before, *words, *after)

    def _number_of(self, exact: str) -> int:
        number = self._number.get(exact)
        if number is None:
            number = self._number[exact] = len(self.exact)
            self.exact.append(exact)
        return number

    def learn_spelling(self) -> None:
        """Count the spellings of all titles that were added."""
        for chunk, times in self._met.items():
            for exact, surface in self._tokens[chunk]:
                self.spelling.count(exact, surface, times)

    def phrases(self) -> Iterator[Phrases]:
        """Frequent runs of 2, 3 ... words, none of which begins or ends in a function word."""
        row = np.frombuffer(self._row, np.uint32).astype(np.int64)
        inner = np.array([not word or is_function_word(word) for word in self.exact])
        runs, indexes = row, np.flatnonzero(row)
        for length in range(2, LONGEST_PHRASE + 1):
            indexes = indexes[indexes + length - 1 < len(row)]
            indexes = indexes[(runs[indexes] > 0) & (row[indexes + length - 1] > 0)]
            pairs = runs[indexes] * len(self.exact) + row[indexes + length - 1]
            _, first, inverse, counts = np.unique(  # noqa: TID251  # inverse
                pairs, return_index=True, return_inverse=True, return_counts=True
            )
            frequent = counts >= FREQUENT
            numbers = np.where(frequent, np.arange(1, len(counts) + 1), 0)
            longer = np.zeros(len(row), np.int64)
            longer[indexes] = numbers[inverse]
            starts = indexes[first[frequent]]
            words = row[starts[:, None] + np.arange(length)]
            whole = ~inner[words[:, 0]] & ~inner[words[:, -1]]
            yield _most_frequent(Phrases(words[whole], counts[frequent][whole]))
            runs, indexes = longer, np.flatnonzero(longer)


def _most_frequent(found: Phrases) -> Phrases:
    if len(found.counts) <= PHRASES:
        return found
    kept = np.argsort(-found.counts, kind="stable")[:PHRASES]
    return Phrases(found.words[kept], found.counts[kept])

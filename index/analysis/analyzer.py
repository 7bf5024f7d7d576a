"""Analyses a text to tokens, each with the keys of the two layers; results for short chunks are cached.

Most chunks, the text between two spaces, have been met before. The cache has two tables: when the newer one
is full it becomes the older one, so that a full cache drops only entries that were not used again.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import accumulate, chain, compress, repeat
from operator import add
from sys import getsizeof
from threading import Lock
from typing import Any, Final, NamedTuple, TypeVar

from onneshon.index.analysis.canonical import STEPS, canonical
from onneshon.index.analysis.icu_text import versions
from onneshon.index.analysis.stemmer import stem_key
from onneshon.index.analysis.tokenizer import plain_word, tokenize, words_of
from onneshon.index.kernel.stems import canonical_form, is_canonical
from onneshon.index.tables import table_names, table_text

LONGEST_KEPT: Final = 48
"""The most code points of a cached chunk; longer ones (addresses, texts without spaces) hardly recur."""

ENTRY_BYTES: Final = 130
"""The most bytes that the table of a cache takes for one entry: up to half of its slots are free."""

Value = TypeVar("Value")

_budgets: list[int] = []


def size_of(value: Any) -> int:
    """Bytes of a number, a string, or a tuple of them at any depth; shared objects count each time."""
    size = getsizeof(value)
    if isinstance(value, tuple):
        for part in value:
            size += size_of(part) if isinstance(part, tuple) else getsizeof(part)
    return size


def size_of_row(value: tuple[Any, ...]) -> int:
    """``size_of`` a tuple of numbers and strings, in a third of the time."""
    return getsizeof(value) + sum(map(getsizeof, value))


def size_of_rows(value: tuple[tuple[Any, ...], ...]) -> int:
    """``size_of`` a tuple of such tuples, as quickly."""
    return getsizeof(value) + sum(map(size_of_row, value))


def analysis_bytes() -> int:
    """The total budget, in bytes, of all caches of this process made as ``shared``."""
    return sum(_budgets)


class ChunkCache(dict[str, Value]):
    """A cache: ``cache[chunk]`` is the value of a chunk, computed if need be. Safe to share among threads.

    Args:
        compute: returns the value of a chunk, the same each time.
        budget: the most bytes of all entries.
        size: returns the bytes of a value.
        shared: whether it counts in ``analysis_bytes``: for a module's cache, which lives with the process.
    """

    def __init__(
        self,
        compute: Callable[[str], Value],
        budget: int,
        *,
        size: Callable[[Value], int] = size_of,
        shared: bool = False,
    ) -> None:
        super().__init__()
        self._compute = compute
        self._size = size
        self._half = budget // 2
        self._older: dict[str, Value] = {}
        self._older_bytes = 0
        self._bytes = 0
        self._filling = Lock()
        if shared:
            _budgets.append(budget)

    @property
    def bytes_kept(self) -> int:
        """The bytes of all current entries."""
        return self._bytes + self._older_bytes

    def __missing__(self, chunk: str) -> Value:
        older = self._older
        value = older[chunk] if chunk in older else self._compute(chunk)
        if len(chunk) <= LONGEST_KEPT:
            self._keep(chunk, value, ENTRY_BYTES + getsizeof(chunk) + self._size(value))
        return value

    def _keep(self, chunk: str, value: Value, size: int) -> None:
        with self._filling:
            if chunk in self or size > self._half:
                return
            if self._bytes + size > self._half:
                self._older, self._older_bytes = dict(self), self._bytes
                self.clear()
                self._bytes = 0
            self[chunk] = value
            self._bytes += size


ANALYZER_VERSION = "7"
"""Raised whenever code, not a table, changes what a text analyses to."""

_CHUNK_BYTES = 8 << 20
_WORD_BYTES = 8 << 20
"""Budgets of the caches of chunks and of words, about 700 and 400 bytes an entry."""
_OF_QUERIES = ("function_", "misspelling.tsv", "romanisation_")
"""Prefixes of the names of tables that are used for queries only: no index depends on them."""


class Token(NamedTuple):
    """A word of a text, with its offsets and keys.

    Attributes:
        text: the surface, ``text[start:end]`` of what was analysed.
        start: the offset of its first code point.
        end: the offset after its last code point.
        exact: its canonical form; equal keys are the same spelling.
        stem: its key without inflection and variants; equal keys are the same word, as far as rules see.
    """

    text: str
    start: int
    end: int
    exact: str
    stem: str

    @classmethod
    def alone(cls, exact: str, stem: str) -> "Token":
        """A token for a word by itself, from its keys."""
        return cls(exact, 0, len(exact), exact, stem)


def _fields(chunk: str) -> Iterator[Any]:
    """Analyse a chunk to five fields for each token, one after another.

    They are surface, length, exact, stem, and the step from its start to that of the next token or chunk.
    Text before the first token is an empty token.
    """
    tokens = analyze_afresh(chunk)
    starts = [*(token.start for token in tokens), len(chunk) + 1]
    if starts[0] > 0:
        yield from ("", 0, "", "", starts[0])
    for (surface, start, end, exact, stem), following in zip(tokens, starts[1:], strict=True):
        # Equal strings as one object: half the memory to read for each token of a text.
        yield from (
            surface,
            end - start,
            surface if exact == surface else exact,
            exact if stem == exact else stem,
        )
        yield following - start


def _fields_of(chunk: str) -> tuple[Any, ...]:
    """All fields of a chunk; most are one word, for which the tokenizer is not needed."""
    exact = canonical_form(chunk)
    if exact is None:
        return tuple(_fields(chunk))
    stem, length = _stem_of(exact), len(chunk)
    return chunk, length, exact, exact if stem == exact else stem, length + 1


_chunks: ChunkCache[tuple[Any, ...]] = ChunkCache(_fields_of, _CHUNK_BYTES, size=size_of_row, shared=True)


_known_stems: dict[str, str] = {}


def know_stems(stems: Mapping[str, str]) -> None:
    """Register precomputed stem keys of words.

    Args:
        stems: the result of ``stem_key`` for each exact key.
    """
    _known_stems.update(stems)


def _stem_of(exact: str) -> str:
    """The stem key of a word in canonical form, not empty."""
    return _known_stems.get(exact) or stem_key(exact)


def _keys_afresh(word: str) -> tuple[str, str]:
    exact = canonical(word)
    return exact, _stem_of(exact) if exact else ""


_keys = ChunkCache(_keys_afresh, _WORD_BYTES, size=size_of_row, shared=True)


def analyze_afresh(text: str) -> tuple[Token, ...]:
    """The result of ``analyze``, without caching the chunk."""
    if exact := canonical_form(text):  # as most chunks are
        return (Token(text, 0, len(text), exact, _stem_of(exact)),)
    if word := plain_word(text):
        start, keys = text.find(word), _keys[word]
        return (Token(word, start, start + len(word), *keys),) if keys[0] else ()
    return tuple(
        Token(text[start:end], start, end, *keys)
        for start, end, word in tokenize(text)
        if (keys := _keys[word])[0]
    )


def is_plain(text: str) -> bool:
    """Whether a quick check shows that a text is one word in canonical spelling and nothing else.

    Then ``analyze`` returns one token, whose exact key is the text.
    """
    return is_canonical(text)


def word_keys(text: str) -> list[tuple[str, str]]:
    """The exact and stem keys of the words of a text, in order, as ``analyze`` gives them."""
    return [keys for keys in map(_keys.__getitem__, words_of(text)) if keys[0]]


def analyze(text: str) -> list[Token]:
    """The tokens of a text, in order, none overlapping; each takes one position.

    Args:
        text: any text; offsets in the result are its code points.
    """
    # A word never crosses a space (see index.analysis.tokenizer); a line feed is one here, and as long. All
    # loops are inside of built-in functions: a loop over tokens written out takes a third longer.
    chunks = text.replace("\n", " ").split(" ")
    fields = list(chain.from_iterable(map(_chunks.__getitem__, chunks)))
    starts = list(accumulate(fields[4::5], initial=0))
    ends = map(add, starts, fields[1::5])
    exact = fields[2::5]
    columns = zip(fields[0::5], starts, ends, exact, fields[3::5], strict=False)
    # A named tuple's own constructor takes three times as long.
    return list(map(tuple.__new__, repeat(Token), compress(columns, exact)))


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """A digest of all that determines an analysis; an index built with another one must be built again."""
    digest = hashlib.sha256(ANALYZER_VERSION.encode())
    digest.update(" ".join(name for name, _ in STEPS).encode())
    # Segmentation follows the Unicode version, which ICU's carries.
    digest.update(versions()["unicode"].encode())
    for name in table_names():
        if not name.startswith(_OF_QUERIES):
            digest.update(table_text(name).encode())
    return digest.hexdigest()[:16]

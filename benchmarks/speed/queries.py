"""Chooses classes of queries from the articles, by the document frequencies of words."""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from benchmarks.speed.rows import Row, read_rows
from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.index.analysis.canonical import canonical
from onneshon.index.analysis.icu_text import cluster_boundaries
from onneshon.index.analysis.stemmer import is_function_word

__all__ = ["KINDS", "Asked", "choose", "choose_apart", "headlines", "read_asked", "write_asked"]

SAMPLE = 20_000
"""The number of articles from which words and their frequencies are taken."""

COMMON = (0.05, 0.25)
"""The range of the share of articles that contain a common word."""

RARE = 5
COUNT = 60
HEADLINES = 200

APART = 40
"""The number of queries a class where no word comes twice: there are not many more common words."""


class Asked(NamedTuple):
    """A query in the form that each engine needs.

    Attributes:
        kind: its class.
        text: the query as a reader types it, for Onneshon.
        exact: its words in the exact layer, separated by spaces; of a prefix, the prefix.
        stem: its words in the stem layer, the same way.
    """

    kind: str
    text: str
    exact: str
    stem: str


def _ask(kind: str, between: str, words: Sequence[Token] | None) -> Asked | None:
    if words is None:
        return None
    text = between.join(word.text for word in words)
    text = f"+{text}" if kind.endswith("AND") else f'"{text}"' if kind == "phrase" else text
    return Asked(kind, text, " ".join(word.exact for word in words), " ".join(word.stem for word in words))


def _is_plain(word: Token) -> bool:
    """Whether a word is Bengali, content, and free of characters that an analysis or operator would use."""
    letters = all("\u0980" <= letter <= "\u09e3" for letter in word.text)
    return letters and len(word.exact) > 1 and not is_function_word(word.exact)


class _Chooser:
    """Draws words of a real article; rarer words are drawn more often than their document frequency gives."""

    def __init__(self, rows: Sequence[Row], seed: int) -> None:
        self.rows = rows
        self.used: set[str] = set()
        self.chance = random.Random(seed)  # noqa: S311 (the same queries each time are the purpose)
        self.articles = Counter(stem for row in rows for stem in set(row.body_stem.split(" ")))

    def part(self, word: Token) -> float:
        return self.articles[word.stem] / len(self.rows)

    def words(self) -> list[Token]:
        return analyze(self.chance.choice(self.rows).body)

    def fitting(self, fits: Callable[[Token], bool]) -> list[Token]:
        words = (word for word in self.words() if word.stem not in self.used)
        unique = {word.stem: word for word in words if _is_plain(word) and fits(word)}
        return sorted(unique.values(), key=lambda word: word.stem)

    def together(self, count: int, fits: Callable[[Token], bool]) -> list[Token] | None:
        """Words of one article; None where it does not have ``count`` of them."""
        words = self.fitting(fits)
        chosen: dict[str, Token] = {}
        while len(words) >= count > len(chosen):
            weights = [self.articles[word.stem] ** -0.5 for word in words]
            word = self.chance.choices(words, weights)[0]
            chosen[word.stem] = word
        return list(chosen.values()) or None

    def adjacent(self) -> list[Token] | None:
        words = self.words()
        at = self.chance.randrange(max(len(words) - 1, 1))
        pair = words[at : at + 2]
        plain = len(pair) == 2 and all(_is_plain(word) and self.articles[word.stem] >= RARE for word in pair)
        plain = plain and self.used.isdisjoint(word.stem for word in pair)
        return pair if plain and pair[0].stem != pair[1].stem else None

    def beginning(self) -> Asked | None:
        words = self.together(1, lambda word: self.articles[word.stem] >= RARE)
        borders = cluster_boundaries(words[0].text) if words else []
        if not words or len(borders) < 4:
            return None
        prefix = words[0].text[: borders[2]]
        return Asked("prefix", f"{prefix}*", canonical(prefix), canonical(prefix))


def _draws(chooser: _Chooser) -> Iterator[Callable[[], Asked | None]]:
    """The way of drawing a query of each class, in the order of KINDS."""

    def usual(word: Token) -> bool:
        return chooser.articles[word.stem] >= RARE and chooser.part(word) <= COMMON[1]

    def common(word: Token) -> bool:
        return COMMON[0] <= chooser.part(word) <= COMMON[1]

    yield lambda: _ask("1 term", " ", chooser.together(1, usual))
    yield lambda: _ask("2 OR", " ", chooser.together(2, usual))
    yield lambda: _ask("3 OR", " ", chooser.together(3, usual))
    yield lambda: _ask("2 common OR", " ", chooser.together(2, common))
    yield lambda: _ask("2 AND", " +", chooser.together(2, usual))
    yield lambda: _ask("3 AND", " +", chooser.together(3, usual))
    yield lambda: _ask("phrase", " ", chooser.adjacent())
    yield chooser.beginning


KINDS = ("1 term", "2 OR", "3 OR", "2 common OR", "2 AND", "3 AND", "phrase", "prefix")


def choose(path: Path, seed: int = 3) -> list[Asked]:
    """Queries of every class for the articles of a file of rows."""
    with path.open(encoding="utf-8") as lines:
        rows = [row for block in read_rows(islice(lines, SAMPLE)) for row in block]
    asked: list[Asked] = []
    for draw in _draws(_Chooser(rows, seed)):
        asked += _drawn(draw)
    return asked


def choose_apart(path: Path, data: Path, seed: int = 5) -> list[Asked]:
    """Queries of every class, including headlines, of which no two share a content word."""
    with path.open(encoding="utf-8") as lines:
        rows = [row for block in read_rows(islice(lines, SAMPLE)) for row in block]
    chooser = _Chooser(rows, seed)
    # The most selective class first: there are few common words.
    draws = dict(zip(KINDS, _draws(chooser), strict=True))
    asked = _apart(chooser, draws.pop("2 common OR"))
    asked += [query for query in headlines(data, every=True) if _takes(chooser, query)][:APART]
    for draw in draws.values():
        asked += _apart(chooser, draw)
    return asked


def _apart(chooser: _Chooser, draw: Callable[[], Asked | None]) -> list[Asked]:
    found: list[Asked] = []
    for _ in range(APART * 100):
        query = draw()
        if query is not None and _takes(chooser, query):
            found.append(query)
        if len(found) == APART:
            break
    return found


def _takes(chooser: _Chooser, query: Asked) -> bool:
    """Whether no word of a query is used yet; if so, its words are used from now on."""
    words = {token.stem for token in analyze(query.text) if not is_function_word(token.exact)}
    if not chooser.used.isdisjoint(words):
        return False
    chooser.used |= words
    return True


def _drawn(draw: Callable[[], Asked | None]) -> list[Asked]:
    """Distinct queries, up to COUNT; a small corpus may not have that many, and drawing must end."""
    found: dict[Asked, None] = {}
    for _ in range(COUNT * 20):
        if (query := draw()) is not None:
            found[query] = None
        if len(found) == COUNT:
            break
    return list(found)


def headlines(data: Path, *, every: bool = False) -> list[Asked]:
    """Real headlines as queries, for whole calls with snippets; the first few unless all are wanted."""
    path = data / "queries" / "headlines.txt"
    lines = path.read_text("utf-8").splitlines()[: None if every else HEADLINES] if path.is_file() else []
    return [Asked("headline", line.replace("\t", " "), "", "") for line in lines]


def write_asked(path: Path, queries: Sequence[Asked]) -> None:
    """Write queries, one a line, separated by tabs."""
    path.write_text("".join("\t".join(query) + "\n" for query in queries), "utf-8")


def read_asked(path: Path) -> list[Asked]:
    """Read queries that ``write_asked`` wrote."""
    return [Asked(*line.split("\t")) for line in path.read_text("utf-8").splitlines()]

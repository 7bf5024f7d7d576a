"""How the sample's queries are understood, kept in a file: a change is a readable diff.

``pytest tests/search/understanding/test_recorded.py --update-golden`` rewrites the file; read the difference
before you commit.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from onneshon.search import Engine, QueryError
from onneshon.search.results.understood import WordWriting
from tests.packages import ROOT

QUERIES = ROOT / "tests" / "data" / "understood_queries.txt"
GOLDEN = ROOT / "tests" / "data" / "understood.txt"
TYPED = ("বা", "ক", "মুক্তি", "ভাষা আ", "পদ্মা স", "bang", "padma s", "chi", "রবিন্দ্র", "ক্", "sheikh", "নদীর ")
"""Unfinished texts for suggestions."""


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]


def _understood(engine: Engine, query: str) -> Iterator[str]:
    """A query, then for each of its words the kind, the writings and the other readings."""
    yield query
    try:
        page, words = engine.search(query, limit=1), engine.understand(query)
    except QueryError as error:
        yield f"  {error.kind}: {error}"
        return
    for word in words:
        writings = ", ".join(map(_written, word.writings))
        yield f"  {word.typed} [{word.kind}, {word.articles}]: {writings}{_also('or', word.others)}"
    for reading in page.readings:
        others = [f"{other.word} by {other.query}" for other in reading.others]
        yield f"  read {reading.typed} as {reading.word}{_also('also', reading.also)}{_also('or', others)}"
    for told in (page.understanding, *page.suggestions, *page.ignored):
        if told:
            yield f"  {told}"


def _written(writing: WordWriting) -> str:
    return f"{writing.text} ({writing.kind} {writing.weight:.3f}, {writing.articles})"


def _also(word: str, others: Sequence[str]) -> str:
    return f"; {word} {', '.join(others)}" if others else ""


def _suggested(engine: Engine, text: str) -> str:
    shown = [f"{found.text} ({found.kind} {found.count})" for found in engine.suggest(text)]
    return f"{text}…  {', '.join(shown)}"


def test_queries_are_understood_as_recorded(sample_engine: Engine, *, update_golden: bool) -> None:
    """Writings, weights, suggestions and ignored parts are as in the file."""
    lines = [line for query in _lines(QUERIES) for line in _understood(sample_engine, query)]
    lines += [_suggested(sample_engine, text) for text in TYPED]
    report = "\n".join(lines) + "\n"
    if update_golden:
        GOLDEN.write_text(report, "utf-8")
    assert report == GOLDEN.read_text("utf-8")

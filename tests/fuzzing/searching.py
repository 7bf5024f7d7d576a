"""Texts that an engine is asked for: an answer or a sentence, in time, and the same from page to page."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from onneshon.index.analysis.analyzer import analyze
from onneshon.index.analysis.batch_analyzer import BatchAnalyzer
from onneshon.search import Engine, OnneshonError, ResultPage
from onneshon.search.results.values import Snippet

__all__ = ["checks"]

_FLAGS: Final[tuple[dict[str, Any], ...]] = (
    {"literal": True},
    {"strict": True},
    {"explain": True},
    {"facets": ("category", "author")},
    {"group": False},
    {"freshness": 7.0},
    {"sort": "newest"},
    {"since": "2020-01-01"},
)
"""Each is asked for where a bit of the first byte is set."""


def _text_of(content: bytes) -> str:
    return content.decode("utf-8", "replace")


def _options(byte: int) -> dict[str, Any]:
    return {name: value for bit, flag in enumerate(_FLAGS) if byte >> bit & 1 for name, value in flag.items()}


def _check_told(error: OnneshonError) -> None:
    assert str(error).strip(), "an error that says nothing"


def _snippets(page: ResultPage) -> Iterator[Snippet]:
    for hit in page.hits:
        yield from (hit.marked_title, hit.snippet)


def _check_page(page: ResultPage, limit: int) -> None:
    assert len(page.hits) <= min(limit, page.total)
    for snippet in _snippets(page):
        borders = [place for match in snippet.matches for place in (match.start, match.end)]
        assert borders == sorted(borders)
        assert not borders or 0 <= borders[0] <= borders[-1] <= len(snippet.text)
        assert all(match.start < match.end for match in snippet.matches)


def _ids(page: ResultPage) -> list[str]:
    return [hit.article.id for hit in page.hits]


def _check_query(engine: Engine, content: bytes) -> None:
    text, options = _text_of(content[1:]), _options(content[0] if content else 0)
    try:
        whole = engine.search(text, limit=6, **options)
    except OnneshonError as error:
        _check_told(error)
        return
    _check_page(whole, 6)
    first = engine.search(text, limit=3, **options)
    assert (first.total, _ids(first)) == (whole.total, _ids(whole)[:3]), "other hits on a shorter page"
    if first.cursor and not whole.partial:
        rest = engine.search(text, limit=3, cursor=first.cursor, **options)
        assert _ids(rest) == _ids(whole)[3:], "other hits behind a cursor"
    for hit in whole.hits[:1]:
        engine.similar(hit.article.id)


def _check_suggestions(engine: Engine, content: bytes) -> None:
    text = _text_of(content)
    try:
        found = engine.suggest(text)
    except OnneshonError as error:
        _check_told(error)
        return
    for suggestion in found[:2]:
        total = engine.search(suggestion.text).total
        assert total >= suggestion.count, f"{suggestion.text!r} has {total} articles"


def _check_analysis(content: bytes) -> None:
    """A batch has what the texts by themselves have; tokens stand in order within their text."""
    text = _text_of(content)
    tokens, analyzer = analyze(text), BatchAnalyzer()
    analyzer.add(text)
    assert [analyzer.exact_terms[number] for number in analyzer.take().ids] == [
        token.exact for token in tokens
    ]
    ends = [place for token in tokens for place in (token.start, token.end)]
    assert ends == sorted(ends)
    assert not ends or 0 <= ends[0] <= ends[-1] <= len(text)


def checks(engine: Engine) -> dict[str, Callable[[bytes], None]]:
    """What checks texts, by what they are asked for."""
    return {
        "query": lambda content: _check_query(engine, content),
        "suggestions": lambda content: _check_suggestions(engine, content),
        "analysis": _check_analysis,
    }

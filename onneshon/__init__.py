"""Full-text search with first-class Bengali: articles in, ranked hits with snippets out.

    from onneshon import Article, Engine

    with Engine.of([Article(id="1", title="ভাষা আন্দোলন")]) as engine:
        print(engine.search("ভাষার আন্দোলন").hits[0].title)

The names that most programs need are here; those of each layer in ``onneshon.index``, ``onneshon.search`` and
``onneshon.web``.
"""

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from onneshon.index import Article, BuildReport, OnneshonError, analyze, build, update
    from onneshon.search import Engine, Hit, QueryError, ResultPage, SearchRequest, Snippet, open_engine

__all__ = [
    "Article",
    "BuildReport",
    "Engine",
    "Hit",
    "OnneshonError",
    "QueryError",
    "ResultPage",
    "SearchRequest",
    "Snippet",
    "analyze",
    "build",
    "open_engine",
    "update",
]

_LAYERS = {
    "Article": "index",
    "BuildReport": "index",
    "Engine": "search",
    "Hit": "search",
    "OnneshonError": "index",
    "QueryError": "search",
    "ResultPage": "search",
    "SearchRequest": "search",
    "Snippet": "search",
    "analyze": "index",
    "build": "index",
    "open_engine": "search",
    "update": "index",
}
"""The layer that each name comes from, which is imported when the name is asked for."""


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return version("onneshon")
    if name not in _LAYERS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"onneshon.{_LAYERS[name]}"), name)

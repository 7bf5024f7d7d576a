"""The setting ``ONNESHON`` of a project, and the engine that it describes.

ONNESHON = {
"index": BASE_DIR / "index",             # or opensearch://HOST:9200/NAME
"server": "https://search.example.org",  # where articles are published; without it in the index itself
"key": os.environ["ONNESHON_KEY"],
}
"""

from functools import cache, partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from onneshon.index.remote import Location, location_of
from onneshon.search import SearchEngine, open_engine
from onneshon.web.live import LiveEngine


def option(name: str) -> str:
    """An entry of the setting as text; empty where the project does not have it."""
    said: dict[str, Any] = getattr(settings, "ONNESHON", {})
    return str(said.get(name) or "")


def location() -> Location:
    """The location of the index.

    Raises:
        ImproperlyConfigured: the project does not set it.
    """
    if not option("index"):
        raise ImproperlyConfigured('Say where the index is: ONNESHON = {"index": BASE_DIR / "index"}.')
    return location_of(option("index"))


def directory() -> Path:
    """The directory of an index that this process may write.

    Raises:
        ImproperlyConfigured: the index is on a cluster.
    """
    found = location()
    if not isinstance(found, Path):
        raise ImproperlyConfigured(
            f"{option('index')} is written by `onneshon index build`, not by a project."
        )
    return found


def engine() -> SearchEngine:
    """The engine of this process, which moves on to newer generations.

    Raises:
        IndexStateError: there is no index yet.
    """
    return _live(option("index")).current()


@cache
def _live(_index: str) -> LiveEngine:
    return LiveEngine(partial(open_engine, location()))

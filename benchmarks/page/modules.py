"""Counts the modules that one request for a page of results runs, warm: those with a function called.

    python -m benchmarks.page.modules INDEX [--query TEXT] [--list]

The compiled kernel is not seen; templates are counted separately. Exits with 1 above the budget.
"""

import argparse
import gc
import math
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Final
from unittest.mock import patch

import onneshon
from onneshon.index.storage import watched_file
from onneshon.search import Engine, SearchEngine
from onneshon.web import create_app
from onneshon.web.live import LiveEngine

__all__ = ["MOST", "walked", "walked_by_page"]

MOST: Final = 90
"""Modules of Python that a request may run; earlier reads cause a few more or fewer."""

PACKAGE: Final = Path(onneshon.__file__).parent
ROOTS: Final = tuple(sorted((f"{folder.resolve()}/", folder.name) for folder in PACKAGE.iterdir()))
"""The folder of each package, whatever path its files were imported by."""


def _name(file: str) -> str:
    """The path of a file of the product from its package's name on; empty for any other file."""
    path = str(Path(file).resolve())
    return next((f"{name}/{path[len(root) :]}" for root, name in ROOTS if path.startswith(root)), "")


def walked(act: Callable[[], object]) -> Counter[str]:
    """The number of calls into each file of the product.

    Args:
        act: the work to observe, in this thread.
    """
    calls: Counter[str] = Counter()

    def watch(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call":
            calls[frame.f_code.co_filename] += 1

    gc.collect()
    gc.disable()  # finalisers of unrelated objects would count as its calls
    sys.setprofile(watch)
    try:
        act()
    finally:
        sys.setprofile(None)
        gc.enable()
    named: Counter[str] = Counter()
    for file, count in calls.items():
        if name := _name(file):
            named[name] += count
    return named


def walked_by_page(engine: SearchEngine, query: str) -> Counter[str]:
    """The number of calls into each file while a page of results is made for a repeated query.

    Work done once a second belongs to no particular page and is not done here: on a machine that stalls,
    every page would come a second after the one before.

    Args:
        engine: the engine that answers; files that it watches are not checked again.
        query: the query.
    """
    with patch.object(watched_file, "RECHECK_SECONDS", math.inf):
        client = create_app(LiveEngine(engine, interval=math.inf)).test_client()

        def ask() -> object:
            return client.get("/search", query_string={"q": query})

        ask()
        ask()
        return walked(ask)


def main() -> int:
    """Count the modules of one query."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("index", type=Path)
    parser.add_argument("--query", default="bangladesher itihas")
    parser.add_argument("--list", action="store_true", help="each file, with its calls")
    given = parser.parse_args()
    with Engine.open(given.index, time_limit=None) as engine:
        calls = walked_by_page(engine, given.query)
    modules = [name for name in calls if name.endswith(".py")]
    if given.list:
        for name, count in sorted(calls.items()):
            print(f"{count:7,} {name}")
    print(f"{len(modules)} modules (at most {MOST}), {len(calls) - len(modules)} templates", end="; ")
    print(f"{len({name.rsplit('/', 1)[0] for name in modules})} rooms")
    return int(len(modules) > MOST)


if __name__ == "__main__":
    sys.exit(main())

"""Searches run while the index is updated: none fails, and each sees one whole generation.

``ONNESHON_SEARCHES=10000 pytest tests/search/test_updates_while_searching.py`` runs 10000 searches.
"""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from onneshon.index import Article, build, open_writer
from onneshon.search import Engine

SEARCHES = int(os.environ.get("ONNESHON_SEARCHES", "300"))
THREADS = 4
ARTICLES = 8


def edition(number: int) -> list[Article]:
    """The articles of an edition, which their titles name."""
    return [
        Article(str(place), title=f"সংস্করণ {number}", body="নদীর কথা", category=str(number))
        for place in range(ARTICLES)
    ]


def editions_seen(engine: Engine) -> set[str]:
    """The editions among the hits of one search, after a check that no article is missing."""
    page = engine.search("নদী", facets=["category"], group=False)
    assert page.total == ARTICLES
    assert [value.count for value in page.facets["category"].values] == [ARTICLES]
    return {hit.article.title for hit in page.hits}


@pytest.mark.slow
def test_no_search_fails_or_sees_half_an_update(tmp_path: Path) -> None:
    """One thread updates and merges, another reloads the engine, and several search."""
    directory = tmp_path / "index"
    build(edition(0), directory)
    done = threading.Event()

    def write() -> int:
        number = 0
        with open_writer(directory) as writer:
            while not done.is_set():
                number += 1
                for article in edition(number):
                    writer.add(article)
                writer.commit()
                if number % 10 == 0:
                    writer.merge(everything=True)
        return number

    def search(engine: Engine) -> set[str]:
        seen: set[str] = set()
        for _search in range(SEARCHES // THREADS):
            engine.reload()
            found = editions_seen(engine)
            assert len(found) == 1
            seen |= found
        return seen

    with Engine.open(directory) as engine, ThreadPoolExecutor(THREADS + 1) as pool:
        writing = pool.submit(write)
        try:
            seen = set().union(
                *(running.result() for running in [pool.submit(search, engine) for _ in range(THREADS)])
            )
        finally:
            done.set()
        assert writing.result() > 1
    assert len(seen) > 1

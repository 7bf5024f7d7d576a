"""A website on this machine, and what crawls it without waiting."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.website import Crawling, Website, running_website


@pytest.fixture
def website() -> Iterator[Website]:
    """A website without pages."""
    with running_website() as running:
        yield running


@pytest.fixture
def crawling(website: Website, tmp_path: Path) -> Crawling:
    """What keeps the pages of the website beside an index, at a time of its own."""
    return Crawling(website, tmp_path / "index")

"""A website on this machine, and a crawler of it that does not wait."""

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
    """The crawler that stores the website's pages with an index, at a time set by hand."""
    return Crawling(website, tmp_path / "index")

"""Indexes built by earlier versions, kept as files: they open, and find what they found when built."""

import json
import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from search import Engine

DATA = Path(__file__).parents[2] / "data" / "indexes"
ANSWERS = json.loads((DATA / "0.1.0.answers.json").read_text(encoding="utf-8"))


@pytest.fixture
def old_engine(tmp_path: Path) -> Iterator[Engine]:
    """The index of version 0.1.0, copied, since opening must not depend on where an index stands."""
    shutil.copytree(DATA / "0.1.0", tmp_path / "moved")
    with Engine.open(tmp_path / "moved") as engine:
        yield engine


@pytest.mark.parametrize("query", ANSWERS["found"])
def test_an_old_index_finds_what_it_found(old_engine: Engine, query: str) -> None:
    """The same articles; their order may change with the ranking, which is not part of an index."""
    assert sorted(article for article, _ in old_engine.rank(query)) == ANSWERS["found"][query]


def test_an_old_index_gives_its_texts_back(old_engine: Engine) -> None:
    """Titles and bodies to the letter."""
    assert old_engine.count == len(ANSWERS["texts"])
    for article_id, digest in ANSWERS["texts"].items():
        article = old_engine.article(article_id)
        assert sha256(f"{article.title}\n{article.body}".encode()).hexdigest() == digest

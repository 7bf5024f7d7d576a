"""Recognising unchanged articles: when sets of digests are built, and what is compared with the disk."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from onneshon.index import Article, BuildError, build, open_writer
from onneshon.index.indexer.digests import content_digest
from onneshon.index.storage.generations import Generations
from onneshon.index.upkeep import uncommitted
from onneshon.index.upkeep.merging import NewSegment
from onneshon.index.upkeep.uncommitted import BaseGeneration

RECORD = 7_919
"""Digest of the record that the first article was read from."""


def articles(count: int) -> list[Article]:
    """``count`` articles, all different."""
    return [Article(f"নদী {number}", title=f"নদী {number}", body="পদ্মার চর") for number in range(count)]


@pytest.fixture
def base(tmp_path: Path) -> BaseGeneration:
    """The generation of an index of twenty articles; the record of the first is known."""
    build(articles(20), tmp_path / "index")
    loaded = BaseGeneration.load(Generations(tmp_path / "index"))
    loaded.remember("নদী 0", RECORD)
    return loaded


@pytest.mark.parametrize("asks", ["contents", "records"])
def test_a_set_of_all_is_made_once_so_many_ask_that_it_pays(
    base: BaseGeneration, monkeypatch: pytest.MonkeyPatch, asks: str
) -> None:
    """One look-up does not pay to load a million digests; until the set is built all count as new."""
    monkeypatch.setattr(uncommitted, "_PAYS", 4)
    digest = content_digest(articles(1)[0])
    has = {"contents": partial(base.holds, digest), "records": partial(base.knows, RECORD)}[asks]
    assert [has() for _ in range(6)] == [False] * 4 + [True] * 2


@pytest.mark.parametrize("is_asked_before", [False, True])
def test_what_is_deleted_is_known_no_more(base: BaseGeneration, *, is_asked_before: bool) -> None:
    """Its content and its record are both unknown after the deletion; other articles are still known."""
    first, second = map(content_digest, articles(2))
    if is_asked_before:
        assert (base.holds(first), base.knows(RECORD)) == (True, True)
    base.delete("নদী 0")
    assert (base.holds(first), base.knows(RECORD), base.holds(second)) == (False, False, True)


def test_an_article_is_known_by_the_record_that_it_was_made_of_last(base: BaseGeneration) -> None:
    """Each article has one known record."""
    assert base.knows(RECORD)
    base.remember("নদী 0", RECORD + 1)
    assert not base.knows(RECORD)


@pytest.mark.parametrize("number", [0, 1, 2, 4, 8])
def test_what_is_written_otherwise_than_it_came_is_not_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Samples are compared: many of the first articles, and fewer the more there are."""
    build(articles(1), tmp_path)
    add = NewSegment.add

    def wrongly(segment: NewSegment, article: Article) -> None:
        add(segment, replace(article, body="মেঘনার চর") if segment.count == number else article)

    monkeypatch.setattr(NewSegment, "add", wrongly)
    with open_writer(tmp_path) as writer:
        for article in articles(11)[1:]:
            writer.add(article)
        with pytest.raises(BuildError, match=f"'নদী {number + 1}' reads back differently"):
            writer.commit()
    assert Generations(tmp_path).current().name == "000001"

"""An index updated step by step finds what a fresh build of the same articles finds.

``ONNESHON_HISTORIES=100 pytest tests/search/test_updated_index.py`` tries 100 histories.
"""

import os
import random
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from onneshon.index import Article, build, open_index, open_writer
from onneshon.index.storage.checking import check_index
from onneshon.index.upkeep.index_writer import IndexWriter
from onneshon.search import Engine
from onneshon.search.results.values import ResultPage
from tests.building import segments_left_apart

HISTORIES = int(os.environ.get("ONNESHON_HISTORIES", "4"))
WORDS = (
    "নদী",
    "পাহাড়",
    "সাগর",
    "আকাশ",
    "বৃষ্টি",
    "রোদ",
    "শীত",
    "গ্রীষ্ম",
    "মাঠ",
    "ফসল",
    "কৃষক",
    "জেলে",
    "মাঝি",
    "নৌকা",
    "গান",
    "কবিতা",
    "স্কুল",
    "শিক্ষক",
)
RARE = [f"{first}{second}" for first in ("কমল", "রতন", "শ্যামল") for second in ("পুর", "নগর", "গঞ্জ")]
CATEGORIES = ("প্রকৃতি", "জীবন", "শিক্ষা", "")
AUTHORS = ("রহিম", "করিম", "")
QUERIES = (
    *WORDS[:8],
    *RARE[:4],
    "নদীর মাঝি",
    '"কবিতা গান"',
    "নদী -পাহাড়",
    "পাহাড় OR সাগর",
    "কৃ*",
    "category:প্রকৃতি নদী",
    "nodi",
    "akash",
    "*",
)
FACETS = ("category", "author", "year")


def a_text(chance: random.Random, words: int) -> str:
    """A random text of ``words`` words, some of them rare."""
    return " ".join(chance.choice(RARE if chance.random() < 0.1 else WORDS) for _ in range(words))


def an_article(chance: random.Random, number: int) -> Article:
    """A random article with the given number as its id."""
    return Article(
        str(number),
        title=a_text(chance, chance.randint(1, 5)),
        body=a_text(chance, chance.randint(0, 40)),
        category=chance.choice(CATEGORIES),
        author=chance.choice(AUTHORS),
    )


class History:
    """The current articles, and random changes to them.

    Args:
        seed: the seed of the random numbers.
        deleting: whether articles are changed and deleted, too.
    """

    def __init__(self, seed: int, *, deleting: bool) -> None:
        self.chance = random.Random(seed)  # noqa: S311  # histories need not be secret
        self.deleting = deleting
        self.now: dict[str, Article] = {}

    def first(self) -> list[Article]:
        """The articles of a first build."""
        self.now = {str(number): an_article(self.chance, number) for number in range(40)}
        return list(self.now.values())

    def change(self, writer: IndexWriter) -> None:
        """Make some random changes, to the index and to the expected articles."""
        for _change in range(self.chance.randint(1, 12)):
            kind = self.chance.random() if self.deleting else 1
            known = self.chance.choice(list(self.now)) if self.now else "0"
            if kind < 0.3:
                writer.delete(known)
                self.now.pop(known, None)
            else:
                number = int(known) if kind < 0.6 else self.chance.randint(1_000, 9_999)
                article = an_article(self.chance, number)
                if not self.deleting and article.id in self.now:
                    continue
                writer.add(article)
                self.now[article.id] = article


def pages(engine: Engine) -> Iterator[tuple[str, ResultPage]]:
    """The answers to all queries."""
    for query in QUERIES:
        yield query, engine.search(query, limit=200, facets=FACETS, group=False)


def found(page: ResultPage) -> dict[str, str]:
    """The ids and titles of the hits."""
    return {hit.id: hit.title for hit in page.hits}


def assert_same_articles(updated: Engine, fresh: Engine) -> None:
    """Check that articles, totals, facets and values are the same, in any order."""
    assert updated.count == fresh.count
    for (query, page), (_, other) in zip(pages(updated), pages(fresh), strict=True):
        assert found(page) == found(other), query
        assert page.total == other.total, query
        assert page.facets == other.facets, query
    assert updated.values("category") == fresh.values("category")


def assert_same_order(updated: Engine, fresh: Engine) -> None:
    """Check that the scores and the order are the same, too."""
    for (query, page), (_, other) in zip(pages(updated), pages(fresh), strict=True):
        scores = {hit.id: hit.score for hit in other.hits}
        assert {hit.id: hit.score for hit in page.hits} == pytest.approx(scores, rel=1e-5), query
        assert [hit.id for hit in page.hits] == [hit.id for hit in other.hits], query


def merging_or_not(seed: int) -> AbstractContextManager[None]:
    """Let every other history merge its small segments at once, and the others keep them apart."""
    return segments_left_apart() if seed % 2 else nullcontext()


def built_anew(directory: Path, history: History) -> Engine:
    """An engine over the current articles, ranked with the average lengths of the changed index."""
    with open_index(directory) as changed, TemporaryDirectory() as folder:
        build(history.now.values(), Path(folder), basis=changed.basis)
        return Engine(open_index(Path(folder)), time_limit=None)


@pytest.mark.slow
@pytest.mark.no_cover
@pytest.mark.parametrize("seed", range(HISTORIES))
def test_after_any_history_of_changes_the_same_articles_are_found(tmp_path: Path, seed: int) -> None:
    """Articles are added, replaced and deleted in several commits; once merged, the order is the same too."""
    history = History(seed, deleting=True)
    build(history.first(), tmp_path)
    for _commit in range(4):
        with merging_or_not(seed), open_writer(tmp_path) as writer:
            for _more in range(history.chance.randint(1, 5)):
                history.change(writer)
                writer.commit()
        check_index(tmp_path)
        with Engine.open(tmp_path, time_limit=None) as updated, built_anew(tmp_path, history) as fresh:
            assert_same_articles(updated, fresh)
    with open_writer(tmp_path) as writer:
        writer.merge(everything=True)
    with Engine.open(tmp_path, time_limit=None) as updated, built_anew(tmp_path, history) as fresh:
        assert_same_articles(updated, fresh)
        assert_same_order(updated, fresh)


@pytest.mark.slow
@pytest.mark.no_cover
@pytest.mark.parametrize("seed", range(2))
def test_as_long_as_nothing_is_deleted_the_order_is_that_of_a_fresh_build(tmp_path: Path, seed: int) -> None:
    """The statistics of several segments add up to those of one."""
    history = History(seed, deleting=False)
    build(history.first(), tmp_path)
    with merging_or_not(seed), open_writer(tmp_path) as writer:
        for _commit in range(6):
            history.change(writer)
            writer.commit()
    with Engine.open(tmp_path, time_limit=None) as updated, built_anew(tmp_path, history) as fresh:
        assert_same_articles(updated, fresh)
        assert_same_order(updated, fresh)


def test_what_was_withdrawn_is_suggested_no_more_and_what_is_new_at_once(tmp_path: Path) -> None:
    """Deleted titles, words and values vanish at once, though tables of older segments are not rewritten."""
    kept = [Article(str(n), title=f"নদীর গান {n}", body="নদীর মাঝি", category="গান") for n in range(3)]
    gone = replace(kept[0], id="গোপন", title="নদীর গোপন চিঠি", body="গোপনীয়তা", category="চিঠি")
    twin = replace(gone, id="যমজ", category="চিঠিপত্র")
    build([*kept, gone, twin], tmp_path)

    def offered(start: str) -> list[str]:
        with Engine.open(tmp_path) as engine:
            return [suggestion.text for suggestion in engine.suggest(start)]

    assert "নদীর গোপন চিঠি" in offered("নদীর গো")
    with open_writer(tmp_path) as writer:
        writer.delete(gone.id)
        writer.commit()
        assert "নদীর গোপন চিঠি" in offered("নদীর গো")
        writer.delete(twin.id)
        writer.add(Article("নতুন", title="নদীর নতুন সেতু", body="সেতু হয়েছে"))
        writer.commit()
    assert offered("নদীর গো") == []
    assert offered("গোপ") == []
    assert "নদীর নতুন সেতু" in offered("নদীর ন")
    with Engine.open(tmp_path) as engine:
        assert engine.values("category") == ["গান"]
        assert [value.value for value in engine.search("category:চিঠি").unknown] == ["চিঠি"]
        assert engine.search("gopon chithi").total == 0

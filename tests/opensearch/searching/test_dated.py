"""Changes by time, on documents in place of a cluster; ``test_changes`` tests a real one."""

from types import SimpleNamespace
from typing import Any

import pytest

from onneshon.index import Article
from onneshon.index.article import stored_values
from onneshon.opensearch.searching.changes import ClusterChanges
from onneshon.opensearch.searching.filters import condition_filter
from tests.opensearch.searching.documents import Documents

PUBLISHED = 1_000
END = 2**32 - 1


def stored(title: str) -> dict[str, Any]:
    """An article in its stored form within a document."""
    return stored_values(Article(title, title))


NEWS: list[dict[str, Any]] = [
    {"id": "বইমেলা", "live": True, "place": 1, "keywords.category": ["সংস্কৃতি"], "article": stored("বইমেলা")},
    {"id": "ইলিশ", "live": True, "place": 2, "keywords.category": ["মাছ"], "article": stored("ইলিশ")},
    {"id": "হাওর", "live": True, "place": 3, "changed": 2_000, "keywords.category": ["মাছ"]},
    {"id": "জারি গান", "live": True, "place": 1, "changed": 2_001, "keywords.category": ["সংস্কৃতি"]},
    {"id": "গম্ভীরা", "live": False, "place": 2, "changed": 2_001},
    {"id": "ভাওয়াইয়া", "live": True, "place": 1, "changed": 3_000, "keywords.category": ["সংস্কৃতি"]},
]


def changes(documents: list[dict[str, Any]]) -> ClusterChanges:
    """The changes of a generation with these documents."""
    state: Any = SimpleNamespace(
        asker=Documents(documents), published=PUBLISHED, generation="news-000001", filter_of=condition_filter
    )
    return ClusterChanges(state)


def named(**asked: Any) -> tuple[list[str], int]:
    """The ids of the first changes in a time range, and the number of changes."""
    wanted = {"since": 0, "until": END, "after": None, "category": None, "limit": 9} | asked
    found = changes(NEWS).between(**wanted)
    return [change.article_id for change in found.changes], found.left


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ({"until": 999}, []),
        ({"until": 1_000}, ["বইমেলা", "ইলিশ"]),
        ({"since": 1_000, "until": 2_000}, ["বইমেলা", "ইলিশ", "হাওর"]),
        ({"since": 1_001, "until": 2_000}, ["হাওর"]),
        ({"since": 2_001}, ["জারি গান", "গম্ভীরা", "ভাওয়াইয়া"]),
        ({"after": (1_000, 1), "until": 2_000}, ["ইলিশ", "হাওর"]),
        ({"after": (2_000, 3)}, ["জারি গান", "গম্ভীরা", "ভাওয়াইয়া"]),
        ({"after": (2_001, 1)}, ["গম্ভীরা", "ভাওয়াইয়া"]),
        ({"after": (2_001, 2)}, ["ভাওয়াইয়া"]),
        ({"after": (3_000, 1)}, []),
        ({"category": "সংস্কৃতি"}, ["বইমেলা", "জারি গান", "গম্ভীরা", "ভাওয়াইয়া"]),
        ({"category": "মাছ", "after": (1_000, 2)}, ["হাওর", "গম্ভীরা"]),
    ],
    ids=str,
)
def test_changes_of_a_time_are_listed_in_their_order(asked: dict[str, Any], ids: list[str]) -> None:
    """Changes after a place include those of the same moment; a category includes deleted articles."""
    assert named(**asked) == (ids, len(ids))


def test_a_list_has_an_end_and_says_how_many_there_are() -> None:
    """The total includes changes beyond the limit."""
    assert named(limit=2) == (["বইমেলা", "ইলিশ"], 6)


def test_a_change_has_the_article_or_nothing_of_one_that_is_gone() -> None:
    """A change has its place among all; an id that never existed has none."""
    there, gone, never = (changes(NEWS).of(name) for name in ("ইলিশ", "গম্ভীরা", "খাল"))
    assert there is not None
    assert there.article is not None
    assert (there.place, there.article.title) == ((1_000, 2), "ইলিশ")
    assert gone is not None
    assert (gone.place, gone.article) == ((2_001, 2), None)
    assert never is None


@pytest.mark.parametrize(("documents", "first"), [(NEWS, 1_000), (NEWS[3:], 2_001), ([], 0)])
def test_the_first_change_is_that_of_the_build_unless_nothing_is_left_of_it(
    documents: list[dict[str, Any]], first: int
) -> None:
    """Without articles the time is 0."""
    assert changes(documents).earliest == first

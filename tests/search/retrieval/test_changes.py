"""The last change of each article in an index, as harvesters ask for it."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from onneshon.index import Article, build, open_writer, update
from onneshon.search import Engine
from onneshon.search.interface import DatedEngine
from onneshon.search.retrieval.changes import Changes
from onneshon.search.retrieval.facets import Filters
from tests.fakes import article, collection_of, reader_of


def test_an_article_is_there_gone_or_was_never(tmp_path: Path) -> None:
    """A deleted article has no text; changes are in the order of their times."""
    build([Article("১", "ঢাকায় বইমেলা"), Article("২", "ইলিশের মৌসুম")], tmp_path)
    update([Article("২", "ইলিশ")], tmp_path)
    with open_writer(tmp_path) as writer:
        writer.delete("১")
    with Engine.open(tmp_path, time_limit=None) as engine:
        assert isinstance(engine, DatedEngine)
        changed, gone, never = (engine.change(name) for name in ("২", "১", "৯"))
        assert changed is not None
        assert changed.article is not None
        assert changed.article.title == "ইলিশ"
        assert gone is not None
        assert (gone.article_id, gone.article) == ("১", None)
        assert never is None
        every = engine.changes(0, 2**32 - 1)
        assert (every.left, engine.first_change) == (2, min(change.place[0] for change in every.changes))


DAY = 86_400
CORPUS = [
    article("১", "ঢাকা", category="দেশ"),
    article("২", "নদী", category="খেলা"),
    article("৩", "মেলা", category="দেশ"),
]


@pytest.fixture(scope="module")
def changes() -> Changes:
    """Three articles of days 3, 1 and 3 in two segments, and two deleted on days 2 and 4."""
    collection = collection_of(reader_of(CORPUS[:2], CORPUS[2:]))
    dates = [
        SimpleNamespace(changed=np.array(days, np.uint32) * DAY, contents=np.array(numbers, np.uint64))
        for days, numbers in (([3, 1], [70, 50]), ([3], [60]))
    ]
    return Changes(collection, Filters(collection), dates, {"৮": 2 * DAY, "৯": 4 * DAY})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("since", "until", "ids"),
    [(0, 9, "২৮৩১৯"), (1, 3, "২৮৩১"), (2, 2, "৮"), (3, 3, "৩১"), (5, 9, ""), (3, 2, "")],
)
def test_changes_of_a_time_are_in_the_order_of_their_times(
    changes: Changes, since: int, until: int, ids: str
) -> None:
    """Both ends are included; changes of the same moment are in a stable order."""
    found = changes.between(since * DAY, until * DAY, after=None, category=None, limit=9)
    assert "".join(change.article_id for change in found.changes) == ids
    assert found.left == len(ids)
    some = changes.between(since * DAY, until * DAY, after=None, category=None, limit=2)
    assert (some.changes, some.left) == (found.changes[:2], len(ids))


def test_changes_go_on_behind_a_place(changes: Changes) -> None:
    """The list continues after any place, also between two changes of the same moment."""
    every = changes.between(0, 9 * DAY, after=None, category=None, limit=9).changes
    for at, change in enumerate(every):
        rest = changes.between(0, 9 * DAY, after=change.place, category=None, limit=9)
        assert (rest.changes, rest.left) == (every[at + 1 :], len(every) - at - 1)
    later = changes.between(4 * DAY, 9 * DAY, after=every[0].place, category=None, limit=9)
    assert [change.article_id for change in later.changes] == ["৯"]


def test_of_a_category_what_is_gone_counts(changes: Changes) -> None:
    """A deleted article counts for every category: its own is not known any more."""
    found = changes.between(0, 9 * DAY, after=None, category="দেশ", limit=9)
    assert [change.article_id for change in found.changes] == ["৮", "৩", "১", "৯"]
    assert [change.article for change in found.changes] == [None, CORPUS[2], CORPUS[0], None]


def test_the_last_change_of_an_article_is_reported(changes: Changes) -> None:
    """The change has its time; an id that never existed has no change."""
    here, gone = changes.of("৩"), changes.of("৯")
    assert here
    assert gone
    assert (here.place, here.article) == ((3 * DAY, 60), CORPUS[2])
    assert (gone.place[0], gone.article) == (4 * DAY, None)
    assert changes.of("৭") is None
    assert changes.earliest == DAY
    none = collection_of(reader_of())
    assert Changes(none, Filters(none), [], {}).earliest == 0

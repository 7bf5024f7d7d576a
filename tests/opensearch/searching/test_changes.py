"""The changes of a cluster by time, as harvesters request them."""

from typing import Any

import pytest

from onneshon.index import Article
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.connection.faults import ClusterError
from onneshon.opensearch.searching.asking import Reply
from onneshon.opensearch.searching.changes import ClusterChanges
from onneshon.opensearch.searching.engine import ClusterEngine
from onneshon.opensearch.writing import build, changer
from onneshon.opensearch.writing.build import Layout, build_on_cluster
from onneshon.opensearch.writing.cluster_writer import delete_on_cluster, update_on_cluster
from onneshon.opensearch.writing.upkeep import roll_over
from onneshon.search.interface import DatedEngine

pytestmark = pytest.mark.xdist_group("cluster")

END = 2**32 - 1
NEWS = [
    Article("১", "ঢাকায় বইমেলা", category="সংস্কৃতি"),
    Article("২", "ইলিশের মৌসুম", category="অর্থনীতি"),
    Article("৩", "নদী রক্ষা", category="পরিবেশ"),
    Article("৪", "জারি গান", category="সংস্কৃতি"),
]


def ids(engine: ClusterEngine, since: int = 0, until: int = END, **options: Any) -> list[str]:
    """The ids of the changes in a time range, read three at a time."""
    found: list[str] = []
    after, left = None, 1
    while left:
        answer = engine.changes(since, until, after=after, limit=3, **options)
        found += [change.article_id for change in answer.changes]
        left = answer.left - len(answer.changes)
        after = answer.changes[-1].place if answer.changes else None
    return found


def test_changes_are_listed_in_their_order(empty: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """Changes are dated by their publication or update; deleted articles have no text."""
    monkeypatch.setattr(build, "changed_now", lambda _last: 1_000)
    build_on_cluster(NEWS, empty, layout=Layout(2, 0))
    roll_over(empty)
    monkeypatch.setattr(changer, "changed_now", lambda _last: 2_000)
    update_on_cluster([Article("২", "ইলিশ", category="মাছ"), NEWS[2], Article("৫", "হাওর")], empty)
    monkeypatch.setattr(changer, "changed_now", lambda _last: 3_000)
    delete_on_cluster(["১"], empty)
    with ClusterEngine.open(empty.address, time_limit=None) as engine:
        assert isinstance(engine, DatedEngine)
        assert engine.first_change == 1_000
        assert [sorted(part) for part in (ids(engine)[:2], ids(engine)[2:4])] == [["৩", "৪"], ["২", "৫"]]
        assert ids(engine)[4:] == ids(engine, 2_001) == ["১"]
        assert sorted(ids(engine, 1_000, 1_000)) == ["৩", "৪"]
        assert ids(engine, 0, 999) == []
        assert sorted(ids(engine, category="সংস্কৃতি")) == ["১", "৪"]  # the first one's category is lost
        changed, gone, never = (engine.change(name) for name in ("২", "১", "৯"))
        assert changed is not None
        assert gone is not None
        assert never is None
        assert (changed.place[0], changed.article and changed.article.title) == (2_000, "ইলিশ")
        assert (gone.place[0], gone.article) == (3_000, None)
        assert engine.search("জারি").total == 1


def test_a_part_that_is_missing_is_no_change_that_was_not_there() -> None:
    """A partial answer raises an error, as a harvester would skip the missing changes for ever."""

    class Lossy:
        published, generation = 1_000, "news-000001"

        @property
        def asker(self) -> Any:
            return self

        def search(self, *_: object) -> Reply:
            return Reply([], 0, {}, partial=True)

    lossy: Any = Lossy()
    with pytest.raises(ClusterError, match="news-000001 lacks a part"):
        ClusterChanges(lossy).between(0, END, after=None, category=None, limit=2)

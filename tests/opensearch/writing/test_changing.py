"""Changes of a live generation on a cluster in memory: counts, visibility, and refusals."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from onneshon.index.article import Article
from onneshon.index.errors import ArticleNotFoundError, BuildError, CorpusError, IndexLockedError
from onneshon.opensearch.connection.bulk import Operation, send
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.storage.documents import LONGEST_TERM
from onneshon.opensearch.storage.files import read_state
from onneshon.opensearch.storage.tenants import generations_of
from onneshon.opensearch.writing import changer
from onneshon.opensearch.writing.build import build_on_cluster, size_of
from onneshon.opensearch.writing.changer import last_change, tombstone
from onneshon.opensearch.writing.checking import check_cluster
from onneshon.opensearch.writing.cluster_writer import (
    cluster_writer,
    delete_on_cluster,
    update_on_cluster,
)
from onneshon.opensearch.writing.lease import Lease
from onneshon.opensearch.writing.parts import WordChanges
from onneshon.opensearch.writing.upkeep import roll_over
from tests.opensearch.memory_cluster import MemoryClient

RIVERS = [Article(f"ক{n}", f"নদীর খবর {n}", "নদী ও চর") for n in range(9)]
LONG = "ক" * LONGEST_TERM


@pytest.fixture
def rivers(news: Cluster) -> Cluster:
    """An index of nine articles."""
    build_on_cluster(RIVERS, news)
    return news


def corrected(number: int) -> Article:
    """A corrected version of one of the articles."""
    return Article(f"ক{number}", f"হাওরের খবর {number}", "হাওর ও বাঁধ")


def write(cluster: Cluster, *articles: Article) -> None:
    """Write articles, one by one."""
    with cluster_writer(cluster) as writer:
        for article in articles:
            writer.add(article)


def test_what_a_writer_did_is_counted_by_what_became_of_each_article(rivers: Cluster) -> None:
    """Each outcome has its count; of several changes of one article the last applies."""
    with cluster_writer(rivers) as writer:
        for article in (corrected(0), Article("নতুন", "নতুন খবর"), RIVERS[1], corrected(2), corrected(3)):
            writer.add(article)
        writer.add(RIVERS[3])
        for name in ("ক4", "ক5", "ক6", "ক7", "নেই", "কেউ না"):
            writer.delete(name)
        report = writer.commit()
    counts = (report.added, report.changed, report.unchanged, report.deleted, report.unknown, report.stale)
    assert counts == (1, 2, 2, 4, 2, 0)
    assert (report.seen, report.articles) == (12, 6)
    assert report.index_bytes == size_of(rivers, "news-000001,news-000001-files")
    assert check_cluster(rivers, deep=True).articles == 6


def test_what_a_later_writer_wrote_stays(rivers: Cluster, memory: MemoryClient) -> None:
    """An outdated change leaves the words as counted."""
    later = [Operation("ক1", tombstone("ক1", 1_000), 1 << 60)]
    assert [outcome.state for outcome in send(rivers, rivers.live(), later)] == ["written"]
    before = read_state(rivers, rivers.live())
    report = update_on_cluster([corrected(1)], rivers)
    assert (report.stale, report.added, report.changed) == (1, 0, 0)
    assert "article" not in memory.store.one("news").documents["ক1"].values
    assert read_state(rivers, rivers.live()) == before


def test_what_cannot_be_kept_leaves_what_is_there(rivers: Cluster) -> None:
    """An article refused by the analysis or by the cluster is reported, and its former version stays."""
    bad = [Article("ক0", LONG, "নদী"), Article("ক1", "নদী", "চর", category=LONG)]
    with pytest.raises(CorpusError, match=r"article 'ক0'.*is too long"):
        write(rivers, *bad, corrected(2))
    report = update_on_cluster([Article("ক1", "নদী", category=LONG), corrected(3)], rivers, max_bad="50%")
    assert (report.changed, report.skipped) == (1, {"refused": 1})
    assert check_cluster(rivers, deep=True).articles == 9


def test_changes_go_in_batches_and_their_words_in_fewer(
    rivers: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch is written when it is full, and word counts when there are enough; the rest at the end."""
    monkeypatch.setattr(changer, "BATCH", 2)
    monkeypatch.setattr(changer, "MOST_UNCOUNTED", 4)
    update_on_cluster([corrected(number) for number in range(5)], rivers)
    state = read_state(rivers, rivers.live())
    assert [(part.articles, part.gone) for part in state.parts] == [(9, 0), (2, 2), (2, 2), (1, 1)]
    assert check_cluster(rivers, deep=True).articles == 9


def test_an_update_says_how_many_of_its_records_changed_nothing(rivers: Cluster) -> None:
    """An update without changes counts no words."""
    report = update_on_cluster(RIVERS[:3], rivers)
    assert (report.seen, report.unchanged, report.articles) == (3, 3, 9)
    assert len(read_state(rivers, rivers.live()).parts) == 1


def test_what_is_missing_stays_unless_it_is_said(rivers: Cluster) -> None:
    """With ``delete_missing``, missing articles are deleted if at least half is left, or with ``force``."""
    assert update_on_cluster(RIVERS[:1], rivers).articles == 9
    with pytest.raises(BuildError, match="5 of 9 articles are missing from the source, and 4 would be left"):
        update_on_cluster(RIVERS[:4], rivers, delete_missing=True)
    assert update_on_cluster(RIVERS[:5], rivers, delete_missing=True).articles == 5
    assert update_on_cluster(RIVERS[:1], rivers, delete_missing=True, force=True).articles == 1


def test_an_article_whose_record_is_faulty_now_is_not_missing(rivers: Cluster, tmp_path: Path) -> None:
    """A mistyped date deletes no article."""
    records = [{"id": river.id, "title": river.title, "body": river.body} for river in RIVERS]
    path = tmp_path / "rivers.jsonl"
    path.write_text("\n".join(map(json.dumps, [*records[1:], {**records[0], "date": "৪০ ফাল্গুন"}])), "utf-8")
    report = update_on_cluster([path], rivers, delete_missing=True, max_bad="20%")
    assert (report.deleted, report.articles) == (0, 9)


@pytest.mark.parametrize("batch", [1, 2, 200])
def test_articles_are_deleted_together_or_not_at_all(
    rivers: Cluster, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    """The check covers all batches, and the error names each missing id."""
    monkeypatch.setattr(changer, "BATCH", batch)
    with pytest.raises(ArticleNotFoundError, match="'নেই', 'কেউ না'; nothing was deleted"):
        delete_on_cluster(["ক1", "নেই", "ক2", "কেউ না"], rivers)
    assert check_cluster(rivers).articles == 9
    report = delete_on_cluster(["ক1", "ক2", "ক1"], rivers)
    assert (report.deleted, report.articles, report.unknown) == (2, 7, 0)
    with pytest.raises(ArticleNotFoundError, match="'ক1'"):
        delete_on_cluster(["ক1"], rivers)


def test_an_article_is_changed_where_it_is_and_a_new_one_goes_to_the_newest_index(
    rivers: Cluster, memory: MemoryClient
) -> None:
    """This holds after any number of rollovers, so that no article is in two indexes."""
    update_on_cluster([Article("খ", "বিলের খবর")], rivers)
    first = roll_over(rivers)
    update_on_cluster([corrected(0), Article("গ", "হাওর")], rivers)
    second = roll_over(rivers)
    delete_on_cluster(["খ"], rivers)
    report = update_on_cluster([corrected(1), Article("গ", "হাওরের খবর"), Article("ঘ", "চর")], rivers)
    assert (report.added, report.changed, report.articles) == (1, 2, 11)
    there = [sorted(memory.store.one(str(name)).documents) for name in ("news-000001", first, second)]
    assert there == [sorted([*(article.id for article in RIVERS), "খ"]), ["গ"], ["ঘ"]]
    assert check_cluster(rivers, deep=True).articles == 11


def test_who_has_lost_the_right_to_write_changes_nothing_more(
    rivers: Cluster, memory: MemoryClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither articles nor word counts are written."""
    lost = IndexLockedError("is written by another")

    def check(_lease: Lease) -> None:
        raise lost

    monkeypatch.setattr(Lease, "check", check)
    with pytest.raises(IndexLockedError, match="another"):
        write(rivers, corrected(0))
    assert memory.store.one("news").documents["ক0"].values["article"]["title"] == "নদীর খবর 0"


def test_changes_are_made_visible_once(
    rivers: Cluster, memory: MemoryClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is one refresh for a delete or a writer, including its report and the end of its block."""
    refreshed: list[str] = []
    refresh = memory.indices.refresh

    def noting(index: str) -> None:
        refreshed.append(index)
        refresh(index)

    monkeypatch.setattr(memory.indices, "refresh", noting)
    delete_on_cluster(["ক1"], rivers)
    write(rivers, corrected(2))
    assert refreshed.count("news-000001") == 2


def test_the_size_of_changes_is_what_came_and_what_went() -> None:
    """Deleted titles count by their words, like new ones."""
    changes = WordChanges()
    changes.add(WordChanges().counts, ["নতুন খবর"], ["নদীর খবর", "হাওর"])
    assert (changes.size, changes.added, changes.gone) == (3, ["নতুন খবর"], ["নদীর খবর", "হাওর"])


def test_a_clock_that_was_set_back_holds_up_no_change(
    rivers: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Updates, deletes and builds are applied, and dated no earlier than the last change."""
    monkeypatch.setattr("time.time", lambda: 2_000.0)
    monkeypatch.setattr("time.time_ns", lambda: 2_000 * 10**9)
    built = last_change(rivers, generations_of(rivers).live())
    for title in ("হাওরের পাখি", "হাওরের মাছ"):
        report = update_on_cluster([replace(RIVERS[0], title=title), RIVERS[1]], rivers)
        assert (report.changed, report.unchanged, report.stale) == (1, 1, 0)
    assert delete_on_cluster(["ক0"], rivers).deleted == 1
    last = last_change(rivers, generations_of(rivers).live())
    assert last > built
    build_on_cluster(RIVERS, rivers)
    assert last_change(rivers, generations_of(rivers).live()) == last

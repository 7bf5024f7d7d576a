"""Upkeep of an index on a cluster in memory: figures, checks, rollback, removal, rollover."""

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from onneshon.index.analysis.analyzer import fingerprint
from onneshon.index.article import Article
from onneshon.index.errors import (
    CorpusError,
    IndexCorruptError,
    IndexLockedError,
    IndexMissingError,
    IndexOutdatedError,
)
from onneshon.index.indexer.write_options import BuildOptions
from onneshon.index.remote import Due
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.connection.faults import ClusterError
from onneshon.opensearch.searching.engine import ClusterEngine
from onneshon.opensearch.storage import files
from onneshon.opensearch.storage.documents import Analyzed, DocumentMaker
from onneshon.opensearch.storage.files import read_state
from onneshon.opensearch.storage.generations import ClusterGenerations
from onneshon.opensearch.writing import build as build_module
from onneshon.opensearch.writing import checking, snapshots, word_check
from onneshon.opensearch.writing.build import Layout, build_on_cluster, spread_of
from onneshon.opensearch.writing.changer import Changer
from onneshon.opensearch.writing.checking import check_cluster, examine_cluster
from onneshon.opensearch.writing.cluster_writer import cluster_writer, delete_on_cluster, update_on_cluster
from onneshon.opensearch.writing.lease import writer_lease
from onneshon.opensearch.writing.parts import WordChanges, add_part, words_of_parts
from onneshon.opensearch.writing.snapshots import restore_snapshot, take_snapshot
from onneshon.opensearch.writing.upkeep import (
    cluster_statistics,
    collect_generations,
    drop,
    migrate_on_cluster,
    recount,
    roll_back,
    roll_over,
)
from tests.opensearch.memory_cluster import MemoryClient

NEWS = [
    Article("১", "বইমেলা", "বইমেলা শুরু", date=dt.date(2024, 2, 1)),
    Article("২", "ইলিশ", "পদ্মার ইলিশ", date=dt.date(1971, 12, 16)),
    Article("৩", "নদী", "নদীর পাড়"),
]


@pytest.fixture
def built(news: Cluster) -> Cluster:
    """An index of three articles in two shards."""
    build_on_cluster(NEWS, news, layout=Layout(2, 1))
    return news


def test_figures_are_those_of_the_live_generation(built: Cluster) -> None:
    """Other generations do not count."""
    build_on_cluster([*NEWS, Article("", "ক"), Article("", "খ", "")], built, layout=Layout(2, 1), max_bad=2)
    update_on_cluster([Article("১", "বইমেলা শেষ", date=dt.date(2024, 3, 2))], built)
    rolled = roll_over(built, shards=3)
    update_on_cluster([Article("৪", "হাওর", "হাওরে নৌকা")], built)
    found = asdict(cluster_statistics(built))
    figures = ("generation", "kept", "indexes", "articles", "deleted", "shards", "replicas", "status")
    assert [found[name] for name in figures] == [
        "news-000002", ("news-000001", "news-000002"), ("news-000002", rolled), 4, 1, 5, 1, "green",
    ]  # fmt: skip
    assert (found["first_date"], found["last_date"]) == ("1971-12-16", "2024-03-02")
    assert found["analyzer"] == fingerprint()
    assert found["bytes"] > found["articles"]
    # বইমেলা, শেষ, ইলিশ, পদ্মার, নদী, নদীর, পাড়, হাওর, হাওরে, নৌকা: 10, and the 8 that they are forms of
    assert found["words"] == check_cluster(built, deep=True).words == 18


def test_an_index_without_dates_has_no_first_and_last(news: Cluster) -> None:
    """Both are the empty string."""
    build_on_cluster(NEWS[2:], news)
    found = cluster_statistics(news)
    assert (found.first_date, found.last_date) == ("", "")


def miscount(cluster: Cluster, word: str, articles: int) -> None:
    """Add a wrong count of articles for a word."""
    changes = WordChanges()
    changes.counts.articles["exact"][word] = articles
    add_part(cluster, cluster.live(), changes)


def test_a_check_looks_at_some_articles_and_a_deep_one_at_all(
    built: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deep check counts all words, and finds counts that are too high or too low."""
    monkeypatch.setattr(checking, "COMPARED", 2)
    assert [check_cluster(built).compared, check_cluster(built, deep=True).compared] == [2, 3]
    sound = check_cluster(built)
    assert (sound.shards, sound.status) == (2, "green")
    miscount(built, "কাশফুল", 2)  # a word of no changed article
    assert check_cluster(built).words == sound.words + 1
    with pytest.raises(IndexCorruptError, match=r"that 2 articles hold 'কাশফুল', and 0 do: .* index repair"):
        check_cluster(built, deep=True)
    miscount(built, "কাশফুল", -2)
    miscount(built, "ইলিশ", -1)
    with pytest.raises(IndexCorruptError, match="that 0 articles hold 'ইলিশ', and 1 do"):
        check_cluster(built, deep=True)
    assert recount(built) == 3
    assert check_cluster(built, deep=True).compared == 3


@pytest.mark.parametrize(
    ("article", "said"),
    [
        (Article("৪", "হাওর", "হাওরে নৌকা"), "the words of 3 articles, and there are 4: .* index repair"),
        (Article("৩", "চর", "চরের মানুষ"), "that 0 articles hold 'চর', and 1 do: .* index repair"),
        (None, "the words of 3 articles, and there are 2: .* index repair"),
    ],
    ids=["came", "changed", "went"],
)
def test_a_check_finds_that_a_killed_writer_left_words_uncounted(
    built: Cluster, monkeypatch: pytest.MonkeyPatch, article: Article | None, said: str
) -> None:
    """The count of articles, or the words of the latest changes, show it as soon as no writer is active."""
    with monkeypatch.context() as patch:
        patch.setattr(Changer, "count", lambda _: None)  # killed before
        if article is None:
            delete_on_cluster(["৩"], built)
        else:
            update_on_cluster([article], built)
    with writer_lease(built):
        assert check_cluster(built).writer.startswith("process ")
    with pytest.raises(IndexCorruptError, match=said):
        check_cluster(built)
    recount(built)
    assert check_cluster(built).writer == ""


def test_a_check_finds_uncounted_words_though_others_were_counted_since(
    built: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The articles that the check reads have a word in more of them than the count says."""
    monkeypatch.setattr(word_check, "LOOKED_AT", 1)
    with monkeypatch.context() as patch:
        patch.setattr(Changer, "count", lambda _: None)
        update_on_cluster([Article("৩", "চর", "চরের মানুষ")], built)
    with monkeypatch.context() as patch:  # a day later
        patch.setattr("time.time_ns", lambda: (int(time.time()) + 86_400) * 10**9)
        update_on_cluster([Article("৪", "হাওর", "হাওরে নৌকা")], built)
    with pytest.raises(IndexCorruptError, match=r"that 0 articles hold .*, and 1 do: .* index repair"):
        check_cluster(built)


def test_a_check_says_nothing_of_words_that_are_counted_meanwhile(
    built: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer may begin and end between two reads of the check."""
    whole = words_of_parts

    def read_then_written(*given: Any) -> Any:
        found = [*whole(*given)]
        update_on_cluster([Article("৪", "হাওর", "হাওরে নৌকা")], built)
        return iter(found)

    monkeypatch.setattr(checking, "words_of_parts", read_then_written)
    assert check_cluster(built).writer == "another process"


def test_nothing_is_written_whose_words_cannot_be_counted(built: Cluster, memory: MemoryClient) -> None:
    """Without the files of a generation, an article is not written, as a retry would find it unchanged."""
    memory.indices.delete("news-000001-files")
    with pytest.raises(IndexMissingError):
        update_on_cluster([Article("৪", "হাওর", "হাওরে নৌকা")], built)
    assert "৪" not in memory.store.one("news").documents


def test_an_index_that_is_no_longer_complete_is_reported_to_its_keeper(
    built: Cluster, memory: MemoryClient
) -> None:
    """Readers skip an incomplete index, so checks and writers refuse it; a repair completes it."""
    rolled = str(roll_over(built))
    update_on_cluster([Article("৪", "হাওর", "হাওরে নৌকা")], built)
    memory.store.one(rolled).mappings["_meta"]["complete"] = False
    for look in (check_cluster, roll_over, lambda news: [*examine_cluster(news)], cluster_statistics):
        with pytest.raises(IndexCorruptError, match=f"{rolled} of news-000001 is not searched.*index repair"):
            look(built)
    with (
        pytest.raises(IndexCorruptError, match="index repair"),
        cluster_writer(built) as writer,
    ):
        writer.add(Article("৪", "হাওর", "হাওরে ঢেউ"))
    assert recount(built) == 4
    assert check_cluster(built, deep=True).articles == 4
    with ClusterEngine.open(built.address) as engine:
        assert [hit.id for hit in engine.search("হাওর")] == ["৪"]


@pytest.mark.parametrize("alter", ["title", "stream", "fingerprint"])
def test_an_article_whose_words_are_not_indexed_as_they_are_is_found(
    built: Cluster, memory: MemoryClient, alter: str
) -> None:
    """A title that ends elsewhere, or another fingerprint, is found too."""
    index = memory.store.one("news")
    documents = index.seen
    other = dict(documents["১"].values)
    if alter == "title":  # the same words, one more of them in the title
        made = DocumentMaker(ClusterGenerations(built).live().contract.basis)
        (again,) = made.make([Article("১", "বইমেলা বইমেলা", "শুরু")])
        assert isinstance(again, Analyzed)
        other["stream"] = again.document["stream"]
    elif alter == "stream":
        other["stream"] = documents["২"].values["stream"]
    else:
        other["fingerprint"] += 1
    index.put("১", other)
    index.refresh()
    with pytest.raises(IndexCorruptError, match="the article '১' of news-000001 is not indexed as its text"):
        check_cluster(built)


def test_a_field_that_is_kept_in_another_way_is_found(built: Cluster, memory: MemoryClient) -> None:
    """A changed or missing field is found in any index of the generation."""
    rolled = roll_over(built)
    properties = memory.store.one(str(rolled)).mappings["properties"]
    kept = properties["stem"]
    properties["stem"] = {**kept, "similarity": "BM25"}
    with pytest.raises(IndexCorruptError, match=f"the field 'stem' of {rolled} is not as it was made"):
        check_cluster(built)
    properties["stem"] = {**kept, "norms": True}  # which does not affect scores
    assert check_cluster(built).articles == 3
    del properties["place"]
    with pytest.raises(IndexCorruptError, match="'place'"):
        check_cluster(built)


def test_a_part_that_is_on_no_node_is_reported_by_every_look(built: Cluster, memory: MemoryClient) -> None:
    """A check stops with an error, while the doctor continues."""
    memory.store.one("news").is_lost = True
    with pytest.raises(ClusterError, match="news-000001 is red: 4 shards are on no node: bring"):
        check_cluster(built)
    said = {finding.name: finding for finding in examine_cluster(built)}
    assert (said["parts"].state, said["parts"].exit_code) == ("wrong", 1)
    assert "3 articles, generation news-000001, built 2" in said["index"].text


def test_the_generation_before_comes_back_or_that_which_is_named(built: Cluster) -> None:
    """Missing, unfinished and outdated generations are refused, and the live one stays."""
    for number in (1, 2):
        build_on_cluster(NEWS[number:], built, force=True, keep=5)
    generations = ClusterGenerations(built)
    unfinished = generations.begin(generations.live().contract, 1, {}).name
    assert roll_back(built) == built.live() == "news-000002"
    assert roll_back(built, "news-000003") == built.live() == "news-000003"
    for name in ("news-000009", unfinished):
        with pytest.raises(
            IndexMissingError, match=f"has no {name}; there are: news-000001, news-000002, news"
        ):
            roll_back(built, name)
    assert roll_back(built, "news-000001") == "news-000001"
    with pytest.raises(IndexMissingError, match="has no earlier generation"):
        roll_back(built)
    assert built.live() == "news-000001"


def test_a_generation_of_another_analysis_does_not_come_back(
    built: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its keys would not be those of queries."""
    with monkeypatch.context() as patch:
        patch.setattr(build_module, "fingerprint", lambda: "another")
        old = build_on_cluster(NEWS, built).generation
    assert roll_back(built) == "news-000001"
    with pytest.raises(IndexOutdatedError, match="another version of the analysis"):
        roll_back(built, old)
    assert built.live() == "news-000001"


@pytest.mark.parametrize("refused", ["_wait_until_there", "fingerprint"])
def test_of_a_snapshot_that_cannot_be_restored_nothing_is_left(
    built: Cluster, monkeypatch: pytest.MonkeyPatch, refused: str
) -> None:
    """A failed restore leaves no generation, which gc would take for one left by a rollback."""
    take_snapshot(built, "shelf:may")
    room = {"fingerprint": "onneshon.opensearch.storage.generations"}.get(refused, snapshots.__name__)
    monkeypatch.setattr(f"{room}.{refused}", Mock(side_effect=ClusterError("a shard could not be restored")))
    with pytest.raises(ClusterError, match="could not be restored"):
        restore_snapshot(built, "shelf:may")
    assert [each.name for each in ClusterGenerations(built).all()] == ["news-000001"]
    assert built.live() == "news-000001"


def test_an_alias_of_several_is_mended_by_the_choice_of_one(built: Cluster, memory: MemoryClient) -> None:
    """A rollback to a named generation repairs it, as the error says."""
    memory.indices.create("news-old", {"settings": {"index": {}}})
    memory.indices.update_aliases({"actions": [{"add": {"index": "news-old", "alias": "news"}}]})
    with pytest.raises(ClusterError, match="rollback --to GENERATION"):
        built.live()
    assert roll_back(built, "news-000001") == "news-000001"
    assert [*built.behind_alias()] == ["news-000001"]


def test_an_alias_that_was_removed_is_distinguished_from_an_index_that_is_not_there(
    built: Cluster, memory: MemoryClient
) -> None:
    """Searches and writes name the generations, of which a rollback makes one live."""
    build_on_cluster(NEWS, built)
    memory.indices.update_aliases({"actions": [{"remove": {"index": "news-000002", "alias": "news"}}]})
    said = "news-000001, news-000002 are there: the alias was removed.*rollback --to news-000002"
    with pytest.raises(IndexMissingError, match=said):
        ClusterEngine.open(built.address)
    with pytest.raises(IndexMissingError, match=said), cluster_writer(built) as writer:
        writer.delete("১")
    assert roll_back(built, "news-000002") == "news-000002"
    drop(built)
    with pytest.raises(IndexMissingError, match=r"no index at .* yet"):
        ClusterEngine.open(built.address)


def test_words_of_which_a_piece_is_lost_are_counted_again(built: Cluster, memory: MemoryClient) -> None:
    """A repair counts the words again from the articles, as the error says."""
    del memory.store.indexes["news-000001-files"].documents["words.npz/1/0"]
    with pytest.raises(IndexCorruptError, match="onneshon index repair"):
        ClusterEngine.open(built.address)
    assert recount(built) == len(NEWS)
    with ClusterEngine.open(built.address) as engine:
        assert engine.count == len(NEWS)


def test_what_no_reader_needs_is_collected(built: Cluster, memory: MemoryClient) -> None:
    """A dry run names the same generations; the newest and the live one stay."""
    for _ in range(3):
        build_on_cluster(NEWS, built, keep=9)
    generations = ClusterGenerations(built)
    unfinished = generations.begin(generations.live().contract, 1, {}).name
    names = ["news-000001", "news-000002", "news-000003", "news-000004"]
    before = sorted(memory.store.indexes)
    assert collect_generations(built, keep=3, dry_run=True) == [unfinished, *names[:1]]
    assert sorted(memory.store.indexes) == before
    assert collect_generations(built, keep=3) == [unfinished, *names[:1]]
    assert collect_generations(built) == names[1:2]
    assert collect_generations(built, only_live=True) == names[2:3]
    assert [each.name for each in generations.all()] == names[3:]


def test_nothing_is_collected_while_an_alias_that_was_removed_stands_for_none(
    built: Cluster, memory: MemoryClient
) -> None:
    """Any complete generation may be the one to go back to, so only unfinished ones are removed."""
    build_on_cluster(NEWS, built)
    generations = ClusterGenerations(built)
    unfinished = generations.begin(generations.live().contract, 1, {}).name
    memory.indices.update_aliases({"actions": [{"remove": {"index": "news-000002", "alias": "news"}}]})
    assert collect_generations(built, only_live=True, dry_run=True) == [unfinished]
    assert collect_generations(built, keep=1) == [unfinished]
    assert roll_back(built, "news-000002") == "news-000002"


def test_what_a_rollback_left_and_what_it_went_to_stay(built: Cluster) -> None:
    """As in a directory, newer generations stay after a rollback, and a build keeps the formerly live one."""
    for _ in range(3):
        build_on_cluster(NEWS, built, keep=9)
    roll_back(built, "news-000002")
    assert collect_generations(built) == []
    assert collect_generations(built, only_live=True, dry_run=True) == ["news-000001"]
    build_on_cluster(NEWS, built)
    assert [each.name for each in ClusterGenerations(built).all()] == ["news-000002", "news-000005"]


def test_an_index_is_dropped_with_all_its_generations(built: Cluster, memory: MemoryClient) -> None:
    """A second drop removes nothing."""
    build_on_cluster(NEWS, built)
    assert drop(built) == ["news-000001", "news-000002"]
    assert [*memory.store.indexes] == ["news-writer"]
    assert drop(built) == []


def test_an_index_is_built_again_from_what_it_stores(built: Cluster) -> None:
    """A migration keeps shards and replicas, and any bad article is an error."""
    report = migrate_on_cluster(built, BuildOptions(workers=1))
    assert (report.generation, report.articles, report.previous) == ("news-000002", 3, 3)
    assert spread_of(built, report.generation) == (2, 1)
    assert check_cluster(built, deep=True).articles == 3


def test_an_article_that_cannot_be_read_again_keeps_an_index_from_being_built_anew(
    built: Cluster, memory: MemoryClient
) -> None:
    """The error prevents the silent loss of an article; the live generation stays."""
    index = memory.store.one("news")
    emptied = {**index.documents["২"].values, "article": {"id": "২", "title": "", "body": ""}}
    index.put("২", emptied)
    index.refresh()
    with pytest.raises(CorpusError, match="article 2: neither title nor body"):
        migrate_on_cluster(built, BuildOptions(workers=1, max_bad="50%"))
    assert built.live() == "news-000001"


@pytest.mark.parametrize(
    "write",
    [drop, recount, roll_over, collect_generations, roll_back, lambda news: delete_on_cluster(["১"], news)],
    ids=["drop", "repair", "rollover", "gc", "rollback", "delete"],
)
def test_who_says_no_time_waits_for_no_other_writer(
    built: Cluster, monkeypatch: pytest.MonkeyPatch, write: Callable[[Cluster], object]
) -> None:
    """Without a waiting time the error comes at once."""
    with writer_lease(built):
        monkeypatch.setattr("time.sleep", lambda _: pytest.fail("waits"))
        with pytest.raises(IndexLockedError, match="is being written by process"):
            write(built)


DAYS = 40
"""The age of the index that is rolled over."""


@pytest.mark.parametrize(
    ("due", "is_time"),
    [
        (None, True),
        (Due(articles=3), True),
        (Due(articles=4), False),
        (Due(days=DAYS - 1), True),
        (Due(days=DAYS + 1), False),
        (Due(articles=4, days=DAYS - 1), True),
        (Due(gigabytes=1), False),
    ],
    ids=str,
)
def test_an_index_is_rolled_over_when_it_is_time(
    built: Cluster, memory: MemoryClient, due: Due | None, is_time: bool
) -> None:
    """Articles, age or bytes decide; shards and replicas stay as before, unless given."""
    meta: dict[str, Any] = memory.store.one("news").mappings["_meta"]
    made = dt.datetime.now(dt.UTC) - dt.timedelta(days=DAYS)
    meta["created"] = made.isoformat()
    rolled = roll_over(built, due)
    assert rolled == ("news-000001-0001" if is_time else None)
    if rolled:
        assert spread_of(built, rolled) == (2, 1)
        assert roll_over(built, due) is None  # it is empty
        update_on_cluster([Article("৪", "হাওর")], built)
        assert roll_over(built, shards=1) == "news-000001-0002"
        assert spread_of(built, "news-000001-0002") == (1, 1)


def test_an_index_of_unknown_age_is_a_new_one(built: Cluster, memory: MemoryClient) -> None:
    """An index without a creation time is never due by age, except for an age of 0."""
    del memory.store.one("news").mappings["_meta"]["created"]
    assert roll_over(built, Due(days=0.001)) is None
    assert roll_over(built, Due(days=0)) == "news-000001-0001"


def test_words_that_another_wrote_meanwhile_are_not_put_over(
    built: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer that was stopped until its lease expired fails instead of overwriting."""
    live = built.live()
    kept = files._kept

    def stopped_before_it(*given: Any) -> Any:
        monkeypatch.setattr(files, "_kept", kept)
        update_on_cluster([Article("৪", "হাওর", "হাওরে নৌকা")], built)
        return kept(*given)

    monkeypatch.setattr(files, "_kept", stopped_before_it)
    (tmp_path / "words").write_bytes("নদী".encode())
    with pytest.raises(IndexLockedError, match="by another process, as this one was too slow"):
        files.keep_part(built, live, tmp_path, articles=1, after=1)
    assert read_state(built, live).articles == len(NEWS) + 1

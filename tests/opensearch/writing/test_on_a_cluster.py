"""Builds and changes on a real cluster of three processes."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from onneshon.index.article import Article
from onneshon.index.commands.main import main
from onneshon.index.completion.writer import word_counts
from onneshon.index.configuration import Configuration
from onneshon.index.errors import (
    ArticleNotFoundError,
    BuildError,
    IndexCorruptError,
    IndexLockedError,
    IndexMissingError,
    IndexOutdatedError,
)
from onneshon.index.indexer.builder import build
from onneshon.index.indexer.write_job import BuildReport
from onneshon.index.publishing.applying import Applier
from onneshon.index.publishing.journal import Journal
from onneshon.index.publishing.operation import Operation as Queued
from onneshon.index.publishing.progress import ProgressFile
from onneshon.index.publishing.replay import replay
from onneshon.index.storage.reader import open_index
from onneshon.opensearch.commands import ClusterCommands
from onneshon.opensearch.connection.bulk import Operation, send
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.searching.engine import ClusterEngine
from onneshon.opensearch.storage.documents import LONGEST_TERM, Analyzed, DocumentMaker
from onneshon.opensearch.storage.files import fetch_part, read_state
from onneshon.opensearch.storage.generations import ClusterGenerations
from onneshon.opensearch.storage.mapping import Contract
from onneshon.opensearch.storage.word_file import suggested
from onneshon.opensearch.writing import build as build_module
from onneshon.opensearch.writing.build import Layout, build_on_cluster
from onneshon.opensearch.writing.changer import tombstone
from onneshon.opensearch.writing.checking import check_cluster
from onneshon.opensearch.writing.cluster_writer import delete_on_cluster, update_on_cluster
from onneshon.opensearch.writing.lease import writer_lease
from onneshon.opensearch.writing.parts import MOST_PARTS, WordChanges, add_part, words_of_parts
from onneshon.opensearch.writing.snapshots import restore_snapshot, take_snapshot
from onneshon.opensearch.writing.upkeep import (
    collect_generations,
    recount,
    roll_back,
)

pytestmark = pytest.mark.xdist_group("cluster")

NOTHING = Configuration()

NEWS = [
    Article("১", "ঢাকায় বইমেলা", "বাংলা একাডেমির বইমেলা শুরু হয়েছে।", category="সংস্কৃতি"),
    Article("২", "ইলিশের মৌসুম", "পদ্মার ইলিশ বাজারে এসেছে।", category="অর্থনীতি"),
    Article("৩", "নদী রক্ষা", "বুড়িগঙ্গা নদীর পাড়ে উচ্ছেদ।", category="পরিবেশ"),
]


def built(cluster: Cluster, articles: list[Article] | None = None, **options: Any) -> BuildReport:
    """Build an index of the given articles, in two shards with a replica each."""
    layout = options.pop("layout", Layout(2, 1))
    return build_on_cluster(NEWS if articles is None else articles, cluster, layout=layout, **options)


def run(cluster: Cluster, *arguments: str) -> Result:
    """Run a command as a user does."""
    return CliRunner().invoke(main, ["--index", str(cluster.address), "index", *arguments])


def article_of(cluster: Cluster, article_id: str) -> dict[str, Any] | None:
    """The stored article; None where it is deleted."""
    stored: dict[str, Any] = cluster.client.get(index=cluster.live(), id=article_id)["_source"]
    return stored.get("article")


def test_as_many_articles_come_out_as_go_in(empty: Cluster, tmp_path: Path) -> None:
    """Articles that the cluster refuses are reported like unreadable ones."""
    corpus = tmp_path / "news.jsonl"
    records = [{"id": str(n), "title": f"সংবাদ {n}", "body": "আজকের খবর"} for n in range(600)]
    records[17]["category"] = "ক" * 20_000  # more bytes than Lucene takes for one value
    records[18]["title"] = records[18]["body"] = ""
    corpus.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    done = run(empty, "build", str(corpus), "--shards", "3", "--json", "--quiet", "--workers", "2")
    assert done.exit_code == 6, done.output
    report = json.loads(done.output)
    assert (report["seen"], report["articles"]) == (600, 598)
    assert report["skipped"] == {"empty": 1, "refused": 1}
    checked = run(empty, "check", "--json")
    assert json.loads(checked.output) == {
        "generation": f"{empty.alias}-000001",
        "articles": 598,
        "words": json.loads(checked.output)["words"],
        "shards": 3,
        "status": "green",
        "compared": 598,
        "writer": "",
    }


def test_words_and_files_are_those_of_a_directory(
    empty: Cluster, sample_articles: Path, tmp_path: Path
) -> None:
    """Vocabulary and suggestions are equal byte by byte."""
    build_on_cluster([sample_articles], empty)
    build([sample_articles], tmp_path / "index")
    with open_index(tmp_path / "index") as reader:
        assert suggested(words_of_parts(empty, empty.live())) == word_counts(reader.segments)
    [part] = read_state(empty, empty.live()).parts
    fetch_part(empty, empty.live(), part, tmp_path)
    for name, ours in (("vocabulary.bin",) * 2, ("completion.bin",) * 2, ("pairs.bin", "MAIN_bulk.pairs")):
        (expected,) = (tmp_path / "index" / "generations").glob(f"*/{ours}")
        assert (tmp_path / part.folder / name).read_bytes() == expected.read_bytes()


def test_an_update_adds_replaces_leaves_and_deletes(empty: Cluster, tmp_path: Path) -> None:
    """Word counts are as if the result had been built at once."""
    built(empty)
    before = read_state(empty, empty.live()).revision
    changes = tmp_path / "changes.jsonl"
    records = [
        {"id": "১", "title": "ঢাকায় বইমেলা", "body": "বাংলা একাডেমির বইমেলা শেষ হয়েছে।", "category": "সংস্কৃতি"},
        {"id": "২", "title": "ইলিশের মৌসুম", "body": "পদ্মার ইলিশ বাজারে এসেছে।", "category": "অর্থনীতি"},
        {"id": "৩", "deleted": True},
        {"id": "৪", "title": "নতুন", "body": "নতুন খবর"},
        {"id": "৫", "deleted": 1},
    ]
    changes.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    done = run(empty, "update", str(changes), "--json", "--quiet")
    assert done.exit_code == 0, done.output
    report = json.loads(done.output)
    counted = ("seen", "added", "changed", "unchanged", "deleted", "unknown", "stale", "articles")
    assert [report[name] for name in counted] == [5, 1, 1, 1, 1, 1, 0, 3]
    assert read_state(empty, empty.live()).revision == before + 1
    assert check_cluster(empty, deep=True).articles == 3
    assert article_of(empty, "৩") is None


def test_an_update_that_changes_nothing_makes_no_files(empty: Cluster) -> None:
    """Readers then need not read files again."""
    built(empty)
    before = read_state(empty, empty.live())
    report = update_on_cluster(NEWS, empty)
    assert (report.unchanged, report.articles) == (3, 3)
    assert read_state(empty, empty.live()) == before


def test_what_came_over_http_is_published(empty: Cluster, tmp_path: Path) -> None:
    """An article that the cluster refuses is set aside, and does not block others."""
    built(empty)
    commands = ClusterCommands(empty)
    before = commands.live()
    put = [Queued("৪", '{"title": "হাওর"}'), Queued("৫", json.dumps({"title": "ক" * LONGEST_TERM}))]
    Journal(tmp_path).append([*put, Queued("১", None)])
    applier = Applier(tmp_path, lambda _: commands.writer(), live=lambda _: commands.live())
    assert applier.step()
    published = ProgressFile(tmp_path).read()
    assert (published.refused, published.newest) == (1, commands.live())
    assert commands.live() > before
    assert check_cluster(empty, deep=True).articles == 3
    assert article_of(empty, "৪")
    report = replay(tmp_path, opening=commands.writer)
    assert (report.operations, report.put, report.deleted, len(report.left_out)) == (3, 0, 0, 1)


def test_what_is_missing_is_deleted_if_that_is_asked(empty: Cluster) -> None:
    """An update that would leave hardly any articles is refused."""
    built(empty)
    with pytest.raises(BuildError, match="--force"):
        update_on_cluster(NEWS[:1], empty, delete_missing=True)
    assert check_cluster(empty).articles == 3
    assert update_on_cluster(NEWS[:2], empty, delete_missing=True).deleted == 1
    assert check_cluster(empty, deep=True).articles == 2


def test_articles_are_deleted_all_or_none(empty: Cluster) -> None:
    """A mistyped id must not cause a partial deletion."""
    built(empty)
    with pytest.raises(ArticleNotFoundError, match="৯"):
        delete_on_cluster(["১", "৯"], empty)
    assert check_cluster(empty).articles == 3
    assert run(empty, "delete", "১", "২").exit_code == 0
    assert check_cluster(empty, deep=True).articles == 1


@pytest.mark.parametrize("deleted", [False, True], ids=["replaced", "deleted"])
def test_an_older_write_changes_nothing_whenever_it_comes(empty: Cluster, deleted: bool) -> None:
    """An older write does not restore a deleted article either."""
    built(empty)
    generation = empty.live()
    made = DocumentMaker(ClusterGenerations(empty).live().contract.basis).make(NEWS[:1])[0]
    assert isinstance(made, Analyzed)
    latest = time.time_ns() // 1_000
    document = tombstone("১", 1_000) if deleted else made.document
    (written,) = send(empty, generation, [Operation("১", document, latest)])
    (stale,) = send(empty, generation, [Operation("১", made.document, latest - 1)])
    (again,) = send(empty, generation, [Operation("১", document, latest)])
    assert (written.state, stale.state, again.state) == ("written", "stale", "written")
    assert (article_of(empty, "১") is None) == deleted


def test_many_small_updates_are_few_parts(empty: Cluster) -> None:
    """A change writes no more in a large index; word counts are as if all had been built at once."""
    built(empty, [Article(f"ক{n}", f"নদীর খবর {n}", "নদী ও চর") for n in range(70)])
    for number in range(MOST_PARTS):
        update_on_cluster([Article("নতুন", f"হাওরের খবর {number}", "হাওর ও বাঁধ")], empty)
    state = read_state(empty, empty.live())
    assert [part.articles for part in state.parts] == [70, MOST_PARTS]
    assert check_cluster(empty, deep=True).articles == 71
    delete_on_cluster([f"ক{n}" for n in range(30)], empty)
    with ClusterEngine.open(empty.address) as engine:
        assert engine.search("হাওরের খবর").total_all == 1
        suggested = [suggestion.text for suggestion in engine.suggest("হাওরের")]
        assert f"হাওরের খবর {MOST_PARTS - 1}" in suggested
        assert "হাওরের খবর 0" not in suggested
        before = engine._searchers  # engines that are open stay so
        with before.acquire() as searcher:
            first = searcher.words.parts[0]
        update_on_cluster([Article("আরও", "বিলের খবর", "বিল")], empty)
        assert engine.reload()
        with engine._searchers.acquire() as searcher:
            assert searcher.words.parts[0] is first
        assert engine.search("বিলের").total == 1


def test_parts_that_are_not_small_beside_the_first_become_one_with_it(empty: Cluster) -> None:
    """The merged part is as a build would write it."""
    built(empty)
    for number in range(MOST_PARTS):
        update_on_cluster([Article("৪", f"ইলিশ {number}", "ইলিশ ধরা")], empty)
    [part] = read_state(empty, empty.live()).parts
    assert (part.articles, part.gone) == (4, 0)
    assert check_cluster(empty, deep=True).articles == 4
    with ClusterEngine.open(empty.address) as engine:
        assert engine.search("ইলিশ").total == 2


def test_miscounted_words_are_found_and_mended(empty: Cluster) -> None:
    """An update that was killed between an article and its words leaves such a miscount."""
    built(empty)
    changes = WordChanges()
    changes.counts.articles["exact"]["ইলিশ"] = 5
    add_part(empty, empty.live(), changes)
    with pytest.raises(IndexCorruptError, match="6 articles hold 'ইলিশ', and 1 do"):
        check_cluster(empty, deep=True)
    assert recount(empty) == 3
    assert check_cluster(empty, deep=True).articles == 3


def test_an_article_that_is_indexed_otherwise_than_it_says_is_found(empty: Cluster) -> None:
    """Such a document comes from another program that wrote to the index."""
    built(empty)
    first, second = DocumentMaker(ClusterGenerations(empty).live().contract.basis).make(NEWS[:2])
    assert isinstance(first, Analyzed)
    assert isinstance(second, Analyzed)
    document = {**first.document, "stream": second.document["stream"]}
    list(send(empty, empty.live(), [Operation("১", document)]))
    empty.client.indices.refresh(index=empty.live())
    with pytest.raises(IndexCorruptError, match="'১'"):
        check_cluster(empty)


def test_an_index_of_another_analysis_is_refused_and_built_again(
    empty: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its keys would not be those of queries; stored articles suffice to build it again."""
    with monkeypatch.context() as patch:
        patch.setattr(build_module, "fingerprint", lambda: "another")
        built(empty)
    with pytest.raises(IndexOutdatedError, match="onneshon index migrate"):
        check_cluster(empty)
    with pytest.raises(IndexOutdatedError):
        update_on_cluster(NEWS, empty)
    assert run(empty, "check").exit_code == 5
    assert run(empty, "migrate", "--quiet").exit_code == 0
    report = check_cluster(empty, deep=True)
    assert (report.articles, report.shards) == (3, 2)


def test_a_build_that_fails_leaves_what_is_live(empty: Cluster, indexes: Callable[[], list[str]]) -> None:
    """A failed build leaves no indexes of its own."""
    built(empty)
    before = indexes()
    with pytest.raises(BuildError, match="--max-bad"):
        built(empty, [*NEWS, Article("", "কিছু")])
    with pytest.raises(BuildError, match="--force"):
        built(empty, NEWS[:1])
    assert indexes() == before
    assert check_cluster(empty).articles == 3


def test_a_build_that_is_killed_leaves_what_is_live_and_the_next_one_cleans_up(
    empty: Cluster, indexes: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its lease expires, and its indexes are removed."""
    built(empty)
    program = [sys.executable, "-c", "from onneshon.index.commands.main import main; main()"]
    options = ["--index", str(empty.address), "index", "build", "-", "--quiet"]
    with subprocess.Popen([*program, *options], stdin=subprocess.PIPE) as builder:
        assert builder.stdin
        line = json.dumps({"title": "সংবাদ", "body": "খবর " * 300}).encode() + b"\n"
        builder.stdin.write(line * 2_500)  # it then waits for more input
        builder.stdin.flush()
        wait_for(lambda: any(name.endswith("000002-files") for name in indexes()))
        builder.send_signal(signal.SIGKILL)
    assert empty.live().endswith("000001")
    with pytest.raises(IndexLockedError, match="process"):
        built(empty)
    monkeypatch.setattr("onneshon.opensearch.writing.lease.time.time", lambda: time.monotonic() + 2**33)
    assert built(empty).generation.endswith("000002")
    assert {name[:-6] for name in indexes() if name.endswith("-files")} == {
        f"{empty.alias}-000001",
        f"{empty.alias}-000002",
    }
    assert check_cluster(empty, deep=True).articles == 3


def wait_for(holds: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until a condition holds."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.1)


def test_one_writes_at_a_time(empty: Cluster) -> None:
    """A second writer's error names the first; with ``wait`` it waits for the first to finish."""
    with writer_lease(empty), pytest.raises(IndexLockedError, match="wait for it to finish, or stop it; the"):
        built(empty)
    assert built(empty, wait=5).articles == 3


def test_who_was_too_slow_stops(empty: Cluster) -> None:
    """A writer whose expired lease was taken by another stops."""
    with writer_lease(empty) as lease:
        lease.extend()
        lease.check()
        body = {"holder": "another", "token": "of another", "until": 2**40}
        empty.client.index(index=f"{empty.alias}-writer", id="writer", body=body)
        lease.extend()
        with pytest.raises(IndexLockedError, match="is written by another"):
            lease.check()
    record = empty.client.get(index=f"{empty.alias}-writer", id="writer")
    assert record["_source"]["holder"] == "another"


def test_generations_go_back_and_are_collected(empty: Cluster, indexes: Callable[[], list[str]]) -> None:
    """Rollback and collection work as in a directory."""
    for articles in (NEWS, NEWS[:2], NEWS[1:]):
        built(empty, articles, layout=Layout(1, 0), keep=3)
    assert roll_back(empty).endswith("000002")
    assert roll_back(empty).endswith("000001")
    assert check_cluster(empty, deep=True).articles == 3
    with pytest.raises(IndexMissingError, match="earlier"):
        roll_back(empty)
    done = run(empty, "rollback", "--to", f"{empty.alias}-000003")
    assert done.output == f"generation {empty.alias}-000003 is live\n"
    assert collect_generations(empty, keep=2, dry_run=True) == [f"{empty.alias}-000001"]
    assert run(empty, "gc", "--only-live").exit_code == 0
    assert indexes() == [f"{empty.alias}-000003{part}" for part in ("", "-files")]


def test_a_snapshot_is_restored_beside_what_is_live(empty: Cluster) -> None:
    """The snapshot becomes a generation of its own, and goes live."""
    body = {"type": "fs", "settings": {"location": empty.alias}}
    empty.client.snapshot.create_repository(repository=empty.alias, body=body)
    built(empty)
    take_snapshot(empty, f"{empty.alias}:monday")
    update_on_cluster(NEWS[:2], empty, delete_missing=True)
    restored = restore_snapshot(empty, f"{empty.alias}:monday")
    assert restored.endswith("000002")
    assert check_cluster(empty, deep=True).articles == 3
    assert roll_back(empty).endswith("000001")
    assert check_cluster(empty, deep=True).articles == 2


def test_stats_of_a_cluster_are_for_people_and_programs(empty: Cluster) -> None:
    """Statistics are printed as text and as JSON."""
    built(empty)
    told = json.loads(run(empty, "stats", "--json").output)
    assert (told["articles"], told["shards"], told["replicas"], told["status"]) == (3, 2, 1, "green")
    assert "3; 0 replaced or deleted" in run(empty, "stats").output
    contract = Contract.from_dict(ClusterGenerations(empty).live().meta, "news")
    assert told["basis"] == contract.basis.to_dict()


def test_the_doctor_looks_at_a_cluster(empty: Cluster) -> None:
    """Findings cover a sound index, a missing one with its exit code, and an unreachable cluster."""
    doctor = ["doctor", "--json", "--index"]
    missing = CliRunner().invoke(main, [*doctor, str(empty.address)])
    built(empty)
    well = CliRunner().invoke(main, [*doctor, str(empty.address)])
    away = CliRunner().invoke(main, [*doctor, "opensearch://127.0.0.1:1/news"])
    assert (missing.exit_code, well.exit_code, away.exit_code) == (3, 0, 1)
    said = {finding["name"]: finding for finding in json.loads(well.output)}
    assert {"cluster", "index", "parts"} <= set(said)
    assert "3 articles, generation" in said["index"]["text"]
    assert "does not answer" in json.loads(away.output)[-1]["text"]


def test_an_index_that_is_not_there_is_missing(empty: Cluster) -> None:
    """Every command fails with the exit code of a missing index."""
    for command in (["check"], ["stats"], ["update", __file__], ["delete", "১"], ["repair"], ["migrate"]):
        done = run(empty, *command)
        assert done.exit_code == 3, done.output
        assert "onneshon index build" in done.output
    built(empty)  # so that there is something to remove


@pytest.mark.parametrize("command", [["merge"], ["gc", "--keep-days", "3"], ["stats", "--plot", "x.png"]])
def test_what_is_invalid_on_a_cluster_says_so(command: list[str]) -> None:
    """The error comes before any request to the cluster."""
    done = CliRunner().invoke(main, ["--index", "opensearch://127.0.0.1:1/news", "index", *command])
    assert done.exit_code == 2
    assert "cluster" in done.output

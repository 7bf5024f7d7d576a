"""A damaged index is built again from its readable texts, and unreadable ones are named."""

import json
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from onneshon.index import Article, BuildError, IndexCorruptError, build, open_index, open_writer
from onneshon.index.columnar.section_file import SectionFile
from onneshon.index.commands.main import main
from onneshon.index.indexer import write_job
from onneshon.index.storage import durable
from onneshon.index.storage.generations import Generations
from onneshon.index.upkeep.deep_check import check_deeply
from onneshon.index.upkeep.repair import repair
from onneshon.search import Engine
from tests.building import overwrite, segments_left_apart

pytestmark = pytest.mark.usefixtures("beyond_parity")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """An index of two segments; in the first, one article was replaced and one deleted."""
    articles = [Article(str(n), title=f"শিরোনাম {n}", body=f"নদীর কথা {n * 7919} সাগর") for n in range(20)]
    build(articles, tmp_path / "index")
    with segments_left_apart(), open_writer(tmp_path / "index") as writer:
        writer.add(Article("0", title="বদল", body="পাহাড়"))
        writer.delete("1")
    return tmp_path / "index"


@pytest.fixture(scope="module")
def with_dictionary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index with enough articles that their texts share a dictionary."""
    folder = tmp_path_factory.mktemp("dictionary") / "index"
    build(of_one_source("পুরনো"), folder)
    return folder


def of_one_source(source: str) -> list[Article]:
    """Articles with texts of the same words."""
    return [
        Article(str(n), title=f"শিরোনাম {n}", body=f"{source} নদীর কথা {n * 7919} সাগর পাহাড় আকাশ বাতাস " * 9)
        for n in range(300)
    ]


def spoil_dictionary(directory: Path) -> None:
    """Damage the compression dictionary of the segment that a build made."""
    path = live(directory, "MAIN_bulk.doc")
    file = SectionFile.open(path)
    dictionary = file.array("stored/dictionary").tobytes()
    assert dictionary
    spoil(path, path.read_bytes().index(dictionary) + len(dictionary) // 2, 9)


def live(directory: Path, name: str) -> Path:
    """The path of a file of the live generation."""
    return Generations(directory).current().folder / name


def spoil(path: Path, place: int, count: int = 1) -> None:
    """Invert ``count`` bytes of a file from ``place`` on."""
    content = path.read_bytes()
    wrong = bytes(255 - byte for byte in content[place : place + count])
    overwrite(path, content[:place] + wrong + content[place + count :])


def start_of(path: Path, doc: int) -> int:
    """The offset in bytes of a document's stored text in a file of documents."""
    file = SectionFile.open(path)
    ends = file.array("stored/ends")
    stored = file.array("stored").tobytes()
    return path.read_bytes().index(stored) + int(ends[doc - 1])


def state(directory: Path) -> set[str]:
    """The ids that are found, after a deep check."""
    check_deeply(directory)
    with open_index(directory) as reader:
        every = {str(n) for n in range(20)}
        return {
            article_id
            for article_id in every
            if any(segment.find(article_id) is not None for segment in reader.segments)
        }


ALL = {str(n) for n in range(20)} - {"1"}


@pytest.mark.parametrize(
    "name",
    ["MAIN_bulk.inv", "MAIN_bulk.pairs", "vocabulary.bin", "completion.bin", "manifest.json", "digests.bin"],
)
def test_what_is_made_of_the_texts_is_made_again(directory: Path, name: str) -> None:
    """Nothing is lost when such a file is damaged."""
    path = live(directory, name)
    spoil(path, path.stat().st_size // 2, 20)
    report = repair(directory)
    assert (report.lost, report.warnings, report.source) == ((), (), "000002")
    assert state(directory) == ALL
    with open_index(directory) as reader:
        assert reader.article("0").title == "বদল"


def test_texts_that_cannot_be_read_are_named(directory: Path) -> None:
    """The report has their ids; the damaged generation stays."""
    path = live(directory, "MAIN_bulk.doc")
    for start in [start_of(path, doc) for doc in (5, 12)]:
        spoil(path, start + 6, 8)
    result = CliRunner().invoke(main, ["index", "repair", "--json", "--index", str(directory)])
    assert result.exit_code == 6
    report = json.loads(result.stdout)
    assert (report["lost"], report["build"]["articles"]) == (["5", "12"], 17)
    assert state(directory) == ALL - {"5", "12"}
    assert [generation.name for generation in Generations(directory).all()] == ["000002", "000003"]


def add_one(directory: Path) -> None:
    """Add an article as a segment of its own."""
    with segments_left_apart(), open_writer(directory) as writer:
        writer.add(Article("নতুন", title="নতুন", body="নতুন নদীর কথা"))


def build_again(directory: Path) -> None:
    """Build the index again from the same articles."""
    build(of_one_source("পুরনো"), directory)


@pytest.mark.parametrize(("change", "articles"), [(add_one, 301), (build_again, 300)])
def test_texts_are_read_by_the_same_dictionary_of_another_file(
    with_dictionary: Path,
    tmp_path: Path,
    change: Callable[[Path], None],
    articles: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A damaged dictionary is replaced by that of another segment or of an earlier generation."""
    monkeypatch.setattr("onneshon.index.storage.manifest._SMALL", 0)  # read whole when they are opened
    directory = Path(shutil.copytree(with_dictionary, tmp_path / "index"))
    change(directory)
    spoil_dictionary(directory)
    with Engine.open(directory) as engine:
        assert engine.article("7") == of_one_source("পুরনো")[7]
        with pytest.raises(IndexCorruptError, match=r"MAIN_bulk\.doc is damaged in stored/dictionary"):
            engine.verify()
    report = repair(directory)
    assert (report.lost, report.build.articles) == ((), articles)


def test_another_dictionary_is_not_taken_for_a_lost_one(with_dictionary: Path, tmp_path: Path) -> None:
    """Decompression with it would give wrong texts."""
    directory = Path(shutil.copytree(with_dictionary, tmp_path / "index"))
    build(of_one_source("নতুন"), directory)
    spoil_dictionary(directory)
    with pytest.raises(BuildError, match="damaged in stored/dictionary"):
        repair(directory)


LISTS = ("segments.json", "_MAIN_1.toc", "MAIN.parity")
"""Either list is enough, and so is the parity of both."""


def test_a_lost_list_of_segments_brings_deleted_articles_back_and_says_so(directory: Path) -> None:
    """A warning says so; of an article with several versions the newest is kept."""
    for name in LISTS:
        live(directory, name).unlink()
    report = repair(directory)
    assert report.lost == ()
    assert "what was deleted may be back" in report.warnings[0]
    assert state(directory) == ALL | {"1"}
    with open_index(directory) as reader:
        assert reader.article("0").title == "বদল"


def test_what_was_deleted_stays_so_in_an_index_by_a_relative_path(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The default path, var/index, is relative too."""
    monkeypatch.chdir(directory.parent)
    report = repair(Path(directory.name))
    assert (report.lost, report.warnings) == ((), ())
    assert state(directory) == ALL


@pytest.mark.parametrize("lost", [LISTS[:1], LISTS[:2], LISTS[::2]])
def test_of_lists_of_segments_and_their_parity_any_will_do(directory: Path, lost: tuple[str, ...]) -> None:
    """Whoosh's list says the same as ours, so that deleted articles do not come back."""
    for name in lost:
        live(directory, name).unlink()
    report = repair(directory)
    assert (report.lost, report.warnings) == ((), ())
    assert state(directory) == ALL


@pytest.mark.parametrize(
    ("was", "now"),
    [
        (b"MAIN_bulk", b"MAIN_bulj"),
        (b'"documents":20', b'"documents":10'),
        (b"[0,1]", b"[0,3]"),
        (b"{", b"z"),
    ],
    ids=["another name", "fewer documents", "another deleted", "no list"],
)
@pytest.mark.parametrize("too", ["MAIN_bulk.inv", "manifest.json", "MAIN.parity"])
def test_an_altered_list_of_segments_is_not_believed(
    directory: Path, was: bytes, now: bytes, too: str
) -> None:
    """One altered bit makes another list; its parity or Whoosh's list shows which articles were deleted."""
    path = live(directory, "segments.json")
    content = path.read_bytes()
    assert was in content
    overwrite(path, content.replace(was, now))
    spoil(live(directory, too), 100)
    report = repair(directory)
    assert (report.lost, report.lost_articles, report.warnings) == ((), 0, ())
    assert state(directory) == ALL


def test_of_two_altered_lists_neither_is_believed(directory: Path) -> None:
    """The lists count as lost, and a warning says so."""
    path = live(directory, "segments.json")
    overwrite(path, path.read_bytes().replace(b"MAIN_bulk", b"MAIN_bulj"))
    spoil(live(directory, "_MAIN_1.toc"), 100)
    live(directory, "MAIN.parity").unlink()
    report = repair(directory)
    assert (report.lost, len(report.warnings)) == ((), 1)
    assert "what was deleted may be back" in report.warnings[0]
    assert state(directory) == ALL | {"1"}


def test_a_segment_that_does_not_open_is_lost_whole(directory: Path) -> None:
    """The other segments are saved."""
    path = live(directory, "MAIN_bulk.doc")
    overwrite(path, path.read_bytes()[:100])
    result = CliRunner().invoke(main, ["index", "repair", "--index", str(directory)])
    assert result.exit_code == 6
    assert "lost: all of segment MAIN_bulk" in result.stdout
    assert "1 article of generation 000002 saved, 18 lost" in result.stdout
    assert "onneshon index" not in result.stdout  # output of a repair does not advise how to repair
    assert state(directory) == {"0"}


@pytest.mark.parametrize("numbers", [["bulk"], ["000002"], ["bulk", "000002"]])
def test_where_nobody_can_tell_how_many_articles_are_lost_no_number_is_reported(
    directory: Path, numbers: list[str]
) -> None:
    """Without the list of segments the number of deletions in them is unknown."""
    add_one(directory)
    for name in LISTS:
        live(directory, name).unlink()
    for number in numbers:
        overwrite(live(directory, f"MAIN_{number}.doc"), b"nothing")
    report = repair(directory)
    assert (len(report.lost), report.lost_articles) == (len(numbers), None)
    with open_index(directory) as reader:
        assert reader.article("নতুন").title == "নতুন"


def test_texts_of_which_not_even_the_ids_can_be_read_are_named_by_their_place(directory: Path) -> None:
    """They are named so that they can be counted."""
    path = live(directory, "MAIN_bulk.doc")
    keys = SectionFile.open(path).array("keys").tobytes()
    spoil(path, path.read_bytes().index(keys), len(keys))
    spoil(path, start_of(path, 5) + 6, 8)
    report = repair(directory)
    assert (report.lost, report.lost_articles) == (("document 5 of segment MAIN_bulk",), 1)


def test_where_nothing_can_be_read_nothing_changes(directory: Path) -> None:
    """Rollback to an earlier generation stays possible."""
    for name in ("MAIN_bulk.doc", "MAIN_000002.doc"):
        path = live(directory, name)
        path.unlink()
        path.write_bytes(b"nothing")
    with pytest.raises(BuildError, match=r"no article of generation 000002 can be read \(all of segment"):
        repair(directory)
    assert Generations(directory).current().name == "000002"


def test_what_the_disk_refuses_is_not_taken_for_texts_that_cannot_be_read(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The repair can be run again once there is space."""

    def refuse(articles: Iterable[Article], *_: object) -> None:
        assert len([*articles]) == 19
        raise BuildError("the disk is full")

    monkeypatch.setattr("onneshon.index.upkeep.repair.build_by_writer", refuse)
    with pytest.raises(BuildError, match=r"^the disk is full"):
        repair(directory)


def test_a_garbled_pointer_is_no_hindrance(directory: Path) -> None:
    """The newest generation is read."""
    overwrite(directory / "CURRENT", b"garbled")
    assert repair(directory).source == "000002"
    assert state(directory) == ALL


def test_what_was_published_before_a_repair_had_the_lock_stays(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another writer publishes meanwhile, and removes the generation that was live when the repair began."""
    before, lock = Generations(directory).current(), durable.writer_lock

    def published_first(*given: Any, **options: Any) -> Any:
        monkeypatch.setattr(write_job, "writer_lock", lock)
        with open_writer(directory) as writer:
            writer.add(Article("নতুন", "নতুন খবর"))
        Generations(directory).remove([before.folder])
        return lock(*given, **options)

    monkeypatch.setattr(write_job, "writer_lock", published_first)
    report = repair(directory)
    assert report.lost == ()
    assert int(report.source) > int(before.name)
    with open_index(directory) as reader:
        assert "নতুন" in {name for each in reader.segments for name in each.article_ids(range(each.doc_count))}

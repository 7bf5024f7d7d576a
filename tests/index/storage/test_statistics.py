"""The statistics of an index are those of its articles, also after deletions and updates."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from onneshon.index import Article, build
from onneshon.index.commands.main import main
from onneshon.index.storage.reader import open_index
from onneshon.index.storage.statistics import average_deviation, index_statistics, present_basis
from onneshon.index.upkeep.index_writer import open_writer
from onneshon.index.upkeep.update import delete_articles
from tests.building import build_numbered, segments_left_apart


def test_parts_add_up_to_the_whole(tmp_path: Path) -> None:
    """The sizes of parts add up, and no part is empty."""
    build_numbered(tmp_path / "index")
    statistics = index_statistics(tmp_path / "index")
    assert sum(statistics.parts.values()) == statistics.bytes
    assert all(statistics.parts[name] for name in ("postings", "texts", "words", "suggestions", "others"))
    assert statistics.disk_bytes >= statistics.bytes


def test_terms_of_a_layer_are_counted_once(tmp_path: Path) -> None:
    """A word in title and body counts once; two forms of a word are two exact terms and one stem."""
    build([Article("1", "নদী", "নদীর নদী")], tmp_path / "index")
    assert index_statistics(tmp_path / "index").layers == {"exact": 2, "stem": 1}


def test_words_of_titles_and_of_whole_articles_are_counted_apart(tmp_path: Path) -> None:
    """Each field has its own terms, tokens and average length."""
    build([Article("1", "নদী", "নদীর নদী"), Article("2", "নদী", "চর")], tmp_path / "index")
    fields = index_statistics(tmp_path / "index").fields
    assert [(name, said.terms, said.tokens, said.average_length) for name, said in fields.items()] == [
        ("exact", 3, 5, 2.5),
        ("stem", 2, 5, 2.5),
        ("title_exact", 1, 2, 1),
        ("title_stem", 1, 2, 1),
    ]


def test_words_and_categories_of_articles_that_are_gone_are_not_counted(tmp_path: Path) -> None:
    """A word that articles of two segments contain counts once."""
    build(
        [Article("1", "নদী", "নদীর নদী", category="ভূগোল"), Article("2", "নদী", "চর", category="খেলা")],
        tmp_path / "index",
    )
    with segments_left_apart(), open_writer(tmp_path / "index") as writer:
        writer.add(Article("3", "নদীর চর", category="খেলা"))
        writer.commit()
        writer.delete("1")
    found = index_statistics(tmp_path / "index")
    assert (found.segments, found.categories) == (2, {"খেলা": 2})
    assert [(name, said.terms, said.tokens, said.average_length) for name, said in found.fields.items()] == [
        ("exact", 3, 4, 2),
        ("stem", 2, 4, 2),
        ("title_exact", 3, 3, 1.5),
        ("title_stem", 2, 3, 1.5),
    ]


def test_the_period_is_that_of_the_articles_that_are_left(tmp_path: Path) -> None:
    """Deleted articles count as dead space and nowhere else."""
    directory = tmp_path / "index"
    build_numbered(directory, 20)
    before = index_statistics(directory)
    assert (before.first_date, before.last_date, before.undated) == ("2023-11-01", "2023-11-20", 0)
    assert (before.segments, before.deleted, before.dead_bytes) == (1, 0, 0)
    with open_writer(directory) as writer:
        writer.delete("0")
        writer.delete("19")
        writer.add(Article("নতুন", "তারিখ ছাড়া"))
    size = sum(path.stat().st_size for path in (directory / "generations" / "000001").glob("*.inv"))
    after = index_statistics(directory)
    assert (after.first_date, after.last_date, after.undated) == ("2023-11-02", "2023-11-19", 1)
    assert (after.articles, after.deleted) == (19, 2)
    assert size / 10 < after.dead_bytes < after.bytes / 10
    assert sum(after.categories.values()) == 18


def test_of_an_index_without_articles_there_are_figures_too(tmp_path: Path) -> None:
    """Every figure is zero or empty."""
    build([Article("1", "নদী", "চর")], tmp_path / "index")
    delete_articles(["1"], tmp_path / "index")
    found = index_statistics(tmp_path / "index")
    assert (found.articles, found.first_date, found.last_date, found.undated) == (0, "", "", 0)
    assert {said.average_length for said in found.fields.values()} == {0}
    assert (found.dead_bytes, dict(found.categories)) == (0, {})


def test_the_most_frequent_categories_are_reported_first(tmp_path: Path) -> None:
    """Categories of equal counts are in the order of their names; of very many only some are listed."""
    given = ["খেলা", "দেশ", "দেশ", "কৃষি", ""] + [f"বিভাগ {number:02}" for number in range(20)]
    build([Article(str(at), "নদী", category=name) for at, name in enumerate(given)], tmp_path / "index")
    with segments_left_apart(), open_writer(tmp_path / "index") as writer:
        writer.add(Article("ফসল", "ধান", category="অর্থনীতি"))
    found = index_statistics(tmp_path / "index").categories
    assert [*found.items()][:4] == [("দেশ", 2), ("অর্থনীতি", 1), ("কৃষি", 1), ("খেলা", 1)]
    assert len(found) < 20


def test_averages_are_those_of_the_articles_that_are_left(tmp_path: Path) -> None:
    """A build computes averages from all its articles; later additions and deletions change them."""
    build([Article("1", "নদী", "পদ্মা নদীর চর"), Article("2", "পাখি", "হাওরের পাখি")], tmp_path / "index")
    with open_index(tmp_path / "index") as reader:
        assert present_basis(reader) == reader.basis
        assert average_deviation(reader) == 0
    delete_articles(["2"], tmp_path / "index")
    with open_index(tmp_path / "index") as reader:
        assert (present_basis(reader).average_title, present_basis(reader).average_body) == (1, 3)
        assert average_deviation(reader) == pytest.approx(0.2)  # three words, where two articles had five


def test_generations_that_share_files_are_counted_once(tmp_path: Path) -> None:
    """An update links the files that it leaves unchanged."""
    directory = tmp_path / "index"
    build_numbered(directory, 20)
    before = index_statistics(directory).disk_bytes
    with open_writer(directory) as writer:
        writer.delete("0")
    assert before < index_statistics(directory).disk_bytes < 2 * before


@pytest.mark.parametrize(
    "word", ["2023-11-01 to 2023-11-20", "postings", "exact", "segments    1, nothing deleted"]
)
def test_people_see_the_notice(tmp_path: Path, word: str) -> None:
    """`index stats` prints them."""
    build_numbered(tmp_path / "index")
    told = CliRunner().invoke(main, ["index", "stats", "--index", str(tmp_path / "index")])
    assert told.exit_code == 0, told.output
    assert word in told.stdout

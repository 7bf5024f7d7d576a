"""Parts of words: their number after many changes, and the contents of merged ones."""

from pathlib import Path

import pytest

from onneshon.index.article import Article
from onneshon.index.errors import IndexLockedError
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.storage.files import FilePart, fetch_part, read_state
from onneshon.opensearch.storage.tenants import generations_of
from onneshon.opensearch.writing.build import build_on_cluster
from onneshon.opensearch.writing.checking import check_cluster
from onneshon.opensearch.writing.cluster_writer import delete_on_cluster, update_on_cluster
from onneshon.opensearch.writing.parts import MOST_PARTS, WordChanges, add_part, first_to_merge, merge_parts

RIVERS = [Article(f"ক{n}", f"নদীর খবর {n}", "নদী ও চর নিয়ে নদীর কথা") for n in range(70)]


def parts_of(cluster: Cluster) -> tuple[FilePart, ...]:
    """The parts of the live generation."""
    return read_state(cluster, cluster.live()).parts


def sizes_of(cluster: Cluster) -> list[tuple[int, int]]:
    """The numbers of new and deleted articles in each part."""
    return [(part.articles, part.gone) for part in parts_of(cluster)]


def files_of(cluster: Cluster, folder: Path) -> list[dict[str, bytes]]:
    """The contents of each part's files."""
    folder.mkdir()
    folders = [fetch_part(cluster, cluster.live(), part, folder) for part in parts_of(cluster)]
    return [{path.name: path.read_bytes() for path in sorted(each.iterdir())} for each in folders]


@pytest.mark.parametrize(
    ("sizes", "first"),
    [
        ([17_757, *[1] * 8], 1),
        ([17_757, 64, *[1] * 7], 2),
        ([17_757, 8, *[1] * 7], 1),
        ([1_000_000, 5_000, 900, 30, *[2] * 5], 4 - 1),
        ([40, *[10] * 8], 0),
        ([1_000, 500, 400, 300, 200, 190, 180, 2, 1], 7),
    ],
)
def test_parts_become_one_that_are_not_small_beside_the_one_before(sizes: list[int], first: int) -> None:
    """Merging includes parts that are not small relative to the one before, and seldom the first."""
    assert first_to_merge(sizes) == first


def test_each_change_is_merged_a_few_times() -> None:
    """The total work is a small multiple of the number of changes."""
    sizes, work = [20_000], 0
    for _ in range(4_000):
        sizes.append(1)
        if len(sizes) > MOST_PARTS:
            first = first_to_merge(sizes)
            sizes[first:] = [sum(sizes[first:])]
            work += sizes[-1]
    assert len(sizes) <= MOST_PARTS
    assert work < 12 * 4_000


def test_who_merges_all_is_told_that_this_takes_long(news: Cluster) -> None:
    """A merge of all parts is announced, unless they are small; with few parts nothing is merged."""
    told: list[str] = []
    for articles, said in ((RIVERS, 0), (RIVERS[:3], 1)):
        build_on_cluster(articles, news, force=True)
        live = generations_of(news).live()
        for number in range(MOST_PARTS):
            changes = WordChanges(added=[f"খবর {number}"])
            add_part(news, live.name, changes)
        told.clear()
        merge_parts(news, live, lambda: None, lambda: told.append("all"))
        assert (len(told), len(parts_of(news))) == (said, 2 - said)
        merge_parts(news, live, lambda: pytest.fail("checks"), lambda: pytest.fail("merges"))


def test_who_has_lost_the_right_to_write_merges_nothing(news: Cluster) -> None:
    """The parts stay as they were."""
    build_on_cluster(RIVERS, news)
    live = generations_of(news).live()
    for number in range(MOST_PARTS):
        add_part(news, live.name, WordChanges(added=[f"খবর {number}"]))

    def check() -> None:
        raise IndexLockedError("another writes")

    with pytest.raises(IndexLockedError):
        merge_parts(news, live, check)
    assert len(parts_of(news)) == MOST_PARTS + 1


def test_many_small_updates_are_one_small_part(news: Cluster) -> None:
    """The part of the build stays, and word counts are right."""
    build_on_cluster(RIVERS, news)
    first = parts_of(news)[0]
    for number in range(MOST_PARTS):
        assert len(parts_of(news)) == number + 1
        update_on_cluster([Article("নতুন", f"হাওরের খবর {number}", "হাওর ও বাঁধ")], news)
    assert sizes_of(news) == [(70, 0), (MOST_PARTS, MOST_PARTS - 1)]
    assert parts_of(news)[0] == first
    assert check_cluster(news, deep=True).articles == 71


def test_a_part_of_several_is_as_if_all_had_been_changed_at_once(news: Cluster, tmp_path: Path) -> None:
    """Words, pairs and titles of the merged part equal those of one update, for additions and deletions."""
    changes = [Article(f"ক{number}", f"হাওরের খবর {number}", "হাওর ও বাঁধ") for number in range(MOST_PARTS)]
    build_on_cluster(RIVERS, news)
    update_on_cluster(changes, news)
    [_, at_once] = files_of(news, tmp_path / "once")
    build_on_cluster(RIVERS, news)
    for article in changes:
        update_on_cluster([article], news)
    [_, merged] = files_of(news, tmp_path / "merged")
    assert sizes_of(news)[1] == (MOST_PARTS, MOST_PARTS)
    assert merged == at_once


def test_parts_that_are_not_small_become_one_as_a_build_would_write_it(news: Cluster, tmp_path: Path) -> None:
    """This includes parts of deletions; learned words stay until the next build."""
    few = [Article("খ", "ইলিশের মৌসুম", "পদ্মার ইলিশ ধরা"), *RIVERS[:12]]
    build_on_cluster(few, news)
    [built] = files_of(news, tmp_path / "built")
    for number in range(MOST_PARTS):
        delete_on_cluster([f"ক{number}"], news)
    [merged] = files_of(news, tmp_path / "merged")
    assert sizes_of(news) == [(5, 0)]
    build_on_cluster([few[0], *few[1 + MOST_PARTS :]], news, force=True)
    [again] = files_of(news, tmp_path / "again")
    assert merged["learned.tsv"] == built["learned.tsv"]
    assert merged | {"learned.tsv": b"", "words.npz": b""} == again | {"learned.tsv": b"", "words.npz": b""}
    assert check_cluster(news, deep=True).articles == 5

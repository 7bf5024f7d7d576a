"""Which files are read, and in which order."""

import os
from pathlib import Path
from typing import Any

import pytest

from onneshon.index.ingest.corpus import Corpus
from onneshon.index.ingest.intake import Problems
from onneshon.index.ingest.sources import Sources
from tests.index.ingest.readers.reading import Reading


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A folder with an article, and next to it another one with two."""
    for name in ("খবর/নদী.txt", "বাইরে/গোপন.txt", "বাইরে/ভেতর/মেলা.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{path.stem} একটি কথা।", encoding="utf-8")
    return tmp_path / "খবর"


def bodies(read: Reading) -> list[str]:
    """The first word of each article, in order."""
    return [article.body.split()[0] for article in read.articles]


def outside(corpus: Path) -> Path:
    """The folder outside of the corpus."""
    return corpus.parent / "বাইরে"


@pytest.mark.parametrize("relative", [False, True], ids=["absolute", "relative"])
def test_a_link_that_leads_out_of_its_folder_is_left_out_and_reported(corpus: Path, relative: bool) -> None:
    """Otherwise anyone who may put files into the folder could publish files of others."""
    target = Path("../বাইরে/গোপন.txt") if relative else outside(corpus) / "গোপন.txt"
    (corpus / "চুরি.txt").symlink_to(target)
    read = Reading(corpus)
    assert (bodies(read), read.kinds, read.unreadable) == (["নদী"], ["link"], 1)
    assert read.faults[0][0] == str(corpus / "চুরি.txt")
    assert "--follow-links" in read.faults[0][2]


def test_a_link_by_a_link_within_its_folder_leads_out_too(corpus: Path) -> None:
    """The final target of a link counts."""
    (corpus / "next").symlink_to(outside(corpus) / "গোপন.txt")
    (corpus / "চুরি.txt").symlink_to("next")
    assert Reading(corpus).kinds == ["link"]


def test_a_folder_whose_name_begins_as_that_of_the_corpus_is_outside(tmp_path: Path) -> None:
    """Paths are compared by their parts."""
    (tmp_path / "news").mkdir()
    (tmp_path / "news-private").mkdir()
    (tmp_path / "news-private" / "a.txt").write_text("গোপন।", encoding="utf-8")
    (tmp_path / "news" / "a.txt").symlink_to("../news-private/a.txt")
    assert Reading(tmp_path / "news").kinds == ["link"]


def test_a_link_within_its_folder_is_read(corpus: Path) -> None:
    """A folder or a file that is given as a link is followed too."""
    (corpus / "সেদিন.txt").symlink_to("নদী.txt")
    link, file_link = corpus.parent / "current", corpus.parent / "একটি.txt"
    link.symlink_to(corpus, target_is_directory=True)
    file_link.symlink_to(outside(corpus) / "গোপন.txt")
    for given in (corpus, link):
        read = Reading(given)
        assert (bodies(read), read.faults) == (["নদী", "নদী"], [])
    read = Reading(file_link)
    assert (bodies(read), read.faults) == (["গোপন"], [])


def test_a_link_to_a_folder_elsewhere_is_counted_and_not_followed(corpus: Path) -> None:
    """A link to a folder of the corpus is not counted: its files are found where they are."""
    (corpus / "elsewhere").symlink_to(outside(corpus), target_is_directory=True)
    (corpus / "again").symlink_to(corpus, target_is_directory=True)
    read = Reading(corpus)
    assert (bodies(read), read.faults) == (["নদী"], [])
    assert read.passed == {"links to folders elsewhere": 1}


def test_links_are_followed_for_who_wants_them(corpus: Path) -> None:
    """Links to files and to folders, wherever they lead."""
    (corpus / "a.txt").symlink_to(outside(corpus) / "গোপন.txt")
    (corpus / "elsewhere").symlink_to(outside(corpus) / "ভেতর", target_is_directory=True)
    read = Reading(corpus, follow_links=True)
    assert (bodies(read), read.faults, read.passed) == (["গোপন", "মেলা", "নদী"], [], {})


def test_loops_of_links_end(corpus: Path) -> None:
    """Each folder is read once, whatever leads to it, and a circular link is a fault."""
    (corpus / "again").symlink_to(corpus, target_is_directory=True)
    (outside(corpus) / "back").symlink_to(corpus, target_is_directory=True)
    for name in ("x", "y"):
        (corpus / name).symlink_to(outside(corpus), target_is_directory=True)
    (corpus / "p").symlink_to("q")
    (corpus / "q").symlink_to("p")
    (corpus / "z.txt").symlink_to("z.txt")
    read = Reading(corpus, follow_links=True)
    assert bodies(read) == ["গোপন", "মেলা", "নদী"]
    assert [(Path(where).name, kind) for where, kind, _reason in read.faults] == [("z.txt", "file")]


def test_files_that_are_skipped_are_counted_by_their_ending(corpus: Path) -> None:
    """Case does not matter; hidden files are not counted, and queries are skipped too."""
    (corpus / "ছবি").mkdir()
    for name in ("a.jpg", "ছবি/b.JPG", "c.ppt", "d.sql", "README", "x.খবর", ".hidden.jpg", "e.tar.gz"):
        (corpus / name).write_bytes(b"x")
    read = Reading(corpus)
    assert (bodies(read), read.faults) == (["নদী"], [])
    assert read.passed == {".jpg": 2, ".ppt": 1, ".sql": 1, "without an ending": 2, ".gz": 1}


def test_endings_without_number_are_counted_together(corpus: Path) -> None:
    """Nobody would read a list of them."""
    for number in range(120):
        (corpus / f"a.{number}x").write_bytes(b"x")
    passed = Reading(corpus).passed
    assert (len(passed), sum(passed.values()), passed["others"]) == (51, 120, 70)


def test_folders_are_listed_once(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the first file is read; sizes and names come from the same list."""
    listed = []
    real = os.scandir

    def scandir(folder: str) -> Any:
        listed.append(folder)
        return real(folder)

    monkeypatch.setattr(os, "scandir", scandir)
    sources = Sources([corpus])
    assert sources.total_bytes == (corpus / "নদী.txt").stat().st_size
    assert [source.identity for source in sources] == ["নদী"]
    assert not sources.passed
    assert listed == [str(corpus)]


@pytest.mark.parametrize("swapped", ["নদী.txt", "ভেতর"], ids=["file", "folder"])
def test_a_link_that_takes_the_place_of_what_was_listed_is_not_followed(corpus: Path, swapped: str) -> None:
    """Reading a large corpus takes hours after it was listed."""
    (corpus / "ভেতর").mkdir()
    (corpus / "ভেতর" / "মেলা.txt").write_text("নিজের মেলা।", encoding="utf-8")
    faults: list[Any] = []
    reading = Corpus([corpus], Problems(listener=faults.append))
    assert reading.total_bytes
    (corpus / swapped).rename(corpus.parent / "আগের")
    (corpus / swapped).symlink_to(outside(corpus) / ("গোপন.txt" if swapped.endswith(".txt") else swapped))
    assert len(list(reading)) == 1
    assert [fault.kind for fault in faults] == ["link"]


def test_a_name_of_more_than_one_line_is_reported_on_one(tmp_path: Path) -> None:
    """No name can control the terminal of a reader of the message, in Python either."""
    path = tmp_path / "নদী\x1b[31m\n\u202eমেলা.jsonl"
    path.write_text('{"body": ', encoding="utf-8")
    ((where, _kind, _reason),) = Reading(path).faults
    assert where == f"{tmp_path}/নদী\\x1b[31m\\n\\u202eমেলা.jsonl:1"

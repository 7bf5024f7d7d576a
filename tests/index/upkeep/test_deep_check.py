"""The deep check compares every part of an index with its stored texts, and finds what digests cannot."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from onneshon.index import Article, IndexCorruptError, build, open_index, open_writer
from onneshon.index.columnar.segment_list import Segment, read_segments
from onneshon.index.storage.manifest import MANIFEST_FILE, Manifest
from onneshon.index.storage.whoosh_index import write_segments
from onneshon.index.upkeep import deep_check
from onneshon.index.upkeep.deep_check import check_deeply
from tests.building import folder_of, overwrite, seal, segments_left_apart

WORDS = ("নদী", "পাহাড়", "সাগর", "আকাশ")


def articles(words: tuple[str, ...] = WORDS, category: str = "প্রকৃতি") -> list[Article]:
    """One article for each word; all have the same number of tokens."""
    return [
        Article(str(number), title=f"{word} আর মাঠ", body=f"{word} দেখা যায় {word}", category=category)
        for number, word in enumerate(words)
    ]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """An index of two segments, in which one article was replaced."""
    build(articles(), tmp_path / "index")
    with segments_left_apart(), open_writer(tmp_path / "index") as writer:
        writer.add(articles()[0].__class__("0", title="বদল", body="নদী"))
    return tmp_path / "index"


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """The folder of an index with as many articles, which have other texts."""
    build(articles(("বন", "পাহাড়", "সাগর", "আকাশ"), "ভ্রমণ"), tmp_path / "other")
    return tmp_path / "other" / "generations" / "000001"


def put(source: Path, target: Path) -> None:
    """Replace a file, which other generations may share, by a copy of another."""
    target.unlink()
    shutil.copy(source, target)


def test_an_index_of_half_converted_texts_is_sound(tmp_path: Path) -> None:
    """The end of আহÑায়ক, typed for a font and not converted, is a word after its loose vowel sign."""
    build([Article(str(n), title="সভা", body="আহ\u00d1ায়ক কমিটি") for n in range(4)], tmp_path)
    assert check_deeply(tmp_path).articles == 4
    with open_index(tmp_path) as reader:
        assert reader.document_frequency("exact", "\u09dfক") == 4
        assert reader.completion
        words = reader.completion.words
        assert {words.row(place).text for place in range(len(words))} == {"আহ", "কমিটি", "সভা", "\u09dfক"}


def test_of_a_sound_index_it_is_reported_how_much_was_compared(directory: Path) -> None:
    """The numbers of articles, segments and postings; deleted documents are compared too."""
    report = check_deeply(directory)
    assert (report.articles, report.segments) == (4, 2)
    assert report.postings > 40


@pytest.mark.parametrize(
    ("name", "faults"),
    [
        ("MAIN_bulk.inv", "category of '0' is 'প্রকৃতি', and 'ভ্রমণ' in the column.*title_exact has the term"),
        ("MAIN_bulk.doc", "fingerprints are not|category of '0' is 'ভ্রমণ', and 'প্রকৃতি' in the column"),
        ("vocabulary.bin", "the vocabulary has|the vocabulary says"),
        ("MAIN_bulk.pairs", "'বন' is counted 1 time more often before 'আর' than the texts have it"),
        ("completion.bin", "is suggested for 4 articles, and 0 hold it"),
        ("digests.bin", "digests are not those of the articles"),
    ],
)
def test_a_file_of_another_index_is_found_though_its_digest_is_right(
    directory: Path, other: Path, name: str, faults: str
) -> None:
    """The check finds any single file that comes from another index."""
    if name == "completion.bin":
        build([*articles(("বন", "বন", "বন", "বন"))], other.parent.parent)
        other = folder_of(other.parent.parent)
    put(other / name, folder_of(directory) / name)
    seal(directory)
    with pytest.raises(IndexCorruptError, match="run `onneshon index repair`") as found:
        check_deeply(directory)
    found.match(f"MAIN_bulk: .*({faults})")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"keywords": {"tags": ("চর",)}}, "tags has 'চর' where the texts have 'নদী'"),
        ({"keywords": {}}, "tags has None where the texts have 'নদী'"),
        ({}, "tags has other articles than the texts"),
        ({"id": "অন্য"}, "the article 'দুই' is not found by its id"),
    ],
    ids=["another value", "no value", "another article", "another id"],
)
def test_columns_of_other_articles_are_found(tmp_path: Path, change: dict[str, Any], fault: str) -> None:
    """Differing values of a site's field and another order of ids are found, though digests are right."""
    sound = Article("এক", "নদী", "নদীর কথা", keywords={"tags": ("নদী",)})
    second = Article("দুই", "নদী", "নদীর কথা")
    build([sound, second], tmp_path / "sound")
    build([second, replace(sound, **change)], tmp_path / "other")
    put(folder_of(tmp_path / "other") / "MAIN_bulk.inv", folder_of(tmp_path / "sound") / "MAIN_bulk.inv")
    seal(tmp_path / "sound")
    with pytest.raises(IndexCorruptError, match=fault):
        check_deeply(tmp_path / "sound")


@pytest.mark.parametrize(
    ("bodies", "fault"),
    [
        (("মেঘ", "নদী চর"), "exact has other articles for 'চর'"),
        (("নদী নদী চর", "মেঘ"), "exact has other articles for 'নদী'"),
        (("চর নদী", "মেঘ"), "stem has 'চর্' at other places than the texts"),
        (("নদী চর", "মেঘ হাওর"), "exact has the term 'হাওর' where the texts have None"),
    ],
    ids=["in another article", "more often", "at another place", "a word more"],
)
def test_postings_of_other_texts_are_found(tmp_path: Path, bodies: tuple[str, str], fault: str) -> None:
    """A word listed for other articles is found, and so is a word with too high a weight."""
    for name, said in (("sound", ("নদী চর", "মেঘ")), ("other", bodies)):
        build([Article(str(number), body=body) for number, body in enumerate(said)], tmp_path / name)
    put(folder_of(tmp_path / "other") / "MAIN_bulk.inv", folder_of(tmp_path / "sound") / "MAIN_bulk.inv")
    seal(tmp_path / "sound")
    with pytest.raises(IndexCorruptError, match=f"MAIN_bulk: {fault}"):
        check_deeply(tmp_path / "sound")


@pytest.mark.parametrize(
    ("times", "told"),
    [
        ((1, 2), "'নদীর' is counted 1 time more often before 'চর'"),
        ((1, 3), "'নদীর' is counted 2 times more often before 'চর'"),
        ((2, 3), "'নদীর' is counted 1 time more often before 'চর'"),
    ],
)
def test_how_much_too_often_adjacent_words_are_counted_is_reported(
    tmp_path: Path, times: tuple[int, int], told: str
) -> None:
    """The message says how many times more often the pair is counted than it occurs."""
    for name, count in zip(("sound", "other"), times, strict=True):
        build([Article("১", body="নদীর চর। " * count)], tmp_path / name)
    put(folder_of(tmp_path / "other") / "MAIN_bulk.pairs", folder_of(tmp_path / "sound") / "MAIN_bulk.pairs")
    seal(tmp_path / "sound")
    with pytest.raises(IndexCorruptError, match=f"{told} than the texts have it"):
        check_deeply(tmp_path / "sound")


@pytest.mark.parametrize("name", ["vocabulary.bin", "MAIN_bulk.pairs", "completion.bin", "digests.bin"])
def test_a_table_that_an_earlier_version_did_not_write_is_no_fault(tmp_path: Path, name: str) -> None:
    """A table that is absent contradicts nothing."""
    build(articles(), tmp_path)
    (folder_of(tmp_path) / name).unlink()
    seal(tmp_path)
    assert check_deeply(tmp_path).articles == 4


def test_words_that_have_no_sound_are_missed_nowhere(tmp_path: Path) -> None:
    """The vocabulary lacks Latin words and runs of letters that nobody types, and need not have them."""
    build([Article(name, title="Padma", body=f"১৯৭১ {'ক' * 41} নদী") for name in ("১", "২")], tmp_path)
    assert check_deeply(tmp_path).articles == 2


def test_a_damaged_byte_of_what_nothing_is_compared_with_is_found(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parity, which is derived from files and not from texts, is compared with its digest."""
    monkeypatch.setattr("onneshon.index.storage.manifest._SMALL", 0)
    path = folder_of(directory) / "MAIN_bulk.parity"
    overwrite(path, path.read_bytes()[:-1] + b"?")
    with pytest.raises(IndexCorruptError, match=r"MAIN_bulk\.parity"):
        check_deeply(directory)


def test_each_word_and_value_of_an_article_is_compared_once(tmp_path: Path) -> None:
    """One title term in each layer, three exact terms, two stems, an id and a category."""
    build([Article("1", "নদী", "নদীর চর", category="প্রকৃতি")], tmp_path)
    assert check_deeply(tmp_path).postings == 1 + 1 + 3 + 2 + 2


@pytest.mark.parametrize(("shown", "more"), [(1, "and 1 more: run"), (2, "run"), (3, "run")])
def test_the_first_faults_are_named_and_the_others_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shown: int, more: str
) -> None:
    """The number of further faults follows where there are more than are named."""
    monkeypatch.setattr(deep_check, "_SHOWN", shown)
    monkeypatch.setattr(deep_check._Check, "faults", lambda _: iter(["নদী", "চর"]))
    build(articles(), tmp_path)
    with pytest.raises(IndexCorruptError, match=f"{'; '.join(['নদী', 'চর'][:shown])}[;:] {more}"):
        check_deeply(tmp_path)


def test_a_deletion_that_was_taken_back_is_found(directory: Path) -> None:
    """The article is in two segments, and the manifest counts fewer articles."""
    folder = folder_of(directory)
    segments = [Segment(segment.name, segment.documents) for segment in read_segments(folder)]
    for name in ("segments.json", "_MAIN_1.toc"):
        (folder / name).unlink()
    write_segments(folder, segments)
    path = folder / MANIFEST_FILE
    manifest = Manifest.decode(path.read_bytes(), path)
    assert manifest.articles == 4
    with pytest.raises(IndexCorruptError):
        seal(directory)
    with pytest.raises(IndexCorruptError, match="the article '0' is in MAIN_bulk and in MAIN_000002"):
        check_deeply(directory)


@pytest.fixture
def merged(directory: Path) -> Path:
    """The same index as one merged segment, with which another was merged."""
    with open_writer(directory) as writer:
        writer.merge(everything=True)
        writer.add(Article("নতুন", title="নতুন", body="নতুন নদী"))
    return directory


def test_merged_segments_agree_with_their_texts(merged: Path) -> None:
    """This holds whether posting lists were joined or the segment was built again."""
    with open_writer(merged) as writer:
        for number in range(20):
            writer.add(Article(f"আরও {number}", title="আরও", body="নদী আর নদী"))
            writer.commit()
    assert check_deeply(merged).articles == 25

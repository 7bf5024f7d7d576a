"""Opening an index: it is checked first, stays whole while open, and errors name what is wrong."""

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from onneshon.index import (
    Article,
    ArticleNotFoundError,
    IndexCorruptError,
    IndexMissingError,
    IndexOutdatedError,
    build,
    open_index,
    open_writer,
)
from onneshon.index.analysis.stemmer import stem_key
from onneshon.index.storage.checking import check_index, open_sound
from onneshon.index.storage.generations import Generations
from onneshon.index.storage.reader import IndexReader, open_folder, open_generation
from tests.building import build_numbered, overwrite, segments_left_apart


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """An index of twenty articles."""
    build_numbered(tmp_path / "index")
    return tmp_path / "index"


def files_of(directory: Path) -> list[Path]:
    """The files of the live generation, its manifest among them."""
    return sorted(path for path in Generations(directory).current().folder.rglob("*") if path.is_file())


def test_an_article_is_found_by_its_id(directory: Path) -> None:
    """The article has all its fields."""
    with open_index(directory) as reader:
        assert reader.count == 20
        assert reader.generation == "000001"
        assert reader.article("3") == Article(
            id="3",
            title="প্রথম সংস্করণ 3",
            body="বাংলাদেশের নদী নি\u09dfে লেখা 3। পদ্মা মেঘনা যমুনা।",
            category="প্রকৃতি",
            date=dt.date(2023, 11, 4),
        )


@pytest.mark.parametrize("article_id", ["20", "", "ক", "3 ", "\ud800"])
def test_an_unknown_id_is_an_error_of_its_own(directory: Path, article_id: str) -> None:
    """``ArticleNotFoundError``, whatever the id contains."""
    with open_index(directory) as reader, pytest.raises(ArticleNotFoundError, match="no article with the id"):
        reader.article(article_id)


@pytest.mark.parametrize(
    ("field", "term", "expected"),
    [
        ("exact", "নদী", 20),
        ("title_exact", "নদী", 0),
        ("title_exact", "3", 1),
        ("exact", "হাতি", 0),
        ("no_field", "নদী", 0),
    ],
)
def test_document_frequencies_count_articles(directory: Path, field: str, term: str, expected: int) -> None:
    """The frequency is zero for an unknown term."""
    with open_index(directory) as reader:
        assert reader.document_frequency(field, term) == expected
        assert reader.document_frequencies(field, [term, "হাতি", term]) == [expected, 0, expected]


def test_deleted_articles_do_not_count_for_words_of_few(directory: Path) -> None:
    """Deleted articles of any segment are subtracted for rare words."""
    with open_writer(directory) as writer:
        writer.add(Article("new", title="সংবাদ", body="নদী"))
        writer.commit()
        for number in (3, 4):
            writer.delete(str(number))
    with open_index(directory) as reader:
        assert len(reader.segments) > 1
        assert reader.document_frequency("exact", "নদী") == 19
        assert reader.document_frequency("title_exact", "3") == 0
        assert reader.document_frequencies("title_exact", ["3", "5", "সংবাদ"]) == [0, 1, 1]


@pytest.mark.parametrize(("most", "counted"), [(20, 19), (19, 20)])
def test_words_of_many_articles_are_counted_with_the_deleted_ones(
    directory: Path, monkeypatch: pytest.MonkeyPatch, most: int, counted: int
) -> None:
    """Subtracting them would cost a look-up of the posting list and hardly change the word's weight."""
    monkeypatch.setattr("onneshon.index.storage.reader._COUNTED", most)
    with open_writer(directory) as writer:
        writer.delete("3")
    with open_index(directory) as reader:
        assert reader.document_frequency("exact", "নদী") == counted
        assert reader.document_frequencies("exact", ["নদী", "হাতি"]) == [counted, 0]


def test_a_word_of_deleted_articles_alone_is_in_none(directory: Path) -> None:
    """With as many postings as deletions a word is not counted or suggested, but its stem is still known."""
    with segments_left_apart(), open_writer(directory) as writer:
        for number in range(2):
            writer.add(Article(f"ইলিশ {number}", title="ইলিশ", body="ইলিশের দাম"))
        writer.add(Article("কাতলা", title="কাতলা", body="কাতলার দাম"))
        writer.commit()
        for number in range(2):
            writer.delete(f"ইলিশ {number}")
    with open_index(directory) as reader:
        assert [reader.document_frequency("exact", word) for word in ("ইলিশ", "নদী")] == [0, 20]
        assert reader.document_frequencies("exact", ["ইলিশ", "নদী"]) == [0, 20]
        assert reader.completion
        assert [len(reader.completion.beginning("word", start, 5)) for start in ("ইলি", "নদ")] == [0, 1]
        assert [reader.stem_of(word) for word in ("ইলিশের", "হাতির")] == [stem_key("ইলিশের"), None]


@pytest.mark.parametrize("is_apart", [False, True])
def test_words_are_suggested_and_read_by_their_sound(directory: Path, *, is_apart: bool) -> None:
    """An index of one segment and one of several both answer."""
    if is_apart:
        with segments_left_apart(), open_writer(directory) as writer:
            for number in range(2):
                writer.add(Article(f"ইলিশ {number}", title="ইলিশ নদী", body="ইলিশের দাম"))
    with open_index(directory) as reader:
        assert len(reader.segments) == 1 + is_apart
        assert reader.completion
        found = [
            [row.text for row in reader.completion.beginning("word", start, 5)] for start in ("নদ", "ইলি")
        ]
        assert [bool(texts) for texts in found] == [True, is_apart]
        assert (reader.is_lossy, reader.warning) == (False, "")
        reader.verify()


@pytest.fixture
def unlooked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no file count as small, so that opening compares no bytes."""
    monkeypatch.setattr("onneshon.index.storage.manifest._SMALL", -1)


@pytest.mark.usefixtures("unlooked")
def test_checking_reads_every_byte_of_every_file(directory: Path) -> None:
    """Files that neither articles nor words are read from are read too."""
    for path in files_of(directory):
        flip(path, path.stat().st_size // 2)
        with pytest.raises(IndexCorruptError, match=path.name):
            check_index(directory)
        flip(path, path.stat().st_size // 2)
    assert check_index(directory).articles == 20


@pytest.mark.usefixtures("unlooked")
@pytest.mark.parametrize("ending", ["vocabulary.bin", "completion.bin", ".pairs", ".inv"])
def test_an_open_index_can_be_read_through_for_damage(directory: Path, ending: str) -> None:
    """Verification covers the side tables for suggestions and spellings too."""
    (path,) = [path for path in files_of(directory) if path.name.endswith(ending)]
    flip(path, path.stat().st_size * 3 // 4)
    with open_index(directory) as reader, pytest.raises(IndexCorruptError, match="damaged"):
        reader.verify()


def test_without_an_index_opening_says_how_to_build_one(tmp_path: Path) -> None:
    """A missing folder, an empty one and a file are no index."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("")
    for name in ("missing", "empty", "file"):
        with pytest.raises(IndexMissingError, match="onneshon index build"):
            open_index(tmp_path / name)


@pytest.mark.parametrize("what", ["fingerprint", "schema_fingerprint"])
def test_an_index_of_another_version_asks_to_be_rebuilt(
    directory: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """Queries analysed by other rules would miss articles silently."""
    monkeypatch.setattr(f"onneshon.index.storage.reader.{what}", lambda: "another")
    with pytest.raises(IndexOutdatedError, match="build it again with `onneshon index build"):
        open_index(directory)


def test_a_reader_keeps_its_generation_while_others_are_built(directory: Path) -> None:
    """Even when its files are deleted; a reader opened later gets the newest generation."""
    with open_index(directory) as reader:
        for edition in ("দ্বিতীয়", "তৃতীয়", "চতুর্থ"):
            build_numbered(directory, 30, edition)
        assert not (Generations(directory).folder / reader.generation).exists()
        assert [reader.article(str(i)).title for i in range(20)] == [f"প্রথম সংস্করণ {i}" for i in range(20)]
        assert reader.document_frequency("exact", "নদী") == 20
    with open_index(directory) as reader:
        assert (reader.count, reader.generation) == (30, "000004")


def test_a_generation_that_goes_between_looking_up_and_opening_is_no_failure(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pointer is read again when it has moved on."""
    stale = Generations(directory).current()
    for edition in ("দ্বিতীয়", "তৃতীয়"):
        build_numbered(directory, 30, edition)
    answers = [stale]
    real = Generations.current
    monkeypatch.setattr(Generations, "current", lambda self: answers.pop() if answers else real(self))
    with open_index(directory) as reader:
        assert (reader.generation, answers) == ("000003", [])


@pytest.mark.no_cover  # many tries of lines that other tests cover
def test_opening_while_generations_come_and_go_never_fails(directory: Path) -> None:
    """Each opening finds one whole generation, old or new."""
    done = threading.Event()
    counts: list[int] = []
    errors: list[Exception] = []

    def open_again_and_again() -> None:
        while not done.is_set():
            try:
                with open_index(directory) as reader:
                    counts.append(reader.count)
                    assert reader.article("7").title.endswith(" 7")
            except Exception as error:  # noqa: BLE001  # whatever it is, the test must hear of it
                errors.append(error)

    readers = [threading.Thread(target=open_again_and_again) for _ in range(2)]
    for thread in readers:
        thread.start()
    for number in range(12):
        build_numbered(directory, 10 + number)
    done.set()
    for thread in readers:
        thread.join()
    assert errors == []
    assert set(counts) <= {20, *range(10, 22)}
    assert counts[-1] > 10


def flip(path: Path, place: int) -> None:
    """Flip one bit of a file."""
    content = bytearray(path.read_bytes())
    content[place] ^= 0x10
    overwrite(path, bytes(content))


def replace_by_folder(path: Path) -> None:
    """Put an empty folder in the place of a file."""
    path.unlink()
    path.mkdir()


DAMAGES: dict[str, Callable[[Path], object]] = {
    "missing": Path.unlink,
    "empty": lambda path: overwrite(path, b""),
    "cut short": lambda path: overwrite(path, path.read_bytes()[:-1]),
    "longer": lambda path: overwrite(path, path.read_bytes() + b"\0"),
    "first byte": lambda path: flip(path, 0),
    "middle byte": lambda path: flip(path, path.stat().st_size // 2),
    "last byte": lambda path: flip(path, path.stat().st_size - 1),
    "zeroes": lambda path: overwrite(path, bytes(path.stat().st_size)),
    "folder": replace_by_folder,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_to_any_file_is_named(directory: Path, damage: str) -> None:
    """Opening a small index and checking any index finds each damage; the message names the file."""
    for path in files_of(directory):
        content = path.read_bytes()
        DAMAGES[damage](path)
        with pytest.raises(IndexCorruptError, match=path.name):
            open_index(directory)
        with pytest.raises(IndexCorruptError, match=path.name):
            check_index(directory)
        if path.is_dir():
            path.rmdir()
        path.write_bytes(content)
    assert check_index(directory).articles == 20


def test_terms_out_of_order_are_noticed(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Term look-up relies on the order."""
    monkeypatch.setattr(
        "onneshon.index.columnar.impact_field.ImpactField.terms", lambda _self: iter(["নদী", "খাল"])
    )
    with pytest.raises(IndexCorruptError, match="'নদী' and 'খাল' of exact are out of order"):
        check_index(directory)


def test_a_manifest_that_counts_otherwise_is_noticed(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A check counts the articles that can be read."""
    monkeypatch.setattr("onneshon.index.storage.reader.IndexReader.count", 19)
    with pytest.raises(IndexCorruptError, match="says 20 articles, 19 are listed, and 20 can be read"):
        check_index(directory)


def test_in_place_of_a_damaged_generation_the_newest_sound_one_is_opened(directory: Path) -> None:
    """Generations known to be damaged are skipped, even where opening would not notice the damage."""
    for number in range(2):
        with open_writer(directory, keep=3) as writer:
            writer.add(Article(f"নতুন {number}", title="সংবাদ", body="নদী"))
    for damaged, opened in ((["000003"], "000002"), (["000003", "000002"], "000001")):
        with open_sound(directory, damaged=damaged) as reader:
            assert (reader.generation, "000003" in reader.warning) == (opened, True)
    with open_sound(directory, damaged=["000001", "000002", "000003"]) as reader:
        assert (reader.generation, reader.is_lossy) == ("000003", True)
        assert reader.warning.startswith("generation 000003 in")


@pytest.mark.usefixtures("unlooked")
def test_an_earlier_generation_is_read_through_before_it_is_opened(directory: Path) -> None:
    """A generation with any altered byte is skipped, though it could be opened."""
    build_numbered(directory, 20, "দ্বিতীয়")
    with open_sound(directory, damaged=["000002"]) as reader:
        assert (reader.generation, reader.is_lossy) == ("000001", False)
    earlier, _ = Generations(directory).all()
    (path,) = earlier.folder.glob("*.inv")
    flip(path, path.stat().st_size * 3 // 4)
    open_generation(earlier, verify=False).close()
    with open_sound(directory, damaged=["000002"]) as reader:
        assert (reader.generation, reader.is_lossy) == ("000002", True)


def test_words_that_are_damaged_beyond_mending_are_left_out(tmp_path: Path) -> None:
    """All articles are searched; the warning names the damaged file and the command that rebuilds it."""
    directory = tmp_path / "index"
    rivers = [f"নদী{first}{second}" for first in "কখগঘচছজঝটঠডঢ" for second in "কখগঘচছজঝটঠডঢণতথদধনপফবভমর"]
    build([Article(str(at), "নদী", " ".join(rivers[at::20])) for at in range(20)], directory)
    (path,) = [path for path in files_of(directory) if path.name == "vocabulary.bin"]
    overwrite(path, bytes(path.stat().st_size))
    with open_sound(directory) as reader:
        assert (reader.generation, reader.count, reader.is_lossy) == ("000001", 20, False)
        assert "vocabulary.bin of generation 000001 is damaged beyond mending" in reader.warning
        assert "onneshon index repair" in reader.warning


def test_a_superfluous_file_is_named(directory: Path) -> None:
    """Whoosh would read a newer table of contents that somebody had added."""
    (Generations(directory).current().folder / "_MAIN_9.toc").write_bytes(b"pickle")
    with pytest.raises(IndexCorruptError, match=r"_MAIN_9\.toc is not one of the files"):
        open_index(directory)


def test_an_altered_pickle_is_found_and_does_not_run(directory: Path, tmp_path: Path) -> None:
    """A forged pickle in place of Whoosh's list, even of the same length."""
    (table,) = Generations(directory).current().folder.glob("*.toc")
    proof = tmp_path / "proof"
    attack = f"cposix\nsystem\n(S'touch {proof}'\ntR.".encode()
    overwrite(table, attack.ljust(table.stat().st_size))
    with pytest.raises(IndexCorruptError):
        open_index(directory)
    assert not proof.exists()


@pytest.mark.no_cover  # many tries of lines that other tests cover
def test_damage_that_opening_does_not_see_is_found_by_reading(directory: Path) -> None:
    """Opening does not digest large files; checksums find their damage when it is read."""
    generation = Generations(directory).current()
    manifest = generation.manifest()
    whole = told(open_folder(generation.folder, "1", manifest))
    seen: Counter[str] = Counter()
    for name in manifest.files:
        path = generation.folder / name
        content = path.read_bytes()
        # The lists of segments have no checksums, and are always digested before they are read.
        size = 0 if path.suffix in {".toc", ".json"} else len(content)
        for place in range(0, size, max(1, len(content) // 150)):
            flip(path, place)
            try:
                reader = open_folder(generation.folder, "1", manifest)
            except IndexCorruptError:
                seen["at open"] += 1
            else:
                found = told(reader)
                assert all(answer in (None, right) for answer, right in zip(found, whole, strict=True))
                seen["harmless" if found == whole else "when read"] += 1
            path.write_bytes(content)
    assert all(seen[outcome] > 0 for outcome in ("at open", "when read", "harmless"))
    assert seen.total() > 400


def told(reader: IndexReader) -> list[object]:
    """All articles and document frequencies that an index returns, None for each refusal."""
    answers: list[object] = []
    with reader:
        for number in map(str, range(20)):
            for ask in (reader.article, partial(reader.document_frequency, "body_exact")):
                try:
                    answers.append(ask(number))
                except IndexCorruptError:
                    answers.append(None)
    return answers

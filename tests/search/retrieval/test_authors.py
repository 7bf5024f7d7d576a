"""Authors with several names, which filters and facets treat as one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from onneshon.index import Article, build
from onneshon.index.commands.doctor import examine
from onneshon.search import Engine
from onneshon.search.commands.word_commands import examine_authors
from onneshon.search.errors import AuthorsError
from onneshon.search.retrieval.authors import NOBODY, AuthorsFile, SiteAuthors, alike, parse_authors

TABLE = "# কে কে একজন\nমোহাম্মদ আলী = মোঃ আলী; মো. আলী\n\nজসীমউদ্\u200cদীন = জসীম উদ্দীন\n"
ALI = ["মোহাম্মদ আলী", "মোঃ আলী", "মো. আলী"]


def test_a_table_says_which_name_is_seen() -> None:
    """A name in any encoding has the shown name of its author; an unknown name stays as it is."""
    authors = parse_authors(TABLE, "authors.txt")
    assert [authors.name_of(name) for name in [*ALI, "রহিম"]] == [*[ALI[0]] * 3, "রহিম"]
    decomposed = parse_authors("ক = বড়ুয়া", "x")
    assert decomposed.name_of("বড়ুয়া") == "ক"
    assert authors.spellings(ALI[0]) == tuple(ALI)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("মোঃ আলী", ":1"),
        ("= মোঃ আলী", ":1"),
        ("\nমোঃ আলী = ;", ":2"),
        ("ক = খ\nগ = খ", "in line 1"),
        ("ক = খ\nখ = গ", "in line 1"),
    ],
)
def test_an_invalid_line_is_reported(text: str, where: str) -> None:
    """The error names the line's number."""
    with pytest.raises(AuthorsError, match=where):
        parse_authors(text, "authors.txt")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine over four articles, three of them by one author under three names."""
    directory = tmp_path_factory.mktemp("authors")
    names = [*ALI, "রহিম"]
    build([Article(str(n), "পদ্মা সেতু", author=name) for n, name in enumerate(names)], directory)
    (directory / "authors.txt").write_text(TABLE, "utf-8")
    with Engine.open(directory) as opened:
        yield opened


@pytest.mark.parametrize("name", ALI)
def test_a_filter_finds_an_author_under_every_name(engine: Engine, name: str) -> None:
    """A filter may be an option or in the query; articles show the name that they have."""
    found = engine.search("পদ্মা", author=name, group=False)
    assert sorted(hit.article.author for hit in found.hits) == sorted(ALI)
    assert engine.search(f'পদ্মা লেখক:"{name}"').total == 3
    assert engine.search("পদ্মা", not_author=name).total == 1


def test_an_author_is_counted_once(engine: Engine) -> None:
    """The facet shows the name that readers see."""
    (facet,) = engine.search("পদ্মা", facets=["author"]).facets.values()
    assert [(value.value, value.count) for value in facet.values] == [(ALI[0], 3), ("রহিম", 1)]
    assert engine.values("author") == [ALI[0], "রহিম"]


def test_an_author_who_is_chosen_by_any_name_is_counted_beyond_the_limit(engine: Engine) -> None:
    """A chosen author is counted beyond the limit, whichever of the names was chosen."""
    for name in ALI:
        facet = engine.search("পদ্মা", author=name, facets=["author"], facet_limit=0).facets["author"]
        assert [(value.value, value.count) for value in facet.values] == [(ALI[0], 3)]


@pytest.mark.parametrize("written", ["\u09df", "\u09af\u09bc"])
def test_a_name_is_the_same_in_either_encoding(tmp_path: Path, written: str) -> None:
    """A name matches in any encoding in the table, in articles and in filters."""
    names = ["জ\u09df সেন", "জ\u09af\u09bc সেন", "জে. সেন"]
    build([Article(str(n), "পদ্মা সেতু", author=name) for n, name in enumerate(names)], tmp_path)
    (tmp_path / "authors.txt").write_text(f"জ{written} সেন = জে. সেন; জগৎ সেন", "utf-8")
    with Engine.open(tmp_path) as engine:
        assert engine.values("author") == ["জ\u09af\u09bc সেন"]
        assert engine.search("পদ্মা", author=f"জ{written} সেন", group=False).total == 3
        assert engine.search("পদ্মা লেখক:জগৎ").total == 3


def test_a_changed_table_counts_without_a_new_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A changed table invalidates cached answers; a table with a mistake changes nothing."""
    monkeypatch.setattr("onneshon.index.storage.watched_file.RECHECK_SECONDS", 0)
    build([Article(str(n), "পদ্মা সেতু", author=name) for n, name in enumerate(ALI)], tmp_path)
    file = AuthorsFile(tmp_path / "authors.txt")
    with Engine.open(tmp_path) as engine:
        before = engine.edition
        assert engine.search("পদ্মা", author=ALI[0]).total == 1
        file.add(f"{ALI[0]} = {ALI[1]}")
        assert engine.reload()
        assert engine.edition != before
        assert engine.search("পদ্মা", author=ALI[0]).total == 2
        assert not engine.reload()
        file.path.write_text("x", "utf-8")
        assert not engine.reload()
        assert engine.search("পদ্মা", author=ALI[0]).total == 2
        file.path.unlink()
        assert engine.reload()
        assert engine.search("পদ্মা", author=ALI[0]).total == 1


@pytest.mark.parametrize(
    "names",
    [
        ("মোহাম্মদ আলী", "মোঃ আলী"),
        ("মুহাম্মদ আলি", "মো. আলী"),
        ("ড. আনিসুজ্জামান", "আনিসুজ্জামান"),
        ("রফিকুল ইসলাম", "রফীকুল ইসলাম"),
        ("Md. Karim", "Mohammad Karim"),
    ],
)
def test_names_that_may_be_of_one_author_are_offered(names: tuple[str, str]) -> None:
    """Names of different authors are not suggested, nor names that the table already joins."""
    assert alike([*names, "সুফিয়া কামাল", ""], NOBODY) == [names]
    assert alike(names, parse_authors(f"{names[0]} = {names[1]}", "x")) == []


@pytest.mark.parametrize(
    "names", [("রহিম", "করিম"), ("মোহাম্মদ আলী", "মোহাম্মদ রফি"), ("আলী হাসান", "হাসান আলী"), ("ড.", "মোঃ")]
)
def test_names_of_others_are_not(names: tuple[str, str]) -> None:
    """Names of different people are not suggested, however similar they are."""
    assert alike(names, NOBODY) == []


def test_the_commonest_names_are_offered_first() -> None:
    """Groups are in the order of their commonest name, and names in a group by frequency."""
    names = ["মোঃ আলী", "রফিকুল ইসলাম", "রফীকুল ইসলাম", "মোহাম্মদ আলী"]
    assert alike(names, NOBODY) == [("মোঃ আলী", "মোহাম্মদ আলী"), ("রফিকুল ইসলাম", "রফীকুল ইসলাম")]


def test_a_mark_of_encoding_is_no_part_of_a_name(tmp_path: Path) -> None:
    """Windows editors begin files with a byte order mark; it is no part of the first name."""
    file = AuthorsFile(tmp_path / "authors.txt")
    file.path.write_text("ক = খ\n", "utf-8-sig")
    assert SiteAuthors(tmp_path).current().name_of("খ") == "ক"
    file.remove("ক = খ")
    assert file.text() == ""


def test_lines_are_changed_and_others_stay(tmp_path: Path) -> None:
    """Other lines stay as people wrote them."""
    file = AuthorsFile(tmp_path / "authors.txt")
    file.path.write_text(TABLE, "utf-8")
    first = file.lines()[0].text
    file.add("মোহাম্মদ আলী = মোঃ আলী; মো. আলী; আলী", [first])
    assert file.path.read_text("utf-8") == (
        TABLE.replace(first + "\n", "") + "মোহাম্মদ আলী = মোঃ আলী; মো. আলী; আলী\n"
    )
    with pytest.raises(AuthorsError, match="no longer"):
        file.remove(first)
    for wrong in ("# x", "ক = খ\nগ = ঘ", "ক"):
        with pytest.raises(AuthorsError):
            file.add(wrong)


def test_the_doctor_says_how_the_table_is(tmp_path: Path) -> None:
    """Without a table there is no finding; a bad line is reported with its number and the remedy."""
    assert examine_authors(tmp_path) is None
    (tmp_path / "authors.txt").write_text(TABLE, "utf-8")
    well = examine_authors(tmp_path)
    assert well is not None
    assert (well.state, well.text) == ("ok", "2 with other spellings")
    (tmp_path / "authors.txt").write_text("মোঃ আলী\n", "utf-8")
    (ill,) = (finding for finding in examine(tmp_path) if finding.name == "authors")
    assert (ill.state, "authors.txt:1: write" in ill.text) == ("note", True)

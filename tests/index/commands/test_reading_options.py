"""Options for reading sources, and dry runs that build nothing."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from onneshon.index import ConfigurationError, ReadingOptions, build, open_index
from onneshon.index.commands.main import main

CSV = "headline,content,day,views\nনদী,পদ্মা একটি নদী।,14/11/2023,5\nমেলা,বৈশাখী মেলা।,x,7\n"
MAPS = (
    "--map",
    "title=headline",
    "--map",
    "body=lead,content",
    "--map",
    "date=day",
    "--date-format",
    "%d/%m/%Y",
)


def run(tmp_path: Path, *arguments: str) -> Result:
    """Run `onneshon index build` with some arguments, in a directory of its own."""
    return CliRunner().invoke(main, ["index", "build", "--index", str(tmp_path / "index"), *arguments])


@pytest.fixture
def news(tmp_path: Path) -> str:
    """A file with field names of its own."""
    path = tmp_path / "news.csv"
    path.write_text(CSV, encoding="utf-8")
    return str(path)


def test_a_dry_run_says_what_would_be_read_and_builds_nothing(tmp_path: Path, news: str) -> None:
    """Formats, fields, unused fields, what is left out, and the first articles."""
    result = run(tmp_path, "--dry-run", *MAPS, news)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        "would read 1 articles and leave out 1; sources: 1 csv",
        "fields      id 1, title 1, body 1, date 1, lang 1",
        "not used    views 2",
        "left out    1 date: not a date",
        f"  first date: {news}:3: 'x' is no date of the form %d/%m/%Y",
        "id      date        title  text",
        "news:2  2023-11-14  নদী    পদ্মা একটি নদী।",
    ]
    assert not (tmp_path / "index").exists()


def test_programs_get_a_dry_run_as_json(tmp_path: Path, news: str) -> None:
    """With the same figures, and the names recognised for each field."""
    found = json.loads(run(tmp_path, "--dry-run", "--json", news).stdout)
    assert (found["seen"], found["good"], found["skipped"]) == (2, 2, {})
    assert found["recognised"] == {"title": {"headline": 2}, "body": {"content": 2}}
    assert found["unused"] == {"day": 2, "views": 2}
    assert [article["title"] for article in found["first"]] == ["নদী", "মেলা"]


@pytest.mark.parametrize("dry", [[], ["--dry-run"]], ids=["build", "dry run"])
def test_a_name_for_a_field_that_articles_do_not_have_is_refused(
    tmp_path: Path, news: str, dry: list[str]
) -> None:
    """The message suggests the nearest name; the option would have no effect."""
    result = run(tmp_path, *dry, "--map", "titel=headline", news)
    assert result.exit_code != 0
    assert "mapping.titel: nobody knows this key; did you mean 'title'?" in result.output
    with pytest.raises(ConfigurationError, match="did you mean 'title'"):
        build([news], tmp_path / "index", reading=ReadingOptions(mapping={"titel": ("headline",)}))


def test_a_fault_in_a_dry_run_as_json_has_its_parts(tmp_path: Path) -> None:
    """Place, kind and reason are separate, whatever characters the file's name has."""
    path = tmp_path / "হাট: শুক্রবার.csv"
    path.write_text("id,title\n১,হাট\n১,মেলা\n", encoding="utf-8")
    [fault] = json.loads(run(tmp_path, "--dry-run", "--json", str(path)).stdout)["faults"]
    reason = "the id '১' is that of an earlier article"
    assert fault == {"kind": "duplicate", "where": f"{path}:3", "reason": reason}


def test_a_dry_run_shows_the_first_articles_as_a_table(tmp_path: Path) -> None:
    """Empty columns are omitted; long texts are cut, and signs above and below letters take no width."""
    path = tmp_path / "a.csv"
    path.write_text(f"শিরোনাম,লেখক\n{'ক্ষ' * 40},জসীম\nনদী,\n", encoding="utf-8")
    lines = run(tmp_path, "--dry-run", str(path)).stdout.splitlines()
    assert lines[2] == "taken       title of শিরোনাম 2; author of লেখক 1"
    assert lines[-3:] == [
        f"id   title{' ' * 25}  author",
        f"a:2  {'ক্ষ' * 14}ক্…  জসীম",
        "a:3  নদী",
    ]


def test_fields_are_named_as_the_command_line_says(tmp_path: Path, news: str) -> None:
    """The index has our names."""
    result = run(tmp_path, *MAPS, "--max-bad", "1", news)
    assert result.exit_code == 6, result.output
    with open_index(tmp_path / "index") as reader:
        assert reader.article("news:2").title == "নদী"


def test_the_file_beside_the_index_names_fields_too(tmp_path: Path, news: str) -> None:
    """The command line has precedence over it."""
    (tmp_path / "index").mkdir()
    mapping = '[mapping]\ntitle = "headline"\nbody = ["lead", "content"]\n'
    (tmp_path / "index" / "onneshon.toml").write_text(mapping, encoding="utf-8")
    assert run(tmp_path, news).exit_code == 0
    with open_index(tmp_path / "index") as reader:
        assert reader.article("news:2").body == "পদ্মা একটি নদী।"
    assert run(tmp_path, "--map", "title=content", news).exit_code == 0
    with open_index(tmp_path / "index") as reader:
        assert reader.article("news:2").title == "পদ্মা একটি নদী।"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--map", "title"), "not of the form FIELD=NAME"),
        (("--map", "title=a,,b"), "not of the form FIELD=NAME"),
        (("--map", "Titel!=a"), "articles have no field 'Titel!'"),
        (("--format", "rtf"), "'rtf' is not one of"),
    ],
)
def test_options_that_make_no_sense_are_refused(
    tmp_path: Path, news: str, arguments: tuple[str, ...], says: str
) -> None:
    """The message says what is accepted."""
    result = run(tmp_path, *arguments, news)
    assert result.exit_code == 2
    assert says in " ".join(result.stderr.split())


def test_bijoy_is_converted_and_reported_or_left_out(tmp_path: Path) -> None:
    """Depending on the option; it is never indexed unconverted."""
    path = tmp_path / "old.jsonl"
    record = {"title": "fvlv Av‡›`vjb", "body": "Avgvi fvB‡qi i‡³ ivOv‡bv GKz‡k †deªæqvwi"}
    path.write_text(
        json.dumps(record) + "\n" + json.dumps({"id": "২", "title": "নদী"}) + "\n", encoding="utf-8"
    )
    result = run(tmp_path, str(path))
    assert "1 typed for Bijoy: converted to Unicode" in result.stdout
    with open_index(tmp_path / "index") as reader:
        assert reader.article("old:1").title == "ভাষা আন্দোলন"
    refused = run(tmp_path, "--refuse-bijoy", "--max-bad", "1", str(path))
    assert "1 font: typed for a font, not as text" in refused.stdout
    with open_index(tmp_path / "index") as reader:
        assert reader.count == 1


def test_a_database_is_named_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that its password is not visible in a list of processes."""
    query = tmp_path / "news.sql"
    query.write_text("SELECT 7 AS id, 'নদী' AS title", encoding="utf-8")
    monkeypatch.setenv("ONNESHON_DATABASE", "sqlite://")
    assert run(tmp_path, str(query)).exit_code == 0
    with open_index(tmp_path / "index") as reader:
        assert reader.article("7").title == "নদী"


def test_an_update_reads_the_same_formats_in_the_same_way(tmp_path: Path, news: str) -> None:
    """Its options are the same, and a row marked as deleted withdraws its article."""
    assert run(tmp_path, *MAPS, "--max-bad", "1", news).exit_code == 6
    changes = tmp_path / "changes.csv"
    changes.write_text("id,headline,deleted\nnews:2,,true\nনতুন,নতুন মেলা,\n", encoding="utf-8")
    command = ["index", "update", "--index", str(tmp_path / "index"), "--map", "title=headline", str(changes)]
    dry = CliRunner().invoke(main, [*command, "--dry-run"])
    assert dry.stdout.startswith("would read 1 articles and leave out 0; sources: 1 csv")
    assert "ignored     to be deleted 1" in dry.stdout
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 0, result.output
    assert "1 added, 0 changed, 0 unchanged, 1 deleted, 0 left out" in result.stdout
    with open_index(tmp_path / "index") as reader:
        assert reader.article("নতুন").title == "নতুন মেলা"


def test_programs_say_how_sources_are_read(tmp_path: Path, news: str) -> None:
    """``build`` takes the same options."""
    reading = ReadingOptions(mapping={"title": ("headline",), "body": ("content",)})
    report = build([Path(news)], tmp_path / "index", reading=reading)
    assert (report.articles, report.converted, report.passed) == (2, 0, {})


def test_files_of_a_folder_that_could_be_made_ones_that_are_read_are_reported(tmp_path: Path) -> None:
    """Their extensions are listed with a program that converts them; pictures cannot be converted."""
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "padma.txt").write_text("পদ্মা একটি নদী।", "utf-8")
    for name in ("old.doc", "table.ods", "photo.jpg"):
        (folder / name).write_bytes(b"\0")
    line = "  .doc: a document of Word before 2007: make one that is read with `libreoffice --headless"
    for options in (["--dry-run"], []):
        result = run(tmp_path, *options, str(folder))
        assert result.exit_code == 0, result.output
        assert f"{line} --convert-to docx FILE`" in result.stdout.splitlines()
        assert "  .ods: a sheet of OpenDocument" in result.stdout
        assert "  .jpg" not in result.stdout

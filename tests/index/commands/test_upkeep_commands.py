"""The output and exit codes of commands that repair, save and change an index."""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from onneshon.index.commands import directory_commands
from onneshon.index.commands.main import main
from onneshon.index.commands.shared import read_text
from onneshon.index.configuration import FILE_NAME
from onneshon.index.indexer.write_job import BuildReport, UpdateReport
from onneshon.index.storage.snapshot import SnapshotReport
from onneshon.index.upkeep.repair import RepairReport
from tests.building import build_numbered

BUILT = BuildReport(generation="000003", seen=1700, articles=1700, skipped={}, seconds=2.0, index_bytes=5)
UPDATED = UpdateReport(
    generation="000003",
    seen=1200,
    added=1,
    changed=1100,
    unchanged=90,
    deleted=9,
    unknown=0,
    articles=1700,
    skipped={},
    seconds=2.0,
    visible_seconds=2.0,
    segments=2,
    index_bytes=2_500_000,
)


def run(directory: Path, *arguments: object) -> Result:
    """Run ``onneshon index`` on a directory."""
    words = ["--index", str(directory), "index", *map(str, arguments)]
    return CliRunner().invoke(main, words)


@pytest.fixture
def reporting(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, object], None]:
    """Replace a function of the commands by one that returns a given report."""

    def say_that(name: str, report: object) -> None:
        monkeypatch.setattr(directory_commands, name, lambda *_given, **_options: report)

    return say_that


LOST = RepairReport(BUILT, "000002", ("পদ্মা-৭", "পদ্মা-৯"), 1200, ("words were counted anew",))


@pytest.mark.parametrize(
    ("report", "code", "lines"),
    [
        (RepairReport(BUILT, "000002"), 0, ["1,700 articles of generation 000002 saved, 0 lost"]),
        (
            RepairReport(BUILT, "000002", mended=("a.inv", "a.doc")),
            0,
            ["mended: a.inv, a.doc", "1,700 articles of generation 000002 saved, 0 lost"],
        ),
        (
            LOST,
            6,
            [
                "warning: words were counted anew",
                "lost: পদ্মা-৭",
                "lost: পদ্মা-৯",
                "1,700 articles of generation 000002 saved, 1,200 lost",
            ],
        ),
        (
            replace(LOST, lost=(), lost_articles=None),
            6,
            [
                "warning: words were counted anew",
                "1,700 articles of generation 000002 saved, nobody knows how many lost",
            ],
        ),
        (
            RepairReport(BUILT, "000002", ("পদ্মা-৭",), 1),
            6,
            ["lost: পদ্মা-৭", "1,700 articles of generation 000002 saved, 1 lost"],
        ),
    ],
    ids=["nothing", "mended", "lost", "nobody knows", "one lost"],
)
def test_a_repair_says_what_was_saved_and_what_was_not(
    tmp_path: Path,
    reporting: Callable[[str, object], None],
    report: RepairReport,
    code: int,
    lines: list[str],
) -> None:
    """The exit code is 6 where anything was or may be lost, even with no output."""
    reporting("repair", report)
    done = run(tmp_path, "repair")
    assert (done.exit_code, done.stdout.splitlines()) == (code, [*lines, "generation 000003 is live"])
    quiet = run(tmp_path, "repair", "--quiet")
    assert (quiet.exit_code, quiet.output) == (code, "")
    programs = run(tmp_path, "repair", "--json")
    assert (programs.exit_code, json.loads(programs.stdout)["lost"]) == (code, [*report.lost])


@pytest.mark.parametrize("beside", [{}, {FILE_NAME: "written", "pins.json": "written"}])
def test_a_snapshot_says_what_is_in_it(
    tmp_path: Path, reporting: Callable[[str, object], None], beside: Any
) -> None:
    """Its size, and the site's files in it."""
    report = SnapshotReport("000003", 1700, 9, 7_000_000, 2_500_000, beside)
    reporting("snapshot", report)
    file = tmp_path / "মে.snap"
    said = run(tmp_path, "snapshot", file).stdout.splitlines()
    assert said[0] == f"generation 000003, 1,700 articles, is in {file}: 2.5 MB"
    assert said[1:] == ([f"so is what lies beside it: {FILE_NAME}, pins.json"] if beside else [])
    assert json.loads(run(tmp_path, "snapshot", file, "--json").stdout) == asdict(report)


def test_a_restore_says_which_files_of_the_site_were_written_and_which_stayed(
    tmp_path: Path, reporting: Callable[[str, object], None]
) -> None:
    """They are listed on standard error, so that users of JSON see them too."""
    report = SnapshotReport("000003", 1700, 9, 7, 5, {"authors.txt": "written", FILE_NAME: "kept"})
    reporting("restore", report)
    file = tmp_path / "মে.snap"
    others = f"the others in {file} are what a restore into an empty folder writes"
    for arguments in ((), ("--json",)):
        told = run(tmp_path, "restore", file, *arguments)
        assert told.stderr.splitlines() == [
            "from the snapshot come authors.txt",
            f"kept as they are: {FILE_NAME}; {others}",
        ]
    assert json.loads(told.stdout) == asdict(report)


@pytest.mark.parametrize(
    ("report", "line"),
    [
        (UPDATED, "2.0 s; 1,700 articles in 2 segments, 2.5 MB"),
        (replace(UPDATED, seconds=3.0), "3.0 s, visible after 2.0 s; 1,700 articles in 2 segments, 2.5 MB"),
        (replace(UPDATED, unknown=2), "  2 to be deleted were not there"),
        (replace(UPDATED, replaced_in_place=3), "  3 changed have no id of their own"),
        (replace(UPDATED, converted=4), "  4 typed for Bijoy: converted to Unicode"),
    ],
    ids=["all", "merged after", "unknown", "in place", "Bijoy"],
)
def test_an_update_says_what_changed(
    tmp_path: Path, reporting: Callable[[str, object], None], report: UpdateReport, line: str
) -> None:
    """Zero counts are omitted."""
    reporting("run_update", report)
    corpus = tmp_path / "a.jsonl"
    corpus.write_text("{}", "utf-8")
    lines = run(tmp_path, "update", corpus).stdout.splitlines()
    counts = "1 added, 1,100 changed, 90 unchanged, 9 deleted, 0 left out"
    assert (lines[0], lines[-1]) == (f"1,200 records in: {counts}", "generation 000003 is live")
    assert [said for said in lines if said.startswith(line)]
    assert len(lines) == (4 if line.startswith("  ") else 3)


def test_what_was_ignored_is_reported_the_most_first() -> None:
    """Equal counts are in alphabetical order."""
    report = replace(BUILT, passed={"status 410": 1, "status 404": 1, "no article": 1200})
    assert read_text(report) == ["  ignored: 1,200 no article, 1 status 404, 1 status 410"]


def test_what_is_deleted_and_merged_is_reported_to_programs_too(tmp_path: Path) -> None:
    """With the generation that is live afterwards."""
    build_numbered(tmp_path, 5)
    said = run(tmp_path, "delete", "1", "2").stdout
    assert said == "deleted 2; 3 articles in 1 segment left\ngeneration 000002 is live\n"
    programs = json.loads(run(tmp_path, "delete", "3", "--json").stdout)
    assert (programs["deleted"], programs["articles"], programs["generation"]) == (1, 2, "000003")
    merged = json.loads(run(tmp_path, "merge", "--all", "--json").stdout)
    assert merged == {"generation": "000004", "merged": 1, "segments": 1}


def test_nothing_on_standard_input_deletes_nothing(tmp_path: Path) -> None:
    """A query that found nothing gives such input; the error says so."""
    build_numbered(tmp_path, 5)
    done = CliRunner().invoke(main, ["index", "delete", "-", "--index", str(tmp_path)], input="\n\n")
    assert (done.exit_code, "names no article: nothing was deleted" in done.stderr) == (2, True)


def test_a_dash_among_ids_is_one_of_them(tmp_path: Path) -> None:
    """All ids must exist or none is deleted, and standard input is not read."""
    build_numbered(tmp_path, 5)
    done = CliRunner().invoke(main, ["index", "delete", "1", "-", "--index", str(tmp_path)], input="2\n")
    assert done.exit_code == 1
    assert json.loads(run(tmp_path, "stats", "--json").stdout)["articles"] == 5

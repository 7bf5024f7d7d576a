"""Output of statistics, of dry runs, and of the history of builds as a picture."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from onneshon.index import Article
from onneshon.index.commands.build_command import say_preview
from onneshon.index.commands.directory_commands import plot_builds, statistics_lines
from onneshon.index.commands.main import main
from onneshon.index.errors import KINDS
from onneshon.index.ingest.preview import Preview, PreviewFault
from onneshon.index.storage.beside import BuildRecord, record_build
from onneshon.index.storage.statistics import FieldStatistics, IndexStatistics
from tests.building import build_numbered

FIELD = FieldStatistics(terms=1200, tokens=34000, average_length=11.26)

FIGURES = IndexStatistics(
    generation="000007",
    articles=17757,
    created="2026-11-28T02:30:00+00:00",
    sources=("খবর.jsonl", "poems.csv"),
    skipped={"json": 1200, "empty": 2},
    versions={"onneshon": "0.2.0", "icu": "72.1"},
    bytes=2_500_000,
    kept=("000006", "000007"),
    fields={"title_exact": FIELD},
    categories={"ইতিহাস": 1000, "খেলা": 10},
    disk_bytes=5_000_000,
    parts={"postings": 1_000_000, "texts": 999},
    layers={"exact": 5000, "stem": 3000},
    segments=3,
    deleted=1100,
    dead_bytes=64_000,
    analyzer="0123456789abcdef0123",
    schema="fedcba9876543210fedc",
    first_date="1971-12-16",
    last_date="2026-11-27",
    undated=1234,
)


def test_figures_have_a_line_each() -> None:
    """Numbers have thousands separators and suitable units."""
    assert [*statistics_lines(FIGURES)] == [
        "generation  000007 (kept: 000006, 000007)",
        "articles    17,757",
        "dates       1971-12-16 to 2026-11-27, 1,234 without a date",
        "size        2.5 MB; all generations take 5.0 MB",
        "segments    3; 1,100 deleted articles take about 64.0 kB",
        "built       2026-11-28T02:30:00+00:00 from খবর.jsonl, poems.csv",
        "versions    onneshon 0.2.0, icu 72.1",
        "analysis    0123456789abcdef, fields fedcba9876543210",
        "left out    1,200 json, 2 empty",
        "parts       postings 1.0 MB, texts 999 bytes",
        "layers      exact 5,000 terms, stem 3,000 terms",
        "title_exact 1,200 terms, 34,000 tokens, 11.3 an article",
        "categories  ইতিহাস 1,000, খেলা 10",
    ]


def test_what_there_is_none_of_is_said_too() -> None:
    """Articles built by a program have no source file, and may lack categories and dates."""
    bare = replace(
        FIGURES, sources=(), skipped={}, categories={}, first_date="", last_date="", deleted=0, dead_bytes=0
    )
    lines = [*statistics_lines(bare)]
    for line in (
        "dates       none",
        "segments    3, nothing deleted in them",
        "built       2026-11-28T02:30:00+00:00 from articles in hand",
        "left out    none",
    ):
        assert line in lines
    assert not any(line.startswith("categories") for line in lines)


PREVIEW = Preview(
    formats={"csv": 2, "text": 1},
    seen=1203,
    good=1200,
    converted=1100,
    values={"date": 1000},
    fields={"title": 1200, "body": 1100},
    recognised={"title": {"শিরোনাম": 1000, "headline": 200}},
    unused={"views": 1200},
    passed={"folder": 2},
    skipped={"json": 2, "empty": 1},
    faults=[PreviewFault("json", "a.csv:3", "not JSON")],
    first=[],
)


def test_what_would_be_read_has_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    """Without an article to show there is no table."""
    say_preview(PREVIEW, as_json=False)
    assert capsys.readouterr().out.splitlines() == [
        "would read 1,200 articles and leave out 3; sources: 2 csv, 1 text",
        "fields      title 1,200, body 1,100",
        "taken       title of শিরোনাম 1,000, headline 200",
        "not used    views 1,200",
        "ignored     folder 2",
        "converted   typed for Bijoy 1,100",
        f"without     1,000 date: {KINDS['date']}",
        f"left out    2 json: {KINDS['json']}",
        f"left out    1 empty: {KINDS['empty']}",
        "  first json: a.csv:3: not JSON",
    ]
    say_preview(replace(PREVIEW, formats={}, fields={}, recognised={}, converted=0), as_json=False)
    told = capsys.readouterr().out.splitlines()
    assert told[0].endswith("; sources: none")
    assert not {"fields", "taken", "converted"} & {line.split()[0] for line in told}


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("ক" * 30, "ক" * 30),
        ("ক" * 31, "ক" * 29 + "…"),
        ("কু" * 30, "কু" * 30),
        (f"{'ক' * 28} {'খ' * 9}", "ক" * 28 + "…"),
        ("নদী\nও  নারী", "নদী ও নারী"),
    ],
    ids=["as long as there is room", "longer", "signs below take none", "cut behind a word", "one line"],
)
def test_a_title_is_cut_where_its_column_ends(
    capsys: pytest.CaptureFixture[str], title: str, shown: str
) -> None:
    """The width on a terminal counts, not the number of code points."""
    say_preview(replace(PREVIEW, first=[Article("১", title, "পদ্মা")]), as_json=False)
    head, row = capsys.readouterr().out.splitlines()[-2:]
    assert head.split() == ["id", "title", "text"]
    assert row.removeprefix("১   ").rpartition("  ")[0].rstrip() == shown


def _record(number: int) -> BuildRecord:
    created = f"2026-11-{1 + number % 28:02}T02:30:00+00:00"
    return BuildRecord(f"{number:06}", created, 100 + number, 0, 1000 * number, 10.0, {"reading": 9.0})


@pytest.mark.slow
@pytest.mark.parametrize("kind", [".png", ".svg", ""])
def test_the_history_is_drawn(tmp_path: Path, kind: str) -> None:
    """The history of several builds is drawn as a picture."""
    directory = tmp_path / "index"
    build_numbered(directory)
    for number in range(5):
        record_build(directory, _record(number))
    path = tmp_path / f"builds{kind}"
    drawn = CliRunner().invoke(main, ["index", "stats", "--index", str(directory), "--plot", str(path)])
    assert drawn.exit_code == 0, drawn.output
    assert path.stat().st_size > 5000
    assert drawn.output == f"drawn to {path}\n"


def _drawn(monkeypatch: pytest.MonkeyPatch, *builds: BuildRecord) -> Any:
    """The figure of matplotlib, which is not written to a file."""
    from matplotlib.figure import Figure  # noqa: PLC0415  # slow to load

    drawn = []
    monkeypatch.setattr(Figure, "savefig", lambda figure, _path, **_kind: drawn.append(figure))
    plot_builds(builds, Path("builds.png"))
    return drawn[0]


def test_lines_are_what_they_are_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """Articles and megabytes above, articles a second below, each with an axis that fits all values."""
    builds = [
        BuildRecord("000001", "2026-11-01T02:30:00+00:00", 100, 0, 5_000_000, 10.0, {"reading": 9.0}),
        BuildRecord("000002", "2026-11-02T02:30:00+00:00", 40, 0, 2_500_000, 8.0, {"reading": 7.0}),
        BuildRecord("000003", "2026-11-03T02:30:00+00:00", 0, 0, 0, 0.0, {}),
    ]
    figure = _drawn(monkeypatch, *builds)
    shown = {line.get_label(): [*line.get_ydata()] for axes in figure.axes for line in axes.lines}
    assert shown == {
        "articles": [100, 40, 0],
        "MB": [5.0, 2.5, 0.0],
        "articles a second": [10.0, 5.0, 0.0],
    }
    for axes in figure.axes:
        least, most = axes.get_ylim()
        assert all(least <= value < most for line in axes.lines for value in line.get_ydata())
    articles, speed, megabytes, _ = figure.axes
    assert articles.get_ylim()[0] == megabytes.get_ylim()[0] == 0
    for axes, most in ((articles, 100), (megabytes, 5.0)):
        assert 0.7 < most / axes.get_ylim()[1] < 0.95  # room, and not much
    # An index grows with its articles: if both axes ended at their maxima, the two lines would coincide.
    assert 100 / articles.get_ylim()[1] < 5.0 / megabytes.get_ylim()[1]
    assert [axes.get_ylabel() for axes in figure.axes] == ["articles", "seconds", "MB", "articles a second"]
    named = [[text.get_text() for text in axes.get_legend().get_texts()] for axes in (articles, speed)]
    assert named == [["articles", "MB"], ["reading", "articles a second"]]


def test_an_index_without_articles_is_drawn_too(monkeypatch: pytest.MonkeyPatch, recwarn: Any) -> None:
    """No axis has an empty range, of which matplotlib would warn."""
    figure = _drawn(monkeypatch, BuildRecord("000001", "2026-11-01T02:30:00+00:00", 0, 0, 0, 0.0, {}))
    assert all(least < most for least, most in (axes.get_ylim() for axes in figure.axes))
    assert not recwarn.list


def test_phases_stand_on_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stacked, they are the time of a build; a phase that it lacked has no height."""
    phases: list[dict[str, float]] = [{"reading": 9.0}, {"reading": 5.0, "merging": 3.0}]
    builds = [
        BuildRecord(f"{at}", f"2026-11-0{at}T02:30:00+00:00", 9, 0, 1000, 10.0, took)
        for at, took in enumerate(phases, 1)
    ]
    seconds = _drawn(monkeypatch, *builds).axes[1]
    areas = {
        area.get_label(): area.get_datalim(seconds.transData).get_points() for area in seconds.collections
    }
    assert {name: (points[0][1], points[1][1]) for name, points in areas.items()} == {
        "reading": (0.0, 9.0),
        "merging": (5.0, 9.0),
    }


def test_what_cannot_be_drawn_is_said(tmp_path: Path) -> None:
    """A missing history and an unknown kind of picture are errors."""
    words = ["index", "stats", "--index", str(tmp_path), "--plot"]
    nothing = CliRunner().invoke(main, [*words, str(tmp_path / "x.png")])
    assert (nothing.exit_code, "no build is recorded" in nothing.output) == (1, True)
    record_build(tmp_path, _record(1))
    odd = CliRunner().invoke(main, [*words, str(tmp_path / "x.odd")])
    assert (odd.exit_code, "Traceback" in odd.output) == (1, False)

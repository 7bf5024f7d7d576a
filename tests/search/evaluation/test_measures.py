"""Measuring a ranking against judged queries."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from onneshon.index import build
from onneshon.index.errors import CorpusError, OnneshonError
from onneshon.search.errors import QueryError
from onneshon.search.evaluation.measures import (
    Run,
    compare,
    means,
    measure,
    read_baseline,
    read_judgments,
    read_queries,
    read_run,
    run_queries,
    write_run,
)

JUDGMENTS = {"q1": {"a": 1, "b": 1}, "q2": {"c": 1}}


def _file(folder: Path, text: str) -> Path:
    path = folder / "file"
    path.write_text(text, "utf-8")
    return path


def test_queries_keep_the_order_of_the_file(tmp_path: Path) -> None:
    """With a limit of ``n`` the first ``n`` queries of the file are read; a text may contain all but tabs."""
    path = _file(tmp_path, "q2\tঢাকার ইতিহাস: ১৬০৮\n\nq1\tপদ্মা\nq3\tমেঘনা\n")
    assert list(read_queries(path, 2).items()) == [("q2", "ঢাকার ইতিহাস: ১৬০৮"), ("q1", "পদ্মা")]
    assert len(read_queries(path)) == 3


def test_gains_of_several_assessors_are_rounded(tmp_path: Path) -> None:
    """Averages become whole numbers; an article that somebody found relevant does not become irrelevant."""
    path = _file(tmp_path, "q1 0 a 2.6\nq1 0 b 0.3\nq1 0 c 0\n")
    assert read_judgments(path) == {"q1": {"a": 3, "b": 1, "c": 0}}


@pytest.mark.parametrize(
    ("read", "line"),
    [
        (read_queries, "q1 no tab"),
        (read_judgments, "q1 0 a"),
        (read_judgments, "q1 0 a yes"),
        (read_judgments, "q1 0 a inf"),
        (read_run, "q1 Q0 a 1 1.0"),
        (read_run, "q1 Q0 a first 1.0 tag"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, read: object, line: str) -> None:
    """The error says the file and the line, which is the second here."""
    path = _file(tmp_path, "\n" + line + "\n")
    with pytest.raises(CorpusError, match=f"{path}:2: "):
        read(path)  # type: ignore[operator]


@pytest.mark.parametrize("read", [read_queries, read_judgments, read_run])
def test_a_file_that_is_not_utf8_is_named(tmp_path: Path, read: object) -> None:
    """Editors on other systems save files as UTF-16."""
    path = tmp_path / "queries.tsv"
    path.write_text("q1\tপদ্মা\n", encoding="utf-16")
    with pytest.raises(CorpusError, match=f"{path}: not UTF-8: byte 0xff; save it as UTF-8"):
        read(path)  # type: ignore[operator]


def test_a_run_file_reads_back_as_it_was(tmp_path: Path) -> None:
    """Order is kept even among equal scores."""
    run: Run = {"q1": [("b", 2.0), ("a", 2.0)], "q2": [("c", 0.5)]}
    path = tmp_path / "run"
    write_run(path, run)
    assert path.read_text("utf-8").splitlines()[1] == "q1 Q0 a 2 2.000000 onneshon"
    assert read_run(path) == run


def test_measures_of_a_ranking_known_by_hand() -> None:
    """The first query has its two articles at ranks 1 and 3, the second has its one at rank 2."""
    ranked = {"x": [("a", 3.0), ("z", 2.0), ("b", 1.0)], "y": [("z", 2.0), ("c", 2.0)]}
    run = run_queries(ranked.__getitem__, {"q1": "x", "q2": "y"})
    scores = measure(run, JUDGMENTS)
    assert scores["MRR@10"] == {"q1": 1.0, "q2": 0.5}
    assert scores["success@1"] == {"q1": 1.0, "q2": 0.0}
    assert scores["recall@100"] == {"q1": 1.0, "q2": 1.0}
    assert scores["nDCG@10"]["q1"] == pytest.approx((1 + 1 / 2) / (1 + 1 / 1.584962501))
    assert means(scores)["MRR@10"] == 0.75


def test_a_query_that_finds_nothing_counts_zero() -> None:
    """A query without hits counts in the mean, and a query without judgments does not."""
    scores = measure({"q1": [("a", 1.0)], "q2": [], "q9": [("a", 1.0)]}, JUDGMENTS)
    assert scores["success@1"] == {"q1": 1.0, "q2": 0.0}


def test_a_query_that_is_refused_finds_nothing() -> None:
    """One query too long does not end the measuring of the others."""

    def rank(text: str) -> list[tuple[str, float]]:
        if len(text) > 3:
            raise QueryError("too long")
        return [("a", 1.0)]

    assert run_queries(rank, {"q1": "ক", "q2": "কলকাতা"}) == {"q1": [("a", 1.0)], "q2": []}


def test_ids_that_do_not_agree_are_an_error() -> None:
    """A score of zero would look like a bad ranking where the files do not belong together."""
    with pytest.raises(OnneshonError, match="judged"):
        measure({"x1": [("a", 1.0)]}, JUDGMENTS)


def test_a_constant_difference_is_certain() -> None:
    """When each query gains the same, so does each resample."""
    ours, theirs = {"q1": 0.75, "q2": 0.5}, {"q1": 0.5, "q2": 0.25}
    comparison = compare(ours, theirs)
    assert (comparison.difference, comparison.low, comparison.high) == (0.25, 0.25, 0.25)


def test_an_interval_holds_its_difference_and_can_be_had_again() -> None:
    """With differences both ways 0 lies inside the interval; the same seed gives the same interval."""
    ours = {f"q{n}": float(n % 2) for n in range(40)}
    theirs = {f"q{n}": float(n % 3 == 0) for n in range(40)}
    comparison = compare(ours, theirs)
    assert comparison.low < 0 < comparison.high
    assert comparison.low <= comparison.difference <= comparison.high
    assert compare(ours, theirs) == comparison


CORPUS = (
    {"id": "a", "title": "পদ্মা", "body": "ইলিশের নদী।"},
    {"id": "b", "title": "মেঘনা", "body": "বরিশালের নদী।"},
)


@pytest.fixture
def judged(tmp_path: Path) -> list[str]:
    """Arguments of the command for a small judged collection."""
    corpus, queries, qrels = tmp_path / "corpus.jsonl", tmp_path / "queries.tsv", tmp_path / "qrels.tsv"
    corpus.write_text("".join(json.dumps(article) + "\n" for article in CORPUS), "utf-8")
    queries.write_text("q1\tপদ্মা\nq2\tবরিশাল\n", "utf-8")
    qrels.write_text("q1 0 a 1\nq2 0 b 1\n", "utf-8")
    return ["evaluate", "--corpus", str(corpus), "--queries", str(queries), "--qrels", str(qrels)]


def _evaluate(*arguments: str) -> dict[str, object]:
    from onneshon.index.commands.main import main  # noqa: PLC0415 (the measures are tested without the command line)

    answer = CliRunner().invoke(main, [*arguments, "--json"])
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)  # type: ignore[no-any-return]


def test_the_command_builds_runs_and_measures(judged: list[str]) -> None:
    """Both articles come first for the query about them."""
    report = _evaluate(*judged)
    assert (report["articles"], report["queries"]) == (2, 2)
    assert report["measures"]["success@1"] == {"value": 1.0}  # type: ignore[index]


@pytest.mark.usefixtures("no_time")
def test_a_slow_machine_measures_the_same(judged: list[str], tmp_path: Path) -> None:
    """Searches have no timeout here: a ranking is not judged by what was found in time."""
    index = str(tmp_path / "index")
    build([Path(judged[2])], Path(index))
    for measured in (judged, ["evaluate", *judged[3:], "--index", index]):
        assert _evaluate(*measured)["measures"]["success@1"] == {"value": 1.0}  # type: ignore[index]


def test_titles_can_be_left_out(judged: list[str]) -> None:
    """A headline is then not found by its own words."""
    measures = _evaluate(*judged, "--ignore-title")["measures"]
    assert measures["success@1"] == {"value": 0.5}  # type: ignore[index]


def test_a_run_compares_with_itself(judged: list[str], tmp_path: Path) -> None:
    """A run that was written serves as a baseline, and differs from itself by nothing."""
    run = str(tmp_path / "run")
    _evaluate(*judged, "--run", run)
    measures = _evaluate(*judged, "--baseline", run, "--limit-queries", "1")["measures"]
    assert measures["nDCG@10"]["difference"] == 0.0  # type: ignore[index]


def test_a_query_that_found_nothing_before_counts_as_such(judged: list[str], tmp_path: Path) -> None:
    """A run file has no line for such a query; finding something now counts as a gain."""
    run, queries = str(tmp_path / "run"), Path(judged[4])
    typed = queries.read_text("utf-8")
    queries.write_text(typed.replace("বরিশাল", "খপুষ্প"), "utf-8")
    assert _evaluate(*judged, "--run", run)["measures"]["success@1"] == {"value": 0.5}  # type: ignore[index]
    queries.write_text(typed, "utf-8")
    success = _evaluate(*judged, "--baseline", run)["measures"]["success@1"]  # type: ignore[index]
    assert (success["value"], success["baseline"], success["difference"]) == (1.0, 0.5, 0.5)


def test_a_run_of_other_queries_is_no_baseline(tmp_path: Path) -> None:
    """Compared with such a run, every query would look better."""
    with pytest.raises(OnneshonError, match="do their ids agree"):
        read_baseline(_file(tmp_path, "q7 Q0 a 1 2.0 onneshon\n"), ["q1", "q2"])

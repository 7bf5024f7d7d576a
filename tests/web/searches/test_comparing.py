"""Comparing this search with another: common hits, blind preferences of people, sign tests."""

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from onneshon.index import Article, build
from onneshon.index.commands.main import main
from onneshon.search.evaluation.measures import Listed, Preference, overlap, sign_test
from onneshon.web.searches.store import Counted, SearchStore

ARTICLES = [Article(f"{at}", f"নদীর খবর {at}", "নদীতে পানি। " + "গান। " * at) for at in range(4)]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index with counted searches."""
    directory = tmp_path_factory.mktemp("compared") / "index"
    build([*ARTICLES, Article("মেলা", "বইমেলা", "মেলায় ভিড়।")], directory)
    today = dt.date.today()  # noqa: DTZ011  # as the command has it
    SearchStore(directory).add(
        [Counted(today, text, text, 5, 1, 1) for text in ("নদী", "বইমেলা", "খপুষ্প")], 90, today
    )
    return directory


def run(index: Path, *arguments: str) -> tuple[int, str]:
    """The exit code and output of the command."""
    result = CliRunner().invoke(main, ["compare", *arguments, "--index", str(index)])
    return result.exit_code, result.output


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """A file of the hits of another search."""
    lines = [
        {"query": "নদী", "hits": [{"id": "3", "title": '<b>নদী</b> "৩"'}, {"id": "0"}, {"id": "x"}]},
        {"query": "বইমেলা", "hits": [{"id": "মেলা", "title": "বইমেলা", "snippet": "মেলায় ভিড়।"}]},
    ]
    path = tmp_path / "hits.jsonl"
    path.write_text("\n\n".join(json.dumps(line, ensure_ascii=False) for line in lines), "utf-8")
    return path


def test_lists_are_shown_in_two_columns(index: Path, other: Path) -> None:
    """The queries are readers' searches; the output has the shared hits and the queries without hits."""
    code, said = run(index, "--with", str(other))
    assert code == 0
    assert "নদী  (shared: 50%)" in said
    assert '| <b>নদী</b> "৩"' in said
    assert said.splitlines()[-2:] == [
        "3 queries; hits shared 83%, first hit the same 2",
        "nothing found: ours 1, theirs 1",
    ]
    same = json.loads(run(index, "--with", str(index), "--json")[1])
    assert (same["overlap"], same["same_first"]) == (1.0, 3)


def test_a_query_for_which_one_side_has_no_hits_has_another_first_hit(index: Path, tmp_path: Path) -> None:
    """Of two queries one finds the same article first; the other search has nothing for the second."""
    hits, queries = tmp_path / "hits.jsonl", tmp_path / "queries.tsv"
    hits.write_text('{"query": "বইমেলা", "hits": [{"id": "মেলা"}]}', "utf-8")
    queries.write_text("1\tবইমেলা\n2\tনদী\n", "utf-8")
    code, said = run(index, "--with", str(hits), "--queries", str(queries), "--json")
    assert code == 0
    assert json.loads(said)["same_first"] == 1


def test_judged_queries_have_ndcg_and_a_sign_test(index: Path, other: Path, tmp_path: Path) -> None:
    """The ids are those of the file of queries; a query that is refused finds nothing."""
    (tmp_path / "q.tsv").write_text(f"q1\tনদী\nq2\tবইমেলা\nq3\t{'(' * 99}\n", "utf-8")
    (tmp_path / "qrels").write_text("q1 0 3 1\nq2 0 মেলা 1\n", "utf-8")
    files = ("--queries", str(tmp_path / "q.tsv"), "--qrels", str(tmp_path / "qrels"))
    judged = json.loads(run(index, "--with", str(other), *files, "--json")[1])["nDCG@10"]
    assert judged["theirs"] == 1.0
    assert (judged["better"], judged["worse"], judged["same"], judged["p"]) == (0, 1, 1, 1.0)
    assert "better 0, worse 1, same 1; p = 1.0000" in run(index, "--with", str(other), *files)[1]


def test_people_choose_without_knowing_which_is_which(index: Path, other: Path, tmp_path: Path) -> None:
    """The key is a separate file; queries with equal lists are left out; titles are escaped."""
    page = tmp_path / "which.html"
    code, said = run(index, "--with", str(other), "--page", str(page), "--seed", "3")
    assert code == 0
    assert f"{page}.key.json" in said
    html = page.read_text("utf-8")
    assert re.findall('data-query="([^"]*)"', html) == ["নদী"]
    assert "<b>" not in html
    assert "hits.jsonl" not in html
    key = json.loads(Path(f"{page}.key.json").read_text("utf-8"))
    first = re.search("<ol><li><bdi>(.*?)</bdi>", html)
    assert first
    assert key["নদী"] == first[1].startswith("নদীর খবর")
    (tmp_path / "choices.json").write_text('{"নদী": "left"}', "utf-8")
    options = ("--choices", str(tmp_path / "choices.json"), "--key", f"{page}.key.json")
    expected = {"better": int(key["নদী"]), "worse": int(not key["নদী"]), "same": 0, "p": 1.0}
    assert json.loads(run(index, *options, "--json")[1]) == expected
    assert run(index, *options)[1].endswith("p = 1.0000\n")


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ([], 2, "--with says what to compare with"),
        (["--choices", "{file}"], 2, "--choices needs --key"),
        (["--choices", "{file}", "--key", "{file}"], 1, "no choices"),
        (["--with", "{file}"], 1, "no line such as"),
    ],
)
def test_what_is_invalid_is_reported(
    index: Path, tmp_path: Path, arguments: list[str], code: int, says: str
) -> None:
    """The message says what to do."""
    (tmp_path / "file").write_text("{}", "utf-8")
    found = run(index, *(part.format(file=tmp_path / "file") for part in arguments))
    assert found[0] == code
    assert says in found[1]


def test_without_counted_searches_a_file_of_queries_is_asked_for(tmp_path: Path, index: Path) -> None:
    """A broken file of choices is reported."""
    assert "name a file by --queries" in run(tmp_path, "--with", str(index))[1]
    (tmp_path / "c").write_text('{"নদী": "middle"}', "utf-8")
    assert (
        "not as `onneshon compare`"
        in run(index, "--choices", str(tmp_path / "c"), "--key", str(tmp_path / "c"))[1]
    )


@pytest.mark.parametrize(
    ("better", "worse", "chance"),
    [(0, 0, 1.0), (1, 0, 1.0), (5, 0, 0.0625), (0, 6, 0.03125), (9, 1, 0.021484375)],
)
def test_the_sign_test_is_exact(better: int, worse: int, chance: float) -> None:
    """The values are those of the binomial distribution."""
    assert sign_test(better, worse) == pytest.approx(chance)
    found: Any = Preference.of([1.0] * better + [-1.0] * worse + [0.0])
    assert (found.better, found.worse, found.same) == (better, worse, 1)


def test_two_empty_lists_share_all() -> None:
    """Both find nothing, which is equal."""
    assert overlap([], []) == 1.0
    assert overlap([Listed("a")], []) == 0.0

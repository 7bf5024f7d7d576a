"""The running of the tests themselves: their grouping, and the report of skipped ones."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scheduling import pytest_xdist_auto_num_workers

pytestmark = pytest.mark.no_cover  # other runs of pytest hold no line of ours

ROOT = Path(__file__).parents[2]

FILE = """
import os
import pytest

@pytest.fixture
def cluster():
    pass

@pytest.mark.parametrize("number", range(6))
def test_it(number{fixture}):
    print("at", os.environ.get("PYTEST_XDIST_WORKER"), os.environ["PYTEST_CURRENT_TEST"])
"""


def _file(mark: str) -> str:
    """A file of tests that print where they run."""
    marked = f"pytestmark = pytest.mark.{mark}\n" if mark else ""
    return FILE.format(fixture=", cluster" if "cluster" in mark else "") + marked


SKIPPING = """
import pytest

@pytest.mark.parametrize("number", range(3))
def test_a(number):
    pytest.skip("no Java")

@pytest.mark.skipif(True, reason="no curl")
def test_b():
    pass

def test_c():
    pass
"""


def _run(folder: Path, *arguments: str) -> str:
    """Run pytest on a folder's tests, distributed like ours; return its output."""
    (folder / "pytest.ini").write_text("[pytest]\ntestpaths = cases\nmarkers =\n slow: takes long\n", "utf-8")
    (folder / "conftest.py").write_text('pytest_plugins = ["tests.scheduling"]\n', "utf-8")
    answer = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "xdist.plugin", "-p", "no:cacheprovider", "-rP", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    return answer.stdout


def _workers(written: str, part: str) -> set[str]:
    """The workers of tests whose name contains a part."""
    lines = [line.split() for line in written.splitlines() if line.startswith("at ")]
    return {worker for _, worker, test, *_ in lines if part in test}


MARKS = {"a": "", "b": 'xdist_group("cluster")', "c": "", "d": 'xdist_group("cluster")', "e": "slow", "f": ""}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six files of tests: two need the cluster, another is slow."""
    (tmp_path / "cases").mkdir()
    for name, mark in MARKS.items():
        (tmp_path / "cases" / f"test_{name}.py").write_text(_file(mark), "utf-8")
    return tmp_path


def test_a_file_has_one_worker_and_so_has_the_cluster(folder: Path) -> None:
    """All files that need the cluster share a worker.

    Skipped tests are reported in one line with the reasons, the most common first.
    """
    (folder / "cases" / "test_skipped.py").write_text(SKIPPING, "utf-8")
    written = _run(folder, "-n", "2", "--dist", "loadgroup", "--no-loadscope-reorder")
    workers = {name: _workers(written, f"test_{name}.py") for name in MARKS}
    assert written.count("\nat ") == 36
    assert all(len(found) == 1 for found in workers.values())
    assert workers["b"] == workers["d"]
    assert set.union(*workers.values()) == {"gw0", "gw1"}
    assert "\n4 skipped: 3 no Java, 1 no curl\n" in written


NAMELESS = """
import pytest

def pytest_pycollect_makeitem(collector, name, obj):
    if name == "test_operations":
        return [
            pytest.Function.from_parent(collector, name=f"{name}[{case}]", originalname=name, callobj=obj)
            for case in CASES
        ]
"""


def _operations(folder: Path, *names: str) -> None:
    """Write tests that pytest collects under one name, with different ids of their own."""
    (folder / "cases" / "conftest.py").write_text(NAMELESS.replace("CASES", repr(names)), "utf-8")
    (folder / "cases" / "test_api.py").write_text("def test_operations():\n    pass\n", "utf-8")


def test_tests_of_one_name_run_if_they_are_called_otherwise(folder: Path) -> None:
    """Tests made of an API's operations share a name, of which xdist would run only the first."""
    _operations(folder, "GET", "PUT")
    assert "38 passed" in _run(folder, "-n", "2", "--dist", "loadgroup", "--no-loadscope-reorder")


def test_two_tests_that_are_called_the_same_are_refused(folder: Path) -> None:
    """Otherwise one of them would be skipped unnoticed."""
    _operations(folder, "GET", "PUT", "GET")
    with pytest.raises(subprocess.CalledProcessError) as refused:
        _run(folder, "--collect-only")
    assert "there are two, of which one would not run" in refused.value.stderr


ENDING = """
import os
import time
import pytest

@pytest.mark.parametrize("number", range(4))
def test_it(number):
    if number == {number}:
        {what}
"""


@pytest.mark.parametrize("what", ["os._exit(3)", "time.sleep(100)"], ids=["dies", "hangs"])
@pytest.mark.parametrize("number", [1, 3], ids=["with tests after it", "last"])
def test_a_test_that_ends_its_worker_fails_and_the_others_go_on(folder: Path, what: str, number: int) -> None:
    """It fails once; a hanging test reports its stack, and ends its worker too."""
    (folder / "cases" / "test_ending.py").write_text(ENDING.format(number=number, what=what), "utf-8")
    hanging = ("-o", "faulthandler_timeout=2", "-o", "faulthandler_exit_on_timeout=true")
    with pytest.raises(subprocess.CalledProcessError) as failed:
        _run(folder, "-n", "2", "--dist", "loadgroup", "--no-loadscope-reorder", *hanging)
    assert "1 failed, 39 passed" in failed.value.stdout
    assert f"crashed while running 'cases/test_ending.py::test_it[{number}]'" in failed.value.stdout
    assert ("in test_it" in failed.value.stderr) == ("sleep" in what)


def test_what_takes_long_comes_first(folder: Path) -> None:
    """Tests of the cluster come before all, then slow ones; others keep their order."""
    names = _run(folder, "--collect-only", "-q").splitlines()[:36:6]
    assert [name[len("cases/test_")] for name in names] == ["b", "d", "e", "a", "c", "f"]


def test_who_asks_for_the_cluster_unmarked_is_refused(folder: Path) -> None:
    """Otherwise a second cluster would start next to the first."""
    file = folder / "cases" / "test_b.py"
    file.write_text(file.read_text("utf-8").replace("pytestmark", "_unused"), "utf-8")
    with pytest.raises(subprocess.CalledProcessError) as refused:
        _run(folder, "--collect-only")
    assert "asks for the cluster: mark its file" in refused.value.stderr


MANY = 64 << 18
"""A number of pages of 4 kB: 64 GB."""


@pytest.mark.parametrize(
    ("cores", "pages", "workers"),
    [(2, MANY, 3), (64, MANY, 32), (64, 7 << 18, 3), (2, 1 << 18, 1)],
    ids=["one more than cores", "64 GB", "7 GB", "1 GB"],
)
def test_there_is_a_worker_more_than_cores_as_far_as_memory_goes(
    pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch, cores: int, pages: int, workers: int
) -> None:
    """One worker usually waits; with little memory there is still one worker."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: range(cores), raising=False)
    monkeypatch.setattr(os, "sysconf", {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": pages}.__getitem__)
    monkeypatch.setattr(pytestconfig.option, "keyword", "")
    monkeypatch.setattr(pytestconfig, "args", ["tests"])
    assert pytest_xdist_auto_num_workers(pytestconfig) == workers


@pytest.mark.parametrize(
    ("keyword", "args"),
    [("snippet", ["tests"]), ("", ["tests/web/test_live.py"])],
    ids=["by name", "by file"],
)
def test_a_few_tests_need_no_workers(
    pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch, keyword: str, args: list[str]
) -> None:
    """A few tests end before a worker would have started."""
    monkeypatch.setattr(pytestconfig.option, "keyword", keyword)
    monkeypatch.setattr(pytestconfig, "args", args)
    assert pytest_xdist_auto_num_workers(pytestconfig) == 0

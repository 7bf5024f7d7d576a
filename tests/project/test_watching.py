"""Which tests coverage traces, as tracing all of them would take three times as long."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.no_cover  # other runs of pytest hold no line of ours

ROOT = Path(__file__).parents[2]

FILE = """
import os
import sys
import threading

import pytest
from hypothesis import given
from hypothesis.strategies import sampled_from

def what_watches():
    threads = threading.gettrace() is not None
    return {sys.gettrace() is not None, threads, "COVERAGE_PROCESS_CONFIG" in os.environ}

def tell(name, *seen):
    with open("told.txt", "a", encoding="utf-8") as file:
        print(name, *set().union(*seen), file=file)

@pytest.fixture
def set_up():
    return what_watches()

def test_alone(set_up):
    tell("alone", set_up, what_watches())

@pytest.mark.parametrize("word", ["নদী", "মেলা", "বই", "গান"])
def test_of_a_table(set_up, word):
    tell(word, set_up, what_watches())

@pytest.mark.parametrize("word", ["ফুল", "ফল"])
@pytest.mark.parametrize("number", [1, 2])
def test_of_two_tables(set_up, word, number):
    tell(f"{word}{number}", set_up, what_watches())

@given(sampled_from(["পাখি"]))
def test_that_is_drawn(word):
    tell("drawn", what_watches())

@pytest.mark.slow
def test_that_is_slow():
    tell("slow", {sys.gettrace() is not None})
    tell("a process of a slow one", {"COVERAGE_PROCESS_CONFIG" in os.environ})

@pytest.mark.browser
def test_that_drives_a_browser(set_up):
    tell("browser", set_up, what_watches())

@pytest.mark.no_cover
def test_that_is_marked(set_up):
    tell("marked", set_up, what_watches())

@pytest.mark.browser
def test_that_follows(set_up):
    tell("browser after marked", set_up, what_watches())

@pytest.mark.browser
def test_that_loads():
    from deploy.loaded import is_traced
    tell("a module of ours", {is_traced})
    from other import is_traced
    tell("a module of others", {is_traced})

def test_in_the_end(set_up):
    tell("in the end", set_up, what_watches())
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Tests and two modules that record whether they are traced, with our hooks."""
    markers = "[pytest]\nmarkers =\n slow: takes long\n browser: drives one\n no_cover: unwatched\n"
    (tmp_path / "pytest.ini").write_text(markers, "utf-8")
    (tmp_path / "conftest.py").write_text(
        'pytest_plugins = ["tests.scheduling", "tests.watching"]\n', "utf-8"
    )
    (tmp_path / ".coveragerc").write_text("[run]\npatch = subprocess\n", "utf-8")
    (tmp_path / "test_file.py").write_text(FILE, "utf-8")
    (tmp_path / "deploy").mkdir()
    for module in ("deploy/loaded.py", "other.py"):
        (tmp_path / module).write_text("import sys\nis_traced = sys.gettrace() is not None\n", "utf-8")
    return tmp_path


def _told(folder: Path, *arguments: str) -> dict[str, set[str]]:
    """The recorded tracing of each test."""
    plugins = ["-p", "xdist.plugin", "-p", "pytest_cov.plugin", "-p", "no:cacheprovider"]
    # The tracer of Python 3.14 is invisible here, and costs little.
    environment = {"COVERAGE_CORE": "ctrace", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    subprocess.run(
        [sys.executable, "-m", "pytest", *plugins, *arguments],
        cwd=folder,
        env={**os.environ, **environment, "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"},
        capture_output=True,
        check=True,
        timeout=300,
    )
    lines = (folder / "told.txt").read_text("utf-8").splitlines()
    told: dict[str, set[str]] = {}
    for line in lines:
        name, seen = line.rsplit(" ", 1)
        told.setdefault(name, set()).add(seen)
    return told


WATCHED = {"alone", "নদী", "মেলা", "বই", "ফুল1", "ফুল2", "ফল1", "slow", "a module of ours", "in the end"}
UNWATCHED = {"গান", "ফল2", "drawn", "a process of a slow one", "browser", "marked", "browser after marked"}
UNWATCHED |= {"a module of others"}


@pytest.mark.parametrize("processes", ["0", "1"], ids=["in one process", "in a worker"])
def test_coverage_watches_the_first_cases_of_each_test(folder: Path, processes: str) -> None:
    """Their fixtures and child processes are traced too, and our modules whenever they are loaded."""
    told = _told(folder, "--cov", "-n", processes)
    assert {name for name, seen in told.items() if seen == {"True"}} == WATCHED
    assert {name for name, seen in told.items() if seen == {"False"}} == UNWATCHED


def test_without_coverage_nothing_is_watched(folder: Path) -> None:
    """All records are negative."""
    assert set().union(*_told(folder).values()) == {"False"}

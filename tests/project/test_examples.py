"""The programs in examples/ run, and print what they say they print."""

import contextlib
import io
import runpy
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from onneshon.search import Engine
from onneshon.web import create_app

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
MOST_LINES = 25
"""The limit of lines of code, without the printed ones."""


@pytest.fixture(scope="module")
def served(sample_engine: Engine) -> Iterator[str]:
    """The address of a server of the sample articles."""
    server = make_server("127.0.0.1", 0, create_app(sample_engine))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_print_what_they_say(
    path: Path, served: str, sample_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The output is exact, in a clone that has been run, and no files are left there."""
    shutil.copytree(sample_index, tmp_path / "var" / "index")
    before = sorted(tmp_path.rglob("*"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ONNESHON_ADDRESS", served)
    code, _, promised = path.read_text("utf-8").partition("\n# prints:\n")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        runpy.run_path(str(path), run_name="__main__")
    assert printed.getvalue().splitlines() == [line.removeprefix("# ") for line in promised.splitlines()]
    assert len([line for line in code.splitlines() if line.strip()]) <= MOST_LINES
    assert sorted(tmp_path.rglob("*")) == before


def test_every_example_is_listed() -> None:
    """The README of the examples lists exactly the existing ones."""
    listed = (ROOT / "examples" / "README.md").read_text("utf-8")
    assert sorted(f"[{path.name}]({path.name})" in listed for path in EXAMPLES) == [True] * len(EXAMPLES)
    assert listed.count(".py](") == len(EXAMPLES)

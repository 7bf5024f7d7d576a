"""The Python API is described name by name, and its examples run in order."""

import contextlib
import io
import re
from pathlib import Path

import pytest

import onneshon
from onneshon import index, search, web
from onneshon.search.commands.request_options import flag_of
from onneshon.search.query.options import Part
from onneshon.search.request import OPTIONS, SearchOptions

ROOT = Path(__file__).parents[2]
API = (ROOT / "docs" / "api.md").read_text("utf-8")
ROWS = [
    [cell.strip() for cell in line.split("|")]
    for line in (ROOT / "docs" / "search-options.md").read_text("utf-8").splitlines()
    if line.startswith("| `")
]


@pytest.mark.parametrize("name", sorted({*search.__all__, *index.__all__, *web.__all__, *onneshon.__all__}))
def test_every_public_name_is_described(name: str) -> None:
    """Every exported name of the packages is in the document."""
    assert re.search(rf"`[^`]*\b{name}\b|^from onneshon\.search import.*\b{name}\b", API, re.MULTILINE)


@pytest.mark.parametrize("name", SearchOptions.__annotations__)
def test_every_option_of_a_search_is_described(name: str) -> None:
    """The short form accepts no undocumented option."""
    assert "takes the [options of a search](search-options.md)" in API
    assert any(f"`{name}`" in row[1] for row in ROWS)


@pytest.mark.parametrize("part", OPTIONS.values(), ids=lambda part: part.name)
def test_an_option_is_described_once_for_all_who_ask(part: Part) -> None:
    """Its row names the parameter, the command line's flag, and the parameter of a page, if any."""
    (row,) = [row for row in ROWS if row[1] == f"`{part.name}`"]
    assert row[2].startswith(f"`{part.name}")
    assert f"`{flag_of(part)}`" == row[3]
    assert row[4].startswith(f"`{part.name}") == part.option.on_pages
    assert len(row[5]) > 20


def test_the_examples_run(tmp_path: Path, sample_index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The examples run one after another, as a reader would try them."""
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "index").symlink_to(sample_index)
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    printed = io.StringIO()
    examples = re.findall(r"^```python\n(.*?)^```$", API, re.MULTILINE | re.DOTALL)
    assert len(examples) > 5
    with contextlib.redirect_stdout(printed):
        for code in examples:
            exec(compile(code, "docs/api.md", "exec"), names)  # noqa: S102 (it is our own)
    lines = printed.getvalue().splitlines()
    assert re.match(r"2 of \d+ newest", lines[0])
    assert "date date" in lines
    assert any("<mark class=" in line for line in lines)
    assert "ArticleNotFoundError" in lines
    assert lines[-2:] == ["2 1 0", "2 ['2', '3']"]

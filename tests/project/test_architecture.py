"""The architecture document matches the code: rooms, modules, and the ways of a query and of an article."""

import gc
import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import CodeType, FrameType

import pytest

from benchmarks.page.modules import MOST, walked_by_page
from onneshon.index import build
from onneshon.search import Engine
from onneshon.web import create_app
from onneshon.web.app import load_templates
from tests.packages import PACKAGES, ROOT

MAP = (ROOT / "docs" / "architecture.md").read_text("utf-8")


def _sections() -> dict[str, str]:
    """The text below the heading of each package and room, up to the next heading."""
    parts = re.split(r"^##+ `([a-z_/]+)/` (.*)$", MAP, flags=re.MULTILINE)
    texts = (re.split(r"^##", text, maxsplit=1, flags=re.MULTILINE)[0] for text in parts[3::3])
    return dict(zip(parts[1::3], texts, strict=True))


SECTIONS = _sections()
QUESTIONS = dict(re.findall(r"^##+ `([a-z_/]+)/` (.*)$", MAP, re.MULTILINE))
ROOMS = sorted(
    str(path.parent.relative_to(ROOT))
    for package in PACKAGES
    for path in (ROOT / package).rglob("__init__.py")
)

pytestmark = pytest.mark.no_cover  # many tries of lines that other tests cover


def test_every_room_has_a_heading_and_every_heading_a_room() -> None:
    """This includes the packages themselves."""
    assert sorted(set(SECTIONS) - {"tests", "benchmarks", "examples"}) == ROOMS


def test_the_list_of_modules_is_their_docstrings() -> None:
    """``./dev map`` names every module below its room, with the first sentence of its docstring."""
    shown = subprocess.run([ROOT / "dev", "map"], capture_output=True, text=True, check=True).stdout
    rooms = re.split(r"^(\S+)/  .+[.?]\n", shown, flags=re.MULTILINE)
    listed = {
        Path(room, name)
        for room, lines in zip(rooms[1::2], rooms[2::2], strict=True)
        for name in re.findall(r"^  (\S+\.pyx?)  +\S.*[.?]$", lines, re.MULTILINE)
    }
    assert listed == {
        path.relative_to(ROOT)
        for package in PACKAGES
        for ending in ("py", "pyx")
        for path in (ROOT / package).rglob(f"*.{ending}")
        if path.name != "__init__.py"
    }


def test_the_modules_of_one_room_are_listed_alone() -> None:
    """``./dev map`` lists one room if it is given the room's folder."""
    shown = subprocess.run(
        [ROOT / "dev", "map", "index/encodings"], capture_output=True, text=True, check=True
    ).stdout
    assert re.findall(r"^(\S+)/  ", shown, re.MULTILINE) == ["index/encodings"]
    assert "  bijoy.py " in shown


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_says_what_it_is_for_and_what_not(room: str) -> None:
    """The heading asks the same question as the docstring of the room's package."""
    assert re.search(r"^Useful for: ", SECTIONS[room], re.MULTILINE)
    assert re.search(r"^Not useful for: ", SECTIONS[room], re.MULTILINE)
    if "/" in room:
        assert re.search(r"^Limits: ", SECTIONS[room], re.MULTILINE)
        assert f'"""{QUESTIONS[room]}' in (ROOT / room / "__init__.py").read_text("utf-8")


@cache
def _room(code: CodeType) -> str:
    """The room of some code; empty for constructors, lambdas and code outside the rooms."""
    path = Path(code.co_filename).resolve()
    if code.co_name in {"__init__", "<lambda>"} or not path.is_relative_to(ROOT):
        return ""
    folder = path.parent.relative_to(ROOT).as_posix()
    return folder if "/" in folder and folder.split("/")[0] in PACKAGES else ""


def _way(act: Callable[[], object]) -> str:
    """The rooms in the order of their first entry, each indented below the one that entered it."""
    entered_from: dict[str, str] = {}

    def watch(frame: FrameType, event: str, _argument: object) -> None:
        room = _room(frame.f_code)
        if event != "call" or not room or room in entered_from:
            return
        caller = frame.f_back
        while caller and _room(caller.f_code) in {"", room}:
            caller = caller.f_back
        entered_from[room] = _room(caller.f_code) if caller else ""

    gc.collect()  # else generators of other tests might be finalised during the trace
    sys.setprofile(watch)
    try:
        act()
    finally:
        sys.setprofile(None)
    return "".join(_lines(entered_from, "", ""))


def _lines(entered_from: dict[str, str], room: str, indent: str) -> list[str]:
    return [
        text
        for inner, outer in entered_from.items()
        if outer == room
        for text in (f"{indent}{inner}\n", *_lines(entered_from, inner, indent + "  "))
    ]


def _drawn(name: str) -> str:
    found = re.search(rf"^```{name}\n(.*?)^```$", MAP, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


def test_a_query_goes_the_way_that_is_drawn(sample_index: Path) -> None:
    """The rooms are entered in the drawn order, each from the drawn one, from request to page."""
    with Engine.open(sample_index) as engine:
        app = create_app(engine)
        load_templates(app)  # as a service does before it answers
        client = app.test_client()
        way = _way(lambda: client.get("/search", query_string={"q": "বাংলাদেশ"}))
    assert way == _drawn("trace of a query")


def test_an_article_goes_the_way_that_is_drawn(sample_articles: Path, tmp_path: Path) -> None:
    """The way from file to index is traced in a second build, when modules are loaded."""
    build([sample_articles], tmp_path / "first")
    assert _way(lambda: build([sample_articles], tmp_path / "index")) == _drawn("trace of an article")


def test_a_page_of_results_walks_few_modules(sample_index: Path) -> None:
    """A query in Latin letters runs more modules than one in Bengali."""
    with Engine.open(sample_index) as engine:
        walked = walked_by_page(engine, "bangladesher itihas")
    assert 0 < len([name for name in walked if name.endswith(".py")]) <= MOST

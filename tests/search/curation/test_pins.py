"""Pins as they are stored and read: the file of a site, its commands, and values that are refused."""

import datetime as dt
import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from onneshon.index import build
from onneshon.index.commands.doctor import examine
from onneshon.index.commands.main import main
from onneshon.index.errors import OnneshonError
from onneshon.index.storage.durable import replace_file
from onneshon.index.storage.watched_file import change_lock
from onneshon.search import Engine, Pin, PinError, PinFile
from onneshon.search.curation.pins import MOST_PINS, converted
from onneshon.search.errors import SynonymError
from onneshon.search.understanding.site_synonyms import SynonymsFile
from tests.search.engine.test_curated import ARTICLES, WITHIN

if TYPE_CHECKING:
    from collections.abc import Callable


def test_pins_survive_a_rebuild(tmp_path: Path) -> None:
    """Pins are stored next to the index; a pinned article that is gone is reported and skipped."""
    build(ARTICLES, tmp_path)
    PinFile(tmp_path).add(Pin(("নদী",), first=("cricket", "n0")))
    build([article for article in ARTICLES if article.id != "cricket"], tmp_path)
    with Engine.open(tmp_path) as engine:
        page = engine.search("নদী")
    assert (page.hits[0].id, page.hits[0].pinned, page.unknown) == ("n0", True, ())
    (finding,) = [finding for finding in examine(tmp_path) if finding.name == "pins"]
    assert finding.text == "1 article that pins put first is gone: cricket"
    listed = CliRunner().invoke(main, ["pins", "list", "--index", str(tmp_path)])
    assert "  1. cricket  (gone)" in listed.stdout


def test_a_change_that_is_cut_short_leaves_the_pins_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file on the disk is always a whole one, when a process is killed or the disk is full."""
    pins = PinFile(tmp_path)
    pins.add(Pin(("নদী",), first=("a",), name="p1"))

    def killed(path: Path, content: bytes) -> None:
        path.with_name(f".{path.name}.new").write_bytes(content[:20])
        raise KeyboardInterrupt

    monkeypatch.setattr("onneshon.search.curation.pins.replace_file", killed)
    with pytest.raises(KeyboardInterrupt):
        pins.add(Pin(("মেলা",), first=("b",)))
    assert [known.name for known in PinFile(tmp_path).read()] == ["p1"]

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("onneshon.search.curation.pins.replace_file", full)
    with pytest.raises(PinError, match="the pins are as they were: the disk is full"):
        pins.add(Pin(("মেলা",), first=("b",)))
    monkeypatch.setattr("onneshon.search.curation.pins.replace_file", replace_file)
    pins.add(Pin(("মেলা",), first=("b",), name="p2"))
    assert [known.name for known in PinFile(tmp_path).current()] == ["p1", "p2"]


def test_pins_are_ordered_and_taken_away(tmp_path: Path) -> None:
    """A pin is replaced or removed by name; a place beyond the last is the last."""
    pins = PinFile(tmp_path)
    pins.add(Pin(("নদী",), first=("a", "b", "c"), name="p1"))
    assert pins.move("p1", "c", 1).first == ("c", "a", "b")
    assert pins.move("p1", "c", 9).first == ("a", "b", "c")
    assert pins.move("p1", "a", 2).first == ("b", "a", "c")
    assert pins.move("p1", "a", 0).first == ("a", "b", "c")
    pins.add(Pin(("মেলা",), first=("b", "a"), name="p0"))
    pins.move("p1", "b", 1)
    assert {pin.name: pin.first for pin in pins.read()} == {"p1": ("b", "a", "c"), "p0": ("b", "a")}
    pins.add(Pin(("নদী", "গাঙ"), first=("b",), name="p1"))
    assert [(pin.name, pin.first) for pin in pins.read()] == [("p1", ("b",)), ("p0", ("b", "a"))]
    pins.remove("p0")
    assert pins.named("p1").queries == ("নদী", "গাঙ")
    refused: list[Callable[[], Pin]] = [
        partial(pins.move, "p1", "z", 1),
        partial(pins.remove, "p2"),
        partial(pins.named, "p2"),
    ]
    for change in refused:
        with pytest.raises(PinError, match="onneshon pins list"):
            change()
    assert pins.remove("p1").name == "p1"
    assert pins.read() == ()


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({}, "names no article"),
        ({"first": ("a", "b"), "never": ("a",)}, "names an article twice"),
        ({"first": ("a",), "since": dt.date(2026, 3, 1), "until": dt.date(2026, 2, 1)}, "before it begins"),
        ({"first": ("a",), "queries": ("নদী", " ")}, "1 to 50 queries, each of words, in 512 characters"),
        ({"first": ("a",), "queries": ("নদী", "*")}, "each of words"),
        ({"first": ("a",), "queries": ("।", "নদী")}, "each of words"),
    ],
)
def test_a_pin_without_an_effect_is_refused(tmp_path: Path, values: dict[str, Any], says: str) -> None:
    """A pin that has no effect is refused with the reason."""
    with pytest.raises(PinError, match=says):
        PinFile(tmp_path).add(Pin(**{"queries": ("নদী",), **values}))


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"queries": "নদী"}, "a pin has 1 to 50 queries"),
        ({"first": "a"}, "up to 20 articles first"),
        ({"first": [f"{number}" for number in range(21)]}, "up to 20 articles first"),
        ({"match": "whole"}, "match"),
        ({"name": "নদী"}, "name"),
        ({"until": "2026-02-21", "since": 2026}, "first day of a pin is written as"),
    ],
)
def test_a_pin_that_could_not_be_read_again_is_not_written(
    tmp_path: Path, values: dict[str, Any], says: str
) -> None:
    """A pin that makes the file unreadable is refused: all other pins would be lost with it."""
    pins = PinFile(tmp_path)
    known = Pin(("মেলা",), first=("b",))
    pins.add(known)
    with pytest.raises(PinError, match=says):
        pins.add(Pin(**{"queries": ("নদী",), "first": ("a",), **values}))
    assert pins.read() == (known,)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"queries": [""], "first": ["a"]}, "1 to 50 queries"),
        ({"queries": ["নদী"], "first": [""]}, "up to 20 articles first"),
        ({"queries": ["নদী"], "never": ["a"] * 21}, "hides up to 20"),
        ({"queries": ["নদী"], "first": ["a"], "until": "কাল"}, "last day of a pin is written as"),
        ({"queries": ["নদী"], "first": ["a"], "match": "কিছু"}, "match"),
        ({"first": ["a"]}, "this makes no pin: .*queries"),
    ],
)
def test_input_that_makes_no_pin_is_reported_in_plain_words(values: dict[str, Any], says: str) -> None:
    """Errors speak of queries, articles and days, not of lengths of str at a path."""
    with pytest.raises(PinError, match=says):
        converted(values)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xff", "is no file of pins"),
        (b'{"pins": [], "notes": []}', "is no file of pins"),
        (b'{"pins": [{"queries": []}]}', "is no file of pins"),
        (b'{"pins": [{"queries": ["x"], "first": ["a"], "name": "../x"}]}', "is no file of pins"),
        (b'{"pins": [{"queries": ["x"]}]}', "names no article"),
        (b'{"pins": [%b, %b]}' % ((b'{"queries": ["x"], "first": ["a"], "name": "p"}',) * 2), "two pins"),
    ],
)  # fmt: skip
def test_an_invalid_file_changes_nothing(tmp_path: Path, content: bytes, says: str) -> None:
    """The pins read before stay in force; the doctor and the command say what is wrong."""
    pins = PinFile(tmp_path)
    pins.add(Pin(("নদী",), first=("a",)))
    known = pins.current()
    pins.path.write_bytes(content)
    pins.look_again()
    assert pins.current() == known
    assert says in str(pins.fault)
    assert any(finding.name == "pins" and says in finding.text for finding in examine(tmp_path))
    with pytest.raises(PinError, match=says):
        pins.add(Pin(("মেলা",), first=("b",)))


def test_as_many_pins_may_be_as_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pin beyond the limit is refused, unless it replaces a pin of the same name."""
    monkeypatch.setattr("onneshon.search.curation.pins.MOST_PINS", 2)
    pins = PinFile(tmp_path)
    for name in ("p1", "p2", "p1"):
        pins.add(Pin(("নদী",), first=("a",), name=name))
    with pytest.raises(PinError, match="there are 2 pins already"):
        pins.add(Pin(("নদী",), first=("a",)))
    assert [known.name for known in pins.read()] == ["p1", "p2"]


def test_there_is_an_end_to_pins_and_a_folder_is_no_file(tmp_path: Path) -> None:
    """More pins than the limit are refused, and so is a folder in place of the file."""
    many = [{"queries": ["x"], "first": ["a"], "name": f"p{number}"} for number in range(MOST_PINS)]
    (tmp_path / "pins.json").write_text(json.dumps({"pins": many}), "utf-8")
    with pytest.raises(PinError, match="remove some"):
        PinFile(tmp_path).add(Pin(("নদী",), first=("a",)))
    (tmp_path / "pins.json").unlink()
    (tmp_path / "pins.json").mkdir()
    with pytest.raises(PinError, match="cannot be read"):
        PinFile(tmp_path).read()


def run(directory: Path, *arguments: str) -> tuple[int, str]:
    """The exit code and output of ``onneshon pins``."""
    result = CliRunner().invoke(main, ["pins", *arguments, "--index", str(directory)])
    return result.exit_code, result.output


def test_the_commands_do_all_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command adds, lists, moves and removes pins, as JSON too; a bad pin is refused with the reason."""
    built = tmp_path / "index"
    build(ARTICLES, built)
    days = ("--from", "2026-02-01", "--until", "2026-03-01")
    first = ("--first", "m1", "--first", "gone", "--never", "m2")
    code, said = run(built, "add", "নদী", "গাঙ", *first, "--words", *days)
    assert code == 0
    assert said.splitlines()[-1] == "warning: the index has no gone"
    with Engine.open(built) as engine:
        monkeypatch.setattr(engine._pins, "today", lambda: WITHIN)
        assert engine.search("নদীর খবর").hits[0].id == "m1"
    (listed,) = json.loads(run(built, "list", "--json")[1])
    assert (listed["queries"], listed["gone"]) == (["নদী", "গাঙ"], ["gone"])
    name = listed["name"]
    assert run(built, "list")[1].splitlines() == [
        f"{name}  words: নদী | গাঙ, from 2026-02-01, until 2026-03-01",
        "    1. m1",
        "    2. gone  (gone)",
        "  never m2",
    ]
    assert "    1. gone\n" in run(built, "move", name, "gone", "1")[1]
    assert run(built, "remove", name) == (0, f"removed {name}: নদী | গাঙ\n")
    assert run(built, "list")[1] == "no pins\n"
    assert run(built, "add", "নদী")[0] == 1
    made = json.loads(run(built, "add", "নদী", "--first", "m1", "--json")[1])
    assert "editor's choice" in CliRunner().invoke(main, ["search", "নদী", "--index", str(built)]).output
    assert made["match"] == "exact"


def test_a_change_waits_for_another_one_and_tells_of_one_that_does_not_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change of pins or synonyms fails when another process keeps the lock; nothing is changed."""
    monkeypatch.setattr("onneshon.index.storage.watched_file._WAIT_SECONDS", 0.01)
    pins, synonyms = PinFile(tmp_path), SynonymsFile(tmp_path / "synonyms.txt")
    with change_lock(pins.path, OnneshonError), change_lock(synonyms.path, OnneshonError):
        with pytest.raises(PinError, match=r"pins are as they were: another process .*pins\.json: try again"):
            pins.add(Pin(("নদী",), first=("a",)))
        with pytest.raises(SynonymError, match=r"synonyms\.txt: is as it was: another process"):
            synonyms.add("ক, খ")
    assert not pins.path.exists()
    synonyms.add("ক, খ")
    assert synonyms.text() == "ক, খ\n"

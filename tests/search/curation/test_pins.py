"""Pins: what editors put first or never, for queries as they are understood."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from onneshon.index import Article, build
from onneshon.index.commands.doctor import examine
from onneshon.index.commands.main import main
from onneshon.index.errors import OnneshonError
from onneshon.index.storage.durable import replace_file
from onneshon.index.storage.watched_file import change_lock
from onneshon.search import Engine, Pin, PinError, PinFile, ResultPage, SearchRequest
from onneshon.search.curation.pins import MOST_PINS, converted
from onneshon.search.errors import SynonymError
from onneshon.search.understanding.site_synonyms import SynonymsFile
from onneshon.web import create_app

RIVERS = ("পদ্মা", "মেঘনা", "যমুনা", "তিস্তা")
ARTICLES = [
    *(
        Article(f"n{at}", f"{river} নদীর খবর", f"{river} নদীতে পানি বেড়েছে।", category="পরিবেশ")
        for at, river in enumerate(RIVERS)
    ),
    *(Article(f"m{at}", "নদীর মেলা", f"নদীর ধারে মেলা বসেছে, দিন {at}। " + "গান। " * at) for at in range(12)),
    Article("cricket", "বিশ্বকাপে ক্রিকেট", "ক্রিকেটে জয় পেয়েছে দল।", dt.date(2024, 5, 1), "খেলা"),
    Article("football", "ফুটবল লিগ", "ফুটবলের মাঠে দর্শক।", dt.date(2025, 5, 1), "খেলা"),
]

WITHIN = dt.date(2026, 2, 21)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index that tests put pins beside."""
    directory = tmp_path_factory.mktemp("pins") / "index"
    build(ARTICLES, directory)
    return directory


@pytest.fixture(scope="module")
def opened(built: Path) -> Iterator[Engine]:
    """An engine over it."""
    with Engine.open(built, time_limit=None) as engine:
        yield engine


@pytest.fixture
def engine(opened: Engine, built: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The engine, without pins, on a day of the tests."""
    monkeypatch.setattr(opened._pins, "today", lambda: WITHIN)
    yield opened
    (built / "pins.json").unlink(missing_ok=True)
    assert opened._pins.file
    opened._pins.file.look_again()


def pin(engine: Engine, *queries: str, **values: Any) -> Pin:
    """A pin that the engine knows at once."""
    pins = engine._pins.file
    assert pins
    made = Pin(queries, **values)
    pins.add(made)
    return made


def ids(page: ResultPage) -> list[str]:
    """The ids of the hits, in order."""
    return [hit.id for hit in page]


@pytest.mark.parametrize(
    "text",
    ["পদ্মা নদী", "নদী পদ্মা", "পদ্মার নদীতে", "podda nodi", "পদ্মা ও নদী", "পদ্মা  নদী।"],
)
def test_a_pin_holds_for_every_way_to_ask_for_the_same(engine: Engine, text: str) -> None:
    """In other forms, another order, Latin letters, with function words beside them."""
    pin(engine, "পদ্মা নদী", first=("cricket",))
    page = engine.search(text)
    assert ids(page)[:2] == ["cricket", "n0"]
    assert [hit.pinned for hit in page][:2] == [True, False]


@pytest.mark.parametrize("text", ["পদ্মা", "পদ্মা নদী মেলা", "পদ্মা নদী -মেলা", "+পদ্মা নদী", "মেঘনা নদী", "*"])
def test_an_exact_pin_holds_for_nothing_else(engine: Engine, text: str) -> None:
    """Neither for fewer words nor for more, other words, or the same with signs."""
    pin(engine, "পদ্মা নদী", first=("cricket",))
    assert not any(hit.pinned for hit in engine.search(text))


def test_a_pin_of_a_beginning_holds_for_that_beginning(engine: Engine) -> None:
    """For no other one, and for no word that begins so."""
    pin(engine, "ক্রিকে*", first=("n0",))
    assert ids(engine.search("ক্রিকে*"))[0] == "n0"
    for text in ("ফুটব*", "ক্রিকেট", "শিরোনাম:ক্রিকে*"):
        assert not any(hit.pinned for hit in engine.search(text))


def test_a_pin_by_words_holds_where_all_of_them_are_asked_for(engine: Engine) -> None:
    """With whatever else; a query that demands something demands it of what comes first as well."""
    pin(engine, "নদী", match="words", first=("m3", "cricket"))
    assert ids(engine.search("পদ্মা নদীর খবর"))[:2] == ["m3", "cricket"]
    assert ids(engine.search("নদী +মেলা"))[0] == "m3"
    assert "cricket" not in ids(engine.search("নদী +মেলা"))
    assert not any(hit.pinned for hit in engine.search("মেলা"))


def test_what_comes_first_passes_the_filters_and_no_order_by_day(engine: Engine) -> None:
    """A filter leaves it out; the newest first are the newest first."""
    pin(engine, "ক্রিকেট ফুটবল", first=("n0", "cricket"))
    assert ids(engine.search("ফুটবল ক্রিকেট"))[0] == "n0"
    assert ids(engine.search("ফুটবল ক্রিকেট", category="খেলা")) == ["cricket", "football"]
    assert ids(engine.search("ফুটবল ক্রিকেট", sort="newest")) == ["football", "cricket"]


def test_totals_and_facets_count_what_comes_first_and_not_what_is_never_shown(engine: Engine) -> None:
    """Every article once."""
    before = engine.search("নদী", facets=["category"], group=False)
    pin(engine, "নদী", first=("cricket", "n2"), never=("n0", "n1"))
    page = engine.search("নদী", facets=["category"], group=False)
    assert page.total == before.total - 2 + 1
    assert page.total_all == before.total_all - 2
    counted = {value.value: value.count for value in page.facets["category"].values}
    assert counted == {"পরিবেশ": 2, "খেলা": 1}
    assert {"n0", "n1"}.isdisjoint(ids(engine.search("নদী", limit=50, sort="newest")))


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 50])
@pytest.mark.parametrize("by_cursor", [False, True])
def test_pages_show_each_article_once_and_in_one_order(engine: Engine, limit: int, by_cursor: bool) -> None:
    """By number and by cursor, also where a page ends among those that come first."""
    pin(engine, "নদী", first=("m5", "gone", "cricket", "m7"), never=("m2",))
    whole = ids(engine.search("নদী", limit=50, group=False))
    assert whole[:3] == ["m5", "cricket", "m7"]
    seen: list[str] = []
    cursor: str | None = None
    while len(seen) < 30:
        options: dict[str, Any] = {"cursor": cursor} if by_cursor else {"offset": len(seen)}
        page = engine.search("নদী", limit=limit, group=False, **options)
        assert page.offset == len(seen)
        seen += ids(page)
        cursor = page.cursor
        if not page.hits or cursor is None:
            break
    assert seen == whole
    assert [article.id for article in engine.scan("নদী")] == whole


def test_a_cursor_is_refused_once_the_pins_are_others(engine: Engine) -> None:
    """It would lead past articles, or to some again."""
    pin(engine, "নদী", first=("m5",))
    cursor = engine.search("নদী", limit=2).cursor
    pin(engine, "নদী", first=("m6",))
    with pytest.raises(Exception, match="search again without a cursor"):
        engine.search("নদী", limit=2, cursor=cursor)


def test_pins_hold_from_a_day_until_a_day(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both included; what decides answers changes with the day."""
    known = engine.edition
    pin(engine, "নদী", first=("cricket",), since=WITHIN, until=WITHIN)
    assert ids(engine.search("নদী"))[0] == "cricket"
    edition = engine.edition
    assert edition != known
    for day in (-1, 1):
        monkeypatch.setattr(engine._pins, "today", partial(WITHIN.__add__, dt.timedelta(day)))
        assert not any(hit.pinned for hit in engine.search("নদী"))
        assert engine.edition == known


def test_what_is_said_of_this_very_query_counts_first_and_never_counts_most(engine: Engine) -> None:
    """Of several pins."""
    pin(engine, "নদী", match="words", first=("cricket", "m1"), never=("m4",))
    pin(engine, "পদ্মা নদী", first=("m4", "football"))
    assert ids(engine.search("পদ্মা নদী"))[:3] == ["football", "cricket", "m1"]


def test_explanations_say_which_pin_put_an_article_first(engine: Engine) -> None:
    """On the page and by themselves; the parts add up as before."""
    made = pin(engine, "নদী", first=("m5", "cricket"), never=("m4",))
    page = engine.search("নদী", explain=True)
    last = [hit.explanation.parts[-1] for hit in page.hits[:2] if hit.explanation]
    assert [(part.kind, part.name, part.facts["place"]) for part in last] == [
        ("pinned", made.name, 1),
        ("pinned", made.name, 2),
    ]
    assert engine.explain("নদী", "m4").parts[-1].kind == "hidden"
    assert {part.kind for part in engine.explain("নদী", "m1").parts}.isdisjoint({"pinned", "hidden"})


def test_several_searches_at_once_are_pinned_each(engine: Engine) -> None:
    """As by themselves."""
    pin(engine, "নদী", first=("cricket",))
    pages = engine.multi_search([SearchRequest("নদী"), SearchRequest("মেলা")])
    firsts = [page.hits[0] for page in pages if isinstance(page, ResultPage)]
    assert [hit.pinned for hit in firsts] == [True, False]


def test_the_page_and_the_api_say_what_an_editor_chose(engine: Engine) -> None:
    """In the words of the reader's language; a label, and no other look of the hit."""
    pin(engine, "নদী", first=("cricket",))
    client = create_app(engine).test_client()
    assert client.get("/search?q=নদী").get_data(as_text=True).count("সম্পাদকের বাছাই") == 1
    assert "Editor&#39;s choice" in client.get("/search?q=নদী&lang=en").get_data(as_text=True)
    hits = client.get("/api/v1/search?q=নদী").get_json()["hits"]
    assert [hit["pinned"] for hit in hits[:2]] == [True, False]


def test_pins_survive_a_rebuild(tmp_path: Path) -> None:
    """They are beside the index, not in it; one whose article is gone is told of and passed over."""
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
    """Whatever is on the disk when a process is killed, or the disk is full, is a whole file."""
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
    """By name; a place beyond the last is the last."""
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
        ({"first": ("a",), "queries": ("নদী", " ")}, "1 to 50 queries, of 1 to 512 characters each"),
    ],
)
def test_a_pin_without_an_effect_is_refused(tmp_path: Path, values: dict[str, Any], says: str) -> None:
    """With the reason."""
    with pytest.raises(PinError, match=says):
        PinFile(tmp_path).add(Pin(**{"queries": ("নদী",), **values}))


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
def test_what_somebody_typed_and_makes_no_pin_is_told_in_plain_words(
    values: dict[str, Any], says: str
) -> None:
    """Of queries, articles and days, not of lengths of str at a path."""
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
def test_a_file_that_makes_no_sense_changes_nothing(tmp_path: Path, content: bytes, says: str) -> None:
    """What was said before counts on; the doctor and the command say why."""
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
    """One more is refused, but none that takes the place of another."""
    monkeypatch.setattr("onneshon.search.curation.pins.MOST_PINS", 2)
    pins = PinFile(tmp_path)
    for name in ("p1", "p2", "p1"):
        pins.add(Pin(("নদী",), first=("a",), name=name))
    with pytest.raises(PinError, match="there are 2 pins already"):
        pins.add(Pin(("নদী",), first=("a",)))
    assert [known.name for known in pins.read()] == ["p1", "p2"]


def test_there_is_an_end_to_pins_and_a_folder_is_no_file(tmp_path: Path) -> None:
    """Both are told."""
    many = [{"queries": ["x"], "first": ["a"], "name": f"p{number}"} for number in range(MOST_PINS)]
    (tmp_path / "pins.json").write_text(json.dumps({"pins": many}), "utf-8")
    with pytest.raises(PinError, match="remove some"):
        PinFile(tmp_path).add(Pin(("নদী",), first=("a",)))
    (tmp_path / "pins.json").unlink()
    (tmp_path / "pins.json").mkdir()
    with pytest.raises(PinError, match="cannot be read"):
        PinFile(tmp_path).read()


def run(directory: Path, *arguments: str) -> tuple[int, str]:
    """How ``onneshon pins`` ends and what it prints."""
    result = CliRunner().invoke(main, ["pins", *arguments, "--index", str(directory)])
    return result.exit_code, result.output


def test_the_commands_do_all_of_it(engine: Engine, built: Path) -> None:
    """Add, list, move, remove; as JSON too; what makes no pin is refused with the reason."""
    days = ("--from", "2026-02-01", "--until", "2026-03-01")
    first = ("--first", "m1", "--first", "gone", "--never", "m2")
    code, said = run(built, "add", "নদী", "গাঙ", *first, "--words", *days)
    assert code == 0
    assert said.splitlines()[-1] == "warning: the index has no gone"
    assert engine._pins.file
    engine._pins.file.look_again()
    assert ids(engine.search("নদীর খবর"))[0] == "m1"
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
    """Of pins and of synonyms alike; nothing is changed."""
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

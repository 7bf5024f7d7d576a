import gc
import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from onneshon.index import Article, open_writer
from onneshon.index.errors import ConfigurationError, IndexCorruptError, IndexMissingError, IndexStateError
from onneshon.index.storage.generations import Generations
from onneshon.search import Engine
from onneshon.web import current
from onneshon.web import live as living
from onneshon.web.live import JOIN_SECONDS, LARGE_PAGE, LiveEngine, join_pages, own_memory
from onneshon.web.service import Service, Settings
from tests.building import build_numbered
from tests.fake_engine import FakeEngine


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """The seconds that were set."""
        return self.now


def test_an_index_that_appears_is_opened() -> None:
    """A server started without an index answers from it soon after it exists."""
    clock = Clock()
    found: list[FakeEngine] = []
    live = LiveEngine(lambda: found[0] if found else None, interval=2, clock=clock)
    with pytest.raises(IndexMissingError):
        live.current()
    found.append(FakeEngine())
    clock.now = 1.9
    with pytest.raises(IndexMissingError):
        live.current()
    clock.now = 2.1
    assert live.current() is found[0]


def test_the_reason_an_index_cannot_be_opened_is_passed_on() -> None:
    """A damaged index is not reported as missing."""

    def damaged() -> FakeEngine:
        raise IndexCorruptError("cut short")

    with pytest.raises(IndexCorruptError, match="cut short"):
        LiveEngine(damaged).current()


def test_newer_generations_are_looked_for_now_and_then() -> None:
    """However many requests come, the check is made once an interval."""
    clock, engine = Clock(), FakeEngine()
    live = LiveEngine(engine, interval=1, clock=clock)
    for clock.now in (0.0, 0.5, 0.9, 1.1, 1.2, 3.0):
        assert live.current() is engine
    assert engine.reloads == 3


def test_a_newer_generation_is_looked_for_at_once_when_asked() -> None:
    """An article reported as visible is found by the next request; repeated reports do nothing."""
    clock, engine = Clock(), FakeEngine()
    live = LiveEngine(engine, interval=1, clock=clock)
    clock.now = 5.0
    live.current()
    for _ in range(3):
        live.expect("000002")
        live.current()
    assert engine.reloads == 2
    live.expect("000003")
    live.current()
    assert engine.reloads == 3


def test_generations_that_follow_fast_are_not_each_read_whole() -> None:
    """Verified are the first, and the one that is live when it is time again."""

    class Moving(FakeEngine):
        def reload(self) -> bool:
            return True

    def read(count: int) -> int:
        for thread in [thread for thread in threading.enumerate() if thread.name == "verify"]:
            thread.join(5)
        assert engine.verified == count
        return count

    clock, engine = Clock(), Moving()
    live = LiveEngine(engine, interval=1, clock=clock, verify=True, verify_interval=600)
    read(1)
    for clock.now in (2.0, 4.0, 599.0):
        live.current()
    read(1)
    clock.now = 601.0
    live.current()
    read(2)


def test_what_was_worked_out_is_forgotten_with_its_generation() -> None:
    """A new generation empties the cache; without one it is kept."""

    class Renewed(FakeEngine):
        def reload(self) -> bool:
            return self.count == 2

        count = 1

    clock, engine = Clock(), Renewed()
    live = LiveEngine(engine, interval=1, clock=clock)
    live.current()
    live.cache["examples"] = []
    clock.now = 2
    live.current()
    assert live.cache
    engine.count = 2
    clock.now = 4
    live.current()
    assert not live.cache


def test_a_failed_reload_keeps_the_old_articles() -> None:
    """Yesterday's index is better than none."""

    class Failing(FakeEngine):
        def reload(self) -> bool:
            raise IndexStateError("half written")

    engine = Failing()
    assert LiveEngine(engine).current() is engine


def test_an_engine_that_cannot_move_on_is_reported(caplog: pytest.LogCaptureFixture) -> None:
    """A failing reload is reported while it lasts; the log has each reason once, and again if it recurs."""

    class Staying(FakeEngine):
        trouble = ""

        def reload(self) -> bool:
            if self.trouble:
                raise ConfigurationError(None, "weights.exac", self.trouble)
            return False

    clock, engine = Clock(), Staying()
    live = LiveEngine(engine, interval=1, clock=clock)
    for clock.now, engine.trouble in ((2, ""), (4, "nobody"), (6, "nobody"), (8, ""), (10, "nobody")):
        assert live.current() is engine
        assert live.fault.endswith("weights.exac: nobody" if engine.trouble else "")
        assert bool(live.fault) == bool(engine.trouble)
    assert len(caplog.records) == 2


def test_damage_that_a_search_met_is_reported(caplog: pytest.LogCaptureFixture) -> None:
    """The engine has left that generation; the log says so once, and again if it recurs."""
    clock, engine = Clock(), FakeEngine()
    live = LiveEngine(engine, interval=1, clock=clock)
    for clock.now, engine.warning in ((2, ""), (4, "mended"), (6, "mended"), (8, ""), (10, "mended")):
        assert live.current() is engine
    assert caplog.messages == ["mended", "mended"]


def read_whole() -> None:
    """Wait for verifications in the background."""
    for thread in threading.enumerate():
        if thread.name == "verify":
            thread.join()


def test_each_generation_is_read_whole_beside_the_searches() -> None:
    """A generation is verified after opening and after each reload, and only if ``verify`` is set."""

    class Renewed(FakeEngine):
        newer = False

        def reload(self) -> bool:
            return self.newer

    clock, engine = Clock(), Renewed()
    live = LiveEngine(lambda: engine, interval=1, clock=clock, verify=True)
    for clock.now, engine.newer, readings in ((0, False, 1), (2, False, 1), (4, True, 2), (6, False, 2)):
        live.current()
        read_whole()
        assert engine.verified == readings
    LiveEngine(engine).current()
    read_whole()
    assert engine.verified == 2


@pytest.mark.parametrize(
    ("damage", "level", "said"),
    [("", logging.INFO, "000007 is as it was built"), ("x.inv is damaged", logging.ERROR, "x.inv")],
)
def test_the_log_tells_how_the_files_are(
    caplog: pytest.LogCaptureFixture, damage: str, level: int, said: str
) -> None:
    """One line says whether they are sound, and names the place of damage."""
    with caplog.at_level(logging.INFO, "onneshon.web.live"):
        LiveEngine(FakeEngine(damage=damage), verify=True)
        read_whole()
    (record,) = caplog.records
    assert (record.levelno, said in record.getMessage()) == (level, True)


@pytest.fixture
def no_garbage_is_collected() -> Iterator[None]:
    """Switch the garbage collector off, as in a process that allocates too little."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="/proc tells which files are mapped")
@pytest.mark.usefixtures("no_garbage_is_collected")
def test_generations_that_are_gone_are_let_go_of_though_nobody_asks(tmp_path: Path) -> None:
    """Files of deleted generations are unmapped, so that the disk gets the space freed by ``index gc``."""
    directory = tmp_path / "index"
    build_numbered(directory)
    clock = Clock()
    with Engine.open(directory) as engine:
        live = LiveEngine(engine, clock=clock)
        engine.search("নদী")
        with open_writer(directory) as writer:
            writer.add(Article("new", title="হাওরে শীতের পাখি"))
        generations = Generations(directory)
        generations.remove(generations.superseded())
        assert _gone(directory)
        for clock.now in (10.0, 20.0):
            live.look()
        assert engine.search("হাওরে").total == 1
        assert not _gone(directory)


def _gone(directory: Path) -> list[str]:
    """Mapped files of an index that were deleted."""
    lines = Path("/proc/self/maps").read_text("utf-8").splitlines()
    return [line for line in lines if str(directory) in line and line.endswith("(deleted)")]


def test_a_look_that_finds_no_index_does_no_harm() -> None:
    """The next check finds one."""
    found: list[FakeEngine] = []
    live = LiveEngine(lambda: found[0] if found else None, interval=0)
    live.look()
    found.append(FakeEngine())
    live.look()
    assert live.current() is found[0]


MAPPINGS = """\
55d0c0000000-55d0c0400000 r-xp 00000000 fe:00 1835 /usr/bin/python3.11
55d0c1000000-55d0c1900000 rw-p 00000000 00:00 0    [heap]
7f0000100000-7f0000700000 rw-p 00000000 00:00 0 \n\
7f0001000000-7f0001200000 rw-p 00000000 fe:00 1835 /usr/lib/libpython3.11.so
7f0002000000-7f0003000000 r--s 00000000 fe:00 2041 /নদী/MAIN_bulk.inv
7f0004000000-7f0005000000 rw-s 00000000 00:01 12   /dev/zero (deleted)
7f0006000000-7f0006100000 rw-p 00000000 00:00 0 \n\
7ffd00000000-7ffd00021000 r--p 00000000 00:00 0    [vvar]
"""


def test_whole_large_pages_of_what_a_process_has_for_itself() -> None:
    """The pages are of the heap and anonymous memory; not of files, shared memory or smaller areas."""
    heap = [0x55D0C1000000 + number * LARGE_PAGE for number in range(4)]
    unnamed = [0x7F0000200000 + number * LARGE_PAGE for number in range(2)]
    assert list(own_memory(MAPPINGS)) == [*heap, *unnamed]


@pytest.fixture
def advised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The pages advised to the system, for the mappings above, where large pages are allowed."""
    asked: list[int] = []
    (tmp_path / "maps").write_text(MAPPINGS, "utf-8")
    (tmp_path / "enabled").write_text("always [madvise] never\n", "ascii")
    monkeypatch.setattr(living, "_MAPPINGS", tmp_path / "maps")
    monkeypatch.setattr(living, "_SYSTEM_SAYS", tmp_path / "enabled")
    monkeypatch.setattr(living, "_advise", asked.append)
    return asked


def test_memory_is_joined_where_the_system_joins_any(advised: list[int]) -> None:
    """Most systems do so on request."""
    join_pages()
    assert advised == list(own_memory(MAPPINGS))


def test_one_page_is_joined_when_time_is_up(advised: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """The next check joins another one."""
    clock = Clock()

    def advise(page: int) -> None:
        advised.append(page)
        clock.now += 0.02

    monkeypatch.setattr(living, "_advise", advise)
    join_pages(0.01, clock)
    assert advised == [*own_memory(MAPPINGS)][:1]


def test_memory_stays_as_it_is_where_its_keeper_wants_that(advised: list[int], tmp_path: Path) -> None:
    """A setting of the system forbids it, or it is not Linux."""
    (tmp_path / "enabled").write_text("always madvise [never]\n", "ascii")
    join_pages()
    (tmp_path / "enabled").unlink()
    join_pages()
    assert advised == []


def test_what_memory_holds_stays() -> None:
    """The content is the same whether the system joins pages or not."""
    text = bytearray("পদ্মা নদীর ইলিশ ".encode() * 200_000)
    before = bytes(text)
    join_pages()
    assert text == before


def test_most_memory_is_joined_before_anybody_is_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory is joined after the first tables are read, and without an index, too."""
    done: list[str] = []
    monkeypatch.setattr("onneshon.web.service.join_pages", lambda: done.append("join"))
    Service(Settings(location=tmp_path)).warm()
    assert done == ["join"]


def test_memory_is_joined_after_each_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is joined again after each look, since it keeps growing."""
    done: list[str] = []

    class Watched(LiveEngine):
        def look(self) -> None:
            done.append("look")

    def join(seconds: float) -> None:
        assert seconds == JOIN_SECONDS
        done.append("join")
        if len(done) > 3:
            raise SystemExit

    monkeypatch.setattr(living, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(living, "join_pages", join)
    with pytest.raises(SystemExit):
        Watched(FakeEngine())._stay_fresh()
    assert done == ["look", "join", "look", "join"]


def test_what_is_made_of_an_older_generation_is_not_kept_with_a_newer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A newer generation is opened between looking for what is kept and making it."""

    class Moving:
        """The live engine of a server; the next generation comes as soon as the current one was given."""

        def __init__(self) -> None:
            self.cache: dict[str, str] = {}

        def current(self) -> str:
            self.cache = {}
            return "an older generation"

    moving = Moving()
    monkeypatch.setattr(current, "live", lambda: moving)
    assert current.worked_out("sitemap", str) == "an older generation"
    assert moving.cache == {}

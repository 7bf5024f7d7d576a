"""Searches are counted in a way that reveals nobody."""

import csv
import datetime as dt
import io
import json
import os
import random
import re
import sqlite3
from collections import defaultdict
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from onneshon.index import ConfigurationError
from onneshon.index.commands.main import main
from onneshon.index.configuration import Configuration
from onneshon.search import ResultPage, Understanding
from onneshon.search.results.export import harmless
from onneshon.web import create_app
from onneshon.web.searches.counting import Askers, CountingSettings, SearchCounter, question_of, read_counting
from onneshon.web.searches.store import Counted, SearchStore, SearchStoreError, as_csv
from onneshon.web.service import Service, Settings
from onneshon.web.site.settings import read_site
from tests.fake_engine import FakeEngine

DAY = dt.date(2026, 2, 21)
WORDS = ["নদী", "মেলা", "ভাষা", "আন্দোলন", "ঢাকা", "পদ্মা", "সেতু", "ক্রিকেট", "বাজেট", "ইলিশ", "বন্যা", "বইমেলা"]


class Days:
    """A clock for days that a test sets."""

    def __init__(self) -> None:
        self.now = DAY

    def __call__(self) -> dt.date:
        """The day that was set."""
        return self.now


@pytest.fixture
def today() -> Days:
    """The day of the tests."""
    return Days()


@pytest.fixture
def counter(tmp_path: Path, today: Days) -> SearchCounter:
    """A counter for a site that counts."""
    return SearchCounter(CountingSettings(count=True), SearchStore(tmp_path), today)


def found(query: str, total: int = 3, **values: Any) -> ResultPage:
    """The first page of a search."""
    return ResultPage(query, (), total, 0, 10, 1.0, total_all=total, **values)


def told(counter: SearchCounter, which: Any = "most") -> list[tuple[str, int]]:
    """The texts and numbers of people that the store has for the last days."""
    counter.flush()
    rows = counter.store.ranked(which, DAY - dt.timedelta(100), DAY + dt.timedelta(100))
    return [(row.text, row.people) for row in rows]


def test_the_store_holds_nothing_that_fewer_than_five_people_asked(
    counter: SearchCounter, tmp_path: Path
) -> None:
    """After 10,000 searches of 300 people there is no rarer query, no address, and no time but days."""
    dice = random.Random(7)  # noqa: S311  # the same every time
    people = [f"10.1.{number // 250}.{number % 250 + 1}" for number in range(300)]
    queries = [f"{first} {second}" for first in WORDS for second in WORDS if first != second]
    secrets = [f"গোপন{'কখগঘঙচছজঝঞ'[number]} কথা" for number in range(10)]
    asked: dict[str, set[str]] = defaultdict(set)
    for number in range(10_000):
        query = dice.choice(secrets) if number % 400 == 0 else queries[int(len(queries) * dice.random() ** 6)]
        person = people[0] if number % 400 == 0 else dice.choice(people)
        key, _ = question_of(query) or ("", "")
        asked[key].add(person)
        counter.searched(person, found(query))
        if number % 3 == 0:
            counter.opened(person, query)
        if number % 500 == 0:
            counter.flush()
    counter.flush()
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    with closing(sqlite3.connect(tmp_path / "searches.sqlite")) as connection:
        rows = connection.execute("SELECT * FROM searches").fetchall()
    assert {row[1]: row[3] for row in rows} == {key: len(who) for key, who in asked.items() if len(who) >= 5}
    assert any(len(who) < 5 for who in asked.values())
    assert {row[0] for row in rows} == {"2026-02-21"}
    for person in people:
        assert person.encode() not in kept
    assert "গোপন".encode() not in kept
    assert not re.search(rb"[0-2][0-9]:[0-5][0-9]", kept)
    assert len(rows) > 20


def test_one_person_counts_once_a_query_a_day(counter: SearchCounter, today: Days) -> None:
    """Repetitions and other forms do not count; the count of the next day starts from nothing."""
    for number in range(4):
        for text in ("পদ্মার সেতু", "সেতু পদ্মা", "পদ্মা সেতুতে"):
            counter.searched(f"10.0.0.{number}", found(text))
    assert told(counter) == []
    counter.searched("10.0.0.9", found("পদ্মা ও সেতু"))
    counter.searched("10.0.0.9", found("পদ্মা ও সেতু"))
    assert told(counter) == [("পদ্মা সেতু", 5)]
    counter.searched("10.0.0.10", found("পদ্মা সেতু"))
    assert told(counter) == [("পদ্মা সেতু", 6)]
    today.now += dt.timedelta(1)
    for number in range(4):
        counter.searched(f"10.0.0.{number}", found("পদ্মা সেতু"))
    assert told(counter) == [("পদ্মা সেতু", 6)]


def test_a_small_site_may_count_within_a_week(tmp_path: Path, today: Days) -> None:
    """Five people in a week from Monday are enough; the day is that of the fifth."""
    today.now = dt.date(2026, 2, 16)
    counter = SearchCounter(CountingSettings(count=True, within="week"), SearchStore(tmp_path), today)
    for number in range(5):
        counter.searched(f"10.0.0.{number}", found("নদী"))
        today.now += dt.timedelta(1)
    assert told(counter) == [("নদী", 5)]
    today.now = dt.date(2026, 2, 23)
    for number in range(4):
        counter.searched(f"10.0.0.{number}", found("মেলা"))
    today.now = dt.date(2026, 3, 2)
    counter.searched("10.0.0.9", found("মেলা"))
    assert told(counter) == [("নদী", 5)]


@pytest.mark.parametrize(
    "text",
    ["rahim@example.org", "০১৭১২-৩৪৫৬৭৮", "০১৭ ১২৩ ৪৫৬", "নদী " * 30, '"নদী"', "নদী -মেলা", "id:x", "", "?!"],
)
def test_what_may_tell_of_somebody_or_is_no_question_is_not_counted(
    counter: SearchCounter, text: str
) -> None:
    """Signs of e-mail, six digits, pasted texts, operators, and texts without words are not counted."""
    for number in range(9):
        counter.searched(f"10.0.0.{number}", found(text))
    assert told(counter) == []


def test_latin_queries_are_counted_as_what_they_were_taken_for(counter: SearchCounter) -> None:
    """Latin queries count together with Bengali ones; opening an article counts for the reading."""
    read = Understanding("podda", "পদ্মা", "podda")
    for number in range(5):
        counter.searched(
            f"10.0.0.{number}", found("podda", understanding=read) if number % 2 else found("পদ্মা")
        )
    assert told(counter) == [("পদ্মা", 5)]
    assert told(counter, "unopened") == [("পদ্মা", 5)]
    counter.opened("10.0.0.1", "podda")
    assert told(counter, "unopened") == []


def test_lists_tell_what_was_not_found_what_little_and_what_was_not_opened(counter: SearchCounter) -> None:
    """Queries of most people come first."""
    for number in range(7):
        for text, total in (("নদী", 0), ("মেলা", 2), ("ভাষা", 9)):
            if number < 5 or text != "নদী":
                counter.searched(f"10.0.0.{number}", found(text, total))
        counter.opened(f"10.0.0.{number}", "ভাষা")
        counter.opened(f"10.0.0.{number}", "ইলিশ")
    assert [text for text, _ in told(counter)] == ["ভাষা", "মেলা", "নদী"]
    assert told(counter, "nothing") == [("নদী", 5)]
    assert told(counter, "few") == [("মেলা", 7)]
    assert told(counter, "unopened") == [("মেলা", 7)]
    assert sum(people for _, people in told(counter)) == 19


def test_days_that_are_over_are_forgotten(tmp_path: Path) -> None:
    """Not even bytes of them stay in the file."""
    store = SearchStore(tmp_path)
    store.add([Counted(DAY, "নদি", "নদীপুরাতন", 5, 1, 1)], 30, DAY)
    store.add([Counted(DAY + dt.timedelta(30), "মেলা", "মেলা", 5, 1, 1)], 30, DAY + dt.timedelta(30))
    rows = store.ranked("most", DAY, DAY + dt.timedelta(30))
    assert [row.text for row in rows] == ["মেলা"]
    assert "নদীপুরাতন".encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_processes_that_are_forked_count_people_together() -> None:
    """Five people in five processes count as five."""
    askers = Askers(5)
    for number in range(4):
        child = os.fork()
        if not child:
            os._exit(askers.newly_counted(f"10.0.0.{number}", "নদি", DAY))
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert askers.newly_counted("10.0.0.3", "নদি", DAY) == 0
    assert askers.newly_counted("10.0.0.9", "নদি", DAY) == 5


def test_memory_that_is_full_counts_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counting stops until the next day."""
    monkeypatch.setattr("onneshon.web.searches.counting.PAIRS", 8)
    monkeypatch.setattr("onneshon.web.searches.counting._QUESTIONS", 4)
    askers = Askers(1)
    assert [askers.newly_counted("a", str(number), DAY) for number in range(8)] == [1, 1, 1, 0, 0, 0, 0, 0]
    assert askers.newly_counted("a", "x", DAY + dt.timedelta(1)) == 1


def test_searches_over_http_are_counted_by_the_address_of_the_reader(
    counter: SearchCounter, tmp_path: Path, today: Days
) -> None:
    """Pages and the API count alike, first pages only; IPv6 by network, and a proxy's header is used."""
    app = create_app(FakeEngine(total=30))
    counter.watch(app)
    client = app.test_client()
    for number in range(5):
        where = {"REMOTE_ADDR": f"10.0.0.{number}"}
        path = "/search?q=নদী" if number % 2 else "/api/v1/search?q=নদী"
        assert client.get(path, environ_overrides=where).status_code == 200
        client.get("/search?q=মেলা&page=2", environ_overrides=where)
        client.get("/search?q=ভাষা", environ_overrides={"REMOTE_ADDR": f"2001:db8::{number}"})
        client.get("/api/v1/suggest?q=ঢাকা", environ_overrides=where)
    assert [text for text, _ in told(counter)] == ["নদী"]
    client.get("/article/3?q=নদী&hit=1")
    client.get("/article/3?q=নদী")
    assert told(counter, "unopened") == []
    settings = CountingSettings(count=True, address_header="X-Real-IP")
    behind = SearchCounter(settings, SearchStore(tmp_path / "x"), today)
    (tmp_path / "x").mkdir()
    app = create_app(FakeEngine())
    behind.watch(app)
    for number in range(5):
        app.test_client().get("/search?q=নদী", headers={"X-Real-IP": f"10.0.0.{number}"})
        app.test_client().get("/search?q=মেলা")
    assert told(behind) == [("নদী", 5)]


def test_a_site_that_says_nothing_counts_nothing(sample_index: Path, tmp_path: Path) -> None:
    """A site must switch counting on."""
    assert Settings(location=sample_index).new_counter() is None
    (tmp_path / "onneshon.toml").write_text("[site.searches]\ncount = true\n", "utf-8")
    counter = Settings(location=tmp_path).new_counter()
    assert counter is not None
    service = Service(replace(Settings(location=tmp_path), counter=counter))
    service.start()
    for number in range(5):
        counter.searched(f"10.0.0.{number}", found("নদী"))
    service.close()
    assert SearchStore(tmp_path).ranked("most", dt.date.min, dt.date.max)


@pytest.mark.parametrize(
    ("table", "key"),
    [({"least": 4}, "least"), ({"within": "month"}, "within"), ({"days": 0}, "days"), ({"k": 1}, "k")],
)
def test_settings_that_would_tell_too_much_are_refused(table: dict[str, Any], key: str) -> None:
    """The error names the key; fewer than five people are not allowed."""
    with pytest.raises(ConfigurationError, match=f"site.searches.{key}"):
        read_counting(None, read_site(Configuration(site={"searches": table})).searches)


@pytest.mark.parametrize(
    "text", ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", " =1", "\t=1", "＝1", "\ufeff=1"]
)
def test_no_query_is_a_formula_in_a_spreadsheet(tmp_path: Path, text: str) -> None:
    """An apostrophe makes it text; quotes and line breaks stay inside their cell."""
    store = SearchStore(tmp_path)
    store.add([Counted(DAY, "x", text, 5, 1, 1), Counted(DAY, "y", 'a"b\r\n=1', 5, 1, 1)], 30, DAY)
    rows = [*csv.reader(io.StringIO(as_csv(store.ranked("most", DAY, DAY)).lstrip("\ufeff")))]
    assert rows[1][0] == f"'{text}"
    assert rows[2][0] == 'a"b\r\n=1'
    assert len(rows) == 3
    assert harmless("নদী") == "নদী"


def test_a_file_that_is_none_of_ours_is_reported(
    counter: SearchCounter, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Searches work on, uncounted."""
    (tmp_path / "searches.sqlite").write_bytes(b"no database" * 100)
    for number in range(5):
        counter.searched(f"10.0.0.{number}", found("নদী"))
    counter.flush()
    assert ["Searches were not counted" in message for message in caplog.messages] == [True]
    with pytest.raises(SearchStoreError, match="move it away"):
        counter.store.ranked("most", DAY, DAY)


def test_the_command_shows_and_exports(tmp_path: Path) -> None:
    """The output is text, JSON or CSV."""
    run = partial(CliRunner().invoke, main)
    options = ["searches", "--index", str(tmp_path)]
    assert "nothing was counted" in run(options).output
    today = dt.date.today()  # noqa: DTZ011  # as the command has it
    SearchStore(tmp_path).add(
        [Counted(today, "নদি", "নদী", 5, 0, 0), Counted(today, "মেলা", "মেলা", 9, 3, 2)], 30, today
    )
    assert [line.split()[1] for line in run(options).output.splitlines()] == ["মেলা", "নদী"]
    assert "নদী" in run([*options, "--which", "nothing"]).output
    (row,) = json.loads(run([*options, "--which", "few", "--json"]).output)
    assert (row["text"], row["people"]) == ("মেলা", 9)
    assert run([*options, "--csv", str(tmp_path / "x.csv")]).output == f"{tmp_path / 'x.csv'}: 2 queries\n"
    assert (tmp_path / "x.csv").read_text("utf-8").splitlines()[1].startswith("মেলা,9,3,2,0,")

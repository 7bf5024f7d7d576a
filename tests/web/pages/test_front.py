import datetime as dt
from dataclasses import replace

import pytest

from onneshon.index import Article
from onneshon.search import Engine
from onneshon.web import create_app
from onneshon.web.pages.front import NEWEST, front

TODAY = dt.date(2026, 3, 11)


def _article(day: str | None, category: str = "খেলা") -> Article:
    date = dt.date.fromisoformat(day) if day else None
    return Article(day or "undated", f"খবর {day}", "নদীর খবর", date, category)


def _front(*days: str | None, day: dt.date = TODAY) -> tuple[list[str], list[str], bool]:
    with Engine.of([_article(written) for written in days]) as engine:
        found = front(engine, day)
    return (
        [article.id for article in found.newest],
        [article.id for article in found.remembered],
        found.exactly,
    )


def test_the_newest_come_first() -> None:
    """There are as many as fit on a phone; undated articles are left out."""
    newest, remembered, _ = _front(*(f"2026-01-0{day}" for day in range(1, 8)), None)
    assert newest == [f"2026-01-0{day}" for day in range(7, 7 - NEWEST, -1)]
    assert remembered == []


def test_articles_of_the_same_words_are_each_shown() -> None:
    """A search groups near-duplicates; the front page shows each."""
    days = ("2026-03-10", "2026-03-09", "2020-03-11", "2018-03-11")
    body = "পদ্মা নদীর দুই তীরে চর জেগেছে, জেলেরা ভোরে নৌকা নিয়ে ইলিশ ধরতে বের হন। " * 6
    with Engine.of([replace(_article(day), title="নদী", body=body) for day in days]) as engine:
        found = front(engine, TODAY)
    assert [article.id for article in found.newest] == [*days]
    assert [article.id for article in found.remembered] == [*days[2:]]


def test_this_day_in_earlier_years_is_remembered() -> None:
    """There must be two at least; otherwise the days around it are used."""
    days = ("2020-03-11", "2018-03-11", "2019-03-12", "2024-06-01")
    assert _front(*days)[1:] == (["2020-03-11", "2018-03-11"], True)
    assert _front(*days[1:], "2021-03-09")[1:] == (["2021-03-09", "2019-03-12", "2018-03-11"], False)
    assert _front("2026-03-11", "2020-03-11", "2020-09-01")[1] == []


def test_no_more_are_remembered_than_the_last_four_of_thirty_years() -> None:
    """The years begin with the last one; older articles are left out."""
    assert _front("2025-03-11", "1996-03-11", "1995-03-11")[1] == ["2025-03-11", "1996-03-11"]
    assert _front("1995-03-11", "1994-03-11")[1] == []
    years = [f"{year}-03-11" for year in range(2025, 2018, -1)]
    assert _front(*years)[1] == years[:4]
    assert _front("2025-03-08", "2024-03-14", "2023-03-07", "2022-03-15")[1] == ["2025-03-08", "2024-03-14"]


def test_a_leap_day_has_no_twin_in_most_years() -> None:
    """In other years it has no day of its own."""
    assert _front("2020-02-29", "2016-02-29", "2019-03-01", day=dt.date(2024, 2, 29))[1:] == (
        ["2020-02-29", "2016-02-29"],
        True,
    )


@pytest.mark.parametrize("dated", [True, False])
def test_a_home_page_shows_what_there_is(dated: bool) -> None:
    """A site without dates has its sections and ways to search; one with dates has the newest."""
    article = _article("2026-03-10" if dated else None)
    clock = dt.datetime(2026, 3, 11, 9, tzinfo=dt.UTC)
    with Engine.of([article]) as engine:
        html = create_app(engine, clock=lambda: clock).test_client().get("/").get_data(as_text=True)
    assert ("নতুন নিবন্ধ" in html, "গতকাল" in html, "খবর 2026-03-10" in html) == (dated, dated, dated)
    assert "খেলা" in html
    assert ('class="ways"' in html) is not dated

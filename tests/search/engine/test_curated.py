"""Pinned pages: which articles pins put first or never show, for which queries, page by page."""

import datetime as dt
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from onneshon.index import Article, build
from onneshon.search import Engine, Pin, ResultPage, SearchRequest
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
    """An index to which tests add pins."""
    directory = tmp_path_factory.mktemp("pins") / "index"
    build(ARTICLES, directory)
    return directory


@pytest.fixture(scope="module")
def opened(built: Path) -> Iterator[Engine]:
    """An open engine over that index."""
    with Engine.open(built, time_limit=None) as engine:
        yield engine


@pytest.fixture
def engine(opened: Engine, built: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The same engine without pins, on the day ``WITHIN``."""
    monkeypatch.setattr(opened._pins, "today", lambda: WITHIN)
    yield opened
    (built / "pins.json").unlink(missing_ok=True)
    assert opened._pins.file
    opened._pins.file.look_again()


def pin(engine: Engine, *queries: str, **values: Any) -> Pin:
    """Add a pin that the engine knows at once."""
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
    """A pin applies to other forms, another order, Latin letters and added function words."""
    pin(engine, "পদ্মা নদী", first=("cricket",))
    page = engine.search(text)
    assert ids(page)[:2] == ["cricket", "n0"]
    assert [hit.pinned for hit in page][:2] == [True, False]


@pytest.mark.parametrize("text", ["পদ্মা", "পদ্মা নদী মেলা", "পদ্মা নদী -মেলা", "+পদ্মা নদী", "মেঘনা নদী", "*"])
def test_an_exact_pin_holds_for_nothing_else(engine: Engine, text: str) -> None:
    """An exact pin does not apply to fewer or more words, other words, or the same words with operators."""
    pin(engine, "পদ্মা নদী", first=("cricket",))
    assert not any(hit.pinned for hit in engine.search(text))


def test_a_pin_of_a_beginning_holds_for_that_beginning(engine: Engine) -> None:
    """A pin for a prefix applies to no other prefix, and to no whole word with that prefix."""
    pin(engine, "ক্রিকে*", first=("n0",))
    assert ids(engine.search("ক্রিকে*"))[0] == "n0"
    for text in ("ফুটব*", "ক্রিকেট", "শিরোনাম:ক্রিকে*"):
        assert not any(hit.pinned for hit in engine.search(text))


def test_a_pin_by_words_holds_where_all_of_them_are_asked_for(engine: Engine) -> None:
    """Other words do not matter; a required word is required of the pinned articles as well."""
    pin(engine, "নদী", match="words", first=("m3", "cricket"))
    assert ids(engine.search("পদ্মা নদীর খবর"))[:2] == ["m3", "cricket"]
    assert ids(engine.search("নদী +মেলা"))[0] == "m3"
    assert "cricket" not in ids(engine.search("নদী +মেলা"))
    assert not any(hit.pinned for hit in engine.search("মেলা"))


def test_what_comes_first_passes_the_filters_and_no_order_by_day(engine: Engine) -> None:
    """A filter also applies to pinned articles; in an order by date nothing is pinned."""
    pin(engine, "ক্রিকেট ফুটবল", first=("n0", "cricket"))
    assert ids(engine.search("ফুটবল ক্রিকেট"))[0] == "n0"
    assert ids(engine.search("ফুটবল ক্রিকেট", category="খেলা")) == ["cricket", "football"]
    assert ids(engine.search("ফুটবল ক্রিকেট", sort="newest")) == ["football", "cricket"]


def test_totals_and_facets_count_what_comes_first_and_not_what_is_never_shown(engine: Engine) -> None:
    """Every article is counted once."""
    before = engine.search("নদী", facets=["category"], group=False)
    pin(engine, "নদী", first=("cricket", "n2"), never=("n0", "n1"))
    page = engine.search("নদী", facets=["category"], group=False)
    assert page.total == before.total - 2 + 1
    assert page.total_all == before.total_all - 2
    counted = {value.value: value.count for value in page.facets["category"].values}
    assert counted == {"পরিবেশ": 2, "খেলা": 1}
    assert {"n0", "n1"}.isdisjoint(ids(engine.search("নদী", limit=50, sort="newest")))


def test_a_facet_counts_what_choosing_its_value_puts_first(engine: Engine) -> None:
    """A facet counts the pinned articles although the filter in force excludes them all."""
    pin(engine, "নদী", first=("cricket", "n2"))
    page = engine.search("নদী", category="জাতীয়", facets=["category"], group=False)
    assert page.total == 0
    counted = {value.value: value.count for value in page.facets["category"].values}
    assert counted == {"পরিবেশ": 4, "খেলা": 1}
    for category, count in counted.items():
        assert engine.search("নদী", category=category, group=False).total == count


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 50])
@pytest.mark.parametrize("by_cursor", [False, True])
def test_pages_show_each_article_once_and_in_one_order(engine: Engine, limit: int, by_cursor: bool) -> None:
    """Each article is shown once, by number and by cursor, also where a page ends among pinned articles."""
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


def test_a_cursor_that_ends_among_those_that_come_first_counts_on(engine: Engine) -> None:
    """An offset counts from the cursor; where all is shown, there is no cursor."""
    pin(engine, "নদী", first=("m5", "cricket", "m7"))
    whole = ids(engine.search("নদী", limit=50, group=False))
    cursor = engine.search("নদী", limit=1, group=False).cursor
    assert ids(engine.search("নদী", limit=3, group=False, cursor=cursor, offset=1)) == whole[2:5]
    pin(engine, "শালিক", first=("m1", "m2"))
    assert [engine.search("শালিক", limit=limit).cursor is None for limit in (1, 2, 3)] == [False, True, True]


def test_what_comes_first_is_shown_though_it_says_nearly_the_same() -> None:
    """Pinned near-duplicates are not grouped: an editor chose both. An empty query has no pins."""
    text = " ".join(f"{river} নদীর ধারে {at} দিনের মেলা" for at, river in enumerate(RIVERS * 3))
    alike = [Article("a", "মেলা", text), Article("b", "মেলা", f"{text} আজ"), Article("c", "নদী", "চর")]
    pins = [Pin(("চর",), first=("a", "b"))]
    with Engine.of(alike) as engine:
        assert len(engine.search("মেলা")) == engine.search("মেলা").grouped == 1
        assert ids(engine.as_if("চর", pins=pins)) == ["a", "b", "c"]
        assert ids(engine.as_if(" ", pins=pins)) == []


def test_nothing_comes_first_where_nothing_is_asked(engine: Engine) -> None:
    """An empty query has no hits, whatever pins there are."""
    pin(engine, "নদী", match="words", first=("cricket",))
    assert ids(engine.search(" ")) == []


def test_a_cursor_is_refused_once_the_pins_are_others(engine: Engine) -> None:
    """A cursor from before a change of pins would skip articles or repeat some."""
    pin(engine, "নদী", first=("m5",))
    cursor = engine.search("নদী", limit=2).cursor
    pin(engine, "নদী", first=("m6",))
    with pytest.raises(Exception, match="search again without a cursor"):
        engine.search("নদী", limit=2, cursor=cursor)


def test_pins_hold_from_a_day_until_a_day(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both days are included; the engine's ``edition`` changes with the day."""
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
    """Of several pins the one for the exact query goes first, and ``never`` outweighs ``first``."""
    pin(engine, "নদী", match="words", first=("cricket", "m1"), never=("m4",))
    pin(engine, "পদ্মা নদী", first=("m4", "football"))
    assert ids(engine.search("পদ্মা নদী"))[:3] == ["football", "cricket", "m1"]


def test_explanations_say_which_pin_put_an_article_first(engine: Engine) -> None:
    """Explanations of a hit and of an article name the pin; the parts still add up."""
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
    """Each of several searches in one call gets its own pins, as it does by itself."""
    pin(engine, "নদী", first=("cricket",))
    pages = engine.multi_search([SearchRequest("নদী"), SearchRequest("মেলা")])
    firsts = [page.hits[0] for page in pages if isinstance(page, ResultPage)]
    assert [hit.pinned for hit in firsts] == [True, False]


def test_the_page_and_the_api_say_what_an_editor_chose(engine: Engine) -> None:
    """The page has a label in the reader's language, and the API a flag; a hit looks the same otherwise."""
    pin(engine, "নদী", first=("cricket",))
    client = create_app(engine).test_client()
    assert client.get("/search?q=নদী").get_data(as_text=True).count("সম্পাদকের বাছাই") == 1
    assert "Editor&#39;s choice" in client.get("/search?q=নদী&lang=en").get_data(as_text=True)
    hits = client.get("/api/v1/search?q=নদী").get_json()["hits"]
    assert [hit["pinned"] for hit in hits[:2]] == [True, False]


def test_the_api_takes_the_cursor_of_a_page_that_ends_among_those_that_come_first(engine: Engine) -> None:
    """The API accepts every cursor it gave; this one contains more than others do."""
    pin(engine, "নদী", first=("m5", "cricket", "m7"))
    client = create_app(engine).test_client()
    first = client.get("/api/v1/search?q=নদী&limit=2").get_json()
    following = client.get(f"/api/v1/search?q=নদী&limit=1&cursor={first['cursor']}").get_json()
    assert [hit["id"] for hit in following["hits"]] == ["m7"]

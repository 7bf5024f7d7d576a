"""Filters, facets and orders on the page are plain links and one plain form, which need no scripts."""

import datetime as dt
import json
import re
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from onneshon.index import Article, build
from onneshon.index.configuration import Configuration, DateOrder, FacetSettings, KeywordField
from onneshon.search import Engine, FieldFilter, SearchRequest
from onneshon.web import create_app
from onneshon.web.pages.listing import Listing
from onneshon.web.pages.narrowing import Drill, drill
from tests.fake_engine import FakeEngine


@pytest.fixture(scope="module")
def client(sample_engine: Engine) -> FlaskClient:
    """A client of an application over the sample articles."""
    return create_app(sample_engine).test_client()


def _links(html: str) -> list[str]:
    return [unescape(link) for link in re.findall(r'href="(/search\?[^"]*)"', html)]


def _found(client: FlaskClient, url: str) -> str:
    return str(re.findall(r"<h1>(.*?)</h1>", client.get(url).get_data(as_text=True))[0])


def test_every_filter_of_the_address_reaches_the_engine() -> None:
    """Filters have the API's names, except ``article_lang``, since ``lang`` is the language of the page."""
    engine = FakeEngine()
    address = (
        "/search?q=ক&page=2&literal=1&category=A&category=B&-category=C&author=D&article_lang=bn&lang=en"
        "&date=২০১৯..&-date=2020&id=1&sort=newest&freshness=30&category=%20"
    )
    assert create_app(engine).test_client().get(address).status_code in {200, 404}
    assert engine.asked == [
        SearchRequest(
            "ক",
            offset=10,
            literal=True,
            filters=(
                FieldFilter("category", ("A", "B")),
                FieldFilter("author", ("D",)),
                FieldFilter("lang", ("bn",)),
                FieldFilter("date", ("২০১৯..",)),
                FieldFilter("id", ("1",)),
                FieldFilter("category", ("C",), negated=True),
                FieldFilter("date", ("2020",), negated=True),
            ),
            sort="newest",
            freshness=30,
            facets=("category", "author", "year"),
            facet_limit=8,
        )
    ]


def test_a_value_is_chosen_with_the_spaces_that_articles_have() -> None:
    """A value without the spaces is another one, which other articles have, or none."""
    sections = {"১": "খেলা ", "২": "খেলা", "৩": "\tমঞ্চ"}
    with Engine.of([Article(name, "নদীর খবর", category=sections[name]) for name in sections]) as engine:
        asking = create_app(engine).test_client()
        for name, section in sections.items():
            exported = asking.get(
                "/export", query_string={"q": "নদী", "category": section, "format": "jsonl"}
            )
            assert [json.loads(line)["id"] for line in exported.text.splitlines()] == [name]


def test_the_count_beside_a_link_is_what_the_link_finds(client: FlaskClient) -> None:
    """The count of every value of every field is the total behind its link; the choice can be undone."""
    html = client.get("/search?q=বাংলাদেশ&lang=en").get_data(as_text=True)
    offered = re.findall(
        r'</label><a href="([^"]*)" rel="nofollow"><(?:bdi|span)>.*?<span class="number">(\d+)</span></a>',
        html,
    )
    assert len(offered) > 10
    for link, count in offered:
        found = client.get(unescape(link)).get_data(as_text=True)
        assert f"Found in {count} article" in found
        assert 'aria-current="true"' in found
        assert any(urlsplit(back).query.startswith("q=") and "category" not in back for back in _links(found))


def test_values_of_a_field_add_up(client: FlaskClient) -> None:
    """A second value widens the search, and the field's own counts stay."""
    page = client.get("/search?q=বাংলাদেশ&category=ইতিহাস").get_data(as_text=True)
    links = [parse_qs(urlsplit(link).query).get("category") for link in _links(page)]
    assert any(chosen and len(chosen) == 2 and chosen[0] == "ইতিহাস" for chosen in links)


def test_orders_are_links(client: FlaskClient) -> None:
    """The current order is marked, and its dates are in order."""
    html = client.get("/search?q=বাংলাদেশ&sort=oldest").get_data(as_text=True)
    assert re.search(r'aria-current="true">পুরোনো আগে', html)
    days = re.findall(r'<time datetime="([^"]*)"', html)
    assert days == sorted(days) != []


def test_links_of_pages_keep_what_was_chosen(client: FlaskClient) -> None:
    """The next page, the other language and the JSON are of the same search."""
    html = client.get("/search?q=বাংলাদেশ&sort=newest&-category=ইতিহাস").get_data(as_text=True)
    following = next(unescape(link) for link in re.findall(r'rel="next" href="([^"]*)"', html))
    assert parse_qs(urlsplit(following).query) == {
        "q": ["বাংলাদেশ"],
        "sort": ["newest"],
        "-category": ["ইতিহাস"],
        "page": ["2"],
    }
    other = next(unescape(link) for link in re.findall(r'class="language" href="([^"]*)"', html))
    assert parse_qs(urlsplit(other).query)["-category"] == ["ইতিহাস"]
    program = next(unescape(link) for link in re.findall(r'href="(/api/[^"]*)"', html))
    answer = client.get(program).get_json()
    assert answer["sort"] == "newest"
    assert all(hit["category"] != "ইতিহাস" for hit in answer["hits"])


def test_days_are_chosen_in_a_form_that_keeps_the_rest(client: FlaskClient) -> None:
    """All parameters but the date are kept; an unreadable date is reported."""
    address = "/search?q=বাংলাদেশ&category=ইতিহাস&since=2023-01-01&until="
    html = client.get(address).get_data(as_text=True)
    form = html.split('class="facets"')[1].split("</form>")[0]
    assert 'name="category" value="ইতিহাস"' in form
    assert 'name="since" value="2023-01-01"' in form
    assert 'type="hidden" name="since"' not in form
    days = re.findall(r'<time datetime="([^"]*)"', html)
    assert days
    assert min(days) >= "2023-01-01"
    refused = client.get("/search?q=বাংলাদেশ&date=একদিন")
    assert refused.status_code == 400
    assert "তারিখটি বোঝা গেল না" in refused.get_data(as_text=True)


@pytest.mark.parametrize("text", ["একদিন", "2019..2021", "২০২০-১৩"])
def test_a_day_that_cannot_be_read_is_reported_and_ignored(client: FlaskClient, text: str) -> None:
    """The rest of the form applies, the field keeps the typed text, and links leave it out."""
    html = client.get(f"/search?q=বাংলাদেশ&since={text}&until=মার্চ ২০২৩").get_data(as_text=True)
    assert f"‘<bdi>{text}</bdi>’ তারিখ হিসেবে বোঝা যায়নি" in html
    fields = {
        name: (value, "invalid" in rest)
        for name, value, rest in re.findall(r'<input type="text" name="(\w+)" value="([^"]*)"([^>]*)>', html)
    }
    assert fields == {"since": (text, True), "until": ("মার্চ ২০২৩", False)}
    assert max(re.findall(r'<time datetime="([^"]*)"', html)) <= "2023-03-31"
    asked = [parse_qs(urlsplit(link).query) for link in _links(html)]
    assert [address for address in asked if "since" in address] == [
        address for address in asked if "lang" in address
    ]


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ("q=(((", 400),
        ("q=ভিড়", 503),
        ("q=boom", 500),
        ("q=ক&page=101", 400),
        ("q=ক&date=কাল", 400),
        ("q=ক&-date=কাল", 400),
        ("q=ক&sort=best", 400),
        ("q=ক&freshness=-1", 400),
        ("q=ক&since=কাল&page=101", 400),
    ],
)
def test_a_failure_keeps_the_filters_but_what_is_at_fault(fault: str, status: int) -> None:
    """The search box of the error page keeps the chosen filters."""
    client = create_app(FakeEngine()).test_client()
    answer = client.get(f"/search?category=ইতিহাস&-author=ক&article_lang=bn&lang=en&{fault}")
    assert answer.status_code == status
    fields = re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', answer.get_data(as_text=True))
    assert fields == [("category", "ইতিহাস"), ("-author", "ক"), ("article_lang", "bn"), ("lang", "en")]


def test_a_failure_elsewhere_has_no_filters(client: FlaskClient) -> None:
    """Filters belong to results."""
    assert 'type="hidden"' not in client.get("/nothing?category=ইতিহাস").get_data(as_text=True)


@pytest.mark.parametrize(("typed", "field"), [("date:abc", "date"), ("lang:12", "lang")])
def test_a_field_with_a_value_that_it_cannot_have_is_reported(
    client: FlaskClient, typed: str, field: str
) -> None:
    """The field exists; the message is about its value."""
    html = client.get(f"/search?q={typed} বাংলাদেশ").get_data(as_text=True)
    assert f"‘<bdi>{field}</bdi>’-এর পরের লেখাটি" in html
    assert "নামে খোঁজার কোনো ঘর নেই" not in html
    assert html.count('<p class="note') == 1


def test_what_stands_over_a_hit_narrows_to_it(client: FlaskClient) -> None:
    """A hit's category and author are links that keep the rest, and plain text once chosen."""
    html = client.get("/search?q=বাংলাদেশ&sort=newest").get_data(as_text=True)
    links = re.findall(r'<a class="(category|author)" href="([^"]*)"[^>]*><bdi>(.*?)</bdi>', html)
    assert {kind for kind, _, _ in links} == {"category", "author"}
    for kind, link, value in links[:6]:
        asked = parse_qs(urlsplit(unescape(link)).query)
        assert asked == {"q": ["বাংলাদেশ"], "sort": ["newest"], kind: [unescape(value)]}
        chosen = client.get(unescape(link)).get_data(as_text=True)
        assert f'<span class="{kind}"><bdi>{value}</bdi></span>' in chosen
        assert f'<a class="{kind}"' not in chosen


def test_an_article_leads_to_others_of_its_category_and_author(client: FlaskClient) -> None:
    """The links lead to all articles of them, whatever was searched for, and the page counts articles."""
    html = client.get("/article/history-01-bhasha-andolon?q=ভাষা").get_data(as_text=True)
    links = re.findall(r'<a class="(?:category|author)" [^>]*href="([^"]*)"', html)
    assert len(links) == 2
    for link in links:
        assert re.fullmatch("[০-৯]+টি নিবন্ধে পাওয়া গেছে", _found(client, unescape(link)))


def test_where_no_article_has_a_date_none_can_be_chosen() -> None:
    """Neither days nor orders by date are offered; a date that was chosen can be changed."""
    with Engine.of([Article("1", "নদী", category="ক")]) as engine:
        client = create_app(engine).test_client()
        html = client.get("/search?q=নদী").get_data(as_text=True)
        assert 'id="facet-category"' in html
        assert 'id="dates"' not in html
        assert 'id="sort"' not in html
        assert 'name="since"' in client.get("/search?q=নদী&since=2020").get_data(as_text=True)


def test_articles_shown_one_by_one_can_be_folded_again() -> None:
    """The page says that it shows each, and its link back keeps the filters."""
    client = create_app(FakeEngine()).test_client()
    html = client.get("/search?q=ছাঁকনি&group=off&category=ইতিহাস").get_data(as_text=True)
    (link,) = re.findall(r'আলাদা করে দেখানো হচ্ছে। <a href="([^"]*)"', html)
    assert parse_qs(urlsplit(unescape(link)).query) == {"q": ["ছাঁকনি"], "category": ["ইতিহাস"]}
    assert "আলাদা করে দেখানো" not in client.get("/search?q=ছাঁকনি").get_data(as_text=True)


@pytest.mark.parametrize(
    ("given", "date"),
    [("since=2020-01-01&until=2020-06-30", "2020-01-01..2020-06-30"), ("since=&until=2020", "..2020")],
)
def test_two_days_are_one_filter(given: str, date: str) -> None:
    """First and last day are one filter for the engine and for the API link."""
    engine = FakeEngine()
    html = create_app(engine).test_client().get(f"/search?q=ক&{given}").get_data(as_text=True)
    assert engine.asked[-1].filters == (FieldFilter("date", (date,)),)
    program = next(unescape(link) for link in re.findall(r'href="(/api/v1/search[^"]*)"', html))
    assert parse_qs(urlsplit(program).query)["date"] == [date]


def test_an_unknown_value_leads_to_the_nearest(client: FlaskClient) -> None:
    """One link leads there, with the rest of the search unchanged."""
    html = client.get("/search?q=বাংলাদেশ&category=ইতিহাশ").get_data(as_text=True)
    assert "কোনো নিবন্ধে নেই" in html
    link = next(link for link in _links(html) if parse_qs(urlsplit(link).query).get("category") == ["ইতিহাস"])
    assert "টি নিবন্ধে" in _found(client, link)
    html = client.get("/search?q=বাংলাদেশ&date=1757").get_data(as_text=True)
    assert html.count("note unknown") == 1
    assert "১৭৫৭" in html
    link = next(
        link for link in _links(html) if parse_qs(urlsplit(link).query).get("date", ["1757"]) != ["1757"]
    )
    assert "টি নিবন্ধে" in _found(client, link)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("since=1990&until=1995", "from 1990 until 1995"),
        ("until=1995-02", "until February 1995"),
        ("date=1990..1995", "from 1990 until 1995"),
    ],
)
def test_a_span_of_no_article_leads_to_the_nearest(client: FlaskClient, given: str, told: str) -> None:
    """The span is written in words, and one link leads to the nearest, without the first and last day."""
    html = client.get(f"/search?q=*&lang=en&group=off&{given}").get_data(as_text=True)
    (note,) = re.findall(r'<p class="note unknown">.*?</p>', html, re.DOTALL)
    assert f"No article is dated <bdi>{told}</bdi>." in note
    (link,) = _links(note)
    asked = parse_qs(urlsplit(link).query)
    assert {*asked} == {"q", "lang", "group", "date"}
    assert len(asked["date"]) == 1
    assert "Found in" in _found(client, link)


def test_a_span_beside_other_dates_is_replaced_alone() -> None:
    """The other dates are filters of their own."""
    listing = Listing({"q": ("ক",), "date": ("2020", "2021"), "since": ("1990 ",), "until": ("1995",)})
    with create_app(FakeEngine()).test_request_context():
        address = listing.replacing("date", "1990..1995", "1996")
        assert address is not None
        assert parse_qs(urlsplit(address).query)["date"] == ["2020", "2021", "1996"]
        assert "1990" not in address
        assert listing.replacing("date", "1990..1994", "1996") is None


def test_nothing_found_blames_the_filters_where_there_are_some(client: FlaskClient) -> None:
    """The word may be in other articles; without filters to change nothing is offered."""
    html = client.get("/search?q=বাংলাদেশ&date=1900").get_data(as_text=True)
    assert "এই ছাঁকনির কোনো লেখায়" in html
    assert 'class="chosen"' in html
    assert 'class="narrow"' in html
    assert 'id="sort"' not in html
    (without,) = re.findall(r'href="([^"]*)">ছাঁকনি ছাড়া খুঁজুন', html)
    assert parse_qs(urlsplit(unescape(without)).query) == {"q": ["বাংলাদেশ"]}
    html = client.get("/search?q=ঝঝঝঝঝঝ").get_data(as_text=True)
    assert "কোনো লেখায় পাওয়া যায়নি" in html
    assert 'class="narrow"' not in html


def test_more_values_are_a_link_away(client: FlaskClient) -> None:
    """The list is short at first, and a link shows more values."""
    html = client.get("/search?q=বাংলাদেশ").get_data(as_text=True)
    link = next(link for link in _links(html) if "more=1" in link)
    value = 'rel="nofollow"><bdi>'
    assert client.get(link).get_data(as_text=True).count(value) > html.count(value)


def test_other_readings_keep_the_filters() -> None:
    """A literal search and other readings keep the category."""
    page = (
        create_app(FakeEngine()).test_client().get("/search?q=bangladesher itihas&category=ইতিহাস&group=off")
    )
    links = [parse_qs(urlsplit(link).query) for link in _links(page.get_data(as_text=True))]
    kept = [link for link in links if link["q"] == ["বাংলাদেশি itihas"] or link.get("literal") == ["1"]]
    assert len(kept) > 1
    assert all(link["category"] == ["ইতিহাস"] and link["group"] == ["off"] for link in kept)


SITE = Configuration(
    fields=(
        KeywordField("section", labels={"bn": "পাতা <b>", "en": "Page"}),
        KeywordField("tags", several=True),
        KeywordField("hidden", facet=False),
    )
)
TAGGED = [
    Article("1", "পদ্মা নদী", "চর", lang="en", keywords={"section": ("প্রথম",), "tags": ("চর", "জল")}),
    Article("2", "মেঘনা নদী", "জল", keywords={"section": ("শেষ",), "tags": ("জল",), "hidden": ("ক",)}),
]


def test_fields_of_a_site_are_counted_and_chosen() -> None:
    """A site's fields have their labels and counts, next to categories; a choice can be undone."""
    with Engine.of(TAGGED, configuration=SITE) as engine:
        client = create_app(engine).test_client()
        html = client.get("/search?q=নদী").get_data(as_text=True)
        assert re.findall(r'id="facet-(\w+)">([^<]*)<', html) == [
            ("section", "পাতা &lt;b&gt;"),
            ("tags", "tags"),
        ]
        links = [link for link in _links(html) if "tags=" in link or "section=" in link]
        assert len(links) == 4
        for link in links:
            (name, (value,)), *_ = [(n, v) for n, v in parse_qs(urlsplit(link).query).items() if n != "q"]
            chosen = client.get(link).get_data(as_text=True)
            number = sum(value in article.keywords.get(name, ()) for article in TAGGED)
            assert chosen.count('class="hit"') == number
            assert "/search?q=%E0%A6%A8%E0%A6%A6%E0%A7%80" in chosen
            assert all(f"{name}=" in other for other in re.findall(r'href="([^"]*lang=en[^"]*)"', chosen))
        negated = client.get("/search?q=নদী&-section=শেষ&lang=en").get_data(as_text=True)
        assert re.search("not Page: [^\n]*শেষ", negated)
        assert negated.count('class="hit"') == 1
        assert re.search("tags: [^\n]*জল", client.get("/article/2").get_data(as_text=True))


@pytest.mark.parametrize(
    ("shown", "lists", "bars"),
    [
        (("tags",), ["tags"], 0),
        (("lang", "section"), ["lang", "section"], 0),
        (("year", "section"), ["section"], 1),
        (("month",), [], 1),
        ((), [], 0),
    ],
)
def test_a_site_says_what_is_counted(shown: tuple[str, ...], lists: list[str], bars: int) -> None:
    """A site's order and number of values apply; dates are counted as years, months or days."""
    site = Configuration(fields=SITE.fields, facets=FacetSettings(shown, limit=1, more=5))
    articles = [*TAGGED, Article("3", "নদী", date=dt.date(2020, 6, 15))]
    with Engine.of(articles, configuration=site) as engine:
        client = create_app(engine).test_client()
        html = client.get("/search?q=নদী").get_data(as_text=True)
        assert re.findall(r'id="facet-(\w+)"', html) == lists
        assert html.count('class="bars"') == bars
        if shown == ("tags",):
            assert len([link for link in _links(html) if "tags=" in link]) == 1
            more = client.get("/search?q=নদী&more=1").get_data(as_text=True)
            assert len([link for link in _links(more) if "tags=" in link]) == 2
        for link in _links(html):
            assert client.get(link).status_code == 200


def _bars(html: str) -> list[tuple[str, str, str]]:
    """The label, number and address of each bar."""
    part = html.partition('class="bars"')[2].partition("</ul>")[0]
    found = re.findall(r'href="([^"]*)".*?<span>(.*?)</span>.*?<span class="number">(.*?)</span>', part)
    return [(label, number, unescape(link)) for link, label, number in found]


@pytest.mark.parametrize(
    ("chosen", "period"),
    [("", "year"), ("date=2020", "month"), ("date=2020-02", "day"), ("date=2020-02-21", "day")],
)
def test_of_a_year_its_months_are_counted_and_of_a_month_its_days(chosen: str, period: str) -> None:
    """Months or days replace the years; other facets stay."""
    engine = FakeEngine()
    create_app(engine).test_client().get(f"/search?q=নদী&{chosen}")
    assert engine.asked[0].facets == ("category", "author", period)


def test_years_open_into_months_and_months_into_days() -> None:
    """Each bar is a link with its count, and a link leads up; later years hide nothing."""
    dates = [dt.date(1971, 3, 7), dt.date(1971, 3, 26), dt.date(1971, 3, 26), dt.date(1971, 12, 16)]
    dates += [dt.date(1980, 1, 1) + dt.timedelta(days=number) for number in range(1500)]
    articles = [Article(str(number), "নদী", date=day) for number, day in enumerate(dates)]
    with Engine.of(articles) as engine:
        client = create_app(engine).test_client()
        years = client.get("/search?q=নদী&group=off").get_data(as_text=True)
        (of_1971,) = [link for label, number, link in _bars(years) if (label, number) == ("১৯৭১", "৪")]
        months = client.get(of_1971).get_data(as_text=True)
        assert "৪টি নিবন্ধে পাওয়া গেছে" in months
        assert [(label, number) for label, number, _ in _bars(months)] == [
            ("ডিসেম্বর ১৯৭১", "১"),
            ("মার্চ ১৯৭১", "৩"),
        ]
        assert ">সব বছর</a>" in months
        days = client.get(_bars(months)[1][2]).get_data(as_text=True)
        assert [(label, number) for label, number, _ in _bars(days)] == [
            ("২৬ মার্চ ১৯৭১", "২"),
            ("৭ মার্চ ১৯৭১", "১"),
        ]
        assert ">১৯৭১</a>" in days
        day = client.get(_bars(days)[0][2]).get_data(as_text=True)
        assert "২টি নিবন্ধে পাওয়া গেছে" in day
        assert ">মার্চ ১৯৭১</a>" in day
        assert [label for label, _, _ in _bars(day)] == ["২৬ মার্চ ১৯৭১"]


@pytest.mark.parametrize(
    ("dates", "level", "first", "last", "count"),
    [
        (["2024"], "month", "2024-01", "2024-12", 12),
        (["2024-02"], "day", "2024-02-01", "2024-02-29", 29),
        (["2023-02"], "day", "2023-02-01", "2023-02-28", 28),
        (["2024-12"], "day", "2024-12-01", "2024-12-31", 31),
    ],
)
def test_a_period_is_parted_into_all_that_are_within(
    dates: list[str], level: str, first: str, last: str, count: int
) -> None:
    """A day has no parts, nor have several periods, nor a year that never was."""
    found = drill(dates)
    assert (found.level, found.parts[0], found.parts[-1], len({*found.parts})) == (level, first, last, count)
    assert drill(["2024-02-29"]).parts == ()
    assert drill([]) == drill(["2024", "2023"]) == drill(["0000"]) == drill(["0000-02"]) == Drill()


@pytest.mark.parametrize("date", ["2020-13", "0000", "২০২০", "2020..2021", "2020-02-30", "2020&date=2021"])
def test_dates_that_are_no_period_keep_the_years(client: FlaskClient, date: str) -> None:
    """Ranges, words, several dates, and texts that are no date, which stay an error, keep the years."""
    answer = client.get(f"/search?q=বাংলাদেশ&date={date}")
    assert answer.status_code in {200, 400}
    assert "সব বছর" not in answer.get_data(as_text=True)


def test_numbers_are_counted_in_words_and_sorted_by() -> None:
    """Ranges are links that filter by them, in the words and digits of the language."""
    field = KeywordField("views", labels={"bn": "পঠিত", "en": "Views"}, type="number", ranges=(100, 2.5e3))
    articles = [
        Article(str(number), "নদী", keywords={"views": (views,)})
        for number, views in enumerate(("5", "১০০", "7.5", "25,000"))
    ]
    with Engine.of(articles, configuration=Configuration(fields=(field,))) as engine:
        client = create_app(engine).test_client()
        html = client.get("/search?q=নদী").get_data(as_text=True)
        for words in ("১০০-এর কম", "১০০ থেকে ২,৫০০-এর কম", "২,৫০০ বা বেশি", "পঠিত: বেশি থেকে কম"):
            assert words in re.sub(r"</?bdi>", "", html)
        assert [parse_qs(urlsplit(link).query)["views"] for link in _links(html) if "views=" in link] == [
            ["<100"], ["100..<2500"], [">=2500"]
        ]  # fmt: skip
        orders = [parse_qs(urlsplit(link).query)["sort"][0] for link in _links(html) if "sort=views" in link]
        assert orders == ["views:desc", "views:asc"]
        chosen = client.get("/search?q=নদী&-views=7.5&sort=views:asc&lang=en").get_data(as_text=True)
        assert "not Views: 7.5" in re.sub(r"</?bdi>", "", chosen)
        assert re.findall(r'id="hit-(?:\d+)"', chosen)
        assert re.search(r'class="here" aria-current="true">Views: lowest first', chosen)
        none = client.get("/search?q=নদী&views=>99999&lang=en").get_data(as_text=True)
        assert "more than 99,999" in none
        wrong = client.get("/search?q=নদী&views=অনেক&lang=en")
        assert wrong.status_code == 400
        for address, words in {"/article/3": "পঠিত: ২৫,০০০<", "/article/1?lang=en": "Views: 100<"}.items():
            assert words in client.get(address).get_data(as_text=True)


@pytest.mark.parametrize(
    ("order", "text", "unread"), [("DMY", "6/15/2024", True), ("MDY", "6/15/2024", False)]
)
def test_a_day_beside_the_results_is_read_in_the_order_of_the_site(
    order: DateOrder, text: str, unread: bool
) -> None:
    """A date impossible in that order is reported."""
    with Engine.of(TAGGED, configuration=Configuration(date_order=order)) as engine:
        html = create_app(engine).test_client().get(f"/search?q=নদী&since={text}").get_data(as_text=True)
    assert ('aria-invalid="true"' in html) is unread


def test_an_author_under_another_name_is_chosen_as_the_one_that_is_shown(tmp_path: Path) -> None:
    """The shown author's box is ticked once, and the link undoes the choice."""
    build([Article(str(at), "নদী", author=name) for at, name in enumerate(("মোঃ আলী", "রহিম"))], tmp_path)
    (tmp_path / "authors.txt").write_text("মোহাম্মদ আলী = মোঃ আলী\n", "utf-8")
    with Engine.open(tmp_path) as engine:
        client = create_app(engine).test_client()
        html = client.get("/search?q=নদী&author=মোঃ আলী&author=মোহাম্মদ আলী").get_data(as_text=True)
    assert re.findall(r'name="author" value="([^"]*)" checked', html) == ["মোহাম্মদ আলী"]
    here = re.findall(r'href="([^"]*)"[^>]* class="here" aria-current="true"><bdi>মোহাম্মদ', html)
    assert here == ["/search?q=%E0%A6%A8%E0%A6%A6%E0%A7%80"]


@pytest.mark.parametrize("given", ["জাত\u09c0\u09df", "জাত\u09c0\u09af\u09bc"])
def test_a_value_in_another_encoding_is_the_chosen_one(given: str) -> None:
    """A keyboard may type as two code points what articles have as one."""
    whole = "জাত\u09c0\u09df"
    with Engine.of([Article("1", "নদী", category=whole), Article("2", "নদী", category="খেলা")]) as engine:
        html = create_app(engine).test_client().get(f"/search?q=নদী&category={given}").get_data(as_text=True)
    assert re.findall(r'name="category" value="([^"]*)" checked', html) == [whole]
    here = re.findall(rf'href="([^"]*)"[^>]* class="here" aria-current="true"><bdi>{whole}', html)
    assert here == ["/search?q=%E0%A6%A8%E0%A6%A6%E0%A7%80"]
    form = html.partition('class="facets"')[2].partition("</form>")[0]
    assert 'type="hidden" name="category"' not in form

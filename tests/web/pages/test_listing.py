from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import current_app
from werkzeug.datastructures import MultiDict

from onneshon.web import create_app
from onneshon.web.pages.listing import Listing, hit_rank
from tests.fake_engine import FakeEngine


@pytest.fixture(autouse=True)
def _request() -> Iterator[None]:
    """A request of the application that makes the addresses."""
    with create_app(FakeEngine()).test_request_context("/search"):
        yield


def _listing(*pairs: tuple[str, str]) -> Listing:
    return Listing.asked(MultiDict(pairs))


def _query(address: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(address).query)


def test_what_is_unknown_or_empty_is_dropped() -> None:
    """A form sends its empty fields, and an address may have any additions."""
    listing = _listing(("q", "নদী"), ("since", ""), ("literal", "0"), ("_anchor", "x"), ("utm_source", "y"))
    assert _query(listing.to()) == [("q", "নদী")]


def test_one_filter_is_added_and_taken_away_again() -> None:
    """A filter is added to others of its name, and leads to the first page."""
    listing = _listing(("q", "নদী"), ("category", "ক"), ("page", "7"))
    more = listing.adding("category", "খ")
    assert _query(more) == [("q", "নদী"), ("category", "ক"), ("category", "খ")]
    fewer = Listing.asked(MultiDict(_query(more))).removing("category", "ক")
    assert _query(fewer) == [("q", "নদী"), ("category", "খ")]


def test_all_filters_go_and_the_rest_stays() -> None:
    """Clearing filters keeps the query and the order."""
    listing = _listing(
        ("q", "নদী"), ("-category", "ক"), ("date", "2020"), ("since", "2020-01-01"), ("sort", "newest")
    )
    assert listing.chosen == [("-category", "ক"), ("date", "2020"), ("since", "2020-01-01")]
    assert _query(listing.all_articles()) == [("q", "নদী"), ("sort", "newest")]


def test_the_first_page_has_one_address() -> None:
    """``page=1`` is left out, so that there are not two."""
    listing = _listing(("q", "নদী"))
    assert listing.to(1) == listing.to()
    assert _query(listing.to(2))[-1] == ("page", "2")


@pytest.mark.parametrize(("rank", "page"), [(1, None), (10, None), (11, "2"), (1000, "100")])
def test_the_way_back_knows_its_page(rank: int, page: str | None) -> None:
    """There are ten hits a page, counted from one."""
    address = _listing(("q", "নদী")).back(rank)
    assert dict(_query(address)).get("page") == page
    assert urlsplit(address).fragment == f"hit-{rank}"


@pytest.mark.parametrize(
    ("text", "rank"),
    [("1", 1), ("২১", 21), ("1000", 1000), ("1001", None), ("0", None), ("²", None), ("", None)],
)
def test_a_rank_is_a_number_of_any_script_up_to_the_deepest_hit(text: str, rank: int | None) -> None:
    """A rank may have digits of any script, up to the deepest hit that pages reach."""
    assert hit_rank(text) == rank


def test_one_of_several_filters_is_enough_to_be_one_of_them() -> None:
    """A page asks so whether any date filter is set."""
    listing = _listing(("q", "নদী"), ("since", "2020"))
    assert listing.has_any("date", "since", "until")
    assert not listing.has_any("date", "until", "author")


def test_other_ways_to_the_same_results_leave_out_what_is_of_the_page() -> None:
    """Feeds, files, alerts and lasting addresses keep query and filters, but not the state of the page."""
    current_app.add_url_rule("/alerts/", "alerts.ask")
    listing = _listing(("q", "নদী"), ("category", "খেলা"), ("more", "1"))
    same = [("q", "নদী"), ("category", "খেলা")]
    for address, path, beside in (
        (listing.feed(), "/feed.atom", []),
        (listing.alerts(), "/alerts/", []),
        (listing.lasting("000007"), "/search", [("generation", "000007")]),
        (listing.export("csv"), "/export", [("format", "csv")]),
    ):
        assert urlsplit(address).path == path
        assert _query(address) == [*same, *beside]


def test_a_form_sends_the_rest_along() -> None:
    """Parameters that a form has as fields are not sent twice."""
    listing = _listing(("q", "নদী"), ("category", "ক"), ("category", "খ"), ("literal", "1"))
    assert listing.hidden("q", "literal") == [("category", "ক"), ("category", "খ")]

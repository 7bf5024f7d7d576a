import pytest

from onneshon.web.current import MAX_PAGE, PAGE_SIZE, Paging, page_number


@pytest.mark.parametrize(
    ("number", "total", "links"),
    [
        (1, 0, [1]),
        (1, 10, [1]),
        (1, 11, [1, 2]),
        (1, 1234, [1, 2, None]),
        (4, 1234, [1, 2, 3, 4, 5, None]),
        (5, 60, [1, None, 4, 5, 6]),
        (50, 1234, [1, None, 49, 50, 51, None]),
        (1, 900, [1, 2, None, 90]),
        (100, 1234, [1, None, 99, 100]),
    ],
)
def test_links_are_the_ends_and_the_neighbours(number: int, total: int, links: list[int | None]) -> None:
    """Links are to the first, the last and the nearest pages; a gap is never a single page."""
    assert Paging(number, total).window() == links


@pytest.mark.parametrize(
    ("number", "total", "previous", "following"),
    [(1, 5, None, None), (1, 25, None, 2), (2, 25, 1, 3), (3, 25, 2, None), (MAX_PAGE, 10**6, 99, None)],
)
def test_a_page_has_no_neighbours_beyond_the_ends(
    number: int, total: int, previous: int | None, following: int | None
) -> None:
    """There is none before the first, after the last, or after the deepest page that is served."""
    paging = Paging(number, total)
    assert (paging.previous, paging.following) == (previous, following)


def test_more_hits_than_pages_can_show_are_said() -> None:
    """The pager reports more hits than pages can show, but not exactly as many."""
    assert Paging(1, MAX_PAGE * PAGE_SIZE + 1).capped
    assert not Paging(1, MAX_PAGE * PAGE_SIZE).capped


def test_the_links_to_pages_fit_in_one_row_of_a_phone() -> None:
    """There are at most seven links of 44 px, with the neighbours of the current page."""
    for total in (*range(1, 300, 7), 10**6):
        for number in range(1, Paging(1, total).last + 1):
            paging = Paging(number, total)
            assert len(paging.window()) <= 7
            assert {paging.number, paging.previous, paging.following} - {None} <= {*paging.window()}


@pytest.mark.parametrize(
    ("text", "number"),
    [("", 1), ("7", 7), ("৭", 7), ("100", 100), ("abc", 1), ("0", 1), ("-1", 1), ("1.5", 1)],
)
def test_page_numbers_in_any_digits(text: str, number: int) -> None:
    """Bengali digits are accepted, and what is no number means the first page."""
    assert page_number(text) == number


@pytest.mark.parametrize("text", ["101", "9" * 5000])
def test_pages_that_are_not_served(text: str) -> None:
    """A page too deep is refused, however long its number."""
    with pytest.raises(ValueError):
        page_number(text)


def test_a_page_knows_what_precedes_it_and_how_far_one_can_go() -> None:
    """A page gives the number of hits before it and the number of reachable hits."""
    paging = Paging(3, 10**6)
    assert (paging.offset, paging.first_hit) == (2 * PAGE_SIZE, 2 * PAGE_SIZE + 1)
    assert paging.reachable == MAX_PAGE * PAGE_SIZE

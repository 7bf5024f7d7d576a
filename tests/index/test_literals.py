"""Dates as people write them, read the same way in articles and in queries."""

import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index import CorpusError
from onneshon.index.configuration import DATE_ORDERS, Configuration, DateOrder
from onneshon.index.configuration_file import read_configuration
from onneshon.index.errors import ConfigurationError
from onneshon.index.ingest.articles_in_hand import SiteRecords
from onneshon.index.ingest.corpus import Corpus
from onneshon.index.ingest.intake import Problems
from onneshon.index.literals import MONTHS, days
from onneshon.search.query.dates import period_or_none
from tests.index.ingest.readers.reading import read_file
from tests.strategies import mixed_text

BENGALI = str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯")


def day(text: str, order: DateOrder = "DMY") -> dt.date | None:
    """The day of an article with this date; None where the date is refused."""
    try:
        read = SiteRecords(Configuration(date_order=order)).read(
            {"id": "ক", "title": "নদী", "date": text}, "x"
        )
    except CorpusError as error:
        assert error.kind == "date"  # noqa: PT017  # nothing else is wrong with it
        return None
    return read.article.date


@pytest.mark.parametrize(
    "written",
    [
        *("21-02-2024", "21/02/2024", "21.2.2024", "২১/০২/২০২৪", "২১-২-২০২৪", "2024-02-21", "২০২৪-০২-২১"),
        *("20240221", "2024-02-21T23:30:00+06:00", "2024-02-21 10:30", "2024-02-21t10:30:00z"),
        *("21/02/2024 10:30", "21/2/2024, 9:05:30 PM", "২১/০২/২০২৪ ১০:৩০"),
        *(
            "21 February 2024",
            "Feb 21, 2024",
            "21st feb 2024",
            "২১ ফেব্রুয়ারি ২০২৪",
            "২১শে ফেব্রুয়ারী, ২০২৪",
            "২০২৪-২-২১",
        ),
        *("21 February 2024 10:30", "ফেব্রুয়ারি ২১, ২০২৪", "২১ ফেব্রুয়ারি, ২০২৪ ১০:৩০"),
        *("বুধবার, ২১ ফেব্রুয়ারি ২০২৪", "২১ ফেব্রুয়ারি ২০২৪, বুধবার", "২১ ফেব্রুয়ারি ২০২৪ (বুধ)"),
        *("Wed, 21 Feb 2024 10:30:00 +0600", "Wednesday, February 21, 2024 10:30 AM", "Wed 21/02/2024"),
        *("রোববার, ২১ ফেব্রুয়ারি ২০২৪", "২১শে ফেব্রুয়ারি, ২০২৪ইং", "২১/০২/২০২৪ খ্রি.", "২১-০২-২০২৪ খ্রিস্টাব্দ, ১০:৩০"),
        *("২১ ফেব্রুয়ারি ২০২৪, সকাল ১০:৩০", "বুধবার ২১ ফেব্রুয়ারি ২০২৪ ১১:৩০ পিএম", "২১ ফেব্রুয়ারি ২০২৪ | ১০:৩০"),
        "২১ ফেব্রুয়ারি ২০২৪, ১০:৩০ পূর্বাহ্ণ",
        "২১ ফেব্রুয়ারি ২০২৪ ১০:৩০ অপরাহ্ন",
        *("২১\u00a0ফেব্রুয়ারি\u00a0২০২৪", "2024/02/21 10:30:00", "২০২৪.০২.২১", "21-Feb-2024"),
        *("2024-02-21 10:30:00.123456 UTC", "2024-02-21 10:30 GMT"),
    ],
)
def test_a_day_of_an_article_is_read_as_people_write_it(tmp_path: Path, written: str) -> None:
    """Single articles and those in a CSV agree, with digits of either script."""
    expected = dt.date(2024, 2, 21)
    assert day(written) == expected
    read = read_file(tmp_path / "news.csv", f'title,date\nনদী,"{written}"\n')
    assert [article.date for article in read.articles] == [expected]


@pytest.mark.parametrize(
    "written",
    [
        "২১ ফেব্রুয়ারি ২০২৪, ৮ ফাল্গুন ১৪৩০",
        "বুধবার, ২১ ফেব্রুয়ারি ২০২৪, ৮ই ফাল্গুন ১৪৩০ বঙ্গাব্দ",
        "৮ ফাল্গুন ১৪৩০, ২১ ফেব্রুয়ারি ২০২৪",
        "বুধবার, ৮ ফাল্গুন ১৪৩০, ২১ ফেব্রুয়ারি ২০২৪",
        "২১ ফেব্রুয়ারি ২০২৪ খ্রিস্টাব্দ | ৮ ফাল্গুন ১৪৩০ বঙ্গাব্দ | ১০ শাবান ১৪৪৫ হিজরি",
        "২১ ফেব্রুয়ারি ২০২৪ (৮ ফাল্গুন ১৪৩০)",
        "২১/০২/২০২৪ ৮ ফাল্গুন, ১৪৩০ সন",
        "২১ ফেব্রুয়ারি ২০২৪, ৮ ফাল্গুন ১৪৩০, ১০ জমাদিউস সানি ১৪৪৫, ১০:৩০",
        "Wednesday, 21 February 2024 / ৮ ফাল্গুন ১৪৩০",
    ],
)
def test_a_day_is_read_beside_that_of_another_calendar(written: str) -> None:
    """As papers print them below their names; in what order, each paper says."""
    assert day(written) == dt.date(2024, 2, 21)


@pytest.mark.parametrize("blank", ["", " ", "\u00a0\t"])
def test_a_blank_date_is_none(blank: str) -> None:
    """A cell that was cleared with the space bar counts as no date; the article is accepted."""
    read = SiteRecords(Configuration()).read({"id": "ক", "title": "নদী", "date": blank}, "x")
    assert read.article.date is None


@pytest.mark.parametrize(
    "written",
    [
        "2024",
        "2024-02",
        "ফেব্রুয়ারি ২০২৪",
        "২০২৪ সাল",
        "31/02/2024",
        "21/02/24",
        "কাল",
        "10:30",
        "21/02-2024",
        "0/1/2024",
        "বুধবার",
        "বুধবার ২০২৪",
        "মঙ্গল গ্রহ",
        "2024/02-21",
        "2024/21/02",
        "২ পৌষ ১৪৩৩",
        "২ পৌষ ১৪৩৩, বৃহস্পতিবার",
        "১৭ জমাদিউস সানি ১৪৪৮",
        "২১ ফেব্রুয়ারি ২০২৪, ২২ ফেব্রুয়ারি ১৪৩০",
        "২১ ইং ফেব্রুয়ারি",
    ],
)
def test_what_names_no_day_is_refused(written: str) -> None:
    """An article needs a full day: of a month or a year alone the day is not known."""
    assert day(written) is None


@pytest.mark.parametrize(("order", "expected"), [("DMY", dt.date(2024, 6, 5)), ("MDY", dt.date(2024, 5, 6))])
def test_the_site_says_which_figure_is_the_day(tmp_path: Path, order: DateOrder, expected: dt.date) -> None:
    """``date_order`` in onneshon.toml applies to articles and to queries."""
    (tmp_path / "onneshon.toml").write_text(f'date_order = "{order}"\n', encoding="utf-8")
    configuration = read_configuration(tmp_path)
    path = tmp_path / "news.jsonl"
    path.write_text(json.dumps({"title": "নদী", "date": "05/06/2024"}), encoding="utf-8")
    (article,) = Corpus([path], Problems(strict=True), configuration=configuration)
    assert article.date == expected
    found = period_or_none("০৫/০৬/২০২৪", configuration.date_order)
    assert found is not None
    assert (found.since, found.until) == (expected, expected)


def test_days_come_first_unless_a_site_says_otherwise() -> None:
    """The default is DMY, as in Bangladesh and India; an impossible month is refused with a hint at MDY."""
    assert Configuration().date_order == "DMY"
    assert (day("6/15/2024"), day("15/6/2024", "MDY")) == (None, None)
    with pytest.raises(CorpusError, match=r'onneshon\.toml may say date_order = "MDY"'):
        SiteRecords(Configuration()).read({"id": "ক", "title": "নদী", "date": "6/15/2024"}, "x")


def test_an_order_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    """The error names the key."""
    (tmp_path / "onneshon.toml").write_text('date_order = "YMD"\n', encoding="utf-8")
    with pytest.raises(ConfigurationError, match="date_order"):
        read_configuration(tmp_path)


@given(st.dates(), st.sampled_from(DATE_ORDERS), st.sampled_from("/-."))
def test_any_day_is_read_in_its_order(any_day: dt.date, order: DateOrder, sign: str) -> None:
    """Any day is read in figures and in words, in either order and with each separator."""
    figures = (any_day.day, any_day.month) if order == "DMY" else (any_day.month, any_day.day)
    written = f"{figures[0]}{sign}{figures[1]}{sign}{any_day.year:04}"
    assert days(written, order) == days(written.translate(BENGALI), order) == (any_day, any_day)
    for word in MONTHS[any_day.month - 1]:
        assert days(f"{any_day.day} {word} {any_day.year:04}", order) == (any_day, any_day)


written_dates = mixed_text | st.text("০১২৩০19-./: জুনtz") | st.dates().map(str) | st.datetimes().map(str)


@given(written_dates, st.sampled_from(DATE_ORDERS))
def test_articles_and_filters_read_dates_alike(text: str, order: DateOrder) -> None:
    """A text that is a day in an article is the same day in a filter."""
    found = period_or_none(text, order) if ".." not in text else None
    read = day(text, order) if text.strip() else None
    assert read == (found.since if found and found.since == found.until else None)

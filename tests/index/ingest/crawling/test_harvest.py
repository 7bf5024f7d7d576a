"""Records of a repository by OAI-PMH: consecutive lists, changes, deletions, and errors."""

import datetime as dt
from pathlib import Path

import pytest

from onneshon.index import Article, read_articles
from onneshon.index.errors import CorpusError
from onneshon.index.ingest.crawling import lists
from onneshon.index.ingest.crawling.network import UnansweredError
from onneshon.index.ingest.readers.site import fields_of_kept_record, kept_record
from tests.website import Crawling, Website

FIRST = "/oai?verb=ListRecords&metadataPrefix=oai_dc"
NEXT = "/oai?verb=ListRecords&resumptionToken="
PADMA = """<dc:title>পদ্মা নদীর মাঝি</dc:title><dc:creator>মানিক বন্দ্যোপাধ্যায়</dc:creator>
<dc:creator>সম্পাদক</dc:creator><dc:subject>উপন্যাস</dc:subject><dc:subject>নদী</dc:subject>
<dc:description>জেলেদের জীবন &amp; নদী।</dc:description><dc:date>1936</dc:date>
<dc:date>1936-00-00</dc:date><dc:date>1936-05-01T00:00:00Z</dc:date>
<dc:identifier>ISBN 1</dc:identifier><dc:identifier>https://library.example/padma</dc:identifier>
<dc:language>ben</dc:language><dc:publisher>গ্রন্থাগার</dc:publisher>"""


def record(name: str, fields: str = "", *, stamp: str = "2026-11-01", deleted: bool = False) -> str:
    """A record with fields, or a deleted one without."""
    status = ' status="deleted"' if deleted else ""
    metadata = "" if deleted else f"<metadata><oai_dc:dc>{fields}</oai_dc:dc></metadata>"
    header = f"<identifier>oai:lib:{name}</identifier><datestamp>{stamp}</datestamp><setSpec>x</setSpec>"
    return f"<record><header{status}>{header}</header>{metadata}</record>"


def answer(content: str, token: str | None = None, date: str = "2026-11-28") -> str:
    """An answer of a repository; with a token, even an empty one, it is one of several."""
    more = "" if token is None else f'<resumptionToken cursor="0">{token}</resumptionToken>'
    return (
        '<?xml version="1.0"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
        f"<responseDate>{date}T10:00:00Z</responseDate><request>x</request>"
        f"<ListRecords>{content}{more}</ListRecords></OAI-PMH>"
    )


def titled(name: str, title: str) -> str:
    """A record with only a title."""
    return record(name, f"<dc:title>{title}</dc:title>")


def error(code: str) -> str:
    """An answer with an error code."""
    return answer(f'<error code="{code}">no</error>')


def titles(crawling: Crawling) -> list[str]:
    """The titles of the stored articles."""
    return [article.title for article in read_articles([crawling.report.file])]


def test_a_record_of_dublin_core_is_an_article(website: Website, crawling: Crawling) -> None:
    """Any address of the repository will do; years and months are no dates."""
    website.put("/oai", error("badVerb"))
    website.put(FIRST, answer(record("1", PADMA)))
    crawling("/oai")
    assert crawling.outcomes() == {"new": 1}
    assert list(read_articles([crawling.report.file])) == [
        Article(
            "oai:lib:1",
            "পদ্মা নদীর মাঝি",
            "জেলেদের জীবন & নদী।",
            dt.date(1936, 5, 1),
            "উপন্যাস",
            "https://library.example/padma",
            "মানিক বন্দ্যোপাধ্যায়, সম্পাদক",
            "bn",
        )
    ]


def test_lists_follow_one_another_and_later_only_changes_come(website: Website, crawling: Crawling) -> None:
    """From the date of the last harvest on; deleted records are removed, the others stay."""
    website.put(FIRST, answer(titled("1", "পদ্মা"), "a/1"))
    website.put(NEXT + "a%2F1", answer(titled("2", "মেঘনা") + titled("3", "যমুনা"), ""))
    crawling(FIRST)
    assert website.asked() == [FIRST, FIRST, NEXT + "a%2F1"]
    assert titles(crawling) == ["পদ্মা", "মেঘনা", "যমুনা"]
    since = FIRST + "&from=2026-11-28"
    website.put(
        since, answer(titled("2", "মেঘনা নদী") + record("3", deleted=True) + record("9", deleted=True))
    )
    crawling.time.sleep(30 * 86_400)
    report = crawling(FIRST)
    assert (report.has_news, crawling.outcomes()) == (True, {"changed": 1, "gone": 1})
    assert crawling.found()["oai:lib:3"] == "withdrawn"
    assert titles(crawling) == ["পদ্মা", "মেঘনা নদী"]
    website.put(since, error("noRecordsMatch"))
    crawling.time.sleep(30 * 86_400)
    assert not crawling(FIRST).has_news
    assert crawling.outcomes() == {}  # a deleted record is not requested as a page
    assert titles(crawling) == ["পদ্মা", "মেঘনা নদী"]


@pytest.mark.parametrize("written", ["a=1&amp;b=২", "<![CDATA[ a=1&b=২ ]]>", "a&#61;1&b=২"])
def test_a_token_is_sent_as_it_was_meant(website: Website, crawling: Crawling, written: str) -> None:
    """Repositories put parts of a query into it, whose signs XML escapes."""
    website.put(FIRST, answer(titled("1", "পদ্মা"), written))
    website.put(NEXT + "a%3D1%26b%3D%E0%A7%A8", answer(titled("2", "মেঘনা")))
    crawling(FIRST)
    assert titles(crawling) == ["পদ্মা", "মেঘনা"]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("২১ ফেব্রুয়ারি ২০২৪", dt.date(2024, 2, 21)),
        ("২০২৪-০২-২১", dt.date(2024, 2, 21)),
        ("21/02/2024", dt.date(2024, 2, 21)),
        ("ফেব্রুয়ারি ২০২৪", None),
        ("২০২৪", None),
        ("2024-02", None),
    ],
)
def test_a_day_is_read_as_people_write_it(
    website: Website, crawling: Crawling, written: str, day: dt.date | None
) -> None:
    """Dates are read like those of feeds; a month or a year is no date."""
    website.put(FIRST, answer(record("1", f"<dc:title>পদ্মা</dc:title><dc:date>{written}</dc:date>")))
    crawling(FIRST)
    assert [article.date for article in read_articles([crawling.report.file])] == [day]


def test_an_interrupted_harvest_goes_on_where_it_was(website: Website, crawling: Crawling) -> None:
    """By the last token received; if that has expired, the harvest starts again."""
    website.put(FIRST, answer(titled("1", "পদ্মা"), "t", "2026-11-20"))
    website.put(NEXT + "t", "", 503)
    with pytest.raises(UnansweredError):
        crawling(FIRST)
    website.put(NEXT + "t", answer(titled("2", "মেঘনা"))[:-10])
    with pytest.raises(UnansweredError, match="cut short"):
        crawling(FIRST)
    website.put(NEXT + "t", answer(titled("2", "মেঘনা"), "", "2026-11-28"))
    website.asked()
    crawling(FIRST)
    assert website.asked()[-1:] == [NEXT + "t"]
    assert titles(crawling) == ["পদ্মা", "মেঘনা"]
    website.put(FIRST + "&from=2026-11-20", answer("", "old"))
    website.put(NEXT + "old", "", 503)
    with pytest.raises(UnansweredError):
        crawling(FIRST)
    website.put(NEXT + "old", error("badResumptionToken"))
    website.put(FIRST + "&from=2026-11-20", answer(titled("3", "যমুনা")))
    assert crawling(FIRST).has_news


@pytest.mark.parametrize(
    ("path", "first", "reason"),
    [
        ("&set=river", answer(""), "has no records"),
        ("&set=river", error("noSetHierarchy"), "answers noSetHierarchy"),
        ("&set=river", answer(titled("1", "ক"), "same"), "without an end"),
    ],
)
def test_a_repository_that_leads_nowhere_is_reported(
    website: Website, crawling: Crawling, path: str, first: str, reason: str
) -> None:
    """The message says what to do."""
    website.put(FIRST + path, first)
    website.put(NEXT + "same", first)
    with pytest.raises(CorpusError, match=reason):
        crawling(FIRST + path)


def test_other_formats_and_answers_are_refused(website: Website, crawling: Crawling) -> None:
    """Every repository has Dublin Core."""
    website.put("/oai?metadataPrefix=marc21", answer(""))
    with pytest.raises(CorpusError, match="metadataPrefix=oai_dc"):
        crawling("/oai?metadataPrefix=marc21")
    website.put("/oai", answer(""))
    with pytest.raises(CorpusError, match="answers 404"):
        crawling("/oai")


def test_lists_without_records_have_an_end(
    website: Website, crawling: Crawling, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A repository that returns one token after another without records is abandoned."""
    monkeypatch.setattr(lists, "_MOST_EMPTY", 1)
    website.put(FIRST, answer("", "1"))
    website.put(NEXT + "1", answer("", "2"))
    with pytest.raises(CorpusError, match="without an end"):
        crawling(FIRST)


def test_no_more_records_come_than_are_wanted(website: Website, crawling: Crawling) -> None:
    """The next harvest requests the others again; a broken record is skipped alone."""
    website.put(FIRST, answer("<record><b></record>" + titled("1", "পদ্মা") + titled("2", "মেঘনা")))
    assert crawling(FIRST, pages=1).beyond == 1
    assert titles(crawling) == ["পদ্মা"]
    crawling(FIRST)
    assert titles(crawling) == ["পদ্মা", "মেঘনা"]


def test_a_record_that_was_spoilt_is_reported(tmp_path: Path) -> None:
    """It is an error, like an entry of a feed that is no XML."""
    with pytest.raises(CorpusError, match="no XML"):
        fields_of_kept_record(kept_record(b"<record>"), str(tmp_path))
    assert fields_of_kept_record(b"<html>", "x") is None

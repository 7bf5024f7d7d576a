"""RSS and Atom: entries are articles, their HTML is text."""

import datetime as dt
from pathlib import Path

import pytest

from tests.index.ingest.readers.reading import read_file

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>খবর</title><link>https://example.org/</link>
<description>সব খবর</description><language>bn</language>
<item><guid>https://example.org/1</guid><title>নদীর &amp;amp; কথা</title>
<link>https://example.org/1</link>
<dc:creator>রহিমা খাতুন</dc:creator><category>প্রকৃতি</category>
<pubDate>Wed, 21 Feb 2024 08:00:00 +0600</pubDate>
<description>সংক্ষেপ</description>
<content:encoded><![CDATA[<p>পদ্মা <b>একটি</b> নদী।</p><script>no()</script><p>মেঘনাও।</p>]]></content:encoded>
</item>
<item><title>মেলা</title><description>&lt;p&gt;বৈশাখী মেলা&lt;/p&gt;</description></item>
</channel></rss>"""
ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="bn"><title>খবর</title>
<id>urn:1</id><updated>2024-02-21T08:00:00Z</updated>
<entry><id>urn:uuid:1</id><title>নদীর কথা</title><link href="https://example.org/1"/>
<updated>2024-02-21T08:00:00Z</updated>
<author><name>রহিমা খাতুন</name></author>
<content type="html">&lt;p&gt;পদ্মা একটি নদী।&lt;/p&gt;</content></entry></feed>"""


def test_entries_of_rss_are_articles(tmp_path: Path) -> None:
    """The longest text counts, its markup does not."""
    read = read_file(tmp_path / "news.rss", RSS)
    assert read.faults == []
    first, second = read.articles
    assert (first.id, first.title, first.url) == (
        "https://example.org/1",
        "নদীর & কথা",
        "https://example.org/1",
    )
    assert first.body == "পদ্মা একটি নদী।\nমেঘনাও।"
    assert (first.date, first.author, first.category) == (dt.date(2024, 2, 21), "রহিমা খাতুন", "প্রকৃতি")
    assert (second.id, second.title, second.body, second.date) == ("news:2", "মেলা", "বৈশাখী মেলা", None)


@pytest.mark.parametrize("name", ["news.atom", "news.xml", "news"])
def test_atom_is_told_by_its_root(tmp_path: Path, name: str) -> None:
    """Whatever it is called."""
    read = read_file(tmp_path / name, ATOM)
    assert read.formats == {"feed": 1}
    (article,) = read.articles
    assert (article.id, article.title, article.body) == ("urn:uuid:1", "নদীর কথা", "পদ্মা একটি নদী।")
    assert (article.lang, article.author) == ("bn", "রহিমা খাতুন")


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("Wed, 21 Feb 2024 00:00:00 +0600", 21),
        ("Wed, 21 Feb 2024 23:30:00 -0500", 21),
        ("21 Feb 2024 01:00 +0600", 21),
        ("Wed, 21 Feb 24 05:59:59 +0600", 21),
        ("2024-02-21T00:00:00+06:00", 21),
        ("2024-02-21T00:00:00Z", 21),
        ("2024-02-21", 21),
        ("Wed Feb 21 00:30:00 2024", 21),
        ("21.02.2024", None),
    ],
)
def test_the_day_of_an_entry_is_the_one_that_is_written(
    tmp_path: Path, written: str, day: int | None
) -> None:
    """Midnight in Dhaka is the evening before in Greenwich."""
    read = read_file(tmp_path / "news.rss", RSS.replace("Wed, 21 Feb 2024 08:00:00 +0600", written))
    assert read.articles[0].date == (day and dt.date(2024, 2, day))
    atom = ATOM.replace("2024-02-21T08:00:00Z", written)
    assert read_file(tmp_path / "news.atom", atom).articles[0].date == (day and dt.date(2024, 2, day))


def test_a_feed_that_is_cut_short_is_told_of(tmp_path: Path) -> None:
    """The entries before the cut are read."""
    read = read_file(tmp_path / "news.rss", RSS[: RSS.index("<item><title>মেলা")])
    assert read.titles == ["নদীর & কথা"]
    assert (read.kinds, read.unreadable) == (["xml"], 1)
    assert "after entry 1" in read.faults[0][2]


@pytest.mark.parametrize("end", ["", "\n", "<!-- 0.2 s -->\n"], ids=["nothing", "line end", "comment"])
@pytest.mark.parametrize("fault", ["&nbsp;", "\x0c", "AT&T", "<br>"])
def test_what_is_no_xml_within_a_whole_feed_is_no_article(tmp_path: Path, fault: str, end: str) -> None:
    """All entries are read, so that nothing was left out."""
    read = read_file(tmp_path / "news.rss", RSS.replace("সংক্ষেপ", f"সংক্ষেপ {fault} মেঘনা") + end)
    assert (read.faults, read.titles) == ([], ["নদীর & কথা", "মেলা"])


@pytest.mark.parametrize("end", ["</channel>", "</chan", ""])
def test_a_feed_with_a_fault_in_it_may_be_cut_short_too(tmp_path: Path, end: str) -> None:
    """Its end is missing, whatever an entry says of ends."""
    text = RSS.replace("সংক্ষেপ", "&nbsp; </rss>").replace("</channel></rss>", end)
    read = read_file(tmp_path / "news.rss", text)
    assert (read.kinds, read.unreadable) == (["xml"], 1)


def test_entities_that_a_feed_declares_are_not_expanded(tmp_path: Path) -> None:
    """A thousand million laughs take neither memory nor time."""
    names = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha" * 10}">' for n in range(9))
    bomb = RSS.replace("<rss", f"<!DOCTYPE rss [{names}]>\n<rss", 1).replace("সংক্ষেপ", "&a8;")
    read = read_file(tmp_path / "news.rss", bomb)
    assert all(len(article.body) < 10_000 for article in read.articles)

"""Feeds, including exports of WordPress."""

import datetime as dt
import json
import tracemalloc
from pathlib import Path

import pytest
from click.testing import CliRunner

from onneshon.index import open_index
from onneshon.index.commands.main import main
from onneshon.index.configuration import Configuration, KeywordField
from onneshon.index.ingest.corpus import Corpus
from onneshon.index.ingest.intake import Problems
from onneshon.index.ingest.readers.feed import without_shortcodes
from tests.index.ingest.readers.reading import Reading, read_file

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
xmlns:dc="http://purl.org/dc/elements/1.1/"
xmlns:media="http://search.yahoo.com/mrss/">
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
    """The longest of its texts counts, without markup."""
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


@pytest.mark.parametrize(
    "part",
    [
        '<enclosure url="https://img.example.org/1.jpg" type="image/jpeg" length="9"/>',
        '<media:content url="https://img.example.org/1.jpg" medium="image"/>',
        (
            '<enclosure url="https://example.org/1.mp3" type="audio/mpeg" length="9"/>'
            '<media:thumbnail url="https://img.example.org/1.jpg"/>'
        ),
        '<link rel="enclosure" type="image/png" href="https://img.example.org/1.jpg"/>',
    ],
    ids=["enclosure", "media", "thumbnail", "link"],
)
def test_what_an_entry_shows_is_its_picture(tmp_path: Path, part: str) -> None:
    """A picture among the media of an entry is taken, and sound is ignored."""
    read = read_file(tmp_path / "news.rss", RSS.replace("<guid>", f"{part}<guid>", 1))
    assert [article.image for article in read.articles] == ["https://img.example.org/1.jpg", ""]
    assert read.articles[0].url == "https://example.org/1"


def test_addresses_that_are_not_whole_begin_from_that_of_the_feed(tmp_path: Path) -> None:
    """They are relative to the feed or to the entry's ``xml:base``; the id of an entry is unchanged."""
    media = '<media:content url="/1.jpg" medium="image"/>'
    rss = RSS.replace("<item>", f"<item><link>b/১</link>{media}", 1).replace(".org/</link>", ".org/a/</link>")
    first, *_ = read_file(tmp_path / "a.rss", rss.replace("<guid>https://example.org/1</guid>", "")).articles
    assert (first.id, first.url, first.image) == (
        "b/১",
        "https://example.org/a/b/১",
        "https://example.org/1.jpg",
    )
    entry = '<entry xml:base="2024/"><link href="padma.html"/>'
    atom = ATOM.replace("<feed ", '<feed xml:base="https://example.org/blog/" ').replace("<entry>", entry)
    assert [article.url for article in read_file(tmp_path / "b.atom", atom).articles] == [
        "https://example.org/blog/2024/padma.html"
    ]


@pytest.mark.parametrize("name", ["news.atom", "news.xml", "news"])
def test_atom_is_recognised_by_its_root(tmp_path: Path, name: str) -> None:
    """The root element decides, whatever the file's name is."""
    read = read_file(tmp_path / name, ATOM)
    assert read.formats == {"feed": 1}
    (article,) = read.articles
    assert (article.id, article.title, article.body) == ("urn:uuid:1", "নদীর কথা", "পদ্মা একটি নদী।")
    assert (article.lang, article.author) == ("bn", "রহিমা খাতুন")


@pytest.mark.parametrize("code", ["ISO-8859-1", "windows-1252"])
def test_bengali_is_read_whatever_code_the_feed_says(tmp_path: Path, code: str) -> None:
    """Old programs declare their own encoding; a feed that really is in it is read so."""
    said = RSS.replace("UTF-8", code)
    assert read_file(tmp_path / "a.rss", said).articles == read_file(tmp_path / "a.rss", RSS).articles
    latin = ATOM.replace("utf-8", code).replace("নদীর কথা", "à la carte").encode("latin-1", "ignore")
    assert read_file(tmp_path / "b.atom", latin).titles == ["à la carte"]


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
        ("21.02.2024", 21),
        ("বুধবার, ২১ ফেব্রুয়ারি ২০২৪", 21),
        ("ফেব্রুয়ারি ২০২৪", None),
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


def test_a_feed_that_is_cut_short_is_reported(tmp_path: Path) -> None:
    """The entries before the cut are read."""
    read = read_file(tmp_path / "news.rss", RSS[: RSS.index("<item><title>মেলা")])
    assert read.titles == ["নদীর & কথা"]
    assert (read.kinds, read.unreadable) == (["xml"], 1)
    assert "after entry 1" in read.faults[0][2]


@pytest.mark.parametrize("end", ["", "\n", "<!-- 0.2 s -->\n"], ids=["nothing", "line end", "comment"])
@pytest.mark.parametrize("fault", ["&nbsp;", "\x0c", "AT&T", "<br>"])
def test_what_is_no_xml_within_a_whole_feed_is_no_article(tmp_path: Path, fault: str, end: str) -> None:
    """All entries are read, so that nothing is missing."""
    read = read_file(tmp_path / "news.rss", RSS.replace("সংক্ষেপ", f"সংক্ষেপ {fault} মেঘনা") + end)
    assert (read.faults, read.titles) == ([], ["নদীর & কথা", "মেলা"])


@pytest.mark.parametrize("end", ["</channel>", "</chan", ""])
def test_a_feed_with_a_fault_in_it_may_be_cut_short_too(tmp_path: Path, end: str) -> None:
    """Its end is missing, even if an entry contains the end tag as text."""
    text = RSS.replace("সংক্ষেপ", "&nbsp; </rss>").replace("</channel></rss>", end)
    read = read_file(tmp_path / "news.rss", text)
    assert (read.kinds, read.unreadable) == (["xml"], 1)


def test_entities_that_a_feed_declares_are_not_expanded(tmp_path: Path) -> None:
    """The billion laughs attack takes neither memory nor time."""
    names = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha" * 10}">' for n in range(9))
    bomb = RSS.replace("<rss", f"<!DOCTYPE rss [{names}]>\n<rss", 1).replace("সংক্ষেপ", "&a8;")
    read = read_file(tmp_path / "news.rss", bomb)
    assert all(len(article.body) < 10_000 for article in read.articles)


EXPORT = Path("tests/data/wordpress/export.xml").resolve()


def test_only_what_is_published_is_read() -> None:
    """Other items are counted by kind; a comment that closes an element in its text closes none."""
    read = Reading(EXPORT)
    assert (read.faults, read.formats) == ([], {"feed": 1})
    assert [article.id for article in read.articles] == ["wp-17", "wp-2"]
    assert read.passed == {
        "draft": 1,
        "attachment": 1,
        "private": 1,
        "password-protected": 1,
        "nav_menu_item": 1,
    }


def test_a_post_is_what_its_page_shows() -> None:
    """The displayed name of the author, the site's date, texts without shortcodes."""
    post, page = Reading(EXPORT).articles
    assert (post.title, post.author) == ("পদ্মার & মেঘনার কথা", "রহিমা খাতুন")
    assert (post.date, post.lang, post.category) == (dt.date(2026, 11, 21), "bn", "প্রকৃতি ও পরিবেশ")
    assert post.url == "https://nodi.example/2026/11/padma/"
    assert post.body == ("পদ্মা একটি নদী। a[0]]>b\nভোরের পদ্মা\nমেঘনাও বড় নদী [সম্পাদকের নোট: জরিপ ২০২৪] [sic]।")
    assert page.body == "আমরা নদীর খবর লিখি।\nযোগাযোগ: ঢাকা।"
    assert page.author == "নিজস্ব প্রতিবেদক"


def test_tags_and_categories_are_apart() -> None:
    """Each is in its own field, for a site that declares them."""
    fields = (KeywordField("tags", several=True), KeywordField("categories", several=True))
    (post, _page) = Corpus([EXPORT], Problems(), configuration=Configuration(fields=fields))
    assert post.keywords == {"tags": ("পদ্মা", "মেঘনা"), "categories": ("প্রকৃতি ও পরিবেশ", "মাছ & ভাত")}


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("নদী [gallery] মেলা", "নদী  মেলা"),
        ('[gallery ids="1,2" /]নদী', "নদী"),
        ("[audio]a.mp3[/audio] নদী [audio src='b.mp3'] মেলা", " নদী  মেলা"),
        ("[video] নদী [video]v.mp4[/video]", " নদী "),
        ("[quote]নদী[/quote]", "নদী"),
        ("[embed]http://a[gallery][/embed]নদী", "নদী"),
        ("[[gallery]] নদী [1] [sic] [ঢাকা] [see above]", "[[gallery]] নদী [1] [sic] [ঢাকা] [see above]"),
        ("[খোলা [a নদী", "[খোলা [a নদী"),
    ],
)
def test_shortcodes_go_and_brackets_stay(text: str, left: str) -> None:
    """The address inside an embed shortcode is removed with it."""
    assert without_shortcodes(text) == left


def test_an_export_and_the_plugin_are_one(tmp_path: Path) -> None:
    """After an import of the export, and of each post as the plugin sends it, every article exists once."""
    index = tmp_path / "index"
    run = CliRunner().invoke(main, ["index", "build", str(EXPORT), "--index", str(index)])
    assert run.exit_code == 0, run.output
    assert "2 articles in: 2 indexed, 0 left out" in run.stdout
    assert "ignored: 1 attachment, 1 draft, 1 nav_menu_item, 1 password-protected, 1 private\n" in run.stdout
    plugin = (EXPORT.parents[3] / "deploy" / "wordpress" / "onneshon-publish.php").read_text(encoding="utf-8")
    assert "'/api/v1/articles/wp-' . $post_id" in plugin
    (tmp_path / "pushed.jsonl").write_text(
        json.dumps({"id": "wp-17", "title": "পদ্মার নতুন কথা", "body": "পদ্মা একটি নদী।"}), encoding="utf-8"
    )
    run = CliRunner().invoke(main, ["index", "update", str(tmp_path / "pushed.jsonl"), "--index", str(index)])
    assert run.exit_code == 0, run.output
    with open_index(index) as reader:
        assert reader.count == 2


@pytest.mark.no_cover  # many tries of lines that other tests cover
def test_an_export_of_any_size_takes_the_memory_of_a_post(tmp_path: Path) -> None:
    """Twelve megabytes of posts, of which only one is in memory at a time."""
    text = EXPORT.read_text(encoding="utf-8")
    head, _, rest = text.partition("\t\t<item>")
    post = "\t\t<item>" + rest.partition("\t\t</item>")[0].replace("মেঘনাও", "মেঘনাও " * 500) + "</item>\n"
    path = tmp_path / "export.xml"
    with path.open("w", encoding="utf-8") as file:
        file.write(head)
        for number in range(1_000):
            file.write(post.replace(">17<", f">{number}<"))
        file.write("</channel></rss>")
    assert path.stat().st_size > 12_000_000
    tracemalloc.start()
    count = sum(1 for _ in Corpus([path], Problems(strict=True)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 1_000
    assert peak < 4_000_000


def test_an_export_that_is_cut_short_is_reported(tmp_path: Path) -> None:
    """Inside a post, and after one."""
    text = EXPORT.read_text(encoding="utf-8")
    for cut in (text.index("খসড়া"), text.index("\t</channel>")):
        read = read_file(tmp_path / "export.xml", text[:cut])
        assert (read.kinds, read.unreadable) == (["xml"], 1)
        assert read.articles[0].id == "wp-17"

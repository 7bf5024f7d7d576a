"""Exports of WordPress: what readers of the site may see becomes articles, and nothing else."""

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

EXPORT = Path("tests/data/wordpress/export.xml").resolve()


def test_only_what_is_published_is_read() -> None:
    """The rest is counted by what it is; a comment that closes an element in its text closes none."""
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
    """The author by the name that is shown, the day of the site, texts without shortcodes."""
    post, page = Reading(EXPORT).articles
    assert (post.title, post.author) == ("পদ্মার & মেঘনার কথা", "রহিমা খাতুন")
    assert (post.date, post.lang, post.category) == (dt.date(2026, 11, 21), "bn", "প্রকৃতি ও পরিবেশ")
    assert post.url == "https://nodi.example/2026/11/padma/"
    assert post.body == ("পদ্মা একটি নদী। a[0]]>b\nভোরের পদ্মা\nমেঘনাও বড় নদী [সম্পাদকের নোট: জরিপ ২০২৪] [sic]।")
    assert page.body == "আমরা নদীর খবর লিখি।\nযোগাযোগ: ঢাকা।"
    assert page.author == "নিজস্ব প্রতিবেদক"


def test_tags_and_categories_are_apart() -> None:
    """Each under its name, for a site that declares fields for them."""
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
    """What a shortcode of an address stands around goes with it."""
    assert without_shortcodes(text) == left


def test_an_export_and_the_plugin_are_one(tmp_path: Path) -> None:
    """An export that is imported, and then each post as the plugin sends it: every article is there once."""
    index = tmp_path / "index"
    run = CliRunner().invoke(main, ["index", "build", str(EXPORT), "--index", str(index)])
    assert run.exit_code == 0, run.output
    assert "2 articles in: 2 indexed, 0 left out" in run.stdout
    assert (
        "passed over: 1 attachment, 1 draft, 1 nav_menu_item, 1 password-protected, 1 private\n" in run.stdout
    )
    plugin = (EXPORT.parents[3] / "deploy" / "wordpress" / "onneshon-publish.php").read_text(encoding="utf-8")
    assert "'/api/v1/articles/wp-' . $post_id" in plugin
    (tmp_path / "pushed.jsonl").write_text(
        json.dumps({"id": "wp-17", "title": "পদ্মার নতুন কথা", "body": "পদ্মা একটি নদী।"}), encoding="utf-8"
    )
    run = CliRunner().invoke(main, ["index", "update", str(tmp_path / "pushed.jsonl"), "--index", str(index)])
    assert run.exit_code == 0, run.output
    with open_index(index) as reader:
        assert reader.count == 2


def test_an_export_of_any_size_takes_the_memory_of_a_post(tmp_path: Path) -> None:
    """Twelve megabytes of posts, of which none is in memory with another."""
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


def test_an_export_that_is_cut_short_is_told_of(tmp_path: Path) -> None:
    """Within a post, and after one."""
    text = EXPORT.read_text(encoding="utf-8")
    for cut in (text.index("খসড়া"), text.index("\t</channel>")):
        read = read_file(tmp_path / "export.xml", text[:cut])
        assert (read.kinds, read.unreadable) == (["xml"], 1)
        assert read.articles[0].id == "wp-17"

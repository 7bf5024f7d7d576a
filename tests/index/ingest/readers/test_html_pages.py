"""Web pages: the article without menus and other surroundings."""

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.bijoy.typist import composed
from tests.index.ingest.readers.reading import Reading, read_file

ROOT = Path(__file__).parents[4]
PARAGRAPH = "বর্ষার শুরুতে নদীর দুই কূল ছাপিয়ে জল উঠেছে ধানের ক্ষেতে, আর কৃষকেরা তাকিয়ে আছেন আকাশের দিকে। " * 3
PAGE = f"""<!DOCTYPE html>
<html lang="bn-BD"><head><title>নদীর কথা | খবরের কাগজ</title>
<meta property="og:title" content="নদীর কথা"><meta name="author" content="রহিমা খাতুন">
<meta property="og:image" content="https://img.example.org/17.jpg">
<meta property="article:published_time" content="2024-02-21T08:00:00+06:00">
<meta property="article:section" content="প্রকৃতি"><link rel="canonical" href="https://example.org/news/17">
<script>var menu = "এটি লেখা নয়";</script></head>
<body><nav><a href="/">প্রচ্ছদ</a> <a href="/sport">খেলা</a></nav>
<article><h1>নদীর কথা</h1><p>{PARAGRAPH}</p><p>দ্বিতীয় অনুচ্ছেদ। {PARAGRAPH}</p></article>
<footer>স্বত্ব সংরক্ষিত</footer></body></html>"""


def test_the_article_of_a_page_is_read(tmp_path: Path) -> None:
    """Title, text, author, date, section, address and picture; without menu, script and footer."""
    read = read_file(tmp_path / "page.html", PAGE)
    assert read.faults == []
    (article,) = read.articles
    assert (article.id, article.title, article.lang) == ("page", "নদীর কথা", "bn")
    assert article.body.startswith("বর্ষার শুরুতে")
    assert "দ্বিতীয় অনুচ্ছেদ" in article.body
    assert not any(word in article.body for word in ("প্রচ্ছদ", "স্বত্ব", "এটি লেখা নয়"))
    assert (article.date, article.author) == (dt.date(2024, 2, 21), "রহিমা খাতুন")
    assert article.url == "https://example.org/news/17"
    assert article.image == "https://img.example.org/17.jpg"


def test_what_nobody_sees_on_a_page_is_no_part_of_its_article(tmp_path: Path) -> None:
    """Hidden parts and the lines drawn for a table are left out; ``hidden="until-found"`` is kept."""
    more = "<p hidden>গোপন কথা আছে এখানে</p><template><p>ছাঁচের কথা</p></template>"
    more += "<table><tr><th>নদী</th><td>পদ্মা</td></tr></table>"
    shown = '<p hidden="until-found">ভাঁজ করা অনুচ্ছেদ আছে এখানে</p>'
    (article,) = read_file(
        tmp_path / "a.html", PAGE.replace("</article>", f"{more}{shown}</article>")
    ).articles
    assert "ভাঁজ করা" in article.body
    assert "পদ্মা" in article.body
    assert not any(word in article.body for word in ("গোপন", "ছাঁচ", "---"))
    (hidden,) = read_file(tmp_path / "b.html", PAGE.replace("<article>", "<article hidden>")).articles
    assert hidden.body.startswith("বর্ষার শুরুতে")


@pytest.mark.parametrize(
    ("base", "image"),
    [("", "https://example.org/img/17.jpg"), ('<base href="/a/">', "https://example.org/a/img/17.jpg")],
)
def test_the_address_of_a_picture_begins_from_that_of_its_page(tmp_path: Path, base: str, image: str) -> None:
    """Results have absolute addresses only."""
    page = PAGE.replace("https://img.example.org/17.jpg", "img/17.jpg").replace("news/17", "17")
    (article,) = read_file(tmp_path / "a.html", page.replace("<title>", f"{base}<title>")).articles
    assert article.image == image


def test_tags_that_nothing_closes_cut_off_no_text(tmp_path: Path) -> None:
    """Old systems nest each paragraph in the one before; libxml2 gives up at a depth of 256."""
    said = "পদ্মা বাংলাদেশের একটি প্রধান নদী, এই নদীর তীরে বহু মানুষ বাস করে।"
    text = "".join(f"<p><div>অনুচ্ছেদ {number}: {said}</p>\n" for number in range(270))
    read = read_file(tmp_path / "old.html", f"<html><body><h1>নদীর কথা</h1>{text}</body></html>")
    (article,) = read.articles
    assert [line for line in article.body.split("\n") if line.startswith("অনুচ্ছেদ")] == [
        f"অনুচ্ছেদ {number}: {said}" for number in range(270)
    ]


def test_elements_within_each_other_without_end_are_reported(tmp_path: Path) -> None:
    """The part that a parser would read makes no article."""
    read = read_file(tmp_path / "a.html", f"<html><body>নদী{'<div>' * 1001}পদ্মা</body></html>")
    ((_where, kind, reason),) = read.faults
    assert (kind, "more than 1,000 elements within each other" in reason) == ("html", True)


def test_folders_of_pages_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    """At any depth; the ids are the paths without the suffix."""
    (tmp_path / "news").mkdir()
    for name in ("b.htm", "news/a.html", "a.xhtml"):
        (tmp_path / name).write_text(PAGE, encoding="utf-8")
    assert [article.id for article in Reading(tmp_path).articles] == ["a", "b", "news/a"]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "<html></html>",
        "<!doctype html><html><body><script>1</script></body></html>",
        "<html>" + "<div>" * 50_000,
    ],
    ids=["empty", "no body", "script alone", "deep"],
)
def test_a_page_without_an_article_is_reported(tmp_path: Path, content: str) -> None:
    """The fault has the name of the file."""
    read = read_file(tmp_path / "page.html", content)
    ((where, kind, _reason),) = read.faults
    assert (where, kind) == (str(tmp_path / "page.html"), "html")


def test_a_page_is_recognised_by_its_first_bytes_too(tmp_path: Path) -> None:
    """If its name has no suffix."""
    assert read_file(tmp_path / "page", PAGE).formats == {"html": 1}


def test_a_page_that_says_its_encoding_is_read_in_it(tmp_path: Path) -> None:
    """Old pages have other encodings than UTF-8."""
    page = PAGE.replace("<head>", '<head><meta charset="utf-16">').encode("utf-16")
    read = read_file(tmp_path / "page.html", page)
    assert read.titles == ["নদীর কথা"]


@pytest.mark.parametrize(
    "spoilt", [PAGE.encode()[:-40] + b"\xe0\xa6", PAGE.encode().replace("কূল".encode(), b"\xe0")]
)
def test_a_wrong_byte_does_not_make_another_script_of_a_page(tmp_path: Path, spoilt: bytes) -> None:
    """A page cut in the middle of a letter, or with a stray byte, is still UTF-8."""
    read = read_file(tmp_path / "page.html", spoilt)
    assert read.titles == ["নদীর কথা"]
    assert "ধানের ক্ষেতে" in read.articles[0].body


def test_a_page_in_another_encoding_is_read_in_it(tmp_path: Path) -> None:
    """The one declared, when most bytes beyond ASCII are not valid UTF-8."""
    head = '<head><meta charset="windows-1252"><title>Fête</title></head>'
    page = f"<html>{head}<body><article><h1>Fête</h1><p>{{}}</p></article></body></html>"
    text = "Les élèves ont célébré la fête de l'été à l'école, où l'on a chanté jusqu'à la nuit tombée. "
    read = read_file(tmp_path / "page.html", page.format(text * 4).encode("windows-1252"))
    assert read.titles == ["Fête"]
    assert "célébré" in read.articles[0].body


def test_a_page_in_a_font_of_bijoy_is_converted(tmp_path: Path) -> None:
    """Title and text are converted; old sites have many such pages."""
    text = "el©vi ïi“‡Z b`xi `yB K‚j Qvwc‡q Rj D‡V‡Q av‡bi †¶‡Z, Avi K…l‡Kiv ZvwK‡q Av‡Qb AvKv‡ki w`‡K| " * 4
    body = f"<body><article><h1>b`xi K_v</h1><p>{text}</p></article></body>"
    page = f"<!DOCTYPE html><html><head><title>b`xi K_v</title></head>{body}</html>"
    read = read_file(tmp_path / "page.html", page)
    assert read.titles == ["নদীর কথা"]
    assert read.articles[0].body.startswith(composed("বর্ষার শুরুতে নদীর দুই কূল ছাপিয়ে জল উঠেছে"))
    assert read.converted == 1


def test_what_the_library_lacks_is_named_and_not_the_library(tmp_path: Path) -> None:
    """An advice to install what is there would not help. In a process of its own, as it is loaded here."""
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    program = """
import sys
sys.modules["lxml_html_clean"] = None
from pathlib import Path
from onneshon.index.ingest.corpus import Corpus
from onneshon.index.ingest.intake import Problems
problems = Problems(listener=print)
assert not list(Corpus([Path(sys.argv[1])], problems))
assert problems.unreadable == 1
"""
    told = subprocess.run(
        [sys.executable, "-c", program, tmp_path], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout
    assert "needs trafilatura, which is there and cannot be imported" in told
    assert "lxml_html_clean" in told
    assert "pip install --upgrade 'onneshon[html]'" in told


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("<time>প্রকাশ: বুধবার, ২১ ফেব্রুয়ারি ২০২৪, ১০:৩০ এএম</time>", dt.date(2024, 2, 21)),
        ("<p>প্রকাশিত: ০৩/০৪/২০২৪</p>", dt.date(2024, 4, 3)),
        ("<div><i></i> প্রকাশের সময় : <b>২১ ফেব্রুয়ারি, ২০২৪, ১০:৩০ পূর্বাহ্ন</b></div>", dt.date(2024, 2, 21)),
        ("<p>প্রকাশ: ফেব্রুয়ারি ২০২৪</p>", None),
        ("<p>প্রকাশিত সংবাদে ক্ষোভ</p>", None),
    ],
)
def test_the_day_behind_a_label_is_that_of_an_article(
    tmp_path: Path, written: str, day: dt.date | None
) -> None:
    """If nothing else on the page has a date; a month is no date."""
    page = PAGE.replace('<meta property="article:published_time" content="2024-02-21T08:00:00+06:00">', "")
    (article,) = read_file(tmp_path / "a.html", page.replace("<article>", f"<article>{written}")).articles
    assert article.date == day


@pytest.mark.parametrize(("before", "day"), [(19, dt.date(2024, 2, 21)), (20, None)])
def test_few_labels_are_checked_for_a_day(tmp_path: Path, before: int, day: dt.date | None) -> None:
    """Each look costs time in proportion to the page, which may have thousands of labels."""
    written = "<p>প্রকাশ</p>" * before + "<p>প্রকাশিত: ২১ ফেব্রুয়ারি ২০২৪</p>"
    page = PAGE.replace('<meta property="article:published_time" content="2024-02-21T08:00:00+06:00">', "")
    (article,) = read_file(tmp_path / "a.html", page.replace("<article>", f"<article>{written}")).articles
    assert article.date == day

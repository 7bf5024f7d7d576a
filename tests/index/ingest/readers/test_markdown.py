"""Markdown of sites and notes: front matter, text without markup, and no drafts."""

import datetime as dt
from pathlib import Path

import pytest

from onneshon.index import Article
from onneshon.index.configuration import Configuration, KeywordField
from onneshon.index.errors import CorpusError
from onneshon.index.ingest.corpus import Corpus
from onneshon.index.ingest.intake import Problems
from onneshon.index.ingest.readers.markdown import front_matter
from tests.index.ingest.readers.reading import Reading, read_file

YAML = """---
title: নদীর কথা
date: 2024-02-21T23:30:00+06:00
author: জসীম উদ্‌দীন
categories: [প্রকৃতি, দেশ]
tags:
  - নদী
  - বর্ষা
url: /posts/nodi/
---
"""
TOML = """+++
title = "নদীর কথা"
date = 2024-02-21T23:30:00+06:00
author = "জসীম উদ্‌দীন"
categories = ["প্রকৃতি", "দেশ"]
tags = ["নদী", "বর্ষা"]
url = "/posts/nodi/"
+++
"""
JSON = """{"title": "নদীর কথা", "date": "2024-02-21T23:30:00+06:00", "author": "জসীম উদ্‌দীন",
"categories": ["প্রকৃতি", "দেশ"], "tags": ["নদী", "বর্ষা"], "url": "/posts/nodi/"}
"""
TEXT = "\nপদ্মা একটি *নদী*।\n"


def article_of(path: Path, text: str, *fields: str) -> Article:
    """The article in a file, with some declared fields of several values."""
    path.write_text(text, encoding="utf-8")
    declared = tuple(KeywordField(name, several=True) for name in fields)
    (article,) = Corpus([path], Problems(strict=True), configuration=Configuration(fields=declared))
    return article


@pytest.mark.parametrize("head", [YAML, TOML, JSON, YAML.replace("\n", "\r\n")])
def test_front_matter_says_what_an_article_is(tmp_path: Path, head: str) -> None:
    """In each format; the first category is the article's, and a declared field has all."""
    found = article_of(tmp_path / "a.md", head + TEXT, "tags", "categories")
    assert (found.title, found.body, found.author) == ("নদীর কথা", "পদ্মা একটি নদী।", "জসীম উদ্‌দীন")
    assert (found.date, found.category, found.url) == (dt.date(2024, 2, 21), "প্রকৃতি", "/posts/nodi/")
    assert found.keywords == {"tags": ("নদী", "বর্ষা"), "categories": ("প্রকৃতি", "দেশ")}


@pytest.mark.parametrize(
    ("name", "text", "title", "day"),
    [
        ("nodir-kotha.md", "পদ্মা।", "nodir kotha", None),
        ("নদীর কথা.md", "পদ্মা।", "নদীর কথা", None),
        ("a.md", "# নদীর কথা\n\nপদ্মা।", "নদীর কথা", None),
        ("2024-02-21-নদীর-কথা.markdown", "পদ্মা।", "নদীর কথা", dt.date(2024, 2, 21)),
        ("2024-02-21-a.md", "---\ntitle: 1971\ndate: 2024-04-14\n---\nপদ্মা।", "1971", dt.date(2024, 4, 14)),
        ("2024-02-21-a.md", "---\ntitle: ~\n---\nপদ্মা।", "a", dt.date(2024, 2, 21)),
        ("মেলা/index.md", "পদ্মা।", "মেলা", None),
    ],
)
def test_a_title_is_said_or_a_heading_or_the_name(
    tmp_path: Path, name: str, text: str, title: str, day: dt.date | None
) -> None:
    """Jekyll's file names have a date; an index file in a folder has the folder's name."""
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    found = article_of(path, text)
    assert (found.title, found.body, found.date) == (title, "পদ্মা।", day)


def test_a_slug_is_the_id_in_its_folder(tmp_path: Path) -> None:
    """So that the file may be renamed."""
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts" / "2024-02-21-a.md").write_text("---\nslug: nodi\n---\nপদ্মা।", encoding="utf-8")
    assert [article.id for article in Reading(tmp_path).articles] == ["posts/nodi"]


@pytest.mark.parametrize(
    "head",
    [
        "---\ndraft: true\n---",
        "---\npublished: false\n---",
        "---\npublish: False\n---",
        "+++\ndraft = true\n+++",
        '{"draft": true}',
    ],
)
def test_drafts_are_skipped_and_counted(tmp_path: Path, head: str) -> None:
    """Like files in the folder of drafts; a file without such a mark is no draft."""
    read = read_file(tmp_path / "a.md", f"{head}\nপদ্মা।")
    assert (read.articles, read.faults, read.passed) == ([], [], {"drafts": 1})
    assert len(read_file(tmp_path / "b.md", "---\ndraft: false\npublished: true\n---\nপদ্মা।").articles) == 1
    (tmp_path / "_drafts").mkdir()
    assert read_file(tmp_path / "_drafts" / "c.md", "পদ্মা।").passed == {"drafts": 1}


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ('**পদ্মা** একটি [নদী](https://x.example "y")।', "পদ্মা একটি নদী।"),
        ("পদ্মা ![ছবি](a.jpg) নদী `কোড` ~~না~~", "পদ্মা নদী কোড না"),
        ("| ক | খ |\n|---|---|\n| গ | ঘ |", "ক\nখ\nগ\nঘ"),
        ("> উক্তি\n> আরও", "উক্তি আরও"),
        ("- এক\n- দুই", "এক\nদুই"),
        ("<div>পদ্মা <b>নদী</b></div>\n\n<!--more-->\n\nশেষ", "পদ্মা নদী\nশেষ"),
        ('{{< figure src="a.jpg" >}}পদ্মা {{% note %}}নদী{{% /note %}}', "পদ্মা নদী"),
        ("{% include a.html %}পদ্মা {{ page.title }} নদী {: .lead}", "পদ্মা নদী"),
        ("[[পদ্মা]] ও [[মেঘনা|মেঘনা নদী]] ![[ছবি.png]] %% নিজের কথা %%", "পদ্মা ও মেঘনা নদী"),
        ("> [!note] টীকা\n> পদ্মা", "টীকা পদ্মা"),
        ("পদ্মা[^1] নদী।\n\n[^1]: টীকা", "পদ্মা নদী।\nটীকা"),
        ("```python\nx = 1\n```", "x = 1"),
    ],
)
def test_the_text_is_without_marks(tmp_path: Path, text: str, body: str) -> None:
    """Markup of CommonMark, of Hugo and Jekyll, and of Obsidian."""
    found = article_of(tmp_path / "a.md", f"---\ntitle: x\n---\n{text}")
    assert found.body == body


@pytest.mark.parametrize(
    ("head", "author", "tags"),
    [
        ("authors: [ক, খ]\nkeywords: নদী, বর্ষা", "ক, খ", ("নদী", "বর্ষা")),
        ("author: {name: ক}\ntags: নদী", "ক", ("নদী",)),
        ("author: {email: x}\ntags: {a: b}", "", ("{'a': 'b'}",)),
        ("authors:\n  - name: ক\n  - name: খ\ntags:", "ক, খ", ()),
    ],
)
def test_authors_and_tags_are_written_in_several_ways(
    tmp_path: Path, head: str, author: str, tags: tuple[str, ...]
) -> None:
    """A single value, a list, or objects."""
    found = article_of(tmp_path / "a.md", f"---\n{head}\n---\nপদ্মা।", "tags")
    assert (found.author, found.keywords.get("tags", ())) == (author, tags)


@pytest.mark.parametrize(
    "head",
    [
        "---\na: [\n---",
        "---\n- a\n---",
        "---\nx: &a [1]\ny: *a\n---",
        "+++\na =\n+++",
        '{"a": ',
        f"---\na: {'[' * 5_000}\n---",
        f'{{"a": {"[" * 5_000}',
    ],
    ids=["YAML", "list", "alias", "TOML", "JSON", "deep YAML", "deep JSON"],
)
def test_broken_front_matter_is_reported(tmp_path: Path, head: str) -> None:
    """YAML references are refused, as they could expand without limit."""
    read = read_file(tmp_path / "a.md", f"{head}\nপদ্মা।")
    assert (read.kinds, read.articles) == (["format"], [])
    assert "broken front matter" in read.faults[0][2]


@pytest.mark.parametrize("fence", ["---", "+++"])
def test_front_matter_that_is_too_long_is_told_of(tmp_path: Path, fence: str) -> None:
    """Taken for text, it would be shown to readers, and a draft in it would be public."""
    head = f'{fence}\ndraft = "true"\n{"# পদ্মা মেঘনা যমুনা" * 5_000}\n{fence}\n'
    read = read_file(tmp_path / "a.md", f"{head}পদ্মা একটি নদী।")
    assert (read.kinds, read.articles) == (["long"], [])
    assert "front matter of more than 65,536 characters" in read.faults[0][2]


def test_a_value_that_wants_quotes_is_reported_with_its_line(tmp_path: Path) -> None:
    """The line is that of the file, and the message shows how to quote the value."""
    read = read_file(tmp_path / "a.md", "---\nauthor: রহিমা\ntitle: নদী: পদ্মা\n---\nলেখা\n")
    ((_where, _kind, reason),) = read.faults
    assert reason.startswith("broken front matter: line 3: mapping values are not allowed")
    assert 'title: "নদী: পদ্মা"' in reason


def test_text_that_only_looks_like_front_matter_is_text() -> None:
    """A line, a macro, or a block that never ends."""
    for text in ("--- নদী", "{{< x >}}", "---\nnot closed", "নদী\n---\na: b\n---"):
        assert front_matter(text, "a.md") == ({}, text)
    assert front_matter("---\n---\nনদী", "a.md") == ({}, "নদী")
    with pytest.raises(CorpusError):
        front_matter("---\nx\n---\n", "a.md")


def test_hostile_text_costs_itself(tmp_path: Path) -> None:
    """Unclosed brackets without end, a NUL, and bytes that are no UTF-8."""
    for signs in ("[", "{{%", "{%"):  # a parser would search for the end of each
        assert read_file(tmp_path / "a.md", signs * 200_000).kinds == ["long"]
    assert read_file(tmp_path / "b.md", "a\0b").kinds == ["nul"]
    assert read_file(tmp_path / "c.md", b"\x80 \xff").kinds == ["utf-8"]

"""EPUB: the documents of a book, in reading order."""

import io
import zipfile
from pathlib import Path

import pytest

from onneshon.index.ingest.readers import archive
from tests.index.ingest.readers.reading import read_file

CONTAINER = """<?xml version="1.0"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/>
</rootfiles></container>"""
PACKAGE = """<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>গল্পগুচ্ছ</dc:title><dc:creator>রহিমা খাতুন</dc:creator>
<dc:language>bn</dc:language></metadata>
<manifest><item id="b" href="two%20.xhtml" media-type="application/xhtml+xml"/>
<item id="a" href="one.xhtml" media-type="application/xhtml+xml"/>
<item id="c" href="cover.xhtml" media-type="application/xhtml+xml"/></manifest>
<spine><itemref idref="c"/><itemref idref="a"/><itemref idref="b"/></spine></package>"""


def chapter(heading: str, text: str) -> str:
    """A document of a book."""
    return f"<html><head><title>বই</title></head><body><h1>{heading}</h1><p>{text}</p></body></html>"


def book(**changed: str) -> bytes:
    """A book of two chapters and a cover without text, with some members changed."""
    members = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OEBPS/book.opf": PACKAGE,
        "OEBPS/cover.xhtml": "<html><body><img src='x.png'/></body></html>",
        "OEBPS/one.xhtml": chapter("প্রথম গল্প", "নদীর <i>ধারে</i> বাড়ি।"),
        "OEBPS/two .xhtml": chapter("দ্বিতীয় গল্প", "মেলার দিন।"),
        **{name.replace("__", "/").replace("_", "."): text for name, text in changed.items()},
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text, zipfile.ZIP_STORED if name == "mimetype" else None)
    return target.getvalue()


def test_chapters_are_articles_in_the_order_of_the_book(tmp_path: Path) -> None:
    """They have the author, category and language of the book."""
    read = read_file(tmp_path / "book.epub", book())
    assert read.faults == []
    assert [(article.id, article.title, article.body) for article in read.articles] == [
        ("book#OEBPS/one.xhtml", "প্রথম গল্প", "প্রথম গল্প\nনদীর ধারে বাড়ি।"),
        ("book#OEBPS/two .xhtml", "দ্বিতীয় গল্প", "দ্বিতীয় গল্প\nমেলার দিন।"),
    ]
    assert {(article.author, article.category, article.lang) for article in read.articles} == {
        ("রহিমা খাতুন", "গল্পগুচ্ছ", "bn")
    }
    assert read.passed == {"no text": 1}


def test_a_table_of_contents_is_no_article(tmp_path: Path) -> None:
    """It has all headings, so that it would be found along with each chapter."""
    package = PACKAGE.replace('id="a"', 'id="a" properties="scripted nav"')
    read = read_file(tmp_path / "book.epub", book(OEBPS__book_opf=package))
    assert (read.titles, read.passed) == (["দ্বিতীয় গল্প"], {"no text": 1, "tables of contents": 1})


@pytest.mark.parametrize(
    ("href", "member"),
    [
        ("one.xhtml#p1", "one.xhtml"),
        ("text/%E0%A6%97%E0%A6%B2%E0%A7%8D%E0%A6%AA.xhtml#শুরু", "text/গল্প.xhtml"),
        ("one%20.xhtml", "one%20.xhtml"),
        ("one#1.xhtml", "one#1.xhtml"),
    ],
)
def test_addresses_lead_to_documents(tmp_path: Path, href: str, member: str) -> None:
    """An address may have a fragment, and be percent-encoded or not."""
    package = PACKAGE.replace("one.xhtml", href)
    content = {f"OEBPS__{member.replace('.', '_')}": chapter("গল্প", "হাটের দিন।")}
    read = read_file(tmp_path / "book.epub", book(OEBPS__book_opf=package, **content))
    assert (read.faults, read.titles) == ([], ["গল্প", "দ্বিতীয় গল্প"])


def test_a_book_is_recognised_by_its_first_bytes(tmp_path: Path) -> None:
    """Its name need not end in ``.epub``."""
    assert read_file(tmp_path / "book", book()).formats == {"epub": 1}


def test_a_document_that_grows_without_end_is_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit holds whatever its header says; the other documents are read."""
    monkeypatch.setattr(archive, "MAX_BYTES", 10_000)
    read = read_file(tmp_path / "book.epub", book(OEBPS__one_xhtml="ক" * 5_000_000))
    assert read.titles == ["দ্বিতীয় গল্প"]
    assert [(where, kind) for where, kind, _ in read.faults] == [
        (f"{tmp_path / 'book.epub'}: OEBPS/one.xhtml", "long")
    ]


def test_entities_are_refused(tmp_path: Path) -> None:
    """A book that declares entities is not read."""
    bomb = PACKAGE.replace("<package", '<!DOCTYPE x [<!ENTITY a "হা">]><package', 1).replace("গল্পগুচ্ছ", "&a;")
    assert read_file(tmp_path / "book.epub", book(OEBPS__book_opf=bomb)).kinds == ["file"]


@pytest.mark.parametrize("cut", [1, 30, 400])
def test_a_book_that_is_cut_short_is_reported(tmp_path: Path, cut: int) -> None:
    """The directory of the archive is at its end."""
    read = read_file(tmp_path / "book.epub", book()[:-cut])
    assert (read.kinds, read.unreadable) == (["file"], 1)


def test_a_document_with_altered_bytes_costs_itself_alone(tmp_path: Path) -> None:
    """At any byte: the compressed data may be invalid after that."""
    whole = book()
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        member = archive.getinfo("OEBPS/one.xhtml")
    start = member.header_offset + 30 + len(member.filename.encode())
    for at in range(start, start + member.compress_size):
        read = read_file(tmp_path / "book.epub", whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        assert read.titles[-1] == "দ্বিতীয় গল্প"
        assert (len(read.titles) + len(read.kinds), read.unreadable) == (2, 0)


@pytest.mark.parametrize(("name", "left"), [("OEBPS/one.xhtml", 1), ("OEBPS/book.opf", 0)])
def test_what_is_encrypted_is_reported(tmp_path: Path, name: str, left: int) -> None:
    """A document is skipped alone; an encrypted list of documents makes the book a fault."""
    whole = bytearray(book())
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        start = archive.getinfo(name).header_offset
    listed = whole.rindex(name.encode()) - 46
    whole[start + 6] |= 1
    whole[listed + 8] |= 1
    read = read_file(tmp_path / "book.epub", bytes(whole))
    assert (len(read.articles), read.kinds, read.unreadable) == (left, ["file"], 1 - left)
    assert "encrypted" in read.faults[0][2]


def test_names_in_a_book_are_no_names_of_files(tmp_path: Path) -> None:
    """Documents outside of the book do not exist."""
    (tmp_path / "secret.txt").write_text("গোপন", encoding="utf-8")
    outside = PACKAGE.replace("one.xhtml", "../../secret.txt")
    read = read_file(tmp_path / "book.epub", book(OEBPS__book_opf=outside))
    assert read.titles == ["দ্বিতীয় গল্প"]
    assert (read.kinds, read.unreadable) == (["file"], 0)

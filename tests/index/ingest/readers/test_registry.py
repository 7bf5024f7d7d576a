"""Formats of sources, recognised by first bytes or names, and foreign files."""

import gzip
import io
import json
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.ingest.readers.opened import in_utf8
from onneshon.index.ingest.readers.registry import FORMATS, READERS, SUFFIXES, foreign
from tests.index.ingest.readers.reading import Reading, read_file
from tests.strategies import mixed_text


def test_names_and_suffixes_are_given_once() -> None:
    """Each belongs to one reader."""
    assert len(FORMATS) == len(READERS)
    assert len(SUFFIXES) == sum(len(reader.suffixes) for reader in READERS)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.jsonl", b'{"title": "x"}\n', "jsonl"),
        ("a.csv", b'\xef\xbb\xbf[\n{"title": "x"}]', "json"),
        ("a.csv", b'{"title": "x"}\n{"title": "y"}\n', "jsonl"),
        ("a.csv", b'{title},"x"\n', "csv"),
        ("a.ndjson.gz", gzip.compress(b'{"title": "x"}\n', mtime=0), "jsonl"),
        ("a", b'{"title": "x"}\n', "jsonl"),
        ("a.jsonl", b' [\n {"title": "x"}]', "json"),
        ("a.JSON", b'{"title": "x"}', "json"),
        ("a.txt", b"<html>", "text"),
        ("a.txt", b'{"title": "x"}', "text"),
        ("a.txt.gz", gzip.compress("নদী".encode(), mtime=0), "text"),
        ("a.csv", b"title\nx\n", "csv"),
        ("A.CSV.GZ", gzip.compress(b"title\nx\n", mtime=0), "csv"),
        ("a.xml", b"<?xml version='1.0'?><rss><channel/></rss>", "feed"),
        ("a.html", b"<?xml version='1.0'?><feed/>", "feed"),
        ("a", b"SELECT 1", "sql"),
        ("a.log", b"anything", "jsonl"),
    ],
)
def test_the_format_is_recognised_by_name_and_first_bytes(
    tmp_path: Path, name: str, content: bytes, expected: str
) -> None:
    """First bytes take precedence where they are conclusive."""
    assert read_file(tmp_path / name, content).formats == {expected: 1}


def test_a_format_that_is_asked_for_is_taken(tmp_path: Path) -> None:
    """The format overrides name and bytes; in a folder only files with its suffix are read."""
    (tmp_path / "a.txt").write_text("নদী।", encoding="utf-8")
    (tmp_path / "b.csv").write_text("title\nমেলা\n", encoding="utf-8")
    assert Reading(tmp_path, format="csv").titles == ["মেলা"]
    assert Reading(tmp_path / "a.txt", format="csv").kinds == []
    assert Reading(tmp_path / "b.csv", format="text").titles == ["title"]


LIBRARIES = [
    ("html", "a.html", "trafilatura"),
    ("wiki", "a.xml", "mwxml"),
    ("warc", "a.warc", "warcio"),
    ("parquet", "a.parquet", "pyarrow"),
    ("sql", "a.sql", "sqlalchemy"),
    ("epub", "a.epub", "defusedxml"),
    ("office", "a.docx", "defusedxml"),
    ("office", "a.odt", "defusedxml"),
    ("office", "a.xlsx", "openpyxl"),
    ("pdf", "a.pdf", "pypdfium2"),
    ("markdown", "a.md", "markdown_it"),
    ("sql", "a.db", "sqlalchemy"),
]


@pytest.mark.parametrize(("extra", "name", "library"), LIBRARIES)
def test_a_library_that_is_missing_is_named_with_what_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, extra: str, name: str, library: str
) -> None:
    """The fault is that of the source, and nothing else fails."""
    loaded = [module for module in sys.modules if module.split(".")[0] == library]
    for module in {library, *loaded}:
        monkeypatch.setitem(
            sys.modules, module, None
        )  # an import of it then fails as if it were not installed
    content = {"a.xml": b"<mediawiki>", "a.epub": b"PK\x03\x04"}.get(name, b"x")
    read = read_file(tmp_path / name, content)
    assert (read.kinds, read.unreadable) == (["file"], 1)
    assert f"onneshon[{extra}]" in read.faults[0][2]


def archive(*names: str, content: bytes = b"x" * 200) -> bytes:
    """A ZIP with members of these names."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as file:
        for name in names:
            file.writestr(name, content)
    return held.getvalue()


def tar() -> bytes:
    """A tar archive of one text."""
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as file:
        file.addfile(tarfile.TarInfo("a.txt"))
    return held.getvalue()


def dump(name: str) -> bytes:
    """The content of a file made by another program."""
    return (Path(__file__).parents[3] / "data" / "documents" / name).read_bytes()


OFFICE = "[Content_Types].xml", "_rels/.rels"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        (
            "a.pptx",
            archive(*OFFICE, "ppt/presentation.xml"),
            "slides: make one that is read with `libreoffice --headless --convert-to pdf FILE`",
        ),
        ("a.jsonl", archive(*OFFICE, "ppt/presentation.xml"), "slides"),
        (
            "a.ods",
            archive("mimetype", content=b"application/vnd.oasis.opendocument.spreadsheet"),
            "a sheet of OpenDocument: make one that is read with `libreoffice --headless --convert-to xlsx",
        ),
        (
            "a.odp",
            archive("mimetype", content=b"application/vnd.oasis.opendocument.presentation"),
            "slides or a drawing of OpenDocument",
        ),
        ("news.zip", archive("news.jsonl"), "a ZIP archive: unpack it"),
        (
            "a.xls",
            OLE,
            "a workbook of Excel before 2007: make one that is read with `libreoffice --headless --c",
        ),
        (
            "a.doc",
            OLE,
            "a document of Word before 2007: make one that is read with `libreoffice --headless --c",
        ),
        (
            "a.ppt",
            OLE,
            "slides of PowerPoint before 2007: make one that is read with `libreoffice --headless -",
        ),
        ("a", OLE, "a document of Office before 2007"),
        (
            "a.sql",
            dump("postgresql.sql"),
            "a dump of PostgreSQL: make a database of it with `createdb news && psql",
        ),
        (
            "a.dump",
            dump("postgresql.dump"),
            "an archive of pg_dump: make a database of it with `createdb news",
        ),
        (
            "a.sql",
            b"-- MySQL dump 10.13  Distrib 8.0",
            "a dump of MySQL or MariaDB: make a database of it with `mysqla",
        ),
        (
            "a.sql",
            b"/*M!999999\\- enable the sandbox mode */ \n-- MariaDB dump 10.19",
            "a dump of MySQL or MariaDB",
        ),
        (
            "a.sql",
            b"PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n",
            "a dump of SQLite: make a database of it with `sqlite3 news.db < FILE`, then `onneshon",
        ),
        ("a.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0", "a picture (JPEG)"),
        ("a.json", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a picture (PNG)"),
        ("a.mp4", b"\0\0\0 ftypisom\0\0", "a recording"),
        ("a.heic", b"\0\0\0 ftypheic\0\0", "a picture"),
        ("a.rtf", b"{\\rtf1\\ansi Padma}", "a document in RTF"),
        ("a.tar", tar(), "a tar archive: unpack it"),
        ("a.tar.gz", gzip.compress(tar(), mtime=0), "a tar archive: unpack it"),
        ("a.mdb", b"\0\1\0\0Standard Jet DB\0", "a database of Access"),
        ("a.eml", "Subject: নদী\n\nপদ্মা".encode(), "letters of a mail program: save each as a text (.txt)"),
        ("inbox", b"From a@b.org Wed Feb 21 10:00:00 2024\nSubject: x\n\nx\n", "letters of a mail program"),
        ("a.msg", OLE, "letters of a mail program"),
        ("a.mht", b"MIME-Version: 1.0\nContent-Type: multipart/related\n", "a page with its pictures in one"),
        ("a.mdb", b"\xff\x80 broken", "by its name a database of Access"),
        ("a.txt", "নদী".encode("utf-16-le"), "a text in UTF-16 without a byte order mark: save it as UTF-8"),
        ("a.jsonl", '{"title": "x"}'.encode("utf-16-be"), "a text in UTF-16 without a byte order mark"),
        ("a.csv", "title\nনদী\n".encode("utf-32"), "a text in UTF-32: save it as UTF-8"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",  # some of the bytes contain the time
)
def test_a_file_of_another_program_says_what_it_is(
    tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    """The message has a remedy, and is the single fault of its source."""
    read = read_file(tmp_path / name, content)
    assert (read.titles, read.kinds, read.unreadable, read.formats) == ([], ["format"], 1, {})
    assert read.faults[0][2].startswith(says)


@pytest.mark.parametrize("name", ["a.docx", "a.odt", "a.xlsx", "a.pdf"])
@pytest.mark.parametrize("called", ["a.txt", "a.jsonl", "a", "a.xls", "a.csv"])
def test_a_document_is_recognised_by_its_first_bytes(tmp_path: Path, name: str, called: str) -> None:
    """The format is recognised under any file name."""
    content = dump(f"libreoffice{name[1:]}")
    read = read_file(tmp_path / called, content)
    assert (read.formats, read.faults) == ({name[2:]: 1}, [])
    assert read.titles == read_file(tmp_path / name, content).titles


def test_a_format_that_is_asked_for_makes_no_text_of_a_picture(tmp_path: Path) -> None:
    """Its bytes show what it is."""
    assert read_file(tmp_path / "a.txt", b"\x89PNG\r\n\x1a\n\0", format="text").kinds == ["format"]


@pytest.mark.parametrize("text", ["ID3 একটি নিয়ম।", "OTTO", "OggS", "নদী ftyp", "II", "wOFF", "MM*"])
def test_a_text_that_begins_like_a_file_of_another_program_is_a_text(tmp_path: Path, text: str) -> None:
    """If it is UTF-8, whatever its name is."""
    assert [article.body for article in read_file(tmp_path / "a.txt", text).articles] == [text]
    assert read_file(tmp_path / "b.mdb", json.dumps({"title": text})).titles == [text]


@given(mixed_text, st.sampled_from(["a.txt", "a.jsonl", "a", "a.mdb"]))
def test_no_text_is_taken_for_a_file_of_another_program(text: str, name: str) -> None:
    """The only exceptions are texts that begin like RTF, and texts with NULs."""
    if not text.startswith("{\\rtf") and "\0" not in text:
        assert foreign(name, text.encode("utf-8", "replace")) is None


RECORD = {"id": "ক", "title": "নদীর কথা", "body": "পদ্মা 𑄌 একটি নদী।"}
RSS = (
    '<?xml version="1.0" encoding="UTF-16"?><rss><channel><item><guid>0</guid><title>নদী</title>'
    "<description>পদ্মা 𑄌 একটি নদী।</description></item></channel></rss>"
)
LINES = [json.dumps({**RECORD, "id": str(number)}, ensure_ascii=False) for number in range(3)]


@pytest.mark.parametrize("code", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.jsonl", "\r\n".join(LINES)),
        ("a.json", f"[{', '.join(LINES)}]"),
        ("a.csv", "id\ttitle\tbody\r\n" + "0\tনদীর কথা\tপদ্মা 𑄌 একটি নদী।\r\n"),
        ("a.txt", "নদীর কথা।\nপদ্মা 𑄌 একটি নদী।"),
        ("a.rss", RSS),
    ],
)
def test_a_text_in_utf16_is_read_as_the_same_in_utf8(tmp_path: Path, name: str, text: str, code: str) -> None:
    """It has a byte order mark, and may be compressed."""
    plain = read_file(tmp_path / name, text.replace("UTF-16", "UTF-8"))
    assert plain.articles
    content = ("\ufeff" + text).encode(code)
    assert read_file(tmp_path / name, content).articles == plain.articles
    assert read_file(tmp_path / name, gzip.compress(content)).articles == plain.articles


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", b'{"title": "caf\xe9 au lait"}\n'),
        ("a.csv", b"title,body\ncaf\xe9 au lait,nuit\n"),
        ("a.txt", b"caf\xe9 au lait\n"),
        ("a.atom", b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>caf\xe9</title></entry></feed>"),
    ],
)
def test_a_text_in_an_older_code_is_reported_with_what_converts_it(
    tmp_path: Path, name: str, content: bytes
) -> None:
    """The command can be copied from the message."""
    ((_, kind, reason),) = read_file(tmp_path / name, content).faults
    assert (kind, "iconv -f WINDOWS-1252 -t UTF-8" in reason) == ("utf-8", True)


def test_half_a_surrogate_pair_costs_its_record_alone(tmp_path: Path) -> None:
    """One record is a fault, and the others are read."""
    lines = [LINES[0], '{"title": "\ud800"}', LINES[2]]
    content = b"\xff\xfe" + "\n".join(lines).encode("utf-16-le", "surrogatepass")
    read = read_file(tmp_path / "a.jsonl", content)
    assert (len(read.articles), read.kinds, read.unreadable) == (2, ["utf-8"], 0)


def test_a_text_in_utf16_that_is_cut_within_a_character_is_cut_short(tmp_path: Path) -> None:
    """The file counts as cut short, since its rest is unknown."""
    content = ("\ufeff" + "\n".join(LINES)).encode("utf-16-le")
    read = read_file(tmp_path / "a.jsonl", content[:-1])
    assert (read.kinds, read.unreadable) == (["file"], 1)
    assert "cut short" in read.faults[0][2]


@given(mixed_text, st.sampled_from(["utf-16-le", "utf-16-be"]), st.integers(1, 7))
def test_pieces_may_end_anywhere(text: str, code: str, size: int) -> None:
    """Inside a character, or inside a surrogate pair."""
    content = ("\ufeff" + text).encode(code, "surrogatepass")
    pieces = (content[at : at + size] for at in range(0, len(content), size))
    assert b"".join(in_utf8(pieces)) == text.encode("utf-8", "surrogatepass")


@given(st.binary(max_size=40), st.integers(1, 5))
def test_what_has_no_mark_stays_as_it_is(content: bytes, size: int) -> None:
    """Its bytes are passed on unchanged."""
    if not content.startswith((b"\xff\xfe", b"\xfe\xff")) or content.startswith(b"\xff\xfe\0\0"):
        pieces = (content[at : at + size] for at in range(0, len(content), size))
        assert b"".join(in_utf8(pieces)) == content


def test_a_picture_in_a_folder_is_counted_and_one_that_is_named_is_a_fault(tmp_path: Path) -> None:
    """A file that is named was meant to be read."""
    (tmp_path / "a.txt").write_text("নদী।", encoding="utf-8")
    (tmp_path / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n\0")
    assert (Reading(tmp_path).faults, Reading(tmp_path).passed) == ([], {".png": 1})
    assert Reading(tmp_path / "b.png").kinds == ["format"]


SMALL_PARTS = {
    "dump.xml": """<mediawiki xml:lang="bn"><siteinfo><base>https://bn.wikipedia.org/wiki/a</base></siteinfo>
<page><title>পদ্মা</title><ns>0</ns><id>1</id><revision><id>2</id><timestamp>2024-02-21T00:00:00Z</timestamp>
<text>একটি নদী।</text></revision></page></mediawiki>""".encode(),
    "feed.xml": "<rss><channel><item><title>পদ্মা</title><description>নদী</description></item>".encode()
    + b"</channel></rss>",
    "rows.csv": "title;body\nপদ্মা;নদী\n".encode("utf-16"),
    "bijoy.csv": b"title,body\n" + "Avgvi †mvbvi evsjv,Avwg †Zvgvq fv‡jvevwm\n".encode("windows-1252") * 2,
}


@pytest.mark.parametrize("name", SMALL_PARTS)
def test_how_a_file_was_compressed_changes_nothing(tmp_path: Path, name: str) -> None:
    """A file may be one stream or one for each appended part; the first part may be a single word."""
    content = SMALL_PARTS[name]
    whole = read_file(tmp_path / name, content)
    parts = b"".join(gzip.compress(content[at : at + 7], mtime=0) for at in range(0, len(content), 7))
    inside = read_file(tmp_path / name, parts)
    assert whole.articles
    assert (inside.articles, inside.faults, inside.formats) == (whole.articles, whole.faults, whole.formats)


def test_what_precedes_a_fault_near_the_beginning_is_read(tmp_path: Path) -> None:
    """Even though more bytes are read ahead to recognise the format."""
    good = gzip.compress(b'{"title": "x"}\n', mtime=0)
    read = read_file(tmp_path / "a.jsonl.gz", good + b"rubbish")
    assert (read.titles, read.kinds) == (["x"], ["compression"])

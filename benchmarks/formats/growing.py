"""Files with a growing number of one element, for each element that a format can have many of.

    python -m benchmarks.formats.growing [--bytes 8000000] [NAME ...]

prints for each the time to read n, 2n and 4n bytes of it, and the memory that the last takes. The tests read
the same files and count calls instead of seconds.
"""

import argparse
import io
import os
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final, TypeAlias, cast

from benchmarks.formats.documents import docx, odt, pdf, workbook
from benchmarks.peak import peak_megabytes
from onneshon.index.ingest.corpus import Corpus
from onneshon.index.ingest.intake import Problems
from onneshon.index.ingest.readers.record import ReadingOptions

__all__ = ["CASES", "Measure", "measuring", "read", "written"]

_Maker = Callable[[int], str | bytes]

Measure: TypeAlias = Callable[[str, int], tuple[float, int, int, int]]
"""From a case and a number of bytes: processor seconds, peak memory in MiB, articles, faults."""


def _repeated(before: str, piece: str, after: str = "") -> _Maker:
    """Makes content of about ``size`` bytes, most of which repeat one piece."""
    return lambda size: before + piece * (size // max(1, len(piece.encode()))) + after


def _numbered(before: str, piece: str, after: str = "") -> _Maker:
    """Makes content as ``_repeated`` does, with a number in each piece in place of ``#``."""
    width = len(piece.encode()) + 5
    return lambda size: before + "".join(piece.replace("#", str(n)) for n in range(size // width)) + after


_DOCUMENT: Final = "<html><body><h1>নদী</h1>{}</body></html>"
_PARAGRAPH: Final = f"<p>{'পদ্মা একটি নদী। ' * 30}</p>"
_PAGE: Final = f"<html><head><title>নদী</title></head><body><article>{_PARAGRAPH}", "</article></body></html>"
_ENTRY: Final = '<rss version="2.0"><channel><item><title>নদী</title>', "</item></channel></rss>"
_TEXT: Final = f"{_ENTRY[0]}<description><![CDATA[", f"]]></description>{_ENTRY[1]}"
_WIKI: Final = (
    (
        "<mediawiki><siteinfo><dbname>bnwiki</dbname></siteinfo>"
        "<page><title>নদী</title><ns>0</ns><id>1</id><revision><id>1</id><text>নদী\n"
    ),
    "\nনদী</text></revision></page></mediawiki>",
)


_NOTHING: Final = _repeated("", "")


def _book(chapter: _Maker, manifest: _Maker = _NOTHING, documents: int = 1) -> _Maker:
    """Makes a book with one chapter, which its list of documents may name more than once."""

    def made(size: int) -> bytes:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
            archive.writestr(
                "META-INF/container.xml",
                '<container><rootfiles><rootfile full-path="book.opf"/></rootfiles></container>',
            )
            archive.writestr(
                "book.opf",
                '<package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="a" href="a.xhtml"/>'
                f"{manifest(size)!s}</manifest><spine>"
                + '<itemref idref="a"/>' * documents
                + "</spine></package>",
            )
            archive.writestr("a.xhtml", chapter(size))
        return file.getvalue()

    return made


def _books_members(size: int) -> bytes:
    file = io.BytesIO(bytes(_encoded(_book(_repeated("<p>নদী</p>", " "))(1))))
    with zipfile.ZipFile(file, "a") as archive:
        for number in range(size // 1_000):
            archive.writestr(f"{number:0>1000}", "")
    return file.getvalue()


def _crawled(page: _Maker, head: _Maker = _NOTHING) -> _Maker:
    """Makes a crawl with one page."""

    def made(size: int) -> bytes:
        answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + _encoded(page(size))
        named = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://nodi.example/\r\n"
        more = _encoded(head(size)).strip()
        more = more + b"\r\n" if more else b""
        return named + more + b"Content-Length: %d\r\n\r\n" % len(answer) + answer + b"\r\n\r\n"

    return made


def _table(columns: Callable[[int], dict[str, list[Any]]], *, use_dictionary: bool = True) -> _Maker:
    """Makes a Parquet file, in which repeated values are stored once unless ``use_dictionary`` is False."""

    def made(size: int) -> bytes:
        import pyarrow as pa  # noqa: PLC0415  # an extra
        from pyarrow import parquet  # noqa: PLC0415

        file = io.BytesIO()
        # Statistics (the least and greatest value), which no reader uses, would take longer than all else.
        options = {"write_statistics": False, "use_dictionary": use_dictionary}
        parquet.write_table(pa.table(columns(size)), file, compression="zstd", **options)
        return file.getvalue()

    return made


_ROWS: Final = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT #) "
    "SELECT hex(zeroblob(400)) AS title FROM n"
)

CASES: Final[dict[str, tuple[str, _Maker]]] = {
    "values of JSON": ("a.jsonl", _repeated('{"title": "নদী", "x": [', "[],", "0]}")),
    "objects of JSON": ("a.jsonl", _repeated('{"title": "নদী", "x": [', '{"":0},', "0]}")),
    "keys of JSON": ("a.jsonl", _numbered('{"title": "নদী"', ',"#":0', "}")),
    "commas in a text of JSON": ("a.jsonl", _repeated('{"title": "নদী", "body": "', "a,", '"}')),
    "elements of an array": ("a.json", _repeated('[{"title": "নদী"}', f',["{"ক" * 100}"]', "]")),
    "lines of text": ("a.txt", _repeated("", "a\n")),
    "words of text": ("a.txt", _repeated("", "নদী ")),
    "columns of CSV": ("a.csv", _numbered("title", ",c#", "\nনদী\n")),
    "columns of one name": ("a.csv", _repeated("title", ",c", "\nনদী\n")),
    "cells of a row": ("a.csv", _repeated("title\nনদী", ",ক", "\n")),
    "lines of a cell": ("a.csv", _repeated('title\n"নদী', "ক\n", '"\n')),
    "rows of CSV": ("a.csv", _numbered("title\n", f"{'নদী' * 100} #\n")),
    "entries of a feed": (
        "a.rss",
        _repeated("<rss><channel>", f"<item><title>{'নদী' * 100}</title></item>", "</channel></rss>"),
    ),
    "attributes in a feed": ("a.rss", _numbered(f"{_ENTRY[0]}<link", ' a#=""', f"/>{_ENTRY[1]}")),
    "elements in an entry": (
        "a.rss",
        _repeated(f"{_ENTRY[0]}<description>", "<b>ক</b>", f"</description>{_ENTRY[1]}"),
    ),
    "categories of an entry": ("a.rss", _repeated(_ENTRY[0], "<category>ক</category>", _ENTRY[1])),
    "authors of an export": (
        "a.rss",
        _repeated(
            "<rss>",
            "<wp:author><wp:author_login>ক</wp:author_login></wp:author>",
            "<item><title>নদী</title></item></rss>",
        ),
    ),
    "nesting in an entry": (
        "a.rss",
        lambda size: f"{_ENTRY[0]}<content>{'<b>' * (size // 7)}{'</b>' * (size // 7)}</content>{_ENTRY[1]}",
    ),
    "ampersands in an entry": (
        "a.rss",
        _repeated(f"{_ENTRY[0]}<description>", "& ", f"</description>{_ENTRY[1]}"),
    ),
    "sections in an entry": (
        "a.rss",
        _repeated(f"{_ENTRY[0]}<description>&nbsp;", "<![CDATA[ক]]>", f"</description>{_ENTRY[1]}"),
    ),
    "tags in a text": ("a.rss", _repeated(_TEXT[0], "<b>ক</b>", _TEXT[1])),
    "blocks in a text": ("a.rss", _repeated(_TEXT[0], "<p>ক</p>", _TEXT[1])),
    "comments in a text": ("a.rss", _repeated(_TEXT[0], "<!--", _TEXT[1])),
    "open tags in a text": ("a.rss", _repeated(_TEXT[0], "<a ", _TEXT[1])),
    "attributes in a text": ("a.rss", _repeated(f"{_TEXT[0]}<a", " b", f">ক</a>{_TEXT[1]}")),
    "attributes behind a quoted sign": (
        "a.rss",
        _repeated(f"{_TEXT[0]}<a x' b='>  '", " b", f">ক</a>{_TEXT[1]}"),
    ),
    "references in a text": ("a.rss", _repeated(_TEXT[0], "&amp;", _TEXT[1])),
    "shortcodes of a post": (
        "a.rss",
        _repeated(
            f"{_ENTRY[0]}<wp:status>publish</wp:status><wp:post_type>post</wp:post_type><content:encoded><![CDATA[",
            "[a][/a][gallery]",
            f"]]></content:encoded>{_ENTRY[1]}",
        ),
    ),
    "attributes of a page": ("a.html", _numbered(f"{_PAGE[0]}<p", ' a#=""', f">ক</p>{_PAGE[1]}")),
    "elements of a page": ("a.html", _repeated(_PAGE[0], "<p>ক</p>", _PAGE[1])),
    "nesting of a page": ("a.html", _repeated(_PAGE[0], "<div>", _PAGE[1])),
    "text of a page": ("a.html", _repeated(f"{_PAGE[0]}<p>", "নদী ", f"</p>{_PAGE[1]}")),
    "links of a wiki": ("a.xml", _repeated(_WIKI[0], "[[ক]]", _WIKI[1])),
    "templates of a wiki": ("a.xml", _repeated(_WIKI[0], "{{ক}}", _WIKI[1])),
    "values of a template": ("a.xml", _repeated(f"{_WIKI[0]}{{{{ক", "|ক", f"}}}}{_WIKI[1]}")),
    "bold words of a wiki": ("a.xml", _repeated(_WIKI[0], "'''ক'''", _WIKI[1])),
    "lists of a wiki": ("a.xml", _repeated(_WIKI[0], "*ক\n", _WIKI[1])),
    "headings of a wiki": ("a.xml", _repeated(_WIKI[0], "=ক=\n", _WIKI[1])),
    "addresses of a wiki": ("a.xml", _repeated(_WIKI[0], "http://a ", _WIKI[1])),
    "cells of a wiki": ("a.xml", _repeated(f"{_WIKI[0]}{{|\n", "|ক\n", f"|}}{_WIKI[1]}")),
    "words of a wiki": ("a.xml", _repeated(_WIKI[0], "নদী ", _WIKI[1])),
    "attributes of a crawled page": (
        "a.warc",
        _crawled(_numbered(f"{_PAGE[0]}<p", ' a#=""', f">ক</p>{_PAGE[1]}")),
    ),
    "head of a record": ("a.warc", _crawled(_repeated(_PAGE[0], " ", _PAGE[1]), _repeated("X: ", "a"))),
    "heads of a record": ("a.warc", _crawled(_repeated(_PAGE[0], " ", _PAGE[1]), _repeated("", "X: a\r\n"))),
    "one document again and again": ("a.epub", _book(_repeated("<p>", "নদী ", "</p>"), documents=40)),
    "tags of a document": ("a.epub", _book(_repeated("<h1>", "<b>ক</b>", "</h1>"))),
    "items of a book": (
        "a.epub",
        _book(_repeated("<p>নদী</p>", " "), _repeated("", '<item id="" href=""/>')),
    ),
    "attributes of an item": (
        "a.epub",
        _book(_repeated("<p>নদী</p>", " "), _numbered("<item", ' a#=""', "/>")),
    ),
    "elements of a book": ("a.epub", _book(_repeated("<p>নদী</p>", " "), _repeated("", "<a/>"))),
    "members of a book": ("a.epub", _books_members),
    "bytes of a cell": (
        "a.parquet",
        _table(lambda size: {"title": ["a" * (size * 64)]}, use_dictionary=False),
    ),
    "rows of one long text": ("a.parquet", _table(lambda size: {"title": ["a" * (size // 2)] * 60})),
    "rows of a table": (
        "a.parquet",
        _table(lambda size: {"title": ["নদী" * 100 for n in range(size // 900)]}),
    ),
    "values of a cell": ("a.parquet", _table(lambda size: {"title": ["নদী"], "x": [[1] * size]})),
    "bytes of a cell of a database": ("a.sql", lambda size: f"SELECT hex(zeroblob({size} * 50)) AS title"),
    "rows of a database": (
        "a.sql",
        lambda size: _ROWS.replace("#", str(size // 800)),
    ),
    "hits of an answer": (
        "a.json",
        _repeated('{"took": 1, "hits": {"hits": [', '{"_id": "1", "_source": {"title": "নদী"}},', "{}]}}"),
    ),
    "brackets of Markdown": ("a.md", _repeated("নদী\n", "[")),
    "bold words of Markdown": ("a.md", _repeated("নদী\n", "**ক** ")),
    "paragraphs of Markdown": ("a.md", _repeated("নদী\n", "ক\n\n")),
    "shortcodes that never end": ("a.md", _repeated("নদী\n", "{{< ")),
    "links of a note that never end": ("a.md", _repeated("নদী\n", "[[ক|")),
    "fields of front matter": ("a.md", _numbered("---\ntitle: নদী\n", "a#: b\n", "---\nনদী")),
    "a front matter that never ends": ("a.md", _repeated("---\n", "a: b\n")),
    "paragraphs of a document": ("a.docx", docx(_repeated("", "<w:p><w:r><w:t>নদী</w:t></w:r></w:p>"))),
    "nesting of a document": ("a.docx", docx(_repeated("", "<w:p>"))),
    "attributes of a paragraph": ("a.docx", docx(_numbered("<w:p", ' a#=""', "/>"))),
    "styles of a document": ("a.docx", docx(_NOTHING, _numbered("", '<w:style w:styleId="#"/>'))),
    "styles on each other": (
        "a.docx",
        docx(
            _repeated("", '<w:p><w:pPr><w:pStyle w:val="0"/></w:pPr><w:r><w:t>ক</w:t></w:r></w:p>'),
            _numbered("", '<w:style w:styleId="#"><w:basedOn w:val="1#"/></w:style>'),
        ),
    ),
    "spans of a text": ("a.odt", odt(_repeated("<text:p>", "<text:span>ক</text:span>", "</text:p>"))),
    "rows of a workbook": (
        "a.xlsx",
        workbook(_repeated("", f'<row><c t="inlineStr"><is><t>{"নদী" * 500}</t></is></c></row>')),
    ),
    "cells of a row of a workbook": ("a.xlsx", workbook(_repeated("<row>", "<c><v>1</v></c>", "</row>"))),
    "texts that a workbook shares": (
        "a.xlsx",
        workbook(lambda _size: '<row><c t="s"><v>0</v></c></row>', _repeated("", "<si><t>নদী</t></si>")),
    ),
    "pages of a document": (
        "a.pdf",
        pdf(lambda _size: "BT /F 12 Tf 50 700 Td (Padma) Tj ET", lambda n: n // 240),
    ),
    "lines of a page": ("a.pdf", pdf(_repeated("BT /F 12 Tf 50 700 Td ", "(Padma) Tj 0 -14 Td ", "ET"))),
}
"""By name: the name of the file, and the maker of its content of about a given number of bytes."""


def _encoded(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def written(name: str, size: int, folder: Path) -> Path:
    """Write the file of a case.

    Args:
        name: the case.
        size: the file's approximate size in bytes, before compression.
        folder: the folder to write to.
    """
    file, make = CASES[name]
    path = folder / file
    path.write_bytes(_encoded(make(size)))
    return path


def read(path: Path) -> tuple[int, int]:
    """Read a file, and return its numbers of articles and faults."""
    problems = Problems()
    corpus = Corpus([path], problems, reading=ReadingOptions(database="sqlite://"))
    return sum(1 for _ in corpus), problems.total


def _measured(path: Path) -> str:
    began = time.process_time()
    articles, faults = read(path)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = time.process_time() - began + children.ru_utime + children.ru_stime
    peak = max(peak_megabytes(), children.ru_maxrss >> 10)
    return f"{seconds:.2f} {peak} {articles} {faults}"


def _read_each(paths: Iterable[str]) -> None:
    """Measure the reading of each file in a forked process, which has the modules for reading loaded."""
    for path in paths:
        if not (process := os.fork()):
            print(_measured(Path(path.strip())), flush=True)
            os._exit(0)
        if os.waitpid(process, 0)[1]:
            print("it ended", flush=True)


@contextmanager
def measuring() -> Iterator[Measure]:
    """Measures cases, none of which affects the figures of another."""
    command = [sys.executable, "-m", __spec__.name, "--read"]
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader,
    ):

        def measure(name: str, size: int) -> tuple[float, int, int, int]:
            asked, answer = cast("tuple[IO[str], IO[str]]", (reader.stdin, reader.stdout))
            print(written(name, size, Path(folder)), file=asked, flush=True)
            seconds, *counts = answer.readline().split()
            megabytes, articles, faults = map(int, counts)
            return float(seconds), megabytes, articles, faults

        yield measure


def main() -> None:
    """Measure the named cases, or all."""
    parser = argparse.ArgumentParser(description="How reading grows with what is read.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="cases; all unless given")
    parser.add_argument("--bytes", type=int, default=8_000_000, help="of the largest file of a case")
    parser.add_argument("--read", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.read:
        _read_each(sys.stdin)
        return
    with measuring() as measure:
        for name in asked.names or CASES:
            found = [measure(name, asked.bytes // part) for part in (4, 2, 1)]
            seconds = "".join(f"{each[0]:8.2f}" for each in found)
            _, megabytes, articles, faults = found[-1]
            print(
                f"{name:32}{seconds} s {megabytes:5} MB {articles:7,} articles {faults:7,} faults", flush=True
            )


if __name__ == "__main__":
    main()

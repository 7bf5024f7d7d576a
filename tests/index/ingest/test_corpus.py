"""Reading articles: what is accepted, what is reported, and that nothing is lost."""

import bz2
import datetime as dt
import errno
import gzip
import io
import json
import lzma
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any, BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index import Article, CorpusError, read_articles
from onneshon.index.analysis.icu_text import is_cluster_border
from onneshon.index.configuration import Configuration, KeywordField
from onneshon.index.errors import KINDS
from onneshon.index.ingest.corpus import Corpus
from onneshon.index.ingest.intake import Problems
from onneshon.index.ingest.readers.markdown import MAX_TITLE, PlainText, first_sentence
from onneshon.index.ingest.readers.record import Found, Record
from onneshon.index.ingest.sources import Sources
from tests.strategies import mixed_text
from tests.zstandard import zstd

COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstd.compress,
}
GOOD = {"id": "ক-১", "title": "নদীর কথা", "body": "পদ্মা একটি নদী।"}


def lines(*records: object) -> bytes:
    """Some values as JSON Lines."""
    return b"".join(json.dumps(record, ensure_ascii=False).encode() + b"\n" for record in records)


def corpus_of(*paths: Path) -> tuple[list[Article], list[CorpusError], Corpus]:
    """The result of reading some paths: articles, faults, and the corpus."""
    faults: list[CorpusError] = []
    corpus = Corpus(paths, Problems(listener=faults.append))
    articles = list(corpus)
    assert corpus.seen == corpus.given + len(faults)
    assert corpus.given == len(articles)
    return articles, faults, corpus


def fault_of(tmp_path: Path, content: bytes) -> CorpusError:
    """The single fault of a file between two good articles, both of which are read."""
    path = tmp_path / "articles.jsonl"
    path.write_bytes(lines({**GOOD, "id": "আগে"}) + content + b"\n" + lines({**GOOD, "id": "পরে"}))
    articles, faults, _corpus = corpus_of(path)
    assert [article.id for article in articles] == ["আগে", "পরে"]
    (fault,) = faults
    assert str(fault).startswith(f"{path}:2: ")
    assert fault.kind in KINDS
    return fault


def test_all_fields_of_an_article_are_read(tmp_path: Path) -> None:
    """Every field is read as written, the date as a date, and the language without its region."""
    record = {
        **GOOD,
        "date": "2023-11-14",
        "category": "প্রকৃতি",
        "url": "https://example.org/১",
        "author": "রহিমা খাতুন",
        "lang": "bn-BD",
        "views": 7,
    }
    path = tmp_path / "articles.jsonl"
    path.write_bytes(lines(record))
    assert list(read_articles([path])) == [
        Article(
            id="ক-১",
            title="নদীর কথা",
            body="পদ্মা একটি নদী।",
            date=dt.date(2023, 11, 14),
            category="প্রকৃতি",
            url="https://example.org/১",
            author="রহিমা খাতুন",
            lang="bn",
        )
    ]


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        *(
            (lang, "bn")
            for lang in ("bn", "bn-BD", "bn_BD", "BN", "bn-IN", "bn-Beng-BD", "ben", "bn_BD ", "", None)
        ),
        *(("en-GB", "en"), ("eng", "en"), ("zh-Hant-TW", "zh"), ("bn-BD-3-x-7-9", "bn"), ("ctg", "ctg")),
        *((lang, lang) for lang in ("und", "বাংলা", "Bengali", "x-default", "bn-", "১")),
    ],
)
def test_a_language_is_known_by_its_first_part(tmp_path: Path, given: str | None, stored: str) -> None:
    """In language tags and in names of locales; other text stays."""
    path = tmp_path / "articles.jsonl"
    path.write_bytes(lines({**GOOD, "lang": given}))
    (article,) = read_articles([path])
    assert article.lang == stored


def files(folder: Path, *names: str) -> list[str]:
    """The ids of the articles of files with these names, all different and none left out."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        text = f"নদী {name}"
        rows = {".csv": f"title\n{text}\n", ".jsonl": json.dumps({"title": text})}
        (folder / name).write_text(rows.get(Path(name).suffix, text), encoding="utf-8")
    articles, faults, _corpus = corpus_of(folder)
    assert not faults
    return sorted(article.id for article in articles)


def test_files_that_differ_in_their_ending_alone_keep_it_in_their_ids(tmp_path: Path) -> None:
    """Other files lose it, even if a file in another folder has the same name."""
    names = ("পদ্মা.txt", "মেঘনা.txt", "2024.csv", "2024.jsonl", "পুরনো/পদ্মা.txt", "পুরনো/2024.csv", "যমুনা.csv")
    assert files(tmp_path, "পদ্মা.csv", *names) == sorted(
        ["2024.csv:2", "2024.jsonl:1", "পদ্মা.csv:2", "পদ্মা.txt", "পুরনো/2024:2", "পুরনো/পদ্মা", "মেঘনা", "যমুনা:2"]
    )


def test_a_compressed_file_beside_a_plain_one_is_another_source(tmp_path: Path) -> None:
    """They may differ; a user who wants only one removes the other."""
    (tmp_path / "নদী.jsonl").write_bytes(lines({"title": "পদ্মা"}))
    (tmp_path / "নদী.jsonl.gz").write_bytes(gzip.compress(lines({"title": "মেঘনা"})))
    articles, faults, _corpus = corpus_of(tmp_path)
    assert [article.id for article in articles] == ["নদী.jsonl:1", "নদী.jsonl.gz:1"]
    assert not faults


def test_files_of_one_name_in_several_folders_are_told_apart(tmp_path: Path) -> None:
    """This holds whether files or their folders are given."""
    paths = [tmp_path / month / "খবর.jsonl" for month in ("জানুয়ারি", "ফেব্রুয়ারি")]
    for path in paths:
        path.parent.mkdir()
        path.write_bytes(lines({"title": path.parent.name}))
    for several in (paths, [path.parent for path in paths], [paths[0], paths[1].parent]):
        articles, faults, _corpus = corpus_of(*several)
        assert (len({article.id for article in articles}), faults) == (2, [])
    articles, faults, _corpus = corpus_of(paths[0], paths[0].parent)
    assert ([fault.kind for fault in faults], len(articles)) == (["duplicate"], 1)


@pytest.mark.parametrize("suffix", COMPRESSORS)
@pytest.mark.parametrize("members", [1, 3])
def test_compressed_files_are_read_whole(tmp_path: Path, suffix: str, members: int) -> None:
    """They read like plain ones, also if several compressed streams are concatenated."""
    path = tmp_path / f"articles.jsonl{suffix}"
    parts = [lines(*({**GOOD, "id": f"{part}-{i}"} for i in range(500))) for part in range(members)]
    path.write_bytes(b"".join(COMPRESSORS[suffix](part) for part in parts))
    articles, faults, _corpus = corpus_of(path)
    assert len(articles) == 500 * members
    assert faults == []


@pytest.mark.parametrize("suffix", COMPRESSORS)
def test_the_format_is_recognised_by_the_content(tmp_path: Path, suffix: str) -> None:
    """A compressed file with a plain name is read too."""
    path = tmp_path / "articles.jsonl"
    path.write_bytes(COMPRESSORS[suffix](lines(GOOD)))
    assert len(corpus_of(path)[0]) == 1


@pytest.mark.no_cover  # many tries of lines that other tests cover
@pytest.mark.parametrize("suffix", COMPRESSORS)
def test_a_compressed_file_cut_short_is_reported_where_it_ends(tmp_path: Path, suffix: str) -> None:
    """Articles before the cut are read; the cut is one fault of kind compression."""
    path = tmp_path / f"articles.jsonl{suffix}"
    records = [{**GOOD, "id": str(i), "body": f"{i * 7919 % 10007} নদী"} for i in range(20_000)]
    content = COMPRESSORS[suffix](lines(*records))
    path.write_bytes(content[: len(content) * 2 // 3])
    articles, faults, _corpus = corpus_of(path)
    assert [fault.kind for fault in faults] == ["compression"]
    assert faults[0].where == f"{path}:{len(articles) + 1}"
    assert [article.id for article in articles] == [str(i) for i in range(len(articles))]


@pytest.mark.parametrize("suffix", COMPRESSORS)
@pytest.mark.parametrize("tail", [b"not compressed", b"\x1f\x8b\x08\x00 nor this"])
def test_rubbish_after_a_compressed_file_is_reported(tmp_path: Path, suffix: str, tail: bytes) -> None:
    """Bytes after the end that are no compressed data are a fault."""
    path = tmp_path / f"articles.jsonl{suffix}"
    path.write_bytes(COMPRESSORS[suffix](lines(GOOD)) + tail)
    articles, faults, _corpus = corpus_of(path)
    assert len(articles) == 1
    assert [fault.kind for fault in faults] == ["compression"]


@pytest.mark.parametrize(
    ("content", "kind", "reason"),
    [
        (b'{"title": "\xe0\xa6"}', "utf-8", "byte 0xe0 at offset 11"),
        (b'{"title": "abc', "json", "not JSON"),
        (b"[" * 100_000, "json", "JSON"),
        (b'{"id": ' + b"9" * 5000 + b"}", "json", "JSON beyond measure"),
        (b'["title"]', "object", "an array instead of an object"),
        (b"null", "object", "null instead of an object"),
        (b'{"title": 5}', "type", "title is a number instead of a string"),
        (b'{"title": "x", "author": [["y"]]}', "type", "author is an array"),
        (b'{"title": "x", "author": {"id": 7}}', "type", "author is an object"),
        (b'{"title": "x", "id": true}', "type", "id is a boolean"),
        (b'{"title": "x", "date": 20231114}', "type", "date is a number"),
        (b'{"title": "x", "date": ' + b"9" * 400 + b"}", "type", "date is a number"),
        (b'{"id": "x", "category": "y"}', "empty", "neither title nor body"),
        (b'{"title": " ", "body": "\\n\\t"}', "empty", "neither title nor body"),
        ('{"title": "x", "date": "১৪ নভেম্বর"}'.encode(), "date", "is no date"),
        (b'{"title": "x", "date": "2023-02-30"}', "date", "'2023-02-30' is no date"),
        (b'{"title": "x\\ud83d"}', "surrogate", "U+D83D in title is half of a surrogate pair"),
        (b'{"title": "x", "id": "\\udc00"}', "surrogate", "in id"),
        (b'{"title": "x\\u0000y"}', "nul", "NUL character in title"),
        (b'{"title": "x", "id": "a\\nb"}', "id", "control character"),
        (b'{"title": "x", "id": "' + b"a" * 513 + b'"}', "id", "longer than 512 bytes"),
        ('{"title": "x", "id": "আগে"}'.encode(), "duplicate", "'আগে' is that of an earlier article"),
    ],
)
def test_each_fault_is_reported_with_its_place_and_the_rest_is_read(
    tmp_path: Path, content: bytes, kind: str, reason: str
) -> None:
    """The fault has file:line, kind and reason; the lines around it are read."""
    fault = fault_of(tmp_path, content)
    assert fault.kind == kind
    assert reason in fault.reason


@pytest.mark.parametrize(
    ("written", "author"),
    [
        (["রহিম", "করিম"], "রহিম, করিম"),
        ([{"name": "রহিম", "id": 7}, " করিম ", None, "রহিম"], "রহিম, করিম"),
        ({"name": "রহিম"}, "রহিম"),
        ([], ""),
    ],
)
def test_several_authors_are_one_text(tmp_path: Path, written: object, author: str) -> None:
    """Programs write them in JSON by name, or as objects with further fields."""
    path = tmp_path / "articles.jsonl"
    path.write_text(json.dumps({"title": "নদী", "author": written}), "utf-8")
    articles, faults, _corpus = corpus_of(path)
    assert ([article.author for article in articles], faults) == ([author], [])


@pytest.mark.parametrize("moment", [1_699_999_999, 1_699_999_999_000, 1_699_999_999.5])
def test_a_moment_that_programs_count_is_a_date(tmp_path: Path, moment: float) -> None:
    """It may be in seconds since 1970, or in milliseconds, as in JavaScript."""
    path = tmp_path / "articles.jsonl"
    path.write_text(json.dumps({"title": "নদী", "published_at": moment}), "utf-8")
    articles, faults, _corpus = corpus_of(path)
    assert ([article.date for article in articles], faults) == ([dt.date(2023, 11, 14)], [])


@pytest.mark.parametrize("date", ["0000-00-00", "0000-00-00 00:00:00", " 0000-00-00T00:00:00.000Z", " "])
def test_zeros_are_no_date_and_no_fault(tmp_path: Path, date: str) -> None:
    """MySQL stores zeros for a missing date, as WordPress does for unpublished posts."""
    path = tmp_path / "news.jsonl"
    path.write_bytes(lines({**GOOD, "date": date}))
    assert [article.date for article in read_articles([path])] == [None]


@pytest.mark.parametrize("date", ["2023-11-14", "2023-11-14T23:59:59Z", "2023-11-14 08:00:00+06:00"])
def test_a_time_of_day_is_left_out_of_a_date(tmp_path: Path, date: str) -> None:
    """ISO 8601 with a time is accepted."""
    path = tmp_path / "articles.jsonl"
    path.write_bytes(lines({**GOOD, "date": date}))
    assert corpus_of(path)[0][0].date == dt.date(2023, 11, 14)


@pytest.mark.parametrize("record", [{"title": "শুধু শিরোনাম"}, {"body": "শুধু লেখা"}])
def test_a_title_alone_or_a_body_alone_is_an_article(tmp_path: Path, record: dict[str, str]) -> None:
    """One of them is enough."""
    path = tmp_path / "articles.jsonl"
    path.write_bytes(lines(record))
    assert len(corpus_of(path)[0]) == 1


def test_strict_stops_at_the_first_fault(tmp_path: Path) -> None:
    """The first bad line is raised as an error."""
    path = tmp_path / "articles.jsonl"
    path.write_bytes(lines(GOOD) + b"rubbish\n" + lines({**GOOD, "id": "পরে"}))
    articles = read_articles([path], strict=True)
    next(articles)
    with pytest.raises(CorpusError, match=r"articles\.jsonl:2: not JSON"):
        next(articles)


def test_null_and_absent_fields_are_the_same(tmp_path: Path) -> None:
    """JSON null means that a field is unknown."""
    path = tmp_path / "articles.jsonl"
    path.write_bytes(lines({"id": "ক", "title": "নদী", "author": None, "date": None, "lang": ""}))
    assert corpus_of(path)[0] == [Article(id="ক", title="নদী")]


def test_a_number_serves_as_an_id(tmp_path: Path) -> None:
    """Ids in databases are often numbers."""
    path = tmp_path / "articles.jsonl"
    path.write_bytes(lines({"id": 1971, "title": "নদী"}))
    assert corpus_of(path)[0][0].id == "1971"


def test_a_number_of_too_many_digits_is_reported_to_an_editor(tmp_path: Path) -> None:
    """The message lacks Python's advice to programmers."""
    fault = fault_of(tmp_path, b'{"title": "x", "views": ' + b"9" * 5000 + b"}")
    assert fault.reason.endswith("value has 5000 digits")


def test_a_blank_id_is_none(tmp_path: Path) -> None:
    """Otherwise the second row without an id would be a duplicate."""
    path = tmp_path / "articles.jsonl"
    path.write_bytes(lines(*({"id": blank, "title": "নদী"} for blank in (" ", "", "\n", "\u3000"))))
    articles, faults, _corpus = corpus_of(path)
    assert [article.id for article in articles] == [f"articles:{line}" for line in range(1, 5)]
    assert faults == []


def test_articles_without_an_id_get_one_that_stays(tmp_path: Path) -> None:
    """The id is made from the file's name and the line, whatever the folder and the compression."""
    (tmp_path / "a").mkdir()
    plain, packed = tmp_path / "news.jsonl", tmp_path / "a" / "news.jsonl.gz"
    content = lines({"title": "এক"}) + b"\n" + lines({"title": "দুই"})
    plain.write_bytes(content)
    packed.write_bytes(gzip.compress(content))
    assert [article.id for article in corpus_of(plain)[0]] == ["news:1", "news:3"]
    assert [article.id for article in corpus_of(packed)[0]] == ["news:1", "news:3"]


def test_files_of_one_name_do_not_take_each_others_ids(tmp_path: Path) -> None:
    """Articles without ids in two files of the same name are different articles."""
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "news.jsonl").write_bytes(lines({"title": folder}))
    articles, faults, _corpus = corpus_of(tmp_path / "a" / "news.jsonl", tmp_path / "b" / "news.jsonl")
    assert len(articles) == 2
    assert faults == []


def test_byte_order_mark_blank_lines_and_crlf_are_no_faults(tmp_path: Path) -> None:
    """What editors on other systems write is accepted."""
    path = tmp_path / "articles.jsonl"
    path.write_bytes(
        b"\xef\xbb\xbf" + lines(GOOD).replace(b"\n", b"\r\n") + b"\r\n  \n" + lines({"title": "শেষ"})[:-1]
    )
    articles, faults, _corpus = corpus_of(path)
    assert [article.title for article in articles] == ["নদীর কথা", "শেষ"]
    assert faults == []


def test_a_line_beyond_the_limit_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such a line is one fault, and the next line is read."""
    monkeypatch.setattr("onneshon.index.ingest.streams.MAX_BYTES", 1000)
    fault = fault_of(tmp_path, b"x" * 300_000)
    assert fault.kind == "long"


@pytest.mark.parametrize("name", ["নদী.txt", "নদী.html"])
def test_a_file_that_is_one_article_costs_one_where_it_is_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """For a source that ends early the number is unknown; here it is one."""
    monkeypatch.setattr("onneshon.index.ingest.streams.MAX_BYTES", 1000)
    (tmp_path / name).write_bytes(b"x" * 2000)
    _articles, (fault,), _corpus = corpus_of(tmp_path)
    assert (fault.kind, fault.ends_source) == ("long", False)


def test_articles_come_before_the_file_is_read_to_its_end(tmp_path: Path) -> None:
    """Reading is piecewise: the first article comes after a small part of the file."""
    path = tmp_path / "articles.jsonl"
    path.write_bytes(lines(*({**GOOD, "id": str(i)} for i in range(20_000))))
    pieces: list[int] = []
    next(iter(Corpus([path], Problems(), pieces.append)))
    assert sum(pieces) < path.stat().st_size / 10


def test_a_folder_of_text_files_is_an_article_each(tmp_path: Path) -> None:
    """Ids are paths in the folder without suffix, in the order of names; hidden files are left out."""
    (tmp_path / "খেলা").mkdir()
    (tmp_path / "খেলা" / "ফুটবল.txt").write_text("ফুটবল জনপ্রিয় খেলা। সবাই খেলে।", encoding="utf-8")
    (tmp_path / "নদী.txt").write_bytes(b"\xef\xbb\xbf" + "\n পদ্মা একটি নদী। বড় নদী।\n".encode())
    (tmp_path / "জলবায়ু.txt.gz").write_bytes(gzip.compress("জলবায়ু বদলায়।".encode()))
    for name in (".hidden.txt", "~$দী.txt"):
        (tmp_path / name).write_text("লুকানো", encoding="utf-8")
    (tmp_path / "ছবি.png").write_bytes(b"\x89PNG")
    articles, faults, _corpus = corpus_of(tmp_path)
    assert [(article.id, article.title) for article in articles] == [
        ("খেলা/ফুটবল", "ফুটবল জনপ্রিয় খেলা"),
        ("জলবায়ু", "জলবায়ু বদলায়"),
        ("নদী", "পদ্মা একটি নদী"),
    ]
    assert articles[2].body == "\n পদ্মা একটি নদী। বড় নদী।\n"
    assert faults == []


def test_a_single_text_file_is_an_article(tmp_path: Path) -> None:
    """Its id is its name without the suffix."""
    path = tmp_path / "নদী.txt"
    path.write_text("পদ্মা একটি নদী।", encoding="utf-8")
    assert corpus_of(path)[0] == [Article(id="নদী", title="পদ্মা একটি নদী", body="পদ্মা একটি নদী।")]


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"", "empty"), (b" \n", "empty"), ("নদী".encode("utf-16-le"), "format"), (b"a\0b", "nul")],
)
def test_bad_text_files_are_reported(tmp_path: Path, content: bytes, kind: str) -> None:
    """An empty file, and one that is no UTF-8 text, is one fault."""
    path = tmp_path / "নদী.txt"
    path.write_bytes(content)
    articles, faults, _corpus = corpus_of(path)
    assert articles == []
    assert [(fault.where, fault.kind) for fault in faults] == [(str(path), kind)]


def test_what_cannot_be_read_is_reported(tmp_path: Path) -> None:
    """A missing path, a folder without articles and a broken link are one fault each."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "gone.jsonl").symlink_to(tmp_path / "nowhere")
    paths = [tmp_path / "missing.jsonl", tmp_path / "folder", tmp_path / "links"]
    _articles, faults, _corpus = corpus_of(*paths)
    assert [fault.kind for fault in faults] == ["file"] * 3


def test_a_folder_that_cannot_be_listed_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder is one fault, and its neighbours are read."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b.txt").write_text("নদী।", encoding="utf-8")
    real = os.scandir

    def scandir(folder: str | int) -> Any:  # the test's folder is removed by file descriptors of folders
        if folder == str(tmp_path / "a"):
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(folder)

    monkeypatch.setattr(os, "scandir", scandir)
    articles, faults, _corpus = corpus_of(tmp_path)
    assert len(articles) == 1
    assert [str(fault) for fault in faults] == [f"{tmp_path / 'a'}: cannot be listed: Permission denied"]


def test_a_file_that_cannot_be_read_to_its_end_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Articles before the unreadable place are read."""
    path = tmp_path / "articles.jsonl"
    path.write_bytes(lines(*({**GOOD, "id": str(i)} for i in range(2_000))))

    def metered(stream: BinaryIO, _meter: object) -> Iterator[bytes]:
        yield stream.read(100_000)
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("onneshon.index.ingest.streams._metered", metered)
    articles, faults, _corpus = corpus_of(path)
    assert len(articles) > 100
    assert str(faults[0]) == f"{path}:{len(articles) + 1}: cannot be read: Input/output error"


def test_whatever_a_reader_runs_into_ends_its_source_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fault has the exception, and the next source is read; a ``MemoryError`` ends the build."""

    def read(_self: object, _opened: object) -> Iterator[Found]:
        yield Record({"title": "নদী"}, "a.txt", "a")
        raise raised

    (tmp_path / "a.txt").write_text("নদী।", encoding="utf-8")
    (tmp_path / "b.jsonl").write_bytes(lines(GOOD))
    monkeypatch.setattr(PlainText, "read", read)
    raised: Exception = AttributeError("no attribute 'startswith'")
    articles, (fault,), _corpus = corpus_of(tmp_path)
    assert [article.id for article in articles] == ["a", "ক-১"]
    assert str(fault) == f"{tmp_path / 'a.txt'}: cannot be read: AttributeError: no attribute 'startswith'"
    assert (fault.kind, fault.ends_source) == ("file", True)
    raised = MemoryError()
    with pytest.raises(MemoryError):
        corpus_of(tmp_path)


def test_a_link_in_a_circle_is_not_followed(tmp_path: Path) -> None:
    """Each folder is walked once, whatever links it contains."""
    (tmp_path / "নদী.txt").write_text("নদী।", encoding="utf-8")
    (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
    assert len(corpus_of(tmp_path)[0]) == 1


def test_a_file_name_that_is_not_utf8_makes_an_id(tmp_path: Path) -> None:
    """Invalid bytes are escaped, in the id and in messages, and the article is read."""
    try:
        (tmp_path / "\udcff.txt").write_text("নদী।", encoding="utf-8")
        (tmp_path / "\udcfe.txt").write_bytes(b"\0")
    except OSError:
        pytest.skip("the file system takes UTF-8 names only")
    articles, faults, _corpus = corpus_of(tmp_path)
    assert [article.id for article in articles] == ["\\xff"]
    assert [fault.where for fault in faults] == [rf"{tmp_path}/\xfe.txt"]


def test_what_is_no_file_in_a_folder_is_reported_and_not_waited_for(tmp_path: Path) -> None:
    """A FIFO, links to a device or a folder and a circular one are faults; a link to a file is read."""
    os.mkfifo(tmp_path / "a.jsonl")
    (tmp_path / "b.txt").symlink_to("/dev/zero")
    (tmp_path / "c.txt").symlink_to("c.txt")
    (tmp_path / "d.jsonl").mkdir()
    (tmp_path / "e.jsonl").symlink_to(tmp_path / "d.jsonl", target_is_directory=True)
    (tmp_path / "f").write_text("নদী।", encoding="utf-8")
    (tmp_path / "g.txt").symlink_to(tmp_path / "f")
    articles, faults, _corpus = corpus_of(tmp_path)
    assert [article.id for article in articles] == ["g"]
    assert [(Path(fault.where).name, fault.reason.partition(",")[0]) for fault in faults] == [
        ("a.jsonl", "a FIFO"),
        ("b.txt", "a device"),
        ("c.txt", "cannot be read: Too many levels of symbolic links"),
        ("e.jsonl", "a folder"),
    ]


def test_a_device_is_refused_and_a_fifo_that_is_named_is_read(tmp_path: Path) -> None:
    """A shell's `<(command)` is a FIFO; a device could produce bytes without end."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    with ThreadPoolExecutor(1) as pool:
        written = pool.submit(fifo.write_bytes, gzip.compress(lines(GOOD)))
        articles, faults, _corpus = corpus_of(fifo, Path("/dev/zero"))
        assert written.result() > 0
    assert [article.id for article in articles] == ["ক-১"]
    assert [str(fault) for fault in faults] == [
        "/dev/zero: a device, which articles are not read from",
    ]
    assert Sources([fifo]).total_bytes is None


def test_folders_may_be_nested_beyond_any_stack(tmp_path: Path) -> None:
    """In a thousand nested folders, the file in the deepest is found, though its id is too long."""
    made = [tmp_path]
    for _depth in range(1_000):
        made.append(Path(f"{made[-1]}/d"))
        made[-1].mkdir()
    for name in ("a.txt", "z.txt"):
        (tmp_path / name).write_text("নদী।", encoding="utf-8")
    deep = Path(f"{made[-1]}/a.txt")
    deep.write_text("নদী।", encoding="utf-8")
    articles, faults, _corpus = corpus_of(tmp_path)
    assert [article.id for article in articles] == ["a", "z"]
    assert [(fault.where, fault.kind) for fault in faults] == [(str(deep), "id")]
    deep.unlink()
    for folder in made[:0:-1]:  # deeper than pytest can remove
        folder.rmdir()


def test_a_path_that_no_system_call_takes_is_reported() -> None:
    """Too long, or with a NUL: a fault is reported, no exception raised."""
    _articles, faults, _corpus = corpus_of(Path("x" * 5_000), Path("a\0b"), Path("\ud800"))
    assert [fault.kind for fault in faults] == ["file"] * 3


@pytest.mark.parametrize("end", [1, 20, -3], ids=["at its beginning", "in a key", "before its end"])
def test_a_plain_file_cut_in_the_middle_of_an_article_is_a_source_cut_short(tmp_path: Path, end: int) -> None:
    """The rest is unknown, so that it is a fault of the file and not of the article."""
    path = tmp_path / "articles.jsonl"
    path.write_bytes(lines(GOOD) + lines({**GOOD, "id": "খ"})[:end])
    articles, faults, _corpus = corpus_of(path)
    assert len(articles) == 1
    assert [(fault.kind, fault.where) for fault in faults] == [("file", f"{path}:2")]
    assert "the file is cut short" in faults[0].reason


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` means standard input, compressed or not."""
    for content in (lines(GOOD, {"title": "দুই"}), gzip.compress(lines(GOOD, {"title": "দুই"}))):
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))
        articles, _faults, _corpus = corpus_of(Path("-"))
        assert [article.id for article in articles] == ["ক-১", "stdin:2"]


@given(st.lists(st.binary(max_size=60), max_size=20))
def test_any_bytes_are_read_or_reported(
    tmp_path_factory: pytest.TempPathFactory, records: list[bytes]
) -> None:
    """Each line is an article or a fault, and no other exception is raised."""
    path = tmp_path_factory.mktemp("any") / "articles.jsonl"
    path.write_bytes(b"\n".join(records))
    corpus_of(path)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | mixed_text,
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)


@given(
    st.lists(
        st.dictionaries(st.sampled_from(["id", "title", "body", "date", "author"]), json_values), max_size=10
    )
)
def test_any_objects_are_read_or_reported(
    tmp_path_factory: pytest.TempPathFactory, records: list[dict[str, object]]
) -> None:
    """Each object is an article or one fault."""
    path = tmp_path_factory.mktemp("any") / "articles.jsonl"
    path.write_bytes(b"".join(json.dumps(record).encode() + b"\n" for record in records))
    assert corpus_of(path)[2].seen == len(records)


def test_a_long_first_sentence_is_cut_after_a_whole_word() -> None:
    """The title ends with a whole word and an ellipsis."""
    text = "বাংলাদেশের মুক্তিযুদ্ধের ইতিহাস " * 20 + "।"
    title = first_sentence(text)
    assert len(title) <= MAX_TITLE
    assert title.endswith(("বাংলাদেশের…", "মুক্তিযুদ্ধের…", "ইতিহাস…"))
    assert text.startswith(title[:-1])


def test_a_single_long_word_is_cut_after_a_whole_cluster() -> None:
    """A title never ends inside a conjunct."""
    title = first_sentence("ক্ষ্ম" * 60)
    assert len(title) <= MAX_TITLE
    assert title == "ক্ষ্ম" * ((MAX_TITLE - 1) // 5) + "…"


@given(mixed_text)
def test_a_title_is_the_start_of_its_text(text: str) -> None:
    """The title ends at a cluster border, and is empty only for a blank text."""
    title = first_sentence(text)
    assert bool(title) == bool(text.strip())
    assert len(title) <= MAX_TITLE
    start = text.lstrip()
    kept = title.removesuffix("…") if title not in start else title
    assert start.startswith(kept)
    assert is_cluster_border(start, len(kept))


SITE = Configuration(fields=(KeywordField("section"), KeywordField("tags", several=True)))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, {}),
        ({"section": "প্রথম পাতা"}, {"section": ("প্রথম পাতা",)}),
        ({"section": ["প্রথম পাতা"]}, {"section": ("প্রথম পাতা",)}),
        ({"section": 3}, {"section": ("3",)}),
        ({"section": None, "tags": None}, {}),
        ({"section": " ", "tags": []}, {}),
        ({"tags": "নদী"}, {"tags": ("নদী",)}),
        ({"tags": ["নদী", "", "চর", None, 7]}, {"tags": ("নদী", "চর", "7")}),
        ({"colour": "লাল"}, {}),
    ],
    ids=str,
)
def test_declared_fields_are_read(
    tmp_path: Path, given: dict[str, object], expected: dict[str, tuple[str, ...]]
) -> None:
    """One value or several, without blanks; undeclared fields are ignored."""
    path = tmp_path / "articles.jsonl"
    path.write_bytes(lines({**GOOD, **given}))
    (article,) = Corpus([path], Problems(strict=True), configuration=SITE)
    assert article.keywords == expected


@pytest.mark.parametrize(
    ("given", "kind", "reason"),
    [
        ({"section": ["ক", "খ"]}, "type", "section has 2 values; declare it with `several = true`"),
        ({"section": {"ক": 1}}, "type", "a value of section is an object"),
        ({"tags": [["ক"]]}, "type", "a value of tags is an array"),
        ({"tags": ["ক\0"]}, "nul", "a NUL character in tags"),
        ({"tags": ["\ud800"]}, "surrogate", "in tags"),
        ({"tags": [str(number) for number in range(1001)]}, "type", "1,001 values of tags"),
    ],
    ids=["several", "object", "array", "nul", "surrogate", "many"],
)
def test_a_bad_value_of_a_declared_field_is_reported(
    tmp_path: Path, given: dict[str, object], kind: str, reason: str
) -> None:
    """The fault has the line, like any fault of an article."""
    path = tmp_path / "articles.jsonl"
    path.write_bytes(b"".join(json.dumps(fields).encode() + b"\n" for fields in (GOOD, {**GOOD, **given})))
    with pytest.raises(CorpusError) as caught:
        list(Corpus([path], Problems(strict=True), configuration=SITE))
    assert (caught.value.kind, caught.value.where) == (kind, f"{path}:2")
    assert reason in caught.value.reason

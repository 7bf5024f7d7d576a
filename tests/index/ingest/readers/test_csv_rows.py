"""CSV and TSV: columns by name, rows with their line numbers."""

import datetime as dt
from pathlib import Path

import pytest

from benchmarks.bijoy.typist import composed
from onneshon.index.ingest.readers import csv_rows
from tests.index.ingest.readers.reading import read_file

ROWS = 'id,title,body,date\n১,নদী,"পদ্মা, মেঘনা\nও ""যমুনা""",2024-02-21\n২,মেলা,বৈশাখী মেলা,\n'


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_rows_are_articles_whatever_separates_their_fields(tmp_path: Path, separator: str) -> None:
    """Quoted fields may contain separators, line ends and quotation marks."""
    rows = [["title", "body", "date"], ["নদী", f'"পদ্মা{separator}\nও ""যমুনা"""', "2024-02-21"]]
    text = "".join(separator.join(row) + "\n" for row in rows)
    read = read_file(tmp_path / "news.csv", text)
    assert read.faults == []
    (article,) = read.articles
    assert (article.title, article.body) == ("নদী", f'পদ্মা{separator}\nও "যমুনা"')
    assert (article.date, article.id) == (dt.date(2024, 2, 21), "news:2")


def test_a_spreadsheet_s_file_is_read(tmp_path: Path) -> None:
    """A byte order mark, carriage returns, empty fields and blank lines are accepted."""
    read = read_file(tmp_path / "news.csv", b"\xef\xbb\xbf" + (ROWS + "\n").replace("\n", "\r\n").encode())
    assert read.faults == []
    assert [(article.id, article.title, article.date) for article in read.articles] == [
        ("১", "নদী", dt.date(2024, 2, 21)),
        ("২", "মেলা", None),
    ]


def test_lines_may_end_in_carriage_returns_alone(tmp_path: Path) -> None:
    """Spreadsheets save so for old Macintosh systems; a quoted field may have line ends of either kind."""
    rows = 'title,body\r"নদী","পদ্মা\nমেঘনা"\rমেলা,"বৈশাখী\rমেলা"\r'
    read = read_file(tmp_path / "news.csv", rows)
    assert read.faults == []
    assert [(article.title, article.body) for article in read.articles] == [
        ("নদী", "পদ্মা\nমেঘনা"),
        ("মেলা", "বৈশাখী\nমেলা"),
    ]


@pytest.mark.parametrize(
    ("said", "separator"),
    [("sep=;", ";"), ('"sep=;"', ";"), ("SEP=,", ","), ("sep=\t", "\t"), ("sep=^", "^")],
)
def test_a_line_that_says_the_separator_names_no_columns(tmp_path: Path, said: str, separator: str) -> None:
    """Programs write it for Excel; rows keep their line numbers."""
    rows = [["শিরোনাম", "লেখা"], ["নদী; বিল | হাওর", "পদ্মা"], ["মেলা", "বৈশাখী"]]
    text = "".join(separator.join(f'"{cell}"' for cell in row) + "\r\n" for row in rows)
    read = read_file(tmp_path / "news.csv", f"\ufeff{said}\r\n{text}")
    assert read.faults == []
    assert [(article.id, article.title, article.body) for article in read.articles] == [
        ("news:3", "নদী; বিল | হাওর", "পদ্মা"),
        ("news:4", "মেলা", "বৈশাখী"),
    ]
    assert read_file(tmp_path / "b.csv", "sep=ratio,title\n5,নদী\n").titles == ["নদী"]


def test_a_quotation_mark_that_was_not_doubled_is_reported_with_what_to_do(tmp_path: Path) -> None:
    """Databases export quotation marks with a backslash."""
    read = read_file(tmp_path / "news.csv", 'title,body\nনদী,"সে বলল \\"এসো\\", আমি গেলাম"\n')
    ((_where, kind, reason),) = read.faults
    assert kind == "csv"
    assert 'is written twice ("")' in reason


@pytest.mark.parametrize(
    "above",
    ["দৈনিক সংবাদ: প্রকাশিত খবর\n", "খবর;;\n;;\n\n", '"খবর, প্রকাশিত"\n', "sep=;\nখবর ২০২৪;;\n"],
)
def test_a_heading_above_the_names_is_skipped(tmp_path: Path, above: str) -> None:
    """It has no separator or fewer fields, even if one of them is named like a column."""
    names = "শিরোনাম;লেখা;তারিখ\n"
    read = read_file(tmp_path / "news.csv", f"{above}{names}নদী;পদ্মা;2024-02-21\n")
    assert (read.faults, read.passed) == ([], {"rows above the names": 1})
    (article,) = read.articles
    assert (article.title, article.body, article.date) == ("নদী", "পদ্মা", dt.date(2024, 2, 21))
    assert article.id == f"news:{len(above.splitlines()) + 2}"


def test_names_that_were_given_are_found_below_a_heading_too(tmp_path: Path) -> None:
    """Even if none of them is known by default."""
    rows = 'দৈনিক নদী: খবর, ২০২৪\n ক্রম ,মাথা,"মূল\nকথা"\n১,নদী,পদ্মা\n'
    read = read_file(
        tmp_path / "news.csv", rows, mapping={"title": ("মাথা",), "body": ("মূল কথা",), "id": ("ক্রম",)}
    )
    assert (read.faults, read.passed) == ([], {"rows above the names": 1})
    assert [(article.id, article.title, article.body) for article in read.articles] == [("১", "নদী", "পদ্মা")]


@pytest.mark.parametrize("row", ["মেলা,খবর", ",খবর", '"মেলা\nশিরোনাম,লেখা,তারিখ\n",৫'])
def test_a_value_that_is_a_name_of_columns_is_a_value(tmp_path: Path, row: str) -> None:
    """With a mapping, the first row need not have names known by default."""
    read = read_file(
        tmp_path / "news.csv", f"প্রথম,ধরন\n{row}\n", mapping={"title": ("প্রথম",), "body": ("ধরন",)}
    )
    assert (len(read.articles), read.faults, read.passed) == (1, [], {})


@pytest.mark.parametrize("separator", [",", ";"])
def test_names_of_columns_may_hold_line_ends_and_separators(tmp_path: Path, separator: str) -> None:
    """Quoted line ends and separators divide nothing; blank lines above are skipped."""
    rows = ['"title"', '"body, whole, as\nprinted"', '"দেখা\n(বার)"'], ["নদী", "পদ্মা", "5"]
    text = "\n\n" + "".join(separator.join(row) + "\n" for row in rows)
    read = read_file(tmp_path / "news.csv", text, mapping={"body": ("body, whole, as printed",)})
    assert read.faults == []
    assert [(article.id, article.title, article.body) for article in read.articles] == [
        ("news:6", "নদী", "পদ্মা")
    ]


def test_two_columns_of_one_name_are_reported(tmp_path: Path) -> None:
    """One of the texts would be lost; columns without a name are not read."""
    read = read_file(tmp_path / "news.csv", "title,body,body\nনদী,পদ্মা,মেঘনা\n")
    ((where, kind, reason),) = read.faults
    assert (where, kind, read.unreadable) == (f"{tmp_path / 'news.csv'}:1", "csv", 1)
    assert reason == "two columns are called 'body': give each a name of its own"
    assert read_file(tmp_path / "news.csv", "title,,\nনদী,ক,খ\n").titles == ["নদী"]


def test_another_name_that_comes_again_gets_a_number(tmp_path: Path) -> None:
    """So that each can be read."""
    text = "title,views,views,text,text\nনদী,3,4,পদ্মা,মেঘনা\n"
    assert [
        article.body
        for article in read_file(tmp_path / "news.csv", text, mapping={"body": ("text",)}).articles
    ] == ["পদ্মা"]
    assert [
        article.body
        for article in read_file(tmp_path / "news.csv", text, mapping={"body": ("text 2",)}).articles
    ] == ["মেঘনা"]


def test_columns_get_the_names_of_fields(tmp_path: Path) -> None:
    """A mapping renames them; of several names, the first with a value in the row counts."""
    text = "headline,lead,text,day\nনদী,,পদ্মা,১৪/১১/2023\nমেলা,শুরু,শেষ,15/11/2023\n"
    read = read_file(
        tmp_path / "news.csv",
        text,
        mapping={"title": ("headline",), "body": ("lead", "text"), "date": ("day",)},
        date_format="%d/%m/%Y",
    )
    assert [(article.title, article.body, article.date) for article in read.articles] == [
        ("নদী", "পদ্মা", dt.date(2023, 11, 14)),
        ("মেলা", "শুরু", dt.date(2023, 11, 15)),
    ]


def test_a_row_of_no_known_column_says_which_there_are(tmp_path: Path) -> None:
    """The message says how to map them."""
    read = read_file(tmp_path / "news.csv", "matter,words\nনদী,পদ্মা\n")
    ((where, kind, reason),) = read.faults
    assert where.endswith("news.csv:2")
    assert kind == "empty"
    assert "its fields are matter, words: say which is which with --map title=NAME" in reason


@pytest.mark.parametrize(
    ("rows", "kind", "line", "good"),
    [
        ("ক,খ,গ\nঘ,\n", "csv", 2, 1),
        ("ক,2023-99-01\nঘ,\n", "date", 2, 1),
        ('ক,\nখ,"never closed\nঘ,ঙ\n', "csv", 3, 1),
        ("ক\x00,\nঘ,\n", "nul", 2, 1),
    ],
    ids=["too many fields", "no date", "open quotation mark", "NUL"],
)
def test_a_bad_row_is_reported_by_its_line(
    tmp_path: Path, rows: str, kind: str, line: int, good: int
) -> None:
    """All rows that can still be separated are read."""
    read = read_file(tmp_path / "news.csv", f"title,date\n{rows}")
    (fault,) = read.faults
    assert (fault[0].rpartition(":")[2], fault[1]) == (str(line), kind)
    assert len(read.articles) == good


def test_a_quotation_mark_that_is_never_closed_costs_no_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The length of a row is limited."""
    monkeypatch.setattr(csv_rows, "MAX_BYTES", 1000)
    read = read_file(tmp_path / "news.csv", 'title\n"' + "ক\n" * 1000)
    ((where, kind, reason),) = read.faults
    assert (where.rpartition(":")[2], kind) == ("2", "long")
    assert read.unreadable == 1
    assert "quotation mark" in reason
    assert len(read_file(tmp_path / "news.csv", "title\n" + "নদী\n" * 1000).articles) == 1000


def test_bijoy_in_its_own_bytes_is_read(tmp_path: Path) -> None:
    """Old spreadsheets saved it so, in Windows-1252."""
    read = read_file(
        tmp_path / "news.csv",
        b"title,body\n" + "evsjv‡`k,Avgvi †mvbvi evsjv Avwg †Zvgvq fv‡jvevwm\n".encode("cp1252"),
    )
    (article,) = read.articles
    assert (article.title, article.body) == ("বাংলাদেশ", composed("আমার সোনার বাংলা আমি তোমায় ভালোবাসি"))
    assert read.converted == 1


def test_a_byte_that_is_no_utf8_costs_its_row_alone(tmp_path: Path) -> None:
    """The fault has its line and column; other rows are read."""
    rows = [f"শিরোনাম {n},নদীর কথা {n}\n".encode() for n in range(10)]
    rows[4] = rows[4].replace(b" ", b" \x96 ", 1)
    read = read_file(tmp_path / "news.csv", b"title,body\n" + b"".join(rows))
    assert [article.id for article in read.articles] == [f"news:{n}" for n in (2, 3, 4, 5, 7, 8, 9, 10, 11)]
    ((where, kind, reason),) = read.faults
    assert (where.rpartition(":")[2], kind) == ("6", "utf-8")
    assert reason.startswith("not UTF-8: byte 0x96 in column title; convert it")
    assert read.unreadable == 0


@pytest.mark.parametrize(
    ("row", "title", "body"),
    [
        ("7,†gjv,", "মেলা", ""),
        ('7,"†gjv","†gjv\ne‡m‡Q"', "মেলা", "মেলা\nবসেছে"),
        ("7,Dhaka – Sylhet,A “fair” in Dhaka", "Dhaka – Sylhet", "A “fair” in Dhaka"),
    ],
    ids=["short", "several lines", "English"],
)
def test_a_row_that_is_too_short_to_tell_is_in_the_code_of_its_file(
    tmp_path: Path, row: str, title: str, body: str
) -> None:
    """Such a row may come before or after the rows that show the encoding."""
    long = "Avgvi †mvbvi evsjv Avwg †Zvgvq fv‡jvevwm"
    text = f"id,title,body\n{row}\n1,evsjv‡`k,{long}\n{row.replace('7', '8')}\n"
    read = read_file(tmp_path / "news.csv", text.encode("cp1252"))
    assert read.faults == []
    for article in read.articles[::2]:
        assert (article.title, article.body) == (composed(title), composed(body))


def test_a_stray_byte_among_bengali_is_not_taken_for_bijoy(tmp_path: Path) -> None:
    """The row is a fault even in a file with Bijoy in other rows."""
    bijoy = "evsjv‡`k,Avgvi †mvbvi evsjv Avwg †Zvgvq fv‡jvevwm\n".encode("cp1252")
    read = read_file(tmp_path / "news.csv", b"title,body\n" + bijoy + "নদী".encode() + b" \x96,\n")
    assert (read.titles, read.kinds) == (["বাংলাদেশ"], ["utf-8"])


def test_without_the_names_of_columns_nothing_is_read(tmp_path: Path) -> None:
    """If the first row is no text, the whole file is a fault."""
    read = read_file(tmp_path / "news.csv", b"tit\xe9l\nx\n")
    assert (read.kinds, read.unreadable) == (["utf-8"], 1)


def test_one_column_is_separated_by_commas(tmp_path: Path) -> None:
    """There is no sign of another separator."""
    ((_, kind, reason),) = read_file(tmp_path / "news.csv", "title\nনদী\nক,খ\n").faults
    assert (kind, reason) == ("csv", "2 fields in a row of 1 columns: quote a text that has the separator")


def test_empty_cells_beyond_the_last_column_are_none(tmp_path: Path) -> None:
    """Spreadsheets leave them where somebody typed a blank; a row of blanks alone is skipped."""
    read = read_file(tmp_path / "news.csv", "title,body\nনদী,পদ্মা,,\nমেলা,বৈশাখ, ,\n,\n, ,\nক,খ,,গ\n")
    assert [(article.title, article.body) for article in read.articles] == [("নদী", "পদ্মা"), ("মেলা", "বৈশাখ")]
    assert read.kinds == ["csv"]


def test_a_row_that_is_too_long_holds_back_no_build(tmp_path: Path) -> None:
    """It is a fault of one article; the rows after it are read."""
    read = read_file(tmp_path / "news.csv", "title,body\nক,খ,গ\nনদী,পদ্মা\n")
    assert (read.titles, read.kinds, read.unreadable) == (["নদী"], ["csv"], 0)

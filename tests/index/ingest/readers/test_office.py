"""Documents and tables of office programs, read as displayed; hostile ones stay within limits."""

import datetime as dt
import io
import unicodedata
import zipfile
from pathlib import Path

import openpyxl
import pytest

from onneshon.index.ingest.preview import preview
from onneshon.index.ingest.readers import tables
from onneshon.index.ingest.readers.office_text import DocxFonts, OdtFonts
from tests.index.ingest.readers.reading import Reading, read_file

DATA = Path(__file__).parents[3] / "data" / "documents"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="m"'
BIJOY = '<style styleId="B"><rFonts ascii="SutonnyMJ"/></style>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100)


def docx(body: str, **members: str) -> bytes:
    """A DOCX with this body and further members."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f"<w:document {W}><w:body>{body}</w:body></w:document>")
        for name, content in members.items():
            archive.writestr(name.replace("__", "/") + ".xml", content)
    return held.getvalue()


def paragraph(*runs: str, style: str = "") -> str:
    """A paragraph of DOCX."""
    described = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{described}{''.join(runs)}</w:p>"


def run(text: str, font: str = "") -> str:
    """A run of DOCX."""
    fonts = f'<w:rPr><w:rFonts w:ascii="{font}"/></w:rPr>' if font else ""
    return f"<w:r>{fonts}<w:t>{text}</w:t></w:r>"


@pytest.mark.parametrize("name", ["libreoffice.docx", "libreoffice.odt"])
def test_a_document_of_a_word_processor_is_read(name: str) -> None:
    """Paragraphs, cells and list items are lines; parts in a font of Bijoy are converted."""
    read = Reading(DATA / name)
    assert (read.faults, read.formats) == ([], {name.partition(".")[2]: 1})
    (article,) = read.articles
    assert (article.title, article.author) == ("নদীর কথা", "জসীম উদ্‌দীন")
    assert unicodedata.normalize("NFC", article.body).split("\n") == [
        "পদ্মা একটি বড় নদী। বর্ষায় নদী উপচে পড়ে।",
        "আমার সোনার বাংলা, আমি তোমায় ভালোবাসি।",
        "শব্দ কথা শেষ।",
        "মেঘনা",
        "যমুনা",
        "প্রথম ঘাট",
        "দ্বিতীয় ঘাট",
    ]


@pytest.mark.parametrize("name", ["pandoc.docx", "pandoc.odt"])
def test_notes_are_no_part_of_the_text(name: str) -> None:
    """They are elsewhere on the page, or in the middle of a sentence."""
    (article,) = Reading(DATA / name).articles
    assert "পদ্মা একটি বড় নদী। বর্ষায় নদী উপচে পড়ে।" in article.body
    assert "টীকা" not in article.body
    assert (article.title, article.author) == ("নদীর কথা", "জসীম উদ্‌দীন")
    assert article.date


def test_what_was_deleted_and_what_is_there_twice_is_left_out(tmp_path: Path) -> None:
    """Deleted and moved text, duplicates for older programs and field commands are left out."""
    body = paragraph(run("নদী"), "<w:del><w:r><w:delText>মেলা</w:delText></w:r></w:del>")
    body += paragraph(
        "<mc:Fallback>",
        run("মেলা"),
        "</mc:Fallback>",
        "<w:r><w:instrText>PAGE</w:instrText></w:r>",
    )
    body += paragraph("<w:moveFrom>", run("মেলা"), "</w:moveFrom>", run("ঘাট"))
    body += paragraph("<w:r><w:t>এক</w:t><w:tab/><w:t>দুই</w:t><w:br/><w:noBreakHyphen/></w:r>")
    (article,) = read_file(tmp_path / "a.docx", docx(body)).articles
    assert (article.title, article.body) == ("নদী", "ঘাট\nএক\tদুই\n-")


def test_text_that_is_hidden_is_left_out(tmp_path: Path) -> None:
    """A reader of the document does not see it; it may be an internal note."""
    runs = [run(text).replace("<w:t>", f"<w:rPr>{look}</w:rPr><w:t>") for text, look in HIDDEN.items()]
    mark = paragraph("<w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr>", run(" শেষ"))
    read = read_file(tmp_path / "a.docx", docx(paragraph(*runs) + mark))
    assert [(article.title, article.body) for article in read.articles] == [("নদী ও মেলা", "শেষ")]
    style = '<style:style style:name="T1"><style:text-properties text:display="none"/></style:style>'
    span = '<text:p>নদী<text:span text:style-name="T1"> গোপন</text:span> মেলা</text:p>'
    span += '<text:section text:display="none"><text:p>খসড়া</text:p></text:section>'
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr(
            "content.xml", f'<o:c xmlns:o="o" xmlns:text="t" xmlns:style="s">{style}{span}</o:c>'
        )
    assert [article.body for article in read_file(tmp_path / "b.odt", held.getvalue()).articles] == [
        "নদী মেলা"
    ]


HIDDEN = {
    "নদী": "",
    " গোপন": "<w:vanish/>",
    " ও": '<w:vanish w:val="0"/>',
    " কথা": '<w:vanish w:val="true"/>',
    " মেলা": "",
}


@pytest.mark.parametrize(("keywords", "unused"), [("", {}), (" , ", {}), ("ঘাট", {"tags": 1})])
def test_a_document_without_keywords_has_no_tags(
    tmp_path: Path, keywords: str, unused: dict[str, int]
) -> None:
    """Empty keywords are not reported as unused."""
    path = tmp_path / "মেলা.docx"
    core = f"<p><title>মেলা</title><keywords>{keywords}</keywords></p>"
    path.write_bytes(docx(paragraph(run("মেলা বসেছে।")), docProps__core=core))
    assert preview([path]).unused == unused


@pytest.mark.parametrize(
    ("day", "read"), [("0000-00-00T00:00:00Z", None), ("2024-02-21T23:30:00.123456789", dt.date(2024, 2, 21))]
)
def test_a_day_that_is_none_costs_no_document(tmp_path: Path, day: str, read: dt.date | None) -> None:
    """The metadata of a document are not its content."""
    content = docx(paragraph(run("মেলা বসেছে।")), docProps__core=f"<p><created>{day}</created></p>")
    assert [article.date for article in read_file(tmp_path / "মেলা.docx", content).articles] == [read]


def test_the_title_is_the_document_s_or_its_heading(tmp_path: Path) -> None:
    """Without both, the title is the first sentence."""
    body = paragraph(run("আগে")) + paragraph(run("নদী"), style="Heading1") + paragraph(run("পদ্মা।"))
    core = "<p><title>মেলা</title><created>2024-02-21T10:00:00Z</created><keywords>ঘাট, নৌকা</keywords></p>"
    (article,) = read_file(tmp_path / "a.docx", docx(body)).articles
    assert (article.title, article.date) == ("নদী", None)
    (article,) = read_file(tmp_path / "a.docx", docx(body, docProps__core=core)).articles
    assert (article.title, article.date) == ("মেলা", dt.date(2024, 2, 21))
    (article,) = read_file(tmp_path / "a.docx", docx(paragraph(run("পদ্মা। বড়।")))).articles
    assert article.title == "পদ্মা"


@pytest.mark.parametrize(
    ("styles", "style", "font", "text"),
    [
        ("", "", "SutonnyMJ", "মাস"),
        ("", "", "SutonnyOMJ", "gvm"),
        (BIJOY, "B", "", "মাস"),
        (BIJOY, "B", "Arial", "gvm"),
        (
            f'<style styleId="A"><basedOn val="B"/></style>{BIJOY}',
            "A",
            "",
            "মাস",
        ),
        ('<style styleId="A"><basedOn val="A"/></style>', "A", "", "gvm"),
        ('<docDefaults><rFonts ascii="SutonnyMJ"/></docDefaults>', "", "", "মাস"),
        (
            '<style styleId="N" type="paragraph" default="1"><rFonts ascii="SutonnyMJ"/></style>',
            "",
            "",
            "মাস",
        ),
    ],
)
def test_the_font_is_that_of_the_run_or_of_its_style(
    tmp_path: Path, styles: str, style: str, font: str, text: str
) -> None:
    """The font may also be that of a parent style, or the default."""
    body = paragraph(run("gvm", font), style=style)
    content = docx(body, word__styles=f"<styles>{styles}</styles>")
    (article,) = read_file(tmp_path / "a.docx", content).articles
    assert article.body == text


def test_styles_of_opendocument_are_based_on_each_other() -> None:
    """A span without a font has that of its paragraph."""
    fonts = OdtFonts()
    for name, attributes in (
        ("default-style", {"family": "paragraph"}),
        ("text-properties", {"font-name": "Mukti"}),
    ):
        fonts.start(name, attributes)
    fonts.end("default-style")
    fonts.start("style", {"name": "P1", "parent-style-name": "Standard"})
    fonts.start("text-properties", {"font-family": "'SutonnyMJ'"})
    fonts.end("style")
    assert fonts.is_bijoy("T1", "P1")
    assert not fonts.is_bijoy("T1", "Standard")
    assert not DocxFonts().is_bijoy("")


@pytest.mark.parametrize("name", ["a.docx", "a.odt", "a.xlsx"])
def test_a_document_with_a_password_is_reported(tmp_path: Path, name: str) -> None:
    """It is left out; Office wraps it in its older container format, OpenDocument marks it as encrypted."""
    content = OLE
    if name == "a.odt":
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as archive:
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
            archive.writestr("META-INF/manifest.xml", "<a><encryption-data/></a>")
        content = held.getvalue()
    read = read_file(tmp_path / name, content)
    ((_where, kind, reason),) = read.faults
    assert (kind, read.unreadable) == ("locked", 0)
    assert "save it" in reason


@pytest.mark.parametrize("name", ["libreoffice.docx", "libreoffice.odt", "libreoffice.xlsx"])
@pytest.mark.parametrize("cut", [10, 2_000])
def test_a_document_that_is_cut_short_is_reported(tmp_path: Path, name: str, cut: int) -> None:
    """The directory of an archive is at its end."""
    read = read_file(tmp_path / name, (DATA / name).read_bytes()[:-cut])
    assert (read.articles, read.kinds) == ([], ["file"])


def test_a_bomb_of_entities_is_refused(tmp_path: Path) -> None:
    """Before any entity is expanded."""
    content = '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><d>&b;</d>'
    read = read_file(tmp_path / "a.docx", docx("", word__styles=content))
    assert (read.articles, read.kinds) == ([], ["file"])


def test_elements_within_each_other_without_end_are_refused(tmp_path: Path) -> None:
    """A parser would keep them all in memory."""
    ((_where, kind, reason),) = read_file(tmp_path / "a.docx", docx("<w:sdt>" * 2_000)).faults
    assert (kind, "elements within each other" in reason) == ("file", True)


def test_a_document_of_more_text_than_an_article_has_is_left_out(tmp_path: Path) -> None:
    """Even if its archive is small."""
    read = read_file(tmp_path / "a.docx", docx(paragraph(run("নদী" * 3_000_000))))
    assert read.kinds == ["long"]


def test_a_tag_without_end_is_left(tmp_path: Path) -> None:
    """The fault is reported before the tag fills the memory."""
    read = read_file(tmp_path / "a.docx", docx(f'<w:p a="{"x" * (9 << 20)}"/>'))
    assert read.kinds == ["long"]


def workbook(path: Path, **sheets: list[list[object]]) -> Path:
    """Save a workbook with these sheets; one whose name begins with an underscore is hidden."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if name.startswith("_") else "visible"
    book.save(path)
    return path


def test_a_table_of_a_spreadsheet_is_read() -> None:
    """Names in Bengali below a heading, dates as dates, numbers as they are displayed."""
    read = Reading(DATA / "libreoffice.xlsx")
    assert (read.faults, read.passed) == ([], {"rows above the names": 1})
    assert [(article.id, article.title, article.date, article.author) for article in read.articles] == [
        ("libreoffice:3", "নদীর কথা", dt.date(2024, 2, 21), "জসীম উদ্‌দীন"),
        ("libreoffice:4", "মেলার কথা", dt.date(2024, 4, 14), ""),
        ("libreoffice:5", "১৯৭১", None, ""),
    ]


def test_names_that_were_given_are_found_below_a_heading_too(tmp_path: Path) -> None:
    """In each sheet, even if none of them is known by default."""
    path = workbook(tmp_path / "book.xlsx", খবর=[["দৈনিক নদী"], ["মাথা", "কথা"], ["মেলা", "বৈশাখী"]])
    read = Reading(path, mapping={"title": ("মাথা",), "body": ("কথা",)})
    assert (read.titles, read.passed) == (["মেলা"], {"rows above the names": 1})


def test_every_sheet_that_is_shown_is_read(tmp_path: Path) -> None:
    """Each sheet has its own column names, and its name is in the ids."""
    names: list[object] = ["Title", "Content", "views"]
    path = workbook(
        tmp_path / "a.xlsx",
        খবর=[names, ["নদী", "পদ্মা", 7], [], [1971, None, 2.5]],
        মেলা=[["শিরোনাম"], ["মেলা"]],
        _old=[["title"], ["পুরনো"]],
        empty=[],
    )
    read = Reading(path)
    assert [(article.id, article.title, article.body) for article in read.articles] == [
        ("a#খবর:2", "নদী", "পদ্মা"),
        ("a#খবর:4", "1971", ""),
        ("a#মেলা:2", "মেলা", ""),
    ]
    assert (read.faults, read.passed) == ([], {"hidden sheets": 1})


def test_signs_that_a_workbook_has_to_write_otherwise_are_signs(tmp_path: Path) -> None:
    """A carriage return of a Windows line end adds no text; an escaped escape stays as it is."""
    rows: list[list[object]] = [
        ["title", "body"],
        ["নদী_x0009_বিল", "পদ্মা_x000D_\nমেঘনা"],
        ["a_x005F_x000D_b", "_x41_"],
    ]
    read = Reading(workbook(tmp_path / "a.xlsx", খবর=rows))
    assert [(article.title, article.body) for article in read.articles] == [
        ("নদী\tবিল", "পদ্মা\r\nমেঘনা"),
        ("a_x000D_b", "_x41_"),
    ]


def test_a_formula_whose_value_was_not_kept_is_reported(tmp_path: Path) -> None:
    """Some programs store only the formula; a computed empty value is a text."""
    path = workbook(tmp_path / "a.xlsx", খবর=[["title", "body"], ["নদী", '=CONCAT("পদ্মা")'], ["মেলা", "=B9"]])
    path.write_bytes(edited(path.read_bytes(), b'<c r="B3"><f>', b'<c r="B3" t="str"><f>'))
    read = Reading(path)
    assert read.titles == ["মেলা"]
    ((where, kind, reason),) = read.faults
    assert (where, kind) == (f"{path}: row 2", "format")
    assert "a formula without its value in column body: open the workbook" in reason
    names = Reading(workbook(tmp_path / "b.xlsx", খবর=[["title", '="body"'], ["নদী", "পদ্মা"]]))
    assert (names.titles, names.kinds, names.unreadable) == ([], ["format"], 1)


def test_a_cell_that_came_to_an_error_is_no_text(tmp_path: Path) -> None:
    """Nobody searches for it; such signs typed as text are text."""
    errors = ("#REF!", "#N/A", "#VALUE!", "#DIV/0!")
    rows: list[list[object]] = [["title", "body"]]
    rows += [["নদী", error] for error in errors]
    rows += [["মেলা", "#REF! কী"]]
    read = Reading(workbook(tmp_path / "a.xlsx", খবর=rows))
    assert [(article.title, article.body) for article in read.articles] == [("মেলা", "#REF! কী")]
    assert [where.rpartition(" ")[2] for where, _, _ in read.faults] == ["2", "3", "4", "5"]
    assert all("without its value in column body" in reason for _, _, reason in read.faults)


def test_a_sheet_of_a_chart_is_skipped(tmp_path: Path) -> None:
    """Even if its chart was deleted."""
    path = workbook(tmp_path / "a.xlsx", খবর=[["title", "body"], ["নদী", "পদ্মা"]])
    book = openpyxl.load_workbook(path)
    book.create_chartsheet("চার্ট")
    book.save(path)
    read = Reading(path)
    assert (read.titles, read.faults) == (["নদী"], [])


def test_a_category_that_is_called_as_a_column_names_none(tmp_path: Path) -> None:
    """If a mapping gives the names of columns."""
    path = workbook(tmp_path / "a.xlsx", ক=[["প্রথম", "ধরন"], ["নদী", "প্রবন্ধ"], ["মেলা", "খবর"]])
    read = Reading(path, mapping={"title": ("প্রথম",), "category": ("ধরন",)})
    assert (read.titles, read.passed) == (["নদী", "মেলা"], {})


def edited(book: bytes, old: bytes, new: bytes) -> bytes:
    """A workbook with a replacement in its first sheet."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as before, zipfile.ZipFile(held, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            if name == "xl/worksheets/sheet1.xml":
                assert old in content
                content = content.replace(old, new)
            after.writestr(name, content)
    return held.getvalue()


@pytest.mark.parametrize("day", [45343, 45343.5, "45343 "])
def test_a_day_as_a_number_is_reported_with_what_to_do(tmp_path: Path, day: object) -> None:
    """The year from which the source workbook counted days is unknown."""
    read = Reading(workbook(tmp_path / "a.xlsx", খবর=[["title", "date"], ["নদী", day]]))
    ((_where, kind, reason),) = read.faults
    assert (kind, "give its column the form of a date" in reason) == ("date", True)


def test_columns_of_one_name_are_reported_by_the_file(tmp_path: Path) -> None:
    """If it has only one sheet."""
    path = workbook(tmp_path / "a.xlsx", খবর=[["title", "title"], ["নদী", "মেলা"]])
    assert [(where, kind) for where, kind, _ in Reading(path).faults] == [(str(path), "format")]


def test_a_row_of_more_cells_than_names_is_reported(tmp_path: Path) -> None:
    """The fault has the file and the row's number."""
    path = workbook(tmp_path / "a.xlsx", খবর=[["title", "body"], ["ক", "খ", "গ"], ["ঘ"]])
    read = Reading(path)
    assert read.titles == ["ঘ"]
    ((where, kind, reason),) = read.faults
    assert (where, kind) == (f"{path}: row 2", "format")
    assert "3 cells in a row of 2 columns: name each column" in reason


def test_more_columns_than_a_table_may_have_are_reported(tmp_path: Path) -> None:
    """A spreadsheet has room for them."""
    path = workbook(tmp_path / "a.xlsx", ক=[[f"c{number}" for number in range(10_001)]])
    ((_where, _kind, reason),) = Reading(path).faults
    assert "more than 10,000 columns" in reason


@pytest.mark.slow
def test_a_workbook_that_unpacks_without_end_is_left(tmp_path: Path) -> None:
    """A workbook is read in a process of its own, whose memory is limited."""
    held = io.BytesIO()
    with (
        zipfile.ZipFile(DATA / "libreoffice.xlsx") as old,
        zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/sharedStrings.xml":
                content = content.replace(b"</sst>", b"<si><t>" + b"a" * (1 << 29) + b"</t></si></sst>")
            new.writestr(name, content, compresslevel=1)
    read = read_file(tmp_path / "a.xlsx", held.getvalue())
    assert (read.articles, read.kinds) == ([], ["file"])


def test_what_the_process_of_its_own_gives_is_what_the_workbook_has(tmp_path: Path) -> None:
    """Run in this process, so that coverage sees it."""
    path = workbook(
        tmp_path / "a.xlsx",
        ক=[["তালিকা"], ["Title", "n"], ["নদী", 7.0], [], [dt.time(10, 30), 2.5, None], [dt.date(2024, 2, 21)]],
        _খ=[["title"]],
        গ=[],
        ঘ=[["a"], ["b"]],
    )
    assert list(tables._rows_of_sheets(path, {})) == [
        ("ক", -2, ["Title", "n"]),
        ("ক", 3, ["নদী", "7"]),
        ("ক", 5, ["10:30:00", "2.5"]),
        ("ক", 6, [dt.datetime(2024, 2, 21)]),  # noqa: DTZ001  # a cell has no zone
        ("_খ", 0, []),
        ("ঘ", -1, ["a"]),
        ("ঘ", 2, ["b"]),
    ]


def test_an_empty_text_of_opendocument_and_more_than_an_article_has(tmp_path: Path) -> None:
    """Repeated spaces are counted; a text over the limit is left out."""
    spans = '<text:p>এক<text:s text:c="2"/>দুই<text:s/><text:tab/>তিন<text:line-break/>চার</text:p>'
    for body, kinds in ((spans, []), (f"<text:p>{'নদী' * 3_000_000}</text:p>", ["long"])):
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
            archive.writestr("content.xml", f'<o:c xmlns:o="o" xmlns:text="t">{body}</o:c>')
        read = read_file(tmp_path / "a.odt", held.getvalue())
        assert read.kinds == kinds
    (tmp_path / "a.odt").unlink()

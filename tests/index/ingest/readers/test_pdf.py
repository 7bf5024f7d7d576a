"""PDFs of browsers and word processors are read as written; faults of others come with a remedy."""

import datetime as dt
import zlib
from collections import Counter
from pathlib import Path

import pypdfium2
import pytest

from onneshon.index.encodings.legacy import is_bijoy_font, text_of_runs
from onneshon.index.ingest.readers import pdf as reader
from tests.index.ingest.readers.reading import Reading, read_file

DATA = Path(__file__).parents[3] / "data" / "documents"


def pdf(*pages: str, fonts: str = "/F /SutonnyMJ", info: str = "", more: bytes = b"") -> bytes:
    """A PDF of pages with this content; its fonts are named but not embedded."""
    font, base = fonts.split(maxsplit=1)
    kids = " ".join(f"{10 + 2 * n} 0 R" for n in range(len(pages)))
    objects = {
        1: "<</Type/Catalog/Pages 2 0 R>>",
        2: f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}/MediaBox[0 0 600 800]/Resources"
        f"<</Font<<{font} 3 0 R>>/XObject<</I 4 0 R>>>>>>",
        3: f"<</Type/Font/Subtype/TrueType/BaseFont{base}/Encoding/WinAnsiEncoding/FirstChar 32/LastChar 255/"
        f"Widths[{'500 ' * 224}]>>",
        4: "<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray"
        "/BitsPerComponent 8/Length 1>>\nstream\n0\nendstream",
        5: f"<<{info}>>",
    }
    held = b"%PDF-1.7\n" + more
    for number, page in enumerate(pages):
        content = page.encode("cp1252")
        objects[10 + 2 * number] = f"<</Type/Page/Parent 2 0 R/Contents {11 + 2 * number} 0 R>>"
        packed = zlib.compress(content)
        held += b"%d 0 obj\n<</Length %d/Filter/FlateDecode>>\nstream\n" % (11 + 2 * number, len(packed))
        held += packed + b"\nendstream\nendobj\n"
    for number, text in objects.items():
        held += f"{number} 0 obj\n{text}\nendobj\n".encode("cp1252")
    return held + b"trailer\n<</Root 1 0 R/Info 5 0 R/Size 1000000>>\n%%EOF\n"


def shown(text: str, *, font: str = "F", at: tuple[int, int] = (50, 700)) -> str:
    """Operators that draw a text on a page."""
    return f"BT /{font} 12 Tf {at[0]} {at[1]} Td ({text}) Tj ET\n"


PICTURE = "q 100 0 0 100 0 0 cm /I Do Q\n"


@pytest.mark.parametrize("name", ["chromium.pdf", "libreoffice.pdf"])
def test_words_of_pages_are_those_that_were_written(name: str) -> None:
    """Vowel signs in order, conjuncts whole, no duplicates, and spaces where they are visible."""
    read = Reading(DATA / name)
    assert read.faults == []
    (article,) = read.articles
    written = Counter((DATA / "pdf.txt").read_text("utf-8").split())
    found = (written & Counter(article.body.split())).total()
    assert found == written.total() == 108
    assert article.title == "রক্তে লেখা বর্ণমালা: ভাষা আন্দোলনের পথরেখা"
    assert isinstance(article.date, dt.date)


def test_a_font_of_bijoy_is_recognised_by_its_name(tmp_path: Path) -> None:
    """The text may be short, and begin in the middle of a line."""
    page = shown("gvm") + shown("Avgvi †mvbvi evsjv", at=(50, 680))
    read = read_file(tmp_path / "a.pdf", pdf(page, fonts="/F /ABCDEF+SutonnyMJ-Bold"))
    (article,) = read.articles
    assert (article.title, article.body) == ("মাস", "মাস\nআমার সোনার বাংলা")
    assert read_file(tmp_path / "b.pdf", pdf(shown("gvm"), fonts="/F /Arial")).titles == ["gvm"]


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("SutonnyMJ", True),
        ("ABCDEF+SutonnyMJ,Bold", True),
        ("ArhialkhanMJ", True),
        ("SutonnyMJ1", True),
        ("Sutonny MJ", False),
        ("SutonnyOMJ", False),
        ("SutonnyOMJBold", False),
        ("NikoshBAN", False),
        ("MJ", False),
        ("", False),
    ],
)
def test_names_of_fonts_of_bijoy(name: str, is_one: bool) -> None:
    """Unicode fonts of the same maker have an O in their names."""
    assert is_bijoy_font(name) is is_one


def test_parts_in_one_font_are_read_as_one() -> None:
    """A syllable may be divided between them."""
    assert text_of_runs([(True, "†"), (True, "K"), (False, " abc")]) == "কে abc"


def test_a_hyphen_at_the_end_of_a_line_is_none(tmp_path: Path) -> None:
    """A soft hyphen that a program inserted is removed, and the word joined."""
    page = shown("Pad\xad") + shown("ma flows", at=(50, 680))
    (article,) = read_file(tmp_path / "a.pdf", pdf(page, fonts="/F /Helvetica")).articles
    assert article.body == "Padma flows"


def test_glyphs_of_another_font_stand_where_they_are_seen(tmp_path: Path) -> None:
    """A program may draw them after the line, or before its rest."""
    page = shown("one", at=(50, 700)) + shown("three", at=(150, 700)) + shown("two", at=(100, 700))
    page += shown("four", at=(200, 700))
    (article,) = read_file(tmp_path / "a.pdf", pdf(page, fonts="/F /Helvetica")).articles
    assert article.body == "one two three four"


def test_scanned_pages_are_reported(tmp_path: Path) -> None:
    """With a command that makes text of them; among other pages they are counted."""
    read = read_file(tmp_path / "a.pdf", pdf(PICTURE, PICTURE))
    ((_where, kind, reason),) = read.faults
    assert kind == "scan"
    assert "its 2 pages are pictures (scanned): make text of them with `ocrmypdf -l ben" in reason
    read = read_file(tmp_path / "b.pdf", pdf(shown("Padma"), PICTURE, fonts="/F /Helvetica"))
    assert (read.titles, read.passed) == (["Padma"], {"scanned pages": 1})
    assert read_file(tmp_path / "c.pdf", pdf("")).kinds == ["empty"]


def test_a_document_says_title_author_and_day(tmp_path: Path) -> None:
    """A title set by the program itself is ignored."""
    info = "/Title(Padma)/Author(Jasim)/CreationDate(D:20240221103000+06'00')"
    content = shown("The river. It flows.")
    (article,) = read_file(tmp_path / "a.pdf", pdf(content, fonts="/F /Arial", info=info)).articles
    assert (article.title, article.author, article.date) == ("Padma", "Jasim", dt.date(2024, 2, 21))
    for title in ("Microsoft Word - a.docx", "untitled", "a.indd", " "):
        read = read_file(tmp_path / "b.pdf", pdf(content, fonts="/F /Arial", info=f"/Title({title})"))
        assert read.titles == ["The river."]


@pytest.mark.parametrize("day", ["00000000000000", "191000103", "20240230"])
def test_a_day_that_is_none_costs_no_document(tmp_path: Path, day: str) -> None:
    """Programs without a clock write such dates, and so did some in 1999."""
    content = pdf(shown("Padma"), fonts="/F /Arial", info=f"/CreationDate(D:{day})")
    (article,) = read_file(tmp_path / "a.pdf", content).articles
    assert (article.title, article.date) == ("Padma", None)


def test_a_document_with_a_password_is_reported(tmp_path: Path) -> None:
    """It is left out, with a command that removes the password."""
    # The standard handler with an unknown user password.
    lock = f"/Filter/Standard/V 1/R 2/Length 40/P -4/O<{'00' * 32}>/U<{'11' * 32}>"
    content = pdf(shown("x")).replace(b"trailer\n<<", f"trailer\n<</ID[<00><00>]/Encrypt<<{lock}>>".encode())
    read = read_file(tmp_path / "a.pdf", content)
    ((_where, kind, reason),) = read.faults
    assert (kind, read.unreadable) == ("locked", 0)
    assert "qpdf --decrypt" in reason


def test_fonts_that_do_not_say_what_they_show_are_reported(tmp_path: Path) -> None:
    """Otherwise glyph numbers would be read as text."""
    encoding = b"/Encoding<</Differences[65 /uniE001 /uniE002 /uniE003]>>"
    content = pdf(shown("ABCABC"), fonts="/F /Odd").replace(b"/Encoding/WinAnsiEncoding", encoding)
    assert read_file(tmp_path / "a.pdf", content).kinds == ["font"]


@pytest.mark.parametrize("cut", [0, 20, 5_000])
def test_a_broken_document_is_reported(tmp_path: Path, cut: int) -> None:
    """The fault is reported however much of the document is left."""
    read = read_file(tmp_path / "a.pdf", (DATA / "chromium.pdf").read_bytes()[:cut] + b"x")
    assert (read.articles, read.kinds) == ([], ["file"])


def test_a_compressed_document_is_to_be_unpacked(tmp_path: Path) -> None:
    """A PDF is read from its end."""
    import gzip  # noqa: PLC0415

    content = gzip.compress((DATA / "chromium.pdf").read_bytes(), mtime=0)
    ((_where, kind, reason),) = read_file(tmp_path / "a.pdf.gz", content).faults
    assert (kind, "unpack it first" in reason) == ("file", True)


def test_a_document_of_more_text_than_an_article_has_is_left_out(tmp_path: Path) -> None:
    """Reading stops as soon as the limit is exceeded."""
    page = "BT /F 12 Tf 50 700 Td " + f"({'abcdefgh ' * 20}) Tj 0 -14 Td " * 40 + "ET"
    path = tmp_path / "a.pdf"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("onneshon.index.ingest.readers.pdf.MAX_BYTES", 10_000)
        read = read_file(path, pdf(page, page, fonts="/F /Helvetica"))
    assert read.kinds == ["long"]


def test_pages_are_read_without_their_number(tmp_path: Path) -> None:
    """PDFium counts them, and a broken page is skipped alone."""
    path = tmp_path / "a.pdf"
    content = pdf(shown("Padma"), "BT (", fonts="/F /Helvetica")
    assert read_file(path, content).titles == ["Padma"]
    document = pypdfium2.PdfDocument(path)
    assert len(document) == 2
    document.close()


@pytest.mark.parametrize("name", ["chromium.pdf", "libreoffice.pdf"])
def test_what_the_process_of_its_own_gives_is_what_the_document_has(name: str) -> None:
    """Run in this process, so that coverage sees it."""
    about, *pages = reader._pages(DATA / name)
    assert about["Title"] == "রক্তে লেখা বর্ণমালা: ভাষা আন্দোলনের পথরেখা"
    (article,) = Reading(DATA / name).articles
    assert [(article.body, False)] == pages


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (pdf(PICTURE), ("", True)),
        (pdf(""), ("", False)),
        (pdf(shown("gvm")), ("মাস", False)),
        (pdf(shown("Pad\xad") + shown("ma", at=(50, 680)), fonts="/F /Arial"), ("Padma", False)),
    ],
    ids=["picture", "nothing", "Bijoy", "hyphen"],
)
def test_pages_say_what_they_show(tmp_path: Path, content: bytes, expected: tuple[str, bool]) -> None:
    """The text, and whether the page is only a picture."""
    path = tmp_path / "a.pdf"
    path.write_bytes(content)
    _about, page = reader._pages(path)
    assert page == expected


@pytest.mark.parametrize(("content", "says"), [(b"x", "no whole PDF"), (None, "qpdf --decrypt")])
def test_documents_that_cannot_be_opened_say_why(tmp_path: Path, content: bytes | None, says: str) -> None:
    """The error says that they are broken, or have a password."""
    lock = f"/Filter/Standard/V 1/R 2/Length 40/P -4/O<{'00' * 32}>/U<{'11' * 32}>"
    locked = pdf(shown("x")).replace(b"trailer\n<<", f"trailer\n<</ID[<00><00>]/Encrypt<<{lock}>>".encode())
    path = tmp_path / "a.pdf"
    path.write_bytes(content or locked)
    with pytest.raises(ValueError, match=says):
        list(reader._pages(path))


def test_a_line_has_no_more_glyphs_than_are_looked_through(tmp_path: Path) -> None:
    """The rest of the line becomes another line."""
    page = "BT /F 12 Tf 5000 700 Td " + "(a) Tj -30 0 Td " * 600 + "ET"
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(page, fonts="/F /Arial"))
    _about, (text, _is_picture) = reader._pages(path)
    assert [line.count("a") for line in text.split("\n")] == [500, 100]
